"""Rules applied in a context, one proof for each: what tests of single rules need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.tactics import RULES as NAMES

_proofs: dict[int, tuple[Context, Proof]] = {}


def proof_in(context: Context) -> Proof:
    """The proof of the tests in ``context``."""
    return _proofs.setdefault(id(context), (context, Proof("test", context)))[1]


def _apply(name: str, context: Context, *arguments: Any, **named: Any) -> Step:
    step: Step = getattr(proof_in(context), name)(*arguments, **named)
    return step


RULES: Mapping[str, Callable[..., Step]] = MappingProxyType(
    {name: partial(_apply, name) for name in NAMES}
)
