"""What the expressions of a form can name, and from where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from generator.model.constants import Constants
from generator.model.expression import (
    CellRef,
    ColumnRef,
    DataRef,
    FieldRef,
    PastRef,
    PeriodRef,
    Ref,
    RowRef,
    Type,
)
from generator.model.form import FieldType
from generator.model.period import EARLIER
from generator.template import language
from generator.template.mistakes import Wrong, hint

PERIOD = {
    "year": Type.NUMBER,
    "month": Type.NUMBER,
    **dict.fromkeys(("id", "name", "label", "quarter", "time_progress"), Type.TEXT),
}
FORM = frozenset({"id", "name", "unit", "version"})
DEPARTMENT = frozenset({"code", "name", "contact", "phone"})
RESERVED = frozenset(
    {
        *("period", "form", "department", "number", "data", "use"),
        *("and", "or", "not", "if", "else", "in", "is", "true", "false", "none"),
        *("loop", "self", "super", "caller"),
        *("total_of", "computed", "optional"),
        *EARLIER,
    }
)

NO_PREVIOUS = "按年填报的表，同一年里没有上一期；要用上一年的数，写 last_year"
_COLUMN_OF = {Type.NUMBER: Type.NUMBERS, Type.TEXT: Type.TEXTS}


@dataclass(frozen=True)
class Known:
    """A field or column as expressions see it."""

    type: Type
    variants: tuple[tuple[str, str], ...] = ()
    merge_down: bool = False

    @classmethod
    def of(cls, written: language.FormField) -> Known:
        """Return what expressions know of a field."""
        kind = Type.NUMBER if written.type.numeric else Type.TEXT
        variants = written.variants if written.type is FieldType.CHOICE else {}
        return cls(kind, tuple(variants.items()), written.merge_down)


@dataclass(frozen=True)
class KnownTable:
    """A table as expressions see it."""

    name: str
    columns: Mapping[str, Known]
    rows: tuple[str, ...]
    has_totals: bool
    torn: frozenset[str] = frozenset()  # columns that other cells of a record stand below
    keyed: bool = False  # whether its rows can be told apart

    @classmethod
    def of(cls, name: str, written: language.Table) -> KnownTable:
        """Return what expressions know of a table."""
        rows = written.rows or {}
        return cls(
            name,
            {column: Known.of(each) for column, each in written.columns.items()},
            tuple(rows),
            any(each.total_of for each in rows.values()),
            frozenset(
                column
                for column in written.columns
                if any(column not in line for line in written.record or ())
            ),
            bool(rows or written.key),
        )


@dataclass(frozen=True)
class KnownSheet:
    """A sheet as expressions see it."""

    name: str
    fields: Mapping[str, Known]
    tables: Mapping[str, KnownTable]
    repeated: bool

    @classmethod
    def of(cls, name: str, written: language.Sheet) -> KnownSheet:
        """Return what expressions know of a sheet."""
        fields = {field: Known.of(each) for field, each in written.fields.items()}
        tables = {table: KnownTable.of(table, each) for table, each in written.tables.items()}
        return cls(name, fields, tables, written.for_ is not None)


@dataclass(frozen=True)
class Names:
    """What an expression can name: its row, its sheet, unrepeated ones, the period, figures."""

    sheets: tuple[KnownSheet, ...]
    sheet: KnownSheet
    table: KnownTable | None = None  # the table whose row is at hand
    data: Mapping[str, Constants] = field(default_factory=dict)
    yearly: bool = False  # of a form for whole years, before which there is none in the same year

    def ref(self, parts: tuple[str, ...]) -> Ref:
        """Return what `a`, `a.b` or `a.b.c` refers to.

        Raises:
            Wrong: there is no such thing, or not from here; names the nearest there is.
        """
        if parts[0] == "period":
            return _period(parts)
        if parts[0] == "data":
            return _figure(self.data, parts)
        if parts[0] in EARLIER:
            return self._past(parts)
        if parts[0] in ("department", "form", "number") and not self._is_ours(parts[0]):
            raise Wrong(f"算式里不能用“{parts[0]}”，只能用填报的字段、列和 period")
        return self._here(parts)

    def _here(self, parts: tuple[str, ...]) -> FieldRef | RowRef | ColumnRef | CellRef:
        if len(parts) == 1:
            return self._cell(parts[0])
        table = self._table(parts)
        return _column(table, parts) if len(parts) == 2 else _named_cell(table, parts)

    def _past(self, parts: tuple[str, ...]) -> PastRef:
        when, *rest = parts
        if not rest:
            raise Wrong(f"“{when}”后面要写明哪一项，例如 {when}.{self._example()}")
        if when == "previous" and self.yearly:
            raise Wrong(NO_PREVIOUS)
        if rest[0] in ("period", "data", "form", "department"):
            raise Wrong(f"{when} 后面写填报的字段或列，不能写“{rest[0]}”")
        ref = self._here(tuple(rest))
        if isinstance(ref, RowRef) and self.table and not self.table.keyed:
            raise Wrong(f"表格 {ref.table} 要写 key，才找得到“{when}”的同一行")
        return PastRef(when, ref)

    def _example(self) -> str:
        known = self.table.columns if self.table else self.sheet.fields
        return next(iter(known), "budget")

    @property
    def tables(self) -> Mapping[str, KnownTable]:
        """The tables that can be named."""
        return {name: each for sheet in self._visible() for name, each in sheet.tables.items()}

    def table_of(self, ref: RowRef | ColumnRef) -> KnownTable:
        """Return the table that a reference means."""
        return next(each.tables[ref.table] for each in self._visible() if ref.table in each.tables)

    def _is_ours(self, name: str) -> bool:
        return any(name in sheet.fields or name in sheet.tables for sheet in self._visible())

    def _visible(self) -> Iterator[KnownSheet]:
        yield self.sheet
        for each in self.sheets:
            if not each.repeated and each.name != self.sheet.name:
                yield each

    def _cell(self, name: str) -> FieldRef | RowRef:
        if self.table and name in self.table.columns:
            known = self.table.columns[name]
            return RowRef(self.table.name, name, known.type, known.variants)
        having = [each for each in self._visible() if name in each.fields]
        if not having:
            raise Wrong(self._missing_cell(name))
        _refuse_two(name, having, self.sheet)
        known = having[0].fields[name]
        return FieldRef(name, known.type, known.variants)

    def _missing_cell(self, name: str) -> str:
        tables = {key: each for sheet in self._visible() for key, each in sheet.tables.items()}
        if name in tables:
            example = next(iter(tables[name].columns))
            return f"“{name}”是一张表格，后面要写明哪一列，例如 {name}.{example}"
        for table in tables.values():
            if name in table.columns and not self._close_field(name):
                return f"没有字段“{name}”，是不是表格 {table.name} 的列“{table.name}.{name}”？"
        hidden = [each for each in self.sheets if name in each.fields]
        if hidden:
            return f"“{name}”在重复的工作表 {hidden[0].name} 上，只有那张表自己的算式能用它"
        own = self.table.columns if self.table else {}
        fields = {field for sheet in self._visible() for field in sheet.fields}
        return f"没有“{name}”{hint(name, {*own, *fields})}"

    def _close_field(self, name: str) -> bool:
        return any(name in sheet.fields for sheet in self._visible())

    def _table(self, parts: tuple[str, ...]) -> KnownTable:
        name = parts[0]
        having = [each for each in self._visible() if name in each.tables]
        if having:
            _refuse_two(name, having, self.sheet)
            return having[0].tables[name]
        if any(name in sheet.fields for sheet in self._visible()):
            raise Wrong(f"“{name}”是一个字段，后面不能再写“.{parts[1]}”")
        hidden = [each for each in self.sheets if name in each.tables]
        if hidden:
            raise Wrong(
                f"表格“{name}”在重复的工作表 {hidden[0].name} 上，只有那张表自己的算式能用它"
            )
        raise Wrong(f"没有表格“{name}”{hint(name, {*self.tables, 'period', *EARLIER})}")


def _refuse_two(name: str, having: list[KnownSheet], own: KnownSheet) -> None:
    if having[0].name != own.name and len(having) > 1:
        sheets = "、".join(each.name for each in having)
        raise Wrong(f"“{name}”在几张工作表上都有（{sheets}），请改用不同的名字")


def _period(parts: tuple[str, ...]) -> PeriodRef:
    attribute = ".".join(parts[1:])
    if attribute in PERIOD:
        return PeriodRef(attribute, PERIOD[attribute])
    if not attribute:
        raise Wrong(f"“period”后面要写明哪一项{hint('', [f'period.{each}' for each in PERIOD])}")
    raise Wrong(f"period 没有“{attribute}”{hint(attribute, PERIOD)}")


def _figure(data: Mapping[str, Constants], parts: tuple[str, ...]) -> DataRef:
    kinds = figures(data)
    name = ".".join(parts[1:])
    if not kinds:
        raise Wrong("表样没有写 data，不能用“data”")
    if name not in kinds:
        known = [f"data.{each}" for each in kinds]
        raise Wrong(f"data 里没有“{name}”{hint(f'data.{name}' if name else '', known)}")
    return DataRef(data[parts[1]], parts[2], kinds[name])


def figures(data: Mapping[str, Constants]) -> dict[str, Type]:
    """Return what `data.` can stand before, and of what type each is."""
    return {
        f"{table.name}.{name}": Type.TEXT if isinstance(value, str) else Type.NUMBER
        for table in data.values()
        for name, value in table.editions[0].values
    }


def _column(table: KnownTable, parts: tuple[str, ...]) -> ColumnRef:
    column = parts[1]
    if column not in table.columns:
        if column in table.rows:
            raise Wrong(f"“{table.name}.{column}”是一行，后面要写明哪一列")
        raise Wrong(f"表格 {table.name} 没有列“{column}”{hint(column, table.columns)}")
    if table.has_totals:
        row = table.rows[-1]
        raise Wrong(
            f"表格 {table.name} 有合计行，整列“{table.name}.{column}”会重复计算，"
            f"请写明哪一行，例如 {table.name}.{row}.{column}"
        )
    known = table.columns[column]
    return ColumnRef(table.name, column, _COLUMN_OF[known.type], known.variants)


def _named_cell(table: KnownTable, parts: tuple[str, ...]) -> CellRef:
    _, row, column = parts
    if not table.rows:
        raise Wrong(f"表格 {table.name} 没有固定行，不能写“{'.'.join(parts)}”")
    if row not in table.rows:
        raise Wrong(f"表格 {table.name} 没有行“{row}”{hint(row, table.rows)}")
    if column not in table.columns:
        raise Wrong(f"表格 {table.name} 没有列“{column}”{hint(column, table.columns)}")
    return CellRef(table.name, row, column, table.columns[column].type)
