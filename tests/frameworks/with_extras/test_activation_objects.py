"""The activations of torch, Keras, JAX and Flax are recognized, and are the functions they are."""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
import torch
from flax import linen, nnx
from torch import nn
from torch.nn import functional as F  # noqa: N812 - everyone calls it so

import xavier_theory as xt
from xavier_theory.activations import as_activation
from xavier_theory.errors import InvalidInputError

POINTS = np.concatenate([np.linspace(-9.7, 9.7, 777) + 0.00123, [25.0, -25.0]])  # beside kinks
DOUBLE = 1e-9  # torch's softplus is z itself beyond 20, and off by 2.1e-9
SINGLE = 1e-6  # Keras computes in single precision


def of_torch(given: Any) -> Any:
    with torch.no_grad():
        return given(torch.from_numpy(POINTS)).numpy()


def of_jax(given: Any) -> Any:
    with jax.enable_x64(True):
        return np.asarray(given(jnp.asarray(POINTS)))


def same(given: Any, values: Any, rel: float = DOUBLE) -> None:
    activation = as_activation(given)
    assert activation.expression is not None, "sampled, not recognized"
    assert activation.function(POINTS) == pytest.approx(values, rel=rel, abs=rel)


MODULES = [
    nn.ReLU(inplace=False), nn.RReLU(0.1, 0.4).eval(), nn.Hardtanh(-2, 3), nn.ReLU6(), nn.Sigmoid(),
    nn.Hardsigmoid(), nn.Tanh(), nn.SiLU(), nn.Mish(), nn.Hardswish(), nn.ELU(0.5), nn.CELU(0.7),
    nn.SELU(), nn.GELU(), nn.GELU(approximate="tanh"), nn.Hardshrink(0.3), nn.LeakyReLU(0.2),
    nn.LogSigmoid(), nn.Softplus(2.0), nn.Softplus(1, 3), nn.Softshrink(0.4), nn.Softsign(),
    nn.Tanhshrink(), nn.Threshold(0.3, -1.0), nn.Identity(), nn.PReLU().double(),
    nn.PReLU(init=0.125).double(),
]  # fmt: skip
REFUSED = {"MultiheadAttention", "Softmin", "Softmax", "Softmax2d", "LogSoftmax"}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_torchs_modules_are_recognized(module: Any) -> None:
    same(module, of_torch(module))


def test_gates_and_random_slopes_have_gains() -> None:
    assert xt.gain(nn.GLU()).value == xt.gain(F.glu).value == xt.gain("glu").value
    assert xt.gain(jax.nn.glu).value == xt.gain(keras.activations.glu).value == xt.gain("glu").value
    drawn = nn.RReLU(0.1, 0.4)(-torch.ones(10**6, dtype=torch.float64)).square().mean().item()
    assert xt.gain(nn.RReLU(0.1, 0.4)).value == pytest.approx((2 / (1 + drawn)) ** 0.5, rel=1e-3)
    assert xt.gain(nn.RReLU().eval()).value == xt.gain("rrelu").value


def test_no_module_of_torch_is_left_out() -> None:
    tried = {type(module).__name__ for module in MODULES} | REFUSED | {"GLU"}
    assert set(nn.modules.activation.__all__) <= tried
    for name in REFUSED:
        with pytest.raises(InvalidInputError, match=f"{name} is no elementwise activation"):
            xt.gain(getattr(nn, name))


@pytest.mark.parametrize(
    "function",
    [F.celu, F.elu, F.gelu, F.hardshrink, F.hardsigmoid, F.hardswish, F.hardtanh, F.leaky_relu,
     F.logsigmoid, F.mish, F.relu, F.relu6, F.selu, F.sigmoid, F.silu, F.softplus, F.softshrink,
     F.softsign, F.tanh, F.tanhshrink, torch.relu, torch.sigmoid, torch.tanh, torch.selu, torch.erf,
     torch.sin, torch.cos, torch.abs, torch.sign, torch.square, torch.atan, torch.arctan,
     torch.special.expit, torch.special.erf, F.rrelu, functools.partial(F.elu, alpha=0.3),
     functools.partial(F.gelu, approximate="tanh"),
     functools.partial(F.threshold, threshold=0.5, value=2.0)],
)  # fmt: skip
def test_torchs_functions_are_recognized(function: Any) -> None:
    same(function, of_torch(function))


@pytest.mark.parametrize("kind", [nn.ReLU, nn.GELU, nn.ELU, nn.LeakyReLU, nn.Softplus, nn.RReLU])
def test_a_class_of_torch_stands_for_its_default(kind: Any) -> None:
    same(kind, of_torch(kind().eval()))


def test_a_known_module_is_certified() -> None:
    assert xt.gain(nn.GELU()).certified
    assert xt.gain(nn.ELU(0.5)).value == xt.gain("elu", alpha=0.5).value
    assert xt.phase(torch.tanh, 1).certified


class Scaled(nn.Module):
    """An activation of one's own, with a parameter in single precision."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, z: Any) -> Any:
        return self.scale * torch.relu(z)


class Doubled(nn.ReLU):
    def forward(self, z: Any) -> Any:
        return 2 * super().forward(z)


@pytest.mark.parametrize("given", [Scaled(), Doubled(), nn.Sequential(nn.ReLU(), Scaled())])
def test_an_unknown_module_is_sampled_in_double_precision(given: Any) -> None:
    before = {key: (value.dtype, value.clone()) for key, value in given.state_dict().items()}
    gain = xt.gain(given)
    assert not gain.certified
    assert gain.value == pytest.approx(np.sqrt(2) / 2, rel=1e-10)
    for key, value in given.state_dict().items():  # left as it was
        assert value.dtype == before[key][0] and torch.equal(value, before[key][1])


@pytest.mark.parametrize(
    "function",
    [lambda z: 2 * torch.relu(z), lambda z: 2 * F.relu(z), lambda z: 2 * jax.nn.relu(z),
     lambda z: 2 * jnp.maximum(z, 0), lambda z: 2 * np.maximum(z, 0)],
)  # fmt: skip
def test_a_function_of_ones_own_gets_the_arrays_it_works_on(function: Any) -> None:
    gain = xt.gain(function)
    assert not gain.certified and gain.value == pytest.approx(np.sqrt(2) / 2, rel=1e-10)


def test_a_function_that_names_a_function_gets_its_arrays() -> None:
    from torch.nn.functional import gelu

    gain = xt.gain(lambda z: gelu(z) * 2)
    assert gain.value == pytest.approx(xt.gain("gelu").value / 2, rel=1e-10)


def test_modules_that_are_no_activation_are_refused_in_words() -> None:
    with pytest.raises(InvalidInputError, match="the activation raised"):
        xt.gain(nn.Linear(3, 4))
    with pytest.raises(InvalidInputError, match="the class Linear is no activation known here"):
        xt.gain(nn.Linear)


def test_no_activation_of_keras_is_left_out() -> None:
    refused = {"log_softmax", "softmax", "sparsemax"}
    others = {"glu", "deserialize", "get", "serialize"}
    told = {"threshold": {"threshold": 0.5, "default_value": 2.0}}
    names = {name for name in dir(keras.activations) if callable(getattr(keras.activations, name))}
    for name in sorted(names - refused - others):
        function = functools.partial(getattr(keras.activations, name), **told.get(name, {}))
        same(function, of_jax(function), SINGLE)
    for name in refused:
        with pytest.raises(InvalidInputError, match="no elementwise activation"):
            xt.gain(getattr(keras.activations, name))


@pytest.mark.parametrize(
    "layer",
    [keras.layers.ReLU(), keras.layers.ReLU(6.0, 0.1, 1.0), keras.layers.LeakyReLU(),
     keras.layers.ELU(0.5), keras.layers.Activation("gelu")],
)  # fmt: skip
def test_layers_of_keras_are_recognized(layer: Any) -> None:
    values = np.asarray(layer(jnp.asarray(POINTS, dtype=jnp.float32)), dtype=float)
    same(layer, values, SINGLE)


def test_keras_two_gelus_differ_by_their_default() -> None:
    assert as_activation(keras.activations.gelu).name == "gelu"
    assert as_activation(keras.ops.gelu).name == "gelu_tanh"
    prelu = keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(0.25))
    prelu.build((None, 3))
    assert as_activation(prelu).name == "prelu"


def test_no_activation_of_jax_is_left_out() -> None:
    refused = {"log_softmax", "logmeanexp", "logsumexp", "softmax", "standardize"}
    others = {
        "dot_product_attention", "glu", "get_scaled_dot_general_config", "log1mexp", "one_hot",
        "scaled_dot_general", "scaled_matmul",
    }  # fmt: skip
    names = {name for name in dir(jax.nn) if callable(getattr(jax.nn, name))}
    for name in sorted(names - refused - others):
        same(getattr(jax.nn, name), of_jax(getattr(jax.nn, name)))
    for name in refused:
        with pytest.raises(InvalidInputError, match="no elementwise activation"):
            xt.gain(getattr(jax.nn, name))
    numpys = (jnp.tanh, jnp.sin, jnp.cos, jnp.abs, jnp.sign, jnp.square, jnp.arctan)
    more = (linen.relu, nnx.gelu, jax.scipy.special.expit, jax.lax.tanh, jax.lax.erf)
    for function in (*numpys, *more):
        same(function, of_jax(function))


def test_flax_slopes_are_read_from_the_module() -> None:
    assert as_activation(nnx.PReLU(0.25)).parameters == (("slope", 0.25),)


def test_unknown_functions_of_jax_are_sampled_in_double_precision() -> None:
    gain = xt.gain(jax.jit(lambda z: 2 * jnp.maximum(z, 0)))
    assert not gain.certified and gain.value == pytest.approx(np.sqrt(2) / 2, rel=1e-10)
    assert jnp.ones(2).dtype == jnp.float32  # left as it was
