"""What is around a piece of the template while it is built: names, variables, where to complain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from generator.model.constants import Constants
from generator.model.expression import Node, Type
from generator.model.form import Leaf, Loop
from generator.template import language
from generator.template.constants import constants
from generator.template.expression import parse, parse_message, untranslatable
from generator.template.mistakes import Complaints, KeyPath, hint
from generator.template.names import DEPARTMENT, FORM, PERIOD, RESERVED, KnownSheet, Names, figures
from generator.template.text import ANYTHING, UNKNOWN, Text, Variables, leaf

NUMBER = frozenset[str]()  # a variable that is a plain number


@dataclass(frozen=True)
class Surroundings:
    """The form, and the sheet and row at hand."""

    complaints: Complaints
    form: language.Form
    sheets: tuple[KnownSheet, ...]
    variables: Variables
    names: Names | None = None
    data: Mapping[str, Constants] = field(default_factory=dict)

    @classmethod
    def of(cls, form: language.Form, complaints: Complaints) -> Surroundings:
        """Return what is around a whole form."""
        sheets = tuple(KnownSheet.of(name, each) for name, each in form.sheets.items())
        data = constants(form, complaints)
        variables = {
            "period": frozenset(PERIOD),
            "form": FORM,
            "department": DEPARTMENT | frozenset(form.roster.department),
            **({"data": frozenset(figures(data))} if data else {}),
        }
        return cls(complaints, form, sheets, variables, data=data)

    def on(self, sheet: str) -> Surroundings:
        """Return what is around things on a sheet."""
        known = next(each for each in self.sheets if each.name == sheet)
        return replace(self, names=Names(self.sheets, known, data=self.data))

    def within(self, table: str) -> Surroundings:
        """Return what is around things in a row of a table on this sheet."""
        assert self.names is not None  # see `on`
        known = self.names.sheet.tables.get(table)
        return replace(self, names=replace(self.names, table=known))

    def width(self, sheet: language.Sheet) -> int:
        """Return how many columns a sheet's grid has; 0 when that is not known."""
        assert self.names is not None  # see `on`
        wrong = ("sheets", self.names.sheet.name, "widths") in self.complaints.excused
        return 0 if wrong else len(sheet.widths)

    def printed_width(self, sheet: language.Sheet) -> int:
        """Return how many of them print; 0 when that is not known."""
        return min(sheet.print.columns or self.width(sheet), self.width(sheet))

    def looping(self, loop: Loop | None) -> Surroundings:
        """Return the surroundings where the loop's variable and `number` are known."""
        variables = {**self.variables, "number": NUMBER}
        if loop and loop.child in self.form.roster.children:
            columns = self.form.roster.children[loop.child].columns
            variables[loop.variable] = frozenset(columns)
        elif loop:
            variables[loop.variable or UNKNOWN] = ANYTHING
        return replace(self, variables=variables)

    def loop(self, text: str | None, path: KeyPath) -> Loop | None:
        """Return what `project in department.projects` says."""
        if text is None:
            return None
        match = re.fullmatch(r"\s*([a-z][a-z0-9_]*) +in +department\.([a-z][a-z0-9_]*)\s*", text)
        if match is None:
            example = "project in department.projects"
            self.complaints.add(path, f"看不懂“{text}”，应写成“{example}”这样")
            return Loop("", "")
        variable, child = match.groups()
        children = self.form.roster.children
        if child not in children:
            self.complaints.add(path, f"名册（roster）里没有“{child}”{hint(child, children)}")
        if variable in RESERVED or variable in self.variables:
            self.complaints.add(path, f"“{variable}”已有别的意思，请换一个名字")
        return Loop(variable, child)

    def leaf(self, text: str, path: KeyPath) -> Leaf:
        """Return a compiled text."""
        with self.complaints.at(*path):
            return leaf(text, self.variables, self.data)
        return Text(text)

    def leaf_if(self, text: str | None, path: KeyPath) -> Leaf | None:
        """Return a compiled text, or None where nothing is written."""
        return None if text is None else self.leaf(text, path)

    def expression(self, text: str | None, path: KeyPath, wanted: Type) -> Node | None:
        """Return the tree of an expression, or None where nothing is written or it is wrong."""
        assert self.names is not None  # see `on`
        if text is not None:
            with self.complaints.at(*path):
                return parse(text, self.names, wanted)
        return None

    def cell(self, text: str | None, path: KeyPath, wanted: Type) -> Node | None:
        """Return the tree of an expression that a cell's formula must be able to compute."""
        node = self.expression(text, path, wanted)
        assert self.names is not None  # see `on`
        for reason in untranslatable(node, self.names) if node is not None else []:
            self.complaints.add(path, f"单元格不能这样计算：{reason}")
        return node

    def message(self, text: str, path: KeyPath) -> tuple[str | Node, ...]:
        """Return a message with the expressions in it."""
        assert self.names is not None  # see `on`
        with self.complaints.at(*path):
            return parse_message(text, self.names)
        return (text,)

    def name(self, name: str, path: KeyPath) -> None:
        """Complain about what cannot be a name in expressions and workbooks."""
        if not re.fullmatch(language.NAME, name):
            self.complaints.add(
                path, f"“{name}”不能作名字：用小写英文字母开头，后面是小写字母、数字或下划线"
            )
        elif name in RESERVED:
            self.complaints.add(path, f"“{name}”已有别的意思，请换一个名字")
