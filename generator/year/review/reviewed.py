"""The reviews of a year, taken from the ledger and put beside the self-evaluations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from generator.ledger import Ledger
from generator.ledger.said import Said
from generator.model.finding import Place
from generator.model.period import Period
from generator.model.project import Indicator
from generator.workbook.result.write import write_pages
from generator.year.review import Item, Key, Review, compare, matched
from generator.year.review.pages import pages
from generator.year.rules import load_rules
from generator.year.sampling import SUBJECT
from generator.year.ways import Returned

_OWN, _REVIEW = "self-evaluation", "review"


def review_of(ledger: Ledger, year: int) -> Review:
    """Return the reviews of a year beside what the projects said of themselves.

    Raises:
        ValueError: no review was recorded (message in Chinese).
    """
    reviews = [each for each in ledger.outcomes(_REVIEW, year) if each.code]
    if not reviews:
        raise ValueError(f"台账里没有{year}年的复核，请先汇总复核表并登记到台账。")
    own = {(each.department, each.code): each for each in ledger.outcomes(_OWN, year) if each.code}
    wanted = {(each.department, each.code) for each in reviews}
    said = {stage: _said(ledger.said(stage, year), wanted) for stage in (_OWN, _REVIEW)}
    items = {key: list(_items(said[_OWN].get(key), said[_REVIEW].get(key))) for key in wanted}
    words = {
        key: (each.fields.texts.get("conclusion", ""), each.fields.texts.get("opinion", ""))
        for key, each in said[_REVIEW].items()
        if each.fields
    }
    return compare(year, own, reviews, items, words)


def write_review(
    review: Review, out: Path, returns: Returned | None = None, rules: Path | None = None
) -> None:
    """Write 复核结果.xlsx; links lead to the returned files where it is said where they are."""
    in_force = load_rules(SUBJECT, rules).at(Period(review.year, 12, "year"))
    ways = (returns or Returned()).ways(out.parent)
    write_pages(pages(review, in_force.number("review", "large"), ways), out, out.parent)


@dataclass
class _Sheet:
    """What one form says of one project."""

    fields: Said | None = None
    rows: list[Said] = field(default_factory=list)


def _said(rows: Iterable[Said], wanted: set[Key]) -> dict[Key, _Sheet]:
    sheets: dict[Key, _Sheet] = {}
    for each in rows:
        key = (each.department, each.key)
        if key in wanted:
            sheet = sheets.setdefault(key, _Sheet())
            if each.table:
                sheet.rows.append(each)
            else:
                sheet.fields = each
    return sheets


def _items(own: _Sheet | None, review: _Sheet | None) -> Iterator[Item]:
    own, review = own or _Sheet(), review or _Sheet()
    yield Item(
        *("", "", "预算执行率", _number(review.fields or own.fields, "execution_points")),
        *(_number(own.fields, "execution_score"), _number(review.fields, "execution_score")),
        review.fields.texts.get("execution_reason", "") if review.fields else "",
        _place(own.fields, "execution_score"),
        _place(review.fields, "execution_score"),
    )
    reasons = {_place(each, "score"): each.texts.get("reason", "") for each in review.rows}
    yield from matched(_indicators(own.rows), _indicators(review.rows), reasons)


def _indicators(rows: Iterable[Said]) -> list[Indicator]:
    """Return the indicators among some rows, each at the cell of its score."""
    return [
        Indicator(
            *(each.department, each.key, "", each.period),
            level1=each.texts.get("level1", ""),
            level2=each.texts.get("level2", ""),
            level3=each.texts["level3"],
            weight=_number(each, "weight"),
            score=_number(each, "score"),
            source=_place(each, "score"),
        )
        for each in rows
        if "level3" in each.texts
    ]


def _number(said: Said | None, column: str) -> Decimal | None:
    text = said.texts.get(column) if said else None
    return Decimal(text) if text else None


def _place(said: Said | None, column: str) -> Place:
    return said.place(column) if said else Place()
