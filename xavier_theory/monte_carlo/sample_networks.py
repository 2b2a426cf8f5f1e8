"""Networks of one width sampled and predicted, layer by layer: what ``xavier-theory sample`` shows.

Notation: width n and L layers, biases zero, s = n·Var(W), an input with ‖x‖²/n = 1;
m^[l] = ‖a^[l]‖²/n. Infinite width: m^[l] = M(q^[l]) with q^[l] = s·m^[l-1] and
M(q) = E φ(√q·Z)²; gradients from ‖∂J/∂a^[L]‖²/n = 1 gain the factor χ(q^[l]) = s·E φ'(√q·Z)² a
layer (Poole et al. 2016, equation 3; Schoenholz et al. 2017, section 3).

Finite width. Given a^[l-1] the entries of z^[l] are independent N(0, s·m^[l-1]) for normal weights,
so m^[l] has mean M and variance (E φ⁴ − M²)/n, and inherits the spread of m^[l-1] through M'. For
homogeneous φ that gives E (m^[l])²/(E m^[l])² = (1 + (κ − 1)/n)^l with κ = E φ⁴/(E φ²)² exactly
(5/n for relu); for others it is the leading order in 1/n. The band holds 95 % of networks if m^[l]
is log-normal with that mean and variance, as it is in the limit of depth and width together for
relu (Hanin & Nica 2020, theorem 1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from xavier_theory.activations.catalogue import Activation, as_activation
from xavier_theory.activations.enclosures import nearest_float
from xavier_theory.activations.gains import Gain
from xavier_theory.activations.initializations import Initialization, initialization
from xavier_theory.activations.plain_numbers import positive_integer
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import law as weight_law
from xavier_theory.monte_carlo.layers.log_factors import (
    log_factor_moments,
    log_moments_are_known,
)
from xavier_theory.monte_carlo.layers.runs import SampledRun, sample_moments
from xavier_theory.monte_carlo.network_predictions import (
    NetworkPrediction,
    is_flat,
    predict_network,
)
from xavier_theory.shown import Shown

__all__ = [
    "LayerSample",
    "NetworkSample",
    "sample",
]

_ROUNDING = 1e-12  # of a logarithm, after thousands of layers
_ORTHOGONAL = "orthogonal"


@dataclass(frozen=True)
class LayerSample:
    """One layer, sampled and predicted; every value is a natural logarithm, −∞ for zero.

    ``log_mean`` and ``log_median`` are over the networks, of m^[l]; ``log_predicted`` is the limit
    of infinite width, None where it could not be computed, ``log_band`` the ends of the band for
    one network, None where the theory has none. The gradient's are of ‖∂J/∂a^[l]‖²/n, None without
    a backward pass. ``log_law`` is the exact mean and standard deviation of log m^[l], given that
    no layer is dead, where they are known.
    """

    layer: int
    width: int
    log_mean: float
    log_median: float
    log_predicted: float | None
    log_band: tuple[float, float] | None
    log_gradient: float | None = None
    log_gradient_predicted: float | None = None
    log_law: tuple[float, float] | None = None

    def to_dict(self) -> dict[str, object]:
        """Plain values by name; one that no float holds is None, and its logarithm tells it."""
        found: dict[str, object] = {
            "layer": self.layer,
            "width": self.width,
            "second_moment": _plain(self.log_mean),
            "median": _plain(self.log_median),
            "predicted": None if self.log_predicted is None else _plain(self.log_predicted),
            "band": None if self.log_band is None else [_plain(end) for end in self.log_band],
            "log_second_moment": _finite(self.log_mean),
            "log_predicted": None if self.log_predicted is None else _finite(self.log_predicted),
            "log_mean_exact": None if self.log_law is None else self.log_law[0],
            "log_deviation_exact": None if self.log_law is None else self.log_law[1],
        }
        if self.log_gradient is not None:
            known = self.log_gradient_predicted
            found["gradient_second_moment"] = _plain(self.log_gradient)
            found["gradient_predicted"] = None if known is None else _plain(known)
        return found


@dataclass(frozen=True, repr=False)
class NetworkSample(
    Shown,
    text="xavier_theory.monte_carlo.sample_text:sample_text",
    markdown="xavier_theory.monte_carlo.sample_text:sample_markdown",
):
    """Sampled networks with their prediction. ``layers[0]`` is the input.

    ``second_moment`` and its like are arrays over the layers 0..L. ``missing`` says why a
    prediction is missing, where one is.
    """

    activation: str
    init: str
    scale: float
    law: str
    sampler: str
    seed: int
    requested: int
    networks: int
    layers: tuple[LayerSample, ...]
    missing: str | None = None

    def __repr__(self) -> str:
        width, depth = self.layers[0].width, len(self.layers) - 1
        return f"NetworkSample({self.activation!r:.40}, {self.init!r}, {width=}, {depth=})"

    @property
    def second_moment(self) -> NDArray[np.float64]:
        """The mean of m^[l] over the networks, ``(L + 1,)``; ∞ beyond the range of floats."""
        return self._plain("log_mean")

    @property
    def median(self) -> NDArray[np.float64]:
        """The median of m^[l] over the networks, ``(L + 1,)``."""
        return self._plain("log_median")

    @property
    def predicted(self) -> NDArray[np.float64]:
        """The limit of infinite width, ``(L + 1,)``; NaN where it is not known."""
        return self._plain("log_predicted")

    @property
    def band(self) -> NDArray[np.float64]:
        """The band for one network, ``(L + 1, 2)``; NaN where it is not known."""
        logs = [layer.log_band or (math.nan, math.nan) for layer in self.layers]
        return _exponential(logs)

    @property
    def gradient(self) -> NDArray[np.float64]:
        """The mean of ‖∂J/∂a^[l]‖²/n, ``(L + 1,)``; NaN without a backward pass."""
        return self._plain("log_gradient")

    @property
    def gradient_predicted(self) -> NDArray[np.float64]:
        """The gradient's limit of infinite width, ``(L + 1,)``; NaN where it is not known."""
        return self._plain("log_gradient_predicted")

    def _plain(self, name: str) -> NDArray[np.float64]:
        found = (getattr(layer, name) for layer in self.layers)
        return _exponential([math.nan if log is None else log for log in found])

    def to_records(self) -> list[dict[str, object]]:
        """A record of plain values for each of the layers 0..L, as ``pandas.DataFrame`` takes."""
        return [layer.to_dict() for layer in self.layers]

    @property
    def interrupted(self) -> bool:
        """Whether fewer networks were finished than were asked for."""
        return self.networks < self.requested

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON: ``layers`` are 1..L, and ``input`` is layer 0."""
        return {
            "activation": self.activation,
            "init": self.init,
            "width_times_variance": self.scale,
            "law": self.law,
            "sampler": self.sampler,
            "seed": self.seed,
            "networks": self.networks,
            "interrupted": self.interrupted,
            "missing": self.missing,
            "input": self.layers[0].to_dict(),
            "layers": [layer.to_dict() for layer in self.layers[1:]],
        }


def sample(
    width: int,
    depth: int,
    activation: Any,
    init: Any = "he",
    *,
    networks: int = 1,
    backward: bool = False,
    law: str = "normal",
    sampler: str = "auto",
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
    **parameters: Any,
) -> NetworkSample:
    """Sample ``networks`` networks of ``depth`` layers of ``width`` units, and predict them.

    ``init`` is s = n·Var(W), or what ``initializations`` names; ``"orthogonal"`` also chooses
    orthogonal weights, otherwise ``law`` names a law of weights. ``parameters`` are the
    activation's. ``sampler`` is that of ``sample_moments``, which says what is raised.

    Returns the ``NetworkSample``: arrays over the layers 0..L (``.second_moment``, ``.median``,
    ``.predicted``, ``.band``, ``.gradient``, …), ``.to_records()``, ``.layers``, ``.to_dict()``.
    """
    known = as_activation(activation, **parameters)
    units, layers = positive_integer(width, "width"), positive_integer(depth, "depth")
    chosen = initialization(init, known, units)
    scale = nearest_float(chosen.weight_variance)
    if backward and is_flat(known):
        raise InvalidInputError(
            f"the derivative of {known.name[:60]} is 0 wherever there is one, so that no gradient "
            "comes through: leave out the backward pass"
        )
    weights = _ORTHOGONAL if chosen.orthogonal else weight_law(law).name
    if chosen.orthogonal and law != "normal":
        raise InvalidInputError(f"orthogonal weights have no law of entries; leave out law {law!r}")
    run = sample_moments(
        (units,) * (layers + 1),
        (scale / units,) * layers,
        known,
        networks=networks,
        backward=backward,
        weight_law=weights,
        sampler=sampler,
        seed=seed,
        progress=progress,
    )
    exact = _log_factor(known, scale, units) if weights == "normal" else None
    # what a law leaves of the variance that it is told, as truncation without correction does
    effective = scale if chosen.orthogonal else scale * weight_law(law).variance_factor
    predicted = predict_network(known, effective, units, layers, backward=backward)
    rows = _rows(run, units, predicted, exact, weights != _ORTHOGONAL)
    return NetworkSample(
        known.name, _shown(init, chosen), scale, weights, run.sampler, seed, run.requested,
        run.moments.networks, rows, predicted.missing,
    )  # fmt: skip


def _shown(init: Any, chosen: Initialization) -> str:
    """The initialization's name, or n·Var(W) as it was written."""
    if isinstance(init, str):
        return init
    return chosen.name if isinstance(init, Gain) else str(init)


def _log_factor(activation: Activation, scale: float, width: int) -> tuple[float, float] | None:
    """The exact mean and variance of log(m^[l]/m^[l-1]), where they are known."""
    if not log_moments_are_known(activation, width):
        return None
    found = log_factor_moments(activation, width)
    return math.log(scale / width) + found.mean, found.variance


def _rows(
    run: SampledRun,
    width: int,
    predicted: NetworkPrediction,
    exact: tuple[float, float] | None,
    has_band: bool,
) -> tuple[LayerSample, ...]:
    logs = run.moments.log_activation[:, :, 0]
    back = None if run.moments.log_gradient is None else _means(run.moments.log_gradient[:, :, 0])
    means, medians = _means(logs), np.sort(logs, axis=0)[len(logs) // 2]
    rows = []
    for layer, (mean, median) in enumerate(zip(means, medians, strict=True)):
        centre, growth = predicted.signal[layer], predicted.growth[layer]
        gradient = predicted.gradient[layer]
        band = None if centre is None or growth is None else predicted.band(layer)
        rows.append(
            LayerSample(
                layer,
                width,
                _log(mean),
                _log(median),
                None if centre is None else _log(centre),
                None if band is None or not has_band else (_log(band[0]), _log(band[1])),
                None if back is None else _log(back[layer]),
                None if back is None or gradient is None else _log(gradient),
                None if exact is None else (_log(layer * exact[0]), math.sqrt(layer * exact[1])),
            )
        )
    return tuple(rows)


def _means(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithm of the mean over networks, of values given by logarithms."""
    found = np.asarray(logsumexp(logs, axis=0), dtype=float)
    return found - math.log(len(logs))


def _log(value: float) -> float:
    """A logarithm without what rounding makes of 0: neither −1e-16 nor −0.0."""
    return float(value) if abs(value) > _ROUNDING else 0.0


def _exponential(logs: Sequence[float | tuple[float, float]]) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):
        return np.exp(np.array(logs, dtype=float))


def _plain(log: float) -> float | None:
    return math.exp(log) if log < 709.0 else None


def _finite(log: float) -> float | None:
    return log if math.isfinite(log) else None
