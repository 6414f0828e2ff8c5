"""Files read one by one → who returned what, all findings in order, and the totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from generator.check.rules import DUPLICATE
from generator.consolidate import Contribution, add_up
from generator.merge.arrival import Brief
from generator.merge.drawing import rules_of
from generator.merge.parts import OnDisk
from generator.merge.shelf import Fetch, Shelf, Slip, Waiting
from generator.model.finding import Finding, Kind, Place
from generator.model.findings import Findings, Group, held
from generator.model.form import Form
from generator.model.merged import Merged, ReturnedFile, Standing, State
from generator.model.roster import Department, Roster
from generator.report.details import part_count

_WORST_FIRST = (State.VERSION, State.PERIOD, State.FORM, State.UNREADABLE)
_Stood = tuple[Standing, Slip | None]  # where a department stands, and its return that is used


def assemble(
    brief: Brief,
    shelf: Shelf,
    slips: Iterable[Slip],
    folder: Path,
    passed_over: Iterable[str] = (),
) -> Merged:
    """Return the merge of files that were read one by one and wait on a shelf."""
    real = sorted((each for each in slips if not each.head.ours), key=_name)
    by_code: dict[str, list[Slip]] = defaultdict(list)
    strangers = []
    for each in real:
        if each.head.department:
            by_code[each.head.department[0]].append(each)
        else:
            strangers.append(each)
    stood, groups = list[_Stood](), [group for each in strangers for group in _groups(each, shelf)]
    for department in _departments(brief.roster, by_code):
        standing, used, found = _stand(department, by_code.get(department.code, ()), shelf)
        stood.append((standing, used))
        groups += found
    standings = tuple(standing for standing, _ in stood)
    used_ones = [(standing.department, used) for standing, used in stood if used]
    return Merged(
        form=brief.form,
        period=brief.period,
        folder=folder,
        standings=standings,
        strangers=tuple(each.head.file for each in strangers),
        findings=Findings(_in_order(groups, standings), shelf.findings, shelf.drawn_findings),
        totals=add_up(
            brief.form, _contributions(brief.form, shelf, used_ones), brief.period, OnDisk()
        ),
        rules=rules_of(brief.form),
        passed_over=tuple(passed_over),
        details=tuple(
            Waiting(shelf, brief, used_ones, part) for part in range(part_count(brief.form))
        ),
    )


def _name(slip: Slip) -> str:
    return slip.head.file.name


# -- departments --


def _departments(
    roster: Roster | None, by_code: Mapping[str, Sequence[Slip]]
) -> Iterable[Department]:
    """Return the departments to account for: the roster's, or else those that returned."""
    if roster is not None:
        return roster.departments
    return [
        Department(*(by_code[code][0].head.department or (code, ""))) for code in sorted(by_code)
    ]


def _stand(
    department: Department, slips: Sequence[Slip], shelf: Shelf
) -> tuple[Standing, Slip | None, list[Group]]:
    """Return where a department stands, its return that is used, and what concerns it."""
    usable = [each for each in slips if each.head.file.state is State.RETURNED]
    usable.sort(key=_newest_first)
    files, groups = [], list[Group]()
    for each in slips:
        if each in usable[1:]:
            files.append(replace(each.head.file, state=State.DUPLICATE))
            groups += held([_duplicate(each, usable[0])])
        else:
            files.append(replace(each.head.file, used=each in usable))
            groups += _groups(each, shelf)
    used = shelf.bare(usable[0]) if usable else None
    standing = Standing(
        department,
        _state(usable, slips),
        tuple(files),
        Fetch(shelf, used) if used else None,
        usable[0].head.reached if usable else (0, 0, 0),
    )
    return standing, used, groups


def _groups(slip: Slip, shelf: Shelf) -> list[Group]:
    """Return the findings of a file, by whom they concern."""
    name, place = slip.head.file.name, shelf.bare(slip)
    return [Group(code, name, counts, place) for code, counts in slip.head.counts]


def _newest_first(slip: Slip) -> tuple[bool, float, str]:
    """Put what we can believe to be ours before what somebody may have made up, then the newest."""
    saved = slip.head.file.saved
    return (not slip.head.sealed, -saved.timestamp() if saved else 0.0, slip.head.file.name)


def _state(usable: Sequence[Slip], slips: Sequence[Slip]) -> State:
    if usable:
        return State.RETURNED if len(usable) == 1 else State.DUPLICATE
    states = {each.head.file.state for each in slips}
    return next((each for each in _WORST_FIRST if each in states), State.MISSING)


def _duplicate(slip: Slip, used: Slip) -> Finding:
    code = used.head.department[0] if used.head.department else ""
    place = Place(slip.head.file.name)
    if slip.head.answers == used.head.answers:
        message = f"与“{used.head.file.name}”的内容完全相同，只汇总一份。"
        remedy = "内容相同，不影响汇总；请删去其中一份。"
        found = DUPLICATE.found(place, message, remedy, Kind.NOTE)
    else:
        message = (
            f"该单位另有一份“{used.head.file.name}”{_compared(used, slip)}，两份内容不同，{_USED}。"
        )
        found = DUPLICATE.found(place, message)
    return replace(found, department=code)


_USED = "汇总采用那一份，本份没有汇总"


def _compared(used: Slip, other: Slip) -> str:
    if used.head.sealed and not other.head.sealed:
        return "（标识完好，本份的标识缺失或被改动过）"
    mine, its = (_time(each.head.file) for each in (used, other))
    if mine == its:
        return f"（保存时间同为 {mine}，按文件名取前一份）"
    return f"保存得较晚（{mine}，本份 {its}）"


def _time(file: ReturnedFile) -> str:
    return f"{file.saved:%Y-%m-%d %H:%M:%S}" if file.saved else "不明"


# -- the whole --


def _contributions(
    form: Form, shelf: Shelf, used: Iterable[tuple[Department, Slip]]
) -> Iterator[Contribution]:
    """Yield what the returns that are used add to the totals, by department code."""
    for _, slip in sorted(used, key=lambda each: each[0].code):
        yield shelf.contribution(slip, form)


def _in_order(groups: Iterable[Group], standings: Sequence[Standing]) -> list[Group]:
    """Return findings by the roster's order, then by file; within, they stand by sheet and cell."""
    order = {each.department.code: place for place, each in enumerate(standings)}
    last = len(order)
    return sorted(groups, key=lambda each: (order.get(each.department, last), each.file))
