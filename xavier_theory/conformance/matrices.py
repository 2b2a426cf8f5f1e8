"""Checks of orthogonal initializers, whose entries depend on each other by design.

A Haar-distributed matrix of max(r, c) = n rows and k columns (or turned) has, whatever fixed
matrices of its group it is multiplied with, the same law. What follows is held against a sample of
independent matrices Q:

- QᵀQ = I, up to rounding;
- an entry's square is Beta(1/2, (n − 1)/2) (``laws.haar_entry``), and both its signs are as likely;
- the trace of the leading square block, T = Σ qᵢᵢ over k, has E T = 0 and E|T|² = k/n, as entries
  are uncorrelated and have variance 1/n each (Diaconis & Shahshahani 1994, theorem 4, for k = n);
- both signs of the determinant of a real square one are as likely. QR alone gives one of them for
  a given number of reflections: the signs of R's diagonal must be used (Mezzadri 2007).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from xavier_theory.conformance.checks import Finding, judged
from xavier_theory.conformance.distribution import Counted, Precision, band, distance
from xavier_theory.conformance.entries import rates_at
from xavier_theory.conformance.laws import haar_entry
from xavier_theory.conformance.pivots import ScaleTest
from xavier_theory.statistics.bounded_mean import BoundedMeanTest
from xavier_theory.statistics.hypothesis import Tolerance
from xavier_theory.statistics.proportion import clopper_pearson

Matrices = NDArray[np.inexact]


def haar_findings(matrices: Matrices, gain: float, kind: Precision, alpha: float) -> list[Finding]:
    """Of independent matrices ``(count, rows, columns)`` that should be ``gain`` times Haar's."""
    found = [orthogonality(matrices, gain, kind)]
    rows, columns = matrices.shape[1:]
    wide = np.asarray(matrices, dtype=complex if np.iscomplexobj(matrices) else float) / gain
    n, complex_ = max(rows, columns), np.iscomplexobj(wide)
    share = alpha / 6
    ends = wide[:, 0, 0], wide[:, rows - 1, columns - 1]
    for name, entries in zip(("first", "last"), ends, strict=True):
        if n > 1:
            found.append(_entry_law(f"law of the {name} entry", entries, n, kind, share))
        found.append(_sign(f"sign of the {name} entry", entries.real, share))
    found += _trace(wide, n, share)
    if rows == columns and not complex_ and rows > 1:
        found.append(_sign("sign of the determinant", np.linalg.slogdet(wide)[0], share))
    return found


def orthogonality(matrices: Matrices, gain: float, kind: Precision) -> Finding:
    """The largest entry of QᵀQ/gain² − I; Householder QR leaves a small multiple of n·u."""
    wide = np.asarray(matrices, dtype=complex if np.iscomplexobj(matrices) else float) / gain
    turned = np.conj(np.swapaxes(wide, 1, 2))
    rows, columns = wide.shape[1:]
    product = turned @ wide if rows >= columns else wide @ turned
    off = float(np.max(np.abs(product - np.eye(min(rows, columns)))))
    return judged("orthogonality", (0.0, 20 * max(rows, columns) * kind.unit), off, (off, off),
                  "largest entry of QᵀQ − I")  # fmt: skip


def _entry_law(name: str, entries: Matrices, n: int, kind: Precision, alpha: float) -> Finding:
    law = haar_entry(n, np.iscomplexobj(entries))
    counted = Counted.of(np.square(np.abs(entries)))
    # a square carries twice the roundings of an entry, and those of QR
    loose = Precision(kind.name, kind.bits - 4, kind.unit)
    far, where = distance(counted, law, loose)
    epsilon = band(counted.n, alpha)
    return judged(name, (0.0, 0.0), far, (max(far - epsilon, 0.0), far + epsilon),
                  f"distance of the distribution functions, at {where:.4g}")  # fmt: skip


def _sign(name: str, values: NDArray[np.floating], alpha: float) -> Finding:
    above = int(np.count_nonzero(values > 0))
    low, high = clopper_pearson(above, values.size, alpha / 2)
    return judged(name, (0.5, 0.5), above / values.size, (max(low, 0.0), min(high, 1.0)),
                  "share of positive ones")  # fmt: skip


def _trace(wide: Matrices, n: int, alpha: float) -> list[Finding]:
    count, least = wide.shape[0], min(wide.shape[1:])
    traces = np.trace(wide, axis1=1, axis2=2)
    second = least / n
    part = math.sqrt(second / 2 if np.iscomplexobj(wide) else second)
    reach = least / part
    shift = BoundedMeanTest(-reach, reach, 1.0, "bernstein", Tolerance("absolute")).judge(
        float(traces.real.mean()) / part, count, 0.0, rates_at(alpha)
    )
    means = judged("mean of the trace", (0.0, 0.0), shift.estimate, (shift.lower, shift.upper),
                   "shift in deviations")  # fmt: skip
    top = least**2 / second
    if top <= 1:  # of size 1 by 1 the trace is 1 or −1
        return [means]
    ratio = float(np.mean(np.square(np.abs(traces)))) / second
    scale = ScaleTest(top, top - 1).judge(ratio, count, 1.0, rates_at(alpha))
    squares = judged("mean square of the trace", (1.0, 1.0), ratio, (scale.lower, scale.upper),
                     "ratio to k/n")  # fmt: skip
    return [means, squares]
