"""Files as they come by mail and USB stick, told apart by what is in them."""

import pickle
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from generator.workbook.book import Book, Limits, Unreadable
from generator.workbook.reader.formats import is_lock_file, open_book, read_book
from tests.support.office import Calc
from tests.workbook.handmade import links, package, zipped

LARGE = bytes(5000)  # msoffcrypto writes smaller files wrongly
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROW = '<row><c r="B3"><v>7</v></c></row>'


# -- what is opened --


@pytest.fixture(scope="module")
def saved(calc: Calc, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """Return a workbook as saved in another format."""
    folder = tmp_path_factory.mktemp("saved")
    book = Workbook()
    sheet = book.active
    sheet.title = "表 一"
    sheet["B3"], sheet["C3"], sheet["B4"] = 1.5, "文 字", "=B3*2"
    sheet["D4"], sheet["E4"], sheet["G9"] = 44531, 0.8, "　"
    sheet["D4"].number_format = "yyyy-mm-dd"
    sheet["E4"].number_format = "0%"
    sheet.merge_cells("B8:C8")
    book.create_sheet("空").sheet_state = "hidden"
    book.save(folder / "in.xlsx")
    with calc.open(folder / "in.xlsx") as opened:
        opened.recalculate()
        files = {kind: opened.save_as(folder / f"out.{kind}", kind) for kind in ("xls", "ods")}
    return lambda kind: files[kind].read_bytes()


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_formats_are_read_at_the_same_addresses(saved: Callable[[str], bytes], kind: str):
    book = read_book(saved(kind))
    sheet = book.sheets[0]
    assert (book.format, sheet.title, sheet.state) == (kind, "表 一", "visible")
    assert {place: str(cell.value) for place, cell in sheet.cells.items()} == {
        (3, 2): "1.5",
        (3, 3): "文 字",
        (4, 2): "3",
        (4, 4): "44531",
        (4, 5): "0.8",
        (9, 7): "　",
    }
    assert sheet.cells[4, 4].written_date == "2021-12-01"
    assert (sheet.locked(3, 2), sheet.locked(99, 99)) == (None, None)
    assert (book.sheets[1].title, book.sheets[1].state, dict(book.sheets[1].cells)) == (
        *("空", "hidden"),
        {},
    )


def test_the_default_password_opens_without_asking():
    book = read_book(encrypted(package(ROW), "VelvetSweatshop"))
    assert book.sheets[0].cells[3, 2].value == 7


def test_the_binary_format_of_excel_is_read():
    book = read_book(binary_workbook((3, 2, 7.5)))
    assert book.format == "xlsb"
    assert {place: str(cell.value) for place, cell in book.sheets[0].cells.items()} == {
        (3, 2): "7.5"
    }


@pytest.mark.parametrize("name", ["表.xlsx", "表.xls", "表.doc", "表"])
def test_a_file_may_be_called_anything(tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_bytes(package(ROW))
    assert open_book(path).sheets[0].cells[3, 2].value == 7


def test_a_read_file_is_left_as_it_was(tmp_path: Path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(package(ROW))
    path.chmod(0o444)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    open_book(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [each.name for each in tmp_path.iterdir()] == ["表.xlsx"]


@pytest.mark.parametrize(
    ("name", "expected"), [("~$表.xlsx", True), (".~lock.表.xlsx#", True), ("表.xlsx", False)]
)
def test_lock_files_are_told_by_their_names(name: str, *, expected: bool):
    assert is_lock_file(name) is expected


# -- what is refused --


def encrypted(content: bytes, password: str) -> bytes:
    """Return a workbook with a password, as Excel keeps it."""
    target = BytesIO()
    OOXMLFile(BytesIO(content + LARGE)).encrypt(password, target)
    return target.getvalue()


def binary_workbook(
    *cells: tuple[int, int, float], size: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> bytes:
    """Return an .xlsb of one sheet with numbers: row, column, value."""

    def record(kind: int, body: bytes = b"") -> bytes:
        head = [kind] if kind < 128 else [kind & 0x7F | 0x80, kind >> 7]
        return bytes([*head, len(body)]) + body

    def text(written: str) -> bytes:
        return struct.pack("<I", len(written)) + written.encode("utf-16-le")

    sheet = record(129) + record(148, struct.pack("<4I", *size)) + record(145)
    for row, column, value in cells:
        sheet += record(0, struct.pack("<IIHHBI", row - 1, 0, 300, 0, 0, 0))
        sheet += record(5, struct.pack("<IId", column - 1, 0, value))
    sheet += record(146) + record(130)
    book = record(131) + record(143)
    book += record(156, struct.pack("<II", 0, 1) + text("rId1") + text("表"))
    book += record(144) + record(132)
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": links(("rId1", "worksheet", "worksheets/sheet1.bin")),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def open_document(table: str, manifest: str = "") -> bytes:
    """Return an .ods with one table."""
    spaces = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"'
        for each in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="表">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f"<manifest>{manifest}</manifest>"
    return zipped({"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": manifest})


def repeated(
    rows: int, columns: int, text: str = 'office:value-type="float" office:value="1"'
) -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell table:number-columns-repeated="{columns}" {text}/></table:table-row>'
    )


FAR = repeated(1, 1) + repeated(999_999, 1, "") + repeated(1, 1000)
FILES = {
    "empty": (b"", "文件是空的"),
    "zeros": (bytes(5000), "全是零"),
    "truncated": (package(ROW)[:-200], "文件不完整"),
    "only a beginning": (package(ROW)[:40], "文件不完整"),
    "empty zip": (zipped({}), "空的压缩包"),
    "zip of files": (zipped({"表.xlsx": package(ROW)}), "这是压缩包"),
    "Word": (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "Word"),
    "PowerPoint": (zipped({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "演示文稿"),
    "text document": (zipped({"mimetype": "text", "content.xml": ""}), "这是文档"),
    "PDF": (b"%PDF-1.7 ...", "PDF"),
    "photograph": (b"\xff\xd8\xff\xe0....", "图片"),
    "RAR": (b"Rar!\x1a\x07\x00", "压缩包"),
    "RTF": (b"{\\rtf1 ...}", "RTF"),
    "web page": (b"\xef\xbb\xbf\r\n<html><table><tr><td>1</td></table>", "网页"),
    "web page of Excel": (
        b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table>',
        "网页",
    ),
    "web page in UTF-16": ("<html><table>".encode("utf-16"), "网页"),
    "mail page": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "网页"),
    "Excel 2003 XML": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "Excel 2003 XML",
    ),
    "tab text": ("编码\t名称\n1\t示例".encode("gb18030"), "纯文本"),
    "Excel 4": (b"\t\x04\x06\x00\x00\x00\x10\x00", "旧格式"),
    "anything": (b"\x01\x02\x03\x04" * 9, "无法识别"),
    "broken OLE": (OLE + b"\0" * 600, "损坏"),
    "a part without a name": (zipped({"#": "", "_rels/.rels": ""}).replace(b"#", b"\0"), "不合法"),
    "password": (encrypted(package(ROW), "1234"), "打开密码"),
    "password that takes long": (
        encrypted(package(ROW), "VelvetSweatshop").replace(
            b' <p:encryptedKey spinCount="100000"', b'<p:encryptedKey spinCount="9999999"'
        ),
        "打开密码",
    ),
    "password of the zip": (
        package(ROW).replace(
            b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
        ),
        "加了密码",
    ),
    "other packing": (zipped({"_rels/.rels": "x" * 99}, zipfile.ZIP_LZMA), "压缩方式"),
    "password of an .ods": (open_document("", "<encryption-data/>"), "打开密码"),
    "broken .xlsb": (
        zipped({"xl/workbook.bin": b"\x83\x01\xff", "xl/worksheets/a.bin": b"\x05"}),
        "损坏",
    ),
    "a cell without a place in an .xlsb": (
        zipped({"xl/workbook.bin": b"", "xl/worksheets/a.bin": b"\x03\x00"}),
        "损坏",
    ),
    "a far cell in an .xlsb": (binary_workbook((1, 1, 1.0), (1048576, 16384, 2.0)), "铺得太大"),
    "an .xlsb that lies about its size": (
        binary_workbook((1, 1, 1.0), size=(0, 2**31, 0, 2**31)),
        "铺得太大",
    ),
    "a far cell in an .ods": (open_document(FAR), "铺得太大"),
    "a repeated row in an .ods": (open_document(repeated(1_000_000, 1000)), "铺得太大"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_no_return_says_why(tmp_path: Path, what: str):
    content, message = FILES[what]
    path = tmp_path / "表.xlsx"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=message) as caught:
        open_book(path)
    assert caught.value.remedy.startswith("请")
    assert str(caught.value) == f"{caught.value.message}。{caught.value.remedy}"


@pytest.mark.parametrize(("rows", "message"), [((0, 65536 * 16), "铺得太大"), ((9, 4), "自相矛盾")])
def test_an_xls_that_lies_about_its_size_is_refused(
    saved: Callable[[str], bytes], rows: tuple[int, int], message: str
):
    content = saved("xls")
    place = content.index(b"\x00\x02\x0e\x00") + 4  # the record of a sheet's dimensions
    content = content[:place] + struct.pack("<II", *rows) + content[place + 8 :]
    with pytest.raises(Unreadable, match=message):
        read_book(content)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_parts_of_the_same_name_are_refused():
    content = zipped([("xl/a.xml", "1"), ("_rels/.rels", "2"), ("XL\\a.xml", "3")])
    with pytest.raises(Unreadable, match="重名"):
        read_book(content)


def test_the_reason_survives_the_way_from_another_process():
    error = Unreadable("文件是空的", "请重新发送")
    again = pickle.loads(pickle.dumps(error))
    assert (again.message, again.remedy, str(again)) == (error.message, error.remedy, str(error))


def test_what_cannot_be_opened_is_said(tmp_path: Path):
    for path, message in ((tmp_path / "缺.xlsx", "找不到"), (tmp_path, "文件夹")):
        with pytest.raises(Unreadable, match=message):
            open_book(path)


def test_a_file_beyond_the_limit_is_not_read():
    with pytest.raises(Unreadable, match="文件超过 0 MB"):
        read_book(package(ROW), Limits(file_bytes=100))


def test_trailing_empty_rows_of_an_ods_do_no_harm():
    trailing = repeated(1, 2) + repeated(1_048_575, 16_384, "")
    sheet = read_book(open_document(trailing)).sheets[0]
    assert sorted(sheet.cells) == [(1, 1), (1, 2)]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_is_read_or_refused(saved_once: dict[str, bytes], data: st.DataObject):
    content = bytearray(saved_once[data.draw(st.sampled_from(sorted(saved_once)))])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    kept = data.draw(st.integers(len(content) // 2, len(content)))
    with suppress(Unreadable):
        assert isinstance(read_book(bytes(content[:kept])), Book)


@pytest.fixture(scope="module")
def saved_once(saved: Callable[[str], bytes]) -> dict[str, bytes]:
    """Return small files of every kind."""
    return {
        "xlsx": package(ROW),
        "xls": saved("xls"),
        "ods": saved("ods"),
        "xlsb": binary_workbook((3, 2, 7.5)),
        "password": encrypted(package(ROW), "VelvetSweatshop"),
    }
