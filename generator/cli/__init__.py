"""The command `jixiao`: thin; every command is one call below."""

from __future__ import annotations

import re
import sys
from typing import Any

import typer

from generator.cli import results, work, year
from generator.cli.addin import addin_app
from generator.cli.chinese import Commands
from generator.cli.forms import forms_app
from generator.cli.ledger import ledger_app
from generator.cli.report import report_app
from generator.cli.shared import UNUSABLE

# click's UsageError, which typer does not export
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
_SAID = {
    r"Got unexpected extra argument\S* \((.+)\)": "多写了 {}（路径里有空格的，要加引号）",
    r"Option '(.+)' requires an argument": "{} 后面缺少内容",
    r"Option '(.+)' does not take a value": "{} 后面不写内容",
}
_DAILY, _YEARLY = "日常工作", "一年的工作（台账）"
_PANELS = {
    _DAILY: (
        work.roster,
        work.stamp,
        work.check,
        work.merge,
        work.preview,
        work.describe,
        work.functions,
        work.demo,
    ),
    _YEARLY: (results.monitor, year.sample, year.review, results.propose, results.indicators),
}

app = Commands(
    help="绩效：从空白表样到汇总结果。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for panel, commands in _PANELS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
app.add_typer(forms_app, name="forms", rich_help_panel=_DAILY)
app.add_typer(addin_app, name="addin", rich_help_panel=_DAILY)
app.add_typer(ledger_app, name="ledger", rich_help_panel=_YEARLY)
app.add_typer(year.projects_app, name="projects", rich_help_panel=_YEARLY)
app.add_typer(report_app, name="report", rich_help_panel=_YEARLY)


def main() -> None:
    """Run the command line; Chinese output works on consoles of any code page."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        status = app(standalone_mode=False)
    except _USAGE_ERROR as error:
        if type(error).__name__ != "NoArgsIsHelpError":  # then the help is on the screen already
            print(usage_message(error), file=sys.stderr)
        sys.exit(UNUSABLE)
    except (KeyboardInterrupt, typer.Abort):
        print("已取消。", file=sys.stderr)
        sys.exit(UNUSABLE)
    sys.exit(status or 0)


def usage_message(error: Exception) -> str:
    """Return what is wrong with the way a command was typed."""
    context, said = getattr(error, "ctx", None), str(error)
    command = context.command_path if context else "jixiao"
    parameter = getattr(error, "param", None)
    name = (parameter.opts[-1] if parameter.opts else parameter.name) if parameter else ""
    match type(error).__name__:
        case "MissingParameter":
            what = f"缺少 {getattr(parameter, 'metavar', None) or name}（{name}）"
        case "NoSuchOption":
            option = getattr(error, "option_name", "")
            what = f"没有选项 {option}{_near(option, context)}"
        case "BadParameter":
            what = f"{name} 的值不对{_wanted(parameter)}"
        case _ if match := re.match(r"No such command '([^']*)'", said):
            what = f"没有命令 {match[1]}{_near(match[1], context)}"
        case _:
            what = _in_chinese(said)
    return f"{what}{'' if what.endswith('？') else '。'}用法见 {command} --help"


def _near(word: str, context: Any) -> str:  # noqa: ANN401 (click's Context, which typer hides)
    """Return the tail of a message that helps to the right command or option."""
    from generator.template.mistakes import hint  # most commands are typed rightly

    told = context.command if context else None
    known = [name for each in getattr(told, "params", ()) for name in each.opts if name[:1] == "-"]
    return hint(word, known if word[:1] == "-" else getattr(told, "commands", ()))


def _wanted(parameter: object) -> str:
    """Return what a value should be, as far as that is known; each version keeps it elsewhere."""
    kind = getattr(parameter, "type", parameter)
    low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    if high is not None:
        return f"：应是 {low} 到 {high} 之间的整数"
    if low is not None:
        return f"：应是不小于 {low} 的整数"
    annotation = getattr(getattr(kind, "type_descriptor", None), "annotation", None)
    return "：应是整数" if annotation is int or getattr(kind, "name", "") == "integer" else ""


def _in_chinese(message: str) -> str:
    """Return what the library says of a command, as far as we know it."""
    for pattern, words in _SAID.items():
        if match := re.match(pattern, message):
            return words.format(*match.groups())
    return f"命令写法不对（{message}）"
