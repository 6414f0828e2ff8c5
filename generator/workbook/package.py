"""Reads .xlsx and .xlsm straight from the parts: only what a return is asked for, and fast."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote

from generator.workbook.book import (
    Book,
    Cell,
    CellKind,
    DefinedName,
    Limits,
    Range,
    Sheet,
    Unreadable,
    is_date_format,
)
from generator.workbook.container import ASK_AGAIN, Container, broken
from generator.workbook.markup import Attributes, Listener, attribute, is_true, listen, unescaped
from generator.workbook.references import parse_ranges
from generator.workbook.styles import PLAIN, read_styles
from generator.workbook.worksheet import read_sheet, read_strings, too_many_cells

_DAYS_TO_1904 = 1462
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


def read_package(content: bytes, limits: Limits | None = None) -> Book:
    """Return the picture of a workbook of the .xlsx family.

    Raises:
        Unreadable: broken, hostile or no workbook.
    """
    limits = limits or Limits()
    container = Container(content, limits)
    part = _links(container, "", limits).target("officeDocument") or "xl/workbook.xml"
    if part not in container:
        raise Unreadable("压缩包里没有工作簿", ASK_AGAIN)
    workbook, links = _workbook(part, container.read(part), limits), _links(container, part, limits)
    if not workbook.sheets:
        raise broken("工作簿里没有工作表")
    return Book(
        sheets=_sheets(container, workbook, links, limits),
        names=_names(workbook, limits),
        date1904=workbook.date1904,
        format="xlsm" if links.target("vbaProject") else "xlsx",
        macros=bool(links.target("vbaProject")),
        external_links=bool(links.target("externalLink")),
    )


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


def _sheets(
    container: Container, workbook: _Workbook, links: _Links, limits: Limits
) -> tuple[Sheet, ...]:
    shared = _shared(container, links, limits)
    sheets, budget = [], limits.cells
    for title, state, id_ in workbook.sheets:
        link = links.by_id.get(id_)
        if link is None:
            raise broken(f"找不到工作表“{title}”的内容")
        sheet = Sheet("")
        if link.type == "worksheet":  # a chart sheet keeps its place, names count it
            sheet = read_sheet(container, link.target, shared, replace(limits, cells=budget))
        if workbook.date1904:
            sheet = replace(sheet, cells={k: _from_1904(v) for k, v in sheet.cells.items()})
        budget -= len(sheet.cells)
        if budget < 0:
            raise too_many_cells(limits)
        merges = tuple(_titled(each, title) for each in sheet.merges)
        sheets.append(replace(sheet, title=title, state=state, merges=merges))
    return tuple(sheets)


def _shared(
    container: Container, links: _Links, limits: Limits
) -> tuple[Sequence[str], Mapping[str, Cell]]:
    texts, styles = links.target("sharedStrings"), links.target("styles")
    return (
        read_strings(container, texts, limits) if texts in container else (),
        read_styles(container.read(styles)) if styles in container else PLAIN,
    )


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
