"""Many networks, one after the other or several at once, and what is finished when interrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from xavier_theory.activations.catalogue import Activation, get_activation
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import Law, law
from xavier_theory.monte_carlo.layers.deferred_gaussian import DeferredGaussianLayer
from xavier_theory.monte_carlo.layers.deferred_orthogonal import DeferredOrthogonalLayer
from xavier_theory.monte_carlo.layers.dense import DenseLayer
from xavier_theory.monte_carlo.layers.interface import (
    Array,
    SampledLayer,
    checked_dtype,
    checked_variance,
)
from xavier_theory.monte_carlo.layers.kernels import kernel
from xavier_theory.monte_carlo.layers.kinds import (
    ORTHOGONAL,
    Task,
    available_bytes,
    choose,
    require_time,
)
from xavier_theory.monte_carlo.layers.layered import run_layers
from xavier_theory.monte_carlo.layers.moments import NetworkMoments, joined
from xavier_theory.monte_carlo.layers.norm_chain import NormChain
from xavier_theory.monte_carlo.layers.one_pass import BLOCK, OnePass
from xavier_theory.monte_carlo.layers.streamed import StreamedDenseLayer

__all__ = ["SampledRun", "make_layer", "sample_moments"]

T = TypeVar("T")
Unit = Callable[[np.random.SeedSequence, int], NetworkMoments]

_CHAINS = 2**12  # chains of norms that make one unit of a run


@dataclass(frozen=True, eq=False)
class SampledRun:
    """The moments of the networks that were finished, and how they were sampled.

    ``requested`` counts the networks asked for; fewer are finished when the run was interrupted.
    """

    moments: NetworkMoments
    sampler: str
    seed: int
    requested: int

    @property
    def interrupted(self) -> bool:
        """Whether some networks are missing."""
        return self.moments.networks < self.requested


def sample_moments(
    widths: Sequence[int],
    variances: Sequence[float],
    activation: str | Activation,
    *,
    networks: int = 1,
    backward: bool = False,
    x: ArrayLike | None = None,
    weight_law: str | Law = "normal",
    sampler: str = "auto",
    dtype: DTypeLike = np.float32,
    seed: int = 0,
    max_bytes: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> SampledRun:
    """Sample networks with widths n^[0..L] and Var(W^[l]) = ``variances[l-1]``, biases zero.

    ``x`` is ``(n0,)`` or ``(n0, B)``, shared by all networks; all ones by default. Gradients start
    from independent N(0, 1) entries of ∂J/∂a^[L]. ``weight_law`` is a law, its name, or
    ``"orthogonal"``. ``max_bytes`` (the machine's free memory by default) is judged before
    anything is allocated. ``progress`` is told how many networks are finished. An interruption
    (Ctrl-C) keeps the finished networks; with none it goes through. The result depends on the seed
    and the arguments alone, given the sampler.

    Raises ``InvalidInputError`` for bad sizes or variances, an ``x`` that is not finite, memory
    beyond the limit and samplers that cannot; ``UnknownNameError`` for unknown names.
    """
    count = integer_at_least(1, networks, "networks")
    sizes, scales = _checked_sizes(widths, variances)
    kind = checked_dtype(dtype)
    wanted = (
        weight_law if isinstance(weight_law, Law) or weight_law == ORTHOGONAL else law(weight_law)
    )
    columns = 1 if x is None or np.ndim(x) < 2 else np.shape(x)[1]
    task = Task(sizes, get_activation(activation), wanted, columns, backward, kind)
    limit = available_bytes() if max_bytes is None else integer_at_least(1, max_bytes, "max_bytes")
    chosen = choose(sampler, task, limit)
    root = np.random.SeedSequence(integer_at_least(0, seed, "the seed"))
    require_time(chosen, task, count)
    unit, size = _unit(chosen, task, scales, x)
    parts: list[NetworkMoments] = []
    finished = 0
    try:
        for stream, amount in _portions(root, count, size):
            parts.append(unit(stream, amount))
            finished += amount
            if progress is not None:
                progress(finished)
    except KeyboardInterrupt:
        if not parts:
            raise
    return SampledRun(joined(parts), chosen, seed, count)


def _portions(
    root: np.random.SeedSequence, count: int, size: int
) -> Iterator[tuple[np.random.SeedSequence, int]]:
    """A stream of its own for every ``size`` networks: how many run at once changes nothing."""
    for start in range(0, count, size):
        yield root.spawn(1)[0], min(size, count - start)


def _unit(
    sampler: str, task: Task, variances: tuple[float, ...], x: ArrayLike | None
) -> tuple[Unit, int]:
    """The function that samples some networks at once, and how many make a portion."""
    if sampler == "norm-chain":
        return _chains(task, variances, x), _CHAINS
    columns = _input(task, x)
    if sampler == "deferred" and task.inputs == 1:
        return _one_passes(task, variances, columns[:, 0]), max(1, BLOCK // max(task.widths))
    return _layered(sampler, task, variances, columns), 1


def _chains(task: Task, variances: tuple[float, ...], x: ArrayLike | None) -> Unit:
    chain = NormChain(task.widths, variances, task.activation)
    # The default input is all ones: its norm is known at widths beyond any array.
    norm = float(task.widths[0]) if x is None else float(np.sum(_input(task, x).astype(float) ** 2))
    start = np.log(norm) if norm > 0 else -np.inf
    widths = np.log(np.array(task.widths, dtype=float))[:, None]

    def unit(seed: np.random.SeedSequence, amount: int) -> NetworkMoments:
        path = chain.sample(np.random.default_rng(seed), amount, start) - widths
        return NetworkMoments(path.T[:, :, None], None, None)

    return unit


def _one_passes(task: Task, variances: tuple[float, ...], x: Array) -> Unit:
    phi = kernel(task.activation)

    def unit(seed: np.random.SeedSequence, amount: int) -> NetworkMoments:
        # Nearly all the time goes into normals, and this is NumPy's quickest source of them.
        generator = np.random.Generator(np.random.SFC64(seed))
        return OnePass(generator, task.widths, variances, phi, x, amount).run(task.backward)

    return unit


def _layered(sampler: str, task: Task, variances: tuple[float, ...], columns: Array) -> Unit:
    def unit(seed: np.random.SeedSequence, amount: int) -> NetworkMoments:
        if amount != 1:
            raise InvalidInputError(f"networks of the sampler {sampler!r} run one at a time")
        top, *seeds = seed.spawn(len(variances) + 1)
        layers = [
            make_layer(sampler, task, each, (fan_out, fan_in), variance)
            for each, fan_in, fan_out, variance in zip(
                seeds, task.widths[:-1], task.widths[1:], variances, strict=True
            )
        ]
        gradient = None
        if task.backward:
            shape = (task.widths[-1], task.inputs)
            gradient = np.random.default_rng(top).standard_normal(shape).astype(task.dtype)
        return run_layers(layers, task.activation, columns, gradient, close=True)

    return unit


def make_layer(
    sampler: str,
    task: Task,
    seed: np.random.SeedSequence,
    shape: tuple[int, int],
    variance: float,
) -> SampledLayer:
    """A layer of the kind that ``sampler`` names, with weights of the task's law."""
    if sampler == "streamed":
        return StreamedDenseLayer(seed, shape, variance, task.dtype, task.law)
    generator = np.random.default_rng(seed)
    if sampler == "deferred":
        return DeferredGaussianLayer(generator, shape, variance, task.dtype)
    if sampler == "orthogonal":
        return DeferredOrthogonalLayer(generator, shape, variance, task.dtype)
    return DenseLayer(generator, shape, variance, task.dtype, task.law)


def _input(task: Task, x: ArrayLike | None) -> Array:
    """x as ``(n0, B)`` of the task's dtype; all ones when there is none."""
    fan = task.widths[0]
    if x is None:
        return np.ones((fan, 1), task.dtype)
    found = np.asarray(x)
    if found.dtype.kind not in "iuf" or found.ndim not in (1, 2) or len(found) != fan:
        raise InvalidInputError(
            f"x must be real, of shape ({fan},) or ({fan}, B), got dtype {found.dtype}, "
            f"shape {found.shape}"
        )
    with np.errstate(over="ignore"):  # reported below
        columns = found.reshape(fan, -1).astype(task.dtype)
    if columns.shape[1] < 1 or not np.isfinite(columns).all():
        raise InvalidInputError(f"x must have at least one column, finite in {task.dtype}")
    return columns


def _checked_sizes(
    widths: Sequence[int], variances: Sequence[float]
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    if len(widths) < 2 or len(variances) != len(widths) - 1:
        raise InvalidInputError(
            f"a network of L >= 1 layers has L + 1 widths and L variances, "
            f"got {len(widths)} and {len(variances)}"
        )
    sizes = _each(lambda width: integer_at_least(1, width, "a width"), tuple(widths))
    return sizes, _each(checked_variance, tuple(variances))


def _each(check: Callable[[object], T], values: tuple[object, ...]) -> tuple[T, ...]:
    """``check`` of every value, done once for an object that repeats: layers are often alike."""
    known = {id(value): check(value) for value in {id(value): value for value in values}.values()}
    return tuple(known[id(value)] for value in values)
