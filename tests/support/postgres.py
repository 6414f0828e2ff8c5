"""A real PostgreSQL on loopback, in a temporary folder, for as long as the tests run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import psycopg

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
_USERS = ("postgres", "nobody")
_START = 60  # seconds


class Postgres:
    """A server of our own; every test has a schema of its own."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="jixiao-postgres-"))
        self._data = self._folder / "data"
        self._numbers = count(1)
        self._port = _free_port()
        self._user = _unprivileged()
        if self._user:
            shutil.chown(self._folder, self._user)
        try:
            self._start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def database(self) -> str:
        """Return the URL of a new, empty schema: to those who use it, a database of their own."""
        name = f"ledger_{next(self._numbers)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{self.url}?options=-csearch_path%3D{name}"

    @property
    def process(self) -> int:
        """The process that the server runs in or below."""
        return self._server.pid

    @property
    def url(self) -> str:
        """The URL of the server's only database."""
        return f"postgresql://jixiao@127.0.0.1:{self._port}/postgres"

    def close(self) -> None:
        """Stop the server and remove its folder."""
        stop = [program("pg_ctl"), "-D", str(self._data), "-m", "immediate", "stop"]
        subprocess.run([*self._as_user(), *stop], check=True, capture_output=True)
        self._server.wait(20)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        data = self._data
        made = [program("initdb"), "-D", str(data), "-U", "jixiao", "-A", "trust"]
        made += ["-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run([*self._as_user(), *made], check=True, capture_output=True)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": "",
            "fsync": "off",  # nothing here outlives the machine
            "logging_collector": "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [*self._as_user(), program("postgres"), "-D", str(data), *options]
        log = (self._folder / "log").open("wb")
        with log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        self._wait()

    def _wait(self) -> None:
        last = time.monotonic() + _START
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > last:
                    log = (self._folder / "log").read_text(encoding="utf-8", errors="replace")
                    raise RuntimeError(f"PostgreSQL does not start:\n{log}") from None
                time.sleep(0.05)
            else:
                return

    def _as_user(self) -> list[str]:
        """Return how a command is run as somebody who is not root, which PostgreSQL refuses."""
        return ["runuser", "-u", self._user, "--"] if self._user else []


def program(name: str) -> str:
    """Return the path of a program of the PostgreSQL server, of its newest version."""
    found = [
        each
        for place in _PLACES
        for each in Path("/").glob(f"{place.lstrip('/')}/{name}")
        if each.is_file()
    ]
    newest = max(found, key=_version, default=None)
    path = str(newest) if newest else shutil.which(name)
    if path is None:
        raise RuntimeError(f"{name} is missing: install the package postgresql (see .ci/run)")
    return path


def _version(path: Path) -> tuple[int, ...]:
    name = path.parent.parent.name
    return tuple(int(each) for each in name.replace("-", ".").split(".") if each.isdecimal())


def _unprivileged() -> str:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return ""
    import pwd

    known = {each.pw_name for each in pwd.getpwall()}
    return next(each for each in _USERS if each in known)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert isinstance(port, int)
    return port
