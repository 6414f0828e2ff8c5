"""The commands of the main job: roster, stamp, check, merge, and what helps with it."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generator.cli.shared import (
    FormName,
    LedgerPlace,
    RosterFile,
    clear_errors,
    must_exist,
    say,
    say_json,
    the_folder,
    the_form,
    the_past,
    the_period,
    the_suggestions,
    verdict,
)

if TYPE_CHECKING:
    from generator.ledger import Ledger
    from generator.model.form import Form

Jobs = Annotated[
    int | None,
    typer.Option(
        metavar="个数", min=1, help="用几个进程，默认每个处理器核心一个；1 不另开进程，也不限时"
    ),
]


def preview(
    form: FormName,
    out: Annotated[Path, typer.Option(metavar="x.pdf|x.png", help="画成 PDF 或图片")],
    page: Annotated[int, typer.Option(metavar="页", help="图片画第几页")] = 1,
) -> None:
    """把填了示例数据的表样画成 PDF 或图片（需要 LibreOffice）。"""
    from generator.preview import draw

    with clear_errors():
        draw(the_form(form), the_folder(form), out, page)
    say(f"已画好：{out}")


def roster(
    form: FormName,
    out: Annotated[Path, typer.Option(metavar="名册.xlsx", help="写到哪里")],
    ledger: LedgerPlace = None,
    year: Annotated[
        int | None,
        typer.Option(metavar="年", min=2000, max=2100, help="与 --ledger 同用：哪一年的，如 2022"),
    ] = None,
) -> None:
    """生成名册，列出该表样用到的栏目；给出台账的，填上部门、项目和前面的表里承诺的指标。

    项目按当年登记的项目清单（jixiao projects route），没有清单的按已经报过的表；
    指标按 目标、监控、自评 的先后，取前一步最近报的。台账里没有的留空，逐项说明。
    """
    from generator.workbook.roster import write_blank_roster

    with clear_errors():
        described = the_form(form)
        if ledger is None:
            if year is not None:
                raise ValueError("--year 要与 --ledger 同用。")
            write_blank_roster(described, out)
            say(f"已生成空白名册：{out}（黄色表头必填）")
        elif year is None:
            raise ValueError("给出台账的，还要用 --year 写明是哪一年。")
        else:
            say(_rolled(described, out, ledger, year))


def _rolled(form: Form, out: Path, ledger: str, year: int) -> str:
    """Write the roster of a form out of a ledger; return what is to be said of it."""
    from generator.ledger import open_ledger
    from generator.year.roll import roll_of, write_roll

    with open_ledger(ledger, read_only=True) as opened:
        roll = roll_of(opened, form, year)
    write_roll(roll, out)
    return f"已生成名册：{out}（下发前请核对）\n{roll.told}"


def stamp(  # noqa: PLR0913 (one per option)
    *,
    form: FormName,
    roster: RosterFile,
    period: Annotated[str, typer.Option(metavar="报告期", help="如 2018-09、2021Q2、2024")],
    out: Annotated[Path, typer.Option(metavar="文件夹", help="写到哪个文件夹")],
    jobs: Annotated[
        int | None, typer.Option(metavar="个数", min=1, help="用几个进程，默认每个处理器核心一个")
    ] = None,
    ledger: LedgerPlace = None,
    type_: Annotated[
        str | None,
        typer.Option("--type", metavar="项目类型", help="下拉列表只列这类项目用过的指标"),
    ] = None,
) -> None:
    """给名册里的每个部门生成一份工作簿，并写分发清单。

    给出台账的，把上期、上年同期报过的数预先填好（表样里写了 previous、last_year 的栏），
    并把以前填报过的指标列成下拉列表，供选用（表样里写了 suggest 的栏）。
    """
    from generator.report.terminal import progress_bar
    from generator.stamp import Run, stamp_all
    from generator.workbook.roster import read_roster
    from generator.workbook.stamping.stock import Stock, stock_folder

    with clear_errors():
        must_exist([roster])
        described = the_form(form)
        when = the_period(period, described)
        people = read_roster(roster, described)
        with progress_bar("生成", len(people.departments)) as advance:
            run = Run(jobs, Stock(stock_folder()), advance)
            past, listed = the_past(ledger), the_suggestions(ledger, described, type_ or "")
            stamped = stamp_all(described, people, when, out, run, past=past, suggestions=listed)
    say(f"已生成 {len(stamped)} 份“{described.name}”（{when.name}），在 {out}")
    skipped = len(people.departments) - len(stamped)
    if skipped:
        say(f"另有 {skipped} 个部门在名册里没有对应的行，没有生成。")


def check(
    files: Annotated[list[Path], typer.Argument(metavar="文件…", help="上报的工作簿")],
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,  # noqa: FBT002
    jobs: Jobs = None,
    ledger: LedgerPlace = None,
) -> None:
    """审核上报的工作簿。返回 0：没有疑点或只有提示；1：有其他疑点；2：文件不能用。"""
    from generator.merge import Crew, check_files
    from generator.report.json import findings_json
    from generator.report.terminal import print_findings

    with clear_errors():
        must_exist(files)
        findings = check_files(files, crew=Crew.configured(jobs), past=the_past(ledger))
    if json_:
        say_json(findings_json(findings))
    else:
        print_findings(findings)
    raise typer.Exit(verdict(findings))


def merge(  # noqa: PLR0913 (one per option)
    *,
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="放回收表的文件夹")],
    roster: RosterFile,
    out: Annotated[Path, typer.Option(metavar="汇总.xlsx", help="汇总结果写到哪里")],
    json_: Annotated[
        Path | None, typer.Option("--json", metavar="文件", help="另存一份 JSON")
    ] = None,
    jobs: Jobs = None,
    ledger: LedgerPlace = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="没有改动过的文件也重新读（平时只读新的和改过的）")
    ] = False,
) -> None:
    """汇总一个文件夹里的全部回收表。给出台账的，与以前报的数比较，并把上报数、疑点和合计登记进去。

    一个文件最多处理 10 秒、用 512 MB 内存，超过的跳过并列为疑点；
    限度可用环境变量改（JIXIAO_SECONDS、JIXIAO_MEGABYTES 等，见 README“安全”）。
    """
    from generator.merge import Crew, merge_folder
    from generator.report.json import merged_json
    from generator.report.terminal import print_recovery, progress_bar
    from generator.workbook.result.write import write_result
    from generator.workbook.save import write_text

    with clear_errors(), _opened(ledger) as opened:
        must_exist([folder, roster])
        past = opened.past() if opened else None
        with Crew.configured(jobs).at_work() as team:
            with progress_bar("汇总", None) as advance:
                merged = merge_folder(
                    folder, roster, out, advance, team, past=past, cached=not no_cache
                )
            write_result(merged, out, team)
        if json_:
            text = json.dumps(merged_json(merged), ensure_ascii=False, indent=2)
            write_text(json_, text + "\n")
        recorded = opened.record(merged) if opened else None
    print_recovery(merged)
    say(f"汇总结果：{out}")
    if recorded:
        say(f"台账：{recorded.told}")


def _opened(ledger: str | None) -> AbstractContextManager[Ledger | None]:
    """Open a ledger before there is work that would be lost if it could not be."""
    if ledger is None:
        return nullcontext()
    from generator.ledger import open_ledger

    return open_ledger(ledger)


def describe(
    file: Annotated[Path, typer.Argument(metavar="文件", help="工作簿")],
) -> None:
    """把一个工作簿显示成文字，便于比较两个版本。"""
    from generator.workbook.describe import describe as as_text

    with clear_errors():
        must_exist([file])
        say(as_text(file).rstrip("\n"))


def functions(
    name: Annotated[
        str | None, typer.Argument(metavar="函数", help="如 JX_SHARES；省略则列出全部")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="函数手册.xlsx", help="写成工作簿，例子可以改动")
    ] = None,
) -> None:
    """列出绩效函数，说明其中一个，或写成函数手册。"""
    from generator.report import manual
    from generator.workbook.handbook import write_handbook

    with clear_errors():
        if out is not None:
            write_handbook(out)
            say(f"已写好函数手册：{out}")
        else:
            say(manual.details(manual.find(name)) if name else manual.listing())


def demo(
    out: Annotated[Path, typer.Option(metavar="文件夹", help="写到哪个文件夹")],
    year: Annotated[  # noqa: FBT002
        bool, typer.Option("--year", help="做一整年：327个单位、2247个项目，约一分钟")
    ] = False,
    ledger: Annotated[
        str | None,
        typer.Option(metavar="台账", help="与 --year 同用：登记到别处，如 postgresql://… 地址"),
    ] = None,
) -> None:
    """用公开文件的内容和虚构的单位做一遍全过程：生成、填报、审核、汇总。

    --year 用虚构的城市做一整年：自评、抽查、监控、预算建议、年度报告，都登记在台账里。
    """
    with clear_errors():
        if year:
            from generator.demo.year import run as run_year

            run_year(out, ledger)
        elif ledger:
            raise ValueError("--ledger 要与 --year 同用。")
        else:
            from generator.demo import run

            run(out)
