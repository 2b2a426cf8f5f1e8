"""The checkerboard of a transposed convolution: how many taps reach an output alternates.

    (1/s²) Σ_r Σ_t taps_r taps_t = (K/s)²,    (1/s) Σ_r taps_r² − (K/s)² = (b/s) (1 − b/s)

over the s phases of a stride s, for a kernel of side K = a s + b with b < s: in a row, b of s
outputs are reached by a + 1 of the taps, and the others by a. The mean square of an output is in
proportion to the taps that reach it (`convolution-variance`), so that it is the same everywhere
exactly if the stride divides the side, b = 0; else it repeats with the stride, whatever the law of
the weights.

Assumptions: none. That the phase r = 1..s of a row has taps_r = a + step(b + 1 − r) is the geometry
of the stride far from the border, and a definition here.

Plan of the proof
1. Σ_r step(b + 1 − r) = b over r = 1..s: b ones by induction, then zeros by induction.
2. So a row has a s + b = K taps in s phases, and a map the square of that.
3. step² = step: Σ_r taps_r² = a² s + (2a + 1) b.
"""

from __future__ import annotations

from typing import Any

from sympy import Abs

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, scalar, unit_step
from xavier_theory.theorems.statement import Cited, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import j, k, l

STATEMENT = Statement(
    order=38.5,
    name="transposed-convolution",
    title="The checkerboard of a transposed convolution",
    summary=Fact(
        "Far from the border, an output of a transposed convolution of side K and stride s is "
        "reached by (K/s)² taps on average over its phases; the number is the same for all of "
        "them exactly if the stride divides the side.",
        Proved(),
        Proved("spread"),
    ),
    claims=(),
    sources=(Cited("odena2016", "section Deconvolution & Overlap"),),
    practice=(
        Fact(
            "The fan_in that counts is (input channels / groups) · (K/s)² on average, not K²: for "
            "a kernel of side 4 and stride 2 it is a quarter, at every output.",
            Proved(),
            Proved("spread"),
            Proved(theorem="convolution-variance"),
            Sampled("side 4, stride 2"),
        ),
        Fact(
            "Choose a side that the stride divides. With side 3 and stride 2 the numbers of a row "
            "are 2 and 1, and so the mean squares of a map differ by the factor 4 from output to "
            "output.",
            Proved("spread"),
            Proved("second_moment", "convolution-variance"),
            Sampled("side 3, stride 2"),
        ),
    ),
    remarks=(
        Fact(
            "A side below the stride, a = 0, leaves outputs that nothing reaches.",
            Proved("row"),
            Sampled("side 2, stride 3"),
        ),
        Fact(
            "The same numbers count the outputs that a pixel feeds in a convolution with stride: "
            "see convolution-gradient.",
            Proved("average", "convolution-gradient"),
        ),
    ),
    notation=(
        "b + 1 + m = s is the stride, a s + b = K the side of the kernel, and taps_j how many taps "
        "of a row reach the outputs of the phase j."
    ),
)

whole = scalar("whole_strides", "natural", latex="a")
remainder = scalar("remainder", "natural", latex="b")
further = scalar("further_phases", "natural", latex="m")
n, shift = scalar("n", "natural"), scalar("shift", "width")
x = scalar("x")
taps = constants("taps", 1)
stride = remainder + 1 + further
side = whole * stride + remainder
inside = unit_step(remainder + 1 - j)

CONTEXT = Context(definitions=(define("taps of a phase", taps[j], whole + inside, j),))


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    phases = p.specialize(_phases(p), {"l": further})
    rule = p.definition("taps of a phase", j)
    row = p.chain(p.congruence(sum_over(j, stride, taps[j]), rule))
    row = row.by(p.sum_is_linear(row.right)).by(phases).algebra(side)
    double = sum_over(j, stride, sum_over(k, stride, taps[j] * taps[k]))
    both = p.chain(p.sum_is_linear(double)).by(row.step)
    conclusion = p.linear_combination(
        "=", double / stride**2, (side / stride) ** 2, [both.step], [1 / stride**2]
    )
    return p.conclude(
        conclusion,
        quantities={
            "whole_strides": whole,
            "remainder": remainder,
            "further_phases": further,
        },
        row=row.step,
        spread=_spread(p, phases),
    )


def _one(p: Proof) -> Step:
    """step(h) = 1 for h >= 1."""
    known = p.sign_cases(x * unit_step(x), (x + Abs(x)) / 2, x)
    one = p.specialize(known, {"x": shift})
    return p.linear_combination("=", unit_step(shift), 1, [one], [1 / shift])


def _phases(p: Proof) -> Step:
    """Σ_{r=1..b+1+l} step(b + 1 − r) = b: part 1 of the plan."""

    def ones(last: Any, end: Any) -> Any:
        return sum_over(j, last, unit_step(end - j))

    one = _one(p)
    claim = equation("ones_so_far", ones(n, n + shift), n, shift)
    more = p.chain(p.peel(ones(n + 1, n + 1 + shift))).by(one)
    step = more.by(p.suppose(claim, shift + 1)).step
    found = p.induction(p.peel(ones(0, shift)), step, n, claim, [shift])
    start = p.specialize(found, {"n": remainder, "shift": 1})
    disjoint = p.sign_cases(unit_step(x) * unit_step(-x), 0, x)
    halves = p.sign_cases(unit_step(x) ** 2 - unit_step(x) * unit_step(-x), unit_step(x), x)
    at_zero = p.specialize(halves, {"x": 0})
    at_zero = p.linear_combination("=", unit_step(0), 0, [at_zero], [-1])
    first = p.chain(p.peel(ones(remainder + 1, remainder + 1))).by(start).by(at_zero).step
    zeros = equation("zeros_so_far", ones(remainder + 1 + l, remainder + 1), remainder)
    apart = p.specialize(disjoint, {"x": l + 1})
    beyond = p.chain(p.peel(ones(remainder + 2 + l, remainder + 1)))
    nothing = p.linear_combination(
        "=",
        unit_step(-l - 1),
        0,
        [apart, p.specialize(one, {"shift": l + 1})],
        [1, -unit_step(-l - 1)],
    )
    last = beyond.by(nothing).by(p.suppose(zeros)).step
    return p.induction(first, last, l, zeros)


def _spread(p: Proof, phases: Step) -> Step:
    """(1/s) Σ_r taps_r² − (K/s)² = (b/s) (1 − b/s): part 3 of the plan."""
    squares = sum_over(j, stride, taps[j] ** 2)
    same = p.specialize(
        p.sign_cases((whole + unit_step(x)) ** 2, whole**2 + (2 * whole + 1) * unit_step(x), x),
        {"x": remainder + 1 - j},
    )
    square = p.chain(p.congruence(taps[j] ** 2, p.definition("taps of a phase", j))).by(same).step
    total = p.chain(p.congruence(squares, square))
    total = total.by(p.sum_is_linear(total.right)).by(phases)
    share = remainder / stride
    return p.linear_combination(
        "=",
        squares / stride - (side / stride) ** 2,
        share * (1 - share),
        [total.step],
        [1 / stride],
    )
