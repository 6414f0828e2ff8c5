"""A filing → the rows that the ledger keeps of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from generator.ledger.answers import canonical, pack, storable
from generator.ledger.bulk import encoded
from generator.ledger.recording.indicators import indicators
from generator.ledger.recording.outcomes import outcomes
from generator.model.filing import AnswerValue, Filing, SheetFiling
from generator.model.form import Field, FieldType, Form, FormSheet, Table
from generator.model.period import Period
from generator.model.reckoning import Reckoning, kept

Line = dict[str, object]  # column → value


@dataclass(frozen=True)
class Rows:
    """The rows of one filing, without its number in the ledger."""

    records: tuple[Line, ...]
    outcomes: tuple[Line, ...]
    indicators: tuple[Line, ...]
    explanations: tuple[tuple[str, str, str], ...]

    @property
    def content(self) -> str:
        """A digest of it all: equal for what is read equally from equal returns."""
        everything = (self.records, self.outcomes, self.indicators, self.explanations)
        text = json.dumps(everything, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def rows_of(form: Form, filing: Filing, period: Period) -> Rows:
    """Return the rows of a filing."""
    reckoning = Reckoning(form, filing, period)
    explained = (
        (storable(tab), storable(rule), storable(text))
        for (tab, rule), text in sorted(filing.explanations.items())
    )
    return Rows(
        tuple(_records(form, filing, reckoning)),
        tuple(outcomes(form, filing, reckoning)),
        tuple(indicators(form, filing, reckoning)),
        tuple(explained),
    )


def _records(form: Form, filing: Filing, reckoning: Reckoning) -> Iterator[Line]:
    for sheet in filing.sheets:
        described = form.sheet(sheet.sheet)
        head: Line = {
            "sheet": sheet.sheet,
            "copy": sheet.index,
            "key": key_of(described, sheet),
            "tab": storable(sheet.title),
        }
        yield head | _fields(described, sheet, reckoning)
        for table in described.tables.values():
            for line in _table(table, sheet, reckoning):
                yield head | line


def _fields(described: FormSheet, sheet: SheetFiling, reckoning: Reckoning) -> Line:
    computed: dict[str, AnswerValue] = {
        name: kept(each, reckoning.field_value(sheet, name))
        for name, each in described.fields.items()
        if each.computed is not None
    }
    answers, cells, details = pack(sheet.fields, sheet.spots, computed)
    place = {"table": "", "row": 0, "name": ""}
    return place | _encoded(answers, cells, details)


def _table(table: Table, sheet: SheetFiling, reckoning: Reckoning) -> Iterator[Line]:
    always = [each for each in table.columns if each.computed is not None]
    for number, row in enumerate(sheet.tables.get(table.name, ())):
        computed: dict[str, AnswerValue] = {
            column.name: kept(column, reckoning.cell_value(sheet, table.name, number, column.name))
            for column in (_computed(table, number) if table.fixed else always)
        }
        answers, cells, details = pack(row.answers, row.spots, computed)
        place = {"table": table.name, "row": row.number, "name": row.name}
        yield place | _encoded(answers, cells, details)


def _computed(table: Table, number: int) -> Iterator[Field]:
    """Yield the columns that are computed in a printed row."""
    here = table.fixed[number].computed if number < len(table.fixed) else {}
    for column in table.columns:
        if column.type is not FieldType.LABEL and (column.computed or column.name in here):
            yield column


def _encoded(answers: object, cells: object, details: object) -> Line:
    return {
        "answers": encoded(answers),
        "cells": encoded(cells),
        "details": encoded(details),
    }


def key_of(described: FormSheet, sheet: SheetFiling) -> str:
    """Return what tells a repeated sheet from its likes: a project's code."""
    answer = sheet.fields.get(described.key)
    if answer is None:
        return ""
    return canonical(answer.value) or storable(answer.raw)
