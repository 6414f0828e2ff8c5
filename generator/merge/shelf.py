"""Where what was read waits, out of memory, until it is asked for."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from generator.consolidate import Contribution, read_contribution
from generator.merge.arrival import Brief
from generator.merge.mark import Mark
from generator.merge.plain import read_filing, read_findings, unpacked
from generator.merge.record import Record
from generator.merge.scratch import Scratch
from generator.model.filing import Filing
from generator.model.finding import Finding
from generator.model.findings import Group
from generator.model.form import Form
from generator.model.merged import Line, Reached, ReturnedFile
from generator.model.reckoning import Reckoning
from generator.model.roster import Department, Roster
from generator.report.details import listed
from generator.workbook.inbox import BEIJING

_FULL = 2**32  # what no size reaches
_FINDINGS, _DRAWN, _CONTRIBUTION, _FILING, _LINES = range(5)
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Slip:
    """What is left in hand of a file whose record is on the shelf: what decides."""

    file: ReturnedFile
    department: Department | None
    mark: Mark | None
    sealed: bool
    ours: bool
    groups: tuple[Group, ...]  # of its findings, by whom they concern
    rows: tuple[int, ...]  # of each part of 明细
    reached: Reached
    place: int  # of its record


@dataclass(frozen=True, slots=True)
class Used:
    """A return that is used, where it waits: whose it is, and how many rows each part has."""

    shelf: Shelf
    department: Department
    place: int
    rows: tuple[int, ...]

    def __call__(self) -> Filing:
        """Return what was answered."""
        return self.shelf.filing(self.place)


class Shelf:
    """The records of a merge, each found by its place."""

    def __init__(self, roster: Roster | None = None) -> None:
        self._roster = roster
        self._scratch = Scratch()
        self._sizes = array("I")  # at a record's place where it starts, then those of its sections
        self._alike: dict[Any, Any] = {}

    def put(self, record: Record, name: str = "") -> Slip:
        """Keep a record; return what is left in hand.

        It came from elsewhere with texts of its own; the roster's are held instead, and the name
        of the file as it is given, if it is.
        """
        place = self._kept(record.sections)
        head, shared = record.head, self._shared
        saved, who = head.file.saved, head.department
        known = self._roster.find(who[0]) if who and self._roster else None
        department = known or (Department(*who) if who else None)
        file = replace(
            head.file,
            name=name or head.file.name,
            saved=saved.astimezone(BEIJING) if saved else None,
        )
        return Slip(
            file=file,
            department=department,
            mark=shared(head.mark),
            sealed=head.sealed,
            ours=head.ours,
            groups=tuple(
                Group(_same(code, department), file.name, shared(counts), place)
                for code, counts in head.counts
            ),
            rows=shared(head.rows),
            reached=shared(head.reached),
            place=place,
        )

    def _kept(self, sections: Sequence[bytes]) -> int:
        """Keep sections; return their place."""
        place, start = len(self._sizes), self._scratch.put(b"".join(sections))
        self._sizes.extend((*divmod(start, _FULL), *map(len, sections)))
        return place

    def _shared(self, value: _Value) -> _Value:
        found: _Value = self._alike.setdefault(value, value)
        return found

    def findings(self, group: Group) -> Iterable[Finding]:
        """Return the findings of one file that concern one department."""
        found = read_findings(self._section(group.place, _FINDINGS), group.file)
        return (each for each in found if each.department == group.department)

    def drawn_findings(self, group: Group) -> bytes:
        """Return how the findings of one file look on their page, if that is known."""
        return self._section(group.place, _DRAWN)

    def contribution(self, place: int, form: Form) -> Contribution:
        """Return what a return adds to the totals."""
        return read_contribution(form, unpacked(self._section(place, _CONTRIBUTION)))

    def filing(self, place: int) -> Filing:
        """Return what was answered."""
        return read_filing(self._section(place, _FILING))

    def drawn_lines(self, place: int, part: int) -> bytes:
        """Return how the rows of a part of 明细 look on their page."""
        return self._section(place, _LINES + part)

    def _section(self, place: int, number: int) -> bytes:
        full, rest, *before = self._sizes[place : place + number + 2]
        start = full * _FULL + rest + sum(before)
        return self._scratch.get(start, self._sizes[place + number + 2])


def _same(code: str, department: Department | None) -> str:
    """Return a code, as the text that the department has if it is its own."""
    return department.code if department and department.code == code else code


@dataclass(frozen=True)
class Waiting:
    """The rows of one part of 明细, of all returns that are used."""

    shelf: Shelf
    brief: Brief
    used: Sequence[Used]
    part: int

    def __len__(self) -> int:
        return sum(each.rows[self.part] for each in self.used)

    def __iter__(self) -> Iterator[tuple[Department, Line]]:
        form, period = self.brief.form, self.brief.period
        for each in self._with_rows():
            reckoning = Reckoning(form, self.shelf.filing(each.place), period)
            for line in listed(reckoning, self.part).lines:
                yield each.department, line

    def drawn(self) -> Iterator[tuple[Department, int, bytes]]:
        """Yield whose return has rows, how many, and what was drawn of them when it was read."""
        for each in self._with_rows():
            drawn = self.shelf.drawn_lines(each.place, self.part)
            yield each.department, each.rows[self.part], drawn

    def _with_rows(self) -> Iterator[Used]:
        return (each for each in self.used if each.rows[self.part])
