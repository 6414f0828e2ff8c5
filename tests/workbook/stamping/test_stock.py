"""Blanks kept on disk: found again, never trusted when damaged, never taken for another."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from generator.layout import Layout, lay_out, shape_of
from generator.model.period import Period
from generator.model.roster import Department
from generator.stamp import Stamper
from generator.workbook.keys import Key
from generator.workbook.stamping import stock
from generator.workbook.stamping.stock import Stock, blank_key, stock_folder
from tests.check.forms import form_of

PERIOD = Period(2024, 12, "year")
KEY = Key(b"1" * 32)
SOMEONE = Department("1", "甲")
TEXT = """
fields:
  who: {label: 单位, type: text, fill: "{{ department.name }}"}
  money: {label: 金额, type: amount}
  double: {label: 两倍, type: amount, computed: money * 2}
"""
FORM = form_of(TEXT)


def layout_of(text: str = TEXT, period: Period = PERIOD, version: str = "1") -> Layout:
    form = replace(form_of(text), version=version)
    return lay_out(form, period, shape_of(form, SOMEONE))


def stamped(folder: Path | None) -> bytes:
    return Stamper(FORM, PERIOD, KEY, Stock(folder)).stamp(SOMEONE)


def refuse(_: Layout) -> bytes:
    raise AssertionError("a Blank is drawn that is in stock")


def test_a_blank_in_stock_is_not_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    drawn = stamped(tmp_path)
    monkeypatch.setattr("generator.workbook.stamping.blank.draw_blank", refuse)
    assert stamped(tmp_path) == drawn


DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda content: content[:-100],
    lambda _: b"",
    lambda content: content[:500] + bytes([content[500] ^ 1]) + content[501:],
    lambda content: content[:5] + b"x" + content[6:],
    lambda content: content + b" ",
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_blank_is_drawn_anew_and_mended(tmp_path: Path, damage: Callable[[bytes], bytes]):
    sound = stamped(tmp_path)
    [path] = tmp_path.iterdir()
    kept = path.read_bytes()
    path.write_bytes(damage(kept))
    assert stamped(tmp_path) == sound
    assert path.read_bytes() == kept


def test_without_a_folder_to_write_to_stamping_goes_on(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    assert stamped(tmp_path / "file" / "folder") == stamped(None)


def test_what_makes_a_blank_another_makes_its_key_another():
    keys = [
        blank_key(layout_of()),
        blank_key(layout_of(TEXT.replace("金额", "数额"))),
        blank_key(layout_of(TEXT.replace("money * 2", "money * 3"))),
        blank_key(layout_of(TEXT.replace("department.name", "department.code"))),
        blank_key(layout_of(period=Period(2025, 12, "year"))),
        blank_key(layout_of(version="2")),
    ]
    assert len(set(keys)) == len(keys)
    assert blank_key(layout_of()) == keys[0]


def test_another_program_draws_its_own(monkeypatch: pytest.MonkeyPatch):
    ours = blank_key(layout_of())
    monkeypatch.setattr(stock, "_program", lambda: "another")
    assert blank_key(layout_of()) != ours


def test_what_was_not_used_for_a_month_is_thrown_away(tmp_path: Path):
    for name, age in (("old.blank", 31), ("new.blank", 29), ("other.txt", 99)):
        path = tmp_path / name
        path.write_bytes(b"")
        then = path.stat().st_mtime - age * 86_400
        os.utime(path, (then, then))
    Stock(tmp_path).tidy()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.blank", "other.txt"]


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({"JIXIAO_CACHE": "c", "XDG_CACHE_HOME": "d"}, "linux", Path("c")),
        ({"LOCALAPPDATA": "C"}, "win32", Path("C", "jixiao", "Cache")),
        ({"XDG_CACHE_HOME": "c"}, "linux", Path("c", "jixiao")),
        ({}, "linux", Path.home() / ".cache" / "jixiao"),
        ({}, "darwin", Path.home() / "Library" / "Caches" / "jixiao"),
    ],
)
def test_blanks_are_kept_in_the_users_cache(
    environment: dict[str, str], platform: str, folder: Path
):
    assert stock_folder(environment, platform) == folder
