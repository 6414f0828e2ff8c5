"""Asking people, by the dialogs of Excel itself. One that is refused raises Cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlwings as xw

Native = Any  # an object of Excel's own
TITLE = "绩效"
_PICK_FILE, _PICK_FOLDER, _TEXT = (
    3,
    4,
    2,
)  # msoFileDialogFilePicker, …FolderPicker, Type of InputBox
_OK = -1
_LONGEST_PROMPT = 250  # characters; InputBox refuses more than 255
_WORKBOOKS = "*.xlsx;*.xlsm;*.xls;*.xlsb;*.et;*.ods"


class Refusal(ValueError):  # noqa: N818 - the name says it in a sentence
    """Why a macro does not go on: one sentence for the person at the screen."""


class Cancelled(Refusal):
    """The person does not want to go on."""

    def __init__(self, message: str = "已取消，没有做任何改动。") -> None:
        super().__init__(message)


class Dialogs:
    """The dialogs of an Excel; they belong to its window and cannot get lost behind it."""

    def __init__(self, app: xw.App) -> None:
        self._app = app

    def say(self, message: str) -> None:
        """Tell something."""
        self._app.alert(message, TITLE, "ok", "info")

    def confirm(self, question: str) -> bool:
        """Ask yes or no."""
        return bool(self._app.alert(question, TITLE, "yes_no", "info") == "yes")

    def text(self, prompt: str, default: str = "") -> str:
        """Ask for a line of text."""
        answer = self._app.api.InputBox(
            Prompt=prompt[:_LONGEST_PROMPT], Title=TITLE, Default=default, Type=_TEXT
        )
        if answer is False:
            raise Cancelled
        return str(answer).strip()

    def choose(self, prompt: str, options: Sequence[str]) -> int:
        """Ask for the number of an option, or for words that only one of them has."""
        lines = "".join(f"\n{number}  {each}" for number, each in enumerate(options, 1))
        answer = self.text(f"{prompt}（填序号或名称）{lines}", "1")
        if answer.isdecimal() and 1 <= int(answer) <= len(options):
            return int(answer) - 1
        found = [place for place, each in enumerate(options) if answer and answer in each]
        if len(found) != 1:
            raise Refusal(f"没有“{answer}”这一项，请填 1 到 {len(options)} 的序号。")
        return found[0]

    def file(self, title: str, start: Path | None = None) -> Path:
        """Ask for a workbook."""
        dialog = self._app.api.FileDialog(_PICK_FILE)
        dialog.Filters.Clear()
        dialog.Filters.Add("工作簿", _WORKBOOKS)
        return _picked(dialog, title, str(start) if start else "")

    def folder(self, title: str, start: Path | None = None) -> Path:
        """Ask for a folder."""
        dialog = self._app.api.FileDialog(_PICK_FOLDER)
        return _picked(dialog, title, f"{start}\\" if start else "")

    def target(self, title: str, suggested: Path) -> Path:
        """Ask where to save a workbook."""
        answer = self._app.api.GetSaveAsFilename(
            InitialFilename=str(suggested), FileFilter="Excel 工作簿 (*.xlsx),*.xlsx", Title=title
        )
        if answer is False:
            raise Cancelled
        return Path(answer)


def _picked(dialog: Native, title: str, start: str) -> Path:
    dialog.Title = title
    dialog.AllowMultiSelect = False
    dialog.InitialFileName = start
    if dialog.Show() != _OK:
        raise Cancelled
    return Path(dialog.SelectedItems.Item(1))
