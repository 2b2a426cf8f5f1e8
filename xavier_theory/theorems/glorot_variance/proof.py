"""Glorot initialization: the compromise between the forward and the backward rule, as an optimum.

    Var(W) = 2/(n^[l-1] + n^[l])

is the one minimum of D(v) = Σ (n v − log(n v)), the sum running over n = fan-in and n = fan-out.
Each term is, up to constants, twice the divergence KL(N(0, n v) ‖ N(0, 1)) of a unit Gaussian
signal that a layer has multiplied by n v from one that it has kept. It is also where the two errors
n v − 1 cancel, and the minimax of their absolute values. It is *not* the least-squares optimum of
these errors, (n_in + n_out)/(n_in² + n_out²), nor that of their logarithms, 1/√(n_in n_out).

Assumptions: none on probability: v > 0 minimises D.

Plan of the proof
1. At an interior minimum D'(v) = n_in + n_out − 2/v vanishes (Fermat): v is as claimed.
2. It is a minimum, and over all v: log t <= t − 1 at t = v/v*.
3. The errors cancel there: n_in v − 1 + n_out v − 1 = 0, by algebra.
4. Both kept, n_in v = 1 and n_out v = 1, means n_in = n_out.
5. Minimax: if both errors are at most e in absolute value, e >= |n_in − n_out|/(n_in + n_out),
   their size there.
"""

from __future__ import annotations

import sympy

from xavier_theory.symbolic.assumptions import at_most, equation, minimises
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement
from xavier_theory.theorems.symbols import fan_in, fan_out

STATEMENT = Statement(
    order=7,
    name="glorot-variance",
    title="Glorot initialization",
    summary=Fact(
        (
            "No weight variance keeps both the signal and the gradient where fan-in and "
            "fan-out differ; 2/(fan_in + fan_out) is the best compromise by a stated "
            "criterion."
        ),
        Proved("both_kept"),
        Proved(),
        Proved("global_minimum"),
    ),
    claims=("C13", "C18"),
    sources=(
        Cited(
            "glorot2010",
            "section 4.2.1, eqs. (10)-(12)",
            "the average of two conditions, as a compromise; the criteria are ours",
        ),
    ),
    practice=(
        Fact(
            (
                "With Var(W) = 2/(fan_in + fan_out) a linear layer multiplies the signal's "
                "variance by 2 fan_in/(fan_in + fan_out) and the gradient's by 2 "
                "fan_out/(fan_in + fan_out): 1 for square layers, off in opposite ways else."
            ),
            Proved("error_there"),
            Proved("errors_cancel"),
        ),
    ),
    remarks=(
        Fact(
            (
                "In a linear net the one-sided rules telescope: Var(W) = 1/fan_in keeps the "
                "signal's variance in every layer, and 1/fan_out multiplies it by n_0/n_L over "
                "all layers, whatever the depth. Backward, where the assumption of "
                "backward-variance holds in each layer, 1/fan_out keeps the gradient's variance "
                "and 1/fan_in multiplies it by n_L/n_0."
            ),
            Proved(theorem="depth-product"),
            Proved("telescope", theorem="glorot-depth"),
            Proved("uniform", theorem="backward-depth"),
        ),
        Fact(
            (
                "The compromise does not telescope: where widths alternate between 256 and "
                "1,024, two layers multiply the signal's variance and, under the same "
                "independence, the gradient's mean square by 0.64, and twenty layers by 0.0115."
            ),
            Proved("two_layers_forward", theorem="glorot-depth"),
            Proved("two_layers_backward", theorem="glorot-depth"),
            Computed("by 0.64"),
            Computed("twenty layers by 0.0115"),
            given=(
                "256",
                "1,024",
            ),
        ),
        Fact(
            (
                "The criterion matters: at fan_in = 256 and fan_out = 1,024 least squares of "
                "the same two errors asks for 0.00115, and the compromise is 0.00156."
            ),
            Computed("asks for 0.00115"),
            Computed("the compromise is 0.00156"),
            given=(
                "256",
                "1,024",
            ),
        ),
    ),
)

weight_variance = scalar("weight_variance", "positive", latex=r"\sigma_W^2")
error = scalar("error", "nonnegative", latex=r"\varepsilon")
total = fan_in + fan_out
best = 2 / total


def divergence(variance: sympy.Expr) -> sympy.Expr:
    """D(v), the criterion."""
    return sympy.Add(*(n * variance - sympy.log(n * variance) for n in (fan_in, fan_out)))


CONTEXT = Context(
    (
        minimises(
            "the_variance_minimises_the_divergence", divergence(weight_variance), weight_variance
        ),
        at_most("the_forward_error_is_at_most_e", fan_in * weight_variance - 1, error),
        at_most("the_forward_error_is_at_least_minus_e", 1 - fan_in * weight_variance, error),
        at_most("the_backward_error_is_at_most_e", fan_out * weight_variance - 1, error),
        at_most("the_backward_error_is_at_least_minus_e", 1 - fan_out * weight_variance, error),
        equation("the_signal_is_kept", fan_in * weight_variance, 1),
        equation("the_gradient_is_kept", fan_out * weight_variance, 1),
    )
)
LARGE_ENOUGH = (error, ">=", fan_in * weight_variance + fan_out * weight_variance + 1)
SOLVED = {
    "the_variance_minimises_the_divergence": (weight_variance, "=", best),
    "the_forward_error_is_at_most_e": LARGE_ENOUGH,
    "the_forward_error_is_at_least_minus_e": LARGE_ENOUGH,
    "the_backward_error_is_at_most_e": LARGE_ENOUGH,
    "the_backward_error_is_at_least_minus_e": LARGE_ENOUGH,
    "the_signal_is_kept": (weight_variance, "=", 1 / fan_in),
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    stationary = p.stationarity("the_variance_minimises_the_divergence")
    conclusion = p.linear_combination(
        "=", weight_variance, best, [stationary], [-weight_variance / total]
    )
    cancel = p.linear_combination("=", (fan_in * best - 1) + (fan_out * best - 1), 0)
    return p.conclude(
        conclusion,
        quantities={"fan_in": fan_in, "fan_out": fan_out},
        global_minimum=_global_minimum(p),
        errors_cancel=cancel,
        minimax=_minimax(p, fan_in, fan_out, ("forward", "backward")),
        minimax_reversed=_minimax(p, fan_out, fan_in, ("backward", "forward")),
        both_kept=p.linear_combination(
            "=",
            fan_in,
            fan_out,
            [p.by_assumption("the_signal_is_kept"), p.by_assumption("the_gradient_is_kept")],
            [1 / weight_variance, -1 / weight_variance],
        ),
        error_there=p.linear_combination("=", fan_in * best - 1, (fan_in - fan_out) / total),
    )


def _global_minimum(p: Proof) -> Step:
    """D(v*) <= D(v) for every v > 0: part 2 of the plan."""
    ratio = weight_variance / best
    tangent = p.cite("logarithm-below-tangent", {"x": ratio})
    split = [
        p.rewrite(
            p.cite("logarithm-of-product", {"x": n * best, "y": ratio}),
            p.linear_combination("=", n * best * ratio, n * weight_variance),
            "left",
        )
        for n in (fan_in, fan_out)
    ]
    return p.linear_combination(
        "<=", divergence(best), divergence(weight_variance), [tangent, *split], [2, 1, 1]
    )


def _minimax(p: Proof, larger: sympy.Expr, smaller: sympy.Expr, sides: tuple[str, str]) -> Step:
    """n − m <= e (n + m) for the two widths in either order: part 5 of the plan."""
    return p.linear_combination(
        "<=",
        larger - smaller,
        error * total,
        [
            p.by_assumption(f"the_{sides[0]}_error_is_at_most_e"),
            p.by_assumption(f"the_{sides[1]}_error_is_at_least_minus_e"),
        ],
        [smaller, larger],
    )
