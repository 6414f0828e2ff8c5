"""The group 回收: merge what came back, see who is missing, go to where a figure came from."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import xlwings as xw

from addin import settings
from addin.dialogs import Refusal
from addin.excel import open_book, refuse_if_open, saved_path
from addin.runtime import Desk, readers, working
from addin.selection import selected
from generator.merge import merge_folder
from generator.report.recovery import CHASE_TAB
from generator.stamp import legal_name
from generator.workbook.result.write import write_result

_SOURCE, _CELL, _FILE, _SHEET = "来源", "单元格", "文件", "工作表"
_STOPPED = "已按 Esc 取消，没有汇总。"


def merge_returns(desk: Desk) -> None:
    """Ask for a folder; merge what is in it, and open the result."""
    _merge(desk)


def chase_list(desk: Desk) -> None:
    """Show the list of whom to remind: of this result, or of a folder that is merged for it."""
    book = desk.book
    if CHASE_TAB not in [each.name for each in book.sheets]:
        book = _merge(desk)
    sheet = book.sheets[CHASE_TAB]
    book.activate()
    sheet.activate()


def _merge(desk: Desk) -> xw.Book:
    kept = desk.settings
    folder = desk.ask.folder("请选择放回收表的文件夹", kept.path(settings.RETURNED))
    roster = _roster(desk, folder)
    result = _result(desk, folder)
    refuse_if_open(desk.app, result)
    with working(desk.app, "汇总", _STOPPED) as step, readers().at_work() as team:
        merged = merge_folder(folder, roster, result, step, team)
        write_result(merged, result, team)
    desk.remember(RETURNED=folder, ROSTER=roster)
    return open_book(desk.app, result)


def _roster(desk: Desk, folder: Path) -> Path:
    """Return the roster: the only one in or beside the folder, else the last one, else asked."""
    near = [*folder.glob("*名册*.xlsx"), *folder.parent.glob("*名册*.xlsx")]
    found = [each for each in near if not each.name.startswith("~$")]
    if len(found) == 1:
        return found[0]
    kept = desk.settings.path(settings.ROSTER)
    return kept or desk.ask.file("请选择名册", folder.parent)


def _result(desk: Desk, folder: Path) -> Path:
    """Return where the result goes: beside the folder; under another name, if so wished."""
    stem = legal_name(f"汇总-{folder.name}")
    result, number = folder.parent / f"{stem}.xlsx", 1
    if result.exists() and desk.ask.confirm(f"已有“{result.name}”，要替换吗？选“否”另存为新文件。"):
        return result
    while result.exists():
        number += 1
        result = folder.parent / f"{stem}({number}).xlsx"
    return result


# -- 打开出处 --


def open_source(desk: Desk) -> None:
    """Go from a row of 明细 or 审核疑点 to the cell of the returned file."""
    cell = selected(desk)[0, 0]
    sheet = cell.sheet
    headings, row = _headings(sheet, cell.row), cell.row
    place = headings.get(_SOURCE) or headings.get(_CELL) or headings.get(_FILE)
    if not place:
        raise Refusal("请先在汇总结果的“明细”或“审核疑点”里选中一行，再点“打开出处”。")
    link = _link(sheet, row, [place, headings.get(_FILE)])
    if not link:
        raise Refusal("这一行没有出处：请选中有“来源”或“文件”的一行。")
    book = open_book(desk.app, _target(saved_path(desk.book).parent, link))
    tab, address = _spot(sheet, row, headings)
    if tab not in [each.name for each in book.sheets]:
        return
    target = book.sheets[tab]
    target.activate()
    target.range(address or "A1").select()


def _headings(sheet: xw.Sheet, row: int) -> dict[str, int]:
    """Return the columns by the heading nearest above a row that has what we look for."""
    width = sheet.used_range.last_cell.column
    for above in range(row - 1, 0, -1):
        texts = sheet.range((above, 1), (above, max(width, 2))).value
        places = {str(text): place for place, text in enumerate(texts, 1) if text}
        if places.keys() & {_SOURCE, _CELL}:
            return places
    return {}


def _link(sheet: xw.Sheet, row: int, places: list[int | None]) -> str:
    for place in filter(None, places):
        with suppress(Exception):  # xlwings and Excel each have their own way to say no
            return str(sheet.range((row, place)).hyperlink)
    return ""


def _target(folder: Path, link: str) -> Path:
    if link.lower().startswith("file:"):
        return Path(url2pathname(urlsplit(link).path))
    plain = folder / link
    return plain if plain.exists() else folder / unquote(link)


def _spot(sheet: xw.Sheet, row: int, headings: dict[str, int]) -> tuple[str, str]:
    """Return worksheet and cell, from `表!C5` under 来源 or from columns of their own."""

    def text(heading: str) -> str:
        place = headings.get(heading)
        return str(sheet.range((row, place)).value or "") if place else ""

    if _SOURCE in headings:
        tab, _, address = text(_SOURCE).rpartition("!")
        return (tab, address) if tab else (text(_SOURCE), "")
    return text(_SHEET), text(_CELL)
