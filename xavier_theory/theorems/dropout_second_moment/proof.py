"""Dropout with inverted scaling: the mean square grows by 1/p in every layer that it is applied to.

    E[(m a/p)²] = E[a²]/p,    E[m a/p] = E[a],    E[z_i²] = (n Var(W)/p) E[a²]

for masks m that are 1 with the probability p of keeping, and 0 otherwise, in front of a layer
z_i = Σ_j W_ij m_j a_j/p. So each layer multiplies by 1/p what it would do without dropout, and
Var(W) = p/n keeps the mean square of a linear layer.

Assumptions: E[m] = E[m²] = p, which for p above 1 no mask has, and m is independent of the
activation that it is applied to; weights as in `layer-variance`, independent of masks and
activations. *Not* needed: independent masks.

Plan of the proof
1. E[m² a²] = E[m²] E[a²] = p E[a²], and E[m a] = p E[a], by independence.
2. `layer-variance` (its result `second_moment`) with the inputs m a/p.
3. All E[a_j²] are E[a²]: n of them.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import equation, finite_moment, independent
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, random_family, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.layer_variance.proof import WEIGHTS
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import W, a, fan_in, i, j, weight_variance, z

STATEMENT = Statement(
    order=44,
    name="dropout-second-moment",
    title="Dropout and the second moment",
    summary=Fact(
        (
            "Dropout that keeps with probability p, whatever the activation, and divides by p "
            "leaves the activation's mean alone and multiplies its mean square by 1/p."
        ),
        Proved("mean"),
        Proved("dropped"),
        Fails("masks_are_independent_of_the_inputs"),
    ),
    claims=(),
    sources=(
        Cited("srivastava2014", "section 10", "scaling by 1/p in training"),
        Cited("hendrycksgimpel2016", "abstract", "weights that make up for dropout"),
    ),
    practice=(
        Fact(
            (
                "Dropout with p = 0.5 doubles the mean square of the layer behind it; p times the "
                "variance of that layer's weights undoes this."
            ),
            Proved(),
            Sampled("a layer behind dropout that keeps half, Gaussian weights"),
            given=("0.5",),
        ),
    ),
    remarks=(
        Fact(
            (
                "With dropout switched off, which is p = 1, the same weights give p times the mean "
                "square that they give with it."
            ),
            Proved(),
        ),
        Fact(
            "One mask may serve many units, as where whole channels are dropped.",
            Proved(),
        ),
    ),
)

mask = random_family("m", 1)
keep = scalar("keep", "positive", latex="p")
second_moment = scalar("second_moment", "nonnegative", latex="q")
kept = mask[j] * a[j] / keep

CONTEXT = Context(
    (
        *WEIGHTS,
        independent(
            "weights_are_independent_of_masks_and_inputs",
            [W[i, EVERY]],
            [mask[EVERY], a[EVERY]],
            i,
        ),
        independent("masks_are_independent_of_the_inputs", [mask[j]], [a[j]], j),
        equation("masks_keep_with_one_probability", E(mask[j]), keep, j),
        equation("masks_equal_their_squares_on_average", E(mask[j] ** 2), keep, j),
        equation("inputs_share_one_second_moment", E(a[j] ** 2), second_moment, j),
        finite_moment("masks_have_finite_second_moments", mask[j], 2, j),
        finite_moment("inputs_have_finite_second_moments", a[j], 2, j),
    ),
    (define("pre-activation", z[i], sum_over(j, fan_in, W[i, j] * kept), i),),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    dropped = _dropped(p)
    families = {"a": (j, kept), "b": (i, 0)}
    chain = p.chain(p.theorem(derived("layer-variance"), "second_moment", {}, families))
    chain = chain.by(dropped).by(p.by_assumption("inputs_share_one_second_moment", j))
    chain = chain.by(p.sum_is_linear(chain.right / weight_variance))
    return p.conclude(
        chain.step,
        quantities={
            "fan_in": fan_in,
            "weight_variance": weight_variance,
            "keep": keep,
            "second_moment": second_moment,
            "input_second_moment": E(a[j] ** 2),
            "mean": E(a[j]),
        },
        dropped=dropped,
        mean=_mean(p),
    )


def _dropped(p: Proof) -> Step:
    """E[(m a/p)²] = E[a²]/p: part 1 of the plan."""
    chain = p.chain(p.expectation_is_linear(E(kept**2)))
    chain = chain.by(p.independence(E(mask[j] ** 2 * a[j] ** 2)))
    return chain.by(p.by_assumption("masks_equal_their_squares_on_average", j)).step


def _mean(p: Proof) -> Step:
    """E[m a/p] = E[a]: part 1 of the plan."""
    chain = p.chain(p.expectation_is_linear(E(kept)))
    chain = chain.by(p.independence(E(mask[j] * a[j])))
    return chain.by(p.by_assumption("masks_keep_with_one_probability", j)).step
