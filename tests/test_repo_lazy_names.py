"""The package's own type keeps a public name when a submodule of that name is imported."""

from __future__ import annotations

from types import ModuleType

import pytest

import xavier_theory


def test_a_module_does_not_replace_a_public_name() -> None:
    before = dict(vars(xavier_theory))
    xavier_theory.theorems = ModuleType("xavier_theory.theorems")
    assert vars(xavier_theory) == before


def test_a_module_that_is_no_public_name_is_set() -> None:
    module = ModuleType("xavier_theory.planted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xavier_theory, "planted", module, raising=False)
        assert vars(xavier_theory)["planted"] is module


def test_a_name_is_loaded_once_and_then_kept() -> None:
    first = xavier_theory.InvalidInputError
    assert vars(xavier_theory)["InvalidInputError"] is first
    assert issubclass(first, xavier_theory.XavierTheoryError)
