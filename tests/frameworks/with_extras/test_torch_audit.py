"""Audits of whole models: healthy ones pass, planted defects come first, mistakes are one line."""

from __future__ import annotations

import doctest
import json
import math
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import xavier_theory as xt
from tests.frameworks.with_extras.torch_models import ResNet, Transformer, mlp
from xavier_theory.audit.auditing import UnhealthyModelError
from xavier_theory.audit.of_torch.describing import described

NOISE = torch.randn(32, 128, generator=torch.Generator().manual_seed(1))
IMAGES = torch.randn(4, 3, 16, 16, generator=torch.Generator().manual_seed(1))
TOKENS = torch.randint(200, (4, 32), generator=torch.Generator().manual_seed(1))


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(5)


@pytest.mark.parametrize(
    ("make", "batch"),
    [
        (mlp, NOISE),
        (lambda: mlp(activation=nn.Tanh), NOISE),
        (ResNet, IMAGES),
        (Transformer, TOKENS),
    ],
)
def test_healthy_models_pass_and_are_predicted(make: Callable[[], Any], batch: Any) -> None:
    found = xt.assert_healthy(make(), batch)
    assert found.findings == [] and "nothing found" in str(found)
    local = found.accuracy("local")
    # 128 outputs have q within √(2/128) = 13 % of its expectation, the last 10 within 45 %
    assert local is not None and local.median < 0.13
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["healthy"] is True


def test_a_layer_three_times_too_large_is_named_with_repair_and_effect() -> None:
    model = mlp()
    with torch.no_grad():
        model[6].weight.mul_(3)
    found = xt.audit(model, NOISE)
    first = found.findings[0]
    assert (first.kind, first.where, first.theorem) == ("deviation", "6.weight", "layer-variance")
    assert first.size == pytest.approx(9, rel=0.1)
    assert "second moment here" in first.after and "at the output" in first.after
    assert not found.healthy
    with pytest.raises(UnhealthyModelError, match=r"deviation at 6\.weight"):
        xt.assert_healthy(model, NOISE)
    with torch.no_grad():  # what the fix says, word for word
        scale = float(first.fix.rpartition("mul_(")[2].rstrip(")"))
        model.get_parameter("6.weight").mul_(scale)
    assert xt.audit(model, NOISE).findings == []


def test_a_gradient_that_vanishes_is_predicted_explained_and_repaired() -> None:
    model = nn.Sequential(*[p for _ in range(16) for p in (nn.Linear(128, 128), nn.ReLU())])
    (hazard,) = xt.audit(model, NOISE).findings
    assert (hazard.kind, hazard.theorem) == ("hazard", "correlation-map")
    assert "the gradient shrinks 0.1" in hazard.what and hazard.size > 1e9
    predicted = float(hazard.what.rpartition("predicts ")[2])
    assert abs(math.log(predicted * hazard.size)) < 2  # of 25: within a factor of 8
    assert "gradient 1 at the same place" in hazard.after
    xt.initialize(model, NOISE)
    after = xt.assert_healthy(model, NOISE)  # the first weight, behind no relu, is told by design
    ops = [op.gradient.q for op in after.ops if op.kind == "linear" and op.gradient is not None]
    assert abs(math.log(ops[0] / ops[-1])) < 4 * math.sqrt(16 * 5 / 128)  # finite-width


def test_a_sigmoid_between_relus_is_named_and_a_gate_is_not() -> None:
    model = mlp()
    model[5] = nn.Sigmoid()
    first = xt.audit(model, NOISE).findings[0]
    assert (first.where, first.theorem) == ("5", "sigmoid-gradient") and first.size > 16

    class Gated(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.gate = mlp(6, 128), nn.Linear(128, 128)
            nn.init.xavier_normal_(self.gate.weight)

        def forward(self, x: Any) -> Any:
            return self.body(x * torch.sigmoid(self.gate(x)))

    assert xt.audit(Gated(), NOISE).healthy


def test_clones_of_torchs_encoder_are_a_hazard_and_named_once() -> None:
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(32, 2, 64, batch_first=True), 3)
    (one,) = xt.audit(model, torch.randn(2, 6, 32)).findings
    assert one.kind == "hazard" and "all 3 layers.*" in one.what


def test_zero_heads_frozen_teachers_and_unused_parts_are_by_design() -> None:
    model = mlp()
    nn.init.zeros_(model[-1].weight)
    assert xt.audit(model, NOISE).healthy
    model.unused = nn.Linear(4, 4)

    class Uses(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.unused = mlp(), nn.Linear(4, 4)

        def forward(self, x: Any) -> Any:
            return self.model(x)

    (told,) = xt.audit(Uses(), NOISE).findings
    assert told.kind == "by design" and "no op of this run takes it" in told.what


def test_dead_units_and_infinite_results_are_found() -> None:
    model = mlp()
    nn.init.constant_(model[4].bias, -100.0)
    dead = [one for one in xt.audit(model, NOISE).findings if "dead" in one.what]
    assert [one.where for one in dead] == ["5"]

    class Overflows(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(128, 8)

        def forward(self, x: Any) -> Any:
            return torch.exp(self.layer(x) * 1000)

    first = xt.audit(Overflows(), NOISE).findings[0]
    assert "not finite" in first.what and first.line is not None


def test_grouped_convolutions_that_count_all_channels() -> None:
    parts: list[Any] = [nn.Conv2d(3, 64, 3, padding=1), nn.ReLU()]
    for _ in range(5):
        parts += [nn.Conv2d(64, 64, 3, padding=1, groups=4), nn.ReLU()]
    model = nn.Sequential(*parts, nn.Conv2d(64, 4, 1))
    for one in model[:-1]:
        if isinstance(one, nn.Conv2d):
            nn.init.kaiming_normal_(one.weight, mode="fan_out")
            nn.init.zeros_(one.bias)
    found = xt.audit(model, IMAGES)
    assert [one.where for one in found.findings if one.kind != "by design"] == ["2.weight"]
    assert found.findings[0].size == 4**5 and "all 4 groups" in found.findings[0].what


def test_descriptions_of_parameters() -> None:
    model = nn.ModuleDict(
        {
            "linear": nn.Linear(30, 20), "norm": nn.LayerNorm(20), "lstm": nn.LSTM(20, 30),
            "table": nn.Embedding(50, 20, padding_idx=3), "heads": nn.MultiheadAttention(20, 2),
            "up": nn.ConvTranspose2d(4, 6, 3, stride=2),
        }
    )  # fmt: skip
    model["tied"] = nn.Linear(20, 50, bias=False)
    model["tied"].weight = model["table"].weight
    with torch.no_grad():
        model["linear"].weight[7] = model["linear"].weight[2]
        model["linear"].bias[1] = torch.nan
        nn.init.orthogonal_(model["up"].weight, 3.0)
    by_name = {one.name: one for one in described(model, frozenset(), {})}
    roles = {
        "norm.weight": "scale", "lstm.weight_hh_l0": "recurrent", "table.weight": "embedding",
        "heads.in_proj_weight": "attention", "up.weight": "convolution", "up.bias": "bias",
        "linear.weight": "weight",
    }  # fmt: skip
    assert {name: by_name[name].role for name in roles} == roles
    w = model["linear"].weight.detach().double()
    assert by_name["linear.weight"].square == pytest.approx(float(w.square().mean()), rel=1e-6)
    assert by_name["linear.weight"].mean == pytest.approx(float(w.mean()), abs=1e-8)
    assert by_name["linear.weight"].largest == pytest.approx(float(w.abs().max()))
    assert by_name["linear.weight"].twins == 1 and by_name["linear.bias"].nonfinite == 1
    assert by_name["tied.weight"].tied == "table.weight"
    assert by_name["table.weight"].zeros == 0 and by_name["table.weight"].count == 49 * 20
    assert (
        by_name["up.weight"].scale == pytest.approx(3)
        and by_name["linear.bias"].of == "linear.weight"
    )


def test_initialize_keeps_the_signal_and_can_be_undone() -> None:
    model, other = ResNet(), torch.randn(4, 3, 16, 16)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    random_state = torch.get_rng_state()
    done = xt.initialize(model, IMAGES, law="uniform", seed=3)
    assert torch.equal(torch.get_rng_state(), random_state)
    assert xt.audit(model, other).healthy and "keeps q = 1" in str(done)
    assert not torch.equal(model.conv1.weight, before["conv1.weight"])
    done.undo()
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    again = xt.initialize(model, IMAGES, law="uniform", seed=3)
    once = model.conv1.weight.clone()
    again.undo()
    xt.initialize(model, IMAGES, law="uniform", seed=3)
    assert torch.equal(model.conv1.weight, once)


@pytest.mark.parametrize("law", ["normal", "uniform", "truncated-normal", "orthogonal"])
def test_initialize_in_every_law_gives_the_second_moment_that_it_predicts(law: str) -> None:
    """tanh layers of 128 units: q varies by about √(2/128) = 13 % a layer, and is drawn to 1."""
    model = mlp(6, 128, nn.Tanh)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(0.2).add_(0.01)
    done = xt.initialize(model, NOISE, law=law)
    for op in xt.audit(model, NOISE).ops:
        if op.kind == "linear" and op.shape[-1] == 128:
            assert op.state is not None and op.state.q == pytest.approx(1, abs=0.3)
    assert all(change.after == 0 for change in done.changes if change.name.endswith("bias"))


@pytest.mark.parametrize(
    ("make", "batch"),
    [(lambda: mlp(8, 64), NOISE[:, :64]), (lambda: mlp(8, 64, nn.GELU), NOISE[:, :64]),
     (lambda: Transformer(depth=2), TOKENS), (lambda: ResNet(16), IMAGES)],
)  # fmt: skip
def test_a_correction_on_data_is_exact_and_is_undone_too(make: Any, batch: Any) -> None:
    model = make()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    done = xt.initialize(model, batch, correct=True)
    targets = {change.name: change.predicted for change in done.changes if change.predicted}
    for op in xt.audit(model, batch).ops:
        if op.weight and op.weight.weight in targets:
            assert op.state is not None
            assert op.state.q == pytest.approx(targets[op.weight.weight], rel=1e-4)
    assert any("on the batch" in change.why for change in done.changes)
    done.undo()
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_initialize_leaves_what_is_meant_and_says_so() -> None:
    model = Transformer(depth=2)
    nn.init.zeros_(model.head.weight)
    model.blocks[0].up.weight.requires_grad_(False)
    kept = model.blocks[0].up.weight.clone()
    table = model.tok.weight.clone()
    done = xt.initialize(model, TOKENS)
    assert torch.equal(model.blocks[0].up.weight, kept) and torch.equal(model.tok.weight, table)
    assert not model.head.weight.any()
    assert "head.weight is left alone: it is zero on purpose" in done.notes
    assert "blocks.0.up.weight is left alone: it is frozen" in done.notes
    ends = [change for change in done.changes if "branches" in change.why]
    assert len(ends) == 4
    gelu = xt.initialize(mlp(6, 128, nn.GELU), NOISE)
    assert any("unstable" in note for note in gelu.notes)


class Fails(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(8, 8), nn.Linear(4, 4))

    def forward(self, x: Any) -> Any:
        return self.inner(x)


def lazy() -> Any:
    return nn.LazyLinear(4)


def meta() -> Any:
    return nn.Linear(8, 8, device="meta")


GOOD = torch.ones(4, 8)
MISTAKES: list[tuple[Callable[[], Any], Any, dict[str, Any], str]] = [
    (Fails, GOOD, {}, r"does not run on this batch of \(4, 8\) float32: in inner\.1 \(Linear\): "),
    (lambda: mlp(2, 8), torch.ones(4, 8, dtype=torch.long), {}, r"\(4, 8\) int64: in 0 \(Linear\)"),
    (lazy, GOOD, {}, "weight is lazy"),
    (meta, GOOD, {}, "weight is on the meta device"),
    (lambda: nn.ReLU(), GOOD, {}, "ReLU has no parameters"),
    (lambda: nn.Linear, GOOD, {}, "got the class Linear"),
    (lambda: "model", GOOD, {}, "takes a torch.nn.Module, got str"),
    (lambda: mlp(2, 8), torch.ones(0, 8), {}, r"the batch is empty: .* \(0, 8\)"),
    (lambda: mlp(2, 8), 3, {}, "the batch is a tensor, a tuple .* got int"),
    (lambda: mlp(2, 8), {}, {}, "the batch holds no tensor"),
    (lambda: nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8)), torch.ones(1, 8), {},
     r"in 1 \(BatchNorm1d\): ValueError: Expected more than 1 value"),
    (lambda: mlp(2, 8), GOOD, {"level": 2.0}, "the level is a probability"),
    (lambda: mlp(2, 8), GOOD, {"seed": -1}, "the seed is a whole number"),
    (lambda: mlp(2, 8), None, {"loss": torch.sum}, "a loss needs a batch"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "batch", "options", "text"), MISTAKES)
def test_mistakes_are_one_clear_line(
    make: Callable[[], Any], batch: Any, options: dict[str, Any], text: str
) -> None:
    with pytest.raises(xt.InvalidInputError, match=text) as caught:
        xt.audit(make(), batch, **options)
    assert "\n" not in str(caught.value)


def test_initialize_asks_for_a_batch_and_a_law() -> None:
    with pytest.raises(xt.InvalidInputError, match="a batch is needed"):
        xt.initialize(mlp(2, 8))
    with pytest.raises(xt.UnknownNameError, match="did you mean 'uniform'"):
        xt.initialize(mlp(2, 8), GOOD, law="unifrom")


def test_nan_parameters_are_found_without_a_run() -> None:
    model = mlp(2, 8)
    with torch.no_grad():
        model[0].weight[0, 0] = torch.nan
    found = xt.audit(model, GOOD)
    assert found.findings[0].where == "0.weight" and found.recording is None
    assert "no run was recorded: 0.weight is not finite" in str(found)
    json.dumps(found.to_json(), allow_nan=False)


def test_other_types_devices_of_mind_and_ways_to_run() -> None:
    assert xt.audit(mlp(3, 64).bfloat16(), torch.randn(8, 64).bfloat16()).healthy
    assert xt.audit(mlp(3, 64).double(), torch.randn(8, 64).double()).healthy
    with torch.no_grad():
        assert xt.audit(mlp(3, 64), torch.randn(8, 64)).accuracy("backward") is not None
    compiled = torch.compile(mlp(3, 64), backend="eager")
    assert [op.kind for op in xt.audit(compiled, torch.randn(8, 64)).ops].count("linear") == 4
    found = xt.audit(mlp(3, 64), loss=None)
    assert found.ops == [] and len(found.parameters) == 8 and found.accuracy("local") is None
    with torch.inference_mode(), pytest.raises(xt.InvalidInputError, match="inference mode"):
        xt.audit(mlp(3, 64), torch.randn(8, 64))


def test_a_loss_of_ones_own_starts_the_gradient() -> None:
    model = mlp(3, 16)
    found = xt.audit(model, torch.ones(4, 16), loss=lambda out: out.square().sum())
    model(torch.ones(4, 16)).square().sum().backward()
    by_name = {row.parameter.name: row.parameter.gradient for row in found.parameters}
    for name, parameter in model.named_parameters():
        assert by_name[name] == pytest.approx(float(parameter.grad.square().mean()), rel=1e-4)


def test_html_escapes_what_users_name() -> None:
    model = nn.ModuleDict({"<b>": nn.Linear(4, 4)})
    html = xt.audit(model)._repr_html_()
    assert "<b>" not in html and "&lt;b&gt;" in html


Run = Callable[..., tuple[int, str, str]]
HERE = "tests.frameworks.with_extras.audited_factories"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    from xavier_theory.cli import main

    def go(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["audit", *arguments])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return go


def test_the_command_prints_what_python_returns(run: Run) -> None:
    status, out, err = run(f"{HERE}:healthy", "--input", "16,32", "--seed", "2")
    assert (status, err) == (0, "") and "nothing found" in out
    status, out, err = run(f"{HERE}:vanishing", "--input", "16,32", "--json")
    data = json.loads(out)
    assert status == 1 and data["findings"][0]["kind"] == "hazard" and not data["healthy"]
    assert set(data) == {"model", "seed", "level", "healthy", "findings", "parameters", "ops",
                         "accuracy", "unknown", "remarks", "changed"}  # fmt: skip
    assert run(f"{HERE}:transformer", "--tokens", "2,8")[0] == 0
    assert run(f"{HERE}:instance")[0] == 0


def test_the_command_writes_the_page_beside_its_text(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "audit.html"
    told = ("--redraws", "8", "--html", str(page))
    status, out, _ = run(f"{HERE}:vanishing", "--input", "16,32", *told)
    text = page.read_text("utf-8")
    assert status == 1 and "hazard" in out and text.startswith("<!doctype html>")
    assert text.count("<svg") == 2 and "<polygon" in text and "correlation-map" in text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["no colon"], "a model is named package.module:function"),
        (["no.such:make"], "cannot import no.such"),
        ([f"{HERE}:missing"], "has no missing"),
        ([f"{HERE}:text"], "is neither a function nor a model"),
        ([f"{HERE}:broken"], "does not make a model: RuntimeError: planted in two lines"),
        ([f"{HERE}:healthy", "--input", "4,x"], "a shape is whole numbers"),
        ([f"{HERE}:healthy", "--input", "0,32"], "a shape is whole numbers"),
        ([f"{HERE}:healthy", "--tokens", "4,8"], "say how many tokens"),
        ([f"{HERE}:healthy", "--input", "4,3", "--tokens", "4,8"], "exclude each other"),
        ([f"{HERE}:healthy", "--input", "4,3"], "does not run on this batch"),
        ([f"{HERE}:healthy", "--html", "."], "is a folder, which is not written over"),
        ([f"{HERE}:healthy", "--input", "4,32", "--redraws", "3"], "redraws is 0 or a whole"),
    ],
)
def test_mistakes_on_the_command_line(run: Run, arguments: list[str], text: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "") and text in err and err.count("\n") == 1


def test_an_executor_makes_the_same_redraws() -> None:
    model, batch = mlp(3, 32), NOISE[:, :32]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context) as executor:
        found = xt.audit(model, batch, redraws=8, executor=executor)
    assert found.bands and found.bands == xt.audit(model, batch, redraws=8).bands
    with (
        ThreadPoolExecutor() as threads,
        pytest.raises(xt.InvalidInputError, match="threads share torch's random state"),
    ):
        xt.audit(model, batch, redraws=8, executor=threads)
    model.extra = lambda: None
    with (
        ProcessPoolExecutor(1, context) as executor,
        pytest.raises(xt.InvalidInputError, match="this one cannot be: "),
    ):
        xt.audit(model, batch, redraws=8, executor=executor)


def test_redraws_find_what_no_variance_shows() -> None:
    """All weights of one layer positive: their mean square is theirs, their rows sum up."""
    model = mlp()
    assert xt.audit(model, NOISE, redraws=24).findings == []
    with torch.no_grad():
        model[8].weight.abs_()
    before = model[8].weight.clone()
    state = torch.get_rng_state()
    found = xt.audit(model, NOISE, redraws=24)
    assert [one.where for one in found.findings if "redraws" in one.what] == ["8.weight"]
    assert torch.equal(model[8].weight, before) and torch.equal(torch.get_rng_state(), state)
    op = next(one for one in found.ops if one.weight and one.weight.weight == "2.weight")
    low, high = found.bands[op.index]
    assert op.state is not None and low < op.state.q < high
    with pytest.raises(xt.InvalidInputError, match="redraws is 0 or a whole number of at least 8"):
        xt.audit(model, NOISE, redraws=3)


def test_the_page_runs_as_printed() -> None:
    page = str(Path(__file__).resolve().parents[3] / "docs" / "audit.md")
    failed, tried = doctest.testfile(
        page, module_relative=False, encoding="utf-8", optionflags=doctest.ELLIPSIS
    )
    assert failed == 0 and tried >= 9
