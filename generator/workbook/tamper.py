"""What a department altered in a return that it should not have: printed cells and formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.check.rules import FORMULA, LOCKED, STRUCTURE
from generator.layout import copies
from generator.layout.draw import Draughtsman
from generator.layout.plan import CopyPlan, Plan, TablePlan
from generator.layout.shape import Rows
from generator.layout.sheet import Area, Cell, Printed
from generator.model.finding import Finding, Place
from generator.model.form import Field, Leaf
from generator.model.period import Period
from generator.model.roster import Department
from generator.workbook.book import Sheet
from generator.workbook.locate import Located
from udfs.amounts import clean

_FEW = 4  # altered labels that are named one by one even where they are most of a sheet's
_SHOWN = 30  # characters of a text that a message quotes
_NOISE = re.compile(r"[\s$']|_xlfn\.")
_STRING = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Inspection:
    """One return, held against what was sent."""

    plan: Plan  # as the return has it
    period: Period
    department: Department | None  # as the roster has it; None when it is not known
    file: str

    def findings(self, located: Sequence[Located]) -> Iterator[Finding]:
        """Yield what was altered on the worksheets that were found."""
        filled = copies(self.plan.form, self.department) if self.department else []
        for each in located:
            whole = _tables_complete(each.plan)
            cells = [*Draughtsman(self.plan, self.period, each.plan).cells()] if whole else []
            yield from self._printed(each, cells)
            yield from self._formulas(each, cells)
            of_sheet = [rows for sheet, _, rows in filled if sheet is each.plan.sheet]
            index = each.plan.shape.index
            if index < len(of_sheet):
                yield from self._filled(each, index, of_sheet[index])

    def _printed(self, located: Located, cells: Sequence[Cell]) -> Iterator[Finding]:
        printed = [
            (cell, wanted, _text(located.worksheet, cell.area))
            for cell in cells
            if (wanted := self._wanted(cell, located.plan))
        ]
        altered = [each for each in printed if not _same(each[1], each[2])]
        if len(altered) > max(_FEW, len(printed) // 2):
            place = Place(self.file, located.worksheet.title)
            count, first = len(altered), altered[0][0].area.first.address
            message = f"有 {count} 处印好的内容与下发的表不一致，第一处在 {first}。"
            yield STRUCTURE.found(place, message)
            return
        for cell, wanted, found in altered:
            place = self._place(located, cell.area)
            now = f"改成了“{_short(found)}”" if found else "被清空"
            yield LOCKED.found(place, f"印好的“{_short(wanted)}”{now}。")

    def _wanted(self, cell: Cell, plan: CopyPlan) -> str:
        """Return what a printed cell should read, or nothing when that cannot be told."""
        if not isinstance(cell.slot, Printed):
            return str(cell.text)
        leaf = cell.slot.leaf
        context: dict[str, object] = {
            "period": self.period,
            "form": self.plan.form,
            "number": plan.shape.index + 1,
        }
        if self.department:
            context["department"] = self.department
        return str(leaf.render(context)) if leaf.names <= context.keys() else ""

    def _formulas(self, located: Located, cells: Sequence[Cell]) -> Iterator[Finding]:
        if located.worksheet.protected is None:
            return  # .xls and .ods are read without formulas; what they gave is still recomputed
        for cell in cells:
            found = located.worksheet.cell(*_first(cell.area))
            if not cell.formula or found is None or (found.value is None and not found.formula):
                continue  # a row that the department inserted has no formula
            if not found.formula:
                message = f"自动计算的单元格被改成了固定的内容“{_short(str(found.value))}”。"
                yield FORMULA.found(self._place(located, cell.area), message)
            elif canonical(found.formula) != canonical(cell.formula):
                message = f"计算公式被改成了“={_short(found.formula)}”。"
                yield FORMULA.found(self._place(located, cell.area), message)

    def _filled(self, located: Located, index: int, rows: Rows) -> Iterator[Finding]:
        """Yield locked cells that no longer hold what the bureau put in."""
        plan, worksheet = located.plan, located.worksheet
        context = self._context(index)
        if plan.sheet.loop and rows.item is not None:
            context[plan.sheet.loop.variable] = rows.item
        for name, area in plan.fields.items():
            field = plan.sheet.fields[name]
            if field.locked and field.fill:
                wanted, found = _rendered(field.fill, context), _text(worksheet, area)
                if not _same(wanted, found):
                    yield self._altered(located, area, field, wanted, found)
        for table in plan.tables.values():
            if table.table.loop and any(each.locked for each in table.table.columns):
                yield from self._filled_rows(located, table, rows, context)

    def _filled_rows(
        self, located: Located, table: TablePlan, rows: Rows, context: Mapping[str, object]
    ) -> Iterator[Finding]:
        """Yield locked cells of records; inserted rows may have moved a record, so look in all."""
        loop = table.table.loop
        assert loop is not None
        columns = [each for each in table.table.columns if each.locked and each.fill]
        records = _records(located.worksheet, table, columns)
        for number, record in enumerate(rows.tables.get(table.table.name, ())[: len(records)]):
            filled = {**context, loop.variable: record, "number": number + 1}
            wanted = [_rendered(each.fill, filled) for each in columns if each.fill]
            if any(all(map(_same, wanted, found)) for found in records):
                continue
            for field, text, found in zip(columns, wanted, records[number], strict=True):
                if not _same(text, found):
                    area = table.cell(number, field.name)
                    yield self._altered(located, area, field, text, found)

    def _altered(
        self, located: Located, area: Area, field: Field, wanted: str, found: str
    ) -> Finding:
        label = field.label.source
        now = f"改成了“{_short(found)}”" if found else "被清空"
        message = f"“{label}”由财政部门填为“{_short(wanted)}”，{now}。"
        return LOCKED.found(self._place(located, area), message)

    def _context(self, index: int) -> dict[str, object]:
        return {
            "period": self.period,
            "form": self.plan.form,
            "department": self.department,
            "number": index + 1,
        }

    def _place(self, located: Located, area: Area) -> Place:
        return Place(self.file, located.worksheet.title, area.top, area.left)


def _records(worksheet: Sheet, table: TablePlan, columns: Sequence[Field]) -> list[list[str]]:
    """Return the texts of some columns by record; a merged cell counts for all it covers."""
    records: list[list[str]] = []
    for row in range(len(table.starts)):
        texts = [_text(worksheet, table.cell(row, field.name)) for field in columns]
        above = records[-1] if records else [""] * len(columns)
        records.append(
            [
                text or (over if field.merge_down else "")
                for field, text, over in zip(columns, texts, above, strict=True)
            ]
        )
    return records


def canonical(formula: str) -> str:
    r"""Return a formula without what programs write differently: capitals, spaces, $, quotes.

    >>> canonical("if( COUNT($C$5,D5)=0, \"合 计\",1)")
    'IF(COUNT(C5,D5)=0,"合 计",1)'
    """
    end, parts = 0, []
    for match in _STRING.finditer(formula):
        parts += [_bare(formula[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, _bare(formula[end:])])


def _bare(text: str) -> str:
    return _NOISE.sub("", text).upper()


def _tables_complete(plan: CopyPlan) -> bool:
    return plan.fields.keys() == plan.sheet.fields.keys() and (
        plan.tables.keys() == plan.sheet.tables.keys()
    )


def _rendered(leaf: Leaf, context: Mapping[str, object]) -> str:
    value = leaf.render(context)
    return "" if value is None else str(value)


def _text(worksheet: Sheet, area: Area) -> str:
    cell = worksheet.cell(*_first(area))
    if cell is None or cell.value is None:
        return ""
    return cell.value if isinstance(cell.value, str) else f"{cell.value}"


def _first(area: Area) -> tuple[int, int]:
    return area.top, area.left


def _same(wanted: str, found: str) -> bool:
    """Whether two texts differ in nothing but spaces and full-width forms."""
    return "".join(clean(wanted).split()) == "".join(clean(found).split())


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
