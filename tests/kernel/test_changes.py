"""A certificate with one change is refused, or what it proves is true all the same."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from tests.kernel import changing
from tests.kernel.changing import certificates, proved
from xavier_theory.kernel import Refused, check


def test_certificates_prove_what_was_derived() -> None:
    assert len(certificates()) >= 35
    for name in certificates():
        *cited, honest = proved(name)
        again = check(json.dumps(certificates()[name]), cited)[name]
        assert again.results == honest.results


def test_a_changed_certificate_is_refused_or_true(run_seed: int) -> None:
    counts, wrong = changing.many_changes(run_seed, 400)
    assert wrong == []
    assert counts["refused"] > 300, counts


@pytest.mark.parametrize("key", ["results", "conclusion", "names", "cites", "lines", "terms"])
def test_a_certificate_without_a_part_is_refused(key: str) -> None:
    data = dict(certificates()["xavier-variance"])
    del data[key]
    with pytest.raises(Refused):
        check(data, list(proved("xavier-variance")[:-1]))


def test_what_is_accepted_and_new_is_judged() -> None:
    """A false theorem with the Gamma of a true one is found out."""
    honest = proved("product-variance")[-1]
    line = honest.results["conclusion"]
    false = line._replace(right=("+", line.right, ("number", 1, 1)))
    found = honest._replace(results={"conclusion": false})
    assert changing.judge(honest, found) == "false"
    assert changing.judge(honest, honest) == "lines of the original"


def test_every_kind_of_change_is_made() -> None:
    kinds = Counter(
        changing.change(random.Random(seed), "xavier-variance")[1].split()[1] for seed in range(300)
    )
    assert set(kinds) == {"junk", "near", "move", "drop", "double", "swap", "nest"}


def test_an_assumption_with_fewer_conditions_is_a_stronger_one() -> None:
    data = json.loads(json.dumps(certificates()["layer-variance"]))
    place = next(k for k, a in enumerate(data["assumptions"]) if a[5])
    del data["assumptions"][place][5][0]
    *cited, honest = proved("layer-variance")
    found = check(data, cited)["layer-variance"]
    assert changing.judge(honest, found) == "fewer conditions: a stronger assumption"
