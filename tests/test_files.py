"""Users' files: what is read, and that writing replaces a file whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.files import kind_of, read_regular, write_whole


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    (tmp_path / "link").symlink_to(path)
    assert read_regular(path, 5) == read_regular(tmp_path / "link", 5) == b"12345"
    with pytest.raises(InvalidInputError, match="larger than 4 bytes"):
        read_regular(path, 4)


def test_what_may_never_end_or_begin_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    for path, what in (
        (tmp_path / "pipe", "a FIFO"),
        (Path("/dev/zero"), "a device"),
        (tmp_path / "link", "a device"),
        (tmp_path, "a folder"),
    ):
        with pytest.raises((InvalidInputError, IsADirectoryError)) as refused:
            read_regular(path, 100)
        assert f"is {what}" in str(refused.value) or what == "a folder"


@pytest.mark.parametrize("content", ["text é\r\n", b"\x00\xff"])
def test_a_file_is_written_as_it_is_given(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "file"
    for _ in range(2):
        write_whole(path, content)
        assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert os.listdir(tmp_path) == ["file"]


def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write_whole(tmp_path / "new", "")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode
    (tmp_path / "new").chmod(0o600)
    write_whole(tmp_path / "new", "again")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600


def test_a_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "target", tmp_path / "link"
    link.symlink_to(target)
    for content in ("first", "second"):  # a link to nothing, then one to a file
        write_whole(link, content)
        assert link.is_symlink() and target.read_text() == content


def test_what_is_no_file_is_not_written_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "loop", Path("/dev/null")):
        before = kind_of(path)
        with pytest.raises(InvalidInputError, match="not written over"):
            write_whole(path, "text")
        assert kind_of(path) == before


def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def failing(source: object, target: object) -> None:
        raise PermissionError(1, "Operation not permitted", str(source))

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(PermissionError) as failed:
        write_whole(path, "new")
    assert failed.value.filename == str(path)  # the name that the user knows
    assert os.listdir(tmp_path) == ["file"] and path.read_text() == "old"


def test_files_beside_are_left_alone(tmp_path: Path) -> None:
    for name in (".b.part.svg", ".b.svg.part", ".b.svg.writing-"):
        (tmp_path / name).write_text("mine")
    write_whole(tmp_path / "b.svg", "a figure")
    assert len(os.listdir(tmp_path)) == 4


def test_a_killed_drawing_leaves_nothing(tmp_path: Path) -> None:
    """Killed where the figure is half drawn, which takes the most of its time."""
    code = (
        "import os, signal, sys; from matplotlib.figure import Figure\n"
        "real = Figure.savefig\n"
        "def savefig(self, *arguments, **named):\n"
        "    real(self, *arguments, **named)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Figure.savefig = savefig\n"
        "from xavier_theory.cli import main; main(sys.argv[1:])"
    )
    command = ["sample", "--width", "3", "--depth", "3", "--activation", "tanh", "--plot", "a.svg"]
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.getcwd()}, capture_output=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    assert os.listdir(tmp_path) == []
