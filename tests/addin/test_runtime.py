"""What all buttons have in common: Excel is left as it was found, and one sentence is said."""

import ast
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlwings as xw

import addin.macros
from addin import runtime, settings
from addin.dialogs import Cancelled, Refusal
from addin.runtime import Desk, button, working
from generator.crew import ALONE
from tests.addin.desktop import Desktop, run_python_strings
from tests.trust.hostile import starving
from tests.workbook.handmade import package

ROOT = Path(__file__).parents[2]


@pytest.fixture
def book(plain_desktop: Desktop, tmp_path: Path) -> xw.Book:
    """A workbook that Excel calls from."""
    return plain_desktop.table(tmp_path / "表.xlsx", [["a", 1]]).book


@pytest.fixture
def log(book: xw.Book) -> Iterator[Path]:
    """The log file; its handler is removed again."""
    assert not book.app.api.said
    yield settings.log_file()
    logger = logging.getLogger("jixiao")
    for each in [one for one in logger.handlers if isinstance(one, logging.FileHandler)]:
        logger.removeHandler(each)
        each.close()


def press(macro: Callable[[Desk], None], book: xw.Book) -> list[str]:
    """Run a macro as a button and return what was said."""
    button(macro)(book)
    return list(book.app.api.said)


def failing(error: Exception) -> Callable[[Desk], None]:
    """Return a macro that fails in the middle of its work."""

    def macro(desk: Desk) -> None:
        with working(desk.app, "试验"):
            raise error

    return macro


# -- Excel as it was found --


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("error", [ValueError("错"), Cancelled(), RuntimeError(), KeyError("x")])
def test_screen_calculation_and_status_bar_come_back(book: xw.Book, error: Exception):
    app = book.app
    app.calculation, app.screen_updating = "semiautomatic", True
    press(failing(error), book)
    assert (app.calculation, app.screen_updating, app.display_alerts, app.status_bar) == (
        *("semiautomatic", True, True),
        False,
    )
    app.calculation = "automatic"


def test_work_is_done_with_a_still_screen(book: xw.Book):
    with working(book.app, "试验"):
        state = book.app.screen_updating, book.app.calculation, book.app.status_bar
    assert state == (False, "manual", "试验……（按 Esc 取消）")


def test_one_state_that_cannot_be_restored_does_not_keep_the_others_back(
    book: xw.Book, monkeypatch: pytest.MonkeyPatch
):
    class Stubborn(type(book.app.impl)):
        @property
        def screen_updating(self) -> bool:
            return True

        @screen_updating.setter
        def screen_updating(self, value: bool) -> None:
            if value:
                raise OSError("Excel is busy")

    monkeypatch.setattr(book.app.impl, "__class__", Stubborn)
    with working(book.app, "试验"):
        pass
    assert (book.app.calculation, book.app.status_bar) == ("automatic", False)


def test_progress_is_shown_now_and_then(book: xw.Book, monkeypatch: pytest.MonkeyPatch):
    shown = []
    clock = iter([10.0, 10.05, 10.2])
    monkeypatch.setattr(runtime.time, "monotonic", lambda: next(clock))
    with working(book.app, "汇总") as step:
        for name in ("甲.xlsx", "乙.xlsx", "丙.xlsx"):
            step(name, 6)
            shown.append(book.app.status_bar)
    assert shown == [
        "汇总 1/6 甲.xlsx（按 Esc 取消）",
        "汇总 1/6 甲.xlsx（按 Esc 取消）",
        "汇总 3/6 丙.xlsx（按 Esc 取消）",
    ]


# -- one sentence --


def test_a_refusal_is_said_as_it_is(book: xw.Book, log: Path):
    assert press(failing(Refusal("不行。")), book) == ["不行。"]
    assert not log.exists()


@pytest.mark.usefixtures("log")
def test_a_file_that_is_in_use_is_said_in_chinese(book: xw.Book):
    said = press(failing(PermissionError(13, "denied", "D:/汇总.xlsx")), book)
    assert said == [
        "D:/汇总.xlsx 不能写入：可能正在 Excel 中打开，或者没有权限。请关闭文件后重试。"
    ]


def test_our_own_mistake_is_logged_with_its_traceback(book: xw.Book, log: Path):
    (said,) = press(failing(ZeroDivisionError("oops")), book)
    assert said.startswith("程序出错（ZeroDivisionError：oops），没有做完。")
    assert str(log) in said
    assert "raise error" in log.read_text("utf-8")


@pytest.mark.usefixtures("log")
def test_an_english_value_error_is_our_own_mistake(book: xw.Book):
    assert press(failing(ValueError("bad")), book)[0].startswith("程序出错（ValueError：bad）")


@pytest.mark.usefixtures("log")
def test_a_busy_excel_is_said(book: xw.Book):
    com_error = type("com_error", (Exception,), {})
    assert press(failing(com_error(-2147418111)), book) == [
        "Excel 正忙，可能有单元格正在编辑：请按 Enter 或 Esc 结束编辑，再点一次按钮。"
    ]


def test_without_a_workbook_vba_gets_the_sentence():
    if hasattr(xw.Book, "_mock_caller"):
        del xw.Book._mock_caller
    with pytest.raises(Refusal, match="请先打开或新建一个工作簿"):
        addin.macros.about()


def test_a_log_that_grows_too_large_is_put_aside(book: xw.Book, log: Path):
    log.parent.mkdir(parents=True)
    log.write_bytes(b"x" * (2**20 + 1))
    press(failing(RuntimeError("again")), book)
    assert log.with_suffix(".old.log").stat().st_size == 2**20 + 1
    assert log.stat().st_size < 2**20


def test_a_log_that_cannot_be_written_stops_nothing(book: xw.Book, log: Path):
    log.parent.parent.mkdir(parents=True, exist_ok=True)
    log.parent.write_bytes(b"")  # a file where the folder should be
    assert press(failing(Refusal("不行。")), book) == ["不行。"]


# -- buttons --


def test_every_button_of_vba_calls_a_macro():
    strings = run_python_strings()
    assert len(strings) == 17
    for sub, text in strings.items():
        name = sub.removeprefix("jx_")
        assert text == f"import addin.macros; addin.macros.{name}()"
        assert callable(getattr(addin.macros, name))


def test_every_button_has_a_test():
    tests = Path(__file__).parent
    pressed = "".join(each.read_text("utf-8") for each in tests.glob("test_*.py"))
    assert [sub for sub in run_python_strings() if f'"{sub}"' not in pressed] == []


def test_a_macro_takes_the_workbook_it_is_given(book: xw.Book):
    del xw.Book._mock_caller
    addin.macros.about(book)
    assert book.app.api.said[-1].startswith("绩效（jixiao）")


def test_elsewhere_than_on_windows_nobody_presses_esc(book: xw.Book):
    assert os.name == "nt" or not runtime.escape_pressed(book.app)


def test_settings_are_those_of_the_loaded_addin_alone(
    plain_desktop: Desktop, book: xw.Book, tmp_path: Path
):
    (tmp_path / "jixiao.conf").write_text("INTERPRETER=evil.exe\n", encoding="utf-8")
    sheet = book.sheets.add("jixiao.conf")
    sheet.range("A1").value = ["INTERPRETER", "evil.exe"]
    assert Desk(book).settings["INTERPRETER"] == ""
    plain_desktop.set(INTERPRETER="C:/Python/python.exe")
    assert Desk(book).settings["INTERPRETER"] == "C:/Python/python.exe"


# -- who reads returns --


@pytest.mark.parametrize(
    ("program", "alone"),
    [
        (r"C:/jixiao/pythonw.exe", False),
        ("/usr/bin/python3.12", False),
        ("C:/Program Files/Microsoft Office/EXCEL.EXE", True),
        ("", True),
    ],
)
def test_processes_are_started_where_python_is_a_program_of_its_own(program: str, *, alone: bool):
    assert (runtime.readers(program) == ALONE) is alone


def test_returns_are_read_by_processes_of_their_own_when_excel_starts_python(tmp_path: Path):
    """As JxCommand starts it: by `-c`, without a main module, cut off from its surroundings."""
    files = [tmp_path / "大.xlsx", tmp_path / "坏.xlsx"]
    files[0].write_bytes(starving(package("<row/>"), "xl/worksheets/sheet1.xml"))
    files[1].write_bytes(b"")
    code = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}]; from addin import runtime; "
        "from pathlib import Path; from generator.merge import check_files; "
        "found = check_files([Path(each) for each in sys.argv[1:]], crew=runtime.readers()); "
        "print(ascii([each.message for each in found]))"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-E", "-P", "-c", code, *map(str, files)],
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "JIXIAO_MEGABYTES": "60"},
        encoding="ascii",
    )
    said = ast.literal_eval(done.stdout)
    assert [any(words in each for each in said) for words in ("内存超过了限度", "文件是空的")] == [
        *(True, True)
    ]
