"""Sheets: blocks from top to bottom, with the fields, tables and checks on them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from generator.model.form import (
    Block,
    Caption,
    Field,
    FieldType,
    FormSheet,
    Frame,
    Loop,
    Print,
    Remark,
    TableBlock,
    Title,
)
from generator.template import language
from generator.template.building.check import check
from generator.template.building.drawing import Draughtsman, drawn
from generator.template.building.field import field, weights
from generator.template.building.surroundings import Surroundings
from generator.template.building.table import once, table
from generator.template.expression.syntax import is_plain
from generator.template.mistakes import KeyPath, hint

_KINDS = ("title", "caption", "draw", "table", "remark")
_NOT_IN_TABS = re.compile(r"[\[\]:*?/\\]")


def sheet(name: str, written: language.Sheet, around: Surroundings) -> FormSheet:
    """Return a sheet of the form; what is wrong with it is reported."""
    path: KeyPath = ("sheets", name)
    around = around.on(name)
    loop = around.sheet_loop(written.for_, (*path, "for"))
    if loop:
        around = replace(around.looping(loop), item=loop)
    _complain(written, loop, path, around)
    weights(written.fields, (*path, "fields"), around)
    blocks = tuple(_blocks(written, path, around))
    _complain_blocks(written, blocks, path, around)
    return FormSheet(
        name=name,
        tab=around.leaf(written.tab, (*path, "tab")),
        widths=tuple(float(each) for each in written.widths),
        blocks=blocks,
        fields=_fields(written, path, around),
        tables={
            each: table(each, one, (*path, "tables", each), around.width(written), around)
            for each, one in written.tables.items()
        },
        checks=tuple(
            check(each, (*path, "checks", i), around) for i, each in enumerate(written.checks)
        ),
        loop=loop,
        key=written.key or "",
        print=Print(
            written.print.landscape, written.print.repeat or "", written.print.columns or 0
        ),
    )


def _fields(written: language.Sheet, path: KeyPath, around: Surroundings) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for name, each in written.fields.items():
        place = (*path, "fields", name)
        around.name(name, place)
        if name in written.tables:
            around.complaints.add(place, f"“{name}”既是字段又是表格，请改用不同的名字")
        if each.merge_down:
            around.complaints.add((*place, "merge_down"), "只有表格的列才写 merge_down")
        if each.type is FieldType.LABEL and each.fill is None:
            around.complaints.add(place, "type: label 是印好的文字，要写 fill")
        fields[name] = field(name, each, place, around, around.recalling(written.fields))
    return fields


def _complain(
    written: language.Sheet, loop: Loop | None, path: KeyPath, around: Surroundings
) -> None:
    add = around.complaints.add
    for name in written.tables:
        around.name(name, (*path, "tables", name))
    if written.for_ is not None and written.key is None:
        add(path, "重复的工作表要写 key，说明用哪个字段区分各张")
    if written.for_ is None and written.key is not None:
        add((*path, "key"), "只有重复的工作表（写了 for）才写 key")
    if written.key is not None and written.key not in written.fields:
        add((*path, "key"), f"没有字段“{written.key}”{hint(written.key, written.fields)}")
    for i, width in enumerate(written.widths):
        if not 1 <= width <= 200:
            add((*path, "widths", i), f"列宽 {width} 不合适，应在 1 到 200 之间")
    _complain_print(written, (*path, "print"), around)
    _complain_tab(written, loop, (*path, "tab"), around)


def _complain_print(written: language.Sheet, path: KeyPath, around: Surroundings) -> None:
    repeat = written.print.repeat
    if repeat is not None and repeat not in written.tables:
        around.complaints.add(
            (*path, "repeat"), f"没有表格“{repeat}”{hint(repeat, written.tables)}"
        )
    columns = written.print.columns
    if columns is not None and columns > len(written.widths):
        around.complaints.add(
            (*path, "columns"), f"只有 {len(written.widths)} 列，不能打印 {columns} 列"
        )


def _complain_tab(
    written: language.Sheet, loop: Loop | None, path: KeyPath, around: Surroundings
) -> None:
    if loop and loop.variable and not re.search(rf"\b({loop.variable}|number)\b", written.tab):
        example = f"{{{{ {loop.variable}.code }}}}"
        around.complaints.add(
            path, f"重复的工作表各有各的标签，要用到 {loop.variable}，例如“{example}”"
        )
    if is_plain(written.tab):
        if _NOT_IN_TABS.search(written.tab) or not written.tab.strip(" '"):
            around.complaints.add(
                path, f"工作表标签“{written.tab}”不能是空的，不能有 [ ] : * ? / \\"
            )
        if len(written.tab) > 31:
            around.complaints.add(path, "工作表标签最多 31 个字")


def _blocks(written: language.Sheet, path: KeyPath, around: Surroundings) -> Iterator[Block]:
    for i, each in enumerate(written.blocks):
        place = (*path, "blocks", i)
        given = [kind for kind in _KINDS if getattr(each, kind) is not None]
        if len(given) != 1:
            message = f"一块里 {'、'.join(_KINDS)} 只写一个"
            around.complaints.add(place, f"{message}，现在写了{'、'.join(given) or '零个'}")
            continue
        yield _block(each, written, place, around)


def _block(
    each: language.Block, written: language.Sheet, place: KeyPath, around: Surroundings
) -> Block:
    if each.title is not None:
        return Title(around.leaf(each.title, (*place, "title")))
    if each.caption is not None:
        left, center, right = (
            around.leaf_if(getattr(each.caption, side), (*place, "caption", side))
            for side in ("left", "center", "right")
        )
        return Caption(left, center, right)
    if each.draw is not None:
        width = around.printed_width(written)
        draughtsman = Draughtsman(around.complaints, width, set(written.fields), around.leaf)
        return Frame(draughtsman.draw(each.draw, (*place, "draw")))
    if each.table is not None:
        return TableBlock(each.table)
    return Remark(around.leaf(each.remark or "", (*place, "remark")))


def _complain_blocks(
    written: language.Sheet, blocks: tuple[Block, ...], path: KeyPath, around: Surroundings
) -> None:
    """Complain about what is placed never, twice, or is not there."""
    add = around.complaints.add
    frames = [each.drawing for each in blocks if isinstance(each, Frame)]
    fields = Counter(name for drawing in frames for name in drawn(drawing))
    for name in written.fields:
        if fields[name] != 1:
            add((*path, "fields", name), once(f"字段“{name}”", fields[name]))
    tables = Counter(each.table for each in blocks if isinstance(each, TableBlock))
    for name in written.tables:
        if tables[name] != 1:
            message = (
                f"blocks 里没有放表格“{name}”" if not tables[name] else f"表格“{name}”放了几处"
            )
            add((*path, "tables", name), message)
    for i, each in enumerate(written.blocks):
        if each.table is not None and each.table not in written.tables:
            known = hint(each.table, written.tables)
            add((*path, "blocks", i, "table"), f"没有表格“{each.table}”{known}")
