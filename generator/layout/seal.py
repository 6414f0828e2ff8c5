"""The seal: the hidden mark that says which form, layout, department and period a workbook is.

Its last line is a fingerprint of the others under the bureau's key, so that nobody else can write
one. What is locked on the worksheets is in it by two digests: `layout` of what all departments
share, and `filled` of what was put in for this one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from generator.layout.shape import CopyShape, Shape, TableShape
from generator.layout.sheet import Area, Cell, Given, Printed, Role, Sealed, Sheet, Slot, Style
from generator.model.form import Form
from generator.model.period import Period

TAB = "_jixiao"
_PRODUCT = "jixiao"
_TEXTS = ("form", "version", "period", "layout", "department", "name", "key")
OWN = ("department", "name", "filled", "key", "signature")  # the lines of one department
_SIGNED = ("seal", *_TEXTS, "shape", "filled")
_PURPOSE = b"jixiao seal 1\0"  # the key would give another fingerprint for anything else
_MOST_COPIES, _MOST_ROWS = 5_000, 100_000  # a shape that asks for more is a trick
_NO_SHAPE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Seal:
    """What the seal of a return says; empty texts where it is damaged."""

    form: str
    version: str
    period: str
    shape: Shape
    layout: str
    department: str
    name: str
    key: str = ""  # which key signed it
    filled: tuple[str, ...] = ()  # a digest for each worksheet of the form
    signature: str = ""
    _rows: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, rows: Mapping[str, str]) -> Seal | None:
        """Return the seal in the key-value rows of a seal sheet, or None if it is not one."""
        if rows.get("seal") != _PRODUCT:
            return None
        try:
            shape = _shape(rows.get("shape", "[]"))
        except _NO_SHAPE:
            shape = ()
        return cls(
            shape=shape,
            filled=tuple(rows.get("filled", "").split()),
            signature=rows.get("signature", "").strip(),
            _rows=rows,
            **{key: rows.get(key, "") for key in _TEXTS},
        )

    def is_signed_with(self, secret: bytes) -> bool:
        """Whether the signature is the one that this key gives to these lines."""
        right = signature(secret, self._rows)
        return hmac.compare_digest(right.encode(), self.signature.encode())


def signature(secret: bytes, rows: Mapping[str, str]) -> str:
    """Return the fingerprint of a seal's lines under a key; spaces and line ends do not count."""
    said = [" ".join(rows.get(key, "").split()) for key in _SIGNED]
    return hmac.digest(secret, _PURPOSE + json.dumps(said).encode(), "sha256").hex()


def filled_digest(values: Iterable[Decimal | str | bool | None]) -> str:
    """Return a digest of what was put in and locked on one worksheet, wherever it stands there."""
    said = {"".join(_as_text(value).split()) for value in values}
    text = "\n".join(sorted(said - {""}))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _as_text(value: Decimal | str | bool | None) -> str:  # noqa: FBT001 (what a cell may hold)
    if isinstance(value, Decimal):
        return f"{Decimal(repr(float(value))).normalize():f}"  # as a cell keeps it
    return "" if value is None else str(value)


def is_filled(cell: Cell) -> bool:
    """Whether a cell holds, locked, what was put in for the department, outside of records."""
    match cell.slot:
        case Printed():
            return True
        case Given(table=""):
            return cell.style.locked
    return False


def filled_slots(sheets: Iterable[Sheet], count: int) -> tuple[tuple[Slot, ...], ...]:
    """Return what is put in and locked, for each of `count` worksheets of the form."""
    found: list[list[Slot]] = [[] for _ in range(count)]
    for cell in (cell for sheet in sheets for cell in sheet.cells if is_filled(cell)):
        slot = cell.slot
        if isinstance(slot, Printed | Given) and slot.copy >= 0:
            found[slot.copy].append(slot)
    return tuple(map(tuple, found))


def seal_sheet(form: Form, period: Period, shape: Shape, layout: str) -> Sheet:
    """Return the very hidden seal sheet; the department's own lines are slots."""
    shared = shared_lines(form, period, shape, layout)
    own = {each: Sealed(each) for each in OWN}
    style = Style(Role.TEXT, number_format="@", border=False)
    cells = []
    for row, key in enumerate((*shared, *own), 1):
        cells.append(Cell(Area(row, 1), style, key))
        cells.append(Cell(Area(row, 2), style, shared.get(key, ""), slot=own.get(key)))
    return Sheet(TAB, tuple(cells), (16.0, 60.0), state="veryHidden")


def shared_lines(form: Form, period: Period, shape: Shape, layout: str) -> dict[str, str]:
    """Return the lines that are the same for all departments of a shape."""
    return {
        "seal": _PRODUCT,
        "form": form.id,
        "version": form.version,
        "period": period.id,
        "shape": write_shape(shape),
        "layout": layout,
    }


def write_shape(shape: Shape) -> str:
    """Return a shape as compact JSON."""
    return json.dumps(
        [
            [copy.sheet, copy.index, {n: [t.rows, t.filled, t.runs] for n, t in copy.tables}]
            for copy in shape
        ],
        separators=(",", ":"),
    )


def read_shape(text: str) -> Shape:
    """Return the shape that `write_shape` wrote.

    Raises:
        ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError: the text
            is no shape, or one that no department has.
    """
    shape = tuple(
        CopyShape(
            str(sheet),
            int(index),
            tuple(
                (
                    str(name),
                    TableShape(
                        int(rows),
                        int(filled),
                        tuple((str(c), tuple(int(n) for n in lengths)) for c, lengths in runs),
                    ),
                )
                for name, (rows, filled, runs) in tables.items()
            ),
        )
        for sheet, index, tables in json.loads(text)
    )
    tables = [table for copy in shape for _, table in copy.tables]
    if len(shape) > _MOST_COPIES or sum(each.rows for each in tables) > _MOST_ROWS:
        raise ValueError("more than any department has")
    if not all(map(_is_possible, tables)):
        raise ValueError("numbers of rows that cannot be")
    return shape


_shape = lru_cache(maxsize=64)(read_shape)  # of one merge


def _is_possible(table: TableShape) -> bool:
    lengths = [lengths for _, lengths in table.runs]
    return 0 <= table.filled <= table.rows > 0 and all(
        min(each, default=1) > 0 and sum(each) <= table.filled for each in lengths
    )
