"""The commands that use what a ledger knows: 双监控, proposals to a budget, indicators."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from generator.cli.shared import clear_errors, must_exist, say
from generator.cli.year import Evaluations, Returns, Reviews, RuleFolder, Where


def monitor(
    *,
    where: Where,
    period: Annotated[str, typer.Option(metavar="报告期", help="截止到哪个月，如 2020-08")],
    out: Annotated[Path, typer.Option(metavar="双监控.xlsx", help="结果写到哪里")],
    returns: Returns = None,
    rules: RuleFolder = None,
) -> None:
    """双监控：支出进度对照计划和序时进度，绩效目标对照指标值，按规则预警并建议措施。"""
    from generator.ledger import open_ledger
    from generator.model.period import Period
    from generator.year.monitoring import SUBJECT
    from generator.year.monitoring.monitored import told, watch_ledger, write_monitoring
    from generator.year.rules import load_rules

    with clear_errors():
        must_exist([returns] if returns else [])
        when, wanted = Period.parse(period), load_rules(SUBJECT, rules)
        with open_ledger(where, read_only=True) as ledger:
            watched = watch_ledger(ledger, wanted, when)
        write_monitoring(watched, out, returns)
        say(f"{told(watched)}\n双监控：{out}")


def propose(  # noqa: PLR0913 (one per option)
    *,
    where: Where,
    year: Annotated[int, typer.Option(metavar="年", min=2000, max=2100, help="哪一年度的结果")],
    out: Annotated[Path, typer.Option(metavar="预算建议.xlsx", help="结果写到哪里")],
    budget_year: Annotated[
        int | None,
        typer.Option(metavar="年", min=2000, max=2100, help="用于哪一年的预算，默认隔一年"),
    ] = None,
    reviews: Reviews = None,
    evaluations: Evaluations = None,
    rules: RuleFolder = None,
) -> None:
    """绩效结果用于预算：按“三个挂钩”的规则逐个项目提出建议（2018年度的结果用于2020年预算）。"""
    from generator.ledger import open_ledger
    from generator.year.budget import SUBJECT
    from generator.year.budget.proposed import propose_ledger, told, write_proposals
    from generator.year.rules import load_rules
    from generator.year.ways import Returned

    with clear_errors():
        must_exist([each for each in (reviews, evaluations) if each])
        wanted, next_year = load_rules(SUBJECT, rules), budget_year or year + 2
        with open_ledger(where, read_only=True) as ledger:
            proposals = propose_ledger(ledger, wanted, year, next_year, rules)
        write_proposals(proposals, out, Returned(evaluations, reviews))
        say(f"{told(proposals)}\n预算建议：{out}")


def indicators(
    *,
    where: Where,
    text: Annotated[
        str | None, typer.Argument(metavar="词语", help="全文检索，如 满意度；省略则是全部指标")
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="年", min=2000, max=2100, help="只看哪一年")
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="项目类型", help="只看哪一类项目")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="指标库.xlsx", help="写成工作簿，默认列出最常用的")
    ] = None,
) -> None:
    """指标库：填报过的全部指标，归并不同的写法，数使用次数，归纳各类项目的标准框架。"""
    from generator.ledger import open_ledger
    from generator.year.library.collected import Wanted, collect, listing, write_library

    with clear_errors():
        wanted = Wanted(text or "", year, type_ or "")
        with open_ledger(where, read_only=True) as ledger:
            found = collect(ledger, wanted)
        say(listing(found, wanted))
        if out is not None:
            write_library(found, out, wanted)
            say(f"指标库：{out}")
