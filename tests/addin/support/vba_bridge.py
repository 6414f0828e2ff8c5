"""The half of `readers.Basic` that runs in a Python with `uno`: LibreOffice runs the add-in's VBA.

    python3 vba_bridge.py SOFFICE

It speaks as tests/support/bridge.py does and shares its start, its end and its connection; here
macros are allowed, in a profile of their own. Standard library only.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import uuid
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.support import bridge

Json = Any  # what a macro takes and gives
FILTER = "Calc MS Excel 2007 VBA XML"
ALWAYS_RUN = 4  # com.sun.star.document.MacroExecMode
SETTINGS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "0"),
    ("Calc/Filter/Import/VBA", "Load", "true"),
    ("Calc/Filter/Import/VBA", "Executable", "true"),
    ("Calc/Formula/Syntax", "Grammar", 1),
)


class Office(bridge.Office):
    """A LibreOffice process that runs macros."""

    def __init__(self, program: str) -> None:
        self.uno = import_module("uno")
        self.home = tempfile.TemporaryDirectory(prefix="jixiao-vba-", ignore_cleanup_errors=True)
        profile = Path(self.home.name)
        settings = "".join(bridge.SETTING.format(path=p, name=n, value=v) for p, n, v in SETTINGS)
        (profile / "user").mkdir()
        registry = profile / "user" / "registrymodifications.xcu"
        registry.write_text(bridge.REGISTRY.format(settings=settings), encoding="utf-8")
        pipe = f"jixiao{uuid.uuid4().hex}"
        self.process = subprocess.Popen(
            [
                *(program, "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
                *(f"--accept=pipe,name={pipe};urp", f"-env:UserInstallation={profile.as_uri()}"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.desktop = self._connect(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")

    def load(self, url: str) -> Json:
        """Open an add-in, with leave to run its macros."""
        how = (
            self.property("Hidden", value=True),
            self.property("MacroExecutionMode", ALWAYS_RUN),
            self.property("FilterName", FILTER),
        )
        return self.desktop.loadComponentFromURL(url, "_blank", 0, how)


class Session(bridge.Session):
    """The operations on a workbook, and those on its macros."""

    def modules(self, book: int) -> list[str]:
        """Return the names of the modules that were read."""
        _, library = self._library(book)
        return list(library.ElementNames)

    def run(self, book: int, macro: str, arguments: list[Json]) -> Json:
        """Run a macro, such as JxFiles.JxLogPath, and return what it answers."""
        name, _ = self._library(book)
        uri = f"vnd.sun.star.script:{name}.{macro}?language=Basic&location=document"
        script = self._books[book].getScriptProvider().getScript(uri)
        return script.invoke(tuple(arguments), (), ())[0]

    def answer(self, book: int, sheet: str, formula: str) -> Json:
        """Return what a formula shows, as text."""
        cell = self._books[book].Sheets.getByName(sheet).getCellRangeByName("Z1")
        cell.setFormula(formula)
        return cell.String

    def _library(self, book: int) -> tuple[str, Json]:
        libraries = self._books[book].BasicLibraries
        name = next(n for n in libraries.ElementNames if libraries.getByName(n).ElementNames)
        return name, libraries.getByName(name)


def main() -> None:
    """Serve until stdin ends."""
    office = Office(sys.argv[1])
    try:
        session = Session(office)
        bridge._say({"result": office.home.name})
        for line in sys.stdin:
            bridge._say(bridge._answer(session, line))
    finally:
        office.close()


if __name__ == "__main__":
    main()
