"""What judges slips: models of the results of layers, and the results at the next index."""

from dataclasses import replace

import pytest

from tests.finite_models.drawing import drawn
from tools.slips.changes import slips
from tools.slips.finite import check_in_models
from tools.slips.proofs import next_instances, proof_of
from tools.slips.slack import elementary_slack
from xavier_theory.finite_models import Shape, satisfies
from xavier_theory.finite_models.checking.claims import Claim, reach
from xavier_theory.finite_models.drawing.shapes import fitted, shapes
from xavier_theory.symbolic.assumptions import equation, zero_mean
from xavier_theory.symbolic.encoding import encode
from xavier_theory.symbolic.terms import E, random_family, scalar
from xavier_theory.theorems import derive, theorem_module
from xavier_theory.theorems.depth_scale.proof import depth, e
from xavier_theory.theorems.finite_width import proof as fw
from xavier_theory.theorems.length_map.proof import phi, y
from xavier_theory.theorems.symbols import fan_in, i, l, layer_width, z

n, m = scalar("n", "width"), scalar("m", "width")
CASES = {
    "finite-width": (
        [fw.length[2], fw.response[1, 2], fw.response[2, 2]],
        Shape.of({fw.width: 2}, widths=(2, 2, 2), units=2, layers=1),
    ),
    "length-map": ([z[1], z[2], y[1], y[3]], Shape.of({fan_in: 2}, units=3)),
}


@pytest.mark.parametrize("name", CASES)
def test_models_of_these_theorems_satisfy_every_assumption(name):
    """By enumeration of the drawn models, not by how they were made."""
    context, (members, shape) = derive(name).context, CASES[name]
    solved = getattr(theorem_module(name), "SOLVED", {})
    for model in drawn(context.assumptions, members, shape, context.definitions, 3, solved):
        for assumption in context.assumptions:
            assert satisfies(model, assumption, context.definitions), assumption.name


@pytest.mark.parametrize("result", derive("finite-width").results)
def test_models_speak_of_every_result_of_finite_width(result):
    """And refute one that is one part in a hundred off, and one that goes a layer too far."""
    step = derive("finite-width").results[result]
    true = Claim.of(step, step.context)
    off = replace(true, left=step.left * 101 / 100)
    held, failed = check_in_models([true, off], 6, 0, {})
    assert (held.verdict, failed.verdict) == ("held", "failed")


def test_claims_that_no_small_model_speaks_of_together_are_parted():
    derivation = derive("finite-width")
    step = derivation.results["one_layer"]
    true = Claim.of(step, step.context)
    far = replace(true, left=E(fw.length[l + 3] ** 2))
    assert reach([true]) < reach([far])
    near = check_in_models([true, far], 1, 0, {})
    assert [report.verdict for report in near] == ["held", "not finite"]
    assert "atoms" in near[1].reason


def test_all_layers_are_as_wide_as_an_assumption_says():
    equal = equation("equal", layer_width[l], n, l)
    one, two = encode(n), encode(m)
    found = fitted(shapes([one, two]), [equal])
    assert {shape.widths for shape in found} == {(w, w, w) for w in (1, 2, 3)}
    assert all(shape.widths[0] == dict(shape.numbers)[one] for shape in found)
    assert any(dict(shape.numbers)[two] != dict(shape.numbers)[one] for shape in found)
    assert len(set(found)) == len(found)
    other = zero_mean("another", random_family("W", 1)[i], i)
    assert fitted(shapes([one, two]), [other]) == shapes([one, two])
    assert fitted(shapes([one]), [equation("one layer", layer_width[1], n)]) == shapes([one])


def test_units_of_the_length_map_differ_unless_they_are_said_to_share_a_moment():
    derivation = derive("length-map")
    solved = theorem_module("length-map").SOLVED
    for result, verdict in (("conclusion", "failed"), ("map", "held")):
        step = derivation.results[result]
        same = replace(
            Claim.of(step, step.context), left=E(phi(y[1]) ** 2), right=E(phi(y[2]) ** 2)
        )
        assert check_in_models([same], 20, 0, solved)[0].verdict == verdict


@pytest.mark.parametrize(
    ("name", "change", "count"),
    [
        ("finite-width", "h at the next index, on the left", 2),
        ("length-map", "z at the next index, on the left", 3),
        ("length-map", "u at the next index, on the left", 1),
        ("deferred-answers", "W at the next index, on the left", 2),
    ],
)
def test_what_holds_of_all_units_is_proved_of_the_next_ones(name, change, count):
    derivation = derive(name)
    found = [m for m in slips(derivation) if m.change == change]
    proved = [proof for slip in found if (proof := proof_of(slip, derivation)) is not None]
    assert len(proved) == count
    assert {(kind, step.rule) for kind, step in proved} == {("weaker", "specialize")}


def test_what_is_about_one_side_alone_is_not_proved_of_the_next_units():
    """Of numbers y[j], the next ones are others."""
    derivation = derive("length-map")
    found = [m for m in slips(derivation) if m.change == "y at the next index"]
    assert found
    assert [m.name for m in found if proof_of(m, derivation) is not None] == []


def test_an_inequality_may_follow_from_the_result_at_the_next_layer():
    derivation = derive("depth-scale")
    result = derivation.results["exponential"]
    (instance,) = next_instances(derivation, result).values()
    further = replace(Claim.of(result, result.context), left=abs(e[depth + 1]))
    assert elementary_slack(further, result) == ""
    assert elementary_slack(further, instance)
    assert elementary_slack(replace(further, left=abs(e[depth + 2])), instance) == ""


def test_only_what_no_assumption_names_has_a_next_value():
    derivation = derive("log-norm-spread")
    found = next_instances(derivation, derivation.results["at_least"])
    assert set(found) == {"depth + 1"}  # the law of C names the width
