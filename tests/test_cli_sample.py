"""The command ``xavier-theory sample``: what it prints, writes, and refuses."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
from pathlib import Path

import pytest

from xavier_theory.cli.commands import xavier_theory
from xavier_theory.cli.running import run
from xavier_theory.monte_carlo.layers.log_factors import log_factor_moments

BASE = ["sample", "--width", "30", "--depth", "4", "--activation", "tanh", "--networks", "3"]


def test_json_has_the_documented_keys(capsys) -> None:
    assert run(xavier_theory, [*BASE, "--backward", "--json", "--init", "xavier"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [layer["layer"] for layer in data["layers"]] == [1, 2, 3, 4]
    for layer in data["layers"]:
        assert layer["width"] == 30
        assert layer["second_moment"] > 0
        assert layer["band"][0] < layer["predicted"] < layer["band"][1]
        assert layer["gradient_second_moment"] > 0


def test_json_has_the_exact_law_of_the_logarithm_where_it_is_known(capsys) -> None:
    relu = ["sample", "--width", "64", "--depth", "4", "--activation", "relu", "--json"]
    assert run(xavier_theory, relu) == 0
    last = json.loads(capsys.readouterr().out)["layers"][-1]
    one = log_factor_moments("relu", 64)
    assert last["log_mean_exact"] == pytest.approx(4 * (math.log(2 / 64) + one.mean))
    assert last["log_deviation_exact"] == pytest.approx(math.sqrt(4 * one.variance))
    assert run(xavier_theory, [*BASE, "--json"]) == 0
    tanh = json.loads(capsys.readouterr().out)["layers"][-1]
    assert tanh["log_mean_exact"] is None and tanh["log_deviation_exact"] is None


def test_csv_is_a_table_of_all_layers(capsys) -> None:
    assert run(xavier_theory, [*BASE, "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["layer"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert float(rows[0]["second_moment"]) == 1.0


def test_text_says_which_sampler_was_taken(capsys) -> None:
    assert run(xavier_theory, BASE) == 0
    out = capsys.readouterr().out
    assert "sampler deferred, seed 0" in out
    assert "band of 95 %" in out


def test_one_network_is_called_one_and_a_number_is_no_name(capsys) -> None:
    one = [*BASE[:-1], "1"]
    assert run(xavier_theory, [*one, "--init", "2"]) == 0
    assert capsys.readouterr().out.startswith("1 network with tanh: n·Var(W) = 2, normal")
    assert run(xavier_theory, [*BASE, "--init", "xavier"]) == 0
    assert capsys.readouterr().out.startswith("3 networks with tanh, xavier: n·Var(W) = 1")


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_rounding_leaves_no_negative_zero(capsys, form) -> None:
    # relu at He's scale keeps the limit at 1, but 0.99… times 2 by quadrature does not
    assert run(xavier_theory, [*BASE, "--activation", "relu", "--backward", form]) == 0
    out = capsys.readouterr().out
    assert "-0.0," not in out and "-0.0\n" not in out and "e-1" not in out


def test_ticks_of_layers_are_whole_numbers(tmp_path: Path, capsys) -> None:
    path = tmp_path / "three.svg"
    assert run(xavier_theory, [*BASE, "--depth", "3", "--plot", str(path)]) == 0
    labels = re.findall(r"<!-- (\d+\.?\d*) -->", path.read_text(encoding="utf-8"))
    assert labels[:4] == ["0", "1", "2", "3"]


def test_deep_networks_print_some_layers_and_the_last(capsys) -> None:
    arguments = ["sample", "--width", "9", "--depth", "1001", "--activation", "linear"]
    assert run(xavier_theory, arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 80
    assert any(line.split()[:1] == ["1001"] for line in lines)


@pytest.mark.parametrize("name", ["out.svg", "out.png"])
def test_a_figure_is_drawn_whole(tmp_path: Path, capsys, name) -> None:
    path = tmp_path / name
    assert run(xavier_theory, [*BASE, "--backward", "--plot", str(path)]) == 0
    assert path.stat().st_size > 1000
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_dead_and_orthogonal_networks_are_drawn_too(tmp_path: Path, capsys) -> None:
    for number, arguments in enumerate(
        (
            ["sample", "--width", "1", "--depth", "40", "--activation", "relu", "--backward"],
            [
                "sample",
                "--width",
                "9",
                "--depth",
                "4",
                "--activation",
                "tanh",
                "--init",
                "orthogonal",
            ],
        )
    ):
        path = tmp_path / f"{number}.svg"
        assert run(xavier_theory, [*arguments, "--plot", str(path)]) == 0
        assert path.exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (["--width", "0"], "width must be at least 1"),
        (["--depth", "-2"], "depth must be at least 1"),
        (["--activation", "tanhh"], "did you mean 'tanh'"),
        (["--init", "hee"], "did you mean 'he'"),
        (["--init", "-1"], "must be positive"),
        (["--seed", "abc"], "'abc' is not a whole number of at least 0"),
        (["--seed", "-1"], "'-1' is not a whole number of at least 0"),
        (["--init", "nan"], "must be finite"),
        (["--law", "unifrom"], "did you mean 'uniform'"),
        (["--sampler", "densee"], "did you mean 'dense'"),
        (["--sampler", "norm-chain"], "homogeneous activation, not tanh"),
        (["--width", "1000000", "--sampler", "dense"], "the sampler 'deferred' needs"),
        (["--json", "--csv"], "exclude each other"),
        (["--plot", "no/such/folder/picture.svg"], "there is no folder 'no/such/folder'"),
        (["--plot", "picture.gif"], "a figure is a file .svg, .png or .pdf"),
        (["--plot", "{folder}/pipe.svg"], "is a FIFO, which is not written over"),
    ],
)
def test_mistakes_are_one_line_and_status_two(capsys, tmp_path, change, says) -> None:
    os.mkfifo(tmp_path / "pipe.svg")
    change = [text.format(folder=tmp_path) for text in change]
    assert run(xavier_theory, [*BASE, *change]) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.err.count("\n") == 1


def test_an_interruption_prints_what_is_finished(capsys, monkeypatch) -> None:
    from xavier_theory.monte_carlo.layers import runs

    real, calls = runs.run_layers, []

    def stop_at_the_third(*arguments, **options):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(runs, "run_layers", stop_at_the_third)
    assert run(xavier_theory, [*BASE, "--sampler", "dense", "--json"]) == 130
    data = json.loads(capsys.readouterr().out)
    assert data["networks"] == 2
    assert data["interrupted"]
