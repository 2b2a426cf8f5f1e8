"""The first step of every layer: its size under the standard, the kernel and maximal update.

    input   E[(Δh_i)²] = η_1² c² s² n Var(W) Var(V),   Δh_i = −η_1 c s Σ_j W_ji V_j,   s = ‖x‖²
    hidden  E[(Δz_i)²] = η_2² c² q² n (n + e) Var(V),  Δz_i = −η_2 c V_i Σ_j h_j²
    output  E[Δf]      = −η_3 c n q',                  Δf = −η_3 c Σ_i z_i²,           q' = E[z_i²]

for h = U x, z = W h, f = Σ_i V_i z_i of width n, where each layer's weights take one step of
gradient descent with a step size of their own, and the same x comes again. With Var(W) = 1/n:

    maximal update   Var(V) = 1/n², steps η n, η, η/n   η² c² s²,   η² c² q² (1 + e/n),   −η c q'
    standard         Var(V) = 1/n, all steps η          1/n of it,  n times it,           n times it
    kernel           Var(V) = 1/n, steps η, η/n, η/n    1/n of it,  1/n of it,            the same

Assumptions: a linear network and a given gradient c at the output; weights with mean zero and one
variance per layer, those of the middle layer uncorrelated and independent of those of the last; the
squares of h (which the formulas below call h, as `update-size` does) are uncorrelated, with mean q
and relative variance e, and independent of V. What a layer's output moves by because layers *below*
it move is not in these: each is the own part.

Plan of the proof
1. Input: `layer-variance` with the transposed W, whose inputs are the V_j: E[(Σ_j W_ji V_j)²] =
   n Var(W) Var(V).
2. Hidden: `update-size`.
3. Output: linearity, and E[z_i²] = q'.
4. Put in variances and step sizes.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import equation, finite_moment, independent, uncorrelated
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, random_family, random_variable, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.centred_moments.proof import centred_square
from xavier_theory.theorems.layer_variance.proof import CONTEXT as LAYER
from xavier_theory.theorems.statement import Cited, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import W, i, j, k, weight_variance, z
from xavier_theory.theorems.update_size.proof import CONTEXT as UPDATE
from xavier_theory.theorems.update_size.proof import (
    V,
    change,
    excess,
    length,
    output_variance,
    second_moment,
    slope,
    step_size,
    width,
)

STATEMENT = Statement(
    order=25.5,
    name="mup-first-update",
    title="The first update of every layer",
    summary=Fact(
        "In a linear network of two hidden layers of width n, whose gradient at the output is "
        "given, the mean square of what its own first update moves each hidden layer by, and the "
        "mean of what the output's moves it by, are the same at every width under maximal update, "
        "up to terms of 1/n; under the standard parametrization the first layer's falls like 1/n, "
        "and the second's and the output's grow like n.",
        Proved("input_maximal"),
        Proved("hidden_maximal"),
        Proved("output_maximal"),
        Proved("input_standard"),
        Proved("hidden_standard"),
        Proved("output_standard"),
    ),
    claims=(),
    sources=(
        Cited("yang2021", "table 3", "the variances and step sizes of maximal update"),
        Cited("yanghu2021", "section 5", "which defines maximal update"),
        Cited("jacot2018", "section 2", "the kernel's parametrization"),
    ),
    practice=(
        Fact(
            "For gradient descent with Var(W) = 1/n, the last layer with variance 1/n², and one "
            "step size η tuned at one width, use η n for the first layer, η for the middle and "
            "η/n for the last: each layer's own update is then as large at another width.",
            Proved("input_maximal"),
            Proved("hidden_maximal"),
            Proved("output_maximal"),
            Sampled("the first layer under maximal update, width 64"),
        ),
        Fact(
            "Under gradient descent a multiplier m in front of weights multiplies their variance "
            "and their step size by m². So the kernel's parametrization is Var(V) = 1/n with the "
            "step η for the first layer and η/n for the others, under which the hidden layers' "
            "own updates vanish like 1/n in the mean square, while the output's stays.",
            Proved("input_standard"),
            Proved("hidden_kernel"),
            Proved("output_maximal"),
            Cited("yang2021", "table 3"),
        ),
    ),
    remarks=(
        Fact(
            "That a layer moves also because those below it do is left out here.",
            Proved(),
            Proved("hidden"),
        ),
    ),
    notation=(
        "g_i is the gradient of f at a unit of the first layer, and dh_i, dz_i, df are what that "
        "layer, the second and the output move by. As in update-size, h_j in the formulas is the "
        "square of a unit of the first layer."
    ),
)

back = random_family("g", 1)
first_change = random_family("dh", 1, latex=r"\Delta h")
output_change = random_variable("df", latex=r"\Delta f")
input_step = scalar("input_step_size", latex=r"\eta_1")
hidden_step = scalar("hidden_step_size", latex=r"\eta_2")
output_step = scalar("output_step_size", latex=r"\eta_3")
input_square = scalar("input_square", "nonnegative", latex="s")
last_second_moment = scalar("last_second_moment", "nonnegative", latex="q'")

_STEPS = {
    "the_input_step_is_multiplied_by_the_width": (input_step, step_size * width),
    "the_input_step_is_the_common_one": (input_step, step_size),
    "the_hidden_step_is_the_common_one": (hidden_step, step_size),
    "the_hidden_step_is_divided_by_the_width": (hidden_step, step_size / width),
    "the_output_step_is_the_common_one": (output_step, step_size),
    "the_output_step_is_divided_by_the_width": (output_step, step_size / width),
}
MAXIMAL, STANDARD = "the_maximal_update_parametrization", "the_standard_parametrization"
CONTEXT = Context(
    (
        LAYER.named("weights_have_zero_mean"),
        LAYER.named("weights_share_one_variance"),
        uncorrelated(
            "weights_of_a_column_are_uncorrelated", W[j, i], W[k, i], i, j, k, distinct=[(j, k)]
        ),
        LAYER.named("weights_have_finite_second_moments"),
        independent(
            "weights_are_independent_of_the_outgoing_weights", [W[EVERY, i]], [V[EVERY]], i
        ),
        *UPDATE.assumptions,
        equation("the_last_units_share_one_second_moment", E(z[i] ** 2), last_second_moment, i),
        finite_moment("the_last_units_have_finite_second_moments", z[i], 2, i),
        equation("hidden_weights_have_variance_one_over_the_width", weight_variance, 1 / width),
        *(equation(name, *sides) for name, sides in _STEPS.items()),
    ),
    (
        define("backward", back[i], sum_over(j, width, W[j, i] * V[j]), i),
        define("input change", first_change[i], -input_step * slope * input_square * back[i], i),
        define("change", change[i], -hidden_step * slope * V[i] * length, i),
        define(
            "output change", output_change, -output_step * slope * sum_over(j, width, z[j] ** 2)
        ),
    ),
)
SOLVED = {name: (sides[0], "=", sides[1]) for name, sides in _STEPS.items()}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    first, hidden, output = _input(p), _hidden(p), _output(p)
    one = "hidden_weights_have_variance_one_over_the_width"
    times, same = "the_input_step_is_multiplied_by_the_width", "the_input_step_is_the_common_one"
    kept, over = "the_hidden_step_is_the_common_one", "the_hidden_step_is_divided_by_the_width"
    common, less = "the_output_step_is_the_common_one", "the_output_step_is_divided_by_the_width"
    return p.conclude(
        first,
        quantities={
            "width": width,
            "weight_variance": weight_variance,
            "output_variance": output_variance,
            "step_size": step_size,
            "input_step_size": input_step,
            "hidden_step_size": hidden_step,
            "output_step_size": output_step,
            "slope": slope,
            "input_square": input_square,
            "second_moment": second_moment,
            "excess": excess,
            "last_second_moment": last_second_moment,
        },
        hidden=hidden,
        output=output,
        input_maximal=_with(p, first, one, MAXIMAL, times),
        input_standard=_with(p, first, one, STANDARD, same),
        hidden_maximal=_with(p, hidden, MAXIMAL, kept),
        hidden_standard=_with(p, hidden, STANDARD, kept),
        hidden_kernel=_with(p, hidden, STANDARD, over),
        output_standard=_with(p, output, common),
        output_maximal=_with(p, output, less),
    )


def _input(p: Proof) -> Step:
    """E[(Δh_i)²] = η_1² c² s² n Var(W) Var(V): part 1 of the plan."""
    families = {"W": (i, j, W[j, i]), "a": (j, V[j]), "b": (i, 0), "z": (i, back[i])}
    layer = p.theorem(derived("layer-variance"), "second_moment", {"fan_in": width}, families)
    square = p.chain(layer).by(centred_square(p, V[j], output_variance))
    square = square.by(p.sum_is_linear(sum_over(j, width, output_variance)))
    chain = p.chain(p.congruence(E(first_change[i] ** 2), p.definition("input change", i)))
    chain = chain.by(p.expectation_is_linear(chain.right)).by(square.step)
    return chain.algebra(
        (input_step * slope * input_square) ** 2 * width * weight_variance * output_variance
    ).step


def _hidden(p: Proof) -> Step:
    """E[(Δz_i)²]: part 2 of the plan."""
    return p.theorem(derived("update-size"), "conclusion", {"step_size": hidden_step})


def _output(p: Proof) -> Step:
    """E[Δf] = −η_3 c n q': part 3 of the plan."""
    chain = p.chain(p.congruence(E(output_change), p.definition("output change")))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.by_assumption("the_last_units_share_one_second_moment", j))
    chain = chain.by(p.sum_is_linear(sum_over(j, width, last_second_moment)))
    return chain.algebra(-output_step * slope * width * last_second_moment).step


def _with(p: Proof, step: Step, *names: str) -> Step:
    """A result with what a parametrization says: part 4 of the plan."""
    chain = p.chain(step)
    for name in names:
        chain = chain.by(p.by_assumption(name))
    return chain.step
