"""``Watch``: training goes on bit for bit, and where the theory ceases to hold is said."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from torch import nn

import xavier_theory as xt
from tests.frameworks.with_extras.torch_models import mlp
from xavier_theory.audit.watching import TheoryLeftWarning


def noisy() -> Any:
    """A model whose forward draws and writes."""
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Linear(16, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 4)
    )


def trained(model: Any, steps: int) -> Any:
    torch.manual_seed(4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    for _ in range(steps):
        optimizer.zero_grad()
        model(torch.randn(8, 16)).square().sum().backward()
        optimizer.step()
    return model


def test_training_is_bit_for_bit_as_without_it() -> None:
    watched = noisy()
    with warnings.catch_warnings(), xt.audit.Watch(watched, every=2) as watch:
        warnings.simplefilter("ignore", TheoryLeftWarning)
        trained(watched, 7)
    alone = trained(noisy(), 7)
    for name, tensor in alone.state_dict().items():
        assert torch.equal(tensor, watched.state_dict()[name]), name
    assert [look.step for look in watch.looks] == [0, 2, 4, 6]
    assert not watched._forward_pre_hooks


def test_as_long_as_nothing_changes_all_ratios_are_one_on_any_batch() -> None:
    model = mlp(4, 64)
    with xt.audit.Watch(model, every=1) as watch:
        model(torch.randn(64, 64))
        model(3 * torch.randn(64, 64))
    for look in watch.looks:
        # two batches of 64 · 64 numbers differ by about √(4/4096) = 3 %; 4 samples by chance more
        assert look.ratios and all(0.8 < ratio < 1.25 for ratio in look.ratios.values())
    assert watch.looks[0].furthest[1] == pytest.approx(1)


def test_what_leaves_the_theory_is_named_where_it_leaves_it() -> None:
    model, batch = mlp(4, 64), torch.randn(64, 64)
    with xt.audit.Watch(model, every=2) as watch:
        model(batch)
        model(batch)
        with torch.no_grad():
            model[2].weight.mul_(3)
        with pytest.warns(TheoryLeftWarning, match=r"forward pass 2: behind 2\.weight .* is 9×"):
            model(batch)
        model(batch)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model(batch)  # it is said once
    assert watch.looks[-1].ratios["0.weight"] == pytest.approx(1)
    assert watch.looks[-1].ratios["2.weight"] == pytest.approx(9, rel=1e-5)
    assert watch.looks[-1].ratios["6.weight"] == pytest.approx(9, rel=1e-5)


def test_evaluation_is_not_looked_at() -> None:
    model = mlp(2, 16)
    watch = xt.audit.Watch(model)
    model.eval()
    model(torch.randn(4, 16))
    watch.remove()
    model.train()
    model(torch.randn(4, 16))
    assert watch.looks == []


@pytest.mark.parametrize(
    ("told", "said"),
    [({"every": 0}, "every is"), ({"every": True}, "every is"), ({"factor": 1}, "factor is")],
)
def test_mistakes_are_one_line(told: dict[str, Any], said: str) -> None:
    with pytest.raises(xt.InvalidInputError, match=said):
        xt.audit.Watch(mlp(1, 4), **told)


def test_only_models_of_torch_are_watched() -> None:
    with pytest.raises(xt.InvalidInputError, match=r"takes a torch\.nn\.Module"):
        xt.audit.Watch(object())
