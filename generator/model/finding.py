"""One thing for a department to correct or explain."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class Kind(StrEnum):
    """How strictly a rule holds, in the words of Chinese report systems."""

    BALANCE = "基本平衡"  # must hold
    LOGIC = "逻辑"  # must hold unless the bureau waives it
    VERIFY = "核实"  # may differ with a written explanation
    NOTE = "提示"  # for information


class Place(NamedTuple):
    """A cell of a returned file; the later parts are empty where a finding concerns the whole."""

    file: str = ""
    sheet: str = ""
    row: int = 0  # 1-based; 0 = no cell
    column: int = 0

    @property
    def cell(self) -> str:
        """The address as Excel shows it, or an empty text.

        >>> Place("a.xlsx", "表", 7, 28).cell
        'AB7'
        """
        return _address(self.row, self.column) if self.row else ""


@lru_cache(maxsize=16_384)  # the same cells come up in every return
def _address(row: int, column: int) -> str:
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row}"


class Finding(NamedTuple):
    """What is wrong, where, and what to do; `rule` is stable over versions."""

    rule: str
    kind: Kind
    place: Place
    message: str
    remedy: str
    department: str = ""  # its code

    def concerning(self, department: str) -> Finding:
        """Return it as a finding about the department with that code."""
        return Finding(self.rule, self.kind, self.place, self.message, self.remedy, department)

    @property
    def sort_key(self) -> tuple[object, ...]:
        """File, sheet, then cell from top left; the rule id settles what is left."""
        return (self.place, self.rule, self.message)
