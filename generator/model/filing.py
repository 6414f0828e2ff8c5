"""What one department answered, each answer with its raw text, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, TypeVar, overload

AnswerValue = Decimal | str | None
Spot = tuple[int, int]  # row and column of a cell on its worksheet, from 1
Spots = Mapping[str, Spot]  # of answers by their names, as far as they were found
_Found = TypeVar("_Found")


class Answer(NamedTuple):
    """What one cell of a return says, wherever it stands.

    `value` is what the program reckons with: 元 for an amount, a fraction for a percentage, the
    choice's own wording for a choice; None when blank or unreadable. `raw` is what stands in the
    cell to the letter. `shown` is the number as the cell shows it, with the digits that were typed.
    """

    value: AnswerValue = None
    raw: str = ""
    unit: str = ""  # the unit typed behind the number, if any
    shown: Decimal | None = None
    readable: bool = True  # False: there is something, but not what the field asks for
    normalised: str = ""  # what was understood differently from how it was typed, in Chinese
    formula: str = ""  # a formula that stood in the cell
    locked: bool | None = None  # the cell's lock in the return; None when unknown

    @property
    def blank(self) -> bool:
        """Whether nothing was answered; what cannot be read is not blank."""
        return self.value is None and self.readable


NO_ANSWER = Answer()


@dataclass(frozen=True)
class Row:
    """One record of a table: the fixed row's name (or empty) and its answers by column.

    An answer that continues the one above stands where that one does.
    """

    answers: Mapping[str, Answer]
    name: str = ""
    number: int = 0  # 1-based, as the table shows it
    spots: Spots = field(default_factory=dict)


@dataclass(frozen=True, eq=False, repr=False)
class Records(Sequence[Row]):
    """The records of a table: rows to whoever goes through them, and kept by column.

    A column has something for each record, one below the other; None where a record has no such
    cell.
    """

    columns: Mapping[str, Sequence[Answer | None]] = field(default_factory=dict)
    spots: Mapping[str, Sequence[Spot | None]] = field(default_factory=dict)
    numbers: Sequence[int] = ()  # 1-based, as the table shows them
    names: Sequence[str] = ()  # of fixed rows; else empty

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Records:
        """Return rows as records; nothing in them is looked at before it is asked for."""
        listed = [*rows]
        return cls(
            _Columns([each.answers for each in listed]),
            _Columns([each.spots for each in listed]),
            [each.number for each in listed],
            [each.name for each in listed],
        )

    def column(self, name: str) -> Sequence[Answer | None]:
        """Return what was answered in a column."""
        return self.columns.get(name) or [None] * len(self)

    def answers(self, name: str) -> Sequence[Answer]:
        """Return the same with a blank where a record has no such cell."""
        return [each or NO_ANSWER for each in self.column(name)]

    def stand(self, name: str) -> Sequence[Spot | None]:
        """Return where the cells of a column stand."""
        return self.spots.get(name) or [None] * len(self)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The records one by one."""
        answers, spots = _by_record(self.columns, len(self)), _by_record(self.spots, len(self))
        return tuple(map(Row, answers, self.names, self.numbers, spots))

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...

    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        return self.rows[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Records) and self.rows == other.rows

    __hash__ = None  # type: ignore[assignment]  # no more than what it holds has one

    def __repr__(self) -> str:
        return f"Records.of({[*self.rows]})"


NO_RECORDS = Records()


@dataclass(frozen=True)
class SheetFiling:
    """The answers of one sheet; a repeated sheet gives one of these per copy."""

    sheet: str  # the form sheet's name
    title: str  # the worksheet's tab in the file
    fields: Mapping[str, Answer]
    tables: Mapping[str, Records]
    index: int = 0  # which copy of a repeated sheet, from 0
    spots: Spots = field(default_factory=dict)  # of the fields

    def answer(self, field: str) -> Answer:
        """Return what was answered in a field; a blank where it was not found."""
        return self.fields.get(field, NO_ANSWER)

    def records(self, table: str) -> Records:
        """Return the records of a table; none where it was not found."""
        return self.tables.get(table, NO_RECORDS)

    def spot(self, name: str, table: str = "", row: int = -1) -> Spot | None:
        """Return where a field stands, or a column in a row (counted from 0) of a table."""
        return self.tables[table].stand(name)[row] if table else self.spots.get(name)


@dataclass(frozen=True)
class Filing:
    """All answers of one department for one form and period."""

    form: str
    version: str
    department: str  # its code
    department_name: str
    period: str  # as in `Period.id`
    sheets: tuple[SheetFiling, ...]
    file: str = ""
    explanations: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def explanation(self, worksheet: str, rule: str) -> str:
        """Return the 情况说明 of a rule, written for that worksheet or for all of them."""
        return self.explanations.get((worksheet, rule), self.explanations.get(("", rule), ""))

    def copies(self, sheet: str) -> tuple[SheetFiling, ...]:
        """Return all copies of the form sheet of that name."""
        return tuple(each for each in self.sheets if each.sheet == sheet)


@dataclass(frozen=True)
class Entry:
    """Values to put into one copy of a sheet as a person would type them: text or numbers.

    A table's rows stand in order; those of a table with fixed rows in the form's order.
    """

    fields: Mapping[str, Decimal | str] = field(default_factory=dict)
    tables: Mapping[str, tuple[Mapping[str, Decimal | str], ...]] = field(default_factory=dict)


Entries = Mapping[str, tuple[Entry, ...]]  # form sheet → one entry per copy


# -- the same by column and by record --


class _Columns(Mapping[str, "Sequence[_Found | None]"]):
    """What records hold, by column."""

    def __init__(self, records: Sequence[Mapping[str, _Found]]) -> None:
        self._records = records

    @cached_property
    def _names(self) -> Mapping[str, None]:
        return dict.fromkeys(name for each in self._records for name in each)

    def __getitem__(self, name: str) -> Sequence[_Found | None]:
        if name not in self._names:
            raise KeyError(name)
        return _Column(self._records, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Column(Sequence["_Found | None"]):
    """What records hold in one column."""

    def __init__(self, records: Sequence[Mapping[str, _Found]], name: str) -> None:
        self._records = records
        self._name = name

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[_Found | None]:
        return (each.get(self._name) for each in self._records)

    @overload
    def __getitem__(self, index: int) -> _Found | None: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[_Found | None]: ...

    def __getitem__(self, index: int | slice) -> _Found | Sequence[_Found | None] | None:
        if isinstance(index, slice):
            return _Column(self._records[index], self._name)
        return self._records[index].get(self._name)


def _by_record(
    columns: Mapping[str, Sequence[_Found | None]], count: int
) -> Iterator[Mapping[str, _Found]]:
    for at in range(count):
        cells = ((name, column[at]) for name, column in columns.items())
        yield {name: each for name, each in cells if each is not None}
