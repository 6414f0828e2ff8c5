"""What is put in once for all departments of a shape is what each would have got by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings

from generator.layout import Layout, lay_out, shape_of
from generator.layout.heights import heights_of
from generator.layout.sheet import Cell, Sealed, Sheet, Slot
from generator.model import reckoning
from generator.model.form import Form
from generator.model.period import Period
from generator.model.roster import Department
from generator.stamp import Stamper
from generator.template import find, load
from generator.template.examples import load_examples
from generator.workbook.keys import Key
from generator.workbook.spelling import number_text, shown_text
from generator.workbook.stamping import blank, splice
from generator.workbook.stamping.blank import build_blank, draw_blank
from generator.workbook.stamping.fill import Values
from generator.workbook.stamping.master import Master
from generator.workbook.stamping.splice import SlotValue
from tests.check.forms import form_of
from tests.workbook.stamping.prefilled import Prefilled, prefilled

PERIOD = Period(2024, 12, "year")
KEY = Key(b"1" * 32)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MANY = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def layout_for(form: Form, department: Department) -> Layout:
    return lay_out(form, PERIOD, shape_of(form, department))


@MANY
@given(prefilled())
def test_departments_stamped_one_after_the_other_get_what_each_gets_alone(case: Prefilled):
    stamper = Stamper(case.form, PERIOD, KEY)
    for department in (*case.departments, *case.departments[::-1]):
        layout = layout_for(case.form, department)
        alone = Master(layout, build_blank(layout), KEY)
        slowly = alone.stamp_answered(Values(layout, department))
        assert parts(stamper.stamp(department)) == parts(slowly)


@MANY
@given(prefilled())
def test_a_stamped_workbook_equals_one_drawn_by_openpyxl_cell_by_cell(case: Prefilled):
    department = case.departments[0]
    layout = layout_for(case.form, department)
    stamped = parts(Stamper(case.form, PERIOD, KEY).stamp(department))
    values = values_of(layout, department, stamped)
    drawn = parts(draw_blank(with_values(layout, values, Values(layout, department).tabs())))
    assert stamped.keys() == drawn.keys()
    for name, content in drawn.items():
        if not name.startswith("xl/worksheets/"):
            assert around(stamped[name]) == around(content), name
            continue
        assert around(stamped[name]) == around(content)
        assert rows(stamped[name]) == rows(content)
        assert cells(stamped[name]) == cells(content)


@MANY
@given(prefilled())
def test_a_formula_carries_the_value_that_it_would_show(case: Prefilled):
    department = case.departments[-1]
    layout = layout_for(case.form, department)
    stamped = parts(Stamper(case.form, PERIOD, KEY).stamp(department))
    values = Values(layout, department)
    for number, sheet in enumerate(layout.sheets, 1):
        found = cached(stamped[f"xl/worksheets/sheet{number}.xml"])
        expected = {
            cell.area.first.address: as_kept(values.value(cell.slot))
            for cell in sheet.cells
            if cell.formula and cell.slot
        }
        assert found == expected


# -- the slow way --


def as_kept(value: SlotValue) -> SlotValue:
    """Return a value as a cell keeps it."""
    return Decimal(number_text(value)) if isinstance(value, Decimal) else value or ""


def values_of(
    layout: Layout, department: Department, stamped: dict[str, bytes]
) -> dict[Slot, SlotValue]:
    """Return what each slot gets; the seal is taken as it was stamped, for want of another."""
    seal = cells(stamped[f"xl/worksheets/sheet{len(layout.sheets)}.xml"])
    own = {
        cell.slot: str(seal[cell.area.first.address][2])
        for cell in layout.sheets[-1].cells
        if isinstance(cell.slot, Sealed)
    }
    return {**Values(layout, department).filling().values, **own}


def with_values(layout: Layout, values: dict[Slot, SlotValue], tabs: dict[str, str]) -> Layout:
    """Return a layout that has a department's values printed in it."""

    def named(text: str) -> str:
        return re.sub(r"JX TAB \d{3}", lambda token: tabs[token[0]], text)

    def filled(cell: Cell) -> Cell:
        value = values[cell.slot] if cell.slot and not cell.formula else cell.text
        text = value if isinstance(value, Decimal) else shown_text(str(value or ""))
        text = text if cell.slot or isinstance(text, Decimal) else named(text)
        return replace(cell, text=text, formula=named(cell.formula), link=named(cell.link))

    def drawn(sheet: Sheet) -> Sheet:
        shown = [(cell.area, values[cell.slot]) for cell in sheet.cells if cell.slot]
        texts = {area: value for area, value in shown if isinstance(value, str) and value}
        heights = sheet.heights  # the seal has none: nobody sees it
        if texts and heights:
            heights = heights_of(sheet.widths, heights, {}, texts)
        return replace(
            sheet, tab=named(sheet.tab), cells=tuple(map(filled, sheet.cells)), heights=heights
        )

    return replace(layout, sheets=tuple(map(drawn, layout.sheets)))


def around(xml: bytes) -> str:
    """Return what is on a worksheet but not in its cells."""
    before, _, rest = xml.partition(b"<sheetData>")
    return ElementTree.canonicalize(before + rest.partition(b"</sheetData>")[2])


def rows(xml: bytes) -> dict[str, float]:
    found = ElementTree.fromstring(xml).iter(f"{MAIN}row")
    return {each.attrib["r"]: float(each.attrib.get("ht", 0)) for each in found}


def cells(xml: bytes) -> dict[str, tuple[str, str, SlotValue]]:
    """Return style, formula and value of each cell."""
    found = {}
    for cell in ElementTree.fromstring(xml).iter(f"{MAIN}c"):
        formula = cell.findtext(f"{MAIN}f") or ""
        value: SlotValue = "".join(each.text or "" for each in cell.iter(f"{MAIN}t"))
        if not formula and (number := cell.findtext(f"{MAIN}v")):
            value = Decimal(repr(float(number)))
        found[cell.attrib["r"]] = (cell.attrib.get("s", ""), formula, value)
    return found


def cached(xml: bytes) -> dict[str, SlotValue]:
    """Return the values that formulas carry."""
    found: dict[str, SlotValue] = {}
    for cell in ElementTree.fromstring(xml).iter(f"{MAIN}c"):
        if cell.find(f"{MAIN}f") is not None:
            text = cell.findtext(f"{MAIN}v") or ""
            found[cell.attrib["r"]] = text if cell.attrib.get("t") == "str" else Decimal(text)
    return found


# -- how much work it is --


@contextmanager
def counted(module: Any, name: str) -> Iterator[list[tuple[Any, ...]]]:  # noqa: ANN401
    """Collect the arguments of every call of a function, which does what it always does."""
    calls: list[tuple[Any, ...]] = []
    real = getattr(module, name)

    def noted(*arguments: Any) -> Any:  # noqa: ANN401
        calls.append(arguments)
        return real(*arguments)

    with patch.object(module, name, noted):
        yield calls


def renamed(department: Department, name: str) -> Department:
    """Return another department with other indicators, whose table is as long."""
    children = {
        child: tuple({**record, "level3": f"{record['level3']}{name}"} for record in records)
        for child, records in department.children.items()
    }
    return replace(department, name=name, children=children)


def test_the_second_department_costs_what_differs_and_no_more():
    form = load(find("department-targets"))
    example = load_examples(form, find("department-targets"))[0]
    stamper = Stamper(form, example.period, KEY)
    first = parts(stamper.stamp(example.department))
    with (
        counted(reckoning, "evaluate") as evaluated,
        counted(splice, "deflated") as deflated,
    ):
        second = parts(stamper.stamp(renamed(example.department, "乙局")))
    changed = [content for name, content in second.items() if content != first[name]]
    assert evaluated == []
    assert [content for content, *_ in deflated] == changed
    assert len(changed) == 3


def test_only_the_checks_that_read_a_changed_answer_are_evaluated_again():
    form = form_of("""
roster:
  items: {tab: 项目, columns: {name: {heading: 名称}}}
sheets:
  main:
    fields:
      money: {label: 金额, type: amount}
    tables:
      listed:
        label: 表格
        for: item in department.items
        spare: 1
        columns:
          name: {label: 名称, type: text, fill: "{{ item.name }}"}
    checks:
      - {id: LONG, kind: 逻辑, name: 名称, each: listed, rule: len(name) > 1,
         message: 太短。, remedy: 写全。}
      - {id: MONEY, kind: 逻辑, name: 金额, rule: money > 0, message: 太少。, remedy: 多些。}
      - {id: COUNT, kind: 逻辑, name: 个数, rule: count(listed.name) > 1,
         message: 太少。, remedy: 多些。}
""")
    stamper = Stamper(form, PERIOD, KEY)
    of = [
        Department(str(i), "甲", {}, {"items": ({"name": name}, {"name": "丙"})})
        for i, name in enumerate(["甲", "乙", ""])
    ]
    stamper.stamp(of[0])
    [long, money, count] = [check.rule for _, check in form.checks]
    with counted(reckoning, "evaluate") as evaluated:
        stamper.stamp(of[1])
    assert [call[0] for call in evaluated] == [long, long]
    with counted(reckoning, "evaluate") as evaluated:
        stamper.stamp(of[2])
    assert {id(long), id(count)} <= {id(call[0]) for call in evaluated}
    assert money not in [call[0] for call in evaluated]


@pytest.mark.parametrize("shapes", [1, 3])
def test_one_blank_is_drawn_per_shape(shapes: int):
    form = load(find("department-targets"))
    example = load_examples(form, find("department-targets"))[0]
    records = example.department.children["annual_indicators"]
    stamper = Stamper(form, example.period, KEY)
    with counted(blank, "draw_blank") as drawn:
        for number in range(2 * shapes):
            rows = {"annual_indicators": records * (number % shapes)}
            children = {**example.department.children, **rows}
            stamper.stamp(replace(example.department, code=str(number), children=children))
    assert len(drawn) == shapes
