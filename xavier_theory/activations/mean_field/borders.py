"""Where the phases of the (σ_w, σ_b) plane meet, solved for row by row: for pictures.

On a row of one σ_b the phase is followed along σ_w, and every change is bisected. Rows that cross
the same phases in the same order make a band; where the order changes between two rows, rows are
added until they are close. Everything is in floating point, from a table of ``fast``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from xavier_theory.activations.mean_field.fast import LengthTable, phases_at

_COLUMNS, _ROWS = 241, 161
_HALVINGS = 24  # of the distance between two columns
_CLOSER = 10  # halvings of the distance between two rows
_MOST_ROWS = 400


@dataclass(frozen=True)
class Band:
    """Rows at ``heights`` (m,) that cross the phases ``codes`` (k,) between ``edges`` (k + 1, m).

    ``edges[0]`` and ``edges[-1]`` are the ends of the rows.
    """

    heights: np.ndarray
    codes: tuple[int, ...]
    edges: np.ndarray


@dataclass(frozen=True)
class _Row:
    height: float
    codes: tuple[int, ...]
    edges: tuple[float, ...]


def bands(
    table: LengthTable, width: float, height: float, *, least: float, start: float = 1.0
) -> list[Band]:
    """The phases for ``least`` ≤ σ_w ≤ ``width`` and 0 ≤ σ_b ≤ ``height``, from below upwards.

    Neighbours share their common height, so that together they cover the rectangle.
    """
    columns = np.linspace(least, width, _COLUMNS)
    rows = _rows(table, columns, np.linspace(0.0, height, _ROWS), start)
    for _ in range(_CLOSER):
        ends = [(a.height, b.height) for a, b in pairwise(rows) if _differ(a, b)]
        if not ends or len(rows) + len(ends) > _MOST_ROWS:
            break
        middles = np.array([(a + b) / 2 for a, b in ends])
        rows = sorted([*rows, *_rows(table, columns, middles, start)], key=lambda row: row.height)
    return _banded(rows)


def _differ(lower: _Row, upper: _Row) -> bool:
    return lower.codes != upper.codes


def _rows(table: LengthTable, columns: np.ndarray, heights: np.ndarray, start: float) -> list[_Row]:
    codes = np.stack(
        [phases_at(table, columns**2, np.full_like(columns, h**2), start) for h in heights]
    )
    row, column = np.nonzero(codes[:, 1:] != codes[:, :-1])
    found: list[list[tuple[float, int]]] = [[] for _ in heights]  # where, and the phase beyond
    low, high, goal = columns[column], columns[column + 1], codes[row, column + 1]
    before = codes[row, column]
    while row.size:
        low, high = _bisected(table, low, high, heights[row], before, start)
        after = phases_at(table, high**2, heights[row] ** 2, start)
        for k, place, code in zip(row, (low + high) / 2, after, strict=True):
            found[k].append((float(place), int(code)))
        more = (after != goal) & (high < columns[column + 1])
        row, column, goal, before = row[more], column[more], goal[more], after[more]
        low, high = high[more], columns[column + 1]
    first, last = float(columns[0]), float(columns[-1])
    rows = []
    for height, start_code, changes in zip(heights, codes[:, 0], found, strict=True):
        changes.sort()
        edges = (first, *(place for place, _ in changes), last)
        rows.append(_Row(float(height), (int(start_code), *(code for _, code in changes)), edges))
    return rows


def _bisected(
    table: LengthTable,
    low: np.ndarray,
    high: np.ndarray,
    heights: np.ndarray,
    before: np.ndarray,
    start: float,
) -> tuple[np.ndarray, np.ndarray]:
    """The first change from the phase ``before``, to within the last bits of a picture."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        same = phases_at(table, middle**2, heights**2, start) == before
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return low, high


def _banded(rows: list[_Row]) -> list[Band]:
    groups: list[list[_Row]] = []
    for row in rows:
        if groups and not _differ(groups[-1][-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    found = []
    for k, group in enumerate(groups):
        heights = [row.height for row in group]
        edges = np.array([row.edges for row in group]).T
        if k > 0:  # from half way to the row before
            heights.insert(0, (groups[k - 1][-1].height + group[0].height) / 2)
            edges = np.column_stack([edges[:, 0], edges])
        if k + 1 < len(groups):
            heights.append((group[-1].height + groups[k + 1][0].height) / 2)
            edges = np.column_stack([edges, edges[:, -1]])
        found.append(Band(np.array(heights), group[0].codes, edges))
    return found
