"""Excel as macros see it, on every engine; and workbooks that departments could have sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlwings as xw

import addin  # noqa: F401 - loads xlwings as it is loaded for Excel
from addin import settings
from tests.addin.desktop import Desktop
from tests.addin.engines.by_office import OfficeProgram
from tests.addin.engines.by_openpyxl import OpenpyxlProgram
from tests.addin.engines.engine import xlwings_on
from tests.addin.sent import Sent

ENGINES = ("openpyxl", pytest.param("libreoffice", marks=pytest.mark.office))


@pytest.fixture(scope="session")
def apps() -> Iterator[Callable[[str], xw.App]]:
    """Each engine's App, started when it is first asked for."""
    office = OfficeProgram()
    programs = {each.name: each for each in (OpenpyxlProgram(), office)}
    running: dict[str, xw.App] = {}

    def app(name: str) -> xw.App:
        if name not in running:
            running[name] = xlwings_on(programs[name])
        xw.engines[name].activate()
        return running[name]

    yield app
    office.close()


@pytest.fixture(params=ENGINES)
def desktop(
    request: pytest.FixtureRequest,
    apps: Callable[[str], xw.App],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desktop]:
    """Excel with the add-in loaded, on each engine; nothing of it is left afterwards."""
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    monkeypatch.setenv("JIXIAO_JOBS", "1")  # starting processes takes most of a test's time
    xlam = tmp_path / "XLSTART" / settings.XLAM
    made = Desktop(apps(request.param), xlam)
    yield made
    made.close()


@pytest.fixture
def plain_desktop(
    apps: Callable[[str], xw.App], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desktop]:
    """The same on openpyxl alone, for what does not depend on the engine."""
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    monkeypatch.setenv("JIXIAO_JOBS", "1")  # starting processes takes most of a test's time
    made = Desktop(apps("openpyxl"), tmp_path / "XLSTART" / settings.XLAM)
    yield made
    made.close()


@pytest.fixture
def sent(tmp_path: Path) -> Sent:
    """A folder 回收 with returns of two departments out of three, and their roster."""
    return Sent(tmp_path)
