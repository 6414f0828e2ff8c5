"""What is wrong with a template: every mistake with its place and the nearest right word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing for the author of a template to correct."""

    file: str
    line: int
    path: str
    message: str
    column: int = field(default=1, compare=False)

    def __str__(self) -> str:
        where = f"{self.path}：" if self.path else ""
        return f"{self.file}:{self.line}: {where}{self.message}"


class TemplateError(ValueError):
    """A template cannot be used; `mistakes` holds all that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(map(str, self.mistakes)))


class Wrong(Exception):  # noqa: N818 (never leaves the package: it becomes a Mistake)
    """Something is wrong with the piece of text at hand; whoever knows its place reports it."""

    def __init__(self, *messages: str) -> None:
        self.messages = messages
        super().__init__("；".join(messages))


@dataclass
class Complaints:
    """All mistakes found so far, each put at its place."""

    mark_of: Callable[[KeyPath], Mark]
    mistakes: list[Mistake] = field(default_factory=list)
    excused: set[KeyPath] = field(default_factory=set)  # already reported: what follows is noise

    def add(self, path: KeyPath, message: str) -> None:
        """Record a mistake at a key path."""
        if any(path[: len(each)] == each for each in self.excused):
            return
        mark = self.mark_of(path)
        self.mistakes.append(Mistake(mark.file, mark.line, shown(path), message, mark.column))

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Record what turns out wrong in the block, and go on after it."""
        try:
            yield
        except Wrong as wrong:
            for message in wrong.messages:
                self.add(path, message)


def shown(path: KeyPath) -> str:
    """Return a key path as people read it; list items count from 1.

    >>> shown(("sheets", "a", "checks", 0, "rule"))
    'sheets.a.checks[1].rule'
    """
    text = "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in path)
    return text.removeprefix(".")


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the likeliest right word, or an empty text.

    >>> nearest("lable", ["label", "help"])
    'label'
    """
    known = {each.lower(): each for each in words}
    cutoff = 0.5 if len(word) <= 3 else 0.6  # 万圆 is half of 万元
    close = get_close_matches(word.lower(), known, n=1, cutoff=cutoff)
    return known[close[0]] if close else ""


def hint(word: str, words: Iterable[str]) -> str:
    """Return the tail of a message that helps to the right word.

    >>> hint("lable", ["label", "help"])
    '，是不是“label”？'
    >>> hint("x", ["label", "help"])
    '，可以写：help、label'
    """
    words = sorted(set(words))
    if word and (close := nearest(word, words)):
        return f"，是不是“{close}”？"
    if not words:
        return ""
    more = "…" if len(words) > 20 else ""
    return f"，可以写：{'、'.join(words[:20])}{more}"
