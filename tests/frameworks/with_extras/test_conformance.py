"""The frameworks themselves: what is known to deviate, and drop-ins of ours, which do not."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jax
import keras
import numpy as np
import pytest
import torch
from flax import linen, nnx

import xavier_theory as xt
from xavier_theory.conformance.documented import FRAMEWORKS, aliases, entries, version
from xavier_theory.conformance.drawing import adapter
from xavier_theory.conformance.drawing_jax import JaxDrawer
from xavier_theory.conformance.drawing_torch import TorchDrawer
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.frameworks.jax import variance
from xavier_theory.frameworks.keras import Variance
from xavier_theory.frameworks.torch import orthogonal_, truncated_normal_, variance_

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def deviating(*given: Any, **told: Any) -> set[str]:
    return {check.quantity for check in xt.conformance(*given, **told).deviations}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_table_has_every_public_initializer(framework: str) -> None:
    listed = {entry.name for entry in entries(framework)} | set(aliases(framework))
    assert listed == set(adapter(framework).public(framework))
    assert xt.frameworks()[framework].partition("+")[0] == version(framework)


@pytest.mark.parametrize("framework", ["torch", "jax"])
def test_other_names_are_the_same(framework: str) -> None:
    public = adapter(framework).public(framework)
    for name, other in aliases(framework).items():
        if framework == "jax":
            assert public[name] is public[other]
            continue
        drawn = []
        for function in (public[name], public[other]):
            torch.manual_seed(4)
            shape = (6, 4, 3) if "dirac" in name else (6, 4)
            told = {"sparse": (0.5,), "constant": (0.3,)}.get(name.rstrip("_"), ())
            with pytest.warns(FutureWarning) if function is public[name] else _quiet():
                drawn.append(function(torch.empty(shape), *told))
        assert torch.equal(*drawn)


class _quiet:
    def __enter__(self) -> None: ...

    def __exit__(self, *of: object) -> None: ...


def test_flax_hands_on_jax() -> None:
    for name, value in adapter("flax").public("flax").items():
        if name not in ("zeros_init", "ones_init"):
            assert value is getattr(jax.nn.initializers, name)
            assert getattr(linen.initializers, name, value) is value
            assert getattr(nnx.initializers, name, value) is value


@pytest.mark.parametrize(
    ("framework", "name", "dtype", "told"),
    [
        ("torch", "sparse_", "float32", {"reproducible", "zeros of a column"}),
        ("torch", "uniform_", "bfloat16", {"exact zeros", "distribution", "mean"}),
        ("torch", "uniform_", "float32", set()),
        ("torch", "xavier_normal_", "bfloat16", set()),
        ("torch", "orthogonal_", "float32", set()),
        ("jax", "lecun_normal", "complex64", {"variance", "support"}),
        ("jax", "lecun_uniform", "complex64", set()),
        ("jax", "lecun_normal", "float32", set()),
        ("jax", "orthogonal", "complex64", set()),
        ("flax", "zeros_init", "float32", set()),
        ("keras", "HeNormal", "float32", set()),
        ("keras", "Orthogonal", "float32", set()),
    ],
)
def test_what_is_known(framework: str, name: str, dtype: str, told: set[str]) -> None:
    assert told <= deviating(framework, name, dtype=dtype)
    if not told:
        assert xt.conformance(framework, name, dtype=dtype).passed


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("normal", {"mean", "tails", "distinct values"}),
        ("lecun_normal", {"mean", "exact zeros", "distinct values"}),
        ("uniform", {"exact zeros", "distinct values"}),
    ],
)
def test_the_coarse_grid_of_jax(name: str, told: set[str]) -> None:
    assert told <= deviating("jax", name, dtype="bfloat16")


def test_a_type_that_is_refused_says_so() -> None:
    found = xt.conformance("torch", "orthogonal_", dtype=("float16", "complex64"))
    assert set(found.verdicts().values()) == {"refuses"}
    assert "not implemented for 'Half'" in str(found)


def test_neighbouring_seeds_of_keras_on_torch() -> None:
    """Keras' backend is chosen once in a process."""
    program = """
import json, xavier_theory as xt
found = xt.conformance("keras", "RandomNormal", "LecunNormal", dtype="float32")
told = {(c.initializer, c.quantity) for c in found.checks if c.verdict != "conforms"}
print(json.dumps(sorted(told)))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "KERAS_BACKEND": "torch"},
    )  # fmt: skip
    told = {tuple(each) for each in json.loads(done.stdout)}
    both = "independence of calls of neighbouring seeds"
    assert {("RandomNormal", both), ("LecunNormal", both), ("LecunNormal", "support")} <= told


# Drop-ins of ours: E W² = g²/fan_in with g² = 2 for relu.
OURS = {"normal": {}, "uniform": {}, "truncated-normal": {}}


@pytest.mark.parametrize("law", OURS)
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16", "complex64",
                                   "complex128"])  # fmt: skip
def test_ours_for_torch_conform(dtype: str, law: str) -> None:
    def fill(tensor: Any, generator: Any = None) -> Any:
        return variance_(tensor, "relu", law=law, generator=generator)

    if dtype.startswith("complex") and law != "normal":
        with torch.no_grad():
            drawn = fill(torch.empty((300, 200), dtype=getattr(torch, dtype)))
        assert np.mean(np.abs(drawn.numpy()) ** 2) == pytest.approx(2 / 200, rel=0.05)
        return
    found = xt.conformance(fill, law=law, variance=(2, "fan_in"), dtype=dtype,
                           complex_law="normal" if dtype.startswith("complex") else "")  # fmt: skip
    assert found.passed, str(found)
    assert set(found.verdicts().values()) == {"conforms"}


@pytest.mark.parametrize("law", OURS)
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16", "complex64"])
def test_ours_for_jax_conform(dtype: str, law: str) -> None:
    if dtype.startswith("complex") and law != "normal":
        drawn = np.asarray(variance("relu", law=law)(jax.random.key(1), (200, 300), dtype))
        assert np.mean(np.abs(drawn) ** 2) == pytest.approx(2 / 200, rel=0.05)
        return
    found = xt.conformance(variance("relu", law=law), law=law, variance=(2, "fan_in"), dtype=dtype,
                           complex_law="normal" if dtype.startswith("complex") else "")  # fmt: skip
    assert found.passed, str(found)


@pytest.mark.parametrize("law", OURS)
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_ours_for_keras_conform(dtype: str, law: str) -> None:
    found = xt.conformance(Variance("relu", law=law), law=law, variance=(2, "fan_in"), dtype=dtype)
    assert found.passed, str(found)


def test_other_ones_of_ours_conform() -> None:
    cut: Callable[..., Any] = partial(truncated_normal_, std=0.02, cut=3.0)
    # the documented deviation is that after cutting: before, 0.02/0.98658 (weight-laws at 3)
    before = 0.02 / np.sqrt(1 - 6 * np.exp(-4.5) / np.sqrt(2 * np.pi) / 0.9973002039367398)
    for dtype in ("float32", "bfloat16"):
        found = xt.conformance(cut, law="truncated-normal", std=float(before), cut=3.0, dtype=dtype)
        assert found.passed, str(found)
    for dtype in ("float64", "float32", "float16", "bfloat16", "complex64"):
        told = "normal" if dtype == "complex64" else ""
        found = xt.conformance(orthogonal_, law="orthogonal", dtype=dtype, complex_law=told)
        assert found.passed, str(found)
        assert set(found.verdicts().values()) == {"conforms"}


def test_initializers_of_users() -> None:
    wrong = lambda key, shape, dtype: jax.random.normal(key, shape, dtype)  # noqa: E731
    found = xt.conformance(wrong, law="normal", variance=(1, "fan_in"), dtype="float32")
    assert "variance" in {check.quantity for check in found.deviations}
    theirs = keras.initializers.HeNormal(seed=3)
    assert xt.conformance(
        theirs, law="truncated-normal", variance=(2, "fan_in"), dtype="float32"
    ).passed
    without = lambda shape, dtype=None: keras.random.normal(shape, dtype=dtype)  # noqa: E731
    assert xt.conformance(without, law="normal", std=1.0, dtype="float32").passed


def test_a_shape_of_ones_own() -> None:
    found = xt.conformance("torch", "kaiming_normal_", dtype="float32", shape=(300, 200, 3))
    assert found.passed and {check.shape for check in found.checks} <= {(300, 200, 3), (512, 512)}


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: xt.conformance("torch", dtype="float61"), "did you mean 'float64'"),
        (lambda: xt.conformance("torch", shape=(0, 3)), "must be at least 1, got 0"),
        (lambda: xt.conformance("torch", shape=(1, 1)), "too few entries"),
        (lambda: xt.conformance(truncated_normal_), "say which law it should have"),
        (lambda: xt.conformance(truncated_normal_, law="cauchy"), "unknown law 'cauchy'"),
        (lambda: xt.conformance(truncated_normal_, law="normal"), "say variance=(number, fan)"),
        (lambda: xt.conformance(truncated_normal_, law="normal", variance=(1, "fan_ni")),
         "did you mean 'fan_in'"),
        (lambda: xt.conformance(truncated_normal_, law="normal", std=1.0, complex_law="square"),
         "unknown complex law 'square'"),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_words(call: Any, says: str) -> None:
    with pytest.raises((InvalidInputError, UnknownNameError)) as refused:
        call()
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_a_newer_version_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from xavier_theory.conformance import run

    monkeypatch.setattr(run, "version", lambda name: "1.0")
    found = xt.conformance("torch", "zeros_", dtype="float32")
    assert "its documentation was read in 1.0" in found.remarks[0] and found.passed


def test_drawing_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(8)
    before = torch.get_rng_state()
    TorchDrawer(torch.nn.init.sparse_, {"sparsity": 0.5}).calls(1, (4, 4), "float32", 2)
    assert torch.equal(before, torch.get_rng_state())


def test_a_failing_initializer_refuses() -> None:
    def failing(key: Any, shape: Any, dtype: Any) -> Any:
        raise ValueError("no such weight")

    found = xt.conformance(failing, law="normal", std=1.0, dtype="float32")
    assert set(found.verdicts().values()) == {"refuses"} and "no such weight" in str(found)
    assert "key" in inspect.signature(failing).parameters
    assert JaxDrawer(failing).repeats is False


def test_the_command_exits_with_1_where_something_deviates() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "xavier_theory", "conformance", "torch", "sparse_",
         "--dtype", "float32", "--json"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    data = json.loads(done.stdout)
    assert data["passed"] is False and {"checks", "verdicts", "theory"} <= set(data)


def test_the_findings_run_as_printed() -> None:
    program = "import doctest; print(doctest.testfile('docs/findings.md', module_relative=False, "
    program += "encoding='utf-8'))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "KERAS_BACKEND": "torch"},
    )  # fmt: skip
    assert "failed=0" in done.stdout and "attempted=0" not in done.stdout, done.stdout
