"""The pages 回收情况 and 催报名单: who has returned, and whom to remind of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from generator.model.finding import Kind, Place
from generator.model.merged import Merged, ReturnedFile, Standing, State
from generator.report.pages import Column, Content, Grid, Link, Look, Page
from generator.report.tones import STATES

TAB, CHASE_TAB = "回收情况", "催报名单"
_KINDS = tuple(Column(kind.value, Look.COUNT, 10) for kind in Kind)
_MUST = (Kind.BALANCE, Kind.LOGIC)  # has to be corrected; 核实 may be explained instead


def rate(part: int, whole: int) -> str:
    """Return a rate as text: 87.5%.

    >>> rate(7, 8), rate(0, 0)
    ('87.5%', '—')
    """
    if not whole:
        return "—"
    percent = (Decimal(part) / whole * 100).quantize(Decimal("0.1"))
    return f"{percent}%"


def recovery(merged: Merged) -> Page:
    """Return the page 回收情况: a line per file, or per department without one."""
    columns = (
        Column("序号", Look.COUNT, 6),
        Column("单位编码", width=13),
        Column("单位", width=26),
        Column("状态", width=11, tones=STATES),
        Column("文件", width=52),
        Column("文件情况", width=14),
        Column("保存时间", width=18),
        *_KINDS,
    )
    grid = Grid("", columns, _Rows(merged))
    title = f"{merged.form.name}回收情况（{merged.period.name}）"
    return Page(TAB, title, tuple(_facts(merged)), (grid,), filter=True, frozen=3)


@dataclass(frozen=True)
class _Rows:
    """The rows of 回收情况, made as they are gone through."""

    merged: Merged

    def __len__(self) -> int:
        listed = sum(max(1, len(each.files)) for each in self.merged.standings)
        return listed + len(self.merged.strangers)

    def __iter__(self) -> Iterator[tuple[Content, ...]]:
        merged = self.merged
        for number, standing in enumerate(merged.standings, 1):
            department = standing.department
            head = (number, department.code, department.name, standing.state.value)
            for file in standing.files:
                yield (*head, *_file(file, merged))
            if not standing.files:
                yield (*head, None, None, None, *(None for _ in _KINDS))
        for file in merged.strangers:
            yield (None, None, "（名册外）", file.state.value, *_file(file, merged))


def chase(merged: Merged) -> Page:
    """Return the page 催报名单: who must return or correct, and what to do."""
    columns = (
        Column("序号", Look.COUNT, 6),
        Column("单位编码", width=13),
        Column("单位", width=26),
        Column("联系人", width=12),
        Column("电话", width=16),
        Column("状态", width=11, tones=STATES),
        Column("要做什么", width=92),
    )
    rows = _Chased(merged, sum(1 for each in merged.standings if to_do(merged, each)))
    missing = sum(1 for each in merged.standings if not each.returned)
    facts = (
        f"共 {len(rows)} 个单位：{missing} 个还没有可用的报表，"
        f"{len(rows) - missing} 个需要更正或说明。"
        "疑点的具体位置和处理建议见“审核疑点”，按单位筛选后可以发给填报单位。",
    )
    title = f"{merged.form.name}催报名单（{merged.period.name}）"
    return Page(CHASE_TAB, title, facts, (Grid("", columns, rows),), filter=True, frozen=3)


@dataclass(frozen=True)
class _Chased:
    """The rows of 催报名单, made as they are gone through."""

    merged: Merged
    count: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[tuple[Content, ...]]:
        found = ((each, to_do(self.merged, each)) for each in self.merged.standings)
        asked = ((standing, what) for standing, what in found if what)
        for number, (standing, what) in enumerate(asked, 1):
            department = standing.department
            contact, phone = (_detail(standing, each) for each in ("contact", "phone"))
            head = (number, department.code, department.name, contact, phone)
            yield (*head, standing.state.value, what)


def to_do(merged: Merged, standing: Standing) -> str:
    """Return what a department has to do, in a sentence or two; empty when nothing."""
    form, period = merged.form, merged.period
    match standing.state:
        case State.MISSING:
            return f"尚未报送。请报送“{form.name}”（{period.name}）{_deadline(merged, standing)}。"
        case State.VERSION:
            return "报来的是旧版本的表，没有汇总。请把数据填到本次下发的新表里重新报送。"
        case State.PERIOD:
            return f"报来的是其他报告期的表，没有汇总。请报送{period.name}的表。"
        case State.FORM:
            return f"报来的不是本次下发的表，没有汇总。请在下发的“{form.name}”上填报后报送。"
        case State.UNREADABLE:
            return "报来的文件读不出来，没有汇总。请按“审核疑点”里的建议重新报送。"
    return _to_correct(merged, standing)


def _to_correct(merged: Merged, standing: Standing) -> str:
    counts = merged.count(standing.department.code)
    must = [f"{kind} {counts[kind]} 处" for kind in _MUST if counts[kind]]
    steps = []
    if must:
        steps.append(f"{'、'.join(must)}须更正")
    if counts[Kind.VERIFY]:
        steps.append(f"核实 {counts[Kind.VERIFY]} 处须更正，或在“校验”表写明情况")
    if not steps:
        return ""
    total = sum(counts[kind] for kind in (*_MUST, Kind.VERIFY))
    several = "报来多份，请确认以哪一份为准；" if standing.state is State.DUPLICATE else ""
    return f"{several}有 {total} 处疑点：{'；'.join(steps)}。改好后重新报送。"


def _deadline(merged: Merged, standing: Standing) -> str:
    leaf = merged.form.deadline
    if leaf is None:
        return ""
    context = {"period": merged.period, "form": merged.form, "department": standing.department}
    if not leaf.names <= context.keys():
        return ""
    return f"，报送时限：{leaf.render(context)}"


def _detail(standing: Standing, name: str) -> str | None:
    value = standing.department.details.get(name)
    return None if value is None else str(value)


def _facts(merged: Merged) -> Iterator[str]:
    standings = merged.standings
    returned = sum(1 for each in standings if each.returned)
    yield (
        f"应报 {len(standings)} 个单位，已报 {returned} 个，未报 {len(standings) - returned} 个，"
        f"回收率 {rate(returned, len(standings))}。"
    )
    states = Counter(each.state for each in standings)
    yield (
        "单位状态：" + "、".join(f"{each} {states[each]}" for each in State if states[each]) + "。"
    )
    if merged.strangers:
        yield f"另有 {len(merged.strangers)} 个文件不属于名册里的单位，没有汇总，列在最后。"
    if merged.passed_over:
        names = "、".join(merged.passed_over[:5])
        more = "等" if len(merged.passed_over) > 5 else ""
        count = len(merged.passed_over)
        yield f"文件夹里还有 {count} 个不是工作簿的文件，没有处理：{names}{more}。"


def _file(file: ReturnedFile, merged: Merged) -> tuple[Content, ...]:
    found = merged.findings.count_in(file.name)
    state = "已汇总" if file.used else f"{file.state.value}，未汇总"
    saved = f"{file.saved:%Y-%m-%d %H:%M}" if file.saved else None
    return (
        Link(file.name, Place(file.name)),
        state,
        saved,
        *(found[kind] for kind in Kind),
    )
