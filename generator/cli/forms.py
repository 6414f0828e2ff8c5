"""`jixiao forms`: which forms there are, and whether a form is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from generator.cli.chinese import Commands
from generator.cli.shared import clear_errors, say, the_form

forms_app = Commands(help="表样：列出、检查、导出编辑器用的 JSON Schema。")


@forms_app.callback(invoke_without_command=True)
def forms(context: typer.Context) -> None:
    """列出可用的表样。"""
    if context.invoked_subcommand is None:
        from generator.template import catalogue

        listed = [the_form(str(path)) for path in catalogue()]
        width = max((len(each.id) for each in listed), default=0)
        for form in listed:
            say(f"{form.id:{width}}  {form.name}（版本 {form.version}，{form.unit}）")


@forms_app.command("check")
def check_form(path: Annotated[Path, typer.Argument(metavar="路径", help="表样文件夹")]) -> None:
    """检查一个表样文件，列出全部错误。"""
    from generator.layout import lay_out, nominal_shape
    from generator.model.period import Period

    form = the_form(str(path))
    with clear_errors():
        lay_out(form, Period(2024, 12, form.period_kind), nominal_shape(form))
    checks = sum(1 for _ in form.checks)
    say(f"“{form.name}”没有错误：{len(form.sheets)} 张工作表，{checks} 条审核公式。")


@forms_app.command("schema")
def schema(
    out: Annotated[Path | None, typer.Option(metavar="文件", help="写到文件，默认显示")] = None,
) -> None:
    """导出表样语言的 JSON Schema，供编辑器提示和检查。"""
    from generator.template import json_schema
    from generator.workbook.save import write_text

    text = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        say(text.rstrip())
    else:
        with clear_errors():
            write_text(out, text)
