"""Variance of a convolution's output, at one position: only the taps inside the border count.

    Var(z_i) = c · taps · Var(W) · E[a²],    z_i = Σ_j W_ij a_j + b_i,    j = 1..c · taps

A convolution is a dense layer on the patch under its kernel: at each tap inside the border there
are c numbers, the input channels of the group (input channels over groups). Taps outside meet the
padding's zeros, add nothing, and are left out of the sum.

Assumptions: the weights have mean zero and one variance, those of one unit are uncorrelated, and
they are independent of the patch; the inputs share one second moment. *Not* needed: a mean of zero,
independent positions or channels, zero biases.

Plan of the proof
1. `layer-variance` (its result `general`, which uses no mean of the inputs) with fan-in c · taps:
   Var(z_i) = Var(W) Σ_j E[a_j²].
2. All E[a_j²] are E[a²], and there are c · taps of them.
3. The same for E[z_i²] (its result `second_moment`), to which a bias adds its square.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.layer_variance.proof import FOR_ANY_MEAN
from xavier_theory.theorems.statement import Cited, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import W, a, b, i, j, weight_variance, z

STATEMENT = Statement(
    order=36,
    name="convolution-variance",
    title="Variance of a convolution's output",
    summary=Fact(
        "The variance of a convolution's output at a position is the mean square of its inputs, "
        "times Var(W), the input channels of the group, and the number of taps that are inside the "
        "border there, if the weights have mean zero, and those of a unit are uncorrelated and "
        "independent of the inputs.",
        Proved(),
    ),
    claims=(),
    sources=(Cited("he2015", "section 2.2, eqs. (5)-(7)", "with n = k²c"),),
    practice=(
        Fact(
            "Inside the map fan_in is (input channels / groups) · (taps of the kernel): a "
            "convolution of 3 × 3 taps with one input channel in each group has fan_in 9, whatever "
            "its number of channels.",
            Proved(),
        ),
    ),
    remarks=(
        Fact(
            "The inputs under the kernel may depend on each other, and their mean need not be 0.",
            Proved(),
        ),
        Fact(
            "A bias adds its square to the mean square of the output, and nothing to its variance.",
            Proved("second_moment"),
            Proved(),
        ),
        Fact(
            "Dilation enters by the number of taps inside alone: in the second row and column of a "
            "5 × 5 map a 3 × 3 kernel with dilation 2 and padding 2 has 4 of them inside, and "
            "without dilation all 9.",
            Proved(),
            Sampled("dilation 2, next to a corner"),
        ),
        Fact(
            "In a corner 4 of the 9 taps of a padded 3 × 3 kernel are inside, so that the variance "
            "there is 4/9 of that in the middle; see convolution-border for the mean.",
            Proved(),
            Sampled("a corner, random signs as weights"),
            Sampled("the middle of a map"),
            Proved(theorem="convolution-border"),
        ),
    ),
    notation=(
        "z is the output at one position, i its channel, and j counts the c · t inputs under the "
        "kernel there: c channels of the group at each of t taps inside the border."
    ),
)

channels = scalar("channels", "width", latex="c")
taps = scalar("taps_inside", "width", latex="t")
second_moment = scalar("second_moment", "nonnegative", latex="q")
patch = channels * taps

CONTEXT = Context(
    (
        *FOR_ANY_MEAN,
        equation("inputs_share_one_second_moment", E(a[j] ** 2), second_moment, j),
    ),
    (define("pre-activation", z[i], sum_over(j, patch, W[i, j] * a[j]) + b[i], i),),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    return p.conclude(
        _at_a_position(p, "general"),
        quantities={
            "channels": channels,
            "taps_inside": taps,
            "weight_variance": weight_variance,
            "second_moment": second_moment,
            "bias": b[i],
        },
        second_moment=_at_a_position(p, "second_moment"),
    )


def _at_a_position(p: Proof, result: str) -> Step:
    """A result of `layer-variance` for the patch: parts 1 and 2 of the plan."""
    chain = p.chain(p.theorem(derived("layer-variance"), result, {"fan_in": patch}))
    chain = chain.by(p.by_assumption("inputs_share_one_second_moment", j))
    return chain.by(p.sum_is_linear(sum_over(j, patch, second_moment))).step
