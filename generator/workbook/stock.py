"""Blanks kept on disk, so that stamping the same form again does not draw them again.

The folder can be deleted at any time. A Blank is found by what it is made from: the form, the
period, the shape, and the program itself; so an old one is never taken for a new one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from time import time
from types import FunctionType

from openpyxl import __version__ as openpyxl_version

import generator
from generator.layout import Layout
from generator.layout.seal import write_shape
from generator.model.form import Form
from generator.workbook.blank import draw_blank
from generator.workbook.save import write_bytes
from generator.workbook.splice import Blank, compile_blank

ELSEWHERE = "JIXIAO_CACHE"
_DIGEST = 32  # bytes in front of each Blank that vouch for it
_SUFFIX = ".blank"
_UNUSED = 30 * 86_400.0  # seconds after which a Blank is thrown away


def stock_folder(
    environment: Mapping[str, str] | None = None, platform: str = sys.platform
) -> Path:
    """Return the folder for Blanks: where the environment says, else in the user's cache."""
    known = os.environ if environment is None else environment
    if known.get(ELSEWHERE):
        return Path(known[ELSEWHERE])
    if platform == "win32" and known.get("LOCALAPPDATA"):
        return Path(known["LOCALAPPDATA"], "jixiao", "Cache")
    if platform == "darwin":
        return Path.home() / "Library" / "Caches" / "jixiao"
    return Path(known.get("XDG_CACHE_HOME") or Path.home() / ".cache", "jixiao")


@dataclass(frozen=True)
class Stock:
    """A folder of Blanks; None keeps nothing."""

    folder: Path | None = None

    def blank(self, layout: Layout) -> Blank:
        """Return the Blank of a layout, drawn only if there is no sound one in stock."""
        if self.folder is None:
            return compile_blank(draw_blank(layout), layout.sheets)
        path = self.folder / f"{blank_key(layout)}{_SUFFIX}"
        data = _sound(path)
        if data is None:
            data = draw_blank(layout)
            with suppress(OSError):  # a full disk, say, does not keep us from stamping
                self.folder.mkdir(parents=True, exist_ok=True)
                write_bytes(path, sha256(data).digest() + data)
        return compile_blank(data, layout.sheets)

    def tidy(self) -> None:
        """Throw away what has not been used for a month."""
        if self.folder is None:
            return
        for path in self.folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                if path.stat().st_mtime < time() - _UNUSED:
                    path.unlink()


def blank_key(layout: Layout) -> str:
    """Return a digest of everything that a Blank is made from."""
    shape = write_shape(layout.plan.shape)
    made_from = [_program(), _digest(layout.form), layout.period.id, shape]
    return sha256(json.dumps(made_from).encode()).hexdigest()[:40]


@lru_cache(maxsize=8)
def _digest(form: Form) -> str:
    return sha256(json.dumps(_facts(form)).encode()).hexdigest()


def _facts(thing: object) -> object:
    """Return what a piece of a form says, the same in every run."""
    if is_dataclass(thing):
        parts = [getattr(thing, each.name) for each in fields(thing) if each.compare]
        return [type(thing).__name__, *map(_facts, parts)]
    if isinstance(thing, Mapping):
        return [[_facts(key), _facts(value)] for key, value in thing.items()]
    if isinstance(thing, tuple):
        return [_facts(each) for each in thing]
    if isinstance(thing, frozenset):
        return sorted(repr(each) for each in thing)
    return thing.__qualname__ if isinstance(thing, FunctionType) else repr(thing)


def _sound(path: Path) -> bytes | None:
    """Return a Blank from the disk if it is there and what was once written."""
    try:
        content = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    digest, data = content[:_DIGEST], content[_DIGEST:]
    return data if sha256(data).digest() == digest else None


@cache
def _program() -> str:
    """Return a digest of the program: drawn by another one, a Blank might look different."""
    folder = Path(generator.__file__).parent
    sources = sorted([*folder.glob("layout/*.py"), *folder.glob("workbook/*.py")])
    digest = sha256(f"{openpyxl_version} {sys.version}".encode())
    for path in sources:
        digest.update(path.read_bytes())
    return digest.hexdigest()
