"""A desk with Excel on it: workbooks are opened, buttons pressed, dialogs answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw

from addin import settings
from addin.settings import Settings
from tests.addin.engines.screen import Application

YES, NO = True, False  # answers to what is asked with 是 and 否
# For what does not reach the cells: LibreOffice would say the same, only later.
without_office = pytest.mark.parametrize("desktop", ["openpyxl"], indirect=True)
_VBA = Path(__file__).parents[2] / "addin" / "vba"
_BUTTON = re.compile(r'Public Sub (jx_\w+)\(control As Object\): RunJx "(\w+)": End Sub')
_EXEC = re.compile(r'python\.Exec "([^"]*)" & macro & "([^"]*)"')


def run_python_strings() -> dict[str, str]:
    """Return what VBA hands to Python, by the sub that a button of the ribbon calls."""
    before, after = _EXEC.findall((_VBA / "JxRuntime.bas").read_text("utf-8"))[0]
    buttons = _BUTTON.findall((_VBA / "JxButtons.bas").read_text("utf-8"))
    return {sub: f"{before}{macro}{after}" for sub, macro in buttons}


class Desktop:
    """Excel, with the add-in beside its settings."""

    def __init__(self, app: xw.App, xlam: Path) -> None:
        self.app = app
        self.conf = settings.conf_beside(xlam)
        app.impl.addin = str(xlam)

    @property
    def screen(self) -> Application:
        """What the person sees and answers."""
        screen: Application = self.app.api
        return screen

    @property
    def said(self) -> str:
        """What was shown last."""
        return self.screen.said[-1]

    def set(self, **values: object) -> None:
        """Set something beside the add-in."""
        settings.write(Settings(self.conf, {key: str(value) for key, value in values.items()}))

    def open(self, path: Path) -> xw.Book:
        """Open a workbook and let it be the one that Excel calls from."""
        book = self.app.books.open(str(path))
        book.set_mock_caller()
        return book

    def table(self, path: Path, rows: Sequence[Sequence[object]], **formats: str) -> xw.Sheet:
        """Write rows into a workbook, open it and select the table; formats go by column letter."""
        made = openpyxl.Workbook()
        made.active.title = "数据"
        for row in rows:
            made.active.append(row)
        for letter, code in formats.items():
            for cell in made.active[letter][1:]:
                cell.number_format = code
        made.save(path)
        sheet = self.open(path).sheets["数据"]
        sheet.range("A1").select()
        return sheet

    def press(self, sub: str, *answers: object) -> list[str]:
        """Press a button as VBA does; return what was shown, answered in this order."""
        self.screen.said.clear()
        self.screen.answers.extend(answers)
        exec(run_python_strings()[sub], {})
        assert not self.screen.answers, f"nobody asked for {list(self.screen.answers)}"
        return list(self.screen.said)

    def close(self) -> None:
        """Close everything without saving."""
        self.screen.answers.clear()
        self.screen.said.clear()
        for each in list(self.app.books):
            each.close()
        self.app.impl.selection = None
        self.app.impl.addin = ""
        if hasattr(xw.Book, "_mock_caller"):
            del xw.Book._mock_caller
