"""The answers of one row as the ledger keeps them, and back.

`answers` has what each column says in canonical text: 元 for an amount, a fraction for a
percentage, what a formula gives when it is reckoned again. `cells` has where it stands. `details`
has what else was in the cells, and only where it cannot be told from the rest. Of blank cells, and
of whether a cell was locked, nothing is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from generator.model.filing import Answer, AnswerValue, Spot, Spots
from generator.model.finding import Place

Json = dict[str, dict[str, object]]
Details = Mapping[str, Mapping[str, object]]
Packed = tuple[dict[str, str], dict[str, str], Json]
_NUMBER = re.compile(r"-?\d+(\.\d+)?(E[+-]\d+)?", re.ASCII)
_CELL = re.compile(r"([A-Z]+)(\d+)")
_MOST_ZEROS = 40  # an exponent beyond is written as one
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # no database takes them


def storable(text: str) -> str:
    r"""Return a text that every database takes: half characters and NUL become `\ufffd`."""
    return text if text.isprintable() else _UNSTORABLE.sub("\ufffd", text)


def canonical(value: AnswerValue) -> str | None:
    """Return a value as a text; equal values are equal texts.

    >>> canonical(Decimal("1.70E+7")), canonical(Decimal("12.50"))
    ('17000000', '12.5')
    """
    if value is None or isinstance(value, str):
        return None if value is None else storable(value)
    if not value:
        return "0"
    if abs(value.adjusted()) > _MOST_ZEROS:
        return _scientific(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scientific(value: Decimal) -> str:
    """Return a very large or small number with all its digits; `normalize` would round them."""
    sign, digits, exponent = value.as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    kept = written.rstrip("0")
    power = int(exponent) + len(written) - len(kept)
    return f"{'-' if sign else ''}{kept}E{power:+}"


def pack(
    answers: Mapping[str, Answer], spots: Spots, reckoned: Mapping[str, AnswerValue]
) -> Packed:
    """Return answers, cells and details; `reckoned` has what computed cells amount to."""
    texts: dict[str, str] = {}
    cells: dict[str, str] = {}
    details: Json = {}
    for name, value in reckoned.items():
        text = canonical(value)
        if text is not None:
            texts[name] = text
    for name, answer in answers.items():
        if answer.value is None and _is_nothing(answer) and name not in reckoned:
            continue
        text = canonical(answer.value)
        if name not in reckoned and text is not None:
            texts[name] = text
        if name in spots:
            row, column = spots[name]
            cells[name] = f"{_letters(column)}{row}"
        for detail, content in _details(answer, text, texts.get(name)):
            details.setdefault(detail, {})[name] = content
    return texts, cells, details


def _is_nothing(answer: Answer) -> bool:
    """Whether a cell without a value says nothing at all."""
    return answer.readable and not (
        answer.raw or answer.unit or answer.shown is not None or answer.normalised or answer.formula
    )


def _details(answer: Answer, text: str | None, kept: str | None) -> Iterator[tuple[str, object]]:
    """Yield what the canonical text does not tell."""
    number = isinstance(answer.value, Decimal)
    if text != kept:
        yield "stated", text
    if text is not None and not number and _looks_like_number(text):
        yield "text", 1
    if answer.raw != (text or ""):
        yield "raw", storable(answer.raw)
    shown = None if answer.shown is None else str(answer.shown)
    if shown != _shown(answer.raw, number=number):
        yield "shown", shown
    if not answer.readable:
        yield "unreadable", 1
    for name in _RARELY:
        said = getattr(answer, name)
        if said:
            yield name, storable(said)


_RARELY = ("unit", "normalised", "formula")


class Unpacked(Mapping[str, Answer]):
    """Answers, each made when it is first asked for: of a table, few columns are."""

    def __init__(
        self, texts: Mapping[str, str], cells: Mapping[str, str], details: Details
    ) -> None:
        self._texts, self._cells, self._details = texts, cells, details
        self._made: dict[str, Answer | None] = {}

    def __getitem__(self, name: str) -> Answer:
        if name not in self._made:
            known = name in self._texts or name in self._cells
            self._made[name] = _answer(name, self._texts, self._details) if known else None
        answer = self._made[name]
        if answer is None:
            raise KeyError(name)
        return answer

    def __iter__(self) -> Iterator[str]:
        return iter({**self._texts, **self._cells})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))


class Standing(Mapping[str, Spot]):
    """Where answers stand, told when it is first asked for."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells

    def __getitem__(self, name: str) -> Spot:
        return _row_and_column(self._cells[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        return repr(dict(self))


def unpack(
    texts: Mapping[str, str], cells: Mapping[str, str], details: Details
) -> tuple[Mapping[str, Answer], Spots]:
    """Return the answers again, and where they stand."""
    return Unpacked(texts, cells, details), Standing(cells)


def _answer(name: str, texts: Mapping[str, str], told: Details) -> Answer:
    own = {which: said[name] for which, said in told.items() if name in said}
    text = own.get("stated", texts.get(name))
    value = None if text is None else _value(str(text), as_text=bool(own.get("text")))
    raw = str(own.get("raw", text or ""))
    shown = own.get("shown", _shown(raw, number=isinstance(value, Decimal)))
    return Answer(
        value=value,
        raw=raw,
        unit=str(own.get("unit", "")),
        shown=None if shown is None else Decimal(str(shown)),
        readable=not own.get("unreadable"),
        normalised=str(own.get("normalised", "")),
        formula=str(own.get("formula", "")),
    )


def _value(text: str, *, as_text: bool) -> AnswerValue:
    return text if as_text or not _looks_like_number(text) else Decimal(text)


def _looks_like_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _shown(raw: str, *, number: bool) -> str | None:
    """Return the number that a cell shows, as far as its raw text tells."""
    if not number:
        return None
    try:
        return str(Decimal(raw))
    except InvalidOperation:
        return None


def place_of(cell: str, file: str, sheet: str) -> Place:
    """Return the place of an address as Excel shows it.

    >>> place_of("AB7", "a.xlsx", "表")
    Place(file='a.xlsx', sheet='表', row=7, column=28)
    """
    return Place(file, sheet, *_row_and_column(cell))


@lru_cache(maxsize=4096)  # departments that fill the same form fill the same cells
def _row_and_column(cell: str) -> tuple[int, int]:
    match = _CELL.fullmatch(cell)
    if match is None:
        return 0, 0
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


@lru_cache(maxsize=1024)
def _letters(column: int) -> str:
    return Place(row=1, column=column).cell[:-1]
