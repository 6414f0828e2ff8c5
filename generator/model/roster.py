"""Who gets what: departments with their projects, goals and contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

Record = Mapping[str, object]  # a row of a roster sheet: column → text, Decimal or None


@dataclass(frozen=True, slots=True)
class Department:
    """One unit that fills the form; `children` holds its rows of the roster's other sheets."""

    code: str
    name: str
    details: Record = field(default_factory=dict)
    children: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> object:
        """Return what a template calls `department.name`; what the roster leaves out is None."""
        if name in ("code", "name"):
            return getattr(self, name)
        if name in self.children:
            return self.children[name]
        return self.details.get(name)


def records_under(child: str, parent: Record, records: Sequence[Record]) -> tuple[Record, ...]:
    """Return those records that belong to one of a department's other rows, by its `code`.

    They name it under what the roster's sheet of that row is called, such as `projects`.
    """
    return tuple(each for each in records if each.get(child) == parent.get("code"))


@dataclass(frozen=True)
class Waiver:
    """The bureau lets one department off one 逻辑 rule, for a reason that the report prints."""

    department: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Roster:
    """All departments in the bureau's order, and what it waives."""

    departments: tuple[Department, ...]
    waivers: tuple[Waiver, ...] = ()

    def find(self, code: str) -> Department | None:
        """Return the department of that code, or None."""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> Mapping[str, Department]:
        return {each.code: each for each in reversed(self.departments)}
