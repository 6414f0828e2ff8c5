"""What a worker returns for one file: the little that decides, and the much that waits, packed.

All that a merge wants of a return is worked out where it is read: its findings, what it adds to
the totals, its rows of 明细. Whoever puts returns together adds up and copies, and looks at no
answer again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from generator.consolidate import contribution_of, write_contribution
from generator.merge.arrival import TOO_BIG, Arrival, Brief, failed, lost
from generator.merge.drawing import draw_findings, draw_lines
from generator.merge.mark import Mark
from generator.merge.plain import packed, write_filing, write_findings
from generator.model.filing import Filing
from generator.model.finding import Finding
from generator.model.findings import Counts, counts_of
from generator.model.merged import Reached, ReturnedFile
from generator.model.reckoning import Reckoning
from generator.report.details import listed, part_count
from generator.report.progress import reached_in


class Head(NamedTuple):
    """What decides whose a file is, which of several is used, and how much there is in it."""

    file: ReturnedFile
    department: tuple[str, str] | None  # code and name
    mark: Mark | None = None
    sealed: bool = True
    ours: bool = False
    said: str = ""  # when the workbook says it was saved, in ISO 8601
    counts: tuple[tuple[str, Counts], ...] = ()  # of findings, by whom they concern
    rows: tuple[int, ...] = ()  # of each part of 明细; none of what is not used
    reached: Reached = (0, 0, 0)


class Record(NamedTuple):
    """A head, and what can be asked of the file later."""

    head: Head
    findings: bytes
    drawn_findings: bytes = b""
    contribution: bytes = b""
    filing: bytes = b""
    lines: tuple[bytes, ...] = ()  # as drawn, by part
    lasting: bool = True

    @property
    def sections(self) -> tuple[bytes, ...]:
        """What waits, in its order on the shelf."""
        return (self.findings, self.drawn_findings, self.contribution, self.filing, *self.lines)


def record_of(arrival: Arrival, path: Path, brief: Brief) -> Record:
    """Return what is kept of a file; one on which we fail here is told to have failed."""
    filing = arrival.filing
    if filing is None:
        return Record(_head(arrival), *_findings(arrival, brief), lasting=arrival.lasting)
    try:
        return _used(arrival, filing, brief)
    except Exception as error:
        starved = isinstance(error, MemoryError)
        name = arrival.file.name
        left = lost(name, brief, TOO_BIG) if starved else failed(path, name, brief, error)
        file = replace(arrival.file, state=left.file.state)
        return record_of(replace(left, file=file, mark=arrival.mark), path, brief)


def _used(arrival: Arrival, filing: Filing, brief: Brief) -> Record:
    reckoning = arrival.reckoning
    if reckoning is None or reckoning.earlier is not None:  # rows are of this return alone
        reckoning = Reckoning(brief.form, filing, brief.period)
    contribution = contribution_of(brief.form, filing, reckoning)
    parts = [listed(reckoning, part) for part in range(part_count(brief.form))]
    head = _head(arrival)._replace(
        rows=tuple(each.size for each in parts),
        reached=reached_in(filing, reckoning),
    )
    return Record(
        head,
        *_findings(arrival, brief),
        packed(write_contribution(brief.form, contribution)),
        write_filing(filing),
        tuple(draw_lines(each, brief.form, brief.period, part) for part, each in enumerate(parts)),
    )


def _findings(arrival: Arrival, brief: Brief) -> tuple[bytes, bytes]:
    """Return the findings of a file, and how they look on their page if they concern one."""
    found = arrival.findings
    alike = len({each.department for each in found}) == 1
    return write_findings(found), draw_findings(found, brief.form) if alike else b""


def _head(arrival: Arrival) -> Head:
    department = arrival.department
    return Head(
        arrival.file,
        (department.code, department.name) if department else None,
        arrival.mark,
        arrival.sealed,
        arrival.ours,
        arrival.said.isoformat() if arrival.said else "",
        _counts(arrival.findings),
    )


def _counts(findings: Sequence[Finding]) -> tuple[tuple[str, Counts], ...]:
    by_whom = sorted(findings, key=lambda each: each.department)
    groups = groupby(by_whom, key=lambda each: each.department)
    return tuple((code, counts_of(of_code)) for code, of_code in groups)
