"""Lists of the indicator library in a form: what its columns may be picked from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from generator.model.form import Field, Form, FormSheet, Table

_MOST = 1_000  # of a drop-down; nobody looks through more
_LONGEST = 255  # characters of one; Excel shows no more


def suggesting(form: Form, suggestions: Mapping[str, Sequence[str]]) -> Form:
    """Return the form with the lists put where it says `suggest`; what is not listed has none."""
    if not suggestions:
        return form

    def of_field(each: Field) -> Field:
        listed = dict.fromkeys(filter(_fits, suggestions.get(each.suggest, ())))
        return replace(each, suggestions=tuple(listed)[:_MOST]) if listed else each

    def of_table(each: Table) -> Table:
        return replace(each, columns=tuple(map(of_field, each.columns)))

    def of_sheet(each: FormSheet) -> FormSheet:
        fields = {name: of_field(one) for name, one in each.fields.items()}
        tables = {name: of_table(one) for name, one in each.tables.items()}
        return replace(each, fields=fields, tables=tables)

    return replace(form, sheets=tuple(map(of_sheet, form.sheets)))


def suggests(form: Form) -> bool:
    """Whether a form has a column that may be picked from the indicator library."""
    tables = (table for sheet in form.sheets for table in sheet.tables.values())
    fields = (each for sheet in form.sheets for each in sheet.fields.values())
    return any(each.suggest for each in chain(fields, *(table.columns for table in tables)))


def _fits(text: str) -> bool:
    return 0 < len(text.strip()) <= _LONGEST and text.isprintable()
