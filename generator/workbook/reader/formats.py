"""Opens any returned file by what is in it, whatever it is called."""

from __future__ import annotations

import os
from pathlib import Path

from generator.workbook.book import Book, Limits, Unreadable
from generator.workbook.reader.container import ASK_AGAIN, Container
from generator.workbook.reader.limits import configured
from generator.workbook.reader.package import book_in

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DEFAULT_PASSWORD = "VelvetSweatshop"
_SEND_WORKBOOK = "请上报下发的 Excel 表格文件（.xlsx）"
_HEAD = 4096
_BINARY = bytes({*range(32)} - {*b"\t\n\r\f\x1b"})

# How a file that is none of ours begins, and what to say of it.
_OTHERS: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    ((b"%PDF",), "这是 PDF 文件，不是工作簿", _SEND_WORKBOOK),
    (
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*"),
        "这是图片，不是工作簿",
        _SEND_WORKBOOK,
    ),
    (
        (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b"),
        "这是压缩包，不是工作簿",
        "请解压后上报里面的表格文件",
    ),
    ((b"PK\x05\x06",), "这是空的压缩包", _SEND_WORKBOOK),
    ((b"{\\rtf",), "这是 RTF 文档，不是工作簿", _SEND_WORKBOOK),
    ((b"\t\x00", b"\t\x02", b"\t\x04", b"\t\x08"), "文件是 Excel 5.0 以前的旧格式", ASK_AGAIN),
)
_WEB = (
    b"<!doctype html",
    b"<html",
    b"<table",
    b"<head",
    b"<meta",
    b"<body",
    b"<div",
    b"mime-version:",
)
_EXCEL_2003 = (
    b"urn:schemas-microsoft-com:office:spreadsheet",
    b"schemas-microsoft-com:office:excel",
)


def open_book(path: Path, limits: Limits | None = None) -> Book:
    """Return the picture of a returned workbook; the file is only read, once.

    Raises:
        Unreadable: it cannot be used, with the reason and the remedy in Chinese.
    """
    return read_book(content_of(path, limits), limits)


def content_of(path: Path, limits: Limits | None = None) -> bytes:
    """Return what is in a returned file; of one that is too large, enough to tell that it is.

    Raises:
        Unreadable: it cannot be opened, with the reason and the remedy in Chinese.
    """
    limits = limits or configured()
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size  # Python would make room for all it may read
            return file.read(min(size, limits.file_bytes) + 1)
    except OSError as error:
        raise _cannot_open(path, error) from error


def read_book(content: bytes, limits: Limits | None = None, *, on_demand: bool = False) -> Book:
    """Return the picture of the workbook that a file contains.

    `on_demand` leaves each worksheet of an .xlsx unread until something on it is asked for.

    Raises:
        Unreadable: it cannot be used, with the reason and the remedy in Chinese.
    """
    limits = limits or configured()
    if len(content) > limits.file_bytes:
        raise Unreadable(
            f"文件超过 {limits.file_bytes // 2**20} MB", "请删除图片和与本表无关的工作表后重新上报"
        )
    if content.startswith(_ZIP):
        return _read_zip(content, limits, on_demand=on_demand)
    if content.startswith(_OLE):
        return _read_ole(content, limits, on_demand=on_demand)
    raise _not_a_workbook(content)


def is_lock_file(name: str) -> bool:
    """Say whether a file of that name is what Excel or LibreOffice keeps beside an open one."""
    return name.startswith(("~$", ".~lock.", ".~"))


def _cannot_open(path: Path, error: OSError) -> Unreadable:
    if isinstance(error, FileNotFoundError):
        return Unreadable("找不到文件", "请检查文件名和路径")
    if path.is_dir():
        return Unreadable("这是文件夹，不是文件", "请指定文件夹里的表格文件")
    return Unreadable(
        "文件打不开，可能正被占用或没有权限", "请关闭正在打开它的程序，或检查文件的权限"
    )


def _read_zip(content: bytes, limits: Limits, *, on_demand: bool) -> Book:
    container = Container(content, limits)
    if "content.xml" in container and "xl/workbook.xml" not in container:
        return _read_ods(content, container, limits)
    if "xl/workbook.bin" in container:
        return _read_xlsb(content, container, limits)
    for folder, what in (("word/", "Word 文档"), ("ppt/", "演示文稿")):
        if any(name.startswith(folder) for name in container.names):
            raise Unreadable(f"这是 {what}，不是工作簿", _SEND_WORKBOOK)
    if "[content_types].xml" not in container and "_rels/.rels" not in container:
        raise Unreadable("这是压缩包，不是工作簿", "请解压后上报里面的表格文件")
    return book_in(container, limits, on_demand=on_demand)


def _read_ods(content: bytes, container: Container, limits: Limits) -> Book:
    from generator.workbook.reader.extent import check_ods
    from generator.workbook.reader.foreign import protected, read_foreign

    manifest = "META-INF/manifest.xml"
    if manifest in container and b"encryption-data" in container.read(manifest):
        raise protected()
    if "mimetype" in container and b"spreadsheet" not in container.read("mimetype"):
        raise Unreadable("这是文档，不是工作簿", _SEND_WORKBOOK)
    check_ods(container, limits)
    return read_foreign(content, "ods", limits)


def _read_xlsb(content: bytes, container: Container, limits: Limits) -> Book:
    from generator.workbook.reader.extent import check_xlsb
    from generator.workbook.reader.foreign import read_foreign

    check_xlsb(container, limits)
    return read_foreign(content, "xlsb", limits)


def _read_ole(content: bytes, limits: Limits, *, on_demand: bool) -> Book:
    from generator.workbook.reader.encrypted import inner_file
    from generator.workbook.reader.extent import check_xls
    from generator.workbook.reader.foreign import read_foreign

    kind, opened = inner_file(content, _DEFAULT_PASSWORD)
    if kind in ("doc97", "ppt97"):
        raise Unreadable("这是 Word 文档或演示文稿，不是工作簿", _SEND_WORKBOOK)
    if opened is not None and opened.startswith(_ZIP):
        return _read_zip(opened, limits, on_demand=on_demand)
    content = content if opened is None else opened
    check_xls(content, limits)
    return read_foreign(content, "xls", limits)


def _not_a_workbook(content: bytes) -> Unreadable:
    head = content[:_HEAD]
    if not content:
        return Unreadable("文件是空的（0 字节）", "请重新拷贝或请填报单位重新发送")
    if not head.strip(b"\0"):
        return Unreadable(
            "文件内容全是零，多半是拷贝或下载没有完成", "请重新拷贝或请填报单位重新发送"
        )
    for beginnings, message, remedy in _OTHERS:
        if head.startswith(beginnings):
            return Unreadable(message, remedy)
    text = _as_text(head)
    return (
        Unreadable("不是工作簿，无法识别文件内容", _SEND_WORKBOOK)
        if text is None
        else _written(text)
    )


def _as_text(head: bytes) -> bytes | None:
    """Return the beginning of a text file in small letters, or None for anything else."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace").encode().lower()
    if len(head.translate(None, _BINARY)) != len(head):
        return None
    return head.removeprefix(b"\xef\xbb\xbf").lower()


def _written(text: bytes) -> Unreadable:
    said = (
        (_EXCEL_2003[0], "文件是 Excel 2003 XML 表格"),
        (b"office:document", "文件是平面 XML 表格"),
    )
    for mark, message in said:
        if mark in text and b"<html" not in text:
            return Unreadable(message, ASK_AGAIN)
    if any(mark in text for mark in _WEB):
        return Unreadable("文件其实是网页，只是名字像工作簿", ASK_AGAIN)
    return Unreadable("文件其实是纯文本，只是名字像工作簿", ASK_AGAIN)
