"""What is recorded: ops by module and line, moments as their meaning says, each op's gradient."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from tests.audit.arrays import state_of
from tests.frameworks.with_extras.torch_models import ResNet, Transformer, mlp
from xavier_theory.audit import axes as ax
from xavier_theory.audit.of_torch.measuring import convolution_facts, matrix_facts, measured
from xavier_theory.audit.of_torch.recording import record
from xavier_theory.audit.prediction import predict


def run(model: Any, *batch: Any) -> Any:
    return record(model, batch, {}, seed=0, loss=None)


def kinds(model: Any, *batch: Any) -> list[str]:
    return [op.kind for op in run(model, *batch).recording.ops]


def test_moments_are_those_of_their_meaning() -> None:
    x = torch.randn(3, 4, 5, generator=torch.Generator().manual_seed(2)) + 0.3
    true = state_of(x.double().numpy())
    axes = ((("b", 3),), (("p", 4),), (("f", 5),))
    for tensor, labels in (
        (x, axes),
        (x.permute(2, 0, 1), ax.permuted(axes, (2, 0, 1))),
        (x.reshape(12, 5), ((("b", 3), ("p", 4)), (("f", 5),))),
        (x.reshape(3, 2, 2, 5), (axes[0], (("p", 2),), (("p", 2),), axes[2])),
    ):
        found = measured(tensor, labels)
        assert found is not None
        assert found.moments() == pytest.approx(true.moments(), rel=1e-5, abs=1e-6)


def test_nothing_is_measured_of_integers_nothing_or_nan() -> None:
    for tensor in (
        torch.ones(2, 3, dtype=torch.long),
        torch.ones(0, 3),
        torch.tensor([[1.0, torch.nan]]),
    ):
        assert measured(tensor, ax.usual(tuple(tensor.shape))) is None


def test_facts_of_weights_are_sums_of_their_entries() -> None:
    w = torch.tensor([[1.0, 2, -1], [0, 3, 1]])
    facts = matrix_facts(w, torch.tensor([1.0, 3]), "w", "b")
    found = (facts.forward, facts.row, facts.row_mean, facts.backward)
    assert found == pytest.approx((8, 10, 3, 16 / 3))
    assert (facts.bias_q, facts.bias_mean, facts.weight, facts.bias) == (5, 2, "w", "b")
    kernel = torch.tensor([[[1.0, 2, -1], [0, 3, 1]]])
    told = {"groups": 1, "transposed": False, "stride": (1,), "dilation": (1,), "padding": (0,)}
    facts = convolution_facts(kernel, None, None, None, told | {"input_size": (9,)})
    found = (facts.forward, facts.channel, facts.row, facts.row_mean)
    assert found == pytest.approx((16, 20, 36, 6))
    padded = convolution_facts(
        kernel, None, None, None, told | {"padding": (1,), "input_size": (9,)}
    )
    assert padded.forward == pytest.approx(16 * 25 / 27)  # 2 of 27 taps meet the border


def test_every_op_has_its_module_and_the_users_line() -> None:
    ops = run(ResNet(8), torch.randn(2, 3, 8, 8)).recording.ops
    first = next(op for op in ops if op.kind == "convolution")
    assert (first.module, first.module_kind) == ("conv1", "Conv2d")
    assert first.line is not None and "torch_models.py" in first.line
    added = [op for op in ops if op.kind == "add"]
    assert len(added) == 6 and all(op.module.startswith("layers.") for op in added)


def test_each_gradient_is_that_of_autograd() -> None:
    torch.manual_seed(1)
    model, x = mlp(3, 16), torch.randn(5, 16)
    made = run(model, x)
    kept = []
    hooks = [one.register_forward_hook(lambda m, a, out: kept.append(out)) for one in model]
    out = model(x)
    for hook in hooks:
        hook.remove()
    start = torch.randn(out.shape, generator=torch.Generator().manual_seed(0))
    gradients = torch.autograd.grad(out, [*kept, *model.parameters()], start)
    ops = [op for op in made.recording.ops if op.kind in ("linear", "relu")]
    assert len(ops) == len(kept) == 7
    for op, gradient in zip(ops, gradients, strict=False):
        assert op.gradient is not None
        assert op.gradient.q == pytest.approx(float(gradient.square().mean()), rel=1e-5)
    true = [float(one.square().mean()) for one in gradients[7:]]
    assert list(made.gradients.values()) == pytest.approx(true, rel=1e-5)


def test_gradients_of_parts_of_inplace_ops_and_of_custom_functions() -> None:
    class Twice(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return (x + 1) * 2

        @staticmethod
        def backward(ctx: Any, gradient: Any) -> Any:
            return 7 * gradient

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 6)

        def forward(self, x: Any) -> Any:
            first, second = self.layer(x).split(3, dim=1)
            return 3 * Twice.apply(first.clone().mul_(5)) + 0.5 * second.clone()

    ops = run(Model(), torch.randn(2, 4)).recording.ops
    by_name: dict[str, list[Any]] = {}
    for op in ops:
        by_name.setdefault(op.name, []).append(op)
    last = ops[-1].gradient.q
    assert by_name["split"][0].gradient.q == pytest.approx(last * (3 * 7 * 5) ** 2)
    assert by_name["split"][1].gradient.q == pytest.approx(last / 4)
    inside = [op for op in by_name["mul"] if op.index > by_name["add"][0].index]
    assert inside[0].gradient.q == pytest.approx(9 * last)  # the last op of the function
    assert by_name["add"][0].gradient is None


def test_checkpointed_ops_are_written_down_once() -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.part = mlp(2, 8)

        def forward(self, x: Any) -> Any:
            return checkpoint(self.part, x, use_reentrant=False)

    made = run(Model(), torch.randn(4, 8))
    assert [op.kind for op in made.recording.ops].count("linear") == 3
    assert all(op.gradient is not None for op in made.recording.ops if op.kind == "linear")


def test_dropout_masks_and_position_tables_are_no_signals() -> None:
    found = kinds(nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5)), torch.randn(4, 8))
    assert found == ["input", "linear", "constant", "multiply"]
    ops = run(Transformer(depth=1), torch.zeros(2, 6, dtype=torch.long)).recording.ops
    assert [op.name for op in ops[:4]] == ["input", "embedding", "embedding", "add"]
    assert ops[1].axes == ((("b", 2),), (("p", 6),), (("f", 64),))
    assert ops[2].axes == ((("p", 6),), (("f", 64),))


def test_an_op_without_a_rule_is_named_and_gone_on_from() -> None:
    class Model(nn.Module):
        def forward(self, x: Any) -> Any:
            return torch.cumsum(x, 1).relu()

    made = run(Model(), torch.randn(64, 32))
    predictions = predict(made.recording)
    assert predictions.unknown == {"cumsum": 1}
    last = made.recording.ops[-1]
    assert predictions.forward[last.index].q == pytest.approx(last.state.q, rel=0.2)


def test_outputs_may_be_anything_and_parameters_frozen() -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 4)

        def forward(self, x: Any, *, scale: float) -> Any:
            return {"a": (self.layer(x) * scale, None), "n": 3}

    made = record(Model(), (torch.ones(2, 4),), {"scale": 2.0}, seed=0, loss=None)
    assert made.recording.outputs == (2,) and set(made.gradients) == {"layer.weight", "layer.bias"}
    frozen = Model().requires_grad_(False)
    made = record(frozen, (torch.ones(2, 4),), {"scale": 2.0}, seed=0, loss=None)
    assert made.gradients == {} and "no parameter is trained" in made.recording.remarks[0]


def test_the_first_op_that_is_not_finite_is_found() -> None:
    model = mlp(3, 8)
    with torch.no_grad():
        model[2].weight[1, 1] = torch.inf
    made = run(model, torch.randn(4, 8))
    assert [made.recording.ops[i].module for i in made.nonfinite] == ["2"]
