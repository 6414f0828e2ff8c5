"""`jixiao addin install`, `uninstall`, `status` and `doctor`, on described machines."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from addin import builder, settings
from addin.builder.versions import of_xlwings
from addin.diagnosis import Check, diagnose, doctor, page
from addin.install import Machine, install, library_names, status, this_machine, uninstall
from addin.windows import Office

INSTALL = "请关闭 Excel，运行 jixiao addin install。"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Windows PC on which all is well."""
    library = tmp_path / "Python" / library_names(of_xlwings(), 64)[0]
    library.parent.mkdir()
    library.write_bytes(b"")
    home = tmp_path / "home"
    home.mkdir()
    return Machine(
        interpreter=Path(sys.executable),
        modules="",
        startup=tmp_path / "XLSTART",
        home=home,
        libraries=(library,),
        others=(tmp_path / "AddIns",),
        office=Office(bits=64, program="C:/Program Files/Microsoft Office/EXCEL.EXE"),
    )


@pytest.fixture
def xlam(machine: Machine) -> Path:
    """Where the add-in goes."""
    assert machine.startup
    return machine.startup / "jixiao.xlam"


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build the add-in once for all tests: it is the same bytes each time."""
    content = _content()
    monkeypatch.setattr(builder, "contents", lambda _: content)


def _content(kept: list[bytes] = []) -> bytes:  # noqa: B006 - kept on purpose
    if not kept:
        kept.append(builder.contents(builder.sources()))
    return kept[0]


def wrong(machine: Machine, xlam: Path) -> dict[str, Check]:
    """Return what the doctor finds wrong."""
    return {each.name: each for each in diagnose(xlam, machine) if each.good is False}


# -- install --


def test_the_addin_and_its_settings_go_into_xlstart(machine: Machine, xlam: Path):
    install(machine=machine)
    assert xlam.read_bytes() == _content()
    kept = settings.read(settings.conf_beside(xlam))
    assert dict(kept.values) == {
        "INTERPRETER": sys.executable,
        "PYTHONPATH": "",
        "XLWINGS": of_xlwings(),
        "DLL": str(machine.libraries[0].parent),
    }


def test_nothing_lies_in_xlstart_that_excel_would_open(machine: Machine, xlam: Path):
    install(machine=machine)
    assert [each.name for each in xlam.parent.iterdir() if each.is_file()] == ["jixiao.xlam"]


def test_another_folder_may_be_given(machine: Machine, tmp_path: Path):
    told = install(tmp_path / "别处", machine)
    assert (tmp_path / "别处" / "jixiao.xlam").exists()
    assert told[0] == f"已安装：{tmp_path / '别处' / 'jixiao.xlam'}"


def test_what_was_set_stays_set(machine: Machine, xlam: Path):
    conf = settings.conf_beside(xlam)
    settings.write(settings.Settings(conf, {"YELLOW": "-8%", "INTERPRETER": "old.exe"}))
    install(machine=machine)
    kept = settings.read(conf)
    assert (kept["YELLOW"], kept["INTERPRETER"]) == ("-8%", sys.executable)


def test_a_settings_file_of_another_code_page_is_replaced(machine: Machine, xlam: Path):
    conf = settings.conf_beside(xlam)
    conf.parent.mkdir(parents=True)
    conf.write_bytes("SENT=下发".encode("gbk"))
    install(machine=machine)
    assert settings.read(conf)["INTERPRETER"] == sys.executable


@pytest.mark.parametrize("what", ["interpreter", "modules", "libraries"])
def test_a_path_that_excel_cannot_start_is_refused(
    machine: Machine, xlam: Path, tmp_path: Path, what: str
):
    folder = tmp_path / "用户"
    folder.mkdir()
    library = folder / machine.libraries[0].name
    library.write_bytes(b"")
    paths = {"interpreter": folder / "python.exe", "modules": str(folder), "libraries": (library,)}
    described = replace(machine, **{what: paths[what]})
    with pytest.raises(ValueError, match="含有中文或其他特殊字符，Excel 无法用它启动 Python"):
        install(machine=described)
    assert not xlam.exists()


def test_without_windows_a_folder_must_be_given(machine: Machine):
    with pytest.raises(ValueError, match="请用 --to 指定文件夹"):
        install(machine=replace(machine, startup=None))


def test_an_addin_in_use_stays_as_it_is(
    machine: Machine, xlam: Path, monkeypatch: pytest.MonkeyPatch
):
    install(machine=machine)
    xlam.write_bytes(b"in use")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "in use", str(xlam))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        install(machine=machine)
    assert xlam.read_bytes() == b"in use"
    assert [each.name for each in xlam.parent.iterdir() if each.is_file()] == ["jixiao.xlam"]


def test_a_missing_library_is_told(machine: Machine):
    told = install(machine=replace(machine, libraries=()))
    assert any("没有找到 xlwings64-" in each and "--force-reinstall" in each for each in told)


def test_the_library_is_that_of_offices_kind(machine: Machine):
    told = install(machine=replace(machine, office=Office(bits=32)))
    assert any("没有找到 xlwings32-" in each for each in told)


def test_another_copy_is_told(machine: Machine):
    other = machine.others[0] / "jixiao.xlam"
    other.parent.mkdir()
    other.write_bytes(b"")
    registered = replace(machine.office, loaded=('/R "D:\\old\\jixiao.xlam"', "solver.xlam"))
    told = install(machine=replace(machine, office=registered))
    assert [each for each in told if "另有一份" in each] == [
        f"提醒：另有一份加载项 {other}，请删除，以免 Excel 打开旧的。",
        "提醒：另有一份加载项 D:\\old\\jixiao.xlam，请删除，以免 Excel 打开旧的。",
    ]


# -- uninstall, status --


def test_what_was_installed_is_removed(machine: Machine, xlam: Path):
    install(machine=machine)
    told = uninstall(machine=machine)
    assert told == [f"已删除：{xlam}", f"已删除：{settings.conf_beside(xlam)}"]
    assert list(xlam.parent.iterdir()) == []


def test_nothing_to_remove_is_told(machine: Machine, xlam: Path):
    assert uninstall(machine=machine) == [f"{xlam.parent} 里没有安装加载项。"]


def test_status_tells_what_is_installed(machine: Machine, xlam: Path):
    assert status(machine=machine)[0].startswith("没有安装")
    install(machine=machine)
    assert status(machine=machine) == [
        f"已安装：{xlam}",
        f"设置文件：{settings.conf_beside(xlam)}",
        f"Python：{sys.executable}",
    ]


def test_status_tells_an_older_version(machine: Machine, xlam: Path):
    install(machine=machine)
    xlam.write_bytes(b"old")
    assert "与现在的程序版本不一致" in status(machine=machine)[-1]


# -- doctor --


def test_a_good_installation_has_nothing_wrong(machine: Machine, xlam: Path):
    install(machine=machine)
    assert wrong(machine, xlam) == {}
    lines, good = doctor(machine=machine)
    assert (lines[-1], good) == ("没有发现问题。", True)


def test_nothing_installed_is_two_things_wrong(machine: Machine, xlam: Path):
    lines, good = doctor(machine=machine)
    assert (lines[-1], good) == ("共 2 处有误。", False)
    assert [each.remedy for each in wrong(machine, xlam).values()] == [INSTALL, INSTALL]


def spoil_version(xlam: Path) -> None:
    """Install an xlwings other than that the add-in was built for."""
    conf = settings.conf_beside(xlam)
    settings.write(settings.read(conf).having(XLWINGS="0.1.0"))


def spoil_interpreter(xlam: Path) -> None:
    """Remove the interpreter."""
    conf = settings.conf_beside(xlam)
    settings.write(settings.read(conf).having(INTERPRETER="C:/gone/python.exe"))


def spoil_paths(xlam: Path) -> None:
    """Put the modules where Excel cannot start them."""
    conf = settings.conf_beside(xlam)
    settings.write(settings.read(conf).having(PYTHONPATH="D:/绩效"))


def spoil_code_page(xlam: Path) -> None:
    """Save the settings with an old editor."""
    settings.conf_beside(xlam).write_bytes("SENT=下发".encode("gbk"))


def spoil_threshold(xlam: Path) -> None:
    """Set what is no number."""
    conf = settings.conf_beside(xlam)
    settings.write(settings.read(conf).having(RED="很多"))


def spoil_file(xlam: Path) -> None:
    """Keep an old add-in."""
    xlam.write_bytes(b"old")


@pytest.mark.parametrize(
    ("spoil", "names"),
    [
        (spoil_file, ["加载项文件"]),
        (spoil_version, ["xlwings"]),
        (spoil_interpreter, ["解释器"]),
        (spoil_paths, ["路径"]),
        (spoil_threshold, ["预警线"]),
        (spoil_code_page, ["设置文件", "xlwings"]),
    ],
)
def test_what_is_spoilt_is_found(machine: Machine, xlam: Path, spoil: object, names: list[str]):
    install(machine=machine)
    spoil(xlam)
    found = wrong(machine, xlam)
    assert list(found) == names
    assert all(each.remedy for each in found.values())


@pytest.mark.parametrize(
    ("office", "names"),
    [
        (Office(bits=32), ["连接文件（DLL）"]),
        (Office(bits=64, program=r"C:\Program Files\WindowsApps\EXCEL.EXE"), ["Office"]),
        (Office(bits=64, macros_off=True), ["宏"]),
        (Office(bits=64, locations_off=True), ["受信任位置"]),
        (Office(bits=64, disabled=True), ["禁用项目"]),
        (Office(bits=64, loaded=('"D:\\jixiao.xlam"',)), ["多余的加载项"]),
    ],
)
def test_what_office_forbids_is_found(
    machine: Machine, xlam: Path, office: Office, names: list[str]
):
    install(machine=machine)
    found = wrong(replace(machine, office=office), xlam)
    assert list(found) == names
    assert all(each.remedy for each in found.values())


def test_a_foreign_configuration_of_xlwings_is_mentioned(machine: Machine, xlam: Path):
    install(machine=machine)
    file = machine.home / ".xlwings" / "xlwings.conf"
    file.parent.mkdir()
    file.write_bytes("SOMETHING,中文".encode("gbk"))
    check = next(each for each in diagnose(xlam, machine) if each.name == "xlwings.conf")
    assert check.good is None
    assert "不是 UTF-8 编码" in check.state


def test_the_page_says_what_to_do():
    checks = [Check("甲", "好", good=True), Check("乙", "坏", good=False, remedy="修。")]
    assert page(checks) == ["[正常] 甲：好", "[有误] 乙：坏", "         → 修。", "共 1 处有误。"]


def test_this_machine_is_described():
    machine = this_machine()
    assert machine.interpreter == Path(sys.executable)
    assert machine.modules in ("", str(Path(builder.__file__).parents[2]))
