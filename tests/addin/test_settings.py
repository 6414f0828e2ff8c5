"""The settings file beside the add-in."""

from decimal import Decimal
from pathlib import Path

import pytest

from addin.settings import Settings, conf_beside, read, write


def test_what_is_written_is_read_again(tmp_path: Path):
    file = tmp_path / "jixiao" / "jixiao.conf"
    values = {"INTERPRETER": "C:/Python/python.exe", "SENT": "D:/下发 文件", "PERIOD": "2024"}
    write(Settings(file, values))
    assert read(file).values == values


def test_the_file_is_utf_8_without_a_mark_for_vba(tmp_path: Path):
    file = tmp_path / "jixiao.conf"
    write(Settings(file, {"SENT": "下发", "TEXT": "a\nEVIL=b"}))
    assert file.read_bytes() == "SENT=下发\r\nTEXT=a EVIL=b\r\n".encode()


def test_what_notepad_adds_is_overlooked(tmp_path: Path):
    file = tmp_path / "jixiao.conf"
    file.write_bytes("\ufeffYELLOW = -8%\r\n\r\n随便\r\n".encode())
    assert read(file).values == {"YELLOW": "-8%"}


def test_a_file_of_another_code_page_is_told(tmp_path: Path):
    file = tmp_path / "jixiao.conf"
    file.write_bytes("SENT=下发".encode("gbk"))
    with pytest.raises(ValueError, match="不是 UTF-8 编码"):
        read(file)


def test_a_missing_file_means_the_defaults(tmp_path: Path):
    kept = read(tmp_path / "no.conf")
    assert (kept.fraction("YELLOW"), kept.fraction("RED"), kept.digits) == (
        *(Decimal("-0.05"), Decimal("-0.15")),
        2,
    )


def test_a_folder_that_is_gone_is_not_proposed(tmp_path: Path):
    kept = Settings(tmp_path, {"SENT": str(tmp_path / "gone"), "RETURNED": str(tmp_path)})
    assert (kept.path("SENT"), kept.path("RETURNED"), kept.path("ROSTER")) == (None, tmp_path, None)


def test_settings_lie_in_a_folder_of_their_own():
    assert conf_beside(Path("XLSTART/jixiao.xlam")) == Path("XLSTART/jixiao/jixiao.conf")
