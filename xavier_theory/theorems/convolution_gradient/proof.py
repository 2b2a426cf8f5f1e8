"""Variance of a gradient that comes back through a convolution: outputs a pixel feeds, not taps.

    Var(g_j) = E[g_j²] = c · outputs · Var(W) · E[δ²],    mean of outputs over the pixels = K/s²

with c output channels (over groups), K taps of the kernel (9 for 3 × 3) and stride s. A pixel
feeds as many outputs as there are positions whose kernel covers it. With a stride that varies from
pixel to pixel: 3 × 3 with stride 2 covers pixels 1, 2 or 4 times, 9/4 on average.

Assumptions: those of `convolution-variance` with inputs and outputs exchanged, and above all: **the
backward signal δ is independent of W**. For the mean, that every output has all its K taps inside
the map, and that there are s² pixels for each output.

Plan of the proof
1. The pixel's gradient is a sum over the c · outputs that it feeds, with the transposed weights:
   `convolution-variance` with gradients in the place of the inputs.
2. The pairs of a pixel and an output that it feeds, counted by outputs, are K for each output.
3. Counted by pixels they are the sum of `outputs`: so their mean is K · positions/pixels = K/s².
"""

from __future__ import annotations

from typing import Any

from xavier_theory.symbolic.assumptions import (
    common_variance,
    equation,
    finite_moment,
    independent,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, constants, random_family, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import W, i, j, k, weight_variance

STATEMENT = Statement(
    order=38,
    name="convolution-gradient",
    title="Variance of a gradient behind a convolution",
    summary=Fact(
        "A convolution multiplies the mean square of the gradient by Var(W), the output channels "
        "of its group, and the number of outputs that the pixel feeds, if the gradient that "
        "arrives is independent of these weights; where every output has all its taps inside, the "
        "mean of that number over the pixels is the kernel's taps over the square of the stride.",
        Proved(),
        Proved("second_moment"),
        Proved("average"),
    ),
    claims=(),
    sources=(Cited("he2015", "section 2.2, eqs. (11)-(14)"),),
    practice=(
        Fact(
            "The fan_out that counts, on average over the pixels, is (output channels / groups) · "
            "taps / stride²: for a 3 × 3 convolution of stride 2 a quarter of what counts every "
            "tap.",
            Proved("second_moment"),
            Proved("average"),
            Sampled("all pixels of a ring, side 3 with stride 2"),
        ),
    ),
    remarks=(
        Fact(
            "He et al.'s n̂ = k²d counts every tap; that is the average for stride 1.",
            Cited("he2015", "section 2.2, eqs. (11)-(14)"),
            Proved("average"),
        ),
        Fact(
            "The independence of δ from W is an idealization, and without it the variance can be "
            "another one.",
            Fails("the_backward_signal_is_independent_of_the_weights"),
        ),
        Fact(
            "A 3 × 3 kernel with stride 2 feeds 1, 2 or 4 outputs, and the mean squares differ "
            "as much from pixel to pixel. The pixels are the outputs of a transposed convolution, "
            "whose checkerboard this is.",
            Proved("second_moment"),
            Sampled("a pixel that feeds four outputs"),
            Sampled("a pixel that feeds two outputs, uniform weights"),
            Sampled("a pixel that feeds one output, random signs as weights"),
            Cited("odena2016", "section Deconvolution & Overlap"),
        ),
    ),
    notation=(
        "g_j is the gradient at a pixel that feeds u outputs, and h_j that at the j-th of the "
        "s² · P pixels of a channel; f_jk is 1 where pixel j feeds output position k, and else 0."
    ),
)

channels = scalar("channels", "width", latex="c")
kernel = scalar("kernel_taps", "nonnegative", latex="K")
outputs = scalar("outputs_fed", "width", latex="u")
signal = scalar("gradient_second_moment", "nonnegative", latex=r"q_\delta")
positions = scalar("positions", "width", latex="P")
area = scalar("stride_squared", "width", latex="s^2")
unit = scalar("second_moment_per_output", "nonnegative", latex="v")
n = scalar("n", "natural")
delta, g, of_pixel = random_family("delta", 1), random_family("g", 1), random_family("h", 1)
feeds = constants("feeds", 2, "nonnegative", latex="f")
fan_out, pixels = channels * outputs, area * positions
outputs_of_pixel = sum_over(k, positions, feeds[j, k])

CONTEXT = Context(
    (
        zero_mean("weights_have_zero_mean", W[i, j], i, j),
        common_variance("weights_share_one_variance", W[i, j], weight_variance, i, j),
        uncorrelated(
            "weights_out_of_a_unit_are_uncorrelated", W[i, j], W[k, j], i, j, k, distinct=[(i, k)]
        ),
        independent(
            "the_backward_signal_is_independent_of_the_weights", [W[EVERY, j]], [delta[EVERY]], j
        ),
        finite_moment("weights_have_finite_second_moments", W[i, j], 2, i, j),
        finite_moment("the_backward_signal_has_finite_second_moments", delta[i], 2, i),
        equation("the_backward_signal_has_one_second_moment", E(delta[i] ** 2), signal, i),
        equation(
            "the_mean_square_of_a_pixel_is_in_proportion_to_its_outputs",
            E(of_pixel[j] ** 2),
            unit * outputs_of_pixel,
            j,
        ),
        equation("every_output_has_all_its_taps", sum_over(j, pixels, feeds[j, k]), kernel, k),
    ),
    (define("backpropagated gradient", g[j], sum_over(i, fan_out, W[i, j] * delta[i]), j),),
)
SOLVED = {
    "every_output_has_all_its_taps": (feeds[j, k], "=", kernel / pixels),
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    return p.conclude(
        _transposed(p, None),
        quantities={
            "channels": channels,
            "outputs_fed": outputs,
            "weight_variance": weight_variance,
            "gradient_second_moment": signal,
            "kernel_taps": kernel,
            "stride_squared": area,
            "second_moment_per_output": unit,
        },
        second_moment=_transposed(p, "second_moment"),
        average=_average(p),
    )


def _transposed(p: Proof, result: str | None) -> Step:
    """A result of `convolution-variance` for the transposed weights: part 1 of the plan."""
    return p.theorem(
        derived("convolution-variance"),
        result,
        {"taps_inside": outputs, "second_moment": signal, "i": j},
        {"W": (j, i, W[i, j]), "a": (i, delta[i]), "z": (j, g[j]), "b": (j, 0)},
    )


def _average(p: Proof) -> Step:
    """The mean over the pixels of E[g²]: parts 2 and 3 of the plan."""
    total = sum_over(j, pixels, E(of_pixel[j] ** 2))
    moment = p.by_assumption("the_mean_square_of_a_pixel_is_in_proportion_to_its_outputs", j)
    chain = p.chain(p.congruence(total, moment))
    chain = chain.by(p.sum_is_linear(chain.right))
    pairs = exchange_of_sums(p, feeds[k, j], k, j, (n, positions), "pairs_so_far")
    chain = chain.by(p.specialize(pairs, {"n": pixels}))
    chain = chain.by(p.by_assumption("every_output_has_all_its_taps", j))
    chain = chain.by(p.sum_is_linear(sum_over(j, positions, kernel)))
    return p.linear_combination(
        "=", total / pixels, unit * kernel / area, [chain.step], [1 / pixels]
    )


def exchange_of_sums(
    p: Proof, term: Any, outer: Any, inner: Any, lengths: tuple[Any, Any], name: str
) -> Step:
    """Σ_{outer} Σ_{inner} term = Σ_{inner} Σ_{outer} term, by induction over the first length.

    ``lengths`` are those of the outer sum, a scalar, and of the inner; ``name`` is the hypothesis.
    """
    rows, columns = lengths

    def by_rows(last: Any) -> Any:
        return sum_over(outer, last, sum_over(inner, columns, term))

    def by_columns(last: Any) -> Any:
        return sum_over(inner, columns, sum_over(outer, last, term))

    claim = equation(name, by_rows(rows), by_columns(rows))
    empty = p.chain(p.congruence(by_columns(0), p.peel(sum_over(outer, 0, term))))
    nothing = empty.by(p.sum_is_linear(empty.right)).step
    base = p.linear_combination(
        "=", by_rows(0), by_columns(0), [p.peel(by_rows(0)), nothing], [1, -1]
    )
    longer = p.chain(p.congruence(by_columns(rows + 1), p.peel(sum_over(outer, rows + 1, term))))
    one_more = longer.by(p.sum_is_linear(longer.right)).step
    step = p.linear_combination(
        "=",
        by_rows(rows + 1),
        by_columns(rows + 1),
        [p.peel(by_rows(rows + 1)), p.suppose(claim), one_more],
        [1, 1, -1],
    )
    return p.induction(base, step, rows, claim)
