"""How exact the depth scale is: a smooth map near its fixed point, with the remainder.

    χ^L |e_0| (1 − A_L)  <=  |e_L|  <=  χ^L |e_0| e^(A_L),   A_L = κ (1 − (χ + κ)^L)/(χ (1 − χ − κ))

for the deviation e_l of an orbit from a fixed point q* of V, with χ = V'(q*) and κ = K |e_0|/2,
where K bounds how fast V' changes: by `near-fixed-point` e_{l+1} = χ e_l + r_l with |r_l| <=
K e_l²/2. So with the *depth scale* ξ = −1/log χ an error is e^(−L/ξ) |e_0| at *every* depth, up to
two constants, 1 − A and e^A with A = κ/(χ (1 − χ − κ)), which tend to 1 as the first error tends to
0. `depth-scale` bounds the error by a slope of each layer; here V' at q* is enough.

Assumptions: 0 < χ, κ >= K |e_0|/2 and χ + κ < 1 (a contraction, and a start that is near enough);
from below also κ <= χ. For χ < 0 every second sign changes, and the bounds hold with |χ|.

Plan of the proof
1. χ|e_l| − K e_l²/2 <= |e_{l+1}| <= χ|e_l| + K e_l²/2 by the triangle inequality (cited).
2. By induction |e_l| <= (χ + κ)^l |e_0|, so that K|e_l|/2 <= κ (χ + κ)^l.
3. |e_{l+1}| <= χ (1 + x_l)|e_l| with x_l = (κ/χ)(χ + κ)^l; 1 + x <= e^x; the x_l add up to A_L.
4. From below, (1 − x_l)(1 − A_l) >= 1 − x_l − A_l.
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, Integer, exp

from xavier_theory.symbolic.assumptions import at_most, equation
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, scalar
from xavier_theory.theorems.depth_scale.proof import depth, e
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement
from xavier_theory.theorems.symbols import l

STATEMENT = Statement(
    order=35,
    name="depth-scale-remainder",
    title="Depth scale, with the remainder",
    summary=Fact(
        (
            "Near a fixed point of slope χ < 1 an error is χ^L of itself after L layers, at "
            "every depth, up to explicit constants that tend to 1 as the error tends to 0."
        ),
        Proved(),
        Proved("uniform"),
    ),
    claims=(),
    sources=(
        Cited(
            "schoenholz2017",
            "section 3.1, eqs. (6)-(9)",
            ("the linear recursion as an approximation; the bound of what it leaves out is ours"),
        ),
    ),
    practice=(
        Fact(
            (
                "ξ = −1/log χ may be trusted for errors e with K|e|/2 well below χ(1 − χ); near "
                "criticality, where 1 − χ is small, only for very small ones."
            ),
            Proved("uniform"),
            Proved(),
        ),
    ),
    remarks=(
        Fact(
            (
                "The constants cannot be dropped: for sin at q* = 1/2 an orbit that starts 1/20 "
                "above is after 30 layers below χ^L |e_0| by 7.4 %, and the bound says at most "
                "8.15 %."
            ),
            Proved("uniform"),
            Computed("|e_0| by 7.4 %"),
            Computed("at most 8.15 %"),
        ),
        Fact(
            (
                "Where κ > χ the lower bound is true as well, but says nothing: it is negative "
                "from the first layer on."
            ),
            Proved("lower"),
        ),
    ),
)

bend = scalar("bend", "nonnegative")
chi, margin = scalar("chi", "positive"), scalar("margin", "positive")
kappa = scalar("kappa", "nonnegative")
r, d = constants("r", 1), constants("d", 1, "nonnegative")
near, rate = bend * e[l] ** 2 / 2, chi + kappa


def excess(layer: Any) -> Any:
    """A_l."""
    return kappa * (1 - rate**layer) / (chi * margin)


CONTEXT = Context(
    (
        at_most("the_remainder_is_quadratic", Abs(r[l]), near, l),
        at_most("the_start_is_near_the_fixed_point", bend * Abs(e[0]), 2 * kappa),
        equation("errors_shrink_by_a_margin", chi + kappa + margin, 1),
        at_most("the_slope_outweighs_the_remainder", kappa, chi),
    ),
    (
        define("deviation", e[l + 1], chi * e[l] + r[l], l),
        define("size", d[l], Abs(e[l]), l),
    ),
)
first = Abs(e[0])
small = (first - 1) ** 2  # κ nearly χ at 0, small elsewhere
SOLVED = {
    "the_remainder_is_quadratic": (r[l], "=", near * 100 * first / (1 + 100 * first)),
    "the_start_is_near_the_fixed_point": (bend, "=", 200 * kappa * first / (1 + 100 * first**2)),
    "errors_shrink_by_a_margin": (
        (kappa, "=", 9 / (20 + 400 * small)),
        (margin, "=", (1 + 11 * small) / (11 + 22 * small)),
        (chi, "=", 1 - 9 / (20 + 400 * small) - (1 + 11 * small) / (11 + 22 * small)),
    ),
    "the_slope_outweighs_the_remainder": (chi, ">=", kappa),
}
start = d[0]


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    powers = _powers(p)
    geometric, share = _geometric(p, powers)
    lower, upper = _lower(p, powers, share), _upper(p, share)
    uniform = p.linear_combination(
        "<=",
        chi**l * start * (1 - kappa / (chi * margin)),
        d[l],
        [lower, p.nonnegative(rate**l)],
        [1, chi**l * start * kappa / (chi * margin)],
    )
    return p.conclude(
        _at_depth(p, lower),
        _at_depth(p, upper),
        quantities={
            "depth": depth,
            "chi": chi,
            "kappa": kappa,
            "margin": margin,
            "first_deviation": first,
        },
        geometric=_at_depth(p, geometric),
        uniform=_at_depth(p, uniform),
    )


def _at_depth(p: Proof, step: Step) -> Step:
    """The bound at depth L, with |e_l| for its size."""
    found = p.specialize(step, {"l": depth})
    for side in ("left", "right"):
        for layer in (depth, Integer(0)):
            if (found.left if side == "left" else found.right).has(d[layer]):
                found = p.rewrite(found, p.definition("size", layer), side)
    return found


def _layer(p: Proof, sign: int) -> Step:
    """± |e_{l+1}| <= ± χ|e_l| + K e_l²/2: part 1 of the plan."""
    about = p.by_assumption("the_remainder_is_quadratic", l)
    known = [p.definition("size", l), p.definition("size", l + 1)]
    deviation = p.definition("deviation", l)
    if sign > 0:
        step = p.congruence(Abs(e[l + 1]), deviation)
        apart = p.cite("triangle-inequality", {"t": chi * e[l], "u": r[l]})
        bound = chi * d[l] + near
        return p.linear_combination(
            "<=", d[l + 1], bound, [step, apart, about, *known], [1, 1, 1, -chi, 1]
        )
    apart = p.cite("triangle-inequality", {"t": e[l + 1], "u": -r[l]})
    inside = p.linear_combination("=", e[l + 1] - r[l], chi * e[l], [deviation], [1])
    apart = p.rewrite(apart, inside, "left")
    return p.linear_combination(
        "<=", chi * d[l] - near, d[l + 1], [apart, about, *known], [1, 1, chi, -1]
    )


def _powers(p: Proof) -> Step:
    """(χ + κ)^l <= 1."""
    hypothesis = at_most("power_so_far", rate**l, 1)
    margins = p.by_assumption("errors_shrink_by_a_margin")
    step = p.linear_combination(
        "<=",
        rate ** (l + 1),
        1,
        [p.suppose(hypothesis), margins, p.nonnegative(margin)],
        [rate, 1, 1],
    )
    return p.induction(p.linear_combination("<=", rate**0, 1), step, l, hypothesis)


def _geometric(p: Proof, powers: Step) -> tuple[Step, Step]:
    """|e_l| <= (χ + κ)^l |e_0| and K|e_l|/2 <= κ (χ + κ)^l: part 2 of the plan."""
    hypothesis = at_most("deviation_so_far", d[l], rate**l * start)
    so_far = p.suppose(hypothesis)
    share = _share(p, so_far)
    grown = _grown(p, share)
    step = p.linear_combination(
        "<=",
        d[l + 1],
        rate ** (l + 1) * start,
        [grown, powers, so_far],
        [1, kappa * d[l], rate],
    )
    base = p.linear_combination("<=", d[0], rate**0 * start)
    geometric = p.induction(base, step, l, hypothesis)
    return geometric, _share(p, geometric)


def _share(p: Proof, bound: Step) -> Step:
    """K|e_l|/2 <= κ (χ + κ)^l, from a bound on |e_l|."""
    begin = p.by_assumption("the_start_is_near_the_fixed_point")
    return p.linear_combination(
        "<=",
        bend * d[l] / 2,
        kappa * rate**l,
        [bound, begin, p.definition("size", 0)],
        [bend / 2, rate**l / 2, bend * rate**l / 2],
    )


def _square(p: Proof) -> Step:
    """|e_l|² = e_l²."""
    return p.congruence(d[l] ** 2, p.definition("size", l))


def _grown(p: Proof, share: Step) -> Step:
    """|e_{l+1}| <= (χ + κ (χ + κ)^l) |e_l|."""
    return p.linear_combination(
        "<=",
        d[l + 1],
        (chi + kappa * rate**l) * d[l],
        [_layer(p, 1), _square(p), share],
        [1, -bend / 2, d[l]],
    )


def _next_excess(p: Proof) -> Step:
    """A_{l+1} = A_l + x_l."""
    return p.linear_combination(
        "=",
        excess(l + 1),
        excess(l) + kappa * rate**l / chi,
        [p.by_assumption("errors_shrink_by_a_margin")],
        [-kappa * rate**l / (chi * margin)],
    )


def _upper(p: Proof, share: Step) -> Step:
    """|e_l| <= χ^l |e_0| exp(A_l): part 3 of the plan."""
    more = kappa * rate**l / chi
    bound = chi**l * start * exp(excess(l))
    hypothesis = at_most("bound_so_far", d[l], bound)
    tangent = p.cite("exponential-above-tangent", {"t": more})
    growth = p.chain(p.congruence(exp(excess(l + 1)), _next_excess(p)))
    growth = growth.by(p.cite("exponential-of-sum", {"t": excess(l), "u": more}))
    following = chi ** (l + 1) * start
    step = p.linear_combination(
        "<=",
        d[l + 1],
        following * exp(excess(l + 1)),
        [_grown(p, share), p.suppose(hypothesis), tangent, growth.step],
        [1, chi + kappa * rate**l, chi * bound, -following],
    )
    base = p.linear_combination("<=", d[0], chi**0 * start * exp(excess(Integer(0))))
    return p.induction(base, step, l, hypothesis)


def _lower(p: Proof, powers: Step, share: Step) -> Step:
    """χ^l |e_0| (1 − A_l) <= |e_l|: part 4 of the plan."""
    bound = chi**l * start * (1 - excess(l))
    hypothesis = at_most("bound_so_far", bound, d[l])
    kept = p.linear_combination(
        "<=",
        (chi - kappa * rate**l) * d[l],
        d[l + 1],
        [_layer(p, -1), _square(p), share],
        [1, -bend / 2, d[l]],
    )
    outweighs = p.by_assumption("the_slope_outweighs_the_remainder")
    factor = p.linear_combination("<=", 0, chi - kappa * rate**l, [outweighs, powers], [1, kappa])
    gap = p.linear_combination("<=", 0, d[l] - bound, [p.suppose(hypothesis)], [1])
    product = p.nonnegative_product(factor, gap)
    not_negative = p.linear_combination("<=", 0, excess(l), [powers], [kappa / (chi * margin)])
    step = p.linear_combination(
        "<=",
        chi ** (l + 1) * start * (1 - excess(l + 1)),
        d[l + 1],
        [kept, product, not_negative, _next_excess(p)],
        [1, 1, chi**l * start * kappa * rate**l, -(chi ** (l + 1)) * start],
    )
    base = p.linear_combination("<=", chi**0 * start * (1 - excess(Integer(0))), d[0])
    return p.induction(base, step, l, hypothesis)
