"""Attempts to prove false statements with analysis: poles, complex values, cases, minima."""

from __future__ import annotations

import pytest
import sympy
from sympy import Abs, Integer, Rational, exp, log, sqrt
from xavier_theory.symbolic.rules import RULES

from xavier_theory.symbolic.assumptions import (
    density,
    equation,
    finite_moment,
    minimises,
    positive,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.errors import KernelError, RuleRefusedError
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import (
    E,
    constants,
    random_family,
    random_variable,
    relu,
    scalar,
    sigmoid,
)

x, y, t, w = (scalar(name) for name in "xytw")
u, v, s = (scalar(name, "positive") for name in "uvs")
j, n = scalar("j", "width"), scalar("n", "width")
X, Y = random_variable("X"), random_variable("Y")
EMPTY = Context()


def test_exponential_of_a_logarithm_is_not_plainly_positive() -> None:
    """sympy turns exp(log(x)) into x, also for x < 0."""
    for term in (
        exp(sum_over(j, n, log(x))),
        exp(E(log(x))),
        exp(log(x), evaluate=False),
        sqrt(sqrt(x) + 1) ** 4,
        (y + sqrt(x)) ** 2,
        relu(log(x)),
        Abs(log(x)),
    ):
        with pytest.raises(KernelError):
            RULES["nonnegative"](EMPTY, term)
    assert RULES["nonnegative"](EMPTY, exp(sum_over(j, n, log(u)))).right.has(log)


@pytest.mark.parametrize("value", [log(x), sqrt(x), sqrt(-1 - x**2), x ** Rational(1, 3)])
def test_complex_value_does_not_replace_a_real_scalar(value: sympy.Expr) -> None:
    for term in (exp(w), w**2):
        with pytest.raises(KernelError):
            RULES["specialize"](EMPTY, RULES["nonnegative"](EMPTY, term), {"w": value})
    square = equation("square", y**2, x**2, x)
    with pytest.raises(RuleRefusedError):
        RULES["by_assumption"](Context((square,)), "square", value)


@pytest.mark.parametrize("value", [1 / x, 1 / (x - 1), (x + 1) / x, log(x)])
def test_undefined_value_does_not_replace_a_scalar_even_if_it_cancels(value: sympy.Expr) -> None:
    step = RULES["nonnegative"](EMPTY, (w * y) ** 2)
    with pytest.raises(RuleRefusedError):
        RULES["specialize"](EMPTY, step, {"w": value, "y": 1 / value})
    family = constants("f", 1)
    step = RULES["nonnegative"](EMPTY, family[j] ** 2)
    with pytest.raises(RuleRefusedError):
        RULES["specialize"](EMPTY, step, {}, {"f": (j, value)})


def test_division_that_sympy_cancels_inside_a_sum_is_noticed() -> None:
    """At x = 0, the sum of (x + x²)/x would be 0 by rewriting x + x² and 1 by linearity."""
    with pytest.raises(RuleRefusedError):
        RULES["sum_is_linear"](EMPTY, sum_over(j, n, (x + x**2) / x))


def test_linear_combination_refuses_hidden_denominators() -> None:
    step = RULES["suppose"](EMPTY, equation("x vanishes", x, 0))
    with pytest.raises(RuleRefusedError, match="> 0"):
        RULES["linear_combination"](EMPTY, "=", 1, 0, [step], [1 / x])
    with pytest.raises(RuleRefusedError, match="> 0"):
        RULES["linear_combination"](EMPTY, "=", (x**2 + x) / x, x + 1)
    with pytest.raises(RuleRefusedError, match="> 0"):
        RULES["linear_combination"](EMPTY, "=", x ** (-y), x ** (-y))


def test_normal_form_keeps_roots_and_powers_at_zero_apart() -> None:
    l = scalar("l", "natural")  # noqa: E741
    for left, right in (
        (Abs(x), x),
        (sqrt(x**2), x),
        (x**l * x, x ** (l + 2)),
        (sqrt(x) * sqrt(y), sqrt(x * y)),
        (sympy.Integer(0) ** l, 0),
        (x ** (2 * l), x**l),
        (sqrt(Integer(2)) * sqrt(3), sqrt(5)),
    ):
        with pytest.raises(KernelError):
            RULES["linear_combination"](EMPTY, "=", left, right)
    with pytest.raises(RuleRefusedError, match="> 0"):
        RULES["linear_combination"](EMPTY, "=", x ** (l - 1) * x, x**l)
    with pytest.raises(RuleRefusedError, match="plainly"):
        RULES["nonnegative"](EMPTY, x**l)


def test_cases_of_a_random_sign_do_not_reach_into_an_expectation() -> None:
    """E[relu X] relu X = E[X] relu X fails for X = 1 or -1 at even odds."""
    with pytest.raises(RuleRefusedError):
        RULES["sign_cases"](EMPTY, E(relu(X)) * relu(X), E(X) * relu(X), X)
    step = RULES["sign_cases"](EMPTY, E(relu(x) * X), E(relu(x) * X), x)
    assert not step.assumptions


def test_cases_of_what_may_be_complex_are_refused() -> None:
    with pytest.raises(RuleRefusedError):
        RULES["sign_cases"](EMPTY, relu(log(x)) - relu(-log(x)), log(x), log(x))


def _slope_with_a_pole() -> tuple[object, object]:
    square = RULES["nonnegative"](EMPTY, w**2)
    return RULES["specialize"](EMPTY, square, {"w": 1 / (1 - t)}), RULES["nonnegative"](EMPTY, 1)


def test_same_sign_refuses_a_function_with_a_pole() -> None:
    """t/(1 - t) increases on both sides of its pole, and is negative for t > 1."""
    with pytest.raises(RuleRefusedError):
        RULES["same_sign"](EMPTY, t / (1 - t), t, t, _slope_with_a_pole())


def test_same_sign_and_association_refuse_a_hidden_pole() -> None:
    """(t² + t)/t is t + 1 but for t = 0, and its derivative is 1 by the normal form."""
    one = RULES["nonnegative"](EMPTY, 1)
    context = Context((finite_moment("X", X, 2), positive("t is positive", t)))
    one_here = RULES["nonnegative"](context, 1)
    with pytest.raises(RuleRefusedError):
        RULES["same_sign"](EMPTY, (t**2 + t) / t - 1, t, t, [one, one])
    for place, premise in ((EMPTY, one), (context, one_here)):
        with pytest.raises(RuleRefusedError):
            RULES["association"](place, (t**2 + t) / t, t, t, [premise, premise], X)


def test_moment_by_antiderivative_refuses_a_pole_inside_the_interval() -> None:
    """E[X^-2] is infinite for a uniform X, and not F(1) - F(-1) = -1."""
    uniform = density("uniform", X, t, Rational(1, 2), -1, 1)
    for at in (t, scalar("t", "positive"), scalar("t", "width")):
        with pytest.raises(RuleRefusedError):
            RULES["moment_by_antiderivative"](
                Context((uniform,)), "uniform", at**-2, -1 / (2 * at), at
            )
    context = Context((uniform, positive("t is positive", t)))
    with pytest.raises(RuleRefusedError):
        RULES["moment_by_antiderivative"](context, "uniform", t**-2, -1 / (2 * t), t)
    with pytest.raises(KernelError):
        RULES["moment_by_antiderivative"](context, "uniform", 1 / t, log(t) / 2, t)
    with pytest.raises(KernelError):
        RULES["moment_by_antiderivative"](context, "uniform", 1 / t, log(t**2) / 4, t)


def test_moment_by_antiderivative_refuses_a_random_integrand() -> None:
    uniform = density("uniform", X, t, Rational(1, 2), -1, 1)
    for other in (Y, X):
        with pytest.raises(RuleRefusedError):
            RULES["moment_by_antiderivative"](
                Context((uniform,)), "uniform", other * t, other * t**2 / 4, t
            )


def test_moment_by_antiderivative_does_not_capture_a_parameter() -> None:
    """The density 2 t x²... with a parameter t is not the density 2 x³... of its own argument."""
    parametric = density("parametric", X, x, t / 2, -1, 1)
    with pytest.raises(RuleRefusedError):
        RULES["moment_by_antiderivative"](
            Context((parametric,)), "parametric", Integer(1), t**2 / 4, t
        )


def test_density_keeps_absolute_values_of_its_argument() -> None:
    """A bound index counts as positive in sympy no more: |x| stays |x|."""
    triangular = density("triangular", X, t, 1 - Abs(t), -1, 1)
    with pytest.raises(RuleRefusedError):
        RULES["moment_by_antiderivative"](
            Context((triangular,)), "triangular", t, t**2 / 2 - t**3 / 3, t
        )
    sized = equation("sizes", constants("f", 1)[1] * Abs(x), 0, x)
    step = RULES["by_assumption"](Context((sized,)), "sizes", -y)
    assert step.left.has(Abs)


def test_stationarity_refuses_a_minimum_with_a_kink() -> None:
    """sqrt(v² - 2 v + 1) has its minimum at v = 1, where it has no derivative."""
    kink = minimises("kink", sqrt(v**2 - 2 * v + 1), v)
    with pytest.raises(RuleRefusedError):
        RULES["stationarity"](Context((kink,)), "kink")
    for objective in (Abs(v - 1), relu(v - 1), Integer(2) ** v + E(v * X)):
        with pytest.raises(RuleRefusedError):
            RULES["stationarity"](Context((minimises("m", objective, v),)), "m")


def test_minimum_in_one_scalar_is_not_read_as_a_minimum_in_two() -> None:
    """f(v, u) = v² + v u - 4 v: its minimum along v = u is no minimum in v for that u."""
    theorem = RULES["stationarity"](Context((minimises("in v", v**2 + v * u - 4 * v, v),)), "in v")
    along = Context((minimises("along the diagonal", 2 * u**2 - 4 * u, u),))
    for scalars in ({"v": u}, {"u": v}, {"v": 2 * u}):
        with pytest.raises(RuleRefusedError):
            RULES["specialize"](along, theorem, scalars)
    renamed = Context((minimises("in s", s**2 + s * u - 4 * s, s),))
    assert RULES["specialize"](renamed, theorem, {"v": s}).right == 2 * s + u - 4


def test_family_is_not_positive_because_its_index_is() -> None:
    family = constants("f", 1, "positive")
    step = RULES["nonnegative"](EMPTY, family[x])
    with pytest.raises(RuleRefusedError):
        RULES["specialize"](EMPTY, step, {}, {"f": (j, j)})


def test_function_with_assumptions_of_its_own_is_no_term() -> None:
    from sympy import Function

    with pytest.raises(KernelError):
        RULES["nonnegative"](EMPTY, Function("f", positive=True)(x) ** 2)
    step = RULES["nonnegative"](EMPTY, Abs(y))
    with pytest.raises(KernelError):
        RULES["specialize"](EMPTY, step, {"y": Function("f", positive=True)(x)})


def test_random_family_with_a_narrow_domain_is_no_family() -> None:
    from xavier_theory.symbolic.terms import Family

    count = Family("N", 0, True, "width")
    with pytest.raises(KernelError):
        RULES["expectation_is_linear"](
            Context((finite_moment("X", random_family("X", 1)[j], 1, j),)),
            E(2 * sum_over(j, count(), random_family("X", 1)[j])),
        )


def test_bounded_functions_are_bounded_on_the_real_line_only() -> None:
    for term in (sympy.tanh(sqrt(X)), sigmoid(log(X)), sympy.erf(sqrt(X))):
        with pytest.raises(RuleRefusedError, match="finite moment"):
            RULES["expectation_is_linear"](EMPTY, E(2 * term))
