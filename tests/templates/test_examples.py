"""The examples beside each form: stamped, typed in, read back and checked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from generator.check import check
from generator.model.evaluate import rounded
from generator.model.expression import Value
from generator.model.finding import Finding
from generator.model.form import Form
from generator.model.reckoning import Reckoning
from generator.stamp import Stamper
from generator.template import catalogue, load
from generator.template.examples import Example, load_examples
from generator.workbook.reader.formats import read_book
from generator.workbook.returned.read import Return, read_filing
from generator.workbook.returned.tamper import Inspection
from generator.workbook.stamping.recited import past_of

FILE = "上报.xlsx"


@cache
def form_in(folder: Path) -> Form:
    return load(folder)


CASES = [
    pytest.param(folder, example, id=f"{folder.name}: {example.case}")
    for folder in catalogue()
    for example in load_examples(form_in(folder), folder)
]


@dataclass(frozen=True)
class Outcome:
    """What came of an example."""

    returned: Return
    findings: tuple[Finding, ...]


def outcome(form: Form, example: Example) -> Outcome:
    past = past_of(form, example)
    stamper = Stamper(form, example.period, past=past)
    content = stamper.stamp(example.department, example.entries, example.explanations)
    returned = read_filing(read_book(content), form, example.period, FILE)
    inspection = Inspection(returned.plan, example.period, example.department, FILE)
    return Outcome(
        returned,
        (
            *returned.findings,
            *inspection.findings(returned.located),
            *check(form, returned.filing, example.period, past=past),
        ),
    )


def place_of(returned: Return, sheet: str, at: str) -> str:
    """Return the cell that an expected finding points at: a field, or `table[2].column`."""
    for located in returned.located:
        if sheet and located.worksheet.title != sheet:
            continue
        if at in located.plan.fields:
            return located.plan.fields[at].first.address
        table, _, rest = at.partition("[")
        if table in located.plan.tables:
            row, _, column = rest.partition("].")
            names = [each.name for each in located.plan.tables[table].table.fixed]
            number = names.index(row) if row in names else int(row) - 1
            return located.plan.tables[table].cell(number, column).first.address
        table, _, rest = at.partition(".")
        if table in located.plan.tables:
            row, _, column = rest.rpartition(".")
            names = [each.name for each in located.plan.tables[table].table.fixed]
            return located.plan.tables[table].cell(names.index(row), column).first.address
    raise LookupError(f"no {at} on {sheet or 'any sheet'}")


@pytest.mark.parametrize(("folder", "example"), CASES)
def test_an_example_gives_the_findings_it_lists_each_at_its_cell(folder: Path, example: Example):
    form = form_in(folder)
    found = outcome(form, example)
    expected = Counter(
        (each.rule, place_of(found.returned, each.sheet, each.at) if each.at else "")
        for each in example.findings
    )
    pointed = {rule for rule, cell in expected if cell}
    made = Counter(
        (each.rule, each.place.cell if each.rule in pointed else "") for each in found.findings
    )
    assert made == expected


VALUED = [case for case in CASES if case.values[1].expected_values]  # type: ignore[union-attr]


@pytest.mark.parametrize(("folder", "example"), VALUED)
def test_what_is_computed_equals_what_the_document_prints(folder: Path, example: Example):
    form = form_in(folder)
    filing = outcome(form, example).returned.filing
    reckoning = Reckoning(form, filing, example.period)
    computed = {
        at: printed_like(text, value_at(reckoning, at))
        for at, text in example.expected_values.items()
    }
    assert computed == dict(example.expected_values)


def value_at(reckoning: Reckoning, at: str) -> Value:
    """Return the value of `field`, `table.row.column` or `table[2].column`."""
    for sheet in reckoning.filing.sheets:
        described = reckoning.form.sheet(sheet.sheet)
        if at in described.fields:
            return reckoning.field_value(sheet, at)
        table = at.replace("[", ".").split(".")[0]
        if table in described.tables:
            row, column = at.removeprefix(table).strip(".[").replace("]", "").split(".")
            names = [each.name for each in described.tables[table].fixed]
            number = names.index(row) if row in names else int(row) - 1
            return reckoning.cell_value(sheet, table, number, column)
    raise LookupError(at)


def printed_like(text: str, value: Value) -> str:
    """Return a value with as many digits, and the sign of percent, as the document prints."""
    assert isinstance(value, Decimal)
    number = text.removesuffix("%")
    digits = len(number.partition(".")[2])
    shown = rounded(value * 100 if text.endswith("%") else value, digits)
    return f"{shown}{'%' if text.endswith('%') else ''}"


@pytest.mark.parametrize("folder", catalogue(), ids=lambda each: each.name)
def test_every_rule_of_a_form_is_broken_in_an_example(folder: Path):
    form = form_in(folder)
    broken = {found.rule for each in load_examples(form, folder) for found in each.findings}
    assert {check.id for _, check in form.checks} <= broken
