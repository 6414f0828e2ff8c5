"""The pages 明细: every row of every return that is used, one page per table of the form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, starmap
from operator import attrgetter

from generator.model.expression import Value as Shown
from generator.model.filing import Answer, Records, SheetFiling, Spot
from generator.model.finding import Place
from generator.model.form import Field, FieldType, Form, FormSheet, Table
from generator.model.merged import Line, Lines, Merged
from generator.model.period import Period
from generator.model.reckoning import Reckoning
from generator.report.pages import (
    Column,
    Content,
    Grid,
    Leads,
    Link,
    Look,
    Page,
    Piece,
    Value,
    whereabouts,
)
from generator.report.wording import Words

_VALUE, _READABLE = map(attrgetter, ("value", "readable"))
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


@dataclass(frozen=True)
class Listed:
    """The rows of one return in a part of its form, by column, and where each stands."""

    file: str
    stand: Sequence[tuple[str, tuple[Spot | None, ...]]]  # worksheets, and spots of rows on them
    columns: Sequence[Sequence[Value]]

    @property
    def size(self) -> int:
        """How many rows there are."""
        return sum(len(spots) for _, spots in self.stand)

    @property
    def lines(self) -> Iterator[Line]:
        """The rows one by one."""
        stand = ((title, *(spot or ())) for title, spots in self.stand for spot in spots)
        places = (Place(self.file, *each) for each in stand)
        return map(Line, places, zip(*self.columns, strict=True))


def listed(reckoning: Reckoning, part: int) -> Listed:
    """Return the rows of one return in a part of its form."""
    return _parts(reckoning.form, reckoning.period)[part].listed(reckoning)


def line_columns(form: Form, period: Period, part: int) -> tuple[Column, ...]:
    """Return the columns whose cells are known when a return is read: all but those in front."""
    return _parts(form, period)[part].columns[LINE_FRONT:]


def line_cells(rows: Listed) -> list[Sequence[Content] | Leads]:
    """Return what stands in those columns: ways to where rows stand, and their cells."""
    cells = tuple(chain.from_iterable(starmap(_cells, rows.stand)))
    return [Leads(rows.file, cells), *rows.columns]


@lru_cache(maxsize=256)  # the rows of returns mostly stand where those of others do
def _cells(title: str, spots: tuple[Spot | None, ...]) -> tuple[tuple[str, str], ...]:
    places = (Place("", title, *(spot or ())) for spot in spots)
    return tuple((title, each.cell) for each in places)


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
            yield (department.code, department.name, _way(line.place), *line.cells)

    def pieces(self) -> Iterator[Piece]:
        for department, count, rest in self.lines.drawn():
            yield Piece((department.code, department.name), count, count, rest)


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

    def listed(self, reckoning: Reckoning) -> Listed:
        """Return the rows of one return."""
        copies = reckoning.filing.copies(self.sheet.name)
        found = [self._of_copy(reckoning, sheet) for sheet in copies if sheet.title or self.table]
        if len(found) == 1:
            return found[0]
        columns = zip(*(each.columns for each in found), strict=True)
        return Listed(
            reckoning.filing.file,
            [stand for each in found for stand in each.stand],
            [[*chain.from_iterable(several)] for several in columns],
        )

    def _of_copy(self, reckoning: Reckoning, sheet: SheetFiling) -> Listed:
        if self.table is None:
            fields = [[self._field(reckoning, sheet, each)] for each in self.fields]
            first = min(sheet.spots.values(), default=None)
            return Listed(reckoning.filing.file, [(sheet.title, (first,))], fields)
        records = sheet.records(self.table.name)
        columns = [self._column(reckoning, sheet, records, each) for each in self.fields]
        before = [*self._key(sheet, records), *self._number(records)]
        stand = [(sheet.title, (*_first_spots(records),))]
        return Listed(reckoning.filing.file, stand, [*before, *columns])

    def _field(self, reckoning: Reckoning, sheet: SheetFiling, field: Field) -> Value:
        answer = sheet.answer(field.name)
        return _value(answer, reckoning.field_value(sheet, field.name))

    def _column(
        self, reckoning: Reckoning, sheet: SheetFiling, records: Records, column: Field
    ) -> Sequence[Value]:
        """Return what stands in a column, one value per row."""
        assert self.table is not None
        if column.type is FieldType.LABEL:
            return self._printed[column.name][: len(records)]
        answers = records.answers(column.name)
        if column.name in self._texts and all(map(_READABLE, answers)):
            return [*map(_VALUE, answers)]
        shown = reckoning.column_values(sheet, self.table.name, column.name)
        return [*map(_value, answers, shown)]

    @cached_property
    def _texts(self) -> frozenset[str]:
        """The columns that show in every row what was answered, and no figures."""
        assert self.table is not None
        fixed = self.table.fixed
        made = {name for row in fixed for name in (*row.labels, *row.computed)}
        made |= {each.name for each in self.fields if each.computed is not None}
        return frozenset(
            each.name for each in self.fields if not each.type.numeric and each.name not in made
        )

    @cached_property
    def _printed(self) -> Mapping[str, Sequence[Value]]:
        """What the bureau printed, by column."""
        assert self.table is not None
        return {
            each.name: [
                self.words.printed(row.labels[each.name]) if row.labels.get(each.name) else None
                for row in self.table.fixed
            ]
            for each in self.fields
            if each.type is FieldType.LABEL
        }

    # -- what tells rows apart --

    def _key_columns(self) -> list[Column]:
        if self.table is None or not self.sheet.key:
            return []
        return [self.words.column(self.sheet.fields[self.sheet.key])]

    def _key(self, sheet: SheetFiling, records: Records) -> list[Sequence[Value]]:
        if not self.sheet.key:
            return []
        return [[sheet.answer(self.sheet.key).raw or None] * len(records)]

    def _number_column(self) -> list[Column]:
        return [Column("行", Look.COUNT, 6)] if self.table and not self.table.fixed else []

    def _number(self, records: Records) -> list[Sequence[Value]]:
        return [records.numbers] if self.table and not self.table.fixed else []


def _value(answer: Answer, shown: Shown) -> Value:
    """Return what a cell says; what could not be read as it stands there."""
    if not answer.readable and shown is None:
        return answer.raw
    return ("是" if shown else "否") if isinstance(shown, bool) else shown


def _first_spots(records: Records) -> Iterable[Spot | None]:
    """Return the leftmost cell of each record, as far as any was found."""
    columns = [*records.spots.values()]
    if not columns:
        return [None] * len(records)
    return [min(filter(None, each), default=None) for each in zip(*columns, strict=True)]


def _way(place: Place) -> Link | None:
    """Return a link to where a row stands."""
    if not place.file:
        return None
    return Link(whereabouts(place.sheet, place.cell), place)
