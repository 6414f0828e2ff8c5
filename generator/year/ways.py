"""Ways from a result to the returned forms of a year, where it is said where they lie."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from generator.model.finding import Place
from generator.report.pages import Link, Value


@dataclass(frozen=True)
class Ways:
    """How to get to the returned forms from the folder that links start from; None: unknown."""

    own: str | None = None
    review: str | None = None


@dataclass(frozen=True)
class Returned:
    """The folders of the self-evaluations and of the reviewers' forms, where they are known."""

    own: Path | None = None
    reviews: Path | None = None

    def ways(self, start: Path) -> Ways:
        """Return how to get to them from a folder."""
        return Ways(_way(start, self.own), _way(start, self.reviews))


def linked(value: Value, place: Place, way: str | None) -> Value | Link:
    """Return a value that leads to its cell, where it is known how to get there."""
    if way is None or not place.file:
        return value
    return Link(value, Place(way + place.file, place.sheet, place.row, place.column))


def _way(start: Path, folder: Path | None) -> str | None:
    """Return how to get from one folder to another; None where it leads over another drive."""
    if folder is None:
        return None
    try:
        return Path(os.path.relpath(folder.resolve(), start.resolve())).as_posix() + "/"
    except ValueError:
        return None
