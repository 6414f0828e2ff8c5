"""The finished add-in: read by four programs, and the same wherever it is built."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from addin.builder import build, contents, sources
from addin.builder.versions import our_own
from tests.addin.support import readers
from tests.support.open_xml import complaints_of_microsoft

ROOT = Path(__file__).parents[2]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def xlam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The add-in, built once."""
    return build(tmp_path_factory.mktemp("dist"))


def parts(xlam: Path) -> dict[str, bytes]:
    """Return the parts of the package."""
    with zipfile.ZipFile(xlam) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# -- readers --


def test_olevba_reads_the_source_back(xlam: Path):
    found = readers.source_by_olevba(xlam)
    wanted = {one.name: one.text for one in sources().modules}
    # olevba gives lines that end in LF
    assert {name: found[name].replace("\r\n", "\n") for name in wanted} == {
        name: text.replace("\r\n", "\n") for name, text in wanted.items()
    }


def test_pyopenvba_reads_the_source_back_identically(xlam: Path):
    found = readers.source_by_pyopenvba(xlam)
    assert {one.name: found[one.name] for one in sources().modules} == {
        one.name: one.text for one in sources().modules
    }


def test_pyopenvba_finds_nothing_wrong(xlam: Path):
    assert readers.complaints_of_pyopenvba(xlam) == []


def test_microsofts_sdk_finds_nothing_wrong(xlam: Path):
    assert complaints_of_microsoft(xlam) == []


def test_microsofts_sdk_looks_at_the_ribbon_and_the_sheets(xlam: Path, tmp_path: Path):
    """A check that finds nothing must be able to find something."""
    broken = tmp_path / "broken.xlam"
    with zipfile.ZipFile(broken, "w") as archive:
        for name, content in parts(xlam).items():
            worse = content.replace(b'size="large"', b'size="huge"')
            worse = worse.replace(b'defaultRowHeight="15"', b'defaultRowHeight="x"')
            archive.writestr(name, worse)
    paths = {complaint["path"] for complaint in complaints_of_microsoft(broken)}
    assert paths >= {"/customUI/customUI14.xml", "/xl/worksheets/sheet1.xml"}


# -- the package --


def test_excel_finds_the_types_of_all_parts(xlam: Path):
    found = parts(xlam)
    assert next(iter(found)) == "[Content_Types].xml"
    types = ElementTree.fromstring(found["[Content_Types].xml"])
    overrides = {each.get("PartName") for each in types if each.get("PartName")}
    suffixes = {each.get("Extension") for each in types if each.get("Extension")}
    assert {part.lstrip("/") for part in overrides} <= set(found)
    assert {name.rpartition(".")[2] for name in found} == suffixes


def test_every_relationship_leads_to_a_part(xlam: Path):
    found = parts(xlam)
    for folder, rels in (("", "_rels/.rels"), ("xl/", "xl/_rels/workbook.xml.rels")):
        targets = [each.get("Target") for each in ElementTree.fromstring(found[rels])]
        assert [target for target in targets if f"{folder}{target}" not in found] == []


def test_each_sheet_bears_the_name_of_its_module(xlam: Path):
    found = parts(xlam)
    codes = [
        ElementTree.fromstring(found[f"xl/worksheets/sheet{number}.xml"])
        .find(f"{MAIN}sheetPr")
        .get("codeName")
        for number in (1, 2, 3)
    ]
    book = ElementTree.fromstring(found["xl/workbook.xml"]).find(f"{MAIN}workbookPr")
    modules = set(readers.source_by_pyopenvba(xlam))
    assert {book.get("codeName"), *codes} <= modules


def test_the_texts_are_on_hidden_sheets_and_one_sheet_is_not_hidden(xlam: Path):
    sheets = ElementTree.fromstring(parts(xlam)["xl/workbook.xml"]).iter(f"{MAIN}sheet")
    assert {each.get("name"): each.get("state") for each in sheets} == {
        "Jixiao": "visible",
        "Texts": "hidden",
        "Functions": "hidden",
    }


def test_the_version_is_stamped(xlam: Path):
    assert f"<cp:version>{our_own()}</cp:version>".encode() in parts(xlam)["docProps/core.xml"]


# -- the same bytes everywhere --


def built_by_command(folder: Path, **environment: str) -> str:
    """Build with the command, elsewhere and in other circumstances; return the digest."""
    folder.mkdir()
    subprocess.run(
        [sys.executable, str(ROOT / "build_addin.py"), "--out", "out"],
        cwd=folder,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
    )
    return hashlib.sha256((folder / "out" / "jixiao.xlam").read_bytes()).hexdigest()


def test_place_zone_language_and_hash_seed_change_nothing(xlam: Path, tmp_path: Path):
    found = {
        hashlib.sha256(xlam.read_bytes()).hexdigest(),
        built_by_command(tmp_path / "a", TZ="Asia/Shanghai", LC_ALL="C", PYTHONHASHSEED="1"),
        built_by_command(tmp_path / "部门", TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="2"),
    }
    assert len(found) == 1


def test_nothing_depends_on_a_compressor_or_a_clock(xlam: Path):
    with zipfile.ZipFile(xlam) as archive:
        entries = archive.infolist()
    assert {(one.compress_type, one.date_time, one.create_system) for one in entries} == {
        (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 0)
    }


def test_building_twice_gives_equal_bytes():
    assert contents(sources()) == contents(sources())
