"""A contribution as it travels and waits: plain lists of texts and counts, exact and compact.

What has neither a sheet key nor a group is named by its number in the form; that is most of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from generator.consolidate.contribution import Contribution, Seen, Shares, Where, loci
from generator.consolidate.tally import Tallies
from generator.consolidate.totals import Locus
from generator.model.expression import Value
from generator.model.form import Form

Plain = list[Any]  # nothing but lists, objects, texts, whole numbers, truths and null


def write_contribution(form: Form, contribution: Contribution) -> Plain:
    """Return a contribution as plain lists, which JSON can hold."""
    found, where = contribution, contribution.where
    places = {locus: place for place, locus in enumerate(where.tallied)}
    for locus in where.shared:
        places.setdefault(locus, len(places))
    return [
        *(found.department, found.name, _seen(found.seen)),
        [*_numbered(form, places)],
        [*map(places.__getitem__, where.shared)],
        _tallies(found.tallies),
        [[each if each is None else str(each) for each in column] for column in found.shares],
        [*_numbered(form, found.columns)],
        [[write_value(each) for each in values] for values in found.columns.values()],
    ]


def read_contribution(form: Form, plain: Plain) -> Contribution:
    """Return the contribution that `write_contribution` wrote; its figures stay texts."""
    department, name, seen, loci, shared, tallies, shares, of_columns, columns = plain
    values = ([read_value(each) for each in column] for column in columns)
    return Contribution(
        department,
        name,
        _read_seen(*seen),
        _where(form, _hashable(loci), tuple(shared), len(tallies[0])),
        Tallies(*tallies),
        Shares(*shares),
        dict(zip(_loci(form, _hashable(of_columns)), values, strict=True)),
    )


@lru_cache(maxsize=16)
def _static(form: Form) -> tuple[Locus, ...]:
    return tuple(loci(form, Seen()))


@lru_cache(maxsize=16)
def _numbers(form: Form) -> Mapping[Locus, int]:
    return {locus: number for number, locus in enumerate(_static(form))}


def _numbered(form: Form, loci: Iterable[Locus]) -> Iterator[int | Locus]:
    """Yield where loci stand in the form; those of a sheet key or a group as they are."""
    numbers = _numbers(form)
    return (numbers.get(each, each) for each in loci)


def _hashable(written: Iterable[Any]) -> tuple[Any, ...]:
    """Return loci as they were written, in a form that can be remembered."""
    return tuple(each if isinstance(each, int) else _locus(each) for each in written)


def _locus(parts: Sequence[Any]) -> Locus:
    sheet, column, table, row, key, group = parts
    return Locus(sheet, column, table, row, key, tuple(group))


@lru_cache(maxsize=256)  # most returns say something of the same
def _where(form: Form, written: tuple[Any, ...], shared: tuple[int, ...], tallied: int) -> Where:
    loci = _loci(form, written)
    return Where(
        loci[:tallied],
        tuple(loci[each] for each in shared),
        tuple(each < tallied for each in shared),
    )


@lru_cache(maxsize=256)
def _loci(form: Form, written: tuple[Any, ...]) -> tuple[Locus, ...]:
    static = _static(form)
    return tuple(static[each] if isinstance(each, int) else each for each in written)


def _seen(seen: Seen) -> Plain:
    keys = [[sheet, sorted(each)] for sheet, each in seen.keys.items() if each]
    groups = [[*part, sorted(map(list, each))] for part, each in seen.groups.items() if each]
    return [keys, groups, seen.wordings]


def _read_seen(keys: Plain, groups: Plain, wordings: dict[str, str]) -> Seen:
    seen = Seen(wordings=wordings)
    for sheet, of_sheet in keys:
        seen.keys[sheet].update(of_sheet)
    for sheet, table, key, of_table in groups:
        seen.groups[sheet, table, key].update(map(tuple, of_table))
    return seen


def _tallies(tallies: Tallies) -> Plain:
    cells, numbers, added, told, stated, weighed, counted = tallies
    sums, made = ([str(each) if each else 0 for each in column] for column in (added, stated))
    weights = [[place, str(weighted), str(weight)] for place, weighted, weight in weighed]
    return [cells, numbers, sums, told, made, weights, [*map(list, counted)]]


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
