"""What one file may take can be set, is sane without, and costs one finding if it is too much."""

from __future__ import annotations

import os
import shutil
import tracemalloc
from collections.abc import Iterator
from dataclasses import fields, replace
from multiprocessing import active_children, resource_tracker, spawn
from pathlib import Path

import pytest
from typer.testing import CliRunner

from generator.cli import app
from generator.crew import Crew
from generator.merge import check_files, merge
from generator.model.finding import Finding
from generator.model.merged import Merged
from generator.model.roster import Department, Roster
from generator.stamp import Stamper
from generator.workbook.book import Limits, Unreadable
from generator.workbook.keys import own_key
from generator.workbook.reader.formats import open_book, read_book
from generator.workbook.reader.limits import configured
from tests.report.city import City, answers, small_form, states
from tests.trust import hostile
from tests.trust.deadly import DEADLY, Deadly, Slow
from tests.workbook.handmade import package
from tests.workbook.reader.test_formats import open_document

ROOT = Path(__file__).parents[2]
TWO = Crew(jobs=2, seconds=3.0, megabytes=300)

# -- each limit can be set --


def padded(content: bytes) -> bytes:
    """Return a workbook with 5 MB and 2 MB more in it, packed to 4.5 MB."""
    large, small = os.urandom(2_500_000) + bytes(2_500_000), os.urandom(2_000_000)
    return hostile.added(content, ("xl/media/image1.png", large), ("xl/media/image2.png", small))


def rows(count: int) -> str:
    return "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, count + 1))


def merges(count: int) -> str:
    inside = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, count + 1))
    return f"<mergeCells>{inside}</mergeCells>"


ROW = '<table:table-cell office:value-type="float" office:value="1"/>'
SHEET = f"<table:table-row>{ROW * 5}</table:table-row>" * 4
SET = {  # variable: what it is set to, a file that is fine without, and what is said with it
    "JIXIAO_FILE_MEGABYTES": (1, lambda: padded(package(rows(1))), "文件超过 1 MB"),
    "JIXIAO_INFLATED_MEGABYTES": (6, lambda: padded(package(rows(1))), "展开后超过 6 MB"),
    "JIXIAO_RATIO": (1, lambda: padded(package(rows(1))), "压缩率超过 1 倍"),
    "JIXIAO_PARTS": (2, lambda: package(rows(1)), "部件超过 2 个"),
    "JIXIAO_CELLS": (9, lambda: package(rows(10)), "单元格超过 9 个"),
    "JIXIAO_MERGES": (9, lambda: package(rows(1), around=merges(10)), "合并单元格超过 9 处"),
    "JIXIAO_NAMES": (
        1,
        lambda: package(
            rows(1),
            names='<definedName name="a">1</definedName><definedName name="b">1</definedName>',
        ),
        "名称超过 1 个",
    ),
    "JIXIAO_DEPTH": (2, lambda: package(rows(1)), "层次超过 2 层"),
    "JIXIAO_RECTANGLE": (10, lambda: open_document(SHEET), "超过 10 格"),
}


@pytest.mark.parametrize("variable", SET)
def test_a_limit_of_the_environment_holds(variable: str, monkeypatch: pytest.MonkeyPatch):
    value, build, said = SET[variable]
    content = build()
    assert read_book(content).sheets
    monkeypatch.setenv(variable, str(value))
    with pytest.raises(Unreadable, match=said):
        read_book(content)


def test_a_limit_of_the_environment_may_be_wider_too(monkeypatch: pytest.MonkeyPatch):
    content = package("<row>" + "<a>" * 100 + "</a>" * 100 + "</row>")
    with pytest.raises(Unreadable, match="层次超过 64 层"):
        read_book(content)
    monkeypatch.setenv("JIXIAO_DEPTH", "200")
    assert read_book(content).sheets


def test_of_a_file_beyond_the_limit_no_more_is_read_than_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "大.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(30_000_000))
    monkeypatch.setenv("JIXIAO_FILE_MEGABYTES", "1")
    tracemalloc.start()
    with pytest.raises(Unreadable, match="文件超过 1 MB"):
        open_book(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000


def test_every_limit_can_be_set():
    widest = configured(dict.fromkeys(SET, "7"))
    assert {getattr(widest, each.name) for each in fields(Limits)} == {7, 7 * 2**20}
    assert len(SET) == len(fields(Limits))


def test_what_is_usual_is_sane():
    crew, limits = Crew.configured(), configured({})
    assert (crew.seconds, crew.megabytes, limits.inflated_bytes) == (10, 512, 200 * 2**20)
    assert limits == Limits()


@pytest.mark.parametrize("value", ["0", "-1", "很多", "1.5", "9" * 40, "２０"])
@pytest.mark.parametrize("variable", ["JIXIAO_CELLS", "JIXIAO_SECONDS", "JIXIAO_JOBS"])
def test_a_limit_that_is_none_is_said_once(
    variable: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "甲.xlsx").write_bytes(package(rows(1)))
    monkeypatch.setenv(variable, value)
    done = CliRunner().invoke(app, ["check", str(tmp_path / "甲.xlsx")])
    assert (done.exit_code, done.output.count(f"环境变量 {variable} 应为正整数")) == (2, 1)


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_limit_is_in_the_readme(readme: str):
    text = (ROOT / readme).read_text("utf-8")
    known = [*SET, "JIXIAO_SECONDS", "JIXIAO_MEGABYTES", "JIXIAO_JOBS"]
    assert [each for each in known if f"`{each}`" not in text] == []


# -- what takes too much, hangs, or takes its process with it --


GOOD = ("101", "102", "103", "104")


@pytest.fixture
def city(tmp_path: Path) -> City:
    """A city where everybody has returned; returns of some departments are deadly to read."""
    people = tuple(Department(each, f"单位{each}") for each in (*GOOD, *DEADLY))
    made = City(tmp_path / "回收", small_form(), Deadly(people))
    stamped = City(tmp_path, made.form, Roster(people))
    for number, each in enumerate(people):
        made.put(f"{each.code}.xlsx", stamped.workbook(each.code, answers(number, 1)))
    return made


def _of(findings: tuple[Finding, ...] | list[Finding], code: str) -> list[Finding]:
    return [each for each in findings if Path(each.place.file).stem == code]


@pytest.mark.parametrize("many", [1, 200])  # from how many on files are handed over together
def test_whatever_a_file_does_to_its_worker_costs_one_finding_in_a_merge(
    city: City, many: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("generator.merge._MANY", many)
    merged = merge(city.folder, city.roster, form=city.form, crew=TWO, key=own_key())
    for code, (_, said) in DEADLY.items():
        (one,) = _of(merged.findings, code)
        assert (one.rule, one.department, said in one.message) == ("UNREADABLE", code, True)
        assert one.remedy.startswith("请先向填报单位核实文件来源")
        (city.folder / f"{code}.xlsx").unlink()
    good = Roster(tuple(each for each in city.roster.departments if each.code in GOOD))
    alone = merge(city.folder, good, form=city.form, key=own_key())
    assert states(merged) == states(alone) | dict.fromkeys(DEADLY, "无法读取")
    assert merged.totals == alone.totals
    assert _spared(merged) == alone.findings


def _spared(merged: Merged) -> tuple[Finding, ...]:
    return tuple(each for each in merged.findings if Path(each.place.file).stem in GOOD)


def test_whatever_a_file_does_to_its_worker_costs_one_finding_in_a_check(tmp_path: Path):
    one = hostile.good()
    named = {each: f"单位{each}" for each in ("101", *DEADLY)}
    people = tuple(replace(one.example.department, code=c, name=n) for c, n in named.items())
    folder = City(tmp_path, one.form, Roster(people)).folder
    files = [folder / f"{each.code}.xlsx" for each in people]
    for each, path in zip(people, files, strict=True):
        path.write_bytes(Stamper(one.form, one.example.period).stamp(each))
    found = check_files(files, Deadly(people), TWO)
    told = {code: [each.message for each in _of(found, code)] for code in DEADLY}
    assert {code: (len(said), DEADLY[code][1] in said[0]) for code, said in told.items()} == (
        dict.fromkeys(DEADLY, (1, True))
    )
    good = check_files([files[0]], Roster(people))
    assert _of(found, "101") == good != []


def test_files_that_take_too_long_together_are_read_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("generator.merge._MANY", 1)
    people = tuple(Department(f"{each}", f"单位{each}") for each in range(100, 112))
    city = City(tmp_path / "回收", small_form(), Roster(people))
    for number, each in enumerate(people):
        city.send(each.code, answers(number, 1))
    merged = merge(city.folder, Slow(people), form=city.form, crew=Crew(jobs=2, seconds=1.0))
    assert merged == merge(city.folder, city.roster, form=city.form)


@pytest.mark.parametrize("many", [1, 200])
def test_workers_that_are_killed_from_outside_cost_nothing(
    tmp_path: Path, many: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("generator.merge._MANY", many)
    people = tuple(Department(f"{each}", f"单位{each}") for each in range(100, 160))
    city = City(tmp_path / "回收", small_form(), Roster(people))
    for number, each in enumerate(people):
        city.send(each.code, answers(number, 1))
    done, killed = [0], list[object]()

    def kill_all_at_once(_: str, __: int) -> None:
        done[0] += 1
        for each in active_children() if done[0] == 20 else ():
            killed.append(each)
            each.kill()

    told = {"crew": Crew(jobs=2), "progress": kill_all_at_once}
    merged = merge(city.folder, city.roster, form=city.form, **told)
    assert len(killed) == 2
    assert merged == merge(city.folder, city.roster, form=city.form)


# -- the commands --


@pytest.fixture
def no_processes() -> Iterator[None]:
    """A machine on which no worker can be started: its program ends at once."""
    resource_tracker.ensure_running()  # what is started by the same program, for good
    right = spawn.get_executable()
    spawn.set_executable(shutil.which("false") or shutil.which("whoami"))
    yield
    spawn.set_executable(right)


@pytest.mark.usefixtures("no_processes")
def test_where_no_worker_can_be_started_it_is_said_and_how_to_go_on(tmp_path: Path):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"")
    done = CliRunner().invoke(app, ["check", str(path)])
    assert (done.exit_code, done.output.splitlines()) == (
        *(2, ["无法启动工作进程。请加上 --jobs 1，或设环境变量 JIXIAO_JOBS=1，再试一次。"]),
    )
    assert "文件是空的" in CliRunner().invoke(app, ["check", str(path), "--jobs", "1"]).output


def test_how_many_read_at_once_is_asked_for_or_set(monkeypatch: pytest.MonkeyPatch):
    assert Crew.configured().jobs is None
    monkeypatch.setenv("JIXIAO_JOBS", "3")
    assert (Crew.configured().jobs, Crew.configured(2).jobs) == (3, 2)


def test_checking_a_file_that_takes_too_much_costs_one_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    one = hostile.good()
    content = Stamper(one.form, one.example.period).stamp(one.example.department)
    (tmp_path / "快.xlsx").write_bytes(content)
    (tmp_path / "慢.xlsx").write_bytes(hostile.starving(content))
    monkeypatch.setenv("JIXIAO_MEGABYTES", "60")
    done = CliRunner().invoke(app, ["check", *map(str, sorted(tmp_path.iterdir()))])
    assert done.exit_code == 2
    assert done.output.count("UNREADABLE") == 1
    assert "内存超过了限度" in done.output
    assert "REQUIRED" in done.output  # of the other file
