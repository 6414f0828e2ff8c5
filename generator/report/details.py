"""The pages 明细: every row of every return that is used, one page per table of the form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from generator.model.expression import Value as Shown
from generator.model.filing import Answer, Filing, Row, SheetFiling
from generator.model.finding import Place
from generator.model.form import Field, FieldType, Form, FormSheet, Table
from generator.model.merged import Line, Lines, Merged
from generator.model.period import Period
from generator.model.reckoning import Reckoning
from generator.report.pages import Column, Content, Grid, Link, Look, Page, Piece, Value
from generator.report.wording import Words

_BLANK = Answer()
_WHOSE = (Column("单位编码", width=13), Column("单位", width=26))
_SOURCE = Column("来源", width=20)
LINE_FRONT = len(_WHOSE)  # columns that are filled when the returns are put together


def details(merged: Merged) -> Iterator[Page]:
    """Yield the pages, in the form's order."""
    parts = _parts(merged.form, merged.period)
    for part, lines in zip(parts, merged.details, strict=True):
        grid = Grid("", part.columns, _Rows(lines))
        named = f"明细-{part.name}" if len(parts) > 1 else "明细"
        fact = (
            f"共 {len(grid.rows)} 行。数字是各单位所填的数，计算栏由程序重新计算；"
            "读不出来的照原样列出。点“来源”打开该单位的文件并定位。",
        )
        title = f"{part.name}明细（{merged.period.name}）"
        yield Page(named, title, fact, (grid,), filter=True, frozen=2)


def lines_of(reckoning: Reckoning, part: int) -> list[Line]:
    """Return the rows of one return in a part of its form."""
    return [*_parts(reckoning.form, reckoning.period)[part].lines(reckoning)]


def line_columns(form: Form, period: Period, part: int) -> tuple[Column, ...]:
    """Return the columns whose cells are known when a return is read: all but those in front."""
    return _parts(form, period)[part].columns[LINE_FRONT:]


def line_cells(line: Line) -> tuple[Content, ...]:
    """Return what stands in those columns: a way to where a row stands, and its cells."""
    place = line.place
    return (Link(_source(place), place) if place.file else None, *line.cells)


def part_count(form: Form) -> int:
    """Return how many parts a form has that are listed."""
    return sum(bool(sheet.fields) + len(sheet.tables) for sheet in form.sheets)


@dataclass(frozen=True)
class _Rows:
    """Lines as rows of a page, with whose they are in front."""

    lines: Lines
    front: int = LINE_FRONT
    numbered: bool = False

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[tuple[Content, ...]]:
        for department, line in self.lines:
            yield (department.code, department.name, *line_cells(line))

    def pieces(self) -> Iterator[Piece]:
        for department, rest in self.lines.drawn():
            yield Piece((department.code, department.name), rest)


@lru_cache(maxsize=16)
def _parts(form: Form, period: Period) -> tuple[_Part, ...]:
    words, parts = Words(form, period), list[_Part]()
    for sheet in form.sheets:
        if sheet.fields:
            parts.append(_Part(words, sheet, None))
        parts += [_Part(words, sheet, table) for table in sheet.tables.values()]
    return tuple(parts)


@dataclass(frozen=True)
class _Part:
    """The header fields of a sheet, or one of its tables."""

    words: Words
    sheet: FormSheet
    table: Table | None

    @property
    def name(self) -> str:
        """What to call it."""
        if self.table:
            return self.words.table(self.table)
        name = self.words.sheet(self.sheet)
        tables = [self.words.table(each) for each in self.sheet.tables.values()]
        return f"{name}表头" if name in tables else name

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields that are listed."""
        return self.table.columns if self.table else tuple(self.sheet.fields.values())

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the page."""
        shown = [self.words.column(each) for each in self.fields]
        return (*_WHOSE, _SOURCE, *self._key_columns(), *self._number_column(), *shown)

    def lines(self, reckoning: Reckoning) -> Iterator[Line]:
        """Yield the rows of one return."""
        for sheet in reckoning.filing.copies(self.sheet.name):
            yield from self._of_copy(reckoning, sheet)

    def _of_copy(self, reckoning: Reckoning, sheet: SheetFiling) -> Iterator[Line]:
        if self.table is None:
            cells = tuple(self._field(reckoning, sheet, each) for each in self.fields)
            if sheet.title:
                yield Line(_first_place(reckoning.filing, sheet, sheet.fields.values()), cells)
            return
        for number, row in enumerate(sheet.tables.get(self.table.name, ())):
            place = _first_place(reckoning.filing, sheet, row.answers.values())
            cells = tuple(self._cell(reckoning, sheet, number, row, each) for each in self.fields)
            yield Line(place, (*self._key(sheet), *self._number(row), *cells))

    def _field(self, reckoning: Reckoning, sheet: SheetFiling, field: Field) -> Value:
        answer = sheet.fields.get(field.name, _BLANK)
        return _value(answer, reckoning.field_value(sheet, field.name))

    def _cell(
        self, reckoning: Reckoning, sheet: SheetFiling, number: int, row: Row, column: Field
    ) -> Value:
        assert self.table is not None
        if column.type is FieldType.LABEL:
            label = self.table.fixed[number].labels.get(column.name)
            return self.words.printed(label) if label else None
        answer = row.answers.get(column.name, _BLANK)
        shown = reckoning.cell_value(sheet, self.table.name, number, column.name)
        return _value(answer, shown)

    # -- what tells rows apart --

    def _key_columns(self) -> list[Column]:
        if self.table is None or not self.sheet.key:
            return []
        return [self.words.column(self.sheet.fields[self.sheet.key])]

    def _key(self, sheet: SheetFiling) -> list[Value]:
        if not self.sheet.key:
            return []
        return [sheet.fields.get(self.sheet.key, _BLANK).raw or None]

    def _number_column(self) -> list[Column]:
        return [Column("行", Look.COUNT, 6)] if self.table and not self.table.fixed else []

    def _number(self, row: Row) -> list[Value]:
        return [row.number] if self.table and not self.table.fixed else []


def _value(answer: Answer, shown: Shown) -> Value:
    """Return what a cell says; what could not be read as it stands there."""
    if not answer.readable and shown is None:
        return answer.raw
    return ("是" if shown else "否") if isinstance(shown, bool) else shown


def _first_place(filing: Filing, sheet: SheetFiling, answers: Iterable[Answer]) -> Place:
    """Return the top left one of some cells, or their sheet when none was found."""
    places = [each.place for each in answers if each.place.row]
    return min(places, default=Place(filing.file, sheet.title))


def _source(place: Place) -> str:
    return f"{place.sheet}!{place.cell}" if place.cell else place.sheet
