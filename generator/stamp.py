"""Form × roster × period → one workbook for each department."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from math import ceil
from pathlib import Path
from unicodedata import normalize

from generator.crew import Crew, Failure
from generator.layout import Shape, lay_out, shape_of
from generator.model.filing import Entries
from generator.model.form import Form
from generator.model.memory import Memory
from generator.model.past import Past
from generator.model.period import Period
from generator.model.roster import Department, Roster
from generator.model.suggest import suggesting
from generator.workbook.fill import Values
from generator.workbook.keys import Key, own_key
from generator.workbook.master import Master
from generator.workbook.result import Distributed, write_distribution
from generator.workbook.save import write_bytes
from generator.workbook.stock import Stock

DISTRIBUTION = "分发清单.xlsx"
_ILLEGAL = re.compile(  # what Windows refuses, half characters, and what turns the reading around
    r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u2028-\u202e\u2066-\u2069]'
)
_RESERVED = re.compile(
    r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE
)
_MOST_KEPT = 16  # Blanks in memory; departments of one shape are stamped one after the other
_FULL = 1500  # departments that are worth a process: half a second of work, as long as it starts
_BATCH = 200  # departments that are handed to a process at once
_A_BLANK = 150  # departments that take as long as building a Blank
_WAITING = 8  # files of a process that the disk is asked to have for good at the same time
_PATIENCE, _MEGABYTES = 600.0, 4096  # what a batch may take: it holds nothing but our own work
_LONGEST = 120  # characters; a path on Windows has 260 for everything
_MOST_BYTES = 200  # a name on Linux has 255

Batch = list[tuple[Department, Path]]


@dataclass(frozen=True)
class Stamped:
    """One workbook that was written."""

    department: Department
    path: Path
    digest: str


@dataclass
class Stamper:
    """Stamps one form for one period; a Blank is built once per shape and kept for the next ones.

    What it stamps is sealed with the bureau's key, which is made if there is none yet.
    """

    form: Form
    period: Period
    key: Key = field(default_factory=own_key)
    stock: Stock = field(default_factory=Stock)
    past: Past | None = None  # where what was returned earlier is looked up
    _masters: dict[Shape, Master] = field(default_factory=dict)

    def stamp(
        self,
        department: Department,
        entries: Entries | None = None,
        explanations: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return the workbook of a department, with `entries` typed into it if there are any."""
        memory = self._memory(department)
        master = self._master(shape_of(self.form, department, entries, memory))
        if not entries and not explanations:
            return master.stamp(department, memory)
        values = Values(master.layout, department, entries, explanations, memory)
        return master.stamp_answered(values)

    def shape(self, department: Department) -> Shape:
        """Return the shape of the workbook of a department."""
        return shape_of(self.form, department, memory=self._memory(department))

    def _memory(self, department: Department) -> Memory | None:
        return Memory.of(self.past, self.form, department, self.period)

    def _master(self, shape: Shape) -> Master:
        if shape not in self._masters:
            if len(self._masters) == _MOST_KEPT:
                del self._masters[next(iter(self._masters))]
            layout = lay_out(self.form, self.period, shape)
            self._masters[shape] = Master(layout, self.stock.blank(layout), self.key)
        return self._masters[shape]


@dataclass(frozen=True)
class Run:
    """How departments are stamped: nothing here changes what they get."""

    jobs: int | None = None  # processes; None: as many as there are cores and enough to do for
    stock: Stock = field(default_factory=Stock)
    progress: Callable[[Department], None] | None = None

    def processes(self, batches: Sequence[Batch]) -> int:
        """Return how many processes to work in: none that would hardly start before the end."""
        wanted = self.jobs or os.cpu_count() or 1
        work = sum(map(len, batches))
        return max(1, min(wanted, len(batches), ceil(work / _FULL)))


def stamp_all(  # noqa: PLR0913 (all but the first four have their usual value)
    form: Form,
    roster: Roster,
    period: Period,
    folder: Path,
    run: Run | None = None,
    *,
    past: Past | None = None,
    suggestions: Mapping[str, Sequence[str]] | None = None,
) -> list[Stamped]:
    """Write one workbook per department into a folder, and 分发清单.xlsx; return what was written.

    A department that the form gives no worksheet (no projects, say) gets none. What was returned
    earlier comes from `past`; `suggestions` are lists of the indicator library by their names.

    Raises:
        OSError: the folder or a file in it cannot be written.
    """
    run = run or Run()
    form = suggesting(form, suggestions or {})
    folder.mkdir(parents=True, exist_ok=True)
    run.stock.tidy()
    names = file_names(form, roster.departments, period)
    paths = {each.code: folder / names[each.code] for each in roster.departments}
    stamper = Stamper(form, period, stock=run.stock, past=past)
    digests: dict[str, str] = {}
    for department, digest in _written(stamper, _batches(stamper, roster, paths), run):
        digests[department.code] = digest
        if run.progress:
            run.progress(department)
    stamped = [
        Stamped(each, paths[each.code], digests[each.code])
        for each in roster.departments
        if each.code in digests
    ]
    lines = [_distributed(form, period, each) for each in stamped]
    write_distribution(folder / DISTRIBUTION, lines)
    return stamped


def _batches(stamper: Stamper, roster: Roster, paths: Mapping[str, Path]) -> list[Batch]:
    """Return the departments that get a workbook in handy batches, those of one shape together."""
    by_shape: dict[Shape, list[tuple[Department, Path]]] = {}
    for department in roster.departments:
        shape = stamper.shape(department)
        if shape:
            by_shape.setdefault(shape, []).append((department, paths[department.code]))
    batches: list[Batch] = []
    work = _BATCH
    for group in by_shape.values():
        work += _A_BLANK
        for start in range(0, len(group), _BATCH):
            part = group[start : start + _BATCH]
            work += len(part)
            if work > _BATCH:
                batches.append([])
                work = len(part)
            batches[-1] += part
    return batches


def _written(
    stamper: Stamper, batches: Sequence[Batch], run: Run
) -> Iterator[tuple[Department, str]]:
    """Yield each department when its workbook is written, with its digest."""
    crew = Crew(run.processes(batches), _PATIENCE, _MEGABYTES)
    write = partial(_write_batch, stamper)
    with crew.at_work() as team:
        for batch, found in team.run(write, batches):
            # What has failed in a process of its own is done once more, in ours.
            yield from _told(batch, write(batch) if isinstance(found, Failure) else found)


def _told(batch: Batch, digests: list[str] | OSError) -> Iterator[tuple[Department, str]]:
    if isinstance(digests, OSError):
        raise digests
    return zip((department for department, _ in batch), digests, strict=True)


def _write_batch(stamper: Stamper, batch: Batch) -> list[str] | OSError:
    """Write the workbooks of a batch, over those that an earlier attempt has left.

    Threads wait for the disk to have each file for good, while the next ones are stamped.
    """
    try:
        with ThreadPoolExecutor(_WAITING) as disk:
            written = [disk.submit(_write, path, stamper.stamp(who)) for who, path in batch]
            return [each.result() for each in written]
    except OSError as error:  # to be told by who waits for it
        return error


def _write(path: Path, content: bytes) -> str:
    write_bytes(path, content)
    return sha256(content).hexdigest()


def _distributed(form: Form, period: Period, stamped: Stamped) -> Distributed:
    department = stamped.department
    context = {"period": period, "form": form, "department": department}
    return Distributed(
        department.code,
        department.name,
        stamped.path.name,
        str(department["contact"] or ""),
        str(department["phone"] or ""),
        str(form.deadline.render(context) or "") if form.deadline else "",
        stamped.digest,
    )


def file_names(form: Form, departments: Sequence[Department], period: Period) -> dict[str, str]:
    """Return the file name of each department by code: legal on Windows and all different."""
    taken: set[str] = set()
    names = {}
    for department in departments:
        parts = (department.code, department.name, form.name, period.id)
        stem = legal_name("-".join(parts))
        name, number = f"{stem}.xlsx", 1
        while _alike(name) in taken:
            number += 1
            name = f"{stem}({number}).xlsx"
        taken.add(_alike(name))
        names[department.code] = name
    return names


def _alike(name: str) -> str:
    """Return a name as the file systems see it that tell least apart."""
    return normalize("NFC", name).casefold()


def legal_name(text: str) -> str:
    """Return a text as the stem of a file name that Windows accepts, inside its folder.

    >>> legal_name("../a:b")
    '.._a_b'
    """
    name = _ILLEGAL.sub("_", text)[:_LONGEST].encode()[:_MOST_BYTES].decode(errors="ignore")
    name = name.strip().rstrip(".")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name
