"""Help that speaks Chinese throughout, the words of the library included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

_WORDS = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "DEFAULT_STRING": "[默认：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
}


class Commands(typer.Typer):
    """A group of commands whose help is in Chinese."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 (whatever Typer takes)
        super().__init__(cls=_Group, options_metavar="[选项]", **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[..., Any]:  # noqa: ANN401
        """Return a decorator that adds a command."""
        return super().command(name, cls=_Command, options_metavar="[选项]", **settings)


class _Chinese:
    """What a command and a group of them say of themselves."""

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401 (click's Context, which typer hides)
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        return usage.replace("Usage:", "用法：").replace("COMMAND [ARGS]...", "命令 …")

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示这一页。"
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        from typer import rich_utils

        for name, word in _WORDS.items():
            setattr(rich_utils, name, word)
        super().format_help(ctx, formatter)  # type: ignore[misc]


class _Command(_Chinese, TyperCommand):
    """A command."""


class _Group(_Chinese, TyperGroup):
    """A group of commands."""
