"""The group 帮助: pages that are only looked at, written by `generator` and opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from addin import settings
from addin.builder.versions import our_own
from addin.diagnosis import Check, diagnose
from addin.dialogs import Refusal
from addin.excel import open_book
from addin.install import this_machine
from addin.runtime import Desk, conf_of, working
from generator.report.pages import Column, Grid, Page, Tone
from generator.workbook.handbook import write_handbook
from generator.workbook.result.write import write_pages

HANDBOOK = "函数手册.xlsx"
_SIGNS = {True: "正常", False: "有误", None: "—"}


def handbook(desk: Desk) -> None:
    """Open a workbook that explains every worksheet function."""
    _show(desk, HANDBOOK, write_handbook)


def diagnose_machine(desk: Desk) -> None:
    """Open a page that says what is installed, what is wrong, and how to mend it."""
    app = desk.app
    xlam = conf_of(app).parents[1] / settings.XLAM
    with working(app, "诊断"):
        checks = [
            *diagnose(xlam, this_machine()),
            Check("Excel", f"版本 {app.version}，当前工作簿 {desk.book.fullname}"),
        ]
    tones = {"正常": Tone.GOOD, "有误": Tone.BAD}
    columns = (
        Column("项目", width=16),
        Column("结论", width=8, tones=tones),
        Column("现状", width=70),
        Column("怎么办", width=60),
    )
    rows = [(each.name, _SIGNS[each.good], each.state, each.remedy or None) for each in checks]
    wrong = sum(1 for each in checks if each.good is False)
    facts = (f"共 {wrong} 处有误，请按“怎么办”一栏处理。" if wrong else "没有发现问题。",)
    page = Page("诊断", "绩效加载项诊断", facts, (Grid("", columns, rows),))
    _show(desk, f"{page.tab}.xlsx", lambda path: write_pages([page], path, path.parent))


def about(desk: Desk) -> None:
    """Tell the version, and where things are."""
    desk.ask.say(
        f"绩效（jixiao）{our_own()}\n"
        "预算绩效工作簿：从空白表样到汇总结果。MIT 许可。\n"
        f"设置：{conf_of(desk.app)}\n日志：{settings.log_file()}"
    )


def _show(desk: Desk, name: str, write: Callable[[Path], object]) -> None:
    """Write a workbook into our own folder and open it; an older one that is open is replaced."""
    path = settings.own_folder() / name
    for book in desk.app.books:
        if book.name == path.name:
            if Path(book.fullname) != path:
                raise Refusal(f"已经打开了另一个“{path.name}”，请先关闭它再试。")
            book.close()
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    with working(desk.app, path.stem):
        write(path)
    open_book(desk.app, path)
