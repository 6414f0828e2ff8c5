"""How a figure is reckoned from the rows of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from generator.ledger.questions.query import Answer

Value = Decimal | None
Reckon = Callable[[Answer], Value]


def _column(answer: Answer, name: str) -> Iterator[object]:
    place = next(i for i, each in enumerate(answer.columns) if each.partition("（")[0] == name)
    return (row[place] for row in answer.rows)


def sum_of(name: str) -> Reckon:
    """Return what a column adds up to."""

    def reckon(answer: Answer) -> Decimal:
        return sum((Decimal(str(each or 0)) for each in _column(answer, name)), Decimal(0))

    return reckon


def count(answer: Answer) -> Decimal:
    """Return how many rows there are."""
    return Decimal(len(answer.rows))


def count_with(name: str) -> Reckon:
    """Return how many rows have something other than 0 in a column."""

    def reckon(answer: Answer) -> Decimal:
        return Decimal(sum(1 for each in _column(answer, name) if each))

    return reckon


def where(name: str, words: Sequence[str], counted: str = "") -> Reckon:
    """Return how many rows, or the sum of a column in them, say one of some words."""

    def reckon(answer: Answer) -> Decimal:
        numbers = _column(answer, counted) if counted else (1 for _ in answer.rows)
        pairs = zip(_column(answer, name), numbers, strict=True)
        return sum((Decimal(str(each or 0)) for word, each in pairs if word in words), Decimal(0))

    return reckon


def share(part: Reckon, whole: Reckon) -> Reckon:
    """Return a share in percent; nothing where there is nothing to divide by."""

    def reckon(answer: Answer) -> Value:
        some, all_ = part(answer), whole(answer)
        return some / all_ * 100 if some is not None and all_ else None

    return reckon


def in_yi(reckon: Reckon) -> Reckon:
    """Return an amount of 元 in 亿元."""

    def reckoned(answer: Answer) -> Value:
        value = reckon(answer)
        return None if value is None else value.scaleb(-8)

    return reckoned


def latest(reckon: Reckon, period: str = "报告期") -> Reckon:
    """Return the same of the last period that there are rows of; they come in order of time."""

    def reckoned(answer: Answer) -> Value:
        periods = [*_column(answer, period)]
        pairs = zip(answer.rows, periods, strict=True)
        return reckon(replace(answer, rows=[row for row, each in pairs if each == periods[-1]]))

    return reckoned


def monitored(reckon: Reckon) -> Reckon:
    """Return the same of the last monitoring of the year, out of what all stages returned."""

    def reckoned(answer: Answer) -> Value:
        pairs = zip(answer.rows, _column(answer, "阶段"), strict=True)
        rows = [row for row, stage in pairs if stage == "监控"]
        return latest(reckon)(replace(answer, rows=rows)) if rows else None

    return reckoned
