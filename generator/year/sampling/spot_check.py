"""A spot check from the ledger: drawn, listed, and stamped for the reviewers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from generator.model.period import Period
from generator.model.project import Indicator
from generator.model.roster import Department, Record, Roster
from generator.stamp import Run, Stamped, stamp_all
from generator.template import find, load
from generator.workbook.result.write import write_pages
from generator.workbook.roster import write_roster
from generator.year.figures import percent_of, wan
from generator.year.rules import InForce, load_rules
from generator.year.sampling import SUBJECT, Drawn, Plan, Sample, draw, number_of
from generator.year.sampling.evaluated import Evaluated, Key
from generator.year.sampling.pages import pages
from udfs.amounts import clean

FORM = "project-review"
LIST, ROSTER, FORMS = "抽查名单.xlsx", "复核名册.xlsx", "复核表"


@dataclass(frozen=True)
class SpotCheck:
    """What was drawn, out of what, by which rules."""

    evaluated: Evaluated
    sample: Sample
    rules: InForce

    @property
    def told(self) -> str:
        """What came of it in a sentence."""
        drawn, every = len(self.sample.drawn), len(self.sample.population)
        departments = len({key(each)[0] for each in self.sample.drawn})
        rate = percent_of(Decimal(drawn) / every)
        return f"{every} 个项目里抽了 {drawn} 个，在 {departments} 个部门，抽评率 {rate}。"


@dataclass(frozen=True)
class Ask:
    """How much to draw: a number or a rate, or the usual rate when neither is given."""

    seed: str
    number: int | None = None
    rate: Decimal | None = None
    departments: int | None = None

    def plan(self, projects: int, usual: Decimal) -> Plan:
        """Return the plan for so many projects."""
        rate = self.rate if self.rate is not None else usual
        number = self.number if self.number is not None else number_of(projects, rate)
        return Plan(self.seed, number, self.departments)


def rate_of(text: str | None) -> Decimal | None:
    """Return the rate that is written `0.115` or `11.5%`.

    Raises:
        ValueError: it is none (message in Chinese).
    """
    if text is None:
        return None
    try:
        bare = clean(text)
        rate = Decimal(bare.removesuffix("%")).scaleb(-2 if bare.endswith("%") else 0)
    except InvalidOperation:
        rate = Decimal(0)
    if not (rate.is_finite() and 0 < rate <= 1):
        raise ValueError(f"看不懂比例“{text}”，请写 0.115 或 11.5% 这样，大于 0，不超过 1。")
    return rate


def spot_check(evaluated: Evaluated, ask: Ask, rules: Path | None = None) -> SpotCheck:
    """Return the spot check that is asked for.

    Raises:
        ValueError: it cannot be drawn (message in Chinese).
    """
    in_force = load_rules(SUBJECT, rules).at(Period(evaluated.year, 12, "year"))
    plan = ask.plan(len(evaluated.projects), in_force.number("sample", "rate"))
    return SpotCheck(evaluated, draw(evaluated.projects, plan, in_force), in_force)


def write_spot_check(
    check: SpotCheck, out: Path, returns: Path | None = None, run: Run | None = None
) -> list[Stamped]:
    """Write 抽查名单.xlsx, the re-score workbooks, one for each department, and their roster.

    The roster is what merging the re-scored workbooks will ask for.
    """
    out.mkdir(parents=True, exist_ok=True)
    linked = returns is not None
    made = pages(check.sample, check.rules, check.evaluated, linked=linked)
    write_pages(made, out / LIST, returns or out)
    form, period = load(find(FORM)), Period(check.evaluated.year, 12, "year")
    roster = roster_of(check)
    write_roster(form, roster, out / ROSTER)
    return stamp_all(form, roster, period, out / FORMS, run)


def roster_of(check: SpotCheck) -> Roster:
    """Return who is reviewed and what they said of themselves, as the re-score form wants it."""
    by_department: dict[str, list[Drawn]] = {}
    for each in check.sample.drawn:
        by_department.setdefault(each.candidate.project.department, []).append(each)
    return Roster(
        tuple(_department(code, drawn, check.evaluated) for code, drawn in by_department.items())
    )


def _department(code: str, drawn: Sequence[Drawn], evaluated: Evaluated) -> Department:
    projects = [_record(each, evaluated) for each in drawn]
    indicators = [
        record
        for each in drawn
        for record in _indicators(each.candidate.project.code, evaluated.indicators.get(key(each)))
    ]
    name = drawn[0].candidate.project.department_name
    children = {"projects": tuple(projects), "indicators": tuple(indicators)}
    return Department(code, name, {}, children)


def key(drawn: Drawn) -> Key:
    """Return the key of the project that was drawn."""
    return (drawn.candidate.project.department, drawn.candidate.project.code)


def _record(drawn: Drawn, evaluated: Evaluated) -> Record:
    outcome = evaluated.outcomes[key(drawn)]
    return {
        "code": outcome.code,
        "name": outcome.name,
        "implementer": evaluated.implementers.get(key(drawn)),
        "stratum": drawn.reason,
        "budget": wan(outcome.budget),
        "executed": wan(outcome.executed),
        "execution_score": evaluated.execution_score(key(drawn)),
    }


def _indicators(code: str, indicators: Iterable[Indicator] | None) -> Iterable[Record]:
    for each in indicators or ():
        yield {
            "projects": code,
            "level1": each.level1,
            "level2": each.level2,
            "level3": each.level3,
            "target": each.target,
            "actual": each.actual,
            "weight": each.weight,
            "score": each.score,
        }
