"""What torch, Keras, JAX, Flax, timm and transformers call their activations.

One table by name: ``LeakyReLU``, ``leaky_relu`` and ``leakyrelu`` are one. Only what differs
between packages has a row of its own. Parameters are the frameworks' own; where a function or class
states a default itself, that one is taken, and otherwise the one here (torch 2.13, Keras 3.15, jax
0.10, timm 1.0, transformers 5.24).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

# The modules whose names these are; elsewhere the same name is something else, such as the
# distribution ``torch.distributions.Exponential``.
MODULES: dict[str, tuple[str, ...]] = {
    "torch": (
        "torch", "torch._C._nn", "torch._C._special", "torch.nn.functional",
        "torch.nn.modules.activation", "torch.nn.modules.linear",
    ),
    "keras": (
        "keras.src.activations.activations", "keras.src.layers.activations.activation",
        "keras.src.layers.activations.elu", "keras.src.layers.activations.leaky_relu",
        "keras.src.layers.activations.prelu", "keras.src.layers.activations.relu",
        "keras.src.layers.activations.softmax", "keras.src.layers.core.identity",
        "keras.src.ops.math", "keras.src.ops.nn", "keras.src.ops.numpy",
    ),
    "jax": (
        "jax._src.lax.lax", "jax._src.lax.special", "jax._src.nn.functions",
        "jax._src.ops.special", "jax._src.scipy.special", "jax.lax", "jax.numpy",
    ),
    "flax": ("flax.linen.activation", "flax.nnx.nn.activations"),
    "timm": ("timm.layers.activations", "timm.layers.activations_me"),
    "transformers": ("transformers.activations",),
}  # fmt: skip
PACKAGES = tuple(MODULES)

HARMLESS = frozenset({"inplace"})  # keywords that do not change what is computed


class Needed:
    """Stands for the default of a parameter that has none."""


@dataclass(frozen=True)
class Rule:
    """An activation under a framework's name.

    ``read`` makes of the framework's parameters a name of the catalogue, or a text in z, with our
    parameters.
    """

    read: Callable[[Mapping[str, Any]], tuple[str, dict[str, Any]]]
    defaults: Mapping[str, Any] = field(default_factory=dict)


def _called(name: str, **renamed: str) -> Callable[..., Rule]:
    """The catalogue's ``name``; ``renamed`` has our parameters with the frameworks' names."""

    def with_defaults(**defaults: Any) -> Rule:
        return Rule(
            lambda given: (name, {ours: given[theirs] for ours, theirs in renamed.items()}),
            defaults,
        )

    return with_defaults


def _same(name: str, **defaults: Any) -> Rule:
    return _called(name, **{parameter: parameter for parameter in defaults})(**defaults)


def _text(formula: str) -> Rule:
    return Rule(lambda _: (formula, {}))


def _gelu(given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    approximate = given["approximate"]
    return ("gelu_tanh" if approximate in ("tanh", True) else "gelu"), {}


def _softplus(given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    beta, threshold = given["beta"], given["threshold"]
    if threshold >= 20:  # from there on z itself is taken, which is log(1 + e^z) to 2.1e-9
        return "softplus", {"beta": beta}
    return "softplus_threshold", {"beta": beta, "threshold": threshold}


def _keras_relu(given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    slope, most, start = given["negative_slope"], given["max_value"], given["threshold"]
    if start == 0 and most is None:
        return ("leaky_relu", {"slope": slope}) if slope else ("relu", {})
    above = "z" if most is None else f"min(z, {_number(most)})"
    return f"where(z >= {_number(start)}, {above}, {_number(slope)}*(z - {_number(start)}))", {}


def _squareplus(given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return f"(z + sqrt(z**2 + {_number(given['b'])}))/2", {}


def _clipped_gelu(given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return f"min(max(z*Phi(z), {_number(given['min'])}), {_number(given['max'])})", {}


def _number(value: Any) -> str:
    return f"({Fraction(value)})"


_RELU6 = "min(max(z, 0), 6)"
_THRESHOLD = {"threshold": Needed, "value": Needed}

RULES: dict[str, Rule] = {
    "abs": _same("abs"),
    "absolute": _same("abs"),
    "arctan": _text("arctan(z)"),
    "atan": _text("arctan(z)"),
    "celu": _same("celu", alpha=1),
    "cos": _same("cos"),
    "elu": _same("elu", alpha=1),
    "erf": _same("erf"),
    "exp": _same("exp"),
    "expit": _same("sigmoid"),
    "exponential": _same("exp"),
    "gelu": Rule(_gelu, {"approximate": "none"}),
    "hardshrink": _same("hardshrink", lambd=Fraction(1, 2)),
    "hardsigmoid": _same("hardsigmoid"),
    "hardsilu": _same("hardswish"),
    "hardswish": _same("hardswish"),
    "hardtanh": _same("hardtanh", min_val=-1, max_val=1),
    "identity": _same("linear"),
    "leakyrelu": _called("leaky_relu", slope="negative_slope")(negative_slope=Fraction(1, 100)),
    "logsigmoid": _same("log_sigmoid"),
    "mish": _same("mish"),
    "relu": _same("relu"),
    "relu6": _same("relu6"),
    "rrelu": _same("rrelu", lower=Fraction(1, 8), upper=Fraction(1, 3)),
    "selu": _same("selu"),
    "sigmoid": _same("sigmoid"),
    "sign": _same("sign"),
    "silu": _same("silu"),
    "sin": _same("sin"),
    "softplus": Rule(_softplus, {"beta": 1, "threshold": 20}),
    "softshrink": _same("softshrink", lambd=Fraction(1, 2)),
    "softsign": _same("softsign"),
    "sparseplus": _text("where(z <= -1, 0, where(z < 1, (z + 1)**2/4, z))"),
    "sparsesigmoid": _text("min(max((z + 1)/2, 0), 1)"),
    "specialexpit": _same("sigmoid"),
    "specialerf": _same("erf"),
    "square": _same("square"),
    "squareplus": Rule(_squareplus, {"b": 4}),
    "swish": _same("silu"),
    "tanh": _same("tanh"),
    "tanhshrink": _same("tanhshrink"),
    "threshold": _same("threshold", **_THRESHOLD),
}

OWN_RULES: dict[str, dict[str, Rule]] = {
    "torch": {"prelu": _called("prelu", slope="weight")(weight=Fraction(1, 4))},
    "keras": {
        "hardshrink": _called("hardshrink", lambd="threshold")(threshold=Fraction(1, 2)),
        "leakyrelu": _called("leaky_relu", slope="negative_slope")(negative_slope=Needed),
        "linear": _same("linear"),
        "prelu": _called("prelu", slope="alpha")(alpha=Needed),
        "relu": Rule(_keras_relu, {"negative_slope": 0, "max_value": None, "threshold": 0}),
        "softshrink": _called("softshrink", lambd="threshold")(threshold=Fraction(1, 2)),
        "threshold": _called("threshold", threshold="threshold", value="default_value")(
            threshold=Needed, default_value=Needed
        ),
    },
    "flax": {"prelu": _called("prelu", slope="negative_slope")(negative_slope=Needed)},
    "timm": {
        "gelutanh": _same("gelu_tanh"),
        "hardmish": _text("z*min(max(z + 2, 0), 2)/2"),
        "hardmishme": _text("z*min(max(z + 2, 0), 2)/2"),
        "hardsigmoidme": _same("hardsigmoid"),
        "hardswishme": _same("hardswish"),
        "mishme": _same("mish"),
        "prelu": _called("prelu", slope="weight")(weight=Fraction(1, 4)),
        "quickgelu": _text("z*sigmoid(1.702*z)"),
        "swishme": _same("silu"),
    },
    "transformers": {
        "accurategeluactivation": _same("gelu_tanh"),
        "clippedgeluactivation": Rule(_clipped_gelu, {"min": Needed, "max": Needed}),
        "fastgeluactivation": _text("z*(1 + tanh(z*0.7978845608*(1 + 0.044715*z**2)))/2"),
        "geluactivation": _same("gelu"),
        "gelutanh": _same("gelu_tanh"),
        "laplaceactivation": _text("(1 + erf((z - 0.707107)/(0.282095*sqrt(2))))/2"),
        "linearactivation": _same("linear"),
        "mishactivation": _same("mish"),
        "newgeluactivation": _same("gelu_tanh"),
        "pytorchgelutanh": _same("gelu_tanh"),
        "quickgeluactivation": _text("z*sigmoid(1.702*z)"),
        "relusquaredactivation": _text("max(z, 0)**2"),
        "siluactivation": _same("silu"),
        "sqrtsoftplusactivation": _text("sqrt(softplus(z))"),
    },
}

# These look at several entries at once: there is no φ.
NOT_ELEMENTWISE = frozenset(
    {
        "glu", "logmeanexp", "logsoftmax", "logsumexp", "multiheadattention", "normalize",
        "softmax", "softmax2d", "softmin", "sparsemax", "standardize",
    }
)  # fmt: skip


def rule_of(package: str, name: str) -> Rule | None:
    """The rule for a name of a package, however it is spelled; None for an unknown one."""
    key = plain(name)
    return OWN_RULES.get(package, {}).get(key) or RULES.get(key)


def plain(name: str) -> str:
    """A name without capitals and underscores."""
    return name.lower().replace("_", "")
