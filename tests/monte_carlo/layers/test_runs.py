"""Runs of many networks: which sampler, how much memory, and what an interruption leaves."""

from __future__ import annotations

import numpy as np
import pytest

from tests.monte_carlo.layers.two_samples import ks_differs
from xavier_theory.activations import get_activation
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.laws import law
from xavier_theory.monte_carlo.layers.kinds import Task, in_words, needed_bytes
from xavier_theory.monte_carlo.layers.runs import sample_moments

WIDTHS, VARIANCES = (5, 6, 4), (0.3, 0.2)
SAMPLERS = {
    "deferred": {"sampler": "deferred"},
    "dense": {"sampler": "dense"},
    "orthogonal": {"weight_law": "orthogonal"},
    "streamed": {"sampler": "streamed"},
    "norm-chain": {"sampler": "norm-chain"},
}


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_run_repeats_by_its_seed_and_grows_by_networks(name) -> None:
    few, more, other = (
        sample_moments(WIDTHS, VARIANCES, "relu", networks=n, seed=seed, **SAMPLERS[name])
        for n, seed in ((8, 1), (9, 1), (8, 2))
    )
    assert few.sampler == name
    assert few.moments.networks == 8
    assert not few.interrupted
    if name not in ("deferred", "norm-chain"):  # one stream for each network
        np.testing.assert_array_equal(few.moments.log_activation, more.moments.log_activation[:8])
    again = sample_moments(WIDTHS, VARIANCES, "relu", networks=8, seed=1, **SAMPLERS[name])
    np.testing.assert_array_equal(few.moments.log_activation, again.moments.log_activation)
    assert (few.moments.log_activation[:, 1:] != other.moments.log_activation[:, 1:]).any()


def test_the_cheapest_exact_sampler_is_taken() -> None:
    def taken(activation: str = "relu", **options) -> str:
        return sample_moments(WIDTHS, VARIANCES, activation, **options).sampler

    assert taken() == "norm-chain"
    assert taken(backward=True) == "deferred"
    assert taken("tanh") == "deferred"
    assert taken(x=np.ones((5, 2))) == "deferred"
    assert taken(weight_law="uniform") == "dense"
    assert taken(weight_law="orthogonal") == "orthogonal"


@pytest.mark.parametrize("name", ["deferred", "dense"])
def test_samplers_agree_in_law(name, run_seed) -> None:
    """Two inputs through deferred layers, one of them in the fast pass, against dense ones."""
    x = np.array([[1.0, 0.2], [0.5, -1.0], [0.0, 1.0], [1.0, 1.0], [2.0, 0.0]])
    columns = x if name == "deferred" else x[:, :1]
    first, second = (
        sample_moments(
            WIDTHS, VARIANCES, "tanh", networks=1200, backward=True, x=each, sampler=kind,
            seed=run_seed + number, dtype=float,
        ).moments
        for number, (kind, each) in enumerate([(name, columns), ("deferred", x[:, :1])])
    )  # fmt: skip
    pair = [
        np.concatenate([m.log_activation[:, 1:, 0], m.log_gradient[:, :, 0]], axis=1)
        for m in (first, second)
    ]
    assert not ks_differs(*pair)
    assert ks_differs(pair[0] + 0.5, pair[1])


def test_moments_are_exponentials_of_the_logarithms() -> None:
    moments = sample_moments(WIDTHS, VARIANCES, "tanh", backward=True).moments
    assert moments.activation().shape == (1, 3, 1)
    assert moments.pre_activation().shape == (1, 2, 1)
    np.testing.assert_allclose(np.log(moments.gradient()), moments.log_gradient)
    assert moments.activation()[0, 0, 0] == pytest.approx(1.0)  # x is all ones


def test_what_was_not_sampled_is_refused() -> None:
    moments = sample_moments(WIDTHS, VARIANCES, "relu").moments
    with pytest.raises(InvalidInputError, match="not the z"):
        moments.pre_activation()
    with pytest.raises(InvalidInputError, match="no backward pass"):
        moments.gradient()


def test_an_interruption_keeps_the_finished_networks() -> None:
    def stop(finished: int) -> None:
        if finished == 3:
            raise KeyboardInterrupt

    options = {"networks": 9, "sampler": "dense", "seed": 4}
    run = sample_moments(WIDTHS, VARIANCES, "tanh", progress=stop, **options)
    whole = sample_moments(WIDTHS, VARIANCES, "tanh", **options)
    assert run.interrupted
    assert run.requested == 9
    np.testing.assert_array_equal(run.moments.log_activation, whole.moments.log_activation[:3])


def test_an_interruption_before_the_first_network_goes_through(monkeypatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("xavier_theory.monte_carlo.layers.runs.run_layers", stop)
    with pytest.raises(KeyboardInterrupt):
        sample_moments(WIDTHS, VARIANCES, "tanh", sampler="dense")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"sampler": "norm-chain", "activation": "tanh"}, "homogeneous activation, not tanh"),
        ({"sampler": "norm-chain", "backward": True}, "forward only; take 'deferred'"),
        ({"sampler": "norm-chain", "weight_law": "uniform"}, "needs normal weights; take 'dense'"),
        ({"sampler": "deferred", "weight_law": "uniform"}, "normal weights, not uniform"),
        ({"sampler": "orthogonal"}, "has orthogonal weights, not normal"),
        ({"sampler": "dense", "weight_law": "orthogonal"}, "sampler 'orthogonal' alone"),
        ({"networks": 0}, "networks must be at least 1"),
        ({"seed": -1}, "the seed must be at least 0"),
        ({"widths": (5, 0, 4)}, "a width must be at least 1"),
        ({"widths": (5, 4)}, "L variances, got 2 and 2"),
        ({"variances": (0.1, -0.1)}, "must not be negative"),
        ({"x": np.ones(4)}, r"x must be real, of shape \(5,\) .* shape \(4,\)"),
        ({"x": np.full(5, np.nan), "sampler": "deferred"}, "finite in float32"),
        ({"x": np.ones(5) * 1j}, "dtype complex128"),
        ({"x": np.ones((5, 0))}, "at least one column"),
        ({"dtype": int}, "float32 or float64"),
    ],
)
def test_bad_runs_are_refused(options, says) -> None:
    arguments = {"widths": WIDTHS, "variances": VARIANCES, "activation": "relu", **options}
    with pytest.raises(InvalidInputError, match=says):
        sample_moments(**arguments)


def test_unknown_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'deferred'"):
        sample_moments(WIDTHS, VARIANCES, "relu", sampler="defered")
    with pytest.raises(UnknownNameError, match="did you mean 'uniform'"):
        sample_moments(WIDTHS, VARIANCES, "relu", weight_law="unifrm")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"sampler": "dense"}, "'dense' needs 7.3 TiB at width 1000000, .*'deferred' needs"),
        ({"sampler": "dense", "weight_law": "uniform"}, "the sampler 'streamed' needs"),
        ({"sampler": "deferred", "max_bytes": 10**6}, "976.6 KiB are allowed; no other sampler"),
    ],
)
def test_widths_beyond_memory_say_what_is_needed_and_what_would_fit(options, says) -> None:
    limit = {"max_bytes": 2**30, **options}
    with pytest.raises(InvalidInputError, match=says):
        sample_moments((10**6,) * 3, (1e-6,) * 2, "tanh", **limit)


def test_auto_falls_back_to_streaming_where_the_matrix_does_not_fit() -> None:
    run = sample_moments((1500,) * 3, (1e-3,) * 2, "tanh", weight_law="rademacher", max_bytes=2**25)
    assert run.sampler == "streamed"


@pytest.mark.parametrize("sampler", ["deferred", "dense", "streamed"])
@pytest.mark.parametrize("backward", [False, True])
def test_the_estimate_of_memory_holds(sampler, backward) -> None:
    import tracemalloc

    widths, inputs = (3000, 2500, 3500), 3
    name = "uniform" if sampler == "streamed" else "normal"
    task = Task(widths, get_activation("tanh"), law(name), inputs, backward, np.dtype(np.float32))
    x = np.ones((3000, inputs))
    tracemalloc.start()
    try:
        sample_moments(
            widths, (1e-3,) * 2, "tanh", x=x, backward=backward, sampler=sampler, weight_law=name
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < needed_bytes(sampler, task)


def test_bytes_in_words() -> None:
    assert [in_words(2**k) for k in (3, 10, 21, 32, 43, 55)] == [
        "8 bytes", "1.0 KiB", "2.0 MiB", "4.0 GiB", "8.0 TiB", "32.0 PiB",
    ]  # fmt: skip
