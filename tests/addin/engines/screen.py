"""Excel's own objects, as far as macros reach for them through `.api`; and who sits before them."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

from tests.addin.engines.program import Document

Native = Any  # an object of Excel's own
_FOLDER = 4


class Application:
    """Excel's window. `answers` are what the person will do; `said` is what the person read.

    An answer is a path, a text, True for 是 and False for 否, or None for 取消.
    """

    def __init__(self) -> None:
        self.answers: deque[object] = deque()
        self.said: list[str] = []

    def _answer(self, question: str) -> Native:
        self.said.append(question)
        assert self.answers, f"nobody expected the question: {question}"
        return self.answers.popleft()

    def alert(self, prompt: str, buttons: str) -> str:
        """Show a message; one with a choice is answered."""
        if buttons == "ok":
            self.said.append(prompt)
            return "ok"
        answer = self._answer(prompt)
        assert isinstance(answer, bool), f"{prompt!r} is a yes or no, not {answer!r}"
        return "yes" if answer else "no"

    def InputBox(self, *, Prompt: str, Title: str, Default: str, Type: int) -> object:  # noqa: N802, N803
        """Ask for a text; an empty answer takes the default, as Enter does."""
        assert len(Prompt) <= 255, "Excel refuses a longer prompt"
        assert (Title, Type) == ("绩效", 2)
        answer = self._answer(Prompt)
        return False if answer is None else answer or Default

    def FileDialog(self, kind: int) -> FileDialog:  # noqa: N802
        """Return the dialog for a file (3) or a folder (4)."""
        return FileDialog(self, kind)

    def GetSaveAsFilename(self, **given: str) -> object:  # noqa: N802
        """Ask for a file to write; an empty answer takes what is suggested."""
        assert given["FileFilter"].endswith("*.xlsx")
        answer = self._answer(given["Title"])
        return False if answer is None else str(answer or given["InitialFilename"])


class FileDialog:
    """A dialog that is filled in, shown, and asked what was chosen."""

    Title = InitialFileName = ""
    AllowMultiSelect = True

    def __init__(self, application: Application, kind: int) -> None:
        self._application, self._kind = application, kind
        self._chosen: Path | None = None
        self.filters: list[str] = []

    @property
    def Filters(self) -> FileDialog:  # noqa: N802
        """Return the list of filters, which only a dialog for files has."""
        assert self._kind != _FOLDER
        return self

    def Clear(self) -> None:  # noqa: N802
        """Forget the filters."""
        self.filters = []

    def Add(self, name: str, patterns: str) -> None:  # noqa: N802
        """Add a filter."""
        self.filters.append(f"{name} {patterns}")

    def Show(self) -> int:  # noqa: N802
        """Let the person choose; -1 for OK."""
        assert not self.AllowMultiSelect
        answer = self._application._answer(self.Title)
        if answer is None:
            return 0
        assert isinstance(answer, Path), f"{self.Title!r} wants a path, not {answer!r}"
        self._chosen = answer
        return -1

    @property
    def SelectedItems(self) -> FileDialog:  # noqa: N802
        """Return the list of what was chosen."""
        return self

    def Item(self, number: int) -> str:  # noqa: N802
        """Return what was chosen."""
        assert number == 1
        return str(self._chosen)


class NativeBook:
    """A Workbook."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @property
    def ProtectStructure(self) -> bool:  # noqa: N802
        """Whether no worksheet can be added."""
        return self._document.structure_locked

    def SaveCopyAs(self, path: str) -> None:  # noqa: N802
        """Save a copy; the workbook keeps its name."""
        self._document.save(Path(path))


class NativeSheet:
    """A Worksheet."""

    ProtectDrawingObjects = ProtectScenarios = True

    def __init__(self, document: Document, tab: str) -> None:
        self._document, self._tab = document, tab

    @property
    def ProtectContents(self) -> bool:  # noqa: N802
        """Whether locked cells are locked."""
        return self._document.protection(self._tab) is not None

    @property
    def Protection(self) -> Native:  # noqa: N802
        """Return what the protection allows, as properties."""
        return type("Protection", (), self._document.protection(self._tab) or {})

    def Unprotect(self, password: str) -> None:  # noqa: N802
        """Lift the protection."""
        if not self._document.unprotect(self._tab, password):
            raise OSError("The password you supplied is not correct.")

    def Protect(self, *, Contents: bool, **allowed: bool) -> None:  # noqa: N802, N803
        """Protect again."""
        assert Contents
        self._document.protect(
            self._tab, {key: value for key, value in allowed.items() if key.startswith("Allow")}
        )
