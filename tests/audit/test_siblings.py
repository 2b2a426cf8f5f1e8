"""Who is accused beside its siblings, and who is not."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest

from xavier_theory.audit.findings import BY_DESIGN, DEVIATION, HAZARD, Finding, factor, ranked
from xavier_theory.audit.parameters import Parameter
from xavier_theory.audit.siblings import compared, sibling_groups, suspicious
from xavier_theory.frameworks.fans import fans

SEEDS = count(1)


def weight(name: str, std: float, shape: tuple[int, int] = (64, 48), **more: Any) -> Parameter:
    w = np.random.default_rng(next(SEEDS)).normal(0, std, shape)
    facts: dict[str, Any] = {
        "mean": float(w.mean()), "square": float((w**2).mean()),
        "largest": float(np.abs(w).max()), "least": float(np.abs(w).min()),
    }  # fmt: skip
    role = str(more.pop("role", "weight"))
    return Parameter(name, "Linear", role, shape, "float32", True, w.size,
                     fans=fans(shape, layout="torch"), **(facts | more))  # fmt: skip


def fixed(name: str, value: float, role: str = "bias", **more: Any) -> Parameter:
    told: dict[str, Any] = {
        "mean": value, "square": value**2, "largest": abs(value), "constant": True,
        "zeros": 48 if value == 0 else 0,
    }  # fmt: skip
    return Parameter(name, "Linear", role, (48,), "float32", bool(more.pop("trained", True)), 48,
                     **(told | more))  # fmt: skip


def he(index: int, times: float = 1.0) -> Parameter:
    return weight(f"blocks.{index}.fc.weight", times * math.sqrt(2 / 48))


def accused(*parameters: Parameter, ends: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    return [(one.kind, one.where) for one in compared(parameters, 1e-3, ends)[1]]


@pytest.mark.parametrize("times", [0.3, 1.5, 3.0])
def test_one_that_differs_is_named_with_its_repair(times: float) -> None:
    some = [he(i, times if i == 2 else 1) for i in range(5)]
    rows, findings = compared(some, 1e-3, frozenset())
    assert [(f.kind, f.where) for f in findings] == [(DEVIATION, "blocks.2.fc.weight")]
    assert findings[0].size == pytest.approx(max(times**2, times**-2), rel=0.15)
    scale = float(findings[0].fix.rpartition("mul_(")[2].rstrip(")"))
    assert scale == pytest.approx(1 / times, rel=0.08)
    assert rows[2].intended is not None and "He" in rows[2].intended.name


def test_nobody_is_accused_where_they_agree_or_all_differ() -> None:
    assert accused(*(he(i) for i in range(6))) == []
    assert accused(*(he(i, 1 / math.sqrt(2 * (i + 1))) for i in range(6))) == []  # by depth
    assert accused(*(weight(f"l.{i}.weight", 0.05) for i in range(6))) == []  # no documented scheme
    assert accused(he(0), he(1, 3)) == []  # two alone: who is right?
    other_fan = weight("l.7.weight", 0.05 * math.sqrt(48 / 300), (64, 300))
    assert accused(*(weight(f"l.{i}.weight", 0.05) for i in range(6)), other_fan) == []


def test_siblings_without_a_documented_scheme_share_a_number() -> None:
    same = [weight(f"l.{i}.weight", 0.0123, (64, 48 + 8 * (i % 2))) for i in range(6)]
    assert accused(*same) == []
    other = weight("l.9.weight", 0.0123 * math.sqrt(12))
    assert accused(*same, other) == [(DEVIATION, "l.9.weight")]
    fan = [
        weight(f"m.{i}.weight", math.sqrt(3.3 / n), (64, n))
        for i, n in enumerate((16, 64, 256, 99))
    ]
    assert accused(*fan) == []
    assert accused(*fan, weight("m.9.weight", math.sqrt(33 / 64), (64, 64))) == [
        (DEVIATION, "m.9.weight")
    ]


def test_small_differences_and_other_laws_have_no_consequence() -> None:
    assert accused(*(he(i) for i in range(5)), he(7, 1.07)) == []


def test_first_and_last_layers_are_told_not_accused() -> None:
    some = [he(i, 0.05 if i == 4 else 1) for i in range(5)]
    assert accused(*some, ends=frozenset({some[4].name})) == [(BY_DESIGN, some[4].name)]


def test_zeros_among_draws_are_by_design_and_one_bias_is_not() -> None:
    some = [he(i) for i in range(5)]
    nothing = replace(he(9), constant=True, square=0.0, mean=0.0, zeros=64 * 48, largest=0.0)
    assert accused(*some, nothing) == [(BY_DESIGN, "blocks.9.fc.weight")]
    biases = [fixed(f"blocks.{i}.fc.bias", 0.5 if i == 3 else 0.0) for i in range(5)]
    assert accused(*biases) == [(DEVIATION, "blocks.3.fc.bias")]


def test_no_more_false_accusations_than_stated() -> None:
    """600 sets of six at level 0.05: more than 62 have probability 2e-8 (binomial tail)."""

    def small(index: int) -> Parameter:
        return weight(f"l.{index}.weight", 0.0123, (8, 9))

    wrong = 0
    for make in (he, small):
        for _ in range(300):
            wrong += bool(compared([make(i) for i in range(6)], 0.05, frozenset())[1])
    assert wrong <= 62


def test_the_best_siblings_differ_in_one_place() -> None:
    names = [f"blocks.{i}.mlp.{j}.weight" for i in range(4) for j in (0, 2)]
    groups = sibling_groups([weight(name, 0.1) for name in names])
    assert sorted(pattern for pattern, _, _ in groups) == [
        "blocks.*.mlp.0.weight",
        "blocks.*.mlp.2.weight",
    ]
    groups = sibling_groups([weight(f"fc{i}.weight", 0.1) for i in range(3)])
    assert [(pattern, len(some)) for pattern, some, _ in groups] == [("fc*.weight", 3)]


def found(*parameters: Parameter, shuffled: frozenset[str] = frozenset()) -> list[Finding]:
    return list(suspicious(parameters, shuffled))


def test_what_one_parameter_shows_alone() -> None:
    assert found(he(0), fixed("a.bias", 0.0), fixed("n.weight", 1.0, "scale")) == []
    (nan,) = found(replace(he(0), nonfinite=3))
    assert nan.kind == DEVIATION and math.isinf(nan.size) and "3 of 3072" in nan.what
    (wild,) = found(replace(he(0), least=1e-41))
    assert "never written" in wild.what
    (constant,) = found(replace(he(0), constant=True, mean=0.1, square=0.01))
    assert (constant.kind, constant.theorem) == (DEVIATION, "symmetry")
    scale = replace(fixed("bn.weight", 0.0, "scale", trained=False), module_kind="BatchNorm2d")
    (frozen,) = found(scale)
    assert (frozen.kind, frozen.theorem) == (HAZARD, "zero-initialization")
    assert found(fixed("token", 0.0, "scale", trained=False)) == []


def test_equal_units_are_a_hazard_but_before_a_pixel_shuffle() -> None:
    some = replace(he(0), twins=32)
    assert [one.kind for one in found(some)] == [HAZARD]
    assert [one.kind for one in found(some, shuffled=frozenset({some.name}))] == [BY_DESIGN]
    assert found(replace(some, role="embedding")) == []


def test_copies_of_blocks_layers_and_networks() -> None:
    first = he(0)
    (one,) = found(first, replace(he(1), equals=first.name), he(2), he(3))
    assert (one.kind, one.where, one.size) == (DEVIATION, "blocks.1.fc.weight", 2)
    (all_,) = found(first, *(replace(he(i), equals=first.name) for i in (1, 2, 3)))
    assert (all_.kind, all_.size) == (HAZARD, 4)
    teacher = replace(he(0), name="teacher.0.fc.weight", equals=first.name)
    assert [one.kind for one in found(first, teacher)] == [BY_DESIGN]
    frozen = replace(he(1), equals=first.name, trained=False)
    assert [one.kind for one in found(first, frozen, he(2))] == [BY_DESIGN]


def test_findings_are_ranked_by_consequence() -> None:
    some = [Finding(BY_DESIGN, "a", "", 99.0), Finding(HAZARD, "b", "", 3.0),
            Finding(DEVIATION, "c", "", 3.0), Finding(HAZARD, "d", "", math.inf)]  # fmt: skip
    assert [one.where for one in ranked(some)] == ["d", "c", "b", "a"]
    assert some[3].to_json()["size"] is None
    assert (factor(4), factor(0.25), factor(0)) == (4, 4, math.inf)
