"""From text files to modules: what `addin/vba` holds, stamped with the versions it is built for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from addin.builder.ovba import Kind, Module

WORKBOOK = "ThisWorkbook"
LONGEST_LINE = 1023  # in characters; more does not compile, nor do more continued lines
MOST_CONTINUATIONS = 24
_STAMP = re.compile(r"@([A-Z]+)@")
_SUFFIXES = {".bas": Kind.STANDARD, ".cls": Kind.CLASS}


def modules_in(folder: Path, stamps: Mapping[str, str]) -> list[Module]:
    """Return the modules of a folder, by name, with each @NAME@ replaced by its stamp."""
    files = sorted(file for file in folder.iterdir() if file.suffix in _SUFFIXES)
    return [_module_of(file, stamps) for file in files]


def _module_of(file: Path, stamps: Mapping[str, str]) -> Module:
    kind = Kind.WORKBOOK if file.stem == WORKBOOK else _SUFFIXES[file.suffix]
    stamped = _STAMP.sub(lambda found: stamps[found[1]], file.read_text("utf-8"))
    return module(file.stem, kind, stamped)


def module(name: str, kind: Kind, text: str) -> Module:
    r"""Return a module from source text with any line ends.

    >>> module("Any", Kind.STANDARD, "Option Explicit\n").body
    'Option Explicit\r\n'

    Raises:
        ValueError: for text that Excel would not compile, all faults at once.
    """
    lines = text.rstrip().splitlines()
    if faults := "\n".join(f"{name}: {fault}" for fault in _faults(lines)):
        raise ValueError(faults)
    return Module(name, kind, "".join(f"{line}\r\n" for line in lines))


def _faults(lines: list[str]) -> Iterator[str]:
    if lines[:1] != ["Option Explicit"]:
        yield "the first line is not Option Explicit"  # nor what the editor adds when it exports
    continued = 0
    for number, line in enumerate(lines, 1):
        continued = continued + 1 if line.endswith(" _") else 0
        if not line.isascii():
            yield f"line {number} is not ASCII; texts belong in texts.toml"
        if len(line) > LONGEST_LINE or continued > MOST_CONTINUATIONS:
            yield f"line {number} is too long"
        if re.search(r"\bDeclare\s+(?!PtrSafe)", line):
            yield f"line {number} declares without PtrSafe"
