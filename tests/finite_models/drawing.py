"""Drawn models for tests: fixed bytes, so that each run sees the same ones."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from xavier_theory.finite_models.drawing.plan import Plan
from xavier_theory.finite_models.drawing.theory import Theory
from xavier_theory.finite_models.errors import UnluckyDrawError
from xavier_theory.finite_models.evaluation.model import Model, Shape
from xavier_theory.finite_models.evaluation.reading import Reader
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.encoding import encode
from xavier_theory.symbolic.judgements import Definition


def drawn(
    assumptions: Sequence[Assumption],
    members: Iterable[Any],
    shape: Shape,
    definitions: Sequence[Definition] = (),
    count: int = 12,
    solved: Any = None,
) -> Iterator[Model]:
    """``count`` models for each of three ways to let members depend on each other."""
    wanted = [encode(member) for member in members]
    for variant in range(3):

        def read(reader: Reader) -> list[int]:
            return [reader.read(member) for member in wanted]

        plan = Plan(
            Theory(tuple(assumptions), tuple(definitions), solved or {}), shape, read, variant
        )
        source = random.Random(variant)
        found = 0
        for data in [bytes(8), *(source.randbytes(64) for _ in range(3 * count))]:
            try:
                model = plan.completed(*plan.draw(data))
            except UnluckyDrawError:
                continue
            found += 1
            yield model
            if found == count:
                break
        if found < count:
            raise AssertionError(f"only {found} of {count} draws satisfy the assumptions")
