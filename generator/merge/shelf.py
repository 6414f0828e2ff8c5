"""Where what was read waits, out of memory, until it is asked for."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.consolidate import Contribution, read_contribution
from generator.merge.arrival import Brief
from generator.merge.plain import read_filing, read_findings, unpacked
from generator.merge.record import Head, Record
from generator.merge.scratch import Scratch
from generator.model.filing import Filing
from generator.model.finding import Finding
from generator.model.findings import Group
from generator.model.form import Form
from generator.model.merged import Line, ReturnedFile, State
from generator.model.reckoning import Reckoning
from generator.model.roster import Department, Roster
from generator.report.details import lines_of
from generator.workbook.inbox import BEIJING

_NO_FILE = ReturnedFile("", State.RETURNED)
_FINDINGS, _DRAWN, _CONTRIBUTION, _FILING, _LINES = 0, 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Slip:
    """A file whose record is on the shelf."""

    head: Head
    place: int
    sizes: Sequence[int]  # of the sections, one behind the other


@dataclass(frozen=True, slots=True)
class Fetch:
    """The way to a return that waits."""

    shelf: Shelf
    slip: Slip

    def __call__(self) -> Filing:
        """Return what was answered."""
        return self.shelf.filing(self.slip)


class Shelf:
    """The records of a merge."""

    def __init__(self, roster: Roster | None = None) -> None:
        self._roster = roster
        self._scratch = Scratch()
        self._alike: dict[Any, Any] = {}

    def put(self, record: Record) -> Slip:
        """Keep a record; return what is left in hand."""
        sections = record.sections
        place = self._scratch.put(b"".join(sections))
        return Slip(self._lean(record.head), place, array("I", map(len, sections)))

    def _lean(self, head: Head) -> Head:
        """Return a head that shares what many have: it came from elsewhere with its own of it."""
        alike = self._alike
        saved = head.file.saved
        known = head.department and self._roster and self._roster.find(head.department[0])
        return replace(
            head,
            department=(known.code, known.name) if known else head.department,
            said="",  # the cache alone asks for it
            file=replace(head.file, saved=saved.astimezone(BEIJING) if saved else None),
            mark=alike.setdefault(head.mark, head.mark),
            counts=tuple(
                (alike.setdefault(who, who), alike.setdefault(n, n)) for who, n in head.counts
            ),
            rows=alike.setdefault(head.rows, head.rows),
            reached=alike.setdefault(head.reached, head.reached),
        )

    def bare(self, slip: Slip) -> Slip:
        """Return a slip that says where a record is and how long, and nothing more."""
        head = Head(_NO_FILE, None, rows=slip.head.rows)
        return Slip(self._alike.setdefault(head, head), slip.place, slip.sizes)

    def findings(self, group: Group) -> Iterable[Finding]:
        """Return the findings of one file that concern one department."""
        slip = group.place
        assert isinstance(slip, Slip)
        found = read_findings(self._section(slip, _FINDINGS), group.file)
        return (each for each in found if each.department == group.department)

    def drawn_findings(self, group: Group) -> bytes:
        """Return how the findings of one file look on their page, if that is known."""
        assert isinstance(group.place, Slip)
        return self._section(group.place, _DRAWN)

    def contribution(self, slip: Slip, form: Form) -> Contribution:
        """Return what a return adds to the totals."""
        return read_contribution(form, unpacked(self._section(slip, _CONTRIBUTION)))

    def filing(self, slip: Slip) -> Filing:
        """Return what was answered."""
        return read_filing(self._section(slip, _FILING))

    def drawn_lines(self, slip: Slip, part: int) -> bytes:
        """Return how the rows of a part of 明细 look on their page."""
        return self._section(slip, _LINES + part)

    def _section(self, slip: Slip, number: int) -> bytes:
        return self._scratch.get(slip.place + sum(slip.sizes[:number]), slip.sizes[number])


@dataclass(frozen=True)
class Waiting:
    """The rows of one part of 明细, of all returns that are used."""

    shelf: Shelf
    brief: Brief
    used: Sequence[tuple[Department, Slip]]
    part: int

    def __len__(self) -> int:
        return sum(slip.head.rows[self.part] for _, slip in self.used)

    def __iter__(self) -> Iterator[tuple[Department, Line]]:
        form, period = self.brief.form, self.brief.period
        for department, slip in self._with_rows():
            reckoning = Reckoning(form, self.shelf.filing(slip), period)
            for line in lines_of(reckoning, self.part):
                yield department, line

    def drawn(self) -> Iterator[tuple[Department, bytes]]:
        """Yield whose return has rows, and what was drawn of them when it was read."""
        for department, slip in self._with_rows():
            yield department, self.shelf.drawn_lines(slip, self.part)

    def _with_rows(self) -> Iterator[tuple[Department, Slip]]:
        return (each for each in self.used if each[1].head.rows[self.part])
