"""Objects as frameworks make them, without the frameworks: their module is what tells."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.special import erf, expit

import xavier_theory as xt
from xavier_theory.activations import as_activation
from xavier_theory.activations.framework_names import OWN_RULES, RULES
from xavier_theory.errors import InvalidInputError

POINTS = np.linspace(-7.3, 7.3, 401)


def made(module: str, class_name: str, **attributes: Any) -> Any:
    """An object of a class of that name and module, which states no defaults."""
    kind = type(class_name, (), {"__module__": module, "__call__": lambda self, z: z})
    thing = kind()
    for name, value in attributes.items():
        setattr(thing, name, value)
    return thing


def function(module: str, name: str, stated: str = "x") -> Any:
    """A function of that name and module with the arguments ``stated``."""
    scope: dict[str, Any] = {}
    exec(f"def {name}({stated}): return x", scope)  # noqa: S102 - the test's own text
    scope[name].__module__ = module
    return scope[name]


def gelu_tanh(z: Any) -> Any:
    return 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))


TORCH = "torch.nn.modules.activation"
HUGGINGFACE = "transformers.activations"
# timm 1.0.31, timm/layers/activations.py; transformers 5.24.0, transformers/activations.py
OBJECTS: list[tuple[Any, Any]] = [
    (made(TORCH, "ELU", alpha=0.5), lambda z: np.where(z > 0, z, 0.5 * np.expm1(z))),
    (made(TORCH, "GELU", approximate="none"), lambda z: z * (1 + erf(z / np.sqrt(2))) / 2),
    (made(TORCH, "GELU", approximate="tanh"), gelu_tanh),
    (made(TORCH, "LeakyReLU", negative_slope=0.2), lambda z: np.where(z > 0, z, 0.2 * z)),
    (made(TORCH, "PReLU", weight=np.array([0.25, 0.25])), lambda z: np.where(z > 0, z, z / 4)),
    (made(TORCH, "Softplus", beta=2.0, threshold=20.0), lambda z: np.log1p(np.exp(2 * z)) / 2),
    (made(TORCH, "Softplus", beta=1.0, threshold=2.0),
     lambda z: np.where(z > 2, z, np.log1p(np.exp(z)))),
    (function("torch.nn.functional", "hardtanh", "x, min_val=-1.0, max_val=1.0"),
     lambda z: np.clip(z, -1, 1)),
    (functools.partial(function("torch.nn.functional", "leaky_relu", "x, negative_slope=0.01, "
                                "inplace=False"), negative_slope=0.3, inplace=True),
     lambda z: np.where(z > 0, z, 0.3 * z)),
    (function("jax._src.nn.functions", "gelu", "x, approximate=True"), gelu_tanh),
    (function("keras.src.activations.activations", "leaky_relu", "x, negative_slope=0.2"),
     lambda z: np.where(z > 0, z, 0.2 * z)),
    (made("keras.src.layers.activations.relu", "ReLU", negative_slope=0.1, max_value=6.0,
          threshold=1.0), lambda z: np.where(z >= 1, np.minimum(z, 6), 0.1 * (z - 1))),
    (made("keras.src.layers.activations.activation", "Activation",
          activation=function("keras.src.activations.activations", "silu")),
     lambda z: z * expit(z)),
    (made("flax.nnx.nn.activations", "PReLU", negative_slope=np.array(0.5)),
     lambda z: np.where(z > 0, z, z / 2)),
    (made("timm.layers.activations", "HardMish"), lambda z: 0.5 * z * np.clip(z + 2, 0, 2)),
    (made("timm.layers.activations", "GELUTanh"), gelu_tanh),
    (function("timm.layers.activations", "quick_gelu"), lambda z: z * expit(1.702 * z)),
    (made(HUGGINGFACE, "QuickGELUActivation"), lambda z: z * expit(1.702 * z)),
    (made(HUGGINGFACE, "NewGELUActivation"), gelu_tanh),
    (made(HUGGINGFACE, "FastGELUActivation"),
     lambda z: 0.5 * z * (1 + np.tanh(z * 0.7978845608 * (1 + 0.044715 * z * z)))),
    (made(HUGGINGFACE, "ReLUSquaredActivation"), lambda z: np.maximum(z, 0) ** 2),
    (made(HUGGINGFACE, "ClippedGELUActivation", min=-10, max=2.5),
     lambda z: np.clip(z * (1 + erf(z / np.sqrt(2))) / 2, -10, 2.5)),
    (made(HUGGINGFACE, "LaplaceActivation"),
     lambda z: 0.5 * (1 + erf((z - 0.707107) / (0.282095 * np.sqrt(2))))),
    (made(HUGGINGFACE, "SqrtSoftplusActivation"), lambda z: np.sqrt(np.log1p(np.exp(z)))),
]  # fmt: skip


@pytest.mark.parametrize(("given", "formula"), OBJECTS)
def test_an_object_that_is_known_is_its_function(given: Any, formula: Any) -> None:
    activation = as_activation(given)
    assert activation.expression is not None and activation.undecided is None
    assert activation.function(POINTS) == pytest.approx(formula(POINTS), rel=1e-12, abs=1e-13)


def test_an_object_that_is_known_is_certified_everywhere() -> None:
    given = made(TORCH, "LeakyReLU", negative_slope=0.2)
    gain = xt.gain(given)
    assert gain.certified and gain.value**2 == pytest.approx(2 / 1.04, rel=1e-15)
    assert xt.variance(given, fan_in=100) == pytest.approx(2 / 104, rel=1e-15)
    assert xt.phase(given, 1).name == xt.phase("leaky_relu", 1, slope=Fraction(1, 5)).name
    assert xt.initialization(given, (4, 100)).theorem == "leaky-relu-variance"


def test_a_class_by_mistake_stands_for_its_default() -> None:
    kind = type(made(TORCH, "ELU"))
    assert as_activation(kind).parameters == (("alpha", 1),)
    assert as_activation(functools.partial(kind, alpha=2)).parameters == (("alpha", 2),)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (made(TORCH, "Softmax", dim=1), "Softmax is no elementwise activation"),
        (function("jax._src.nn.functions", "log_softmax"), "log_softmax is no elementwise"),
        (made(TORCH, "PReLU", weight=np.array([0.1, 0.2])), "PReLU has 2 values of weight"),
        (type(made(TORCH, "Threshold")), "Threshold needs its threshold"),
        (type(made("torch.nn.modules.linear", "Linear")), "the class Linear is no activation"),
    ],
)
def test_what_is_no_single_function_is_refused_in_words(given: Any, says: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        xt.gain(given)
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_a_gate_of_a_framework_has_the_gain_of_its_name() -> None:
    assert xt.gain(made(TORCH, "GLU")).value == xt.gain("glu").value
    with pytest.raises(InvalidInputError, match="GLU is no elementwise activation"):
        xt.phase(made(TORCH, "GLU"), 1)


def test_what_only_looks_known_is_sampled_as_it_is() -> None:
    """A subclass, a keyword of another kind, a bound argument: they may do anything."""
    base = type(made(TORCH, "ReLU"))
    mine = type("ReLU", (base,), {"__module__": "mine", "__call__": lambda self, z: 2 * z})()
    elu = function("torch.nn.functional", "elu", "x, alpha=1.0, scale=1.0")
    for given in (
        function("mine", "relu"),
        functools.partial(elu, scale=2),
        functools.partial(elu, 3),
        made("mine", "GELU"),
        made("torch.nn.modules.linear", "Linear"),  # no linear activation
        function("jax._src.random", "exponential"),  # nor the exponential function
        made("torch.ao.nn.quantized.modules.activation", "ReLU6"),
    ):
        assert _recognized(given) is None
    assert _recognized(mine) is None


def _recognized(given: Any) -> Any:
    from xavier_theory.activations.framework_objects import recognized

    return recognized(given)


def test_every_rule_makes_an_activation() -> None:
    values = {"approximate": "none", "max_value": None}
    for rule in [*RULES.values(), *(rule for own in OWN_RULES.values() for rule in own.values())]:
        given = {key: values.get(key, Fraction(n + 1, 2)) for n, key in enumerate(rule.defaults)}
        name, parameters = rule.read(given)
        assert as_activation(name, **parameters).expression is not None
