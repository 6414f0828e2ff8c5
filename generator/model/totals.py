"""What consolidation yields: one total per combined cell, with every department's part in it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, order=True)
class Locus:
    """What is combined: a field or column, overall or in one named part of the form.

    `key` names one of the repeated sheets, `row` a printed row, `group` the values of a table's
    `group_by` columns; empty parts mean all of them together.
    """

    sheet: str
    column: str
    table: str = ""
    row: str = ""
    key: str = ""
    group: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One department's part of a total: its value, its share in it and its rank by value."""

    department: str  # its code
    value: Decimal
    stated: Decimal | None = None
    share: Decimal | None = None  # a fraction; None where parts do not add up to the total
    rank: int = 0


@dataclass(frozen=True)
class Total:
    """A combined value: 元 for an amount, a fraction for a percentage, how many for a count.

    `stated` adds up what the returns themselves said where the cell is computed; it is None when a
    return said nothing. `difference` is stated less recomputed.
    """

    locus: Locus
    value: Decimal | None
    stated: Decimal | None = None
    counts: tuple[tuple[str, int], ...] = ()  # how often each answer occurs
    parts: tuple[Part, ...] = ()  # by department code

    @property
    def difference(self) -> Decimal | None:
        """How much more the returns state than their parts give."""
        if self.stated is None or self.value is None:
            return None
        return self.stated - self.value


@dataclass(frozen=True)
class Totals:
    """The totals of a form, in the form's order; sheet keys and groups sorted within."""

    form: str
    period: str
    departments: tuple[tuple[str, str], ...]  # code and name, by code
    totals: tuple[Total, ...]

    def find(self, locus: Locus) -> Total | None:
        """Return the total of a locus, or None when nothing is combined there."""
        return next((each for each in self.totals if each.locus == locus), None)
