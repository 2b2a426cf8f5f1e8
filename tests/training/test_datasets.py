import sys

import numpy as np
import pytest

from xavier_theory.errors import InvalidInputError, MissingExtraError, UnknownNameError
from xavier_theory.training import DATASETS, dataset_from_arrays, load_dataset


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_features_are_centred_and_scaled(name):
    data = load_dataset(name, 120, seed=4)
    assert data.examples == 120
    assert np.allclose(data.inputs.mean(axis=1), 0, atol=1e-12)
    spread = np.square(data.inputs).mean(axis=1)
    assert np.all(np.isclose(spread, 1) | (spread == 0))
    assert set(data.labels) == set(range(data.classes))
    assert np.array_equal(data.targets.argmax(axis=0), data.labels)
    assert np.all(data.targets.sum(axis=0) == 1)


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_the_seed_decides(name):
    one, same, other = (load_dataset(name, 50, seed=s) for s in (1, 1, 2))
    assert np.array_equal(one.inputs, same.inputs)
    assert not np.array_equal(one.inputs, other.inputs)


def test_all_digits_by_default():
    data = load_dataset("digits")
    assert (data.features, data.examples, data.classes) == (64, 1797, 10)


def test_labels_of_any_kind_are_numbered():
    data = dataset_from_arrays([[0.0], [1.0], [2.0]], ["cat", "dog", "cat"])
    assert data.labels.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("inputs", "labels", "said"),
    [
        ([[0.0], [np.nan]], [0, 1], "must be finite, row 1 is not"),
        ([[0.0], [np.inf]], [0, 1], "must be finite, row 1 is not"),
        ([[0.0], [1.0]], [1, 1], "at least two classes to tell apart, got 1"),
        ([[0.0], [1.0]], [0, 1, 1], "2 rows need as many labels"),
        ([[0.0], [1.0]], [0, np.nan], "labels must be finite"),
        ([0.0, 1.0], [0, 1], "must be .examples, features."),
        (np.zeros((0, 2)), [], "must be .examples, features."),
        ([["a"], ["b"]], [0, 1], "table of numbers"),
        ([[0.0], [1.0, 2.0]], [0, 1], "table of numbers"),
    ],
)
def test_bad_data_is_refused_in_one_line(inputs, labels, said):
    with pytest.raises(InvalidInputError, match=said) as caught:
        dataset_from_arrays(inputs, labels)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("moons", {"examples": 9}, "at least 10"),
        ("moons", {"noise": -1.0}, "must not be negative"),
        ("moons", {"noise": float("nan")}, "must be finite"),
        ("moons", {"seed": -1}, "the seed must be at least 0"),
        ("digits", {"noise": 1.0}, "digits take no noise"),
        ("digits", {"examples": 1798}, "there are 1797 digits"),
    ],
)
def test_bad_requests_are_refused(name, arguments, said):
    with pytest.raises(InvalidInputError, match=said):
        load_dataset(name, **arguments)


def test_unknown_names_are_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'spirals'"):
        load_dataset("spiral")


def test_without_scikit_learn_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingExtraError, match=r"xavier_theory\[data\]"):
        load_dataset("moons")
    assert load_dataset("spirals").classes == 2
