"""Files as they come from careless and hostile hands, built from one good return by code.

Every kind is one function of that return; `KINDS` says what it must become in a merge.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO

from generator.model.merged import State
from tests.report.city import without_seal
from tests.stories.seeds import Return, faultless, published
from tests.workbook.handmade import MAIN, OFFICE, STRICT, zipped
from tests.workbook.reader.test_formats import encrypted, open_document

FORM = "assessment-targets"
SHEET = "xl/worksheets/sheet2.xml"  # the form's own worksheet
Build = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Kind:
    """A kind of file: how it is made, what it counts as, and what must be said of it."""

    build: Build
    state: State = State.UNREADABLE
    says: str = ""
    suffix: str = ".xlsx"


@cache
def good() -> Return:
    """Return the form and the answers behind the good file."""
    return faultless(FORM)


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Return a workbook with its parts changed, as tightly packed as can be; None drops a part."""
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return made.getvalue()


def _part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    return repacked(content, lambda each, part: change(part) if each == name else part)


def _without(content: bytes, name: str) -> bytes:
    return repacked(content, lambda each, part: None if each == name else part)


def added(content: bytes, *members: tuple[str, bytes]) -> bytes:
    """Return the package with members appended, whatever they are called."""
    made = BytesIO(content)
    with warnings.catch_warnings(), zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as package:
        warnings.simplefilter("ignore")  # a name that is there already
        for name, part in members:
            package.writestr(name, part)
    return made.getvalue()


def in_rows(xml: bytes, rows: str) -> bytes:
    return xml.replace(b"</sheetData>", rows.encode() + b"</sheetData>")


def _related(content: bytes, kind: str, target: str) -> bytes:
    """Return the package with one more relationship of the workbook."""
    link = f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    name = "xl/_rels/workbook.xml.rels"
    return _part(content, name, lambda xml: xml.replace(b"</Relationships>", link.encode()))


# -- built one by one --


def truncated(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def zip_bomb(content: bytes) -> bytes:
    return _part(content, SHEET, lambda _: b"<worksheet>" + b"<c/>" * 12_000_000)


def tight_bomb(content: bytes) -> bytes:
    return _part(content, SHEET, lambda _: bytes(50_000_000))


def lying_bomb(content: bytes) -> bytes:
    """Say in the directory that a part of 8 MB has 100 bytes."""
    bomb = bytearray(_part(content, SHEET, lambda _: bytes(8_000_000)))
    size = (8_000_000).to_bytes(4, "little")
    while (place := bomb.find(size)) >= 0:
        bomb[place : place + 4] = (100).to_bytes(4, "little")
    return bytes(bomb)


def entity_bomb(content: bytes) -> bytes:
    lols = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    doctype = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{lols}]>'
    return _part(content, SHEET, lambda xml: doctype.encode() + xml[xml.index(b"<worksheet") :])


def outside_entity(content: bytes) -> bytes:
    doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return _part(
        content,
        "xl/workbook.xml",
        lambda xml: doctype + xml[xml.index(b"<workbook") :].replace(b"<sheets>", b"<sheets>&e;"),
    )


def deep(content: bytes) -> bytes:
    return _part(content, SHEET, lambda _: b"<a>" * 100_000 + b"</a>" * 100_000)


def styled_blank_rows(content: bytes) -> bytes:
    rows = "".join(
        f'<row r="{r}" s="1" customFormat="1"><c r="A{r}" s="1"/><c r="B{r}" s="1"/></row>'
        for r in range(2000, 602_000)
    )
    return _part(content, SHEET, lambda xml: in_rows(xml, rows))


def far_cell(content: bytes) -> bytes:
    row = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>1</t></is></c></row>'
    return _part(content, SHEET, lambda xml: in_rows(xml, row))


def many_merges(content: bytes) -> bytes:
    merges = "".join(f'<mergeCell ref="A{r}:B{r}"/>' for r in range(2000, 52_000))
    return _part(
        content,
        SHEET,
        lambda xml: xml.replace(b"</mergeCells>", merges.encode() + b"</mergeCells>"),
    )


def too_many_merges(content: bytes) -> bytes:
    merges = "".join(f'<mergeCell ref="A{r}:B{r}"/>' for r in range(2000, 252_000))
    return _part(
        content,
        SHEET,
        lambda xml: xml.replace(b"</mergeCells>", merges.encode() + b"</mergeCells>"),
    )


def twice_named(content: bytes) -> bytes:
    return added(content, (SHEET.upper(), b"<worksheet/>"))


def broken_date(content: bytes) -> bytes:
    """Damage the packed bytes of the part that says when the file was saved."""
    package = zipfile.ZipFile(BytesIO(content))
    part = package.getinfo("docProps/core.xml")
    place = part.header_offset + 30 + len(part.filename)
    return content[:place] + b"\xff" * 8 + content[place + 8 :]


def other_encoding(content: bytes) -> bytes:
    head = b'<?xml version="1.0" encoding="gb18030"?>'
    return _part(content, SHEET, lambda xml: head + xml[xml.index(b"<worksheet") :])


def other_packing_of_date(content: bytes) -> bytes:
    content = _without(content, "docProps/core.xml")
    made = BytesIO(content)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_LZMA) as package:
        package.writestr("docProps/core.xml", "x" * 99)
    return made.getvalue()


def slipping(content: bytes) -> bytes:
    return added(content, ("../../../evil.xml", b"<x/>"))


def absolute_name(content: bytes) -> bytes:
    return added(content, ("C:/Windows/evil.xml", b"<x/>"))


def macros(content: bytes) -> bytes:
    content = _related(content, "vbaProject", "vbaProject.bin")
    return added(content, ("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub Workbook_Open() Shell"))


def external_links(content: bytes) -> bytes:
    book = f'<externalLink xmlns="{MAIN}"><externalBook/></externalLink>'
    content = _related(content, "externalLink", "externalLinks/externalLink1.xml")
    return added(content, ("xl/externalLinks/externalLink1.xml", book.encode()))


def dde(content: bytes) -> bytes:
    link = (
        f'<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/c calc">'
        '<ddeItems><ddeItem name="A0"/></ddeItems></ddeLink></externalLink>'
    )
    content = _related(content, "externalLink", "externalLinks/externalLink1.xml")
    return added(content, ("xl/externalLinks/externalLink1.xml", link.encode()))


def very_hidden(content: bytes) -> bytes:
    return _part(
        content,
        "xl/workbook.xml",
        lambda xml: re.sub(rb'(<sheet [^>]*sheetId="2"[^>]*state=")visible', rb"\1veryHidden", xml),
    )


def from_1904(content: bytes) -> bytes:
    return _part(
        content,
        "xl/workbook.xml",
        lambda xml: re.sub(rb"<workbookPr[^>]*/>", b'<workbookPr date1904="1"/>', xml),
    )


def strict(content: bytes) -> bytes:
    """Write the package in the strict dialect: other name spaces."""
    office = "http://purl.oclc.org/ooxml/officeDocument/relationships"

    def change(_: str, part: bytes) -> bytes:
        part = part.replace(MAIN.encode(), STRICT.encode())
        return part.replace(f"{OFFICE}/".encode(), f"{office}/".encode()).replace(
            f'"{OFFICE}"'.encode(), f'"{office}"'.encode()
        )

    return repacked(content, change)


def other_form(_: bytes) -> bytes:
    one = published("department-targets")
    from generator.stamp import Stamper

    return Stamper(one.form, one.example.period).stamp(one.example.department)


def own_making(_: bytes) -> bytes:
    from openpyxl import Workbook

    book, made = Workbook(), BytesIO()
    book.worksheets[0]["A1"] = "本单位自制的表"
    book.save(made)
    return made.getvalue()


def starving(content: bytes, sheet: str = SHEET) -> bytes:
    """Return a workbook that is within all limits of the reader, and takes much memory to read."""
    cells = "".join(f'<c r="{letter}{{0}}"><v>1</v></c>' for letter in "ABCDEFGHIJ")
    rows = "".join(f'<row r="{n}">{cells.format(n)}</row>' for n in range(2000, 47_000))
    return _part(content, sheet, lambda xml: in_rows(xml, rows))


def huge_names(content: bytes) -> bytes:
    """Let a table reach over all rows of the worksheet."""
    return _part(
        content,
        "xl/workbook.xml",
        lambda xml: re.sub(rb"(\$[A-Z]+\$)\d+</definedName>", rb"\g<1>1048576</definedName>", xml),
    )


def huge_shape(content: bytes) -> bytes:
    """Let the seal say that a table has two thousand million rows."""
    return repacked(
        content,
        lambda _, part: re.sub(rb'("goals":\[)\d+', rb"\g<1>2000000000", part),
    )


def nested_shape(content: bytes) -> bytes:
    """Let the seal nest lists until a reader overflows."""
    return repacked(content, lambda _, part: re.sub(rb'\[\["targets[^<]*', b"[" * 30_000, part))


def constant(content: bytes) -> Build:
    return lambda _: content


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML = "<html><table><tr><td>编码</td></tr></table></html>".encode("gb18030")
RETURNED = State.RETURNED
KINDS: dict[str, Kind] = {
    # -- refused, each with its own reason --
    "empty": Kind(constant(b""), says="文件是空的"),
    "zeros": Kind(constant(bytes(5000)), says="全是零"),
    "truncated": Kind(truncated, says="文件不完整"),
    "noise": Kind(constant(bytes(range(1, 30)) * 99), says="无法识别"),
    "PDF": Kind(constant(b"%PDF-1.7"), says="PDF"),
    "HTML": Kind(constant(HTML), says="网页", suffix=".xls"),
    "text": Kind(constant("编码\t名称".encode("gb18030")), says="纯文本", suffix=".xls"),
    "archive": Kind(lambda content: zipped({"表.xlsx": content}), says="压缩包", suffix=".zip"),
    "Word": Kind(
        constant(zipped({"[Content_Types].xml": "", "word/document.xml": ""})), says="Word"
    ),
    "password": Kind(partial(encrypted, password="一二三"), says="打开密码"),
    "broken old file": Kind(constant(OLE + bytes(600)), says="损坏", suffix=".et"),
    "broken .xlsb": Kind(
        constant(zipped({"xl/workbook.bin": b"\x83\x01\xff"})), says="损坏", suffix=".xlsb"
    ),
    "zip bomb": Kind(zip_bomb, says="倍，可能是恶意文件"),
    "tight bomb": Kind(tight_bomb, says="倍，可能是恶意文件"),
    "lying bomb": Kind(lying_bomb, says="读不出来"),
    "entity bomb": Kind(entity_bomb, says="实体声明"),
    "outside entity": Kind(outside_entity, says="实体声明"),
    "deep nesting": Kind(deep, says="层次超过"),
    "styled blank rows": Kind(styled_blank_rows, says="单元格超过"),
    "too many merges": Kind(too_many_merges, says="合并单元格超过"),
    "other encoding": Kind(other_encoding, says="文字编码"),
    "other packing": Kind(other_packing_of_date, says="压缩方式"),
    "twice the same part": Kind(twice_named, says="重名"),
    "slipping name": Kind(slipping, says="不合法的部件名"),
    "absolute name": Kind(absolute_name, says="不合法的部件名"),
    "no workbook part": Kind(partial(_without, name="xl/workbook.xml"), says="没有工作簿"),
    "no worksheet part": Kind(partial(_without, name=SHEET), says="缺少部件"),
    "no styles part": Kind(partial(_without, name="xl/styles.xml"), says="样式不存在"),
    "no relationships": Kind(
        partial(_without, name="xl/_rels/workbook.xml.rels"), says="找不到工作表"
    ),
    # -- read, and said to be something else --
    "other form": Kind(other_form, State.FORM, "这是“部门整体绩效目标表”"),
    "own making": Kind(own_making, State.FORM, "没有找到"),
    "own making in .ods": Kind(constant(open_document("")), State.FORM, "没有找到", suffix=".ods"),
    # -- read and used --
    "as it was": Kind(lambda content: content, RETURNED),
    "called .xls": Kind(lambda content: content, RETURNED, suffix=".xls"),
    "without suffix": Kind(lambda content: content, RETURNED, suffix=""),
    "default password": Kind(partial(encrypted, password="VelvetSweatshop"), RETURNED),
    "macros": Kind(macros, RETURNED, "宏没有运行", suffix=".xlsm"),
    "external links": Kind(external_links, RETURNED, "链接没有更新"),
    "DDE": Kind(dde, RETURNED, "DDE"),
    "far cell": Kind(far_cell, RETURNED),
    "50,000 merges": Kind(many_merges, RETURNED),
    "very hidden": Kind(very_hidden, RETURNED, "工作表被隐藏了"),
    "1904": Kind(from_1904, RETURNED),
    "strict": Kind(strict, RETURNED),
    "names over all rows": Kind(huge_names, RETURNED),
    "a huge shape": Kind(huge_shape, RETURNED, "标识被改动过"),
    "a nested shape": Kind(nested_shape, RETURNED, "标识被改动过"),
    "a broken date": Kind(broken_date, RETURNED),
    "no seal": Kind(without_seal, RETURNED, "没有表样标识"),
}
