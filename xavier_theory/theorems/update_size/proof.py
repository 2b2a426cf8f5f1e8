"""How far one step of gradient descent moves a hidden unit: standard against maximal update.

    E[(Δz_i)²] = η² c² Var(V) n² q² (1 + e/n),    Δz_i = Σ_j ΔW_ij a_j,  ΔW_ij = −η c V_i a_j

c = ∂J/∂f is the gradient at the output f = Σ_i V_i z_i, and η the step size. Under the standard
parametrization, Var(V) = 1/n, the mean square is η² c² q² (n + e): it grows with the width, so that
the step size must shrink like 1/n^½ and the layers above see another problem at each width. Under
the maximal-update parametrization, Var(V) = 1/n², it is η² c² q² (1 + e/n): the same at any width.

Assumptions: outgoing weights with mean zero and a common variance, independent of the activations
below; the squares of these are uncorrelated, with mean q and relative variance e (2 if they come
out of a linear layer, 5 behind a relu: `unit-fluctuation`).

Plan of the proof
1. Δz_i = −η c V_i Σ_j h_j with the squares h_j = a_j².
2. By independence E[(Δz_i)²] = η² c² E[V_i²] E[(Σ_j a_j²)²], and E[V_i²] = Var(V).
3. E[(Σ_j a_j²)²] = n² q² (1 + e/n), from `finite-width`.
4. Put in the two variances.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import (
    common_variance,
    equation,
    finite_moment,
    independent,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, Cov, E, random_family, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.centred_moments.proof import centred_square
from xavier_theory.theorems.statement import Cited, Fact, Proved, Statement
from xavier_theory.theorems.symbols import i, j, k, l

STATEMENT = Statement(
    order=25,
    name="update-size",
    title="Size of the first update",
    summary=Fact(
        (
            "With outgoing weights of variance 1/n a step of gradient descent moves hidden "
            "units by a mean square that grows like the width n; with 1/n² it is the same "
            "at every width, up to a term that falls like 1/n."
        ),
        Proved(),
        Proved("standard"),
        Proved("maximal_update"),
    ),
    claims=(),
    sources=(
        Cited("yang2021", "section 4", "the defects of the standard parametrization"),
        Cited("yanghu2021", "section 3", "which defines maximal update"),
    ),
    practice=(
        Fact(
            (
                "A step size tuned on a narrow network carries over to a wide one only if the "
                "size of the updates does: initialize the output layer with variance 1/n²."
            ),
            Proved("standard"),
            Proved("maximal_update"),
        ),
        Fact(
            (
                "Under gradient descent the whole rule also divides the output layer's steps by "
                "n and multiplies those of input weights and biases by n, or the first layer "
                "freezes."
            ),
            Cited("yang2021", "table 3"),
        ),
    ),
    remarks=(
        Fact(
            "The formula is that of the first step with a given gradient at the output.",
            Proved(),
        ),
    ),
    notation=(
        "h_j is a_j², the square of an activation below; dz_i is what the unit's "
        "pre-activation moves by when the same example comes again after the step."
    ),
)

width = scalar("width", "width", latex="n")
step_size, slope = scalar("step_size", latex=r"\eta"), scalar("slope", latex="c")
output_variance = scalar("output_variance", "nonnegative", latex=r"\sigma_V^2")
second_moment = scalar("second_moment", "nonnegative", latex="q")
excess = scalar("excess", "nonnegative", latex="e")
V = random_family("V", 1)
change = random_family("dz", 1, latex=r"\Delta z")
square = random_family("h", 1)
length = sum_over(j, width, square[j])

CONTEXT = Context(
    (
        zero_mean("outgoing_weights_have_zero_mean", V[i], i),
        common_variance("outgoing_weights_share_one_variance", V[i], output_variance, i),
        finite_moment("outgoing_weights_have_finite_second_moments", V[i], 2, i),
        equation("activations_share_one_second_moment", E(square[j]), second_moment, j),
        common_variance(
            "squares_share_one_relative_variance", square[j], excess * second_moment**2, j
        ),
        equation(
            "squares_are_uncorrelated",
            Cov(square[j], square[k]),
            0,
            *(j, k),
            distinct=[(j, k)],
        ),
        finite_moment("squares_have_finite_second_moments", square[j], 2, j),
        independent(
            "outgoing_weights_are_independent_of_the_activations_below",
            [V[i]],
            [square[EVERY]],
            i,
        ),
        equation("the_standard_parametrization", output_variance, 1 / width),
        equation("the_maximal_update_parametrization", output_variance, 1 / width**2),
    ),
    (define("change", change[i], -step_size * slope * V[i] * length, i),),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    moved = p.chain(p.congruence(E(change[i] ** 2), p.definition("change", i)))
    moved = moved.by(p.expectation_is_linear(E((step_size * slope * V[i] * length) ** 2)))
    moved = moved.by(p.independence(E(V[i] ** 2 * length**2)))
    moved = moved.by(_outgoing(p)).by(_length(p))
    conclusion = moved.algebra(
        (step_size * slope * second_moment) ** 2 * output_variance * width * (width + excess)
    ).step
    return p.conclude(
        conclusion,
        quantities={
            "width": width,
            "step_size": step_size,
            "slope": slope,
            "output_variance": output_variance,
            "second_moment": second_moment,
            "excess": excess,
        },
        standard=_with(p, conclusion, "the_standard_parametrization"),
        maximal_update=_with(p, conclusion, "the_maximal_update_parametrization"),
    )


def _outgoing(p: Proof) -> Step:
    """E[V_i²] = Var(V): part 2 of the plan."""
    return centred_square(p, V[i], output_variance)


def _length(p: Proof) -> Step:
    """E[(Σ_j a_j²)²] = n² q² (1 + e/n): part 3 of the plan."""
    return p.theorem(
        derived("finite-width"),
        "second",
        {"l": 0, "excess": excess},
        {"h": (l, j, square[j]), "mu": (l, second_moment), "width": (l, width)},
    )


def _with(p: Proof, conclusion: Step, name: str) -> Step:
    """The conclusion with a parametrization's variance: part 4 of the plan."""
    return p.chain(conclusion).by(p.by_assumption(name)).step
