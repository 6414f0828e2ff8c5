"""What a ledger knows that a form of the year goes on from: its earlier stages, nearest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from generator.ledger import Ledger
from generator.ledger.questions.query import STAGES
from generator.ledger.said import Said
from generator.model.project import Indicator, Outcome, Project

Key = tuple[str, str]  # department and project
PREPARER = ("preparer", "preparer_phone")  # who filled the form, and where he is reached


@dataclass(frozen=True)
class Step:
    """What the current filings of a stage say, the latest of each project."""

    stage: str
    outcomes: Mapping[Key, Outcome] = field(default_factory=dict)
    indicators: Mapping[Key, Sequence[Indicator]] = field(default_factory=dict)
    fields: Mapping[Key, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What a ledger knows of a year, for a form of one of its stages."""

    year: int
    listed: tuple[Project, ...]  # by the bureau
    steps: tuple[Step, ...]  # before the form, the nearest first
    own: Step  # of the form's own stage: what is left to go by where nothing came before
    names: Mapping[str, str]  # of departments that returned something
    fields: Mapping[str, Mapping[str, str]]  # of departments as a whole
    silent: Mapping[str, str]  # names of departments that did not return what they were sent

    @property
    def all_steps(self) -> tuple[Step, ...]:
        """The earlier stages and then the form's own."""
        return (*self.steps, self.own)


def known_in(ledger: Ledger, stage: str, year: int) -> Known:
    """Return what a ledger knows for a form of a stage."""
    names: dict[str, str] = {}
    own: dict[str, dict[str, str]] = {}
    steps: list[Step] = []
    stages = _until(stage)
    for each in stages:
        heads = list(ledger.said(each, year, table=""))
        names |= {head.department: head.department_name for head in heads}
        _note(own, (head for head in heads if not head.key))
        steps.append(_step(ledger, each, year, heads))
    return Known(
        year,
        tuple(ledger.projects(year)),
        tuple(reversed(steps[:-1])),
        steps[-1],
        names,
        own,
        {code: name for code, name in _silent(ledger, stages, year) if code not in names},
    )


def _until(stage: str) -> list[str]:
    """Return the stages of the year up to one; a form without a stage comes after all of them."""
    order = list(STAGES)
    return order[: order.index(stage) + 1] if stage in order else [*order, stage]


def _note(own: dict[str, dict[str, str]], heads: Iterable[Said]) -> None:
    """Note what departments say of themselves; later answers count."""
    for head in heads:
        before = own.get(head.department, {})
        if PREPARER[0] in head.texts:  # nobody gets the telephone of who filled it before
            before = {name: text for name, text in before.items() if name not in PREPARER}
        own[head.department] = {**before, **head.texts}


def _step(ledger: Ledger, stage: str, year: int, heads: Sequence[Said]) -> Step:
    outcomes = {_key(each): each for each in ledger.outcomes(stage, year) if each.code.strip()}
    indicators: dict[Key, list[Indicator]] = {}
    for each in ledger.indicators(stage, year):
        latest = outcomes.get(_key(each))
        if latest and latest.filing == each.filing:
            indicators.setdefault(_key(each), []).append(each)
    fields = {(head.department, head.key.strip()): head.texts for head in heads if head.key.strip()}
    return Step(stage, outcomes, indicators, fields)


def _key(said: Outcome | Indicator) -> Key:
    return (said.department, said.code.strip())


def _silent(ledger: Ledger, stages: Sequence[str], year: int) -> list[tuple[str, str]]:
    """Return the departments that owe a form of some stages, by code and name."""
    words = {STAGES[each] for each in stages if each in STAGES}
    recovery = ledger.ask("recovery", year=year)
    sent = {(row[0], row[3]) for row in recovery.rows if row[2] in words}
    missing = ledger.ask("missing", year=year)
    return [(str(row[3]), str(row[4])) for row in missing.rows if (row[0], row[2]) in sent]
