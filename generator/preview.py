"""A form with example answers in it, drawn by LibreOffice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.layout import Layout, lay_out, shape_of
from generator.model.filing import Entries, Entry
from generator.model.form import Field, Form
from generator.model.memory import Memory
from generator.template.examples import Example, load_examples
from generator.workbook import office
from generator.workbook.book import Cell, CellKind
from generator.workbook.returned.interpret import interpret
from generator.workbook.save import write_bytes
from generator.workbook.stamping.blank import build_blank
from generator.workbook.stamping.fill import Values
from generator.workbook.stamping.recited import past_of


def draw(form: Form, folder: Path, out: Path, page: int = 1) -> None:
    """Draw the first example of a form: all of it as a PDF, or one page of its sheets as a PNG.

    Raises:
        ValueError: the form has no example, or `out` is neither .pdf nor .png.
        OfficeError: LibreOffice is missing or failed.
    """
    kind = out.suffix.lower()
    if kind not in {".pdf", ".png"}:
        raise ValueError(f"只能画成 .pdf 或 .png，不能画成“{out.name}”。")
    examples = load_examples(form, folder)
    if not examples:
        raise ValueError(f"表样“{form.name}”没有示例（{folder / 'examples.yaml'}），画不出来。")
    content = filled(form, examples[0], form_only=kind == ".png")
    with TemporaryDirectory() as scratch:
        workbook = Path(scratch) / f"{form.id}.xlsx"
        workbook.write_bytes(content)
        [pdf] = office.convert([workbook], "pdf", Path(scratch))
        if kind == ".png":
            office.picture(pdf, out.absolute(), page)
        else:
            write_bytes(out, pdf.read_bytes())


def filled(form: Form, example: Example, *, form_only: bool) -> bytes:
    """Return a workbook with an example's answers, tidily typed.

    `form_only` leaves 填报说明 and 校验 out of sight.
    """
    entries = tidied(form, example.entries)
    memory = Memory.of(past_of(form, example), form, example.department, example.period)
    shape = shape_of(form, example.department, entries, memory)
    layout = lay_out(form, example.period, shape)
    drawn = _form_sheets_only(layout) if form_only else layout
    values = Values(layout, example.department, entries, example.explanations, memory)
    return build_blank(drawn).splice(values.filling())


def _form_sheets_only(layout: Layout) -> Layout:
    tabs = {copy.tab for copy in layout.plan.copies}
    sheets = tuple(
        each if each.tab in tabs else replace(each, state="veryHidden") for each in layout.sheets
    )
    return replace(layout, sheets=sheets)


def tidied(form: Form, entries: Entries) -> Entries:
    """Return entries with numbers as numbers and choices as listed, however untidily typed."""
    return {
        name: tuple(
            Entry(
                {key: _tidy(form.sheet(name).fields[key], v) for key, v in entry.fields.items()},
                {
                    table: tuple(_tidy_row(form, name, table, row) for row in rows)
                    for table, rows in entry.tables.items()
                },
            )
            for entry in copies
        )
        for name, copies in entries.items()
    }


def _tidy_row(
    form: Form, sheet: str, table: str, row: Mapping[str, Decimal | str]
) -> dict[str, Decimal | str]:
    described = form.sheet(sheet).tables[table]
    return {key: _tidy(described.column(key), value) for key, value in row.items()}


def _tidy(field: Field, value: Decimal | str) -> Decimal | str:
    if not isinstance(value, str):
        return value
    answer = interpret(field, Cell(value, CellKind.TEXT))
    if field.type.numeric:
        return "" if answer.shown is None else answer.shown
    return str(answer.value or "")
