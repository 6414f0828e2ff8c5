"""Departments with other names and other indicators, and what they answer."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

from generator.model.filing import Entries, Entry
from generator.model.form import Field, FieldType, Form, FormSheet
from generator.model.roster import Department
from udfs.amounts import Unreadable, parse_number

FORM = "department-targets"


def another(department: Department, number: int) -> Department:
    """Return a department like that one in which every text of the roster is another."""
    children = {
        child: tuple({key: f"{text}{number}" for key, text in record.items()} for record in records)
        for child, records in department.children.items()
    }
    details = {**department.details, "bureau_contact": f"联系人{number}"}
    return Department(f"{number:03}", f"示例单位{number}", details, children)


def other_answers(form: Form, entries: Entries, number: int) -> Entries:
    """Return answers whose amounts are a multiple of the given ones, and whose words differ."""
    return {
        name: tuple(_answers_on(form.sheet(name), each, number) for each in copies)
        for name, copies in entries.items()
    }


def _answers_on(sheet: FormSheet, entry: Entry, number: int) -> Entry:
    tables = {
        name: tuple(
            {
                column: _changed(sheet.tables[name].column(column), value, number)
                for column, value in row.items()
            }
            for row in rows
        )
        for name, rows in entry.tables.items()
    }
    fields = {
        name: _changed(sheet.fields[name], each, number) for name, each in entry.fields.items()
    }
    return Entry(fields, tables)


def _changed(field: Field, value: Decimal | str, number: int) -> Decimal | str:
    """Return an amount times a number, so that sums stay right, and a text with a number."""
    if field.type is FieldType.AMOUNT:
        with suppress(Unreadable):
            amount = parse_number(value)
            return value if amount is None else amount * (1 + number % 97)
    if field.type is FieldType.TEXT and value:
        return f"{value}{number}"
    return value
