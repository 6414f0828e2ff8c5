"""Tables as CSV in which nothing that people typed runs when a spreadsheet opens them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from decimal import Decimal
from io import StringIO

from generator.report.terminal import harmless

Value = Decimal | int | str | None
_MARK = "\ufeff"  # without it, Excel in China takes UTF-8 for GBK
_RISKY = re.compile("[\\s\u00ad\u200b-\u200d\u2060\ufeff]*[-=+@|'＝＋－＠]|[\t\r\n]")
_PLAIN = re.compile("-[0-9,.]*%?")  # a number, or the dash that stands for none


def csv_text(rows: Iterable[Iterable[Value]]) -> str:
    """Return rows as CSV for Excel; numbers stay numbers, texts stay texts.

    >>> csv_text([["单位", "预算"], ["=1+1", Decimal("-1.50")]]).splitlines()[1:]
    ["'=1+1,-1.50"]
    """
    out = StringIO()
    writer = csv.writer(out)
    writer.writerows([_cell(each) for each in row] for row in rows)
    return _MARK + out.getvalue()


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe comes before it.

    >>> [inert(each) for each in ("=1+1", " -A2", "甲-乙", "'", "-2.5%", "-")]
    ["'=1+1", "' -A2", '甲-乙', "''", '-2.5%', '-']
    """
    text = harmless(text.replace("\r\n", "\n"))
    risky = _RISKY.match(text) and not _PLAIN.fullmatch(text)
    return f"'{text}" if risky else text


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}"
        case int():
            return str(value)
    return inert(value)
