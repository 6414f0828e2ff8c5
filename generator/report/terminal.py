"""Findings, recovery and progress in the terminal; plain text where it is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, islice
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from generator.model.finding import Finding, Kind
from generator.model.merged import Merged, Standing, State
from generator.report.recovery import rate

_STYLES = {Kind.BALANCE: "bold red", Kind.LOGIC: "red", Kind.VERIFY: "yellow", Kind.NOTE: "dim"}
_PIPE = 200
_MOST_LISTED = 1_000  # departments in the terminal; nobody reads more there
_STEERING = (  # control characters, and those that turn the reading around
    *(*range(32), *range(127, 160), 0x200E, 0x200F),
    *(*range(0x2028, 0x202F), *range(0x2066, 0x206A)),
)
_CONTROL = {code: "\ufffd" for code in _STEERING if code not in (9, 10)}
_IN_JSON = {code: f"\\u{code:04x}" for code in _STEERING if code not in (9, 10)}


class Advance(Protocol):
    """Tells a progress bar that a step is done; `total` is how many there are."""

    def __call__(self, what: object = "", total: int | None = None) -> None:
        """Move the bar by one."""


def harmless(text: str) -> str:
    r"""Return a text that cannot steer the terminal; its lines stay.

    >>> harmless("\x1b[2J甲\n乙")
    '\ufffd[2J甲\n乙'
    """
    return text.translate(_CONTROL)


def harmless_json(text: str) -> str:
    """Return the same JSON, with what could steer the terminal written as escapes."""
    return text.translate(_IN_JSON)


def print_findings(findings: Sequence[Finding], console: Console | None = None) -> None:
    """Print findings by file and worksheet, and how many there are of each kind."""
    console = console or _console()
    for file, of_file in groupby(findings, key=lambda each: each.place.file):
        if file:  # what concerns no file comes first
            _line(console, file, "bold")
        for sheet, of_sheet in groupby(of_file, key=lambda each: each.place.sheet):
            if sheet:
                _line(console, f"  {sheet}", "cyan")
            for each in of_sheet:
                _print_finding(console, each)
    _line(console, tally(Counter(each.kind for each in findings)), "bold")


def print_recovery(merged: Merged, console: Console | None = None) -> None:
    """Print how many have returned, who has not, and what was found."""
    console = console or _console()
    standings = merged.standings
    returned = sum(1 for each in standings if each.returned)
    what = f"{merged.form.name}（{merged.period.name}）"
    counts = f"应报 {len(standings)} 个单位，已报 {returned} 个"
    _line(console, f"{what}：{counts}，回收率 {rate(returned, len(standings))}。", "bold")
    listed = standings
    if len(standings) > _MOST_LISTED:
        wanting = (each for each in standings if each.state is not State.RETURNED)
        listed = tuple(islice(wanting, _MOST_LISTED))
        _line(console, f"单位很多，只列没有正常回收的（最多 {_MOST_LISTED} 个）。", "dim")
    table = Table("单位编码", "单位", "状态", "文件", *(kind.value for kind in Kind))
    for each in listed:
        table.add_row(*_row(merged, each))
    console.print(table)
    for file in merged.strangers:
        _line(console, f"{file.state}：{file.name}", "yellow")
    _line(console, tally(merged.count()), "bold")


def tally(counts: Counter[Kind]) -> str:
    """Return how many findings there are, by kind."""
    if not counts.total():
        return "没有发现疑点。"
    listed = "、".join(f"{kind} {counts[kind]}" for kind in Kind if counts[kind])
    return f"共 {counts.total()} 条疑点：{listed}。"


@contextmanager
def progress_bar(title: str, total: int | None) -> Iterator[Advance]:
    """Show a progress bar while the block runs; nothing where there is no terminal."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(title, total=total)

        def advance(what: object = "", total: int | None = None) -> None:
            del what  # a bar says how many, not which
            bar.update(task, advance=1, total=total)

        yield advance


def _console() -> Console:
    """Return the terminal; what goes into a file or a pipe is not broken at 80 columns."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPE)


def _print_finding(console: Console, finding: Finding) -> None:
    line = Text("    ")
    line.append(f"{finding.place.cell or '—'}\t".expandtabs(8))
    line.append(f"[{finding.kind}]", _STYLES[finding.kind])
    line.append(f" {finding.rule}  {_clean(finding.message)}")
    console.print(line, soft_wrap=True)
    console.print(Text(f"            → {_clean(finding.remedy)}", "dim"), soft_wrap=True)


def _row(merged: Merged, standing: Standing) -> list[Text]:
    counts = merged.count(standing.department.code)
    good = standing.state is State.RETURNED
    return [
        Text(_clean(standing.department.code)),
        Text(_clean(standing.department.name)),
        Text(standing.state.value, "green" if good else "yellow"),
        Text("\n".join(_clean(each.name) for each in standing.files)),
        *(Text(str(counts[kind] or ""), _STYLES[kind]) for kind in Kind),
    ]


def _line(console: Console, text: str, style: str) -> None:
    console.print(Text(_clean(text), style), soft_wrap=True)


def _clean(text: str) -> str:
    """Return a text on one line that cannot steer the terminal."""
    return " ".join(harmless(text).split("\n"))
