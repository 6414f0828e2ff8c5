"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from generator.workbook.save import save_workbook, workbook_bytes, write_bytes


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
