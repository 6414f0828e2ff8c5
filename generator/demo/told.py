"""What the demo tells at its end: how many came back, what was found, where the files are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from generator.model.finding import Finding, Kind
from generator.model.merged import Merged, State
from generator.report.recovery import rate

_PIPE = 200
_FEW = 3  # cells that are named one by one


@dataclass(frozen=True)
class Told:
    """One form of the demo: its result, the department of the published document, its folder."""

    merged: Merged
    published: str  # code
    folder: Path
    invented: bool = False  # no document of this form was published whole: the first is an example


def tell(results: Sequence[Told], out: Path) -> None:
    """Print the tables of the demo."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_PIPE)
    console.print(_recovery(results))
    for line in _found(results):
        console.print(line, soft_wrap=True)
    console.print(
        f"\n文件在 {out}：每张表一个文件夹，里面是名册、下发、回收，和结果 汇总.xlsx、汇总.json。",
        markup=False,
        soft_wrap=True,
    )


def _recovery(results: Sequence[Told]) -> Table:
    states = (State.MISSING, State.DUPLICATE, State.VERSION, State.UNREADABLE)
    table = Table(title="回收与审核", title_justify="left")
    table.add_column("表")
    for heading in ("应报", "已回收", "回收率", *states, *Kind):
        table.add_column(str(heading), justify="right")
    for each in results:
        standings, counts = each.merged.standings, each.merged.count()
        returned = sum(1 for one in standings if one.returned)
        table.add_row(
            each.merged.form.name,
            str(len(standings)),
            str(returned),
            rate(returned, len(standings)),
            *(str(sum(1 for one in standings if one.state is state)) for state in states),
            *(str(counts[kind]) for kind in Kind),
        )
    return table


def _found(results: Sequence[Told]) -> Iterator[Text]:
    """Yield what was found in the published documents, file by file."""
    yield Text("\n公布的原文里不一致的地方", "italic")
    for each in results:
        if each.invented:
            continue
        found = [one for one in each.merged.findings if one.department == each.published]
        for file, of_file in groupby(found, key=lambda one: one.place.file):
            yield Text(f"{each.folder.name}：{file}", "bold")
            for alike in _alike(list(of_file)):
                line = Text(f"  {_cells(alike)}  ", "cyan")
                line.append(f"[{alike[0].kind}] {alike[0].rule}  ", "yellow")
                yield line.append(_message(alike), "default")


def _alike(found: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Yield findings of one rule on one worksheet together, and apart what several say alike."""
    often = Counter(map(_said, found))
    groups: dict[tuple[str, str, Kind, str], list[Finding]] = {}
    for each in found:
        said = _said(each) if often[_said(each)] > 1 else ""
        groups.setdefault((each.place.sheet, each.rule, each.kind, said), []).append(each)
    yield from groups.values()


def _cells(findings: Sequence[Finding]) -> str:
    cells = [each.place.cell for each in findings]
    more = f" 等 {len(cells)} 格" if len(cells) > _FEW else ""
    return f"{findings[0].place.sheet}!{'、'.join(cells[:_FEW])}{more}"


def _message(findings: Sequence[Finding]) -> str:
    if len(findings) == 1:
        return findings[0].message
    first = _said(findings[0])
    return first if all(_said(each) == first for each in findings) else f"如：{first}"


def _said(finding: Finding) -> str:
    """Return what a message says behind the cell's name."""
    return finding.message.rpartition("：")[2]
