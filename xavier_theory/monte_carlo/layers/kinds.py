"""The kinds of samplers by name: what each can sample, what it costs, and which to take.

Notation: widths n^[0..L], B inputs. A number of bytes counts what grows with the widths; it is an
upper estimate, made before anything is allocated.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from xavier_theory.activations.catalogue import Activation
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.laws import Law
from xavier_theory.monte_carlo.layers.one_pass import BLOCK
from xavier_theory.monte_carlo.layers.streamed import TILE_BYTES

__all__ = [
    "ORTHOGONAL",
    "SAMPLERS",
    "Task",
    "available_bytes",
    "choose",
    "in_words",
    "needed_bytes",
    "require_time",
]

ORTHOGONAL = "orthogonal"
"""The weight law that is not one of independent entries: a block of a scaled Haar matrix."""

SAMPLERS = ("norm-chain", "deferred", "orthogonal", "dense", "streamed")
"""Every sampler, the cheapest first."""

_MOST_WEIGHTS = 1e13
_OVERHEAD = 2**24  # what does not grow with the widths


@dataclass(frozen=True)
class Task:
    """What is to be sampled for each network. ``law`` is a law of weights, or ``ORTHOGONAL``."""

    widths: tuple[int, ...]
    activation: Activation
    law: Law | str
    inputs: int
    backward: bool
    dtype: np.dtype[np.floating]

    @property
    def law_name(self) -> str:
        """The law's name."""
        return self.law if isinstance(self.law, str) else self.law.name


def reason_against(sampler: str, task: Task) -> str | None:
    """Why ``sampler`` cannot sample ``task``, or None where it can."""
    if sampler == "norm-chain":
        if task.law_name != "normal":
            return "a chain of norms needs normal weights"
        if not task.activation.homogeneous:
            return f"a chain of norms needs a homogeneous activation, not {task.activation.name}"
        if task.backward or task.inputs > 1:
            return "a chain of norms follows one input, forward only"
    elif sampler == "deferred" and task.law_name != "normal":
        return f"deferred sampling needs normal weights, not {task.law_name}"
    elif sampler == "orthogonal" and task.law_name != ORTHOGONAL:
        return f"the orthogonal sampler has orthogonal weights, not {task.law_name}"
    elif sampler in ("dense", "streamed") and task.law_name == ORTHOGONAL:
        return "orthogonal weights are sampled by the sampler 'orthogonal' alone"
    return None


def needed_bytes(sampler: str, task: Task) -> int:
    """The memory that one network takes at its peak, in bytes, with nothing else running."""
    item, widths = task.dtype.itemsize, task.widths
    if sampler == "norm-chain":
        return _OVERHEAD
    columns = task.inputs
    signals = item * columns * (sum(widths[1:]) if task.backward else 2 * max(widths))
    working = item * columns * 4 * max(widths) + _OVERHEAD
    if sampler == "deferred" and columns == 1:
        rows = max(1, BLOCK // max(widths))  # narrow networks run several at once
        return rows * (signals + item * 4 * max(widths)) + _OVERHEAD
    if sampler == "deferred":
        sides = [fan_in + fan_out for fan_in, fan_out in pairwise(widths)]
        kept = 2 * item * columns * (sum(sides) if task.backward else max(sides))
        return signals + kept + 2 * item * columns * max(sides) + working
    if sampler == "orthogonal":
        sizes = [2 * max(pair) for pair in pairwise(widths)]
        kept = 2 * item * columns * (sum(sizes) if task.backward else max(sizes))
        return signals + kept + 2 * item * columns * max(sizes) + working
    if sampler == "streamed":
        return signals + TILE_BYTES + working
    cells = [fan_in * fan_out for fan_in, fan_out in pairwise(widths)]
    temporaries = 0 if task.law_name == "normal" else 24 * max(cells)  # a law draws in float64
    return signals + working + item * sum(cells) + temporaries


def choose(sampler: str, task: Task, limit: int) -> str:
    """The sampler to take: the named one, or for ``auto`` the cheapest that is exact and fits.

    Raises ``UnknownNameError`` for an unknown name, and ``InvalidInputError`` for one that cannot
    sample the task, or whose memory is beyond ``limit`` bytes: it says how much is needed, and
    which sampler would fit.
    """
    if sampler != "auto" and sampler not in SAMPLERS:
        raise UnknownNameError("sampler", sampler, ("auto", *SAMPLERS))
    able = [name for name in SAMPLERS if reason_against(name, task) is None]
    fitting = [name for name in able if needed_bytes(name, task) <= limit]
    if sampler == "auto":
        if fitting:
            return fitting[0]
        sampler = min(able, key=lambda name: needed_bytes(name, task))
    reason = reason_against(sampler, task)
    if reason is not None:
        raise InvalidInputError(f"{reason}; take {_listed(able)}")
    if sampler not in fitting:
        needed = in_words(needed_bytes(sampler, task))
        other = (
            f"the sampler {fitting[0]!r} needs {in_words(needed_bytes(fitting[0], task))}"
            if fitting
            else "no other sampler fits; take smaller widths, fewer layers or fewer inputs"
        )
        raise InvalidInputError(
            f"the sampler {sampler!r} needs {needed} at width {max(task.widths)}, "
            f"{in_words(limit)} are allowed; {other}"
        )
    return sampler


def require_time(sampler: str, task: Task, networks: int) -> None:
    """Refuse what takes days: ``dense`` and ``streamed`` draw each of n² weights and multiply."""
    if sampler not in ("dense", "streamed"):
        return
    weights = networks * sum(a * b for a, b in pairwise(task.widths))
    if weights > _MOST_WEIGHTS:
        raise InvalidInputError(
            f"the sampler {sampler!r} would draw {weights:.1g} weights, which takes days; "
            "take smaller widths, or normal or orthogonal weights, of which "
            "nothing is drawn that is not asked for"
        )


def available_bytes() -> int:
    """The machine's free memory; 4 GiB where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass  # not Linux: ask in the way that the others share
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, OSError, ValueError):
        return 4 * 2**30


def in_words(size: float) -> str:
    """A number of bytes for people: 3.0 MiB."""
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} PiB"


def _listed(names: list[str]) -> str:
    return " or ".join(repr(name) for name in names)
