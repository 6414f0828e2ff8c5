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
from generator.merge.shelf import Shelf, Slip, Used, Waiting
from generator.model.filing import Answer, Filing
from generator.model.finding import Finding, Kind, Place
from generator.model.findings import Findings, Group, held
from generator.model.form import Form
from generator.model.merged import Merged, ReturnedFile, Standing, State
from generator.model.roster import Department, Roster
from generator.report.details import part_count

_WORST_FIRST = (State.VERSION, State.PERIOD, State.FORM, State.UNREADABLE)


def assemble(
    brief: Brief,
    shelf: Shelf,
    slips: Iterable[Slip],
    folder: Path,
    passed_over: Iterable[str] = (),
) -> Merged:
    """Return the merge of files that were read one by one and wait on a shelf."""
    standings, strangers, groups = _accounted(brief.roster, slips, shelf)
    used = [each.fetch for each in standings if isinstance(each.fetch, Used)]
    return Merged(
        form=brief.form,
        period=brief.period,
        folder=folder,
        standings=standings,
        strangers=strangers,
        findings=Findings(_in_order(groups, standings), shelf.findings, shelf.drawn_findings),
        totals=add_up(brief.form, _contributions(brief.form, shelf, used), brief.period, OnDisk()),
        rules=rules_of(brief.form),
        passed_over=tuple(passed_over),
        details=tuple(Waiting(shelf, brief, used, part) for part in range(part_count(brief.form))),
    )


def _name(slip: Slip) -> str:
    return slip.file.name


# -- departments --


def _accounted(
    roster: Roster | None, slips: Iterable[Slip], shelf: Shelf
) -> tuple[tuple[Standing, ...], tuple[ReturnedFile, ...], list[Group]]:
    """Return where departments stand, files that are of none, and all findings."""
    real = sorted((each for each in slips if not each.ours), key=_name)
    by_code: dict[str, list[Slip]] = defaultdict(list)
    strangers = [each for each in real if not each.department]
    for each in real:
        if each.department:
            by_code[each.department.code].append(each)
    del real  # what is left of a file goes as soon as its department is accounted for
    standings = list[Standing]()
    groups = [group for each in strangers for group in each.groups]
    for department in _departments(roster, by_code):
        of_department = by_code.pop(department.code, [])
        usable = [each for each in of_department if each.file.state is State.RETURNED]
        usable.sort(key=_newest_first)
        standings.append(_standing(department, of_department, usable, shelf))
        groups += [group for each in of_department for group in _told(each, usable, shelf)]
    return tuple(standings), tuple(each.file for each in strangers), groups


def _departments(
    roster: Roster | None, by_code: Mapping[str, Sequence[Slip]]
) -> Iterable[Department]:
    """Return the departments to account for: the roster's, or else those that returned."""
    if roster is not None:
        return roster.departments
    first_ones = (by_code[code][0].department for code in sorted(by_code))
    return [each for each in first_ones if each]


def _standing(
    department: Department, slips: Sequence[Slip], usable: Sequence[Slip], shelf: Shelf
) -> Standing:
    """Return where a department stands; the first of its usable returns is used."""
    files = (
        replace(each.file, state=State.DUPLICATE)
        if each in usable[1:]
        else replace(each.file, used=each in usable)
        for each in slips
    )
    state = _state(usable, slips)
    if not usable:
        return Standing(department, state, tuple(files))
    first = usable[0]
    used = Used(shelf, department, first.place, first.rows)
    return Standing(department, state, tuple(files), used, first.reached)


def _told(slip: Slip, usable: Sequence[Slip], shelf: Shelf) -> Sequence[Group]:
    """Return what is to be said of a file: of one that could be used and is not, that."""
    if slip in usable[1:]:
        return held([_duplicate(slip, usable[0], shelf)])
    return slip.groups


def _newest_first(slip: Slip) -> tuple[bool, float, str]:
    """Put what we can believe to be ours before what somebody may have made up, then the newest."""
    saved = slip.file.saved
    return (not slip.sealed, -saved.timestamp() if saved else 0.0, slip.file.name)


def _state(usable: Sequence[Slip], slips: Sequence[Slip]) -> State:
    if usable:
        return State.RETURNED if len(usable) == 1 else State.DUPLICATE
    states = {each.file.state for each in slips}
    return next((each for each in _WORST_FIRST if each in states), State.MISSING)


def _duplicate(slip: Slip, used: Slip, shelf: Shelf) -> Finding:
    code = used.department.code if used.department else ""
    place = Place(slip.file.name)
    mine, its = (_said(shelf.filing(each.place)) for each in (slip, used))
    if mine == its:
        message = f"与“{used.file.name}”的内容完全相同，只汇总一份。"
        remedy = "内容相同，不影响汇总；请删去其中一份。"
        found = DUPLICATE.found(place, message, remedy, Kind.NOTE)
    else:
        message = (
            f"该单位另有一份“{used.file.name}”{_compared(used, slip)}，两份内容不同，{_USED}。"
        )
        found = DUPLICATE.found(place, message)
    return found.concerning(code)


def _said(filing: Filing) -> object:
    """Return what was answered, as it stands in the cells and wherever those stand."""
    return filing.explanations, [
        (
            *(each.sheet, each.index, _texts(each.fields)),
            {name: [_texts(row.answers) for row in rows] for name, rows in each.tables.items()},
        )
        for each in filing.sheets
    ]


def _texts(answers: Mapping[str, Answer]) -> dict[str, str]:
    return {name: each.raw for name, each in answers.items() if each.raw and not each.formula}


_USED = "汇总采用那一份，本份没有汇总"


def _compared(used: Slip, other: Slip) -> str:
    if used.sealed and not other.sealed:
        return "（标识完好，本份的标识缺失或被改动过）"
    mine, its = (_time(each.file) for each in (used, other))
    if mine == its:
        return f"（保存时间同为 {mine}，按文件名取前一份）"
    return f"保存得较晚（{mine}，本份 {its}）"


def _time(file: ReturnedFile) -> str:
    return f"{file.saved:%Y-%m-%d %H:%M:%S}" if file.saved else "不明"


# -- the whole --


def _contributions(form: Form, shelf: Shelf, used: Iterable[Used]) -> Iterator[Contribution]:
    """Yield what the returns that are used add to the totals, by department code."""
    for each in sorted(used, key=lambda each: each.department.code):
        department, found = each.department, shelf.contribution(each.place, form)
        if (found.department, found.name) == (department.code, department.name):
            found = replace(found, department=department.code, name=department.name)  # not twice
        yield found


def _in_order(groups: Iterable[Group], standings: Sequence[Standing]) -> list[Group]:
    """Return findings by the roster's order, then by file; within, they stand by sheet and cell."""
    order = {each.department.code: place for place, each in enumerate(standings)}
    last = len(order)
    return sorted(groups, key=lambda each: (order.get(each.department, last), each.file))
