"""Builds `jixiao.xlam` on any machine, without Excel: text files in, one add-in out.

    ribbon/customUI14.xml   the tab 绩效
    vba/*.bas, *.cls        the small VBA runtime, and one line for each button
    vba/texts.toml          what it says, on the hidden sheet Texts
    udfs.registry           the worksheet functions: wrappers, and their help on the sheet Functions

The same sources give the same bytes, wherever and whenever they are built.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import udfs
from addin.builder.ovba import Kind, Module, vba_project
from addin.builder.package import Addin, Sheet, package
from addin.builder.source import module, modules_in
from addin.builder.versions import of_xlwings, our_own
from addin.builder.wrappers import MODULE, help_rows, module_text
from udfs.registry import FUNCTIONS, Function

NAME = "jixiao.xlam"
PROJECT = "Jixiao"
TITLE = "绩效"
_SOURCES = Path(__file__).parents[1]


@dataclass(frozen=True)
class Sources:
    """What an add-in is built from; tests replace a module by a stub here."""

    modules: tuple[Module, ...]
    sheets: tuple[Sheet, ...]
    ribbon: str
    version: str


def build(folder: Path) -> Path:
    """Write the add-in into a folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    path.write_bytes(contents(sources()))
    return path


def contents(given: Sources) -> bytes:
    """Return the bytes of the add-in."""
    documents = [Module(sheet.code, Kind.SHEET) for sheet in given.sheets]
    vba = vba_project(PROJECT, _ordered([*given.modules, *documents]))
    return package(Addin(TITLE, given.version, given.sheets, vba, given.ribbon))


def sources() -> Sources:
    """Return what this checkout or installation holds."""
    functions = worksheet_functions()
    version = our_own()
    stamps = {"VERSION": version, "XLWINGS": of_xlwings()}
    wrappers = module(MODULE, Kind.STANDARD, module_text(functions))
    texts = tomllib.loads((_SOURCES / "vba" / "texts.toml").read_text("utf-8"))
    return Sources(
        modules=(*modules_in(_SOURCES / "vba", stamps), wrappers),
        sheets=_sheets(version, texts, functions),
        ribbon=(_SOURCES / "ribbon" / "customUI14.xml").read_text("utf-8"),
        version=version,
    )


def worksheet_functions() -> list[Function]:
    """Return the functions by name: the registry's order is that in which it was imported."""
    udfs.functions()  # fills the registry
    return sorted(FUNCTIONS.values(), key=lambda function: function.name)


def _sheets(
    version: str, texts: Mapping[str, str], functions: Iterable[Function]
) -> tuple[Sheet, ...]:
    """Return the sheets; a workbook needs one that is not hidden, though an add-in shows none."""
    return (
        Sheet("Jixiao", "Sheet1", [[TITLE, version]], hidden=False),
        Sheet("Texts", "Sheet2", [[key, text.strip()] for key, text in texts.items()]),
        Sheet("Functions", "Sheet3", help_rows(functions)),
    )


def _ordered(modules: list[Module]) -> list[Module]:
    """Return modules as Excel lists them: the workbook, its sheets, then the others by name."""
    order = [Kind.WORKBOOK, Kind.SHEET, Kind.STANDARD, Kind.CLASS]
    return sorted(modules, key=lambda one: (order.index(one.kind), one.name.lower()))
