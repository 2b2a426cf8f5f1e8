"""Orthogonal weights keep the length of every signal, at any depth.

    Σ_i (x^[L]_i)² = g^(2L) Σ_i (x^[0]_i)²,    x^[l+1] = g Q^[l] x^[l]

for n × n matrices with orthonormal columns, QᵀQ = 1, and any signal x: no mean is taken, and no
law is asked for. Random weights of variance 1/n keep the length on average only.

Assumptions: the n columns of each Q^[l] have length 1 and are orthogonal to each other. (That a
matrix ends there is said by a step: columns beyond the n-th are 0.)

Plan of the proof
1. Σ_{i=1..m} (Σ_j Q_ij x_j)² = Σ_j Σ_k (Σ_{i=1..m} Q_ij Q_ik) x_j x_k, by induction over
   the rows.
2. With all rows the inner sum is 1 on the diagonal and 0 off it: what is left is Σ_j x_j².
3. Induction over the layers.
"""

from __future__ import annotations

from typing import Any

from sympy import Abs

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, scalar, unit_step
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import i, j, k, l

STATEMENT = Statement(
    order=48,
    name="orthogonal-norm",
    title="Orthogonal weights",
    summary=Fact(
        (
            "Orthogonal n × n weights times a gain g multiply the squared length of every signal "
            "by exactly g² in each layer, and by g^(2L) in L linear layers."
        ),
        Proved("one_layer"),
        Proved(),
    ),
    claims=(),
    sources=(Cited("saxe2014", "section 3"),),
    practice=(
        Fact(
            "In a deep linear network orthogonal weights with g = 1 keep every signal's length.",
            Proved(),
            Sampled("eight rotations"),
        ),
    ),
    remarks=(
        Fact(
            "Nothing is random here; the matrices may depend on each other and on the signal.",
            Proved(),
        ),
        Fact(
            (
                "Columns of length 1 are not enough: where they are not orthogonal, one layer with "
                "g = 1 may double the squared length."
            ),
            Fails("columns_are_orthogonal"),
        ),
    ),
)

Q, x = constants("Q", 3), constants("x", 2)
gain = scalar("gain", latex="g")
shift, t = scalar("shift", "width"), scalar("t")
width, depth = scalar("width", "width", latex="n"), scalar("depth", "natural", latex="L")
rows = scalar("rows", "natural", latex="m")
"""The rows that are summed so far, in the induction over them."""


def length(layer: Any) -> Any:
    """The squared length of a layer's signal."""
    return sum_over(i, width, x[layer, i] ** 2)


CONTEXT = Context(
    (
        equation(
            "columns_have_length_one",
            sum_over(i, width, Q[l, i, j] ** 2),
            unit_step(width + 1 - j),
            *(l, j),
        ),
        equation(
            "columns_are_orthogonal",
            sum_over(i, width, Q[l, i, j] * Q[l, i, k]),
            0,
            *(l, j, k),
            distinct=[(j, k)],
        ),
    ),
    (
        define(
            "orthogonal layer",
            x[l + 1, i],
            gain * sum_over(j, width, Q[l, i, j] * x[l, j]),
            *(l, i),
        ),
    ),
)
_REFLECTION = (
    Q[l, i, j],
    "=",
    (1 - unit_step((i - j) ** 2) - 2 / width) * unit_step(width + 1 - j),
)
SOLVED = {"columns_have_length_one": _REFLECTION, "columns_are_orthogonal": _REFLECTION}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    one = _one_layer(p)
    claim = equation("length_so_far", length(l), gain ** (2 * l) * length(0))
    base = p.linear_combination("=", length(0), length(0))
    step = p.chain(one).by(p.suppose(claim)).algebra(gain ** (2 * l + 2) * length(0)).step
    found = p.specialize(p.induction(base, step, l, claim), {"l": depth})
    return p.conclude(
        found,
        quantities={"depth": depth, "gain": gain},
        units=[length(0)],
        one_layer=one,
    )


def _one_layer(p: Proof) -> Step:
    """Σ_i (x^[l+1]_i)² = g² Σ_j (x^[l]_j)²: parts 1 and 2 of the plan."""
    chain = p.chain(p.congruence(length(l + 1), p.definition("orthogonal layer", l, j)))
    chain = chain.by(p.sum_is_linear(chain.right))
    chain = chain.by(p.specialize(_exchanged(p), {"rows": width}))
    chain = chain.by(p.split_diagonal(_by_columns(width)))
    chain = chain.by(p.by_assumption("columns_have_length_one", l, j))
    chain = chain.by(p.by_assumption("columns_are_orthogonal", l, j, k))
    chain = chain.by(p.specialize(_inside(p), {"rows": width, "shift": 1}))
    return chain.algebra(gain**2 * length(l)).step


def _inside(p: Proof) -> Step:
    """Σ_{j=1..n} step(n + s − j) x_j² = Σ_{j=1..n} x_j² for s >= 1: all of them are inside."""

    def marked(last: Any, end: Any) -> Any:
        return sum_over(j, last, unit_step(end - j) * x[l, j] ** 2)

    def whole(last: Any) -> Any:
        return sum_over(j, last, x[l, j] ** 2)

    known = p.sign_cases(t * unit_step(t), (t + Abs(t)) / 2, t)
    one = p.specialize(known, {"t": shift})
    one = p.linear_combination("=", unit_step(shift), 1, [one], [1 / shift])
    claim = equation("inside_so_far", marked(rows, rows + shift), whole(rows), l, shift)
    base = p.linear_combination(
        "=", marked(0, shift), whole(0), [p.peel(marked(0, shift)), p.peel(whole(0))], [1, -1]
    )
    first = p.chain(p.peel(marked(rows + 1, rows + 1 + shift))).by(one)
    first_step = first.by(p.suppose(claim, l, shift + 1)).step
    last = p.peel(whole(rows + 1))
    step = p.linear_combination("=", first_step.left, last.left, [first_step, last], [1, -1])
    return p.induction(base, step, rows, claim, [l, shift])


def _by_rows(last: Any) -> Any:
    return sum_over(j, last, sum_over(k, width, Q[l, j, k] * x[l, k]) ** 2)


def _by_columns(last: Any) -> Any:
    return sum_over(j, width, sum_over(k, width, _product(last) * x[l, j] * x[l, k]))


def _product(last: Any) -> Any:
    """Of the first rows of two columns."""
    return sum_over(i, last, Q[l, i, j] * Q[l, i, k])


def _exchanged(p: Proof) -> Step:
    """Σ_{i=1..n} (Σ_j Q_ij x_j)² by pairs of columns: part 1 of the plan."""
    claim = equation("rows_so_far", _by_rows(rows), _by_columns(rows), l)
    empty = p.chain(p.congruence(_by_columns(0), p.peel(_product(0))))
    nothing = empty.by(p.sum_is_linear(empty.right)).step
    base = p.linear_combination(
        "=", _by_rows(0), _by_columns(0), [p.peel(_by_rows(0)), nothing], [1, -1]
    )
    last = p.peel(_by_rows(rows + 1))
    square = p.product_of_sums(sum_over(k, width, Q[l, rows + 1, k] * x[l, k]) ** 2)
    one_more = p.congruence(_by_columns(rows + 1), p.peel(_product(rows + 1)))
    step = p.linear_combination(
        "=",
        _by_rows(rows + 1),
        _by_columns(rows + 1),
        [last, square, one_more, p.suppose(claim, l)],
        [1, 1, -1, 1],
    )
    return p.induction(base, step, rows, claim, [l])
