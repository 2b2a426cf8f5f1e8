"""Functions with kinks: what a unit step is, and when a function is the integral of its slope."""

from __future__ import annotations

import pytest
import sympy
from sympy import Abs, Function, Integer, Rational, exp, sqrt

from tests.symbolic.proofs import RULES, read_again
from xavier_theory.symbolic.assumptions import (
    derivative,
    finite_moment,
    law,
    primitive,
)
from xavier_theory.symbolic.encoding import decode, encode
from xavier_theory.symbolic.errors import (
    IllFormedTermError,
    MissingAssumptionError,
    RuleRefusedError,
)
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import E, random_variable, relu, scalar, unit_step

x, c, v = scalar("x"), scalar("c"), scalar("v", "positive")
phi, slope = Function("phi", real=True), Function("slope", real=True)
X, Z = random_variable("X"), random_variable("Z")
NORMAL = law("z is normal", "gaussian", [Z], [Integer(0), Integer(1)])
GAUSSIAN = Context((NORMAL,))
up, down = unit_step(x), unit_step(-x)


def by_parts(body: sympy.Expr, of: sympy.Expr, context: Context = GAUSSIAN) -> Step:
    functions = {"f": (x, body), "df": (x, of)}
    return RULES["cite"](context, "gaussian-integration-by-parts", {}, {"Z": (Z,)}, functions)


@pytest.mark.parametrize(
    ("body", "of"),
    [
        (relu(x), up),
        (relu(c * x), c * unit_step(c * x)),
        (relu(x) - c * relu(-x), up + c * down),
        (Abs(x), up - down),
        (relu(x) ** 2, 2 * relu(x) * up),
        (relu(x) + exp(-relu(-x)) - 1, up + exp(-relu(-x)) * down),
        (relu(x + 1) - relu(x - 1) - 1, unit_step(x + 1) - unit_step(x - 1)),
        (relu(x) ** Rational(3, 2), Rational(3, 2) * sqrt(relu(x)) * up),
    ],
)
def test_a_function_with_kinks_is_the_integral_of_its_slope(
    body: sympy.Expr, of: sympy.Expr
) -> None:
    moment = finite_moment("slope is integrable", of.xreplace({x: Z}), 1)
    step = by_parts(body, of, Context((NORMAL, moment)))
    assert step.right == E(of.xreplace({x: Z}))


@pytest.mark.parametrize(
    ("body", "of"),
    [
        (up, Integer(0)),  # a jump: else E[Z; Z > 0] = 0
        (relu(x), Integer(1)),
        (relu(x), down),
        (Abs(x), up),
        (sqrt(relu(x)), up / (2 * sqrt(relu(x)))),  # the slope is no number for x <= 0
        (sqrt(Abs(x)), (up - down) / (2 * sqrt(Abs(x)))),
    ],
)
def test_what_is_no_integral_is_refused(body: sympy.Expr, of: sympy.Expr) -> None:
    moment = finite_moment("slope is integrable", of.xreplace({x: Z}), 1)
    with pytest.raises(MissingAssumptionError, match="integral of df"):
        by_parts(body, of, Context((NORMAL, moment)))


def test_half_of_a_gaussian_is_above_zero() -> None:
    """E step(Z) = E[Z relu(Z)] = E relu(Z)²: the mean of a step needs no lemma of its own."""
    step = by_parts(relu(x), up)
    assert (step.left, step.right) == (E(Z * relu(Z)), E(unit_step(Z)))
    cases = RULES["sign_cases"](GAUSSIAN, Z * relu(Z), relu(Z) ** 2, Z)
    assert cases.right == relu(Z) ** 2


def test_an_integral_at_another_argument_is_not_the_integral() -> None:
    moment = finite_moment("slope is integrable", slope(2 * Z), 1)
    context = Context((NORMAL, primitive("integral", phi(x), slope(x), x), moment))
    functions = {"f": (x, phi(2 * x)), "df": (x, slope(2 * x))}
    with pytest.raises(MissingAssumptionError, match="integral of df"):
        RULES["cite"](context, "gaussian-integration-by-parts", {}, {"Z": (Z,)}, functions)


@pytest.mark.parametrize(("body", "of"), [(relu(x), up), (relu(x) + relu(-x), up + down)])
def test_rules_that_need_a_derivative_everywhere_take_no_kinks(
    body: sympy.Expr, of: sympy.Expr
) -> None:
    slopes = [RULES["nonnegative"](GAUSSIAN, term) for term in (of, Integer(1))]
    with pytest.raises(RuleRefusedError, match="table of derivatives"):
        RULES["association"](GAUSSIAN, body, x, x, slopes, Z)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (up**2, up),
        (up * down, Integer(0)),
        (x * up, relu(x)),
        (relu(x) * down, Integer(0)),
        (x * (up - down), Abs(x)),
        ((up + c * down) ** 2, up + c**2 * down),
    ],
)
def test_cases_of_a_step(left: sympy.Expr, right: sympy.Expr) -> None:
    assert RULES["sign_cases"](Context(), left, right, x).right == right


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (up + down, Integer(1)),  # 0 at 0
        (up**2 + down**2, Integer(1)),
        (up, Integer(1)),
        (up, Integer(0)),
        (x * up, x),
        (up, down),
    ],
)
def test_a_step_is_0_at_0(left: sympy.Expr, right: sympy.Expr) -> None:
    with pytest.raises(RuleRefusedError, match="it fails where x"):
        RULES["sign_cases"](Context(), left, right, x)


def test_the_case_0_does_not_reach_into_an_expectation() -> None:
    """E[X](1 − step(X) − step(−X)) is E[X] where X = 0, which need not be 0."""
    rest = 1 - unit_step(X) - unit_step(-X)
    with pytest.raises(RuleRefusedError, match="it fails where X = 0"):
        RULES["sign_cases"](Context(), E(X) * rest, Integer(0), X)
    assert RULES["sign_cases"](Context(), X * rest, Integer(0), X).right == 0
    with pytest.raises(RuleRefusedError, match="not one case inside a mean"):
        RULES["sign_cases"](Context(), E(unit_step(X)) * rest, Integer(0), X)


def test_a_step_is_bounded_and_not_negative() -> None:
    step = RULES["expectation_is_linear"](GAUSSIAN, E(unit_step(X) * Z + unit_step(-X)))
    assert step.assumptions == {NORMAL}
    assert RULES["nonnegative"](Context(), up + down).left == 0
    with pytest.raises(MissingAssumptionError, match="> 0"):  # where it is 0, the sides are 0 and 1
        RULES["linear_combination"](Context(), "=", (up**2 + up) / up, up + 1)


def test_a_step_and_an_integral_are_written_and_read() -> None:
    assert decode(encode(up - down)) == up - down
    assumed = primitive("integral", phi(x), slope(x), x)
    assert read_again(assumed) == assumed.in_kernel
    assert assumed != derivative("integral", phi(x), slope(x), x)


@pytest.mark.parametrize(("term", "variable"), [(phi(x) * X, x), (phi(v), v), (phi(x), Z)])
def test_what_cannot_be_an_integral_is_no_assumption(
    term: sympy.Expr, variable: sympy.Symbol
) -> None:
    with pytest.raises((IllFormedTermError, TypeError)):
        primitive("no", term, slope(variable), variable)


def test_the_first_of_several_iid_variables_has_their_law() -> None:
    others = [random_variable(name) for name in "ABC"]
    three = Context((law("three", "gaussian", others, [Integer(0), Integer(1)]),))

    def about(*members: sympy.Expr) -> Step:
        functions = {"f": (x, relu(x)), "df": (x, up)}
        (member,) = members
        families = {"Z": (member,)}
        return RULES["cite"](three, "gaussian-integration-by-parts", {}, families, functions)

    assert about(others[0]).assumptions == set(three.assumptions)
    with pytest.raises(MissingAssumptionError, match="law"):
        about(X)
    shifted = Context((law("shifted", "gaussian", others, [Integer(1), Integer(1)]),))
    with pytest.raises(MissingAssumptionError, match="law"):
        RULES["cite"](
            shifted,
            "gaussian-integration-by-parts",
            {},
            {"Z": (others[0],)},
            {"f": (x, relu(x)), "df": (x, up)},
        )


def test_one_variable_in_two_places_is_no_pair_of_iid_ones() -> None:
    """Else A and N in Price's theorem could be the same variable."""
    A, N = random_variable("A"), random_variable("N")
    two = Context((law("two", "gaussian", [A, N], [Integer(0), Integer(1)]),))
    with pytest.raises((MissingAssumptionError, RuleRefusedError)):
        RULES["cite"](
            two,
            "gaussian-decorrelation-slope",
            {"q": v},
            {"A": (A,), "N": (A,), "M": (N,)},
            {"f": (x, x), "df": (x, Integer(1)), "dm": (x, Integer(0))},
        )
    with pytest.raises(IllFormedTermError, match="two of them may be one"):
        law("three", "gaussian", [A, A, N], [Integer(0), Integer(1)])
