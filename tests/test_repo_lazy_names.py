"""A submodule that is spelled like a public function can be called as one."""

from __future__ import annotations

from types import ModuleType

import pytest

import xavier_theory


def test_a_module_of_a_public_name_can_be_called() -> None:
    module = ModuleType("xavier_theory.check")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xavier_theory, "check", module)
        with pytest.raises(xavier_theory.CertificateError, match="no JSON text"):
            xavier_theory.check("{")


def test_a_called_module_passes_arguments_on() -> None:
    module = ModuleType("xavier_theory.axioms")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xavier_theory, "axioms", module)
        assert xavier_theory.axioms("he-variance") == ()
        assert xavier_theory.axioms(name="tanh-linearization")[0].name == "tanh-is-bounded"


def test_a_module_that_is_no_public_name_is_set() -> None:
    module = ModuleType("xavier_theory.planted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xavier_theory, "planted", module, raising=False)
        assert vars(xavier_theory)["planted"] is module
        assert not callable(module)


def test_a_name_is_loaded_once_and_then_kept() -> None:
    first = xavier_theory.InvalidInputError
    assert vars(xavier_theory)["InvalidInputError"] is first
    assert issubclass(first, xavier_theory.XavierTheoryError)
