"""Reads .xlsx and .xlsm straight from the parts: only what a return is asked for, and fast."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache, partial
from urllib.parse import unquote

from generator.workbook.book import (
    Book,
    Cell,
    CellKind,
    DefinedName,
    Limits,
    Line,
    Range,
    Sheet,
    Unreadable,
    is_date_format,
)
from generator.workbook.reader.container import ASK_AGAIN, CORE, Container, broken, moment_in
from generator.workbook.reader.markup import (
    Attributes,
    Listener,
    attribute,
    is_true,
    listen,
    unescaped,
)
from generator.workbook.reader.rows import read_lines
from generator.workbook.reader.styles import PLAIN, read_styles
from generator.workbook.reader.worksheet import Shared, read_sheet, read_strings, too_many_cells
from generator.workbook.references import parse_ranges

_DAYS_TO_1904 = 1462
_MOST_OF_CORE = 2**16  # bytes
_STATES = ("visible", "hidden", "veryHidden")


@dataclass(frozen=True)
class _Link:
    """A relationship between parts."""

    type: str  # the last word of its address, such as worksheet
    target: str


class _Links(Listener):
    def __init__(self, part: str) -> None:
        self.by_id: dict[str, _Link] = {}
        self._folder = posixpath.dirname(part)
        self.starts = {"Relationship": self._add}

    def _add(self, attributes: Attributes) -> None:
        if attributes.get("TargetMode") == "External":
            return
        target = unquote(attributes.get("Target", "")).replace("\\", "/")
        full = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")
        kind = attributes.get("Type", "").rpartition("/")[2]
        self.by_id[attributes.get("Id", "")] = _Link(kind, full)

    def target(self, kind: str) -> str:
        """Return the part of that kind, or an empty text."""
        return next((each.target for each in self.by_id.values() if each.type == kind), "")


class _Workbook(Listener):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []  # title, state, relationship
        self.names: list[tuple[Attributes, str]] = []
        self.date1904 = False
        self._name: Attributes | None = None
        self._text: list[str] = []
        self.starts = {
            "sheet": self._add_sheet,
            "definedName": self._start_name,
            "workbookPr": self._set_epoch,
        }
        self.ends = {"definedName": self._end_name}

    def text(self, text: str) -> None:
        if self._name is not None:
            self._text.append(text)

    def _add_sheet(self, attributes: Attributes) -> None:
        state = attributes.get("state", "visible")
        known = state if state in _STATES else "visible"
        title = unescaped(attributes.get("name", ""))
        self.sheets.append((title, known, attribute(attributes, "id")))

    def _start_name(self, attributes: Attributes) -> None:
        self._name, self._text = attributes, []

    def _end_name(self) -> None:
        if self._name is not None:
            self.names.append((self._name, "".join(self._text)))
        self._name = None

    def _set_epoch(self, attributes: Attributes) -> None:
        self.date1904 = is_true(attributes.get("date1904"))


def read_package(content: bytes, limits: Limits | None = None, *, on_demand: bool = False) -> Book:
    """Return the picture of a workbook of the .xlsx family.

    `on_demand` leaves each worksheet unread until something on it is asked for; then it is the
    asking that raises what is wrong with it.

    Raises:
        Unreadable: broken, hostile or no workbook.
    """
    limits = limits or Limits()
    return book_in(Container(content, limits), limits, on_demand=on_demand)


def book_in(container: Container, limits: Limits, *, on_demand: bool = False) -> Book:
    """Return the picture of the workbook in a container."""
    part = _links(container, "", limits).target("officeDocument") or "xl/workbook.xml"
    if part not in container:
        raise Unreadable("压缩包里没有工作簿", ASK_AGAIN)
    workbook, links = _workbook(part, container.read(part), limits), _links(container, part, limits)
    if not workbook.sheets:
        raise broken("工作簿里没有工作表")
    source = _Source(container, links, limits, date1904=workbook.date1904)
    sheets = tuple(_sheets(workbook, links, source))
    if not on_demand:
        for sheet in sheets:
            len(sheet.cells)
    return Book(
        sheets=sheets,
        names=_names(workbook, limits),
        date1904=workbook.date1904,
        format="xlsm" if links.target("vbaProject") else "xlsx",
        macros=bool(links.target("vbaProject")),
        external_links=bool(links.target("externalLink")),
        dde=_calls_programs(container),
        saved=_saved(container),
    )


def _saved(container: Container) -> datetime | None:
    """Return when a workbook says it was saved; a part that is damaged is none to refuse it for."""
    if not 0 < container.size(CORE) <= _MOST_OF_CORE:
        return None
    try:
        return moment_in(container.read(CORE))
    except Unreadable:
        return None


def _calls_programs(container: Container) -> bool:
    links = (each for each in container.names if each.startswith("xl/externallinks/"))
    return any(b"ddeLink" in container.read(each) for each in links)


# The returns of one form often agree in these parts to the byte.
@lru_cache(maxsize=64)
def _workbook(part: str, content: bytes, limits: Limits) -> _Workbook:
    workbook = _Workbook()
    listen(part, [content], workbook, limits.depth)
    return workbook


@lru_cache(maxsize=64)
def _links_in(content: bytes, part: str, limits: Limits) -> _Links:
    links = _Links(part)
    listen(f"{part}.rels", [content], links, limits.depth)
    return links


def _links(container: Container, part: str, limits: Limits) -> _Links:
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    return _links_in(container.read(path), part, limits) if path in container else _Links(part)


class _Source:
    """The worksheets of a package, read one at a time; their cells are counted together."""

    def __init__(
        self, container: Container, links: _Links, limits: Limits, *, date1904: bool
    ) -> None:
        self._container, self._links, self._limits = container, links, limits
        self._date1904 = date1904
        self._budget = limits.cells

    @cached_property
    def _shared(self) -> Shared:
        container, links = self._container, self._links
        texts, styles = links.target("sharedStrings"), links.target("styles")
        return (
            read_strings(container, texts, self._limits) if texts in container else (),
            read_styles(container.read(styles)) if styles in container else PLAIN,
        )

    def read(self, part: str) -> Sheet:
        """Return what stands in one part."""
        sheet = read_sheet(self._container, part, self._shared, self._limits, self._budget)
        if self._date1904:
            sheet = replace(sheet, cells={k: _from_1904(v) for k, v in sheet.cells.items()})
        self._budget -= len(sheet.cells)
        if self._budget < 0:
            raise too_many_cells(self._limits)
        return sheet

    def lines(self, part: str) -> Iterator[list[Line] | None]:
        """Yield the rows of one part, some at a time; None where it must be read as a whole."""
        texts, _ = self._shared
        before = self._budget
        # From 1904, only the style of a number tells whether it is a date.
        for lines in read_lines(() if self._date1904 else self._container.chunks(part), texts):
            if lines is None:
                self._budget = before
            else:
                self._budget -= sum(len(values) for _, values in lines)
            if self._budget < 0:
                raise too_many_cells(self._limits)
            yield lines


class _Worksheet(Sheet):
    """A worksheet whose part is read when something on it is asked for."""

    def __init__(self, title: str, state: str, source: _Source, part: str) -> None:
        read, lines = partial(source.read, part), partial(source.lines, part)
        vars(self).update(title=title, state=state, _read=read, _lines=lines)

    __eq__, __hash__ = object.__eq__, object.__hash__

    @cached_property
    def _content(self) -> Sheet:
        read: Callable[[], Sheet] = vars(self)["_read"]
        return read()

    @cached_property
    def cells(self) -> Mapping[tuple[int, int], Cell]:
        return self._content.cells

    @cached_property
    def merges(self) -> tuple[Range, ...]:
        return tuple(_titled(each, self.title) for each in self._content.merges)

    @cached_property
    def protected(self) -> bool | None:
        return self._content.protected

    @cached_property
    def row_locks(self) -> Mapping[int, bool]:
        return self._content.row_locks

    @cached_property
    def column_locks(self) -> tuple[tuple[int, int, bool], ...]:
        return self._content.column_locks

    def lines(self) -> Iterator[Line]:
        """Yield the rows that hold anything; as long as they are plain, only few at a time."""
        read: Callable[[], Iterator[list[Line] | None]] = vars(self)["_lines"]
        below = 0
        for lines in read():
            if lines is None:
                yield from (each for each in super().lines() if each[0] > below)
            else:
                yield from lines
                below, _ = lines[-1]


def _sheets(workbook: _Workbook, links: _Links, source: _Source) -> Iterator[Sheet]:
    for title, state, id_ in workbook.sheets:
        link = links.by_id.get(id_)
        if link is None:
            raise broken(f"找不到工作表“{title}”的内容")
        if link.type == "worksheet":
            yield _Worksheet(title, state, source, link.target)
        else:
            yield Sheet(title, state)  # a chart sheet keeps its place, names count it


@lru_cache(maxsize=64)
def _names(workbook: _Workbook, limits: Limits) -> tuple[DefinedName, ...]:
    if len(workbook.names) > limits.names:
        raise Unreadable(
            f"工作簿里的名称超过 {limits.names:,} 个",
            "请在“公式—名称管理器”里删除与本表无关的名称后重新上报",
        )
    titles = [title for title, _, _ in workbook.sheets]
    return tuple(_name(attributes, text, titles) for attributes, text in workbook.names)


def _name(attributes: Attributes, text: str, titles: Sequence[str]) -> DefinedName:
    written = attributes.get("localSheetId", "")
    index = int(written) if written.isdecimal() and int(written) < len(titles) else None
    return DefinedName(
        name=unescaped(attributes.get("name", "")),
        text=text,
        ranges=_ranges(text),
        sheet=index,
        title="" if index is None else titles[index],
        hidden=is_true(attributes.get("hidden")),
    )


_ranges = lru_cache(maxsize=4096)(parse_ranges)


def _from_1904(cell: Cell) -> Cell:
    """Count a date from 1900; a time of day is the same in both systems."""
    if cell.kind is not CellKind.NUMBER or not is_date_format(cell.number_format):
        return cell
    if isinstance(cell.value, bool | str) or cell.value is None or cell.value < 1:
        return cell
    return cell._replace(value=cell.value + _DAYS_TO_1904)


def _titled(area: Range, title: str) -> Range:
    return Range(title, area.top, area.left, area.bottom, area.right)
