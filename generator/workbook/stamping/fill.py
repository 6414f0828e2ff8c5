"""What goes into the slots of one department's workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from generator.layout import Layout, copies
from generator.layout.audit import tally, where_to
from generator.layout.formula import NOT_ASKED, RIGHT, WRONG
from generator.layout.plan import CopyPlan
from generator.layout.sheet import (
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
from generator.model.filing import (
    NO_ANSWER,
    Answer,
    Entries,
    Entry,
    Filing,
    Records,
    Row,
    SheetFiling,
)
from generator.model.form import Field, FormSheet, Leaf, Table
from generator.model.memory import FORGOTTEN, Memory
from generator.model.reckoning import Reckoning, kept
from generator.model.roster import Department
from generator.workbook.spelling import tab_name
from generator.workbook.stamping.splice import Filling, SlotValue

_SIGNS = {True: RIGHT, False: WRONG, None: NOT_ASKED}


@dataclass(frozen=True)
class Prefill:
    """What the bureau puts in beforehand: fields of a worksheet, or columns of records."""

    copy: int
    table: str
    count: int  # how many records there are; 1 for fields
    fills: tuple[tuple[Field, Leaf, bool], ...]  # with its text, and whether it is a number
    variable: str = ""  # what the texts call the record

    @classmethod
    def of_fields(cls, copy: CopyPlan) -> Prefill:
        """Return what is put into the fields of a worksheet."""
        return cls(copy.number, "", 1, _fills(copy.sheet.fields.values()))

    @classmethod
    def of_table(cls, copy: CopyPlan, name: str) -> Prefill:
        """Return what is put into the records of a table."""
        table, shape = copy.sheet.tables[name], copy.shape.table(name)
        if table.loop is None and not table.fixed:
            return cls(copy.number, name, 0, ())
        variable = table.loop.variable if table.loop else ""
        return cls(copy.number, name, shape.filled, _fills(table.inputs), variable)

    @cached_property
    def recalls(self) -> bool:
        """Whether some of it was returned earlier."""
        return any(form_field.recalls for form_field, _, _ in self.fills)

    def slots(self) -> list[Given]:
        """Return the cell of every value, record by record; where cells are merged, of each."""
        fields = [form_field for form_field, _, _ in self.fills]
        if not self.table:
            return [Given(self.copy, each.name) for each in fields]
        rows = range(self.count)
        return [Given(self.copy, each.name, self.table, row) for row in rows for each in fields]


def _fills(fields: Iterable[Field]) -> tuple[tuple[Field, Leaf, bool], ...]:
    return tuple((each, each.fill, each.type.numeric) for each in fields if each.fill is not None)


class Values:
    """What goes into the slots of one department's workbook, each found when it is asked for."""

    def __init__(
        self,
        layout: Layout,
        department: Department,
        entries: Entries | None = None,
        explanations: Mapping[str, str] | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.truths: dict[int, list[bool | None]] = {}  # by line of the 校验 sheet, as far as known
        self._layout = layout
        self._department = department
        self._entries = entries or {}
        self._explanations = explanations or {}
        self._memory = memory
        self._records = copies(layout.form, department, memory)
        self._contexts: dict[int, dict[str, object]] = {}
        self._prefilled: dict[tuple[int, str], list[SlotValue]] = {}
        self._answers: dict[tuple[int, str], list[dict[str, SlotValue]]] = {}

    def filling(self) -> Filling:
        """Return the values of all slots, and the tabs."""
        cells = (cell for sheet in self._layout.sheets for cell in sheet.cells)
        slots = (cell.slot for cell in cells if cell.slot is not None)
        return Filling({slot: self.value(slot) for slot in slots}, self.tabs())

    def value(self, slot: Slot) -> SlotValue:
        """Return what a slot gets."""
        match slot:
            case Printed(leaf, number):
                value = leaf.render(self._context(number))
                return "" if value is None else str(value).strip()
            case Given(copy, name, table, row):
                return self._rows(copy, table)[max(row, 0)].get(name)
            case Reckoned():
                return self._reckoned(slot)
            case Explained(rule):
                return self._explanations.get(rule)
            case Sealed(key):
                known = {"department": self._department.code, "name": self._department.name}
                return known.get(key)  # the rest is put in when the others are known
            case _:
                return self._result(slot)

    def tabs(self) -> dict[str, str]:
        """Return the real tab of every worksheet of the form, by what stands for it."""
        taken = {sheet.tab.casefold() for sheet in self._layout.sheets}
        tabs = {}
        for copy in self._layout.plan.copies:
            wanted = str(copy.sheet.tab.render(self._context(copy.number)))
            tabs[copy.tab] = tab_name(wanted, taken)
            taken.add(tabs[copy.tab].casefold())
        return tabs

    def prefilled(self, prefill: Prefill) -> Sequence[SlotValue]:
        """Return what the bureau puts in, in the order of the prefill's slots."""
        key = (prefill.copy, prefill.table)
        if key not in self._prefilled:
            context = dict(self._context(prefill.copy))
            found: list[SlotValue] = []
            for number in range(prefill.count):
                if prefill.table:
                    context.update(self._of_row(prefill, number, context))
                found += [
                    _cleaned(leaf.render(context), numeric=numeric)
                    for _, leaf, numeric in prefill.fills
                ]
            self._prefilled[key] = found
        return self._prefilled[key]

    def _of_row(
        self, prefill: Prefill, number: int, context: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Return what texts may speak of in a record, besides what they may on its worksheet."""
        sheet, _, rows = self._records[prefill.copy]
        own: dict[str, object] = {"number": number + 1}
        if prefill.variable:
            own[prefill.variable] = rows.tables[prefill.table][number]
        if not prefill.recalls:
            return own
        if self._memory is None:
            return {**own, **FORGOTTEN}
        table = sheet.tables[prefill.table]
        return {**own, **self._memory.row(sheet, table, number, {**context, **own})}

    def _context(self, number: int) -> dict[str, object]:
        """Return what the texts of a worksheet may speak of; -1 is the 填报说明."""
        if number in self._contexts:
            return self._contexts[number]
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
            context.update(self._memory.fields(sheet, context) if self._memory else FORGOTTEN)
        self._contexts[number] = context
        return context

    # -- answers: typed, or put in beforehand --

    def _rows(self, number: int, table: str) -> Sequence[Mapping[str, SlotValue]]:
        """Return what stands in a table's records; without a table, in the fields as one record."""
        key = (number, table)
        if key not in self._answers:
            copy = self._layout.plan.copies[number]
            entry = _entry(self._entries, copy.sheet, copy.shape.index)
            if table:
                rows = self._with_prefilled(Prefill.of_table(copy, table), copy)
                _type_in(copy.sheet.tables[table].inputs, entry.tables.get(table, ()), rows)
            else:
                rows = self._with_prefilled(Prefill.of_fields(copy), copy)
                _type_in(copy.sheet.fields.values(), [entry.fields], rows)
            self._answers[key] = rows
        return self._answers[key]

    def _with_prefilled(self, prefill: Prefill, copy: CopyPlan) -> list[dict[str, SlotValue]]:
        length = copy.shape.table(prefill.table).rows if prefill.table else 1
        rows: list[dict[str, SlotValue]] = [{} for _ in range(length)]
        for slot, value in zip(prefill.slots(), self.prefilled(prefill), strict=True):
            rows[max(slot.row, 0)][slot.name] = value
        return rows

    @property
    def filing(self) -> Filing:
        """What the department will have answered."""
        return self._reckoning.filing

    @cached_property
    def _reckoning(self) -> Reckoning:
        layout, department = self._layout, self._department
        filing = Filing(
            layout.form.id,
            layout.form.version,
            department.code,
            department.name,
            layout.period.id,
            tuple(self._sheet_filing(copy) for copy in layout.plan.copies),
        )
        return Reckoning(layout.form, filing, layout.period)

    def _sheet_filing(self, copy: CopyPlan) -> SheetFiling:
        [fields] = self._rows(copy.number, "")
        return SheetFiling(
            copy.sheet.name,
            "",
            _answers(copy.sheet.fields.values(), fields),
            {
                name: self._filed_rows(table, self._rows(copy.number, name))
                for name, table in copy.sheet.tables.items()
            },
            copy.shape.index,
        )

    def _filed_rows(self, table: Table, rows: Sequence[Mapping[str, SlotValue]]) -> Records:
        inputs = table.inputs
        empty = dict.fromkeys((each.name for each in inputs), NO_ANSWER)
        names = [each.name for each in table.fixed] or [""] * len(rows)
        return Records.of(
            Row(_answers(inputs, row) if row else empty, name, number)
            for number, (row, name) in enumerate(zip(rows, names, strict=True), 1)
        )

    # -- results --

    def _reckoned(self, slot: Reckoned) -> SlotValue:
        sheet = self._reckoning.filing.sheets[slot.copy]
        if slot.table:
            return self._reckoning.cell_value(sheet, slot.table, slot.row, slot.name)
        return self._reckoning.field_value(sheet, slot.name)

    def _result(self, slot: Status | Tally | WhereTo) -> str:
        match slot:
            case Status(line, row):
                return self._status(line, row)
            case Tally():
                live = [each.number for each in self._layout.lines if each.check.live]
                return tally([self._status(line, -1) for line in live])
            case WhereTo(line):
                return where_to(self.truths_of(line))

    def truths_of(self, number: int) -> list[bool | None]:
        """Return how the rule of a line of the 校验 sheet stands: one truth, or one per record."""
        if number not in self.truths:
            line = self._layout.lines[number]
            sheet = self._reckoning.filing.sheets[line.copy.number]
            self.truths[number] = self._reckoning.truths(sheet, line.check)
        return self.truths[number]

    def _status(self, line: int, row: int) -> str:
        truths = self.truths_of(line)
        if row >= 0:
            return _SIGNS[truths[row]]
        if False in truths:
            return WRONG
        return RIGHT if True in truths else NOT_ASKED


def _entry(entries: Entries, sheet: FormSheet, index: int) -> Entry:
    found = entries.get(sheet.name, ())
    return found[index] if index < len(found) else Entry()


def _type_in(
    fields: Iterable[Field],
    typed: Sequence[Mapping[str, Decimal | str]],
    rows: Sequence[dict[str, SlotValue]],
) -> None:
    """Put what a person would type over what was put in beforehand."""
    numeric = {each.name: each.type.numeric for each in fields}
    for answers, row in zip(typed, rows, strict=False):
        for name in answers.keys() & numeric.keys():
            row[name] = _cleaned(answers[name], numeric=numeric[name])


def _cleaned(value: object, *, numeric: bool) -> Decimal | str | None:
    """Return a value as a cell holds it: a number only where one is asked for, nothing for ""."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, int | float):
        value = Decimal(str(value))
    if isinstance(value, Decimal):
        return value if numeric else f"{value:f}"
    return None if value is None else str(value)


def _answers(fields: Iterable[Field], values: Mapping[str, SlotValue]) -> dict[str, Answer]:
    """Return answers as the spreadsheet sees them: a typed text is not a number."""
    return {each.name: _answer(each, values.get(each.name)) for each in fields}


def _answer(form_field: Field, value: SlotValue) -> Answer:
    if value is None:
        return NO_ANSWER
    if isinstance(value, Decimal):
        return Answer(kept(form_field, value), raw=f"{value:f}")
    text = str(value)
    return Answer(form_field.variants.get(text, text), raw=text)  # as our formulas take it
