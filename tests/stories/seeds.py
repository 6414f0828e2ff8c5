"""The four forms with the answers of the published documents, and how they are filled in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator.model.form import Form
from generator.stamp import Stamper
from generator.template import find, load
from generator.template.examples import Example, load_examples

FORMS = ("monthly-progress", "assessment-targets", "department-targets", "project-targets")


@dataclass(frozen=True)
class Seed:
    """A form and what its published document answers."""

    form: Form
    example: Example

    def blank(self, folder: Path) -> Path:
        """Stamp the form for the document's department."""
        return self._write(
            folder, Stamper(self.form, self.example.period).stamp(self.example.department)
        )

    def filled(self, folder: Path) -> Path:
        """Stamp the form with the document's answers in it."""
        stamper, example = Stamper(self.form, self.example.period), self.example
        return self._write(folder, stamper.stamp(example.department, example.entries))

    def _write(self, folder: Path, content: bytes) -> Path:
        path = folder / f"{self.example.department.code}-{self.form.id}.xlsx"
        path.write_bytes(content)
        return path


@cache
def seed(form_id: str) -> Seed:
    """Return a form with its published document."""
    folder = find(form_id)
    form = load(folder)
    return Seed(form, load_examples(form, folder)[0])
