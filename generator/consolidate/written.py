"""A contribution as it travels and waits: plain lists of texts and counts, exact and compact.

What has neither a sheet key nor a group is named by its number in the form; that is most of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    found = contribution
    places = {locus: place for place, locus in enumerate({**found.tallies, **found.shares})}
    columns = [[write_value(each) for each in values] for values in found.columns.values()]
    return [
        *(found.department, found.name, _seen(found.seen), _where(form, places)),
        _tallies([*found.tallies.values()]),  # of the first loci
        [*map(places.__getitem__, found.shares)],
        _shares(found.shares.values()),
        *(_where(form, found.columns), columns),
    ]


def read_contribution(form: Form, plain: Plain) -> Contribution:
    """Return the contribution that `write_contribution` wrote."""
    department, name, seen, where, tallies, places, shares, of_columns, columns = plain
    loci = [*_loci(form, where)]
    return Contribution(
        department,
        name,
        _read_seen(*seen),
        dict(zip(loci, _read_tallies(*tallies), strict=False)),
        {
            locus: [read_value(each) for each in values]
            for locus, values in zip(_loci(form, of_columns), columns, strict=True)
        },
        dict(zip(map(loci.__getitem__, places), _read_shares(*shares), strict=True)),
    )


@lru_cache(maxsize=16)
def _static(form: Form) -> tuple[Locus, ...]:
    return tuple(loci(form, Seen()))


@lru_cache(maxsize=16)
def _numbers(form: Form) -> Mapping[Locus, int]:
    return {locus: number for number, locus in enumerate(_static(form))}


def _where(form: Form, loci: Iterable[Locus]) -> Plain:
    """Return where loci stand in the form; those of a sheet key or a group by their parts."""
    numbers = _numbers(form)
    return [numbers.get(each, each) for each in loci]


def _loci(form: Form, where: Iterable[Any]) -> Iterator[Locus]:
    static = _static(form)
    return (static[each] if isinstance(each, int) else _locus(each) for each in where)


def _locus(parts: Sequence[Any]) -> Locus:
    sheet, column, table, row, key, group = parts
    return Locus(sheet, column, table, row, key, tuple(group))


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


def _tallies(tallies: Sequence[Tally]) -> Plain:
    """Return what there is of every tally, column by column, and what there is of few."""
    weighed = [
        [place, _exact(each.weighted), _exact(each.weight)]
        for place, each in enumerate(tallies)
        if each.weight or each.weighted
    ]
    counted = [[place, each.counts] for place, each in enumerate(tallies) if each.counts]
    return [
        [each.cells for each in tallies],
        [each.numbers for each in tallies],
        [_exact(each.added) for each in tallies],
        [each.told for each in tallies],
        [_exact(each.stated) for each in tallies],
        weighed,
        counted,
    ]


def _read_tallies(*plain: Plain) -> list[Tally]:
    cells, numbers, added, told, stated, weighed, counted = plain
    sums = (cells, numbers, map(Decimal, added), told, map(Decimal, stated))
    found = [*map(Tally, *sums)]
    for place, weighted, weight in weighed:
        found[place].weighted, found[place].weight = Decimal(weighted), Decimal(weight)
    for place, counts in counted:
        found[place].counts = counts
    return found


def _exact(value: Decimal) -> str | int:
    return str(value) if value else 0


def _shares(shares: Iterable[Share]) -> Plain:
    values = [str(each.value) for each in shares]
    return [values, [None if each.stated is None else str(each.stated) for each in shares]]


def _read_shares(values: Iterable[str], stated: Iterable[str | None]) -> Iterator[Share]:
    told = (None if each is None else Decimal(each) for each in stated)
    return map(Share, map(Decimal, values), told)


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
