"""The chain of scaled identities: W^[l] = c·I in every layer but the last.

    ŷ = c^(L−1) W^[L] x
    ∂J/∂W^[l] = c^(L−2) (W^[L]ᵀ e) xᵀ  for l < L,    ∂J/∂W^[L] = c^(L−1) e xᵀ

with e = ∂J/∂ŷ. Activations grow or shrink like c^l; the gradients of *all* hidden weights carry the
same power of c, whatever l; the last layer's carries one more. e itself grows with ŷ (c > 1) or
tends to −y (c < 1, squared error).

Assumptions: none: the layers are definitions, and c is any real number (0 and negative ones
included).

Plan of the proof
1. Forward, induction over layers: a^[l] = c^l x.
2. The last layer is linear: ŷ = Σ_i W^[L]_oi a^[L−1]_i, and c^(L−1) comes out of the sum.
3. Backward, induction over the layers above: what arrives r layers below the top is c^r W^[L]ᵀ e.
4. The gradient of a weight with p layers below it and r above, p + r = L − 2, is the product of the
   two.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import Family, constants, scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement
from xavier_theory.theorems.symbols import i, j, k, l

STATEMENT = Statement(
    order=10,
    name="identity-chain",
    title="The chain of scaled identities",
    summary=Fact(
        (
            "With W = c I in every layer but the last, the output carries c^(L-1), the "
            "gradient of every hidden weight c^(L-2), and that of the last layer c^(L-1)."
        ),
        Proved(),
        Proved("hidden_gradient"),
        Proved("last_gradient"),
    ),
    claims=("C6", "C7", "C9"),
    sources=(Cited("katanforoosh2019", "section I", "L = 10 with c = 1.5 and c = 0.5"),),
    practice=(
        Fact(
            (
                "c = 1.5 and L = 10 multiply the signal by 38.4, c = 0.5 by 0.00195: with "
                "linear layers only |c| = 1 keeps its size at any depth."
            ),
            Proved(),
            Computed("the signal by 38.4"),
            Computed("by 0.00195"),
            given=(
                "1.5",
                "0.5",
            ),
        ),
    ),
    remarks=(
        Fact(
            (
                "The gradients do not explode or vanish more in the first layers than in the "
                "later ones: the powers of c below and above a layer add up to the same number."
            ),
            Proved("hidden_gradient"),
        ),
        Fact(
            "Random matrices behave differently: see depth-product and random-chain-growth.",
            Proved(theorem="depth-product"),
            Proved(theorem="random-chain-growth"),
        ),
    ),
    notation=(
        "δ counts layers from the top: δ^[0] = W^[L]ᵀ e is what reaches the top hidden "
        "layer, δ^[r] what arrives r layers below it. The gradient of a hidden weight "
        "with p layers below it and r above is δ^[r]_i a^[p]_k, and p + r = L - 2."
    ),
)

factor = scalar("factor", latex="c")
depth = scalar("depth", "width", latex="L")
width = scalar("width", "width", latex="n")
o = scalar("o", "width")
below, above = scalar("below", "natural"), scalar("above", "natural")

a = constants("a", 2, by_layer=True)
output, error = constants("yhat", 2), constants("e", 1)
last_W = constants("V", 2)
arriving = constants("delta", 2, by_layer=True)

CONTEXT = Context(
    definitions=(
        define("scaled identity layer", a[l + 1, i], factor * a[l, i], l, i),
        define("last layer", output[l, o], sum_over(j, width, last_W[o, j] * a[l, j]), l, o),
        define(
            "backward through a scaled identity", arriving[l + 1, i], factor * arriving[l, i], l, i
        ),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    forward = _power(p, a, "scaled identity layer")
    signal = sum_over(j, width, last_W[o, j] * a[0, j])
    chain = p.chain(p.definition("last layer", depth - 1, o))
    chain = chain.by(p.specialize(forward, {"l": depth - 1, "i": j}))
    chain = chain.by(p.sum_is_linear(chain.right))
    backward = _power(p, arriving, "backward through a scaled identity")
    gradient = p.linear_combination(
        "=",
        arriving[above, i] * a[below, k],
        factor ** (above + below) * arriving[0, i] * a[0, k],
        [p.specialize(backward, {"l": above}), p.specialize(forward, {"l": below, "i": k})],
        [a[below, k], factor**above * arriving[0, i]],
    )
    last = p.linear_combination(
        "=",
        error[o] * a[depth - 1, i],
        factor ** (depth - 1) * error[o] * a[0, i],
        [p.specialize(forward, {"l": depth - 1})],
        [error[o]],
    )
    return p.conclude(
        chain.step,
        quantities={"factor": factor, "depth": depth, "below": below, "above": above},
        units=[signal, a[0, i], a[0, k], arriving[0, i], error[o]],
        forward=forward,
        hidden_gradient=gradient,
        last_gradient=last,
    )


def _power(p: Proof, family: Family, name: str) -> Step:
    """F[l] = c^l F[0], by induction over l."""
    hypothesis = equation("power_so_far", family[l, i], factor**l * family[0, i], i)
    base = p.linear_combination("=", family[0, i], family[0, i])
    step = p.chain(p.definition(name, l, i)).by(p.suppose(hypothesis, i))
    return p.induction(
        base, step.algebra(factor ** (l + 1) * family[0, i]).step, l, hypothesis, [i]
    )
