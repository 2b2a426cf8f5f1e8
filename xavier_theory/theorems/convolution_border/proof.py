"""What the border costs a padded convolution, on average over its positions.

    (1/H²) Σ_s Σ_t taps_s taps_t = k² (1 − p(p + 1)/(k H))²,    k = 2p + 1,  H > p

for a kernel of side k with padding p and stride 1 on an H × H map, whose position (s, t) has
taps_s taps_t of its k² taps inside. Its second moment is in proportion to them
(`convolution-variance`). For 3 × 3 the mean is 9 (1 − 2/(3H))².

Assumptions: none. That a position s = 1..H of a row has taps_s = k − (p + 1 − s)⁺ − (p + s − H)⁺ is
the geometry of padding, and a definition here.

Plan of the proof
1. Σ_s (p + 1 − s)⁺ = p(p + 1)/2 over s = 1..H, with H = p + n: the triangle by induction over p,
   then n zeros by induction over n.
2. Σ_s (p + s − H)⁺ = p(p + 1)/2 at the other end: n zeros, then the triangle.
3. So a row has k H − p(p + 1) taps inside, over all its positions, and a map the square of that.
4. Divide by H².
"""

from __future__ import annotations

from typing import Any

from sympy import Abs

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, relu, scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import j, k

STATEMENT = Statement(
    order=37,
    name="convolution-border",
    title="What the border costs a padded convolution",
    summary=Fact(
        "Averaged over the positions of an H × H map, a convolution of side k = 2p + 1 with "
        "padding p and stride 1 has (1 − p(p + 1)/(kH))² of its taps inside the border, for H > p.",
        Proved(),
    ),
    claims=(),
    sources=(Cited("dumoulin2016", "section 2.2.1", "for the geometry"),),
    practice=(
        Fact(
            "A 3 × 3 convolution has 4.7 % of its taps outside on a 28 × 28 map and on a 7 × 7 "
            "map 18 %; a 7 × 7 convolution on a 7 × 7 map has 43 %. Where all inputs have one mean "
            "square and biases are 0, the mean square loses as much.",
            Proved(),
            Proved("second_moment", "convolution-variance"),
            Computed("has 4.7 %"),
            Computed("map 18 %"),
            Computed("has 43 %"),
            Sampled("3 × 3 on a 4 × 4 map"),
        ),
    ),
    remarks=(
        Fact(
            "H may be smaller than k: the formula holds for a 5 × 5 convolution on a 3 × 3 map.",
            Proved(),
            Sampled("5 × 5 on a 3 × 3 map, uniform weights"),
        ),
        Fact(
            "In a row p(p + 1) of the kH taps of its positions are outside, half of them at each "
            "end.",
            Proved("row"),
        ),
    ),
    notation=(
        "p is the padding, m = H − p ≥ 1 what the side of the map has more, and taps_j = "
        "k − (p + 1 − j)⁺ − (p + j − H)⁺ how many taps of a row are inside at position j."
    ),
)

padding = scalar("padding", "natural", latex="p")
inner = scalar("size_minus_padding", "width", latex="m")
n, shift = scalar("n", "natural"), scalar("shift", "natural")
row_taps = constants("taps", 1)
x = scalar("x")
size, kernel = padding + inner, 2 * padding + 1
whole_row = kernel * size - padding * (padding + 1)

CONTEXT = Context(
    definitions=(
        define(
            "taps of a row",
            row_taps[j],
            kernel - relu(padding + 1 - j) - relu(j - inner),
            j,
        ),
    )
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    row = _row(p)
    whole = sum_over(j, size, sum_over(k, size, row_taps[j] * row_taps[k]))
    chain = p.chain(p.sum_is_linear(whole)).by(row)
    conclusion = p.linear_combination(
        "=",
        whole / size**2,
        kernel**2 * (1 - padding * (padding + 1) / (kernel * size)) ** 2,
        [chain.step],
        [1 / size**2],
    )
    return p.conclude(
        conclusion,
        quantities={
            "padding": padding,
            "size_minus_padding": inner,
        },
        row=row,
    )


def _row(p: Proof) -> Step:
    """Σ_s taps_s = k H − p(p + 1): parts 1 to 3 of the plan."""
    taps = p.definition("taps of a row", j)
    chain = p.chain(p.congruence(sum_over(j, size, row_taps[j]), taps))
    chain = chain.by(p.sum_is_linear(chain.right)).by(_first_end(p)).by(_second_end(p))
    return chain.algebra(whole_row).step


def _positive_part(p: Proof, term: Any, value: Any) -> Step:
    """(term)⁺ for a term whose sign is plain: itself, or 0."""
    known = p.sign_cases(relu(x), (x + Abs(x)) / 2, x)
    return p.chain(p.specialize(known, {"x": term})).algebra(value).step


def _first_end(p: Proof) -> Step:
    """Σ_{s=1..p+n} (p + 1 − s)⁺ = p(p + 1)/2: part 1 of the plan."""

    def falling(last: Any, start: Any) -> Any:
        return sum_over(j, last, relu(start - j))

    def triangle(last: Any) -> Any:
        return last * shift + last * (last - 1) / 2

    claim = equation("triangle_so_far", falling(n, n + shift), triangle(n), shift)
    more = p.chain(p.peel(falling(n + 1, n + 1 + shift))).by(_positive_part(p, shift, shift))
    step = more.by(p.suppose(claim, shift + 1)).algebra(triangle(n + 1)).step
    base = p.peel(falling(0, shift))
    start = p.specialize(p.induction(base, step, n, claim, [shift]), {"n": padding, "shift": 1})
    zeros = equation("zeros_so_far", falling(padding + n, padding + 1), start.right)
    last = p.chain(p.peel(falling(padding + n + 1, padding + 1))).by(_positive_part(p, -n, 0))
    found = p.induction(start, last.by(p.suppose(zeros)).step, n, zeros)
    return p.specialize(found, {"n": inner})


def _second_end(p: Proof) -> Step:
    """Σ_{s=1..p+n} (s − n)⁺ = p(p + 1)/2: part 2 of the plan.

    With 1 added to each term: so no sum on the way vanishes, and models can tell it from another.
    """

    def rising(last: Any, start: Any) -> Any:
        return sum_over(j, last, 1 + relu(j - start))

    ones = equation("ones_so_far", rising(n, n + shift), n, shift)
    more = p.chain(p.peel(rising(n + 1, n + 1 + shift))).by(_positive_part(p, -shift, 0))
    step = more.by(p.suppose(ones, shift + 1)).step
    base = p.peel(rising(0, shift))
    found = p.induction(base, step, n, ones, [shift])
    start = p.specialize(found, {"n": inner, "shift": 0})
    claim = equation("triangle_so_far", rising(inner + n, inner), inner + n + n * (n + 1) / 2)
    more = p.chain(p.peel(rising(inner + n + 1, inner))).by(_positive_part(p, n + 1, n + 1))
    last = more.by(p.suppose(claim)).algebra(inner + n + 1 + (n + 1) * (n + 2) / 2).step
    whole = p.specialize(p.induction(start, last, n, claim), {"n": padding})
    return p.linear_combination(
        "=", sum_over(j, size, relu(j - inner)), padding * (padding + 1) / 2, [whole], [1]
    )
