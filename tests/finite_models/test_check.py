"""Right steps hold, wrong conclusions fail, and what says nothing is counted apart."""

from __future__ import annotations

import dataclasses

import pytest
import sympy

from tests.symbolic.proofs import RULES
from xavier_theory.finite_models import (
    Claim,
    FiniteModelError,
    check_claims,
    check_conclusion,
    check_derivation,
    check_rule,
    check_step,
    check_variants,
)
from xavier_theory.symbolic.assumptions import (
    Assumption,
    common_variance,
    distinct,
    equation,
    independent,
    law,
    positive,
    symmetric,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import product_over, sum_except, sum_over
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.terms import (
    EVERY,
    Cov,
    E,
    Var,
    random_family,
    random_variable,
    relu,
    scalar,
)
from xavier_theory.theorems import derive, theorem_folder

W, a, z = random_family("W", 2), random_family("a", 1), random_family("z", 1)
net = random_family("net", 2)
X, Y = random_variable("X"), random_variable("Y")
i, j, k, n = (scalar(name, "width") for name in ("i", "j", "k", "fan_in"))
fan_out = scalar("fan_out", "width")
layer = scalar("l", "natural")
s, q = scalar("s", "positive"), scalar("q", "positive")

LAYER = (
    zero_mean("weights centred", W[i, j], i, j),
    common_variance("one weight variance", W[i, j], s, i, j),
    uncorrelated("uncorrelated weights", W[i, j], W[i, k], i, j, k, distinct=[(j, k)]),
    independent("weights independent of inputs", [W[i, EVERY]], [a[EVERY]], i),
    common_variance("one input variance", a[j], q, j),
)
CENTRED = zero_mean("inputs centred", a[j], j)
DEFINED = (define("layer", z[i], sum_over(j, n, W[i, j] * a[j]), i),)
TOGETHER = (independent("X independent of Y", [X], [Y]),)


def refute(
    left: sympy.Expr, right: sympy.Expr, *assumptions: Assumption, relation: object = sympy.Eq
) -> str:
    context = Context(assumptions, DEFINED)
    claim = relation(left, right, evaluate=False)  # type: ignore[operator]
    return check_conclusion(claim, assumptions, context, examples=60).verdict


RIGHT = n * s * q
WRONG_LAYERS = {
    "n - 1 for n": (n - 1) * s * q,
    "swapped fans": fan_out * s * q,
    "1 % off": RIGHT * sympy.Rational(101, 100),
    "one in a billion off": RIGHT * (1 + sympy.Rational(1, 10**9)),
    "standard deviation": n * sympy.sqrt(s) * q,
    "fan-in squared": n**2 * s * q,
}


def test_the_variance_of_a_layer_holds() -> None:
    assert refute(Var(z[i]), RIGHT, *LAYER, CENTRED) == "held"


@pytest.mark.parametrize("name", WRONG_LAYERS)
def test_a_wrong_variance_of_a_layer_is_refuted(name: str) -> None:
    assert refute(Var(z[i]), WRONG_LAYERS[name], *LAYER, CENTRED) == "failed"


def test_a_variance_in_place_of_a_second_moment_is_refuted() -> None:
    second_moment = s * sum_over(j, n, E(a[j] ** 2))
    assert refute(Var(z[i]), second_moment, *LAYER) == "held"
    assert refute(Var(z[i]), RIGHT, *LAYER) == "failed"


@pytest.mark.parametrize("dropped", range(4))
def test_the_variance_of_a_layer_fails_without_an_assumption(dropped: int) -> None:
    kept = [assumption for place, assumption in enumerate(LAYER) if place != dropped]
    assert refute(Var(z[i]), RIGHT, *kept, CENTRED) == "failed"


def test_a_dropped_mean_in_the_variance_of_a_product_is_refuted() -> None:
    whole = E(X) ** 2 * Var(Y) + Var(X) * E(Y) ** 2 + Var(X) * Var(Y)
    assert refute(Var(X * Y), whole, *TOGETHER) == "held"
    assert refute(Var(X * Y), whole - E(X) ** 2 * Var(Y), *TOGETHER) == "failed"
    assert refute(Var(X * Y), whole) == "failed"


def test_inequalities_hold_and_fail() -> None:
    assert refute(E(X) ** 2, E(X**2), relation=sympy.Le) == "held"
    assert refute(E(X**2), E(X) ** 2, relation=sympy.Le) == "failed"
    assert refute(E(X**2), E(X) ** 2, relation=sympy.Ge) == "held"
    assert refute(Var(relu(X)), Var(X), relation=sympy.Le) == "held"
    assert refute(Var(X), Var(relu(X)), relation=sympy.Le) == "failed"


def test_symmetry_is_used_for_he_and_its_absence_refutes() -> None:
    half = E(X**2) / 2
    assert refute(E(relu(X) ** 2), half, symmetric("X symmetric", X)) == "held"
    assert refute(E(relu(X) ** 2), half, zero_mean("X centred", X)) == "failed"


def test_a_counterexample_shows_sides_and_model() -> None:
    context = Context((CENTRED,), DEFINED)
    wrong = sympy.Eq(Var(a[1] + a[2]), Var(a[1]) + Var(a[2]), evaluate=False)
    report = check_conclusion(wrong, (CENTRED,), context)
    text = str(report.counterexample)
    assert "probability" in text
    assert "a[1]" in text
    assert report.counterexample is not None
    assert report.counterexample.left != report.counterexample.right


def test_only_so_many_failures_are_shrunk() -> None:
    """Without it a failure shows the model in which it was met first: the verdict is the same."""
    claim = Claim("wrong", "=", E(X**3), E(X) ** 3, frozenset(), Context(()))
    first, simplest = (check_claims([claim], 60, 0, most_shrunk=most)[0] for most in (0, 1))
    assert first.verdict == simplest.verdict == "failed"
    assert first.counterexample is not None and simplest.counterexample is not None
    assert len(simplest.counterexample.table) <= len(first.counterexample.table)
    assert dataclasses.replace(first, counterexample=None) == dataclasses.replace(
        simplest, counterexample=None
    )


def test_what_says_nothing_is_no_evidence() -> None:
    constant = equation("X is constant", X, s)
    assert refute(Var(X), Var(X) ** 2, constant) == "vacuous"
    assert refute(E(X - s), E(Y) * E(X - s), constant) == "vacuous"
    assert refute(E(X) * Var(Y), 2 * E(X) * Var(Y), zero_mean("X centred", X)) == "vacuous"
    assert refute(E(X), sympy.Integer(0), zero_mean("X centred", X)) == "held"


def test_what_is_undefined_is_no_evidence() -> None:
    report = check_conclusion(
        sympy.Eq(E(X) / E(X - X * s / s), Y, evaluate=False), (), Context((), ()), examples=20
    )
    assert report.held == report.vacuous == 0
    assert report.undefined > 0
    assert report.verdict == "vacuous"


def test_an_excluded_index_beyond_the_range_is_undefined() -> None:
    rest = sum_over(k, n, E(a[k])) - E(a[j])
    report = check_conclusion(sympy.Eq(sum_except(k, n, j, E(a[k])), rest, evaluate=False), ())
    assert report.verdict == "held"
    assert report.undefined > 0


def test_a_false_hypothesis_is_vacuous_and_a_true_one_counts() -> None:
    growth = define("doubling", net[layer + 1, i], 2 * net[layer, i], layer, i)
    start = common_variance("start", net[0, i], q, i)
    context = Context((start,), (growth,))
    true, false = (
        equation("hypothesis", Var(net[layer, i]), base**layer * q, i) for base in (4, 5)
    )
    verdicts = []
    for hypothesis, base in ((true, 4), (false, 5)):
        claim = Claim(
            "step", "=", Var(net[layer + 1, i]), 4 * base**layer * q,
            frozenset({start, hypothesis}), context,
        )  # fmt: skip
        report = check_claims([claim], 40, 0)[0]
        verdicts.append((report.verdict, report.vacuous > 0))
    assert verdicts[0] == ("held", False)
    assert verdicts[1] == ("held", True)


def test_distinct_indices_are_respected() -> None:
    apart = distinct(j, k)
    context = Context(LAYER, DEFINED)
    given = frozenset({LAYER[0], LAYER[2], apart})
    claim = Claim("zero", "=", Cov(W[i, j], W[i, k]), sympy.Integer(0), given, context)
    assert check_claims([claim], 40, 0)[0].verdict == "held"
    careless = dataclasses.replace(claim, assumptions=given - {apart})
    assert check_claims([careless], 40, 0)[0].verdict == "failed"


def test_a_step_that_hides_an_assumption_fails() -> None:
    derivation = derive("layer-variance")
    conclusion = Claim.of(derivation.results["conclusion"])
    for hidden in conclusion.assumptions:
        if hidden.kind == "moment":
            continue
        careless = dataclasses.replace(conclusion, assumptions=conclusion.assumptions - {hidden})
        assert check_claims([careless], 60, 0)[0].verdict == "failed", hidden.name


def test_what_has_no_finite_model_says_why() -> None:
    gaussian = law("W is Gaussian", "gaussian", [W[EVERY, EVERY]], [0, s])
    relation = sympy.Eq(E(W[i, j] ** 4), 3 * s**2, evaluate=False)
    report = check_conclusion(relation, (gaussian,))
    assert report.verdict == report.method == "not finite"
    assert "W is Gaussian" in report.reason


def test_a_step_is_checked_in_models_of_all_where_its_own_assumptions_have_none() -> None:
    kept = equation("kept", Var(z[i]), q, i)
    context = Context((*LAYER, CENTRED, kept), DEFINED)
    claim = Claim("kept", "=", Var(z[i]), q, frozenset({kept}), context)
    assert check_claims([claim], 30, 0)[0].verdict == "not finite"
    assert check_claims([claim], 30, 0, {"kept": (s, "=", 1 / n)})[0].verdict == "held"


def test_the_same_seed_finds_the_same() -> None:
    derivation = derive("product-variance")
    first, second, other = (check_derivation(derivation, 40, seed) for seed in (5, 5, 6))
    assert first == second
    assert first.passed
    assert [s.counterexample for s in other.steps] == [None] * len(derivation.steps)


@pytest.mark.parametrize("name", ["he-variance", "depth-product", "symmetry", "tanh-linearization"])
def test_theorems_hold_and_their_wrong_variants_fail(name: str) -> None:
    solved = theorem_folder(name).solved
    report = check_derivation(derive(name), 30, 0, solved)
    assert report.passed, [step for step in report.steps if step.verdict != "held"]
    assert sum(report.counts().values()) == len(derive(name).steps)
    wrong = check_variants(derive(name), theorem_folder(name).wrong, 60, 0, solved)
    assert {found.verdict for found in wrong.values()} == {"failed"}


def test_a_single_rule_is_checked_in_models_of_what_it_used() -> None:
    context = Context((positive("fan", s),), DEFINED)
    report = check_rule(lambda: RULES["definition"](context, "layer", i), 30)
    assert report.verdict == "held"
    assert report.label == "definition"
    product = sum_over(j, n, s) * sum_over(j, n, s)
    assert check_step(RULES["product_of_sums"](context, product), 30).verdict == "held"


def test_products_over_layers_are_unrolled() -> None:
    relation = sympy.Eq(product_over(k, layer, s), s**layer, evaluate=False)
    assert check_conclusion(relation, ()).verdict == "held"
    wrong = sympy.Eq(product_over(k, layer, s), s ** (layer + 1), evaluate=False)
    assert check_conclusion(wrong, ()).verdict == "failed"


def test_only_relations_can_be_checked() -> None:
    with pytest.raises(FiniteModelError, match="no equation"):
        check_conclusion(sympy.Lt(E(X), E(X**2)), ())


def test_a_claim_that_a_term_is_zero_is_no_vacuous_one() -> None:
    """Zeros by form: an empty sum, a sum of zeros, a product with one."""
    x = scalar("x")
    zero = Context((equation("x is zero", x, 0),))
    for term in (sum_over(j, n, sympy.Integer(0)), q * sum_over(j, n, sympy.Integer(0))):
        claim = sympy.Eq(x, term, evaluate=False)
        assert check_conclusion(claim, zero.assumptions, zero).verdict == "held"
    empty = sympy.Eq(sum_over(j, 0, q), sum_over(j, 0, q**2), evaluate=False)
    assert check_conclusion(empty, (), Context(())).verdict == "held"
    says_nothing = sympy.Eq(x, 2 * x, evaluate=False)
    assert check_conclusion(says_nothing, zero.assumptions, zero).verdict == "vacuous"


@pytest.mark.parametrize("kind", [Var(X), E(X**2)])
@pytest.mark.parametrize("number", [sympy.pi, sympy.sqrt(2) * q])
def test_a_spread_that_is_no_rational_leaves_no_model_and_no_error(kind, number) -> None:
    known = equation("spread", kind, number)
    claim = Claim("itself", "=", kind, number, frozenset((known,)), Context((known,)))
    (report,) = check_claims([claim], 10, 0)
    assert report.verdict not in ("held", "failed")


def test_what_is_assumed_of_what_definitions_make_holds_in_every_model() -> None:
    """X alone is drawn for the claim; of U = 1 + X², and of Y = U Z, something is assumed."""
    U, Z = random_variable("U"), random_variable("Z")
    made = define("U", U, 1 + X**2)
    assumed = equation("mean of U", E(U), sympy.Integer(2))
    claim = Claim(
        "second",
        "=",
        E(X**2),
        sympy.Integer(1),
        frozenset((assumed,)),
        Context((assumed,), (made,)),
    )
    (report,) = check_claims([claim], 10, 0)
    assert report.verdict == "not finite"
    (solved,) = check_claims(
        [claim], 10, 0, {"mean of U": (X, "=", (Z - E(Z)) / sympy.sqrt(Var(Z)))}
    )
    assert solved.verdict != "failed"
    also = (made, define("Y", Y, U * Z))
    product = equation("mean of Y", E(Y), E(X))
    claim = Claim(
        "another", "=", E(X), sympy.Integer(3), frozenset((product,)), Context((product,), also)
    )
    (report,) = check_claims([claim], 10, 0)
    assert report.verdict == "not finite"
