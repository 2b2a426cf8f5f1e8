"""Perturbed conclusions are refuted, or proved to be no mistakes; no equation survives."""

from collections import Counter
from dataclasses import replace

import pytest
from sympy import Integer, Rational, exp, log

from tools.slips.changes import changes, slips
from tools.slips.finite import run_slips
from tools.slips.proofs import proof_of
from tools.slips.slack import elementary_slack, plainly_nonnegative
from xavier_theory.finite_models.checking.check import check_claims
from xavier_theory.finite_models.checking.claims import Claim, reach
from xavier_theory.finite_models.search.smallest import Bounds, smallest_counterexample
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.terms import Cov, E, Var, constants, random_variable, scalar
from xavier_theory.theorems import derive, theorems
from xavier_theory.theorems.tanh_linearization.proof import z

X, Y, c = random_variable("X"), random_variable("Y"), constants("c", 1)
m, s_positive = scalar("m", "width"), scalar("s_positive", "positive")
i, n, s = scalar("i", "width"), scalar("n", "width"), scalar("s")


@pytest.fixture(scope="module")
def reports():
    """Few random models and no enumeration: what is refuted here is refuted easily."""
    names = ["layer-variance", "he-variance", "backward-variance", "sigmoid-gradient"]
    return run_slips(names, examples=12, near=None)


def test_every_theorem_is_perturbed():
    assert all(len(list(slips(derive(name)))) >= 10 for name in theorems())


def test_most_slips_are_refuted_by_few_models(reports):
    kinds = Counter(report.kind for report in reports)
    assert kinds["refuted"] > 0.8 * len(reports)
    assert kinds["not finite"] == 0


def test_no_perturbed_equation_survives(reports):
    assert [
        report.slip.name
        for report in reports
        if report.kind == "survived" and report.slip.claim.relation == "="
    ] == []


def test_no_finite_model_is_one_of_a_continuous_law():
    reports = run_slips(["weight-laws"], examples=3, near=None)
    assert {report.kind for report in reports} == {"not finite", "equivalent"}


def test_a_member_that_no_assumption_speaks_of_may_depend_on_the_others():
    """E r <= bound for E r² <= bound: r is centred unless the slope depends on the weights."""
    (report,) = [
        r
        for r in run_slips(["sigmoid-gradient"], examples=3)
        if r.slip.change == "exponent -1, on the left" and r.slip.result == "conclusion"
    ]
    assert report.kind == "refuted"


def test_a_formula_without_a_value_where_the_result_has_one_is_refuted():
    """Var(z²) = 0 for z = ±1, though z varies."""
    derivation = derive("tanh-linearization")
    step = derivation.results["lower"]
    divided = Claim.of(step, derivation.context)
    wrong = replace(divided, right=Var(z**2) ** -1)
    bounds = Bounds(sizes=0, atoms=2, height=2)
    found, _ = smallest_counterexample(wrong, sorted(step.assumptions, key=str), None, bounds, True)
    assert found is not None
    assert found.right is None


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (3 * s, {4 * s, 2 * s, 6 * s, 3 * s**2, Integer(3), s, -3 * s}),
        (s**2, {s**3, s, s**4, -(s**2), 2 * s**2}),
        (Var(X), {E(X**2), 2 * Var(X), -Var(X), Var(X**2)}),
        (E(X**2), {Var(X), E(X**3), E(X), E(X**4), 2 * E(X**2), -E(X**2)}),
        (Integer(0), {Integer(1), Integer(-1)}),
    ],
)
def test_slips_of_a_term(term, expected):
    assert {other for _, other in changes(term)} - {term} == expected


def test_slips_reach_limits_and_indices_of_sums():
    found = [other for _, other in changes(sum_over(i, n, c[i]))]
    for wanted in (sum_over(i, n + 1, c[i]), sum_over(i, n - 1, c[i]), sum_over(i, n, c[i + 1])):
        assert wanted in found
    width = constants("width", 1, "width")
    found = [other for _, other in changes(sum_over(i, width[1], c[i]))]
    assert sum_over(i, width[1] - 1, c[i]) in found
    assert sum_over(i, width[1] ** 2, c[i]) not in found


def test_no_sum_goes_up_to_the_square_of_a_width():
    """As for widths that are scalars; what is summed may be squared."""
    width = constants("width", 1, "width")
    found = {other for _, other in changes(sum_over(i, width[1], c[i]))}
    assert sum_over(i, width[1] ** 2, c[i]) not in found
    assert {sum_over(i, width[1] + 1, c[i]), sum_over(i, width[1], c[i] ** 2)} <= found


def test_a_variance_for_a_second_moment_is_proved_equivalent_where_the_mean_is_zero():
    derivation = derive("depth-product")
    slip = next(
        m for m in slips(derivation) if m.change == "second moment for variance, on the left"
    )
    kind, step = proof_of(slip, derivation)
    assert kind == "equivalent"
    assert (step.left, step.right) == (slip.claim.left, slip.claim.right)


def test_no_refuted_slip_is_proved():
    """Models satisfy the assumptions as far as a slip's indices go, or truth is refuted."""
    derivation = derive("sigmoid-gradient")
    population = list(slips(derivation))
    checked = check_claims([m.claim for m in population], 6, 0)
    refuted = [m for m, r in zip(population, checked, strict=True) if r.verdict == "failed"]
    assert len(refuted) > 20
    assert [m.name for m in refuted if proof_of(m, derivation)] == []
    claims = [
        m.claim for m in population if elementary_slack(m.claim, derivation.results[m.result])
    ]
    assert not {m.claim.label for m in refuted} & {claim.label for claim in claims}


def test_how_far_indices_go_beyond_the_sizes():
    context = derive("layer-variance").context
    sides = {
        0: sum_over(i, n, c[i]),
        1: c[i + 1],
        2: c[i + 1] + c[i + 2],
        3: sum_over(i, n + 1, c[i + 2]),
    }
    for far, side in sides.items():
        assert reach([Claim("claim", "=", side, c[i], frozenset(), context)]) == far


@pytest.mark.parametrize(
    "slack",
    [
        Var(X),
        E(X**2) - Var(X),
        Cov(X, X**3) / Var(X),
        (n - 1) / s_positive,
        log(n),
        1 - log(2 * n / (n + m)),
        log(Rational(3, 2)),
        abs(s) * s_positive**m,
        s**2 * s_positive + c[m] ** 4 + c[m] ** -2,
        sum_over(i, n, c[i] ** 2),
        s_positive * (sum_over(i, n + 1, c[i] ** 2) - sum_over(i, n, c[i] ** 2)),
        sum_over(i, n + 1, c[i]) - sum_over(i, n, c[i]) - c[n + 1],
        1 - exp(-m / s_positive),
        exp(m / s_positive) - exp(-m / s_positive),
        exp(-m / s_positive) - exp(-(m + 1) / s_positive),
    ],
)
def test_slack_that_is_plainly_not_negative(slack):
    assert plainly_nonnegative(slack)


@pytest.mark.parametrize(
    "slack",
    [
        s,
        E(X),
        -Var(X),
        Var(X) - 1,
        Cov(X, X**2),
        Cov(X, Y**3),
        n - 2,
        n - m,
        log(n / m),
        2 - log(8 * n / (n + m)),
        1 - log(s_positive),
        s_positive * log(n),
        E(X**3) ** 1 - Var(X),
        log(Rational(2, 3)),
        Var(X) - E(X**2),
        abs(s) - s,
        s**2 - s,
        s**3,
        sum_over(i, n, c[i]),
        sum_over(i, n + 1, c[i]) - sum_over(i, n, c[i]),
        sum_over(i, n, c[i] ** 2) - sum_over(i, n + 1, c[i] ** 2),
        sum_over(i, n, c[i] ** 2) - c[1] ** 2,
        s**m,
        1 - exp(m / s_positive),
        1 - exp(-s),
        exp(-(m + 1) / s_positive) - exp(-m / s_positive),
    ],
)
def test_slack_that_may_be_negative_or_is_not_plain(slack):
    assert not plainly_nonnegative(slack)
