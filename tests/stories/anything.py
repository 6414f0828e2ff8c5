"""Answers as nobody should give them: blanks, zeros, texts for numbers, few and repeated words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from random import Random

from generator.layout.shape import copies
from generator.model.filing import Entries, Entry
from generator.model.form import Field, Form, FormSheet, Table
from generator.model.roster import Department

_WORDS = ("甲", "乙", "丙", "—", "　", "12", "说“好”\n1. 是", "≥95%")
_ODD = ("约三成", "60%", "　12", "—", "")


def anything(form: Form, department: Department, random: Random) -> Entries:
    """Return answers for every worksheet of a department."""
    found: dict[str, list[Entry]] = {}
    for sheet, _, _ in copies(form, department):
        found.setdefault(sheet.name, []).append(_entry(sheet, department, random))
    return {name: tuple(entries) for name, entries in found.items()}


def _entry(sheet: FormSheet, department: Department, random: Random) -> Entry:
    tables = {name: _rows(each, department, random) for name, each in sheet.tables.items()}
    return Entry(_answers(sheet.fields.values(), random), tables)


def _rows(
    table: Table, department: Department, random: Random
) -> tuple[Mapping[str, Decimal | str], ...]:
    if table.fixed:
        return tuple(
            _answers((each for each in table.columns if each.name not in row.computed), random)
            for row in table.fixed
        )
    filled = len(department.children.get(table.loop.child, ())) if table.loop else 0
    rows = range(filled + min(table.spare, random.randrange(8)))
    return tuple(_answers(table.columns, random) for _ in rows)


def _answers(fields: Iterable[Field], random: Random) -> dict[str, Decimal | str]:
    asked = [each for each in fields if each.is_input and not each.locked]
    given = {each.name: _answer(each, random) for each in asked if random.random() < 0.8}
    return {name: value for name, value in given.items() if value != ""}


def _answer(field: Field, random: Random) -> Decimal | str:
    if field.choices:
        return random.choice((*field.choices, *field.variants, "别的"))
    if not field.type.numeric:
        return random.choice(_WORDS)
    if random.random() < 0.15:
        return random.choice(_ODD)
    return random.choice((Decimal(0), Decimal(random.randrange(-9, 30)), _cents(random)))


def _cents(random: Random) -> Decimal:
    return Decimal(random.randrange(10_000)).scaleb(-2)
