"""How far departments have come: which column says so, and how many goals are in time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from generator.model.evaluate import number
from generator.model.expression import FieldRef, PeriodRef, RowRef, references
from generator.model.filing import Filing, SheetFiling
from generator.model.form import Field, FieldType, Form, FormSheet, Table
from generator.model.merged import Reached
from generator.model.period import Period
from generator.model.reckoning import Reckoning, kept
from generator.model.totals import Locus
from generator.report.wording import Words

_PROGRESS = re.compile(r"完成(工作)?(量|率|进度|比例|程度)|执行(率|进度)|(支出|收入|工作|形象)进度")
_NOT_PROGRESS = re.compile(r"序时|进度差|同比|增")
_NOISE = Decimal("0.000001")  # what Excel's binary numbers no longer tell apart
_RATIOS = (FieldType.PERCENT, FieldType.POINTS)
_UNIT = re.compile(r"[(（]\s*[%％]\s*[)）]$")


@dataclass(frozen=True)
class Measure:
    """The column, or the header field, that says how far a department has come."""

    sheet: FormSheet
    table: Table | None
    field: Field

    def label(self, words: Words) -> str:
        """Return what to call it, without (%)."""
        return _UNIT.sub("", words.label(self.field.label))

    def whole(self, words: Words) -> str:
        """Return what to call the table or sheet it stands in."""
        return words.table(self.table) if self.table else words.sheet(self.sheet)

    @property
    def locus(self) -> Locus:
        """Where its combined value is found."""
        return Locus(self.sheet.name, self.field.name, self.table.name if self.table else "")


@lru_cache(maxsize=16)
def measure_of(form: Form, period: Period) -> Measure | None:
    """Return what says how far departments have come, if the form has such a thing."""
    return next(_measures(form, Words(form, period)), None)


def due(period: Period) -> Decimal:
    """Return 序时进度 as a fraction."""
    return Decimal(period.month) / 12


def reached_in(filing: Filing, reckoning: Reckoning) -> Reached:
    """Return how many of a return's cells reach 序时进度, are behind it, and say nothing."""
    measure = measure_of(reckoning.form, reckoning.period)
    if measure is None:
        return 0, 0, 0
    wanted = due(reckoning.period) - _NOISE
    reached = behind = nothing = 0
    for sheet in filing.copies(measure.sheet.name):
        for value in _values(reckoning, sheet, measure):
            if value is None:
                nothing += 1
            elif value >= wanted:
                reached += 1
            else:
                behind += 1
    return reached, behind, nothing


def _values(reckoning: Reckoning, sheet: SheetFiling, measure: Measure) -> Iterator[Decimal | None]:
    """Yield the fractions in a measure's cells."""
    field, table = measure.field, measure.table
    if table is None:
        yield number(kept(field, reckoning.field_value(sheet, field.name)))
        return
    for value in reckoning.column_values(sheet, table.name, field.name):
        yield number(kept(field, value))


def _measures(form: Form, words: Words) -> Iterator[Measure]:
    """Yield columns of progress: first those that the form itself holds against the calendar."""
    every = list(_ratios(form))
    compared = _compared_with_calendar(form)
    yield from (each for each in every if each.locus in compared)
    for each in every:
        label = words.label(each.field.label)
        if _PROGRESS.search(label) and not _NOT_PROGRESS.search(label):
            yield each


def _ratios(form: Form) -> Iterator[Measure]:
    for sheet in form.sheets:
        places: list[tuple[Table | None, Iterable[Field]]] = [(None, sheet.fields.values())]
        places += [(table, table.columns) for table in sheet.tables.values()]
        for table, fields in places:
            for field in fields:
                if field.type in _RATIOS and field.prints is None:
                    yield Measure(sheet, table, field)


def _compared_with_calendar(form: Form) -> set[Locus]:
    """Return what a check compares with the time that has passed."""
    found = set()
    for sheet, check in form.checks:
        refs = list(references(check.rule))
        if any(isinstance(each, PeriodRef) and each.attribute == "month" for each in refs):
            for each in refs:
                if isinstance(each, RowRef):
                    found.add(Locus(sheet.name, each.column, each.table))
                elif isinstance(each, FieldRef):
                    found.add(Locus(sheet.name, each.name))
    return found
