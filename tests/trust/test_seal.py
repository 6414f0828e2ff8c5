"""The seal tells apart what was altered: each alteration has its own rule and its own words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from generator.layout.seal import Seal, read_shape, signature
from generator.merge import Brief, check_files, merge_folder
from generator.merge.arrival import read_return
from generator.model.finding import Finding, Kind
from generator.model.merged import Merged
from generator.model.period import Period
from generator.model.roster import Roster
from generator.stamp import Stamper
from generator.template import find, load
from generator.template.examples import load_examples
from generator.workbook import keys
from generator.workbook.keys import ELSEWHERE, Key, KeyFileError, key_file, own_key, read_key
from generator.workbook.reader.formats import open_book, read_book
from generator.workbook.returned.read import seal_of
from generator.workbook.roster import write_roster
from tests.check.forms import form_of
from tests.report.city import (
    PERIOD,
    ROSTER,
    TEXT,
    City,
    answers,
    repacked,
    saved_at,
    small_form,
    states,
)
from tests.report.city import without_seal as unsealed
from tests.stories.seeds import published

SHEET = "xl/worksheets/sheet2.xml"
SEAL = "xl/worksheets/sheet4.xml"
OTHER_KEY = Key(bytes(32))


@pytest.fixture
def city(tmp_path: Path) -> City:
    """A city where 101 has returned what it should."""
    made = City(tmp_path / "returns", small_form())
    made.send("101")
    return made


def edited(content: bytes, part: str, *changes: tuple[str, str]) -> bytes:
    """Return a workbook with texts of one part replaced, each of which must be there."""

    def change(name: str, xml: bytes) -> bytes:
        if name != part:
            return xml
        text = xml.decode()
        for old, new in changes:
            found = re.search(old, text)
            assert found, old
            text = text[: found.start()] + found.expand(new) + text[found.end() :]
        return text.encode()

    return repacked(content, change)


def of(merged: Merged, file: str) -> list[Finding]:
    return [each for each in merged.findings if each.place.file == file]


def told(merged: Merged, file: str) -> list[tuple[str, Kind]]:
    return [(each.rule, each.kind) for each in of(merged, file)]


# -- the key --


def test_the_key_is_made_once_and_is_for_the_user_alone(tmp_path: Path):
    file = tmp_path / "配置" / "seal.key"
    first, again = own_key(file), own_key(file)
    assert first == again
    assert file.stat().st_mode & 0o077 == 0
    assert [each.name for each in file.parent.iterdir()] == ["seal.key"]
    assert str(first.secret) not in repr(first)


def test_two_keys_are_not_alike(tmp_path: Path):
    one, two = own_key(tmp_path / "a"), own_key(tmp_path / "b")
    assert one != two
    assert one.name != two.name
    assert one.name not in one.secret.hex()  # it stands in every workbook


def test_a_key_that_somebody_made_meanwhile_is_kept(tmp_path: Path):
    file = tmp_path / "seal.key"
    theirs = own_key(file)
    keys._make(file)
    assert read_key(file) == theirs
    assert [each.name for each in tmp_path.iterdir()] == ["seal.key"]


@pytest.mark.parametrize("content", [b"", b"jixiao-key-1 12", b"\xff\xfe" * 99])
def test_a_damaged_key_is_said_and_never_replaced(tmp_path: Path, content: bytes):
    file = tmp_path / "seal.key"
    file.write_bytes(content)
    with pytest.raises(KeyFileError, match="不是密钥"):
        own_key(file)
    assert file.read_bytes() == content


def test_a_key_file_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(KeyFileError, match=r"seal\.key"):
        own_key(tmp_path / "file" / "seal.key")


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({ELSEWHERE: "D:/key"}, "win32", "D:/key"),
        ({"APPDATA": "C:/Users/x/AppData/Roaming"}, "win32", "AppData/Roaming/jixiao/seal.key"),
        ({}, "darwin", "Library/Application Support/jixiao/seal.key"),
        ({"XDG_CONFIG_HOME": "/c"}, "linux", "/c/jixiao/seal.key"),
        ({}, "linux", ".config/jixiao/seal.key"),
    ],
)
def test_the_key_is_kept_in_the_users_own_settings(
    environment: dict[str, str], platform: str, expected: str
):
    assert key_file(environment, platform).as_posix().endswith(expected)


def test_no_workbook_holds_the_key(city: City):
    content = city.workbook("101")
    parts: list[bytes] = []
    repacked(content, lambda _, part: parts.append(part) or part)
    secret = own_key().secret
    assert [each for each in parts if secret in each or secret.hex().encode() in each] == []


def test_stamping_is_the_same_for_the_same_key_and_another_for_another(city: City):
    department = ROSTER.departments[0]
    one, two = (Stamper(city.form, PERIOD).stamp(department) for _ in range(2))
    other = Stamper(city.form, PERIOD, OTHER_KEY).stamp(department)
    assert one == two
    assert one != other


# -- what was sent is not accused --


def test_what_comes_back_as_sent_gives_no_finding(city: City):
    assert city.merge().findings == ()


@pytest.mark.parametrize("form", ["department-targets", "project-targets"])
def test_the_seal_of_a_real_form_is_whole(form: str):
    one = published(form)
    content = Stamper(one.form, one.example.period).stamp(one.example.department)
    seal = seal_of(read_book(content))
    assert seal is not None
    assert seal.is_signed_with(own_key().secret)
    assert len(seal.filled) == len(seal.shape) == len(one.plan.copies)


def test_what_the_roster_changed_after_stamping_is_not_laid_to_the_department(city: City):
    people = tuple(
        replace(each, name="示例市财政局（改）") if each.code == "101" else each
        for each in ROSTER.departments
    )
    city.roster = Roster(people)
    (found,) = of(city.merge(), "101.xlsx")
    assert (found.rule, found.kind) == ("DEPARTMENT", Kind.NOTE)
    assert "下发时是“示例市财政局”，名册现在是“示例市财政局（改）”" in found.message


# -- what was altered is named --

FORMULA = (r"<f>([^<]*)</f>", r"<f>\1+1</f>")
NAME = (">示例市财政局<", ">示例市水务局<")
Altered = Callable[[City], bytes]
ALTERATIONS: dict[str, tuple[Altered, list[tuple[str, Kind]], str]] = {
    "an edited label": (
        lambda city: repacked(city.workbook("101"), lambda _, xml: _renamed(xml)),
        [("LOCKED", Kind.LOGIC)],
        "印好的“运转”改成了“周转”",
    ),
    "an edited formula": (
        lambda city: edited(city.workbook("101"), SHEET, FORMULA),
        [("FORMULA", Kind.LOGIC)],
        "计算公式被改成了",
    ),
    "a formula made a number": (
        lambda city: edited(city.workbook("101"), SHEET, (r"<f>[^<]*</f>", "")),
        [("FORMULA", Kind.LOGIC)],
        "被改成了固定的内容",
    ),
    "what the bureau filled in": (
        lambda city: edited(city.workbook("101"), SHEET, (">示例市财政局<", ">示例市财证局<")),
        [("LOCKED", Kind.LOGIC)],
        "由财政部门填为“示例市财政局”，改成了“示例市财证局”",
    ),
    "an unlocked cell": (
        lambda city: edited(city.workbook("101"), SHEET, _unlock(city.workbook("101"))),
        [("LOCKED", Kind.NOTE)],
        "的锁定被解除了",
    ),
    "an altered seal": (
        lambda city: edited(city.workbook("101"), SEAL, (">101<", ">302<")),
        [("SEAL", Kind.BALANCE)],
        "标识被改动过，与签发时不符，不能采信，按表内的单位名称认定为“101",
    ),
    "a forged period": (
        lambda city: edited(
            city.workbook("101", period=Period(2023, 12, "year")), SEAL, (">2023<", ">2024<")
        ),
        [("SEAL", Kind.BALANCE)],
        "标识被改动过",
    ),
    "a forged version": (
        lambda city: edited(city.workbook("101", form=city.old_version()), SEAL, (">0<", ">1<")),
        [("SEAL", Kind.BALANCE)],
        "标识被改动过",
    ),
    "no signature": (
        lambda city: edited(city.workbook("101"), SEAL, (">[0-9a-f]{64}<", "><")),
        [("SEAL", Kind.BALANCE)],
        "标识没有签名",
    ),
    "no signature, and the name of another key": (
        lambda city: edited(
            city.workbook("101"),
            SEAL,
            (">[0-9a-f]{64}<", "><"),
            (f">{own_key().name}<", ">0badcafe<"),
        ),
        [("SEAL", Kind.BALANCE)],
        "标识没有签名",
    ),
    "the signature of another workbook": (
        lambda city: edited(
            city.workbook("101"), SEAL, (">[0-9a-f]{64}<", f">{_signature(city.workbook('302'))}<")
        ),
        [("SEAL", Kind.BALANCE)],
        "标识被改动过",
    ),
    "another key": (
        lambda city: Stamper(city.form, PERIOD, OTHER_KEY).stamp(
            ROSTER.departments[1], {"main": (answers(60, 40),)}
        ),
        [("SEAL", Kind.VERIFY)],
        "由另一把密钥",
    ),
    "no seal": (
        lambda city: unsealed(city.workbook("101")),
        [("SEAL", Kind.BALANCE)],
        "文件里没有表样标识",
    ),
    "an old version": (
        lambda city: city.workbook("101", form=city.old_version()),
        [("VERSION", Kind.BALANCE)],
        "表样版本是“0”",
    ),
    "a copied worksheet in its place": (
        lambda city: edited(city.workbook("101"), SHEET, NAME),
        [("DEPARTMENT", Kind.BALANCE)],
        "这张工作表是下发给“205 示例市水务局”的",
    ),
}


def _renamed(xml: bytes) -> bytes:
    return xml.replace(">运转<".encode(), ">周转<".encode())


def _unlock(content: bytes) -> tuple[str, str]:
    """Return the change that gives a printed cell the style of an input."""
    sheet = next(each for each in read_book(content).sheets if each.title != "填报说明")
    locked = next(place for place, cell in sheet.cells.items() if cell.value == "运转")
    xml: list[str] = []
    repacked(content, lambda name, part: xml.append(part.decode()) if name == SHEET else None)
    opened = next(place for place, cell in sheet.cells.items() if cell.locked is False)
    style = re.search(rf'r="{_address(opened)}" s="(\d+)"', xml[0])
    assert style
    return rf'(r="{_address(locked)}" s=")\d+"', rf'\g<1>{style[1]}"'


def _address(place: tuple[int, int]) -> str:
    return f"{chr(64 + place[1])}{place[0]}"


def _signature(content: bytes) -> str:
    seal = seal_of(read_book(content))
    assert seal is not None
    return seal.signature


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_alteration_is_told_apart_and_named(city: City, name: str):
    build, rules, message = ALTERATIONS[name]
    city.send("302")
    city.put("101.xlsx", build(city))
    merged = city.merge()
    assert told(merged, "101.xlsx") == rules
    assert message in of(merged, "101.xlsx")[0].message
    assert of(merged, "302.xlsx") == []


def test_a_printed_text_with_the_department_in_it_is_compared_too(tmp_path: Path):
    """It stands in no field, and the roster is not asked where the seal says it is as sent."""
    own = 'staff: {item: "{{ department.name }}人员"}'
    city = City(tmp_path, form_of(TEXT.replace("staff: {item: 人员}", own)))
    city.put(
        "101.xlsx", edited(city.workbook("101"), SHEET, (">示例市财政局人员<", ">外单位人员<"))
    )
    city.send("302")
    merged = city.merge()
    assert told(merged, "101.xlsx") == [("LOCKED", Kind.LOGIC)]
    assert "印好的“示例市财政局人员”改成了“外单位人员”" in of(merged, "101.xlsx")[0].message
    assert of(merged, "302.xlsx") == []
    city.roster = Roster(tuple(replace(each, name=f"{each.name}改") for each in ROSTER.departments))
    assert told(city.merge(), "302.xlsx") == [("DEPARTMENT", Kind.NOTE)]


def test_another_departments_file_is_noticed_by_its_name(city: City):
    city.put("101-示例市财政局-小表-2024.xlsx", city.workbook("302"))
    rules = told(city.merge(), "101-示例市财政局-小表-2024.xlsx")
    assert rules == [("DEPARTMENT", Kind.VERIFY)]


def test_a_copied_worksheet_is_told_and_not_counted(tmp_path: Path):
    one = published("project-targets")
    assert len(one.plan.copies) > 1
    name = "xl/workbook.xml"
    content = Stamper(one.form, one.example.period).stamp(one.example.department)
    book = read_book(content)
    title = book.sheets[2].title

    def change(part: str, xml: bytes) -> bytes:
        if part == name:
            return _with_copy(xml.decode(), title).encode()
        if part == "xl/_rels/workbook.xml.rels":
            link = re.search(rb"<Relationship [^>]*sheet3\.xml[^>]*/>", xml)
            assert link
            twin = re.sub(rb'Id="[^"]*"', b'Id="rIdCopy"', link[0])
            return xml.replace(link[0], link[0] + twin)
        return xml

    path = tmp_path / "a.xlsx"
    path.write_bytes(repacked(content, change))
    arrival = one.read(path)
    assert arrival.filing is not None
    assert len(arrival.filing.sheets) == len(one.plan.copies)
    altered = ("STRUCTURE", "LOCKED", "SEAL")
    found = [each for each in arrival.findings if each.rule in altered]
    assert [(each.rule, each.place.sheet) for each in found] == [("STRUCTURE", f"{title} (2)")]
    assert "没有汇总" in found[0].message


def test_a_worksheet_in_the_place_of_another_is_told_by_the_seal_alone(tmp_path: Path):
    """The roster no longer says what was sent; so nothing but the seal can tell."""
    one = published("project-targets")
    rows = one.example.department.children["projects"]
    twins = {"projects": (rows[0], {**rows[0], "code": "P9", "name": "另一个项目"})}
    sent = replace(one.example.department, children=twins)
    content = Stamper(one.form, one.example.period).stamp(sent)
    parts: dict[str, bytes] = {}
    repacked(content, lambda name, xml: parts.update({name: xml}))
    first, second = (f"xl/worksheets/sheet{number}.xml" for number in (3, 4))
    pasted = repacked(content, lambda name, xml: parts[first] if name == second else xml)
    forgetful = Roster((replace(sent, children={}),))
    brief = Brief(one.form, one.example.period, forgetful, own_key())
    told = []
    for each in (content, pasted):
        path = tmp_path / "a.xlsx"
        path.write_bytes(each)
        findings = read_return(path, path.name, brief).findings
        told.append([one.message for one in findings if one.rule in ("STRUCTURE", "LOCKED")])
    assert told == [[], ["这张工作表是本文件里另一张的复制件，不是下发的那一张。"]]


def _with_copy(xml: str, title: str) -> str:
    """Return the workbook part with a sheet more, which has the names of another."""
    sheets = re.findall(r"<sheet [^>]*/>", xml)
    number = len(sheets)
    copy = re.sub(r'name="[^"]*"', f'name="{title} (2)"', sheets[2])
    copy = re.sub(r'sheetId="\d+"', 'sheetId="99"', copy)
    copy = re.sub(r'r:id="[^"]*"', 'r:id="rIdCopy"', copy)
    xml = xml.replace(sheets[-1], sheets[-1] + copy)
    own = re.findall(r'<definedName [^>]*localSheetId="2"[^>]*>[^<]*</definedName>', xml)
    twins = "".join(
        each.replace('localSheetId="2"', f'localSheetId="{number}"').replace(
            f"'{title}'", f"'{title} (2)'"
        )
        for each in own
    )
    return xml.replace("</definedNames>", twins + "</definedNames>")


def test_a_forged_return_never_takes_the_place_of_a_genuine_one(city: City):
    forged = edited(city.workbook("302", answers(999, 1)), SEAL, (">302<", ">101<"))
    forged = edited(forged, SHEET, (">示例市教育局<", ">示例市财政局<"))
    city.put("更新.xlsx", saved_at(forged, "2023-11-01T00:00:00Z"))
    merged = city.merge()
    used = {file.name: file.used for file in merged.standings[1].files}
    assert used == {"101.xlsx": True, "更新.xlsx": False}
    assert states(merged)["101"] == "重复"
    assert "标识完好，本份的标识缺失或被改动过" in of(merged, "更新.xlsx")[0].message


# -- without the key --


def test_without_the_key_all_else_is_checked_and_one_note_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = find("assessment-targets")
    form = load(folder)
    example = load_examples(form, folder)[0]
    returns = tmp_path / "returns"
    returns.mkdir()
    for name in ("a.xlsx", "b.xlsx"):
        content = Stamper(form, example.period).stamp(example.department)
        (returns / name).write_bytes(content)
    write_roster(form, Roster((example.department,)), tmp_path / "名册.xlsx")
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "没有"))
    merged = merge_folder(returns, tmp_path / "名册.xlsx", tmp_path / "汇总.xlsx")
    notes = [each for each in merged.findings if each.rule == "SEAL"]
    assert [(each.kind, each.place.file) for each in notes] == [(Kind.NOTE, "")]
    assert "没有核对" in notes[0].message
    assert "REQUIRED" in {each.rule for each in merged.findings}
    checked = check_files([returns / "a.xlsx", returns / "b.xlsx"])
    assert [each.kind for each in checked if each.rule == "SEAL"] == [Kind.NOTE]
    assert not (tmp_path / "没有").exists()


# -- what a seal may say --


@pytest.mark.parametrize(
    "text",
    [
        *('[["main",0,{"t":[2000000000,0,[]]}]]', '[["main",0,{"t":[1,5,[]]}]]'),
        *('[["main",0,{"t":[5,5,[["c",[9]]]]}]]', '[["main",0,[]]]', "[1e999]", "[" * 50_000),
        *('[["main",1e999,{}]]', "{", "null", "7"),
    ],
)
def test_a_shape_that_no_department_has_is_none(text: str):
    seal = Seal.read({"seal": "jixiao", "shape": text})
    assert seal is not None
    assert seal.shape == ()


def test_a_shape_of_another_form_is_not_used(tmp_path: Path):
    city = City(tmp_path, small_form())
    other = '[["elsewhere",0,{"nothing":[3,0,[]]}]]'
    content = edited(city.workbook("101"), SEAL, (r">\[\[[^<]*<", f">{other}<"))
    path = city.put("101.xlsx", content)
    seal = seal_of(open_book(path))
    assert seal is not None
    assert seal.shape == read_shape(other)
    assert told(city.merge(), "101.xlsx") == [("SEAL", Kind.BALANCE)]


SIGNED = ("form", "version", "period", "layout", "department", "name", "key", "shape", "filled")


@pytest.mark.parametrize("line", [*SIGNED, "seal"])
def test_no_line_of_a_seal_can_be_altered(line: str):
    rows = {"seal": "jixiao", "shape": "[]"} | {each: each for each in SIGNED if each != "shape"}
    rows["signature"] = signature(b"k", rows)
    seal, altered = Seal.read(rows), dict(rows)
    altered[line] = '[["x",0,{}]]' if line == "shape" else f"{rows[line]}x"
    assert seal is not None
    assert seal.is_signed_with(b"k")
    assert signature(b"k", altered) != rows["signature"]


@pytest.mark.parametrize("place", [0, 7, 8, 40, 63])
def test_no_letter_of_a_signature_can_be_altered_or_missing(place: int):
    rows = {"seal": "jixiao", "department": "101"}
    right = signature(b"k", rows)
    for wrong in (right[:place], f"{right[:place]}x{right[place + 1 :]}", f"{right}0"):
        seal = Seal.read(rows | {"signature": wrong})
        assert seal is not None
        assert not seal.is_signed_with(b"k")


def test_a_seal_has_no_line_that_is_not_signed(city: City):
    sheet = read_book(city.workbook("101")).sheet("_jixiao")
    assert sheet is not None
    lines = [cell.value for (_, column), cell in sorted(sheet.cells.items()) if column == 1]
    assert sorted(map(str, lines)) == sorted((*SIGNED, "seal", "signature"))


def test_spaces_and_line_ends_do_not_break_a_signature():
    rows = {"seal": "jixiao", "name": "甲\n 乙"}
    assert signature(b"k", rows) == signature(b"k", {"seal": "jixiao", "name": "甲 乙 "})
    assert signature(b"k", rows) != signature(b"k", {"seal": "jixiao", "name": "甲乙"})
