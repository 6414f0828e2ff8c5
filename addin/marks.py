"""Findings shown in the workbook itself: a list, colours and notes, all of which can be undone.

The list keeps, in two narrow columns, what each marked cell looked like before. So the marks can be
cleared in any later session, whoever opens the workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import xlwings as xw

from addin.excel import LockedError, new_sheet, unlocked
from generator.model.finding import Finding, Kind

TAB = "审核结果"
HEADINGS = ("序号", "类型", "规则", "工作表", "单元格", "问题", "处理建议", "原底色", "原批注")
COLOURS = {
    Kind.BALANCE: (255, 199, 206),
    Kind.LOGIC: (255, 199, 206),
    Kind.VERIFY: (255, 235, 156),
    Kind.NOTE: (221, 235, 247),
}
_WIDTHS = (6, 10, 16, 20, 10, 60, 50, 0, 0)
_WORST_FIRST = tuple(Kind)
_HEADER = (220, 230, 241)
_NONE, _NOT_MARKED = "无", ""  # of 原底色
_SHEET, _CELL, _FILL, _NOTE = 3, 4, 7, 8  # columns of the list, from 0


@dataclass(frozen=True)
class Mark:
    """What a cell looked like before it was marked."""

    sheet: str
    cell: str
    fill: str
    note: str

    @property
    def colour(self) -> tuple[int, int, int] | None:
        """Its fill as red, green and blue; None for none."""
        if self.fill == _NONE:
            return None
        red, green, blue = bytes.fromhex(self.fill.removeprefix("#"))
        return red, green, blue


def write_list(book: xw.Book, findings: Sequence[Finding]) -> xw.Sheet:
    """Add a worksheet that lists findings, and what their cells look like now."""
    known: set[tuple[str, str]] = set()
    tabs = {each.name: each for each in book.sheets}
    rows = [_row(tabs, number, each, known) for number, each in enumerate(_by_place(findings), 1)]
    sheet = new_sheet(book, TAB)
    area = sheet.range((1, 1), (len(rows) + 1, len(HEADINGS)))
    area.number_format = "@"  # a message may begin with =, a colour is no number
    area.value = [HEADINGS, *rows]
    area.wrap_text = True
    for place, width in enumerate(_WIDTHS, 1):
        sheet.range((1, place)).column_width = width
    head = sheet.range((1, 1), (1, len(HEADINGS)))
    head.font.bold, head.color = True, _HEADER
    return sheet


def mark(book: xw.Book, findings: Sequence[Finding]) -> list[str]:
    """Colour the cells of findings and note what is wrong; return what was told of locked sheets.

    A worksheet with a password is left alone.
    """
    locked = []
    tabs = {each.name: each for each in book.sheets}
    with_cells = [each for each in _by_place(findings) if each.place.cell]
    for tab, group in groupby(with_cells, key=lambda each: each.place.sheet):
        if tab not in tabs:
            continue
        try:
            with unlocked(tabs[tab]):
                for address, found in groupby(group, key=lambda each: each.place.cell):
                    _mark_cell(tabs[tab].range(address), list(found))
        except LockedError:
            locked.append(tab)
    return locked


def marks_of(sheet: xw.Sheet) -> Iterator[Mark]:
    """Yield what a list remembers."""
    for row in sheet.used_range.options(ndim=2).value[1:]:
        texts = [str(each or "") for each in row] + [""] * len(HEADINGS)
        if texts[_FILL] != _NOT_MARKED:
            yield Mark(texts[_SHEET], texts[_CELL], texts[_FILL], texts[_NOTE])


def lists_of(book: xw.Book) -> list[xw.Sheet]:
    """Return the lists in a workbook, the newest first, as marks lie on top of each other."""
    return [each for each in reversed(list(book.sheets)) if _is_list(each)]


def clear(book: xw.Book, marks: Iterable[Mark]) -> list[str]:
    """Give cells their former fill and note; return the worksheets that are locked."""
    locked = []
    tabs = {each.name: each for each in book.sheets}
    for tab, group in groupby(marks, key=lambda each: each.sheet):
        if tab not in tabs:
            continue
        try:
            with unlocked(tabs[tab]):
                for each in group:
                    cell = tabs[tab].range(each.cell)
                    cell.color = each.colour
                    _set_note(cell, each.note)
        except LockedError:
            locked.append(tab)
    return locked


def _by_place(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by cell, those without one at the end."""
    return sorted(
        findings,
        key=lambda each: (not each.place.cell, each.place, _WORST_FIRST.index(each.kind)),
    )


def _row(
    tabs: Mapping[str, xw.Sheet], number: int, finding: Finding, known: set[tuple[str, str]]
) -> tuple[str, ...]:
    place = finding.place
    spot = (place.sheet, place.cell)
    before: tuple[str, str] = (_NOT_MARKED, "")
    if place.cell and spot not in known and place.sheet in tabs:
        before = _look(tabs[place.sheet].range(place.cell))
    known.add(spot)
    said = (finding.kind.value, finding.rule, *spot, finding.message, finding.remedy)
    return (str(number), *said, *before)


def _look(cell: xw.Range) -> tuple[str, str]:
    colour, note = cell.color, cell.note
    fill = f"#{bytes(colour).hex()}" if colour else _NONE
    return fill, note.text if note else ""


def _mark_cell(cell: xw.Range, findings: Sequence[Finding]) -> None:
    cell.color = COLOURS[findings[0].kind]
    lines = [f"【{each.kind}】{each.message}\n{each.remedy}" for each in findings]
    former = cell.note
    if former and former.text:
        lines.append(former.text)
    _set_note(cell, "\n".join(lines))


def _set_note(cell: xw.Range, text: str) -> None:
    former = cell.note
    if former:
        former.delete()
    if text:
        cell.add_note(text)


def _is_list(sheet: xw.Sheet) -> bool:
    head = sheet.range((1, 1), (1, len(HEADINGS))).value
    return tuple(head) == HEADINGS
