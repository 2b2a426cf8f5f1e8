"""Growth of random linear chains: the typical signal against the mean square.

    (E log|a^[L]| − E log|a^[0]|)/L = λ = ½ (log 2 + ψ(n/2)) + ½ log Var(W)

for a^[l] = W^[l] a^[l-1] with n×n matrices of independent N(0, Var(W)) entries. E|a|² grows by
n Var(W) per layer, the typical |a|² by e^{2λ}, which is less, by the factor e^(−1/n) or more: at
width 2 and Var(W) = 1/2 the variance is kept and λ = −γ/2 = −0.289, so that the signal that one
sees shrinks by a quarter in every layer.

Assumptions: independent Gaussian weights, each layer independent of the one below; E|log|a^[l]||
finite.

Plan of the proof
1. Given a, |W a|² is Var(W) |a|² times a chi-square with n degrees of freedom (rotation invariance,
   cited).
2. E log χ²_n = log 2 + ψ(n/2) (cited).
3. Induction over layers: log|a|² gains the same amount in each.
4. ψ(n/2) <= log(n/2) − 1/n (cited): λ is less than ½ log(n Var(W)), the growth of the mean square,
   by 1/(2n) at least.
"""

from __future__ import annotations

from sympy import Expr, Integer, Rational, log, polygamma

from xavier_theory.symbolic.assumptions import equation, finite_moment, independent, law
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, random_variable, scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import i, j, l, layer_a, layer_W

STATEMENT = Statement(
    order=13,
    name="random-chain-growth",
    title="Growth of random linear chains",
    summary=Fact(
        (
            "In a chain of square Gaussian matrices of width n the logarithm of the signal's size "
            "grows on average by λ, the right side below, per layer, by at least 1/(2n) less than "
            "half the growth of the logarithm of its mean square: where the variance is kept, the "
            "signal shrinks on average of the logarithm, and tends to 0 almost surely over depth."
        ),
        Proved(),
        Proved("below_mean_square"),
        Cited("cohen1984", "section 2"),
        Sampled("width 2"),
    ),
    claims=("C11", "C13"),
    sources=(
        Cited("cohen1984", "section 2"),
        Cited("newman1986", "eq. (7)"),
    ),
    practice=(
        Fact(
            (
                "Narrow and deep is dangerous: with Var(W) = 1/n the typical |a|² is multiplied "
                "in each layer by 0.561 at n = 2, by 0.878 at n = 8 and by 0.9844 at n = 64."
            ),
            Proved(),
            Computed("by 0.561"),
            Computed("by 0.878"),
            Computed("by 0.9844"),
        ),
    ),
    remarks=(
        Fact(
            "|a^[L]|^(1/L) tends to e^λ with probability one: λ is the Lyapunov exponent.",
            Cited("cohen1984", "section 2"),
        ),
        Fact(
            (
                "Typical growth is 1 at n Var(W) = (n/2) e^(−ψ(n/2)): at n = 2 that is 1.781, "
                "at n = 64 it is 1.0158."
            ),
            Proved(),
            Computed("that is 1.781"),
            Computed("it is 1.0158"),
        ),
    ),
)

width, depth = scalar("width", "width", latex="n"), scalar("depth", "width", latex="L")
weight_variance = scalar("weight_variance", "positive", latex=r"\sigma_W^2")
chi_square = random_variable("C")
weighted_sum = sum_over(j, width, layer_W[l + 1, i, j] * layer_a[l, j])


def log_norm(layer: Expr | int) -> Expr:
    """log|a^[layer]|²: the logarithm of the signal's squared size."""
    return log(sum_over(j, width, layer_a[layer, j] ** 2))


CONTEXT = Context(
    (
        law(
            "weights_are_independent_gaussians",
            "gaussian",
            [layer_W[l + 1, EVERY, EVERY]],
            [Integer(0), weight_variance],
            l,
        ),
        independent(
            "weights_are_independent_of_the_layers_below",
            [layer_W[l + 1, EVERY, EVERY]],
            [layer_a[l, EVERY]],
            l,
        ),
        finite_moment("the_log_norms_are_integrable", log_norm(l), 1, l),
        law("c_is_chi_square", "chi-square", [chi_square], [width]),
    ),
    (define("linear layer", layer_a[l + 1, i], weighted_sum, l, i),),
)
gain = log(weight_variance) + log(2) + polygamma(0, width * Rational(1, 2))


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    hypothesis = equation("log_norm_of_layer_l", E(log_norm(l)), E(log_norm(0)) + l * gain)
    base = p.linear_combination("=", E(log_norm(0)), E(log_norm(0)) + 0 * gain)
    one_layer = _one_layer(p)
    below = p.suppose(hypothesis)
    above = p.linear_combination(
        "=", E(log_norm(l + 1)), E(log_norm(0)) + (l + 1) * gain, [one_layer, below], [1, 1]
    )
    total = p.specialize(p.induction(base, above, l, hypothesis), {"l": depth})
    growth = p.linear_combination(
        "=",
        (E(log_norm(depth)) - E(log_norm(0))) / (2 * depth),
        Rational(1, 2) * (log(2) + polygamma(0, width * Rational(1, 2))) + log(weight_variance) / 2,
        [total],
        [1 / (2 * depth)],
    )
    return p.conclude(
        growth,
        quantities={"width": width, "weight_variance": weight_variance},
        one_layer=one_layer,
        below_mean_square=_below_mean_square(p, growth),
    )


def _one_layer(p: Proof) -> Step:
    """E log|a^[l+1]|² = E log|a^[l]|² + log Var(W) + log 2 + ψ(n/2): parts 1 and 2 of the plan."""
    layer = p.cite(
        "gaussian-layer-norm",
        {"n": width, "v": weight_variance},
        {"W": (i, j, layer_W[l + 1, i, j]), "a": (j, layer_a[l, j]), "C": (chi_square,)},
    )
    mean = p.cite("log-chi-square-mean", {"n": width}, {"C": (chi_square,)})
    definition = p.definition("linear layer", l, layer.left.args[0].args[0].opened()[0])
    unfolded = p.congruence(E(log_norm(l + 1)), definition)
    return p.chain(unfolded).by(layer).by(mean).step


def _below_mean_square(p: Proof, growth: Step) -> Step:
    """λ <= ½ log(n Var(W)) − 1/(2n): part 4 of the plan."""
    digamma = p.cite("digamma-below-logarithm", {"x": width * Rational(1, 2)})
    halves = p.cite("logarithm-of-product", {"x": 2, "y": width * Rational(1, 2)})
    split = p.cite("logarithm-of-product", {"x": width, "y": weight_variance})
    return p.linear_combination(
        "<=",
        growth.left,
        log(width * weight_variance) / 2 - 1 / (2 * width),
        [growth, digamma, halves, split],
        [1, Rational(1, 2), -Rational(1, 2), -Rational(1, 2)],
    )
