"""Random texts that aim at cost: towers, deep nests, fast waves, poles, numbers at the edges."""

from __future__ import annotations

import numpy as np

_NUMBERS = ("0", "1", "2", "-3", "1/7", "0.1", "1e-200", "1e150", "1e308", "10**10", "2**-900",
            "pi", "9**99", "1e-999", "100", "1e5")  # fmt: skip
_FUNCTIONS = ("exp", "log", "tanh", "sin", "cos", "sqrt", "abs", "sign", "arcsin", "arctanh",
              "log1p", "expm1", "sinh", "cosh", "erf", "Phi", "sigmoid", "softplus", "relu",
              "arcsinh", "arccosh", "floor", "round", "gelu", "reciprocal", "square",
              "exp2", "tan")  # fmt: skip


def hostile_text(generator: np.random.Generator, depth: int = 6) -> str:
    """A text in z, seldom harmless."""
    kind = generator.integers(0, 14)
    if depth == 0 or kind == 0:
        return "z" if generator.random() < 0.7 else str(generator.choice(_NUMBERS))

    def part() -> str:
        return hostile_text(generator, depth - int(generator.integers(1, 4)) if depth > 2 else 0)

    if kind <= 3:
        return f"({part()} {generator.choice(['+', '-', '*', '/'])} {part()})"
    if kind == 4:
        return f"({part()})**{generator.choice(['2', '9', '-1', '(1/2)', '(1/3)', '100', '999'])}"
    if kind == 5:
        return f"where({part()} > {part()}, {part()}, {part()})"
    if kind == 6:
        return f"{generator.choice(['min', 'max'])}({part()}, {part()})"
    if kind == 7:
        name, times = generator.choice(_FUNCTIONS), int(generator.integers(2, 30))
        return f"{name}(" * times + part() + ")" * times
    if kind == 8:
        return f"({generator.choice(_NUMBERS)})*{part()}"
    if kind == 9:
        return f"({part()})**({part()})"
    return f"{generator.choice(_FUNCTIONS)}({part()})"
