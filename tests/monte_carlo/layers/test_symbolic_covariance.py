"""The conditional law by exact algebra in sympy: queries with a free parameter, both sides.

Queries are orthogonalized without roots: for q orthogonal to the earlier ones,
W q = P (PᵀP)⁻¹ Xᵀ q + (I − P (PᵀP)⁻¹ Pᵀ) g with g ~ N(0, ‖q‖² I). An answer is a linear form in
the g; it is kept as one coefficient matrix for each g.
"""

from __future__ import annotations

import pytest
import sympy
from sympy import Matrix, eye, zeros

t = sympy.Symbol("t", positive=True)

SCRIPTS = {
    "forward, back, forward": (2, 3, [("W", [1, t, 0]), ("T", [t, 1]), ("W", [0, 1, t])]),
    "back first": (3, 2, [("T", [1, t, 2]), ("W", [t, 1]), ("T", [0, 1, -1])]),
    "a query in the span": (2, 2, [("W", [1, t]), ("T", [1, 2]), ("W", [2, 2 * t])]),
    "all of it": (2, 2, [("W", [1, t]), ("T", [1, 1]), ("W", [1, 0]), ("T", [1, 0])]),
}


class SymbolicLayer:
    """The deferred sampler over rational functions of t."""

    def __init__(self, rows: int, columns: int, projects: bool = True) -> None:
        self.sizes = {"W": (columns, rows), "T": (rows, columns)}
        self.known: dict[str, list] = {"W": [], "T": []}  # (query, answer as a linear form)
        self.weights: list = []  # the variance of each g
        self.projects = projects

    def ask(self, side: str, query: Matrix) -> list:
        length = self.sizes[side][1]
        rest, form = query, []
        for q, image in self.known[side]:
            c = sympy.cancel((q.T * rest)[0] / (q.T * q)[0])
            rest = (rest - c * q).applyfunc(sympy.cancel)
            form = added(form, image, c * eye(length))
        if not rest.is_zero_matrix:
            image = self.fresh(side, rest, length)
            self.known[side].append((rest, image))
            form = added(form, image, eye(length))
        return form

    def fresh(self, side: str, q: Matrix, length: int) -> list:
        form, projection = [], eye(length)
        for p, answer in self.known["T" if side == "W" else "W"]:
            form = added(form, answer, p * q.T / (p.T * p)[0])
            projection -= p * p.T / (p.T * p)[0]
        self.weights.append((q.T * q)[0])
        own = [None] * (len(self.weights) - 1) + [projection if self.projects else eye(length)]
        return added(form, own, eye(length))

    def covariance(self, forms: list[list]) -> Matrix:
        total = zeros(sum(rows_of(form) for form in forms))
        for number, weight in enumerate(self.weights):
            tall = Matrix.vstack(*(part(form, number, self) for form in forms))
            total += weight * tall * tall.T
        return total.applyfunc(sympy.cancel)


def added(form: list, other: list, factor: Matrix) -> list:
    """form + factor·other, g by g; a missing coefficient is zero."""
    length = max(len(form), len(other))
    padded = [each + [None] * (length - len(each)) for each in (form, other)]
    return [
        one if two is None else (factor * two if one is None else one + factor * two)
        for one, two in zip(*padded, strict=True)
    ]


def rows_of(form: list) -> int:
    return next(each.rows for each in form if each is not None)


def part(form: list, number: int, layer: SymbolicLayer) -> Matrix:
    """The coefficient of g number ``number``, zero when it does not occur."""
    if number < len(form) and form[number] is not None:
        return form[number]
    return zeros(rows_of(form), layer.widths[number])


def both_covariances(name: str, projects: bool = True) -> tuple[Matrix, Matrix]:
    rows, columns, script = SCRIPTS[name]
    layer = SymbolicLayer(rows, columns, projects)
    layer.widths = []
    forms, maps = [], []
    for side, entries in script:
        query = Matrix(entries)
        before = len(layer.weights)
        forms.append(layer.ask(side, query))
        layer.widths += [layer.sizes[side][1]] * (len(layer.weights) - before)
        unit = eye(rows if side == "W" else columns)
        product = sympy.kronecker_product
        maps.append(product(unit, query.T) if side == "W" else product(query.T, unit))
    dense = Matrix.vstack(*maps)
    return layer.covariance(forms), (dense * dense.T).applyfunc(sympy.cancel)


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_conditional_law_gives_the_covariance_of_a_dense_matrix(name: str) -> None:
    ours, dense = both_covariances(name)
    assert (ours - dense).applyfunc(sympy.cancel).is_zero_matrix


def test_without_the_projection_the_covariance_is_another() -> None:
    ours, dense = both_covariances("forward, back, forward", projects=False)
    assert not (ours - dense).applyfunc(sympy.cancel).is_zero_matrix
