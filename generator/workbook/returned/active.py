"""What in a return would run or fetch something if a spreadsheet opened it; here it only stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from generator.check.rules import ACTIVE
from generator.model.filing import Answer, Filing, Records, Spot
from generator.model.finding import Finding, Kind, Place
from generator.workbook.book import Book

_TEXT = re.compile(r'"[^"]*"')
_ELSEWHERE = re.compile(
    r"\[[^\]]+\]|\||\b(?:WEBSERVICE|HYPERLINK|RTD|DDE|CALL|REGISTER)\b", re.IGNORECASE
)
_SUSPECT = (
    "请向填报单位核实文件来源，请其删除链接后重新上报；"
    "用 Excel 打开该文件时，不要点“更新”或“启用”。"
)
_SHOWN = 40  # characters of a formula that a message quotes


def active(book: Book, filing: Filing, file: str) -> Iterator[Finding]:
    """Yield macros, links to other files, and answers that are fetched from elsewhere."""
    if book.macros:
        yield ACTIVE.found(Place(file), "文件带有宏。宏没有运行，只读取了单元格里的值。")
    if book.dde:
        message = "文件里有调用其他程序的链接（DDE）。链接没有运行，采用的是文件里保存的值。"
        yield ACTIVE.found(Place(file), message, _SUSPECT, Kind.VERIFY)
    elif book.external_links:
        message = "文件里有指向其他文件的链接。链接没有更新，采用的是文件里保存的值。"
        yield ACTIVE.found(Place(file), message)
    for place, answer in _computed(filing):
        if _asks_elsewhere(answer.formula):
            formula = " ".join(answer.formula.split())
            short = formula if len(formula) <= _SHOWN else f"{formula[: _SHOWN - 1]}…"
            message = f"这里是从别处取数的公式“={short}”，没有计算，采用的是文件里保存的结果。"
            remedy = "请核对这个数，并直接填数，不要引用其他文件、程序或网址。"
            yield ACTIVE.found(place, message, remedy, Kind.VERIFY)


def _computed(filing: Filing) -> Iterator[tuple[Place, Answer]]:
    """Yield the answers that are formulas, and where they stand."""
    for sheet in filing.sheets:
        told = [
            (answer, sheet.spot(name)) for name, answer in sheet.fields.items() if answer.formula
        ]
        for records in sheet.tables.values():
            told += _computed_in(records)
        for answer, spot in told:
            yield Place(filing.file, sheet.title, *(spot or ())), answer


def _computed_in(records: Records) -> Iterator[tuple[Answer, Spot | None]]:
    for name, column in records.columns.items():
        for at, answer in enumerate(column):
            if answer and answer.formula:
                yield answer, records.stand(name)[at]


@lru_cache(maxsize=4096)  # the formulas of a form come up in each of its returns
def _asks_elsewhere(formula: str) -> bool:
    return _ELSEWHERE.search(_TEXT.sub("", formula)) is not None
