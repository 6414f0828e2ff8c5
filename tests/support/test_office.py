"""The real spreadsheet program of the tests."""

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName

from generator.workbook.office import end
from tests.support.office import Book, Calc, CrashedError, MissingError, RefusedError
from tests.support.render import render

pytestmark = pytest.mark.office


def test_values_keep_their_kinds(opened: Book):
    assert opened.values("表 1") == {
        "A1": "目标",
        "A2": "=6人",
        "B1": Decimal(3),
        "B2": Decimal(6),
        "B3": "#DIV/0!",
        "B4": True,
        "B5": "",
        "D1": "合并",
    }


def test_a_blank_cell_has_no_value(opened: Book):
    assert opened.value("表 1", "C9") is None


def test_hidden_sheets_are_listed_too(opened: Book):
    assert opened.sheets() == ["表 1", "锁"]


def test_a_value_brought_along_is_kept_until_asked(calc: Calc, stale: Path):
    with calc.open(stale) as opened:
        assert opened.value("表 1", "B2") == 999
        opened.recalculate()
        assert opened.value("表 1", "B2") == 6


def test_a_program_can_be_told_to_recalculate_at_once(stale: Path):
    eager = Calc("always")
    with eager.open(stale) as opened:
        assert opened.value("表 1", "B2") == 6
    eager.close()


def test_every_error_is_found(opened: Book):
    assert opened.errors() == [("表 1", "B3", "#DIV/0!")]


def test_formulas_are_spelled_as_in_excel(opened: Book):
    opened.type("锁", "A2", "='表 1'!B1")
    assert opened.formulas("锁") == {"A2": "='表 1'!B1"}
    assert opened.formulas("表 1") == {
        "B2": "=SUM(jx.goals.amount,B1)",
        "B3": "=1/0",
        "B4": "=B1>1",
        "B5": '=IF(B1=3,"","x")',
    }


@pytest.mark.parametrize(
    ("text", "as_general", "as_text"),
    [
        ("80%", Decimal("0.8"), "80%"),
        ("1,724.79", Decimal("1724.79"), "1,724.79"),
        ("0301", Decimal(301), "0301"),
        ("８０％", "８０％", "８０％"),
        ("=B1+IF(TRUE,1,2)", Decimal(4), "=B1+IF(TRUE,1,2)"),
    ],
)
def test_the_format_of_a_cell_decides_what_typed_text_is(
    opened: Book, text: str, as_general: object, as_text: str
):
    opened.type("表 1", "C1", text)
    opened.type("表 1", "A2", text)
    assert (opened.value("表 1", "C1"), opened.value("表 1", "A2")) == (as_general, as_text)


def test_put_text_is_text_and_a_number_a_number(opened: Book):
    opened.put("表 1", {"A1": "=1+1", "B1": Decimal("0.1"), "C1": "80%", "D1": None})
    values = opened.values("表 1")
    assert (values["A1"], values["B1"], values["C1"]) == ("=1+1", Decimal("0.1"), "80%")
    assert values["B2"] == Decimal("0.2")
    assert "D1" not in values


@pytest.mark.parametrize(
    "change",
    [
        lambda book: book.type("锁", "A1", "改"),
        lambda book: book.put("锁", {"A1": 2}),
        lambda book: book.insert_rows("锁", 1),
        lambda book: book.split_merges("锁"),
    ],
)
def test_what_is_protected_changes_only_when_unprotected(
    opened: Book, change: Callable[[Book], None]
):
    with pytest.raises(RefusedError, match="unprotect"):
        change(opened)
    opened.unprotect("锁")
    change(opened)


def test_an_unlocked_cell_of_a_protected_sheet_can_be_filled(opened: Book):
    opened.type("锁", "A2", "填")
    assert opened.value("锁", "A2") == "填"


def test_names_and_formulas_move_with_inserted_rows(opened: Book):
    opened.insert_rows("表 1", 1, 2)
    assert opened.names() == [("表 1", "jx.goals.amount", "$'表 1'.$B$3")]
    assert opened.formulas("表 1")["B4"] == "=SUM(jx.goals.amount,B3)"


def test_all_names_can_be_deleted(opened: Book):
    opened.delete_names()
    assert opened.names() == []


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_copy_is_saved_in_each_format(calc: Calc, opened: Book, tmp_path: Path, kind: str):
    opened.rename_sheet("表 1", "表一")
    with calc.open(opened.save_as(tmp_path / "新" / "份", kind)) as copy:
        assert copy.value("表一", "A2") == "=6人"
        assert copy.value("表一", "B2") == 6


def test_split_merges_are_split_in_the_saved_copy(opened: Book, tmp_path: Path):
    opened.split_merges("表 1")
    assert not load_workbook(opened.save(tmp_path / "份.xlsx"))["表 1"].merged_cells.ranges


def test_a_workbook_is_printed(opened: Book, tmp_path: Path):
    assert opened.pdf(tmp_path / "份.pdf").read_bytes().startswith(b"%PDF")


def test_a_file_that_cannot_be_opened_is_refused(calc: Calc, tmp_path: Path):
    with pytest.raises(RefusedError):
        calc.open(tmp_path / "无.xlsx")


def test_a_sheet_that_is_not_there_is_named(opened: Book):
    with pytest.raises(RefusedError, match=r"no sheet '表2', only \['表 1', '锁'\]"):
        opened.values("表2")


@pytest.mark.parametrize(
    ("formula", "inputs", "result"),
    [
        ("=A1/B1", {"A1": 1, "B1": 8}, Decimal("0.125")),
        ("=A1/B1", {"A1": Decimal("1.5"), "B1": 0}, "#DIV/0!"),
        ("=0.1+0.2", {}, Decimal("0.3")),
        ('=A1&"元"', {"A1": "=6人"}, "=6人元"),
        ("=A1>1", {"A1": 2}, True),
        ("=A1", {}, Decimal(0)),
        ("=A1", {"A1": False}, False),
        ("=ISBLANK(A1)", {"A1": None}, True),
        ("=ISBLANK(A1)", {"A1": ""}, False),
        ("=A1+1", {"A1": ""}, "#VALUE!"),
        ('="a"="A"', {}, True),
        ("=NOSUCH(A1)", {"A1": 1}, "#NAME?"),
        ('=IFERROR(INDEX(B1:B2,MATCH(TRUE,INDEX(EXACT(A1:A2,"x"),0),0)),"")', {"A1": "X"}, ""),
    ],
)
def test_a_formula_is_computed_over_its_own_inputs(
    calc: Calc, formula: str, inputs: dict[str, object], result: object
):
    others = ("=SUM(A1:B9)", {"A1": 7, "B1": "八", "B9": 9})
    assert calc.compute([others, (formula, inputs), others]) == [16, result, 16]


def test_hundreds_of_formulas_are_computed_in_one_go(calc: Calc):
    asked = [("=SUM(A1:B2)*2", {"A1": each, "B2": Decimal("0.01")}) for each in range(500)]
    assert sum(calc.compute(asked)) == 249510


def test_after_a_crash_it_starts_again(book: Path):
    calc = Calc()
    lost = calc.open(book)
    end(calc._process)
    with pytest.raises(CrashedError):
        lost.values("表 1")
    with calc.open(book) as opened:
        assert opened.value("表 1", "B2") == 6
    with pytest.raises(CrashedError, match="anew"):
        lost.values("表 1")
    calc.close()


def test_it_ends_when_the_tests_are_killed(book: Path, tmp_path: Path):
    script = (
        "import sys, time, pathlib; from tests.support.office import Calc; calc = Calc();"
        f"calc.open(pathlib.Path({str(book)!r})); print('ready', flush=True); time.sleep(60)"
    )
    home = tmp_path / "tmp"
    home.mkdir()
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(home))
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, **places, "PYTHONPATH": root}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment
    ) as tests:
        assert tests.stdout.readline().strip() == b"ready"
        assert any(home.glob("jixiao-*"))
        tests.kill()
    assert eventually(lambda: not any(home.glob("jixiao-*")))  # the last thing it does


def test_without_libreoffice_it_fails_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, book: Path
):
    monkeypatch.setattr("generator.workbook.office.find", lambda: None)
    with pytest.raises(MissingError, match=r'no LibreOffice found.*-m "not office"'):
        Calc().open(book)


def test_pages_are_rendered_to_look_at(book: Path, tmp_path: Path):
    pages = render(book, tmp_path)
    assert [each.name for each in pages] == ["表-1.png", "表-2.png"]


@pytest.fixture
def book(tmp_path: Path):
    """Write a workbook with a bit of everything."""
    made = Workbook()
    sheet = made.active
    sheet.title = "表 1"
    sheet["A1"], sheet["A2"] = "目标", "=6人"
    sheet["A2"].data_type, sheet["A2"].number_format = "s", "@"
    sheet["B1"], sheet["B2"], sheet["B3"] = 3, "=SUM(jx.goals.amount,B1)", "=1/0"
    sheet["B4"], sheet["B5"] = "=B1>1", '=IF(B1=3,"","x")'
    sheet["D1"] = "合并"
    sheet.merge_cells("D1:E2")
    name = DefinedName("jx.goals.amount", attr_text="'表 1'!$B$1")
    sheet.defined_names[name.name] = name
    locked = made.create_sheet("锁")
    locked["A1"] = 1
    locked["A2"].protection = Protection(locked=False)
    locked.protection.sheet = True
    made.save(tmp_path / "表.xlsx")
    return tmp_path / "表.xlsx"


@pytest.fixture
def opened(calc: Calc, book: Path):
    """Open it."""
    with calc.open(book) as opened:
        yield opened


@pytest.fixture
def stale(calc: Calc, book: Path, tmp_path: Path):
    """Write the workbook with a wrong value brought along in B2."""
    with calc.open(book) as opened:
        opened.save(tmp_path / "good.xlsx")
    return replace_in_sheet(tmp_path / "good.xlsx", b"<v>6</v>", b"<v>999</v>")


def replace_in_sheet(path: Path, old: bytes, new: bytes):
    target = path.with_name("stale.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            data = source.read(name)
            copy.writestr(name, data.replace(old, new) if "sheet1" in name else data)
    return target


def eventually(condition: Callable[[], bool]):
    patience = time.monotonic() + 30
    while not condition() and time.monotonic() < patience:
        time.sleep(0.1)
    return condition()
