"""The seal: the hidden mark that says which form, layout, department and period a workbook is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from generator.layout.shape import CopyShape, Shape, TableShape
from generator.layout.sheet import Area, Cell, Role, Sealed, Sheet, Style
from generator.model.form import Form
from generator.model.period import Period

TAB = "_jixiao"
_PRODUCT = "jixiao"
_KEYS = ("form", "version", "period", "shape", "layout", "department", "name")


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

    @classmethod
    def read(cls, rows: Mapping[str, str]) -> Seal | None:
        """Return the seal in the key-value rows of a seal sheet, or None if it is not one."""
        if rows.get("seal") != _PRODUCT:
            return None
        try:
            shape = read_shape(rows.get("shape", "[]"))
        except (ValueError, TypeError, KeyError):
            shape = ()
        texts = {key: rows.get(key, "") for key in _KEYS if key != "shape"}
        return cls(shape=shape, **texts)


def seal_sheet(form: Form, period: Period, shape: Shape, layout: str) -> Sheet:
    """Return the very hidden seal sheet; the department's own lines are slots."""
    facts: list[tuple[str, str | Sealed]] = [
        ("seal", _PRODUCT),
        ("form", form.id),
        ("version", form.version),
        ("period", period.id),
        ("shape", write_shape(shape)),
        ("layout", layout),
        ("department", Sealed("department")),
        ("name", Sealed("name")),
    ]
    style = Style(Role.TEXT, number_format="@", border=False)
    cells = []
    for row, (key, value) in enumerate(facts, 1):
        cells.append(Cell(Area(row, 1), style, key))
        if isinstance(value, str):
            cells.append(Cell(Area(row, 2), style, value))
        else:
            cells.append(Cell(Area(row, 2), style, slot=value))
    return Sheet(TAB, tuple(cells), (16.0, 60.0), state="veryHidden")


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
        ValueError, TypeError, KeyError: the text is no shape.
    """
    return tuple(
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
