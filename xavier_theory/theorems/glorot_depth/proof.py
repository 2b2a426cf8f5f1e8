"""Glorot's compromise over depth: what it does to the signal and to the gradient of a linear net.

    F_L = ∏_{m=1..L} n^[m-1] Var(W^[m]) = ∏ 2 n^[m-1]/(n^[m-1] + n^[m])
    B_L = ∏_{m=1..L} n^[m] Var(W^[m])   = ∏ 2 n^[m]/(n^[m-1] + n^[m])

under Var(W^[m]) = 2/(n^[m-1] + n^[m]): by F_L a linear network multiplies the variance of the
signal (`depth-product`), and by B_L the mean square of the gradient (`backward-depth`). Together
they lose: F_L B_L = ∏ 4 n n'/(n + n')² <= 1, and for each layer that is at most
1 − ((n − n')/(n + n'))², so that it is 1 exactly where all widths are equal. Two layers that lead
from n to n' and back to n multiply both by 4 n n'/(n + n')², ever again where widths alternate.
The one-sided rules telescope: under Var(W^[m]) = 1/n^[m] F_L is ∏ n^[m-1]/n^[m] = n^[0]/n^[L].

Assumptions: none on probability; the variance, where it is put in.

Plan of the proof
1. Put the variance into the products of `depth-product` and `backward-depth`.
2. F_L B_L is the product of 4 n n'/(n + n')², by induction, and at most 1: (n − n')² >= 0.
3. It is at most the factor of any layer, by induction over the layers above that one.
4. Two layers: the last two factors of F and of B. The fan-out rule: by induction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Integer

from xavier_theory.symbolic.assumptions import at_most, equation
from xavier_theory.symbolic.binding import product_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.theorems.backward_depth.proof import above
from xavier_theory.theorems.backward_depth.proof import growth as growth_backward
from xavier_theory.theorems.depth_product.proof import depth, m
from xavier_theory.theorems.depth_product.proof import growth as growth_forward
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import l, layer_variance_, layer_width

STATEMENT = Statement(
    order=7.5,
    name="glorot-depth",
    title="Glorot's compromise over depth",
    summary=Fact(
        "Over the layers of a linear network Var(W) = 2/(fan_in + fan_out) multiplies the signal's "
        "variance by one product and, where what comes back is independent of the weights in each "
        "layer, the gradient's mean square by another; their product is at most 1, and 1 only "
        "where all widths are equal.",
        Proved(theorem="depth-product"),
        Proved(theorem="backward-depth"),
        Proved("forward"),
        Proved("backward"),
        Proved(),
        Proved("at_most_one_layers"),
        Proved("together"),
    ),
    claims=("C18",),
    sources=(
        Cited("glorot2010", "section 4.2.1, eqs. (5), (6) and (12)", "the products are ours"),
    ),
    practice=(
        Fact(
            "Where widths alternate between 256 and 1,024 every two layers multiply both the "
            "signal's variance and the gradient's mean square by 0.64.",
            Proved("two_layers_forward"),
            Proved("two_layers_backward"),
            Computed("by 0.64", theorem="glorot-variance"),
            given=("256", "1,024"),
        ),
        Fact(
            "A one-sided rule costs the other direction the ratio of the first and the last width, "
            "at any depth; where widths alternate the compromise costs both a power.",
            Proved("telescope"),
            Proved(theorem="depth-product"),
            Proved("uniform", theorem="backward-depth"),
            Proved("two_layers_forward"),
            Proved("two_layers_backward"),
        ),
    ),
    remarks=(
        Fact(
            "In every network one of the two products is at most 1. The other may be above it, as "
            "in a single layer whose widths differ.",
            Proved(),
            Proved("error_there", theorem="glorot-variance"),
        ),
        Fact(
            "Where the second layer does not lead back to the first width, the two layers' factors "
            "differ forward and backward.",
            Proved("two_layers_forward"),
            Proved("two_layers_backward"),
            Sampled("widths 12, 48 and 20, forward"),
            Sampled("widths 12, 48 and 20, backward"),
        ),
    ),
    notation=(
        "F and B are written out: the product with fan-in in the numerator is F, that with fan-out "
        "B."
    ),
)


def both(layer: Any) -> Any:
    """n^[layer] + n^[layer + 1]."""
    return layer_width[layer] + layer_width[layer + 1]


def forward(layers: Any) -> Any:
    """F: 2 fan-in/(fan-in + fan-out) over the first ``layers`` layers."""
    return product_over(m, layers, 2 * layer_width[m - 1] / both(m - 1))


def backward(layers: Any) -> Any:
    """B: 2 fan-out/(fan-in + fan-out) over the first ``layers`` layers."""
    return product_over(m, layers, 2 * layer_width[m] / both(m - 1))


def together(layer: Any) -> Any:
    """4 n n'/(n + n')², for the widths on both sides of the layer above ``layer``."""
    return 4 * layer_width[layer] * layer_width[layer + 1] / both(layer) ** 2


def losses(layers: Any) -> Any:
    """The product of 4 n n'/(n + n')² over the first ``layers`` layers."""
    return product_over(m, layers, together(m - 1))


CONTEXT = Context(
    (equation("weights_have_glorots_variance", layer_variance_[l + 1], 2 / both(l), l),)
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    product, bound = _product(p), _at_most_one(p)
    at_most_one = p.linear_combination("<=", forward(l) * backward(l), 1, [product, bound], [1, 1])
    return p.conclude(
        p.specialize(at_most_one, {"l": depth}),
        quantities={
            "depth": depth,
            "forward_below": forward(l),
            "backward_below": backward(l),
            "width": layer_width[l],
            "next_width": layer_width[l + 1],
            "third_width": layer_width[l + 2],
            "forward": forward(depth),
            "backward": backward(depth),
        },
        forward=_with_glorots_variance(p, growth_forward(depth)),
        backward=_with_glorots_variance(p, growth_backward(depth, Integer(0))),
        together=p.specialize(product, {"l": depth}),
        at_most_one_layers=_at_most_one_layers(p, product, bound),
        two_layers_forward=_two_layers(p, forward, l),
        two_layers_backward=_two_layers(p, backward, l + 1),
        telescope=_telescope(p),
    )


def _with_glorots_variance(p: Proof, product: Any) -> Step:
    """A product of widths and variances, with the variance put in: part 1 of the plan."""
    index, _ = product.opened()
    rule = p.by_assumption("weights_have_glorots_variance", index - 1)
    return p.congruence(product, rule)


def _product(p: Proof) -> Step:
    """F B = ∏ 4 n n'/(n + n')²: part 2 of the plan."""
    claim = equation("product_so_far", forward(l) * backward(l), losses(l))
    base = p.linear_combination(
        "=",
        forward(0) * backward(0),
        losses(0),
        [p.peel(forward(0)), p.peel(backward(0)), p.peel(losses(0))],
        [backward(0), 1, -1],
    )
    ahead, back = p.peel(forward(l + 1)), p.peel(backward(l + 1))
    first = 2 * layer_width[l] / both(l)
    second = 2 * layer_width[l + 1] / both(l)
    step = p.linear_combination(
        "=",
        forward(l + 1) * backward(l + 1),
        losses(l + 1),
        [ahead, back, p.suppose(claim), p.peel(losses(l + 1))],
        [backward(l + 1), forward(l) * first, first * second, -1],
    )
    return p.induction(base, step, l, claim)


def _at_most_one(p: Proof) -> Step:
    """∏ 4 n n'/(n + n')² <= 1: part 2 of the plan."""
    claim = at_most("product_so_far", losses(l), 1)
    base = p.linear_combination("<=", losses(0), 1, [p.peel(losses(0))], [1])
    step = p.linear_combination(
        "<=",
        losses(l + 1),
        1,
        [p.peel(losses(l + 1)), p.suppose(claim), _square(p, l)],
        [1, together(l), 1 / both(l) ** 2],
    )
    return p.induction(base, step, l, claim)


def _square(p: Proof, layer: Any) -> Step:
    """0 <= (n − n')²."""
    return p.nonnegative((layer_width[layer] - layer_width[layer + 1]) ** 2)


def _at_most_one_layers(p: Proof, product: Step, bound: Step) -> Step:
    """F B <= 1 − ((n − n')/(n + n'))² for any layer below the top: part 3 of the plan."""
    last = l + 1 + above
    claim = at_most("product_so_far", losses(last), together(l), l)
    base = p.linear_combination(
        "<=", losses(l + 1), together(l), [p.peel(losses(l + 1)), bound], [1, together(l)]
    )
    step = p.linear_combination(
        "<=",
        losses(last + 1),
        together(l),
        [p.peel(losses(last + 1)), p.suppose(claim, l), _square(p, last)],
        [1, together(last), together(l) / both(last) ** 2],
    )
    found = p.induction(base, step, above, claim, [l])
    error = (layer_width[l] - layer_width[l + 1]) / both(l)
    return p.linear_combination(
        "<=",
        forward(last) * backward(last),
        1 - error**2,
        [p.specialize(product, {"l": last}), found],
        [1, 1],
    )


def _two_layers(p: Proof, product: Callable[[Any], Any], first: Any) -> Step:
    """F or B of two more layers, the width in the numerator from ``first`` on: part 4."""
    factors = [2 * layer_width[first + up] / both(l + up) for up in (0, 1)]
    return p.linear_combination(
        "=",
        product(l + 2),
        factors[0] * factors[1] * product(l),
        [p.peel(product(l + 2)), p.peel(product(l + 1))],
        [1, factors[1]],
    )


def _telescope(p: Proof) -> Step:
    """∏_{m=1..L} n^[m-1]/n^[m] = n^[0]/n^[L]: part 4 of the plan."""

    def product(last: Any) -> Any:
        return product_over(m, last, layer_width[m - 1] / layer_width[m])

    claim = equation("product_so_far", product(l), layer_width[0] / layer_width[l])
    base = p.linear_combination("=", product(0), 1, [p.peel(product(0))], [1])
    chain = p.chain(p.peel(product(l + 1))).by(p.suppose(claim))
    found = chain.algebra(layer_width[0] / layer_width[l + 1]).step
    return p.specialize(p.induction(base, found, l, claim), {"l": depth})
