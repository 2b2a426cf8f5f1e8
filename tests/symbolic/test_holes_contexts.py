"""Attempts to declare what no model satisfies, and to read theorems where they do not hold."""

from __future__ import annotations

import pytest
from sympy import Integer, Rational, log
from xavier_theory.symbolic.rules import RULES

from xavier_theory.symbolic.assumptions import (
    Assumption,
    density,
    equation,
    finite_moment,
    independent,
    law,
    positive,
    symmetric,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.errors import KernelError, RuleRefusedError
from xavier_theory.symbolic.judgements import Context, Definition, Step, define
from xavier_theory.symbolic.terms import (
    Bound,
    Cov,
    E,
    Entry,
    Var,
    constants,
    random_family,
    random_variable,
    scalar,
)
from xavier_theory.theorems import derive

i, j, n = (scalar(name, "width") for name in "ijn")
l = scalar("l", "natural")  # noqa: E741
x = scalar("x")
f, g = constants("f", 1), constants("g", 1)
a, z = random_family("a", 1), random_family("z", 1)
X, Y = random_variable("X"), random_variable("Y")


def test_family_is_not_defined_outside_its_domain() -> None:
    for body in (Integer(-1), x, Integer(0), f[i]):
        with pytest.raises(KernelError):
            define("negative", constants("p", 1, "positive")[i], body, i)
    define("fine", constants("p", 1, "positive")[i], x**2 + 1, i)


def test_family_is_not_defined_by_what_may_be_no_number() -> None:
    for body in (1 / x, log(x), 1 / f[i], log(a[i] ** 2)):
        with pytest.raises(KernelError):
            _unfolded(body)


def _unfolded(body: object) -> Step:
    context = Context((), (define("undefined", z[i], body, i),))
    return RULES["definition"](context, "undefined", i)


def test_constant_is_not_defined_by_something_random() -> None:
    with pytest.raises(KernelError, match="random"):
        define("random constant", f[i], a[i], i)


def test_family_is_not_defined_twice() -> None:
    first, second = define("first", f[l], x, l), define("second", f[l + 1], f[l] + 1, l)
    with pytest.raises(KernelError, match="twice"):
        Context((), (first, second))
    with pytest.raises(KernelError, match="called first"):
        Context((), (first, define("first", g[l], x, l)))


@pytest.mark.parametrize(
    "definitions",
    [
        [(f[l], f[l] + 1)],
        [(f[l + 1], f[l + 1] + 1)],
        [(f[l], f[l + 1])],
        [(f[l + 1], f[l + 2])],
        [(f[l], g[l]), (g[l], f[l] + 1)],
        [(f[l], g[l - 1]), (g[l], f[l + 1] + 1)],
        [(f[l + 1], g[l]), (g[l], f[l + 1] + 1)],
        [(f[l + 1], g[l + 1]), (g[l + 1], f[l + 1] + 1)],
        [(f[l], x), (g[l], sum_over(j, n, g[j]))],
    ],
)
def test_definitions_in_a_circle_are_refused(definitions: list[tuple[Entry, object]]) -> None:
    with pytest.raises(KernelError, match="circle"):
        Context((), tuple(
            define(f"number {place}", head, body, l)
            for place, (head, body) in enumerate(definitions)
        ))  # fmt: skip


def test_head_of_a_definition_has_one_variable_for_each_index() -> None:
    double = constants("h", 2)
    for head, variables in (
        (double[i, i], (i,)),
        (double[i, 1], (i,)),
        (double[i, j], (i,)),
        (double[j, i], (i, j)),
        (double[i, j + 1], (i, j)),
        (f[2 * i], (i,)),
        (f[i - 1], (i,)),
    ):
        with pytest.raises(KernelError):
            define("head", head, x, *variables)


def test_definitions_and_assumptions_with_loose_indices_are_refused() -> None:
    with pytest.raises(KernelError):
        Context((), (Definition("loose", ("width",), f[Bound(0)], g[Bound(1)]),))
    with pytest.raises(KernelError):
        Assumption("loose", "equation", ("width",), ((f[Bound(1)], Integer(0)),))
    with pytest.raises(KernelError):
        Assumption("domain", "equation", ("cat",), ((f[Bound(0)], Integer(0)),))
    with pytest.raises(KernelError):
        Context((), (Definition("domain", ("cat",), f[Bound(0)], x),))


def test_only_a_relation_asks_for_distinct_indices() -> None:
    with pytest.raises(KernelError):
        Assumption(
            "apart",
            "independent",
            ("width", "width"),
            ((a[Bound(0)],), (a[Bound(1)],)),
            conditions=((0, 1),),
        )
    for pair in ((0, 2), (-1, 0)):
        with pytest.raises(KernelError):
            Assumption("pair", "equation", ("width", "width"),
                       ((f[Bound(0)], f[Bound(1)]),), conditions=(pair,))  # fmt: skip


def test_moment_needs_a_positive_whole_order() -> None:
    for order in (0, -1, Rational(1, 2), x):
        with pytest.raises(KernelError):
            finite_moment("moment", X, order)  # type: ignore[arg-type]


def test_density_on_a_random_interval_bounds_nothing() -> None:
    with pytest.raises(KernelError):
        density("random ends", X, x, Rational(1, 2), -Y, Y)


def test_assumption_with_distinct_indices_refuses_equal_ones() -> None:
    apart = equation("apart", Cov(a[i], a[j]), 0, i, j, distinct=[(i, j)])
    context = Context((apart,))
    for pair in ((i, i), (2, 2), (i, i + n), (i, 2 * i), (l + 1, l + 1)):
        with pytest.raises(RuleRefusedError):
            RULES["by_assumption"](context, "apart", *map(Integer(0).__add__, pair))
    assert RULES["by_assumption"](context, "apart", i, i + 1).assumptions == {apart}
    assert len(RULES["by_assumption"](context, "apart", i, j).assumptions) == 2


def test_specialize_refuses_a_random_term_for_a_constant() -> None:
    theorem = derive("layer-variance")
    main = theorem.results["conclusion"]
    for name in ("weight_variance", "input_variance"):
        with pytest.raises(RuleRefusedError):
            RULES["specialize"](theorem.context, main, {name: X**2})
    with pytest.raises(RuleRefusedError, match="random"):
        RULES["specialize"](theorem.context, main, {}, {"b": (i, a[i])})


def test_specialize_refuses_where_a_definition_does_not_hold() -> None:
    theorem = derive("layer-variance")
    context = Context(theorem.context.assumptions)
    with pytest.raises(RuleRefusedError, match="definition"):
        RULES["specialize"](context, theorem.results["conclusion"], {})
    shifted = Context(
        theorem.context.assumptions,
        (define("other", z[i], theorem.context.definitions[0].equation(i)[1] + a[1], i),),
    )
    with pytest.raises(RuleRefusedError, match="definition"):
        RULES["specialize"](shifted, theorem.results["conclusion"], {})


def test_specialize_asks_for_each_assumption() -> None:
    theorem = derive("layer-variance")
    main = theorem.results["conclusion"]
    for left_out in main.assumptions:
        kept = tuple(item for item in theorem.context.assumptions if item != left_out)
        with pytest.raises(KernelError):
            RULES["specialize"](Context(kept, theorem.context.definitions), main, {})


def test_specialize_refuses_assumptions_that_are_only_partly_given() -> None:
    source = Context((zero_mean("all means vanish", a[i], i),))
    theorem = RULES["by_assumption"](source, "all means vanish", j)
    for weaker in (
        zero_mean("the first", a[1]),
        zero_mean("one", a[i]),
        zero_mean("later ones", a[i + 1], i),
        equation("apart", E(a[i]) * E(a[j]), 0, i, j, distinct=[(i, j)]),
    ):
        with pytest.raises(RuleRefusedError):
            RULES["specialize"](Context((weaker,)), theorem, {"j": 1})


def test_given_judgement_does_not_lose_what_it_rests_on() -> None:
    apart = equation("apart", Cov(a[i], a[j]), 0, i, j, distinct=[(i, j)])
    everywhere = equation("everywhere", Cov(a[i], a[j]), 0, i, j)
    theorem = RULES["by_assumption"](Context((everywhere,)), "everywhere", i, i)
    context = Context((apart,))
    given = RULES["by_assumption"](context, "apart", i, j)
    with pytest.raises(RuleRefusedError):
        RULES["specialize"](context, theorem, {}, {}, [given])
    hypothesis = equation("supposed", E(a[i]), 0, i)
    mean = Context((zero_mean("means", a[i], i),))
    theorem = RULES["by_assumption"](mean, "means", i)
    supposed = RULES["suppose"](Context(), hypothesis, i)
    assert RULES["specialize"](Context(), theorem, {}, {}, [supposed]).assumptions == {hypothesis}
    with pytest.raises(RuleRefusedError, match="another context"):
        RULES["specialize"](context, theorem, {}, {}, [supposed])
    fixed = RULES["suppose"](
        Context(),
        equation("one", E(a[i]), 0),
    )
    with pytest.raises(RuleRefusedError):
        RULES["specialize"](Context(), theorem, {}, {}, [fixed])
    bound = RULES["linear_combination"](Context(), "<=", E(a[i]), 0, [supposed], [1])
    with pytest.raises(RuleRefusedError):
        RULES["specialize"](Context(), theorem, {}, {}, [bound])


def test_specialize_says_which_name_is_wrong() -> None:
    theorem = derive("layer-variance").results["conclusion"]
    context = derive("layer-variance").context
    for scalars, families in (
        ({"W": 3}, {}),
        ({"nothing": 3}, {}),
        ({}, {"fan_in": (i, a[i])}),
        ({}, {"a": (i, j, a[i])}),
        ({}, {"a": (3, a[1])}),
    ):
        with pytest.raises(RuleRefusedError):
            RULES["specialize"](context, theorem, scalars, families)


def test_theorem_about_a_density_can_be_read_with_other_symbols() -> None:
    theorem = derive("weight-laws")
    main = theorem.results["uniform"]
    u, s = scalar("limit", "positive"), scalar("s", "positive")
    t = scalar("t")
    fitting = Context((density("uniform", X, t, 1 / (2 * s), -s, s),))
    (declared,) = main.assumptions
    member = declared.parts[0]
    families = {member.family.name: (X,)}
    step = RULES["specialize"](fitting, main, {"limit": s}, families)
    assert step.left == Var(X)
    assert not step.right.has(u)
    for wrong in (
        density("uniform", X, t, 1 / (2 * s), -s, 2 * s),
        density("uniform", X, t, (1 + t) / (2 * s), -s, s),
        density("uniform", Y, t, 1 / (2 * s), -s, s),
    ):
        with pytest.raises(RuleRefusedError):
            RULES["specialize"](Context((wrong,)), main, {"limit": s}, families)


def test_symmetry_of_a_member_says_nothing_of_what_is_made_of_it() -> None:
    context = Context((symmetric("X is symmetric", X),), (define("square", z[i], X**2 + X, i),))
    for term in (E(X * z[i]), E(X * Y), E(sum_over(j, n, a[j]) * X), E(z[i])):
        with pytest.raises(RuleRefusedError):
            RULES["symmetry"](context, term, X)


def test_independence_of_a_member_says_nothing_of_what_is_made_of_it() -> None:
    context = Context(
        (
            independent("apart", [X], [Y]),
            finite_moment("X", X, 4),
            finite_moment("Y", Y, 4),
            finite_moment("z", z[i], 2, i),
        ),
        (define("sum", z[i], X + Y, i),),
    )
    with pytest.raises(RuleRefusedError):
        RULES["independence"](context, E(X * z[i]))
    with pytest.raises(RuleRefusedError):
        RULES["independence"](context, E(X * (X + Y)))
    RULES["independence"](context, E(X * Y**2))


def test_law_and_positivity_of_others_do_not_carry_over() -> None:
    source = Context((positive("f is positive", f[i], i),))
    theorem = RULES["by_assumption"](source, "f is positive", i)
    with pytest.raises(RuleRefusedError):
        RULES["specialize"](Context((positive("one", f[i]),)), theorem, {})
    with pytest.raises(KernelError):
        RULES["cite"](
            Context((law("other", "student", [X], [n]),)), "log-chi-square-mean",
            {"n": n}, {"C": (X,)},
        )  # fmt: skip


def test_layers_without_a_first_one_are_refused() -> None:
    """A family of naturals with f[x] = f[x - 1] + 1 for all real x exceeds every natural."""
    counting = constants("c", 1, "natural")
    for head, body in ((counting[x], counting[x - 1] + 1), (counting[x + 1], counting[x] + 1)):
        with pytest.raises(KernelError):
            define("counting", head, body, x)
