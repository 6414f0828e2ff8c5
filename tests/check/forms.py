"""Tiny forms and what was answered in them, for tests of checks and totals."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import yaml

from generator import template
from generator.check import check
from generator.model.filing import Answer, Filing, Records, Row, SheetFiling
from generator.model.finding import Finding
from generator.model.form import Field, FieldType, Form, FormSheet, Table
from generator.model.period import Period
from udfs.amounts import Unreadable, fraction, is_blank, parse_quantity

Typed = str | Decimal | int | Answer | None
Answers = Mapping[str, object]  # field → what is typed; table → a list of rows of those
PERIOD = Period(2024, 12, "year")
FILE = "a.xlsx"
_TABLES_FROM, _TABLE_HEIGHT = 11, 10  # fields stand in A1, A2, …; the first table from A11


def form_of(text: str) -> Form:
    """Return the form of a YAML text; what only matters for the looks may be left out.

    A text without `sheets` is the one sheet of the form, called `main`.
    """
    document = yaml.safe_load(text)
    if "sheets" not in document:
        document = {"sheets": {"main": document}}
    for name, sheet in document["sheets"].items():
        _draw(name, sheet)
    head = {"form": "tiny", "version": "1", "name": "小表", "period": "year", "unit": "万元"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tiny", "form.yaml")
        path.parent.mkdir()
        text = yaml.safe_dump(head | document, allow_unicode=True, sort_keys=False)
        path.write_text(text, encoding="utf-8")
        return template.load(path)


def filing_of(
    form: Form,
    answers: Answers | Mapping[str, Sequence[Answers]],
    department: str = "101",
    explanations: Mapping[str, str] | None = None,
) -> Filing:
    """Return a filing as it would be read; of a form with several sheets the answers per copy."""
    by_sheet = answers if "main" not in {each.name for each in form.sheets} else {"main": [answers]}
    sheets = tuple(
        _sheet(form.sheet(name), index, each)
        for name, copies in by_sheet.items()
        for index, each in enumerate(copies)  # type: ignore[arg-type]
    )
    return Filing(
        form.id,
        form.version,
        department,
        f"示例单位{department}",
        PERIOD.id,
        sheets,
        FILE,
        {("", rule): text for rule, text in (explanations or {}).items()},
    )


def form_and_filing(text: str, answers: Answers) -> tuple[Form, Filing]:
    """Return the form of a YAML text and a filing of it."""
    form = form_of(text)
    return form, filing_of(form, answers)


def found(text: str, answers: Answers, rule: str = "") -> list[str]:
    """Return the messages of what is found, under one rule or under all."""
    return [each.message for each in findings(text, answers) if rule in ("", each.rule)]


def findings(text: str, answers: Answers) -> list[Finding]:
    """Return what is found in the answers."""
    return check(*form_and_filing(text, answers), PERIOD)


def typed(form_field: Field, value: Typed) -> Answer:
    """Return the answer that a reader makes of what was typed into a cell."""
    if isinstance(value, Answer):
        return value
    if is_blank(value):
        return Answer(raw=str(value or ""))
    if not form_field.type.numeric:
        text = str(value)
        return Answer(form_field.variants.get(text, text), text)
    try:
        quantity = parse_quantity(value)
    except Unreadable:
        return Answer(None, str(value), readable=False)
    assert quantity is not None
    number = quantity.number
    match form_field.type:
        case FieldType.PERCENT:
            number = fraction(quantity, "fraction")
        case FieldType.POINTS:
            number = fraction(quantity, "points")
        case FieldType.AMOUNT:
            number = number.scaleb(form_field.power)
    return Answer(number, str(value), quantity.unit, quantity.number)


def _sheet(sheet: FormSheet, index: int, answers: Answers) -> SheetFiling:
    title = f"{sheet.name}{index + 1}" if sheet.loop else sheet.name
    fields = {
        name: typed(each, answers.get(name))  # type: ignore[arg-type]
        for name, each in sheet.fields.items()
    }
    spots = {name: (row, 1) for row, name in enumerate(sheet.fields, 1)}
    tables = {
        name: _rows(table, _TABLES_FROM + _TABLE_HEIGHT * i, answers.get(name, []))
        for i, (name, table) in enumerate(sheet.tables.items())
    }
    return SheetFiling(sheet.name, title, fields, tables, index, spots)


def _rows(table: Table, top: int, answers: object) -> Records:
    """Return rows; an answer that is the very one above stands where that does."""
    rows: list[tuple[str, Mapping[str, Typed]]]
    if table.fixed:
        assert isinstance(answers, Mapping | list)
        given = dict(answers) if answers else {}
        rows = [(each.name, given.get(each.name, {})) for each in table.fixed]
    else:
        assert isinstance(answers, list)
        rows = [("", each) for each in answers]
    found = list[Row]()
    for number, (name, row) in enumerate(rows, 1):
        said = {each.name: typed(each, row.get(each.name)) for each in table.columns}
        spots = {each: (top + number - 1, place) for place, each in enumerate(said, 1)}
        above = found[-1] if found else Row({})
        spots |= {each: above.spots[each] for each in said if said[each] is above.answers.get(each)}
        found.append(Row(said, name, number, spots))
    return Records.of(found)


def _draw(name: str, sheet: dict[str, object]) -> None:
    """Put every field on a line of its own, and tables below."""
    fields: Mapping[str, object] = sheet.get("fields") or {}  # type: ignore[assignment]
    tables: Mapping[str, dict[str, object]] = sheet.get("tables") or {}  # type: ignore[assignment]
    columns = {table: list(each["columns"]) for table, each in tables.items()}  # type: ignore[call-overload]
    width = max(2, *map(len, columns.values()), 0) if columns else 2
    for table, each in tables.items():
        line = columns[table]
        each.setdefault("label", table)
        each.setdefault("record", [line + [line[-1]] * (width - len(line))])
        if "rows" not in each and "for" not in each:
            each.setdefault("spare", 5)
    sheet.setdefault("tab", name)
    sheet.setdefault("widths", [12] * width)
    blocks: list[object] = [{"draw": [["", *[each] * (width - 1)]]} for each in fields]
    sheet.setdefault("blocks", [*blocks, *({"table": table} for table in tables)])
