"""Decisions that refuse without a ``raise``: each, forced to say yes, gives a false judgement.

A premise that matches, a sign that is plain, an assumption that gives another: these are questions
whose answer no lets a rule refuse later. Each row names the file, the function and the expression
that is asked, the answer that is forced, and what is false then.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath
import pytest
from sympy import Function, Integer, Rational, log, sqrt
from xavier_theory.symbolic.rules import RULES

from tests.symbolic.conditions.rows import EMPTY, Row, call, refuted
from tests.symbolic.conditions.rows_instances import (
    MOMENTS,
    apart,
    assumed,
    equal,
    read,
)
from tests.symbolic.conditions.rows_rules import FLAT
from tests.symbolic.conditions.rows_terms import NORMAL
from tests.symbolic.conditions.sites import forced
from xavier_theory.finite_models import Claim, check
from xavier_theory.symbolic.assumptions import (
    Assumption,
    at_most,
    equation,
    finite_moment,
    independent,
    law,
    positive,
    primitive,
    symmetric,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_except, sum_over
from xavier_theory.symbolic.errors import XavierTheoryError
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import (
    EVERY,
    Cov,
    E,
    Var,
    constants,
    random_family,
    random_variable,
    scalar,
)

x, y, t, c = (scalar(name) for name in "xytc")
u = scalar("u", "positive")
i, j, k, n = (scalar(name, "width") for name in "ijkn")
l = scalar("l", "natural")  # noqa: E741
X, Y, Z = (random_variable(name) for name in "XYZ")
W, a = random_family("W", 1), random_family("a", 1)
d, g, p = constants("d", 1), constants("g", 2), constants("p", 1)
other, slope = Function("g", real=True), Function("dg", real=True)
STEIN = "gaussian-integration-by-parts"


def nonnegative(term: Any) -> Step:
    return call(EMPTY, "nonnegative", term)


def from_to(source: Assumption, *declared: Assumption, **more: Any) -> Step:
    """What ``source`` says, read where ``declared`` is."""
    theorem = assumed(Context((source,)), source.name, *more.pop("at", ()))
    return read(Context(declared), theorem, more.get("scalars"), None, more.get("given", ()))


def row_by_row(left: Any, right: Any) -> Step:
    return call(_rowwise(), "independence", E(left * right))


def _rowwise() -> Context:
    moments = (finite_moment("W2", W[i], 2, i), finite_moment("a2", a[i], 2, i))
    return Context((independent("row by row", [W[j]], [a[j]], j), *moments))


def jointly() -> Step:
    joint = apart(W[EVERY], a[EVERY])
    return read(_rowwise(), call(joint, "independence", E(W[1] * W[2] * a[1] * a[2])))


def of_a_random_number() -> Step:
    """E(XY) = X E(Y), where E(xY) = x E(Y) is given."""
    context = Context(MOMENTS)
    given = call(context, "expectation_is_linear", E(x * Y))
    wanted = equation("wanted", E(X * Y), X * E(Y))
    return read(context, assumed(Context((wanted,)), "wanted"), {}, None, [given])


def divided(zero: Any, *more: Assumption) -> Step:
    """1 = 0 where ``zero`` vanishes, by a division by it."""
    context = Context((equation("vanishes", zero, 0), *more))
    known = assumed(context, "vanishes")
    return call(context, "linear_combination", "=", 1, 0, [known], [1 / zero])


def stein(context: Context, body: Any, derivative: Any, member: Any = Z) -> Step:
    bodies = {"f": [t, body], "df": [t, derivative]}
    return RULES["cite"](context, STEIN, {}, {"Z": [member]}, bodies)


def of_another_argument() -> Step:
    """E[Z g(2 Z)] = E[g'(2 Z)], read for g(t) = t."""
    context = Context((law("normal", "gaussian", [Z], [0, 1]),
                       primitive("slope", other(x), slope(x), x),
                       finite_moment("slope has a mean", slope(2 * Z), 1)))  # fmt: skip
    step = stein(context, other(2 * t), slope(2 * t))
    return read(Context(context.assumptions[:1]), step, g=[t, t], dg=[t, Integer(1)])


def with_definitions(one: Any, another: Any, *scalars: Any) -> Step:
    source, target = (Context((), (item,)) for item in (one, another))
    values = [Integer(0)] * len(one.domains)
    return read(target, call(source, "definition", one.name, *values), *scalars)


def supposed_elsewhere() -> Step:
    step = call(EMPTY, "suppose", equation("x vanishes", x, 0))
    return read(EMPTY, step, {"x": y})


def square_of(value: Any) -> Step:
    return read(EMPTY, nonnegative(x**2), {"x": value})


def variance_with_a_root() -> Step:
    """Var(√x X) >= 0 is x Var(X) >= 0."""
    context = Context((finite_moment("X2", X, 2),))
    value = Var(sqrt(x) * X)
    step = call(context, "variance_definition", value)
    for mean in (E(sqrt(x) * X), E(x * X**2)):
        step = call(context, "rewrite", step, call(context, "expectation_is_linear", mean))
    plain = call(context, "variance_definition", Var(X))
    equals = call(context, "linear_combination", "=", value, x * Var(X), [step, plain], [1, -x])
    return call(context, "rewrite", call(context, "nonnegative", value), equals)


def counted(upper: Any) -> Step:
    """0 <= upper, as the number of units."""
    units = sum_over(j, upper, 1)
    return call(EMPTY, "rewrite", nonnegative(units), call(EMPTY, "sum_is_linear", units))


def by_no_units() -> Step:
    """1 = 0 where l = 0, by a division by the number of l units."""
    context, units = Context((equation("l vanishes", l, 0),)), sum_over(j, l, 1)
    steps = [call(context, "sum_is_linear", units), assumed(context, "l vanishes")]
    zero = equal(context, units, 0, *steps)
    return call(context, "linear_combination", "=", 1, 0, [zero], [1 / units])


def mirrored(member: Any, *declared: Assumption) -> Step:
    return call(Context(declared), "symmetry", E(member), member)


UNDECLARED = Context((finite_moment("X4", X, 4), finite_moment("Y4", Y, 4)))


def product_without_independence() -> Step:
    source = Context((independent("X and Y", [X], [Y]), *UNDECLARED.assumptions))
    return read(UNDECLARED, call(source, "independence", E(X * Y)))


VANISHES, PLUS = zero_mean("mean", X), equation("one", E(X), 1)
ONE_SIDED = (X, 0, 40, lambda point: mpmath.exp(-point))
SHIFTED = (X, -11, 13, lambda at: mpmath.exp(-((at - 1) ** 2) / 2) / mpmath.sqrt(2 * mpmath.pi))
ALL_MEANS = zero_mean("means", a[l], l)
Decision = tuple[str, str, str, bool, Callable[[], Step], dict[str, Any]]
DECISIONS: list[Decision] = [
    ("matching.py", "match", "value.has(EVERY) or value.has(Bound)", False, jointly, {}),
    ("matching.py", "match", "bindings[place] == value", True,
     lambda: row_by_row(W[1], a[2]), {}),
    ("matching.py", "match", "not pattern.args", False,
     lambda: mirrored(a[1], symmetric("W", W[i], i)), {}),
    ("matching.py", "in_domains", "not any(map(is_random, bindings.values()))", True,
     of_a_random_number, {}),
    ("matching.py", "in_domains",
     "all((in_domain(value, assumption.domains[place]) for place, value in bindings.items()))",
     True, lambda: divided(p[-1], positive("p", p[u], u)), {"at": {p[-1]: 0}}),
    ("transfer.py", "holds_by_form", "same(first[0], first[1])", True,
     lambda: from_to(VANISHES), {}),
    ("transfer.py", "holds_by_form", "is_positive(first[0])", True,
     lambda: from_to(positive("x", x)), {}),
    ("transfer.py", "holds_by_form",
     "any((not any((is_random(term) for term in group)) for group in groups))", True,
     product_without_independence, {}),
    ("transfer.py", "_is_derivative", "is_zero_function(computed - slope)", True,
     lambda: stein(Context((law("normal", "gaussian", [Z], [0, 1]),)), t**2, Integer(1)),
     {"law": NORMAL}),
    ("transfer.py", "gives", "declared.label != wanted.label", False,
     lambda: stein(Context((law("flat", "flat", [X], [0, 1]),)), t, Integer(1), X),
     {"law": FLAT}),
    ("transfer.py", "gives", "not in_domains(declared, bindings)", False,
     lambda: from_to(ALL_MEANS, zero_mean("means of units", a[i], i), at=[Integer(0)]), {}),
    ("transfer.py", "gives", "values != list(fresh[:len(values)])", False, of_another_argument,
     {"law": NORMAL}),
    ("transfer.py", "gives", "_conditions_hold(declared, values, wanted, fresh)", True,
     lambda: from_to(equation("all", Cov(a[i], a[j]), 0, i, j), uncorrelated(
         "apart", a[i], a[j], i, j, distinct=[(i, j)]), at=[i, i]), {}),
    ("transfer.py", "gives", "same(s, a)", True, lambda: from_to(VANISHES, PLUS), {}),
    ("specializing.py", "Specialization._assumption", "declared.kind == assumption.kind", True,
     lambda: from_to(equation("equal", x, y), at_most("at most", x, y)), {}),
    ("specializing.py", "Specialization._assumption",
     "[list(g) for g in assumption.groups] == "
     "[[self(term) for term in group] for group in assumption.groups]",
     True, supposed_elsewhere, {}),
    ("specializing.py", "Specialization._require_definitions", "not self._touches(definition)",
     True, lambda: with_definitions(
         define("d", d[l], x, l), define("d", d[l], x, l), {"x": y}), {}),
    ("specializing.py", "_as_assumption", "step.relation != '='", False,
     lambda: from_to(equation("equal", x, y), at_most("at most", x, y), given=[
         assumed(Context((at_most("at most", x, y),)), "at most")]), {}),
    ("specializing.py", "_is_definitional", "inside", True,
     lambda: with_definitions(define("d", d[l], x, l), define("d", d[i], x, i)), {}),
    ("specializing.py", "_is_definitional",
     "same(expected, body) or is_zero_function(expected - body)", True,
     lambda: with_definitions(define("d", d[l], x, l), define("d", d[l], y, l)), {}),
    ("signs.py", "is_real", "sign_level(term.args[0]) == 2", True,
     lambda: square_of(log(x)), {"at": {x: -2}}),
    ("signs.py", "is_real", "whole", True, lambda: square_of(sqrt(y)), {"at": {y: -1}}),
    ("signs.py", "is_real", "sign_level(base) > 0", True,
     lambda: square_of(sqrt(y)), {"at": {y: -1}}),
    ("signs.py", "sign_level", "not is_real(term)", False, variance_with_a_root, {}),
    ("signs.py", "sign_level", "min(levels) == 0", False, lambda: nonnegative(x + 1), {}),
    ("signs.py", "sign_level", "whole", True, by_no_units, {"at": {l: 0}}),
    ("signs.py", "_power_sign", "exponent % 2 == 0", True, lambda: nonnegative(x**3), {}),
    ("signs.py", "_power_sign", "level == 1", True, lambda: nonnegative(x**3), {}),
    ("signs.py", "_power_sign", "is_real(exponent)", True,
     lambda: nonnegative(2 ** log(x)), {"at": {x: -2}}),
    ("signs.py", "is_natural", "term >= 0", True, lambda: counted(Integer(-3)), {}),
    ("signs.py", "is_natural", "domain_of(term) in ('natural', 'width')", True,
     lambda: counted(x), {"at": {x: Rational(-1, 2)}}),
    ("signs.py", "is_natural", "all((is_natural(part) for part in term.args))", True,
     lambda: counted(l - 1), {"at": {l: 0}}),
    ("signs.py", "_is_width_less_one", "any((is_positive(part) for part in rest))", True,
     lambda: counted(l - 1), {"at": {l: 0}}),
    ("signs.py", "in_domain", "is_positive(term)", True,
     lambda: read(EMPTY, counted(n - 1), {"n": l}), {"at": {l: 0}}),
    ("rules/expectation.py", "symmetry", "assumption.label == 'gaussian'", True,
     lambda: mirrored(X, law("waiting", "exponential", [X], [0])), {"law": ONE_SIDED}),
    ("rules/expectation.py", "symmetry", "assumption.groups[1][0] == 0", True,
     lambda: mirrored(X, law("shifted", "gaussian", [X], [1, 1])), {"law": SHIFTED}),
    ("rules/expectation.py", "symmetry", "in_domains(assumption, bindings)", True,
     lambda: mirrored(a[0], symmetric("a", a[i], i)), {}),
    ("finite_sums.py", "_counted", "term.excluded is None", True,
     lambda: call(EMPTY, "sum_is_linear", sum_except(j, n, i, 1)), {}),
    ("normal_form.py", "denominators", "exponent < 0", False,
     lambda: divided(c), {"at": {c: 0}}),
    ("normal_form.py", "_split_power", "number.is_Integer", True,
     lambda: call(EMPTY, "linear_combination", "=", u ** (l / 2), 1), {"at": {u: 4, l: 2}}),
]  # fmt: skip


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda row: f"{row[0]}:{row[1]}:{row[2][:40]}")
def test_a_decision_forced_to_say_yes_is_caught(
    decision: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "MOST_SHRUNK", 0)  # that a claim fails is enough here
    file, function, condition, value, run, more = decision
    with pytest.raises(XavierTheoryError):
        run()
    numbers = {"at": {}, **more} if more else {}
    with forced(file, function, condition, value):
        step = run()
        assert refuted(Claim.of(step), Row("", run, **numbers)), step


def test_the_page_counts_the_decisions() -> None:
    page = (Path(__file__).parents[3] / "docs" / "mutations.md").read_text(encoding="utf-8")
    assert f"{len(DECISIONS)} such decisions" in page


def test_what_is_forced_stands_once_in_the_function() -> None:
    for condition in ("nothing of the kind", "value"):
        with pytest.raises(LookupError, match="times in match"), forced(
            "matching.py", "match", condition, True
        ):  # fmt: skip
            pass
