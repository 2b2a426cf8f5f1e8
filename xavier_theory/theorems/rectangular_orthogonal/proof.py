"""Orthogonal weights of a rectangular layer: their variance is one over the longer side.

    E[z_i²] = (n/m) E[x²],    z_i = Σ_j W_ij x_j,   m outputs of n inputs, m >= n

for a random m × n matrix with orthonormal columns, such as a uniformly distributed one. With m < n
it is the rows that are orthonormal, and E[z_i²] = E[x²] (result `wide`), so that of the squared
length m/n is left (`length`). Of p square matrices that are stored as one, and made orthogonal as
one, each keeps a p-th of the mean square, where each alone would keep the whole.

Assumptions: the entries have mean zero and one variance, and those of a row are uncorrelated, as
where any column may change its sign and columns and rows their places; the columns (or rows) have
the mean squared length 1; the inputs are independent of the matrix. *Not* needed: that the lengths
are 1 at every outcome, or the columns orthogonal, which decides what varies around these means.

Plan of the proof
1. The squares of a column add up to 1, and each has the mean Var(W): m Var(W) = 1.
2. `layer-variance` (its result `second_moment`): E[z_i²] = Var(W) Σ_j E[x_j²].
3. All E[x_j²] are E[x²], n of them. For rows in the place of columns, n Var(W) = 1.
"""

from __future__ import annotations

from typing import Any

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.centred_moments.proof import centred_square
from xavier_theory.theorems.layer_variance.proof import FOR_ANY_MEAN, sum_of_products
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import W, a, fan_in, fan_out, i, j, weight_variance, z

STATEMENT = Statement(
    order=48.5,
    name="rectangular-orthogonal",
    title="Orthogonal weights of a rectangular layer",
    summary=Fact(
        "An orthogonal matrix with m outputs of n inputs has entries of variance 1/max(m, n): it "
        "multiplies the mean square of a unit by n/m where m ≥ n, and keeps it where m < n, if "
        "its law does not change where columns change their signs, or rows and columns places.",
        Proved(),
        Proved("wide"),
        Proved("entries"),
        Proved("entries_wide"),
    ),
    claims=(),
    sources=(
        Cited("saxe2014", "section 3"),
        Cited("mezzadri2007", "section 4", "how such a matrix is drawn"),
    ),
    practice=(
        Fact(
            "Four n × n matrices that are made orthogonal as one 4n × n matrix, as for the gates "
            "of an LSTM, keep a quarter of the mean square each: make them orthogonal one by one, "
            "or take the gain 2.",
            Proved(),
            Sampled("one of four blocks"),
            Proved("one_layer", theorem="orthogonal-norm"),
        ),
        Fact(
            "In a layer that widens, the gain √(m/n) keeps the mean square; where it narrows, "
            "the gain 1 does.",
            Proved(),
            Proved("wide"),
        ),
    ),
    remarks=(
        Fact(
            "Where m < n, the m units keep m/n of the squared length on average, each its share.",
            Proved("wide"),
            Sampled("a layer that narrows"),
        ),
        Fact(
            "Under Xavier's rule the blocks of a fused matrix are smaller as well, by another "
            "factor: see fused-projection.",
            Proved(theorem="fused-projection"),
        ),
        Fact(
            "A matrix that is not symmetric in this way, such as the identity with zeros below, "
            "may keep everything in some units and nothing in others.",
            Fails("weights_share_one_variance"),
        ),
    ),
    notation="W is the m × n matrix, with m = fan_out outputs and n = fan_in inputs.",
)

second_moment = scalar("second_moment", "nonnegative", latex="q")
column = sum_over(i, fan_out, E(W[i, j] ** 2))
row = sum_over(j, fan_in, E(W[i, j] ** 2))

CONTEXT = Context(
    (
        *FOR_ANY_MEAN,
        equation("columns_have_length_one_on_average", column, 1, j),
        equation("rows_have_length_one_on_average", row, 1, i),
        equation("inputs_share_one_second_moment", E(a[j] ** 2), second_moment, j),
    ),
    (define("pre-activation", z[i], sum_of_products, i),),
)
SOLVED = {
    "columns_have_length_one_on_average": (weight_variance, "=", 1 / fan_out),
    "rows_have_length_one_on_average": (weight_variance, "=", 1 / fan_in),
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    entries = _variance(p, "columns_have_length_one_on_average", fan_out)
    wide = _variance(p, "rows_have_length_one_on_average", fan_in)
    unit = p.theorem(derived("layer-variance"), "second_moment", {}, {"b": (i, 0)})
    shared = p.chain(unit).by(p.by_assumption("inputs_share_one_second_moment", j))
    shared = shared.by(p.sum_is_linear(sum_over(j, fan_in, second_moment)))
    return p.conclude(
        shared.by(entries).step,
        quantities={
            "fan_in": fan_in,
            "fan_out": fan_out,
            "second_moment": second_moment,
        },
        wide=shared.by(wide).algebra(second_moment).step,
        entries=entries,
        entries_wide=wide,
    )


def _variance(p: Proof, name: str, count: Any) -> Step:
    """Var(W) = 1/``count``, for ``count`` squares that add up to 1: part 1 of the plan."""
    of_columns = count == fan_out
    lengths = p.by_assumption(name, j if of_columns else i)
    index, _ = lengths.left.opened()
    entry = W[index, j] if of_columns else W[i, index]
    total = p.chain(p.congruence(lengths.left, centred_square(p, entry, weight_variance)))
    total = total.by(p.sum_is_linear(total.right))
    return p.linear_combination(
        "=", weight_variance, 1 / count, [total.step, lengths], [-1 / count, 1 / count]
    )
