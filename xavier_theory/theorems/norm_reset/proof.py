"""A norm resets the mean square of whatever comes in.

    (1/n) Σ_i y_i² = s/(s + ε),    y_i = (x_i − m)/√(s + ε)

with the mean m and the variance s of the n numbers x_i themselves: a layer norm over the units of
one example, a group norm over a group, a batch norm over the batch, before its gain and bias. A
root mean square norm has q = (1/n) Σ x_i² in the place of s, and no m. So the outcome is below 1,
but at least 1 − ε/s; and to scale the input by c is to divide ε by c².

Assumptions: none but ε > 0, for *any* numbers x; for the lower bound, that they are not all equal.

Plan of the proof
1. √(s + ε) comes out of the sum, squared.
2. s/(s + ε) is 1 − ε/s + ε²/(s (s + ε)), and so at least 1 − ε/s.
3. For c x in the place of x, both sums take c²: c² q/(c² q + ε) = q/(q + ε/c²).

Sources: Ba, Kiros & Hinton (2016), "Layer normalization", section 3, eq. (3), and section 5.1 for
the invariance; Zhang & Sennrich (2019), "Root mean square layer normalization", section 3.
"""

from __future__ import annotations

from typing import Any

from sympy import sqrt

from xavier_theory.symbolic.assumptions import positive
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, scalar
from xavier_theory.theorems.statement import Statement
from xavier_theory.theorems.symbols import j, k

STATEMENT = Statement(
    order=41,
    name="norm-reset",
    title="Norms reset the mean square",
    summary=(
        "Behind a layer, group, batch or root mean square norm the mean square is s/(s + ε), "
        "whatever came in with variance (or mean square) s."
    ),
    claims=(),
    sources=(
        "Ba, Kiros & Hinton (2016), section 3, eq. (3), and section 5.1",
        "Zhang & Sennrich (2019), section 3",
    ),
    practice=(
        "In front of a norm the scale of the weights does not change the signal, as long as s is "
        "far above ε: at s = ε half of the mean square is lost."
    ),
    remarks=(
        "Scaling the input by c is the same as dividing ε by c² (result `scaled`).",
        "Each norm is before its own gain and bias, which start at 1 and 0.",
    ),
)

x, y, d, r = (constants(name, 1) for name in "xydr")
width = scalar("width", "width")
epsilon, factor = scalar("epsilon", "positive"), scalar("factor", "positive")
mean = sum_over(k, width, x[k]) / width


def mean_square(term: Any) -> Any:
    """The mean over the units of a term in j, squared."""
    return sum_over(j, width, term**2) / width


variance, raw = mean_square(d[j]), mean_square(x[j])
squared_deviations, squares = (sum_over(j, width, term[j] ** 2) for term in (d, x))

CONTEXT = Context(
    (positive("the_inputs_are_not_all_equal", squared_deviations),),
    (
        define("deviation", d[j], x[j] - mean, j),
        define("norm", y[j], d[j] / sqrt(variance + epsilon), j),
        define("root mean square norm", r[j], x[j] / sqrt(raw + epsilon), j),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    layer = p.congruence(mean_square(y[j]), p.definition("norm", j))
    layer = p.chain(layer).algebra(variance / (variance + epsilon)).step
    of_rms = p.congruence(mean_square(r[j]), p.definition("root mean square norm", j))
    of_rms = p.chain(of_rms).algebra(raw / (raw + epsilon)).step
    deviation = p.definition("deviation", j)
    scaled = mean_square(factor * x[j] / sqrt(mean_square(factor * x[j]) + epsilon))
    spread = p.chain(p.congruence(variance, deviation)).algebra(raw - mean**2).step
    return p.conclude(
        layer,
        quantities={
            "width": width,
            "squared_deviations": squared_deviations,
            "squares": squares,
            "epsilon": epsilon,
            "factor": factor,
        },
        at_least=_at_least(p, layer),
        variance=spread,
        root_mean_square=of_rms,
        scaled=p.linear_combination("=", scaled, raw / (raw + epsilon / factor**2)),
    )


def _at_least(p: Proof, layer: Step) -> Step:
    """1 − ε/s <= s/(s + ε), for the difference is ε²/(s (s + ε))."""
    rest = p.nonnegative(epsilon**2 / (variance * (variance + epsilon)))
    return p.linear_combination("<=", 1 - epsilon / variance, layer.left, [layer, rest], [-1, 1])
