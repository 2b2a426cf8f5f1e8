"""A norm resets the mean square of whatever comes in.

    (1/n) Σ_i y_i² = s/(s + ε),    y_i = (x_i − m)/√(s + ε)

with the mean m and the variance s of the n numbers x_i themselves: a layer norm over the units of
one example, a group norm over a group, a batch norm over the batch, before its gain and bias. A
root mean square norm has q = (1/n) Σ x_i² in the place of s, and no m. So the outcome is below 1,
but at least 1 − ε/s; and to scale the input by c is to divide ε by c² (result `scaled`, for q).

Assumptions: none but ε > 0, for *any* numbers x; for the lower bound, that they are not all equal.

Plan of the proof
1. √(s + ε) comes out of the sum, squared.
2. s/(s + ε) is 1 − ε/s + ε²/(s (s + ε)), and so at least 1 − ε/s.
3. For c x in the place of x, both sums take c²: c² q/(c² q + ε) = q/(q + ε/c²).
"""

from __future__ import annotations

from typing import Any

from sympy import sqrt

from xavier_theory.symbolic.assumptions import positive
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, scalar
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Statement
from xavier_theory.theorems.symbols import j, k

STATEMENT = Statement(
    order=41,
    name="norm-reset",
    title="Norms reset the mean square",
    summary=Fact(
        "Behind a layer, group, batch or root mean square norm, before its gain and bias, the mean "
        "square of the numbers that it takes together is s/(s + ε), where s was their variance "
        "(for a root mean square norm their mean square).",
        Proved(),
        Proved("variance"),
        Proved("root_mean_square"),
    ),
    claims=(),
    sources=(
        Cited("ba2016", "section 3, eq. (3), and section 5.1", "for the invariance"),
        Cited("zhangsennrich2019", "section 4", "for the root mean square norm"),
    ),
    practice=(
        Fact(
            "In front of a norm the scale of the weights hardly changes the mean square behind it, "
            "as long as s is far above ε: it is between 1 − ε/s and 1. At s = ε it is 1/2.",
            Proved("at_least"),
            Proved(),
        ),
    ),
    remarks=(
        Fact(
            "Scaling what comes in by c is the same for the mean square as dividing ε by c².",
            Proved("scaled"),
        ),
        Fact(
            "The numbers may be any; but where all are equal, and so for a single one, s is 0, and "
            "the bound 1 − ε/s says nothing.",
            Proved(),
            Proved("variance"),
            Fails("the_inputs_are_not_all_equal"),
        ),
        Fact(
            "In PyTorch a norm's gain and bias start at 1 and 0.",
            Cited("pytorch2026", "torch/nn/modules/normalization.py, LayerNorm.reset_parameters"),
        ),
    ),
)

x, y, d, r = (constants(name, 1) for name in "xydr")
width = scalar("width", "width", latex="n")
epsilon = scalar("epsilon", "positive", latex=r"\varepsilon")
factor = scalar("factor", "positive", latex="c")
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
