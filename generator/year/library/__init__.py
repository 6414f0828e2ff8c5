"""The indicator library: what was returned so far, wordings grouped, by how many projects used."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from generator.model.project import Indicator
from generator.year.library.wordings import ranked, wording_key

if TYPE_CHECKING:  # a ledger loads SQLAlchemy
    from generator.ledger import Ledger

Counts = tuple[tuple[str, int], ...]  # texts with how many projects use them, the most used first
_Use = tuple[str, str, str]  # department, project and year: the stages of a year are one use
_ORDER = (
    *("数量", "质量", "时效", "成本", "经济效益", "社会效益", "生态效益"),
    *("可持续影响", "服务对象满意度"),
)
_MOST_OFFERED = 500  # names in a drop-down
_USUAL = Decimal("0.2")  # of a type's projects: what so many use is usual


@dataclass(frozen=True)
class Entry:
    """One indicator of the library, in all its wordings."""

    level1: str
    level2: str
    level3: str
    wordings: Counts  # of level3
    uses: int  # projects and years
    departments: int
    years: tuple[str, ...]
    types: Counts
    targets: Counts
    bases: Counts


@dataclass(frozen=True)
class Usual:
    """An indicator that is usual for a type of projects."""

    entry: Entry
    uses: int  # by projects of the type
    projects: int  # of the type, over the years


@dataclass(frozen=True)
class Library:
    """All indicators, those of one kind together, the most used first."""

    entries: tuple[Entry, ...]
    returned: int  # how many rows of returns they stand for
    level2: tuple[Counts, ...]  # the wordings of each 二级指标
    types: Counts  # of projects, with how many there are of each

    def usual(self, type: str, least: Decimal = _USUAL) -> list[Usual]:
        """Return what is usual for a type: what a part of its projects use, and more than one."""
        projects = dict(self.types).get(type, 0)
        counted = ((each, dict(each.types).get(type, 0)) for each in self.entries)
        found = [
            Usual(each, uses, projects)
            for each, uses in counted
            if uses > 1 and uses >= least * projects
        ]
        return sorted(found, key=lambda each: (_rank(each.entry), -each.uses))


def library(indicators: Iterable[Indicator]) -> Library:
    """Return the library of some indicators."""
    groups: dict[tuple[str, str], _Group] = defaultdict(_Group)
    names: dict[str, dict[str, set[_Use]]] = defaultdict(lambda: defaultdict(set))
    types: dict[str, set[_Use]] = defaultdict(set)
    returned = 0
    for each in indicators:
        key2, key3 = wording_key(each.level2), wording_key(each.level3)
        if not key3:
            continue
        use = (each.department, each.code, each.period[:4])
        groups[key2, key3].add(each, use)
        for counted, text in ((names[key2], each.level2), (types, each.type)):
            if text.strip():
                counted[text.strip()].add(use)
        returned += 1
    level2 = {key: _counts(wordings) for key, wordings in names.items()}
    called = {key: counts[0][0] for key, counts in level2.items() if counts}
    entries = [each.entry(called.get(key2, "")) for (key2, _), each in groups.items()]
    entries.sort(key=lambda each: (*_rank(each), -each.uses, each.level3))
    wordings = tuple(level2[key] for key in sorted(level2) if level2[key])
    return Library(tuple(entries), returned, wordings, _counts(types))


def _rank(entry: Entry) -> tuple[int, str]:
    """Return where a 二级指标 stands: in the order of the official forms, all others behind."""
    key = wording_key(entry.level2)
    return (_ORDER.index(key) if key in _ORDER else len(_ORDER), entry.level2)


def suggestions(ledger: Ledger, type: str = "") -> Mapping[str, Sequence[str]]:
    """Return what next year's goal forms offer in drop-downs, by the names that forms suggest.

    Of a type of projects what such projects use; of a type of which nothing is known, everything.
    """
    found = library(ledger.indicators())
    entries = [each for each in found.entries if not type or type in dict(each.types)]
    return offered(entries or found.entries)


def offered(entries: Sequence[Entry]) -> Mapping[str, Sequence[str]]:
    """Return the lists of texts to pick from, the most used first."""
    return {
        "level2": _most_used((each.level2, each.uses) for each in entries),
        "level3": _most_used((each.level3, each.uses) for each in entries),
        "target": _most_used(pair for each in entries for pair in each.targets),
        "basis": _most_used(pair for each in entries for pair in each.bases),
    }


def _most_used(pairs: Iterable[tuple[str, int]]) -> list[str]:
    counts: Counter[str] = Counter()
    for text, count in pairs:
        counts[text] += count
    return [text for text, _ in ranked(counts) if text][:_MOST_OFFERED]


@dataclass
class _Group:
    """Wordings of one indicator on their way together; every project counts once for a year."""

    levels: dict[str, set[_Use]] = field(default_factory=lambda: defaultdict(set))
    names: dict[str, set[_Use]] = field(default_factory=lambda: defaultdict(set))
    types: dict[str, set[_Use]] = field(default_factory=lambda: defaultdict(set))
    targets: dict[str, set[_Use]] = field(default_factory=lambda: defaultdict(set))
    bases: dict[str, set[_Use]] = field(default_factory=lambda: defaultdict(set))

    def add(self, indicator: Indicator, use: _Use) -> None:
        said = (
            (self.levels, indicator.level1),
            (self.names, indicator.level3),
            (self.types, indicator.type),
            (self.targets, indicator.target),
            (self.bases, indicator.basis),
        )
        for counted, text in said:
            written = " ".join(text.split())
            if written:
                counted[written].add(use)

    def entry(self, level2: str) -> Entry:
        uses = set().union(*self.names.values())
        names = _counts(self.names)
        return Entry(
            level1=next((text for text, _ in _counts(self.levels)), ""),
            level2=level2,
            level3=names[0][0],
            wordings=names,
            uses=len(uses),
            departments=len({department for department, _, _ in uses}),
            years=tuple(sorted({year for _, _, year in uses})),
            types=_counts(self.types),
            targets=_counts(self.targets),
            bases=_counts(self.bases),
        )


def _counts(uses: Mapping[str, set[_Use]]) -> Counts:
    return ranked({text: len(each) for text, each in uses.items()})
