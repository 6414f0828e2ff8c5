"""Small tables in tests: one line per case, cells parted by |, `…` for an empty cell."""

from __future__ import annotations


def table(text: str) -> list[list[str | None]]:
    """Return the rows of a table written in a test; the first line, its header, is left out.

    >>> table('''| in | out |
    ...          | …  | 1   |''')
    [[None, '1']]
    """
    lines = [line.strip().strip("|").split("|") for line in text.strip().splitlines()]
    return [[_cell(cell.strip()) for cell in line] for line in lines[1:]]


def _cell(text: str) -> str | None:
    return None if text == "…" else text
