"""LaTeX that viewers render: commands that all know, no Markdown trap, the order of a textbook."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import sympy
from sympy.printing.latex import LatexPrinter

from xavier_theory.documents import formulas
from xavier_theory.documents.assumptions import definition_formula, formula, sentence
from xavier_theory.documents.domains import domains_of
from xavier_theory.documents.plain_text import plain, plain_relation
from xavier_theory.symbolic import assumptions
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.lemmas import LEMMAS
from xavier_theory.symbolic.terms import EVERY, E, Var, constants, random_family, scalar
from xavier_theory.theorems import derive, theorems
from xavier_theory.theorems.symbols import W, X, Y, a, b, fan_in, i, j, weight_variance

KNOWN = {
    "Delta", "Lambda", "aligned", "alpha", "begin", "beta", "cdot", "chi", "delta", "end",
    "erf", "eta", "exp", "frac", "gamma", "geq", "in", "infty", "int", "kappa", "lambda",
    "ldots", "left", "leq", "log", "lvert", "mathbb", "mathcal", "mathrm", "max", "min", "mu",
    "neq", "overline", "overset", "perp", "phi", "pi", "prod", "psi", "quad", "rho", "right",
    "rvert", "sigma", "sim", "sqrt", "substack", "sum", "tanh", "text", "thinspace",
    "varepsilon", "xi",
}  # fmt: skip


def all_formulas() -> list[str]:
    found = [formulas.relation_latex(x.relation, x.left, x.right) for x in LEMMAS.values()]
    for name in theorems():
        derivation = derive(name)
        found += [formulas.step_latex(step) for step in derivation.steps]
        found += [formula(assumption) for assumption in derivation.context.assumptions]
        found += [definition_formula(item) for item in derivation.context.definitions]
        found += domains_of(derivation, formulas.latex)
    return found


class SympysOrder(formulas._Printer):
    """The same symbols with sympy's own sums, products and powers."""

    _print_Add = LatexPrinter._print_Add  # noqa: N815  # sympy's name
    _print_Mul = LatexPrinter._print_Mul  # noqa: N815  # sympy's name
    _print_Pow = LatexPrinter._print_Pow  # noqa: N815  # sympy's name


def tokens(text: str) -> Counter[str]:
    """What is written, whatever its order and brackets; a plus sign depends on the order."""
    found = re.findall(r"\\[a-zA-Z]+|[A-Za-z0-9-]", text)
    return Counter(token for token in found if token not in (r"\left", r"\right"))


def all_terms() -> list[sympy.Basic]:
    """Every term of every step and every multiplier, with all that they consist of."""
    steps = [step for name in theorems() for step in derive(name).steps]
    sides = [side for step in steps for side in (step.left, step.right)]
    factors = [factor for step in steps for factor in step.arguments.get("multipliers", ())]
    return list(dict.fromkeys(sympy.sympify(term) for term in [*sides, *factors]))


def test_another_order_says_the_same() -> None:
    for term in all_terms():
        expected = formulas.portable(SympysOrder({"ln_notation": False}).doprint(term))
        assert tokens(formulas.latex(term)) == tokens(expected), term


@pytest.mark.parametrize("name", theorems())
def test_long_formulas_are_broken_at_balanced_places(name: str) -> None:
    for step in derive(name).steps:
        for line in formulas.step_display(step).splitlines():
            if r"\begin" not in line and r"\end" not in line:
                assert line.count("{") == line.count("}")
                assert line.count(r"\left") == line.count(r"\right")


def test_only_commands_that_viewers_know_are_used() -> None:
    commands = {c for text in all_formulas() for c in re.findall(r"\\([a-zA-Z]+)", text)}
    assert commands <= KNOWN


def test_no_formula_has_two_superscripts_in_a_row() -> None:
    group = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
    double = re.compile(rf"\^{group}(?:_{group})?\^")
    assert double.search(r"a^{[l]}_{j}^{2}")
    assert [text for text in all_formulas() if double.search(text)] == []


def test_inline_formulas_are_safe_from_markdown() -> None:
    for text in all_formulas():
        inside = formulas.inline(text)[1:-1]
        assert not re.search(r"[)}\]]_\S|\\[,;!{}#_|]|[<>|*`$\n]", inside), inside
        assert inside == inside.strip()


@pytest.mark.parametrize(
    ("term", "written"),
    [
        (a[j] * W[i, j], r"W_{i j} a_{j}"),
        (-(E(X) ** 2) + E(X**2), r"\mathbb{E}\left[X^{2}\right] - \mathbb{E}\left[X\right]^{2}"),
        (sum_over(j, fan_in, a[j]) + b[i], r"b_{i} + \sum_{j=1}^{n^{[l-1]}} a_{j}"),
        (Var(X) * weight_variance, r"\sigma_W^2 \mathrm{Var}\left[X\right]"),
        (sympy.polygamma(0, fan_in), r"\psi\left(n^{[l-1]}\right)"),
        (random_family("a", 2)[1, j] ** 2, r"\left(a^{[1]}_{j}\right)^{2}"),
        (constants("width", 1, "width")[1] * weight_variance, r"\sigma_W^2 n^{[1]}"),
        (1 / Var(X), r"\frac{1}{\mathrm{Var}\left[X\right]}"),
        (-2 / (3 * Var(X)), r"- \frac{2}{3 \mathrm{Var}\left[X\right]}"),
        (1 / fan_in**2, r"\frac{1}{\left(n^{[l-1]}\right)^{2}}"),
        (scalar("alpha"), r"\alpha"),
        (scalar("samples"), r"\mathrm{samples}"),
    ],
)
def test_terms_read_as_in_a_textbook(term: sympy.Basic, written: str) -> None:
    assert formulas.latex(term) == written


def test_a_sum_that_is_not_last_is_bracketed() -> None:
    total = sum_over(j, fan_in, a[j]) - sum_over(j, fan_in, W[i, j])
    assert formulas.latex(total).startswith(r"\left(\sum")


def test_every_kind_of_assumption_has_a_formula() -> None:
    from xavier_theory.documents.assumptions import _BODIES

    assert set(_BODIES) == set(assumptions.KINDS)


@pytest.mark.parametrize(
    ("assumption", "written"),
    [
        (
            assumptions.zero_mean("m", W[i, j], i, j),
            r"\mathbb{E}\left[W_{i j}\right] = 0 \quad \text{for all } i, j",
        ),
        (assumptions.independent("x", [X], [Y]), r"X \perp Y"),
        (
            assumptions.independent("x", [W[i, EVERY]], [a[EVERY]], i),
            r"\left(W_{i j}\right)_{j} \perp \left(a_{j}\right)_{j} \quad \text{for all } i",
        ),
        (assumptions.symmetric("s", X), r"X \overset{d}{=} -X"),
        (
            assumptions.finite_moment("f", X, 2),
            r"\mathbb{E}\left[\left\lvert X \right\rvert^{2}\right] < \infty",
        ),
        (assumptions.positive("p", weight_variance), r"\sigma_W^2 > 0"),
        (assumptions.distinct(i, j), r"i \neq j"),
    ],
)
def test_assumptions_read_as_in_a_textbook(
    assumption: assumptions.Assumption, written: str
) -> None:
    assert formula(assumption) == written


def test_an_assumptions_name_is_a_sentence() -> None:
    assert (
        sentence(assumptions.independent("x_and_y_are_independent", [X], [Y]))
        == "X and Y are independent"
    )


@pytest.mark.parametrize(
    ("term", "written"),
    [
        (E(X**2) - E(X) ** 2, "E(X²) - E(X)²"),
        (sum_over(j, fan_in, a[j] * W[i, j]), "Σ(W[i, j]·a[j], j = 1..fan_in)"),
        (X**12, "X^12"),
        (X**2.5, "X^2.5"),
    ],
)
def test_plain_text_has_no_python_operators(term: sympy.Basic, written: str) -> None:
    assert plain(term) == written


def test_plain_relations() -> None:
    assert plain_relation("<=", sympy.Integer(0), X**2) == "0 ≤ X²"


def test_plain_text_says_what_sympys_text_says() -> None:
    def words(text: str) -> Counter[str]:
        for sign, spelled in {
            "²": "**2",
            "³": "**3",
            "Σ": "Sum",
            "Π": "Product",
            "√": "sqrt",
        }.items():
            text = text.replace(sign, spelled)
        text = text.replace("ψ(", "polygamma(0, ").replace("ψ′(", "polygamma(1, ")
        text = text.replace("abs(", "Abs(").replace("≠", "!=")
        return Counter(re.findall(r"[A-Za-z_]+|\d+|[-/]", text))

    for term in all_terms():
        assert words(plain(term)) == words(str(term)), term
