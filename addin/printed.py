"""Shares in print, judged against the figures beside them by the digits that are shown."""

from __future__ import annotations

import re
from decimal import Decimal

from addin.dialogs import Refusal
from addin.runtime import Desk
from addin.selection import Column, Table, chosen_column
from udfs.amounts import Amount, Unreadable, aligned, digits_of, parse_amount, round_half_up, total_of
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
    parts = {row: _amount(amounts, row, table) for row in range(table.first, table.bottom + 1)}
    whole = _whole(table, parts)
    rows = []
    for row in range(table.first, table.bottom + 1):
        shown = table.sheet.range((row, printed.place))
        literal = _literal(printed.cells[row - table.first], shown.number_format or "")
        if literal is not None:
            verdict = _verdict(parts[row], whole, literal)
            label = str(table.labels.cells[row - table.first] or "")
            address = shown.get_address(row_absolute=False, column_absolute=False)
            rows.append((label, _text(parts[row]), _text(whole), *verdict[:2], address, verdict[2]))
    if not rows:
        raise Refusal(f"“{printed.heading}”一列里没有占比。")
    return rows


def _amount(column: Column, row: int, table: Table) -> Decimal | Amount | None:
    cell = column.cells[row - table.first]
    try:
        found = parse_amount(cell)
    except Unreadable:
        return None
    decimals = _decimals(table.sheet.range((row, column.place)).number_format or "")
    if isinstance(cell, str) or found is None or decimals <= digits_of(found):
        return found
    return round_half_up(found, decimals)  # 22.5 that shows as 22.50 was given to two places


def _whole(table: Table, parts: dict[int, Decimal | Amount | None]) -> Decimal | Amount:
    """Return the total as stated, or else the sum of the parts."""
    stated = parts.get(table.total) if table.total is not None else None
    if stated is not None:
        return stated
    return total_of(aligned([each for each in parts.values() if each is not None]))


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


def _verdict(
    part: Decimal | Amount | None, whole: Decimal | Amount, printed: Decimal
) -> tuple[str, str, str]:
    """Return the share as printed, as it should be, and what to say of it."""
    literal = f"{printed * 100:f}%"
    if part is None:
        return literal, NO_BASE, "缺部分数"
    of_part, of_whole = aligned([part, whole])
    if of_whole <= 0:
        return literal, NO_BASE, "总额不为正数"
    share = round_half_up(of_part / of_whole, digits_of(printed))
    return literal, f"{share * 100:f}%", ratio_verdict(of_part, of_whole, printed)


def _text(amount: Decimal | Amount | None) -> str:
    if isinstance(amount, Amount):
        return f"{amount.number:f}{amount.unit}"
    return "" if amount is None else f"{amount:f}"
