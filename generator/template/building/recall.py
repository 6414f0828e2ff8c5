"""Earlier returns in what is put in beforehand: whether the same field or row can be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.model.form import Field, Form, FormSheet, Leaf, Table
from generator.template.expression.names import NO_PREVIOUS
from generator.template.mistakes import Complaints, KeyPath

_NO_ROWS = "只有 for 的各行和固定行（rows）能预填以前报的数，留空的行不知道是哪一行"
_NO_KEY = "要写 key，才找得到以前报的同一行"
_MERGED = "上下合并的列不能直接预填以前报的数，请用 for: row in previous.… 的 {{ row.… }}"


def complain_of_recall(form: Form, complaints: Complaints) -> None:
    """Complain about every `fill` that asks for what was returned earlier and cannot find it."""
    for sheet in form.sheets:
        path: KeyPath = ("sheets", sheet.name)
        for name, each in sheet.fields.items():
            if each.recalls:
                found = (*_of_period(form, each.fill), *_of_sheet(sheet))
                _tell(complaints, (*path, "fields", name, "fill"), found)
        for table in sheet.tables.values():
            _complain_of_table(form, sheet, table, complaints)


def _complain_of_table(form: Form, sheet: FormSheet, table: Table, complaints: Complaints) -> None:
    path: KeyPath = ("sheets", sheet.name, "tables", table.name)
    if table.loop and table.loop.recalls:
        _tell(complaints, (*path, "for"), _of_sheet(sheet))
    for column in table.columns:
        if column.recalls:
            found = _of_column(form, sheet, table, column)
            _tell(complaints, (*path, "columns", column.name, "fill"), found)


def _tell(complaints: Complaints, path: KeyPath, messages: Iterable[str]) -> None:
    for message in messages:
        complaints.add(path, message)


def _of_period(form: Form, leaf: Leaf | None) -> Iterator[str]:
    if leaf and form.period_kind == "year" and "previous" in leaf.names:
        yield NO_PREVIOUS


def _of_sheet(sheet: FormSheet) -> Iterator[str]:
    """Yield why the same copy of a repeated sheet cannot be told."""
    key = sheet.fields.get(sheet.key)
    if key and (key.fill is None or key.recalls):
        yield f"区分各张的“{key.name}”（key）要用名册的内容预填，才找得到以前报的那一张"


def _of_column(form: Form, sheet: FormSheet, table: Table, column: Field) -> Iterator[str]:
    yield from _of_period(form, column.fill)
    yield from _of_sheet(sheet)
    if column.merge_down:
        yield _MERGED
    if table.fixed:
        return
    if table.loop is None:
        yield _NO_ROWS
    elif not table.key:
        yield f"表格 {table.name} {_NO_KEY}"
    for each in table.columns:
        if each.name in table.key and (each.fill is None or each.recalls):
            yield f"key 里的“{each.name}”要用名册或上期的行预填，{_NO_KEY[3:]}"
