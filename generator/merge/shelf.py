"""Where what was read waits, out of memory, until it is asked for."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.consolidate import Contribution, read_contribution
from generator.merge.plain import read_filing, read_findings, read_lines, unpacked
from generator.merge.record import Head, Record
from generator.merge.scratch import Scratch
from generator.model.filing import Filing
from generator.model.finding import Finding
from generator.model.findings import Group
from generator.model.form import Form
from generator.model.merged import Line
from generator.model.roster import Department
from generator.workbook.inbox import BEIJING

_FINDINGS, _CONTRIBUTION, _FILING, _LINES = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Slip:
    """A file whose record is on the shelf."""

    head: Head
    place: int
    sizes: Sequence[int]  # of the sections, one behind the other


class Shelf:
    """The records of a merge."""

    def __init__(self) -> None:
        self._scratch = Scratch()
        self._alike: dict[Any, Any] = {}

    def put(self, record: Record) -> Slip:
        """Keep a record; return what is left in hand."""
        sections = record.sections
        place = self._scratch.put(b"".join(sections))
        return Slip(self._lean(record.head), place, array("l", map(len, sections)))

    def _lean(self, head: Head) -> Head:
        """Return a head that shares what many have: it came from elsewhere with its own of it."""
        alike = self._alike
        saved = head.file.saved
        return replace(
            head,
            file=replace(head.file, saved=saved.astimezone(BEIJING) if saved else None),
            mark=alike.setdefault(head.mark, head.mark),
            counts=tuple(
                (alike.setdefault(who, who), alike.setdefault(n, n)) for who, n in head.counts
            ),
            rows=alike.setdefault(head.rows, head.rows),
            reached=alike.setdefault(head.reached, head.reached),
        )

    def findings(self, group: Group) -> Iterable[Finding]:
        """Return the findings of one file that concern one department."""
        slip = group.place
        assert isinstance(slip, Slip)
        found = read_findings(self._section(slip, _FINDINGS), group.file)
        return (each for each in found if each.department == group.department)

    def contribution(self, slip: Slip, form: Form) -> Contribution:
        """Return what a return adds to the totals."""
        return read_contribution(form, unpacked(self._section(slip, _CONTRIBUTION)))

    def filing(self, slip: Slip) -> Filing:
        """Return what was answered."""
        return read_filing(self._section(slip, _FILING))

    def lines(self, slip: Slip, part: int) -> Iterator[Line]:
        """Yield the rows of a part of 明细."""
        return read_lines(self._section(slip, _LINES + part), slip.head.file.name)

    def _section(self, slip: Slip, number: int) -> bytes:
        return self._scratch.get(slip.place + sum(slip.sizes[:number]), slip.sizes[number])


@dataclass(frozen=True)
class Waiting:
    """The rows of one part of 明细, of all returns that are used."""

    shelf: Shelf
    used: Sequence[tuple[Department, Slip]]
    part: int

    def __len__(self) -> int:
        return sum(slip.head.rows[self.part] for _, slip in self.used)

    def __iter__(self) -> Iterator[tuple[Department, Line]]:
        for department, slip in self.used:
            if slip.head.rows[self.part]:
                for line in self.shelf.lines(slip, self.part):
                    yield department, line
