"""Trees as text that ``parsing`` reads back."""

from __future__ import annotations

from fractions import Fraction

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


def to_text(root: Node, limit: int = _MOST_CHARACTERS) -> str:
    """The expression in the language of ``parsing``, cut off after ``limit`` characters."""
    known: dict[Node, tuple[str, int]] = {}
    for node in postorder(root):
        text, level = _text(node, [known[child] for child in node.children])
        known[node] = (text if len(text) <= limit else text[: limit - 1] + "…", level)
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
