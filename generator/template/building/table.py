"""Tables: columns, how a record is drawn, fixed rows and repeating ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from generator.model.expression import CellRef, Node, Sum, Type
from generator.model.form import Box, Drawing, Field, FieldType, FixedRow, Leaf, Table
from generator.template import language
from generator.template.building.drawing import Draughtsman, drawn
from generator.template.building.field import field, weights
from generator.template.building.surroundings import Surroundings
from generator.template.mistakes import KeyPath, hint, nearest

_ADDED = {FieldType.AMOUNT, FieldType.NUMBER, FieldType.INTEGER}


def table(
    name: str, written: language.Table, path: KeyPath, width: int, around: Surroundings
) -> Table:
    """Return the table as it stands on a sheet of that grid width."""
    inside = around.within(name)
    loop = around.row_loop(written.for_, (*path, "for"))
    filling = inside.looping(loop).recalling(written.columns)
    _complain(written, path, around)
    columns = tuple(
        field(column, each, (*path, "columns", column), inside, filling)
        for column, each in written.columns.items()
    )
    weights(written.columns, (*path, "columns"), around)
    side = around.leaf_if(written.side, (*path, "side"))
    record = _record(written, columns, path, _draughtsman(written, width, around))
    return Table(
        name=name,
        label=around.leaf(written.label, (*path, "label")),
        columns=columns,
        header=_header(written, columns, record, path, _draughtsman(written, width, around)),
        record=record,
        fixed=tuple(_rows(name, written, path, inside)),
        loop=loop,
        spare=written.spare,
        at_least=written.at_least,
        side=side,
        key=tuple(written.key),
        group_by=tuple(written.group_by),
    )


def _draughtsman(written: language.Table, width: int, around: Surroundings) -> Draughtsman:
    width -= written.side is not None and width > 0
    return Draughtsman(around.complaints, width, set(written.columns), around.leaf)


def _record(
    written: language.Table, columns: tuple[Field, ...], path: KeyPath, draughtsman: Draughtsman
) -> Drawing:
    place = (*path, "record")
    if written.record is None:
        if len(columns) != draughtsman.width > 0:
            message = (
                f"有 {len(columns)} 列，纸面有 {draughtsman.width} 格，要用 record 画出各列占哪几格"
            )
            draughtsman.complaints.add(place, message)
        boxes = [Box(0, i, 1, 1, field=each.name) for i, each in enumerate(columns)]
        return Drawing(1, draughtsman.width, tuple(boxes))
    drawing = draughtsman.draw(written.record, place)
    counts = Counter(drawn(drawing))
    for name in written.columns:
        if counts[name] != 1:
            draughtsman.complaints.add(place, once(f"列“{name}”", counts[name]))
    return drawing


def once(what: str, times: int) -> str:
    """Return what is wrong when something is not drawn exactly once."""
    return f"{what}没有画出来" if not times else f"{what}画了 {times} 处，只能画一处"


def _header(
    written: language.Table,
    columns: tuple[Field, ...],
    record: Drawing,
    path: KeyPath,
    draughtsman: Draughtsman,
) -> Drawing:
    """Return the header as drawn, or the columns' labels over the record's first line."""
    if written.header is not None:
        drawing = draughtsman.draw(written.header, (*path, "header"))
        for name in drawn(drawing):
            message = f"表头里要写印出来的文字，“{name}”是列的名字，可以写“{_label(written, name)}”"
            draughtsman.complaints.add((*path, "header"), message)
        return drawing
    labels: dict[str, Leaf] = {each.name: each.label for each in columns}
    boxes = [
        Box(0, box.left, 1, box.width, label=labels[box.field] if box.field else box.label)
        for box in record.boxes
        if box.top == 0
    ]
    return Drawing(1, record.width, tuple(boxes))


def _label(written: language.Table, column: str) -> str:
    return written.columns[column].label


def _complain(written: language.Table, path: KeyPath, around: Surroundings) -> None:
    add = around.complaints.add
    for name in written.columns:
        around.name(name, (*path, "columns", name))
    for key in ("key", "group_by"):
        for i, name in enumerate(getattr(written, key)):
            if name not in written.columns:
                add((*path, key, i), f"没有列“{name}”{hint(name, written.columns)}")
    for keys, message in _many(written):
        add((*path, *keys), message)


def _many(written: language.Table) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what is wrong with how many rows there are."""
    if written.rows is not None:
        for key, value in (("for", written.for_), ("spare", written.spare)):
            if value:
                yield (key,), f"有固定行 rows 的表格不能再写 {key}"
        return
    if written.for_ is None and not written.spare:
        yield (), "这张表格没有行：写 rows（固定行）、for（每条一行）或 spare（空行数）"
    elif written.for_ is None and written.at_least > written.spare:
        yield ("at_least",), f"至少填 {written.at_least} 行，只留了 {written.spare} 个空行"


def _rows(
    table_name: str, written: language.Table, path: KeyPath, inside: Surroundings
) -> Iterator[FixedRow]:
    labels = [name for name, each in written.columns.items() if each.type is FieldType.LABEL]
    if written.rows is not None and not written.rows:
        inside.complaints.add((*path, "rows"), "不能是空的")
    for name, row in (written.rows or {}).items():
        place = (*path, "rows", name)
        inside.name(name, place)
        _complain_labels(written, row, labels, place, inside)
        _complain_total(written, name, place, inside)
        yield FixedRow(
            name=name,
            labels={
                column: inside.leaf(text, (*place, column))
                for column, text in row.labels.items()
                if column in labels
            },
            total_of=tuple(row.total_of),
            computed=_computed(table_name, written, row, place, inside),
            optional=row.optional,
        )


def _complain_labels(
    written: language.Table,
    row: language.FixedRow,
    labels: list[str],
    place: KeyPath,
    inside: Surroundings,
) -> None:
    for key in row.labels:
        if key not in labels:
            known = [*labels, "total_of", "computed", "optional"]
            what = "不是标签列（type: label）" if key in written.columns else "不是这一行能写的键"
            inside.complaints.add((*place, key), f"“{key}”{what}{hint(key, known)}")
    for column in labels:
        spoken = written.columns[column].fill is not None or written.columns[column].merge_down
        if column not in row.labels and not spoken and not nearest(column, row.labels):
            inside.complaints.add(place, f"缺少标签列“{column}”的文字")


def _complain_total(
    written: language.Table, name: str, place: KeyPath, inside: Surroundings
) -> None:
    others = [each for each in written.rows or {} if each != name]
    row = (written.rows or {})[name]
    for i, part in enumerate(row.total_of):
        if part not in others:
            message = (
                "一行不能是自己的合计" if part == name else f"没有行“{part}”{hint(part, others)}"
            )
            inside.complaints.add((*place, "total_of", i), message)
        elif part in row.total_of[:i]:
            inside.complaints.add((*place, "total_of", i), f"“{part}”写了两次")


def _computed(
    table_name: str,
    written: language.Table,
    row: language.FixedRow,
    place: KeyPath,
    inside: Surroundings,
) -> dict[str, Node]:
    computed: dict[str, Node] = {}
    name = place[-1]
    for column, text in row.computed.items():
        key = (*place, "computed", column)
        if column not in written.columns:
            inside.complaints.add(key, f"没有列“{column}”{hint(column, written.columns)}")
            continue
        kind = Type.NUMBER if written.columns[column].type.numeric else Type.TEXT
        if written.columns[column].type is FieldType.LABEL:
            inside.complaints.add(key, f"“{column}”是标签列，不能由算式得出")
        elif node := inside.cell(text, key, kind):
            computed[column] = node
    parts = [each for each in row.total_of if each in (written.rows or {}) and each != name]
    for column, each in written.columns.items():
        if parts and each.type in _ADDED and each.computed is None and column not in row.computed:
            cells = [CellRef(table_name, part, column, Type.NUMBER) for part in parts]
            computed[column] = Sum(tuple(cells), ())
    return computed
