"""Gradient descent on layers of any kind: exact steps, equal laws, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from tests.monte_carlo.layers import planted
from tests.monte_carlo.layers.two_samples import characteristic_differs, ks_differs
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo import wide_training
from xavier_theory.monte_carlo.digits_images import load_digits_images
from xavier_theory.monte_carlo.layers import DenseLayer, runs
from xavier_theory.monte_carlo.wide_training import BASE, parametrize, train_wide

NETWORKS = 400


def digits(examples: int) -> tuple[np.ndarray, np.ndarray]:
    images = load_digits_images()
    return images.pixels[:, :examples], np.eye(10)[images.labels[:examples]].T


X, Y = digits(3)


class Recorded(DenseLayer):
    """A dense layer that tells its matrix."""

    made: list[np.ndarray]

    def __init__(self, *arguments) -> None:
        super().__init__(*arguments)
        self.made.append(self.weights.copy())


def plain_descent(weights, x, y, sizes, steps: int):
    """The same steps written out with whole matrices and the chain rule, for tanh."""
    weights, costs, first = [w.copy() for w in weights], [], None
    moved = []
    for step in range(steps + 1):
        a1 = np.tanh(z1 := weights[0] @ x)
        a2 = np.tanh(z2 := weights[1] @ a1)
        f = weights[2] @ a2
        costs.append(0.5 * np.sum((f - y) ** 2) / x.shape[1])
        first = first or (z1, z2, f)
        if step:
            moved.append(
                [np.sqrt(np.mean((z - s) ** 2)) for z, s in zip((z1, z2, f), first, strict=True)]
            )
        d3 = (f - y) / x.shape[1]
        d2 = (weights[2].T @ d3) * (1 - a2**2)
        d1 = (weights[1].T @ d2) * (1 - a1**2)
        for w, size, d, a in zip(weights, sizes, (d1, d2, d3), (x, a1, a2), strict=True):
            w -= size * d @ a.T
    return costs, moved


@pytest.mark.parametrize("parametrization", ["standard", "maximal-update"])
def test_steps_are_those_of_whole_matrices(parametrization: str, monkeypatch) -> None:
    monkeypatch.setattr(Recorded, "made", [], raising=False)
    monkeypatch.setattr(runs, "DenseLayer", Recorded)
    run = train_wide(
        11, X, Y, parametrization=parametrization, sampler="dense", dtype=np.float64, steps=4
    )
    sizes = parametrize(parametrization, (64, 11, 11, 10), 1.0, 0.1)[1]
    costs, moved = plain_descent(Recorded.made, X, Y, sizes, 4)
    np.testing.assert_allclose(run.costs, costs, rtol=1e-10)
    np.testing.assert_allclose(run.moved, moved, rtol=1e-9)


def test_both_parametrizations_are_one_at_the_base_width() -> None:
    runs_ = [
        train_wide(BASE, X, Y, parametrization=name, steps=2)
        for name in wide_training.PARAMETRIZATIONS
    ]
    assert np.array_equal(runs_[0].costs, runs_[1].costs)
    assert np.array_equal(runs_[0].moved, runs_[1].moved)


def outcomes(sampler: str, seed: int, networks: int = NETWORKS) -> np.ndarray:
    """Costs and movements of small networks on two digits, in logarithms: dependence is strong."""
    x, y = digits(2)
    found = []
    for number in range(networks):
        run = train_wide(
            4, x, y, hidden=2, steps=2, step_size=0.3, sampler=sampler, dtype=np.float64,
            seed=seed * networks + number, activation="relu",
        )  # fmt: skip
        values = np.full(9, 1e12)  # of what comes after a divergence
        values[: len(run.costs)] = run.costs
        values[3 : 3 + run.moved.size] = run.moved.ravel()
        found.append(values)
    return np.log(np.maximum(np.array(found), 1e-9))


def differs(first: np.ndarray, second: np.ndarray) -> bool:
    scale = np.std(np.concatenate([first, second]), axis=0)
    frequencies = np.random.default_rng(0).standard_normal((40, first.shape[1])) / scale
    return ks_differs(first, second) or characteristic_differs(first, second, frequencies)


@pytest.fixture(scope="module")
def dense_outcomes(run_seed: int) -> np.ndarray:
    return outcomes("dense", 2 * run_seed)


def test_deferred_training_has_the_law_of_dense_training(dense_outcomes, run_seed: int) -> None:
    assert not differs(outcomes("deferred", 2 * run_seed + 1), dense_outcomes)


@pytest.mark.parametrize("wrong", [planted.FreshEveryTime, planted.WithoutMemory])
def test_layers_that_forget_are_caught(wrong, dense_outcomes, run_seed: int, monkeypatch) -> None:
    monkeypatch.setattr(runs, "DeferredGaussianLayer", wrong)
    assert differs(outcomes("deferred", 2 * run_seed + 1), dense_outcomes)


def test_maximal_updates_move_wide_networks_like_narrow_ones() -> None:
    narrow, wide = (
        np.mean(
            [
                train_wide(
                    n, X, Y, parametrization="maximal-update", steps=1, hidden=2, seed=k
                ).moved[0, 1]
                for k in range(8)
            ]
        )
        for n in (BASE, 64 * BASE)
    )
    assert 0.5 < wide / narrow < 1.5
    standard = train_wide(64 * BASE, X, Y, parametrization="standard", steps=1).moved[0, 1]
    assert standard / wide > 4


def test_a_run_that_diverges_keeps_the_steps_before() -> None:
    run = train_wide(8192, X, Y, step_size=10.0, steps=8)
    assert 1 <= len(run.costs) == run.steps + 1 < 9
    assert np.isfinite(run.costs).all() and np.isfinite(run.moved).all()


def test_an_interruption_keeps_the_finished_steps() -> None:
    def stop(step: int) -> None:
        if step == 2:
            raise KeyboardInterrupt

    run = train_wide(20, X, Y, steps=6, progress=stop)
    assert (run.steps, len(run.costs), run.requested) == (2, 3, 6)


def test_an_interruption_before_the_first_step_goes_through(monkeypatch) -> None:
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(wide_training._Network, "step", stop)
    with pytest.raises(KeyboardInterrupt):
        train_wide(20, X, Y, steps=6)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"width": 0}, "width must be at least 1"),
        ({"steps": 0}, "steps must be at least 1"),
        ({"hidden": 0}, "hidden must be at least 1"),
        ({"step_size": 0.0}, "the step size must be positive"),
        ({"scale": -1.0}, "must be positive"),
        ({"x": X[:, :2]}, "x has 2 examples and y 3"),
        ({"x": X.astype(complex)}, "x must be real"),
        ({"y": np.full((10, 3), np.nan)}, "y must be finite"),
        ({"y": np.zeros((10, 0))}, r"shape \(10, 0\)"),
        ({"width": 10**6, "sampler": "dense", "max_bytes": 2**34}, "'deferred' needs"),
        ({"width": 10**7, "max_bytes": 2**30}, "1.0 GiB are allowed"),
    ],
)
def test_mistakes_are_one_clear_line(change: dict, says: str) -> None:
    arguments = {"width": 20, "x": X, "y": Y, **change}
    with pytest.raises(InvalidInputError, match=says) as caught:
        train_wide(arguments.pop("width"), arguments.pop("x"), arguments.pop("y"), **arguments)
    assert "\n" not in str(caught.value)


def test_unknown_names_suggest_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'maximal-update'"):
        train_wide(20, X, Y, parametrization="maximal-updates")
    with pytest.raises(UnknownNameError, match="did you mean 'deferred'"):
        train_wide(20, X, Y, sampler="defered")
