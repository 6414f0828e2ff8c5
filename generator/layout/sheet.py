"""A worksheet as it will look, in no program's terms: cells, styles, slots, validations, names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from generator.model.finding import Place
from generator.model.form import Leaf

Corners = tuple[int, int, int, int]  # of a rectangle: top, left, bottom, right


@dataclass(frozen=True, order=True)
class Position:
    """A cell of a worksheet, counted from 1."""

    row: int
    column: int

    @property
    def address(self) -> str:
        """The address as Excel writes it."""
        return Place(row=self.row, column=self.column).cell

    @property
    def absolute(self) -> str:
        """The address that does not move when copied."""
        letters = self.address.rstrip("0123456789")
        return f"${letters}${self.row}"


@dataclass(frozen=True)
class Area:
    """A rectangle of cells."""

    top: int
    left: int
    height: int = 1
    width: int = 1

    @property
    def first(self) -> Position:
        """The top left cell."""
        return Position(self.top, self.left)

    @property
    def last(self) -> Position:
        """The bottom right cell."""
        return Position(self.top + self.height - 1, self.left + self.width - 1)

    @property
    def corners(self) -> Corners:
        """Where it begins and ends."""
        return (self.top, self.left, self.top + self.height - 1, self.left + self.width - 1)

    @property
    def address(self) -> str:
        """The range as Excel writes it; one cell has no colon."""
        first, last = self.first.address, self.last.address
        return first if first == last else f"{first}:{last}"

    @property
    def absolute(self) -> str:
        """The range that does not move when copied."""
        first, last = self.first.absolute, self.last.absolute
        return first if first == last else f"{first}:{last}"


class Role(StrEnum):
    """What a cell is to the reader; the looks follow from it."""

    TITLE = "title"
    CAPTION = "caption"
    HEADER = "header"
    LABEL = "label"
    INPUT = "input"
    FILLED = "filled"  # put in by the bureau, locked
    COMPUTED = "computed"
    REMARK = "remark"
    HEADING = "heading"
    TEXT = "text"
    LINK = "link"
    RESULT = "result"  # √ × —


class Align(StrEnum):
    """How a cell's text stands in its width."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True)
class Style:
    """Everything that makes one cell look and behave different from another."""

    role: Role
    align: Align = Align.LEFT
    number_format: str = "General"
    locked: bool = True
    border: bool = True
    bold: bool = False


@dataclass(frozen=True)
class Printed:
    """A slot for printed text that speaks of the department."""

    leaf: Leaf
    copy: int


@dataclass(frozen=True)
class Given:
    """A slot for an answer: what the bureau puts in beforehand, else empty."""

    copy: int
    name: str
    table: str = ""
    row: int = -1


@dataclass(frozen=True)
class Reckoned:
    """A slot for the value of a computed cell."""

    copy: int
    name: str
    table: str = ""
    row: int = -1


@dataclass(frozen=True)
class Status:
    """A slot for √, × or — of a line of the 校验 sheet; row -1 is the line's own result."""

    line: int
    row: int = -1


@dataclass(frozen=True)
class Tally:
    """A slot for the sentence that counts the signs of the 校验 sheet."""


@dataclass(frozen=True)
class WhereTo:
    """A slot for the text of a link to the first row that a rule fails in."""

    line: int


@dataclass(frozen=True)
class Explained:
    """A slot for what a department writes about a rule it cannot meet."""

    rule: str


@dataclass(frozen=True)
class Sealed:
    """A slot for a value of the seal."""

    key: str


Slot = Printed | Given | Reckoned | Status | Tally | WhereTo | Explained | Sealed


@dataclass(frozen=True)
class Cell:
    """One cell, or a merged rectangle of them.

    `text` is printed for all departments alike; `formula` (without `=`) is computed by the
    spreadsheet; `slot` says what each department's copy gets here.
    """

    area: Area
    style: Style
    text: str | Decimal = ""
    formula: str = ""
    slot: Slot | None = None
    link: str = ""  # a place in the same workbook


@dataclass(frozen=True)
class Validation:
    """What a cell accepts, with the prompt shown when it is entered."""

    kind: Literal["decimal", "whole", "list", "textLength"] | None  # None: only the prompt
    areas: tuple[Area, ...]
    title: str
    prompt: str
    error: str = ""
    minimum: str = ""
    maximum: str = ""
    choices: tuple[str, ...] = ()
    source: str = ""  # the range that holds the choices, when they are too long to be written here
    strict: bool = True  # False: the choices are suggestions, other answers are taken as well


@dataclass(frozen=True)
class Highlight:
    """Cells that turn red, or green, while a formula, written for the first of them, is true."""

    areas: tuple[Area, ...]
    formula: str
    good: bool = False


@dataclass(frozen=True)
class Page:
    """How a worksheet prints."""

    landscape: bool = False
    repeat_rows: tuple[int, int] | None = None
    area: str = ""


@dataclass(frozen=True)
class Sheet:
    """One worksheet of the workbook to be built."""

    tab: str
    cells: tuple[Cell, ...]
    widths: tuple[float, ...]
    heights: Mapping[int, float] = field(default_factory=dict)  # row → points
    names: Mapping[str, Area] = field(default_factory=dict)
    validations: tuple[Validation, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    freeze: Position | None = None
    page: Page = field(default_factory=Page)
    state: Literal["visible", "hidden", "veryHidden"] = "visible"
    grow: bool = False  # departments may insert rows
