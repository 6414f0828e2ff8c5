"""Fixtures for tests that need a ledger, each run on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # most tests need neither, and start sooner without
    from generator.ledger import Ledger
    from tests.support.postgres import Postgres

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; without its programs the test fails and says what to install."""
    from tests.support.postgres import Postgres

    server = Postgres()
    yield server
    server.close()


@pytest.fixture(params=DATABASES)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Say where an empty ledger may be made, on either database."""
    return _empty(request, tmp_path)


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    """An empty ledger, on either database."""
    from generator.ledger import open_ledger

    with open_ledger(where) as opened:
        yield opened


@pytest.fixture(scope="module", params=DATABASES)
def shared_ledger(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ledger]:
    """A ledger for all tests of a file, which fill it once and only read it then."""
    from generator.ledger import open_ledger

    with open_ledger(_empty(request, tmp_path_factory.mktemp("ledger"))) as opened:
        yield opened


def _empty(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return str(folder / "台账.db")
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()
