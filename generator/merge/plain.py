"""Filings, findings and rows as JSON, exact to the letter: what is read back equals what was there.

Most of a filing is what is written in its cells: that stands behind the JSON, as one text.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, compress, count, islice, repeat
from typing import Any, TypeVar

from generator.model.filing import NO_ANSWER, Answer, Filing, Records, SheetFiling, Spot
from generator.model.finding import Finding, Kind, Place
from generator.workbook.packing import Plain, from_json, pack, to_json, unpack

_KINDS = tuple(Kind)
_PLACE_OF = {kind: place for place, kind in enumerate(_KINDS)}
_USUAL = ("", None, True, "", "", False)  # unit, shown, readable, normalised, formula, locked
_BETWEEN = "\x7f"  # texts; nobody types it
_END_OF_LINE = b"\n"
_NOWHERE = (0, 0)  # for the spot of a cell that there is not
_Said = TypeVar("_Said")


def packed(plain: Plain) -> bytes:
    """Return plain lists as they travel and wait."""
    return pack(to_json(plain))


def unpacked(content: bytes) -> Any:  # noqa: ANN401 (whatever JSON holds)
    """Return what was packed."""
    return from_json(unpack(content))


def read_values(plain: Iterable[Any]) -> list[Any]:
    """Return values that were packed; numbers are numbers again."""
    return [Decimal(each[0]) if isinstance(each, list) else each for each in plain]


# -- findings: all of one file --


def write_findings(findings: Iterable[Finding]) -> bytes:
    """Return the findings of one file; the file itself is not written."""
    return packed(
        [
            [
                *(each.department, _PLACE_OF[each.kind], each.rule),
                *(each.place.sheet, each.place.row, each.place.column),
                *(each.message, each.remedy),
            ]
            for each in findings
        ]
    )


def read_findings(content: bytes, file: str) -> Iterator[Finding]:
    """Yield the findings of a file."""
    for department, kind, rule, sheet, row, column, message, remedy in unpacked(content):
        place = Place(file, sheet, row, column)
        yield Finding(rule, _KINDS[kind], place, message, remedy, department)


# -- a filing --


def write_filing(filing: Filing) -> bytes:
    """Return all answers of a return: what is in which order, and all of it one after the other."""
    said, stand = list[Answer | None](), list[Spot | None]()
    for sheet in filing.sheets:
        said += chain(sheet.fields.values(), _all([each.columns for each in sheet.tables.values()]))
        stand += chain(sheet.spots.values(), _all([each.spots for each in sheet.tables.values()]))
    answers, raws = _written(said)
    joined = _BETWEEN.join(raws)
    apart = joined.count(_BETWEEN) >= len(raws) > 0
    plain = to_json(
        [
            *(filing.form, filing.version, filing.department, filing.department_name),
            *(filing.period, filing.file),
            [[*key, text] for key, text in filing.explanations.items()],
            [*map(_sheet, filing.sheets)],
            answers,
            [*zip(*[each or _NOWHERE for each in stand], strict=True)],
            raws if apart else len(raws),
        ]
    )
    return pack(plain + _END_OF_LINE + ("" if apart else joined).encode("utf-8", "surrogatepass"))


def read_filing(content: bytes) -> Filing:
    """Return the answers that `write_filing` wrote."""
    plain, _, joined = unpack(content).partition(_END_OF_LINE)
    form, version, code, name, period, file, explanations, sheets, answers, stand, raws = from_json(
        plain
    )
    if isinstance(raws, int):
        raws = joined.decode("utf-8", "surrogatepass").split(_BETWEEN) if raws else []
    said, spots = _read(answers, raws), _read_spots(stand)
    return Filing(
        form,
        version,
        code,
        name,
        period,
        tuple(_read_sheet(each, said, spots) for each in sheets),
        file,
        {(sheet, rule): text for sheet, rule, text in explanations},
    )


def _all(tables: Iterable[Mapping[str, Iterable[_Said]]]) -> Iterator[_Said]:
    """Yield what columns of tables hold, one below the other."""
    return chain.from_iterable(column for columns in tables for column in columns.values())


def _sheet(sheet: SheetFiling) -> Plain:
    """Return what there is in a copy of a sheet: fields, and of each table rows and columns."""
    tables = [
        [name, [*each.names], [*each.numbers], [*each.columns], [*each.spots]]
        for name, each in sheet.tables.items()
    ]
    return [sheet.sheet, sheet.title, sheet.index, [*sheet.fields], [*sheet.spots], tables]


def _read_sheet(
    plain: Plain, said: Iterator[Answer | None], stand: Iterator[Spot | None]
) -> SheetFiling:
    sheet, title, index, fields, spots, tables = plain
    answers = {name: each for name, each in zip(fields, said, strict=False) if each}
    places = {name: each for name, each in zip(spots, stand, strict=False) if each}
    records = {
        name: Records(
            {each: [*islice(said, len(names))] for each in columns},
            {each: [*islice(stand, len(names))] for each in standing},
            numbers,
            names,
        )
        for name, names, numbers, columns, standing in tables
    }
    return SheetFiling(sheet, title, answers, records, index, places)


def _written(said: Sequence[Answer | None]) -> tuple[Plain, Sequence[str]]:
    """Return answers by what is said of them, as far as that is not usual, and their raw texts."""
    missing = [] if all(said) else [at for at, each in enumerate(said) if each is None]
    answers = [each or NO_ANSWER for each in said] if missing else said
    values, raws, units, shown, *others = [*zip(*answers, strict=True)] or [()] * len(NO_ANSWER)
    unusual = map(_unusual, (units, shown, *others), _USUAL)
    return [missing, _apart(values, raws), *unusual], raws


def _read(written: Plain, raws: Sequence[str]) -> Iterator[Answer | None]:
    """Return the answers that `_written` wrote."""
    missing, values, *others = written
    rest = map(_together, others, ([each] * len(raws) for each in _USUAL))
    answers = map(Answer, _together(values, raws), raws, *rest)
    if not missing:
        return answers
    found: list[Answer | None] = [*answers]
    for at in missing:
        found[at] = None
    return iter(found)


def _read_spots(stand: Plain) -> Iterator[Spot | None]:
    """Return the spots of which the rows and the columns were written."""
    spots = zip(*stand, strict=True)
    return (None if spot == _NOWHERE else spot for spot in spots)


# -- lists of which most need not be said --


def _apart(said: Sequence[Any], usual: Iterable[Any]) -> Plain:
    """Return what is not as usual in a list, after where it stands."""
    apart = [*compress(count(), map(operator.is_not, said, usual))]
    return [apart, [said[at] for at in apart]] if apart else []


def _unusual(said: tuple[Any, ...], usual: object) -> Plain:
    """Return what is not one usual thing in a list, after where it stands."""
    return [] if said.count(usual) == len(said) else _apart(said, repeat(usual))


def _together(apart: Plain, usual: Sequence[Any]) -> Plain:
    """Return the list that `_apart` was told of."""
    found = [*usual]
    for place, each in zip(*map(read_values, apart), strict=True):
        found[place] = each
    return found
