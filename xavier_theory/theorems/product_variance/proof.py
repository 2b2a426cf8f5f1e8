"""Variance of a product of independent variables.

    Var(XY) = E[X]² Var(Y) + Var(X) E[Y]² + Var(X) Var(Y)

Assumptions: X and Y independent, with finite second moments. Nothing about their laws or means.

Plan of the proof
1. Write Var(XY) as E[X²Y²] − E[XY]².
2. Independence splits both expectations.
3. Put E[X²] = Var(X) + E[X]² and likewise for Y; multiply out.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import finite_moment, independent
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import E, Var
from xavier_theory.theorems.statement import Cited, Fact, Proved, Statement
from xavier_theory.theorems.symbols import X, Y

STATEMENT = Statement(
    order=1,
    name="product-variance",
    title="Variance of a product of independent variables",
    summary=Fact(
        (
            "The variance of a product of independent variables is the product of their "
            "variances plus two terms that the means bring in."
        ),
        Proved(),
    ),
    claims=("C16",),
    sources=(Cited("goodman1960", "section 2, eq. (2)"),),
    practice=(
        Fact(
            (
                "A weight with mean zero times an independent activation with any mean has "
                "variance Var(w) E[a²], not Var(w) Var(a): the mean of the activation counts."
            ),
            Proved(),
        ),
    ),
)

CONTEXT = Context(
    (
        independent("x_and_y_are_independent", [X], [Y]),
        finite_moment("x_has_a_finite_second_moment", X, 2),
        finite_moment("y_has_a_finite_second_moment", Y, 2),
    )
)
PRODUCT_OF_VARIANCES = Var(X) * Var(Y)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    moments = p.chain(p.variance_definition(Var(X * Y)))
    moments = moments.by(p.independence(E(X**2 * Y**2)))
    moments = moments.by(p.independence(E(X * Y)))
    of_x, of_y = p.variance_definition(Var(X)), p.variance_definition(Var(Y))
    conclusion = p.linear_combination(
        "=",
        Var(X * Y),
        E(X) ** 2 * Var(Y) + Var(X) * E(Y) ** 2 + PRODUCT_OF_VARIANCES,
        [moments.step, of_x, of_y],
        [1, -E(Y**2), -(E(X) ** 2 + Var(X))],
    )
    return p.conclude(
        conclusion,
        quantities={"mean_x": E(X), "variance_x": Var(X), "mean_y": E(Y), "variance_y": Var(Y)},
    )
