"""What consolidation yields: one total per combined cell, with every department's part in it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple


class Locus(NamedTuple):
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


class Part(NamedTuple):
    """One department's part of a total: its value, its share in it and its rank by value."""

    department: str  # its code
    value: Decimal
    stated: Decimal | None = None
    share: Decimal | None = None  # a fraction; None where parts do not add up to the total
    rank: int = 0


class Parts(Sequence[Part]):
    """Parts that are not at hand; each is fetched when it is asked for."""

    @abstractmethod
    def of(self, department: str) -> Part | None:
        """Return the part of the department with that code, if it has one."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


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
    parts: Sequence[Part] = ()  # by department code
    share: Decimal | None = None  # what the shares of all add up to; None where there are none

    @property
    def difference(self) -> Decimal | None:
        """How much more the returns state than their parts give."""
        if self.stated is None or self.value is None:
            return None
        return self.stated - self.value

    @property
    def shared(self) -> bool:
        """Whether departments have shares in it."""
        return self.share is not None

    def part(self, department: str) -> Part | None:
        """Return the part of the department with that code, if it has one."""
        if isinstance(self.parts, Parts):
            return self.parts.of(department)
        return self._by_code.get(department)

    def of_each(self, departments: Iterable[str]) -> Iterator[Part | None]:
        """Yield the part of each department, if it has one; quickly where they come by code."""
        coming = iter(self.parts)
        following = next(coming, None)
        for code in departments:
            if following is not None and following.department == code:
                yield following
                following = next(coming, None)
            else:
                yield self.part(code)

    @cached_property
    def _by_code(self) -> Mapping[str, Part]:
        return {each.department: each for each in self.parts}


@dataclass(frozen=True)
class Totals:
    """The totals of a form, in the form's order; sheet keys and groups sorted within."""

    form: str
    period: str
    departments: int  # how many returns are in them, one of each department
    totals: tuple[Total, ...]

    def find(self, locus: Locus) -> Total | None:
        """Return the total of a locus, or None when nothing is combined there."""
        return next((each for each in self.totals if each.locus == locus), None)
