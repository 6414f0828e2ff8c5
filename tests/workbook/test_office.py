"""LibreOffice as the product uses it."""

import sys
import time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from generator.workbook import office

pytestmark = pytest.mark.office

PNG = b"\x89PNG\r\n\x1a\n"


def test_a_workbook_becomes_a_pdf_under_the_same_name(tmp_path: Path):
    book = workbook(tmp_path / "0101-示例单位 月报.xlsx", "绩效")
    assert office.convert([book], "pdf", tmp_path / "新") == [
        tmp_path / "新" / "0101-示例单位 月报.pdf"
    ]
    assert (tmp_path / "新" / "0101-示例单位 月报.pdf").read_bytes().startswith(b"%PDF")


def test_a_workbook_goes_through_other_formats_and_comes_back(tmp_path: Path):
    path = workbook(tmp_path / "表.xlsx", "绩效")
    for step, kind in enumerate(("xls", "xlsx")):
        (path,) = office.convert([path], kind, tmp_path / str(step))
    assert load_workbook(path).active["A1"].value == "绩效"


def test_more_files_than_one_batch_are_all_converted_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(office, "BATCH", 2)
    books = [workbook(tmp_path / f"{each}.xlsx", each) for each in "丙甲乙"]
    made = office.convert(books, "ods", tmp_path / "out")
    assert [each.name for each in made] == ["丙.ods", "甲.ods", "乙.ods"]
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == sorted(
        each.name for each in made
    )


def test_a_workbook_can_replace_itself(tmp_path: Path):
    path = workbook(tmp_path / "表.xlsx", "绩效")
    office.convert([path], "xlsx", tmp_path)
    assert load_workbook(path).active["A1"].value == "绩效"
    assert [each.name for each in tmp_path.iterdir()] == ["表.xlsx"]


def test_a_file_that_is_no_workbook_is_named(tmp_path: Path):
    good, bad = workbook(tmp_path / "好.xlsx", "绩效"), tmp_path / "坏.xlsx"
    bad.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(office.OfficeError, match=r"无法转换 .*坏\.xlsx"):
        office.convert([good, bad], "ods", tmp_path / "out")


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(office.OfficeError, match=r"没有这个文件：.*无\.xlsx"):
        office.convert([tmp_path / "无.xlsx"], "pdf", tmp_path)


def test_two_files_that_would_become_one_are_refused(tmp_path: Path):
    (tmp_path / "b").mkdir()
    books = [workbook(tmp_path / name, "绩效") for name in ("表.xlsx", "b/表.xlsx")]
    with pytest.raises(office.OfficeError, match="转换后同名"):
        office.convert(books, "pdf", tmp_path)


def test_without_libreoffice_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "_usual_places", lambda: iter(()))
    with pytest.raises(office.OfficeError, match=r"没有找到 LibreOffice。请安装.*apt install"):
        office.convert([workbook(tmp_path / "表.xlsx", "绩效")], "pdf", tmp_path)


def test_libreoffice_is_found_on_path_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = tmp_path / ("soffice.exe" if sys.platform == "win32" else "soffice")
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert office.find() == program


def test_a_program_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path):
    mark = tmp_path / "still-alive"
    grandchild = f"import time, pathlib; time.sleep(1.5); pathlib.Path({str(mark)!r}).touch()"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"
    with pytest.raises(office.OfficeError, match="没有完成"):
        office.run([sys.executable, "-c", child], 0.5)
    time.sleep(1.5)
    assert not mark.exists()


@pytest.mark.parametrize("draw", office.drawers())
def test_a_page_is_drawn(draw: office.Draw, pdf: Path, tmp_path: Path):
    draw(pdf, tmp_path / "图.png", 2, 50)
    assert size(tmp_path / "图.png") == pytest.approx((413, 585), abs=3)  # A4 at 50 dpi


@pytest.mark.parametrize("draw", office.drawers())
def test_a_page_that_is_not_there_is_said_so(draw: office.Draw, pdf: Path, tmp_path: Path):
    with pytest.raises(office.OfficeError, match="没有第 9 页"):
        draw(pdf, tmp_path / "图.png", 9, 50)


def test_a_picture_replaces_the_old_one(pdf: Path, tmp_path: Path):
    (tmp_path / "图.png").write_text("old", encoding="utf-8")
    office.picture(pdf, tmp_path / "图.png")
    assert (tmp_path / "图.png").read_bytes().startswith(PNG)
    assert [each.name for each in tmp_path.iterdir()] == ["图.png"]


def test_without_a_drawing_program_the_message_says_how_to_get_one(
    pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(office, "drawers", list)
    with pytest.raises(office.OfficeError, match="pip install pypdfium2 pillow"):
        office.picture(pdf, tmp_path / "图.png")


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory):
    """A PDF of two pages."""
    folder = tmp_path_factory.mktemp("pdf")
    book = Workbook()
    for sheet in (book.active, book.create_sheet("表二")):
        sheet["A1"] = "绩效"
        sheet.page_setup.paperSize = 9
    book.save(folder / "两页.xlsx")
    return office.convert([folder / "两页.xlsx"], "pdf", folder)[0]


def workbook(path: Path, text: str):
    book = Workbook()
    book.active["A1"] = text
    book.save(path)
    return path


def size(png: Path):
    head = png.read_bytes()[:24]
    assert head.startswith(PNG)
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
