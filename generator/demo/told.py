"""What the demo tells at its end: how many came back, what was found, where the files are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table

from generator.model.finding import Finding, Kind
from generator.model.merged import Merged, State
from generator.report.recovery import rate

_PIPE = 200
_LONGEST = 90


@dataclass(frozen=True)
class Told:
    """One form of the demo: its result, the department of the published document, its folder."""

    merged: Merged
    published: str  # code
    folder: Path


def tell(results: Sequence[Told], out: Path) -> None:
    """Print the tables of the demo."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_PIPE)
    console.print(_recovery(results))
    console.print(_found(results))
    console.print(f"文件在 {out}，每张表一个文件夹：", markup=False, soft_wrap=True)
    for each in results:
        console.print(f"  {each.folder.name}", markup=False, soft_wrap=True)
    console.print("  里面是 名册.xlsx、下发、回收、汇总.xlsx、汇总.json。", markup=False)


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


def _found(results: Sequence[Told]) -> Table:
    table = Table(title="公布原文里的不一致", title_justify="left", show_lines=True)
    for heading in ("文件", "单元格", "类型", "内容"):
        table.add_column(heading, overflow="fold")
    for each in results:
        found = [one for one in each.merged.findings if one.department == each.published]
        for number, (cells, finding) in enumerate(_grouped(found)):
            file = "" if number else finding.place.file
            table.add_row(file, cells, f"{finding.kind} {finding.rule}", _short(finding.message))
    return table


def _grouped(found: Sequence[Finding]) -> Iterator[tuple[str, Finding]]:
    """Yield findings with their cells; those of one rule that read alike come as one."""

    def alike(finding: Finding) -> tuple[str, Kind, str]:
        return finding.rule, finding.kind, finding.place.sheet

    order = {key: number for number, key in enumerate(dict.fromkeys(map(alike, found)))}
    for _, group in groupby(sorted(found, key=lambda each: order[alike(each)]), key=alike):
        findings = list(group)
        first = findings[0]
        cells = [each.place.cell for each in findings]
        more = f" 等 {len(cells)} 处" if len(cells) > 3 else ""
        yield f"{first.place.sheet}!{'、'.join(cells[:3])}{more}", first


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
