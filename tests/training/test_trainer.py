import numpy as np
import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.training import (
    Parameters,
    Trainer,
    TrainingPlan,
    dataset_from_arrays,
    load_dataset,
)

MOONS = load_dataset("moons", 60)


def small(**changes):
    return TrainingPlan(**{"hidden": (5, 4), "schemes": ("xavier", "he"), "seeds": 2} | changes)


def test_history_has_a_row_per_step():
    trainer = Trainer(MOONS, small(), seed=1)
    trainer.advance(3)
    history = trainer.history
    assert trainer.step == 3
    assert history.costs.shape == history.accuracies.shape == (4, 4)
    assert history.gradient_norms.shape == (4, 3, 4)
    assert np.array_equal(history.costs[-1], trainer.costs)


def test_pauses_and_resets_change_nothing():
    plan = small(batch_size=16, optimizer="adam")
    whole, parts = Trainer(MOONS, plan, seed=1), Trainer(MOONS, plan, seed=1)
    whole.advance(9)
    assert list(parts.run(4)) == [1, 2, 3, 4]
    parts.reset()
    parts.advance(2)
    parts.advance(7)
    assert np.array_equal(whole.history.costs, parts.history.costs)
    assert np.array_equal(whole.parameters.weights[1], parts.parameters.weights[1])


def test_networks_do_not_know_of_each_other():
    both = Trainer(MOONS, small(schemes=("too-small", "he")), seed=5)
    alone = Trainer(MOONS, small(schemes=("he",)), seed=5)
    both.advance(5)
    alone.advance(5)
    assert both.history.costs[:, 2:] == pytest.approx(alone.history.costs, rel=1e-12)


def test_each_network_has_its_own_learning_rate():
    rates = (0.1, 0.2, 0.3, 0.4)
    together = Trainer(MOONS, small(learning_rate=rates), seed=2)
    together.advance(3)
    for network, rate in enumerate(rates):
        one = Trainer(MOONS, small(learning_rate=rate), seed=2)
        one.advance(3)
        assert one.costs[network] == pytest.approx(together.costs[network], rel=1e-12)


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "adam"])
def test_training_learns(optimizer):
    rate = 0.02 if optimizer == "adam" else 0.2
    plan = small(hidden=(16,), optimizer=optimizer, learning_rate=rate)
    trainer = Trainer(load_dataset("blobs", 60), plan)
    trainer.advance(100)
    assert np.all(trainer.costs < 0.2 * trainer.history.costs[0])
    assert np.all(trainer.accuracies > 0.95)


def test_divergence_is_an_event_and_the_others_train_on():
    plan = small(activation="linear", cost="squared", learning_rate=(0.01, 1e3, 0.01, 0.01))
    trainer = Trainer(MOONS, plan, seed=0)
    trainer.advance(60)
    when = trainer.diverged[1]
    assert [trainer.diverged[k] for k in (0, 2, 3)] == [None] * 3
    assert when is not None and 0 < when <= 60
    costs = trainer.history.costs
    assert np.all(np.isinf(costs[when:, 1])) and np.all(np.isfinite(costs[:when, 1]))
    assert np.all(np.isfinite(np.delete(costs, 1, axis=1)))
    assert np.isnan(trainer.accuracies[1]) and np.all(np.isinf(trainer.gradient_norms[:, 1]))
    assert trainer.parameters.finite().all()
    alone = Trainer(MOONS, small(activation="linear", cost="squared", learning_rate=0.01), seed=0)
    alone.advance(60)
    assert alone.costs[3] == pytest.approx(trainer.costs[3], rel=1e-12)


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_divergence_at_the_start_is_step_0(optimizer):
    plan = small(activation="exp(z)", schemes=("scale=1e7", "xavier"), optimizer=optimizer)
    trainer = Trainer(MOONS, plan)
    trainer.advance(2)
    assert trainer.diverged == (0, 0, None, None)
    assert all(h.counts.sum() <= 5 * 60 for h in trainer.activation_histograms(0))
    assert trainer.decision_map(0, 4).classes.shape == (4, 4)


def test_histograms_count_units_times_examples():
    trainer = Trainer(MOONS, small(bias_std=0.5))
    for histograms in (trainer.activation_histograms(3, 10), trainer.gradient_histograms(3, 10)):
        assert [h.counts.sum() for h in histograms] == [5 * 60, 4 * 60, 2 * 60]
        assert [h.layer for h in histograms] == [1, 2, 3]
    first = trainer.activation_histograms(3)[0]
    assert first.mean == pytest.approx(trainer.passed.activations[1][3].mean())


def test_histograms_of_equal_values_have_bins():
    trainer = Trainer(MOONS, small(schemes=("zeros",)))
    assert all(h.counts.sum() == n * 60 for h, n in zip(
        trainer.activation_histograms(0), (5, 4, 2), strict=True))  # fmt: skip


def test_the_decision_map_agrees_with_the_data():
    trainer = Trainer(MOONS, small(hidden=(16,), learning_rate=0.5))
    trainer.advance(200)
    grid = trainer.decision_map(0, 200)
    columns = [np.abs(grid.x - value).argmin() for value in MOONS.inputs[0]]
    rows = [np.abs(grid.y - value).argmin() for value in MOONS.inputs[1]]
    agree = np.mean(grid.classes[rows, columns] == MOONS.labels)
    assert agree == pytest.approx(trainer.accuracies[0], abs=0.05)
    assert np.all((grid.confidence >= 0.5) & (grid.confidence <= 1))


def test_given_parameters_are_where_training_starts():
    plan = TrainingPlan((2,), "linear", learning_rate=0.1, biases=False)
    weights = (np.full((1, 2, 2), 0.25), np.full((1, 2, 2), 0.5))
    trainer = Trainer(MOONS, plan, initial=Parameters(weights, ()))
    trainer.advance(1)
    trainer.reset()
    assert np.array_equal(trainer.parameters.weights[0], weights[0])


def test_steps_to_reach_counts_from_the_first_record():
    trainer = Trainer(MOONS, small(learning_rate=0.5))
    trainer.advance(20)
    costs = trainer.history.costs
    level = float(np.median(costs))
    expected = [next((t for t, c in enumerate(column) if c <= level), 21) for column in costs.T]
    assert trainer.history.steps_to_reach(level).tolist() == expected
    assert trainer.history.steps_to_reach(-1.0).tolist() == [21] * 4


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"learning_rate": 0}, "positive and finite"),
        ({"learning_rate": -0.1}, "positive and finite"),
        ({"learning_rate": float("inf")}, "positive and finite"),
        ({"learning_rate": float("nan")}, "positive and finite"),
        ({"learning_rate": True}, "must be a number"),
        ({"learning_rate": "fast"}, "must be a number"),
        ({"learning_rate": (0.1, 0.2)}, "4 networks need one learning rate or as many, got 2"),
        ({"hidden": (0,)}, "a hidden width must be at least 1"),
        ({"hidden": 3}, "must list the widths"),
        ({"seeds": 0}, "seeds must be at least 1"),
        ({"schemes": ()}, "at least one scheme"),
        ({"schemes": ("xaver",)}, "did you mean 'xavier'"),
        ({"schemes": ("scale",)}, "needs a value"),
        ({"schemes": ("scale=two",)}, "scale is a number such as 1.5, 3/2"),
        ({"schemes": ("xavier=2",)}, "takes no value"),
        ({"schemes": ("std=-1",)}, "must be in range"),
        ({"schemes": ("scale=nan",)}, "must be finite"),
        ({"optimizer": "sgd"}, "optimizer"),
        ({"cost": "hinge"}, "cost"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"bias_std": -1}, "bias_std must not be negative"),
        ({"activation": "import os"}, "expression"),
        ({"activation": "tanhh"}, "did you mean"),
        ({"activation": np.tanh}, "has no derivative"),
    ],
)
def test_a_bad_plan_is_refused_in_one_line(changes, said):
    with pytest.raises((InvalidInputError, LookupError), match=said) as caught:
        small(**changes)
    assert "\n" not in str(caught.value)


def test_a_trainer_refuses_what_does_not_fit():
    with pytest.raises(InvalidInputError, match="a batch of 61 needs as many examples, got 60"):
        Trainer(MOONS, small(batch_size=61))
    with pytest.raises(InvalidInputError, match="the seed must be at least 0"):
        Trainer(MOONS, small(), seed=-1)
    with pytest.raises(InvalidInputError, match="the plan needs parameters of shapes"):
        Trainer(MOONS, small(), initial=Parameters((np.zeros((4, 5, 2)),), ()))
    unfit = Trainer(MOONS, small()).parameters.combined(lambda v: v * np.nan)
    with pytest.raises(InvalidInputError, match="must be finite"):
        Trainer(MOONS, small(), initial=unfit)
    trainer = Trainer(MOONS, small())
    with pytest.raises(InvalidInputError, match="steps must be at least 1"):
        trainer.advance(0)
    with pytest.raises(InvalidInputError, match="there are 4 networks, got 4"):
        trainer.decision_map(4)
    with pytest.raises(InvalidInputError, match="at most 1000"):
        trainer.decision_map(0, 1001)
    with pytest.raises(InvalidInputError, match="at most 1000"):
        trainer.activation_histograms(0, 1001)
    wide = dataset_from_arrays(np.eye(3), [0, 1, 1])
    with pytest.raises(InvalidInputError, match="needs data with two features, given has 3"):
        Trainer(wide, small()).decision_map(0)
