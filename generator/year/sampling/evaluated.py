"""The self-evaluations of a year as the ledger has them, with the bureau's list of projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from generator.ledger import Ledger
from generator.model.project import Indicator, Outcome, Project
from generator.year.figures import total

Key = tuple[str, str]  # department and project


@dataclass(frozen=True)
class Evaluated:
    """What projects said of themselves, by department and project."""

    year: int
    projects: tuple[Project, ...]  # those that evaluated themselves
    silent: int  # how many of the year's list did not
    outcomes: Mapping[Key, Outcome]
    indicators: Mapping[Key, Sequence[Indicator]]
    implementers: Mapping[Key, str] = field(default_factory=dict)

    def execution_score(self, key: Key) -> Decimal | None:
        """Return the points for 预算执行率: what the total has beside those of the indicators."""
        score = self.outcomes[key].score
        if score is None:
            return None
        return score - total(each.score for each in self.indicators.get(key, ()))


def evaluated_in(ledger: Ledger, year: int) -> Evaluated:
    """Return the self-evaluations of a year with what the bureau's list says of the projects.

    Raises:
        ValueError: nothing was returned for that year (message in Chinese).
    """
    outcomes = {
        (each.department, each.code): each
        for each in ledger.outcomes("self-evaluation", year)
        if each.code
    }
    if not outcomes:
        raise ValueError(f"台账里没有{year}年的项目自评，请先汇总自评表并登记到台账。")
    listed = {(each.department, each.code): each for each in ledger.projects(year)}
    filings = {each.filing for each in outcomes.values()}
    indicators: dict[Key, list[Indicator]] = {}
    for each in ledger.indicators("self-evaluation", year):
        if each.filing in filings:
            indicators.setdefault((each.department, each.code), []).append(each)
    implementers = {
        (each.department, each.key): each.texts["implementer"]
        for each in ledger.said("self-evaluation", year)
        if not each.table and "implementer" in each.texts
    }
    projects = tuple(listed.get(key) or _unlisted(each) for key, each in outcomes.items())
    silent = sum(1 for key in listed if key not in outcomes)
    return Evaluated(year, projects, silent, outcomes, indicators, implementers)


def _unlisted(outcome: Outcome) -> Project:
    """Return what is known of a project that the bureau's list does not have."""
    return Project(
        *(outcome.department, outcome.department_name, outcome.code, outcome.name),
        amount=outcome.budget,
    )
