"""The limit of correlations: how far a layer can move them, at every correlation.

    1 − C(c) <= χ₁ (1 − c),     χ₁ = σ_w² E[φ'(√q Z)²]
    C(c) − C(b) >= C'(b) (c − b),     C'(b) = σ_w² E[φ'(U) φ'(V)] at the correlation b

for all b, c in (0, 1], C(c) = (σ_w² E[φ(U) φ(V)] + σ_b²)/q being the correlation map at a fixed
point q of the length map, where C(1) = 1. So with χ₁ < 1 every positive correlation tends to 1, and
1 − c is at most χ₁^L of itself after L layers: a bound at every depth, and not to first order
alone. Near another fixed point c* = C(c*) the second line with b = c* says that a correlation below
c* misses it after a layer by at most C'(c*) of what it did, and one above it by at least that.

U and V are Gaussian with variance q and correlation c = 1/(1 + h), of independent A, N and M as in
`correlation-map`; b is 1/(1 + s).

Assumptions: φ is the integral of φ', which may jump; E[φ²] and E[φ'²] are finite at √q Z. *Not*
needed: any bound on φ, a monotone or odd φ, correlations near 1.

Plan of the proof
1. E[φ(U) φ(V)] is convex in c (cited): it lies above its tangent at b.
2. b = 1, where U = V = √q A: the tangent there, and σ_b² = q − σ_w² E[φ(√q A)²].
"""

from __future__ import annotations

from sympy import Integer, sqrt

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import E, scalar
from xavier_theory.theorems.backward_gain.proof import dphi
from xavier_theory.theorems.correlation_map.proof import CONTEXT as MAP
from xavier_theory.theorems.correlation_map.proof import A, M, N, h, pair, q, x
from xavier_theory.theorems.general_gain.proof import phi
from xavier_theory.theorems.length_map.proof import bias_variance, weight_scale
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement

STATEMENT = Statement(
    order=33.7,
    name="correlation-limit",
    title="The limit of correlations",
    summary=Fact(
        (
            "Where two inputs' pre-activations are jointly Gaussian, as in the limit of infinite "
            "width, and their variance is at a fixed point of the length map, a layer multiplies "
            "the distance 1 − c of their correlation from 1 by at most χ₁, whatever c in (0, 1] "
            "is: where χ₁ < 1 all positive correlations tend to 1 over depth."
        ),
        Proved(),
        Proved("upper", theorem="depth-scale"),
        Cited("matthews2018", "theorem 4"),
    ),
    claims=(),
    sources=(
        Cited("poole2016", "section 2.2", "the fixed points of the correlation map"),
        Cited("schoenholz2017", "section 3", "c*, and the rate at which it is reached"),
        Cited("bakry2014", "section 2.7.1", "Hermite coefficients"),
    ),
    practice=(
        Fact(
            (
                "In a wide network, with q at rest, two inputs with a positive correlation are as "
                "good as one after a few times −1/log χ₁ layers, however far apart they begin, as "
                "far as their pre-activations are jointly Gaussian: at χ₁ = 0.9 44 layers leave at "
                "most 0.0097 of 1 − c."
            ),
            Proved(),
            Proved("exponential", theorem="depth-scale"),
            Cited("matthews2018", "theorem 4"),
            Computed("at most 0.0097"),
            given=("0.9",),
        ),
    ),
    remarks=(
        Fact(
            "The rate cannot be better near 1: χ₁ is the map's slope there.",
            Proved(theorem="correlation-map"),
        ),
        Fact(
            (
                "A positive fixed point c* < 1 needs χ₁ >= 1. There C'(c*) is the rate from below: "
                "c* − C(c) <= C'(c*)(c* − c). From above it bounds the other side: C(c) − c* >= "
                "C'(c*)(c − c*)."
            ),
            Proved(),
            Proved("tangent"),
        ),
        Fact(
            (
                "That where χ₁ > 1 there is a fixed point c* in [0, 1), which is 0 for odd φ "
                "without biases, that it is the only one there, and that it draws in all "
                "correlations in [0, 1), is not derived here: it takes limits, which the core has "
                "not."
            ),
            Cited("poole2016", "section 2.2"),
        ),
        Fact(
            (
                "At χ₁ = 1 the bound says that 1 − c does not grow. For relu it falls, but slower "
                "than any exponential."
            ),
            Proved(),
            Proved("correlation_slope", theorem="homogeneous-activation"),
            Cited("cho2009", "section 2.1"),
        ),
        Fact(
            (
                "The bounds hold exactly for two jointly Gaussian pre-activations of variance q. "
                "That a network's are jointly Gaussian is so in the limit of infinite width at a "
                "fixed depth. That q is at rest is so there for inputs whose first q is the fixed "
                "point, and approximately after many layers where it attracts. At finite width "
                "correlations fluctuate about the map."
            ),
            Proved(),
            Cited("matthews2018", "theorem 4"),
            Proved(theorem="near-fixed-point"),
            Proved("upper", theorem="depth-scale"),
            Proved("uncorrelated_squares", theorem="gaussian-limit"),
        ),
    ),
    notation="c is 1/(1 + h), so that 1 − c is h/(1 + h); b is 1/(1 + s).",
)

s = scalar("g", "nonnegative", latex="s")
at_rest = E(phi(sqrt(q) * A) ** 2)
chi = weight_scale * E(dphi(sqrt(q) * A) ** 2)
FROM_MAP = (
    "the_signals_are_standard_normal",
    "phi_is_the_integral_of_dphi",
    "the_activation_has_a_second_moment",
    "the_derivative_has_a_second_moment",
)

CONTEXT = Context(
    (
        *(MAP.named(name) for name in FROM_MAP),
        equation("the_length_is_at_rest", bias_variance, q - weight_scale * at_rest),
    )
)
following = (weight_scale * pair(h) + bias_variance) / q
"""C(c), the next correlation."""


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    convex = p.cite(
        "gaussian-pair-above-tangent",
        {"q": q, "h": h, "s": s},
        {"A": (A,), "N": (N,), "M": (M,)},
        {"f": (x, phi(x)), "df": (x, dphi(x))},
    )
    at_one = p.specialize(convex, {"g": Integer(0)})
    rest = p.by_assumption("the_length_is_at_rest")
    return p.conclude(
        p.linear_combination(
            "<=", 1 - following, chi * h / (1 + h), [at_one, rest], [weight_scale / q, -1 / q]
        ),
        quantities={
            "weight_scale": weight_scale,
            "distance": h,
            "slope_second_moment": E(dphi(sqrt(q) * A) ** 2),
        },
        tangent=_tangent(p, convex),
    )


def _tangent(p: Proof, convex: Step) -> Step:
    """C'(b)(c − b) <= C(c) − C(b): part 1 of the plan."""
    return p.linear_combination(
        "<=",
        weight_scale * pair(s, dphi) * (1 / (1 + h) - 1 / (1 + s)),
        weight_scale * (pair(h) - pair(s)) / q,
        [convex],
        [weight_scale / q],
    )
