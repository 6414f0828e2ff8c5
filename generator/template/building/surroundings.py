"""What is around a piece of the template while it is built: names, variables, where to complain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from generator.model.constants import Constants
from generator.model.expression import Node, Type
from generator.model.form import Leaf, Loop
from generator.model.period import EARLIER
from generator.template import language
from generator.template.constants import constants
from generator.template.expression.names import (
    DEPARTMENT,
    FORM,
    NO_PREVIOUS,
    PERIOD,
    RESERVED,
    KnownSheet,
    Names,
    figures,
)
from generator.template.expression.parse import parse, parse_message, untranslatable
from generator.template.expression.text import ANYTHING, UNKNOWN, Text, Variables, leaf
from generator.template.mistakes import Complaints, KeyPath, hint

_LOOP = re.compile(r"\s*([a-z][a-z0-9_]*) +in +([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\s*")
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
    item: Loop | None = None  # what the sheet at hand is repeated for

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
        yearly = self.form.period == "year"
        return replace(self, names=Names(self.sheets, known, data=self.data, yearly=yearly))

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
        if loop:
            variables[loop.variable or UNKNOWN] = self._known_of(loop)
        return replace(self, variables=variables)

    def recalling(self, names: Iterable[str]) -> Surroundings:
        """Return the surroundings where earlier returns are known, with these fields or columns."""
        return replace(
            self, variables={**self.variables, **dict.fromkeys(EARLIER, frozenset(names))}
        )

    def _known_of(self, loop: Loop) -> frozenset[str]:
        """Return what is known of each of the things that a loop runs over."""
        children = self.form.roster.children
        if loop.recalls:
            tables = self.names.tables if self.names else {}
            return frozenset(tables[loop.child].columns) if loop.child in tables else ANYTHING
        return frozenset(children[loop.child].columns) if loop.child in children else ANYTHING

    def sheet_loop(self, text: str | None, path: KeyPath) -> Loop | None:
        """Return what `project in department.projects` says."""
        return self._loop(text, path, ("department",))

    def row_loop(self, text: str | None, path: KeyPath) -> Loop | None:
        """Return what `goal in department.goals` or `row in previous.measures` says."""
        own = [self.item.variable] if self.item and self.item.variable else []
        return self._loop(text, path, ("department", *own, *EARLIER))

    def _loop(self, text: str | None, path: KeyPath, owners: Sequence[str]) -> Loop | None:
        if text is None:
            return None
        match = _LOOP.fullmatch(text)
        if match is None:
            example = "project in department.projects"
            self.complaints.add(path, f"看不懂“{text}”，应写成“{example}”这样")
            return Loop("", "")
        variable, of, child = match.groups()
        if of not in owners:
            self.complaints.add(path, f"这里不能写“in {of}.{child}”{hint(of, owners)}")
            of = "department"
        elif of in EARLIER:
            self._complain_recalled(of, child, path)
        else:
            self._complain_child(of, child, path)
        if variable in RESERVED or variable in self.variables:
            self.complaints.add(path, f"“{variable}”已有别的意思，请换一个名字")
        return Loop(variable, child, of)

    def _complain_recalled(self, when: str, table: str, path: KeyPath) -> None:
        tables = self.names.tables if self.names else {}
        if table not in tables:
            self.complaints.add(path, f"没有表格“{table}”{hint(table, tables)}")
        if when == "previous" and self.form.period == "year":
            self.complaints.add(path, NO_PREVIOUS)

    def _complain_child(self, of: str, child: str, path: KeyPath) -> None:
        children = self.form.roster.children
        if child not in children:
            self.complaints.add(path, f"名册（roster）里没有“{child}”{hint(child, children)}")
        elif self._is_own(of) and self.item and children[child].under != self.item.child:
            message = f"名册的“{child}”没有写 under: {self.item.child}，不知道哪一行归哪个 {of}"
            self.complaints.add(path, message)

    def _is_own(self, of: str) -> bool:
        """Whether that is what the sheet is repeated for, and the roster has it."""
        item = self.item
        return item is not None and of == item.variable and item.child in self.form.roster.children

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
