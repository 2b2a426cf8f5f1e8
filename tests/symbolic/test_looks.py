"""How symbols look in LaTeX is said where they are made, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
import sympy

from xavier_theory.documents import formulas
from xavier_theory.symbolic.encoding import decode, encode
from xavier_theory.symbolic.errors import IllFormedTermError
from xavier_theory.symbolic.notation import latex
from xavier_theory.symbolic.terms import (
    E,
    Symbol,
    constants,
    domain_of,
    function,
    random_family,
    random_variable,
    scalar,
)
from xavier_theory.theorems import derive

pieces = scalar("number_of_pieces", "width", latex="K")
kept = scalar("keep_probability", "positive", latex=r"\sigma_p^2")
out = random_family("max_out", 1, latex="m")
layer_out = random_family("max_out", 2, latex="m", by_layer=True)
rates = constants("rates_of", 1, "positive", latex="r^{2}", by_layer=True)
gate = function("gate_of", latex=r"\gamma'")
inverse = function("inverse_of", latex="f^{-1}")

LOOKS = [
    (pieces / 2, r"\frac{K}{2}"),
    (kept**2, r"\left(\sigma_p^2\right)^{2}"),
    (out[pieces], "m_{K}"),
    (E(layer_out[1, pieces]), r"\mathbb{E}\left[m^{[1]}_{K}\right]"),
    (rates[3], r"r^{2\,[3]}"),
    (gate(pieces), r"\gamma'{\left(K \right)}"),
    (gate(pieces) ** 2, r"\gamma'^{2}{\left(K \right)}"),
    (inverse(pieces) ** 2, r"{f^{-1}}^{2}{\left(K \right)}"),
    (scalar("bound_of_all"), r"\text{bound of all}"),
    (scalar("margin"), r"\mathrm{margin}"),
    (scalar("alpha"), r"\alpha"),
    (scalar("x_1"), "x_{1}"),
    (random_family("Lambda", 3)[1, 1, 1], r"\Lambda_{1 1 1}"),
    (random_variable("noise"), r"\mathrm{noise}"),
]


@pytest.mark.parametrize(("term", "look"), LOOKS)
def test_sympy_and_the_pages_print_it_so(term: sympy.Basic, look: str) -> None:
    assert sympy.latex(term) == latex(term) == look
    assert formulas.latex(term).replace(r"\thinspace ", r"\,") == look
    assert sympy.latex(decode(encode(term))) == look


def test_a_conclusion_is_printed_with_its_symbols() -> None:
    shown = sympy.latex(derive("he-variance").conclusion)
    assert shown == r"\sigma_W^2 = \frac{2}{n^{[l-1]}}"


def test_the_look_is_no_part_of_the_symbol() -> None:
    assert scalar("keep_probability", "positive") == kept
    assert random_family("max_out", 1) == out
    assert function("gate_of") == gate
    assert sympy.latex(kept, symbol_names={kept: "p"}) == "p"
    other = scalar("keep_probability", "real", latex="p")  # another domain, another symbol
    assert other != kept and sympy.latex(other / kept) == r"\frac{p}{\sigma_p^2}"


def test_scalars_sort_as_symbols_of_sympy_do() -> None:
    """Certificates and pages would otherwise list factors in another order."""
    facts = {"integer": True, "positive": True}
    plain, ours = sympy.Symbol("number_of_pieces", **facts), pieces
    assert isinstance(ours, Symbol) and domain_of(plain) is None
    for other in (sympy.Integer(2), sympy.exp(sympy.Symbol("t")), sympy.Symbol("z")):
        assert ours.compare(other) == plain.compare(other)
    assert ours.sort_key() == plain.sort_key()


_number = count()


@pytest.mark.parametrize(
    "make",
    [
        lambda name, look: scalar(name, latex=look),
        lambda name, look: random_family(name, 1, latex=look),
        lambda name, look: random_variable(name, latex=look),
        lambda name, look: constants(name, 1, latex=look),
        lambda name, look: function(name, latex=look),
    ],
)
def test_one_symbol_has_one_look(make: Callable[[str, str], object]) -> None:
    name = f"two_looks_{next(_number)}"
    make(name, "A")
    make(name, "A")
    with pytest.raises(IllFormedTermError, match=f"{name} is written A already; take another name"):
        make(name, "B")
    for wrong in ("", " ", "{A", "A}", "$A$", "}{"):
        with pytest.raises(IllFormedTermError, match="is no LaTeX of a symbol"):
            make(f"{name}_wrong", wrong)


def test_a_layer_needs_an_index() -> None:
    with pytest.raises(IllFormedTermError, match="no index"):
        random_family("flat", 0, by_layer=True)


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("non-negative", "unknown domain 'non-negative'; did you mean 'nonnegative'"),
        ("Positive", "did you mean 'positive'"),
        ("xyz", "known: real, positive, nonnegative, natural, width"),
    ],
)
def test_an_unknown_domain_gets_one_line(domain: str, said: str) -> None:
    for make in (lambda: scalar("q", domain), lambda: constants("q", 1, domain)):
        with pytest.raises(IllFormedTermError, match=said):
            make()
