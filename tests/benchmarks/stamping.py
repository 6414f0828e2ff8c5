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
from typing import Any
from unittest.mock import patch

import xlsxwriter
from rustpy_xlsxwriter import FastExcel

from generator.layout import Layout, lay_out, shape_of
from generator.layout.sheet import Cell, Sheet, Slot, Style, Validation
from generator.model.form import Form, Leaf
from generator.model.period import Period
from generator.model.roster import Department
from generator.stamp import Stamper
from generator.template import find, load
from generator.template.examples import load_examples
from generator.workbook.keys import Key
from generator.workbook.stamping import splice
from generator.workbook.stamping.blank import draw_blank
from generator.workbook.stamping.fill import Values
from tests.benchmarks.departments import FORM, another
from tests.benchmarks.measure import Line, side_by_side

OURS = "Jixiao"
PACKAGES = ("openpyxl", "XlsxWriter", "rustpy-xlsxwriter", "isal", "jinja2")
GOALS = {"openpyxl": 50.0, "XlsxWriter": 25.0, "rustpy-xlsxwriter": 2.0}
FLOOR = "rendering and deflating alone"
_DEPARTMENTS = 20
_MOST_OF_FLOOR = 3.0
_KEY = Key(b"1" * 32)
_Leaf = tuple[Leaf, Mapping[str, object]]
_Part = tuple[splice.SlottedPart, tuple[splice.SlotValue, ...]]


@dataclass(frozen=True)
class Case:
    """A department and all that its workbook holds."""

    department: Department
    layout: Layout
    values: Mapping[Slot, splice.SlotValue]

    @cached_property
    def records(self) -> list[tuple[str, list[dict[str, object]]]]:
        """The sheets as rustpy-xlsxwriter wants them; making them is not counted against it."""
        return [(sheet.tab, _records(sheet, self)) for sheet in self.layout.sheets]

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
        self.departments = [another(example.department, i) for i in range(_DEPARTMENTS)]

    @cached_property
    def cases(self) -> list[Case]:
        """The departments with their values, for contenders that have nothing to render."""
        layout = lay_out(self.form, self.period, shape_of(self.form, self.departments[0]))
        return [
            Case(each, layout, Values(layout, each).filling().values) for each in self.departments
        ]


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


def _write(worksheet: Any, cell: Cell, value: splice.SlotValue, style: object) -> None:  # noqa: ANN401
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


def _around(book: Any, worksheet: Any, sheet: Sheet) -> None:  # noqa: ANN401
    for column, width in enumerate(sheet.widths):
        worksheet.set_column(column, column, width)
    for row, height in sheet.heights.items():
        worksheet.set_row(row - 1, height)
    for name, area in sheet.names.items():
        book.define_name(f"'{sheet.tab}'!{name}", f"='{sheet.tab}'!{area.absolute}")
    for validation in sheet.validations:
        for area in validation.areas:
            worksheet.data_validation(area.address, _rule(validation))
    red = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
    for highlight in sheet.highlights:
        rule = {"type": "formula", "criteria": "=" + highlight.formula, "format": red}
        for area in highlight.areas:
            worksheet.conditional_format(area.address, rule)
    worksheet.protect()
    worksheet.set_paper(9)
    worksheet.set_footer("&C第 &P 页，共 &N 页")


def _rule(validation: Validation) -> dict[str, object]:
    rule: dict[str, object] = {"input_title": validation.title, "input_message": "填写"}
    match validation.kind:
        case "list":
            return rule | {"validate": "list", "source": list(validation.choices)}
        case "decimal" | "whole":
            limits = {"minimum": float(validation.minimum), "maximum": float(validation.maximum)}
            kind = "integer" if validation.kind == "whole" else "decimal"
            return rule | {"validate": kind, "criteria": "between", **limits}
    return rule | {"validate": "any"}


def by_rustpy(case: Case) -> bytes:
    """Write the values, and nothing but values, with rustpy-xlsxwriter."""
    stream = BytesIO()
    book = FastExcel(stream)
    for tab, records in case.records:
        book = book.sheet(tab, records)
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
    """The least that stamping can do: render the leaves, write the changed parts, deflate them.

    Which parts change is found by stamping every department and noting which were deflated; what
    to write into them is known here beforehand.
    """

    def __init__(self, workload: Workload) -> None:
        stamper = Stamper(workload.form, workload.period, _KEY)
        stamper.stamp(workload.departments[-1])
        real = splice.SlottedPart.content
        self._tasks: list[tuple[list[_Leaf], list[_Part]]] = []
        for department in workload.departments:
            parts: list[_Part] = []

            def noted(
                part: splice.SlottedPart,
                values: Sequence[splice.SlotValue],
                tabs: Mapping[str, str],
                parts: list[_Part] = parts,
            ) -> bytes:
                parts.append((part, tuple(values)))
                return real(part, values, tabs)

            with patch.object(splice.SlottedPart, "content", noted):
                stamper.stamp(department)
            self._tasks.append((list(_leaves(workload, department)), parts))

    def work(self) -> None:
        """Do it for every department."""
        for leaves, parts in self._tasks:
            for leaf, context in leaves:
                leaf.render(context)
            for part, values in parts:
                pieces = list(part._fixed)
                for (place, cell), value in zip(part._cells, values, strict=True):
                    pieces[place] = cell.xml(value, "").encode()
                content = b"".join(pieces)
                splice.deflated(content)
                splice.crc32(content)


def _leaves(workload: Workload, department: Department) -> Iterator[_Leaf]:
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
    assert workload.form.contact
    yield workload.form.contact, context


def lines() -> list[Line]:
    """Return what everyone takes for a workbook."""
    workload = Workload()
    stamper = Stamper(workload.form, workload.period, _KEY)
    for case in workload.cases:
        assert case.records
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
    ours = by_name[OURS]
    told = []
    for name, goal in GOALS.items():
        ratio = by_name[name] / ours
        told.append(f"{_verdict(ratio >= goal)}: {ratio:.1f} × {name} (goal: at least {goal:g})")
    ratio = ours / by_name[FLOOR]
    told.append(f"{_verdict(ratio <= _MOST_OF_FLOOR)}: {ratio:.1f} × {FLOOR} (goal: at most 3)")
    return told


def _verdict(reached: bool) -> str:  # noqa: FBT001 (what it says)
    return "reached" if reached else "MISSED"


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
