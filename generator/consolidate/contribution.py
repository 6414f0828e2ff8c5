"""What one return adds to the totals; contributions can be added up in any order, and exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any

from generator.consolidate.meaning import Meaning, adds, meaning_of
from generator.consolidate.merged import Merged
from generator.consolidate.tally import Tally
from generator.consolidate.totals import Locus
from generator.model.expression import ColumnRef, Value, references
from generator.model.filing import Answer, Filing, Row, SheetFiling
from generator.model.form import Combine, Field, Form, FormSheet, Table
from generator.model.period import Period
from generator.model.reckoning import Reckoning, in_use, kept
from udfs.amounts import clean, compact, round_half_up

_BLANK = Answer()
_STATED_DIGITS = 6  # below that, a spreadsheet's binary numbers say nothing
_locus = lru_cache(maxsize=4096)(Locus)  # the same ones come up in every return


@dataclass(frozen=True)
class Share:
    """One return's part of a total, before it is known what the others have."""

    value: Decimal
    stated: Decimal | None = None


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


@dataclass
class Contribution:
    """What one return adds to the totals of all."""

    department: str
    name: str
    seen: Seen = field(default_factory=Seen)
    tallies: dict[Locus, Tally] = field(default_factory=dict)
    columns: dict[Locus, list[Value]] = field(default_factory=dict)
    shares: dict[Locus, Share] = field(default_factory=dict)


def contribution_of(form: Form, filing: Filing, reckoning: Reckoning) -> Contribution:
    """Return what a return adds to the totals; `reckoning` is that of the same return."""
    found = Contribution(filing.department, filing.department_name)
    _Collector(meaning_of(form), found, filing, reckoning).collect()
    _share_out(meaning_of(form), found, reckoning.period)
    return found


def _share_out(meaning: Meaning, found: Contribution, period: Period) -> None:
    alone = Merged(meaning, period, found.tallies, lambda locus: found.columns.get(locus, []))
    for locus in loci(meaning.form, found.seen):
        if meaning.combines(locus):
            value = alone.value(locus)
            if value is not None:
                stated = alone.stated(locus) if adds(meaning.field(locus)) else None
                found.shares[locus] = Share(value, stated)


def loci(form: Form, seen: Seen) -> Iterator[Locus]:
    """Yield everything that might be combined: overall first, then by sheet key and by group."""
    for sheet in form.sheets:
        for key in ("", *sorted(seen.keys[sheet.name])):
            for name in sheet.fields:
                yield _locus(sheet.name, name, "", "", key)
            for table in sheet.tables.values():
                yield from _table_loci(sheet, table, key, seen)


def _table_loci(sheet: FormSheet, table: Table, key: str, seen: Seen) -> Iterator[Locus]:
    rows = [each.name for each in table.fixed] or [""]
    groups = seen.groups[sheet.name, table.name, key]
    for group in ((), *sorted(groups - {()}, key=lambda each: _listed(table, each))):
        for row in rows:
            for column in table.columns:
                yield _locus(sheet.name, column.name, table.name, row, key, group)


def _listed(table: Table, group: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Return a group's place: in the order of the columns' lists, then by wording."""
    places = []
    for name, text in zip(table.group_by, group, strict=True):
        choices = table.column(name).choices
        places.append((choices.index(text) if text in choices else len(choices), text))
    return tuple(places)


def joined(text: str) -> str:
    """Return a code or name as it is joined: without spaces, width and marks of print.

    >>> joined("★ 大 财 政")
    '大财政'
    """
    return compact(text).replace("★", "")


def _counts(table: Table | None, form_field: Field) -> bool:
    """Whether a field or column can have a combined value at all."""
    if form_field.combine is not Combine.NONE or form_field.computed is not None:
        return True
    fixed = table.fixed if table else ()
    return any(form_field.name in row.computed for row in fixed)


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
    """The cells of one return on their way into its contribution."""

    meaning: Meaning
    found: Contribution
    filing: Filing
    reckoning: Reckoning

    def collect(self) -> None:
        for sheet in self.filing.sheets:
            form_sheet = self.meaning.form.sheet(sheet.sheet)
            keys = self._keys(form_sheet, sheet)
            for each in form_sheet.fields.values():
                if _counts(None, each):
                    self._field(form_sheet, sheet, each, keys)
            for table in form_sheet.tables.values():
                if not table.fixed:
                    self._collect_columns(sheet, table, keys)
                self._collect_table(sheet, table, keys)

    def _collect_columns(self, sheet: SheetFiling, table: Table, keys: tuple[str, ...]) -> None:
        asked = _asked_whole(self.meaning.form)
        columns = [each for each in table.columns if (table.name, each.name) in asked]
        for column, key in product(columns, keys):
            locus = _locus(sheet.sheet, column.name, table.name, "", key)
            self.found.columns.setdefault(locus, []).extend(
                self.reckoning.cell_value(sheet, table.name, row, column.name)
                for row in range(len(sheet.tables.get(table.name, ())))
            )

    def _collect_table(self, sheet: SheetFiling, table: Table, keys: tuple[str, ...]) -> None:
        above: dict[str, str] = {}
        columns = [each for each in table.columns if _counts(table, each)]
        for row, record in enumerate(sheet.tables.get(table.name, ())):
            name = table.fixed[row].name if table.fixed else ""
            groups = self._groups(table, record, above)
            if table.inputs and not table.fixed and not in_use(table, record):
                continue
            for key in keys:
                self.found.seen.groups[sheet.sheet, table.name, key].update(groups)
            for column in columns:
                loci_ = [
                    _locus(sheet.sheet, column.name, table.name, name, key, group)
                    for key, group in product(keys, groups)
                ]
                self._cell(sheet, table, row, column, loci_)

    def _keys(self, form_sheet: FormSheet, sheet: SheetFiling) -> tuple[str, ...]:
        """Return what the copy belongs to: all copies together, and its own key."""
        value = sheet.fields.get(form_sheet.key, _BLANK).value if form_sheet.key else None
        if value is None:
            return ("",)
        key = self._join(str(value))
        self.found.seen.keys[sheet.sheet].add(key)
        return ("", key)

    def _groups(
        self, table: Table, record: Row, above: dict[str, str]
    ) -> tuple[tuple[str, ...], ...]:
        """Return what a row belongs to: all rows together, and its own group."""
        if table.fixed or not table.group_by:
            return ((),)
        for name in table.group_by:
            value = record.answers.get(name, _BLANK).value
            if value is not None or not table.column(name).merge_down:
                above[name] = "" if value is None else self._join(str(value))
        return ((), tuple(above.get(name, "") for name in table.group_by))

    def _join(self, text: str) -> str:
        key = joined(text)
        self.found.seen.wordings.setdefault(key, clean(text))
        return key

    def _field(
        self, form_sheet: FormSheet, sheet: SheetFiling, form_field: Field, keys: tuple[str, ...]
    ) -> None:
        value = self.reckoning.field_value(sheet, form_field.name)
        answer = sheet.fields.get(form_field.name, _BLANK)
        weight = form_sheet.fields.get(form_field.weight)
        weighs: Value = None
        if weight is not None:
            weighs = kept(weight, self.reckoning.field_value(sheet, weight.name))
        loci_ = [_locus(sheet.sheet, form_field.name, "", "", key) for key in keys]
        self._see(form_field, kept(form_field, value), answer, weighs, loci_)

    def _cell(
        self, sheet: SheetFiling, table: Table, row: int, column: Field, loci_: list[Locus]
    ) -> None:
        value = self.reckoning.cell_value(sheet, table.name, row, column.name)
        answer = sheet.tables[table.name][row].answers.get(column.name, _BLANK)
        weighs: Value = None
        if column.weight:
            weight = self.reckoning.cell_value(sheet, table.name, row, column.weight)
            weighs = kept(table.column(column.weight), weight)
        self._see(column, kept(column, value), answer, weighs, loci_)

    def _see(
        self,
        form_field: Field,
        value: Decimal | str | None,
        answer: Answer,
        weighs: Value,
        loci_: Iterable[Locus],
    ) -> None:
        stated = answer.value if isinstance(answer.value, Decimal) else None
        if stated is not None:
            stated = round_half_up(stated, _STATED_DIGITS)
        if value is None and not stated:
            return
        weight = weighs if isinstance(weighs, Decimal) else None
        counted = form_field.combine is Combine.COUNT and value is not None
        for locus in loci_:
            tally = self.found.tallies.get(locus)
            if tally is None:
                tally = self.found.tallies[locus] = Tally()
            tally.see(value, stated, weight)
            if counted:
                tally.count(str(value))
