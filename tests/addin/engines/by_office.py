"""Workbooks kept by a real LibreOffice, which reckons; it is asked through `office_bridge.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from tests.addin.engines.program import ALLOWANCES, Box, ErrorValue, Rows, Value
from tests.support.office import Calc

_OURS = re.compile(r"\bjx_\w+(?=\()")
BRIDGE = Path(__file__).with_name("office_bridge.py")


class OfficeProgram:
    """Opens workbooks in LibreOffice, which starts with the first one."""

    name = "libreoffice"

    def __init__(self) -> None:
        self._calc = Calc("always", BRIDGE)

    def open(self, path: Path | None) -> OfficeDocument:
        ask = self._calc.ask
        number = ask("open", path=str(path)) if path else ask("new")
        return OfficeDocument(partial(ask, book=number))

    def close(self) -> None:
        """End LibreOffice."""
        self._calc.close()


class OfficeDocument:
    """An open workbook."""

    def __init__(self, ask: Any) -> None:  # noqa: ANN401
        self._ask = ask
        self._charts: list[tuple[str, Mapping[str, Any]]] = []

    @property
    def structure_locked(self) -> bool:
        return bool(self._ask("structure_locked"))

    def save(self, path: Path) -> None:
        while self._charts:
            tab, chart = self._charts.pop()
            self._ask("draw", sheet=tab, chart=_plain(chart))
        self._ask("store", path=str(path))

    def close(self) -> None:
        self._ask("close")

    def tabs(self) -> list[str]:
        return list(self._ask("sheets"))

    def add(self, tab: str, place: int) -> None:
        self._ask("add", sheet=tab, place=place)

    def remove(self, tab: str) -> None:
        self._ask("remove", sheet=tab)

    def extent(self, tab: str) -> tuple[int, int]:
        height, width = self._ask("extent", sheet=tab)
        return height, width

    def values(self, tab: str, box: Box) -> list[list[Value]]:
        return [[_value(each) for each in row] for row in self._ask("block", sheet=tab, box=box)]

    def formulas(self, tab: str, box: Box) -> list[list[str]]:
        """Return edit lines; LibreOffice writes functions it does not know in small letters."""
        rows = self._ask("edit_lines", sheet=tab, box=box)
        return [[_OURS.sub(lambda name: name[0].upper(), each) for each in row] for row in rows]

    def put(self, tab: str, box: Box, rows: Rows) -> None:
        self._ask("fill", sheet=tab, box=box, rows=rows)

    def look(self, tab: str, row: int, column: int) -> dict[str, Any]:
        found = self._ask("look", sheet=tab, row=row, column=column)
        fill = tuple(found["fill"]) if found["fill"] else None
        return {**found, "fill": fill, "width": float(found["width"])}

    def dress(self, tab: str, box: Box, look: Mapping[str, Any]) -> None:
        self._ask("dress", sheet=tab, box=box, look=look)

    def note(self, tab: str, row: int, column: int) -> str | None:
        found: str | None = self._ask("note", sheet=tab, row=row, column=column)
        return found

    def set_note(self, tab: str, row: int, column: int, text: str | None) -> None:
        self._ask("set_note", sheet=tab, row=row, column=column, text=text)

    def link(self, tab: str, row: int, column: int) -> str:
        return str(self._ask("link", sheet=tab, row=row, column=column)).partition("#")[0]

    def protection(self, tab: str) -> dict[str, bool] | None:
        """Return that nothing is allowed: LibreOffice does not tell."""
        return dict.fromkeys(ALLOWANCES, False) if self._ask("is_protected", sheet=tab) else None

    def protect(self, tab: str, allowed: Mapping[str, bool]) -> None:
        assert set(allowed) == set(ALLOWANCES)
        self._ask("protect", sheet=tab)

    def unprotect(self, tab: str, password: str) -> bool:
        self._ask("unprotect", sheet=tab, password=password)
        return self.protection(tab) is None

    def draw(self, tab: str, chart: Mapping[str, Any]) -> None:
        self._charts.append((tab, chart))


def _value(value: object) -> Value:
    if isinstance(value, dict):
        return ErrorValue(value["error"])
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return float(value)
    return value  # type: ignore[return-value]


def _plain(chart: Mapping[str, Any]) -> dict[str, Any]:
    places = range(chart["source"].width - 1)
    kinds = [chart["series"].get(n, {}).get("chart_type", chart["kind"]) for n in places]
    return {key: chart[key] for key in ("source", "title", "frame")} | {"kinds": kinds}
