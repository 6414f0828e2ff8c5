"""What a page of a report is: facts, tables with links, and charts; no program draws it here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable

from generator.model.finding import Place


class Look(StrEnum):
    """How the cells of a column are shown."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"  # the value is a fraction
    COUNT = "count"


Value = Decimal | str | int | None


class Tone(StrEnum):
    """What a text says of its matter."""

    GOOD = "good"
    BAD = "bad"
    DOUBT = "doubt"
    FAINT = "faint"


class Link(NamedTuple):
    """A value that leads to a place of a returned file."""

    value: Value
    place: Place


Content = Value | Link


class Leads(NamedTuple):
    """A column of links to cells of one file, each of which says where it leads."""

    file: str
    cells: tuple[tuple[str, str], ...]  # worksheet and address; without an address the worksheet


def whereabouts(sheet: str, cell: str) -> str:
    """Return what a link says that leads to a cell, or to a worksheet as such."""
    return f"{sheet}!{cell}" if cell else sheet


class Rows(Protocol):
    """Rows that can be counted and gone through; they need not be in memory."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[tuple[Content, ...]]: ...


class Piece(NamedTuple):
    """Some rows one below the other: what stands in front of each, and the rest of them.

    The rest was drawn before; where it was not, the rows say what stands there.
    """

    head: tuple[Content, ...]
    size: int  # how many rows they are
    links: int  # how many cells lead somewhere, at most
    rest: bytes = b""
    rows: Sequence[tuple[Content, ...]] = ()
    totals: int = 0  # how many of the rows stand out


@runtime_checkable
class Prepared(Protocol):
    """Rows of which all but the cells in front were drawn when the returns were read."""

    @property
    def front(self) -> int:
        """How many cells stand in front of what was drawn."""

    @property
    def numbered(self) -> bool:
        """Whether the first of these counts the rows; then no piece says it."""

    def pieces(self) -> Iterator[Piece]:
        """Yield the rows, some at a time."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[tuple[Content, ...]]: ...


@dataclass(frozen=True)
class Column:
    """A column: what stands over it, how it shows, how wide it is in half-width characters."""

    heading: str
    look: Look = Look.TEXT
    width: float = 14
    digits: int = 2  # at least as many decimals as this; more where the value has them
    group: str = ""  # equal neighbours stand under one common heading
    span: int = 1  # how many columns of the worksheet it takes
    tones: Mapping[str, Tone] = field(default_factory=dict)  # how certain texts are coloured


@dataclass(frozen=True)
class Grid:
    """A table with a title; its first `totals` rows stand out."""

    title: str
    columns: tuple[Column, ...]
    rows: Rows
    totals: int = 0
    note: str = ""


class ChartKind(StrEnum):
    """How a chart is drawn."""

    BARS = "bars"  # one bar per category and series, side by side
    STACK = "stack"  # one bar per category, the series on top of each other
    PIE = "pie"


@dataclass(frozen=True)
class Chart:
    """A chart of a grid: its first column gives the categories, some others the series."""

    kind: ChartKind
    title: str
    grid: Grid
    series: tuple[int, ...]  # columns of the grid, from 0
    line: int | None = None  # a column drawn as a line to compare with
    axis: str = ""  # what the values are
    colors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """A worksheet of the result."""

    tab: str
    title: str
    facts: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    charts: tuple[Chart, ...] = ()
    filter: bool = False  # a single long list to filter: its heading stays in sight
    frozen: int = 0  # columns that stay in sight beside it


def plain(content: Content) -> Value:
    """Return a content without its link."""
    return content.value if isinstance(content, Link) else content
