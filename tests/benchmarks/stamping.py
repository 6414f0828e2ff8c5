"""Stamping beside its peers: the department form, four sheets, 67 filled cells, 38 table rows.

Every contender makes the workbooks of the same departments in memory. openpyxl and XlsxWriter
write all of it (styles made once and shared); rustpy-xlsxwriter can write values only, so it has
neither formulas, locks, lists, merged cells nor names to write.
"""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from io import BytesIO, StringIO
from itertools import cycle

import xlsxwriter
from rustpy_xlsxwriter import FastExcel

from generator.layout import Layout, lay_out, shape_of
from generator.layout.sheet import Cell, Sheet, Slot, Style
from generator.model.form import Form
from generator.model.period import Period
from generator.model.roster import Department
from generator.stamp import Stamper
from generator.template import find, load
from generator.template.examples import load_examples
from generator.workbook import splice
from generator.workbook.blank import draw_blank
from generator.workbook.fill import Values
from generator.workbook.keys import Key
from tests.benchmarks.measure import Line, side_by_side

FORM = "department-targets"
OURS = "Jixiao"
PACKAGES = ("openpyxl", "XlsxWriter", "rustpy-xlsxwriter", "isal", "jinja2")
GOALS = {"openpyxl": 50.0, "XlsxWriter": 25.0, "rustpy-xlsxwriter": 2.0}
FLOOR = "rendering and deflating the changed parts alone"
_DEPARTMENTS = 20
_KEY = Key(b"1" * 32)


@dataclass(frozen=True)
class Case:
    """A department and all that its workbook holds."""

    department: Department
    layout: Layout
    values: Mapping[Slot, splice.SlotValue]

    def value(self, cell: Cell) -> splice.SlotValue:
        """Return what stands in a cell."""
        return self.values[cell.slot] if cell.slot else cell.text


class Workload:
    """Twenty departments with different names and indicators, whose tables are equally long."""

    def __init__(self) -> None:
        folder = find(FORM)
        self.form: Form = load(folder)
        example = load_examples(self.form, folder)[0]
        self.period: Period = example.period
        self.departments = [_other(example.department, i) for i in range(_DEPARTMENTS)]

    @cached_property
    def cases(self) -> list[Case]:
        """The departments with their values, for contenders that have nothing to render."""
        layout = lay_out(self.form, self.period, shape_of(self.form, self.departments[0]))
        return [
            Case(each, layout, Values(layout, each).filling().values) for each in self.departments
        ]


def _other(department: Department, number: int) -> Department:
    children = {
        child: tuple({key: f"{text}{number}" for key, text in record.items()} for record in records)
        for child, records in department.children.items()
    }
    details = {**department.details, "bureau_contact": f"联系人{number}"}
    return Department(f"{number:03}", f"示例单位{number}", details, children)


# -- the contenders; each makes one workbook in memory --


def by_openpyxl(case: Case) -> bytes:
    """Write everything with openpyxl, as our own Blanks are written."""
    return draw_blank(_with_values(case))


def _with_values(case: Case) -> Layout:
    def filled(cell: Cell) -> Cell:
        value = case.value(cell)
        text = value if isinstance(value, Decimal) else str(value or "")
        return cell if cell.formula else replace(cell, text=text)

    sheets = (replace(each, cells=tuple(map(filled, each.cells))) for each in case.layout.sheets)
    return replace(case.layout, sheets=tuple(sheets))


def by_xlsxwriter(case: Case) -> bytes:
    """Write everything with XlsxWriter."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    formats: dict[Style, object] = {}
    for sheet in case.layout.sheets:
        worksheet = book.add_worksheet(sheet.tab)
        for cell in sheet.cells:
            if cell.style not in formats:
                formats[cell.style] = book.add_format(_format(cell.style))
            _write(worksheet, cell, case.value(cell), formats[cell.style])
        _around(book, worksheet, sheet)
    book.close()
    return stream.getvalue()


def _format(style: Style) -> dict[str, object]:
    return {
        "font_name": "宋体",
        "font_size": 10.5,
        "bold": style.bold,
        "border": int(style.border),
        "align": style.align.value,
        "valign": "vcenter",
        "text_wrap": True,
        "locked": style.locked,
        "num_format": style.number_format,
        "bg_color": "#F0F0F0",
    }


def _write(worksheet: object, cell: Cell, value: splice.SlotValue, style: object) -> None:
    row, column, area = cell.area.top - 1, cell.area.left - 1, cell.area
    if area.first != area.last:
        worksheet.merge_range(row, column, area.last.row - 1, area.last.column - 1, "", style)
    if cell.formula:
        cached = float(value) if isinstance(value, Decimal) else str(value or "")
        worksheet.write_formula(row, column, "=" + cell.formula, style, cached)
    elif isinstance(value, Decimal):
        worksheet.write_number(row, column, float(value), style)
    elif value:
        worksheet.write_string(row, column, str(value), style)
    else:
        worksheet.write_blank(row, column, None, style)


def _around(book: object, worksheet: object, sheet: Sheet) -> None:
    for column, width in enumerate(sheet.widths):
        worksheet.set_column(column, column, width)
    for row, height in sheet.heights.items():
        worksheet.set_row(row - 1, height)
    for name, area in sheet.names.items():
        book.define_name(f"'{sheet.tab}'!{name}", f"='{sheet.tab}'!{area.absolute}")
    for validation in sheet.validations:
        rule = {"validate": "any", "input_title": validation.title, "input_message": "填写"}
        if validation.kind == "list":
            rule |= {"validate": "list", "source": list(validation.choices)}
        elif validation.kind in {"decimal", "whole"}:
            limits = {"minimum": float(validation.minimum), "maximum": float(validation.maximum)}
            kind = "integer" if validation.kind == "whole" else "decimal"
            rule |= {"validate": kind, "criteria": "between", **limits}
        for area in validation.areas:
            worksheet.data_validation(area.address, rule)
    red = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
    for highlight in sheet.highlights:
        rule = {"type": "formula", "criteria": "=" + highlight.formula, "format": red}
        for area in highlight.areas:
            worksheet.conditional_format(area.address, rule)
    worksheet.protect()
    worksheet.set_paper(9)
    worksheet.set_footer("&C第 &P 页，共 &N 页")


def by_rustpy(case: Case) -> bytes:
    """Write the values, and nothing but values, with rustpy-xlsxwriter."""
    stream = BytesIO()
    book = FastExcel(stream)
    for sheet in case.layout.sheets:
        book = book.sheet(sheet.tab, _records(sheet, case))
    book.save()
    return stream.getvalue()


def _records(sheet: Sheet, case: Case) -> list[dict[str, object]]:
    """Return a sheet as this writer wants it: a dictionary per row, all with the same keys."""
    columns = [str(each) for each in range(1, len(sheet.widths) + 1)]
    rows: dict[int, dict[str, object]] = {}
    for cell in sheet.cells:
        row = rows.setdefault(cell.area.top, dict.fromkeys(columns, ""))
        value = case.value(cell)
        row[str(cell.area.left)] = float(value) if isinstance(value, Decimal) else str(value or "")
    return list(rows.values())


class Floor:
    """The least that stamping has to do: render the leaves, and deflate what changed.

    What changes is found by stamping every department once and keeping what was deflated.
    """

    def __init__(self, workload: Workload) -> None:
        self._changed: list[list[bytes]] = []
        stamper = Stamper(workload.form, workload.period, _KEY)
        stamper.stamp(workload.departments[-1])
        real = splice.compress
        for department in workload.departments:
            kept: list[bytes] = []
            self._changed.append(kept)

            def noted(content: bytes, *how: int, kept: list[bytes] = kept) -> bytes:
                kept.append(content)
                return real(content, *how)

            splice.compress = noted
            stamper.stamp(department)
        splice.compress = real
        self._rendered = [list(_leaves(workload, each)) for each in workload.departments]

    def work(self) -> None:
        """Do it for every department."""
        for rendered, changed in zip(self._rendered, self._changed, strict=True):
            for leaf, context in rendered:
                leaf.render(context)
            for content in changed:
                splice.compress(content, 1, -15)
                splice.crc32(content)


def _leaves(workload: Workload, department: Department) -> Iterator[tuple[object, object]]:
    """Yield every leaf that speaks of the department, with what it speaks of."""
    context = {"period": workload.period, "form": workload.form, "department": department}
    for sheet in workload.form.sheets:
        for field in sheet.fields.values():
            if field.fill:
                yield field.fill, context
        for table in sheet.tables.values():
            if table.loop:
                for record in department.children[table.loop.child]:
                    own = {**context, table.loop.variable: record}
                    yield from ((each.fill, own) for each in table.inputs if each.fill)
    yield workload.form.contact, context


def lines() -> list[Line]:
    """Return what everyone takes for a workbook."""
    workload = Workload()
    stamper = Stamper(workload.form, workload.period, _KEY)
    cases = cycle(workload.cases)

    def all_ours() -> None:
        for _ in range(5):
            for department in workload.departments:
                stamper.stamp(department)

    def some(write: Callable[[Case], bytes], count: int) -> tuple[Callable[[], object], int]:
        return lambda: [write(next(cases)) for _ in range(count)], count

    return side_by_side(
        {
            OURS: (all_ours, 5 * _DEPARTMENTS),
            FLOOR: (Floor(workload).work, _DEPARTMENTS),
            "rustpy-xlsxwriter": some(by_rustpy, 20),
            "XlsxWriter": some(by_xlsxwriter, 2),
            "openpyxl": some(by_openpyxl, 2),
        }
    )


def verdicts(found: Sequence[Line]) -> list[str]:
    """Return the goals of stamping, each with what was reached."""
    by_name = {line.name: line.median for line in found}
    reached = [
        (f"≥ {goal:g} × {name}", by_name[name] / by_name[OURS], by_name[name] / by_name[OURS] >= goal)
        for name, goal in GOALS.items()
    ]
    floor = by_name[OURS] / by_name[FLOOR]
    reached.append((f"≤ 3 × {FLOOR}", floor, floor <= 3))
    return [f"{'reached' if good else 'MISSED '} {goal}: {ratio:.2f}" for goal, ratio, good in reached]


def profile() -> str:
    """Return where the time goes, by function."""
    workload = Workload()
    stamper = Stamper(workload.form, workload.period, _KEY)
    stamper.stamp(workload.departments[-1])
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(5):
        for department in workload.departments:
            stamper.stamp(department)
    profiler.disable()
    text = StringIO()
    pstats.Stats(profiler, stream=text).sort_stats("tottime").print_stats(15)
    return text.getvalue()
