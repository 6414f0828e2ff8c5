"""From what a sheet's XML says of a cell to the cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from generator.workbook.book import Cell, CellKind, is_date_format, shortest_decimal
from generator.workbook.reader.container import broken
from generator.workbook.references import shifted

_TRAIT = re.compile(r'([\w:]+)="([^"]*)"')
_DIGITS = 10  # that no number of a text has; Python refuses to read thousands of them
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (a cell's date has no zone)


class Formulas:
    """The formulas of one sheet; one that several cells share is written once and moved."""

    def __init__(self) -> None:
        self._shared: dict[str, tuple[int, int, str]] = {}

    def read(self, where: tuple[int, int], text: str, traits: str) -> str:
        """Return the formula of a cell whose `<f>` element has these attributes, as written."""
        if 't="' not in traits:
            return text
        return self.of(where, text, dict(_TRAIT.findall(traits)))

    def of(self, where: tuple[int, int], text: str, traits: Mapping[str, str]) -> str:
        """Return the formula of a cell whose `<f>` element has these attributes."""
        kind, index = traits.get("t"), traits.get("si", "")
        if kind == "dataTable":
            return text or "TABLE()"
        if kind != "shared":
            return text
        if text:
            self._shared[index] = (*where, text)
            return text
        if index not in self._shared:
            raise broken("共用公式缺少首个单元格")
        row, column, formula = self._shared[index]
        return shifted(formula, where[0] - row, where[1] - column)


def filled(empty: Cell, kind: str, text: str, formula: str, strings: Sequence[str]) -> Cell:
    """Return a cell of a style (given as its empty cell) with the content that its XML states."""
    look = (formula, empty.number_format, empty.locked)
    match kind:
        case "s":
            return shared_text(blank(empty, formula), text, strings)
        case "inlineStr" | "str":
            return Cell(text, CellKind.TEXT, *look)
        case "b":
            return Cell(text.strip() in ("1", "true"), CellKind.TRUTH, *look) if text else empty
        case "e":
            return Cell(text, CellKind.ERROR, *look)
        case "d":
            return _dated(empty, text, formula)
    return _number(empty, text, formula)


def blank(empty: Cell, formula: str) -> Cell:
    """Return a cell without a value, with the formula that may stand in it."""
    return empty._replace(formula=formula) if formula else empty


def shared_text(empty: Cell, index: str, strings: Sequence[str]) -> Cell:
    """Return a cell of a style with the shared text of that number."""
    number = int(index) if index.isdecimal() and len(index) < _DIGITS else len(strings)
    if number >= len(strings):
        raise broken("单元格引用的文字不存在")
    return with_text(empty, strings[number])


def with_text(cell: Cell, text: str) -> Cell:
    """Return a cell with another text in it."""
    _, _, formula, code, lock = cell  # tuple.__new__ takes half as long as Cell
    return tuple.__new__(Cell, (text, CellKind.TEXT, formula, code, lock))


def _number(empty: Cell, text: str, formula: str) -> Cell:
    if not text.strip():
        return blank(empty, formula)
    value = shortest_decimal(text.strip())
    if value is None:
        return Cell(text, CellKind.ERROR, formula, *empty[3:])
    return Cell(value, CellKind.NUMBER, formula, *empty[3:])


def _dated(empty: Cell, text: str, formula: str) -> Cell:
    """Read a date written as ISO 8601, as strict workbooks may."""
    try:
        moment = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return Cell(text, CellKind.ERROR, formula, *empty[3:])
    serial = Decimal((moment - _DAY_ZERO).total_seconds()) / 86_400
    code = empty.number_format if is_date_format(empty.number_format) else "yyyy-mm-dd"
    return Cell(serial, CellKind.NUMBER, formula, code, empty.locked)
