"""What a merge says, made ready before the ledger is locked for writing."""

from __future__ import annotations

import hashlib
import json
import pickle
import weakref
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from generator.ledger.answers import canonical, storable
from generator.ledger.recording.labels import field_of, item_of, label, part_of, terms, unit_of
from generator.ledger.recording.rows import Line, Rows, rows_of
from generator.model.finding import Finding
from generator.model.merged import Merged, ReturnedFile, Standing, State


@dataclass(frozen=True)
class Stood:
    """Where one department stands in a merge, and where the rows of its return wait."""

    department: str
    name: str
    state: State
    file: str = ""  # that is used
    digest: str = ""
    content: str = ""  # empty: there is no return
    span: tuple[int, int] = (0, 0)

    @property
    def arrived(self) -> bool:
        """Whether a file of it was in the folder, usable or not."""
        return self.state is not State.MISSING


@dataclass(frozen=True)
class Prepared:
    """All that is to be recorded of a merge; `digest` is equal for equal merges."""

    digest: str
    stood: tuple[Stood, ...]
    findings: tuple[Line, ...]
    totals: tuple[Line, ...]
    terms: tuple[Line, ...]
    shelf: _Shelf

    def rows(self, stood: Stood) -> Rows:
        """Return the rows of a department's return."""
        return self.shelf.fetch(stood.span)


def prepare(merged: Merged) -> Prepared:
    """Return what is to be recorded; returns are looked at one by one."""
    shelf = _Shelf()
    stood = tuple(_stood(merged, each, shelf) for each in merged.standings)
    findings = tuple(_finding(each, merged.rules) for each in merged.findings)
    totals = tuple(_totals(merged))
    digest = _digest(merged, stood, findings, totals)
    called = tuple(terms(merged.form, merged.period))
    return Prepared(digest, stood, findings, totals, called, shelf)


def _stood(merged: Merged, standing: Standing, shelf: _Shelf) -> Stood:
    code = storable(standing.department.code)
    name = storable(standing.department.name)
    filing = standing.filing
    if filing is None:
        return Stood(code, name, standing.state)
    rows = rows_of(merged.form, filing, merged.period)
    used = next((each for each in standing.files if each.used), None)
    digest = _file_digest(merged.folder, used) if used else ""
    file = storable(filing.file)
    return Stood(code, name, standing.state, file, digest, rows.content, shelf.put(rows))


def _file_digest(folder: Path, file: ReturnedFile) -> str:
    if file.digest:
        return file.digest.hex()
    with suppress(OSError):  # moved away meanwhile: then nobody knows
        return hashlib.sha256((folder / file.name).read_bytes()).hexdigest()
    return ""


def _finding(finding: Finding, rules: Mapping[str, str]) -> Line:
    place = finding.place
    return {
        "department": storable(finding.department),
        "rule": finding.rule,
        "asks": rules.get(finding.rule, ""),
        "kind": finding.kind.value,
        "file": storable(place.file),
        "sheet": storable(place.sheet),
        "cell": place.cell,
        "message": storable(finding.message),
        "remedy": storable(finding.remedy),
    }


def _totals(merged: Merged) -> Iterator[Line]:
    form, period = merged.form, merged.period
    for number, each in enumerate(merged.totals.totals):
        locus, combined = each.locus, field_of(form, each.locus)
        yield {
            "number": number,
            "sheet": locus.sheet,
            "table": locus.table,
            "row": locus.row,
            "key": storable(locus.key),
            "group": [storable(name) for name in locus.group],
            "column": locus.column,
            "part": part_of(form, locus, period),
            "item": storable(item_of(form, locus, period)),
            "label": label(combined.label, form, period) or combined.name,
            "unit": unit_of(combined),
            "value": canonical(each.value),
            "stated": canonical(each.stated),
        }


def _digest(merged: Merged, stood: tuple[Stood, ...], *lines: tuple[Line, ...]) -> str:
    heads = [
        (each.department, each.name, each.state.value, each.file, each.digest, each.content)
        for each in stood
    ]
    everything = (merged.form.id, merged.form.version, merged.period.id, heads, lines)
    return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()


class _Shelf:
    """Rows in a file without a name, so that a large merge needs no memory for them."""

    def __init__(self) -> None:
        self._stream = TemporaryFile()  # noqa: SIM115 (as long-lived as what is on the shelf)
        weakref.finalize(self, self._stream.close)
        self._end = 0

    def put(self, rows: Rows) -> tuple[int, int]:
        """Keep rows; return where."""
        content = zlib.compress(pickle.dumps(rows, pickle.HIGHEST_PROTOCOL), 1)
        start, self._end = self._end, self._end + len(content)
        self._stream.seek(start)
        self._stream.write(content)
        return start, len(content)

    def fetch(self, span: tuple[int, int]) -> Rows:
        """Return rows again."""
        self._stream.seek(span[0])
        rows = pickle.loads(zlib.decompress(self._stream.read(span[1])))
        assert isinstance(rows, Rows)
        return rows
