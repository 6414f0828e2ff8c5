"""From the language to the form: every piece built, every mistake collected."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.model.form import FieldType, Form, RosterColumn, RosterSheet
from generator.template import language
from generator.template.building.circles import complain_of_circles
from generator.template.building.recall import complain_of_recall
from generator.template.building.sheet import sheet
from generator.template.building.surroundings import Surroundings
from generator.template.expression.names import DEPARTMENT
from generator.template.expression.syntax import is_plain
from generator.template.mistakes import Complaints, hint

_MOST_CELLS = 100_000  # of the tables of one worksheet
_OUR_TABS = ("填报说明", "校验", "选项", "_jixiao")
_ROSTER_TABS = ("部门", "豁免")
_BUILT_IN = {"编码", "名称", "联系人", "电话", "部门编码"}


def build(written: language.Form, folder: str, complaints: Complaints) -> Form:
    """Return the form; whether it can be used, `complaints` says."""
    around = Surroundings.of(written, complaints)
    _complain(written, folder, around)
    _complain_checks(written, complaints)
    for name in written.data:
        around.name(name, ("data", name))
    form = Form(
        id=written.form,
        version=written.version,
        name=written.name,
        period_kind=written.period,
        unit=written.unit,
        sheets=tuple(sheet(name, each, around) for name, each in written.sheets.items()),
        department_columns=tuple(
            _roster_columns(written.roster.department, ("department",), around)
        ),
        roster_sheets=tuple(_roster_sheets(written, around)),
        instructions=tuple(
            around.leaf(each, ("instructions", i)) for i, each in enumerate(written.instructions)
        ),
        deadline=around.leaf_if(written.deadline, ("deadline",)),
        contact=around.leaf_if(written.contact, ("contact",)),
        source=written.source,
        data=tuple(around.data.values()),
        stage=written.stage or "",
    )
    complain_of_circles(form, complaints)
    complain_of_recall(form, complaints)
    _complain_of_size(form, complaints)
    return form


def _complain_of_size(form: Form, complaints: Complaints) -> None:
    """Refuse what would make workbooks that nobody can open, or a PC that no longer answers."""
    for each in form.sheets:
        tables = each.tables.values()
        rows = sum(max(table.spare, table.at_least, len(table.fixed)) for table in tables)
        if rows * len(each.widths) > _MOST_CELLS:
            message = f"表格太大：{rows} 行 × {len(each.widths)} 列，最多 {_MOST_CELLS:,} 格"
            complaints.add(("sheets", each.name), message)


def _complain(written: language.Form, folder: str, around: Surroundings) -> None:
    add = around.complaints.add
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", written.form):
        add(("form",), f"编号“{written.form}”只能用小写字母、数字和连字符")
    elif written.form != folder:
        add(("form",), f"编号“{written.form}”应与文件夹“{folder}”同名")
    tabs: dict[str, str] = dict.fromkeys(_OUR_TABS, "本程序")
    for name, each in written.sheets.items():
        around.name(name, ("sheets", name))
        tab = each.tab.lower()
        if is_plain(tab) and tab in tabs:
            add(("sheets", name, "tab"), f"工作表标签“{each.tab}”已由{tabs[tab]}使用")
        tabs.setdefault(tab, f"工作表 {name} ")


def _complain_checks(written: language.Form, complaints: Complaints) -> None:
    seen: dict[str, str] = {}
    for name, each in written.sheets.items():
        for i, check in enumerate(each.checks):
            path = ("sheets", name, "checks", i, "id")
            if check.id in seen:
                complaints.add(path, f"编号“{check.id}”重复，前一条是“{seen[check.id]}”")
            seen[check.id] = check.name


def _roster_columns(
    columns: dict[str, language.RosterColumn], path: tuple[str, ...], around: Surroundings
) -> Iterator[RosterColumn]:
    headings: set[str] = set()
    for name, each in columns.items():
        place = ("roster", *path, name)
        around.name(name, place)
        taken = headings | _BUILT_IN if path == ("department",) else headings | {"部门编码"}
        if each.heading in taken:
            around.complaints.add((*place, "heading"), f"列名“{each.heading}”已经有了")
        if path == ("department",) and name in DEPARTMENT:
            around.complaints.add(place, f"“{name}”本来就有，不用再写")
        if each.type is FieldType.LABEL:
            around.complaints.add((*place, "type"), "名册的列不能是 label")
        headings.add(each.heading)
        yield RosterColumn(name, each.heading, each.required, each.type)


def _roster_sheets(written: language.Form, around: Surroundings) -> Iterator[RosterSheet]:
    tabs = set(_ROSTER_TABS)
    for name, each in written.roster.children.items():
        around.name(name, ("roster", name))
        if each.tab in tabs:
            around.complaints.add(("roster", name, "tab"), f"工作表“{each.tab}”已经有了")
        if name in DEPARTMENT or name in written.roster.department:
            around.complaints.add(("roster", name), f"“{name}”已是部门的一列，请换一个名字")
        tabs.add(each.tab)
        columns = tuple(_roster_columns(each.columns, (name, "columns"), around))
        for message in _misplaced(written.roster, name):
            around.complaints.add(("roster", name, "under"), message)
        yield RosterSheet(name, each.tab, columns, each.under or "")


def _misplaced(roster: language.Roster, name: str) -> Iterator[str]:
    """Yield why the rows of a child sheet cannot be joined to those of the one it is under."""
    sheet = roster.children[name]
    if sheet.under is None:
        return
    others = {other: each for other, each in roster.children.items() if other != name}
    parent = others.get(sheet.under)
    if parent is None:
        yield f"名册里没有“{sheet.under}”{hint(sheet.under, others)}"
    elif parent.under is not None:
        yield f"“{sheet.under}”自己也写了 under，只能归到一层"
    elif "code" not in parent.columns or not parent.columns["code"].required:
        yield f"“{sheet.under}”要有必填的一列 code，各行才能归到它下面"
    elif sheet.under in sheet.columns:
        yield f"已有名为“{sheet.under}”的一列；归到哪一行，程序会另加一列"
    elif parent.columns["code"].heading in [each.heading for each in sheet.columns.values()]:
        yield f"列名“{parent.columns['code'].heading}”由程序加上，不用再写"
