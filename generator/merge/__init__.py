"""A folder of returns → findings, totals, and who has not returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from generator.merge.arrival import Brief, read_return
from generator.merge.assemble import assemble
from generator.merge.decide import Mark, NothingToMergeError, decide, mark_of, recognise
from generator.model.finding import Finding
from generator.model.form import Form
from generator.model.merged import Merged
from generator.model.roster import Roster
from generator.workbook.inbox import listed
from generator.workbook.roster import read_roster

Progress = Callable[[str, int], None]  # a file is done; how many steps there are in all
_DISTRIBUTION = "分发清单"


def merge(
    folder: Path,
    roster: Roster | Callable[[Form], Roster] | None,
    *,
    form: Form | None = None,
    progress: Progress | None = None,
    exclude: Iterable[Path] = (),
) -> Merged:
    """Return what the returns in a folder amount to; the order of its files does not matter.

    The form and the period are those of most files, where they are not given. A roster that needs
    the form to be read may be given as a function of it.

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
    form, period = decide(_marks(paths, told), form)
    brief = Brief(form, period, roster(form) if callable(roster) else roster)
    arrivals = []
    for name, path in paths.items():
        arrivals.append(read_return(path, name, brief))
        told(name, 2 * len(paths))
    passed_over = [each.relative_to(folder).as_posix() for each in others]
    return assemble(brief, arrivals, folder, passed_over)


def merge_folder(folder: Path, roster: Path, out: Path, progress: Progress | None = None) -> Merged:
    """Return the merge of a folder by the roster of a workbook; `out` is where it will be written.

    Raises:
        NothingToMergeError: no file tells which form or period it is.
        RosterError: the roster is unusable.
    """
    return merge(
        folder, lambda form: read_roster(roster, form), progress=progress, exclude=(roster, out)
    )


def check_files(files: Sequence[Path], roster: Roster | None = None) -> list[Finding]:
    """Return what is wrong in some files, each checked as the form and period it says it is."""
    findings: list[Finding] = []
    for path in dict.fromkeys(files):
        known = recognise(path, str(path))
        if isinstance(known, Finding):
            findings.append(known)
        else:
            findings += read_return(path, str(path), Brief(*known, roster)).findings
    return sorted(findings, key=lambda each: each.sort_key)


def _marks(paths: Mapping[str, Path], progress: Progress) -> Iterator[Mark]:
    for name, path in paths.items():
        mark = mark_of(path)
        progress(name, 2 * len(paths))
        if isinstance(mark, Mark):
            yield mark


def _silent(_: str, __: int) -> None:
    """Tell nobody."""


__all__ = ["Brief", "NothingToMergeError", "assemble", "check_files", "merge", "merge_folder"]
