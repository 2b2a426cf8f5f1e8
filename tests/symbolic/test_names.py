"""One name is one thing, and can be shown: a judgement means what it reads as."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import Function, Integer

from tests.symbolic.proofs import RULES
from xavier_theory.api import check
from xavier_theory.kernel import Refused
from xavier_theory.kernel.terms import Names, read, show
from xavier_theory.symbolic.assumptions import at_most, equation, finite_moment
from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.encoding import encode
from xavier_theory.symbolic.errors import (
    CertificateError,
    IllFormedTermError,
    KernelError,
    RuleRefusedError,
)
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.lemmas import lemma
from xavier_theory.symbolic.terms import Cov, constants, random_family, random_variable, scalar
from xavier_theory.theorems import derive

x, y, i = scalar("x"), scalar("y"), scalar("i", "width")
X, Y, total = random_variable("X"), random_variable("Y"), random_family("S", 1)
EMPTY = Context()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x y",
        "x\n0 = 1",
        "\x1b[31mx",
        "\N{CYRILLIC SMALL LETTER HA}",
        "2x",
        "\N{GREEK SMALL LETTER PHI}",
    ],
)
def test_a_name_is_made_of_plain_letters_digits_and_underscores(name: str) -> None:
    for term in (scalar(name), constants(name, 1)[1], random_variable(name)):
        with pytest.raises(IllFormedTermError, match="is no name"):
            encode(term)
    with pytest.raises(IllFormedTermError):
        encode(Function(name, real=True)(x))
    for key, kind in ((name, "scalar"), (f"{name}/1", "fixed"), (f"{name}/1", "function")):
        with pytest.raises(Refused):
            Names({key: [kind]})


@pytest.mark.parametrize("key", ["sum", "E", "every", "pi", "x/0", "x/01", "x/-1", "x/", "x/1/1"])
def test_a_name_is_none_of_the_languages_own(key: str) -> None:
    with pytest.raises(Refused):
        Names({key: ["fixed"]})


def test_what_is_said_in_a_name_is_on_one_line() -> None:
    for name in ("so\n0 = 1", "\x1b[1A", "", " "):
        for make in (
            lambda said: equation(said, x, y),
            lambda said: define(said, constants("F", 0)(), x),
        ):
            with pytest.raises(IllFormedTermError, match="on one line"):
                make(name)
    certificate = derive("product-variance").certificate()
    certificate["theorem"] = "product\nvariance"
    with pytest.raises(CertificateError, match="on one line"):
        check(certificate)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (x, scalar("x", "positive")),
        (x, constants("x", 0)()),
        (random_variable("x"), constants("x", 0)()),
        (constants("x", 1)[1], constants("x", 1, "width")[1]),
        (constants("x", 1)[1], Function("x", real=True)(y)),
    ],
)
def test_what_prints_alike_is_one_thing(one: object, other: object) -> None:
    """Else x = x + 1 for a family x of one member that is defined as x + 1."""
    with pytest.raises(IllFormedTermError, match="names two things"):
        RULES["linear_combination"](EMPTY, "=", one + other, other + one)
    for declared in (
        Context((equation("mixed", one, 0), equation("other", other, 0))),
        Context((equation("mixed", one, other),)),
    ):
        proof = Proof("mixed", declared)
        with pytest.raises(IllFormedTermError, match="names two things"):
            proof.conclude(proof.linear_combination("=", 0, 0))


def test_what_prints_differently_may_share_a_name() -> None:
    total = x + constants("x", 1)[1] + constants("x", 2)[1, 1] + Function("x", real=True)(x, y, y)
    proof = Proof("several", EMPTY)
    certificate = proof.conclude(proof.linear_combination("=", total, total)).certificate()
    assert set(certificate["names"]) == {"x", "x/1", "x/2", "x/3", "y"}
    assert check(certificate).names["x/3"] == ("apply", "x")


@pytest.mark.parametrize("code", [True, ["#", True], ["#", False], ["F", True], 1.0, None])
def test_true_is_no_number_of_an_index(code: object) -> None:
    names = Names({"F/1": ["fixed"]})
    assert read(["F", ["#", 1]], names) == ("member", "F", False, "real", ("bound", 1))
    with pytest.raises(Refused):
        read(code, names, [encode(Integer(0)), encode(Integer(1))])


def test_the_index_of_a_sum_is_shown_by_a_name_of_its_own() -> None:
    j = ("member", "j", False, "real")
    assert show(("sum", ("number", 3, 1), ("*", j, ("bound", 0)))) == "sum((j * k), k = 1..3)"


@pytest.mark.parametrize("field", ["right", "left", "relation", "line"])
def test_a_step_altered_in_place_makes_no_false_derivation(field: str) -> None:
    context = Context((at_most("x below y", x, y),))
    proof = Proof("altered", context)
    step, other = proof.by_assumption("x below y"), proof.nonnegative(x**2)
    false = {"right": x - 1, "left": y + 1, "relation": "=", "line": other.line}[field]
    object.__setattr__(step, field, false)
    with pytest.raises(KernelError, match="conclusion reads"):
        proof.conclude(step)
    with pytest.raises(KernelError):  # nor does what rests on it
        proof.conclude(
            proof.linear_combination(step.relation, 2 * step.left, 2 * step.right, [step], [2])
        )


def test_what_a_step_rests_on_altered_in_place_makes_no_false_derivation() -> None:
    F = constants("F", 0)()
    context = Context((equation("x is y", x, y),), (define("F", F, 3),))
    proof = Proof("altered", context)
    by_name, by_definition = proof.by_assumption("x is y"), proof.definition("F")
    nothing = equation("nothing", 0, 0)
    object.__setattr__(context.assumptions[0], "groups", nothing.groups)
    with pytest.raises(KernelError, match="does not accept"):
        proof.conclude(by_name)
    object.__setattr__(context, "definitions", (define("F", F, 4),))
    with pytest.raises((KernelError, ValueError)):
        proof.conclude(by_definition)


CONTEXT = Context(
    (equation("x_and_y_are_uncorrelated", Cov(X, Y), 0), finite_moment("x_is_finite", X, 2)),
    (define("sum of both", total[i], X + Y, i),),
)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            lambda: CONTEXT.named("x_and_y_are_uncorelated"),
            "no assumption called x_and_y_are_uncorelated is declared; "
            "did you mean 'x_and_y_are_uncorrelated'?",
        ),
        (
            lambda: Proof("p", CONTEXT).by_assumption("Q"),
            "no assumption called Q is declared; known: x_and_y_are_uncorrelated, x_is_finite",
        ),
        (lambda: CONTEXT.definition("sum of bot"), "did you mean 'sum of both'"),
        (lambda: Context().definition("total"), "no definition is called total; there is none"),
        (lambda: lemma("triangle-inequalty"), "did you mean 'triangle-inequality'"),
        (
            lambda: Proof("p", CONTEXT).theorem(derive("layer-variance"), "mean", {"fan_inn": 1}),
            "no scalar called fan_inn; did you mean 'fan_in'",
        ),
    ],
)
def test_an_unknown_name_gets_one_line_with_a_suggestion(
    asked: Callable[[], object], said: str
) -> None:
    with pytest.raises(RuleRefusedError) as refusal:
        asked()
    assert said in str(refusal.value) and "\n" not in str(refusal.value)


def test_an_unknown_rule_gets_a_suggestion_and_a_wrong_call_its_rule() -> None:
    with pytest.raises(AttributeError, match="no rule is called rewritte; did you mean 'rewrite'"):
        Proof("p", CONTEXT).rewritte(1)
    with pytest.raises(TypeError, match=r"^p.rewrite: missing a required argument: 'equation'"):
        Proof("p", CONTEXT).rewrite(1)
