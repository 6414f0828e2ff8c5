"""`jixiao addin`: Excel's side, installed and looked after."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from generator.cli.chinese import Commands
from generator.cli.shared import clear_errors, say

addin_app = Commands(help="Excel 加载项：安装、卸载、查看、诊断。", no_args_is_help=True)

AddinFolder = Annotated[
    Path | None, typer.Option("--to", metavar="文件夹", help="装到别处，默认是 Excel 的启动文件夹")
]


@addin_app.command("install")
def install_addin(to: AddinFolder = None) -> None:
    """安装或更新 Excel 加载项，不需要管理员权限；已有的设置保留。"""
    from addin.install import install

    with clear_errors():
        say("\n".join(install(to)))


@addin_app.command("uninstall")
def uninstall_addin(to: AddinFolder = None) -> None:
    """删除 Excel 加载项和它的设置。"""
    from addin.install import uninstall

    with clear_errors():
        say("\n".join(uninstall(to)))


@addin_app.command("status")
def addin_status(to: AddinFolder = None) -> None:
    """显示 Excel 加载项装了没有，在哪里。"""
    from addin.install import status

    with clear_errors():
        say("\n".join(status(to)))


@addin_app.command("doctor")
def addin_doctor(to: AddinFolder = None) -> None:
    """逐项检查 Excel 加载项，说明怎么解决。返回 0：正常；1：有误。"""
    from addin.diagnosis import doctor

    with clear_errors():
        lines, good = doctor(to)
    say("\n".join(lines))
    raise typer.Exit(int(not good))
