"""Trees as text that ``parsing`` reads back, and as LaTeX."""

from __future__ import annotations

from fractions import Fraction

from xavier_theory.activations.expressions.elementary import FUNCTIONS
from xavier_theory.activations.expressions.nodes import (
    Apply,
    Constant,
    Every,
    Extremum,
    Negation,
    Node,
    Number,
    Parameter,
    Positive,
    Power,
    Product,
    Sum,
    Truth,
    Where,
    postorder,
)

_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_MOST_CHARACTERS = 400
_LATEX_NAMES = {"pi": r"\pi", "e": "e", "selu_scale": r"\lambda", "selu_alpha": r"\alpha"}


def to_text(root: Node, limit: int = _MOST_CHARACTERS) -> str:
    """The expression in the language of ``parsing``, cut off after ``limit`` characters."""
    known: dict[Node, tuple[str, int]] = {}
    for node in postorder(root):
        text, level = _text(node, [known[child] for child in node.children])
        known[node] = (text if len(text) <= limit else text[: limit - 1] + "…", level)
    return known[root][0]


def to_latex(root: Node) -> str:
    """The expression in LaTeX, for display."""
    known: dict[Node, tuple[str, int]] = {}
    for node in postorder(root):
        known[node] = _latex(node, [known[child] for child in node.children])
    return known[root][0]


def _text(node: Node, parts: list[tuple[str, int]]) -> tuple[str, int]:
    match node:
        case Number():
            return _number_text(node.value)
        case Constant() | Parameter():
            return node.name, _ATOM
        case Sum():
            return _joined_sum([_wrapped(part, _SUM) for part in parts]), _SUM
        case Product():
            return _product_text(node, parts)
        case Power():
            if node.exponent == Fraction(1, 2):
                return f"sqrt({parts[0][0]})", _ATOM
            exponent, level = _number_text(node.exponent)
            exponent = exponent if level == _ATOM else f"({exponent})"
            return f"{_wrapped(parts[0], _ATOM)}**{exponent}", _POWER
        case Apply():
            return f"{node.function}({parts[0][0]})", _ATOM
        case Extremum():
            return f"{'max' if node.greatest else 'min'}({parts[0][0]}, {parts[1][0]})", _ATOM
        case Positive():
            return f"{parts[0][0]} {'>' if node.strict else '>='} 0", _SUM
        case Truth():
            return ("0 < 1" if node.holds else "1 < 0"), _SUM
        case Every():
            return " and ".join(f"({text})" for text, _ in parts), _SUM
        case Negation():
            return f"not ({parts[0][0]})", _SUM
        case Where():
            return f"where({parts[0][0]}, {parts[1][0]}, {parts[2][0]})", _ATOM
    return "z", _ATOM


def _number_text(value: Fraction) -> tuple[str, int]:
    text = str(value)
    if value < 0:
        return text, _SUM
    return text, _ATOM if value.denominator == 1 else _PRODUCT


def _wrapped(part: tuple[str, int], level: int) -> str:
    text, own = part
    return text if own >= level else f"({text})"


def _joined_sum(terms: list[str]) -> str:
    text = terms[0]
    for term in terms[1:]:
        text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return text


def _product_text(node: Product, parts: list[tuple[str, int]]) -> tuple[str, int]:
    above: list[str] = []
    below: list[str] = []
    sign = ""
    for factor, part in zip(node.factors, parts, strict=True):
        if isinstance(factor, Number):
            sign = "-" if factor.value < 0 else ""
            size = abs(factor.value)
            if size.numerator != 1:
                above.append(str(size.numerator))
            if size.denominator != 1:
                below.append(str(size.denominator))
        elif isinstance(factor, Power) and factor.exponent == -1:
            below.append(part[0].removesuffix("**(-1)"))
        else:
            above.append(_wrapped(part, _PRODUCT))
    text = sign + ("*".join(above) or "1")
    for divisor in below:
        text += f"/{divisor}"
    return text, _SUM if sign else _PRODUCT


def _latex(node: Node, parts: list[tuple[str, int]]) -> tuple[str, int]:
    match node:
        case Number():
            return _latex_number(node.value)
        case Constant():
            return _LATEX_NAMES[node.name], _ATOM
        case Parameter():
            return rf"\mathrm{{{node.name}}}", _ATOM
        case Sum():
            return _joined_sum([part[0] for part in parts]), _SUM
        case Product():
            return _latex_product(node, parts)
        case Power():
            return _latex_power(node, parts[0])
        case Apply():
            return _latex_apply(node, parts[0][0]), _ATOM
        case Extremum():
            name = r"\max" if node.greatest else r"\min"
            return rf"{name}\left({parts[0][0]},\, {parts[1][0]}\right)", _ATOM
        case Positive():
            relation = ">" if node.strict else r"\ge"
            return f"{parts[0][0]} {relation} 0", _SUM
        case Truth():
            return (r"\top" if node.holds else r"\bot"), _SUM
        case Every():
            return r" \wedge ".join(rf"\left({text}\right)" for text, _ in parts), _SUM
        case Negation():
            return rf"\neg\left({parts[0][0]}\right)", _SUM
        case Where():
            rows = rf"{parts[1][0]} & {parts[0][0]} \\ {parts[2][0]} & \text{{otherwise}}"
            return rf"\begin{{cases}} {rows} \end{{cases}}", _ATOM
    return "z", _ATOM


def _latex_number(value: Fraction) -> tuple[str, int]:
    sign = "-" if value < 0 else ""
    size = abs(value)
    text = (
        str(size) if size.denominator == 1 else rf"\frac{{{size.numerator}}}{{{size.denominator}}}"
    )
    return sign + text, _SUM if sign else _ATOM


def _latex_wrapped(part: tuple[str, int], level: int) -> str:
    text, own = part
    return text if own >= level else rf"\left({text}\right)"


def _latex_power(node: Power, base: tuple[str, int]) -> tuple[str, int]:
    if node.exponent == Fraction(1, 2):
        return rf"\sqrt{{{base[0]}}}", _ATOM
    if node.exponent == -1:
        return rf"\frac{{1}}{{{base[0]}}}", _ATOM
    return f"{_latex_wrapped(base, _ATOM)}^{{{node.exponent}}}", _POWER


def _latex_apply(node: Apply, argument: str) -> str:
    if node.function == "exp":
        return f"e^{{{argument}}}"
    if node.function == "floor":
        return rf"\left\lfloor{argument}\right\rfloor"
    if node.function == "abs":
        return rf"\left|{argument}\right|"
    known = FUNCTIONS.get(node.function)
    name = (known.latex if known else "") or rf"\{node.function}"
    if node.function == "sign":
        name = r"\operatorname{sign}"
    return rf"{name}\left({argument}\right)"


def _latex_product(node: Product, parts: list[tuple[str, int]]) -> tuple[str, int]:
    above = [
        _latex_wrapped(part, _PRODUCT)
        for factor, part in zip(node.factors, parts, strict=True)
        if not (isinstance(factor, Power) and factor.exponent == -1)
        and not (isinstance(factor, Number) and factor.value == -1)
    ]
    below = [
        parts[k][0][len(r"\frac{1}{") : -1]
        for k, factor in enumerate(node.factors)
        if isinstance(factor, Power) and factor.exponent == -1
    ]
    sign = "-" if isinstance(node.factors[0], Number) and node.factors[0].value == -1 else ""
    text = r" \, ".join(above) or "1"
    if below:
        divisor = r" \, ".join(below)
        text = rf"\frac{{{text}}}{{{divisor}}}"
    return sign + text, _SUM if sign else _PRODUCT
