"""Source that Excel would not compile, or would garble, is refused when the add-in is built."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from addin.builder import sources
from addin.builder.ovba import Kind
from addin.builder.source import module, modules_in
from addin.builder.versions import of_xlwings, our_own

ROOT = Path(__file__).parents[2]
MODULES = {one.name: one for one in sources().modules}
ALL = "".join(one.body for one in MODULES.values())
TEXTS = dict(next(sheet.rows for sheet in sources().sheets if sheet.name == "Texts"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Dim x\n", "first line is not Option Explicit"),
        ("VERSION 1.0 CLASS\nOption Explicit\n", "first line is not Option Explicit"),
        ("Option Explicit\n' 说明\n", "line 2 is not ASCII"),
        (f"Option Explicit\n'{'x' * 1023}\n", "line 2 is too long"),
        ("Option Explicit\n" + "x = _\n" * 25, "line 26 is too long"),
        ('Option Explicit\nDeclare Function F Lib "x" ()\n', "line 2 declares without PtrSafe"),
    ],
)
def test_source_that_does_not_compile_is_refused(text: str, fault: str):
    with pytest.raises(ValueError, match=f"^Any: .*{fault}"):
        module("Any", Kind.STANDARD, text)


def test_all_faults_are_told_at_once():
    with pytest.raises(ValueError, match=r"(?s)Any: line 2 .*\nAny: line 3 "):
        module("Any", Kind.STANDARD, "Option Explicit\n' 一\n' 二\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_windows_whatever_the_file_has(end: str):
    assert module("Any", Kind.STANDARD, f"Option Explicit{end}Dim x{end}").body == (
        "Option Explicit\r\nDim x\r\n"
    )


def test_a_stamp_that_is_not_known_is_an_error(tmp_path: Path):
    (tmp_path / "Any.bas").write_text("Option Explicit\n' @NOTHING@\n", encoding="utf-8")
    with pytest.raises(KeyError, match="NOTHING"):
        modules_in(tmp_path, {})


# -- versions --


def test_our_version_and_that_of_xlwings_are_stamped():
    assert f'JX_VERSION As String = "{our_own()}"' in MODULES["JxTexts"].body
    named = set(re.findall(r'Lib "(xlwings.*?)"', MODULES["JxServer"].body))
    assert named == {f"xlwings{bits}-{of_xlwings()}.dll" for bits in (32, 64)}


def xlwings_with(folder: Path, version: str, dll: str) -> subprocess.CompletedProcess[str]:
    """Ask for the version where an installation of xlwings looks like this."""
    info, package = folder / f"xlwings-{version}.dist-info", folder / "xlwings"
    info.mkdir()
    package.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: xlwings\nVersion: {version}\n")
    (info / "RECORD").write_text(f"../../{dll},,\n")
    (package / "__init__.py").write_text("USER_CONFIG_FILE = ''")
    (package / "xlwings_custom_addin.bas").write_text(f'Lib "xlwings64-{version}.dll"')
    code = "import sys; sys.path.insert(0, sys.argv[1]); "
    code += "from addin.builder.versions import of_xlwings; print(of_xlwings())"
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code, str(folder)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_dll_of_another_version_than_xlwings_stops_the_build(tmp_path: Path):
    done = xlwings_with(tmp_path, "9.9.9", "xlwings64-9.9.8.dll")
    assert "VersionError: xlwings 9.9.9 安装不完整：其中的文件属于 9.9.8、9.9.9" in done.stderr


def test_the_version_of_a_sound_installation_is_found(tmp_path: Path):
    assert xlwings_with(tmp_path, "9.9.9", "xlwings64-9.9.9.dll").stdout == "9.9.9\n"


# -- sentences --


def test_every_sentence_of_vba_stands_on_the_sheet_and_none_is_idle():
    asked = re.findall(r'\b(?:JxText|JxRaise)\(?\s?"([a-z-]+)"', ALL)
    assert set(asked) == set(TEXTS)


def test_every_blank_of_a_sentence_is_filled_in():
    calls = re.findall(r'\b(?:JxText|JxRaise)\(?\s?"([a-z-]+)"((?:, [^,\r\n]+)*)', ALL)
    filled = {key: rest.count(", ") for key, rest in calls}
    wanted = {key: len(set(re.findall(r"\{\d\}", text))) for key, text in TEXTS.items()}
    assert filled == wanted


# -- hazards of the usual runtime (design: what is known about Excel) --


def test_no_setting_is_read_from_a_workbook():
    lines = [line.strip() for line in ALL.split("\r\n") if "ActiveWorkbook" in line]
    assert lines == [
        'python.SetAttr python.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook',
        "If Not ActiveWorkbook Is Nothing Then JxDescribe",
    ]
    assert "ActiveWorkbook" not in MODULES["JxSettings"].body


def test_values_are_read_without_currency_and_dates():
    assert ".Value2" in MODULES["JxRanges"].body
    assert not re.search(r"\.Value\b", ALL)


def test_helpers_do_not_show_up_among_the_functions_of_excel():
    shown = [
        name
        for name, one in MODULES.items()
        if one.kind is Kind.STANDARD and "Option Private Module" not in one.body
    ]
    assert sorted(shown) == ["JxButtons", "JxFunctions"]


def test_no_library_is_needed_that_a_pc_may_lack():
    assert not re.search(r"\bAs (New )?(IRibbon|Office\.|MSForms\.|Scripting\.)", ALL)
