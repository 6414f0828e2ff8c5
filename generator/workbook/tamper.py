"""What a department altered in a return that it should not have: printed cells and formulas."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from generator.check.rules import DEPARTMENT, FORMULA, LOCKED, STRUCTURE
from generator.layout import copies
from generator.layout.draw import Draughtsman
from generator.layout.plan import CopyPlan, Plan, TablePlan
from generator.layout.seal import Seal
from generator.layout.shape import Rows
from generator.layout.sheet import Area, Cell, Printed
from generator.model.finding import Finding, Kind, Place
from generator.model.form import Field, Leaf
from generator.model.period import Period
from generator.model.roster import Department
from generator.workbook.book import Sheet
from generator.workbook.locate import Located
from generator.workbook.verify import Sealed, compared
from udfs.amounts import clean

_FEW = 4  # altered labels that are named one by one even where they are most of a sheet's
_SHOWN = 30  # characters of a text that a message quotes
_OWN_SHEET = "请在下发给本单位的表上填报，不要借用其他单位的工作表。"
_ROSTER = "名册在下发之后有改动，不是填报单位改的；请核对以哪个为准。"
_SAID = {
    Sealed.ALTERED: (LOCKED, "预填的内容（如单位名称、编码）与下发时不一致。"),
    Sealed.COPIED: (STRUCTURE, "这张工作表是本文件里另一张的复制件，不是下发的那一张。"),
}
_NOISE = re.compile(r"[\s$']|_xlfn\.")
_STRING = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Inspection:
    """One return, held against what was sent."""

    plan: Plan  # as the return has it
    period: Period
    department: Department | None  # as the roster has it; None when it is not known
    file: str
    seal: Seal | None = None  # None too when it is not to be believed
    others: Sequence[Department] = ()  # whose worksheets may have got in

    def findings(self, located: Sequence[Located]) -> Iterator[Finding]:
        """Yield what was altered on the worksheets that were found."""
        drawn = [self._cells(each) for each in located]
        sealed = compared(self.seal, located, drawn) if self.seal else [Sealed.UNKNOWN] * len(drawn)
        for each, cells, state in zip(located, drawn, sealed, strict=True):
            found = [*self._printed(each, cells, state), *self.misfilled(each, state)]
            yield from self._borrowed(each, found) or found
            yield from self._formulas(each, cells)
            yield from self._unlocked(each, cells)
            if not found and state in _SAID:
                rule, message = _SAID[state]
                yield rule.found(Place(self.file, each.worksheet.title), message)

    def _cells(self, located: Located) -> Sequence[Cell]:
        if not _tables_complete(located.plan):
            return ()
        return _drawn(self.plan, self.period, located.plan)

    def _unlocked(self, located: Located, cells: Sequence[Cell]) -> Iterator[Finding]:
        """Yield, once for a worksheet, that cells have lost their locks."""
        locked = [each.area for each in cells if each.style.locked]
        opened = [each for each in locked if located.worksheet.locked(*_first(each)) is False]
        if opened:
            named = "、".join(each.first.address for each in opened[:_FEW])
            more = f"等 {len(opened)} 个单元格" if len(opened) > _FEW else ""
            message = f"{named}{more}的锁定被解除了；里面的内容已另外核对。"
            remedy = "内容没有改动的不影响汇总；请不要解除锁定，以免误改。"
            place = self._place(located, opened[0])
            yield LOCKED.found(place, message, remedy, Kind.NOTE)

    def _borrowed(self, located: Located, found: Sequence[Finding]) -> list[Finding]:
        """Return, instead of what was altered, whose worksheet it is if it is somebody else's."""
        altered = [each for each in found if each.rule == LOCKED.id and each.place.row]
        if not altered or self.department is None:
            return []
        for other in self.others:
            if other.code != self.department.code and not self._differs(located, other):
                message = (
                    f"这张工作表是下发给“{other.code} {other.name}”的，不是本单位的，"
                    "多半是从那个单位的文件里复制来的。"
                )
                place = Place(self.file, located.worksheet.title)
                return [DEPARTMENT.found(place, message, _OWN_SHEET)]
        return []

    def _differs(self, located: Located, other: Department) -> bool:
        """Whether a worksheet is not as another department's would be."""
        theirs = replace(self, department=other)
        sent = copies(self.plan.form, other)
        if not any(sheet.name == located.plan.sheet.name for sheet, _, _ in sent):
            return True
        if not any(field.locked and field.fill for field in located.plan.sheet.fields.values()):
            return True  # nothing tells whose it is
        return any(True for _ in theirs.misfilled(located, Sealed.UNKNOWN))

    def _printed(self, located: Located, cells: Sequence[Cell], state: Sealed) -> Iterator[Finding]:
        printed = [
            (cell, wanted, _text(located.worksheet, cell.area))
            for cell in cells
            if (wanted := self._wanted(cell, located.plan, state))
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

    def _wanted(self, cell: Cell, plan: CopyPlan, state: Sealed) -> str:
        """Return what a printed cell should read, or nothing when that cannot be told."""
        if not isinstance(cell.slot, Printed):
            return str(cell.text)
        if state is Sealed.AS_SENT:
            return ""  # it reads as it was sent; the roster may have changed since
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
            elif found.formula != cell.formula and canonical(found.formula) != canonical(
                cell.formula
            ):
                message = f"计算公式被改成了“={_short(found.formula)}”。"
                yield FORMULA.found(self._place(located, cell.area), message)

    def misfilled(self, located: Located, state: Sealed) -> Iterator[Finding]:
        """Yield locked cells that no longer hold what the bureau put in."""
        plan, worksheet, index = located.plan, located.worksheet, located.plan.shape.index
        sent = copies(self.plan.form, self.department) if self.department else []
        of_sheet = [rows for sheet, _, rows in sent if sheet.name == plan.sheet.name]
        if index >= len(of_sheet):
            return
        rows, context = of_sheet[index], self._context(index)
        if plan.sheet.loop and rows.item is not None:
            context[plan.sheet.loop.variable] = rows.item
        for name, area in plan.fields.items():
            field = plan.sheet.fields[name]
            if field.locked and field.fill:
                wanted, found = _rendered(field.fill, context), _text(worksheet, area)
                if not _same(wanted, found):
                    yield self._altered(located, area, (field, wanted, found), state)
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
        known = {tuple(map(_squeezed, each)) for each in records}
        for number, record in enumerate(rows.tables.get(table.table.name, ())[: len(records)]):
            filled = {**context, loop.variable: record, "number": number + 1}
            wanted = [_rendered(each.fill, filled) for each in columns if each.fill]
            if tuple(map(_squeezed, wanted)) in known:
                continue
            for field, text, found in zip(columns, wanted, records[number], strict=True):
                if not _same(text, found):
                    area = table.cell(number, field.name)
                    told = (field, text, found)
                    yield self._altered(located, area, told, Sealed.UNKNOWN)

    def _altered(
        self, located: Located, area: Area, told: tuple[Field, str, str], state: Sealed
    ) -> Finding:
        """Return the finding for a field that reads otherwise than the roster says."""
        field, wanted, found = told
        label = field.label.source
        if state is Sealed.AS_SENT:
            message = f"“{label}”下发时是“{_short(found)}”，名册现在是“{_short(wanted)}”。"
            return DEPARTMENT.found(self._place(located, area), message, _ROSTER, Kind.NOTE)
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


_DRAWN: OrderedDict[object, Sequence[Cell]] = OrderedDict()
_MOST_DRAWN = 64


def _drawn(plan: Plan, period: Period, copy: CopyPlan) -> Sequence[Cell]:
    """Return the cells of a worksheet; returns that agree in all their places share them.

    Its formulas speak of itself and of worksheets that there is one of.
    """
    others = [each.places for each in plan.copies if not each.sheet.loop]
    key = (plan.form, period, copy.places, *others)
    if key not in _DRAWN:
        _DRAWN[key] = tuple(Draughtsman(plan, period, copy).cells())
        if len(_DRAWN) > _MOST_DRAWN:
            _DRAWN.popitem(last=False)
    return _DRAWN[key]


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


@lru_cache(maxsize=4096)
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
    return wanted == found or _squeezed(wanted) == _squeezed(found)


@lru_cache(maxsize=4096)  # the printed texts of a form come up in each of its returns
def _squeezed(text: str) -> str:
    return "".join(clean(text).split())


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
