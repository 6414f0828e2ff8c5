"""From text files to modules: what `addin/vba` holds, stamped with the versions it is built for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from addin.builder.ovba import Kind, Module

LONGEST_LINE = 1023  # the editor of VBA refuses more, in characters and in continued lines
MOST_CONTINUATIONS = 24
_STAMP = re.compile(r"@([A-Z]+)@")
_KINDS = {".bas": Kind.STANDARD, ".cls": Kind.CLASS}


def modules_in(folder: Path, stamps: Mapping[str, str]) -> list[Module]:
    """Return the modules of a folder, by name, with @NAMES@ replaced by what is stamped.

    Raises:
        ValueError: for text that Excel would not compile, all places at once.
    """
    files = sorted(file for file in folder.iterdir() if file.suffix in _KINDS)
    return [module_of(file.stem, file.read_text("utf-8"), stamps) for file in files]


def module_of(name: str, text: str, stamps: Mapping[str, str] | None = None) -> Module:
    """Return a module from its text; one named ThisWorkbook is the workbook's own.

    A file exported by the editor of VBA brings lines that are no source; they are dropped here.
    """
    lines = list(_own_lines(text))
    kind = Kind.WORKBOOK if name == "ThisWorkbook" else _kind(text)
    body = _STAMP.sub(lambda found: (stamps or {})[found[1]], "\r\n".join(lines))
    if faults := [f"{name}: {fault}" for fault in _faults(body)]:
        raise ValueError("\n".join(faults))
    return Module(name, kind, body)
