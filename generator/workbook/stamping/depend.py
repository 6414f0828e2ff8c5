"""What a computed value depends on: the typed cells behind an expression, however far behind."""

from __future__ import annotations

from generator.layout.draw import computation
from generator.layout.plan import CopyPlan, Plan
from generator.model.expression import (
    UNDEFINED,
    Call,
    CellRef,
    ColumnRef,
    FieldRef,
    Node,
    RowRef,
    Value,
    children,
)
from generator.model.form import Check

Typed = tuple[int, str, str]  # a worksheet, a table on it or "", and a field or column
_ASK_FOR_THE_KIND = {"filled", "numeric", "blank", "count"}  # functions, by their names


def kind_of(value: Value) -> object:
    """Return all that `filled` and the like can tell of a value; most texts are alike to them."""
    if isinstance(value, str) and value.strip() in ("", UNDEFINED):
        return value
    return None if value is None else type(value)


class Dependence:
    """Collects what expressions depend on.

    `typed` says of each typed field or column whether its very values matter, or only of what
    kind they are: blank, text or number.
    """

    def __init__(self, plan: Plan) -> None:
        self.typed: dict[Typed, bool] = {}
        self._plan = plan
        self._computed: set[Typed] = set()

    def of_check(self, check: Check, copy: CopyPlan) -> None:
        """Add what a check of a worksheet depends on."""
        for node in (check.rule, check.when):
            if node is not None:
                self._node(node, copy)
        if check.each:  # rows without answers are not asked
            for column in copy.sheet.tables[check.each].inputs:
                self.of_cell(copy, check.each, column.name, exact=False)

    def of_cell(self, copy: CopyPlan, table: str, name: str, *, exact: bool = True) -> None:
        """Add what a field, or a column of a table, depends on; itself if it is typed."""
        key = (copy.number, table, name)
        self.typed[key] = self.typed.get(key, False) or exact
        if key not in self._computed:
            self._computed.add(key)
            for node in _computations(copy, table, name):
                self._node(node, copy)

    def _node(self, node: Node, copy: CopyPlan, *, exact: bool = True) -> None:
        match node:
            case FieldRef(name=name):
                self.of_cell(self._home(copy, "", name), "", name, exact=exact)
            case RowRef(table=table, column=column):
                self.of_cell(copy, table, column, exact=exact)
            case CellRef(table=table, column=column) | ColumnRef(table=table, column=column):
                self.of_cell(self._home(copy, table, ""), table, column, exact=exact)
            case _:
                asks_kind = isinstance(node, Call) and node.function.name in _ASK_FOR_THE_KIND
                for child in children(node):
                    self._node(child, copy, exact=not asks_kind)

    def _home(self, copy: CopyPlan, table: str, field: str) -> CopyPlan:
        """Return the worksheet that a name means: its own, else the unrepeated one that has it."""
        candidates = (copy, *(each for each in self._plan.copies if each.sheet.loop is None))
        return next(each for each in candidates if table in each.tables or field in each.fields)


def _computations(copy: CopyPlan, table: str, name: str) -> list[Node]:
    """Return the expressions behind a field, or behind the cells of a column."""
    if not table:
        node = copy.sheet.fields[name].computed
        return [node] if node else []
    described = copy.sheet.tables[table]
    column = described.column(name)
    nodes = (computation(column, described, row) for row in range(len(described.fixed) or 1))
    return [node for node in nodes if node is not None]
