"""The bureau's project list: a workbook written blank, and read with every mistake by its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from generator.model.form import POWER_OF_TEN, FieldType, RosterColumn
from generator.model.roster import Department, Record, Roster
from generator.workbook.roster import (
    CODE,
    DEPARTMENTS,
    RosterReader,
    opened,
    row_of,
    write_sheet,
)
from generator.workbook.save import save_workbook

PROJECTS = "项目"
_YES_NO = ("是", "否")
_MOST_ROWS = 20_000  # that the drop-downs of a blank list reach
_DEPARTMENT_COLUMNS = (
    RosterColumn("code", "编码", required=True),
    RosterColumn("name", "名称", required=True),
    RosterColumn("contact", "联系人"),
    RosterColumn("phone", "电话"),
    RosterColumn("bureau_contact", "财政联系人"),
    RosterColumn("bureau_phone", "财政电话"),
)
_PROJECT_COLUMNS = (
    RosterColumn("code", "项目编码", required=True),
    RosterColumn("name", "项目名称", required=True),
    RosterColumn("fund", "资金类别", required=True),
    RosterColumn("rank", "重点或一般", required=True),
    RosterColumn("amount", "预算金额（万元）", required=True, type=FieldType.AMOUNT),
    RosterColumn("new", "是否新增"),
    RosterColumn("investment", "是否政府投资"),
    RosterColumn("type", "项目类型"),
    RosterColumn("assessed", "事前绩效评估结果"),
    RosterColumn("targets_reviewed", "绩效目标审核结果"),
    RosterColumn("implementer", "实施单位"),
)
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "fund": ("专项资金", "部门预算"),
    "rank": ("重点", "一般"),
    "new": _YES_NO,
    "investment": _YES_NO,
    "assessed": ("通过", "未通过", "不需要"),
    "targets_reviewed": ("通过", "未通过"),
}
_HELP = {
    "code": "同一个部门里不能重复。",
    "fund": "专项资金或部门预算。",
    "rank": "重点或一般，与资金类别一起决定 A、B、C 类。",
    "amount": "编报年度的预算金额，单位万元。",
    "new": "编报年度拟新增的写“是”，不写当作“否”。",
    "investment": "政府投资项目写“是”，不写当作“否”。",
    "assessed": "编下年预算时填：评估通过没有；还没有结果的不写。",
    "targets_reviewed": "编下年预算时填：目标审核通过没有；没有审核的不写。",
    "type": "例如 信息化项目运维；拟出台的重大政策写“重大政策”。",
}


def write_blank_projects(path: Path) -> None:
    """Write an empty project list; required columns are marked, choices are drop-downs."""
    write_projects(Roster(()), path)


def write_projects(listed: Roster, path: Path) -> None:
    """Write a project list; the projects stand in `children["projects"]`, amounts in 元."""
    book = Workbook()
    book.remove(book.worksheets[0])
    departments: list[Mapping[str, object]] = [
        {"code": each.code, "name": each.name, **each.details} for each in listed.departments
    ]
    projects = [
        {**record, CODE.name: each.code, "amount": _in_wan(record.get("amount"))}
        for each in listed.departments
        for record in each.children.get("projects", ())
    ]
    write_sheet(book.create_sheet(DEPARTMENTS), _DEPARTMENT_COLUMNS, departments)
    sheet = book.create_sheet(PROJECTS)
    write_sheet(sheet, (CODE, *_PROJECT_COLUMNS), projects)
    _help(sheet)
    save_workbook(book, path)


def _in_wan(amount: object) -> object:
    return amount.scaleb(-POWER_OF_TEN["万元"]) if isinstance(amount, Decimal) else amount


def _help(sheet: Worksheet) -> None:
    """Put the choices into drop-downs, and what a column wants beside its heading."""
    for number, column in enumerate((CODE, *_PROJECT_COLUMNS), 1):
        letter = get_column_letter(number)
        if text := _HELP.get(column.name):
            must = "必填。" if column.required else ""
            sheet.cell(1, number).comment = Comment(f"{must}{text}", "jixiao", 90, 220)
        if choices := _CHOICES.get(column.name):
            listing = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            listing.error = f"请从列表中选：{'、'.join(choices)}"
            listing.add(f"{letter}2:{letter}{_MOST_ROWS}")
            sheet.add_data_validation(listing)


def read_projects(path: Path) -> Roster:
    """Return the project list in a workbook: departments with their projects, amounts in 元.

    Raises:
        RosterError: with everything that is wrong with it, each at its cell.
    """
    with opened(path) as reader:
        departments = [*reader.records(DEPARTMENTS, _DEPARTMENT_COLUMNS, key="code")]
        codes = {str(each["code"]) for each in departments}
        projects = [*reader.joined(PROJECTS, (CODE, *_PROJECT_COLUMNS), codes)]
        _complain_of_repeats(projects, reader)
        read = [_checked(each, reader) for each in projects]
        if not projects and not reader.mistakes:
            reader.mistake(PROJECTS, "没有一个项目，请从第 2 行起每行填一个项目。")
    return Roster(tuple(_with_projects(departments, read)))


def _with_projects(departments: list[Record], projects: list[Record]) -> Iterator[Department]:
    own: dict[str, list[Record]] = {}
    for each in projects:
        own.setdefault(str(each[CODE.name]), []).append(each)
    details = [each.name for each in _DEPARTMENT_COLUMNS[2:]]
    for each in departments:
        made = Department(
            str(each["code"]), str(each["name"]), {name: each.get(name) for name in details}
        )
        yield replace(made, children={"projects": tuple(own.get(made.code, ()))})


def _complain_of_repeats(projects: list[Record], reader: RosterReader) -> None:
    first: dict[tuple[object, object], int] = {}
    for each in projects:
        key = (each[CODE.name], each["code"])
        if None in key:
            continue
        if key in first:
            message = f"项目编码“{key[1]}”与第 {first[key]} 行重复。"
            reader.mistake(PROJECTS, message, row_of(each), _place(reader, "code"))
        first.setdefault(key, row_of(each))


def _checked(record: Record, reader: RosterReader) -> Record:
    """Return a project as we keep it; what is none of the choices, or no amount, is a mistake."""
    for name, choices in _CHOICES.items():
        value = record.get(name)
        if value is not None and value not in choices:
            message = f"不能写“{value}”，应写{'、'.join(f'“{each}”' for each in choices)}之一。"
            reader.mistake(PROJECTS, message, row_of(record), _place(reader, name))
    given, amount = record.get("amount"), None
    if isinstance(given, Decimal | int | float) and not isinstance(given, bool):
        amount = Decimal(str(given)).scaleb(POWER_OF_TEN["万元"])
    if given is not None and (amount is None or amount < 0):
        message = f"预算金额应填不小于 0 的数，单位万元，现在是“{given}”。"
        reader.mistake(PROJECTS, message, row_of(record), _place(reader, "amount"))
    return {
        CODE.name: record[CODE.name],
        **{each.name: record.get(each.name) for each in _PROJECT_COLUMNS},
        "amount": amount,
    }


def _place(reader: RosterReader, column: str) -> int:
    return reader.columns.get((PROJECTS, column), 1)
