"""Circular computations: cells that wait for each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from generator.model.expression import CellRef, ColumnRef, FieldRef, Node, Ref, RowRef, references
from generator.model.form import Form, FormSheet, Table
from generator.template.mistakes import Complaints, KeyPath

Cell = tuple[str, str, str, str]  # sheet, table, fixed row, field or column


@dataclass
class _Graph:
    """Every computed cell, what it is computed from, and where that is written."""

    form: Form
    needs: dict[Cell, list[Cell]] = field(default_factory=dict)
    paths: dict[Cell, KeyPath] = field(default_factory=dict)

    def fill(self) -> None:
        for sheet in self.form.sheets:
            for name, each in sheet.fields.items():
                place: KeyPath = ("sheets", sheet.name, "fields", name, "computed")
                self._add(sheet, ("", "", name), each.computed, place)
            for table in sheet.tables.values():
                self._fill_table(sheet, table)

    def _fill_table(self, sheet: FormSheet, table: Table) -> None:
        path: KeyPath = ("sheets", sheet.name, "tables", table.name)
        for column in table.columns:
            place = (*path, "columns", column.name, "computed")
            if not table.fixed:
                self._add(sheet, (table.name, "", column.name), column.computed, place)
            for row in table.fixed:
                cell = (table.name, row.name, column.name)
                if column.name in row.computed:
                    own = (*path, "rows", row.name, "computed", column.name)
                    self._add(sheet, cell, row.computed[column.name], own)
                else:
                    self._add(sheet, cell, column.computed, place)

    def _add(
        self, sheet: FormSheet, cell: tuple[str, str, str], node: Node | None, path: KeyPath
    ) -> None:
        if node is not None:
            whole = (sheet.name, *cell)
            self.paths[whole] = path
            self.needs[whole] = [
                each for ref in references(node) for each in self._cells(whole, sheet, ref)
            ]

    def _cells(self, at: Cell, sheet: FormSheet, ref: Ref) -> Iterator[Cell]:
        """Yield the cells that a reference reads, seen from a cell."""
        match ref:
            case FieldRef():
                yield (self._home(sheet, ref.name, "fields"), "", "", ref.name)
            case RowRef():
                yield (sheet.name, ref.table, at[2], ref.column)
            case CellRef():
                yield (self._home(sheet, ref.table, "tables"), ref.table, ref.row, ref.column)
            case ColumnRef():
                home = self._home(sheet, ref.table, "tables")
                rows = self.form.sheet(home).tables[ref.table].fixed
                for row in [each.name for each in rows] or [""]:
                    yield (home, ref.table, row, ref.column)

    def _home(self, sheet: FormSheet, name: str, what: str) -> str:
        unrepeated = [each for each in self.form.sheets if each.loop is None]
        return next(each.name for each in [sheet, *unrepeated] if name in getattr(each, what))


def complain_of_circles(form: Form, complaints: Complaints) -> None:
    """Report every circle once, with the cells in it by name."""
    graph = _Graph(form)
    graph.fill()
    done: set[Cell] = set()
    for cell in graph.needs:
        for circle in _circles(graph, cell, done):
            names = " → ".join(map(_named, [*circle, circle[0]]))
            complaints.add(graph.paths[circle[0]], f"循环计算：{names}")


def _circles(graph: _Graph, start: Cell, done: set[Cell]) -> Iterator[list[Cell]]:
    """Yield the circles met on a walk from one cell; iterative, as forms may be long."""
    path: list[Cell] = []
    waiting = [(start, False)]
    while waiting:
        cell, leaving = waiting.pop()
        if leaving:
            done.add(path.pop())
        elif cell in path:
            yield path[path.index(cell) :]
        elif cell not in done and cell in graph.needs:
            path.append(cell)
            waiting.append((cell, True))
            waiting += [(each, False) for each in reversed(dict.fromkeys(graph.needs[cell]))]


def _named(cell: Cell) -> str:
    return ".".join(filter(None, cell[1:]))
