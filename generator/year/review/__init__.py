"""What reviewers found: own and review scores side by side, per project and per indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from generator.model.finding import Place
from generator.model.project import Indicator, Outcome

Key = tuple[str, str]  # department and project


@dataclass(frozen=True)
class Item:
    """One indicator, or 预算执行率, in both forms."""

    level1: str
    level2: str
    level3: str
    weight: Decimal | None
    own: Decimal | None
    review: Decimal | None
    reason: str = ""
    own_place: Place = field(default_factory=Place)
    review_place: Place = field(default_factory=Place)

    @property
    def difference(self) -> Decimal | None:
        """The review score less the own one, in points."""
        return _less(self.review, self.own)


@dataclass(frozen=True)
class Reviewed:
    """One project in both forms."""

    own: Outcome
    review: Outcome
    items: tuple[Item, ...] = ()
    conclusion: str = ""
    opinion: str = ""

    @property
    def difference(self) -> Decimal | None:
        """The review total less the own one, in points; None until all of it is reviewed."""
        return None if self.unfinished else _less(self.review.score, self.own.score)

    @property
    def unfinished(self) -> bool:
        """Whether something has an own score and no review score yet."""
        return any(each.review is None and each.own is not None for each in self.items)

    @property
    def size(self) -> Decimal:
        """How far apart the totals are; what is not scored counts as not apart."""
        return abs(self.difference or Decimal(0))

    @property
    def money(self) -> Decimal | None:
        """What it weighs among others: its budget of the year, as reviewed if it was."""
        return self.review.budget if self.review.budget is not None else self.own.budget

    @property
    def regraded(self) -> bool:
        """Whether the review gives another grade."""
        grades = {self.own.grade, self.review.grade}
        return not self.unfinished and "" not in grades and len(grades) > 1


@dataclass(frozen=True)
class Gap:
    """How far own and review scores of several projects are apart, in points."""

    projects: int
    raised: int
    lowered: int
    same: int
    regraded: int
    mean: Decimal | None  # weighted by budget, up and down setting each other off
    size: Decimal | None  # the same without signs
    largest: Decimal  # without its sign
    unweighed: int  # projects without a budget or a score, which no mean contains


@dataclass(frozen=True)
class Review:
    """All reviews of a year; the largest differences come first."""

    year: int
    projects: tuple[Reviewed, ...]
    alone: tuple[Outcome, ...] = ()  # reviewed, but without a self-evaluation to compare with
    evaluated: int = 0  # projects with a self-evaluation


def gap(projects: Sequence[Reviewed]) -> Gap:
    """Return the differences of some projects together.

    Scores are points, so they may be averaged; each weighs as much as its project's budget. A
    plain mean would let a project of 1万元 count as much as one of 1亿元.
    """
    weighed = [
        (each.difference, each.money)
        for each in projects
        if each.difference is not None and each.money
    ]
    found = [each.difference for each in projects if each.difference is not None]
    return Gap(
        projects=len(projects),
        raised=sum(each > 0 for each in found),
        lowered=sum(each < 0 for each in found),
        same=sum(each == 0 for each in found),
        regraded=sum(each.regraded for each in projects),
        mean=_weighted(weighed),
        size=_weighted([(abs(each), money) for each, money in weighed]),
        largest=max((abs(each) for each in found), default=Decimal(0)),
        unweighed=len(projects) - len(weighed),
    )


def _weighted(values: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    weight = sum((money for _, money in values), Decimal(0))
    return sum((a * b for a, b in values), Decimal(0)) / weight if weight else None


def compare(
    year: int,
    own: Mapping[Key, Outcome],
    reviews: Iterable[Outcome],
    items: Mapping[Key, Sequence[Item]],
    words: Mapping[Key, tuple[str, str]],
) -> Review:
    """Return all reviews of a year; `words` holds conclusion and opinion."""
    projects, alone = [], []
    for each in reviews:
        key = (each.department, each.code)
        if key not in own:
            alone.append(each)
            continue
        conclusion, opinion = words.get(key, ("", ""))
        found = tuple(items.get(key, ()))
        projects.append(Reviewed(own[key], each, found, conclusion, opinion))
    projects.sort(key=lambda each: (-each.size, each.own.department, each.own.code))
    return Review(year, tuple(projects), tuple(alone), len(own))


def matched(
    own: Sequence[Indicator], reviews: Sequence[Indicator], reasons: Mapping[Place, str]
) -> list[Item]:
    """Return the indicators of a project in both forms, known by their names.

    One that only one of the forms has stands there with what there is.
    """
    known = {(each.level2, each.level3): each for each in own}
    items = []
    for each in reviews:
        mate = known.pop((each.level2, each.level3), None)
        items.append(_item(each, mate, reasons.get(each.source, "")))
    items += [_item(None, each, "") for each in known.values()]
    return items


def _item(review: Indicator | None, own: Indicator | None, reason: str) -> Item:
    named = review or own
    assert named is not None  # one of them is there
    return Item(
        *(named.level1, named.level2, named.level3, named.weight),
        *(own.score if own else None, review.score if review else None, reason),
        own.source if own else Place(),
        review.source if review else Place(),
    )


def _less(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return None if a is None or b is None else a - b
