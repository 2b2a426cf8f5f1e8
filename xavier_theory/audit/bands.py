"""Bands of second moments by redraws, and the ops that lie outside.

Of K redraws log q has mean m and deviation s; a further draw of the same law lies in
m ± t·s·√(1 + 1/K), Student's t with K − 1 degrees of freedom, with the stated probability if log q
is Gaussian, as it nearly is over depth (log-norm-spread). All ops share the level (Bonferroni).
Only the first op outside is named: what comes behind it follows from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import fmean, stdev

from scipy.stats import t as student

from xavier_theory.audit.findings import DEVIATION, Finding, factor
from xavier_theory.audit.records import GIVEN, Recording

Bands = dict[int, tuple[float, float]]
LEAST_REDRAWS = 8


def bands_of(redraws: Sequence[dict[int, float]], level: float) -> Bands:
    """By op index the limits of q at ``level`` over all ops; ops that never vary have none."""
    if len(redraws) < LEAST_REDRAWS:
        return {}
    known = set(redraws[0]).intersection(*redraws[1:])
    values = {index: [one[index] for one in redraws] for index in known}
    varying = {index: some for index, some in values.items() if stdev(some) > 1e-6}
    count = len(redraws)
    times = float(student.isf(level / (2 * max(len(varying), 1)), count - 1))
    found: Bands = {}
    for index, some in varying.items():
        half = times * stdev(some) * math.sqrt(1 + 1 / count)
        middle = fmean(some)
        found[index] = math.exp(middle - half), math.exp(min(middle + half, 700.0))
    return found


def outside(recording: Recording, bands: Bands, redraws: int, level: float) -> Iterator[Finding]:
    """The first op whose second moment no redraw explains."""
    for op in recording.ops:
        if op.kind in GIVEN or op.index not in bands or op.state is None:
            continue
        low, high = bands[op.index]
        if not low <= op.state.q <= high:
            where = op.weight.weight if op.weight and op.weight.weight else op.module or op.name
            nearest = low if op.state.q < low else high
            yield Finding(
                DEVIATION, where,
                f"second moment {op.state.q:.3g} behind {op.name}, where {redraws} redraws of "
                f"independent weights give {low:.3g} to {high:.3g} (at most {level:g} outside by "
                "chance, over all ops)",
                factor(op.state.q / nearest), "layer-variance", line=op.line,
            )  # fmt: skip
            return
