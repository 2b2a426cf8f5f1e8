"""A model is bit for bit as it was after a recording, an exception, Ctrl-C."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations
from torch.utils.checkpoint import checkpoint

from tests.frameworks.with_extras.torch_models import ResNet, Transformer, mlp
from xavier_theory.audit.of_torch.recording import ForwardError, record

LISTS = (
    "_forward_hooks",
    "_forward_pre_hooks",
    "_backward_hooks",
    "_parameters",
    "_buffers",
    "_modules",
)


def fingerprint(model: Any) -> list[Any]:
    """All that must be as before: identities, bytes, flags, modes, hooks, random states."""
    found: list[Any] = []
    for name, one in model.named_modules(remove_duplicate=False):
        found += [name, id(one), one.training]
        found += [[(key, id(value)) for key, value in getattr(one, part).items()] for part in LISTS]
    named = [
        *model.named_parameters(remove_duplicate=False),
        *model.named_buffers(remove_duplicate=False),
    ]
    for name, tensor in named:
        gradient = tensor.grad
        found += [name, id(tensor), tensor.data_ptr(), tensor.requires_grad, tensor.stride()]
        found += [tensor.detach().numpy().tobytes(), id(gradient)]
        found += [None if gradient is None else gradient.numpy().tobytes()]
    state = np.random.get_state()  # noqa: NPY002
    found += [
        torch.get_rng_state().numpy().tobytes(),
        random.getstate(),
        str(state),
        state[1].tobytes(),
    ]
    found += [torch.is_grad_enabled(), len(nn.modules.module._global_forward_hooks)]
    return [*found, len(nn.modules.module._global_forward_pre_hooks)]


class Wild(nn.Module):
    """Forward does all that it should not, and may fail."""

    def __init__(self, fails: Callable[[], Any] = lambda: None) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(8, 8), nn.Linear(8, 8)
        self.second.weight.requires_grad_(False)
        self.register_buffer("seen", torch.zeros(()))
        self.register_buffer("mean", torch.zeros(8), persistent=False)
        self.register_parameter("none", None)
        self.fails = fails

    def forward(self, x: Any) -> Any:
        self.seen += 1
        self.mean = 0.9 * self.mean + 0.1 * x.detach().mean(0)
        with torch.no_grad():
            self.first.weight.clamp_(-0.01, 0.01)
            self.first.bias.data = torch.ones(8)
            self.second.weight.data.mul_(2)
        self.second.weight.requires_grad_(True)
        self.second.eval()
        self.extra = nn.Linear(8, 8)
        self.second.register_forward_hook(lambda *_: None)
        if self.first.weight.grad is not None:
            self.first.weight.grad.zero_()
        random.random(), np.random.rand()  # noqa: NPY002
        x = self.second(self.first(x)) + torch.rand(8)
        self.fails()
        return x


def checkpointed() -> Any:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.part = nn.Sequential(
                nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Dropout(0.2), nn.ReLU()
            )

        def forward(self, x: Any) -> Any:
            return checkpoint(self.part, x, use_reentrant=False)

    return Model()


def parametrized() -> Any:
    part = parametrizations.spectral_norm(nn.Linear(8, 8))
    return nn.Sequential(part, parametrizations.weight_norm(nn.Linear(8, 8)), nn.ReLU(inplace=True))


def tied() -> Any:
    model = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5), nn.Linear(8, 8))
    model[2].weight = model[0].weight
    model[0].requires_grad_(False)
    return model.eval()


MODELS: list[tuple[Callable[[], Any], Any]] = [
    (lambda: mlp(3, 8), torch.ones(4, 8)),
    (lambda: ResNet(4), torch.ones(2, 3, 8, 8)),
    (lambda: Transformer(depth=2), torch.zeros(2, 6, dtype=torch.long)),
    (Wild, torch.ones(4, 8)),
    (checkpointed, torch.randn(4, 8, generator=torch.Generator().manual_seed(1))),
    (parametrized, torch.ones(4, 8)),
    (tied, torch.ones(4, 8)),
    (lambda: nn.LSTM(8, 8), torch.ones(3, 2, 8)),
]


@pytest.mark.parametrize(("make", "batch"), MODELS)
@pytest.mark.parametrize("with_gradients", [False, True])
def test_the_model_is_as_before(make: Callable[[], Any], batch: Any, with_gradients: bool) -> None:
    model = make()
    for parameter in model.parameters() if with_gradients else ():
        parameter.grad = torch.full_like(parameter, 0.5)
    before = fingerprint(model)
    record(model, (batch,), {}, seed=3, loss=None)
    assert fingerprint(model) == before


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    torch.ones(3) + 1


def fail() -> None:
    raise ValueError("planted")


def stop() -> None:
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("fails", "error"),
    [(interrupt, KeyboardInterrupt), (fail, ForwardError), (stop, SystemExit)],
)
def test_also_after_an_exception_and_ctrl_c(fails: Callable[[], Any], error: Any) -> None:
    model = Wild(fails)
    model.first.weight.grad = torch.ones(8, 8)
    before = fingerprint(model)
    with pytest.raises(error):
        record(model, (torch.ones(4, 8),), {}, seed=3, loss=None)
    assert fingerprint(model) == before


def test_also_when_the_loss_or_the_backward_pass_fails() -> None:
    class Bad(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x.clone()

        @staticmethod
        def backward(ctx: Any, gradient: Any) -> Any:
            raise ArithmeticError("planted")

    model = Wild()
    before = fingerprint(model)
    for loss in (lambda out: fail(), lambda out: Bad.apply(out).sum()):
        with pytest.raises((ValueError, ArithmeticError), match="planted"):
            record(model, (torch.ones(4, 8),), {}, seed=3, loss=loss)
        assert fingerprint(model) == before


def test_what_forward_does_to_python_attributes_is_said() -> None:
    class Counts(nn.Linear):
        calls = 0

        def forward(self, x: Any) -> Any:
            self.calls += 1
            return super().forward(x)

    run = record(nn.Sequential(Counts(8, 8)), (torch.ones(2, 8),), {}, seed=0, loss=None)
    assert run.changed == ("0.calls",)


def test_the_fingerprint_sees_each_change() -> None:
    """A check that cannot fail would be none."""
    model = Wild()
    before = fingerprint(model)
    model(torch.ones(4, 8))
    after = fingerprint(model)
    assert sum(one != two for one, two in zip(before, after, strict=False)) > 8
