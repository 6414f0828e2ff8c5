"""`jixiao report`: reports out of a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from generator.cli.chinese import Commands
from generator.cli.shared import clear_errors, must_exist, say

report_app = Commands(help="报告：从台账里出年度报告。", no_args_is_help=True)


@report_app.callback()
def report() -> None:
    """从台账里出报告。"""


@report_app.command("annual")
def annual(
    *,
    where: Annotated[str, typer.Argument(metavar="台账", help="台账.db，或 postgresql://… 地址")],
    year: Annotated[int, typer.Option(metavar="年", min=2000, max=2100, help="哪一年的报告")],
    out: Annotated[Path, typer.Option(metavar="年度报告.xlsx", help="各项数和来源写到哪里")],
    text: Annotated[
        Path | None, typer.Option(metavar="年度报告.txt|.md", help="文字写到哪里")
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(metavar="模板.md", help="自己的文字模板（templates/year/annual.md 的副本）"),
    ] = None,
) -> None:
    """预算绩效管理年度报告：每个数写明从台账的哪个查询得来，没有数据的印作“—”。"""
    from generator.ledger import open_ledger
    from generator.year.annual import annual as figures_of
    from generator.year.annual.report import write_annual

    with clear_errors():
        must_exist([template] if template else [])
        with open_ledger(where, read_only=True) as ledger:
            found = figures_of(ledger, year)
        write_annual(found, out, text, template)
        say(f"{found.told}\n年度报告：{out}" + (f"；文字：{text}" if text else ""))
