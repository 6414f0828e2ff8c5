"""The half of `office` that runs in a Python with `uno`: starts LibreOffice, answers on stdout.

    python3 bridge.py SOFFICE never|always

A line on stdin is `[operation, arguments]`, its answer a line `{"result": …}` or `{"error": …}`.
When stdin ends, because the tests ended or died, LibreOffice ends too. Standard library only.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

Uno = Any  # an object of LibreOffice
SETTING = (
    '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
REGISTRY = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">{settings}</oor:items>'
)
FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
    ".pdf": "calc_pdf_Export",
}
ERRORS = {  # LibreOffice's numbers, as LibreOffice itself writes them to .xlsx
    502: "#VALUE!",
    503: "#NUM!",
    504: "#VALUE!",
    519: "#VALUE!",
    521: "#NULL!",
    523: "#NUM!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
UNSURE = (None, 0, 1)
TRUTHS = {"TRUE": True, "FALSE": False}
FORMULA, ERROR = 16, 4  # com.sun.star.sheet.CellFlags, FormulaResult
CONSTANT = 1 | 2 | 4  # value, date, text
XL_OOX = 3  # com.sun.star.sheet.AddressConvention: as formulas stand in .xlsx files


class RefusedError(Exception):
    """What a person could not do either, such as typing into a locked cell."""


class Office:
    """A LibreOffice process of our own."""

    def __init__(self, program: str, recalculate: str) -> None:
        self.uno = import_module("uno")
        self.home = tempfile.TemporaryDirectory(prefix="jixiao-", ignore_cleanup_errors=True)
        profile = Path(self.home.name)
        _write_settings(profile, recalculate)
        pipe = f"jixiao{uuid.uuid4().hex}"
        self.process = subprocess.Popen(
            [
                *(program, "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
                *(f"--accept=pipe,name={pipe};urp", f"-env:UserInstallation={profile.as_uri()}"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.desktop = self._connect(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")

    def _connect(self, address: str) -> Uno:
        here = self.uno.getComponentContext()
        resolver = here.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", here
        )
        patience = time.monotonic() + 90
        while time.monotonic() < patience and self.process.poll() is None:
            with suppress(Exception):  # not listening yet
                there = resolver.resolve(address)
                return there.ServiceManager.createInstanceWithContext(
                    "com.sun.star.frame.Desktop", there
                )
            time.sleep(0.05)
        self.close()
        raise RefusedError("LibreOffice did not start")

    def close(self) -> None:
        """End the process in peace if possible, and remove its profile."""
        with suppress(Exception):
            self.desktop.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.home.cleanup()
        if self.process.poll() is None:
            _kill(self.process)

    def load(self, url: str) -> Uno:
        """Open a document without a window."""
        hidden = (self.property("Hidden", value=True),)
        return self.desktop.loadComponentFromURL(url, "_blank", 0, hidden)

    def empty_workbook(self) -> Uno:
        """Open a new workbook that reckons as one from Excel does: "a" equals "A"."""
        path = Path(self.home.name, "empty.xlsx").as_uri()
        new = self.load("private:factory/scalc")
        new.storeToURL(path, (self.property("FilterName", FILTERS[".xlsx"]),))
        new.close(True)  # noqa: FBT003
        return self.load(path)

    def property(self, name: str, value: object) -> Uno:
        """Return a named argument as UNO wants it."""
        made = self.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        made.Name, made.Value = name, value
        return made


class Session:
    """The operations; every public method is one."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._books: dict[int, Uno] = {}
        self._scratch: Scratch | None = None

    def open(self, path: str) -> int:
        """Open a workbook and return its number."""
        book = self._office.load(Path(path).absolute().as_uri())
        if book is None or not hasattr(book, "Sheets"):
            raise RefusedError(f"LibreOffice cannot open {path}")
        number = len(self._books) + 1
        self._books[number] = book
        return number

    def close(self, book: int) -> None:
        """Close a workbook without saving."""
        self._books[book].close(True)  # noqa: FBT003
        self._books[book] = None  # numbers are never given again

    def sheets(self, book: int) -> list[str]:
        """Return the names of all sheets, hidden ones too."""
        return list(self._books[book].Sheets.ElementNames)

    def recalculate(self, book: int) -> None:
        """Compute every formula anew."""
        self._books[book].calculateAll()

    def values(self, book: int, sheet: str) -> dict[str, Any]:
        """Return what every cell that holds anything is worth."""
        on = self._sheet(book, sheet)
        found = {
            _name(row, column): value
            for area in on.queryContentCells(CONSTANT).RangeAddresses
            for row, column, value in _cells(on, area)
        }
        for area in on.queryContentCells(FORMULA).RangeAddresses:
            for row, column, value in _cells(on, area):
                unsure = value in UNSURE
                cell = on.getCellByPosition(column, row) if unsure else None
                found[_name(row, column)] = _closer(cell, value) if unsure else value
        return found

    def formulas(self, book: int, sheet: str) -> dict[str, str]:
        """Return the formula of every cell that has one, spelled as in Excel."""
        on = self._sheet(book, sheet)
        parser = _parser(self._books[book])
        return {
            _name(row, column): _formula(parser, on.getCellByPosition(column, row))
            for area in on.queryContentCells(FORMULA).RangeAddresses
            for row, column, _ in _cells(on, area)
        }

    def errors(self, book: int) -> list[tuple[str, str, str]]:
        """Return sheet, address and error of every cell in error."""
        found = []
        for sheet in self._books[book].Sheets:
            for area in sheet.queryFormulaCells(ERROR).RangeAddresses:
                for row, column, _ in _cells(sheet, area):
                    error = _error(sheet.getCellByPosition(column, row))
                    found.append((sheet.Name, _name(row, column), error))
        return found

    def type(self, book: int, sheet: str, address: str, text: str) -> None:
        """Type into a cell: its format decides whether `80%` is a number and `=1` a formula."""
        self._open_cell(book, sheet, address).FormulaLocal = text

    def put(self, book: int, sheet: str, cells: dict[str, Any]) -> None:
        """Set cells: text stays text, numbers are numbers, null empties the cell."""
        for address, value in cells.items():
            cell = self._open_cell(book, sheet, address)
            if value is None:
                cell.clearContents(CONSTANT | FORMULA)
            elif isinstance(value, str):
                cell.setString(value)
            else:
                cell.setValue(value)

    def insert_rows(self, book: int, sheet: str, row: int, count: int) -> None:
        """Insert empty rows before the row, counted from 1."""
        self._open_sheet(book, sheet).Rows.insertByIndex(row - 1, count)

    def delete_names(self, book: int) -> None:
        """Delete every defined name, of the workbook and of its sheets."""
        document = self._books[book]
        for names in (document.NamedRanges, *(sheet.NamedRanges for sheet in document.Sheets)):
            for name in names.ElementNames:
                names.removeByName(name)

    def names(self, book: int) -> list[tuple[str, str, str]]:
        """Return sheet (empty for the workbook's own), name and content of all defined names."""
        document = self._books[book]
        scopes = [("", document), *((sheet.Name, sheet) for sheet in document.Sheets)]
        return [
            (scope, name.Name, name.Content)
            for scope, owner in scopes
            for name in owner.NamedRanges
        ]

    def rename_sheet(self, book: int, sheet: str, name: str) -> None:
        """Give a sheet another name; LibreOffice does not heed a locked structure."""
        self._sheet(book, sheet).Name = name

    def split_merges(self, book: int, sheet: str) -> None:
        """Split all merged cells of a sheet."""
        on = self._open_sheet(book, sheet)
        cursor = on.createCursor()
        cursor.gotoEndOfUsedArea(True)  # noqa: FBT003
        cursor.merge(False)  # noqa: FBT003

    def unprotect(self, book: int, sheet: str, password: str) -> None:
        """Lift the protection of a sheet."""
        self._sheet(book, sheet).unprotect(password)

    def store(self, book: int, path: str) -> None:
        """Save a copy in the format that the suffix tells."""
        target = Path(path).absolute()
        how = (self._office.property("FilterName", FILTERS[target.suffix.lower()]),)
        self._books[book].storeToURL(target.as_uri(), how)

    def compute(self, formulas: list[tuple[str, dict[str, Any]]]) -> list[Any]:
        """Return what each formula yields over its own input cells."""
        if self._scratch is None:
            self._scratch = Scratch(self._office.empty_workbook())
        return [self._scratch.compute(formula, inputs) for formula, inputs in formulas]

    def _sheet(self, book: int, sheet: str) -> Uno:
        sheets = self._books[book].Sheets
        if not sheets.hasByName(sheet):
            raise RefusedError(f"no sheet {sheet!r}, only {list(sheets.ElementNames)}")
        return sheets.getByName(sheet)

    def _open_sheet(self, book: int, sheet: str) -> Uno:
        found = self._sheet(book, sheet)
        if found.isProtected():
            raise RefusedError(f"sheet {sheet!r} is protected; unprotect it first")
        return found

    def _open_cell(self, book: int, sheet: str, address: str) -> Uno:
        """Return a cell that a person can change: LibreOffice ignores other changes silently."""
        found = self._sheet(book, sheet)
        cell = found.getCellRangeByName(address)
        if found.isProtected() and cell.CellProtection.IsLocked:
            raise RefusedError(f"cell {address} of {sheet!r} is locked; unprotect the sheet first")
        return cell


class Scratch:
    """A sheet on which one formula after the other is computed, far from its inputs."""

    def __init__(self, document: Uno) -> None:
        self._sheet = document.Sheets.getByIndex(0)
        self._parser = _parser(document)
        self._inputs: dict[str, Uno] = {}  # a cell costs 1 ms to get and 0.1 ms to use again
        self._result = self._sheet.getCellRangeByName("ZZ1")
        self._position = self._result.CellAddress

    def compute(self, formula: str, inputs: dict[str, Any]) -> object:
        """Return what the formula yields: a number, a text, a truth or an error's text."""
        cells = [(self._input(address), value) for address, value in inputs.items()]
        for cell, value in cells:
            _set_input(cell, value)
        text = formula.removeprefix("=")
        self._result.NumberFormat = 0  # the last formula may have made it a truth or a percentage
        self._result.setTokens(self._parser.parseFormula(text, self._position))
        ((value,),) = self._result.DataArray
        if value in UNSURE:
            value = _closer(self._result, value)
        for cell, _ in cells:
            cell.setString("")
        return value

    def _input(self, address: str) -> Uno:
        if address not in self._inputs:
            self._inputs[address] = self._sheet.getCellRangeByName(address)
        return self._inputs[address]


def _parser(document: Uno) -> Uno:
    parser = document.createInstance("com.sun.star.sheet.FormulaParser")
    parser.CompileEnglish, parser.FormulaConvention = True, XL_OOX
    return parser


def _formula(parser: Uno, cell: Uno) -> str:
    text = str(parser.printFormula(cell.getTokens(), cell.CellAddress))
    return f"={text}" if text else str(cell.Formula)  # no tokens: an error typed in as a value


def _set_input(cell: Uno, value: object) -> None:
    if isinstance(value, bool):
        cell.setFormula(f"={value}()".upper())
    elif value == "":
        cell.setFormula('=""')  # a text of no length, as a computed cell may hold
    elif isinstance(value, str):
        cell.setString(value)
    elif value is not None:
        cell.setValue(value)


def _cells(sheet: Uno, area: Uno) -> Iterator[tuple[int, int, Any]]:
    corners = (area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
    block = sheet.getCellRangeByPosition(*corners).DataArray
    for row, line in enumerate(block, area.StartRow):
        for column, value in enumerate(line, area.StartColumn):
            yield row, column, value


def _closer(cell: Uno, value: object) -> object:
    """Tell errors, which arrive as None, and truths, which arrive as 0 and 1."""
    if value is None:
        return _error(cell)
    return TRUTHS.get(cell.String, value)


def _error(cell: Uno) -> str:
    number = cell.getError()
    return ERRORS.get(number, f"Err:{number}")


def _name(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row + 1}"


def _write_settings(profile: Path, recalculate: str) -> None:
    mode = {"always": 0, "never": 1}[recalculate]
    settings = (
        ("Common/Misc", "UseLocking", "false"),
        ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
        ("Calc/Formula/Syntax", "Grammar", 1),  # as in Excel: 表1!A1, arguments after commas
        ("Calc/Formula/Load", "OOXMLRecalcMode", mode),
        ("Calc/Formula/Load", "ODFRecalcMode", mode),
    )
    text = "".join(SETTING.format(path=p, name=n, value=v) for p, n, v in settings)
    (profile / "user").mkdir()
    registry = profile / "user" / "registrymodifications.xcu"
    registry.write_text(REGISTRY.format(settings=text), encoding="utf-8")


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        taskkill = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(taskkill, capture_output=True, check=False)
    else:
        os.killpg(0, signal.SIGKILL)  # with this script, which has nothing left to do


def _answer(session: Session, line: str) -> dict[str, Any]:
    operation, arguments = json.loads(line)
    try:
        return {"result": getattr(session, operation)(**arguments)}
    except RefusedError as error:
        return {"error": str(error)}
    except Exception as error:
        if type(error).__name__ == "DisposedException":
            raise  # LibreOffice has crashed
        return {"error": f"{type(error).__name__}: {getattr(error, 'Message', '') or error}"}


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until stdin ends."""
    office = Office(*sys.argv[1:])
    try:
        session = Session(office)
        _say({"result": office.home.name})
        for line in sys.stdin:
            _say(_answer(session, line))
    finally:
        office.close()


if __name__ == "__main__":
    main()
