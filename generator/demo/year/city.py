"""A year of the invented city: who is asked for what, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import groupby

from generator.demo.year.merges import Answered
from generator.demo.year.projects import Work, works
from generator.demo.year.returns import (
    application,
    monitoring,
    reasons,
    review,
    self_evaluation,
    slip_of,
)
from generator.ledger import Ledger
from generator.model.form import Form
from generator.model.period import Period
from generator.model.project import Project
from generator.model.roster import Department, Record
from generator.template import find, load
from generator.template.examples import load_examples
from generator.year.routing import SUBJECT as CLASSES
from generator.year.routing import route_all
from generator.year.rules import load_rules
from generator.year.sampling.evaluated import evaluated_in
from generator.year.sampling.spot_check import FORM, Ask, SpotCheck, roster_of, spot_check

YEAR = 2019  # of the report
EVALUATED = YEAR - 1
REGISTERED = (EVALUATED, YEAR, YEAR + 1)
MONITORED = 8  # months
SEED = "2019"  # of the spot check
_BEIJING = timezone(timedelta(hours=8))
_CLASSED = Period(2020, 12, "year")  # the classes are tried out from 2020 on
_CORRECTING = 3  # departments that correct their returns

Returns = tuple[Form, Period, list[Answered]]


@dataclass(frozen=True)
class City:
    """The city, or a few of its departments; how much is drawn is as published."""

    units: tuple[str, ...] = ()  # codes; none: all of them
    drawn: int = 258
    drawn_units: int = 15

    def projects(self, year: int) -> list[Project]:
        """Return the bureau's list of a year, classed."""
        return [each for each in _projects(year) if not self.units or each.department in self.units]

    def targets(self) -> Returns:
        """Return the goals of the year, applied for with projects that are 重点 or new."""
        return _returns(
            "project-application",
            Period(YEAR, 12, "year"),
            self._groups(YEAR, lambda each: each.new or each.rank == "重点"),
            lambda each: application(each, YEAR),
        )

    def evaluations(self) -> Returns:
        """Return the self-evaluations of the year before, with their slips."""
        groups = self._groups(EVALUATED)
        return _evaluations([_evaluated(group, corrected=False) for group in groups])

    def corrections(self) -> Returns:
        """Return those of the first few departments with slips, put right."""
        groups = [group for group in self._groups(EVALUATED) if any(map(slip_of, group))]
        corrected = [_evaluated(group, corrected=True) for group in groups[:_CORRECTING]]
        return _evaluations(corrected)

    def monitored(self) -> Returns:
        """Return the monitoring of the year: classes A and B, as class C watches itself."""
        classes = {(each.department, each.code): each.category for each in _projects(YEAR)}
        return _returns(
            "project-monitoring",
            Period(YEAR, MONITORED),
            self._groups(YEAR, lambda each: classes[each.unit.code, each.code] != "C"),
            lambda each: monitoring(each, MONITORED),
        )

    def spot_check(self, ledger: Ledger) -> SpotCheck:
        """Return the spot check of the year, drawn as the bureau draws it."""
        ask = Ask(SEED, self.drawn, departments=self.drawn_units)
        return spot_check(evaluated_in(ledger, EVALUATED), ask)

    def reviews(self, check: SpotCheck) -> Returns:
        """Return what the reviewers of a spot check returned."""
        answered = [_reviewed(each) for each in roster_of(check).departments]
        return _form(FORM), Period(EVALUATED, 12, "year"), answered

    def register(self) -> Returns:
        """Return the bureau's own register of the year."""
        form = _form("bureau-work")
        example = load_examples(form, find("bureau-work"))[0]
        return form, example.period, [Answered(example.department, example.entries)]

    def _groups(
        self, year: int, wanted: Callable[[Work], bool] = lambda _: True
    ) -> Iterator[list[Work]]:
        """Yield the projects of each department that are wanted of it."""
        for code, group in groupby(works(year, EVALUATED), key=lambda each: each.unit.code):
            found = [each for each in group if wanted(each)]
            if found and (not self.units or code in self.units):
                yield found


def at(year: int, month: int, day: int) -> datetime:
    """Return ten in the morning of a day in Beijing."""
    return datetime(year, month, day, 10, tzinfo=_BEIJING)


@cache
def _projects(year: int) -> tuple[Project, ...]:
    listed = [each.listed() for each in works(year, EVALUATED)]
    rules = load_rules(CLASSES).at(_CLASSED)
    return tuple(each.project for each in route_all(listed, rules))


@cache
def _form(name: str) -> Form:
    return load(find(name))


def _returns(
    form: str, period: Period, groups: Iterator[list[Work]], answer: Callable[[Work], object]
) -> Returns:
    answered = [
        Answered(_department(group), {"project": tuple(map(answer, group))})  # type: ignore[arg-type]
        for group in groups
    ]
    return _form(form), period, answered


def _evaluations(answered: list[Answered]) -> Returns:
    return _form("project-self-evaluation"), Period(EVALUATED, 12, "year"), answered


def _evaluated(group: Sequence[Work], *, corrected: bool) -> Answered:
    entries = tuple(self_evaluation(each, "" if corrected else slip_of(each)) for each in group)
    return Answered(_department(group), {"project": entries}, tuple(reasons(group).items()))


def _reviewed(department: Department) -> Answered:
    by_project: dict[object, list[Record]] = {}
    for each in department.children["indicators"]:
        by_project.setdefault(each["projects"], []).append(each)
    entries = tuple(
        review(str(each["code"]), by_project.get(each["code"], ()))
        for each in department.children["projects"]
    )
    return Answered(department, {"project": entries})


def _department(group: Sequence[Work]) -> Department:
    unit = group[0].unit
    rows = tuple({"code": each.code, "name": each.name, "implementer": unit.name} for each in group)
    return Department(unit.code, unit.name, {}, {"projects": rows})
