"""``xavier-theory fans``."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import xavier_theory as xt

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    from xavier_theory.cli import main

    def go(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["fans", *arguments])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return go


def test_fans_are_printed_as_in_python(run: Run) -> None:
    status, out, err = run("64,32,3,3", "--layout", "torch", "--groups", "4", "--stride", "2")
    assert (status, err) == (0, "")
    assert out == f"{xt.fans((64, 32, 3, 3), layout='torch', groups=4, stride=2)}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--layout", "keras", "--padding", "same", "--input-size", "8,7", "--stride", "2,1"],
         {"layout": "keras", "padding": "same", "input_size": (8, 7), "stride": (2, 1)}),
        (["--layout", "torch", "--padding", "1", "--input-size", "8", "--padding-mode", "circular"],
         {"layout": "torch", "padding": 1, "input_size": 8, "padding_mode": "circular"}),
        (["--layout", "torch", "--padding", "1:0,2:1", "--input-size", "8", "--dilation", "2"],
         {"layout": "torch", "padding": ((1, 0), (2, 1)), "input_size": 8, "dilation": 2}),
        (["--layout", "torch", "--transposed", "--output-padding", "1", "--input-size", "5",
          "--stride", "2"],
         {"layout": "torch", "transposed": True, "output_padding": 1, "input_size": 5,
          "stride": 2}),
        (["--layout", "keras", "--kind", "depthwise"], {"layout": "keras", "kind": "depthwise"}),
        (["--layout", "jax", "--equation", "abc,abcd->ad", "--in-axis", "1,2", "--out-axis", "3",
          "--batch-axis", "-4"],
         {"layout": "jax", "equation": "abc,abcd->ad", "in_axis": (1, 2), "out_axis": 3,
          "batch_axis": -4}),
    ],
)  # fmt: skip
def test_every_option_is_the_argument_of_its_name(
    run: Run, arguments: list[str], told: dict[str, object]
) -> None:
    status, out, err = run("6,6,3,3", *arguments, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out) == json.loads(json.dumps(xt.fans((6, 6, 3, 3), **told).to_json()))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["64,3"], "a shape needs a layout, 'torch', 'keras', 'jax'"),
        (["64,x", "--layout", "torch"], "SHAPE is whole numbers with commas between"),
        (["64,3.5", "--layout", "torch"], "SHAPE is whole numbers"),
        (["", "--layout", "torch"], "SHAPE is whole numbers"),
        (["64,3,3", "--layout", "torch", "--stride", "two"], "--stride is whole numbers"),
        (["64,3,3", "--layout", "torch", "--padding", "1:x"], "--padding is whole numbers"),
        (["64,3,3", "--layout", "torhc"], "did you mean 'torch'"),
        (["9" * 40 + ",3", "--layout", "torch"], "SHAPE is whole numbers"),
    ],
)
def test_mistakes_are_one_line(run: Run, arguments: list[str], says: str) -> None:
    status, out, err = run(*arguments)
    assert status == 2 and out == "" and says in err and err.count("\n") == 1
