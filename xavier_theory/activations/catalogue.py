"""The catalogue: every activation known by name, each written in the language of expressions.

One line per activation: its formula in ``z`` and its parameters, whose defaults are those of
``torch.nn`` where torch has the activation. ``docs/activations.md`` lists them with torch's names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from xavier_theory.activations.activation import Activation, from_expression
from xavier_theory.activations.exact_numbers import exact_fraction
from xavier_theory.activations.expressions.calls import Named
from xavier_theory.activations.expressions.elementary import FUNCTIONS, SHORTHANDS
from xavier_theory.activations.expressions.nodes import Constant, Node, Parameter
from xavier_theory.activations.expressions.parsing import parse
from xavier_theory.activations.expressions.rewriting import rebuilt, substitute
from xavier_theory.activations.expressions.spellings import (
    ALIASES,
    MODULES,
    PARAMETERS,
    SOFT,
    STEPWISE,
    not_elementwise,
    plain,
)
from xavier_theory.activations.framework_objects import recognized, sampled
from xavier_theory.errors import InvalidInputError, UnknownNameError

__all__ = [
    "Activation", "activation_names", "as_activation", "get_activation", "template_of",
]  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A formula with its parameters' defaults, and what is known without computing.

    ``steepest`` is the Lipschitz constant, rounded up by less than a percent; a function of the
    parameters where they matter, None where there is none (a jump, or unbounded slopes).
    ``torch`` is the name in ``torch.nn``.
    """

    formula: str
    parameters: dict[str, Fraction] = field(default_factory=dict)
    steepest: Callable[..., Fraction | None] | Fraction | int | None = None
    homogeneous: bool = False
    torch: str | None = None
    check: Callable[..., str | None] = lambda **_: None


_ONE, _HALF = Fraction(1), Fraction(1, 2)


def _not_negative(**values: Fraction) -> str | None:
    return next((f"{n} must not be negative" for n, v in values.items() if v < 0), None)


def _positive(**values: Fraction) -> str | None:
    return next((f"{n} must be positive" for n, v in values.items() if v <= 0), None)


def _ordered(min_val: Fraction, max_val: Fraction) -> str | None:
    return None if min_val < max_val else "min_val must be below max_val"


def _slope(slope: Fraction) -> Fraction:
    return max(_ONE, abs(slope))


_LEAKY = "where(z > 0, z, slope*z)"
_GELU_TANH = "z*(1 + tanh(sqrt(2/pi)*(z + 0.044715*z**3)))/2"
_SELU = "selu_scale*where(z > 0, z, selu_alpha*expm1(z))"

_ENTRIES: dict[str, Entry] = {
    "abs": Entry("abs(z)", {}, 1, True),
    "celu": Entry("where(z > 0, z, alpha*expm1(z/alpha))", {"alpha": _ONE}, 1, False, "CELU",
                  _positive),
    "cos": Entry("cos(z)", {}, 1),
    "elu": Entry("where(z > 0, z, alpha*expm1(z))", {"alpha": _ONE},
                 lambda alpha: max(_ONE, alpha), False, "ELU", _not_negative),
    "erf": Entry("erf(z)", {}, Fraction(11284, 10000)),
    "exp": Entry("exp(z)"),
    "gaussian": Entry("exp(-z**2)", {}, Fraction(8578, 10000)),
    "gelu": Entry("z*Phi(z)", {}, Fraction(113, 100), False, "GELU"),
    "gelu_tanh": Entry(_GELU_TANH, {}, Fraction(113, 100), False, "GELU"),
    "hardshrink": Entry("where(z > lambd, z, where(z < -lambd, z, 0))", {"lambd": _HALF},
                        None, False, "Hardshrink", _not_negative),
    "hardsigmoid": Entry("min(max(z + 3, 0), 6)/6", {}, Fraction(1, 6), False, "Hardsigmoid"),
    "hardswish": Entry("z*min(max(z + 3, 0), 6)/6", {}, Fraction(3, 2), False, "Hardswish"),
    "hardtanh": Entry("min(max(z, min_val), max_val)", {"min_val": -_ONE, "max_val": _ONE},
                      lambda min_val, max_val: _ONE, False, "Hardtanh", _ordered),
    "leaky_relu": Entry(_LEAKY, {"slope": Fraction(1, 100)}, _slope, True, "LeakyReLU"),
    "linear": Entry("z", {}, 1, True, "Identity"),
    "log_sigmoid": Entry("-softplus(-z)", {}, 1, False, "LogSigmoid"),
    "mish": Entry("z*tanh(softplus(z))", {}, Fraction(109, 100), False, "Mish"),
    "prelu": Entry(_LEAKY, {"slope": Fraction(1, 4)}, _slope, True, "PReLU"),
    "relu": Entry("max(z, 0)", {}, 1, True, "ReLU"),
    "relu6": Entry("min(max(z, 0), 6)", {}, 1, False, "ReLU6"),
    "relu_power": Entry("max(z, 0)**exponent", {"exponent": Fraction(2)}),
    "rrelu": Entry(_LEAKY.replace("slope*z", "(lower + upper)/2*z"),
                   {"lower": Fraction(1, 8), "upper": Fraction(1, 3)},
                   lambda lower, upper: _slope((lower + upper) / 2), True, "RReLU"),
    "selu": Entry(_SELU, {}, Fraction(17581, 10000), False, "SELU"),
    "sigmoid": Entry("sigmoid(z)", {}, Fraction(1, 4), False, "Sigmoid"),
    "sign": Entry("sign(z)"),
    "silu": Entry("z*sigmoid(z)", {}, Fraction(11, 10), False, "SiLU"),
    "sin": Entry("sin(z)", {}, 1),
    "softplus": Entry("softplus(beta*z)/beta", {"beta": _ONE}, lambda beta: _ONE, False, "Softplus",
                      _positive),
    "softplus_threshold": Entry("where(beta*z > threshold, z, softplus(beta*z)/beta)",
                                {"beta": _ONE, "threshold": Fraction(20)}, None, False, "Softplus",
                                lambda beta, threshold: _positive(beta=beta)),
    "softshrink": Entry("where(z > lambd, z - lambd, where(z < -lambd, z + lambd, 0))",
                        {"lambd": _HALF}, lambda lambd: _ONE, False, "Softshrink", _not_negative),
    "softsign": Entry("z/(1 + abs(z))", {}, 1, False, "Softsign"),
    "square": Entry("z**2"),
    "step": Entry("where(z > 0, 1, 0)"),
    "tanh": Entry("tanh(z)", {}, 1, False, "Tanh"),
    "tanhshrink": Entry("z - tanh(z)", {}, 1, False, "Tanhshrink"),
    "threshold": Entry("where(z > threshold, z, value)", {"threshold": _ONE, "value": Fraction(0)},
                       None, False, "Threshold"),
}  # fmt: skip

_STEP = 1e-5  # of a callable's differences, relative to max(1, |z|)
_ALIASES = {
    "heaviside": "step", "identity": "linear", "leakyrelu": "leaky_relu",
    "logsigmoid": "log_sigmoid", "swish": "silu",
}  # fmt: skip
_PLAIN = {plain(name): name for name in _ENTRIES}
_SINGLE = frozenset({*FUNCTIONS, *SHORTHANDS, *STEPWISE, *SOFT, "abs", "sign"})


def activation_names() -> tuple[str, ...]:
    """The names that ``get_activation`` knows, in alphabetical order, without aliases."""
    return tuple(sorted(_ENTRIES))


def template_of(name: str) -> Node:
    """The tree of a catalogue entry with its parameters left as symbols.

    Raises ``UnknownNameError`` for an unknown name.
    """
    key = _ALIASES.get(name, name)
    if key not in _ENTRIES:
        raise UnknownNameError("activation", name, sorted([*_ENTRIES, *_ALIASES]))
    return _template(key)


def get_activation(name: str | Activation, **parameters: float | Fraction) -> Activation:
    """The activation of that name, or of a text expression in ``z``; an object as it is.

    A float parameter means the decimal that it prints as. Raises ``UnknownNameError`` for a word
    that is no name, and ``InvalidInputError`` for a parameter that the activation does not have, a
    bad value, or an expression that cannot be read.
    """
    if isinstance(name, Activation):
        if parameters:
            raise InvalidInputError(f"{name.name} is built already; it takes no parameters")
        return name
    text = str(name).strip()
    key = _key(text)
    if key is not None:
        return _made(key, _values(key, parameters))
    word = text.rpartition(".")[2]
    if isinstance(name, str) and not parameters and ALIASES.get(word, word) in _SINGLE:
        return _parsed(f"{text}(z)", word)
    why = not_elementwise(word) if _is_word(word) else None
    if why is not None:
        raise InvalidInputError(why)
    if not isinstance(name, str) or _is_word(text):
        raise UnknownNameError("activation", text[:60], sorted([*_ENTRIES, *_ALIASES]))
    if parameters:
        raise InvalidInputError("an expression takes no parameters; write their values into it")
    before = _parsed.cache_info().misses
    known = _parsed(text)
    remembered = _parsed.cache_info().misses == before
    if remembered and known.undecided is not None and "budget" in known.undecided:
        return _parsed.__wrapped__(text)  # what a smaller budget left open is tried again
    return known


def _key(text: str) -> str | None:
    """The catalogue's name for a word such as ``ReLU``, ``leakyrelu`` or ``torch.nn.SiLU``."""
    module, _, word = text.rpartition(".")
    if module and (
        module.partition(".")[0] not in MODULES or not text.replace(".", "").isidentifier()
    ):
        return None
    if module.startswith("jax") and word == "gelu":
        return "gelu_tanh"  # jax approximates unless it is told not to
    word = _ALIASES.get(word, ALIASES.get(word, word))
    return word if word in _ENTRIES else _PLAIN.get(plain(word))


def _named(name: str) -> Named | None:
    """The activation that an expression calls by name; functions of the language come first."""
    key = _key(name)
    if key is None:
        return None

    def tree(values: dict[str, Fraction]) -> Node:
        found = _made(key, _values(key, values)).expression
        if found is None:
            raise InvalidInputError(f"{key} has no expression")
        return found

    return Named(tuple(_ENTRIES[key].parameters), tree)


def _is_word(text: str) -> bool:
    """Whether the text can only be meant as a name, and not as an expression."""
    return re.fullmatch(r"[A-Za-z_]\w*", text) is not None and text not in ("z", "x", "e", "pi")


def as_activation(given: Any, **parameters: float | Fraction) -> Activation:
    """An activation from a name, a text in ``z``, a sympy expression, a callable, or as it is."""
    if isinstance(given, str | Activation):
        return get_activation(given, **parameters)
    if parameters:
        raise InvalidInputError("only activations by name take parameters")
    if isinstance(given, Node):
        return from_expression(given)
    if _is_of_sympy(given):
        from xavier_theory.activations.expressions.sympy_bridge import from_sympy

        return from_expression(from_sympy(given), str(given)[:400])
    if callable(given):
        known = recognized(given)
        return get_activation(known[0], **known[1]) if known else _from_callable(given)
    raise InvalidInputError(
        "an activation is a name, a text in z, a sympy expression, a callable or an Activation; "
        f"got {given!r:.60}"
    )


def _is_of_sympy(given: Any) -> bool:
    """Without importing sympy; an undefined function of sympy has a class without a module."""
    modules = (getattr(base, "__module__", None) or "" for base in type(given).__mro__)
    return hasattr(given, "free_symbols") and any(m.split(".")[0] == "sympy" for m in modules)


def _from_callable(function: Callable[..., Any]) -> Activation:
    name = getattr(function, "__name__", type(function).__name__)
    if isinstance(function, np.vectorize) and function.otypes is None:
        # else the type of all values is that of the first: an integer for max(0, x)
        function = np.vectorize(function.pyfunc, otypes=[float])
    function = sampled(function)

    def differences(z: np.ndarray) -> np.ndarray:
        step = _STEP * np.maximum(1.0, np.abs(z))
        return (np.asarray(function(z + step)) - np.asarray(function(z - step))) / (2 * step)

    return Activation(
        name, function, differences, None, None,
        undecided=f"{name} is a Python callable: its values are known only where it is called",
    )  # fmt: skip


def _values(key: str, parameters: dict[str, Any]) -> tuple[tuple[str, Fraction], ...]:
    entry = _ENTRIES[key]
    if key == "rrelu" and not parameters.get("training", True):
        parameters = {name: value for name, value in parameters.items() if name != "training"}
    parameters = {
        p if p in entry.parameters else PARAMETERS.get(p, p): v for p, v in parameters.items()
    }
    for given in parameters:
        if given not in entry.parameters:
            names = ", ".join(entry.parameters)
            takes = f"takes only {names}" if names else "takes no parameters"
            raise InvalidInputError(f"{key} {takes}, got {given!r}")
    values = {
        p: exact_fraction(v, f"{key}'s {p}") for p, v in (entry.parameters | parameters).items()
    }
    wrong = entry.check(**values)
    if wrong:
        raise InvalidInputError(f"{key}'s {wrong}, got {', '.join(map(str, values.values()))}")
    return tuple(values.items())


@lru_cache(maxsize=128)
def _template(key: str) -> Node:
    entry = _ENTRIES[key]
    if key == "relu_power":  # its exponent is no number of the language before it has a value
        raise InvalidInputError("relu_power has no template: its exponent must be a number")
    constants = ("selu_scale", "selu_alpha")
    tree = parse(entry.formula, (*entry.parameters, *constants))
    for name in constants:
        tree = _with_constant(tree, name)
    return tree


def _with_constant(tree: Node, name: str) -> Node:
    return rebuilt(tree, lambda n: Constant(name) if n == Parameter(name) else None)


@lru_cache(maxsize=512)
def _made(key: str, parameters: tuple[tuple[str, Fraction], ...]) -> Activation:
    entry, values = _ENTRIES[key], dict(parameters)
    if key == "relu_power":
        tree = _relu_power(values["exponent"])
    else:
        tree = substitute(_template(key), values)
    steepest = entry.steepest(**values) if callable(entry.steepest) else entry.steepest
    return from_expression(
        tree,
        key,
        homogeneous=entry.homogeneous,
        lipschitz=None if steepest is None else Fraction(steepest),
        parameters=parameters,
    )


def _relu_power(exponent: Fraction) -> Node:
    if exponent <= 0:
        raise InvalidInputError(f"relu_power's exponent must be positive, got {exponent}")
    return parse(f"where(z > 0, z**({exponent}), 0)")


@lru_cache(maxsize=512)
def _parsed(text: str, name: str | None = None) -> Activation:
    shown = text if len(text) <= 400 else None
    return from_expression(parse(text, catalogue=_named), name or shown)
