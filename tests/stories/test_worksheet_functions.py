"""A worksheet function answers the same in Excel, in a template's cell and in a merge."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

import udfs
from generator.consolidate import Locus
from generator.layout.formula import value_formula
from generator.merge import merge
from generator.model.evaluate import evaluate
from generator.model.expression import ColumnRef, FieldRef, Type, Value
from generator.model.filing import Entry
from generator.model.form import Form
from generator.model.merged import Merged
from generator.model.period import Period
from generator.model.roster import Department, Roster
from generator.template.examples import Example
from generator.template.expression.names import Known, KnownSheet, KnownTable, Names
from generator.template.expression.parse import parse
from tests.check.forms import form_of
from tests.stories.seeds import Return
from tests.support.office import Calc
from tests.udfs.support.draws import drawn
from tests.udfs.support.excel import Worksheet, cells
from udfs.registry import FUNCTIONS, Function

udfs.functions()
CASES = 40
PERIOD = Period(2018, 9, "month")
DEPARTMENTS = (Department("101", "甲局"), Department("205", "乙局"))
TYPED = (  # 支出, 预算, 上年, 明细, 说明
    ("1400.35", "1685", "1211.4", ("900.3", "500.05"), "支出1400.35万元"),
    ("248.54", "319.9", "0", ("248.54", ""), "支出250万元"),
)
FORM = """
period: month
sheets:
  main:
    fields:
      spent: {label: 支出, type: amount}
      budget: {label: 预算, type: amount}
      last: {label: 上年, type: amount}
      note: {label: 说明, type: text}
      progress: {label: 进度, type: percent, computed: "JX_PROGRESS(spent, budget, 4)"}
      gap: {label: 进度差, type: percent, computed: "JX_GAP(progress, period.month, 4)"}
      growth: {label: 同比, type: percent, computed: "JX_GROWTH(spent, last, 4)"}
      alert: {label: 预警, type: text, computed: "JX_ALERT(progress, JX_TIME(period.month))"}
      check: {label: 校验, type: text, computed: "JX_SUM_CHECK(items.money, spent)"}
    tables:
      items: {label: 明细, columns: {money: {label: 金额, type: amount}}}
    checks:
    - {id: PARTS, kind: 逻辑, name: 合计, rule: "JX_SUM_CHECK(items.money, spent) == 'OK'",
       message: "{{ JX_SUM_CHECK(items.money, spent) }}", remedy: 改}
    - {id: TEXT, kind: 核实, name: 说明, live: false,
       rule: "JX_SAME(note, spent, '万元') == '相符'",
       message: "{{ JX_SAME(note, spent, '万元') }}", remedy: 改}
    - {id: ALL, kind: 逻辑, name: 占比, rule: "sum(JX_SHARES(items.money)) == 1", live: false,
       message: 占比, remedy: 改}
"""
CALLS: Mapping[str, tuple[str, tuple[str | float, ...]]] = {
    "progress": ("JX_PROGRESS", ("spent", "budget", 4.0)),
    "gap": ("JX_GAP", ("progress", 9.0, 4.0)),
    "growth": ("JX_GROWTH", ("spent", "last", 4.0)),
    "alert": ("JX_ALERT", ("progress", 0.75)),
    "check": ("JX_SUM_CHECK", ("items", "spent")),
}


# -- one form, from the department's cell to the bureau's total --


@pytest.fixture(scope="module")
def form() -> Form:
    return form_of(FORM)


@pytest.fixture(scope="module")
def folder(calc: Calc, form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the returns of both departments, typed in a spreadsheet program."""
    folder = tmp_path_factory.mktemp("returns")
    for one, (*fields, items, note) in zip(returns(form), TYPED, strict=True):
        copy = one.plan.copies[0]
        typed = zip(("spent", "budget", "last", "note"), (*fields, note), strict=True)
        cells = {copy.fields[name].first.address: text for name, text in typed}
        table = copy.tables["items"]
        cells |= {table.cell(i, "money").first.address: text for i, text in enumerate(items)}
        with calc.open(one.blank(folder.parent)) as book:
            for address, text in cells.items():
                book.type("main", address, text)
            book.save(folder / f"{one.example.department.code}.xlsx")
    return folder


@pytest.fixture(scope="module")
def shown(calc: Calc, folder: Path, form: Form) -> list[dict[str, object]]:
    """Return what the cells of each department show, by the names of the form."""
    found: list[dict[str, object]] = []
    for one, (*_, items, _) in zip(returns(form), TYPED, strict=True):
        with calc.open(folder / f"{one.example.department.code}.xlsx") as book:
            book.recalculate()
            values = book.values("main")
        fields = one.plan.copies[0].fields.items()
        found.append({name: values.get(area.first.address) for name, area in fields})
        found[-1]["items"] = [[float(text) if text else None] for text in items]
    return found


def returns(form: Form) -> list[Return]:
    entries = {"main": (Entry({}, {"items": ({}, {}, {}, {}, {})}),)}
    return [Return(form, Example("", PERIOD, each, entries)) for each in DEPARTMENTS]


@pytest.fixture(scope="module")
def merged(folder: Path, form: Form) -> Merged:
    return merge(folder, Roster(DEPARTMENTS), form=form)


@pytest.fixture(scope="module")
def worksheet() -> Iterator[Worksheet]:
    excel = Worksheet()
    yield excel
    excel.close()


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("place", [0, 1], ids=["甲局", "乙局"])
def test_the_cell_of_a_template_shows_what_the_add_in_answers(
    shown: list[dict[str, object]], worksheet: Worksheet, place: int, name: str
):
    here, (function, arguments) = shown[place], CALLS[name]
    given = [_for_excel(here[each]) if isinstance(each, str) else each for each in arguments]
    answer = worksheet.call(function, *given)
    assert _as_shown(answer) == here[name]


def test_the_merge_finds_what_the_functions_say_and_nothing_else(merged: Merged):
    found = {(each.place.file, each.rule, each.message) for each in merged.findings}
    assert found == {("205.xlsx", "TEXT", "不符")}


def test_the_total_of_a_rate_is_that_of_the_totals(merged: Merged):
    total = merged.totals.find(Locus("main", "progress"))
    assert total is not None
    assert total.value == Decimal(str(udfs.JX_PROGRESS(1400.35 + 248.54, 1685 + 319.9, 4)))


def _for_excel(cell: object) -> object:
    if isinstance(cell, list):
        return cells(cell)
    return cells([[float(cell) if isinstance(cell, Decimal) else cell]])


def _as_shown(answer: object) -> Value:
    return Decimal(f"{answer:.15g}") if isinstance(answer, float) else str(answer)


# -- every native formula as a template writes it, on random cells --

ARGUMENTS = "abcdefgh"
COLUMNS = {f"{each}s": Known(Type.NUMBER) for each in ARGUMENTS}
NAMES = KnownSheet(
    "main",
    {each: Known(Type.NUMBER) for each in ARGUMENTS},
    {"t": KnownTable("t", COLUMNS, (), has_totals=False)},
    repeated=False,
)


@dataclass(frozen=True)
class Cells:
    """Where the names stand, and what is typed there."""

    known: Mapping[str, object]

    def value(self, ref: FieldRef) -> Value:
        return self.known[ref.name]

    def values(self, ref: ColumnRef) -> list[Value]:
        return self.known[ref.column[0]]

    def cell(self, ref: FieldRef) -> str:
        return f"{ref.name.upper()}1"

    def range(self, ref: ColumnRef) -> str:
        name = ref.column[0]
        return f"{name.upper()}1:{name.upper()}{len(self.known[name])}"

    def constant(self, ref: object) -> Value:
        raise NotImplementedError


@pytest.mark.parametrize(
    "entry", [each for each in FUNCTIONS.values() if each.native], ids=lambda entry: entry.name
)
def test_a_formula_in_a_template_shows_what_python_reckons(calc: Calc, entry: Function):
    source = random.Random(entry.name)
    asked = [_written(entry, drawn(entry, source), source) for _ in range(CASES)]
    nodes = [parse(text, Names((NAMES,), NAMES)) for text, _ in asked]
    formulas = [
        (f"={value_formula(node, scope)}", _typed(scope))
        for node, (_, scope) in zip(nodes, asked, strict=True)
    ]
    wrong = [
        f"{text} {scope.known}: {shown!r}"
        for shown, node, (text, scope) in zip(calc.compute(formulas), nodes, asked, strict=True)
        if not _same(shown, evaluate(node, scope))
    ]
    assert wrong == []


def _written(entry: Function, given: dict[str, object], source: random.Random) -> tuple[str, Cells]:
    """Return a call as a template has it, over cells of which some hold words for numbers."""
    written, known = [], {}
    for name, argument in zip(ARGUMENTS, entry.arguments, strict=False):
        value = given.get(argument.name, "")
        if (
            argument.name not in given
            or isinstance(value, bool)
            or (isinstance(value, str) and value)
        ):
            written.append(repr(value).lower() if isinstance(value, bool) else repr(value))
        elif argument.name == "edges":
            written.append(repr(value))
        elif isinstance(value, list):
            written.append(f"t.{name}s")
            known[name] = [_cell(each, source) for each in value]
        else:
            written.append(name)
            known[name] = _cell(value, source)
    return f"{entry.name}({', '.join(written)})", Cells(known)


def _is_word(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and bool(value))


def _cell(value: object, source: random.Random) -> Value:
    if source.random() < 0.05:
        return source.choice(("—", "约3", "5"))
    return Decimal(repr(value).removesuffix(".0")) if isinstance(value, int | float) else value  # type: ignore[return-value]


def _typed(scope: Cells) -> dict[str, object]:
    typed: dict[str, object] = {}
    for name, value in scope.known.items():
        for row, each in enumerate(value if isinstance(value, list) else [value], 1):
            typed[f"{name.upper()}{row}"] = each
    return typed


def _same(shown: object, expected: Value) -> bool:
    if isinstance(shown, Decimal) and isinstance(expected, Decimal):
        return abs(shown - expected) <= max(abs(expected), Decimal("0.001")) * Decimal("1e-12")
    return (shown or None) == expected
