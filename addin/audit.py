"""The group 审核: check the workbook on the screen, and shares that someone printed."""

from __future__ import annotations

from collections import Counter

from addin import marks
from addin.dialogs import Cancelled, Refusal
from addin.excel import copy_of, new_sheet, refuse_if_structure_locked
from addin.printed import HEADINGS, judged
from addin.runtime import Desk, readers, working
from addin.selection import selected_table
from generator.merge import check_files
from generator.model.finding import Kind

_SHARES = "占比复核"
_FAULTY = {"不符": marks.COLOURS[Kind.BALANCE], "舍入可解释": marks.COLOURS[Kind.VERIFY]}


def check_workbook(desk: Desk) -> None:
    """Check a copy of the workbook; list what was found, and mark it in the cells if wished."""
    book = desk.book
    refuse_if_structure_locked(book)
    if marks.lists_of(book):
        raise Refusal(f"上次的审核结果还在“{marks.TAB}”表里，请先点“清除标记”再检查。")
    with working(desk.app, "检查"), copy_of(book) as copy:
        findings = check_files([copy], crew=readers())
    if not findings:
        desk.ask.say(f"“{book.name}”没有发现疑点。")
        return
    counts = Counter(each.kind for each in findings)
    told = "、".join(f"{kind} {counts[kind]} 处" for kind in Kind if counts[kind])
    colour = desk.ask.confirm(
        f"发现{told}，列在新工作表“{marks.TAB}”里。"
        "要在表中涂色并加批注吗？（可用“清除标记”恢复原样）"
    )
    with working(desk.app, "标记疑点"):
        sheet = marks.write_list(book, findings)
        locked = marks.mark(book, findings) if colour else []
        sheet.activate()
    if locked:
        desk.ask.say(f"工作表{_listed(locked)}设有密码，没有涂色；疑点都在“{marks.TAB}”里。")


def clear_marks(desk: Desk) -> None:
    """Take back what check_workbook did to the workbook."""
    book = desk.book
    lists = marks.lists_of(book)
    if not lists:
        raise Refusal(f"“{book.name}”里没有审核标记。")
    if not desk.ask.confirm(f"清除涂色和批注、恢复原样，并删除“{marks.TAB}”表吗？"):
        raise Cancelled
    refuse_if_structure_locked(book)
    with working(desk.app, "清除标记"):
        locked = [tab for each in lists for tab in marks.clear(book, list(marks.marks_of(each)))]
        if not locked:
            for each in lists:
                each.delete()
    if locked:
        desk.ask.say(f"工作表{_listed(locked)}设有密码，没有恢复：请撤销保护后再点“清除标记”。")


def recheck_shares(desk: Desk) -> None:
    """Judge the printed shares of the selected table, on a new worksheet."""
    rows = judged(desk, selected_table(desk))
    with working(desk.app, "复核占比"):
        sheet = new_sheet(desk.book, _SHARES)
        area = sheet.range((1, 1), (len(rows) + 1, len(HEADINGS)))
        area.number_format = "@"  # literals, to the last zero
        area.value = [HEADINGS, *rows]
        sheet.range((1, 1), (1, len(HEADINGS))).font.bold = True
        for number, row in enumerate(rows, 2):
            if row[-1] in _FAULTY:
                sheet.range((number, len(HEADINGS))).color = _FAULTY[row[-1]]
        sheet.autofit()
        sheet.activate()
    verdicts = Counter(row[-1] for row in rows)
    desk.ask.say("复核完毕：" + "、".join(f"{each} {n} 项" for each, n in verdicts.items()) + "。")


def _listed(tabs: list[str]) -> str:
    return "、".join(f"“{each}”" for each in dict.fromkeys(tabs))
