"""He initialization: the weight variance that keeps a relu network's second moment.

    E[z_i²] = (n Var(W) / 2) E[y²],  a_j = relu(y_j),    so E[z_i²] = E[y²]  ⟺  Var(W) = 2/n

for *any* law of the pre-activations y_j that is symmetric about 0, Gaussian or not. A mean square
is meant: relu's output has a mean, E[relu(y)] = E|y|/2, and its variance is E[y²]/2 − (E|y|)²/4,
not Var(y)/2.

Assumptions: those of `layer-variance` without the inputs' mean zero; y_j symmetric about 0 with
E[y_j²] = q.

Plan of the proof
1. relu(y)² + relu(−y)² = y², by cases of sign.
2. By symmetry both have the same mean: E[relu(y)²] = E[y²]/2.
3. `layer-variance` (its result `second_moment`, which uses no mean of the inputs): E[z_i²] = Var(W)
   Σ_j E[a_j²].
4. Ask for E[z_i²] = E[y²] and divide by n E[y²]/2 > 0.
"""

from __future__ import annotations

import sympy

from xavier_theory.symbolic.assumptions import equation, finite_moment, positive, symmetric
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, Var, random_family, relu, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.layer_variance.proof import INDEPENDENT, WEIGHTS, sum_of_products
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Statement
from xavier_theory.theorems.symbols import a, fan_in, i, j, weight_variance, z

STATEMENT = Statement(
    order=5,
    name="he-variance",
    title="He initialization",
    summary=Fact(
        (
            "A relu layer keeps the mean square of the pre-activations exactly when its "
            "weights have variance 2/fan_in, whatever their law, as long as the "
            "pre-activations are symmetric about 0."
        ),
        Proved(),
        Proved("growth"),
    ),
    claims=("C20",),
    sources=(Cited("he2015", "section 2.2, eqs. (8)-(10)"),),
    practice=(
        Fact(
            "For relu networks initialize with Var(W) = 2/fan_in, and with zero biases.",
            Proved(),
            Proved("growth"),
            Fails("pre_activations_are_symmetric"),
        ),
    ),
    remarks=(
        Fact(
            ("The converse is the further result growth: for Var(W) = 2/fan_in it says E[z²] = q."),
            Proved("growth"),
        ),
        Fact(
            (
                "What is kept is E[z²], which for zero biases is Var(z); the activations' E[a²] "
                "is half of it, and their variance is smaller by (E|y|)²/4."
            ),
            Proved("growth"),
            Proved("half"),
            Proved("variance"),
            Proved("mean", theorem="layer-variance"),
        ),
        Fact(
            (
                "With zero biases a pre-activation is symmetric as soon as the law of its "
                "unit's weights is, as for independent symmetric weights."
            ),
            Cited("he2015", "section 2.2, before eq. (8)"),
        ),
    ),
)

y = random_family("y", 1)
second_moment = scalar("second_moment", "nonnegative", latex="q")

CONTEXT = Context(
    (
        *WEIGHTS,
        INDEPENDENT,
        symmetric("pre_activations_are_symmetric", y[j], j),
        equation("pre_activations_share_one_second_moment", E(y[j] ** 2), second_moment, j),
        finite_moment("pre_activations_have_finite_second_moments", y[j], 2, j),
        positive("pre_activations_vary", second_moment),
        equation("the_layer_keeps_the_second_moment", E(z[i] ** 2), second_moment, i),
    ),
    (define("activation", a[j], relu(y[j]), j), define("pre-activation", z[i], sum_of_products, i)),
)
SOLVED = {"the_layer_keeps_the_second_moment": (weight_variance, "=", 2 / fan_in)}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    half = _half(p)
    growth = _growth(p, half)
    kept = p.by_assumption("the_layer_keeps_the_second_moment", i)
    weight = 2 / (fan_in * second_moment)
    conclusion = p.linear_combination(
        "=", weight_variance, 2 / fan_in, [growth, kept], [-weight, weight]
    )
    return p.conclude(
        conclusion,
        quantities={
            "fan_in": fan_in,
            "weight_variance": weight_variance,
            "second_moment": second_moment,
        },
        growth=growth,
        half=p.chain(half).by(p.by_assumption("pre_activations_share_one_second_moment", j)).step,
        variance=_variance_of_activation(p, half),
    )


def _half(p: Proof) -> Step:
    """E[relu(y)²] = E[y²]/2: parts 1 and 2 of the plan."""
    cases = p.sign_cases(relu(y[j]) ** 2 + relu(-y[j]) ** 2, y[j] ** 2, y[j])
    both = p.expectation_is_linear(E(cases.left))
    whole = p.congruence(E(cases.left), cases)
    mirrored = p.symmetry(E(relu(y[j]) ** 2), y[j])
    return p.linear_combination(
        "=",
        E(relu(y[j]) ** 2),
        E(y[j] ** 2) / 2,
        [both, whole, mirrored],
        [-sympy.Rational(1, 2), sympy.Rational(1, 2), sympy.Rational(1, 2)],
    )


def _growth(p: Proof, half: Step) -> Step:
    """E[z²] = n Var(W) q / 2: part 3 of the plan."""
    square = p.theorem(derived("layer-variance"), "second_moment", {}, {"b": (i, 0)})
    square = p.rewrite(square, p.definition("activation", j))
    chain = p.chain(square).by(half)
    chain = chain.by(p.by_assumption("pre_activations_share_one_second_moment", j))
    inner = chain.right / weight_variance
    return chain.by(p.sum_is_linear(inner)).step


def _variance_of_activation(p: Proof, half: Step) -> Step:
    """Var(relu(y)) = Var(y)/2 − (E|y|)²/4: a mean square is not a variance."""
    cases = p.sign_cases(relu(y[j]) + relu(-y[j]), abs(y[j]), y[j])
    both = p.expectation_is_linear(E(cases.left))
    whole = p.congruence(E(cases.left), cases)
    mirrored = p.symmetry(E(relu(y[j])), y[j])
    mean = p.linear_combination(
        "=",
        E(relu(y[j])),
        E(abs(y[j])) / 2,
        [both, whole, mirrored],
        [-sympy.Rational(1, 2), sympy.Rational(1, 2), sympy.Rational(1, 2)],
    )
    variance = p.chain(p.variance_definition(Var(relu(y[j])))).by(half).by(mean).step
    odd = p.sign_cases(relu(y[j]) - relu(-y[j]), y[j], y[j])
    zero = p.linear_combination(
        "=",
        E(y[j]),
        0,
        [p.congruence(E(odd.left), odd), p.expectation_is_linear(E(odd.left)), mirrored],
        [-1, 1, 1],
    )
    of_y = p.chain(p.variance_definition(Var(y[j]))).by(zero).step
    return p.linear_combination(
        "=",
        Var(relu(y[j])),
        Var(y[j]) / 2 - E(abs(y[j])) ** 2 / 4,
        [variance, of_y],
        [1, -sympy.Rational(1, 2)],
    )
