"""A roster filled by the names of its columns, and what is noticed on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal

from generator.model.form import POWER_OF_TEN, Field, FieldType, Form, RosterColumn, RosterSheet
from generator.model.project import Indicator, Project
from generator.model.roster import Department, Record, Roster
from generator.workbook.returned.interpret import choice_meant
from generator.workbook.roster import department_columns
from generator.year.roll.due import Due
from generator.year.roll.known import PREPARER, Key, Known
from udfs.amounts import Unreadable, compact, parse_number

PROJECTS, INDICATOR = "projects", "level3"  # the sheet of projects; what names an indicator
_SAID = ("level1", "level2", "level3", "target", "basis", "actual", "weight", "score")
_MONEY = ("amount", "budget", "executed", "forecast")
_CONTACTS = dict(zip(("contact", "phone"), PREPARER, strict=True))
_TOLD = (str, Decimal)
_Facts = Mapping[str, object]


@dataclass
class Filling:
    """A roster on its way."""

    form: Form
    known: Known
    due: Due
    origins: Counter[tuple[str, str]] = field(default_factory=Counter)  # of indicators
    aimless: list[Key] = field(default_factory=list)  # projects without indicators
    given_up: list[tuple[Key, str]] = field(default_factory=list)  # not returned again
    clashing: list[tuple[Key, str]] = field(default_factory=list)  # twice, and not the same
    strange: dict[tuple[str, str], None] = field(default_factory=dict)  # heading and no choice

    def __post_init__(self) -> None:
        self._choices = _choices(self.form)
        self._projects: dict[str, list[Key]] = {}
        for key in self.due.projects:
            self._projects.setdefault(key[0], []).append(key)

    @property
    def sheets(self) -> tuple[RosterSheet, ...]:
        """The child sheets that a ledger can fill."""
        return tuple(each for each in self.form.roster_sheets if _can_fill(each))

    @property
    def asks_projects(self) -> bool:
        """Whether the roster lists projects."""
        return any(each.name == PROJECTS for each in self.form.roster_sheets)

    def roster(self) -> Roster:
        """Return the roster; departments in the bureau's order, or by their codes."""
        names = self._names().items()
        return Roster(tuple(self._department(code, name) for code, name in names))

    def _names(self) -> Mapping[str, str]:
        """Return the departments: on the bureau's list, or of all who ought to have returned."""
        names = {key[0]: each.department_name for key, each in self.due.projects.items()}
        if self.asks_projects and self.due.listed:
            return names
        others = {} if self.asks_projects else self.known.names
        return dict(sorted({**self.known.silent, **others, **names}.items()))

    def _department(self, code: str, name: str) -> Department:
        said = self.known.fields.get(code, {})
        facts = {**{mine: said.get(theirs) for mine, theirs in _CONTACTS.items()}, **said}
        columns = [each for each in department_columns(self.form) if each.name not in _NAMED]
        keys = self._projects.get(code, ())
        children = {each.name: tuple(self._records(each, keys)) for each in self.sheets}
        return Department(code, name, self._record("", columns, facts), children)

    def _records(self, sheet: RosterSheet, keys: Sequence[Key]) -> Iterator[Record]:
        for key in keys:
            if sheet.name == PROJECTS:
                yield self._record(sheet.name, sheet.columns, self._project(key))
            else:
                yield from self._indicators(sheet, key)

    def _project(self, key: Key) -> _Facts:
        """Return what is known of a project: as the bureau lists it, else as it was returned."""
        facts: dict[str, object] = {}
        for step in (self.known.own, *reversed(self.known.steps)):
            facts |= step.fields.get(key, {})
        return {**facts, **_listed(self.due.projects[key], whole=self.due.listed)}

    # -- indicators --

    def _indicators(self, sheet: RosterSheet, key: Key) -> Iterator[Record]:
        said = self._promised(key)
        if not said:
            self.aimless.append(key)
            return
        last, *before = ([self._facts(sheet, each) for each in step] for step in said)
        known: dict[tuple[str, str], Record] = {}
        for facts in last:
            name = _name(facts)
            whole = _whole(facts, (each for step in before for each in step if _name(each) == name))
            record = {sheet.under: key[1], **self._record(sheet.name, sheet.columns, whole)}
            if known.get(name) == record:
                continue
            if name in known:
                self.clashing.append((key, name[1]))
            known[name] = record
            self.origins[said[0][0].stage, said[0][0].period] += 1
            yield record
        gone = {name: None for step in before for name in map(_name, step) if name not in known}
        self.given_up += ((key, name[1]) for name in gone)

    def _promised(self, key: Key) -> list[Sequence[Indicator]]:
        """Return a project's indicators stage by stage, the latest first."""
        earlier = [step.indicators[key] for step in self.known.steps if key in step.indicators]
        own = self.known.own.indicators.get(key, ())
        return earlier or ([own] if own else [])

    def _facts(self, sheet: RosterSheet, indicator: Indicator) -> _Facts:
        """Return what an indicator says, its choices in the words of the form."""
        facts = {name: getattr(indicator, name) for name in _SAID}
        for name, text in facts.items():
            choice = self._choices.get((sheet.name, name))
            if choice and isinstance(text, str):
                facts[name] = choice_meant(choice, text) or text
        return facts

    # -- columns --

    def _record(self, sheet: str, columns: Sequence[RosterColumn], facts: _Facts) -> Record:
        return {each.name: self._value(sheet, each, facts.get(each.name)) for each in columns}

    def _value(self, sheet: str, column: RosterColumn, said: object) -> Decimal | str | None:
        if said is None or said == "":
            return None
        if column.type.numeric:
            return _number(said, self._power(column))
        if column.name in _MONEY:  # a text would not tell whether it is 元 or 万元
            return None
        text = f"{said:f}" if isinstance(said, Decimal) else str(said)
        choice = self._choices.get((sheet, column.name))
        if choice is None:
            return text
        meant = choice_meant(choice, text)
        if meant is None:
            self.strange[column.heading, text] = None
        return meant or text

    def _power(self, column: RosterColumn) -> int:
        """Return the power of ten that turns what is shown into what the ledger keeps."""
        if column.type is FieldType.AMOUNT:
            return POWER_OF_TEN[self.form.unit]
        return -2 if column.type is FieldType.POINTS else 0


_NAMED = ("code", "name")


def _can_fill(sheet: RosterSheet) -> bool:
    lists = any(each.name == INDICATOR for each in sheet.columns)
    return sheet.name == PROJECTS or (sheet.under == PROJECTS and lists)


def _choices(form: Form) -> Mapping[tuple[str, str], Field]:
    """Return the drop-downs that columns of roster sheets end in, as far as they are called so."""
    found = {
        (table.loop.child, each.name): each
        for _, table in form.tables
        if table.loop
        for each in table.columns
    }
    for sheet in form.sheets:
        if sheet.loop:
            found |= {(sheet.loop.child, name): each for name, each in sheet.fields.items()}
    return {place: each for place, each in found.items() if each.type is FieldType.CHOICE}


def _listed(project: Project, *, whole: bool) -> _Facts:
    """Return what the bureau's list says of a project, if it has it: words, and an amount in 元."""
    facts = asdict(project)
    if not whole:
        return {name: facts[name] for name in _NAMED if facts[name]}
    said = {name: "是" if value is True else value for name, value in facts.items()}
    return {name: value for name, value in said.items() if value and isinstance(value, _TOLD)}


def _name(facts: _Facts) -> tuple[str, str]:
    """Return what tells an indicator of a project from the others."""
    return (compact(str(facts["level2"])), compact(str(facts["level3"])))


def _whole(facts: _Facts, earlier: Iterable[_Facts]) -> _Facts:
    """Return an indicator with what only earlier stages say of it, such as its weight."""
    whole = dict(facts)
    for each in earlier:
        whole |= {name: value for name, value in each.items() if whole[name] in ("", None)}
    return whole


def _number(said: object, power: int) -> Decimal | None:
    try:
        number = said if isinstance(said, Decimal) else parse_number(str(said))
    except Unreadable:
        return None
    return None if number is None else number.scaleb(-power)
