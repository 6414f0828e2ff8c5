"""What came last under each name, for returns of one form that agree in it to the byte."""

from __future__ import annotations

from typing import TypeVar

Kept = TypeVar("Kept")

_MOST_NAMES = 256


class Latest(dict[str, Kept]):
    """What came last under each name, as long as all together is not too much."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most  # bytes
        self._sizes: dict[str, int] = {}
        self._all = 0

    def clear(self) -> None:
        """Keep nothing any more."""
        super().clear()
        self._sizes.clear()
        self._all = 0

    def keep(self, name: str, what: Kept, size: int) -> None:
        """Keep something of so many bytes instead of what was kept under its name."""
        self._all -= self._sizes.pop(name, 0)
        self.pop(name, None)
        if size > self._most:
            return
        if self._all + size > self._most or len(self) == _MOST_NAMES:
            self.clear()
        self[name], self._sizes[name] = what, size
        self._all += size
