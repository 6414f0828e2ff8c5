"""What a ledger knows of the projects of a period, for 双监控."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from generator.model.period import Period
from generator.model.project import Outcome, Project
from generator.year.monitoring import Key, Returned, Watch, unreported, watch
from generator.year.monitoring.goals import CHANCES, Goal
from generator.year.monitoring.spending import NODES, Plan
from generator.year.rules import Rules
from udfs.amounts import Unreadable, parse_number

if TYPE_CHECKING:  # a ledger loads SQLAlchemy
    from generator.ledger import Ledger
    from generator.ledger.said import Said

_STAGE = "monitoring"
_POINTS = tuple(f"plan_{month}" for month in NODES)
_CHANCE_COLUMNS = dict(zip(("surely", "possibly", "never"), CHANCES, strict=True))
_CAUSES = {
    "funding": "经费保障",
    "rules": "制度保障",
    "staff": "人员保障",
    "hardware": "硬件条件保障",
    "other": "其他",
}


def watch_ledger(ledger: Ledger, rules: Rules, period: Period) -> Watch:
    """Hold the projects of a period against the rules, with what is known of them in a ledger.

    Raises:
        ValueError: nothing was returned for the period, or there were no rules then (in Chinese).
    """
    found = ledger.outcomes(_STAGE, period.year, period.id)
    if not found:
        raise ValueError(
            f"台账里没有{period.name}的监控表，请先汇总并登记到台账，或者核对 --period 写的报告期。"
        )
    earlier = _warned_before(ledger, rules, period)
    register = {(each.department, each.code): each for each in ledger.projects(period.year)}
    plans = _plans(ledger.said("target", period.year))
    goals = _goals(ledger.said(_STAGE, period.year, period.id))
    returned = [
        _returned(each, plans, goals, register, earlier.count(_key(each)))
        for each in found
        if each.code
    ]
    arrived, forms = {each.key for each in returned}, ledger.forms(_STAGE, period.id)
    returned += [
        unreported(each, period)
        for key, each in register.items()
        if key not in arrived and _asked(each, forms)
    ]
    return replace(watch(rules, period, returned), listed=bool(register))


def _asked(project: Project, forms: frozenset[str]) -> bool:
    """Whether a project was to be monitored by us: some classes look after themselves."""
    return not project.forms or not forms.isdisjoint(project.forms)


def _returned(
    outcome: Outcome,
    plans: Mapping[Key, Plan],
    goals: Mapping[Key, list[Goal]],
    register: Mapping[Key, Project],
    warned: int,
) -> Returned:
    key = _key(outcome)
    project = register.get(key)
    return Returned(
        *(outcome, plans.get(key), tuple(goals.get(key, ())), warned),
        category=project.category if project else "",
    )


def _warned_before(ledger: Ledger, rules: Rules, period: Period) -> list[Key]:
    """Return the projects that were warned of in earlier periods of the year, once for each."""
    warned: list[Key] = []
    before = period.previous
    while before is not None:
        outcomes = [each for each in ledger.outcomes(_STAGE, before.year, before.id) if each.code]
        if outcomes:
            goals = _goals(ledger.said(_STAGE, before.year, before.id))
            returned = [_returned(each, {}, goals, {}, 0) for each in outcomes]
            warned += watch(rules, before, returned).warned
        before = before.previous
    return warned


def _key(outcome: Outcome) -> Key:
    return (outcome.department, outcome.code)


def _plans(rows: Iterable[Said]) -> dict[Key, Plan]:
    """Return 资金支出计划 by project; the latest of the year counts."""
    return {
        (each.department, each.key): Plan(
            tuple(_number(each.texts.get(name)) for name in _POINTS),
            each.place(next(name for name in _POINTS if name in each.texts)),
        )
        for each in rows
        if not each.table and any(name in each.texts for name in _POINTS)
    }


def _goals(rows: Iterable[Said]) -> dict[Key, list[Goal]]:
    """Return the indicators of monitoring forms by project."""
    goals: dict[Key, list[Goal]] = {}
    for each in rows:
        if "level3" in each.texts and (each.texts.keys() & {"done", "forecast", *_CHANCE_COLUMNS}):
            goals.setdefault((each.department, each.key), []).append(_goal(each))
    return goals


def _goal(said: Said) -> Goal:
    texts = said.texts
    ticked = [word for name, word in _CHANCE_COLUMNS.items() if name in texts]
    return Goal(
        *(texts.get("level2", ""), texts["level3"], texts.get("target", "")),
        *(texts.get("done", ""), texts.get("forecast", "")),
        chance=ticked[0] if len(ticked) == 1 else "",
        causes=tuple(word for name, word in _CAUSES.items() if name in texts),
        reason=texts.get("reason", ""),
        source=said.place("level3"),
    )


def _number(text: str | None) -> Decimal | None:
    try:
        return parse_number(text)
    except Unreadable:
        return None


def write_monitoring(watched: Watch, out: Path, folder: Path | None = None) -> None:
    """Write 双监控.xlsx; its links lead to the returned forms in a folder, if it is given."""
    from generator.workbook.result.write import write_pages
    from generator.year.monitoring.pages import pages

    write_pages(pages(watched, linked=folder is not None), out, folder or out.parent)


def told(watched: Watch) -> str:
    """Return how many projects stand at which level, in a sentence."""
    counts = {word: sum(each.level == word for each in watched.projects) for word in watched.words}
    listed = "、".join(_counted(counts))
    return f"{watched.period.name}双监控：{len(watched.projects)} 个项目，{listed}。"


def _counted(counts: Mapping[str, int]) -> Iterator[str]:
    return (f"{word} {count} 个" for word, count in counts.items() if count)
