"""The add-in's VBA runs: in LibreOffice, and in pyOpenVBA's interpreter, with a stub for Python.

LibreOffice compiles all modules when it runs the first: one line that it cannot read, and nothing
here answers. It cannot hand on an argument that was left out, and needs the changes of
`for_libreoffice`; the interpreter runs everything as written, but computes on no sheet.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.exceptions import VBARuntimeError

from addin.builder import contents, sources
from addin.builder.ovba import Kind
from addin.builder.source import module
from tests.addin.support import readers
from tests.addin.support.readers import Basic
from udfs.registry import FUNCTIONS

BUTTONS = [
    line.split("(")[0].removeprefix("Public Sub jx_")
    for one in sources().modules
    for line in one.body.splitlines()
    if line.startswith("Public Sub jx_")
]
PRESS = "Option Explicit\n" + "".join(
    f"Public Sub press_{name}()\nDim control As Object\nSet control = New FakePython\n"
    f"jx_{name} control\nEnd Sub\n"
    for name in BUTTONS
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the add-in is installed, and keeps its log."""
    return tmp_path_factory.mktemp("xlstart")


@pytest.fixture(scope="module")
def basic(home: Path) -> Iterator[Basic]:
    """The add-in in LibreOffice."""
    stubbed = readers.for_libreoffice(readers.stubbed())
    pressing = module("Pressing", Kind.STANDARD, PRESS)
    path = home / "jixiao.xlam"
    path.write_bytes(contents(replace(stubbed, modules=(*stubbed.modules, pressing))))
    environment = {name: value for name, value in os.environ.items() if "PYTHON" not in name}
    program = Basic({**environment, "LOCALAPPDATA": str(home)})
    yield program.open(path)
    program.close()


@pytest.fixture(scope="module")
def vba(tmp_path_factory: pytest.TempPathFactory) -> ExcelApplication:
    """The add-in in pyOpenVBA's interpreter."""
    path = tmp_path_factory.mktemp("vba") / "jixiao.xlam"
    path.write_bytes(contents(readers.stubbed()))
    return readers.interpreted(path, readers.stubbed().modules)


@pytest.fixture
def configured(home: Path) -> Iterator[Callable[..., None]]:
    """Write the settings of the installed add-in."""
    conf = home / "jixiao" / "jixiao.conf"

    def write(**values: object) -> None:
        conf.parent.mkdir(exist_ok=True)
        lines = [f"{key.upper()}={value}\r\n" for key, value in values.items()]
        conf.write_bytes("".join(lines).encode())

    yield write
    conf.unlink(missing_ok=True)


pytestmark = pytest.mark.office


def test_libreoffice_finds_every_module(basic: Basic):
    assert {one.name for one in sources().modules} <= set(basic.modules())


def test_what_only_windows_runs_compiles_too(tmp_path: Path):
    path = tmp_path / "jixiao.xlam"
    path.write_bytes(contents(readers.for_libreoffice(sources())))
    program = Basic(os.environ)
    try:
        assert program.open(path).run("JxTexts.JxText", "title") == "绩效"
    finally:
        program.close()


# -- worksheet functions --


@pytest.mark.parametrize(
    ("formula", "given"),
    [
        ("=JX_SHARE(A2;B2;2)", "JX_SHARE | 1 | 5 | 2"),
        ("=JX_SHARES(A2:A3;2)", "JX_SHARES | 1; 3 | 2"),
        ("=JX_SHARE(A2:B3;{1;2};2)", "JX_SHARE | 1, 5; 3, 7 | 1, 2 | 2"),
        ("=JX_NUM(C9)", "JX_NUM | Empty"),
        ('=JX_NUM("80％")', "JX_NUM | 80％"),
        ("=JX_TIME(3;1;12)", "JX_TIME | 3 | 1 | 12"),
    ],
)
def test_a_function_hands_on_values(basic: Basic, formula: str, given: str):
    basic.put(A1="甲", A2=1, A3=3, B1=None, B2=5, B3=7)
    assert basic.answer(formula) == f"udfs.registration.{given}"


@pytest.mark.parametrize(
    ("formula", "given"),
    [
        ("=JX_SHARE(A:A;B:B;2)", "甲; 1; 3 | Empty; 5; 7 | 2"),
        ("=JX_SHARE(A:A;B2:B3;2)", "甲; 1; 3 | 5; 7 | 2"),
        ("=JX_SHARE(A:A;B2:B6;2)", "甲; 1; 3; Empty; Empty | 5; 7; Empty; Empty; Empty | 2"),
        ("=JX_SHARE(A2:A1048576;B2:B1048576;2)", "1; 3 | 5; 7 | 2"),
        ("=JX_SHARE(A2:A1048576;B:B;2)", "1; 3; Empty | Empty; 5; 7 | 2"),
        ("=JX_SHARE(A2:A3;B2:B5;2)", "1; 3 | 5; 7; Empty; Empty | 2"),
    ],
)
def test_whole_columns_end_with_the_sheet_and_pairs_stay_pairs(
    basic: Basic, formula: str, given: str
):
    basic.put(A1="甲", A2=1, A3=3, B1=None, B2=5, B3=7)
    assert basic.answer(formula) == f"udfs.registration.JX_SHARE | {given}"


def test_whole_rows_end_with_the_sheet(basic: Basic):
    basic.put(A2=1, B2=5, A3=3, B3=7)
    first, second = basic.answer("=JX_SHARE(2:2;3:3;2)").split(" | ")[1:3]
    assert first.startswith("1, 5, Empty")
    assert first.count(",") == second.count(",") < 30


def test_a_failure_is_an_error_value_and_a_line_in_the_log(basic: Basic, home: Path):
    answers = {basic.answer('=JX_NUM("break")'), basic.answer('=JX_NUM("break")&""')}
    assert answers <= {"Error 2015", "#VALUE!"}  # as LibreOffice shows CVErr(xlErrValue)
    lines = (home / "jixiao" / "jixiao.log").read_text("utf-8").splitlines()
    written = [line.split("\t") for line in lines if "JX_NUM" in line]
    assert [line[1:] for line in written] == [
        [f"vba {sources().version}", "JX_NUM", "Traceback:   line 1 ValueError: 绩效 "]
    ]


def test_every_wrapper_is_there(basic: Basic):
    """A wrapper that is called without arguments says so; one that is missing says #NAME?."""
    answers = {name: basic.answer(f"={name}()") for name in FUNCTIONS}
    assert [name for name, answer in answers.items() if answer == "#NAME?"] == []
    assert basic.answer("=JX_NOTHING()") == "#NAME?"


@pytest.mark.parametrize(
    ("call", "given"),
    [
        ("JX_TIME(3)", "JX_TIME | 3 | Error | Error"),
        ('JX_SHARES(Range("A2:A3"))', "JX_SHARES | 1; 3 | Error"),
        ('JX_SHARE(Range("A2"), Range("B2"), 4)', "JX_SHARE | 1 | 5 | 4"),
    ],
)
def test_what_is_left_out_is_handed_on_as_left_out(vba: ExcelApplication, call: str, given: str):
    vba.evaluate('Range("A2").Value = 1')
    sheet = vba.sheet(1)
    sheet.set_value("A2", 1)
    sheet.set_value("A3", 3)
    sheet.set_value("B2", 5)
    assert vba.evaluate(call) == f"udfs.registration.{given}"


@pytest.mark.parametrize(
    ("call", "error"),
    [("JX_NUM(CVErr(2007))", "Error 2007"), ("JX_SHARE(1, CVErr(2042), 2)", "Error 2042")],
)
def test_a_cell_in_error_makes_the_answer_that_error(vba: ExcelApplication, call: str, error: str):
    assert repr(vba.evaluate(call)) == error


def test_several_areas_are_refused_in_a_sentence(vba: ExcelApplication):
    with pytest.raises(VBARuntimeError, match="函数的一个参数只能是一个连续区域"):
        vba.evaluate('JxValues(Array(Union(Range("A1"), Range("C1"))))')


def test_the_help_for_arguments_is_read_from_the_sheet(basic: Basic):
    row = sorted(FUNCTIONS).index("JX_TIME") + 1
    helps = "|".join(argument.help for argument in FUNCTIONS["JX_TIME"].arguments)
    assert basic.run("Probe.Arguments", row) == helps


# -- buttons --


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_runs_its_macro(basic: Basic, name: str):
    basic.run(f"Pressing.press_{name}")
    said = basic.said()
    if name == "diagnose":  # where the stub breaks
        assert said.startswith("操作没有完成：ValueError: broken\n")
        assert said.endswith("jixiao.log")
    else:
        assert said == f"import addin.macros; addin.macros.{name}()"


def test_a_button_as_it_is_written_runs_its_macro(vba: ExcelApplication):
    vba.run("Press")
    assert vba.sheet(1).value("Y1") == "import addin.macros; addin.macros.merge_returns()"


# -- settings --


def test_the_command_that_starts_python_comes_from_the_settings_alone(
    basic: Basic, configured: Callable[..., None]
):
    configured(interpreter="/bin/sh", pythonpath="/o'x/y;/z")
    assert basic.run("Probe.Command") == (
        '"/bin/sh" -B -E -P -c "import sys; sys.path[:0] = [p for p in '
        "'/o\\'x/y;/z'.split(';') if p]; "
        "from addin import runtime; runtime.serve('$(CLSID)')\""
    )


def test_neither_the_folder_nor_the_environment_adds_modules(
    basic: Basic, configured: Callable[..., None], tmp_path: Path
):
    own, foreign = tmp_path / "own", tmp_path / "returns"
    for folder in (own, foreign):
        (folder / "addin").mkdir(parents=True)
        (folder / "addin" / "__init__.py").touch()
        text = f"def serve(clsid):\n    print({folder.name!r}, clsid)\n"
        (folder / "addin" / "runtime.py").write_text(text)
    configured(interpreter=sys.executable, pythonpath=own)
    done = subprocess.run(
        shlex.split(basic.run("Probe.Command")),
        cwd=foreign,
        env={**os.environ, "PYTHONPATH": str(foreign)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == "own $(CLSID)\n"


def test_the_windowless_interpreter_is_preferred(
    basic: Basic, configured: Callable[..., None], tmp_path: Path
):
    for name in ("python.exe", "pythonw.exe"):
        (tmp_path / name).touch()
    configured(interpreter=tmp_path / "python.exe")
    assert basic.run("Probe.Command").startswith(f'"{tmp_path}/pythonw.exe" ')


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "绩效加载项还没有设置好"),
        ({"interpreter": "/opt/张三/python.exe"}, "设置中的路径（interpreter）含有中文"),
        ({"interpreter": "/bin/sh", "pythonpath": "/绩效"}, "设置中的路径（pythonpath）含有中文"),
        ({"interpreter": "/bin/$(x)"}, "设置中的路径（interpreter）含有中文或其他特殊字符"),
        ({"interpreter": "/no/python.exe"}, "找不到 Python 解释器：/no/python.exe"),
        ({"interpreter": "/bin/sh", "pythonpath": "/x" * 1000}, "设置中的路径太长"),
    ],
)
def test_what_could_not_start_is_refused_in_a_sentence(
    basic: Basic, configured: Callable[..., None], values: dict[str, str], sentence: str
):
    configured(**values)
    assert basic.run("Probe.Command").startswith(f"refused: {sentence}")


def test_the_settings_are_found_in_the_folder_or_beside(basic: Basic, home: Path):
    assert basic.run("JxSettings.JxSettingsPath") == str(home / "jixiao.conf")
    (home / "jixiao").mkdir(exist_ok=True)
    (home / "jixiao" / "jixiao.conf").touch()
    assert basic.run("JxSettings.JxSettingsPath") == str(home / "jixiao" / "jixiao.conf")


def test_the_dll_is_looked_for_beside_python_and_above(
    basic: Basic, configured: Callable[..., None]
):
    configured(interpreter="/usr/bin/env")
    assert basic.run("Probe.Folders") == "/usr/bin;/usr"
    configured(interpreter="/usr/bin/env", dll="/opt/dll")
    assert basic.run("Probe.Folders") == "/opt/dll"


# -- links --


@pytest.mark.parametrize(
    ("link", "elsewhere"),
    [
        (r"C:\Users\a\XLSTART\jixiao.xlam", True),
        (r"D:\here\JIXIAO.XLAM", False),
        (r"C:\Users\a\汇总.xlsx", False),
        (r"C:\Users\a\old-jixiao.xlam", False),
    ],
)
def test_only_links_to_this_add_in_elsewhere_are_mended(
    basic: Basic, link: str, *, elsewhere: bool
):
    assert basic.run("JxLinks.JxElsewhere", link, r"D:\here\jixiao.xlam") is elsewhere
