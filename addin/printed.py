"""Shares in print, judged against the figures beside them by the digits that are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal

import xlwings as xw

from addin.dialogs import Refusal
from addin.runtime import Desk
from addin.selection import Column, Table, chosen_column
from udfs.amounts import Unreadable, aligned, digits_of, parse_amount, round_half_up, total_of
from udfs.arguments import read_rate
from udfs.progress import NO_BASE
from udfs.shares import ratio_verdict

HEADINGS = ("项目", "部分数", "总额", "公布占比", "应为", "单元格", "结论")
_DECIMALS = re.compile(r"0\.(0+)")
Row = tuple[str, ...]


def judged(desk: Desk, table: Table) -> list[Row]:
    """Return a row for each printed share of a table, with the verdict at its end.

    Raises:
        Refusal: the table has no amounts or no shares.
    """
    printed = chosen_column(desk, table, "哪一列是公布的占比", rate=True)
    amounts = chosen_column(desk, table, "占比按哪一列的金额计算", rate=False)
    parts = _parts(table, amounts)
    whole = _whole(table, parts)
    rows: list[Row] = []
    for row, part in parts.items():
        shown = table.sheet.range((row, printed.place))
        literal = _literal(printed.cells[row - table.first], shown.number_format or "")
        if literal is not None:
            label = str(table.labels.cells[row - table.first] or "")
            address = shown.get_address(row_absolute=False, column_absolute=False)
            figures = ("" if part is None else f"{part:f}", f"{whole:f}", f"{literal.scaleb(2):f}%")
            should, verdict = _verdict(part, whole, literal)
            rows.append((label, *figures, should, address, verdict))
    if not rows:
        raise Refusal(f"“{printed.heading}”一列里没有占比。")
    return rows


def _parts(table: Table, column: Column) -> dict[int, Decimal | None]:
    """Return the amounts by row, in one unit and with the decimals that are shown."""
    found = {}
    for row, cell in enumerate(column.cells, table.first):
        with suppress(Unreadable):
            amount = parse_amount(cell)
            if amount is not None:
                found[row] = amount
    numbers = dict(zip(found, aligned(list(found.values())), strict=True))
    return {
        row: _as_shown(numbers[row], cell, table.sheet.range((row, column.place)))
        if row in numbers
        else None
        for row, cell in enumerate(column.cells, table.first)
    }


def _as_shown(number: Decimal, cell: object, at: xw.Range) -> Decimal:
    """Give 22.5 that shows as 22.50 its second place; what the cell holds beyond it stays."""
    decimals = 0 if isinstance(cell, str) else _decimals(at.number_format or "")
    return round_half_up(number, decimals) if decimals > digits_of(number) else number


def _whole(table: Table, parts: Mapping[int, Decimal | None]) -> Decimal:
    """Return the total as stated, or else the sum of the parts."""
    stated = parts.get(table.total) if table.total is not None else None
    if stated is not None:
        return stated
    return total_of(each for each in parts.values() if each is not None)


def _literal(cell: object, code: str) -> Decimal | None:
    """Return a share as it is printed: 0.7732 under 0.00% is 77.32%, to four decimals."""
    try:
        share = read_rate(cell)
    except Unreadable:
        return None
    if share is None or isinstance(cell, str):
        return share
    decimals = _decimals(code)
    return round_half_up(share, decimals + 2) if "%" in code else share


def _decimals(code: str) -> int:
    match = _DECIMALS.search(code)
    return len(match[1]) if match else 0


def _verdict(part: Decimal | None, whole: Decimal, printed: Decimal) -> tuple[str, str]:
    """Return the share as it should be, and what to say of the printed one."""
    if part is None:
        return NO_BASE, "缺部分数"
    if whole <= 0:
        return NO_BASE, "总额不为正数"
    share = round_half_up(part / whole, digits_of(printed))
    return f"{share.scaleb(2):f}%", ratio_verdict(part, whole, printed)
