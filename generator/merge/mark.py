"""What one file says it is: by its seal, or by its labels and its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from generator import template  # what reads forms is imported when a file does not say its own
from generator.layout.seal import Seal
from generator.model.form import Form
from generator.model.period import Period
from generator.workbook.book import Book
from generator.workbook.returned.locate import locate

_PERIOD_IN_NAME = re.compile(r"(?<!\d)(\d{4}(?:-\d{2}|Q[1-4]|H[12])?)(?!\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Mark:
    """What one file says it is."""

    form: str
    version: str
    period: str


def mark_in(book: Book, seal: Seal | None, stem: str) -> Mark | None:
    """Return what a workbook says it is; None when neither its seal nor its labels tell."""
    return Mark(seal.form, seal.version, seal.period) if seal else guess(book, stem)


def guess(book: Book, stem: str) -> Mark | None:
    """Return which form of `templates/` a workbook without a seal is, and its name's period."""
    for path in template.catalogue():
        form = shelved(path.name)
        period = _period_named(stem, form) if form else None
        if form and period and locate(book, form, period, ())[1]:
            return Mark(form.id, form.version, period.id)
    return None


@lru_cache(maxsize=64)
def shelved(form_id: str) -> Form | None:
    """Return the form of that id in `templates/`, or None when there is none.

    It is as it was when it was first asked for; whoever starts anew clears what is known.
    """
    try:
        folder = template.find(form_id)
    except template.TemplateError:
        return None
    return template.load(folder)


def parsed(text: str, form: Form) -> Iterator[Period]:
    """Yield the period that a text means for a form, if it means one."""
    try:
        yield Period.parse(text, form.period_kind)
    except ValueError:
        return


def _period_named(stem: str, form: Form) -> Period | None:
    written = (match[1] for match in _PERIOD_IN_NAME.finditer(stem))
    return next((period for text in written for period in parsed(text, form)), None)
