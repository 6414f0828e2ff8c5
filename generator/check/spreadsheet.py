"""What a spreadsheet makes of a return in which numbers were typed as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from generator.check.examined import Cell, Examined
from generator.model.expression import Value
from generator.model.filing import NO_ANSWER, Answer, Filing, SheetFiling
from generator.model.form import Field, FormSheet
from generator.model.reckoning import Reckoning


@dataclass(frozen=True)
class Spreadsheet:
    """A return as formulas see it: a text is no number, a choice with a space is none either.

    Whether a formula takes a wording for a choice depends on the form's variants, hence two values.
    """

    examined: Examined

    def values(self, cell: Cell) -> Iterator[Value]:
        """Yield what the formula of a computed cell may have given."""
        filing = self.examined.filing
        position = next(i for i, each in enumerate(filing.sheets) if each is cell.sheet)
        yield _value(self._by_numbers, self._by_numbers.filing.sheets[position], cell)
        yield _value(self._by_all, self._by_all.filing.sheets[position], cell)

    @cached_property
    def _by_numbers(self) -> Reckoning:
        return self._reading(choices=False)

    @cached_property
    def _by_all(self) -> Reckoning:
        return self._reading(choices=True)

    def _reading(self, *, choices: bool) -> Reckoning:
        examined = self.examined
        return Reckoning(examined.form, self._without_texts(choices=choices), examined.period)

    def _without_texts(self, *, choices: bool) -> Filing:
        form, filing = self.examined.form, self.examined.filing
        sheets = (
            _without_texts(form.sheet(each.sheet), each, choices=choices) for each in filing.sheets
        )
        return replace(filing, sheets=tuple(sheets))


def _value(reckoning: Reckoning, sheet: SheetFiling, cell: Cell) -> Value:
    if cell.table is None:
        return reckoning.field_value(sheet, cell.field.name)
    return reckoning.cell_value(sheet, cell.table.name, cell.row, cell.field.name)


def _without_texts(form_sheet: FormSheet, sheet: SheetFiling, *, choices: bool) -> SheetFiling:
    def seen(form_field: Field, answer: Answer) -> Answer:
        hidden = answer.normalised and (choices or form_field.type.numeric)
        return NO_ANSWER if hidden else answer

    tables = {
        name: replace(
            records,
            columns={
                column: [each and seen(form_sheet.tables[name].column(column), each) for each in of]
                for column, of in records.columns.items()
            },
        )
        for name, records in sheet.tables.items()
    }
    fields = {name: seen(form_sheet.fields[name], each) for name, each in sheet.fields.items()}
    return replace(sheet, fields=fields, tables=tables)
