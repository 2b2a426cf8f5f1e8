"""Maxout units of two pieces: the weight variance that keeps their second moment is Xavier's.

    E[max(y_1j, y_2j)²] = q,    a_j = max(y_1j, y_2j),    so E[z_i²] = q  ⟺  Var(W) = 1/n

for pieces y_1j, y_2j of second moment q whose joint law is that of (−y_2j, −y_1j), as it is for
independent pieces of one symmetric law. A relu throws half of q away, and He's 2/n makes up for it;
of two pieces the larger has the whole q on average, so that 2/n would double it in every layer.

Assumptions: those of `layer-variance` without the inputs' mean zero; (y_1j, y_2j) has the law of
(−y_2j, −y_1j), and both pieces have the second moment q. *Not* needed: independent pieces, a
Gaussian law, independent units.

Plan of the proof
1. max(y_1, y_2)² + max(−y_1, −y_2)² = y_1² + y_2², by cases of the sign of y_1 − y_2.
2. Both maxima have the same mean square, by the joint law: E[max(y_1, y_2)²] = q.
3. `layer-variance` (its result `second_moment`, which uses no mean of the inputs): E[z_i²] = Var(W)
   Σ_j E[a_j²] = n Var(W) q.
4. Ask for E[z_i²] = q and divide by n q > 0.
5. Further: max(y_1, y_2) = (y_1 + y_2 + |y_1 − y_2|)/2, and E[y_1] = −E[y_2] by the joint law, so
   that E[max(y_1, y_2)] = E|y_1 − y_2|/2: what is kept is no variance.
"""

from __future__ import annotations

from sympy import Max, Rational

from xavier_theory.symbolic.assumptions import equation, finite_moment, positive, same_law
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, random_family, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.layer_variance.proof import INDEPENDENT, WEIGHTS, sum_of_products
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement
from xavier_theory.theorems.symbols import a, fan_in, i, j, k, weight_variance, z

STATEMENT = Statement(
    order=15.5,
    name="maxout-second-moment",
    title="Maxout",
    summary=Fact(
        (
            "A layer of maxout units of two pieces keeps the mean square of its "
            "pre-activations exactly when its weights have variance 1/fan_in, if each pair "
            "of pieces has the law of its negative, exchanged."
        ),
        Proved(),
        Proved("growth"),
    ),
    claims=(),
    sources=(
        Cited("goodfellow2013", "section 3", "the unit"),
        Cited("he2015", "section 2.2, eqs. (7)-(10)", "the condition with a relu"),
    ),
    practice=(
        Fact(
            (
                "Initialize maxout networks of two pieces with Var(W) = 1/fan_in for each "
                "piece, not with relu's 2/fan_in."
            ),
            Proved(),
            Proved("growth"),
        ),
    ),
    remarks=(
        Fact(
            (
                "A maxout unit has the mean E|y₁ − y₂|/2, which for independent standard normal "
                "pieces is 0.564."
            ),
            Proved("mean"),
            Computed("pieces is 0.564"),
        ),
        Fact(
            "As for relu, one condition serves all sizes of signal.",
            Proved(),
        ),
        Fact(
            (
                "With more than two pieces the law matters: the largest of three independent "
                "standard normal pieces has a second moment of 1.276, and the largest of three "
                "independent signs always 1."
            ),
            Computed("a second moment of 1.276"),
            Computed("three independent signs always 1"),
        ),
    ),
    notation=(
        "fan_in counts maxout units of the layer below, not its pieces: each unit hands "
        "on one number, the larger of its two."
    ),
)

y = random_family("y", 2)
second_moment = scalar("second_moment", "nonnegative", latex="q")
first, second = y[1, j], y[2, j]
largest = Max(first, second)
half = Rational(1, 2)

CONTEXT = Context(
    (
        *WEIGHTS,
        INDEPENDENT,
        same_law("pieces_are_exchanged_by_a_sign", [first, second], [-second, -first], j),
        equation("pieces_share_one_second_moment", E(y[k, j] ** 2), second_moment, k, j),
        finite_moment("pieces_have_finite_second_moments", y[k, j], 2, k, j),
        positive("pieces_vary", second_moment),
        equation("the_layer_keeps_the_second_moment", E(z[i] ** 2), second_moment, i),
    ),
    (define("maxout", a[j], largest, j), define("pre-activation", z[i], sum_of_products, i)),
)
SOLVED = {"the_layer_keeps_the_second_moment": (weight_variance, "=", 1 / fan_in)}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    whole = _whole(p)
    growth = _growth(p, whole)
    kept = p.by_assumption("the_layer_keeps_the_second_moment", i)
    weight = 1 / (fan_in * second_moment)
    conclusion = p.linear_combination(
        "=", weight_variance, 1 / fan_in, [growth, kept], [-weight, weight]
    )
    return p.conclude(
        conclusion,
        quantities={
            "fan_in": fan_in,
            "weight_variance": weight_variance,
            "second_moment": second_moment,
        },
        growth=growth,
        whole=whole,
        mean=_mean(p),
    )


def _whole(p: Proof) -> Step:
    """E[max(y_1, y_2)²] = q: parts 1 and 2 of the plan."""
    mirrored = p.same_law(E(largest**2), "pieces_are_exchanged_by_a_sign", j)
    squares = first**2 + second**2
    cases = p.sign_cases(largest**2 + Max(-first, -second) ** 2, squares, first - second)
    both = p.congruence(E(cases.left), cases)
    split = [p.expectation_is_linear(E(term)) for term in (cases.left, squares)]
    moments = [p.by_assumption("pieces_share_one_second_moment", piece, j) for piece in (1, 2)]
    return p.linear_combination(
        "=",
        E(largest**2),
        second_moment,
        [mirrored, both, *split, *moments],
        [half, half, -half, half, half, half],
    )


def _mean(p: Proof) -> Step:
    """E[max(y_1, y_2)] = E|y_1 − y_2|/2: part 5 of the plan."""
    sides = (first + second + abs(first - second)) / 2
    cases = p.sign_cases(largest, sides, first - second)
    chain = p.chain(p.congruence(E(largest), cases)).by(p.expectation_is_linear(E(sides)))
    return p.linear_combination(
        "=",
        E(largest),
        E(abs(first - second)) / 2,
        [
            chain.step,
            p.same_law(E(first), "pieces_are_exchanged_by_a_sign", j),
            p.expectation_is_linear(E(-second)),
        ],
        [1, half, half],
    )


def _growth(p: Proof, whole: Step) -> Step:
    """E[z²] = n Var(W) q: part 3 of the plan."""
    square = p.theorem(derived("layer-variance"), "second_moment", {}, {"b": (i, 0)})
    square = p.rewrite(square, p.definition("maxout", j))
    chain = p.chain(square).by(whole)
    return chain.by(p.sum_is_linear(chain.right / weight_variance)).step
