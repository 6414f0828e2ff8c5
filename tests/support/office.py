"""A real spreadsheet program for tests: LibreOffice in the background, asked through `bridge.py`.

The fixture `calc` hands it out; `uno` may belong to another Python than the tests' own.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from generator.workbook import office

Value = Decimal | str | bool
Json = Any  # what the bridge answers
HINT = (
    "the tests marked `office` need LibreOffice and its Python bridge "
    "(Debian: apt install libreoffice-calc python3-uno; elsewhere the usual installer has both). "
    'Without it, run: python -m pytest -m "not office"'
)
PATIENCE = 120.0  # seconds for one request
BRIDGE = Path(__file__).with_name("bridge.py")


class MissingError(Exception):
    """There is no LibreOffice, or no Python that can speak to it."""


class CrashedError(Exception):
    """LibreOffice ended or hung; it is started anew for the next workbook."""


class RefusedError(Exception):
    """LibreOffice answered with an error, or a person could not do this either."""


class Calc:
    """LibreOffice Calc; starts when first needed, and again after a crash.

    `recalculate` says what it does with the values that a workbook brings along: by default it
    trusts them, as for a file from Excel, so that a test can see them.
    """

    def __init__(
        self, recalculate: Literal["never", "always"] = "never", bridge: Path = BRIDGE
    ) -> None:
        self._recalculate = recalculate
        self._bridge = bridge  # another script may offer further operations
        self._process: subprocess.Popen[str] | None = None
        self._home = ""  # of the process: its profile
        atexit.register(self.close)

    def open(self, path: Path) -> Book:
        """Open a workbook."""
        process = self._running()
        ask = partial(self._ask, process)
        return Book(ask, ask("open", path=str(path)))

    def compute(self, formulas: Sequence[tuple[str, Mapping[str, object]]]) -> list[Value]:
        """Return what each formula, written as in an .xlsx file, yields over its own input cells.

        `calc.compute([("=A1/B1", {"A1": 1, "B1": 8})])` is `[Decimal("0.125")]`. An input None is
        a blank cell, an input "" is one whose formula yields no text. Keep to columns A to ZY.
        """
        asked = [(formula, _plain(inputs)) for formula, inputs in formulas]
        return list(self._ask(self._running(), "compute", formulas=asked))

    def ask(self, operation: str, **arguments: object) -> Json:
        """Ask the bridge for any of its operations."""
        return self._ask(self._running(), operation, **arguments)

    def close(self) -> None:
        """End LibreOffice; the next use starts it again."""
        process, self._process = self._process, None
        if process is None:
            return
        with process:
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=30)  # the end of stdin is the sign to end
            if process.poll() is None:
                office.end(process)
        shutil.rmtree(self._home, ignore_errors=True)  # still there after a crash

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = _start(self._recalculate, self._bridge)
            self._home = _read(self._process)
        return self._process

    def _ask(self, process: subprocess.Popen[str], operation: str, **arguments: object) -> Json:
        if process is not self._process:
            raise CrashedError("LibreOffice has been started anew; open the workbook again")
        try:
            return _ask(process, operation, **arguments)
        except CrashedError:
            self.close()
            raise


class Book:
    """A workbook opened in LibreOffice; a sheet is its name, a cell its address such as "C5"."""

    def __init__(self, ask: Callable[..., Json], number: int) -> None:
        self._ask = partial(ask, book=number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not CrashedError:
            self.close()

    def sheets(self) -> list[str]:
        """Return the sheets' names in order, those of hidden ones too."""
        return list(self._ask("sheets"))

    def values(self, sheet: str) -> dict[str, Value]:
        """Return the values of all cells that are not blank; numbers with 15 digits, as in Excel.

        An error is its text, such as `#DIV/0!`; those that Excel does not know are `Err:522`.
        """
        return dict(self._ask("values", sheet=sheet))

    def value(self, sheet: str, address: str) -> Value | None:
        """Return the value of one cell; None when it is blank."""
        return self.values(sheet).get(address)

    def formulas(self, sheet: str) -> dict[str, str]:
        """Return the formulas of a sheet, spelled as Excel shows them."""
        return dict(self._ask("formulas", sheet=sheet))

    def errors(self) -> list[tuple[str, str, str]]:
        """Return sheet, address and error of every cell in error."""
        return [(sheet, address, error) for sheet, address, error in self._ask("errors")]

    def names(self) -> list[tuple[str, str, str]]:
        """Return sheet (empty for the workbook's own), name and content of all defined names."""
        return [(sheet, name, content) for sheet, name, content in self._ask("names")]

    def recalculate(self) -> None:
        """Compute every formula anew, whatever value it brought along."""
        self._ask("recalculate")

    def type(self, sheet: str, address: str, text: str) -> None:
        """Type into a cell as a person does: `80%` becomes a number unless the cell is text (@)."""
        self._ask("type", sheet=sheet, address=address, text=text)

    def put(self, sheet: str, cells: Mapping[str, object]) -> None:
        """Set cells: text stays text whatever it looks like; None empties a cell."""
        self._ask("put", sheet=sheet, cells=_plain(cells))

    def insert_rows(self, sheet: str, row: int, count: int = 1) -> None:
        """Insert empty rows before a row, counted from 1."""
        self._ask("insert_rows", sheet=sheet, row=row, count=count)

    def delete_names(self) -> None:
        """Delete all defined names."""
        self._ask("delete_names")

    def rename_sheet(self, sheet: str, name: str) -> None:
        """Give a sheet another name; LibreOffice does not heed a locked structure."""
        self._ask("rename_sheet", sheet=sheet, name=name)

    def split_merges(self, sheet: str) -> None:
        """Split all merged cells of a sheet."""
        self._ask("split_merges", sheet=sheet)

    def unprotect(self, sheet: str, password: str = "") -> None:
        """Lift the protection of a sheet."""
        self._ask("unprotect", sheet=sheet, password=password)

    def save(self, path: Path) -> Path:
        """Save a copy; the suffix tells the format: .xlsx, .xls or .ods."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._ask("store", path=str(path))
        return path

    def save_as(self, path: Path, kind: str) -> Path:
        """Save a copy under another suffix and in its format."""
        return self.save(path.with_suffix(f".{kind}"))

    def pdf(self, path: Path) -> Path:
        """Print all sheets into a PDF."""
        return self.save_as(path, "pdf")

    def close(self) -> None:
        """Close without saving."""
        self._ask("close")


def _start(recalculate: str, bridge: Path) -> subprocess.Popen[str]:
    program = office.find()
    python = _python_with_uno(program)
    if program is None or python is None:
        raise MissingError(f"no {'bridge (uno)' if program else 'LibreOffice'} found: {HINT}")
    return subprocess.Popen(
        [python, str(bridge), str(program), recalculate],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,  # so that Ctrl-C reaches the tests alone, which then end it
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
    )


def _python_with_uno(program: Path | None) -> str | None:
    """Return a Python that has `uno`: the tests' own, LibreOffice's or the system's."""
    return next((each for each in _pythons(program) if _imports_uno(each)), None)


def _pythons(program: Path | None) -> Iterator[str]:
    yield sys.executable
    if program is not None:
        folder = program.resolve().parent
        beside = ("python.exe", "python", "../Resources/python")
        yield from (str(folder / each) for each in beside if (folder / each).is_file())
    yield "/usr/bin/python3"
    yield from filter(None, map(shutil.which, ("python3", "python")))


def _imports_uno(python: str) -> bool:
    try:
        done = subprocess.run([python, "-c", "import uno"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def _ask(process: subprocess.Popen[str], operation: str, **arguments: object) -> Json:
    try:
        process.stdin.write(json.dumps([operation, arguments]) + "\n")
        process.stdin.flush()
    except OSError as error:
        raise CrashedError("LibreOffice has ended") from error
    return _read(process)


def _read(process: subprocess.Popen[str]) -> Json:
    watch = threading.Timer(PATIENCE, office.end, [process])
    watch.start()
    try:
        line = process.stdout.readline()
    finally:
        watch.cancel()
    if not line:
        office.end(process)
        raise CrashedError("LibreOffice has ended, or took too long")
    answer = json.loads(line, parse_float=_number)
    if "error" in answer:
        raise RefusedError(answer["error"])
    return answer["result"]


def _number(text: str) -> Decimal:
    """Return a number with the 15 digits that Excel shows, so that 0.1 + 0.2 is 0.3."""
    return Decimal(f"{float(text):.15g}")


def _plain(cells: Mapping[str, object]) -> dict[str, object]:
    return {each: float(v) if isinstance(v, Decimal) else v for each, v in cells.items()}
