"""New columns beside a table: cumulative figures, shares, and how far progress is ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from addin import settings
from addin.dialogs import Cancelled, Refusal
from addin.excel import refuse_if_locked
from addin.runtime import Desk, working
from addin.selection import Column, Table, chosen_column, selected_table
from udfs.amounts import Unreadable, plain
from udfs.periods import month_of

_AMOUNT, _GAP = "#,##0.00", "+0.00%;-0.00%;0.00%"


@dataclass(frozen=True)
class NewColumn:
    """A column to insert; `formula` is that of the first row, which Excel fills down."""

    heading: str
    formula: str
    format: str


def insert_cumulative(desk: Desk) -> None:
    """Add up months: those across the table, or those down it."""
    table = selected_table(desk)
    months = _months_across(table)
    _insert(desk, table, [_across(desk, table, months) if months else _down(desk, table)])


def insert_shares(desk: Desk) -> None:
    """Put the share of the total beside an amount."""
    table, kept = selected_table(desk), desk.settings
    column = chosen_column(desk, table, "按哪一列的金额计算占比", rate=False)
    first = _at(column, table.first)
    if table.total is not None:
        whole = _at(column, table.total, fixed=True)
    else:
        whole = f"SUM({_span(column, table)})"
    digits = kept.digits
    formula = f"=JX_SHARE({first},{whole},{digits + 2})"
    _insert(desk, table, [NewColumn(f"{column.heading}占比", formula, percent(digits))])


def insert_gap(desk: Desk) -> None:
    """Put beside progress how far it is ahead of the calendar, and whether that alarms."""
    table, kept = selected_table(desk), desk.settings
    column = chosen_column(desk, table, "哪一列是进度", rate=True)
    month = ask_month(desk)
    first, digits = _at(column, table.first), kept.digits + 2
    lines = f"{plain(kept.fraction(settings.YELLOW))},{plain(kept.fraction(settings.RED))}"
    _insert(
        desk,
        table,
        [
            NewColumn(f"进度差（{month}月）", f"=JX_GAP({first},{month},{digits})", _GAP),
            NewColumn("预警", f"=JX_ALERT({first},JX_TIME({month}),{lines})", "General"),
        ],
    )


def ask_month(desk: Desk) -> int:
    """Ask up to which month figures go.

    Raises:
        Refusal: what was typed is no month.
    """
    written = desk.ask.text("数据截至几月（如 9、1-9月、三季度）", desk.settings[settings.PERIOD])
    try:
        month = month_of(written)
    except Unreadable:
        month = None
    if month is None or month > 12:
        raise Refusal(f"看不懂月份“{written}”，请填 1 到 12，或 1-9月、三季度。")
    return month


def percent(digits: int) -> str:
    """Return the number format of a percentage.

    >>> percent(2), percent(0)
    ('0.00%', '0%')
    """
    return f"0.{'0' * digits}%" if digits else "0%"


# -- months --


def _months_across(table: Table) -> list[Column]:
    """Return the columns headed 1月, 2月, … that stand side by side."""
    found: list[Column] = []
    for column in table.columns:
        month = _month(column.heading)
        if month == len(found) + 1 and (not found or column.place == found[-1].place + 1):
            found.append(column)
        elif month == 1:
            found = [column]
    return found if len(found) > 1 else []


def _across(desk: Desk, table: Table, months: Sequence[Column]) -> NewColumn:
    month = ask_month(desk)
    if month > len(months):
        raise Refusal(f"表里只有 1 到 {len(months)} 月，没有 {month} 月。")
    row = table.first
    cells = f"{_at(months[0], row)}:{_at(months[-1], row)}"
    heading = f"1-{month}月累计" if month > 1 else "1月累计"
    return NewColumn(heading, f"=JX_CUM({cells},{month})", months[0].format or _AMOUNT)


def _down(desk: Desk, table: Table) -> NewColumn:
    """Add up each month and those above it, where the rows are months."""
    labels = table.columns[0]
    if [_month(each) for each in labels.cells] != list(range(1, len(labels.cells) + 1)):
        raise Refusal(
            "没有找到各月的数：请选中标题为 1月、2月……的表格，或第一列为 1月、2月……的表格。"
        )
    column = chosen_column(desk, table, "累计哪一列", rate=False)
    formula = f"=JX_CUM({_span(column, table)},{_at(labels, table.first)})"
    return NewColumn(f"{column.heading}累计", formula, column.format or _AMOUNT)


def _month(label: object) -> int | None:
    """Return the month that a label names, 1月 but not 1-9月."""
    text = "".join(str(label or "").split())
    number = text.removesuffix("份").removesuffix("月")
    if number == text or not number.isdecimal():
        return None
    return int(number) if 1 <= int(number) <= 12 else None


# -- writing --


def _insert(desk: Desk, table: Table, columns: Sequence[NewColumn]) -> None:
    """Write columns to the right of a table; ask before anything there is overwritten."""
    sheet, place = table.sheet, table.columns[-1].place + 1
    refuse_if_locked(sheet)
    area = sheet.range((table.top, place), (table.bottom, place + len(columns) - 1))
    cells = [each for row in area.options(ndim=2, err_to_str=True).value for each in row]
    if any(each not in (None, "") for each in cells):
        address = area.get_address(row_absolute=False, column_absolute=False)
        if not desk.ask.confirm(f"{address} 里已有内容，要覆盖吗？（不能撤销）"):
            raise Cancelled
    with working(desk.app, "插入列"):
        beside = sheet.range((table.top, place - 1))
        for number, column in enumerate(columns, place):
            head = sheet.range((table.top, number))
            head.value, head.wrap_text = column.heading, True
            head.font.bold, head.color = bool(beside.font.bold), beside.color
            body = sheet.range((table.first, number), (table.bottom, number))
            body.number_format = column.format
            body.formula = column.formula
            head.column_width = max(beside.column_width or 0, 2 * len(column.heading))


def _at(column: Column, row: int, *, fixed: bool = False) -> str:
    """Return a reference that keeps its column, and its row if fixed."""
    return f"${letters(column.place)}{'$' if fixed else ''}{row}"


def _span(column: Column, table: Table) -> str:
    first, last = _at(column, table.first, fixed=True), _at(column, table.bottom, fixed=True)
    return f"{first}:{last}"


def letters(place: int) -> str:
    """Return the letters of a column.

    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    found = ""
    while place:
        place, digit = divmod(place - 1, 26)
        found = chr(65 + digit) + found
    return found
