"""Terms written out by the kernel, and what that proves of slips and what it must not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sympy import Integer, exp, sqrt

from tools.slips.changes import slips
from tools.slips.proofs import proof_of
from tools.slips.writing_out import written_out
from xavier_theory.symbolic.assumptions import finite_moment, law, symmetric
from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import (
    Cov,
    E,
    Var,
    random_variable,
    relu,
    scalar,
    sigmoid,
)
from xavier_theory.theorems import derive
from xavier_theory.theorems.gated_gain.proof import silu
from xavier_theory.theorems.symbols import Y

X, Z, c = random_variable("X"), random_variable("Z"), scalar("c")
CONTEXT = Context(
    (
        finite_moment("x", X, 4),
        symmetric("y", Y),
        finite_moment("y_has_moments", Y, 2),
        law("z", "gaussian", [Z], [Integer(0), Integer(1)]),
    )
)
STORED = Path(__file__).resolve().parents[2] / "docs" / "mutations"


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (Var(X + c), E(X**2) - E(X) ** 2),
        (Cov(X, 2 * X + 1), 2 * E(X**2) - 2 * E(X) ** 2),
        (E(Y), Integer(0)),
        (E(silu(Y)), -E(Y * sigmoid(-Y))),
        (E(silu(-Y)), -E(Y * sigmoid(-Y))),
        (E(Y**2 * sigmoid(-Y)), E(Y**2 * sigmoid(-Y))),
        (E(Y**2 * sigmoid(Y)), E(Y**2 * sigmoid(-Y))),
        (E((relu(Z) - c * relu(-Z)) ** 2), (1 + c**2) * E(relu(-Z) ** 2)),
        (E(exp(-relu(Z))), E(exp(-relu(-Z)))),
        (E(X**5), E(X**5)),
    ],
)
def test_terms_written_out(term, expected):
    """The last one has no moment that would allow anything; the mirrored ones have one form."""
    step = written_out(Proof("test", CONTEXT), term)
    assert step.left == term
    assert (step.right - expected).expand() == 0


def test_only_symmetric_variables_are_mirrored():
    step = written_out(Proof("test", CONTEXT), E(X) + E(sqrt(2) * X**3))
    assert step.right == E(X) + sqrt(2) * E(X**3)


def _slip(theorem, change, result):
    return next(m for m in slips(derive(theorem)) if m.change == change and m.result == result)


@pytest.mark.parametrize(
    ("theorem", "result", "change", "kind"),
    [
        ("selu-fixed-point", "variance", "sign of -1, on the left", "equivalent"),
        ("selu-fixed-point", "mean", "factor outer_scale dropped, on the left", "equivalent"),
        ("correlation-map", "backward", "variance for second moment, on the left", "equivalent"),
        ("gated-gain", "gelu_at_least", "sign of 1", "equivalent"),
        ("gated-gain", "gelu_at_least", "exponent +1", "weaker"),
        ("gated-gain", "silu_at_most", "exponent -1, on the left", None),
        ("gated-gain", "silu_share", "twice", None),
    ],
)
def test_slips_that_are_proved_by_writing_them_out(theorem, result, change, kind):
    slip = _slip(theorem, change, result)
    found = proof_of(slip, derive(theorem))
    assert (found and found[0]) == kind
    if found is not None:
        assert (found[1].left, found[1].right) == (slip.claim.left, slip.claim.right)
        assert {a for a in found[1].assumptions if a.kind != "moment"} <= slip.claim.assumptions


def test_a_fact_is_used_only_with_its_own_assumptions():
    """E[SELU(Z)²] = 1 follows from E[SELU(Z)²] = λ²(…), but not without λ's equation."""
    derivation = derive("selu-fixed-point")
    one, of_any = (derivation.results[name] for name in ("second_moment", "second_moment_of_any"))
    slip = next(m for m in slips(derivation) if m.result == "second_moment_of_any")
    for assumptions, proved in ((one.assumptions, True), (of_any.assumptions, False)):
        claim = replace(slip.claim, left=one.left, right=one.right, assumptions=assumptions)
        found = proof_of(replace(slip, claim=claim), derivation)
        assert (found is not None) is proved


@pytest.mark.parametrize("theorem", ["gated-gain", "selu-fixed-point"])
def test_nothing_that_a_model_refutes_is_proved(theorem):
    derivation = derive(theorem)
    stored = json.loads((STORED / f"{theorem}.json").read_text(encoding="utf-8"))
    left = {item["slip"] for item in stored["not_refuted"]}
    wrong = [m for m in slips(derivation) if m.name.removeprefix(f"{theorem}.") not in left]
    assert len(wrong) > 100
    assert [m.name for m in wrong[:: len(wrong) // 10] if proof_of(m, derivation)] == []
