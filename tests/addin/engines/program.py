"""What the engine asks of whatever keeps the workbooks: openpyxl, or LibreOffice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

Value = str | float | bool | None
ALLOWANCES = tuple(
    f"Allow{each}"
    for each in (
        *("FormattingCells", "FormattingColumns", "FormattingRows"),
        *("InsertingColumns", "InsertingRows", "InsertingHyperlinks"),
        *("DeletingColumns", "DeletingRows", "Sorting", "Filtering", "UsingPivotTables"),
    )
)  # of a protection, by Excel's names
Rows = Sequence[Sequence[Value]]


class Box(NamedTuple):
    """Some cells: the first one, counted from 1, and how many rows and columns."""

    row: int
    column: int
    height: int = 1
    width: int = 1


class ErrorValue(str):
    """The error in a cell, which is no text: `#REF!`."""

    __slots__ = ()


class Document(Protocol):
    """An open workbook."""

    structure_locked: bool

    def save(self, path: Path) -> None:
        """Save a copy."""

    def close(self) -> None:
        """Forget it."""

    def tabs(self) -> list[str]:
        """Return the names of the worksheets."""

    def add(self, tab: str, place: int) -> None:
        """Insert a worksheet before the one at that place, from 0."""

    def remove(self, tab: str) -> None:
        """Remove a worksheet."""

    def extent(self, tab: str) -> tuple[int, int]:
        """Return the last used row and column."""

    def values(self, tab: str, box: Box) -> list[list[Value]]:
        """Return what cells show."""

    def formulas(self, tab: str, box: Box) -> list[list[str]]:
        """Return what the edit line shows for cells."""

    def put(self, tab: str, box: Box, rows: Rows) -> None:
        """Set cells; a text that begins with = is a formula unless it was marked by a quote."""

    def look(self, tab: str, row: int, column: int) -> dict[str, Any]:
        """Return format, fill, bold, wrap and width of a cell."""

    def dress(self, tab: str, box: Box, look: Mapping[str, Any]) -> None:
        """Change some of these for all cells of a box."""

    def note(self, tab: str, row: int, column: int) -> str | None:
        """Return the note of a cell."""

    def set_note(self, tab: str, row: int, column: int, text: str | None) -> None:
        """Set or remove the note of a cell."""

    def link(self, tab: str, row: int, column: int) -> str:
        """Return the address that a cell leads to, without the place in it."""

    def protection(self, tab: str) -> dict[str, bool] | None:
        """Return what a protected worksheet allows; None where it is not protected."""

    def protect(self, tab: str, allowed: Mapping[str, bool]) -> None:
        """Protect a worksheet without a password."""

    def unprotect(self, tab: str, password: str) -> bool:
        """Lift a protection; False where the password is another."""

    def draw(self, tab: str, chart: Mapping[str, Any]) -> None:
        """Draw a chart: kind, title, source, frame, and the kinds and colours of its series."""


class Program(Protocol):
    """What opens workbooks."""

    name: str

    def open(self, path: Path | None) -> Document:
        """Open a workbook, or a new one."""
