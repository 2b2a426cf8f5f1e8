"""The command line: what it prints, where, and with which exit status."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.documents.fakes import CONTROL, STEPS, WRONG, report_for
from xavier_theory import api
from xavier_theory.cli import main
from xavier_theory.cli.commands import xavier_theory
from xavier_theory.documents import proving
from xavier_theory.kernel.check import MOST_CHARACTERS
from xavier_theory.theorems import theorems
from xavier_theory.verification import report_text
from xavier_theory.verification.workers import available

NAME = "product-variance"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def called(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        status = ended.value.code
        assert isinstance(status, int)
        return status, printed.out, printed.err

    return called


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Verification without sampling: ``checks`` says what a theorem's checks come to."""
    chosen: dict[str, Any] = {"checks": (STEPS, CONTROL)}

    def verify(names: Any = None, seed: int = 0, progress: Any = None, workers: int = 1) -> Any:
        chosen.update(names=names, seed=seed, workers=workers)
        names = [names] if isinstance(names, str) else names
        return report_for(*(names or theorems()), checks=chosen["checks"])

    monkeypatch.setattr(api, "verify", verify)
    monkeypatch.setattr(proving, "verify", verify)
    return chosen


def _is_one_line(text: str) -> bool:
    return text.startswith("xavier-theory: ") and text.count("\n") == 1 and text.endswith("\n")


def test_list_names_every_theorem(run: Run) -> None:
    status, out, err = run("list")
    assert (status, err) == (0, "")
    assert all(name in out for name in theorems())


def test_list_as_json_has_the_documented_keys(run: Run) -> None:
    _, out, _ = run("list", "--json")
    data = json.loads(out)
    assert [item["name"] for item in data] == theorems()
    assert all(list(item) == ["name", "title", "claims"] for item in data)


def test_output_in_a_pipe_has_no_colours(run: Run) -> None:
    for arguments in (["list"], ["show", NAME]):
        assert "\x1b" not in run(*arguments)[1]


@pytest.mark.parametrize("name", theorems())
def test_show_prints_every_step(run: Run, name: str) -> None:
    status, out, _ = run("show", name)
    assert status == 0
    for number in range(1, len(api.derive(name).steps) + 1):
        assert f"({number}) " in out
    assert "Sum(" not in out and "**" not in out


@pytest.mark.parametrize("name", ["deferred-answers", "gain-stability"])
def test_show_breaks_long_formulas_between_terms(run: Run, name: str) -> None:
    lines = run("show", name)[1].splitlines()
    assert max(map(len, lines)) <= 100
    assert not any(line.count("[") != line.count("]") for line in lines)  # W[j, k] stays whole


def test_show_as_json_has_every_step(run: Run) -> None:
    data = json.loads(run("show", NAME, "--json")[1])
    assert [step["number"] for step in data["steps"]] == list(
        range(1, len(api.derive(NAME).steps) + 1)
    )


def test_verify_passes_with_0_and_names_the_error_rates(run: Run, reports: dict[str, Any]) -> None:
    status, out, err = run("verify", NAME, "--seed", "7")
    assert (status, err, reports["seed"], reports["names"]) == (0, "", 7, (NAME,))
    assert "false-alarm probability at most 1e-06" in out


def test_work_is_shared_among_the_processors_or_as_asked(run: Run, reports: dict[str, Any]) -> None:
    run("verify", "--workers", "3")
    assert reports["workers"] == 3
    run("verify")
    assert reports["workers"] == available()
    status, _, err = run("verify", "--workers", "0")
    assert status == 2 and "--workers" in err and _is_one_line(err)


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "xavier_theory", "list"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert NAME in done.stdout


def test_the_table_of_verify_comes_with_its_legend(run: Run, reports: dict[str, Any]) -> None:
    out = run("verify")[1]
    (heads,) = [
        line.split() for line in out.splitlines() if "controls" in line and "verdict" in line
    ]
    assert " - " in out and "- is none." in out
    for kind in [*report_text.KINDS, "controls"]:
        assert kind in heads
        assert len([line for line in out.splitlines() if line.startswith(f"  {kind} ")]) == 1
    assert report_text.LEGEND not in run("verify", NAME)[1]  # each check has its own row there


def test_verify_as_json_has_the_documented_keys(run: Run, reports: dict[str, Any]) -> None:
    data = json.loads(run("verify", "--json")[1])
    assert list(data) == ["passed", "seed", "false_alarm_probability", "theorems"]
    assert [item["name"] for item in data["theorems"]] == theorems()
    assert {"kind", "name", "verdict"} <= set(data["theorems"][0]["checks"][0])


def test_verify_fails_with_1_and_says_what_failed(run: Run, reports: dict[str, Any]) -> None:
    reports["checks"] = (STEPS, WRONG)
    status, out, _ = run("verify")
    assert status == 1
    assert "FAILED: it fails: refuted, expected consistent" in out


def test_claims_have_the_documented_keys(run: Run, reports: dict[str, Any]) -> None:
    data = json.loads(run("claims", "--json")[1])
    assert [item["id"] for item in data] == [f"C{number}" for number in range(1, 22)]
    assert all(list(item) == ["id", "verdict", "evidence"] for item in data)
    assert "C21" in run("claims")[1]


def test_claims_fail_with_1_when_their_evidence_does(run: Run, reports: dict[str, Any]) -> None:
    reports["checks"] = (WRONG,)
    assert run("claims")[0] == 1


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    path = tmp_path / "certificate.json"
    data = json.loads(json.dumps(api.derive("layer-variance").certificate()))
    path.write_text(json.dumps(data), encoding="utf-8")
    return path, data


def test_check_says_what_is_proved_and_from_what(run: Run, certificate: Any) -> None:
    status, out, _ = run("check", str(certificate[0]))
    assert status == 0
    assert "Var(z[i]) = (fan_in * input_variance * weight_variance)" in out
    assert "weights_have_zero_mean" in out and "where z[#0] := (b[#0] + sum(" in out
    assert json.loads(run("check", str(certificate[0]), "--json")[1])["is_the_theorem"] is True


def test_check_lists_the_lemmas_that_are_only_cited(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "glorot.json"
    path.write_text(json.dumps(api.derive("glorot-variance").certificate()), encoding="utf-8")
    assert "logarithm-below-tangent" in run("check", str(path))[1]


def test_check_rejects_a_changed_step_by_its_number(run: Run, certificate: Any) -> None:
    path, data = certificate
    place = next(k for k, line in enumerate(data["lines"]) if line[2] and line[2][0] == "=")
    data["lines"][place][2][2] = "1"
    path.write_text(json.dumps(data), encoding="utf-8")
    status, out, err = run("check", str(path))
    assert (status, out) == (2, "")
    assert f"line {place}:" in err and _is_one_line(err)


def test_check_says_when_a_name_is_borrowed(run: Run, certificate: Any) -> None:
    path, data = certificate
    data["results"]["conclusion"] = data["results"]["mean"]
    path.write_text(json.dumps(data), encoding="utf-8")
    status, out, _ = run("check", str(path))
    assert status == 1
    assert "NOT what the theorem layer-variance of this package says" in out


def test_check_says_when_a_name_is_unknown(run: Run, certificate: Any) -> None:
    path, data = certificate
    data["theorem"] = "my-theorem"
    path.write_text(json.dumps(data), encoding="utf-8")
    status, out, _ = run("check", str(path))
    assert (status, "no theorem called my-theorem" in out) == (0, True)


def test_gain_is_certified(run: Run) -> None:
    data = json.loads(run("gain", "relu", "--json")[1])
    assert list(data)[:7] == [
        "activation",
        "value",
        "lower",
        "upper",
        "certified",
        "closed_form",
        "convention",
    ]
    assert data["lower"] <= 2**0.5 <= data["upper"]
    assert data["closed_form"] == "sqrt(2)"


def test_gain_takes_parameters(run: Run) -> None:
    status, out, _ = run("gain", "leaky_relu", "-p", "slope=1", "--json")
    assert (status, json.loads(out)["value"]) == (0, 1.0)


def test_prove_writes_and_then_finds_everything_fresh(
    run: Run, reports: Any, tmp_path: Path
) -> None:
    out = tmp_path / "proofs"
    assert run("prove", "--out", str(out))[0] == 0
    assert run("prove", "--check", "--out", str(out)) == (0, "", "")
    assert json.loads(run("prove", "--json", "--out", str(out))[1])["changed"] == []


def test_prove_check_prints_a_diff_of_a_stale_page_and_writes_nothing(
    run: Run, reports: Any, tmp_path: Path
) -> None:
    run("prove", "--out", str(tmp_path))
    page = tmp_path / f"{NAME}.md"
    page.write_text(page.read_text().replace("Independence", "Dependence"), encoding="utf-8")
    stale = page.read_text()
    status, out, _ = run("prove", "--check", "--out", str(tmp_path))
    assert status == 1
    assert "-**(1)**" in out or "+**(1)**" in out or "Dependence" in out
    assert page.read_text() == stale


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lst"], "did you mean 'list'"),
        (["--colour"], "No such option"),
        (["show"], "Missing argument"),
        (["show", "layr-variance"], "did you mean 'layer-variance'"),
        (["verify", "--seed", "-1"], "'-1' is not a whole number of at least 0"),
        (["verify", "--seed", "half"], "'half' is not a whole number of at least 0"),
        (["check", "no-such-file.json"], "No such file"),
        (["check", "/dev/zero"], "/dev/zero is a device, not a file"),
        (["check", "."], "Is a directory"),
        (["gain", "reluu"], "did you mean 'relu'"),
        (["gain", "leaky_relu", "-p", "slope"], "NAME=VALUE"),
        (["gain", "leaky_relu", "-p", "slope=1/0"], "division by zero"),
        (["prove", "--out", "/dev/null/proofs"], "Not a directory"),
        (["prove", "product-varianc"], "did you mean 'product-variance'"),
    ],
)
def test_a_users_error_is_one_line_and_status_2(
    run: Run, reports: Any, arguments: list[str], said: str
) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert said in err and _is_one_line(err)


def test_prove_writes_one_page_and_says_what_it_left(
    run: Run, reports: dict[str, Any], tmp_path: Path
) -> None:
    status, out, _ = run("prove", NAME, "--out", str(tmp_path))
    assert (status, reports["names"]) == (0, [NAME])
    assert "2 files, 2 changed" in out and "prove without a NAME writes them" in out
    assert run("prove", NAME, "--check", "--out", str(tmp_path)) == (0, "", "")
    reports["checks"] = (WRONG,)
    status, out, _ = run("prove", NAME, "--json", "--out", str(tmp_path))
    assert (status, json.loads(out)) == (
        1, {"changed": [str(tmp_path / f"{NAME}.md")], "passed": False},
    )  # fmt: skip


@pytest.mark.parametrize("folder", ["/dev/null/proofs", "/proc/proofs"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.setattr(proving, "book", lambda *_: pytest.fail("it worked first"))
    status, _, err = run("prove", "--out", folder)
    assert (status, _is_one_line(err)) == (2, True)
    assert folder in err


def test_a_page_of_somebody_else_is_told_before_the_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(proving, "book", lambda *_: pytest.fail("it worked first"))
    (tmp_path / "README.md").write_text("mine")
    status, out, err = run("prove", "--out", str(tmp_path))
    assert (status, out, _is_one_line(err)) == (2, "", True)
    assert "README.md was not written by prove" in err
    assert (tmp_path / "README.md").read_text() == "mine"


def test_prove_tells_what_it_leaves_alone(run: Run, reports: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine")
    for arguments in (["prove"], ["prove", "--check"]):
        status, _, err = run(*arguments, "--out", str(tmp_path))
        assert (status, err.count("\n")) == (0, 1)
        assert str(tmp_path / "notes.md") in err


@pytest.mark.parametrize("what", ["FIFO", "large"])
def test_check_reads_files_of_a_bounded_size_alone(run: Run, tmp_path: Path, what: str) -> None:
    path = tmp_path / "certificate.json"
    if what == "FIFO":
        os.mkfifo(path)
    else:
        with path.open("wb") as file:
            file.truncate(MOST_CHARACTERS + 1)  # takes no room: nothing is written
    status, out, err = run("check", str(path))
    assert (status, out, _is_one_line(err)) == (2, "", True)
    assert ("is a FIFO" if what == "FIFO" else "larger than 4,000,000 bytes") in err


def test_an_interruption_is_130_and_leaves_no_page(
    run: Run, reports: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("prove", "--out", str(tmp_path))
    page = tmp_path / f"{NAME}.md"
    page.write_text("old\n", encoding="utf-8")

    def interrupted(*paths: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    status, _, err = run("prove", "--out", str(tmp_path))
    assert (status, _is_one_line(err.lstrip())) == (130, True)
    assert page.read_text().endswith("old\n")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_full_disk_is_one_line(
    run: Run, reports: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Any, target: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    monkeypatch.setattr(os, "replace", full)
    status, _, err = run("prove", "--out", str(tmp_path / "proofs"))
    assert (status, _is_one_line(err)) == (2, True)
    assert "No space left" in err


@pytest.mark.parametrize("command", sorted(xavier_theory.commands))
def test_help_has_examples_each_on_a_line_of_its_own(run: Run, command: str) -> None:
    status, out, _ = run(command, "--help")
    assert status == 0
    assert "\\b" not in out and "\b" not in out
    lines = out[out.index("Examples:") :].splitlines()[1:]
    examples = lines[: lines.index("")]
    assert examples
    assert all(line.strip().startswith(f"xavier-theory {command}") for line in examples)


def test_without_a_command_there_is_help(run: Run) -> None:
    status, out, err = run()
    assert (status, err) == (0, "")
    assert "Commands:" in out


def test_a_closed_pipe_is_no_traceback() -> None:
    code = "from xavier_theory.cli import main; main(['show', 'layer-variance'])"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    with process.stderr as stderr:
        assert stderr.read() == b""
    assert process.wait() == 141


def test_help_loads_no_heavy_module() -> None:
    code = (
        "import sys; from xavier_theory.cli import commands; "
        "print([m for m in ('sympy', 'numpy', 'scipy') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
