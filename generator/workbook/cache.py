"""The user's cache folder: what is kept so that it need not be made again.

Everything in it can be deleted at any time. What is found is what was once written, or nothing.
"""

from __future__ import annotations

import hmac
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from time import time
from types import FunctionType

from generator.model.form import Form

ELSEWHERE = "JIXIAO_CACHE"
UNUSED = 30 * 86_400.0  # seconds after which something is thrown away
_DIGEST = 32  # bytes in front of each file that vouch for it
_HALF_WRITTEN = 3_600.0  # seconds after which nobody will finish it
_TEMPORARY = ".tmp"


def cache_folder(
    environment: Mapping[str, str] | None = None, platform: str = sys.platform
) -> Path:
    """Return the folder: where the environment says, else where the system keeps such things."""
    known = os.environ if environment is None else environment
    if known.get(ELSEWHERE):
        return Path(known[ELSEWHERE])
    if platform == "win32" and known.get("LOCALAPPDATA"):
        return Path(known["LOCALAPPDATA"], "jixiao", "Cache")
    if platform == "darwin":
        return Path.home() / "Library" / "Caches" / "jixiao"
    return Path(known.get("XDG_CACHE_HOME") or Path.home() / ".cache", "jixiao")


@dataclass(frozen=True)
class Kept:
    """Files in a folder, by the digest of what each follows from; `suffix` says what they are.

    With a secret, nobody else can write what is believed.
    """

    folder: Path
    suffix: str
    most_bytes: int | None = None  # of all of them; the longest unused go first
    secret: bytes = field(default=b"", repr=False)

    def get(self, digest: str) -> bytes | None:
        """Return what was put there, if it is there and as it was written."""
        path = self._path(digest)
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        vouched, data = content[:_DIGEST], content[_DIGEST:]
        return data if hmac.compare_digest(self._vouch(digest, data), vouched) else None

    def put(self, digest: str, data: bytes) -> None:
        """Keep something, if it can be kept: a full disk, say, keeps nobody from work.

        It need not survive a power cut, so nobody waits for the disk.
        """
        path = self._path(digest)
        temporary = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}{_TEMPORARY}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(self._vouch(digest, data) + data)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()

    def tidy(self) -> None:
        """Throw away what was not used for a month, and the oldest where there is too much."""
        found, used = sorted(self._files()), 0
        for saved, size, path in reversed(found):
            used += size
            if saved < time() - UNUSED or (self.most_bytes is not None and used > self.most_bytes):
                with suppress(OSError):
                    path.unlink()

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """Yield when each file was last used, its size and its path; not what is half written."""
        with suppress(OSError):
            for folder in (self.folder, *self._shelves()):
                for each in os.scandir(folder):
                    if each.name.endswith((self.suffix, _TEMPORARY)):
                        with suppress(OSError):
                            known = each.stat()
                            half = each.name.endswith(_TEMPORARY)
                            if not half or known.st_mtime < time() - _HALF_WRITTEN:
                                age = UNUSED if half else 0.0
                                yield known.st_mtime - age, known.st_size, Path(each.path)

    def _shelves(self) -> Iterator[Path]:
        return (Path(each.path) for each in os.scandir(self.folder) if each.is_dir())

    def _vouch(self, digest: str, data: bytes) -> bytes:
        return hmac.digest(self.secret, digest.encode() + data, "sha256")

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest[2:]}{self.suffix}"


@lru_cache(maxsize=8)
def form_digest(form: Form) -> str:
    """Return a digest of everything that a form says, the same in every run."""
    return digest_of(form)


def digest_of(*things: object) -> str:
    """Return a digest of what is made of dataclasses and plain things, the same in every run."""
    return sha256(repr(_facts(things)).encode("utf-8", "backslashreplace")).hexdigest()


def _facts(thing: object) -> object:
    if is_dataclass(thing):
        parts = [getattr(thing, each.name) for each in fields(thing) if each.compare]
        return [type(thing).__name__, *map(_facts, parts)]
    if isinstance(thing, Mapping):
        return [[_facts(key), _facts(value)] for key, value in thing.items()]
    if isinstance(thing, tuple):
        return [_facts(each) for each in thing]
    if isinstance(thing, frozenset):
        return sorted(repr(each) for each in thing)
    return thing.__qualname__ if isinstance(thing, FunctionType) else repr(thing)
