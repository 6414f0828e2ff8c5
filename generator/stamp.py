"""Form × roster × period → one workbook for each department."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from importlib import import_module
from itertools import chain
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from unicodedata import normalize

from generator.crew import Alone, Crew, Failure, Team
from generator.layout import Shape, lay_out, shape_of
from generator.model.filing import Entries
from generator.model.form import Form
from generator.model.memory import Memory
from generator.model.past import Past, at_hand
from generator.model.period import Period
from generator.model.roster import Department, Roster
from generator.model.suggest import suggesting
from generator.workbook.keys import Key, own_key
from generator.workbook.save import write_together
from generator.workbook.stamping.fill import Values
from generator.workbook.stamping.master import Master
from generator.workbook.stamping.stock import Stock

if TYPE_CHECKING:
    from generator.workbook.result.write import Distributed

DISTRIBUTION = "分发清单.xlsx"
_ILLEGAL = re.compile(  # what Windows refuses, half characters, and what turns the reading around
    r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u2028-\u202e\u2066-\u2069]'
)
_RESERVED = re.compile(
    r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE
)
_MOST_KEPT = 16  # Blanks in memory; departments of one shape are stamped one after the other
_FULL = 250  # departments that are worth a process: they take as long as its start
_BATCH = 100  # departments that are handed to a process at once
_A_BLANK = 100  # departments that take as long as building a Blank
_RESULT = "generator.workbook.result.write"  # with openpyxl, which workers get on without
_PATIENCE, _MEGABYTES = 600.0, 4096  # what a batch may take: it holds nothing but our own work
_LONGEST = 120  # characters; a path on Windows has 260 for everything
_MOST_BYTES = 200  # a name on Linux has 255


@dataclass(frozen=True)
class Stamped:
    """One workbook that was written."""

    department: Department
    path: Path
    digest: str


@dataclass(frozen=True)
class Batch:
    """Departments of one shape, each with where its workbook goes."""

    shape: Shape
    departments: tuple[tuple[Department, Path], ...]


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

    def __getstate__(self) -> dict[str, object]:
        return {**vars(self), "_masters": {}}  # another process has its own, from the stock

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

    def stamp_as(self, shape: Shape, department: Department) -> bytes:
        """Return the workbook of a department whose shape is known."""
        return self._master(shape).stamp(department, self._memory(department))

    def knowing(
        self, departments: Iterable[Department], recalled: Iterable[str] | None = None
    ) -> Stamper:
        """Return this with what departments returned earlier at hand; Blanks are shared.

        `recalled` names the earlier periods that are needed; if not given, for a workbook.
        """
        wanted = self.form.recalled if recalled is None else recalled
        earlier = [then for when in wanted if (then := getattr(self.period, when))]
        codes = [each.code for each in departments]
        return replace(self, past=at_hand(self.past, self.form.id, codes, earlier))

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

    def processes(self, batches: Iterable[Batch]) -> int:
        """Return how many processes to work in: none that would hardly start before the end.

        No more batches are looked at than it takes to know.
        """
        wanted = self.jobs or os.cpu_count() or 1
        work, drawn = 0, set()
        for batch in batches:
            drawn.add(batch.shape)
            work += len(batch.departments)
            if work + len(drawn) * _A_BLANK > wanted * _FULL:
                return wanted
        return max(1, (work + len(drawn) * _A_BLANK) // _FULL)


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
    lines: dict[str, Distributed] = {}
    deadline = _deadlines(form, period)
    batches, seen = _batches(stamper, roster, paths), list[Batch]()
    processes = run.processes(_noted(batches, seen))
    with Crew(processes, _PATIENCE, _MEGABYTES).at_work() as team:
        for department, digest in _written(stamper, chain(seen, batches), team):
            stamped = Stamped(department, paths[department.code], digest)
            lines[department.code] = _distributed(stamped, deadline(department))
            if run.progress:
                run.progress(department)
        written = [each for each in roster.departments if each.code in lines]
        _write_distribution(folder, [lines[each.code] for each in written], team)
    return [Stamped(each, paths[each.code], lines[each.code].digest) for each in written]


def _batches(stamper: Stamper, roster: Roster, paths: Mapping[str, Path]) -> Iterator[Batch]:
    """Yield the departments that get a workbook in handy batches, as soon as one is full."""
    by_shape: dict[Shape, list[tuple[Department, Path]]] = {}
    departments = roster.departments
    looped = stamper.form.looped  # all that a shape depends on
    for start in range(0, len(departments), _BATCH):
        part = departments[start : start + _BATCH]
        knowing = stamper.knowing(part, looped)
        for department in part:
            shape = knowing.shape(department)
            if shape:
                alike = by_shape.setdefault(shape, [])
                alike.append((department, paths[department.code]))
                if len(alike) == _BATCH:
                    yield Batch(shape, tuple(by_shape.pop(shape)))
    for shape, alike in by_shape.items():
        yield Batch(shape, tuple(alike))


def _written(
    stamper: Stamper, batches: Iterable[Batch], team: Team | Alone
) -> Iterator[tuple[Department, str]]:
    """Yield each department when its workbook is written, with its digest."""
    if isinstance(team, Team):
        # What 分发清单 needs takes as long to import as workers take to start: at the same time.
        Thread(target=import_module, args=(_RESULT,), daemon=True).start()
    for batch, found in team.run(partial(_write_batch, stamper), batches, joining=True):
        # What has failed in a process of its own is done once more, in ours.
        digests = _write_batch(stamper, batch) if isinstance(found, Failure) else found
        yield from _told(batch, digests)


def _noted(batches: Iterable[Batch], seen: list[Batch]) -> Iterator[Batch]:
    for batch in batches:
        seen.append(batch)
        yield batch


def _told(batch: Batch, digests: list[str] | OSError) -> Iterator[tuple[Department, str]]:
    if isinstance(digests, OSError):
        raise digests
    return zip((department for department, _ in batch.departments), digests, strict=True)


def _write_batch(stamper: Stamper, batch: Batch) -> list[str] | OSError:
    """Write the workbooks of a batch, over those that an earlier attempt has left."""
    knowing = stamper.knowing(department for department, _ in batch.departments)
    files = [(path, knowing.stamp_as(batch.shape, who)) for who, path in batch.departments]
    try:
        write_together(files)
    except OSError as error:  # to be told by who waits for it
        return error
    return [sha256(content).hexdigest() for _, content in files]


def _deadlines(form: Form, period: Period) -> Callable[[Department], str]:
    """Return what tells a department's deadline, which is nearly always the same for all."""
    leaf, context = form.deadline, {"period": period, "form": form}
    if leaf is None or "department" not in leaf.names:
        same = str(leaf.render(context) or "") if leaf else ""
        return lambda _: same
    return lambda department: str(leaf.render({**context, "department": department}) or "")


def _distributed(stamped: Stamped, deadline: str) -> Distributed:
    from generator.workbook.result.write import Distributed

    department = stamped.department
    return Distributed(
        department.code,
        department.name,
        stamped.path.name,
        str(department["contact"] or ""),
        str(department["phone"] or ""),
        deadline,
        stamped.digest,
    )


def _write_distribution(folder: Path, lines: Sequence[Distributed], team: Team | Alone) -> None:
    from generator.workbook.result.write import write_distribution

    write_distribution(folder / DISTRIBUTION, lines, team)


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
