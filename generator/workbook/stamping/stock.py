"""Blanks kept on disk, so that stamping the same form again does not draw them again.

The folder can be deleted at any time. A Blank is found by what it is made from: the form, the
period, the shape, and the program itself; so an old one is never taken for a new one.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from time import time

import generator
from generator.layout import Layout
from generator.layout.seal import write_shape
from generator.workbook.cache import UNUSED, cache_folder, form_digest
from generator.workbook.save import write_bytes
from generator.workbook.stamping.splice import Blank, compile_blank

_DIGEST = 32  # bytes in front of each Blank that vouch for it
_SUFFIX = ".blank"
stock_folder = cache_folder


@dataclass(frozen=True)
class Stock:
    """A folder of Blanks; None keeps nothing."""

    folder: Path | None = None

    def blank(self, layout: Layout) -> Blank:
        """Return the Blank of a layout, drawn only if there is no sound one in stock."""
        if self.folder is None:
            return compile_blank(_drawn(layout), layout.sheets)
        path = self.folder / f"{blank_key(layout)}{_SUFFIX}"
        data = _sound(path)
        if data is None:
            data = _drawn(layout)
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
                if path.stat().st_mtime < time() - UNUSED:
                    path.unlink()


def blank_key(layout: Layout) -> str:
    """Return a digest of everything that a Blank is made from."""
    shape = write_shape(layout.plan.shape)
    made_from = [_program(), form_digest(layout.form), layout.period.id, shape]
    return sha256(json.dumps(made_from).encode()).hexdigest()[:40]


def _drawn(layout: Layout) -> bytes:
    from generator.workbook.stamping.blank import (
        draw_blank,  # what is in stock is stamped without openpyxl
    )

    return draw_blank(layout)


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
    sources = sorted([*folder.glob("layout/*.py"), *folder.glob("workbook/**/*.py")])
    digest = sha256(f"{version('openpyxl')} {sys.version}".encode())
    for path in sources:
        digest.update(path.read_bytes())
    return digest.hexdigest()
