"""What came last under each name, for returns of one form that agree in it to the byte."""

from __future__ import annotations

from typing import TypeVar

Kept = TypeVar("Kept")


class Latest(dict[str, Kept]):
    """What came last under each name, as long as all together is not too much."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most  # bytes
        self._sizes: dict[str, int] = {}

    def keep(self, name: str, what: Kept, size: int) -> None:
        """Keep something of so many bytes instead of what was kept under its name."""
        self.pop(name, None)
        self._sizes.pop(name, None)
        if size > self._most:
            return
        if sum(self._sizes.values()) + size > self._most:
            self.clear()
            self._sizes.clear()
        self[name], self._sizes[name] = what, size
