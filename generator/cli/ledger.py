"""`jixiao ledger`: what the ledger has, what can be asked of it, and getting it out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generator.cli.chinese import Commands
from generator.cli.shared import clear_errors, say, say_json

if TYPE_CHECKING:
    from generator.ledger import Answer, Query

ledger_app = Commands(help="台账：查看、查询、导出历次汇总登记的数据。", no_args_is_help=True)

Where = Annotated[str, typer.Argument(metavar="台账", help="台账.db，或 postgresql://… 地址")]
_MOST_ROWS = 1_048_000  # of a worksheet, with room for its headings


@ledger_app.command("status")
def status(
    where: Where,
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,  # noqa: FBT002
) -> None:
    """显示台账里有什么：表样、报告期、回收、疑点、大小、最近登记。"""
    from generator.ledger import open_ledger
    from generator.report.answers import answer_json
    from generator.report.tables import print_table

    with clear_errors(), open_ledger(where, read_only=True) as ledger:
        recovery, size = ledger.ask("recovery"), ledger.size()
    last = max((str(row[-1]) for row in recovery.rows), default="")
    if json_:
        say_json({"bytes": size, "last": last or None, **answer_json(recovery)})
        return
    print_table(recovery.columns, recovery.rows, recovery.looks)
    say(f"大小 {size / 1e6:,.1f} MB；最近登记：{last or '还没有'}")


@ledger_app.command("query")
def query(
    where: Where,
    name: Annotated[
        str | None, typer.Argument(metavar="查询", help="如 recovery、回收情况；省略则列出全部")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="条件=值", help="如 year=2019，可写多个")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="x.xlsx|x.csv|x.json", help="写到文件，默认显示")
    ] = None,
) -> None:
    """按名称查询台账，结果显示出来，或写成工作簿、CSV、JSON。"""
    from generator.ledger import open_ledger
    from generator.report.tables import print_table

    with clear_errors(), open_ledger(where, read_only=True) as ledger:
        if name is None:
            say("\n".join(_listing(ledger.queries())))
            return
        answer = ledger.ask(name, **_conditions(set_ or []))
        if out is not None:
            _write([answer], out)
    if out is not None:
        say(f"{answer.title}：{len(answer.rows)} 行，已写到 {out}")
        return
    print_table(answer.columns, answer.rows, answer.looks)
    say(f"{answer.title}：{len(answer.rows)} 行")


@ledger_app.command("export")
def export(
    where: Where,
    out: Annotated[
        Path, typer.Option(metavar="文件夹|x.xlsx|x.json", help="文件夹则每张表写一个 CSV")
    ],
    form: Annotated[str | None, typer.Option(metavar="表样", help="只导出一种表样")] = None,
    period: Annotated[str | None, typer.Option(metavar="报告期", help="只导出一个报告期")] = None,
    year: Annotated[int | None, typer.Option(metavar="年度", help="只导出一个年度")] = None,
) -> None:
    """导出现行的全部上报数据和疑点：上报清单、上报数、项目结果、指标、疑点、合计。"""
    from generator.ledger import open_ledger

    with clear_errors(), open_ledger(where, read_only=True) as ledger:
        answers = ledger.export(form=form, period=period, year=year)
        written = _write(answers, out)
    counts = "，".join(f"{each.title} {len(each.rows)} 行" for each in answers)
    say(f"已导出 {counts}：{'、'.join(str(each) for each in written)}")


def _listing(queries: Mapping[str, Query]) -> list[str]:
    lines = []
    for each in queries.values():
        conditions = "，".join(
            f"{parameter.name}={parameter.label}{'（必填）' if parameter.required else ''}"
            for parameter in each.parameters
        )
        lines.append(f"{each.name:24}{each.title}{'：' if conditions else ''}{conditions}")
    return lines


def _conditions(written: Sequence[str]) -> dict[str, object]:
    conditions: dict[str, object] = {}
    for each in written:
        name, equals, value = each.partition("=")
        if not (equals and name.strip()):
            raise ValueError(f"--set 应写成 条件=值，如 year=2019，现为“{each}”")
        conditions[name.strip()] = value
    return conditions


def _write(answers: Sequence[Answer], out: Path) -> list[Path]:
    """Write answers in the way that the name asks for; return the files."""
    ways = {".xlsx": _write_workbook, ".json": _write_json, ".csv": _write_csv}
    suffix = out.suffix.lower()
    if suffix in ways:
        ways[suffix](answers, out)
        return [out]
    if suffix:
        raise ValueError(f"不会写“{out.suffix}”文件：“{out}”应以 .xlsx、.csv 或 .json 结尾")
    if len(answers) == 1:
        raise ValueError(f"请写明文件类型：“{out}”应以 .xlsx、.csv 或 .json 结尾")
    out.mkdir(parents=True, exist_ok=True)
    files = {out / f"{each.title}.csv": each for each in answers}
    for file, each in files.items():
        _write_csv([each], file)
    return [*files]


def _write_workbook(answers: Sequence[Answer], out: Path) -> None:
    from generator.report.answers import answer_pages
    from generator.workbook.result.write import write_pages

    for each in answers:
        if len(each.rows) > _MOST_ROWS:
            raise ValueError(
                f"“{each.title}”有 {len(each.rows):,} 行，超过一张工作表能放的行数。"
                "请用条件缩小范围，或写成 CSV"
            )
    write_pages(answer_pages(answers), out, out.parent)


def _write_json(answers: Sequence[Answer], out: Path) -> None:
    from generator.report.answers import answer_json
    from generator.workbook.save import write_text

    documents = [answer_json(each) for each in answers]
    document = documents[0] if len(documents) == 1 else documents
    write_text(out, json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _write_csv(answers: Sequence[Answer], out: Path) -> None:
    from generator.report.answers import answer_lines
    from generator.report.csv import csv_text
    from generator.workbook.save import write_text

    if len(answers) > 1:
        raise ValueError(
            f"一个 CSV 放不下 {len(answers)} 张表：“{out}”应写成文件夹，或以 .xlsx 结尾"
        )
    write_text(out, csv_text(answer_lines(answers[0])))
