"""What departments send back: workbooks stamped and filled with a form's own examples."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path

from generator.model.form import Form
from generator.model.roster import Roster
from generator.stamp import Stamper, file_names
from generator.template import find, load
from generator.template.examples import Example, load_examples
from generator.workbook.roster import write_roster

FORM = "project-targets"
CODES = ("101", "102", "103")


@lru_cache
def _example() -> tuple[Form, Example]:
    """Return the first example with one project only: tests open it many times."""
    folder = find(FORM)
    form = load(folder)
    example = load_examples(form, folder)[0]
    children = {name: rows[:1] for name, rows in example.department.children.items()}
    return form, replace(
        example,
        department=replace(example.department, children=children),
        entries={sheet: copies[:1] for sheet, copies in example.entries.items()},
    )


@lru_cache
def _contents(code: str) -> bytes:
    form, example = _example()
    department = replace(example.department, code=code, name=f"{code}局")
    stamper = Stamper(form, example.period)
    return stamper.stamp(department, example.entries, example.explanations)


class Sent:
    """A folder with the returns of 101局 and 102局; 103局 is on the roster but has not returned."""

    def __init__(self, base: Path) -> None:
        self.form, self.example = _example()
        self.folder = base / "回收"
        self.folder.mkdir()
        departments = [
            replace(self.example.department, code=code, name=f"{code}局") for code in CODES
        ]
        names = file_names(self.form, departments, self.example.period)
        self.returns = [self.folder / names[code] for code in CODES[:2]]
        for code, path in zip(CODES, self.returns, strict=False):
            path.write_bytes(_contents(code))
        self.roster = base / "名册.xlsx"
        write_roster(self.form, Roster(tuple(departments)), self.roster)

    @cached_property
    def result(self) -> Path:
        """Where the merge of the folder goes."""
        return self.folder.parent / "汇总-回收.xlsx"
