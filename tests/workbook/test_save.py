"""Files are written whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from openpyxl import Workbook

from generator.workbook import save
from generator.workbook.save import (
    save_workbook,
    workbook_bytes,
    write_bytes,
    write_together,
)


def test_a_new_file_takes_the_place_of_the_old_one(tmp_path: Path):
    path = tmp_path / "汇总.xlsx"
    write_bytes(path, b"old")
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    path = tmp_path / "汇总.xlsx"
    path.mkdir()
    (path / "old").write_bytes(b"old")
    with pytest.raises(OSError, match="汇总"):
        write_bytes(path, b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["汇总.xlsx"]
    assert (path / "old").read_bytes() == b"old"


def test_equal_workbooks_are_equal_bytes(tmp_path: Path):
    def book() -> Workbook:
        made = Workbook()
        made.worksheets[0]["A1"] = "合计"
        return made

    save_workbook(book(), tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == workbook_bytes(book())


def test_files_written_together_are_each_there_and_nothing_else_is(tmp_path: Path):
    (tmp_path / "1.txt").write_bytes(b"old")
    write_together([(tmp_path / f"{i}.txt", str(i).encode()) for i in range(30)])
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {f"{i}.txt": str(i).encode() for i in range(30)}


def test_of_files_written_together_the_one_that_cannot_be_is_named(tmp_path: Path):
    (tmp_path / "b" / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="b") as told:
        write_together([(tmp_path / name, name.encode()) for name in "abc"])
    assert told.value.filename == str(tmp_path / "b")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_folder_that_is_gone_is_told_with_the_file(tmp_path: Path):
    with pytest.raises(OSError, match="gone"):
        write_together([(tmp_path / "gone" / "a", b"a")])


def test_a_file_of_which_nothing_can_be_written_is_named(tmp_path: Path):
    resource = pytest.importorskip("resource")  # Windows knows no such limit
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(OSError, match="a") as told:
            write_together([(tmp_path / "a", b"a")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (told.value.errno, told.value.filename) == (errno.EFBIG, str(tmp_path / "a"))
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_somebody_clears_away_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real = save._Begun.renamed

    def cleared(begun: save._Begun) -> bool:
        for each in tmp_path.glob("*.tmp"):
            each.unlink()
        return real(begun)

    monkeypatch.setattr(save._Begun, "renamed", cleared)
    write_together([(tmp_path / "a", b"a"), (tmp_path / "b", b"b")])
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == [b"a", b"b"]
