"""A folder of returns → findings, totals, and who has not returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from generator.crew import ALONE, Alone, Cause, Crew, CrewError, Failure, Team
from generator.merge.arrival import TOO_BIG, Arrival, Brief, lost, read_return
from generator.merge.assemble import assemble
from generator.merge.decide import NothingToMergeError, decide, mark_of, recognise
from generator.merge.mark import Mark
from generator.merge.shelf import Parcel, Shelf, packed
from generator.model.finding import Finding
from generator.model.form import Form
from generator.model.merged import Merged
from generator.model.period import Period
from generator.model.roster import Roster
from generator.workbook.inbox import listed
from generator.workbook.keys import Key, read_key
from generator.workbook.verify import not_verified

Progress = Callable[[str, int], None]  # a file is done; how many there are in all
_DISTRIBUTION = "分发清单"
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
    crew: Crew = ALONE,
    key: Key | None = None,
) -> Merged:
    """Return what the returns in a folder amount to; the order of its files does not matter.

    The form and the period are those of most files, where they are not given. A roster that needs
    the form to be read may be given as a function of it. Seals are verified with the key, if any.

    Raises:
        NothingToMergeError: no file tells which form or period it is.
    """
    candidates, others = listed(folder, exclude)
    paths = {
        each.relative_to(folder).as_posix(): each
        for each in candidates
        if not each.stem.startswith(_DISTRIBUTION)
    }
    told = progress or _silent
    with crew.at_work() as team:
        decided, arrivals = _surmise(team, [*paths.values()], form), list[Arrival]()
        shelf = Shelf()
        brief = None
        while brief is None or decided != (brief.form, brief.period):
            described, period = decided
            people = roster(described) if callable(roster) else roster
            brief = Brief(described, period, people, key)
            arrivals = []
            for parcel in _read_all(team, paths, brief):
                arrivals.append(shelf.put(parcel))
                told(arrivals[-1].file.name, len(paths))
            decided = decide(_marks(arrivals), form)
    passed_over = [each.relative_to(folder).as_posix() for each in others]
    return assemble(brief, arrivals, folder, passed_over)


def merge_folder(
    folder: Path, roster: Path, out: Path, progress: Progress | None = None, crew: Crew = ALONE
) -> Merged:
    """Return the merge of a folder by the roster of a workbook; `out` is where it will be written.

    Seals are verified with the bureau's key; a note says so where there is none.

    Raises:
        NothingToMergeError: no file tells which form or period it is.
        RosterError: the roster is unusable.
        KeyFileError: the file of the key is unusable.
    """
    from generator.workbook.roster import read_roster  # workers get on without openpyxl

    key = read_key()
    merged = merge(
        folder,
        lambda form: read_roster(roster, form),
        progress=progress,
        exclude=(roster, out),
        crew=crew,
        key=key,
    )
    return merged if key else replace(merged, findings=(*merged.findings, not_verified()))


def check_files(files: Sequence[Path], roster: Roster | None = None) -> list[Finding]:
    """Return what is wrong in some files, each checked as the form and period it says it is."""
    key = read_key()
    findings = [] if key else [not_verified()]
    for path in dict.fromkeys(files):
        known = recognise(path, str(path))
        if isinstance(known, Finding):
            findings.append(known)
        else:
            findings += read_return(path, str(path), Brief(*known, roster, key)).findings
    return sorted(findings, key=lambda each: each.sort_key)


def _surmise(team: Team | Alone, paths: Sequence[Path], form: Form | None) -> tuple[Form, Period]:
    """Return the form and period that a few files tell; if they tell nothing, that all tell."""
    few = paths[:: max(1, len(paths) // _ENOUGH)][:_ENOUGH]
    try:
        return decide(_told(team, few), form)
    except NothingToMergeError:
        return decide(_told(team, paths), form)


def _told(team: Team | Alone, paths: Sequence[Path]) -> Iterator[Mark]:
    return (mark for _, mark in team.run(mark_of, paths) if isinstance(mark, Mark))


def _read_all(team: Team | Alone, paths: Mapping[str, Path], brief: Brief) -> Iterator[Parcel]:
    """Yield every file as read, in the order in which they are done."""
    for (name, path), found in team.run(partial(_read_one, brief), paths.items()):
        if isinstance(found, Failure):
            yield packed(lost(path, name, brief, _WHY[found.cause].format(found.detail)))
        else:
            yield found


def _read_one(brief: Brief, named: tuple[str, Path]) -> Parcel:
    name, path = named
    return packed(read_return(path, name, brief))


def _marks(arrivals: Iterable[Arrival]) -> Iterator[Mark]:
    return (each.mark for each in arrivals if each.mark)


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
