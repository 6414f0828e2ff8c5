"""The command `jixiao`: thin; every command is one call below."""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from generator.model.finding import Finding
    from generator.model.form import Form
    from generator.model.period import Period

UNUSABLE = 2
# click's UsageError, which typer does not export
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]

app = typer.Typer(
    help="绩效：从空白表样到汇总结果。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
forms_app = typer.Typer(help="表样：列出、检查、导出编辑器用的 JSON Schema。")
app.add_typer(forms_app, name="forms")
addin_app = typer.Typer(help="Excel 加载项：安装、卸载、查看、诊断。", no_args_is_help=True)
app.add_typer(addin_app, name="addin")

FormName = Annotated[str, typer.Argument(metavar="表样", help="表样名称或文件夹，见 jixiao forms")]
AddinFolder = Annotated[
    Path | None, typer.Option("--to", metavar="文件夹", help="装到别处，默认是 Excel 的启动文件夹")
]
RosterFile = Annotated[Path, typer.Option("--roster", metavar="名册.xlsx", help="名册工作簿")]


@forms_app.callback(invoke_without_command=True)
def forms(context: typer.Context) -> None:
    """列出可用的表样。"""
    if context.invoked_subcommand is None:
        from generator.template import catalogue

        for path in catalogue():
            form = _form(str(path))
            _say(f"{form.id:22} {form.name}（版本 {form.version}，{form.unit}）")


@forms_app.command("check")
def check_form(path: Annotated[Path, typer.Argument(metavar="路径", help="表样文件夹")]) -> None:
    """检查一个表样文件，列出全部错误。"""
    from generator.layout import lay_out, nominal_shape
    from generator.model.period import Period

    form = _form(str(path))
    with _clear_errors():
        lay_out(form, Period(2024, 12, form.period_kind), nominal_shape(form))
    checks = sum(1 for _ in form.checks)
    _say(f"“{form.name}”没有错误：{len(form.sheets)} 张工作表，{checks} 条审核公式。")


@forms_app.command("schema")
def schema(
    out: Annotated[Path | None, typer.Option(metavar="文件", help="写到文件，默认显示")] = None,
) -> None:
    """导出表样语言的 JSON Schema，供编辑器提示和检查。"""
    from generator.template import json_schema
    from generator.workbook.save import write_text

    text = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        _say(text.rstrip())
    else:
        with _clear_errors():
            write_text(out, text)


@app.command()
def preview(
    form: FormName,
    out: Annotated[Path, typer.Option(metavar="x.pdf|x.png", help="画成 PDF 或图片")],
    page: Annotated[int, typer.Option(metavar="页", help="图片画第几页")] = 1,
) -> None:
    """把填了示例数据的表样画成 PDF 或图片（需要 LibreOffice）。"""
    from generator.preview import draw

    with _clear_errors():
        draw(_form(form), _folder(form), out, page)
    _say(f"已画好：{out}")


@app.command()
def roster(
    form: FormName,
    out: Annotated[Path, typer.Option(metavar="名册.xlsx", help="写到哪里")],
) -> None:
    """生成空白名册，列出该表样用到的栏目。"""
    from generator.workbook.roster import write_blank_roster

    with _clear_errors():
        write_blank_roster(_form(form), out)
    _say(f"已生成空白名册：{out}（黄色表头必填）")


@app.command()
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

    with _clear_errors():
        _must_exist([roster])
        described = _form(form)
        when = _period(period, described)
        people = read_roster(roster, described)
        with progress_bar("生成", len(people.departments)) as advance:
            run = Run(jobs, Stock(stock_folder()), advance)
            stamped = stamp_all(described, people, when, out, run)
    _say(f"已生成 {len(stamped)} 份“{described.name}”（{when.name}），在 {out}")
    skipped = len(people.departments) - len(stamped)
    if skipped:
        _say(f"另有 {skipped} 个部门在名册里没有对应的行，没有生成。")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="文件…", help="上报的工作簿")],
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,  # noqa: FBT002
) -> None:
    """审核上报的工作簿。返回 0：没有疑点或只有提示；1：有其他疑点；2：文件不能用。"""
    from generator.merge import check_files
    from generator.report.json import findings_json
    from generator.report.terminal import print_findings

    with _clear_errors():
        _must_exist(files)
        findings = check_files(files)
    if json_:
        _say_json(findings_json(findings))
    else:
        print_findings(findings)
    raise typer.Exit(_verdict(findings))


@app.command()
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

    with _clear_errors():
        _must_exist([folder, roster])
        with progress_bar("汇总", None) as advance:
            merged = merge_folder(folder, roster, out, advance, Crew.configured(jobs))
        write_result(merged, out)
        if json_:
            text = json.dumps(merged_json(merged), ensure_ascii=False, indent=2)
            write_text(json_, text + "\n")
    print_recovery(merged)
    _say(f"汇总结果：{out}")


@app.command()
def describe(
    file: Annotated[Path, typer.Argument(metavar="文件", help="工作簿")],
) -> None:
    """把一个工作簿显示成文字，便于比较两个版本。"""
    from generator.workbook.describe import describe as as_text

    with _clear_errors():
        _must_exist([file])
        _say(as_text(file).rstrip("\n"))


@app.command()
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

    with _clear_errors():
        if out is not None:
            write_handbook(out)
            _say(f"已写好函数手册：{out}")
        else:
            _say(manual.details(manual.find(name)) if name else manual.listing())


@app.command()
def demo(
    out: Annotated[Path, typer.Option(metavar="文件夹", help="写到哪个文件夹")],
) -> None:
    """用五份公开文件的内容做一遍全过程：生成、填报、审核、汇总。"""
    from generator.demo import run

    with _clear_errors():
        run(out)


@addin_app.command("install")
def install_addin(to: AddinFolder = None) -> None:
    """安装或更新 Excel 加载项，不需要管理员权限；已有的设置保留。"""
    from addin.install import install

    with _clear_errors():
        _say("\n".join(install(to)))


@addin_app.command("uninstall")
def uninstall_addin(to: AddinFolder = None) -> None:
    """删除 Excel 加载项和它的设置。"""
    from addin.install import uninstall

    with _clear_errors():
        _say("\n".join(uninstall(to)))


@addin_app.command("status")
def addin_status(to: AddinFolder = None) -> None:
    """显示 Excel 加载项装了没有，在哪里。"""
    from addin.install import status

    with _clear_errors():
        _say("\n".join(status(to)))


@addin_app.command("doctor")
def addin_doctor(to: AddinFolder = None) -> None:
    """逐项检查 Excel 加载项，说明怎么解决。返回 0：正常；1：有误。"""
    from addin.install import doctor

    with _clear_errors():
        lines, good = doctor(to)
    _say("\n".join(lines))
    raise typer.Exit(int(not good))


def main() -> None:
    """Run the command line; Chinese output works on consoles of any code page."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        status = app(standalone_mode=False)
    except _USAGE_ERROR as error:
        print(usage_message(error), file=sys.stderr)
        sys.exit(UNUSABLE)
    except (KeyboardInterrupt, typer.Abort):
        print("已取消。", file=sys.stderr)
        sys.exit(UNUSABLE)
    sys.exit(status or 0)


def usage_message(error: Exception) -> str:
    """Return what is wrong with the way a command was typed."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "jixiao"
    parameter = getattr(error, "param", None)
    name = (parameter.opts[-1] if parameter.opts else parameter.name) if parameter else ""
    match type(error).__name__:
        case "MissingParameter":
            what = f"缺少 {getattr(parameter, 'metavar', None) or name}（{name}）"
        case "NoSuchOption":
            what = f"没有选项 {getattr(error, 'option_name', '')}"
        case "BadParameter":
            what = f"{name} 的值不对"
        case _:
            what = f"命令写法不对（{error}）"
    return f"{what}。用法见 {command} --help"


# -- shared by the commands --


def _say(text: str) -> None:
    from generator.report.terminal import harmless

    print(harmless(text))


def _say_json(document: object) -> None:
    from generator.report.terminal import harmless_json

    print(harmless_json(json.dumps(document, ensure_ascii=False, indent=2)))


def _form(name: str) -> Form:
    from generator.template import load

    with _clear_errors():
        return load(_folder(name))


def _folder(name: str) -> Path:
    from generator.template import find

    with _clear_errors():
        return find(name)


def _period(text: str, form: Form) -> Period:
    from generator.model.period import Period

    return Period.parse(text, form.period_kind)


def _verdict(findings: Sequence[Finding]) -> int:
    """Return 0 for nothing but 提示, 1 for something to correct, 2 for a file of no use."""
    from generator.check.rules import FORM, UNREADABLE
    from generator.model.finding import Kind

    if any(each.rule in (UNREADABLE.id, FORM.id) for each in findings):
        return UNUSABLE
    return int(any(each.kind is not Kind.NOTE for each in findings))


def _must_exist(paths: list[Path]) -> None:
    missing = [str(each) for each in paths if not each.exists()]
    if missing:
        raise FileNotFoundError(f"找不到：{'、'.join(missing)}。请检查路径。")


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Show what is wrong with the input as a Chinese sentence, and leave with status 2."""
    from generator.workbook.office import OfficeError

    try:
        yield
    except ValueError as error:
        if not _CHINESE.search(str(error)):
            raise  # none of those that we word for people: a bug of ours, with its traceback
        _give_up(str(error))
    except OfficeError as error:
        _give_up(str(error))
    except OSError as error:
        _give_up(os_message(error))


_CHINESE = re.compile("[\u4e00-\u9fff]")
_FULL = "写不下：磁盘已满或超过配额。原来的文件没有动，请清理磁盘后重试。"
_GONE = "读写中断：磁盘、U 盘或网络文件夹连不上了。原来的文件没有动，请检查连接后重试。"
_OS_REASONS = {
    **dict.fromkeys(("ENOSPC", "EDQUOT", "EFBIG"), _FULL),
    **dict.fromkeys(
        ("EIO", "ESTALE", "ENETDOWN", "ENETUNREACH", "EHOSTDOWN", "EHOSTUNREACH", "ENOTCONN"), _GONE
    ),
    **dict.fromkeys(("ENODEV", "ENXIO", "ETIMEDOUT", "ECONNRESET", "ECONNABORTED"), _GONE),
    "EROFS": "不能写入：磁盘或文件夹是只读的。请换一个位置。",
    "ENAMETOOLONG": "的名字太长，系统不接受。请缩短文件夹或文件的名字。",
    "EBUSY": "正被其他程序使用。请关闭后重试。",
}


def os_message(error: OSError) -> str:
    """Return what to tell a person about a file that cannot be read or written."""
    name = error.filename or ""
    match error:
        case FileNotFoundError():
            return f"找不到 {name}。请检查路径。" if name else str(error)
        case PermissionError():
            return f"{name} 不能写入：可能正在 Excel 中打开，或者没有权限。请关闭文件后重试。"
        case IsADirectoryError() | NotADirectoryError() | FileExistsError():
            return f"{name}：应为文件的地方是文件夹，或者相反。请检查路径。"
    what = _OS_REASONS.get(errno.errorcode.get(error.errno or 0, ""), "")
    return f"{name} {what}" if what else f"读写文件出错：{error}"


def _give_up(message: str) -> None:
    from generator.report.terminal import harmless

    print(harmless(message), file=sys.stderr)
    raise typer.Exit(UNUSABLE)
