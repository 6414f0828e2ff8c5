"""Reads .xls, .xlsb, .ods and WPS's .et by way of calamine: values only, neither locks nor names.

Calamine shows errors and formulas as their results, so a cell with #REF! arrives blank here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from generator.workbook.book import (
    Book,
    Cell,
    CellKind,
    Limits,
    Range,
    Sheet,
    Unreadable,
    shortest_decimal,
)
from generator.workbook.reader.container import ASK_AGAIN, broken
from generator.workbook.reader.worksheet import too_many_cells

_Raw = int | float | str | bool | date | time | timedelta
_MIDNIGHT = datetime(1899, 12, 30)  # noqa: DTZ001 (a cell's date has no zone)
_DAY = timedelta(days=1)


def read_foreign(content: bytes, kind: str, limits: Limits) -> Book:
    """Return the picture of a workbook that is not of the .xlsx family.

    Raises:
        Unreadable: broken, protected by a password, or too large.
    """
    with _calamine_errors(), CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
        sheets, budget = [], limits.cells
        for number, about in enumerate(workbook.sheets_metadata):
            sheet = Sheet(about.name, _state(about.visible), protected=None)
            if about.typ == SheetTypeEnum.WorkSheet:
                sheet = _sheet(sheet, workbook.get_sheet_by_index(number), limits)
            budget -= len(sheet.cells)
            if budget < 0:
                raise too_many_cells(limits)
            sheets.append(sheet)
    if not sheets:
        raise broken("工作簿里没有工作表")
    return Book(sheets=tuple(sheets), format=kind)


@contextmanager
def _calamine_errors() -> Iterator[None]:
    """Turn what calamine raises into our error; a panic in its Rust is no Exception."""
    try:
        yield
    except PasswordError as error:
        raise protected() from error
    except Unreadable:
        raise
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise broken("内容不完整，无法按表格读取") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise broken("内容自相矛盾，无法按表格读取") from error


def protected() -> Unreadable:
    """Return the error for a workbook that asks for a password."""
    return Unreadable("文件设了打开密码", "请打开文件，取消打开密码后保存，再重新上报")


def too_wide(limits: Limits) -> Unreadable:
    """Return the error for a sheet with content far off its table."""
    return Unreadable(
        f"工作表铺得太大（超过 {limits.rectangle:,} 格），多半是远处误填了内容", ASK_AGAIN
    )


def _state(visible: SheetVisibleEnum) -> str:
    if visible == SheetVisibleEnum.Visible:  # calamine's enumerations have no hash
        return "visible"
    return "hidden" if visible == SheetVisibleEnum.Hidden else "veryHidden"


def _sheet(sheet: Sheet, source: CalamineSheet, limits: Limits) -> Sheet:
    if source.height * source.width > limits.rectangle:
        raise too_wide(limits)
    merges = source.merged_cell_ranges or ()
    return Sheet(
        sheet.title,
        sheet.state,
        dict(_cells(source)),
        tuple(Range(sheet.title, a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1) for a, b in merges),
        protected=None,
    )


def _cells(source: CalamineSheet) -> Iterator[tuple[tuple[int, int], Cell]]:
    top, left = source.start or (0, 0)
    for row, values in enumerate(source.to_python(skip_empty_area=True), top + 1):
        for column, value in enumerate(values, left + 1):
            if value != "":
                yield (row, column), _cell(value)


def _cell(value: _Raw) -> Cell:
    match value:
        case str():
            return Cell(value, CellKind.TEXT)
        case bool():
            return Cell(value, CellKind.TRUTH)
        case int() | float():
            number = shortest_decimal(repr(value))
            kind = CellKind.ERROR if number is None else CellKind.NUMBER
            return Cell(repr(value) if number is None else number, kind)
    days, code = _days(value)
    return Cell(days, CellKind.NUMBER, number_format=code)


def _days(value: date | time | timedelta) -> tuple[Decimal, str]:
    """Return a date or time as Excel's day number, and a format that shows it as such."""
    if isinstance(value, time):
        moment, code = datetime.combine(_MIDNIGHT, value), "h:mm:ss"
    elif isinstance(value, timedelta):
        moment, code = _MIDNIGHT + value, "[h]:mm:ss"
    elif isinstance(value, datetime):
        moment, code = value, "yyyy-mm-dd hh:mm:ss"
    else:
        moment, code = datetime.combine(value, time()), "yyyy-mm-dd"
    spent = moment - _MIDNIGHT
    return Decimal(spent // _DAY) + Decimal((spent % _DAY).total_seconds()) / 86_400, code
