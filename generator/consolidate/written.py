"""A contribution as it travels and waits: plain lists of texts and counts, exact and compact.

What has neither a sheet key nor a group is named by its number in the form; that is most of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from generator.consolidate.contribution import Contribution, Seen, Share, loci
from generator.consolidate.tally import Tally
from generator.consolidate.totals import Locus
from generator.model.expression import Value
from generator.model.form import Form

Plain = list[Any]  # nothing but lists, objects, texts, whole numbers, truths and null


def write_contribution(form: Form, contribution: Contribution) -> Plain:
    """Return a contribution as plain lists, which JSON can hold."""
    number = _numbers(form)
    where = {each: number.get(each, _parts(each)) for each in _all_loci(contribution)}
    cells = [
        [where[locus], _tally(contribution, locus), *_share(contribution, locus)]
        for locus in dict.fromkeys([*contribution.tallies, *contribution.shares])
    ]
    columns = [
        [where[locus], [write_value(each) for each in values]]
        for locus, values in contribution.columns.items()
    ]
    return [contribution.department, contribution.name, _seen(contribution.seen), cells, columns]


def read_contribution(form: Form, plain: Plain) -> Contribution:
    """Return the contribution that `write_contribution` wrote."""
    department, name, (keys, groups, words), cells, columns = plain
    found = Contribution(department, name)
    for sheet, of_sheet in keys:
        found.seen.keys[sheet].update(of_sheet)
    for sheet, table, key, of_table in groups:
        found.seen.groups[sheet, table, key].update(map(tuple, of_table))
    found.seen.wordings.update(words)
    static = _static(form)
    for where, tally, value, stated in cells:
        locus = static[where] if isinstance(where, int) else _locus(where)
        if tally:
            found.tallies[locus] = _read_tally(tally)
        if value is not None:
            found.shares[locus] = Share(Decimal(value), _decimal(stated))
    for where, values in columns:
        locus = static[where] if isinstance(where, int) else _locus(where)
        found.columns[locus] = [read_value(each) for each in values]
    return found


@lru_cache(maxsize=16)
def _static(form: Form) -> tuple[Locus, ...]:
    return tuple(loci(form, Seen()))


@lru_cache(maxsize=16)
def _numbers(form: Form) -> Mapping[Locus, int]:
    return {locus: number for number, locus in enumerate(_static(form))}


def _all_loci(contribution: Contribution) -> set[Locus]:
    return {*contribution.tallies, *contribution.shares, *contribution.columns}


def _parts(locus: Locus) -> Plain:
    return [locus.sheet, locus.column, locus.table, locus.row, locus.key, list(locus.group)]


def _locus(parts: Sequence[Any]) -> Locus:
    sheet, column, table, row, key, group = parts
    return Locus(sheet, column, table, row, key, tuple(group))


def _seen(seen: Seen) -> Plain:
    keys = [[sheet, sorted(each)] for sheet, each in seen.keys.items() if each]
    groups = [[*part, sorted(map(list, each))] for part, each in seen.groups.items() if each]
    return [keys, groups, seen.wordings]


def _tally(contribution: Contribution, locus: Locus) -> Plain | None:
    tally = contribution.tallies.get(locus)
    if tally is None:
        return None
    sums = (tally.added, tally.stated, tally.weighted, tally.weight)
    written = [str(each) if each else "" for each in sums]
    return [tally.cells, tally.numbers, tally.told, *written, tally.counts]


def _read_tally(plain: Plain) -> Tally:
    cells, numbers, told, added, stated, weighted, weight, counts = plain
    return Tally(
        cells,
        numbers,
        Decimal(added or 0),
        told,
        Decimal(stated or 0),
        Decimal(weighted or 0),
        Decimal(weight or 0),
        counts,
    )


def _share(contribution: Contribution, locus: Locus) -> Plain:
    share = contribution.shares.get(locus)
    if share is None:
        return [None, None]
    return [str(share.value), None if share.stated is None else str(share.stated)]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def write_value(value: Value) -> str | bool | None:
    """Return a text behind a mark, so that no number is taken for one."""
    if isinstance(value, Decimal):
        return f"={value}"
    return f"'{value}" if isinstance(value, str) else value


def read_value(plain: str | bool | None) -> Value:  # noqa: FBT001 (a truth of an expression)
    """Return the value that `write_value` wrote."""
    if not isinstance(plain, str):
        return plain
    return Decimal(plain[1:]) if plain[0] == "=" else plain[1:]
