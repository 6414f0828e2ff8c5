"""What merging a folder of returns yields: who returned what, its findings and its totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from generator.model.filing import Filing
from generator.model.finding import Finding, Kind
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


@dataclass(frozen=True)
class ReturnedFile:
    """One file of the folder; `name` is relative to it, with forward slashes."""

    name: str
    state: State
    saved: datetime | None = None  # in Beijing's time
    used: bool = False  # its answers are in the totals


@dataclass(frozen=True)
class Standing:
    """Where one department stands."""

    department: Department
    state: State
    files: tuple[ReturnedFile, ...] = ()
    fetch: Callable[[], Filing] | None = field(default=None, compare=False)

    @property
    def filing(self) -> Filing | None:
        """The return that is used; each time fetched from where it waits."""
        return self.fetch() if self.fetch else None

    @property
    def returned(self) -> bool:
        """Whether there is a return that can be used."""
        return self.fetch is not None


@dataclass(frozen=True)
class Merged:
    """The result of a merge; departments stand in the roster's order."""

    form: Form
    period: Period
    folder: Path
    standings: tuple[Standing, ...]
    strangers: tuple[ReturnedFile, ...]  # files that belong to no department
    findings: tuple[Finding, ...]
    totals: Totals
    rules: Mapping[str, str] = field(default_factory=dict)  # rule id → what it asks
    passed_over: tuple[str, ...] = ()  # files of the folder that are no workbooks

    @property
    def filings(self) -> Iterator[Filing]:
        """The returns that are used, in the roster's order."""
        return (each.fetch() for each in self.standings if each.fetch)

    def count(self, department: str | None = None) -> Counter[Kind]:
        """Return how many findings of each kind there are, of all or of one department."""
        if department is not None:
            return self._by_department.get(department, Counter())
        return Counter(each.kind for each in self.findings)

    @cached_property
    def _by_department(self) -> Mapping[str, Counter[Kind]]:
        counts: dict[str, Counter[Kind]] = {}
        for each in self.findings:
            counts.setdefault(each.department, Counter())[each.kind] += 1
        return counts
