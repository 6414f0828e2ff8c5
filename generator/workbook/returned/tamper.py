"""What a department altered in a return that it should not have: printed cells and formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from generator.check.rules import DEPARTMENT, FORMULA, LOCKED, STRUCTURE
from generator.layout import copies
from generator.layout.plan import CopyPlan, Plan, TablePlan
from generator.layout.seal import Seal
from generator.layout.shape import Rows
from generator.layout.sheet import Area, Cell, Printed
from generator.model.finding import Finding, Kind, Place
from generator.model.form import Field, Leaf
from generator.model.period import Period
from generator.model.roster import Department
from generator.workbook.book import Cell as BookCell
from generator.workbook.book import Sheet
from generator.workbook.returned.drawn import NOTHING, Drawn, Places, drawn
from generator.workbook.returned.locate import Located
from generator.workbook.returned.verify import Sealed, compared
from udfs.amounts import clean

_FEW = 4  # altered labels that are named one by one even where they are most of a sheet's
_LIKELY = 20  # departments whose worksheet an altered one is compared with
_SHOWN = 30  # characters of a text that a message quotes
_OWN_SHEET = "请在下发给本单位的表上填报，不要借用其他单位的工作表。"
_ROSTER = "名册在下发之后有改动，不是填报单位改的；请核对以哪个为准。"
_HIDDEN = "这张工作表被隐藏了，已照常读取和审核。"
_UNHIDE = "请取消隐藏，核对里面的内容；不要隐藏下发表里的工作表。"
_SAID = {
    Sealed.ALTERED: (LOCKED, "预填的内容（如单位名称、编码）与下发时不一致。"),
    Sealed.COPIED: (STRUCTURE, "这张工作表是本文件里另一张的复制件，不是下发的那一张。"),
}
_NOISE = re.compile(r"[\s$']|_xlfn\.")
_STRING = re.compile(r'"[^"]*"')
_WHOSE = re.compile(r"\bdepartment\s*\.\s*(?:code|name)\b")


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
        sheets = [self._drawn(each) for each in located]
        unknown = [Sealed.UNKNOWN] * len(sheets)
        sealed = compared(self.seal, located, sheets) if self.seal else unknown
        for each, as_drawn, state in zip(located, sheets, sealed, strict=True):
            if each.worksheet.state != "visible":
                place = Place(self.file, each.worksheet.title)
                yield STRUCTURE.found(place, _HIDDEN, _UNHIDE, Kind.NOTE)
            found = [*self._printed(each, as_drawn, state), *self.misfilled(each, state)]
            yield from self._borrowed(each, found) or found
            yield from self._formulas(each, as_drawn)
            yield from self._unlocked(each, as_drawn)
            if not found and state in _SAID:
                rule, message = _SAID[state]
                yield rule.found(Place(self.file, each.worksheet.title), message)

    def _drawn(self, located: Located) -> Drawn:
        if not _tables_complete(located.plan):
            return NOTHING
        return drawn(self.plan, self.period, located.plan)

    def _unlocked(self, located: Located, as_drawn: Drawn) -> Iterator[Finding]:
        """Yield, once for a worksheet, that cells have lost their locks."""
        worksheet, (cells, places, _) = located.worksheet, as_drawn.locked
        found = map(worksheet.cells.get, places)
        open_or_gone = [at for at, each in enumerate(found) if each is None or not each.locked]
        opened = [cells[at].area for at in open_or_gone if worksheet.locked(*places[at]) is False]
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
        for other in self._likely(located):
            if other.code != self.department.code and not self._differs(located, other):
                message = (
                    f"这张工作表是下发给“{other.code} {other.name}”的，不是本单位的，"
                    "多半是从那个单位的文件里复制来的。"
                )
                place = Place(self.file, located.worksheet.title)
                return [DEPARTMENT.found(place, message, _OWN_SHEET)]
        return []

    def _likely(self, located: Located) -> Sequence[Department]:
        """Return the departments whose code or name a worksheet bears; of many the best few.

        All there are, where the form prints neither: comparing them one by one takes long.
        """
        fields = located.plan.sheet.fields
        bearing = [name for name in located.plan.fields if _bears(fields[name])]
        if not bearing:
            return self.others
        texts = {_text(located.worksheet, located.plan.fields[name]) for name in bearing}
        exact = [each for each in self.others if each.code in texts or each.name in texts]
        said = "\n".join(texts)
        inside = [(_told(each, said), each) for each in self.others]
        best = sorted((one for one in inside if one[0]), key=lambda one: -one[0])
        return [*exact, *(each for _, each in best)][:_LIKELY]

    def _differs(self, located: Located, other: Department) -> bool:
        """Whether a worksheet is not as another department's would be."""
        theirs = replace(self, department=other)
        sent = copies(self.plan.form, other)
        if not any(sheet.name == located.plan.sheet.name for sheet, _, _ in sent):
            return True
        if not any(field.locked and field.fill for field in located.plan.sheet.fields.values()):
            return True  # nothing tells whose it is
        return any(True for _ in theirs.misfilled(located, Sealed.UNKNOWN))

    def _printed(self, located: Located, as_drawn: Drawn, state: Sealed) -> Iterator[Finding]:
        cells, constant, leaves = located.worksheet.cells, as_drawn.constant, as_drawn.leaves
        wanted = [self._wanted(each, located.plan, state) for each in leaves.cells]
        doubtful = [
            *_differing(cells, constant, constant.texts),
            *(each for each in _differing(cells, leaves, wanted) if each[1]),
        ]
        altered = sorted(
            (each for each in doubtful if not _same(each[1], each[2])),
            key=lambda each: each[0].area.first,
        )
        if len(altered) > max(_FEW, (len(constant.cells) + sum(map(bool, wanted))) // 2):
            place = Place(self.file, located.worksheet.title)
            count, first = len(altered), altered[0][0].area.first.address
            message = f"有 {count} 处印好的内容与下发的表不一致，第一处在 {first}。"
            yield STRUCTURE.found(place, message)
            return
        for cell, printed, found in altered:
            place = self._place(located, cell.area)
            now = f"改成了“{_short(found)}”" if found else "被清空"
            yield LOCKED.found(place, f"印好的“{_short(printed)}”{now}。")

    def _wanted(self, cell: Cell, plan: CopyPlan, state: Sealed) -> str:
        """Return what a printed leaf should read, or nothing when that cannot be told."""
        if not isinstance(cell.slot, Printed) or state is Sealed.AS_SENT:
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

    def _formulas(self, located: Located, as_drawn: Drawn) -> Iterator[Finding]:
        if located.worksheet.protected is None:
            return  # .xls and .ods are read without formulas; what they gave is still recomputed
        cells = located.worksheet.cells
        for cell, found in zip(
            as_drawn.formulas.cells, map(cells.get, as_drawn.formulas.where), strict=True
        ):
            if found is None or (found.value is None and not found.formula):
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
            if field.locked and field.fill and not field.recalls:
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
        columns = [each for each in table.table.columns if each.locked and _of_roster(each)]
        leaves = [each.fill for each in columns if each.fill]
        texts = [_column_texts(located.worksheet, table, each) for each in columns]
        records = list(zip(*texts, strict=True))
        sent = rows.tables.get(table.table.name, ())[: len(records)]
        fills = [each.render_each(context, loop.variable, sent) for each in leaves]
        known: set[tuple[str, ...]] = set()
        for number, values in enumerate(zip(*fills, strict=True)):
            wanted = tuple([each if isinstance(each, str) else _printed(each) for each in values])
            if wanted == records[number]:
                continue
            known = known or {tuple(map(_squeezed, each)) for each in records}
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


def _differing(
    cells: Mapping[tuple[int, int], BookCell], places: Places, wanted: Iterable[str]
) -> list[tuple[Cell, str, str]]:
    """Return the cells that do not read as wanted, to the letter, and what each says instead."""
    found = map(cells.get, places.where)
    return [
        (cell, text, _said(each))
        for cell, text, each in zip(places.cells, wanted, found, strict=True)
        if each is None or each.value != text
    ]


def _column_texts(worksheet: Sheet, table: TablePlan, column: Field) -> list[str]:
    """Return what a column says in each record; a merged cell counts for all it covers."""
    area, cell_at = table.columns[column.name], worksheet.cells.get
    top, left = area.top, area.left
    texts = [_said(cell_at((start + top, left))) for start in table.starts]
    if column.merge_down:
        for row in range(1, len(texts)):
            texts[row] = texts[row] or texts[row - 1]
    return texts


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


def _bears(field: Field) -> bool:
    """Whether a field has the department's code or name put in and locked."""
    return field.locked and field.fill is not None and bool(_WHOSE.search(field.fill.source))


def _told(department: Department, text: str) -> int:
    """Return how much of a text is a department's code or name."""
    return max(len(each) if each in text else 0 for each in (department.code, department.name))


def _of_roster(field: Field) -> bool:
    """Whether what is put in is in the roster; earlier returns may have been corrected since."""
    return field.fill is not None and not field.recalls


def _rendered(leaf: Leaf, context: Mapping[str, object]) -> str:
    return _printed(leaf.render(context))


def _printed(value: object) -> str:
    return "" if value is None else str(value)


def _text(worksheet: Sheet, area: Area) -> str:
    return _said(worksheet.cell(area.top, area.left))


def _said(cell: BookCell | None) -> str:
    value = None if cell is None else cell.value
    if isinstance(value, str):
        return value
    return "" if value is None else f"{value}"


def _same(wanted: str, found: str) -> bool:
    """Whether two texts differ in nothing but spaces and full-width forms."""
    return wanted == found or _squeezed(wanted) == _squeezed(found)


@lru_cache(maxsize=4096)  # the printed texts of a form come up in each of its returns
def _squeezed(text: str) -> str:
    return "".join(clean(text).split())


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
