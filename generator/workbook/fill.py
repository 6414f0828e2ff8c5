"""What goes into the slots of one department's workbook."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from generator.layout import Layout, copies
from generator.layout.audit import tally, where_to
from generator.layout.formula import NOT_ASKED, RIGHT, WRONG
from generator.layout.heights import heights_of
from generator.layout.sheet import (
    Area,
    Explained,
    Given,
    Printed,
    Reckoned,
    Sealed,
    Slot,
    Status,
    Tally,
    WhereTo,
)
from generator.model.filing import Answer, Entries, Entry, Filing, Row, SheetFiling
from generator.model.form import Field, FormSheet, Table
from generator.model.reckoning import Reckoning, kept
from generator.model.roster import Department, Record
from generator.workbook.splice import Filling, SlotValue

_SIGNS = {True: RIGHT, False: WRONG, None: NOT_ASKED}
_LONGEST_TAB = 31


class Values:
    """What goes into the slots of one department's workbook."""

    def __init__(
        self,
        layout: Layout,
        department: Department,
        entries: Entries,
        explanations: Mapping[str, str],
    ) -> None:
        self._layout = layout
        self._department = department
        self._explanations = explanations
        self._records = copies(layout.form, department)
        self.filing = Filing(
            layout.form.id,
            layout.form.version,
            department.code,
            department.name,
            layout.period.id,
            tuple(
                self._sheet_filing(number, _entry(entries, sheet, index))
                for number, (sheet, index, _) in enumerate(self._records)
            ),
        )
        self._reckoning = Reckoning(layout.form, self.filing, layout.period)
        self._truths = [
            self._reckoning.truths(self.filing.sheets[line.copy.number], line.check)
            if line.check.live
            else []
            for line in layout.lines
        ]

    def filling(self) -> Filling:
        """Return values, row heights and tabs."""
        tabs = self._tabs()
        values: dict[Slot, SlotValue] = {}
        heights: dict[tuple[int, int], float] = {}
        for number, sheet in enumerate(self._layout.sheets):
            texts: dict[Area, str] = {}
            for cell in sheet.cells:
                if cell.slot is not None:
                    value = self._value(cell.slot)
                    values[cell.slot] = value
                    if isinstance(value, str) and value:
                        texts[cell.area] = value
            if texts:
                fitted = heights_of(sheet.widths, sheet.heights, {}, texts)
                heights |= {(number, row): height for row, height in fitted.items()}
        return Filling(values, heights, tabs)

    def _context(self, number: int) -> dict[str, object]:
        """Return what the texts of a worksheet may speak of; -1 is the 填报说明."""
        layout = self._layout
        context: dict[str, object] = {
            "period": layout.period,
            "form": layout.form,
            "department": self._department,
        }
        if number >= 0:
            sheet, index, rows = self._records[number]
            context["number"] = index + 1
            if sheet.loop:
                context[sheet.loop.variable] = rows.item
        return context

    def _tabs(self) -> dict[str, str]:
        taken = {sheet.tab.casefold() for sheet in self._layout.sheets}
        tabs = {}
        for copy in self._layout.plan.copies:
            wanted = str(copy.sheet.tab.render(self._context(copy.number)))
            tabs[copy.tab] = tab_name(wanted, taken)
            taken.add(tabs[copy.tab].casefold())
        return tabs

    # -- the answers put in beforehand --

    def _sheet_filing(self, number: int, entry: Entry) -> SheetFiling:
        sheet, index, rows = self._records[number]
        context = self._context(number)
        fields = {
            name: self._answer(form_field, context, entry.fields.get(name))
            for name, form_field in sheet.fields.items()
        }
        tables = {
            name: self._rows(table, rows.tables.get(name, ()), entry.tables.get(name, ()), number)
            for name, table in sheet.tables.items()
        }
        return SheetFiling(sheet.name, "", fields, tables, index)

    def _rows(
        self,
        table: Table,
        records: tuple[Record, ...],
        entered: tuple[Mapping[str, Decimal | str], ...],
        number: int,
    ) -> tuple[Row, ...]:
        length = self._layout.plan.copies[number].tables[table.name].shape.rows
        rows = []
        for i in range(length):
            context = self._context(number) | {"number": i + 1}
            if table.loop and i < len(records):
                context[table.loop.variable] = records[i]
            typed = entered[i] if i < len(entered) else {}
            answers = {
                column.name: self._answer(
                    column, context, typed.get(column.name), filled=i < len(records)
                )
                for column in table.inputs
            }
            rows.append(Row(answers, table.fixed[i].name if table.fixed else "", i + 1))
        return tuple(rows)

    def _answer(
        self,
        form_field: Field,
        context: Mapping[str, object],
        typed: Decimal | str | None,
        *,
        filled: bool = True,
    ) -> Answer:
        """Return what a cell holds as the spreadsheet sees it: a typed text is not a number."""
        value: object = typed
        if value is None and form_field.fill is not None and filled:
            value = form_field.fill.render(context)
        if isinstance(value, int | float):
            value = Decimal(str(value))
        if isinstance(value, Decimal) and not form_field.type.numeric:
            value = f"{value:f}"
        if value is None or value == "":
            return Answer()
        if isinstance(value, Decimal):
            return Answer(kept(form_field, value), raw=f"{value:f}")
        text = str(value)
        return Answer(form_field.variants.get(text, text), raw=text)

    # -- slots --

    def _value(self, slot: Slot) -> SlotValue:
        match slot:
            case Printed(leaf, number):
                value = leaf.render(self._context(number))
                return "" if value is None else str(value).strip()
            case Given() | Reckoned():
                return self._cell(slot)
            case Explained(rule):
                return self._explanations.get(rule)
            case Sealed(key):
                return {"department": self._department.code, "name": self._department.name}[key]
            case _:
                return self._result(slot)

    def _result(self, slot: Status | Tally | WhereTo) -> str:
        match slot:
            case Status(line, row):
                return self._status(line, row)
            case Tally():
                return tally([self._status(i, -1) for i, each in enumerate(self._truths) if each])
            case WhereTo(line):
                return where_to(self._truths[line])

    def _cell(self, slot: Given | Reckoned) -> SlotValue:
        sheet = self.filing.sheets[slot.copy]
        if isinstance(slot, Given):
            answers = sheet.tables[slot.table][slot.row].answers if slot.table else sheet.fields
            if isinstance(answers[slot.name].value, str):
                return answers[slot.name].raw  # to the letter, another wording of a choice too
        if slot.table:
            return self._reckoning.cell_value(sheet, slot.table, slot.row, slot.name)
        return self._reckoning.field_value(sheet, slot.name)

    def _status(self, line: int, row: int) -> str:
        truths = self._truths[line]
        if row >= 0:
            return _SIGNS[truths[row]]
        if False in truths:
            return WRONG
        return RIGHT if True in truths else NOT_ASKED


def _entry(entries: Entries, sheet: FormSheet, index: int) -> Entry:
    found = entries.get(sheet.name, ())
    return found[index] if index < len(found) else Entry()


def tab_name(wanted: str, taken: set[str]) -> str:
    """Return a tab that Excel accepts and that no other sheet has.

    >>> tab_name("一/二", {"一_二"})
    '一_二(2)'
    """
    clean = "".join("_" if each in "[]:*?/\\\\'" else each for each in wanted).strip() or "表"
    name, number = clean[:_LONGEST_TAB], 1
    while name.casefold() in taken:
        number += 1
        suffix = f"({number})"
        name = clean[: _LONGEST_TAB - len(suffix)] + suffix
    return name
