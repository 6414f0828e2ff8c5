"""The commands of the year: classing projects, spot checks and what came of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from generator.cli.chinese import Commands
from generator.cli.shared import clear_errors, must_exist, say, the_form

projects_app = Commands(help="项目清单：空白清单、分类和分流。", no_args_is_help=True)

Year = Annotated[int, typer.Option(metavar="年", min=2000, max=2100, help="哪一年，如 2020")]
RuleFolder = Annotated[
    Path | None,
    typer.Option("--rules", metavar="文件夹", help="自己改过的规则文件（templates/year/ 的副本）"),
]


@projects_app.command("blank")
def blank_projects(
    out: Annotated[Path, typer.Option(metavar="项目清单.xlsx", help="写到哪里")],
) -> None:
    """生成空白的项目清单。"""
    from generator.workbook.projects import write_blank_projects

    with clear_errors():
        write_blank_projects(out)
    say(f"已生成空白项目清单：{out}（黄色表头必填）")


@projects_app.command("route")
def route_projects(  # noqa: PLR0913 (one per option)
    *,
    projects: Annotated[Path, typer.Argument(metavar="项目清单.xlsx", help="填好的项目清单")],
    year: Year,
    out: Annotated[Path, typer.Option(metavar="分类.xlsx", help="结果写到哪里")],
    ledger: Annotated[
        str | None, typer.Option(metavar="台账", help="登记到台账：文件或 postgresql:// 地址")
    ] = None,
    rosters: Annotated[
        Path | None, typer.Option(metavar="文件夹", help="另写各张表的名册，可以直接生成下发")
    ] = None,
    form: Annotated[
        list[str] | None, typer.Option(metavar="表样", help="只写这几张表的名册，可以写几次")
    ] = None,
    rules: RuleFolder = None,
) -> None:
    """按规则给项目分类，决定填哪些表、要不要事前绩效评估，逐个说明理由。"""
    from generator.year.routing.classed import classed, register, write_classed, write_form_roster

    with clear_errors():
        must_exist([projects])
        found = classed(projects, year, rules)
        wanted = [the_form(name) for name in form or found.forms] if rosters or form else []
        write_classed(found, out)
        say(f"{found.told}\n分类结果：{out}")
        for each in wanted:
            file = write_form_roster(found, each, rosters or out.parent)
            say(
                f"“{each.name}”的名册：{file}"
                if file
                else f"没有项目要填“{each.name}”，没有写名册。"
            )
        if ledger:
            register(found, ledger)
            say(f"已登记到台账：{ledger}（{year}年的项目）")


Where = Annotated[str, typer.Argument(metavar="台账", help="台账.db，或 postgresql://… 地址")]
Returns = Annotated[
    Path | None,
    typer.Option("--returns", metavar="文件夹", help="放回收表的文件夹，结果里的链接指到那里"),
]
Reviews = Annotated[
    Path | None,
    typer.Option("--reviews", metavar="文件夹", help="放回收的复核表的文件夹，链接指到那里"),
]
Evaluations = Annotated[
    Path | None,
    typer.Option("--evaluations", metavar="文件夹", help="放回收的自评表的文件夹，链接指到那里"),
]


def sample(  # noqa: PLR0913 (one per option)
    *,
    where: Where,
    year: Year,
    seed: Annotated[str, typer.Option(metavar="种子", help="随机种子，如 20190601；会印在结果里")],
    out: Annotated[Path, typer.Option(metavar="文件夹", help="写到哪个文件夹")],
    number: Annotated[int | None, typer.Option(metavar="个数", min=1, help="抽多少个项目")] = None,
    rate: Annotated[
        str | None,
        typer.Option(metavar="比例", help="抽多大比例，如 0.115 或 11.5%；不写用规则里的"),
    ] = None,
    departments: Annotated[
        int | None, typer.Option(metavar="个数", min=1, help="先抽这么多个部门，再在其中抽项目")
    ] = None,
    returns: Returns = None,
    rules: RuleFolder = None,
) -> None:
    """从台账里的自评抽取要复核的项目，写抽查名单，给每个抽到的部门生成复核表。

    同一份名单、同一个种子，抽到的完全一样。按部门、类别和金额分层，比例按项目个数。
    """
    from generator.ledger import open_ledger
    from generator.year.sampling.evaluated import evaluated_in
    from generator.year.sampling.spot_check import (
        FORMS,
        LIST,
        ROSTER,
        Ask,
        rate_of,
        spot_check,
        write_spot_check,
    )

    with clear_errors():
        ask = Ask(seed, number, rate_of(rate), departments)
        with open_ledger(where, read_only=True) as ledger:
            found = spot_check(evaluated_in(ledger, year), ask, rules)
        stamped = write_spot_check(found, out, returns)
    say(f"种子 {seed}：{found.told}")
    say(f"抽查名单：{out / LIST}；复核表 {len(stamped)} 份，在 {out / FORMS}")
    say(f"收回以后：jixiao merge 回收文件夹 --roster {out / ROSTER} --ledger …，再 jixiao review")


def review(  # noqa: PLR0913 (one per option)
    *,
    where: Where,
    year: Year,
    out: Annotated[Path, typer.Option(metavar="复核结果.xlsx", help="结果写到哪里")],
    reviews: Reviews = None,
    evaluations: Evaluations = None,
    rules: RuleFolder = None,
) -> None:
    """比较台账里的自评得分和复核得分，差异大的在前，等级变化和各部门的差异。"""
    from generator.ledger import open_ledger
    from generator.year.review.reviewed import review_of, write_review
    from generator.year.ways import Returned

    with clear_errors():
        must_exist([each for each in (reviews, evaluations) if each])
        with open_ledger(where, read_only=True) as ledger:
            found = review_of(ledger, year)
        write_review(found, out, Returned(evaluations, reviews), rules)
    say(f"{len(found.projects)} 个项目的复核结果：{out}")
