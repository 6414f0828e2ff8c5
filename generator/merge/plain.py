"""Filings, findings and rows as JSON, exact to the letter: what is read back equals what was there.

JSON and no pickle, since some of it is kept where others might write; and it is half as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from generator.model.filing import Answer, AnswerValue, Filing, Row, SheetFiling
from generator.model.finding import Finding, Kind, Place

try:  # five times as fast; what is in it stays the same
    from isal.isal_zlib import compress, decompress
except ImportError:
    from zlib import compress, decompress

Plain = list[Any]  # nothing but lists, objects, texts, whole numbers, truths and null
_KINDS = tuple(Kind)
_PLACE_OF = {kind: place for place, kind in enumerate(_KINDS)}
_SAME = 0  # for what equals what stands before it
_USUAL = ("", True, "", "")


def packed(plain: Plain) -> bytes:
    """Return plain lists as compressed JSON; half characters stay what they are."""
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    content: bytes = compress(text.encode("utf-8", "surrogatepass"), 1)
    return content


def unpacked(content: bytes) -> Any:  # noqa: ANN401 (whatever JSON holds)
    """Return what was packed."""
    return json.loads(decompress(content).decode("utf-8", "surrogatepass"))


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
            [_sheet(each, filing.file) for each in filing.sheets],
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
        tuple(_read_sheet(each, file) for each in sheets),
        file,
        {(sheet, rule): text for sheet, rule, text in explanations},
    )


def _sheet(sheet: SheetFiling, file: str) -> Plain:
    def rows(of_table: Sequence[Row]) -> Plain:
        return [
            [
                row.name,
                row.number,
                {name: _answer(each, here) for name, each in row.answers.items()},
            ]
            for row in of_table
        ]

    here = (file, sheet.title)
    fields = {name: _answer(each, here) for name, each in sheet.fields.items()}
    tables = {name: rows(each) for name, each in sheet.tables.items()}
    return [sheet.sheet, sheet.title, sheet.index, fields, tables]


def _read_sheet(plain: Plain, file: str) -> SheetFiling:
    name, title, index, fields, tables = plain
    here = (file, title)
    return SheetFiling(
        name,
        title,
        {key: _read_answer(each, here) for key, each in fields.items()},
        {key: tuple(_read_row(row, here) for row in rows) for key, rows in tables.items()},
        index,
    )


def _read_row(plain: Plain, here: tuple[str, str]) -> Row:
    name, number, answers = plain
    return Row({key: _read_answer(each, here) for key, each in answers.items()}, name, number)


def _answer(answer: Answer, here: tuple[str, str]) -> Plain:
    place, value = answer.place, answer.value
    written: Plain = [
        place.row,
        place.column,
        answer.raw,
        _SAME if value == answer.raw else _value(value),
        _SAME if answer.shown is value else _value(answer.shown),
        answer.locked,
    ]
    more = (answer.unit, answer.readable, answer.normalised, answer.formula)
    elsewhere = (place.file, place.sheet) != here
    if elsewhere or more != _USUAL:
        written += more
    if elsewhere:
        written += [place.file, place.sheet]
    return written


def _read_answer(plain: Plain, here: tuple[str, str]) -> Answer:
    row, column, raw, value, shown, locked, *more = plain
    file, sheet = more[4:] or here
    known: AnswerValue = raw if value == _SAME else _read_value(value)
    unit, readable, normalised, formula = more[:4] or _USUAL
    return Answer(
        value=known,
        raw=raw,
        unit=unit,
        shown=known if shown == _SAME else _read_value(shown),  # type: ignore[arg-type]
        place=Place(file, sheet, row, column),
        readable=readable,
        normalised=normalised,
        formula=formula,
        locked=locked,
    )


def _value(value: AnswerValue) -> str | None:
    """Return a text behind a mark, so that no number is taken for one."""
    if value is None:
        return None
    return f"={value}" if isinstance(value, Decimal) else f"'{value}"


def _read_value(plain: str | None) -> AnswerValue:
    if plain is None:
        return None
    return Decimal(plain[1:]) if plain[0] == "=" else plain[1:]
