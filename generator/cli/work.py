"""The commands of the main job: roster, stamp, check, merge, and what helps with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from generator.cli.shared import (
    FormName,
    RosterFile,
    clear_errors,
    must_exist,
    say,
    say_json,
    the_folder,
    the_form,
    the_period,
    verdict,
)


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
) -> None:
    """生成空白名册，列出该表样用到的栏目。"""
    from generator.workbook.roster import write_blank_roster

    with clear_errors():
        write_blank_roster(the_form(form), out)
    say(f"已生成空白名册：{out}（黄色表头必填）")


def stamp(
    form: FormName,
    roster: RosterFile,
    period: Annotated[str, typer.Option(metavar="报告期", help="如 2018-09、2021Q2、2024")],
    out: Annotated[Path, typer.Option(metavar="文件夹", help="写到哪个文件夹")],
    jobs: Annotated[
        int | None, typer.Option(metavar="个数", min=1, help="用几个进程，默认每个处理器核心一个")
    ] = None,
) -> None:
    """给名册里的每个部门生成一份工作簿，并写分发清单。"""
    from generator.report.terminal import progress_bar
    from generator.stamp import Run, stamp_all
    from generator.workbook.roster import read_roster
    from generator.workbook.stock import Stock, stock_folder

    with clear_errors():
        must_exist([roster])
        described = the_form(form)
        when = the_period(period, described)
        people = read_roster(roster, described)
        with progress_bar("生成", len(people.departments)) as advance:
            run = Run(jobs, Stock(stock_folder()), advance)
            stamped = stamp_all(described, people, when, out, run)
    say(f"已生成 {len(stamped)} 份“{described.name}”（{when.name}），在 {out}")
    skipped = len(people.departments) - len(stamped)
    if skipped:
        say(f"另有 {skipped} 个部门在名册里没有对应的行，没有生成。")


def check(
    files: Annotated[list[Path], typer.Argument(metavar="文件…", help="上报的工作簿")],
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,  # noqa: FBT002
) -> None:
    """审核上报的工作簿。返回 0：没有疑点或只有提示；1：有其他疑点；2：文件不能用。"""
    from generator.merge import check_files
    from generator.report.json import findings_json
    from generator.report.terminal import print_findings

    with clear_errors():
        must_exist(files)
        findings = check_files(files)
    if json_:
        say_json(findings_json(findings))
    else:
        print_findings(findings)
    raise typer.Exit(verdict(findings))


def merge(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="放回收表的文件夹")],
    roster: RosterFile,
    out: Annotated[Path, typer.Option(metavar="汇总.xlsx", help="汇总结果写到哪里")],
    json_: Annotated[
        Path | None, typer.Option("--json", metavar="文件", help="另存一份 JSON")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="个数", min=1, help="用几个进程，默认每个处理器核心一个；1 不另开进程，也不限时"
        ),
    ] = None,
) -> None:
    """汇总一个文件夹里的全部回收表。

    一个文件最多处理 10 秒、用 512 MB 内存，超过的跳过并列为疑点；
    限度可用环境变量 JIXIAO_SECONDS、JIXIAO_MEGABYTES 改。
    """
    from generator.merge import Crew, merge_folder
    from generator.report.json import merged_json
    from generator.report.terminal import print_recovery, progress_bar
    from generator.workbook.result import write_result
    from generator.workbook.save import write_text

    with clear_errors():
        must_exist([folder, roster])
        with progress_bar("汇总", None) as advance:
            merged = merge_folder(folder, roster, out, advance, Crew.configured(jobs))
        write_result(merged, out)
        if json_:
            text = json.dumps(merged_json(merged), ensure_ascii=False, indent=2)
            write_text(json_, text + "\n")
    print_recovery(merged)
    say(f"汇总结果：{out}")


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
) -> None:
    """用五份公开文件的内容做一遍全过程：生成、填报、审核、汇总。"""
    from generator.demo import run

    with clear_errors():
        run(out)
