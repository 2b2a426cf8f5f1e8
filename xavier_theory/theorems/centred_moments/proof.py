"""The second moments of variables of mean zero are their variances and covariances.

    E[X²] = v,    E[X Y] = 0

Assumptions: X has mean zero and variance v, and a finite second moment. For the second result,
instead of the variance: X and Y are uncorrelated, and Y has a finite second moment too.

Main results: ``conclusion`` is the first, ``product`` the second.

Plan of the proof
1. Var(X) = E[X²] − E[X]², and E[X] = 0.
2. Cov(X, Y) = E[X Y] − E[X] E[Y], and E[X] = 0. Nothing is asked of the mean of Y.
"""

from typing import Any

from xavier_theory.symbolic.assumptions import (
    common_variance,
    equation,
    finite_moment,
    zero_mean,
)
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import Cov, E, Entry, Var, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.statement import Cited, Fact, Proved, Statement
from xavier_theory.theorems.symbols import X, Y

STATEMENT = Statement(
    order=1.2,
    name="centred-moments",
    title="Second moments of centred variables",
    summary=Fact(
        "The mean square of a variable of mean zero is its variance, and its mean product with "
        "a variable that is uncorrelated with it is 0.",
        Proved(),
        Proved("product"),
    ),
    claims=(),
    sources=(Cited("feller1968", "sections IX.4 and IX.5"),),
    practice=(
        Fact(
            "Where weights have mean zero, variances and mean squares of weights are one number.",
            Proved(),
        ),
    ),
)
variance = scalar("variance_of_x", "nonnegative", latex=r"\sigma_x^2")
CONTEXT = Context(
    (
        zero_mean("x_has_zero_mean", X),
        common_variance("x_has_the_variance", X, variance),
        equation("x_and_y_are_uncorrelated", Cov(X, Y), 0),
        finite_moment("x_has_a_finite_second_moment", X, 2),
        finite_moment("y_has_a_finite_second_moment", Y, 2),
    )
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    centred = p.by_assumption("x_has_zero_mean")
    square = p.linear_combination(
        "=",
        E(X**2),
        variance,
        [p.variance_definition(Var(X)), p.by_assumption("x_has_the_variance"), centred],
        [-1, 1, E(X)],
    )
    product = p.linear_combination(
        "=",
        E(X * Y),
        0,
        [
            p.covariance_definition(Cov(X, Y)),
            p.by_assumption("x_and_y_are_uncorrelated"),
            centred,
        ],
        [-1, 1, E(Y)],
    )
    return p.conclude(square, product=product, quantities={"variance": variance})


def centred_square(p: Proof, member: Entry, value: Any) -> Step:
    """E[member²] = value, for a member of mean zero and this variance in the proof ``p``."""
    return p.theorem(
        derived(STATEMENT.name), "conclusion", {"variance_of_x": value}, {"X": (member,)}
    )


def centred_product(p: Proof, uncorrelated: Step) -> Step:
    """Cov(X, Y) = 0 ⟹ E[X Y] = 0, where X has mean zero in the proof ``p``."""
    x, y = uncorrelated.left.args
    return p.theorem(
        derived(STATEMENT.name), "product", {}, {"X": (x,), "Y": (y,)}, given=[uncorrelated]
    )
