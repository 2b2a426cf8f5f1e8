"""Gated units: the mean square of a product is the product of the mean squares.

    E[(u g)²] = E[u²] E[g²],    u = Σ_j W_j x_j,    g = φ(v) any gate of the same input

exactly, if the input has a fixed length, ‖x‖² = n q, as behind a root mean square norm without ε,
and W is independent of the input and the gate: then u and g may both depend on x. Without a fixed
length it may fail.

Assumptions: W_j has mean zero and one variance, its entries are uncorrelated, and independent of x
and g jointly; Σ_j x_j² = n q at every outcome. *Not* needed: a Gaussian law, anything about φ or v.

Plan of the proof
1. u g = Σ_j W_j (x_j g) is a unit with the inputs x_j g: by `layer-variance` its mean square is
   Var(W) Σ_j E[x_j² g²] = Var(W) E[(Σ_j x_j²) g²].
2. Σ_j x_j² = n q comes out: n Var(W) q E[g²].
3. E[u²] = n Var(W) q in the same way, with g = 1.
"""

from __future__ import annotations

from typing import Any

from sympy import sqrt

from xavier_theory.symbolic.assumptions import (
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
from xavier_theory.symbolic.terms import (
    EVERY,
    E,
    Family,
    random_family,
    random_variable,
    scalar,
    unit_step,
)
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import fan_in, i, j, k, weight_variance

STATEMENT = Statement(
    order=45,
    name="gated-product",
    title="Gated units",
    summary=Fact(
        (
            "The mean square of a gated unit u g is E[u²] E[g²], if the input has a fixed length, "
            "and the weights of u have mean zero and one variance, are uncorrelated, and are "
            "independent of the input and the gate."
        ),
        Proved(),
    ),
    claims=(),
    sources=(Cited("shazeer2020", "section 2, eq. (5)", "the unit"),),
    practice=(
        Fact(
            (
                "Behind a norm that makes E[u²] = 1, the layer that takes the products u g as its "
                "inputs has a mean square of 1 with Var(W) = 1/(fan_in E[g²])."
            ),
            Proved(),
            Proved("second_moment", "layer-variance"),
        ),
    ),
    remarks=(
        Fact(
            (
                "Gate and unit may use the same input; it is the weights of the unit that are to "
                "be independent of the gate."
            ),
            Proved(),
            Sampled("a relu gate, Gaussian weights"),
            Fails("weights_are_independent_of_the_input_and_the_gate"),
        ),
        Fact(
            (
                "Without a fixed length it may be twice as much, where the gate opens for long "
                "inputs alone."
            ),
            Fails("the_input_has_a_fixed_length"),
        ),
    ),
)

w, x, h = (random_family(name, 1) for name in ("W", "x", "h"))
gate = random_variable("g")
second_moment = scalar("second_moment", "nonnegative", latex="q")
u = sum_over(j, fan_in, w[j] * x[j])
length = sum_over(j, fan_in, x[j] ** 2)

CONTEXT = Context(
    (
        zero_mean("weights_have_zero_mean", w[j], j),
        common_variance("weights_share_one_variance", w[j], weight_variance, j),
        uncorrelated("weights_of_a_unit_are_uncorrelated", w[j], w[k], j, k, distinct=[(j, k)]),
        independent(
            "weights_are_independent_of_the_input_and_the_gate",
            [w[EVERY]],
            [x[EVERY], gate, h[EVERY]],
        ),
        equation("the_input_has_a_fixed_length", length, fan_in * second_moment),
        finite_moment("weights_have_finite_second_moments", w[j], 2, j),
        finite_moment("gated_inputs_have_finite_second_moments", h[j], 2, j),
        finite_moment("inputs_have_finite_second_moments", x[j], 2, j),
        finite_moment("the_gate_has_a_finite_second_moment", gate, 2),
    ),
    (define("gated input", h[j], x[j] * gate, j),),
)
SOLVED = {
    "the_input_has_a_fixed_length": (
        x[j],
        "=",
        sqrt(second_moment) * (2 * unit_step(gate) - 1) * (2 - unit_step(fan_in + 1 - j)),
    )
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    gated, plain = _gated(p), _plain(p)
    conclusion = p.linear_combination(
        "=", gated.left, E(u**2) * E(gate**2), [gated, plain], [1, -E(gate**2)]
    )
    return p.conclude(
        conclusion,
        quantities={
            "fan_in": fan_in,
            "weight_variance": weight_variance,
            "second_moment": second_moment,
            "gate_second_moment": E(gate**2),
            "unit_second_moment": E(u**2),
        },
        gated=gated,
        plain=plain,
    )


def _unit(p: Proof, inputs: Family, value: Any) -> Step:
    """E[(Σ_j W_j a_j)²] = Var(W) E[``value``], where Σ_j a_j² is ``value``."""
    unit, squares = sum_over(j, fan_in, w[j] * inputs[j]), sum_over(j, fan_in, inputs[j] ** 2)
    families = {"W": (i, j, w[j]), "a": (j, inputs[j]), "z": (i, unit), "b": (i, 0)}
    step = p.theorem(derived("layer-variance"), "second_moment", {}, families)
    fixed = p.by_assumption("the_input_has_a_fixed_length")
    total = p.congruence(squares, p.definition("gated input", j)) if inputs == h else fixed
    if inputs == h:
        total = p.linear_combination("=", squares, value, [total, fixed], [1, gate**2])
    return p.linear_combination(
        "=",
        step.left,
        weight_variance * E(value),
        [step, p.expectation_is_linear(E(squares)), p.congruence(E(squares), total)],
        [1, -weight_variance, weight_variance],
    )


def _plain(p: Proof) -> Step:
    """E[u²] = n Var(W) q: part 3 of the plan."""
    return (
        p.chain(_unit(p, x, fan_in * second_moment))
        .by(p.expectation_is_linear(E(fan_in * second_moment)))
        .step
    )


def _gated(p: Proof) -> Step:
    """E[(u g)²] = n Var(W) q E[g²]: parts 1 and 2 of the plan."""
    product = sum_over(j, fan_in, w[j] * h[j])
    inside = p.congruence(product, p.definition("gated input", j))
    inside = p.linear_combination("=", (u * gate) ** 2, product**2, [inside], [-u * gate - product])
    chain = p.chain(p.congruence(E((u * gate) ** 2), inside))
    chain = chain.by(_unit(p, h, fan_in * second_moment * gate**2))
    return chain.by(p.expectation_is_linear(E(fan_in * second_moment * gate**2))).step
