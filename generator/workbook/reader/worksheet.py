"""One sheet of a package, and the texts that its sheets share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from generator.workbook.book import Cell, Limits, Range, Sheet, Unreadable
from generator.workbook.reader import plain
from generator.workbook.reader.cells import Formulas, blank, filled
from generator.workbook.reader.container import Container, broken
from generator.workbook.reader.markup import Attributes, Listener, is_true, listen, unescaped
from generator.workbook.reader.rows import read_texts
from generator.workbook.references import parse_range, position

Shared = tuple[Sequence[str], plain.Styles]  # texts by position, styles by number


class _Worksheet(Listener):
    def __init__(self, shared: Shared, limits: Limits, budget: int) -> None:
        self.cells: dict[tuple[int, int], Cell] = {}
        self.row_locks: dict[int, bool] = {}
        self.column_styles: list[tuple[int, int, str]] = []
        self.merges: list[Range] = []
        self.protected = False
        self.has_data = False
        self._strings, self._styles = shared
        self._limits, self._budget = limits, budget
        self._formulas = Formulas()
        self._row = self._column = 0
        self._kept: list[str] | None = None  # text is being collected
        self._silent = 0  # within a phonetic run
        self._cell: Attributes = {}
        self._parts: dict[str, str] = {}
        self._traits: Attributes | None = None
        self.starts = {
            "sheetData": self._start_data,
            "row": self._start_row,
            "c": self._start_cell,
            "f": self._start_formula,
            "v": self._keep,
            "t": self._keep,
            "rPh": self._start_phonetic,
            "mergeCell": self._merge,
            "sheetProtection": self._protect,
            "col": self._style_columns,
        }
        self.ends = {
            "c": self._end_cell,
            "f": lambda: self._end_text("f"),
            "v": lambda: self._end_text("v"),
            "t": lambda: self._end_text("t"),
            "rPh": self._end_phonetic,
        }

    def text(self, text: str) -> None:
        if self._kept is not None:
            self._kept.append(text)

    def _keep(self, _: Attributes) -> None:
        self._kept = []

    def _end_text(self, name: str) -> None:
        if self._kept is not None and not self._silent:
            self._parts[name] = self._parts.get(name, "") + "".join(self._kept)
        self._kept = None

    def _start_phonetic(self, _: Attributes) -> None:
        self._silent += 1

    def _end_phonetic(self) -> None:
        self._silent -= 1

    def _protect(self, attributes: Attributes) -> None:
        self.protected = is_true(attributes.get("sheet"))

    def _start_data(self, _: Attributes) -> None:
        self.has_data = True

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell, self._parts, self._traits = attributes, {}, None

    def _start_formula(self, attributes: Attributes) -> None:
        self._kept, self._traits = [], attributes

    def _start_row(self, attributes: Attributes) -> None:
        written = attributes.get("r", "")
        self._row = int(written) if written.isdecimal() else self._row + 1
        self._column = 0
        if is_true(attributes.get("customFormat")) and "s" in attributes:
            self.row_locks[self._row] = bool(self._style(attributes["s"]).locked)

    def _style_columns(self, attributes: Attributes) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if first.isdecimal() and last.isdecimal():
            self.column_styles.append((int(first), int(last), attributes.get("style", "")))

    def _end_cell(self) -> None:
        address = self._cell.get("r")
        where = position(address) if address else (self._row, self._column + 1)
        if where is None:
            raise broken(f"单元格地址“{address}”不存在")
        self._column = where[1]
        self.cells[where] = self._made(where)
        if len(self.cells) > self._budget:
            raise too_many_cells(self._limits)

    def _made(self, where: tuple[int, int]) -> Cell:
        kind, parts = self._cell.get("t", "n"), self._parts
        empty = self._style(self._cell.get("s", ""))
        formula = ""
        if self._traits is not None:
            formula = self._formulas.of(where, parts.get("f", ""), self._traits)
        text = parts.get("t" if kind == "inlineStr" else "v", "")
        if text or kind == "inlineStr" or (kind == "str" and formula):
            return filled(empty, kind, unescaped(text), formula, self._strings)
        return blank(empty, formula)

    def _style(self, index: str) -> Cell:
        style = self._styles.get(index)
        if style is None:
            raise broken("单元格引用的样式不存在")
        return style

    def _merge(self, attributes: Attributes) -> None:
        area = parse_range(attributes.get("ref", ""))
        if area is not None:
            self.merges.append(area)
        if len(self.merges) > self._limits.merges:
            raise Unreadable(
                f"工作表里的合并单元格超过 {self._limits.merges:,} 处",
                "请取消表格以外的合并单元格后重新上报",
            )


class _Strings(Listener):
    def __init__(self, limit: int) -> None:
        self.texts: list[str] = []
        self._limit, self._parts = limit, list[str]()
        self._keeping = False
        self._silent = 0
        self.starts = {"si": self._start, "t": self._keep, "rPh": self._start_phonetic}
        self.ends = {"si": self._end, "t": self._stop, "rPh": self._end_phonetic}

    def text(self, text: str) -> None:
        if self._keeping:
            self._parts.append(text)

    def _start(self, _: Attributes) -> None:
        self._parts = []

    def _keep(self, _: Attributes) -> None:
        self._keeping = not self._silent

    def _stop(self) -> None:
        self._keeping = False

    def _start_phonetic(self, _: Attributes) -> None:
        self._silent += 1

    def _end_phonetic(self) -> None:
        self._silent -= 1

    def _end(self) -> None:
        self.texts.append(unescaped("".join(self._parts)))
        if len(self.texts) > self._limit:
            raise Unreadable(
                f"文件里的文字超过 {self._limit:,} 段", "请删除与本表无关的内容后重新上报"
            )


def too_many_cells(limits: Limits) -> Unreadable:
    """Return the error for a workbook with more cells than any return has."""
    return Unreadable(
        f"文件里的单元格超过 {limits.cells:,} 个，多半是格式铺满了整张工作表",
        "请选中表格下方和右侧的空行空列，删除（不是清除内容）后保存，再重新上报",
    )


def read_strings(container: Container, part: str, limits: Limits) -> Sequence[str]:
    """Return the texts that cells refer to by number."""
    listener = _Strings(limits.cells)
    if container.size(part) <= plain.LARGEST:
        content = container.read(part)
        pieces = plain.cut(content, b"<si>", b"</si>")
        texts = plain.read_strings(b"<si>" + pieces[1] + b"</si>") if pieces else None
        if pieces and texts is not None:
            listen(part, [pieces[0]], listener, limits.depth)
            return texts
        listen(part, [content], listener, limits.depth)
    elif texts := read_texts(container.chunks(part), limits.cells):
        return texts
    else:
        listen(part, container.chunks(part), listener, limits.depth)
    return listener.texts


def read_sheet(
    container: Container, part: str, shared: Shared, limits: Limits, budget: int
) -> Sheet:
    """Return a sheet without title and state, which the workbook part knows.

    `budget` is how many of all cells it may have.
    """
    if container.size(part) > plain.LARGEST:
        return _read_with_expat(part, container.chunks(part), shared, limits, budget)
    content = container.read(part)
    return _read_plainly(part, content, shared, limits, budget) or _read_with_expat(
        part, [content], shared, limits, budget
    )


def _read_with_expat(
    part: str, chunks: Iterable[bytes], shared: Shared, limits: Limits, budget: int
) -> Sheet:
    listener = _Worksheet(shared, limits, budget)
    listen(part, chunks, listener, limits.depth)
    return _sheet(listener, listener.cells, listener.row_locks, shared)


def _read_plainly(
    part: str, content: bytes, shared: Shared, limits: Limits, budget: int
) -> Sheet | None:
    pieces = plain.cut(content, b"<sheetData>", b"</sheetData>")
    rows = plain.read_rows(part, pieces[1], *shared) if pieces else None
    if pieces is None or rows is None:
        return None
    if len(rows.cells) > budget:
        raise too_many_cells(limits)
    shell = _read_shell(part, pieces[0], limits)
    return _sheet(shell, rows.cells, rows.row_locks, shared) if shell.has_data else None


@lru_cache(maxsize=64)
def _read_shell(part: str, content: bytes, limits: Limits) -> _Worksheet:
    """Return what lies around the rows; in the returns of one form it is often the same."""
    listener = _Worksheet(((), plain.Styles({})), limits, 0)
    listen(part, [content], listener, limits.depth)
    return listener


def _sheet(
    found: _Worksheet,
    cells: Mapping[tuple[int, int], Cell],
    row_locks: Mapping[int, bool],
    shared: Shared,
) -> Sheet:
    _, styles = shared
    return Sheet(
        title="",
        cells=cells,
        merges=tuple(found.merges),
        protected=found.protected,
        row_locks=row_locks,
        column_locks=tuple(
            (first, last, bool(styles[style].locked))
            for first, last, style in found.column_styles
            if style in styles
        ),
    )
