"""How much the logarithm of the signal fluctuates: the exact variance over depth, by trigamma.

    Var(log‖a^[L]‖²) = Var(log‖a^[0]‖²) + L ψ'(n/2),    2 L/n <= L ψ'(n/2)

for linear chains of width n with independent Gaussian weights. ‖a^[l+1]‖² is Var(W) ‖a^[l]‖² times
a fresh chi-square with n degrees of freedom (`random-chain-growth` cites why), so that logarithms
add up. The mean of log‖a‖² is in `random-chain-growth`, by digamma; its fluctuations √(2L/n) are
those of one network, where a second moment speaks of the average of many.

Assumptions: the chi-squares of the layers, each uncorrelated with the logarithm of the length
below; finite second moments of the logarithms.

Plan of the proof
1. Var(log C) = ψ'(n/2) for C ~ χ²_n (cited).
2. Var(X + c + Y) = Var(X) + Var(Y) for uncorrelated X and Y.
3. Induction over layers.
4. 1/x <= ψ'(x) (cited): each layer adds at least 2/n.
"""

from __future__ import annotations

from typing import Any

from sympy import Integer, Rational, exp, log, polygamma

from xavier_theory.symbolic.assumptions import equation, finite_moment, law
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import Cov, E, Var, random_family, scalar
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import l

STATEMENT = Statement(
    order=23,
    name="log-norm-spread",
    title="Spread of the logarithm of the signal",
    summary=Fact(
        (
            "If each layer multiplies the squared length by Var(W) times a chi-square with "
            "n degrees of freedom, as linear chains of Gaussian weights do, it adds the "
            "trigamma of n/2, at least 2/n, to the variance of the logarithm of the squared "
            "length."
        ),
        Proved(),
        Proved("one_layer"),
        Proved("at_least"),
        Cited("muirhead1982", "Theorem 1.5.6"),
        Sampled("depth 1, width 4, whole matrices"),
    ),
    claims=(),
    sources=(
        Cited("hanin2020", "theorem 1"),
        Cited("dlmf2024", "section 5.15", "polygamma functions"),
    ),
    practice=(
        Fact(
            (
                "One Gaussian linear network's squared length is off by a factor of at least "
                "about e^√(2L/n) either way, a standard deviation of its logarithm: at depth 8 "
                "and width 100 the factor is 1.49."
            ),
            Proved(),
            Proved("at_least"),
            Computed("the factor is 1.49"),
            given=("100",),
        ),
    ),
    remarks=(
        Fact(
            (
                "That the factor of a layer is a chi-square whatever happened below is an "
                "assumption here; for independent Gaussian weights it is the rotation "
                "invariance that random-chain-growth cites. For other weights it need not be "
                "so."
            ),
            Fails("c_is_chi_square"),
            Cited("muirhead1982", "Theorem 1.5.6"),
        ),
    ),
    notation="Λ^[l] is log‖a^[l]‖², and C^[l] = exp(x_l) is ‖a^[l]‖²/(Var(W) ‖a^[l-1]‖²).",
)

width, depth = scalar("width", "width", latex="n"), scalar("depth", "natural", latex="L")
weight_variance = scalar("weight_variance", "positive", latex=r"\sigma_W^2")
chi_square, log_factor = random_family("C", 1, by_layer=True), random_family("x", 1)
log_length = random_family("Lambda", 1, by_layer=True)
spread = polygamma(1, width * Rational(1, 2))

CONTEXT = Context(
    (
        law("c_is_chi_square", "chi-square", [chi_square[l]], [width], l),
        equation(
            "factors_are_uncorrelated_with_the_length_below",
            Cov(log_length[l], log_factor[l + 1]),
            0,
            l,
        ),
        finite_moment("the_log_factors_are_square_integrable", log_factor[l], 2, l),
        finite_moment("the_log_lengths_are_square_integrable", log_length[l], 2, l),
    ),
    (
        define(
            "log-length",
            log_length[l + 1],
            log_length[l] + log(weight_variance) + log_factor[l + 1],
            l,
        ),
        define("factor", chi_square[l], exp(log_factor[l]), l),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    one_layer = _one_layer(p)

    def claim(layer: Any) -> Any:
        return Var(log_length[0]) + layer * spread

    hypothesis = equation("spread_of_layer_l", Var(log_length[l]), claim(l))
    base = p.linear_combination("=", Var(log_length[0]), claim(Integer(0)))
    above = p.linear_combination(
        "=", Var(log_length[l + 1]), claim(l + 1), [one_layer, p.suppose(hypothesis)], [1, 1]
    )
    conclusion = p.specialize(p.induction(base, above, l, hypothesis), {"l": depth})
    reciprocal = p.cite("trigamma-above-reciprocal", {"x": width * Rational(1, 2)})
    at_least = p.linear_combination(
        "<=",
        2 * depth / width,
        Var(log_length[depth]) - Var(log_length[0]),
        [reciprocal, conclusion],
        [depth, -1],
    )
    return p.conclude(
        conclusion,
        quantities={"width": width, "depth": depth, "input_spread": Var(log_length[0])},
        one_layer=one_layer,
        at_least=at_least,
    )


def _one_layer(p: Proof) -> Step:
    """Var(log‖a^[l+1]‖²) = Var(log‖a^[l]‖²) + ψ'(n/2): parts 1 and 2 of the plan."""
    below, factor, constant = log_length[l], log_factor[l + 1], log(weight_variance)
    above = below + constant + factor
    grown = p.definition("log-length", l)
    cited = p.cite("log-chi-square-variance", {"n": width}, {"C": (chi_square[l + 1],)})
    of_factor = p.rewrite(cited, p.definition("factor", l + 1), "left")
    total = p.chain(p.congruence(Var(log_length[l + 1]), grown)).by(
        p.variance_definition(Var(above))
    )
    total = total.by(p.expectation_is_linear(E(above**2)))
    total = total.by(p.expectation_is_linear(E(above)))
    known = [
        total.step,
        p.variance_definition(Var(below)),
        p.variance_definition(Var(factor)),
        p.covariance_definition(Cov(below, factor)),
        p.by_assumption("factors_are_uncorrelated_with_the_length_below", l),
        of_factor,
    ]
    return p.linear_combination(
        "=", Var(log_length[l + 1]), Var(below) + spread, known, [1, -1, -1, -2, 2, 1]
    )
