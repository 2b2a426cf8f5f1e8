"""A smooth map near one of its fixed points: its slope there, and a bound on what that leaves out.

    |V(x) − q* − V'(q*)(x − q*)|  <=  K (x − q*)²/2,     V(q*) = q*

for a map V whose slope changes at most K times as much as its argument. So the slope at the fixed
point alone says what one layer does to a deviation x − q*, up to a *relative* error K|x − q*|/2;
for V twice differentiable K is the largest |V''|. In sizes the deviation is multiplied by at least
|V'(q*)| − K|x − q*|/2, and by at most |V'(q*)| + K|x − q*|/2.

Assumptions: V has a derivative, |V'(x) − V'(y)| <= K |x − y|, and V(q*) = q*. V may be continued by
its tangents beyond an interval around q*, so that K is needed there only. For the length map x is
q^[l] and V(x) is q^[l+1].

Plan of the proof
1. The quadratic bound (cited) at the fixed point.
2. In sizes, by the triangle inequality, once for either side.
"""

from __future__ import annotations

from sympy import Abs

from xavier_theory.symbolic.assumptions import at_most, derivative, equation
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import (
    function,
    scalar,
)
from xavier_theory.theorems.statement import Cited, Fact, Proved, Statement

STATEMENT = Statement(
    order=34,
    name="near-fixed-point",
    title="A map near its fixed point",
    summary=Fact(
        (
            "One layer multiplies a deviation from a fixed point by the map's slope there, "
            "up to an error that, relative to the deviation, is at most half the deviation "
            "times a bound on how fast the slope changes."
        ),
        Proved(),
        Proved("above"),
        Proved("below"),
    ),
    claims=(),
    sources=(
        Cited("nesterov2004", "Lemma 1.2.3"),
        Cited(
            "schoenholz2017",
            "section 3.1, eqs. (6)-(9)",
            "the linear recursion without its remainder",
        ),
    ),
    practice=(
        Fact(
            (
                "V'(q*) may be trusted for deviations well below 2 |V'(q*)|/K; beyond that ask "
                "for the map itself (`xavier-theory phase`)."
            ),
            Proved("above"),
            Proved("below"),
        ),
    ),
    remarks=(
        Fact(
            (
                "The map is assumed on all real numbers. A length map lives on q >= 0, and is "
                "to be continued beyond an interval around q*, say by its tangents at the ends: "
                "K is then its bound on that interval, and the result holds for x in it."
            ),
            Proved(),
        ),
    ),
)

x, y = scalar("x"), scalar("y")
V, slope = function("V"), function("dV", latex="V'")
fixed, bend = scalar("fixed_point"), scalar("bend", "nonnegative")
apart, missing = x - fixed, bend * (x - fixed) ** 2 / 2

CONTEXT = Context(
    (
        equation("the_point_is_fixed", V(fixed), fixed),
        derivative("the_map_has_the_slope", V(x), slope(x), x),
        at_most("the_slope_changes_slowly", Abs(slope(x) - slope(y)), bend * Abs(x - y), x, y),
    )
)
linear = (fixed - x) * slope(fixed)
left_out = V(x) - fixed + linear


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    bound = p.cite(
        "quadratic-remainder",
        {"t": x, "u": fixed, "k": bend},
        functions={"f": (x, V(x)), "df": (x, slope(x))},
    )
    conclusion = p.rewrite(bound, p.by_assumption("the_point_is_fixed"), "left")
    product = p.cite("absolute-value-of-product", {"t": slope(fixed), "u": fixed - x})
    return p.conclude(
        conclusion,
        quantities={"x": x, "fixed_point": fixed, "bend": bend},
        above=_above(p, conclusion, product),
        below=_below(p, conclusion, product),
    )


def _above(p: Proof, bound: Step, product: Step) -> Step:
    """|V(x) − q*| <= |V'(q*)| |x − q*| + K (x − q*)²/2."""
    triangle = p.cite("triangle-inequality", {"t": left_out, "u": -linear})
    return p.linear_combination(
        "<=",
        Abs(V(x) - fixed),
        Abs(slope(fixed)) * Abs(apart) + missing,
        [triangle, bound, product],
        [1, 1, 1],
    )


def _below(p: Proof, bound: Step, product: Step) -> Step:
    """|V'(q*)| |x − q*| − K (x − q*)²/2 <= |V(x) − q*|."""
    triangle = p.cite("triangle-inequality", {"t": V(x) - fixed, "u": -left_out})
    return p.linear_combination(
        "<=",
        Abs(slope(fixed)) * Abs(apart) - missing,
        Abs(V(x) - fixed),
        [triangle, bound, product],
        [1, 1, -1],
    )
