"""One name is one thing, and can be shown: a judgement means what it reads as."""

from __future__ import annotations

import copy

import pytest
from sympy import Function, Integer
from xavier_theory.symbolic.names import vocabulary

from tests.symbolic.proofs import RULES
from xavier_theory.api import check
from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.encoding import decode, encode
from xavier_theory.symbolic.errors import CertificateError, IllFormedTermError, TamperedError
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.terms import constants, random_variable, scalar
from xavier_theory.theorems import derive

x, y = scalar("x"), scalar("y")
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
    for code in (
        ["scalar", name, "real"],
        ["entry", name, 0, "fixed", "real", []],
        ["apply", name, [["rational", 1, 1]]],
    ):
        with pytest.raises(IllFormedTermError):
            decode(code)


def test_what_is_said_in_a_name_is_on_one_line() -> None:
    for make in (
        lambda: equation("so\n0 = 1", x, y),
        lambda: define("\x1b[1A", constants("F", 0)(), x),
    ):
        with pytest.raises(IllFormedTermError, match="on one line"):
            make()
    certificate = copy.deepcopy(derive("product-variance").certificate())
    certificate["theorem"] = "product\nvariance"
    with pytest.raises(CertificateError, match="of one line"):
        check(certificate)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (x, scalar("x", "positive")),
        (x, constants("x", 0)()),
        (random_variable("x"), constants("x", 0)()),
        (constants("x", 1)[1], constants("x", 1, "width")[1]),
    ],
)
def test_what_prints_alike_is_one_thing(one: object, other: object) -> None:
    """Else x = x + 1 for a family x of one member that is defined as x + 1."""
    with pytest.raises(IllFormedTermError, match="x names two things"):
        RULES["linear_combination"](EMPTY, "=", one + other, other + one)
    with pytest.raises(IllFormedTermError, match="x names two things"):
        Context((equation("mixed", one, 0), equation("other", other, 0)))
    declared = Context((equation("declared", one, 0),))
    with pytest.raises(IllFormedTermError, match="x names two things"):
        RULES["linear_combination"](declared, "=", other, other)


def test_what_prints_differently_may_share_a_name() -> None:
    terms = [x, constants("x", 1)[1], constants("x", 2)[1, 1], Function("x", real=True)(y)]
    assert len(vocabulary(terms)) == 5


def test_true_is_no_number_of_an_index() -> None:
    code = ["entry", "d", True, "fixed", "real", [["bound", False]]]
    found = encode(decode(["sum", [["rational", 2, 1], code]]))
    assert found == [
        "sum",
        [["rational", 2, 1], ["entry", "d", 1, "fixed", "real", [["bound", 0]]]],
    ]
    assert all(type(part) is int for part in (found[1][1][2], found[1][1][-1][0][1]))


def test_what_a_step_rests_on_cannot_be_altered_afterwards() -> None:
    F = constants("F", 0)()
    context = Context((), (define("F", F, 3),))
    step = RULES["definition"](context, "F")
    object.__setattr__(context, "definitions", ())
    with pytest.raises(TamperedError, match="rests on was altered"):
        RULES["linear_combination"](EMPTY, "=", F, 3, [step], [1])
    hypothesis, nothing = equation("x is y", x, y), equation("nothing", 0, 0)
    step = RULES["suppose"](EMPTY, hypothesis)
    for field in ("groups", "text"):
        object.__setattr__(hypothesis, field, getattr(nothing, field))
    with pytest.raises(TamperedError, match="rests on was altered"):
        RULES["linear_combination"](EMPTY, "=", x, y, [step], [1])
    assert Integer(0) == hypothesis.parts[0]
