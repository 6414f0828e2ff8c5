"""What a ledger knows of the results of a year, for proposals to a budget."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.model.period import Period
from generator.model.project import Outcome, Project
from generator.year import routing
from generator.year.budget import Proposals, Record, propose
from generator.year.rules import Rules, load_rules
from generator.year.ways import Returned

if TYPE_CHECKING:  # a ledger loads SQLAlchemy
    from generator.ledger import Ledger

_Key = tuple[str, str]


def propose_ledger(
    ledger: Ledger, rules: Rules, year: int, budget_year: int, folder: Path | None = None
) -> Proposals:
    """Return what the results of a year propose for a budget, by what a ledger knows.

    `folder` holds a bureau's own rules, those included by which 事前绩效评估 is asked for.

    Raises:
        ValueError: there is nothing of that year, or no rules for it (message in Chinese).
    """
    own = _by_key(ledger.outcomes("self-evaluation", year))
    if not own:
        raise ValueError(f"台账里没有{year}年度的绩效自评表，请先汇总并登记到台账。")
    reviews = _by_key(ledger.outcomes("review", year))
    listed = {(each.department, each.code): each for each in ledger.projects(budget_year)}
    known = {(each.department, each.code): each for each in ledger.projects(year)}
    assessed = _assessed(list(listed.values()), budget_year, folder)
    keys = dict.fromkeys([*own, *reviews, *known, *listed])
    records = []
    for key in keys:
        record = _record(key, own.get(key), reviews.get(key), (listed.get(key), known.get(key)))
        records.append(replace(record, must_assess=key in assessed))
    return propose(rules, year, budget_year, records)


def _by_key(outcomes: list[Outcome]) -> dict[_Key, Outcome]:
    """Return the outcomes of projects; those of departments as a whole are none."""
    return {(each.department, each.code): each for each in outcomes if each.code}


def _record(
    key: _Key,
    own: Outcome | None,
    review: Outcome | None,
    projects: tuple[Project | None, Project | None],
) -> Record:
    listed, known = projects
    named = own or review or listed or known
    assert named is not None  # a key comes from one of them
    return Record(key[0], named.department_name, key[1], named.name, own, review, listed)


def _assessed(projects: list[Project], year: int, folder: Path | None) -> set[_Key]:
    """Return the projects of a budget's year that must be assessed before they get money."""
    if not projects:
        return set()
    force = load_rules(routing.SUBJECT, folder).at(Period(year, 12, "year"))
    routes = routing.route_all(projects, force)
    return {(each.project.department, each.project.code) for each in routes if each.before}


def write_proposals(proposals: Proposals, out: Path, returns: Returned | None = None) -> None:
    """Write 预算建议.xlsx; links lead to the returned files where it is said where they are."""
    from generator.workbook.result.write import write_pages
    from generator.year.budget.pages import pages

    ways = (returns or Returned()).ways(out.parent)
    write_pages(pages(proposals, ways), out, out.parent)


def told(proposals: Proposals) -> str:
    """Return how many projects get which proposal, in a sentence."""
    counts = ((word, proposals.of(word)) for word in proposals.listed_words)
    listed = "、".join(f"{word} {len(own)} 个" for word, own in counts if own)
    return f"{proposals.year}年度 {len(proposals.projects)} 个项目的预算建议：{listed}。"
