"""What one department returned earlier, as it is put into its next workbook beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from generator.model.filing import SheetFiling
from generator.model.form import Field, Form, FormSheet, Table
from generator.model.past import Past, recalled
from generator.model.period import EARLIER, Period
from generator.model.reckoning import Reckoning, as_key, in_use
from generator.model.roster import Department, Record


@dataclass(frozen=True)
class Remembered(Mapping[str, object]):
    """A record of an earlier return: what its cells showed, by field or column."""

    reckoning: Reckoning
    sheet: SheetFiling
    table: str = ""
    row: int = -1

    def __getitem__(self, name: str) -> object:
        described = self.reckoning.form.sheet(self.sheet.sheet)
        if self.table:
            form_field: Field = described.tables[self.table].column(name)
        else:
            form_field = described.fields[name]
        value = self._value(name)
        if not form_field.type.numeric:
            return f"{value:f}" if isinstance(value, Decimal) else value
        return value.normalize() if isinstance(value, Decimal) else None

    def _value(self, name: str) -> object:
        try:
            if self.table:
                return self.reckoning.cell_value(self.sheet, self.table, self.row, name)
            return self.reckoning.field_value(self.sheet, name)
        except ValueError:  # it asks for figures of before there were any
            return None

    @property
    def _fields(self) -> Mapping[str, Field]:
        described = self.reckoning.form.sheet(self.sheet.sheet)
        if not self.table:
            return described.fields
        return {each.name: each for each in described.tables[self.table].columns}

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


_NOTHING: Mapping[str, object] = {}
FORGOTTEN: Mapping[str, object] = dict.fromkeys(EARLIER, _NOTHING)


@dataclass(frozen=True)
class Memory:
    """What one department returned earlier, to be put in beforehand: `previous`, `last_year`.

    Contexts are what the texts of the worksheet at hand may speak of.
    """

    form: Form
    department: Department
    period: Period
    earlier: Mapping[str, Reckoning] = field(default_factory=dict)

    @classmethod
    def of(
        cls, past: Past | None, form: Form, department: Department, period: Period
    ) -> Memory | None:
        """Return what a department returned earlier, if anybody knows and the form wants it."""
        if past is None or not form.recalls:
            return None
        earlier = recalled(past, form, department.code, period)
        return cls(form, department, period, earlier or {})

    def context(self, sheet: FormSheet, index: int, item: Record | None) -> dict[str, object]:
        """Return the context of the copy with that number (from 0) of a sheet."""
        own = {sheet.loop.variable: item} if sheet.loop else {}
        known = {"period": self.period, "form": self.form, "department": self.department}
        return {**known, "number": index + 1, **own}

    def fields(self, sheet: FormSheet, context: Mapping[str, object]) -> Mapping[str, object]:
        """Return what `previous` and `last_year` mean in the fields of a worksheet."""
        key = _key(sheet, context)
        found = {
            when: Remembered(then, then.sheet_like(sheet.name, key))
            for when, then in self.earlier.items()
        }
        return {**FORGOTTEN, **found}

    def row(
        self, sheet: FormSheet, table: Table, row: int, context: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Return what they mean in a row (from 0) of a table on it."""
        names = (table.fixed[row].name,) if table.fixed else _names(table, context)
        if not all(names):
            return FORGOTTEN
        key = _key(sheet, context)
        found: dict[str, object] = {}
        for when, then in self.earlier.items():
            there = then.sheet_like(sheet.name, key)
            place = then.row_like(there, table.name, names)
            if place is not None:
                found[when] = Remembered(then, there, table.name, place)
        return {**FORGOTTEN, **found}

    def rows(
        self, sheet: FormSheet, table: Table, context: Mapping[str, object]
    ) -> tuple[Record, ...]:
        """Return the records that a table of it is looped over."""
        loop = table.loop
        then = self.earlier.get(loop.of) if loop else None
        if loop is None or then is None:
            return ()
        home = sheet
        if loop.child not in sheet.tables:
            home = next(each for each in self.form.sheets if loop.child in each.tables)
        there = then.sheet_like(home.name, _key(home, context))
        described = home.tables[loop.child]
        return tuple(
            Remembered(then, there, loop.child, row)
            for row, used in enumerate(in_use(described, there.records(loop.child)))
            if used
        )


def _key(sheet: FormSheet, context: Mapping[str, object]) -> str:
    fill = sheet.fields[sheet.key].fill if sheet.key else None
    return as_key(fill.render(context)) if fill else ""


def _names(table: Table, context: Mapping[str, object]) -> tuple[str, ...]:
    fills = (table.column(each).fill for each in table.key)
    return tuple(as_key(each.render(context)) if each else "" for each in fills) or ("",)
