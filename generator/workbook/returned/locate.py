"""Where everything of a form stands in a returned workbook: by defined name, else by label."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from generator.layout.plan import CopyPlan, Plan, TablePlan, name_of, plan
from generator.layout.shape import CopyShape, Shape, TableShape, fits, nominal_rows
from generator.layout.sheet import Area
from generator.model.form import Block, Box, Form, FormSheet, Frame, Leaf, Table, TableBlock
from generator.model.period import Period
from generator.workbook.book import Book, Range, Sheet, Unreadable
from udfs.amounts import clean

_MOST_ROWS = 20_000  # of one table; no department has as many
_COPY = re.compile(r"(.+?)(?: \(\d+\)|_\d+)", re.DOTALL)  # as Excel and LibreOffice name copies


@dataclass(frozen=True)
class Located:
    """A worksheet of the return that was recognised, with the places of the form on it."""

    worksheet: Sheet
    plan: CopyPlan
    by_name: bool  # False: the names are gone, the places follow from the labels


def locate(book: Book, form: Form, period: Period, shape: Shape) -> tuple[Plan, list[Located]]:
    """Return the plan of a form as it stands in a return, and the worksheets that were found.

    `shape` is what the seal says; empty when there is no seal to ask.
    """
    known = shape if shape and fits(shape, form) else _guess_shape(book, form)
    planned = plan(form, period, known)
    found: list[Located] = []
    for sheet in form.sheets:
        copies = [each for each in planned.copies if each.sheet.name == sheet.name]
        found += _locate_copies(book, sheet, copies, period)
    found = [
        each
        if each.plan.number == number
        else replace(each, plan=replace(each.plan, number=number))
        for number, each in enumerate(found)
    ]
    return replace(planned, copies=tuple(each.plan for each in found)), found


def _locate_copies(
    book: Book, sheet: FormSheet, copies: list[CopyPlan], period: Period
) -> Iterator[Located]:
    named = _originals([each for each in book.sheets if _names_on(book, each, sheet)], len(copies))
    for number, (worksheet, copy) in enumerate(zip(named, copies, strict=False)):
        yield Located(worksheet, _by_name(book, worksheet, copy, number), by_name=True)
    rest = [each for each in book.sheets if each not in named and each.state == "visible"]
    for copy in copies[len(named) :]:
        offset = None
        for worksheet in rest:
            offset = _offset(worksheet, copy, period)
            if offset is not None:
                yield Located(worksheet, _moved(copy, worksheet, offset), by_name=False)
                rest.remove(worksheet)
                break


def surplus(book: Book, form: Form, located: list[Located]) -> list[Sheet]:
    """Return worksheets that are the form's by their names, but more than there should be."""
    used = {each.worksheet.title for each in located}
    return [
        each
        for each in book.sheets
        if each.title not in used and any(_names_on(book, each, sheet) for sheet in form.sheets)
    ]


def _originals(worksheets: list[Sheet], count: int) -> list[Sheet]:
    """Return as many worksheets as there should be, leaving out first what a program copied."""
    titles = {each.title for each in worksheets}
    matches = [_COPY.fullmatch(each.title) for each in worksheets]
    copied = [match is not None and match[1] in titles for match in matches]
    best = sorted(range(len(worksheets)), key=lambda place: (copied[place], place))[:count]
    return [worksheets[place] for place in sorted(best)]


def _names_on(book: Book, worksheet: Sheet, sheet: FormSheet) -> bool:
    """Whether most of a form sheet's names belong to a worksheet."""
    ranges, wanted = book.ranges_on(worksheet.title), [*sheet.fields, *sheet.tables]
    found = [each for each in wanted if _known_as(each) in ranges]
    return 2 * len(found) >= len(wanted) > 0


@lru_cache(maxsize=4096)
def _known_as(name: str, column: str = "") -> str:
    """Return a defined name as `Book.ranges_on` has it."""
    return name_of(name, column).casefold()


# -- by name --


def _by_name(book: Book, worksheet: Sheet, copy: CopyPlan, number: int) -> CopyPlan:
    if _stands_as_planned(book, worksheet, copy, number):
        return copy
    ranges = book.ranges_on(worksheet.title)
    fields = {}
    for name, area in copy.fields.items():
        found = ranges.get(_known_as(name))
        if found:
            fields[name] = _at(area, found.top, found.left)
    tables = {}
    for name, table in copy.tables.items():
        found = ranges.get(_known_as(name))
        if found:
            tables[name] = _table_by_name(ranges, worksheet, table, found)
    shape = CopyShape(
        copy.shape.sheet, number, tuple((name, each.shape) for name, each in tables.items())
    )
    tops = tuple(_tops(copy, worksheet, fields, tables))
    made = replace(copy, shape=shape, tab=worksheet.title, fields=fields, tables=tables, tops=tops)
    return copy if made == copy else made


def _stands_as_planned(book: Book, worksheet: Sheet, copy: CopyPlan, number: int) -> bool:
    """Say whether nothing has moved, as in most returns, where names alone can tell that."""
    tables = copy.tables.values()
    if any(each.stride > 1 or each.shape.rows > _MOST_ROWS for each in tables):
        return False  # labels tell, too, where records start; or what cells there are
    if (copy.tab, copy.shape.index) != (worksheet.title, number):
        return False
    return copy.corners.items() <= book.corners_on(worksheet.title).items()


def _at(area: Area, top: int, left: int) -> Area:
    """Return an area at another place: itself when it stands there, as it does in most returns."""
    return area if (area.top, area.left) == (top, left) else replace(area, top=top, left=left)


def _tops(
    copy: CopyPlan,
    worksheet: Sheet,
    fields: Mapping[str, Area],
    tables: Mapping[str, TablePlan],
) -> Iterator[int]:
    """Yield where each block starts now: what stands in it tells, else the blocks above.

    Above all that tells are titles: they have moved along when the first row is empty.
    """
    shifts = [_shift(top, block, fields, tables) for top, block in copy.blocks]
    first = worksheet.cell(1, 1)
    on_top = first is None or first.value is None
    moved = next((each for each in shifts if each is not None), 0) if on_top else 0
    for (top, block), shift in zip(copy.blocks, shifts, strict=True):
        moved = moved if shift is None else shift
        yield top + moved
        if isinstance(block, TableBlock) and block.table in tables:
            moved = tables[block.table].bottom - copy.tables[block.table].bottom


def _shift(
    top: int, block: Block, fields: Mapping[str, Area], tables: Mapping[str, TablePlan]
) -> int | None:
    """Return how far a block has moved down, as the names on it tell."""
    match block:
        case Frame(drawing):
            tells = (
                fields[box.field].top - box.top for box in drawing.boxes if box.field in fields
            )
            found = next(tells, None)
            return None if found is None else found - top
        case TableBlock(name) if name in tables:
            return tables[name].header - top
    return None


def _table_by_name(
    ranges: Mapping[str, Range], worksheet: Sheet, table: TablePlan, body: Range
) -> TablePlan:
    columns = {}
    for name, inside in table.columns.items():
        found = ranges.get(_known_as(table.table.name, name))
        left = found.left if found else inside.left + body.left - table.left
        columns[name] = _at(inside, inside.top, left)
    starts = _starts(worksheet, table, body)
    shape = replace(table.shape, rows=len(starts))
    header = body.top - (table.top - table.header)
    return TablePlan(table.table, shape, header, body.left, starts, columns)


def _starts(worksheet: Sheet, table: TablePlan, body: Range) -> tuple[int, ...]:
    """Return where records start: each row, or where a record's first printed label stands."""
    stride, body = table.stride, _bounded(worksheet, body)
    regular = tuple(range(body.top, max(body.bottom - stride + 2, body.top + 1), stride))
    anchor = next((box for box in table.table.record.boxes if box.label and not box.top), None)
    if stride == 1 or anchor is None or anchor.label is None:
        return regular
    wanted = _key(anchor.label.source)
    column = body.left + anchor.left
    found = tuple(
        row for row in range(body.top, body.bottom + 1) if _text(worksheet, row, column) == wanted
    )
    return found or regular


def _bounded(worksheet: Sheet, body: Range) -> Range:
    """Return a table's range without the emptiness of a worksheet that it was made to cover."""
    if body.bottom - body.top < _MOST_ROWS:
        return body
    used = (row for (row, _), cell in worksheet.cells.items() if cell.value is not None)
    bottom = max((row for row in used if body.top <= row <= body.bottom), default=body.top)
    if bottom - body.top >= _MOST_ROWS:
        raise Unreadable(
            f"工作表“{worksheet.title}”里的表格超过 {_MOST_ROWS:,} 行",
            "请删除表格下方多余的行和远处误填的内容后重新上报",
        )
    return replace(body, bottom=bottom)


# -- by label --


def _offset(worksheet: Sheet, copy: CopyPlan, period: Period) -> tuple[int, int] | None:
    """Return how far a worksheet's labels stand from their plan, or None if it is another sheet."""
    where: dict[str, list[tuple[int, int]]] = {}
    for place in worksheet.cells:
        text = _text(worksheet, *place)
        if text:
            where.setdefault(text, []).append(place)
    votes: Counter[tuple[int, int]] = Counter()
    labels = dict(_labels(copy, period))
    for (row, column), text in labels.items():
        for found in where.get(text, ()):
            votes[found[0] - row, found[1] - column] += 1
    if not votes:
        return None
    offset, count = votes.most_common(1)[0]
    return offset if 2 * count >= len(labels) else None


def _labels(copy: CopyPlan, period: Period) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the printed labels of a worksheet that do not depend on the department."""
    for top, block in copy.blocks:
        if isinstance(block, Frame):
            yield from _boxes(block.drawing.boxes, top, 1, period)
        elif isinstance(block, TableBlock):
            table = copy.tables[block.table]
            if table.table.header:
                yield from _boxes(table.table.header.boxes, table.header, table.left, period)


def _boxes(
    boxes: tuple[Box, ...], top: int, left: int, period: Period
) -> Iterator[tuple[tuple[int, int], str]]:
    for box in boxes:
        text = _printed(box.label, period) if box.label else ""
        if text:
            yield (top + box.top, left + box.left), text


def _printed(leaf: Leaf, period: Period) -> str:
    if not leaf.names <= {"period"}:
        return ""
    return _key(str(leaf.render({"period": period})))


def _moved(copy: CopyPlan, worksheet: Sheet, offset: tuple[int, int]) -> CopyPlan:
    down, right = offset

    def shifted(area: Area) -> Area:
        return replace(area, top=area.top + down, left=area.left + right)

    tables = {
        name: replace(
            table,
            header=table.header + down,
            left=table.left + right,
            starts=tuple(start + down for start in table.starts),
            columns={
                key: replace(area, left=area.left + right) for key, area in table.columns.items()
            },
        )
        for name, table in copy.tables.items()
    }
    fields = {name: shifted(area) for name, area in copy.fields.items()}
    tops = tuple(top + down for top in copy.tops)
    return replace(copy, tab=worksheet.title, fields=fields, tables=tables, tops=tops)


def _guess_shape(book: Book, form: Form) -> Shape:
    """Return the likeliest shape of a return without a seal: what its names say, else the form."""
    copies = []
    for sheet in form.sheets:
        named = [each for each in book.sheets if _names_on(book, each, sheet)]
        worksheets: list[Sheet | None] = [*named] or [None]
        for index, worksheet in enumerate(worksheets):
            tables = tuple(
                (name, TableShape(_guess_rows(book, worksheet, table)))
                for name, table in sheet.tables.items()
            )
            copies.append(CopyShape(sheet.name, index, tables))
    return tuple(copies)


def _guess_rows(book: Book, worksheet: Sheet | None, table: Table) -> int:
    found = book.ranges_on(worksheet.title).get(_known_as(table.name)) if worksheet else None
    if worksheet and found:
        found = _bounded(worksheet, found)
        return max((found.bottom - found.top + 1) // table.record.height, 1)
    return nominal_rows(table)


def _text(worksheet: Sheet, row: int, column: int) -> str:
    cell = worksheet.cell(row, column)
    return _key(cell.value) if cell and isinstance(cell.value, str) else ""


def _key(text: str) -> str:
    """Return a label without the differences that programs and people make."""
    return "".join(clean(text).split())
