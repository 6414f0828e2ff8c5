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
    table = Table(title="公布的原文里不一致的地方", title_justify="left")
    for heading in ("单元格", "类型", "规则", "内容"):
        table.add_column(heading, overflow="fold")
    for each in results:
        found = [one for one in each.merged.findings if one.department == each.published]
        for file, of_file in groupby(found, key=lambda one: one.place.file):
            table.add_row(Text(file, "bold"))
            for alike in _alike(list(of_file)):
                table.add_row(_cells(alike), alike[0].kind, alike[0].rule, _said(alike))
        table.add_section()
    return table


def _alike(found: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Yield findings of one rule on one worksheet together."""
    groups: dict[tuple[str, str, Kind], list[Finding]] = {}
    for each in found:
        groups.setdefault((each.place.sheet, each.rule, each.kind), []).append(each)
    yield from groups.values()


def _cells(findings: Sequence[Finding]) -> str:
    cells = [each.place.cell for each in findings]
    more = f" 等 {len(cells)} 格" if len(cells) > _FEW else ""
    return f"{findings[0].place.sheet}!{'、'.join(cells[:_FEW])}{more}"


def _said(findings: Sequence[Finding]) -> str:
    """Return the message; of several what most of them say behind the cell's name."""
    said = Counter(each.message.rpartition("：")[2] for each in findings)
    often = [text for text, count in said.most_common(2) if count > 1]
    return "".join(often) or findings[0].message
