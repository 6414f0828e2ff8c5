"""Form × roster × period → one workbook for each department."""

from __future__ import annotations

import os
import pickle
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from unicodedata import normalize

from generator.layout import Shape, lay_out, shape_of
from generator.model.filing import Entries
from generator.model.form import Form
from generator.model.period import Period
from generator.model.roster import Department, Roster
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
_MOST_PROCESSES = 60  # Windows waits for 63 at most
_ATTEMPTS = 2  # with processes; what two broken pools leave undone is done in our own
_FULL = 1500  # departments that make a batch: half a second of work, as long as a process starts
_A_BLANK = 150  # departments that take as long as building a Blank
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
    _masters: dict[Shape, Master] = field(default_factory=dict)

    def stamp(
        self,
        department: Department,
        entries: Entries | None = None,
        explanations: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return the workbook of a department, with `entries` typed into it if there are any."""
        master = self._master(shape_of(self.form, department, entries))
        if not entries and not explanations:
            return master.stamp(department)
        return master.stamp_answered(Values(master.layout, department, entries, explanations))

    def write(self, department: Department, path: Path) -> str:
        """Write the workbook of a department; return its digest."""
        content = self.stamp(department)
        write_bytes(path, content)
        return sha256(content).hexdigest()

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
        """Return how many processes to work in."""
        wanted = self.jobs or os.cpu_count() or 1
        return max(1, min(wanted, len(batches), _MOST_PROCESSES))


def stamp_all(
    form: Form, roster: Roster, period: Period, folder: Path, run: Run | None = None
) -> list[Stamped]:
    """Write one workbook per department into a folder, and 分发清单.xlsx; return what was written.

    A department that the form gives no worksheet (no projects, say) gets none.

    Raises:
        OSError: the folder or a file in it cannot be written.
    """
    run = run or Run()
    folder.mkdir(parents=True, exist_ok=True)
    run.stock.tidy()
    names = file_names(form, roster.departments, period)
    paths = {each.code: folder / names[each.code] for each in roster.departments}
    stamper = Stamper(form, period, stock=run.stock)
    digests: dict[str, str] = {}
    for department, digest in _written(stamper, _batches(form, roster, paths), run):
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


def _batches(form: Form, roster: Roster, paths: Mapping[str, Path]) -> list[Batch]:
    """Return the departments that get a workbook, those of one shape together."""
    by_shape: dict[Shape, list[tuple[Department, Path]]] = {}
    for department in roster.departments:
        shape = shape_of(form, department)
        if shape:
            by_shape.setdefault(shape, []).append((department, paths[department.code]))
    batches: list[Batch] = []
    work = _FULL
    for group in by_shape.values():
        for start in range(0, len(group), _FULL):
            part = group[start : start + _FULL]
            work += _A_BLANK + len(part)
            if work > _FULL:
                batches.append([])
                work = _A_BLANK + len(part)
            batches[-1] += part
    return batches


def _written(
    stamper: Stamper, batches: Sequence[Batch], run: Run
) -> Iterator[tuple[Department, str]]:
    """Yield each department when its workbook is written, with its digest."""
    left = dict(enumerate(batches))
    processes = run.processes(batches)
    if processes > 1:
        for _ in range(_ATTEMPTS):  # when a process dies, the pool is broken and the rest undone
            yield from _written_by_pool(stamper, left, processes)
    for department, path in (each for batch in left.values() for each in batch):
        yield department, stamper.write(department, path)


def _written_by_pool(
    stamper: Stamper, left: dict[int, Batch], processes: int
) -> Iterator[tuple[Department, str]]:
    """Yield what other processes have written, and take it off what is left."""
    recipe = pickle.dumps(stamper)
    spawn = get_context("spawn")  # as on Windows, everywhere
    pool = ProcessPoolExecutor(processes, spawn)
    futures: dict[Future[list[str]], int] = {}
    try:
        with suppress(BrokenProcessPool):
            for number, batch in left.items():
                futures[pool.submit(_write_elsewhere, recipe, batch)] = number
        for future in as_completed(futures):
            with suppress(BrokenProcessPool):
                digests = future.result()
                batch = left.pop(futures[future])
                yield from zip((department for department, _ in batch), digests, strict=True)
    finally:
        pool.shutdown(cancel_futures=True)


def _write_elsewhere(recipe: bytes, batch: Batch) -> list[str]:
    stamper = _unpacked(recipe)
    return [stamper.write(department, path) for department, path in batch]


@lru_cache(maxsize=1)
def _unpacked(recipe: bytes) -> Stamper:
    """Return the one stamper of a worker process, with the Blanks that it has built."""
    stamper = pickle.loads(recipe)
    assert isinstance(stamper, Stamper)
    return stamper


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
