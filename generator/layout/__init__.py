"""Form × period × shape → every worksheet of the workbook, cell by cell, in no program's terms."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from generator.layout import audit, guide, seal
from generator.layout.audit import Line
from generator.layout.draw import Draughtsman
from generator.layout.plan import CopyPlan, Plan, plan
from generator.layout.shape import (
    CopyShape,
    Rows,
    Shape,
    TableShape,
    copies,
    nominal_shape,
    shape_of,
)
from generator.layout.sheet import Area, Cell, Role, Sheet, Style, Validation
from generator.model.form import Form
from generator.model.period import Period

LISTS_TAB = "选项"
_LONGEST_FORMULA = 8192
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_LONGEST_LIST = 250  # characters of choices that Excel takes inside a validation


@dataclass(frozen=True)
class Layout:
    """A workbook before it is one: where everything stands and what every cell is."""

    plan: Plan
    period: Period
    lines: tuple[Line, ...]  # of the 校验 sheet
    sheets: tuple[Sheet, ...]
    digest: str  # of everything printed, computed and locked

    @property
    def form(self) -> Form:
        """The form that is laid out."""
        return self.plan.form


def lay_out(form: Form, period: Period, shape: Shape) -> Layout:
    """Return the layout of a form for one shape; departments of that shape share it.

    Raises:
        ValueError: a formula is longer than Excel takes (message in Chinese).
    """
    planned = plan(form, period, shape)
    lines = audit.lines_of(planned, period)
    drawn = [Draughtsman(planned, period, copy).sheet() for copy in planned.copies]
    drawn, lists = _with_lists(drawn)
    sheets = [
        guide.guide_sheet(form, period),
        *drawn,
        audit.audit_sheet(planned, period, lines),
        *lists,
    ]
    _refuse_long_formulas(form, sheets)
    digest = fingerprint(sheets)
    sheets.append(seal.seal_sheet(form, period, shape, digest))
    return Layout(planned, period, lines, tuple(sheets), digest)


def _refuse_long_formulas(form: Form, sheets: Sequence[Sheet]) -> None:
    for sheet in sheets:
        for cell in sheet.cells:
            texts = _TEXT.findall(cell.formula)
            if len(cell.formula) > _LONGEST_FORMULA or any(len(each) > 257 for each in texts):
                where = f"“{sheet.tab}”的 {cell.area.first.address}"
                raise ValueError(
                    f"“{form.name}”{where}公式太长：Excel 的公式最多 {_LONGEST_FORMULA} 个字符，"
                    "其中一段文字最多 255 个。请把表样里的算式分成几步。"
                )


def fingerprint(sheets: Sequence[Sheet]) -> str:
    """Return a digest of everything printed, computed and locked in a layout."""
    facts = [
        [
            sheet.tab,
            [
                [
                    cell.area.address,
                    cell.style.role,
                    cell.style.locked,
                    str(cell.text),
                    cell.formula,
                ]
                for cell in sheet.cells
            ],
        ]
        for sheet in sheets
    ]
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _with_lists(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[Sheet]]:
    """Move choices too long for a validation to a hidden sheet of lists."""
    lists: dict[tuple[str, ...], Area] = {}

    def moved(validation: Validation) -> Validation:
        choices = validation.choices
        if len(",".join(choices)) <= _LONGEST_LIST and not any("," in each for each in choices):
            return validation
        area = lists.setdefault(choices, Area(1, len(lists) + 1, len(choices)))
        return replace(validation, source=f"'{LISTS_TAB}'!{area.absolute}")

    changed = [
        replace(sheet, validations=tuple(moved(each) for each in sheet.validations))
        for sheet in sheets
    ]
    if not lists:
        return changed, []
    cells = tuple(
        Cell(Area(1 + i, area.left), Style(Role.TEXT), text)
        for choices, area in lists.items()
        for i, text in enumerate(choices)
    )
    widths = tuple(30.0 for _ in lists)
    return changed, [Sheet(LISTS_TAB, cells, widths, state="hidden")]


__all__ = [
    "CopyPlan",
    "CopyShape",
    "Layout",
    "Line",
    "Plan",
    "Rows",
    "Shape",
    "Sheet",
    "TableShape",
    "copies",
    "fingerprint",
    "lay_out",
    "nominal_shape",
    "shape_of",
]
