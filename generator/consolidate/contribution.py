"""What one return adds to the totals; contributions can be added up in any order, and exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import chain, product, repeat
from typing import Any, NamedTuple

from generator.consolidate.meaning import Meaning, Sense, meaning_of
from generator.consolidate.merged import Merged
from generator.consolidate.tally import Figure, Tallies, Tally
from generator.consolidate.totals import Locus
from generator.model.evaluate import number
from generator.model.expression import ColumnRef, Value, references
from generator.model.filing import Answer, Filing, Records, SheetFiling
from generator.model.form import Combine, Field, FixedRow, Form, FormSheet, Table
from generator.model.period import Period
from generator.model.reckoning import Reckoning, as_key, in_use, kept
from udfs.amounts import clean, round_half_up

_Home = tuple[str, str, tuple[str, ...]]  # what a cell belongs to: printed row, sheet key, group
_Cell = tuple[Decimal | str | None, Decimal | None, Decimal | None]  # value, stated, weight
_Share = tuple[Decimal, Decimal | None]  # a value, and as stated
_STATED_DIGITS = 6  # below that, a spreadsheet's binary numbers say nothing
_locus = lru_cache(maxsize=4096)(Locus)  # the same ones come up in every return


@dataclass(frozen=True, eq=False)
class Where:
    """The loci of which a return says something; mostly those of the other returns, too."""

    tallied: tuple[Locus, ...]  # where it has cells
    shared: tuple[Locus, ...]  # where it has a part of the total
    with_cells: tuple[bool, ...]  # of each of these: whether it has cells there


class Shares(NamedTuple):
    """One return's parts of totals, before it is known what the others have, in columns."""

    values: Sequence[Figure]
    stated: Sequence[Figure | None]


def _sets() -> dict[Any, set[Any]]:
    return defaultdict(set)


@dataclass
class Seen:
    """Which sheet keys and groups occur, as they are joined, and how they were written."""

    keys: dict[str, set[str]] = field(default_factory=_sets)  # of each repeated sheet
    groups: dict[tuple[str, str, str], set[tuple[str, ...]]] = field(default_factory=_sets)
    wordings: dict[str, str] = field(default_factory=dict)  # joined name → as first written

    def take(self, other: Seen) -> None:
        """Take in what occurs elsewhere; what is known keeps its wording."""
        for sheet, keys in other.keys.items():
            self.keys[sheet] |= keys
        for part, groups in other.groups.items():
            self.groups[part] |= groups
        for word, wording in other.wordings.items():
            self.wordings.setdefault(word, wording)


@dataclass(frozen=True)
class Contribution:
    """What one return adds to the totals of all."""

    department: str
    name: str
    seen: Seen
    where: Where
    tallies: Tallies
    shares: Shares
    columns: Mapping[Locus, Sequence[Value]]  # whole ones


def contribution_of(form: Form, filing: Filing, reckoning: Reckoning) -> Contribution:
    """Return what a return adds to the totals; `reckoning` is that of the same return."""
    found = _Collector(meaning_of(form), filing, reckoning)
    found.collect()
    shares = _shared_out(found, reckoning.period)
    where = Where((*found.tallies,), (*shares,), (*map(found.tallies.__contains__, shares),))
    values, stated = zip(*shares.values(), strict=True) if shares else ((), ())
    return Contribution(
        filing.department,
        filing.department_name,
        found.seen,
        where,
        Tallies.of([*found.tallies.values()]),
        Shares(values, stated),
        found.columns,
    )


def _shared_out(
    found: _Collector, period: Period
) -> Mapping[Locus, tuple[Decimal, Decimal | None]]:
    """Return a return's parts of totals: values, and as stated."""
    meaning, columns = found.meaning, found.columns
    alone = Merged(meaning, period, found.tallies, lambda locus: columns.get(locus, []))
    own = ((each, meaning.sense(each)) for each in _own_loci(meaning.form, found.seen))
    shares = {}
    for locus, sense in chain(_shared(meaning.form), own):
        value = alone.value_of(locus, sense)
        if value is not None:
            shares[locus] = value, alone.stated_of(locus, sense) if sense.adds else None
    return shares


def loci(form: Form, seen: Seen) -> Iterator[Locus]:
    """Yield everything that might be combined: overall first, then by sheet key and by group."""
    for sheet in form.sheets:
        for key in ("", *sorted(seen.keys[sheet.name])):
            yield from _sheet_loci(sheet, key, seen)


def _own_loci(form: Form, seen: Seen) -> Iterator[Locus]:
    """Yield what might be combined by sheet key and by group."""
    for sheet in form.sheets:
        for table in sheet.tables.values():
            yield from _group_loci(sheet, table, "", seen)
        for key in seen.keys[sheet.name]:
            yield from _sheet_loci(sheet, key, seen)


@lru_cache(maxsize=16)
def _shared(form: Form) -> Sequence[tuple[Locus, Sense]]:
    """Return what is combined overall, the same of every return."""
    meaning = meaning_of(form)
    senses = ((each, meaning.sense(each)) for each in loci(form, Seen()))
    return [(locus, sense) for locus, sense in senses if sense.combines]


def _sheet_loci(sheet: FormSheet, key: str, seen: Seen) -> Iterator[Locus]:
    for name in sheet.fields:
        yield _locus(sheet.name, name, "", "", key)
    for table in sheet.tables.values():
        yield from _table_loci(sheet, table, key, ())
        yield from _group_loci(sheet, table, key, seen)


def _group_loci(sheet: FormSheet, table: Table, key: str, seen: Seen) -> Iterator[Locus]:
    groups = seen.groups[sheet.name, table.name, key] - {()}
    for group in sorted(groups, key=lambda each: _listed(table, each)):
        yield from _table_loci(sheet, table, key, group)


def _table_loci(
    sheet: FormSheet, table: Table, key: str, group: tuple[str, ...]
) -> Iterator[Locus]:
    for row in [each.name for each in table.fixed] or [""]:
        for column in table.columns:
            yield _locus(sheet.name, column.name, table.name, row, key, group)


def _listed(table: Table, group: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Return a group's place: in the order of the columns' lists, then by wording."""
    places = []
    for name, text in zip(table.group_by, group, strict=True):
        choices = table.column(name).choices
        places.append((choices.index(text) if text in choices else len(choices), text))
    return tuple(places)


@lru_cache(maxsize=4096)  # what rows are grouped by comes up again and again
def _words(text: str) -> tuple[str, str]:
    """Return a code or name as it is joined, and as it was written."""
    return as_key(text), clean(text)


class _Counted(NamedTuple):
    """A field or column that can have a combined value, and the rows where it is computed."""

    field: Field
    states: frozenset[str]  # their printed names, or an empty one


@lru_cache(maxsize=16)
def _counted(form: Form) -> Mapping[tuple[str, str], Sequence[_Counted]]:
    """Return the columns of each table that can have a combined value; the fields of no table."""
    found = {}
    for sheet in form.sheets:
        fields = [_Counted(each, _computed_rows(each, ())) for each in sheet.fields.values()]
        found[sheet.name, ""] = fields
        for table in sheet.tables.values():
            columns = [_Counted(each, _computed_rows(each, table.fixed)) for each in table.columns]
            found[sheet.name, table.name] = columns
    return {
        part: [each for each in fields if each.states or each.field.combine is not Combine.NONE]
        for part, fields in found.items()
    }


def _computed_rows(form_field: Field, fixed: Sequence[FixedRow]) -> frozenset[str]:
    if not fixed:
        return frozenset([""] if form_field.computed else [])
    own = form_field.computed
    return frozenset(each.name for each in fixed if each.computed.get(form_field.name, own))


@lru_cache(maxsize=16)
def _asked_whole(form: Form) -> frozenset[tuple[str, str]]:
    """Return the tables' columns that expressions of the form want as a whole."""
    nodes = [each.computed for sheet in form.sheets for each in sheet.fields.values()]
    for _, table in form.tables:
        nodes += [each.computed for each in table.columns]
        nodes += [node for row in table.fixed for node in row.computed.values()]
    refs = (ref for node in nodes if node is not None for ref in references(node))
    return frozenset((ref.table, ref.column) for ref in refs if isinstance(ref, ColumnRef))


@dataclass
class _Collector:
    """Goes through the cells of one return for what it adds to the totals."""

    meaning: Meaning
    filing: Filing
    reckoning: Reckoning
    seen: Seen = field(default_factory=Seen)
    tallies: dict[Locus, Tally] = field(default_factory=dict)
    columns: dict[Locus, list[Value]] = field(default_factory=dict)

    def collect(self) -> None:
        """Take in all cells."""
        counted = _counted(self.meaning.form)
        for sheet in self.filing.sheets:
            form_sheet = self.meaning.form.sheet(sheet.sheet)
            keys = self._keys(form_sheet, sheet)
            homes: list[list[_Home]] = [[("", key, ()) for key in keys]]
            for each in counted[sheet.sheet, ""]:
                self._add(sheet, "", each.field, self._field_cells(form_sheet, sheet, each), homes)
            for table in form_sheet.tables.values():
                if not table.fixed:
                    self._collect_columns(sheet, table, keys)
                columns = counted[sheet.sheet, table.name]
                homes = self._homes(sheet, table, keys) if columns or table.group_by else []
                for each in columns if any(homes) else ():
                    cells = self._column_cells(sheet, table, each)
                    self._add(sheet, table.name, each.field, cells, homes)

    def _collect_columns(self, sheet: SheetFiling, table: Table, keys: tuple[str, ...]) -> None:
        asked = _asked_whole(self.meaning.form)
        columns = [each for each in table.columns if (table.name, each.name) in asked]
        for column, key in product(columns, keys):
            locus = _locus(sheet.sheet, column.name, table.name, "", key)
            self.columns.setdefault(locus, []).extend(
                self.reckoning.column_values(sheet, table.name, column.name)
            )

    def _homes(self, sheet: SheetFiling, table: Table, keys: tuple[str, ...]) -> list[list[_Home]]:
        """Return what each row belongs to; a row that is not in use belongs to nothing."""
        records = sheet.records(table.name)
        if table.fixed:
            return [[(each.name, key, ()) for key in keys] for each in table.fixed[: len(records)]]
        homes: dict[tuple[str, ...], list[_Home]] = {}
        found = list[list[_Home]]()
        used = in_use(table, records) if table.inputs else [True] * len(records)
        for is_used, group in zip(used, self._groups(table, records), strict=True):
            if not is_used:
                found.append([])
                continue
            if group not in homes:
                own = [("", key, group) for key in keys] if group else []
                homes[group] = [*(("", key, ()) for key in keys), *own]
            found.append(homes[group])
        for key in keys if homes.keys() - {()} else ():
            self.seen.groups[sheet.sheet, table.name, key] |= homes.keys()
        return found

    def _add(
        self,
        sheet: SheetFiling,
        table: str,
        form_field: Field,
        cells: Iterable[_Cell],
        homes: Iterable[list[_Home]],
    ) -> None:
        counts, tallies = form_field.combine is Combine.COUNT, dict[_Home, Tally]()
        for (value, stated, weight), of_cell in zip(cells, homes, strict=True):
            if value is None and not stated:
                continue
            for home in of_cell:
                tally = tallies.get(home)
                if tally is None:
                    tally = tallies[home] = self._tally(sheet, form_field, table, home)
                tally.see(value, stated, weight)
                if counts and value is not None:
                    tally.count(str(value))

    def _tally(self, sheet: SheetFiling, form_field: Field, table: str, home: _Home) -> Tally:
        locus = _locus(sheet.sheet, form_field.name, table, *home)
        return self.tallies.setdefault(locus, Tally())

    def _keys(self, form_sheet: FormSheet, sheet: SheetFiling) -> tuple[str, ...]:
        """Return what the copy belongs to: all copies together, and its own key."""
        value = sheet.answer(form_sheet.key).value if form_sheet.key else None
        if value is None:
            return ("",)
        key = self._join(str(value))
        self.seen.keys[sheet.sheet].add(key)
        return ("", key)

    def _groups(self, table: Table, records: Records) -> Iterable[tuple[str, ...]]:
        """Return the group of each row."""
        if not table.group_by:
            return repeat((), len(records))
        columns = [(table.column(name), records.column(name)) for name in table.group_by]
        return zip(*(self._grouped(*each) for each in columns), strict=True)

    def _grouped(self, column: Field, answers: Iterable[Answer | None]) -> Iterator[str]:
        """Yield what rows are grouped by; a blank continues the one above if cells are merged."""
        above = ""
        for answer in answers:
            value = answer.value if answer else None
            if value is not None or not column.merge_down:
                above = "" if value is None else self._join(str(value))
            yield above

    def _join(self, text: str) -> str:
        key, wording = _words(text)
        self.seen.wordings.setdefault(key, wording)
        return key

    def _field_cells(
        self, form_sheet: FormSheet, sheet: SheetFiling, counted: _Counted
    ) -> Iterator[_Cell]:
        """Yield the one cell of a field."""
        form_field, weight = counted.field, form_sheet.fields.get(counted.field.weight)
        value = kept(form_field, self.reckoning.field_value(sheet, form_field.name))
        weighs = weight and kept(weight, self.reckoning.field_value(sheet, weight.name))
        stated = _stated(sheet.fields.get(form_field.name)) if counted.states else None
        yield value, stated, number(weighs)

    def _column_cells(self, sheet: SheetFiling, table: Table, counted: _Counted) -> Iterator[_Cell]:
        """Yield the cells of a column."""
        column, states = counted.field, counted.states
        weights = self._kept(sheet, table, table.column(column.weight)) if column.weight else None
        names = [each.name for each in table.fixed] or repeat("")
        answers = sheet.tables[table.name].column(column.name)
        stated = (
            _stated(answer) if name in states else None
            for name, answer in zip(names, answers, strict=False)
        )
        weighs = repeat(None) if weights is None else map(number, weights)
        return zip(self._kept(sheet, table, column), stated, weighs, strict=False)

    def _kept(self, sheet: SheetFiling, table: Table, column: Field) -> list[Decimal | str | None]:
        values = self.reckoning.column_values(sheet, table.name, column.name)
        return [kept(column, each) for each in values]


def _stated(answer: Answer | None) -> Decimal | None:
    """Return the figure that stands in a cell which is computed anew."""
    value = answer.value if answer else None
    return round_half_up(value, _STATED_DIGITS) if isinstance(value, Decimal) else None
