"""Programs other than Excel that read an add-in, or run it, each in its own way."""

from __future__ import annotations

import re
import subprocess
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pyopenvba import ExcelFile, integrity
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.vba import decompress

from addin.builder import Sources, sources
from addin.builder.ovba import Kind, Module
from addin.builder.source import modules_in
from generator.workbook import office
from tests.support.office import HINT, Json, MissingError, _ask, _python_with_uno, _read

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of pyparsing, about how olevba uses it
    from oletools.olevba import VBA_Parser, decompress_stream

HERE = Path(__file__).parent
STUBS = HERE / "vba"


def source_by_olevba(path: Path) -> dict[str, str]:
    """Return the modules' source as olevba finds it."""
    macros = VBA_Parser(str(path)).extract_macros()
    return {file.rpartition(".")[0]: text for _, _, file, text in macros}


def source_by_pyopenvba(path: Path) -> dict[str, str]:
    """Return the modules' source as pyOpenVBA finds it."""
    with ExcelFile(path) as file:
        project = file.vba_project()
        return {name: project.get_module(name).source for name in file.module_names()}


def decompressed_by_olevba(data: bytes) -> bytes:
    """Return what olevba makes of compressed source."""
    return bytes(decompress_stream(bytearray(data)))


def decompressed_by_pyopenvba(data: bytes) -> bytes:
    """Return what pyOpenVBA makes of compressed source."""
    return bytes(decompress(data))


def complaints_of_pyopenvba(path: Path) -> list[object]:
    """Return what pyOpenVBA finds wrong with a file."""
    with ExcelFile(path) as file:
        return [*file.vba_project().validate(), *integrity.check_file(path).issues]


def stubbed() -> Sources:
    """Return the sources with stubs for what only Windows has, and a probe."""
    stubs = {module.name: module for module in modules_in(STUBS, {})}
    own = {module.name: module for module in sources().modules}
    return replace(sources(), modules=tuple({**own, **stubs}.values()))


def for_libreoffice(given: Sources) -> Sources:
    """Return sources as LibreOffice 7.4 can run them.

    It has Value, but not yet Value2, and of procedures written on one line it runs the last alone.
    """
    changed = [replace(one, body=_for_libreoffice(one.body)) for one in given.modules]
    return replace(given, modules=tuple(changed))


def _for_libreoffice(body: str) -> str:
    lines = re.sub(r"(?m)^(Public Sub .*\)): (.*): End Sub\r$", "\\1\r\n\\2\r\nEnd Sub\r", body)
    return lines.replace(".Value2", ".Value")


class Basic:
    """An add-in open in LibreOffice, which runs its macros and computes with its functions."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        program = office.find()
        python = _python_with_uno(program)
        if program is None or python is None:
            raise MissingError(HINT)
        self._process = subprocess.Popen(
            [python, str(HERE / "vba_bridge.py"), str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
            env=dict(environment),
        )
        _read(self._process)
        self._book = 0

    def open(self, path: Path) -> Basic:
        """Open an add-in."""
        self._book = _ask(self._process, "open", path=str(path))
        return self

    def modules(self) -> list[str]:
        """Return the names of the modules that LibreOffice found."""
        return list(self._of_book("modules"))

    def run(self, macro: str, *arguments: object) -> Json:
        """Run a macro such as JxFiles.JxLogPath and return what it answers."""
        return self._of_book("run", macro=macro, arguments=arguments)

    def put(self, **cells: object) -> None:
        """Fill cells of the sheet Jixiao."""
        self._of_book("put", sheet="Jixiao", cells=cells)

    def answer(self, formula: str) -> str:
        """Return what a formula, with arguments after semicolons, shows."""
        return str(self._of_book("answer", sheet="Jixiao", formula=formula))

    def said(self) -> Json:
        """Return the last sentence the stub was to show."""
        return self._of_book("values", sheet="Jixiao").get("Y1")

    def close(self) -> None:
        """Close the add-in and end LibreOffice."""
        self._of_book("close")
        self._process.communicate(timeout=60)

    def _of_book(self, operation: str, **arguments: object) -> Json:
        return _ask(self._process, operation, book=self._book, **arguments)


def interpreted(path: Path, modules: tuple[Module, ...]) -> ExcelApplication:
    """Return an add-in as pyOpenVBA's interpreter runs it; it knows no WithEvents."""
    application = ExcelApplication.open(path, with_vba=False)
    for module in modules:
        if module.kind in {Kind.STANDARD, Kind.CLASS}:
            application.add_module(module.text, name=module.name, kind=module.kind.name.lower())
    return application
