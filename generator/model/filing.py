"""What one department answered, each answer with its raw text, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

AnswerValue = Decimal | str | None
Spot = tuple[int, int]  # row and column of a cell on its worksheet, from 1
Spots = Mapping[str, Spot]  # of answers by their names, as far as they were found


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


@dataclass(frozen=True)
class Row:
    """One record of a table: the fixed row's name (or empty) and its answers by column.

    An answer that continues the one above stands where that one does.
    """

    answers: Mapping[str, Answer]
    name: str = ""
    number: int = 0  # 1-based, as the table shows it
    spots: Spots = field(default_factory=dict)


@dataclass(frozen=True)
class SheetFiling:
    """The answers of one sheet; a repeated sheet gives one of these per copy."""

    sheet: str  # the form sheet's name
    title: str  # the worksheet's tab in the file
    fields: Mapping[str, Answer]
    tables: Mapping[str, tuple[Row, ...]]
    index: int = 0  # which copy of a repeated sheet, from 0
    spots: Spots = field(default_factory=dict)  # of the fields

    def spot(self, name: str, table: str = "", row: int = -1) -> Spot | None:
        """Return where a field stands, or a column in a row (counted from 0) of a table."""
        return (self.tables[table][row] if table else self).spots.get(name)


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
