"""A reproducible spot check: which projects are drawn, and why those.

Nothing depends on the order of the list, on Python or on the machine: whoever has the list, the
seed and a SHA-256 can repeat the draw. See `METHOD` for how it is explained to finance officers.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from hashlib import sha256
from typing import NamedTuple, TypeVar

from generator.model.expression import Type
from generator.model.project import Project
from generator.year.figures import wan
from generator.year.routing import UNCLASSED
from generator.year.rules import InForce, Subject
from generator.year.sampling.apportion import apportioned, crossed

SUBJECT = Subject(
    "sampling",
    {"amount": Type.NUMBER},
    data={"sample": {"rate": Type.NUMBER}, "review": {"large": Type.NUMBER}},
    lists={"bands": {"band": Type.TEXT}},
)
METHOD = (
    "每个项目、每个部门先得到一个由种子决定的数：对“种子|部门编码|项目编码”"
    "（部门是“种子|部门编码”，UTF-8）求 SHA-256，取前 64 位加 1，除以 2 的 64 次方。"
    "种子和名单相同，谁来抽、用什么程序抽、名单怎样排列，结果都一样。",
    "指定部门个数的，先抽部门：部门的数除以它的项目个数，从小到大取，项目越多越容易抽到；"
    "抽到的部门项目不够的，用项目更多的部门换下项目最少的部门，直到够为止。",
    "抽查个数按项目个数的比例分到部门：先取整数部分，余下的按“数÷小数部分”从小到大各加一个；"
    "个数不少于部门数的，每个部门至少一个。",
    "再按项目个数的比例分到各层（类别×金额档），用最大余数法；个数不少于层数的，每层至少一个。",
    "然后同时对上两边：每个部门的个数、每一层的个数都不变，定出每个部门的每一层抽几个；"
    "两边不能同时对上的，保证部门的个数，各层尽量对上。",
    "最后在每个部门的每一层里，按项目的数从小到大取。",
)

Stratum = tuple[str, str]  # class and band
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class Plan:
    """How much to draw: so many projects, of so many departments if these are drawn first."""

    seed: str
    number: int
    departments: int | None = None


class Candidate(NamedTuple):
    """A project that may be drawn, its stratum and its place in the draw."""

    project: Project
    stratum: Stratum
    luck: Fraction


@dataclass(frozen=True)
class Choice:
    """A department that was drawn first, and why."""

    code: str
    name: str
    projects: int
    rank: int  # by luck over size; 1 comes first
    substituted: bool = False  # put in because those drawn had too few projects


@dataclass(frozen=True)
class Drawn:
    """A project that was drawn, with the numbers that explain it."""

    candidate: Candidate
    place: int  # among those of its department and stratum, by luck
    among: int  # how many of its department and stratum there are
    quota: int  # how many of them are drawn

    @property
    def reason(self) -> str:
        """Why it was drawn, in Chinese."""
        name, band = self.candidate.stratum
        called = name if name == UNCLASSED else f"{name}类"
        return (
            f"本部门{called}、{band}的项目 {self.among} 个，抽 {self.quota} 个，"
            f"它的数从小到大排第 {self.place}"
        )


@dataclass(frozen=True)
class Sample:
    """What was drawn out of what."""

    plan: Plan
    population: tuple[Candidate, ...]  # by department and code
    choices: tuple[Choice, ...]  # empty when every department took part
    frame: tuple[Candidate, ...]  # those of the departments that took part
    drawn: tuple[Drawn, ...]
    wanted: Mapping[Stratum, int]  # how many of each stratum were asked for

    @property
    def exact(self) -> bool:
        """Whether departments and strata both got what was asked for."""
        got = count(each.candidate.stratum for each in self.drawn)
        return all(got.get(each, 0) == wanted for each, wanted in self.wanted.items())


def draw(projects: Iterable[Project], plan: Plan, rules: InForce) -> Sample:
    """Return the sample of a plan.

    Raises:
        ValueError: there are not as many projects or departments, or a project comes twice
            (message in Chinese).
    """
    population = sorted(
        (_candidate(each, plan.seed, rules) for each in projects),
        key=lambda each: (each.project.department, each.project.code),
    )
    _complain(population, plan)
    choices = _departments(population, plan) if plan.departments else ()
    codes = {each.code for each in choices}
    frame = [each for each in population if not choices or each.project.department in codes]
    by_department = count(each.project.department for each in frame)
    by_stratum = dict(sorted(count(each.stratum for each in frame).items()))
    by_luck = sorted(by_department, key=lambda code: (luck(plan.seed, code), code))
    shared = apportioned(by_department, plan.number, lambda code: luck(plan.seed, code))
    rows = {code: shared[code] for code in by_luck}
    columns = apportioned(by_stratum, plan.number)
    quotas = crossed(rows, columns, _cells(frame, plan.seed))
    return Sample(
        plan, tuple(population), choices, tuple(frame), tuple(_drawn(frame, quotas)), columns
    )


def number_of(projects: int, rate: Decimal) -> int:
    """Return how many a rate makes, rounded half up, and one at least.

    >>> number_of(2247, Decimal("0.115"))
    258
    """
    return max(1, int((projects * rate).quantize(Decimal(1), ROUND_HALF_UP)))


def luck(*words: str) -> Fraction:
    """Return the number between 0 and 1 that a seed gives to something, never 0.

    >>> float(luck("2019", "101", "P-01")) == float(luck("2019", "101", "P-01"))
    True
    """
    digest = sha256("|".join(words).encode("utf-8")).digest()
    return Fraction(int.from_bytes(digest[:8]) + 1, 2**64)


def count(keys: Iterable[_Key]) -> dict[_Key, int]:
    """Return how often each key occurs, in the order in which they come."""
    counts: dict[_Key, int] = {}
    for each in keys:
        counts[each] = counts.get(each, 0) + 1
    return counts


def _cells(frame: Sequence[Candidate], seed: str) -> dict[tuple[str, Stratum], int]:
    """Return how many there are of each department and stratum, in an order that favours none."""
    sizes = count((each.project.department, each.stratum) for each in frame)

    def place(cell: tuple[str, Stratum]) -> tuple[object, ...]:
        department, stratum = cell
        return (
            *(luck(seed, department), department),
            *(luck(seed, department, *stratum) / sizes[cell], stratum),
        )

    return {cell: sizes[cell] for cell in sorted(sizes, key=place)}


def _candidate(project: Project, seed: str, rules: InForce) -> Candidate:
    band = rules.first("bands", {"amount": wan(project.amount)})
    stratum = (project.category or UNCLASSED, str(band.results["band"]) if band else "")
    return Candidate(project, stratum, luck(seed, project.department, project.code))


def _complain(population: Sequence[Candidate], plan: Plan) -> None:
    codes = count((each.project.department, each.project.code) for each in population)
    twice = [code for code, times in codes.items() if times > 1]
    if twice:
        listed = "、".join(f"{department} {code}" for department, code in twice[:5])
        raise ValueError(f"有 {len(twice)} 个项目编码在同一个部门里重复，不能抽样：{listed}。")
    if not 0 < plan.number <= len(population):
        raise ValueError(f"要抽 {plan.number} 个项目，名单里有 {len(population)} 个，不能抽。")
    sizes = count(each.project.department for each in population)
    wanted = plan.departments
    if wanted is not None and not 0 < wanted <= min(len(sizes), plan.number):
        raise ValueError(
            f"要抽 {wanted} 个部门、{plan.number} 个项目，名单里有 {len(sizes)} 个部门，不能抽。"
        )
    most = sum(sorted(sizes.values(), reverse=True)[:wanted])
    if most < plan.number:
        raise ValueError(
            f"项目最多的 {wanted} 个部门一共只有 {most} 个项目，抽不出 {plan.number} 个；"
            "请增加部门个数，或者减少项目个数。"
        )


def _departments(population: Sequence[Candidate], plan: Plan) -> tuple[Choice, ...]:
    """Return the departments that are drawn first: the larger, the likelier."""
    sizes = count(each.project.department for each in population)
    names = {each.project.department: each.project.department_name for each in population}
    order = sorted(sizes, key=lambda code: (luck(plan.seed, code) / sizes[code], code))
    taken, left = order[: plan.departments], order[plan.departments :]
    substitutes = set()
    while sum(sizes[code] for code in taken) < plan.number:
        smallest = min(reversed(taken), key=lambda code: sizes[code])
        better = next(code for code in left if sizes[code] > sizes[smallest])
        taken.remove(smallest)
        left.remove(better)
        taken.append(better)
        substitutes.add(better)
    ranks = {code: place for place, code in enumerate(order, 1)}
    return tuple(
        Choice(code, names[code], sizes[code], ranks[code], code in substitutes)
        for code in sorted(taken, key=lambda code: ranks[code])
    )


def _drawn(
    frame: Sequence[Candidate], quotas: Mapping[tuple[str, Stratum], int]
) -> Iterable[Drawn]:
    cells: dict[tuple[str, Stratum], list[Candidate]] = {}
    for each in frame:
        cells.setdefault((each.project.department, each.stratum), []).append(each)
    for cell, members in sorted(cells.items()):
        quota = quotas.get(cell, 0)
        in_order = sorted(members, key=lambda each: (each.luck, each.project.code))
        for place, each in enumerate(in_order[:quota], 1):
            yield Drawn(each, place, len(members), quota)
