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

Sources: He et al. (2015), "Delving deep into rectifiers", section 2.2, eqs. (5)-(7), with n = k²c.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.layer_variance.proof import CONTEXT as LAYER
from xavier_theory.theorems.statement import Statement
from xavier_theory.theorems.symbols import W, a, b, i, j, weight_variance, z

STATEMENT = Statement(
    order=36,
    name="convolution-variance",
    title="Variance of a convolution's output",
    summary=(
        "A convolution multiplies the mean square of its input by Var(W), the input channels of "
        "its group, and the number of its taps that are inside the border at that position."
    ),
    claims=(),
    sources=("He et al. (2015), section 2.2, eqs. (5)-(7)",),
    practice=(
        "Inside the map fan_in is (input channels / groups) · (taps of the kernel): a depthwise "
        "3 × 3 convolution has fan_in 9, whatever its number of channels."
    ),
    remarks=(
        (
            "Neighbouring positions and channels may depend on each other: it leaves the variance "
            "alone."
        ),
        "Dilation changes which inputs are under the taps, not their number.",
        (
            "In a corner 4 of the 9 taps of a padded 3 × 3 kernel are inside, so that the second "
            "moment there is 4/9 of that in the middle; see convolution-border for the mean."
        ),
    ),
)

channels, taps = scalar("channels", "width"), scalar("taps_inside", "width")
second_moment = scalar("second_moment", "nonnegative")
patch = channels * taps
_NEEDED = (
    "weights_have_zero_mean",
    "weights_share_one_variance",
    "weights_of_a_unit_are_uncorrelated",
    "weights_are_independent_of_the_inputs",
    "weights_have_finite_second_moments",
    "inputs_have_finite_second_moments",
)

CONTEXT = Context(
    (
        *(LAYER.named(name) for name in _NEEDED),
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
