"""Files that were read before are not read again: what came of them is kept, as long as it holds.

An entry is found by all that it follows from: the bytes of the file and its name, the form, the
period, the roster, the key, the limits, the other forms there are, and the program itself. It holds
JSON and nothing else; with a key, nobody without it can write one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import generator
import udfs
from generator import template  # workers get on without what reads forms
from generator.merge.arrival import Brief
from generator.merge.mark import Mark
from generator.merge.plain import write_filing
from generator.merge.record import Head, Record
from generator.model.merged import ReturnedFile, State
from generator.model.period import EARLIER
from generator.model.roster import Roster
from generator.workbook.cache import Kept, cache_folder, form_digest
from generator.workbook.inbox import saved_at
from generator.workbook.keys import Key
from generator.workbook.reader.limits import configured

_MOST_BYTES = 2**30
_LENGTH = 4  # bytes that say how long the head is
_READERS = ("python-calamine", "msoffcrypto-tool")


@dataclass(frozen=True)
class Cache:
    """What came of files that were read before; without a folder nothing is kept."""

    kept: Kept | None = None
    follows: str = ""  # a digest of all that entries follow from, the files themselves aside

    def record(self, content_digest: str, path: Path, name: str, brief: Brief) -> Record | None:
        """Return what came of a file with that content when it was read, if that still holds."""
        data = self.kept.get(self._key("record", content_digest, name)) if self.kept else None
        if data is None:
            return None
        try:
            record, earlier = _read(data, name, content_digest)
            file = replace(record.head.file, saved=saved_at(path, _moment(record.head.said)))
        except (ValueError, TypeError, KeyError, OSError):
            return None  # of another make: it is written anew
        if earlier != _earlier(brief, record.head):
            return None
        return record._replace(head=record.head._replace(file=file))

    def keep(self, content_digest: str, name: str, brief: Brief, record: Record) -> None:
        """Keep what came of a file, unless it might come out otherwise next time."""
        if self.kept and record.lasting:
            data = _written(record, _earlier(brief, record.head))
            self.kept.put(self._key("record", content_digest, name), data)

    def marked(
        self, content_digest: str, stem: str, read: Callable[[], Mark | None]
    ) -> Mark | None:
        """Return what a file with that content says it is; it is read if that is not known."""
        if self.kept is None:
            return read()
        key = self._key("mark", content_digest, stem)
        data = self.kept.get(key)
        if data is not None:
            with suppress(ValueError, TypeError):  # of another make: it is written anew
                return _read_mark(json.loads(data))
        mark = read()
        self.kept.put(key, json.dumps(_mark(mark)).encode())
        return mark

    def following(self, brief: Brief) -> Cache:
        """Return the same for what is asked of files in a merge."""
        if self.kept is None:
            return self
        key = brief.key.name if brief.key else ""
        about = [form_digest(brief.form), brief.period.id, _roster(brief.roster), key]
        return replace(self, follows=_digest(self.follows, *about))

    def tidy(self) -> None:
        """Throw away what is old, or too much."""
        if self.kept:
            self.kept.tidy()

    def _key(self, kind: str, content_digest: str, name: str) -> str:
        return _digest(kind, self.follows, content_digest, name)


NOTHING_KEPT = Cache()


def usual_cache(key: Key | None) -> Cache:
    """Return the cache in the user's folder."""
    secret = sha256(b"jixiao cache\0" + key.secret).digest() if key else b""
    kept = Kept(cache_folder() / "returns", ".json.z", _MOST_BYTES, secret)
    return Cache(kept, _digest(_program(), _forms(), repr(asdict(configured()))))


# -- what entries follow from --


def _digest(*texts: str) -> str:
    return sha256(json.dumps(texts).encode()).hexdigest()


@cache
def _program() -> str:
    """Return a digest of the program: another one might find other things."""
    folders = [Path(each.__file__).parent for each in (generator, udfs) if each.__file__]
    from importlib.metadata import version  # reads e-mail as well: workers get on without

    digest = sha256(sys.version.encode())
    for each in _READERS:
        digest.update(version(each).encode())
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _forms() -> str:
    """Return a digest of the forms there are: a file without a seal may be any of them."""
    digest = sha256()
    for path in sorted(template.forms_folder().glob("*/*.yaml")):
        digest.update(path.parent.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _roster(roster: Roster | None) -> str:
    if roster is None:
        return ""
    digest = sha256()
    for each in roster.departments:
        said = (each.code, each.name, dict(each.details), dict(each.children))
        digest.update(repr(said).encode("utf-8", "backslashreplace"))
    digest.update(repr(roster.waivers).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def _earlier(brief: Brief, head: Head) -> str:
    """Return a digest of the earlier returns that a return was compared with."""
    if brief.past is None or not brief.form.asks_past or head.department is None:
        return ""
    return _digest(*_filings(brief, head.department[0]))


def _filings(brief: Brief, code: str) -> Iterator[str]:
    assert brief.past is not None
    for when in EARLIER:
        then = getattr(brief.period, when)
        filing = brief.past.filing(brief.form.id, code, then) if then else None
        yield sha256(write_filing(filing)).hexdigest() if filing else ""


# -- an entry --


def _written(record: Record, earlier: str) -> bytes:
    head, sections = record.head, record.sections
    plain = [
        *(head.file.state.value, head.department, _mark(head.mark)),
        *(head.sealed, head.ours),
        *(head.said, head.counts, head.rows, head.reached),
    ]
    about = json.dumps([plain, list(map(len, sections)), earlier]).encode()
    return b"".join((len(about).to_bytes(_LENGTH, "big"), about, *sections))


def _read(data: bytes, name: str, content_digest: str) -> tuple[Record, str]:
    end = _LENGTH + int.from_bytes(data[:_LENGTH], "big")
    plain, sizes, earlier = json.loads(data[_LENGTH:end])
    state, department, mark, sealed, ours, said, counts, rows, reached = plain
    head = Head(
        ReturnedFile(name, State(state), digest=bytes.fromhex(content_digest)),
        tuple(department) if department else None,
        _read_mark(mark),
        sealed,
        ours,
        said,
        tuple((code, tuple(of_code)) for code, of_code in counts),
        tuple(rows),
        tuple(reached),
    )
    findings, drawn, contribution, filing, *lines = _sections(data[end:], sizes)
    return Record(head, findings, drawn, contribution, filing, tuple(lines)), earlier


def _mark(mark: Mark | None) -> list[str] | None:
    return [mark.form, mark.version, mark.period] if mark else None


def _read_mark(plain: Sequence[str] | None) -> Mark | None:
    return None if plain is None else Mark(*plain)


def _sections(data: bytes, sizes: Sequence[int]) -> list[bytes]:
    if sum(sizes) != len(data):
        raise ValueError("an entry of another length")
    found: list[bytes] = []
    for size in sizes:
        found.append(data[:size])
        data = data[size:]
    return found


def _moment(said: str) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
