"""How frameworks spell what the language has: ``torch.clamp``, ``x.tanh()``, ``nn.SiLU()(x)``.

Prefixes are read as their names mean and nothing is imported: ``torch.sigmoid(x)`` is sigmoid of
the variable. A name of the catalogue is a function too, with its parameters by place or by name.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from xavier_theory.activations.expressions.building import (
    add,
    apply,
    divide,
    extremum,
    multiply,
    negate,
    number,
    positive,
    power,
    where,
)
from xavier_theory.activations.expressions.nodes import Constant, Node

VARIABLES = ("z", "x")
MODULES = frozenset({
    "torch", "np", "numpy", "F", "nn", "math", "jnp", "jax", "tf", "keras", "ops", "K", "scipy",
    "special", "sp", "sympy", "functional", "lax", "activations", "linalg", "backend",
})  # fmt: skip
ALIASES = {
    "absolute": "abs", "fabs": "abs", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh", "expit": "sigmoid",
    "minimum": "min", "maximum": "max", "amax": "max", "ln": "log", "ndtr": "Phi",
    "clamp": "clip", "clip_by_value": "clip", "rint": "round", "power": "pow",
    "leakyrelu": "leaky_relu", "swish": "silu", "exponential": "exp", "sgn": "sign",
    "heaviside": "step", "identity": "linear", "relu_6": "relu6", "hard_sigmoid": "hardsigmoid",
    "hard_swish": "hardswish", "hard_silu": "hardswish", "hard_tanh": "hardtanh",
    "hard_shrink": "hardshrink", "soft_shrink": "softshrink", "tanh_shrink": "tanhshrink",
    "soft_sign": "softsign", "logsigmoid": "log_sigmoid",
}  # fmt: skip
PARAMETERS = {
    "negative_slope": "slope", "a": "slope", "alpha": "slope", "minval": "min_val",
    "maxval": "max_val",
}  # fmt: skip
"""Other names of parameters of the catalogue, wherever the activation has no such name itself."""

_HALF = number(Fraction(1, 2))


def _floor(u: Node) -> Node:
    return apply("floor", u)


def _ceil(u: Node) -> Node:
    return negate(_floor(negate(u)))


def _normalized_sinc(u: Node) -> Node:
    turned = multiply(Constant("pi"), u)
    return divide(apply("sin", turned), turned)


STEPWISE: dict[str, Callable[[Node], Node]] = {
    "floor": _floor,
    "ceil": _ceil,
    "round": lambda u: _floor(add(u, _HALF)),
    "trunc": lambda u: where(positive(u, True), _floor(u), _ceil(u)),
}
"""``round`` sends halves up; which way they go matters at single points only."""

SINC = {"np": _normalized_sinc, "numpy": _normalized_sinc, "torch": _normalized_sinc,
        "jnp": _normalized_sinc, "sympy": lambda u: divide(apply("sin", u), u),
        "sp": lambda u: divide(apply("sin", u), u)}  # fmt: skip
"""sinc by its module: NumPy's and torch's have π inside, sympy's has not."""

SOFT: dict[str, Callable[[Node], Node]] = {
    "sech": lambda u: power(apply("cosh", u), -1),
    "cot": lambda u: divide(apply("cos", u), apply("sin", u)),
    "rsqrt": lambda u: power(u, Fraction(-1, 2)),
    "neg": negate,
    "negative": negate,
}


NOT_ELEMENTWISE = frozenset({
    "softmax", "log_softmax", "softmin", "logsumexp", "layer_norm", "batch_norm", "rms_norm",
    "attention", "maxout", "glu", "geglu", "swiglu", "reglu", "bilinear",
})  # fmt: skip
GATES = {
    "glu": "sigmoid", "geglu": "gelu", "swiglu": "silu", "reglu": "relu", "bilinear": "linear",
}  # fmt: skip
"""Gates φ(u)·v by name (Shazeer 2020, equations 4 and 5), and their φ."""
_PLAIN_NOT_ELEMENTWISE = frozenset(name.replace("_", "") for name in NOT_ELEMENTWISE)


def not_elementwise(name: str) -> str | None:
    """Why a name is none of an activation φ(z), or None where it may be one."""
    key = plain(name)
    if key not in _PLAIN_NOT_ELEMENTWISE:
        return None
    if key in GATES:
        return (
            f"{name} is a gate {GATES[key]}(u)·v of two pre-activations: gain, variance and "
            "initialization know it, and length_map_of and dual_kernel; there is no phase of it"
        )
    if key == "maxout":
        return (
            "maxout is the largest of several pre-activations: gain, variance and initialization "
            "know it (pieces=2), and length_map_of; there is no phase of it"
        )
    return (
        f"{name} is no elementwise activation: each output depends on several inputs, and so it "
        "has no gain of its own"
    )


def clipped(u: Node, low: Node | None, high: Node | None) -> Node:
    """``u`` kept between the ends that there are."""
    bounded = u if low is None else extremum(True, u, low)
    return bounded if high is None else extremum(False, bounded, high)


def plain(name: str) -> str:
    """A name without capitals and underscores, to recognize ``ReLU``, ``SiLU`` and ``ReLU6``."""
    return name.replace("_", "").lower()
