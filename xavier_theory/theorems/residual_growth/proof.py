"""Growth of a residual stream whose branches are as large as the stream.

    E[x_L²] = (1 + α² v)^L E[x_0²],    x^[l+1] = x^[l] + α W^[l] a^[l],    v = n Var(W) κ

for branches that end in a layer of mean-zero weights and whose last activations a have κ times the
mean square of the stream. With α = v = 1 it doubles in every branch; with α = 1/√L it is multiplied
by at most e^v, for any number L of branches, and at least 1 + v.

Assumptions: the weights at the end of a branch have mean zero and one variance, those of one unit
are uncorrelated, and they are independent of the stream and of the branch before them;
E[a²] = κ E[x²]. *Not* needed: that a branch's inside is random, or independent of the stream.

Plan of the proof
1. x² = x_l² + 2α x_l f + α² f². By E[W] = 0 the middle has mean 0, whatever x and a have in common.
2. E[f²] = Var(W) Σ_j E[a_j²] by `layer-variance`, which is v E[x_l²].
3. Induction over the branches.
4. 1 + t <= e^t (cited) and 1 + L t <= (1 + t)^L (Bernoulli), by induction, at t = α² v.
5. For α² L = 1 the upper bound is e^v.
"""

from __future__ import annotations

from sympy import exp, sqrt

from xavier_theory.symbolic.assumptions import (
    at_most,
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
from xavier_theory.symbolic.terms import EVERY, E, random_family, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Statement
from xavier_theory.theorems.symbols import fan_in, i, j, k, l, layer_a, layer_W, weight_variance

STATEMENT = Statement(
    order=39,
    name="residual-growth",
    title="Growth of a residual stream",
    summary=Fact(
        "Each branch that ends in mean-zero weights multiplies the stream's mean square by "
        "1 + α² v, if the mean square of what these weights take is in proportion to the stream's: "
        "it doubles per branch for α = v = 1, and L branches with α = 1/√L multiply it by at "
        "least 1 + v and at most e^v.",
        Proved(),
        Proved("at_least"),
        Proved("at_most_at_any_depth"),
    ),
    claims=(),
    sources=(
        Cited("zhang2019", "section 2", "for the growth"),
        Cited("radford2019", "section 2.3", "for 1/√N on N residual layers"),
    ),
    practice=(
        Fact(
            "Scale the last weights of each of L branches by 1/√L, or start them at zero, which "
            "is v = 0.",
            Proved("at_most_at_any_depth"),
            Proved(),
        ),
    ),
    remarks=(
        Fact(
            "κ is what the branch makes of the stream's mean square before its last layer: 1 for "
            "a branch that keeps it, 1/2 for a relu of a symmetric signal with the stream's.",
            Proved("branch"),
            Proved("half", theorem="he-variance"),
        ),
        Fact(
            "The inside of a branch may depend on the stream in any way; its last weights have to "
            "be independent of both.",
            Proved("one_branch"),
            Fails("weights_are_independent_of_the_stream_and_the_branch"),
        ),
        Fact(
            "Where all branches have one mean square, as behind a norm, the growth is linear in "
            "depth: see pre-norm-growth.",
            Proved(theorem="pre-norm-growth"),
        ),
    ),
    notation="v = n Var(W) κ is the mean square of an unscaled branch over that of the stream.",
)

x = random_family("x", 2, by_layer=True)
scale = scalar("branch_scale", latex=r"\alpha")
share = scalar("share", "nonnegative", latex=r"\kappa")
second_moment = scalar("second_moment", "nonnegative", latex="q")
depth = scalar("depth", "width", latex="L")
branch = sum_over(j, fan_in, layer_W[l, i, j] * layer_a[l, j])
added = scale**2 * fan_in * weight_variance * share
"""α² v: what one branch adds to a mean square of 1."""

WEIGHTS = (
    zero_mean("weights_have_zero_mean", layer_W[l, i, j], l, i, j),
    common_variance("weights_share_one_variance", layer_W[l, i, j], weight_variance, l, i, j),
    uncorrelated(
        "weights_of_a_unit_are_uncorrelated",
        layer_W[l, i, j],
        layer_W[l, i, k],
        *(l, i, j, k),
        distinct=[(j, k)],
    ),
    independent(
        "weights_are_independent_of_the_stream_and_the_branch",
        [layer_W[l, i, EVERY]],
        [x[l, EVERY], layer_a[l, EVERY]],
        *(l, i),
    ),
    finite_moment("weights_have_finite_second_moments", layer_W[l, i, j], 2, l, i, j),
    finite_moment("the_stream_has_finite_second_moments", x[l, i], 2, l, i),
    finite_moment("branches_have_finite_second_moments", layer_a[l, j], 2, l, j),
)
STREAM = define("residual stream", x[l + 1, i], x[l, i] + scale * branch, l, i)

CONTEXT = Context(
    (
        *WEIGHTS,
        equation("inputs_share_one_second_moment", E(x[0, i] ** 2), second_moment, i),
        equation(
            "branches_are_in_proportion_to_the_stream",
            E(layer_a[l, j] ** 2),
            share * E(x[l, j] ** 2),
            *(l, j),
        ),
        equation("branches_are_scaled_down_with_depth", scale**2 * depth, 1),
    ),
    (STREAM,),
)
SOLVED = {
    "branches_are_in_proportion_to_the_stream": (layer_a[l, j], "=", sqrt(share) * x[l, j]),
    "branches_are_scaled_down_with_depth": (scale, "=", 1 / sqrt(depth)),
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    growth = (1 + added) ** l * second_moment
    claim = equation("second_moment_of_the_stream", E(x[l, i] ** 2), growth, i)
    below = p.suppose(claim, j)
    branches = p.by_assumption("branches_are_in_proportion_to_the_stream", l, j)
    inside = p.chain(branches).by(below).step
    one_branch = _one_branch(p)
    above = p.chain(one_branch).by(inside).by(p.suppose(claim, i))
    above = above.by(p.sum_is_linear(sum_over(j, fan_in, inside.right)))
    step = above.algebra((1 + added) ** (l + 1) * second_moment).step
    start = p.by_assumption("inputs_share_one_second_moment", i)
    found = p.specialize(p.induction(start, step, l, claim, [i]), {"l": depth})
    upper = _above(p, found)
    scaled = p.by_assumption("branches_are_scaled_down_with_depth")
    whole = fan_in * weight_variance * share
    exponent = p.linear_combination("=", added * depth, whole, [scaled], [whole])
    return p.conclude(
        found,
        quantities={
            "depth": depth,
            "branch_scale": scale,
            "fan_in": fan_in,
            "weight_variance": weight_variance,
            "share": share,
            "second_moment": second_moment,
        },
        at_most=upper,
        at_least=_below(p, found),
        at_most_at_any_depth=p.rewrite(upper, exponent),
        one_branch=one_branch,
        branch=_branch_second_moment(p),
    )


def _one_branch(p: Proof) -> Step:
    """E[x_{l+1}²] = E[x_l²] + α² Var(W) Σ_j E[a_j²]: parts 1 and 2 of the plan."""
    stream = p.definition("residual stream", l, i)
    chain = p.chain(p.congruence(E(x[l + 1, i] ** 2), stream))
    chain = chain.by(p.expectation_is_linear(chain.right)).by(_mixed(p))
    return chain.by(_branch_second_moment(p)).step


def _mixed(p: Proof) -> Step:
    """E[x f] = 0, since the weights have mean zero."""
    inside = sum_over(j, fan_in, x[l, i] * layer_W[l, i, j] * layer_a[l, j])
    chain = p.chain(
        p.congruence(E(x[l, i] * branch), p.linear_combination("=", x[l, i] * branch, inside))
    )
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.independence(E(x[l, i] * layer_W[l, i, j] * layer_a[l, j])))
    chain = chain.by(p.by_assumption("weights_have_zero_mean", l, i, j))
    return chain.by(p.sum_is_linear(sum_over(j, fan_in, 0))).step


def _branch_second_moment(p: Proof) -> Step:
    """E[f²] = Var(W) Σ_j E[a_j²], by `layer-variance`."""
    return p.theorem(
        derived("layer-variance"),
        "second_moment",
        {},
        {
            "W": (i, j, layer_W[l, i, j]),
            "a": (j, layer_a[l, j]),
            "z": (i, branch),
            "b": (i, 0),
        },
    )


def _above(p: Proof, found: Step) -> Step:
    """E[x_L²] <= exp(L α² v) E[x_0²]: part 4 of the plan."""
    claim = at_most("power_so_far", (1 + added) ** l, exp(added * l))
    base = p.linear_combination("<=", (1 + added) ** 0, exp(added * 0))
    tangent = p.cite("exponential-above-tangent", {"t": added})
    product = p.cite("exponential-of-sum", {"t": added * l, "u": added})
    step = p.linear_combination(
        "<=",
        (1 + added) ** (l + 1),
        exp(added * (l + 1)),
        [p.suppose(claim), tangent, product],
        [1 + added, exp(added * l), -1],
    )
    power = p.specialize(p.induction(base, step, l, claim), {"l": depth})
    return p.linear_combination(
        "<=",
        found.left,
        exp(added * depth) * second_moment,
        [found, power],
        [1, second_moment],
    )


def _below(p: Proof, found: Step) -> Step:
    """(1 + L α² v) E[x_0²] <= E[x_L²]: part 4 of the plan."""
    claim = at_most("power_so_far", 1 + added * l, (1 + added) ** l)
    base = p.linear_combination("<=", 1, (1 + added) ** 0)
    step = p.linear_combination(
        "<=",
        1 + added * (l + 1),
        (1 + added) ** (l + 1),
        [p.suppose(claim), p.nonnegative(added**2 * l)],
        [1 + added, 1],
    )
    power = p.specialize(p.induction(base, step, l, claim), {"l": depth})
    return p.linear_combination(
        "<=",
        (1 + added * depth) * second_moment,
        found.left,
        [found, power],
        [-1, second_moment],
    )
