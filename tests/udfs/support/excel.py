"""A worksheet without Excel: calls go through xlwings' own CallUDF, on ranges made of lists.

The stubs it needs would confuse other tests, so the calls are answered by a process of its own.
An argument is a value, `cells(rows)` for a range, `ERROR(name)` for an error value, or `OMITTED`.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
OMITTED = {"omitted": True}
_MISSING = -2147352572  # how Excel hands over an argument that was left out
_ERRORS = {"#DIV/0!": -2146826281, "#N/A": -2146826246, "#REF!": -2146826265}
_RANGE = "{00020846-0000-0000-C000-000000000046}"


def cells(rows: list[list[object]]) -> dict[str, object]:
    """Return a range argument."""
    return {"rows": rows}


def error(name: str) -> dict[str, str]:
    """Return the value of a cell that shows an error."""
    return {"error": name}


def day(iso: str) -> dict[str, str]:
    """Return the value of a cell that holds a date."""
    return {"day": iso}


class Worksheet:
    """Calls worksheet functions as Excel does."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.udfs.support.excel"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, encoding="utf-8"
        )

    def call(self, function: str, *args: object) -> object:
        """Return what Excel would receive."""
        print(json.dumps([function, args]), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


class _Com:
    """A COM object with these properties."""

    def __init__(self, **properties: object) -> None:
        self.__dict__.update(properties)


class _RangeInterface:
    """What xlwings asks to recognise a Range."""

    iid = _RANGE

    def GetTypeInfo(self) -> _RangeInterface:  # noqa: N802 (COM's name)
        return self

    def GetTypeAttr(self) -> _RangeInterface:  # noqa: N802
        return self


def _range(rows: list[list[object]]) -> _Com:
    values = tuple(tuple(_value(cell) for cell in row) for row in rows)
    app = _Com(Hwnd=1)
    sheet = _Com(Name="表1", Parent=_Com(Name="审核.xlsx", Application=app), Application=app)
    single = len(values) == len(values[0]) == 1
    return _Com(
        Worksheet=sheet,
        Parent=sheet,
        Application=app,
        Row=1,
        Column=1,
        Rows=_Com(Count=len(values)),
        Columns=_Com(Count=len(values[0])),
        Value=values[0][0] if single else values,
        CLSID=_RANGE,
        _oleobj_=_RangeInterface(),
    )


def _value(cell: object) -> object:
    if not isinstance(cell, dict):
        return float(cell) if type(cell) is int else cell  # Excel has no integers
    if "day" in cell:
        return dt.datetime.fromisoformat(cell["day"])
    return _ERRORS[cell["error"]]


def _argument(argument: object) -> object:
    if isinstance(argument, dict) and "rows" in argument:
        return _range(argument["rows"])
    return _MISSING if argument == OMITTED else _value(argument)


def _serve() -> None:
    from tests.udfs.support.pywin32 import install

    _, com_server = install()
    server, caller = com_server.XLPython(), _range([[0]])
    for line in sys.stdin:
        function, args = json.loads(line)
        given = tuple(map(_argument, args))
        answer = server.CallUDF("udfs.registration", function, given, None, caller)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
