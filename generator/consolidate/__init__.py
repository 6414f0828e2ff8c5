"""Form × Filings → totals. Pure, exact, and the same in whatever order the returns come.

Amounts are added in 元; percentages are weighted by their base or recomputed from combined parts,
never added and never plainly averaged; printed rows are joined by name, repeated sheets by key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.consolidate.gather import Gathered, gather
from generator.consolidate.merged import Merged, adds
from generator.consolidate.totals import Locus, Part, Total, Totals, parts_of
from generator.model.filing import Filing
from generator.model.form import Combine, Form, FormSheet, Table
from generator.model.period import Period


def consolidate(form: Form, filings: Iterable[Filing], period: Period) -> Totals:
    """Return the totals of all returns; there must be one return per department.

    Raises:
        ValueError: a department comes twice.
    """
    return consolidate_ordered(form, sorted(filings, key=lambda each: each.department), period)


def consolidate_ordered(form: Form, filings: Iterable[Filing], period: Period) -> Totals:
    """Return the totals of returns that come by department code; each is let go after the other.

    Raises:
        ValueError: a department comes twice.
    """
    departments: dict[str, str] = {}
    gathered = gather(form, _noted(filings, departments), period)
    codes = list(departments)
    whole = Merged(form, period, gathered)
    alone = {code: Merged(form, period, gathered, code) for code in codes}
    totals = (_total(whole, alone, locus) for locus in _loci(form, gathered))
    kept = (each for each in totals if each is not None)
    return Totals(form.id, period.id, tuple(departments.items()), tuple(kept))


def _noted(filings: Iterable[Filing], departments: dict[str, str]) -> Iterator[Filing]:
    """Yield filings, and note whose they are."""
    twice = []
    for each in filings:
        if each.department in departments:
            twice.append(each.department)
        departments[each.department] = each.department_name
        yield each
    if twice:
        named = "、".join(dict.fromkeys(twice))
        raise ValueError(f"汇总前请为每个单位选定一份报表；重复的单位：{named}")


def _total(whole: Merged, alone: dict[str, Merged], locus: Locus) -> Total | None:
    if not whole.combines(locus):
        return None
    gathered, form_field = whole.gathered, whole.field(locus)
    adding = adds(form_field)
    involved = gathered.cells[locus].keys() if locus in gathered.cells else alone.keys()
    values = [
        (code, value, alone[code].stated(locus) if adding else None)
        for code in alone
        if code in involved and (value := alone[code].value(locus)) is not None
    ]
    return Total(
        _worded(gathered, locus),
        whole.value(locus),
        whole.stated(locus) if adding else None,
        whole.counts(locus) if form_field.combine is Combine.COUNT else (),
        parts_of(values, adds=adding),
    )


def _loci(form: Form, gathered: Gathered) -> Iterator[Locus]:
    """Yield everything that might be combined: overall first, then by sheet key and by group."""
    for sheet in form.sheets:
        for key in ("", *sorted(gathered.keys[sheet.name])):
            for name in sheet.fields:
                yield Locus(sheet.name, name, key=key)
            for table in sheet.tables.values():
                yield from _table_loci(sheet, table, key, gathered)


def _table_loci(sheet: FormSheet, table: Table, key: str, gathered: Gathered) -> Iterator[Locus]:
    rows = [each.name for each in table.fixed] or [""]
    groups = gathered.groups[sheet.name, table.name, key]
    for group in ((), *sorted(groups - {()}, key=lambda each: _listed(table, each))):
        for row in rows:
            for column in table.columns:
                yield Locus(sheet.name, column.name, table.name, row, key, group)


def _listed(table: Table, group: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Return a group's place: in the order of the columns' lists, then by wording."""
    places = []
    for name, text in zip(table.group_by, group, strict=True):
        choices = table.column(name).choices
        places.append((choices.index(text) if text in choices else len(choices), text))
    return tuple(places)


def _worded(gathered: Gathered, locus: Locus) -> Locus:
    """Return a locus with its key and group as they were written, not as they were joined."""
    word = gathered.wordings
    return Locus(
        locus.sheet,
        locus.column,
        locus.table,
        locus.row,
        word.get(locus.key, locus.key),
        tuple(word.get(each, each) for each in locus.group),
    )


__all__ = ["Locus", "Part", "Total", "Totals", "consolidate", "consolidate_ordered"]
