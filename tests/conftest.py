"""Fixtures for all tests: a real spreadsheet program, and texts kept in files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path

import pytest

from generator.workbook.keys import ELSEWHERE
from tests.support.ledgers import (  # noqa: F401 (fixtures)
    ledger,
    postgres,
    shared_ledger,
    where,
)
from tests.support.office import Calc

SNAPSHOTS = Path(__file__).with_name("snapshots")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let people accept what has changed."""
    parser.addoption(
        "--update-snapshots", action="store_true", help="rewrite tests/snapshots with today's texts"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Announce our marker; seal with the tests' own key, never with that of the machine."""
    os.environ[ELSEWHERE] = str(Path(__file__).with_name("seal.key"))
    os.environ["JIXIAO_CACHE"] = str(config.rootpath / ".pytest_cache" / "blanks")
    config.addinivalue_line("markers", "office: needs LibreOffice; set by the fixture `calc`")


@pytest.hookimpl(tryfirst=True)  # before -m deselects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses `calc`."""
    for item in items:
        if "calc" in getattr(item, "fixturenames", ()):
            item.add_marker("office")


@pytest.fixture(scope="session")
def calc() -> Iterator[Calc]:
    """LibreOffice Calc in the background; without LibreOffice the test fails and says so."""
    program = Calc()
    yield program
    program.close()


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with tests/snapshots/<name>.txt: `snapshot("project-targets.sheet", text)`."""

    def compare(name: str, text: str) -> None:
        path = SNAPSHOTS / f"{name}.txt"
        if request.config.getoption("--update-snapshots"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        kept = path.read_text(encoding="utf-8") if path.is_file() else ""
        if text != kept:
            pytest.fail(_difference(path, kept, text), pytrace=False)

    return compare


def _difference(path: Path, kept: str, text: str) -> str:
    names = (f"{path.name}, kept", f"{path.name}, now")
    lines = unified_diff(kept.splitlines(), text.splitlines(), *names, lineterm="")
    accept = "If this is meant, accept it with: python -m pytest --update-snapshots"
    return "\n".join([*lines, "", accept])
