"""A folder of returns → findings, totals, and who has not returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from generator.crew import ALONE, Alone, Cause, Crew, CrewError, Failure, Team, Workers
from generator.merge.arrival import (
    TOO_BIG,
    Arrival,
    Brief,
    arrive,
    contained,
    dated,
    digest_of,
    given_up,
    lost,
    read_return,
)
from generator.merge.assemble import assemble
from generator.merge.cache import NOTHING_KEPT, Cache, usual_cache
from generator.merge.decide import NothingToMergeError, decide, mark_of, recognise
from generator.merge.mark import Mark, shelved
from generator.merge.record import Record, record_of
from generator.merge.shelf import Shelf, Slip
from generator.model.finding import Finding
from generator.model.form import Form
from generator.model.merged import Merged
from generator.model.past import Past
from generator.model.period import Period
from generator.model.roster import Roster
from generator.workbook.book import Unreadable
from generator.workbook.inbox import found_in
from generator.workbook.keys import Key, read_key
from generator.workbook.reader.limits import configured
from generator.workbook.returned.verify import not_verified

Progress = Callable[[str, int], None]  # a file is done; how many there are in all
_DISTRIBUTION = "分发清单"
_AT_ONCE, _MANY = 8, 200  # files that are handed over together, where there are so many
_ENOUGH = 9  # files that are asked beforehand what they are
_WHY = {
    Cause.TIME: "处理超过 {} 秒还没有完成，已经停止",
    Cause.CRASH: "两次处理都使程序意外退出（代码 {}），已经跳过",
    Cause.ERROR: "处理时程序出错（{}），已经跳过",
    Cause.MEMORY: TOO_BIG,
}


def merge(  # noqa: PLR0913 (all but the first two have their usual value)
    folder: Path,
    roster: Roster | Callable[[Form], Roster] | None,
    *,
    form: Form | None = None,
    progress: Progress | None = None,
    exclude: Iterable[Path] = (),
    crew: Workers = ALONE,
    key: Key | None = None,
    past: Past | None = None,
    cache: Cache = NOTHING_KEPT,
) -> Merged:
    """Return what the returns in a folder amount to; the order of its files does not matter.

    The form and the period are those of most files, where they are not given. A roster that needs
    the form to be read may be given as a function of it. Seals are verified with the key, if any;
    rules that compare with earlier returns look them up in the past, if there is any. Files that
    the cache knows are not read again.

    Raises:
        NothingToMergeError: no file tells which form or period it is.
    """
    shelved.cache_clear()  # Excel keeps one process all day, in which forms are edited
    limits = configured()  # one that is no number is said once, not of every file
    names, passed_over = _sorted_out(folder, exclude)
    told = progress or _silent
    with crew.at_work() as team:
        told_by = partial(_told, team, partial(mark_of, cache), folder)
        decided, slips = _surmise(told_by, names, form), list[Slip]()
        brief, shelf = None, Shelf()
        while brief is None or decided != (brief.form, brief.period):
            described, period = decided
            people = roster(described) if callable(roster) else roster
            brief = Brief(described, period, people, key, past, limits)
            slips, shelf = [], Shelf(people)
            for name, record in _read_all(team, folder, names, brief, cache.following(brief)):
                slips.append(shelf.put(record, name))
                told(name, len(names))
            decided = decide(_marks(slips), form)
    handed_over = iter(slips)  # and gone, once they have been gone through
    del slips
    return assemble(brief, shelf, handed_over, folder, passed_over)


def merge_folder(  # noqa: PLR0913 (all but the first three have their usual value)
    folder: Path,
    roster: Path,
    out: Path,
    progress: Progress | None = None,
    crew: Workers = ALONE,
    *,
    past: Past | None = None,
    cached: bool = True,
) -> Merged:
    """Return the merge of a folder by the roster of a workbook; `out` is where it will be written.

    Seals are verified with the bureau's key; a note says so where there is none. Files that were
    read before, and have not changed since, are not read again unless `cached` is False.

    Raises:
        NothingToMergeError: no file tells which form or period it is.
        RosterError: the roster is unusable.
        KeyFileError: the file of the key is unusable.
    """
    from generator.workbook.roster import read_roster  # workers get on without openpyxl

    key = read_key()
    configured()
    cache = usual_cache(key) if cached else NOTHING_KEPT
    merged = merge(
        folder,
        lambda form: read_roster(roster, form),
        progress=progress,
        exclude=(roster, out),
        crew=crew,
        key=key,
        past=past,
        cache=cache,
    )
    cache.tidy()
    return merged if key else merged.with_note(not_verified())


def check_files(
    files: Sequence[Path],
    roster: Roster | None = None,
    crew: Workers = ALONE,
    past: Past | None = None,
) -> list[Finding]:
    """Return what is wrong in some files, each checked as the form and period it says it is."""
    shelved.cache_clear()
    key = read_key()
    configured()
    findings = [] if key else [not_verified()]
    with crew.at_work() as team:
        for path, found in team.run(partial(_check_one, roster, key, past), dict.fromkeys(files)):
            if isinstance(found, Failure):
                findings.append(given_up(str(path), _why(found)))
            else:
                findings += found
    return sorted(findings, key=lambda each: each.sort_key)


def _sorted_out(folder: Path, exclude: Iterable[Path]) -> tuple[list[str], list[str]]:
    """Return the files that could be returns, and those that are no workbooks."""
    names, passed_over = list[str](), list[str]()
    for name, likely in found_in(folder, exclude):
        if not likely:
            passed_over.append(name)
        elif not name.rpartition("/")[2].startswith(_DISTRIBUTION):
            names.append(name)
    return names, passed_over


def _check_one(
    roster: Roster | None, key: Key | None, past: Past | None, path: Path
) -> tuple[Finding, ...]:
    known = recognise(path, str(path))
    if isinstance(known, Finding):
        return (known,)
    return read_return(path, str(path), Brief(*known, roster, key, past)).findings


def _surmise(
    told_by: Callable[[Sequence[str]], Iterator[Mark]], names: Sequence[str], form: Form | None
) -> tuple[Form, Period]:
    """Return the form and period that a few files tell; if they tell nothing, that all tell."""
    few = names[:: max(1, len(names) // _ENOUGH)][:_ENOUGH]
    try:
        return decide(told_by(few), form)
    except NothingToMergeError:
        return decide(told_by(names), form)


def _told(
    team: Team | Alone,
    tell: Callable[[Path], Mark | Unreadable | None],
    folder: Path,
    names: Sequence[str],
) -> Iterator[Mark]:
    marks = team.run(tell, (folder / name for name in names))
    return (mark for _, mark in marks if isinstance(mark, Mark))


def _read_all(
    team: Team | Alone, folder: Path, names: Sequence[str], brief: Brief, cache: Cache
) -> Iterator[tuple[str, Record]]:
    """Yield every file's name and what came of it, in the order in which they are done.

    Files that are handed over together cost less. Where they come to nothing, each is read by
    itself in the end, and only the one that is to blame is given up.
    """
    read, apart = partial(_read_some, folder, brief, cache), list[str]()
    portions = _Portions(names, _AT_ONCE if len(names) >= _MANY else 1)
    alone = ([each] for each in apart)  # gone through when all portions are done
    for some, found in chain(team.run(read, portions), team.run(read, alone)):
        if not isinstance(found, Failure):
            yield from zip(some, found, strict=True)
        elif len(some) > 1:
            apart += some
            portions.size = 1 if found.cause is Cause.TIME else portions.size
        else:
            path = folder / some[0]
            left = dated(lost(some[0], brief, _why(found)), path)
            yield some[0], record_of(left, path, brief)


@dataclass
class _Portions:
    """Files to be read, some at a time; how many may change on the way."""

    names: Sequence[str]
    size: int

    def __iter__(self) -> Iterator[Sequence[str]]:
        at = 0
        while at < len(self.names):
            some = self.names[at : at + self.size]
            at += len(some)
            yield some


def _read_some(folder: Path, brief: Brief, cache: Cache, names: Sequence[str]) -> list[Record]:
    return [_read_one(folder, brief, cache, each) for each in names]


def _why(failure: Failure) -> str:
    return _WHY[failure.cause].format(failure.detail)


def _read_one(folder: Path, brief: Brief, cache: Cache, name: str) -> Record:
    """Return what came of a file when its content was last read, or what comes of it now."""
    path = Path(f"{folder}/{name}")  # `/` would keep each name among those that Python interns
    content = contained(path, name, brief)
    if isinstance(content, Arrival):
        return record_of(content, path, brief)
    digest = digest_of(content)
    record = cache.record(digest, path, name, brief)
    if record is None:
        record = record_of(arrive(content, digest, path, name, brief), path, brief)
        cache.keep(digest, name, brief, record)
    return record


def _marks(slips: Iterable[Slip]) -> Iterator[Mark]:
    return (each.mark for each in slips if each.mark)


def _silent(_: str, __: int) -> None:
    """Tell nobody."""


__all__ = [
    "Brief",
    "Crew",
    "CrewError",
    "NothingToMergeError",
    "assemble",
    "check_files",
    "merge",
    "merge_folder",
]
