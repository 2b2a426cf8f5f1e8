"""The initialization of a weight in the form that people paste."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from xavier_theory.activations.expressions.spellings import GATES
from xavier_theory.activations.gains import Gain, gain
from xavier_theory.errors import (
    InvalidInputError,
    UnknownNameError,
    XavierTheoryError,
    closest,
)
from xavier_theory.frameworks.fan_counts import MODES, Fans
from xavier_theory.frameworks.fans import fans

LAWS = ("normal", "uniform", "truncated-normal", "orthogonal")
CUT = 2  # standard deviations at which all three frameworks cut a normal law


def truncated_std(cut: float) -> float:
    """√(1 − 2c·p(c)/(2Φ(c) − 1)), the standard deviation of N(0, 1) between −c and c: weight-laws.

    Below c = 0.01 too many digits would cancel, and the law is uniform but for 2e-5; above 8
    nothing is cut that a double could tell. Raises ``InvalidInputError`` there.
    """
    if not 0.01 <= cut <= 8:
        raise InvalidInputError(f"a normal law is cut between 0.01 and 8 of it, got cut={cut!r}")
    density = math.exp(-cut * cut / 2) / math.sqrt(2 * math.pi)
    return math.sqrt(1 - 2 * cut * density / math.erf(cut / math.sqrt(2)))


TRUNCATED = truncated_std(CUT)


@dataclass(frozen=True)
class Initialization:
    """How to draw a weight: its variance, its law's numbers, and lines for the frameworks.

    ``variance`` = g²/``fan``, where ``fan`` is the effective fan of ``mode``, exactly. ``bound`` is
    that of a uniform law, ``std_before_truncation`` that of a normal law which is then cut at two
    of them; each is None for another law. ``scales`` are the gains of an orthogonal law by
    framework, whose initializers flatten the weight differently. ``parameter`` is the weight's name
    in torch's line.
    """

    gain: Gain
    fans: Fans
    law: str
    mode: str
    parameter: str = "weight"

    @property
    def activation(self) -> str:
        """The activation before these weights."""
        return self.gain.activation

    @property
    def fan(self) -> Fraction:
        """The number of products that the variance is divided by."""
        return self.fans.effective(self.mode)

    @cached_property
    def variance(self) -> float:
        """Var(W) = g²/fan."""
        enclosure = self.gain.enclosure
        root = Fraction(self.gain.value) if enclosure is None else enclosure.midpoint
        return float(root**2 / self.fan)

    @cached_property
    def std(self) -> float:
        """The standard deviation of an entry, as it is after any truncation."""
        return math.sqrt(self.variance)

    @property
    def bound(self) -> float | None:
        """√(3 Var(W)), for a law uniform between −bound and bound."""
        return math.sqrt(3 * self.variance) if self.law == "uniform" else None

    @property
    def std_before_truncation(self) -> float | None:
        """The standard deviation to ask for, which cutting at two of it makes ``std``."""
        return self.std / TRUNCATED if self.law == "truncated-normal" else None

    @property
    def scales(self) -> Mapping[str, float] | None:
        """What multiplies an orthogonal matrix, by framework.

        An entry of an orthogonal r×c matrix has variance 1/max(r, c): each of its unit vectors has
        that many entries. So the scale is √(Var(W)·max(r, c)), and the gain for square matrices.
        """
        if self.law != "orthogonal":
            return None
        return {
            name: math.sqrt(self.variance * max(matrix(name, shape)))
            for name, shape in self.fans.shapes.items()
        }

    @property
    def signal_factor(self) -> float:
        """What one layer makes of the pre-activations' second moment q: 1 where it is kept."""
        moment = self.gain.second_moment.value / float(self.gain.q)
        return float(self.fans.effective_in) * self.variance * moment

    @property
    def gradient_factor(self) -> float | None:
        """What one layer makes of the gradient's second moment; infinite where φ jumps.

        None where no gradient goes further back.
        """
        if self.fans.effective_out is None:
            return None
        slopes = self.gain.derivative_second_moment.value
        return float(self.fans.effective_out) * self.variance * slopes

    @property
    def stability(self) -> str | None:
        """Whether q, where it is kept, is a stable fixed point over depth; None if not proven."""
        from xavier_theory.activations.mean_field.drift import gain_stability

        kept = self.fan == self.fans.effective_in and self.gain.convention == "second-moment"
        return gain_stability(self.gain) if kept else None

    @property
    def theorem(self) -> str:
        """The theorem that says what this variance keeps."""
        if self.gain.convention == "backward":
            return "correlation-map"
        if self.mode != "fan_in":
            return "backward-variance" if self.mode == "fan_out" else "glorot-variance"
        return _THEOREMS.get(self.activation, "general-gain")

    @property
    def torch(self) -> str | None:
        """The line for torch; None where torch has no such layer."""
        return self._line("torch")

    @property
    def keras(self) -> str | None:
        """The initializer for Keras; None where Keras has no such layer."""
        return self._line("keras")

    @property
    def jax(self) -> str | None:
        """The initializer for JAX and Flax; None where they have no such layer."""
        return self._line("jax")

    def _line(self, framework: str) -> str | None:
        if framework not in self.fans.shapes:
            return None
        if self.law == "orthogonal":
            number = (self.scales or {})[framework]
        elif self.law == "truncated-normal":
            number = self.std / TRUNCATED
        else:
            number = self.std if self.bound is None else self.bound
        ends = -CUT * number, CUT * number
        return _LINES[framework][self.law].format(number, *ends, weight=self.parameter)

    def to_json(self) -> dict[str, Any]:
        """The initialization as data for JSON."""
        data: dict[str, Any] = {
            "activation": self.activation, "gain": self.gain.value, "law": self.law,
            "mode": self.mode, "fan": str(self.fan), "variance": self.variance, "std": self.std,
            "bound": self.bound, "std_before_truncation": self.std_before_truncation,
            "scales": None if self.scales is None else dict(self.scales),
            "torch": self.torch, "keras": self.keras, "jax": self.jax, "theorem": self.theorem,
        }  # fmt: skip
        return data | {"fans": self.fans.to_json()}

    def _rows(self) -> list[tuple[str, str]]:
        fan = str(self.fan) if self.fan.denominator == 1 else f"{float(self.fan):.6g}"
        named = "" if self.mode == "fan_in" else f", {self.mode}"
        rows = [("Var(W)", f"{self.variance:.10g} = g²/{fan}, g = {self.gain.value:.10g}{named}")]
        rows.append(("std", f"{self.std:.10g}"))
        if self.bound is not None:
            rows.append(("bound", f"{self.bound:.10g}"))
        if self.std_before_truncation is not None:
            rows.append(("before cutting at 2σ", f"{self.std_before_truncation:.10g}"))
        for name in ("torch", "keras", "jax"):
            line = self._line(name)
            if line is not None:
                rows.append((name, line))
        rows += [
            ("signal", self._kept("signal_factor")),
            ("gradient", self._kept("gradient_factor")),
        ]
        return [*rows, ("theorem", self.theorem)]

    def _kept(self, name: str) -> str:
        try:
            factor = getattr(self, name)
        except XavierTheoryError as error:
            return f"not known: {error}"
        if factor is None:
            return "none goes further back"
        if abs(factor - 1) > 1e-12:
            return f"×{factor:.6g} per layer"
        if name == "gradient_factor":
            return "kept"
        return f"kept, {self.stability or 'not proven stable or unstable'} over depth"

    def _heading(self) -> str:
        what = _heading(self.fans)
        article = "an" if what[0] in "aeiou" else "a"
        return f"{self.activation} before {article} {what}, {self.law} law"

    def __str__(self) -> str:
        rows = self._rows()
        width = max(len(title) for title, _ in rows)
        return "\n".join([self._heading(), *(f"  {t.ljust(width)}  {text}" for t, text in rows)])

    def _repr_markdown_(self) -> str:
        lines = [f"**{self._heading()}**", "", "| | |", "| --- | --- |"]
        shown = {"torch", "keras", "jax"}
        return "\n".join(
            [*lines, *(f"| {t} | {f'`{x}`' if t in shown else x} |" for t, x in self._rows())]
        )


def remembered(
    activation: Any, shape: Any, law: str, mode: str, further: Mapping[str, Any]
) -> Initialization:
    """``initialization``, kept for small weights, which are drawn faster than it is worked out.

    What is kept is certified, and asked for by plain values, so that nothing can change it.
    """
    # 1, 1.0 and True are equal, and not all of them are a number of groups
    asked = activation, shape, law, mode, tuple(sorted(further.items())), repr((shape, further))
    if isinstance(activation, str) and isinstance(shape, tuple):
        try:
            hash(asked)
        except TypeError:  # a list among the layer's numbers
            pass
        else:
            with suppress(_EstimatedError):
                return _remembered(*asked)
    return initialization(activation, shape, law=law, mode=mode, **further)


class _EstimatedError(Exception):
    """What is not certified depends on the work that was allowed, and is not kept."""


@lru_cache(maxsize=512, typed=True)
def _remembered(
    activation: str,
    shape: tuple[int, ...],
    law: str,
    mode: str,
    further: tuple[tuple[str, Any], ...],
    written: str,
) -> Initialization:
    found = initialization(activation, shape, law=law, mode=mode, **dict(further))
    if found.gain.enclosure is None:
        raise _EstimatedError
    return found


_THEOREMS = {
    "linear": "xavier-variance",
    "relu": "he-variance",
    **dict.fromkeys(("leaky_relu", "prelu", "rrelu"), "leaky-relu-variance"),
    **dict.fromkeys(GATES, "gated-product"),
    "maxout": "maxout-second-moment",
}

_LINES = {
    "torch": {
        "normal": "torch.nn.init.normal_(layer.{weight}, std={0!r})",
        "uniform": "torch.nn.init.uniform_(layer.{weight}, -{0!r}, {0!r})",
        "truncated-normal": "torch.nn.init.trunc_normal_(layer.{weight}, std={0!r}, "
        "a={1!r}, b={2!r})",
        "orthogonal": "torch.nn.init.orthogonal_(layer.{weight}, gain={0!r})",
    },
    "keras": {
        "normal": "keras.initializers.RandomNormal(stddev={0!r})",
        "uniform": "keras.initializers.RandomUniform(-{0!r}, {0!r})",
        "truncated-normal": "keras.initializers.TruncatedNormal(stddev={0!r})",
        "orthogonal": "keras.initializers.Orthogonal(gain={0!r})",
    },
    "jax": {
        "normal": "jax.nn.initializers.normal({0!r})",
        "uniform": "lambda key, shape, dtype=None, **_: "
        "jax.random.uniform(key, shape, dtype, -{0!r}, {0!r})",
        "truncated-normal": "jax.nn.initializers.truncated_normal({0!r})",
        "orthogonal": "jax.nn.initializers.orthogonal({0!r})",
    },
}


def _heading(found: Fans) -> str:
    from xavier_theory.frameworks.showing import heading

    return heading(found)


def matrix(framework: str, shape: tuple[int, ...]) -> tuple[int, int]:
    """The matrix that a framework makes of a weight before it draws an orthogonal one."""
    if framework == "torch":
        return shape[0], math.prod(shape[1:])
    return math.prod(shape[:-1]), shape[-1]


def initialization(
    activation: Any,
    shape: Any,
    *,
    law: str = "normal",
    mode: str = "fan_in",
    q: Any = 1,
    convention: str = "second-moment",
    **further: Any,
) -> Initialization:
    """How to draw the weights after ``activation``: g²/fan, with the fan that is really summed.

    Parameters
    ----------
    activation: as in ``gain``, with its parameters among ``further``.
    shape: a shape, a layer, or ``Fans``. Of a shape, ``further`` has what ``fans`` takes; its
        layout is ``torch`` unless said otherwise.
    law: one of ``normal``, ``uniform``, ``truncated-normal`` (at two standard deviations),
        ``orthogonal``.
    mode: ``fan_in`` keeps the signal, ``fan_out`` the gradient of a linear layer, ``fan_avg`` is
        between.
    q, convention: as in ``gain``.

    Raises ``UnknownNameError`` and ``InvalidInputError`` as ``gain`` and ``fans`` do.
    """
    law = str(law).replace("_", "-")
    law = "truncated-normal" if law == "trunc-normal" else law
    if law not in LAWS:
        raise UnknownNameError("law", law, LAWS)
    if mode not in MODES:
        raise UnknownNameError("mode", str(mode), MODES)
    names = set(inspect.signature(fans).parameters)
    layer = {name: value for name, value in further.items() if name in names}
    parameters = {name: value for name, value in further.items() if name not in names}
    try:
        found = gain(activation, q=q, convention=convention, **parameters)
    except InvalidInputError as error:
        near = [closest(name, names, 0.8) for name in parameters]
        meant = next((name[0] for name in near if name), None)
        if meant is None or "takes" not in str(error):
            raise
        raise InvalidInputError(f"{error}; did you mean {meant!r}?") from None
    if isinstance(shape, Fans):
        if layer:
            raise InvalidInputError(f"Fans say already what {next(iter(layer))} is; leave it out")
        counted = shape
    else:
        told = {"layout": "torch"} if isinstance(shape, list | tuple) else {}
        counted = fans(shape, **(told | layer))
    counted.effective(mode)  # where there is no such fan, this says so
    named = layer.get("parameter") or "weight"
    return Initialization(found, counted, law, mode, named)
