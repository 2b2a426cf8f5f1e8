"""Depth scale: how fast deviations from a fixed point shrink or grow over depth.

    r^L |e_0|  <=  |e_L|  <=  R^L |e_0|,    e_{l+1} = s_l e_l

for the deviation e_l of an orbit from a fixed point of a map (the length map: e_l = q^[l] − q*; the
correlation map: e_l = 1 − c^[l]), with chord slopes s_l = (V(q^[l]) − V(q*))/(q^[l] − q*) between r
and R in size. By the mean value theorem every s_l is a value of V' between q^[l] and q*; so r and R
are as near to |V'(q*)| as the orbit is to q*, and |e_l| behaves like e^(−l/ξ) with the *depth
scale* ξ = −1/log |V'(q*)|. If all slopes are one number χ, then e_L = χ^L e_0 exactly.

Assumptions: r <= |s_l| <= R in every layer. *Not* needed: that the map is smooth, monotone, or that
the fixed point is stable (R may be larger than 1).

Plan of the proof
1. |e_{l+1}| = |s_l| |e_l| <= R |e_l|, and induction over l; likewise from below.
2. With one slope χ for all s_l: e_{l+1} = χ e_l, and induction.
3. With R = e^(−1/ξ): R^L = e^(−L/ξ).
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, exp

from xavier_theory.symbolic.assumptions import at_most, equation
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement
from xavier_theory.theorems.symbols import l

STATEMENT = Statement(
    order=30,
    name="depth-scale",
    title="Depth scale",
    summary=Fact(
        (
            "A deviation that each layer multiplies by a slope between r and R in size lies "
            "between r^L and R^L of itself after L layers; slopes of at most e^(−1/ξ) leave "
            "at most e^(−L/ξ)."
        ),
        Proved(),
        Proved("exponential"),
    ),
    claims=(),
    sources=(
        Cited(
            "schoenholz2017",
            "section 3.1, eqs. (6)-(9)",
            "where the linear recursion is an approximation",
        ),
    ),
    practice=(
        Fact(
            (
                "In the ordered phase a wide network deeper than a few times ξ has forgotten "
                "its input's size (ξ of the length map), and cannot tell inputs apart (ξ of the "
                "correlation map). `xavier-theory phase` prints both scales."
            ),
            Proved("exponential"),
            Cited("schoenholz2017", "section 3"),
        ),
    ),
    remarks=(
        Fact(
            (
                "The theorem is about numbers e_l and s_l, and knows no map: for the orbit of a "
                "map near its fixed point the s_l are chord slopes. near-fixed-point and "
                "depth-scale-remainder are about such a map."
            ),
            Proved(),
            Proved(theorem="near-fixed-point"),
            Proved(theorem="depth-scale-remainder"),
        ),
        Fact(
            "The bounds are exact at every depth.",
            Proved(),
        ),
        Fact(
            (
                "At criticality, V'(q*) = 1, there is no scale: tanh at σ_w = 1 takes q from 1 "
                "to 0.0161 in 32 layers, to 0.0080 in 64 and to 0.0040 in 128."
            ),
            Computed("from 1 to 0.0161", "tanh-linearization"),
            Computed("to 0.0080", "tanh-linearization"),
            Computed("to 0.0040", "tanh-linearization"),
            given=("128",),
        ),
        Fact(
            (
                "The maps are those of infinite width at a fixed depth. In a net of width n, where "
                "units are uncorrelated, random errors of relative order 1/√n enter in each layer."
            ),
            Cited("matthews2018", "theorem 4"),
            Proved("fluctuation", theorem="finite-width"),
        ),
    ),
)

e, s = constants("e", 1), constants("s", 1)
depth = scalar("depth", "natural", latex="L")
upper, lower = scalar("largest_slope", "nonnegative"), scalar("smallest_slope", "nonnegative")
chi, xi = scalar("chi"), scalar("xi", "positive")

CONTEXT = Context(
    (
        at_most("no_slope_is_steeper", Abs(s[l]), upper, l),
        at_most("no_slope_is_flatter", lower, Abs(s[l]), l),
        equation("all_slopes_are_equal", s[l], chi, l),
        at_most("no_slope_is_steeper_than_xi_says", Abs(s[l]), exp(-1 / xi), l),
    ),
    (define("deviation", e[l + 1], s[l] * e[l], l),),
)
SOLVED = {"no_slope_is_steeper_than_xi_says": (s[l], "=", exp(-1 / xi) / 2)}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    below, above = _bound(p, "no_slope_is_flatter"), _bound(p, "no_slope_is_steeper")
    scale = p.specialize(above, {"largest_slope": exp(-1 / xi)})
    return p.conclude(
        below,
        above,
        quantities={
            "depth": depth,
            "largest_slope": upper,
            "smallest_slope": lower,
            "chi": chi,
            "xi": xi,
            "first_deviation": Abs(e[0]),
            "first_signed_deviation": e[0],
        },
        linear=_linear(p),
        exponential=scale,
    )


def _bound(p: Proof, name: str) -> Step:
    """|e_L| against R^L |e_0| or r^L |e_0|: part 1 of the plan."""
    about = p.by_assumption(name, l)
    reverse = about.left == lower
    ratio, sign = (lower, -1) if reverse else (upper, 1)

    def sides(layer: Any) -> tuple[Any, Any]:
        pair = (Abs(e[layer]), ratio**layer * Abs(e[0]))
        return pair[::-1] if reverse else pair

    hypothesis = at_most("deviation_so_far", *sides(l))
    base = p.linear_combination("<=", *sides(0))
    grown = p.chain(p.congruence(Abs(e[l + 1]), p.definition("deviation", l)))
    grown = grown.by(p.cite("absolute-value-of-product", {"t": s[l], "u": e[l]}))
    step = p.linear_combination(
        "<=", *sides(l + 1), [grown.step, about, p.suppose(hypothesis)], [sign, Abs(e[l]), ratio]
    )
    return p.specialize(p.induction(base, step, l, hypothesis), {"l": depth})


def _linear(p: Proof) -> Step:
    """e_L = χ^L e_0: part 2 of the plan."""
    hypothesis = equation("deviation_so_far", e[l], chi**l * e[0])
    base = p.linear_combination("=", e[0], chi**0 * e[0])
    grown = p.rewrite(p.definition("deviation", l), p.by_assumption("all_slopes_are_equal", l))
    step = p.linear_combination(
        "=", e[l + 1], chi ** (l + 1) * e[0], [grown, p.suppose(hypothesis)], [1, chi]
    )
    return p.specialize(p.induction(base, step, l, hypothesis), {"l": depth})
