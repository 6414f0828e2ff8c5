"""A form with example answers in it, drawn by LibreOffice."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from generator.model.form import Form
from generator.stamp import Stamper
from generator.template.examples import load_examples
from generator.workbook import office


def draw(form: Form, folder: Path, out: Path) -> None:
    """Draw the first example of a form as a PDF or, of its first filled sheet, a PNG.

    Raises:
        ValueError: the form has no example, or `out` is neither .pdf nor .png.
        OfficeError: LibreOffice is missing or failed.
    """
    if out.suffix.lower() not in {".pdf", ".png"}:
        raise ValueError(f"只能画成 .pdf 或 .png，不能画成“{out.name}”。")
    examples = load_examples(form, folder)
    if not examples:
        raise ValueError(f"表样“{form.name}”没有示例（{folder / 'examples.yaml'}），画不出来。")
    example = examples[0]
    stamper = Stamper(form, example.period)
    content = stamper.stamp(example.department, example.entries, example.explanations)
    with TemporaryDirectory() as scratch:
        workbook = Path(scratch) / f"{form.id}.xlsx"
        workbook.write_bytes(content)
        office.draw(workbook, out)
