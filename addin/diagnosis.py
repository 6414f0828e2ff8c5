"""诊断: one page that says what is installed, what is wrong with it, and how to mend it."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from addin import settings
from addin.builder.versions import VersionError, of_xlwings, our_own
from addin.install import Machine, built, copies, library_names, place, plain, this_machine

_INSTALL = "请关闭 Excel，运行 jixiao addin install。"
_IT = "请让信息管理员"
_OLDEST = (3, 11)


@dataclass(frozen=True)
class Check:
    """One line of the page; `good` is None where it only informs."""

    name: str
    state: str
    good: bool | None = None
    remedy: str = ""


def diagnose(xlam: Path, machine: Machine) -> list[Check]:
    """Return every check, from the inside out."""
    conf = settings.conf_beside(xlam)
    return [
        Check(
            "版本",
            f"绩效工具 {our_own()}，Python {platform.python_version()}，{platform.platform()}",
        ),
        _addin(xlam),
        *_conf(conf, machine),
        _xlwings(conf),
        _library(machine),
        *_paths(conf, machine),
        _copies(xlam, machine),
        _home(machine),
        *_office(machine),
        Check("日志", str(settings.log_file())),
    ]


def doctor(to: Path | None = None, machine: Machine | None = None) -> tuple[list[str], bool]:
    """Return the page of diagnoses as lines, and whether all is well.

    Raises:
        ValueError: there is no such folder on this machine.
    """
    machine = machine or this_machine()
    checks = diagnose(place(to, machine), machine)
    return page(checks), all(each.good is not False for each in checks)


def page(checks: Sequence[Check]) -> list[str]:
    """Return checks as lines for a terminal."""
    signs = {True: "正常", False: "有误", None: "　　"}
    lines = []
    for each in checks:
        lines.append(f"[{signs[each.good]}] {each.name}：{each.state}")
        if each.good is False:
            lines.append(f"         → {each.remedy}")
    wrong = sum(1 for each in checks if each.good is False)
    return [*lines, f"共 {wrong} 处有误。" if wrong else "没有发现问题。"]


def _addin(xlam: Path) -> Check:
    name = "加载项文件"
    if not xlam.exists():
        return Check(name, f"没有 {xlam}", good=False, remedy=_INSTALL)
    try:
        same = xlam.read_bytes() == built()
    except (OSError, ValueError) as error:
        return Check(name, f"{xlam}（无法核对：{error}）", good=False, remedy=_INSTALL)
    if not same:
        return Check(name, f"{xlam} 与现在的程序版本不一致", good=False, remedy=_INSTALL)
    return Check(name, str(xlam), good=True)


def _conf(conf: Path, machine: Machine) -> Iterator[Check]:
    name = "设置文件"
    if not conf.exists():
        yield Check(name, f"没有 {conf}", good=False, remedy=_INSTALL)
        return
    try:
        kept = settings.read(conf)
    except ValueError as error:
        yield Check(name, str(error), good=False, remedy=_INSTALL)
        return
    yield Check(name, str(conf), good=True)
    interpreter = kept[settings.INTERPRETER]
    if not interpreter or not Path(interpreter).is_file():
        state = f"找不到 {interpreter or '（没有设置）'}"
        yield Check("解释器", state, good=False, remedy=_INSTALL)
    elif Path(interpreter) != machine.interpreter:
        state = f"设置的是 {interpreter}，现在运行的是 {machine.interpreter}"
        yield Check("解释器", state, good=False, remedy=f"如果换过 Python，{_INSTALL}")
    else:
        yield Check("解释器", interpreter, good=True)
    for key, read in (("预警线", kept.fraction), ("小数位数", None)):
        try:
            _ = (read(settings.YELLOW), read(settings.RED)) if read else kept.digits
        except ValueError as error:
            yield Check(key, str(error), good=False, remedy="请点“设置”改正。")


def _xlwings(conf: Path) -> Check:
    name = "xlwings"
    try:
        version = of_xlwings()
        wanted = settings.read(conf)[settings.XLWINGS]
    except (VersionError, ValueError) as error:
        return Check(name, str(error), good=False, remedy=_INSTALL)
    if wanted not in ("", version):
        state = f"装的是 {version}，加载项要的是 {wanted}"
        return Check(name, state, good=False, remedy=_INSTALL)
    return Check(name, version, good=True)


def _library(machine: Machine) -> Check:
    name = "连接文件（DLL）"
    try:
        wanted = library_names(of_xlwings(), machine.office.bits)
    except VersionError as error:
        return Check(name, str(error), good=False, remedy=_INSTALL)
    found = [each for each in machine.libraries if each.name in wanted and each.is_file()]
    if found:
        return Check(name, "、".join(map(str, found)), good=True)
    if machine.startup is None:
        return Check(name, "本机不是 Windows，用不到")
    remedy = "请运行 pip install --force-reinstall xlwings，再运行 jixiao addin install。"
    return Check(name, f"没有找到 {' 或 '.join(wanted)}", good=False, remedy=remedy)


def _paths(conf: Path, machine: Machine) -> Iterator[Check]:
    try:
        kept = settings.read(conf)
    except ValueError:
        return
    keys = (settings.INTERPRETER, settings.PYTHONPATH, settings.DLL)
    paths = [*(kept[key] for key in keys), str(machine.interpreter), machine.modules]
    wrong = list(dict.fromkeys(each for each in paths if not plain(each) and each))
    remedy = "请把 Python 和绩效工具装在只含英文字母和数字的路径下，例如 D:\\jixiao，再安装加载项。"
    if wrong:
        yield Check("路径", f"含有中文或特殊字符：{'、'.join(wrong)}", good=False, remedy=remedy)
    else:
        yield Check("路径", "都是英文字母和数字", good=True)


def _copies(xlam: Path, machine: Machine) -> Check:
    found = copies(xlam, machine)
    if found:
        remedy = "请关闭 Excel，删除这些文件（或在“Excel 加载项”里去掉它们）。"
        return Check("多余的加载项", "、".join(found), good=False, remedy=remedy)
    return Check("多余的加载项", "没有", good=True)


def _home(machine: Machine) -> Check:
    """Return whether other programs with xlwings would stumble over its configuration file."""
    name, file = "xlwings.conf", machine.home / ".xlwings" / "xlwings.conf"
    if not file.is_file():
        return Check(name, "没有（绩效工具不用它）", good=True)
    try:
        file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        state = f"{file} 不是 UTF-8 编码；绩效工具不读它，但其他使用 xlwings 的程序会因此出错"
        return Check(name, state, remedy="")
    return Check(name, f"{file}（绩效工具不读它）", good=True)


def _office(machine: Machine) -> Iterator[Check]:
    office = machine.office
    if machine.startup is None:
        return
    bits = f"{office.bits} 位" if office.bits else "位数不明"
    store = "windowsapps" in office.program.lower()
    if store:
        remedy = f"应用商店版 Excel 不能启动 Python，{_IT}换装桌面版 Office。"
        yield Check("Office", f"{bits}，应用商店版", good=False, remedy=remedy)
    else:
        yield Check("Office", f"{bits}，{office.program or '没有找到 Excel'}", good=True)
    troubles = (
        (office.macros_off, "宏", "管理员禁用了全部宏", f"{_IT}允许受信任位置的宏。"),
        (
            office.locations_off,
            "受信任位置",
            "已全部停用",
            f"{_IT}启用受信任位置，或在“信任中心”取消“禁用所有受信任位置”。",
        ),
        (
            office.disabled,
            "禁用项目",
            "Excel 停用了绩效加载项",
            "请在 Excel“选项—加载项—管理：禁用项目”里启用 jixiao.xlam。",
        ),
    )
    for wrong, name, state, remedy in troubles:
        yield Check(
            name, state if wrong else "正常", good=not wrong, remedy=remedy if wrong else ""
        )
