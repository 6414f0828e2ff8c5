"""VBA projects: what breaks real Excel, as far as it can be seen without Excel."""

from __future__ import annotations

import io
import re
import struct

import olefile
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from addin.builder.compression import compress
from addin.builder.ovba import Kind, Module, vba_project
from tests.addin.support.readers import decompressed_by_olevba, decompressed_by_pyopenvba

BOOK, SHEET = Module("ThisWorkbook", Kind.WORKBOOK), Module("Sheet1", Kind.SHEET)
PLAIN = Module("Plain", Kind.STANDARD, "Option Explicit\r\n")
CLASS = Module("Thing", Kind.CLASS, "Option Explicit\r\n")
ALL = [BOOK, SHEET, PLAIN, CLASS]
words = st.sampled_from(
    ["Dim ", "As ", "Range", "(", ")", "\r\n", "    ", "If ", "End Sub", "x", "="]
)
sources = st.lists(words, max_size=3000).map(lambda found: "".join(found).encode())


def project(modules: list[Module] = ALL) -> olefile.OleFileIO:
    """Return an opened project."""
    return olefile.OleFileIO(io.BytesIO(vba_project("Any", modules)))


def directory(modules: list[Module] = ALL) -> list[tuple[int, bytes]]:
    """Return the records of the stream dir."""
    data = decompressed_by_olevba(project(modules).openstream("VBA/dir").read())
    records, at = [], 0
    while at < len(data):
        number, size = struct.unpack_from("<HI", data, at)
        size = 6 if number == 0x09 else size  # the record that breaks the rule
        records.append((number, data[at + 6 : at + 6 + size]))
        at += 6 + size
    return records


def listing() -> str:
    """Return the stream PROJECT."""
    return project().openstream("PROJECT").read().decode("ascii")


# -- compression --


@given(sources)
@example(b"a" * 4095)
@example(b"a" * 4096)
@example(b"a" * 4097)
@example(b"Dim x\r\n" * 2000)
@settings(max_examples=40, deadline=None)
def test_source_is_decompressed_identically_by_two_readers(source: bytes):
    packed = compress(source)
    if source:
        assert decompressed_by_olevba(packed) == source
    assert decompressed_by_pyopenvba(packed) == source


@given(sources)
@settings(max_examples=20, deadline=None)
def test_every_chunk_is_made_of_tokens(source: bytes):
    packed, at = compress(source), 1
    while at < len(packed):
        (header,) = struct.unpack_from("<H", packed, at)
        assert header >> 12 == 0b1011
        at += (header & 0xFFF) + 3


def test_repetition_gets_short():
    assert len(compress(b"Public Sub Work()\r\nEnd Sub\r\n" * 100)) < 150


def test_what_does_not_get_shorter_is_refused():
    pairs = b"".join(bytes([a, b]) for a in range(64) for b in range(a, 64))
    with pytest.raises(ValueError, match="no source code"):
        compress(pairs[:4096])


# -- the project --


def test_the_streams_are_those_of_a_project_without_compiled_code():
    names = {"/".join(name) for name in project().listdir()}
    assert names == {"PROJECT", "PROJECTwm", "VBA/_VBA_PROJECT", "VBA/dir"} | {
        f"VBA/{module.name}" for module in ALL
    }
    assert project().openstream("VBA/_VBA_PROJECT").read().hex().upper() == "CC61FFFF000000"


def test_the_records_of_dir_come_in_the_order_of_the_specification():
    module = [0x19, 0x47, 0x1A, 0x32, 0x1C, 0x48, 0x31, 0x1E, 0x2C, 0x21, 0x2B]
    info = [0x01, 0x02, 0x14, 0x03, 0x04, 0x05, 0x40, 0x06, 0x3D, 0x07, 0x08, 0x09, 0x0C, 0x3C]
    numbers = [0x21 if number == 0x22 else number for number, _ in directory()]
    assert numbers == [*info, 0x16, 0x3E, 0x0D, 0x0F, 0x13, *module * len(ALL), 0x10]


def test_dir_counts_its_modules_and_says_which_are_classes():
    records = directory()
    assert dict(records)[0x0F] == struct.pack("<H", len(ALL))
    assert [number for number, _ in records if number in {0x21, 0x22}] == [0x22, 0x22, 0x21, 0x22]


def test_the_source_of_a_module_starts_at_once():
    assert {data for number, data in directory() if number == 0x31} == {bytes(4)}


def test_projectwm_is_not_compressed():
    assert project().openstream("PROJECTwm").read().startswith(b"ThisWorkbook\0T\0h\0")


def test_project_lists_each_module_once_with_windows_line_ends():
    lines = listing().split("\r\n")
    assert "\n" not in "".join(lines)
    assert lines[1:5] == [
        "Document=ThisWorkbook/&H00000000",
        "Document=Sheet1/&H00000000",
        "Module=Plain",
        "Class=Thing",
    ]
    assert len(lines) - lines.count("") == len({line for line in lines if line})


@pytest.mark.parametrize(("key", "clear"), [("CMG", bytes(4)), ("DPB", bytes(1)), ("GC", b"\xff")])
def test_the_project_is_neither_locked_nor_hidden(key: str, clear: bytes):
    identity = re.search('ID="(.*?)"', listing())[1]
    veiled = bytes.fromhex(re.search(f'{key}="(.*?)"', listing())[1])
    seed = veiled[0]
    last, before, plain = veiled[2], veiled[1], veiled[2] ^ seed
    assert (before ^ seed, plain) == (2, sum(identity.encode()) & 0xFF)
    found = bytearray()
    for byte in veiled[3:]:
        plain = byte ^ (before + plain & 0xFF)
        before, last = last, byte
        found.append(plain)
    data = bytes(found[(seed & 6) // 2 :])
    assert data == struct.pack("<I", len(clear)) + clear


@pytest.mark.parametrize(
    ("module", "base"),
    [
        (BOOK, "0{00020819-0000-0000-C000-000000000046}"),
        (SHEET, "0{00020820-0000-0000-C000-000000000046}"),
        (CLASS, "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"),
    ],
    ids=lambda given: getattr(given, "name", ""),
)
def test_a_class_and_a_document_name_what_they_are_based_on(module: Module, base: str):
    assert f'Attribute VB_Base = "{base}"\r\n' in module.text


def test_a_standard_module_has_its_name_and_nothing_else():
    assert PLAIN.text == 'Attribute VB_Name = "Plain"\r\nOption Explicit\r\n'


@pytest.mark.parametrize("name", ["Print", "date", "2nd", "a-b", "模块", "a" * 32, ""])
def test_a_name_that_excel_does_not_open_is_refused(name: str):
    with pytest.raises(ValueError, match="can be called"):
        vba_project("Any", [*ALL, Module(name, Kind.STANDARD)])


def test_two_modules_of_one_name_are_refused():
    with pytest.raises(ValueError, match="one name"):
        vba_project("Any", [*ALL, Module("PLAIN", Kind.STANDARD)])


@pytest.mark.parametrize("missing", [BOOK, SHEET], ids=lambda one: one.name)
def test_a_project_without_the_modules_of_its_workbook_is_refused(missing: Module):
    with pytest.raises(ValueError, match="need their modules"):
        vba_project("Any", [one for one in ALL if one is not missing])


def test_chinese_source_is_refused():
    with pytest.raises(UnicodeEncodeError):
        vba_project("Any", [*ALL, Module("Other", Kind.STANDARD, "' 说明\r\n")])


def test_equal_modules_give_equal_bytes_and_other_ones_another_identity():
    assert vba_project("Any", ALL) == vba_project("Any", ALL)
    assert vba_project("Any", ALL) != vba_project("Any", [BOOK, SHEET, PLAIN])
