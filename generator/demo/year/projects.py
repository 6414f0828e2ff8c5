"""The invented city's projects: 2,247 of the year that is evaluated, and those that follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from generator.demo.year.chance import along, draw, happens, pick
from generator.demo.year.kinds import KINDS, Kind
from generator.demo.year.units import Unit, units
from generator.model.project import Project
from generator.template import find, load
from generator.template.examples import load_examples

_GOES_ON = "0.82"  # of the projects of a year, in the next one
_WAN = 10_000
Entered = Mapping[str, Decimal | str]  # a row of the bureau's register


@dataclass(frozen=True)
class Work:
    """A project with what the city knows and nobody returns: its kind and how well it goes."""

    unit: Unit
    code: str
    name: str
    kind: Kind
    amount: Decimal  # in 万元
    fund: str
    rank: str
    new: bool
    luck: Decimal  # from 0, all goes wrong, to 1

    def listed(self) -> Project:
        """Return the project as the bureau's list has it."""
        return Project(
            self.unit.code,
            self.unit.name,
            self.code,
            self.name,
            self.fund,
            self.rank,
            self.kind.name == "工程建设",
            self.new,
            self.amount * _WAN,
            self.kind.name,
        )


@cache
def works(year: int, first: int) -> tuple[Work, ...]:
    """Return the projects of a year; in the `first` year of the story all but some are old."""
    found = [work for unit in units() for work in _of_unit(unit, first)]
    for later in range(first + 1, year + 1):
        found = [each for work in found for each in _next(work, later)]
    return tuple(found)


def _of_unit(unit: Unit, year: int) -> Iterator[Work]:
    names: set[str] = set()
    evaluated = _evaluated().get(unit.name, ())
    for number in range(1, unit.projects + 1):
        code = f"{unit.code}-{year % 100:02}{number:03}"
        if number <= len(evaluated):
            yield _key(unit, code, evaluated[number - 1])
        else:
            yield _work(unit, code, names, new=number % 6 == 0)


@cache
def _evaluated() -> Mapping[str, list[Entered]]:
    """Return the projects that the bureau evaluates itself, by department, from its register."""
    folder = find("bureau-work")
    register = load_examples(load(folder), folder)[0].entries["evaluation"][0].tables["key"]
    found: dict[str, list[Entered]] = {}
    for each in register:
        found.setdefault(str(each["unit"]), []).append(each)
    return found


def _key(unit: Unit, code: str, entered: Entered) -> Work:
    """Return a project of the bureau's register: large, 重点 and under way."""
    works_built = entered["kind"] == "重点工程"
    kind = next(each for each in KINDS if each.name == ("工程建设" if works_built else "补助补贴"))
    amount = Decimal(str(entered["amount"]))
    fund = "部门预算" if works_built else "专项资金"
    luck = (Decimal(str(entered["score"])) - 55) / 40
    name = str(entered["project"])
    return Work(unit, code, name, kind, amount, fund, "重点", new=False, luck=luck)


def _work(unit: Unit, code: str, names: set[str], *, new: bool) -> Work:
    kind = _kind(code)
    name = f"{unit.field}{pick(kind.projects, '名称', code)}"
    if name in names:
        name += f"（{'二三四五六七八九十'[sum(each.startswith(name) for each in names) - 1]}）"
    names.add(name)
    special = happens(kind.special, "资金", code)
    return Work(
        unit,
        code,
        name,
        kind,
        along(kind.amounts, 2, "金额", code),
        "专项资金" if special else "部门预算",
        "重点" if happens(kind.major, "重点", code) else "一般",
        new,
        draw("运气", code),
    )


def _kind(code: str) -> Kind:
    drawn, below = draw("类型", code), Decimal(0)
    for kind in KINDS:
        below += Decimal(kind.share)
        if drawn < below:
            return kind
    return KINDS[-1]


def _next(work: Work, year: int) -> Iterator[Work]:
    """Yield what becomes of a project in the next year: it goes on, or another takes its place."""
    if happens(_GOES_ON, "延续", work.code, year):
        grows = along((("0", "0.85"), ("0.5", "1"), ("1", "1.2")), 4, "增长", work.code, year)
        amount = (work.amount * grows).quantize(Decimal("0.01"))
        luck = (work.luck * 2 + draw("运气", work.code, year)) / 3
        yield replace(work, amount=amount, new=False, luck=luck)
    elif happens("0.85", "接替", work.code, year):
        code = f"{work.unit.code}-{year % 100:02}{work.code[-3:]}"
        follows = _work(work.unit, code, set(), new=True)
        yield replace(follows, name=f"{follows.name}（{year}年）")
