"""Answers of the ledger for people: as pages of a workbook, as rows of CSV, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from generator.report.pages import Column, Grid, Look, Page

Cell = Decimal | int | str | None
_NARROW, _WIDE = 10.0, 48.0
_SAMPLE = 500  # rows that tell how wide a column should be


class Asked(Protocol):
    """What was asked of the ledger, and what came back."""

    @property
    def title(self) -> str:
        """What it is called, in Chinese."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings."""

    @property
    def looks(self) -> tuple[str, ...]:
        """How each column is shown: the values of `Look`."""

    @property
    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """The rows, amounts in 元."""

    @property
    def sql(self) -> str:
        """The statement that gave them."""

    @property
    def parameters(self) -> Mapping[str, object]:
        """What was bound to the statement."""


def answer_pages(answers: Sequence[Asked]) -> list[Page]:
    """Return a page per answer, and one with the SQL that they came from."""
    return [*(_page(each) for each in answers), _sources(answers)]


def answer_lines(asked: Asked) -> Iterator[tuple[Cell, ...]]:
    """Yield the headings and the rows of an answer, as CSV has them."""
    yield asked.columns
    yield from asked.rows


def answer_json(asked: Asked) -> dict[str, object]:
    """Return an answer with its SQL; numbers as exact texts, counts as numbers."""
    return {
        "title": asked.title,
        "columns": list(asked.columns),
        "rows": [[_exact(each) for each in row] for row in asked.rows],
        "sql": asked.sql,
        "parameters": {name: _exact(value) for name, value in asked.parameters.items()},
    }


def _page(asked: Asked) -> Page:
    columns = tuple(
        Column(heading, Look(look), _width(asked, place), _digits(look))
        for place, (heading, look) in enumerate(zip(asked.columns, asked.looks, strict=True))
    )
    facts = (f"共 {len(asked.rows)} 行。金额单位为元。查询语句见最后一页。",)
    return Page(asked.title, asked.title, facts, (Grid("", columns, asked.rows),), filter=True)


def _digits(look: str) -> int:
    return 0 if look == Look.NUMBER else 2


def _sources(answers: Sequence[Asked]) -> Page:
    columns = (Column("查询", width=18), Column("SQL", width=100), Column("条件", width=40))
    rows = [
        (
            each.title,
            each.sql,
            "\n".join(f"{name} = {_exact(value)}" for name, value in each.parameters.items()),
        )
        for each in answers
    ]
    facts = ("每页的数都由这里的语句从台账查出；金额在台账里是以 0.0001 元为单位的整数。",)
    return Page("查询语句", "查询语句", facts, (Grid("", columns, rows),))


def _width(asked: Asked, place: int) -> float:
    texts = [asked.columns[place], *(str(row[place] or "") for row in asked.rows[:_SAMPLE])]
    widest = max(sum(2 if ord(letter) > 255 else 1 for letter in text) for text in texts)
    return min(max(widest + 2.0, _NARROW), _WIDE)


def _exact(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if isinstance(value, int | str) or value is None else str(value)
