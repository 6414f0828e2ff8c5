"""The command line: what each command makes, what it says, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.main import get_command
from typer.testing import CliRunner, Result

from generator.cli import app, main
from generator.model.roster import Department, Roster
from generator.template import find, load
from generator.workbook.roster import write_roster

FORM = "project-targets"
CITY = Roster(
    (
        Department(
            "101",
            "示例单位甲",
            {"contact": "张三", "phone": "000-1"},
            {"projects": ({"code": "P1", "name": "采购"},)},
        ),
        Department(
            "102",
            "示例单位乙",
            {"contact": "李四", "phone": "000-2"},
            {"projects": ({"code": "P2", "name": "维修"},)},
        ),
    )
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "名册.xlsx"
    write_roster(load(find(FORM)), CITY, path)
    return path


@pytest.fixture
def sent(tmp_path: Path, roster: Path) -> Path:
    folder = tmp_path / "下发"
    assert (
        run("stamp", FORM, "--roster", roster, "--period", "2020", "--out", folder).exit_code == 0
    )
    return folder


def test_forms_are_listed_with_their_chinese_names():
    result = run("forms")
    assert result.exit_code == 0
    assert "monthly-progress" in result.output
    assert "项目绩效目标表" in result.output


def test_a_good_form_is_said_to_be_good():
    result = run("forms", "check", FORM)
    assert (result.exit_code, "没有错误" in result.output) == (0, True)


def test_a_wrong_form_is_refused_with_file_line_and_key_path(tmp_path: Path):
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "form.yaml").write_text("form: tiny\nverzion: '1'\n", encoding="utf-8")
    result = run("forms", "check", folder)
    assert result.exit_code == 2
    assert "form.yaml:2" in result.stderr
    assert "version" in result.stderr


def test_an_unknown_form_is_refused_with_the_nearest_name():
    result = run("forms", "check", "project-target")
    assert (result.exit_code, "project-targets" in result.stderr) == (2, True)


def test_the_schema_file_beside_the_forms_is_the_one_the_program_writes(tmp_path: Path):
    out = tmp_path / "schema.json"
    assert run("forms", "schema", "--out", out).exit_code == 0
    beside = find(FORM).parent / "form.schema.json"
    assert json.loads(out.read_text("utf-8")) == json.loads(beside.read_text("utf-8"))


def test_a_blank_roster_is_written(tmp_path: Path):
    out = tmp_path / "名册.xlsx"
    assert run("roster", FORM, "--out", out).exit_code == 0
    assert load_workbook(out).sheetnames == ["部门", "项目", "豁免"]


def test_stamping_writes_a_workbook_each_and_a_list_of_them(sent: Path):
    assert sorted(each.name for each in sent.iterdir()) == [
        "101-示例单位甲-项目绩效目标表-2020.xlsx",
        "102-示例单位乙-项目绩效目标表-2020.xlsx",
        "分发清单.xlsx",
    ]


@pytest.mark.parametrize(
    ("period", "told"),
    [("2020-13", "没有 13 月"), ("2020-06", "年"), ("今年", "看不懂报告期“今年”")],
)
def test_a_wrong_period_is_explained(tmp_path: Path, roster: Path, period: str, told: str):
    result = run("stamp", FORM, "--roster", roster, "--period", period, "--out", tmp_path / "x")
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "x").exists()


def test_a_missing_roster_is_named(tmp_path: Path):
    missing = tmp_path / "没有.xlsx"
    result = run("stamp", FORM, "--roster", missing, "--period", "2020", "--out", tmp_path)
    assert result.exit_code == 2
    assert "没有.xlsx" in result.stderr


def test_checking_an_unfilled_workbook_finds_what_is_missing(sent: Path):
    result = run("check", next(sent.glob("101*")))
    assert result.exit_code == 1
    assert "预算数" in result.output


def test_findings_come_as_json_with_file_and_cell(sent: Path):
    path = next(sent.glob("101*"))
    result = run("check", path, "--json")
    [finding, *_] = json.loads(result.stdout)["findings"]
    assert finding.keys() == {
        *("file", "department", "sheet", "cell", "rule", "kind", "message", "remedy"),
    }
    assert (finding["file"], finding["department"]) == (str(path), "101")


def test_a_file_that_is_no_workbook_is_unusable(tmp_path: Path):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"not a workbook")
    result = run("check", path)
    assert result.exit_code == 2


def test_a_file_that_does_not_exist_is_unusable(tmp_path: Path):
    result = run("check", tmp_path / "无.xlsx")
    assert (result.exit_code, "无.xlsx" in result.stderr) == (2, True)


def test_merging_says_who_is_missing_and_writes_workbook_and_json(
    tmp_path: Path, roster: Path, sent: Path
):
    next(sent.glob("102*")).unlink()
    out, data = tmp_path / "汇总.xlsx", tmp_path / "汇总.json"
    result = run("merge", sent, "--roster", roster, "--out", out, "--json", data)
    assert result.exit_code == 0, result.output
    states = {
        each["code"]: each["state"] for each in json.loads(data.read_text("utf-8"))["departments"]
    }
    assert states == {"101": "已回收", "102": "未回收"}
    assert load_workbook(out).sheetnames[0] == "汇总"


def test_merging_an_empty_folder_is_refused(tmp_path: Path, roster: Path):
    empty = tmp_path / "空"
    empty.mkdir()
    result = run("merge", empty, "--roster", roster, "--out", tmp_path / "汇总.xlsx")
    assert result.exit_code == 2
    assert result.stderr
    assert not (tmp_path / "汇总.xlsx").exists()


def test_a_workbook_is_described_as_text(sent: Path):
    result = run("describe", next(sent.glob("101*")))
    assert result.exit_code == 0
    assert "INPUT" in result.output
    assert "veryHidden" in result.output


@pytest.mark.office
def test_a_form_is_drawn_as_a_picture(tmp_path: Path):
    out = tmp_path / "x.png"
    assert run("preview", FORM, "--out", out).exit_code == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_a_picture_of_another_kind_is_refused(tmp_path: Path):
    result = run("preview", FORM, "--out", tmp_path / "x.gif")
    assert (result.exit_code, ".png" in result.stderr) == (2, True)


def test_the_add_in_is_installed_told_of_and_removed_again(tmp_path: Path):
    assert run("addin", "install", "--to", tmp_path).exit_code == 0
    assert (tmp_path / "jixiao.xlam").is_file()
    assert run("addin", "status", "--to", tmp_path).exit_code == 0
    assert run("addin", "doctor", "--to", tmp_path).output
    assert run("addin", "uninstall", "--to", tmp_path).exit_code == 0
    assert not (tmp_path / "jixiao.xlam").exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("stamp", "缺少 表样"),
        ("stamp x --foo", "没有选项 --foo"),
        ("merge 回收", "缺少 名册.xlsx（--roster）"),
        ("preview x --out y --page 一", "--page 的值不对：应是整数"),
        ("merge 回收 --jobs 0", "--jobs 的值不对：应是不小于 1 的整数"),
        ("report annual --year 22", "--year 的值不对：应是 2000 到 2100 之间的整数"),
        ("stamp x --rostr", "没有选项 --rostr，是不是“--roster”？用法见"),
        ("merg 回收", "没有命令 merg，是不是“merge”？用法见"),
        ("ledger nosuch", "没有命令 nosuch，可以写：export、"),
        ("preview x 我的 文件.xlsx --out y", "多写了 我的 文件.xlsx（路径里有空格的，要加引号）"),
        ("merge 回收 --roster", "--roster 后面缺少内容"),
        ("demo --year=5", "--year 后面不写内容"),
    ],
)
def test_a_command_typed_wrongly_is_explained_in_chinese(
    typed: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.argv", ["jixiao", *typed.split()])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert told in capsys.readouterr().err


def _commands(*names: str) -> Iterator[tuple[str, ...]]:
    """Yield every command and group of them."""
    yield names
    group = get_command(app)
    for name in names:
        group = group.commands[name]
    for name in getattr(group, "commands", ()):
        yield from _commands(*names, name)


@pytest.mark.parametrize("names", [*_commands()], ids=" ".join)
def test_help_is_in_chinese_throughout(names: tuple[str, ...]):
    result = run(*names, "--help")
    assert result.exit_code == 0
    english = ("Usage", "Options", "Arguments", "Commands", "Show this", "default:", "required")
    assert [word for word in english if word in result.output] == []
    assert any("\u4e00" <= each <= "\u9fff" for each in result.output)


def test_a_group_without_a_command_shows_its_help_and_no_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.argv", ["jixiao", "ledger"])
    with pytest.raises(SystemExit):
        main()
    said = capsys.readouterr()
    assert "query" in said.out + said.err
    assert "写法不对" not in said.err
