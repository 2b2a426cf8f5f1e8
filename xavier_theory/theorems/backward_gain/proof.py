"""The gradient behind an activation: one layer, backward, with fan-out.

    E[r_j²] = n^[l] Var(W) E[φ'(y_j)²] E[δ²],    r_j = φ'(y_j) g_j,    g_j = Σ_i W_ij δ_i

r_j = ∂J/∂y_j is the gradient at the pre-activation y_j of a unit a_j = φ(y_j), g_j = ∂J/∂a_j that
at its activation, and δ_i = ∂J/∂z_i that at the pre-activations behind it. For relu E[φ'²] is ½,
whatever symmetric law y_j has, if it is never 0. So Var(W) = 1/(n^[l] E[φ'²]) keeps the gradient's
mean square: 2/n^[l] for relu.

Assumptions: the weights out of a unit have mean zero and one variance, are uncorrelated, and are
independent of δ; y_j is independent of both. *Not* needed: that gradients have mean zero, are
independent of each other or are symmetric, that weights are independent of each other, that φ is
differentiable (φ' may be any function), anything of y_j but E[φ'(y_j)²].

Plan of the proof
1. E[g_j²] = Var(W) Σ_i E[δ_i²]: `layer-variance` (its result `second_moment`, which uses no mean
   of the inputs) with the transposed weights.
2. E[φ'(y_j)² g_j²] = E[φ'(y_j)²] E[g_j²], by independence.
3. All E[δ_i²] are E[δ²]: n^[l] of them.
4. step(y)² = step(y), by cases of sign; E[step(y)] = E[step(−y)] by symmetry, and together they
   are 1, since y is not 0.
"""

from __future__ import annotations

from sympy import Rational

from xavier_theory.symbolic.assumptions import (
    equation,
    finite_moment,
    independent,
    positive,
    symmetric,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, function, random_family, scalar, unit_step
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.backward_variance.proof import FOR_ANY_SIGNAL, delta, g
from xavier_theory.theorems.statement import Cited, Computed, Fact, Fails, Proved, Statement
from xavier_theory.theorems.symbols import W, fan_out, i, j, weight_variance

STATEMENT = Statement(
    order=6.5,
    name="backward-gain",
    title="The gradient behind an activation",
    summary=Fact(
        "On its way back through a layer and an activation φ the mean square of the gradient is "
        "multiplied by fan-out, Var(W) and E[φ'²], if the gradient that arrives is independent of "
        "these weights, and the pre-activation of both.",
        Proved(),
    ),
    claims=("C18",),
    sources=(
        Cited("he2015", "section 2.2, eqs. (11)-(14)", "φ = relu, where E[φ'²] = ½"),
        Cited("glorot2010", "section 4.2.1, eqs. (2) and (6)", "φ' = 1"),
        Cited("schoenholz2017", "section 4", "a wide layer, with fan_out = fan_in"),
    ),
    practice=(
        Fact(
            "To keep the gradient's mean square choose Var(W) = 1/(fan_out E[φ'²]): 2/fan_out for "
            "relu, and 1/fan_out for the identity.",
            Proved(),
            Proved("relu"),
            Proved("fan_out_rule", theorem="backward-variance"),
        ),
        Fact(
            "For tanh at standard normal pre-activations E[φ'²] is 0.464, so that a layer with the "
            "variance 1/fan_out halves the gradient's mean square, and more.",
            Proved(),
            Computed("E[φ'²] is 0.464"),
        ),
    ),
    remarks=(
        Fact(
            "relu's ½ needs no Gaussian law: pre-activations that are symmetric about 0 and not 0 "
            "will do.",
            Proved("half"),
            Proved("relu"),
            Fails("pre_activations_are_symmetric"),
            Fails("pre_activations_are_never_zero"),
        ),
        Fact(
            "Two lines that meet at 0, such as leaky relu, have half the sum of their squared "
            "slopes, at Gaussian pre-activations.",
            Proved("gradient_factor", theorem="homogeneous-activation"),
        ),
        Fact(
            "Both independences are idealizations: in a network δ depends on W and on y through "
            "the forward pass, and without either the formula can fail. In the limit of infinite "
            "width they may be assumed for Gaussian weights if the readout, the last layer, has "
            "mean zero, is independent of all other weights and is used nowhere else.",
            Fails("the_backward_signal_is_independent_of_the_weights"),
            Fails("pre_activations_are_independent_of_what_comes_back"),
            Cited("yang2020", "the simple GIA check"),
        ),
        Fact(
            "It is a mean square, and no mean of the gradient is asked for; where the gradients "
            "that arrive have different mean squares, their sum takes the place of fan-out times "
            "one.",
            Proved("general"),
        ),
    ),
    notation=(
        "y_j is the pre-activation of a unit, a_j = φ(y_j) its activation, g_j the gradient with "
        "respect to a_j, and r_j that with respect to y_j, called s_j where φ is relu; W leads out "
        "of the unit."
    ),
)

x = scalar("x")
dphi = function("dphi", latex=r"\phi'")
y = random_family("y", 1)
previous, of_relu = random_family("r", 1), random_family("s", 1)
signal = scalar("signal_second_moment", "nonnegative", latex=r"q_\delta")
slope_square = E(dphi(y[j]) ** 2)
half = Rational(1, 2)

CONTEXT = Context(
    (
        *FOR_ANY_SIGNAL,
        equation("the_backward_signal_has_one_second_moment", E(delta[i] ** 2), signal, i),
        independent(
            "pre_activations_are_independent_of_what_comes_back",
            [y[j]],
            [W[EVERY, j], delta[EVERY]],
            j,
        ),
        finite_moment("slopes_have_finite_second_moments", dphi(y[j]), 2, j),
        symmetric("pre_activations_are_symmetric", y[j], j),
        positive("pre_activations_are_never_zero", abs(y[j]), j),
    ),
    (
        define("backpropagated gradient", g[j], sum_over(i, fan_out, W[i, j] * delta[i]), j),
        define("gradient before the activation", previous[j], dphi(y[j]) * g[j], j),
        define("gradient before relu", of_relu[j], unit_step(y[j]) * g[j], j),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    general = _general(p)
    total = general.right / (weight_variance * slope_square)
    index, _ = total.opened()
    chain = p.chain(general).by(p.by_assumption("the_backward_signal_has_one_second_moment", index))
    chain = chain.by(p.sum_is_linear(sum_over(i, fan_out, signal)))
    conclusion = chain.step
    steps = _half(p)
    relu = p.specialize(
        conclusion, {}, {"r": (j, of_relu[j])}, functions={"dphi": (x, unit_step(x))}
    )
    return p.conclude(
        conclusion,
        quantities={
            "fan_out": fan_out,
            "weight_variance": weight_variance,
            "slope_second_moment": slope_square,
            "signal_second_moment": signal,
        },
        general=general,
        half=steps,
        relu=p.chain(relu).by(steps).step,
    )


def _general(p: Proof) -> Step:
    """E[(φ' g)²] = Var(W) E[φ'²] Σ_i E[δ_i²]: parts 1 and 2 of the plan."""
    arriving = p.theorem(
        derived("layer-variance"),
        "second_moment",
        {"fan_in": fan_out, "i": j},
        {"W": (j, i, W[i, j]), "a": (i, delta[i]), "z": (j, g[j]), "b": (j, 0)},
    )
    unfolded = p.definition("backpropagated gradient", j)
    before = p.definition("gradient before the activation", j)
    apart = p.chain(p.congruence(E(previous[j] ** 2), before)).by(unfolded)
    apart = apart.by(p.independence(apart.right))
    back = p.congruence(E(g[j] ** 2), unfolded)
    together = p.linear_combination("=", back.right, arriving.right, [back, arriving], [-1, 1])
    return apart.by(together).step


def _half(p: Proof) -> Step:
    """E[step(y)²] = ½: part 4 of the plan."""
    above, below = unit_step(y[j]), unit_step(-y[j])
    square = p.congruence(E(above**2), p.sign_cases(above**2, above, y[j]))
    somewhere = p.sign_cases(abs(y[j]) * (above + below), abs(y[j]), y[j])
    one = p.linear_combination("=", above + below, 1, [somewhere], [1 / abs(y[j])])
    both = p.chain(p.congruence(E(above + below), one)).by(p.expectation_is_linear(E(1))).step
    return p.linear_combination(
        "=",
        square.left,
        half,
        [square, p.symmetry(E(above), y[j]), both, p.expectation_is_linear(both.left)],
        [1, half, half, -half],
    )
