"""Files read one by one → who returned what, all findings in order, and the totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from generator.check.rules import DUPLICATE, RULES
from generator.consolidate import consolidate_ordered
from generator.merge.arrival import Arrival, Brief, program_error
from generator.model.filing import Filing
from generator.model.finding import Finding, Kind, Place
from generator.model.form import Form
from generator.model.merged import Merged, ReturnedFile, Standing, State
from generator.model.roster import Department, Roster
from generator.model.totals import Totals

_WORST_FIRST = (State.VERSION, State.PERIOD, State.FORM, State.UNREADABLE)


def assemble(
    brief: Brief, arrivals: Iterable[Arrival], folder: Path, passed_over: Iterable[str] = ()
) -> Merged:
    """Return the merge of files that were read one by one."""
    real = sorted((each for each in arrivals if not each.ours), key=lambda each: each.file.name)
    by_code: dict[str, list[Arrival]] = defaultdict(list)
    strangers = []
    for each in real:
        if each.department:
            by_code[each.department.code].append(each)
        else:
            strangers.append(each)
    standings, findings = [], [each for one in strangers for each in one.findings]
    for department in _departments(brief.roster, by_code):
        standing, found = _stand(department, by_code[department.code])
        standings.append(standing)
        findings += found
    standings, totals, failures = _consolidated(brief, standings)
    return Merged(
        form=brief.form,
        period=brief.period,
        folder=folder,
        standings=tuple(standings),
        strangers=tuple(each.file for each in strangers),
        findings=_in_order([*findings, *failures], standings),
        totals=totals,
        rules=_rules(brief.form),
        passed_over=tuple(passed_over),
    )


# -- departments --


def _departments(
    roster: Roster | None, by_code: Mapping[str, Sequence[Arrival]]
) -> Iterable[Department]:
    """Return the departments to account for: the roster's, or else those that returned."""
    if roster is not None:
        return roster.departments
    return [by_code[code][0].department or Department(code, "") for code in sorted(by_code)]


def _stand(department: Department, arrivals: Sequence[Arrival]) -> tuple[Standing, list[Finding]]:
    """Return where a department stands, and the findings that concern it."""
    usable = [each for each in arrivals if each.file.state is State.RETURNED]
    usable.sort(key=_newest_first)
    files, findings = [], []
    for each in arrivals:
        if each in usable[1:]:
            files.append(replace(each.file, state=State.DUPLICATE))
            findings.append(_duplicate(each, usable[0]))
        else:
            files.append(replace(each.file, used=each in usable))
            findings += each.findings
    fetch = _fetch(usable[0]) if usable else None
    return Standing(department, _state(usable, arrivals), tuple(files), fetch), findings


def _fetch(arrival: Arrival) -> Callable[[], Filing] | None:
    filing = arrival.filing
    return arrival.fetch if filing is None else lambda: filing


def _newest_first(arrival: Arrival) -> tuple[bool, float, str]:
    """Put what we can believe to be ours before what somebody may have made up, then the newest."""
    saved = arrival.file.saved
    return (not arrival.sealed, -saved.timestamp() if saved else 0.0, arrival.file.name)


def _state(usable: Sequence[Arrival], arrivals: Sequence[Arrival]) -> State:
    if usable:
        return State.RETURNED if len(usable) == 1 else State.DUPLICATE
    states = {each.file.state for each in arrivals}
    return next((each for each in _WORST_FIRST if each in states), State.MISSING)


def _duplicate(arrival: Arrival, used: Arrival) -> Finding:
    code = used.department.code if used.department else ""
    place = Place(arrival.file.name)
    if arrival.answers == used.answers:
        message = f"与“{used.file.name}”的内容完全相同，只汇总一份。"
        remedy = "内容相同，不影响汇总；请删去其中一份。"
        found = DUPLICATE.found(place, message, remedy, Kind.NOTE)
    else:
        message = (
            f"该单位另有一份“{used.file.name}”{_compared(used, arrival)}，两份内容不同，{_USED}。"
        )
        found = DUPLICATE.found(place, message)
    return replace(found, department=code)


_USED = "汇总采用那一份，本份没有汇总"


def _compared(used: Arrival, other: Arrival) -> str:
    if used.sealed and not other.sealed:
        return "（标识完好，本份的标识缺失或被改动过）"
    mine, its = (_time(each.file) for each in (used, other))
    if mine == its:
        return f"（保存时间同为 {mine}，按文件名取前一份）"
    return f"保存得较晚（{mine}，本份 {its}）"


def _time(file: ReturnedFile) -> str:
    return f"{file.saved:%Y-%m-%d %H:%M:%S}" if file.saved else "不明"


# -- the whole --


def _consolidated(
    brief: Brief, standings: Sequence[Standing]
) -> tuple[list[Standing], Totals, list[Finding]]:
    """Return the totals; a return that makes them fail is left out and said to have."""
    form, period = brief.form, brief.period
    try:
        return [*standings], consolidate_ordered(form, _filings(standings), period), []
    except Exception:
        kept, failures = [], []
        for each in standings:
            error = _failure(brief, each)
            kept.append(_without(each) if error else each)
            failures += [error] if error else []
        if not failures:
            raise
        return kept, consolidate_ordered(form, _filings(kept), period), failures


def _filings(standings: Sequence[Standing]) -> Iterator[Filing]:
    """Yield the filings that are used by department code, one in memory at a time."""
    ordered = sorted(standings, key=lambda each: each.department.code)
    return (each.fetch() for each in ordered if each.fetch)


def _failure(brief: Brief, standing: Standing) -> Finding | None:
    filing = standing.filing
    if filing is None:
        return None
    try:
        consolidate_ordered(brief.form, [filing], brief.period)
    except Exception as error:
        found = program_error(filing.file, error)
        return replace(found, department=standing.department.code)
    return None


def _without(standing: Standing) -> Standing:
    files = tuple(
        replace(each, used=False, state=State.UNREADABLE) if each.used else each
        for each in standing.files
    )
    return replace(standing, fetch=None, state=State.UNREADABLE, files=files)


def _in_order(findings: Iterable[Finding], standings: Sequence[Standing]) -> tuple[Finding, ...]:
    """Return findings by the roster's order, then by file, sheet and cell."""
    order = {each.department.code: place for place, each in enumerate(standings)}
    last = len(order)
    return tuple(
        sorted(findings, key=lambda each: (order.get(each.department, last), *each.sort_key))
    )


def _rules(form: Form) -> dict[str, str]:
    named = {rule.id: rule.name for rule in RULES.values()}
    return named | {check.id: check.name for _, check in form.checks}
