"""A linear network of any matrices: its output and its gradients are products of matrices.

    a^[l+d+1]_o = Σ_j R_{d l o j} a^[l]_j,    R_{d l} = W^[l+d+1] ⋯ W^[l+1]

R is the product of the matrices of d + 1 layers, from layer l on, multiplied out before any signal
is put in. From l = 0 on that is ŷ = W^[L] ⋯ W^[1] x. Backward it is the transpose of the same
matrix that carries the gradient from layer l + d + 1 to layer l, and the gradient of a weight is
the product of what arrives from above, Rᵀ e, with what arrives from below, R x.

Assumptions: none but what R, the layers and the backward pass are. The matrices may have any
entries, any shapes that fit, and one matrix may be repeated.

Plan of the proof
1. Two sums may be exchanged: by induction over the range of one of them.
2. Forward, by induction over the layers: R times one more layer is Σ_i R_oi Σ_j W_ij a_j, in which
   the sums are exchanged.
3. Backward the same, with Σ_i W_ij Σ_o R_oi e_o.
4. The gradient of a weight is the gradient behind it times the activation before it.
"""

from __future__ import annotations

from typing import Any

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, scalar
from xavier_theory.theorems.convolution_gradient.proof import exchange_of_sums
from xavier_theory.theorems.statement import Cited, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import i, j, l, layer_width

STATEMENT = Statement(
    order=9.5,
    name="linear-network",
    title="A linear network is a product of matrices",
    summary=Fact(
        "With identity activations, without biases and with any weight matrices the output is "
        "their product times the input; the transpose of the product of the layers above carries "
        "the gradient back.",
        Proved(),
        Proved("backward"),
    ),
    claims=("C6",),
    sources=(
        Cited("katanforoosh2019", "section I", "the product; the proof is ours"),
        Cited("saxe2014", "section 1.1", "deep linear networks"),
    ),
    practice=(
        Fact(
            "What a deep linear network does to signals and gradients is what products of its "
            "matrices do: for equal layers, powers of one matrix.",
            Proved(),
            Proved("backward"),
            Sampled("ten layers, one matrix of two rows in all but the last"),
        ),
    ),
    remarks=(
        Fact(
            "The gradient of a weight is a product of two such numbers, from the layers above it "
            "and from those below it. Apart from the gradient at the top, which may depend on all "
            "matrices, the matrix of the weight's own layer is in neither.",
            Proved("weight_gradient"),
        ),
    ),
    notation=(
        "R with the indices d, l, o, j is the entry in row o and column j of the product of the "
        "matrices of layers l + 1 to l + d + 1. δ with the indices d, l, j is the gradient at unit "
        "j of layer l, with d layers above it."
    ),
)

n, second = scalar("n", "natural"), scalar("q", "width")
above = scalar("layers_above", "natural", latex="d")
below = scalar("layers_below", "natural", latex="p")
o = scalar("o", "width")
W, a = constants("W", 3, by_layer=True), constants("a", 2, by_layer=True)
F, R, delta = constants("F", 2), constants("R", 4), constants("delta", 3, by_layer=True)


def entry(layer: Any) -> Any:
    """The entry of R for d + 2 matrices: R of the upper d + 1 times the lowest."""
    return sum_over(i, layer_width[layer + 1], R[above, layer + 1, o, i] * W[layer + 1, i, j])


CONTEXT = Context(
    (equation("products_begin_with_one_matrix", R[0, l, o, j], W[l + 1, o, j], l, o, j),),
    (
        define(
            "linear layer",
            a[l + 1, i],
            sum_over(j, layer_width[l], W[l + 1, i, j] * a[l, j]),
            *(l, i),
        ),
        define("product of one more matrix", R[above + 1, l, o, j], entry(l), above, l, o, j),
        define(
            "gradient one layer below",
            delta[above + 1, l, j],
            sum_over(i, layer_width[l + 1], W[l + 1, i, j] * delta[above, l + 1, i]),
            *(above, l, j),
        ),
    ),
)


def carried(layers: Any, layer: Any, row: Any) -> Any:
    """Row ``row`` of R times the activations of ``layer``."""
    return sum_over(j, layer_width[layer], R[layers, layer, row, j] * a[layer, j])


def brought(layers: Any, layer: Any, column: Any) -> Any:
    """Column ``column`` of R times the gradients at the top."""
    top = layer + layers + 1
    return sum_over(o, layer_width[top], R[layers, layer, o, column] * delta[0, top, o])


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    exchange = exchange_of_sums(p, F[i, j], i, j, (n, second), "sums_so_far")
    forward, backward = _forward(p, exchange), _backward(p, exchange)
    arriving = p.specialize(backward, {"l": below + 2, "j": i})
    there = p.specialize(forward, {"l": 0, "layers_above": below, "o": j})
    weight = p.linear_combination(
        "=",
        delta[above + 1, below + 2, i] * a[below + 1, j],
        arriving.right * there.right,
        [arriving, there],
        [a[below + 1, j], arriving.right],
    )
    return p.conclude(
        forward,
        units=[carried(above, l, o), brought(above, l, j)],
        backward=backward,
        weight_gradient=weight,
    )


def _index(total: Any) -> Any:
    """The name of the index of a sum."""
    return total.opened()[0]


def _forward(p: Proof, exchange: Step) -> Step:
    """a^[l+d+1] = R a^[l]: part 2 of the plan."""
    claim = equation("carried_so_far", a[l + above + 1, o], carried(above, l, o), *(l, o))
    start = carried(0, l, o)
    one = p.by_assumption("products_begin_with_one_matrix", l, o, _index(start))
    base = p.linear_combination(
        "=",
        a[l + 1, o],
        start,
        [p.definition("linear layer", l, o), p.congruence(start, one)],
        [1, -1],
    )
    unfolded = p.chain(p.suppose(claim, l + 1, o))
    unfolded = unfolded.by(p.definition("linear layer", l, _index(unfolded.right)))
    end = carried(above + 1, l, o)
    longer = p.definition("product of one more matrix", above, l, o, _index(end))
    whole = p.congruence(end, longer)
    inside = R[above, l + 1, o, i] * W[l + 1, i, j] * a[l, j]
    sizes = {"n": layer_width[l + 1], "q": layer_width[l]}
    exchanged = p.specialize(exchange, sizes, {"F": (i, j, inside)})
    step = p.linear_combination(
        "=",
        a[l + above + 2, o],
        end,
        [unfolded.step, exchanged, whole],
        [1, 1, -1],
    )
    return p.induction(base, step, above, claim, [l, o])


def _backward(p: Proof, exchange: Step) -> Step:
    """δ at layer l is Rᵀ times that at the top: part 3 of the plan."""
    claim = equation("brought_so_far", delta[above + 1, l, j], brought(above, l, j), *(l, j))
    start = brought(0, l, j)
    one = p.by_assumption("products_begin_with_one_matrix", l, _index(start), j)
    base = p.linear_combination(
        "=",
        delta[1, l, j],
        start,
        [p.definition("gradient one layer below", 0, l, j), p.congruence(start, one)],
        [1, -1],
    )
    unfolded = p.chain(p.definition("gradient one layer below", above + 1, l, j))
    unfolded = unfolded.by(p.suppose(claim, l + 1, _index(unfolded.right)))
    end = brought(above + 1, l, j)
    longer = p.definition("product of one more matrix", above, l, _index(end), j)
    whole = p.congruence(end, longer)
    top = l + above + 2
    inside = W[l + 1, i, j] * R[above, l + 1, o, i] * delta[0, top, o]
    sizes = {"n": layer_width[l + 1], "q": layer_width[top]}
    exchanged = p.specialize(exchange, sizes, {"F": (i, o, inside)})
    step = p.linear_combination(
        "=",
        delta[above + 2, l, j],
        end,
        [unfolded.step, exchanged, whole],
        [1, 1, -1],
    )
    return p.induction(base, step, above, claim, [l, j])
