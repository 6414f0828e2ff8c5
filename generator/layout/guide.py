"""The 填报说明 sheet: what to fill, by when, how to read the checks, whom to ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.layout.heights import heights_of
from generator.layout.sheet import Align, Area, Cell, Printed, Role, Sealed, Sheet, Style
from generator.layout.validate import prompt_of
from generator.model.form import Field, FieldType, Form, FormSheet, Leaf
from generator.model.period import Period

TAB = "填报说明"
_WIDTHS = (16.0, 24.0, 58.0, 16.0)
_HOW = (
    "浅黄色单元格由贵单位填写；灰色单元格自动计算；白色单元格由财政部门印好，不能改动。",
    "选中单元格会出现填写提示；带下拉箭头的，从列表中选择。",
    "行不够时，可以在表格中间插入整行；不要删除行列，不要改工作表名称，不要移动表格。",
    "没有的数据留空，不要填“无”“—”或 0；金额不带单位和千分号。",
    "填完看“校验”表：√ 符合，× 不符合，— 未涉及；点“位置”可以跳到该处。有 × 的改好再上报。",
    "“核实”类的 × 如果确有原因，在“校验”表的“情况说明”里写明即可。",
    "用 Excel 或 WPS 打开都可以，保存为 .xlsx，不需要启用宏，文件名不用改。",
)
_TYPES = {
    FieldType.TEXT: "文字",
    FieldType.AMOUNT: "金额",
    FieldType.NUMBER: "数字",
    FieldType.INTEGER: "整数",
    FieldType.PERCENT: "百分数",
    FieldType.POINTS: "百分数，填 80 表示 80%",
    FieldType.CHOICE: "从列表选择",
    FieldType.MONTH: "年月",
    FieldType.TARGET: "指标值",
}
_WIDTH = len(_WIDTHS)
_LABEL = Style(Role.LABEL, Align.CENTER)
_TEXT = Style(Role.TEXT)
_HEADER = Style(Role.HEADER, Align.CENTER)
_HEADING = Style(Role.HEADING, border=False)
_TITLE = Style(Role.TITLE, Align.CENTER, border=False)


@dataclass(frozen=True)
class _Piece:
    """A cell of a row: its text, and how many grid columns it covers."""

    text: str | Leaf | Sealed
    style: Style = _TEXT
    width: int = 1


def guide_sheet(form: Form, period: Period) -> Sheet:
    """Return the 填报说明 sheet, made from the form's help texts and the roster."""
    context: Mapping[str, object] = {"period": period, "form": form}
    cells: list[Cell] = []
    for top, pieces in enumerate(_rows(form, context), 1):
        left = 1
        for piece in pieces:
            cells.append(_cell(piece, Area(top, left, 1, piece.width), context))
            left += piece.width
    texts = {cell.area: str(cell.text) for cell in cells if cell.text}
    rows = {cell.area.top: 22.0 for cell in cells} | {1: 36.0}
    return Sheet(TAB, tuple(cells), _WIDTHS, heights_of(_WIDTHS, rows, {}, texts))


def _cell(piece: _Piece, area: Area, context: Mapping[str, object]) -> Cell:
    if isinstance(piece.text, str):
        return Cell(area, piece.style, piece.text)
    if isinstance(piece.text, Sealed):
        return Cell(area, piece.style, slot=piece.text)
    if piece.text.names <= set(context):
        return Cell(area, piece.style, str(piece.text.render(context)))
    return Cell(area, piece.style, slot=Printed(piece.text, -1))


def _rows(form: Form, context: Mapping[str, object]) -> Iterator[list[_Piece]]:
    yield [_Piece(f"{form.name}填报说明", _TITLE, _WIDTH)]
    yield from _facts(form, context)
    yield [_Piece("一、怎么填", _HEADING, _WIDTH)]
    texts: tuple[str | Leaf, ...] = (*_HOW, *form.instructions)
    for number, text in enumerate(texts, 1):
        yield [_Piece(str(number), _LABEL), _Piece(text, _TEXT, _WIDTH - 1)]
    yield [_Piece("二、各栏说明", _HEADING, _WIDTH)]
    yield [_Piece(text, _HEADER) for text in ("所在部分", "栏目", "怎么填", "类型")]
    for sheet in form.sheets:
        yield from _helps(form, sheet, context)


def _facts(form: Form, context: Mapping[str, object]) -> Iterator[list[_Piece]]:
    period = context["period"]
    assert isinstance(period, Period)
    facts: list[tuple[str, str | Leaf | Sealed | None]] = [
        ("填报单位", Sealed("name")),
        ("报告期", period.name),
        ("金额单位", form.unit),
        ("报送截止", form.deadline),
        ("咨询联系", form.contact),
        ("表样来源", form.source),
        ("计分依据", _sources(form, period)),
    ]
    for label, text in facts:
        if text:
            yield [_Piece(label, _LABEL), _Piece(text, _TEXT, _WIDTH - 1)]


def _sources(form: Form, period: Period) -> str:
    """Return which document each table of figures in force comes from."""
    found = [(each.label, each.at(period)) for each in form.data]
    return "\n".join(f"{label}：{each.source}（{each.start}起）" for label, each in found)


def _helps(form: Form, sheet: FormSheet, context: Mapping[str, object]) -> Iterator[list[_Piece]]:
    own = sheet.tab.names <= context.keys()
    title = str(sheet.tab.render(context) if own else form.name)
    groups: list[tuple[str, list[Field]]] = [(title, [*sheet.fields.values()])]
    groups += [(str(t.label.render(context)), [*t.inputs]) for t in sheet.tables.values()]
    for title, fields in groups:
        for form_field in fields:
            if form_field.is_input:
                label = str(form_field.label.render(context)).replace("\n", "")
                kind = _TYPES[form_field.type]
                kind += f"（{form_field.unit}）" if form_field.unit else ""
                yield [
                    _Piece(title, _LABEL),
                    _Piece(label, _LABEL),
                    _Piece(prompt_of(form_field)),
                    _Piece(kind, Style(Role.TEXT, Align.CENTER)),
                ]
