"""What the terminal shows: readable, and harmless whatever departments write."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from generator.model.finding import Finding, Kind, Place
from generator.model.merged import Merged
from generator.report import terminal
from generator.report.terminal import print_findings, print_recovery, progress_bar

FINDING = Finding("R-1", Kind.LOGIC, Place("a.xlsx", "表", 7, 3), "错了。", "改一改。")


def shown(print_: Callable[..., None], what: object) -> str:
    stream = io.StringIO()
    print_(what, Console(file=stream, width=200, highlight=False))
    return stream.getvalue()


def test_findings_are_listed_by_file_sheet_and_cell():
    assert shown(print_findings, [FINDING]).splitlines() == [
        "a.xlsx",
        "  表",
        "    C7      [逻辑] R-1  错了。",
        "            → 改一改。",
        "共 1 条疑点：逻辑 1。",
    ]


def test_no_finding_is_said_too():
    assert shown(print_findings, []) == "没有发现疑点。\n"


def test_what_departments_write_cannot_steer_the_terminal():
    evil = Finding("R", Kind.NOTE, Place("a"), "\x1b[2J[bold]红[/bold] :smile:", "x")
    text = shown(print_findings, [evil])
    assert "\x1b" not in text
    assert "[bold]红[/bold] :smile:" in text


def test_recovery_is_a_table_of_departments(merged: Merged):
    text = shown(print_recovery, merged)
    assert "应报 4 个单位，已报 2 个，回收率 50.0%。" in text
    assert "未回收" in text
    assert text.splitlines()[-1] == "共 2 条疑点：基本平衡 1、逻辑 1。"


def test_a_progress_bar_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]):
    with progress_bar("汇总", None) as advance:
        advance("a.xlsx", 2)
        advance("b.xlsx", 2)
    assert capsys.readouterr() == ("", "")


def test_of_very_many_departments_only_those_are_listed_that_have_not_returned(
    merged: Merged, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(terminal, "_MOST_LISTED", 1)
    text = shown(print_recovery, merged)
    assert "单位很多，只列没有正常回收的" in text
    assert [code in text for code in ("205", "101", "0301")] == [True, False, False]
