"""A workbook as text, one fact a line: for snapshots, and for `git diff` by way of textconv."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from generator.workbook.book import Book, Cell, Range, Sheet
from generator.workbook.reader.formats import open_book
from generator.workbook.references import column_letters

_DEFAULT_WIDTH = 13  # what openpyxl gives a column without a width
_ALLOWED = (
    "formatCells",
    "formatColumns",
    "formatRows",
    "insertColumns",
    "insertRows",
    "insertHyperlinks",
    "deleteColumns",
    "deleteRows",
    "sort",
    "autoFilter",
    "pivotTables",
)


def describe(path: Path) -> str:
    """Return a workbook as text; two workbooks with the same text look and work the same.

    Dates of creation and the bytes of the file do not show. Of formats other than .xlsx there are
    only the values.

    Raises:
        Unreadable: the file is no workbook, with the reason in Chinese.
    """
    book = open_book(path)
    rest = _rest(path) if book.format.startswith("xls") else None
    return "\n".join(_lines(book, rest)) + "\n"


def _rest(path: Path) -> Workbook | None:
    """Return what only openpyxl knows of the workbook; None if it cannot load it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(path)
    except Exception:  # openpyxl raises anything on what it does not expect; the cells are shown
        return None


def _lines(book: Book, rest: Workbook | None) -> Iterator[str]:
    yield from _about(book, rest)
    for sheet in book.sheets:
        more = rest[sheet.title] if rest and sheet.title in rest.sheetnames else None
        yield ""
        yield f"sheet {sheet.title!r} {sheet.state}"
        if isinstance(more, Worksheet):
            yield from _set_up(more)
        elif sheet.protected:
            yield "protected"
        yield from _names(book, sheet.title)
        yield from _cells(sheet)
        yield from sorted(f"merged {_area(each)}" for each in sheet.merges)
        if isinstance(more, Worksheet):
            yield from _aids(more)
            yield from _remarks(more, sheet)


def _about(book: Book, rest: Workbook | None) -> Iterator[str]:
    yield f"workbook {book.format}"
    facts = {
        "dates from 1904": book.date1904,
        "macros": book.macros,
        "external links": book.external_links,
        "only cells and names are shown": rest is None,
        "structure locked": rest is not None and rest.security and rest.security.lockStructure,
    }
    yield from (fact for fact, holds in facts.items() if holds)
    yield from _names(book, "")


def _names(book: Book, title: str) -> Iterator[str]:
    names = [each for each in book.names if each.title == title]
    for each in sorted(names, key=lambda each: each.name):
        yield f"name {each.name} = {each.text}{' hidden' if each.hidden else ''}"


def _cells(sheet: Sheet) -> Iterator[str]:
    for (row, column), cell in sorted(sheet.cells.items()):
        if cell.value is None and not cell.formula and cell.locked is not False:
            continue  # a frame around nothing
        lock = {True: "locked", False: "INPUT ", None: "      "}[cell.locked]
        code = "" if cell.number_format == "General" else f"  {cell.number_format}"
        yield f"{column_letters(column) + str(row):<5}{lock}  {_content(cell)}{code}"


def _content(cell: Cell) -> str:
    value = _value(cell)
    if not cell.formula:
        return value
    return f"={cell.formula}" if cell.value is None else f"={cell.formula} → {value}"


def _value(cell: Cell) -> str:
    match cell.value:
        case bool():
            return str(cell.value).upper()
        case Decimal():
            return cell.written_date or f"{cell.value:f}"
        case str() if cell.kind == "error":
            return cell.value
    return repr(cell.value)


def _area(area: Range) -> str:
    first = f"{column_letters(area.left)}{area.top}"
    return f"{first}:{column_letters(area.right)}{area.bottom}"


def _set_up(sheet: Worksheet) -> Iterator[str]:
    """Yield what holds for the sheet as a whole."""
    if sheet.protection.sheet:
        allowed = [each for each in _ALLOWED if not getattr(sheet.protection, each)]
        word = " with password" if sheet.protection.password else ""
        yield f"protected{word}; allowed: {', '.join(allowed) or 'nothing'}"
    if sheet.freeze_panes:
        yield f"frozen above and left of {sheet.freeze_panes}"
    widths = sorted(sheet.column_dimensions.items(), key=lambda item: (len(item[0]), item[0]))
    for letters, column in widths:
        hidden = " hidden" if column.hidden else ""
        if hidden or column.width != _DEFAULT_WIDTH:
            yield f"width {letters} {float(column.width):g}{hidden}"
    yield from _print(sheet)


def _print(sheet: Worksheet) -> Iterator[str]:
    page, fit = sheet.page_setup, sheet.sheet_properties.pageSetUpPr
    facts = {
        "paper": page.paperSize,
        "orientation": page.orientation,
        "scale": page.scale,
        "pages wide": _pages(page.fitToWidth) if fit and fit.fitToPage else "",
        "pages high": _pages(page.fitToHeight) if fit and fit.fitToPage else "",
        "centred": sheet.print_options.horizontalCentered,
        "header": _running(sheet.oddHeader),
        "footer": _running(sheet.oddFooter),
    }
    yield from (f"print {fact}: {value}" for fact, value in facts.items() if value)


def _pages(count: int | None) -> str:
    return "any" if count == 0 else str(count or 1)


def _running(line: Any) -> str:  # noqa: ANN401 (untyped in openpyxl)
    parts = {"left": line.left.text, "centre": line.center.text, "right": line.right.text}
    return ", ".join(f"{where} {text!r}" for where, text in parts.items() if text)


def _aids(sheet: Worksheet) -> Iterator[str]:
    """Yield what helps or warns whoever fills the sheet."""
    yield from sorted(_validations(sheet))
    yield from _conditional_formats(sheet)


def _remarks(more: Worksheet, sheet: Sheet) -> Iterator[str]:
    """Yield links and comments; asked cell by cell, as the rectangle may be the whole sheet."""
    for row, column in sorted(sheet.cells):
        cell = more.cell(row, column)
        if cell.hyperlink is not None:
            link = cell.hyperlink
            inside = f"#{link.location}" if link.location else ""
            yield f"link {cell.coordinate} → {link.target or ''}{inside}"
        if cell.comment is not None:
            yield f"comment {cell.coordinate} {cell.comment.text!r}"


def _validations(sheet: Worksheet) -> Iterator[str]:
    for each in sheet.data_validations.dataValidation:
        bounds = [str(f) for f in (each.formula1, each.formula2) if f is not None]
        operator = each.operator or ("between" if each.type not in ("list", "custom", None) else "")
        yield _joined(
            f"validation {each.sqref} {each.type or 'any'} {operator}".rstrip(),
            " … ".join(bounds),
            "" if each.allowBlank else "no blank",
            f"prompt {each.promptTitle!r} {each.prompt!r}" if each.prompt else "",
            f"{each.errorStyle or 'stop'} {each.errorTitle!r} {each.error!r}" if each.error else "",
        )


def _conditional_formats(sheet: Worksheet) -> Iterator[str]:
    rules = [(each.sqref, rule) for each in sheet.conditional_formatting for rule in each.rules]
    for area, rule in sorted(rules, key=lambda pair: pair[1].priority):
        yield _joined(
            f"format {area} {rule.type} {rule.operator or ''}".rstrip(),
            " … ".join(rule.formula),
            _look(rule.dxf),
            "then stop" if rule.stopIfTrue else "",
        )


def _look(style: DifferentialStyle | None) -> str:
    if style is None:
        return ""
    ground = getattr(style.fill, "bgColor", None)
    fill = ground.rgb if ground else None
    font = style.font.color.rgb if style.font and style.font.color else None
    return " ".join(f"{what} {rgb}" for what, rgb in (("fill", fill), ("font", font)) if rgb)


def _joined(*facts: str) -> str:
    return "; ".join(each for each in facts if each)
