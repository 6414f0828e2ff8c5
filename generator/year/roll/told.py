"""What is said of a roster from the ledger: what came from where, who is not on it, what lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from generator.ledger.questions.query import STAGES
from generator.model.form import RosterColumn
from generator.model.period import Period
from generator.model.roster import Record, Roster
from generator.workbook.roster import DEPARTMENTS, child_columns, department_columns
from generator.year.roll.filling import Filling
from generator.year.roll.known import Key

_MOST_NAMED = 5  # the screen is small; the roster has them all


def told(filling: Filling, roster: Roster) -> Iterator[str]:
    """Yield what is to be said, a line each."""
    yield from _origins(filling, roster)
    yield from _left_out(filling)
    yield from _missing(filling)
    yield from _blanks(filling, roster)


def _origins(filling: Filling, roster: Roster) -> Iterator[str]:
    due, year = filling.due, filling.known.year
    yield f"部门 {len(roster.departments)} 个。"
    if not filling.asks_projects:
        return
    if due.listed:
        yield f"项目 {len(due.projects)} 个，按台账里{year}年的项目清单。"
    else:
        places = Counter((each.stage, each.period) for each in due.returned.values())
        yield (
            f"项目 {len(due.projects)} 个，台账里没有{year}年的项目清单，"
            f"取自最近报的表：{_counted(places)}。"
        )
    if len(filling.sheets) > 1:
        count = filling.origins.total()
        origins = f"，取自最近报的表：{_counted(filling.origins)}" if count else ""
        yield f"指标 {count} 个{origins}。"


def _counted(places: Counter[tuple[str, str]]) -> str:
    return "、".join(
        f"{STAGES.get(stage, stage)}（{Period.parse(period).name}）{count} 个"
        for (stage, period), count in places.items()
    )


def _left_out(filling: Filling) -> Iterator[str]:
    due, name = filling.due, filling.form.name
    if not filling.asks_projects:
        return
    if not due.decided:
        yield f"项目清单里没有登记哪些项目填“{name}”，所有项目都列入了。"
    if due.dropped:
        projects = _some(f"{each.code}（{each.department}）" for each in due.dropped)
        yield f"没有列入：报过表、项目清单里已经没有的项目 {len(due.dropped)} 个：{projects}。"
    if due.spared:
        projects = _some(f"{each.code}（{each.department}）" for each in due.spared)
        yield f"没有列入：按分类不填“{name}”的项目 {len(due.spared)} 个：{projects}。"
    if due.unclassed:
        projects = _some(f"{each.code}（{each.department}）" for each in due.unclassed)
        yield f"没有列入：没有分类的项目 {len(due.unclassed)} 个：{projects}，请先核对项目清单。"


def _missing(filling: Filling) -> Iterator[str]:
    silent = filling.known.silent
    if silent and filling.asks_projects and not filling.due.listed:
        departments = _some(f"{name}（{code}）" for code, name in silent.items())
        yield (
            f"前面的表一直没有交、不知道有哪些项目的部门 {len(silent)} 个：{departments}，"
            "请在“项目”表里补填。"
        )
    if filling.aimless:
        projects = _some(map(_project, filling.aimless))
        yield f"没有报过指标的项目 {len(filling.aimless)} 个：{projects}；要印好的，请补填。"
    if filling.given_up:
        names = _some(_indicator(*each) for each in filling.given_up)
        yield f"没有列入：先前承诺过、最近一次没有再报的指标 {len(filling.given_up)} 个：{names}。"
    if filling.clashing:
        names = _some(_indicator(*each) for each in filling.clashing)
        yield f"同一个项目里同名、内容不同的指标 {len(filling.clashing)} 个：{names}，请留一个。"
    for heading, text in filling.strange:
        yield f"“{heading}”里的“{text}”不在表样的选项里，请改成选项里的写法。"


def _blanks(filling: Filling, roster: Roster) -> Iterator[str]:
    """Yield what the roster must have and has not, and the columns of which nothing is known."""
    form = filling.form
    columns = department_columns(form)
    departments = [
        {**each.details, "code": each.code, "name": each.name or None}
        for each in roster.departments
    ]
    yield from _blank(DEPARTMENTS, columns, departments)
    for sheet in form.roster_sheets:
        rows = [row for each in roster.departments for row in each.children.get(sheet.name, ())]
        if sheet not in filling.sheets:
            yield f"“{sheet.tab}”表台账里没有，请自己填。"
        elif rows:
            yield from _blank(sheet.tab, child_columns(form, sheet), rows)


def _blank(tab: str, columns: Iterable[RosterColumn], rows: Sequence[Record]) -> Iterator[str]:
    empty = {each: sum(row.get(each.name) is None for row in rows) for each in columns}
    for column, count in empty.items():
        if column.required and count:
            yield f"“{tab}”表的“{column.heading}”有 {count} 行不知道，必须补填。"
    unknown = [
        column.heading
        for column, count in empty.items()
        if not column.required and count == len(rows)
    ]
    if unknown:
        yield f"“{tab}”表台账里没有、留空的栏：{'、'.join(unknown)}。"


def _project(key: Key) -> str:
    return f"{key[1]}（{key[0]}）"


def _indicator(key: Key, name: str) -> str:
    return f"{_project(key)}“{name}”"


def _some(items: Iterable[str]) -> str:
    """Return the first few of some names."""
    named = list(items)
    more = "等" if len(named) > _MOST_NAMED else ""
    return f"{'、'.join(named[:_MOST_NAMED])}{more}"
