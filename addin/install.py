"""`jixiao addin`: puts the add-in where Excel opens and trusts it; no administrator is needed.

A file that is downloaded carries a mark for which Excel refuses its macros. One that a program
writes on the spot carries none, and XLSTART is a trusted folder: so the add-in is built here.
"""

from __future__ import annotations

import os
import site
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from addin import builder, settings
from addin.builder.versions import VersionError, of_xlwings
from addin.settings import Settings
from addin.windows import Office, office

_MODULES = Path(__file__).parents[1]  # the folder that holds addin, generator and udfs
NOT_WINDOWS = (
    "本机没有 Excel 的启动文件夹（%APPDATA%\\Microsoft\\Excel\\XLSTART），请用 --to 指定文件夹。"
)


@dataclass(frozen=True)
class Machine:
    """What an installation depends on; tests describe other machines."""

    interpreter: Path
    modules: str  # what Python would not find by itself: a checkout's folder
    startup: Path | None  # where Excel opens its add-ins
    home: Path
    libraries: tuple[Path, ...] = ()  # the DLLs that came with xlwings
    others: tuple[Path, ...] = ()  # further folders from which Excel could load a copy
    office: Office = field(default_factory=Office)


def this_machine() -> Machine:
    """Return the machine we run on."""
    known = {Path(each) for each in (*site.getsitepackages(), site.getusersitepackages())}
    return Machine(
        interpreter=Path(sys.executable),
        modules="" if _MODULES in known else str(_MODULES),
        startup=settings.startup_folder(),
        home=Path.home(),
        libraries=tuple(_libraries()),
        others=tuple(_other_folders()),
        office=office(),
    )


def install(to: Path | None = None, machine: Machine | None = None) -> list[str]:
    """Build the add-in, put it and its settings into a folder, and return what to tell.

    What was set before stays set.

    Raises:
        ValueError: there is no folder for it, or Excel could not start this Python.
        OSError: the folder cannot be written, or Excel has the add-in open.
    """
    from generator.workbook.save import write_bytes

    machine = machine or this_machine()
    xlam = place(to, machine)
    xlwings = _xlwings_version()
    library = _library(machine, xlwings)
    _refuse_paths(machine, library)
    content = built()
    xlam.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(xlam, content)
    conf = settings.conf_beside(xlam)
    kept = _kept(conf)
    values = {
        settings.INTERPRETER: str(machine.interpreter),
        settings.PYTHONPATH: machine.modules,
        settings.XLWINGS: xlwings,
        settings.DLL: str(library.parent) if library else "",
    }
    settings.write(Settings(conf, {**kept, **values}))
    told = [f"已安装：{xlam}", f"设置文件：{conf}", f"Python：{machine.interpreter}"]
    if not library:
        told.append(f"提醒：{_missing_library(machine, xlwings)}")
    told += [
        f"提醒：另有一份加载项 {each}，请删除，以免 Excel 打开旧的。"
        for each in copies(xlam, machine)
    ]
    return [*told, "请重新打开 Excel，功能区会出现“绩效”选项卡。"]


def uninstall(to: Path | None = None, machine: Machine | None = None) -> list[str]:
    """Remove the add-in and its settings; return what to tell.

    Raises:
        ValueError: there is no such folder on this machine.
        OSError: Excel has the add-in open.
    """
    xlam = place(to, machine or this_machine())
    conf = settings.conf_beside(xlam)
    removed = [each for each in (xlam, conf) if each.exists()]
    for each in removed:
        each.unlink()
    with suppress(OSError):  # it is not empty, or is not there
        conf.parent.rmdir()
    if not removed:
        return [f"{xlam.parent} 里没有安装加载项。"]
    return [f"已删除：{each}" for each in removed]


def status(to: Path | None = None, machine: Machine | None = None) -> list[str]:
    """Return in a few lines whether the add-in is installed, and where.

    Raises:
        ValueError: there is no such folder on this machine, or xlwings is broken.
    """
    machine = machine or this_machine()
    xlam = place(to, machine)
    conf = settings.conf_beside(xlam)
    if not xlam.exists():
        return [f"没有安装（应在 {xlam}）。请运行 jixiao addin install。"]
    interpreter = _kept(conf).get(settings.INTERPRETER, "（没有设置）")
    lines = [f"已安装：{xlam}", f"设置文件：{conf}", f"Python：{interpreter}"]
    if xlam.read_bytes() != built():
        lines.append("与现在的程序版本不一致：请关闭 Excel，重新运行 jixiao addin install。")
    return lines + [f"另有一份：{each}" for each in copies(xlam, machine)]


def place(to: Path | None, machine: Machine) -> Path:
    """Return where the add-in goes.

    Raises:
        ValueError: no folder is given and this is not Windows.
    """
    folder = to or machine.startup
    if folder is None:
        raise ValueError(NOT_WINDOWS)
    return folder.absolute() / settings.XLAM


def copies(xlam: Path, machine: Machine) -> list[str]:
    """Return other copies of the add-in that Excel could load."""
    folders = [*machine.others, *([machine.startup] if machine.startup else [])]
    found = [str(folder / settings.XLAM) for folder in folders if (folder / settings.XLAM).exists()]
    found += [
        text.removeprefix("/R ").strip('" ')
        for text in machine.office.loaded
        if settings.XLAM in text.lower()
    ]
    here = os.path.normcase(xlam)
    return list(dict.fromkeys(each for each in found if os.path.normcase(each) != here))


def library_names(version: str, bits: int | None) -> list[str]:
    """Return the DLLs that an Excel of that kind loads; either, where the kind is not known.

    >>> library_names("0.37.8", 64)
    ['xlwings64-0.37.8.dll']
    """
    return [f"xlwings{each}-{version}.dll" for each in ([bits] if bits else (64, 32))]


def _library(machine: Machine, version: str) -> Path | None:
    """Return the DLL to be loaded, or None."""
    wanted = library_names(version, machine.office.bits)
    found = (each for each in machine.libraries if each.name in wanted and each.is_file())
    return next(found, None)


def _missing_library(machine: Machine, version: str) -> str:
    names = " 或 ".join(library_names(version, machine.office.bits))
    return (
        f"没有找到 {names}，Excel 无法启动 Python。"
        f"请在 Windows 上运行 pip install --force-reinstall xlwings=={version}"
    )


def _refuse_paths(machine: Machine, library: Path | None) -> None:
    """Refuse what the DLL of xlwings, which knows one code page only, would garble."""
    paths = (machine.interpreter, machine.modules, library or "")
    wrong = [str(each) for each in paths if str(each) and not plain(str(each))]
    if wrong:
        raise ValueError(
            f"路径 {'、'.join(wrong)} 含有中文或其他特殊字符，Excel 无法用它启动 Python。"
            "请把 Python 和绩效工具装在只含英文字母和数字的路径下，例如 D:\\jixiao，再安装加载项。"
        )


def plain(path: str) -> bool:
    """Whether Excel can start what lies there.

    >>> plain("C:/Python311/python.exe"), plain("C:/用户/python.exe")
    (True, False)
    """
    return path.isascii() and path.isprintable() and '"' not in path and "$(" not in path


def built() -> bytes:
    """Return the add-in that belongs to this program.

    Raises:
        ValueError: the parts of xlwings do not belong together.
    """
    try:
        return builder.contents(builder.sources())
    except VersionError as error:
        raise ValueError(str(error)) from error


def _xlwings_version() -> str:
    try:
        return of_xlwings()
    except VersionError as error:
        raise ValueError(str(error)) from error


def _kept(conf: Path) -> dict[str, str]:
    try:
        return dict(settings.read(conf).values)
    except ValueError:  # not UTF-8: nothing in it can be kept
        return {}


def _libraries() -> list[Path]:
    files = metadata.files("xlwings") or ()
    return [Path(str(each.locate())) for each in files if each.suffix == ".dll"]


def _other_folders() -> list[Path]:
    """Return the folders apart from the user's XLSTART that Excel loads add-ins from."""
    roaming = os.environ.get("APPDATA")
    found = [Path(roaming, "Microsoft", "AddIns")] if roaming else []
    for variable in ("ProgramFiles", "ProgramFiles(x86)"):
        if base := os.environ.get(variable):
            found += [
                Path(base, "Microsoft Office", *part, "XLSTART")
                for part in (("root", "Office16"), ("Office16",), ("Office15",), ("Office14",))
            ]
    return found
