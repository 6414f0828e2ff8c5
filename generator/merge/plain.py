"""Filings, findings and rows as JSON, exact to the letter: what is read back equals what was there.

JSON and no pickle, since some of it is kept where others might write; and it is half as long.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import compress, count, islice, repeat
from typing import Any, TypeVar

from generator.model.filing import Answer, Filing, Row, SheetFiling
from generator.model.finding import Finding, Kind, Place

try:  # five times as fast; what is in it stays the same
    from isal import isal_zlib as zlib

    _LEVEL = 0  # what others call 1; their 0 leaves as it is
except ImportError:
    import zlib

    _LEVEL = 1

Plain = list[Any]  # lists, objects, texts, whole numbers, truths, null; of Decimals the digits
_KINDS = tuple(Kind)
_PLACE_OF = {kind: place for place, kind in enumerate(_KINDS)}
_USUAL = ("", True, "", "", False)  # unit, readable, normalised, formula, locked
_BETWEEN = "\x7f"  # texts; nobody types it
_SAME = 0  # for what equals what stands before it
_Said = TypeVar("_Said")


def _number(value: Decimal) -> list[str]:
    """Return a number so that no text is taken for it."""
    return [str(value)]


_JSON = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), default=_number
)


def packed(plain: Plain) -> bytes:
    """Return plain lists as compressed JSON; half characters stay what they are."""
    content: bytes = zlib.compress(_JSON.encode(plain).encode("utf-8", "surrogatepass"), _LEVEL)
    return content


def unpacked(content: bytes) -> Any:  # noqa: ANN401 (whatever JSON holds)
    """Return what was packed."""
    return json.loads(zlib.decompress(content).decode("utf-8", "surrogatepass"))


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
    """Return all answers of a return."""
    return packed(
        [
            *(filing.form, filing.version, filing.department, filing.department_name),
            *(filing.period, filing.file),
            [[*key, text] for key, text in filing.explanations.items()],
            [*map(_sheet, filing.sheets)],
        ]
    )


def read_filing(content: bytes) -> Filing:
    """Return the answers that `write_filing` wrote."""
    form, version, code, name, period, file, explanations, sheets = unpacked(content)
    return Filing(
        form,
        version,
        code,
        name,
        period,
        tuple(map(_read_sheet, sheets)),
        file,
        {(sheet, rule): text for sheet, rule, text in explanations},
    )


def _sheet(sheet: SheetFiling) -> Plain:
    """Return a copy of a sheet: its rows by name, what is answered in each, and where it stands."""
    rows = [row for rows in sheet.tables.values() for row in rows]
    answered, answers = _apart_from_keys([sheet.fields, *[each.answers for each in rows]])
    standing, spots = _apart_from_keys([sheet.spots, *[each.spots for each in rows]])
    tables = {
        name: [[row.name for row in rows], [row.number for row in rows]]
        for name, rows in sheet.tables.items()
    }
    written = _written(answers) if answers else []
    where = [*zip(*spots, strict=True)] or [(), ()]
    return [sheet.sheet, sheet.title, sheet.index, tables, answered, written, standing, where]


def _read_sheet(plain: Plain) -> SheetFiling:
    sheet, title, index, tables, answered, written, standing, where = plain
    told = _with_keys(answered, _read(written) if written else iter(()))
    stand = _with_keys(standing, zip(*where, strict=True))
    fields, spots = next(told), next(stand)
    rows = {
        name: tuple(map(Row, islice(told, len(names)), names, numbers, stand))
        for name, (names, numbers) in tables.items()
    }
    return SheetFiling(sheet, title, fields, rows, index, spots)


def _written(answers: Sequence[Answer]) -> Plain:
    """Return answers by what is said of them, as far as that is not what is usual."""
    values, raws, units, shown, *others = zip(*answers, strict=True)
    return [
        *(_joined(raws), _apart(values, raws), _apart(shown, repeat(None))),
        *map(_unusual, (units, *others), _USUAL),
    ]


def _read(written: Plain) -> Iterator[Answer]:
    """Return the answers that `_written` wrote."""
    joined, values, shown, *others = written
    raws = _split(joined)
    numbers = _together(shown, [None] * len(raws))
    units, *rest = map(_together, others, ([each] * len(raws) for each in _USUAL))
    return map(Answer, _together(values, raws), raws, units, numbers, *rest)


# -- lists of which most need not be said --


def _apart(said: Sequence[Any], usual: Iterable[Any]) -> Plain:
    """Return what is not as usual in a list, after where it stands."""
    apart = [*map(operator.is_not, said, usual)]
    return [[*compress(count(), apart)], [*compress(said, apart)]] if True in apart else []


def _unusual(said: tuple[Any, ...], usual: object) -> Plain:
    """Return what is not one usual thing in a list, after where it stands."""
    return [] if said.count(usual) == len(said) else _apart(said, repeat(usual))


def _together(apart: Plain, usual: Sequence[Any]) -> Plain:
    """Return the list that `_apart` was told of."""
    found = [*usual]
    for place, each in zip(*map(read_values, apart), strict=True):
        found[place] = each
    return found


def _joined(texts: Sequence[str]) -> str | Sequence[str]:
    """Return texts as one, unless the mark between them is in one of them."""
    joined = _BETWEEN.join(texts)
    return joined if joined.count(_BETWEEN) == len(texts) - 1 else texts


def _split(joined: str | list[str]) -> list[str]:
    return joined.split(_BETWEEN) if isinstance(joined, str) else joined


def _apart_from_keys(told: Iterable[Mapping[str, _Said]]) -> tuple[Plain, list[_Said]]:
    """Return the keys of mappings, with a mark for those like the ones before, and what is held."""
    listed = [*told]
    keys = [*map(list, listed)]
    again = map(operator.eq, keys, [None, *keys])
    marked = [_SAME if alike else each for each, alike in zip(keys, again, strict=True)]
    return marked, [each for mapping in listed for each in mapping.values()]


def _with_keys(marked: Iterable[Any], held: Iterator[_Said]) -> Iterator[dict[str, _Said]]:
    """Yield the mappings that `_apart_from_keys` was told of."""
    keys: Plain = []
    for each in marked:
        keys = keys if each == _SAME else each
        yield dict(zip(keys, held, strict=False))
