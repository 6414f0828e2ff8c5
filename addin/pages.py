"""The group 帮助: pages that are only looked at, written by `generator` and opened."""

from __future__ import annotations

from pathlib import Path

import udfs
from addin import settings
from addin.builder.versions import our_own
from addin.diagnosis import Check, diagnose
from addin.dialogs import Refusal
from addin.excel import open_book
from addin.install import this_machine
from addin.runtime import Desk, conf_of, working
from generator.report.pages import Column, Grid, Page, Tone
from generator.workbook.result import write_pages
from udfs.registry import FUNCTIONS, Example, Function

_SIGNS = {True: "正常", False: "有误", None: "—"}


def handbook(desk: Desk) -> None:
    """Open a workbook that explains every worksheet function."""
    udfs.functions()  # fills the registry
    columns = (
        Column("函数", width=18),
        Column("分类", width=12),
        Column("作用", width=48),
        Column("参数", width=60),
        Column("例子", width=56),
        Column("依据", width=36),
    )
    rows = [_function(each) for each in FUNCTIONS.values()]
    facts = (
        f"共 {len(rows)} 个函数。参数后面有“可省”的可以不写；"
        "空白单元格得空白，读不懂的内容以⚠开头原样显示，不会被当作 0。",
    )
    page = Page(
        "函数手册", "绩效函数手册", facts, (Grid("", columns, rows),), filter=True, frozen=1
    )
    _show(desk, page)


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
    _show(desk, Page("诊断", "绩效加载项诊断", facts, (Grid("", columns, rows),)))


def about(desk: Desk) -> None:
    """Tell the version, and where things are."""
    desk.ask.say(
        f"绩效（jixiao）{our_own()}\n"
        "预算绩效工作簿：从空白表样到汇总结果。MIT 许可。\n"
        f"设置：{conf_of(desk.app)}\n日志：{settings.log_file()}"
    )


def _show(desk: Desk, page: Page) -> None:
    """Write a page into our own folder and open it."""
    path = settings.own_folder() / f"{page.tab}.xlsx"
    for book in desk.app.books:
        if book.name == path.name:
            if Path(book.fullname) != path:
                raise Refusal(f"已经打开了另一个“{path.name}”，请先关闭它再试。")
            book.close()
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    with working(desk.app, page.tab):
        write_pages([page], path, path.parent)
    open_book(desk.app, path)


def _function(function: Function) -> tuple[str, ...]:
    arguments = "\n".join(
        f"{each.name}{'（可省）' if each.optional else ''}：{each.help}"
        for each in function.arguments
    )
    examples = "\n".join(_example(function, each) for each in function.examples)
    return (function.name, function.category, function.help, arguments, examples, function.source)


def _example(function: Function, example: Example) -> str:
    given = ",".join([*map(_literal, example.args), *map(_literal, example.kwargs.values())])
    return f"={function.name}({given}) → {_literal(example.expected)}　{example.note}"


def _literal(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return f'"{value}"'
        case [[*_], *_] as rows:
            return "{" + ";".join(_literal(row)[1:-1] for row in rows) + "}"
        case [*cells]:
            return "{" + ",".join(map(_literal, cells)) + "}"
    return str(value)
