"""The curvature at the minima of the scalar chain: none is flatter than the balanced one.

    J(w) = ½ (w_1 ⋯ w_L x − y)²,    at each minimum:  λ >= L y² / r²,    r^L = y/x

Here λ is the largest curvature (sharpness) at the minimum, and r the geometric mean of its weights:
the size of each in the *balanced* minimum, where λ = L y²/r² exactly. Hence, if η > 2r²/(L y²),
every minimum repels gradient descent with step size η, to first order.

Assumptions: positive weights (signs change nothing); for the last statement, that η is stable at
this minimum.

Plan of the proof
1. With g_l = ∂ŷ/∂w_l = y/w_l, the Hessian at a minimum is g gᵀ, for the error is 0 there; so
   H g = λ g with λ = Σ_l g_l² = y² Σ_l 1/w_l², and 0 is its other eigenvalue.
2. log s <= s − 1 for s = r²/w_l², summed over the layers (induction over their number): the left
   sides add up to 0 where r is the geometric mean. So Σ_l 1/w_l² >= L/r² (AM–GM, Pólya's proof).
3. Near a minimum, d ← d − η H d multiplies the component along g by 1 − ηλ in each step.
4. ηλ <= 2 and 2. give η L y² <= 2 r².
"""

from __future__ import annotations

from typing import Any

from sympy import exp, log

from xavier_theory.symbolic.assumptions import at_most
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement, Trained
from xavier_theory.theorems.symbols import i, j, l, t

STATEMENT = Statement(
    order=17,
    name="chain-sharpness",
    title="The curvature at the minima of a chain",
    summary=Fact(
        (
            "Every minimum of the scalar chain of L layers has curvature at least L y²/r², "
            "r being the geometric mean of its weights; the balanced minimum reaches it. "
            "Above the step size 2r²/(L y²) every minimum repels gradient descent, to first "
            "order."
        ),
        Proved("sharpness"),
        Proved("balanced"),
        Proved("eigenvector"),
        Proved(),
    ),
    claims=("C8",),
    sources=(
        Cited("saxe2014", "section 1", "the manifold of minima"),
        Cited("wu2018", "section 3.1", "stability as ηλ <= 2"),
        Cited("hardy1952", "section 4.2", "the proof of AM–GM"),
    ),
    practice=(
        Fact(
            (
                "For x = y = 1 the balanced chain of ten layers has curvature 10 and takes step "
                "sizes up to 1/5. With nine weights 1.5 and the last 1.5^-9 the curvature is "
                "1482, and the largest step size that is stable there to first order is "
                "0.00135: unbalanced minima are sharper."
            ),
            Proved("balanced"),
            Proved("one_step"),
            Computed("the curvature is 1482"),
            Computed("to first order is 0.00135"),
            given=("1.5",),
        ),
    ),
    remarks=(
        Fact(
            (
                "It is linear stability: the Hessian g gᵀ stands in the definition of the "
                "descent to first order; it is not derived from the cost. What descent does far "
                "from the minima is an experiment."
            ),
            Proved("one_step"),
            Trained("large-scales"),
        ),
        Fact(
            (
                "With ηλ = 2 exactly the deviation only changes its sign: first order decides "
                "nothing."
            ),
            Proved("one_step"),
        ),
    ),
)

layers = scalar("layers", "width")
ratio = scalar("ratio", "positive", latex="r")
step_size = scalar("step_size", "nonnegative", latex=r"\eta")
target = scalar("target", "positive")
w = constants("w", 1, "positive")
deviation = constants("d", 2)


def slope(layer: Any) -> Any:
    """∂ŷ/∂w_l at a minimum, where ŷ = y."""
    return target / w[layer]


logarithms = sum_over(i, layers, log(w[i]))
mean = exp(2 * logarithms / layers)
"""r², for the geometric mean r of the weights."""

sharpness = target**2 * sum_over(i, layers, w[i] ** -2)


def along(step: Any) -> Any:
    """The component of the deviation along g, in units of |g|/y²: Σ_l d_l/w_l."""
    return sum_over(i, layers, deviation[step, i] / w[i])


CONTEXT = Context(
    (at_most("the_step_is_stable_at_this_minimum", step_size * sharpness, 2),),
    (
        define(
            "descent to first order",
            deviation[t + 1, i],
            deviation[t, i]
            - step_size * sum_over(j, layers, slope(i) * slope(j) * deviation[t, j]),
            *(t, i),
        ),
    ),
)

SOLVED = {"the_step_is_stable_at_this_minimum": (step_size, "<=", 2 / sharpness)}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    bound = p.linear_combination(
        "<=", layers * target**2, mean * sharpness, [_reciprocals(p)], [target**2]
    )
    share = 1 / (layers * target**2)
    stable = p.linear_combination(
        "<=",
        step_size,
        2 * mean * share,
        [bound, p.by_assumption("the_step_is_stable_at_this_minimum")],
        [step_size * share, mean * share],
    )
    return p.conclude(
        stable,
        quantities={
            "layers": layers,
            "log_product": logarithms,
            "ratio": ratio,
            "target": target,
        },
        sharpness=bound,
        balanced=_balanced(p),
        eigenvector=_eigenvector(p),
        one_step=_along(p),
    )


def _reciprocals(p: Proof) -> Step:
    """L <= r² Σ_l 1/w_l²: part 2 of the plan."""

    def sides(last: Any) -> tuple[Any, Any]:
        so_far = sum_over(i, last, log(w[i]))
        left = last * log(ratio) * 2 - 2 * so_far
        return left, ratio**2 * sum_over(i, last, w[i] ** -2) - last

    def peeled(last: Any) -> list[Step]:
        terms = (log(w[i]), w[i] ** -2)
        return [p.peel(sum_over(i, last, term)) for term in terms]

    claim = at_most("tangents_so_far", *sides(l))
    base = p.linear_combination("<=", *sides(0), peeled(0), [-2, -(ratio**2)])
    step = p.linear_combination(
        "<=",
        *sides(l + 1),
        [p.suppose(claim), _tangent(p), *peeled(l + 1)],
        [1, 1, -2, -(ratio**2)],
    )
    total = p.induction(base, step, l, claim)
    total = p.specialize(total, {"l": layers, "ratio": exp(logarithms / layers)})
    return p.linear_combination("<=", layers, mean * sum_over(i, layers, w[i] ** -2), [total], [1])


def _tangent(p: Proof) -> Step:
    """2 log r − 2 log w <= r²/w² − 1 for the weight w of layer l + 1, and any r > 0."""
    weight = w[l + 1]
    tangent = p.cite("logarithm-below-tangent", {"x": ratio**2 * weight**-2})
    split = [
        p.cite("logarithm-of-product", {"x": x, "y": y})
        for x, y in (
            (ratio**2, weight**-2),
            (ratio, ratio),
            (weight**2, weight**-2),
            (weight, weight),
        )
    ]
    left, right = 2 * log(ratio) - 2 * log(weight), ratio**2 * weight**-2 - 1
    return p.linear_combination("<=", left, right, [tangent, *split], [1, -1, -1, 1, 1])


def _eigenvector(p: Proof) -> Step:
    """Σ_j H_ij g_j = λ g_i for H = g gᵀ: part 1 of the plan."""
    return p.sum_is_linear(sum_over(j, layers, slope(i) * slope(j) * slope(j)))


def _balanced(p: Proof) -> Step:
    """λ = L y²/r² where every weight is r."""
    return p.sum_is_linear(sum_over(i, layers, (target / ratio) ** 2))


def _along(p: Proof) -> Step:
    """Σ_l d_l/w_l is multiplied by 1 − ηλ: part 3 of the plan."""
    index, _ = along(t + 1).opened()
    chain = p.chain(p.congruence(along(t + 1), p.definition("descent to first order", t, index)))
    sums = p.sum_is_linear(chain.right)
    return p.linear_combination(
        "=", along(t + 1), (1 - step_size * sharpness) * along(t), [chain.step, sums], [1, 1]
    )
