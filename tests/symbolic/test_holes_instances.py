"""Ways to a contradiction through instances of judgements: each is refused where it goes wrong."""

import pytest
import sympy
from sympy import Function, Integer, Rational
from xavier_theory.symbolic.rules import RULES

from xavier_theory.symbolic.assumptions import (
    equation,
    finite_moment,
    independent,
    law,
    primitive,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.errors import (
    IllFormedTermError,
    MissingAssumptionError,
    RuleRefusedError,
)
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.terms import (
    EVERY,
    E,
    constants,
    random_family,
    random_variable,
    scalar,
)

t, x, c, mu = scalar("t"), scalar("x"), scalar("c"), scalar("mu")
X, Y, Z = random_variable("X"), random_variable("Y"), random_variable("Z")
f, df, g, dg = (Function(name, real=True) for name in ("f", "df", "g", "dg"))
NORMAL = law("z_is_normal", "gaussian", [Z], [0, 1])
MOMENT = finite_moment("y_is_integrable", Y, 1)
MEAN = equation("mean_of_y", E(Y), mu)
STEIN = "gaussian-integration-by-parts"

cite, specialize, define_as = RULES["cite"], RULES["specialize"], RULES["definition"]
linear, algebra, assume = (
    RULES["expectation_is_linear"],
    RULES["linear_combination"],
    RULES["by_assumption"],
)


@pytest.mark.parametrize("inner", [2 * t, t**2, Integer(5)])
def test_a_derivative_at_another_argument_is_not_the_derivative(inner):
    """Else E[Z g(2Z)] = E[g'(2Z)], and 2 = 1 for g(t) = t."""
    at = inner.subs(t, Z) if inner != 5 else inner
    moment = finite_moment("slope_is_integrable", dg(at) if inner != 5 else dg(Z), 1)
    context = Context((NORMAL, primitive("slope", g(x), dg(x), x), moment))
    with pytest.raises(MissingAssumptionError, match="primitive"):
        cite(context, STEIN, {}, functions={"f": [t, g(inner)], "df": [t, dg(inner)]})


def test_a_derivative_at_the_same_argument_is_one():
    moment = finite_moment("slope_is_integrable", dg(Z), 1)
    context = Context((NORMAL, primitive("slope", g(x), dg(x), x), moment))
    step = cite(context, STEIN, {}, functions={"f": [t, g(t)], "df": [t, dg(t)]})
    assert (step.left, step.right) == (E(Z * g(Z)), E(dg(Z)))


def test_an_argument_of_a_function_is_not_captured_by_an_expectation():
    """Else f(t) = E(t + Z), which is t, is E(2Z) at t = Z, and 0 = 1."""
    context = Context((NORMAL, primitive("slope", E(t + Z), 1, t)))
    bodies = {"f": [t, E(t + Z)], "df": [t, Integer(1)]}
    with pytest.raises(RuleRefusedError, match="stands inside an expectation"):
        cite(context, STEIN, {}, functions=bodies)


def test_an_index_of_a_family_is_not_captured_by_an_expectation():
    """Else F[t] = t + E Y gives E(X + Y) = X + E Y at t = X."""
    F = constants("F", 1)
    step = assume(Context((equation("shift", F[t], t + mu, t),)), "shift", t)
    context = Context((MOMENT, MEAN))
    given = RULES["rewrite"](context, linear(context, E(t + Y)), assume(context, "mean_of_y"))
    with pytest.raises(RuleRefusedError, match="stands for a constant"):
        specialize(context, step, {"t": X}, {"F": [t, E(t + Y)]}, given=[given])


def test_what_is_assumed_of_every_number_is_not_assumed_of_a_random_one():
    """Else E exp(Z²/2) would be finite, for exp(x²/2) is at every x."""
    context = Context((NORMAL, finite_moment("finite", sympy.exp(x**2 / 2), 1, x)))
    body = sympy.exp(Rational(3, 2) * t**2)
    with pytest.raises(MissingAssumptionError, match="moment"):
        cite(context, "gaussian-tilt", {"s": 1}, functions={"f": [t, body]})


def test_what_was_proved_for_every_number_is_not_proved_for_a_random_one():
    """Else E(XY) = X E(Y), from E(xY) = x E(Y)."""
    step = assume(Context((equation("wanted", E(X * Y), X * E(Y)),)), "wanted")
    context = Context((MOMENT,))
    with pytest.raises(MissingAssumptionError, match="wanted"):
        specialize(context, step, {}, given=[linear(context, E(x * Y))])


def test_no_index_is_random():
    """Else F[x] independent of Y for each x would make F[X] so."""
    F = random_family("F", 1)
    context = Context((independent("apart", [F[x], X], [Y], x),))
    with pytest.raises(IllFormedTermError, match="an index that is random"):
        RULES["independence"](context, E(sympy.tanh(Y) * sympy.tanh(F[X])))


def test_a_parameter_of_a_definition_is_one_number_in_what_is_given():
    """Else g(c) = h for h := g(c) would give g(2) = h, and 2 = c."""
    h = constants("h", 0)()
    step = assume(Context((equation("wanted", g(2), h),)), "wanted")
    context = Context((), (define("h", h, g(c)),))
    given = algebra(context, "=", g(c), h, [define_as(context, "h")], [-1])
    with pytest.raises(MissingAssumptionError, match="wanted"):
        specialize(context, step, {}, given=[given])


def test_a_parameter_of_a_definition_is_one_number_under_a_binder():
    """Else Σ_j g(j) = n h for h := g(j), and 1 = 2."""
    h, j, n = constants("h", 0)(), scalar("j", "width"), scalar("n", "width")
    context = Context((), (define("h", h, g(j)),))
    step = algebra(context, "=", g(j), h, [define_as(context, "h")], [-1])
    with pytest.raises(RuleRefusedError, match="a definition speaks of an index"):
        RULES["congruence"](context, sum_over(j, n, g(j)), step)


def test_a_parameter_of_a_definition_is_one_number_in_an_induction():
    """Else (k + 1 - l) l = 0 for k := l would follow for every l, and 3 = 0."""
    k, layer = constants("k", 0)(), scalar("l", "natural")
    context = Context((), (define("k", k, layer),))
    hypothesis = equation("claim", (k + 1 - layer) * layer, 0)
    base = algebra(context, "=", 0, 0)
    here = define_as(context, "k")
    step = algebra(context, "=", (k - layer) * (layer + 1), 0, [here], [layer + 1])
    with pytest.raises(RuleRefusedError, match="a definition speaks of one layer"):
        RULES["induction"](context, base, step, layer, hypothesis)


def test_a_parameter_of_a_definition_is_one_number_in_a_slope():
    """Else 0 <= k t for k := t would make k t²/2 increasing for every k."""
    k = constants("k", 0)()
    context = Context((finite_moment("moments", X, 3),), (define("k", k, t),))
    square = RULES["nonnegative"](context, t**2)
    first = algebra(context, "<=", 0, k * t, [square, define_as(context, "k")], [1, -t])
    second = RULES["nonnegative"](context, 1)
    with pytest.raises(RuleRefusedError, match="is not known for every t"):
        RULES["association"](context, k * t**2 / 2, t, t, [first, second], X)


def test_a_parameter_of_a_definition_is_no_random_number():
    """Else h = c E(X) for h := E(cX) gives h = X E(X) for h := E(X²)."""
    h = constants("h", 0)()
    assumed = (finite_moment("x_is_integrable", X, 1), equation("mean_of_x", E(X), mu))
    context = Context(assumed, (define("h", h, E(X * c)),))
    pieces = [define_as(context, "h"), linear(context, E(c * X)), assume(context, "mean_of_x")]
    step = algebra(context, "=", h, c * mu, pieces, [1, 1, c])
    with pytest.raises(RuleRefusedError, match="stands for a constant"):
        specialize(Context(assumed, (define("h", h, E(X * X)),)), step, {"c": X})


def test_names_that_the_core_keeps_for_itself_stand_in_no_body():
    """Else the constant _v0 would be taken for the variable of a derivative."""
    context = Context((NORMAL,))
    bodies = {"f": [t, scalar("_v0")], "df": [t, Integer(1)]}
    with pytest.raises(IllFormedTermError, match="begins with _"):
        cite(context, STEIN, {}, functions=bodies)


def test_a_mean_of_what_may_be_no_number_is_not_taken_for_finite():
    """Else the law of log |W a|² would be claimed at a = 0."""
    W, C = random_family("W", 2), random_variable("C")
    n, v, j = scalar("n", "width"), scalar("v", "positive"), scalar("j", "width")
    weights = law("w", "gaussian", [W[EVERY, EVERY]], [0, v])
    context = Context((weights, law("c", "chi-square", [C], [n])))
    for value in (Integer(0), constants("a0", 1)[j]):
        with pytest.raises(RuleRefusedError, match="is not plainly a real number"):
            cite(context, "gaussian-layer-norm", {}, {"a": [j, value]})
