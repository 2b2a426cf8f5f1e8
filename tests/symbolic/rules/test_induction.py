"""Induction, and the reading of theorems and lemmas with other symbols."""

from __future__ import annotations

import pytest
from sympy import Integer, Rational, log, tanh

from tests.symbolic.proofs import RULES
from xavier_theory.symbolic.assumptions import equation, independent
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, random_family, random_variable, scalar

i, k = scalar("i", "width"), scalar("k", "width")
l = scalar("l", "natural")  # noqa: E741
x, c = scalar("x"), scalar("c")
f, g = constants("f", 2), constants("g", 1)
CONTEXT = Context(
    (equation("one layer", g[l], 0), equation("one unit", g[i], 0)),
    (define("layer", f[l + 1, i], c * f[l, i], l, i),),
)
POWER = equation("power so far", f[l, i], c**l * f[0, i], i)


def call(rule: str, *arguments: object, **named: object) -> Step:
    return RULES[rule](CONTEXT, *arguments, **named)


def _base(*more: Step) -> Step:
    return call("linear_combination", "=", f[0, i], f[0, i], list(more), [0] * len(more))


def _step(*more: Step) -> Step:
    unfolded = call("definition", "layer", l, i)
    raised = call("rewrite", unfolded, call("suppose", POWER, i))
    return call("linear_combination", "=", f[l + 1, i], c ** (l + 1) * f[0, i], [raised, *more],
                [1] + [0] * len(more))  # fmt: skip


def test_induction_derives_and_discharges_the_hypothesis() -> None:
    step = call("induction", _base(), _step(), l, POWER, [i])
    assert (step.left, step.right, step.assumptions) == (f[l, i], c**l * f[0, i], frozenset())


def test_induction_derives_claims_that_need_each_other() -> None:
    other = equation("again", 2 * f[l, i], 2 * c**l * f[0, i], i)
    base = call("linear_combination", "=", 2 * f[0, i], 2 * f[0, i])
    step = call("linear_combination", "=", 2 * f[l + 1, i], 2 * c ** (l + 1) * f[0, i],
                [_step()], [2])  # fmt: skip
    found = call("induction", base, step, l, other, [i], [[_base(), _step(), POWER, [i]]])
    assert not found.assumptions
    with pytest.raises(RuleRefusedError, match=r"an assumption .* speaks of it, about f"):
        call("induction", base, step, l, other, [i])


def test_induction_refuses_a_variable_that_is_no_natural() -> None:
    for variable in (i, x, scalar("l", "real")):
        with pytest.raises(RuleRefusedError, match="does not range over the naturals"):
            call("induction", _base(), _step(), variable, POWER, [i])


def test_induction_refuses_a_base_that_uses_a_hypothesis() -> None:
    with pytest.raises(RuleRefusedError, match="a base uses a hypothesis"):
        call("induction", _base(call("suppose", POWER, i)), _step(), l, POWER, [i])


@pytest.mark.parametrize(("name", "named"), [("one layer", "l"), ("one unit", "i")])
def test_induction_refuses_an_assumption_about_the_layer_or_a_name(name: str, named: str) -> None:
    used = call("by_assumption", name)
    for base, step in ((_base(used), _step()), (_base(), _step(used))):
        with pytest.raises(RuleRefusedError, match=rf"{named} is one number: .*, about g\[{named}"):
            call("induction", base, step, l, POWER, [i])


def test_induction_refuses_a_hypothesis_that_leaks_through_another_claim() -> None:
    leaking = _base(call("by_assumption", "one layer"))
    other = [leaking, _step(), POWER, [i]]
    with pytest.raises(RuleRefusedError, match=r"l is one number: .*, about g\[l"):
        call("induction", _base(), _step(), l, POWER, [i], [other])


def test_induction_refuses_other_hypotheses() -> None:
    for hypothesis in (
        independent("apart", [random_family("a", 1)[i]], [random_variable("X")], i),
        equation("apart", f[l, i], f[l, k], i, k, distinct=[(i, k)]),
    ):
        with pytest.raises(RuleRefusedError, match="unconditional equation or inequality"):
            call("induction", _base(), _step(), l, hypothesis, [i, k])


def test_induction_refuses_names_that_are_not_new() -> None:
    two = equation("two", f[l, i], f[l, k], i, k)
    for names in ([i, i], [l, i]):
        with pytest.raises(RuleRefusedError):
            call("induction", _base(), _step(), l, two, names)


def test_induction_refuses_premises_that_are_not_the_claim() -> None:
    with pytest.raises(RuleRefusedError, match="is not the claim at 0"):
        call("induction", _step(), _step(), l, POWER, [i])
    with pytest.raises(RuleRefusedError, match=r"is not the claim at l \+ 1"):
        call("induction", _base(), _base(), l, POWER, [i])


def test_induction_refuses_claims_of_another_form() -> None:
    with pytest.raises(RuleRefusedError, match="each claim is"):
        call("induction", _base(), _step(), l, POWER, [i], [[_base(), 3, POWER, [i]]])


def test_specialize_derives_an_instance() -> None:
    proved = call("induction", _base(), _step(), l, POWER, [i])
    step = call("specialize", proved, {"l": 7, "i": k})
    assert (step.left, step.right) == (f[7, k], c**7 * f[0, k])


def test_specialize_refuses_a_value_for_which_the_definition_does_not_hold() -> None:
    proved = call("induction", _base(), _step(), l, POWER, [i])
    with pytest.raises(RuleRefusedError, match="the definition layer does not hold here"):
        call("specialize", proved, {"c": Rational(1, 2)})


def test_specialize_refuses_values_outside_of_the_domain() -> None:
    proved = call("nonnegative", i)
    for value in (Integer(0), x, Rational(1, 2)):
        with pytest.raises(RuleRefusedError, match="not plainly a width number"):
            call("specialize", proved, {"i": value})


def test_specialize_refuses_what_is_no_step() -> None:
    with pytest.raises(RuleRefusedError, match="'theorem' is no step"):
        call("specialize", "theorem", {})
    with pytest.raises(RuleRefusedError, match="premises: 3 is no step"):
        call("linear_combination", "=", x, x, [3], [1])


def test_cite_derives_an_instance() -> None:
    assert call("cite", "tanh-is-bounded", {"t": x}).left == tanh(x) ** 2
    assert call("cite", "logarithm-below-tangent", {"x": 2}).left == log(2)
    pointwise = call("cite", "tanh-is-bounded", {"t": random_variable("X")})
    assert pointwise.right == 1


def test_cite_refuses_an_unknown_lemma() -> None:
    with pytest.raises(RuleRefusedError, match="no lemma is called fermat"):
        call("cite", "fermat", {})


def test_cite_refuses_values_outside_of_the_domain() -> None:
    for value in (x, -1, 0, random_variable("X")):
        with pytest.raises(RuleRefusedError):
            call("cite", "logarithm-below-tangent", {"x": value})
