"""The annual report as files: the workbook with every figure, and the text."""

from __future__ import annotations

from pathlib import Path

from generator.workbook.result.write import write_pages
from generator.workbook.save import write_text
from generator.year.annual import Annual
from generator.year.annual.pages import pages
from generator.year.annual.text import annual_text, plain


def write_annual(
    report: Annual, out: Path, text: Path | None = None, template: Path | None = None
) -> None:
    """Write the workbook, and the text as Markdown or, into a .txt, without its marks.

    Raises:
        TemplateError: the text template cannot be used; nothing is written then.
        OSError: a file cannot be written.
    """
    words = annual_text(report, template)
    write_pages(pages(report, words), out, out.parent)
    if text is not None:
        write_text(text, words if text.suffix.lower() == ".md" else plain(words))
