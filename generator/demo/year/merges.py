"""Filings → the Merged that merging their workbooks gives, by the very steps of a merge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from generator.check import check
from generator.demo.year.filed import filed
from generator.merge.arrival import Arrival, Brief
from generator.merge.assemble import assemble
from generator.merge.record import Record, record_of
from generator.merge.shelf import Shelf
from generator.model.filing import Entries
from generator.model.form import Form
from generator.model.merged import Merged, ReturnedFile, State
from generator.model.period import Period
from generator.model.roster import Department, Roster


@dataclass(frozen=True)
class Answered:
    """What one department answers on a form."""

    department: Department
    entries: Entries
    explanations: tuple[tuple[str, str], ...] = ()


def merged(returns: tuple[Form, Period, Sequence[Answered]], folder: Path) -> Merged:
    """Return the merge of what departments answered; nobody is missing."""
    form, period, answered = returns
    brief = Brief(form, period, Roster(tuple(each.department for each in answered)))
    shelf = Shelf()
    slips = [shelf.put(each) for each in _records(brief, answered, folder)]
    return assemble(brief, shelf, slips, folder)


def _records(brief: Brief, answered: Iterable[Answered], folder: Path) -> Iterable[Record]:
    for each in answered:
        filing = filed(
            brief.form, brief.period, each.department, each.entries, dict(each.explanations)
        )
        findings = tuple(check(brief.form, filing, brief.period))
        digest = sha256(repr((each.entries, each.explanations)).encode()).digest()
        file = ReturnedFile(filing.file, State.RETURNED, digest=digest)
        arrival = Arrival(file, each.department, findings, filing)
        yield record_of(arrival, folder / filing.file, brief)
