"""What merging a folder of returns yields: who returned what, its findings and its totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from generator.model.filing import Filing
from generator.model.finding import Finding, Kind, Place
from generator.model.findings import Findings
from generator.model.form import Form
from generator.model.period import Period
from generator.model.roster import Department
from generator.model.totals import Totals


class State(StrEnum):
    """How a department, or one file, stands."""

    RETURNED = "已回收"
    DUPLICATE = "重复"  # of a department: several usable files; of a file: a newer one is used
    VERSION = "版本不符"
    PERIOD = "期间不符"
    FORM = "表样不符"
    UNREADABLE = "无法读取"
    STRANGER = "单位不明"  # a file of no department on the roster
    MISSING = "未回收"


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """One file of the folder; `name` is relative to it, with forward slashes."""

    name: str
    state: State
    saved: datetime | None = None  # in Beijing's time
    used: bool = False  # its answers are in the totals
    digest: bytes = b""  # SHA-256 of what was read; empty if nothing could be


Reached = tuple[int, int, int]  # cells that reach 序时进度, are behind it, and say nothing


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one department stands."""

    department: Department
    state: State
    files: tuple[ReturnedFile, ...] = ()
    fetch: Callable[[], Filing] | None = field(default=None, compare=False)
    reached: Reached = (0, 0, 0)

    @property
    def filing(self) -> Filing | None:
        """The return that is used; each time fetched from where it waits."""
        return self.fetch() if self.fetch else None

    @property
    def returned(self) -> bool:
        """Whether there is a return that can be used."""
        return self.fetch is not None


class Line(NamedTuple):
    """A row of the answers as a report lists them, and where it stands in its file."""

    place: Place
    cells: tuple[Decimal | str | int | None, ...]


class Lines(Protocol):
    """The rows of one part of the form, each with whose it is, in the roster's order.

    They can be counted and gone through; they need not be in memory.
    """

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[tuple[Department, Line]]: ...

    def drawn(self) -> Iterator[tuple[Department, int, bytes]]:
        """Yield whose return has rows, how many, and what was drawn of them when it was read."""


@dataclass(frozen=True)
class Merged:
    """The result of a merge; departments stand in the roster's order."""

    form: Form
    period: Period
    folder: Path
    standings: tuple[Standing, ...]
    strangers: tuple[ReturnedFile, ...]  # files that belong to no department
    findings: Findings
    totals: Totals
    rules: Mapping[str, str] = field(default_factory=dict)  # rule id → what it asks
    passed_over: tuple[str, ...] = ()  # files of the folder that are no workbooks
    details: tuple[Lines, ...] = field(default=(), compare=False)  # by part of the form

    @property
    def filings(self) -> Iterator[Filing]:
        """The returns that are used, in the roster's order."""
        return (each.fetch() for each in self.standings if each.fetch)

    def count(self, department: str | None = None) -> Counter[Kind]:
        """Return how many findings of each kind there are, of all or of one department."""
        if department is not None:
            return self.findings.count_of(department)
        return self.findings.count_all()

    def with_note(self, finding: Finding) -> Merged:
        """Return the same with one more finding at the end."""
        return replace(self, findings=self.findings.plus(finding))
