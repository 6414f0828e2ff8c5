"""A table in the terminal: numbers to the right, as people write them, whatever the texts are."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from generator.report.pages import Look
from generator.report.terminal import harmless

Cell = Decimal | int | str | None
_PIPE = 10_000  # what goes into a file is not broken anywhere
_CENT = Decimal("0.01")


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    looks: Sequence[str],
    console: Console | None = None,
) -> None:
    """Print rows under their headings."""
    console = console or _console()
    table = Table(box=SIMPLE_HEAD)
    for heading, look in zip(columns, looks, strict=True):
        table.add_column(Text(heading), justify="left" if look == Look.TEXT else "right")
    for row in rows:
        table.add_row(*(Text(_shown(each, look)) for each, look in zip(row, looks, strict=True)))
    console.print(table)


def _shown(value: Cell, look: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(harmless(value).split("\n"))
    match look:
        case Look.PERCENT:
            return f"{(Decimal(value) * 100).quantize(_CENT, ROUND_HALF_UP)}%"
        case Look.MONEY:
            return f"{Decimal(value).quantize(_CENT, ROUND_HALF_UP):,f}"
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPE)
