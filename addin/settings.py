"""The settings: a text file beside the installed add-in, and nowhere else.

A workbook that someone sends in must not be able to say which Python is started; so neither the
workbook, nor its folder, nor the home folder is asked.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

XLAM = "jixiao.xlam"
INTERPRETER, PYTHONPATH, XLWINGS, DLL = "INTERPRETER", "PYTHONPATH", "XLWINGS", "DLL"
ROSTER, SENT, RETURNED, PERIOD = "ROSTER", "SENT", "RETURNED", "PERIOD"
YELLOW, RED, DIGITS = "YELLOW", "RED", "DIGITS"
_DEFAULTS = {YELLOW: "-5%", RED: "-15%", DIGITS: "2"}
_MOST_DIGITS = 6


@dataclass(frozen=True)
class Settings:
    """What is set, by key; paths are None where nothing is set."""

    file: Path
    values: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> str:
        """Return what is set, the default, or an empty text."""
        return self.values.get(key) or _DEFAULTS.get(key, "")

    def path(self, key: str) -> Path | None:
        """Return a path that still exists, or None."""
        path = Path(self[key]) if self[key] else None
        return path if path and path.exists() else None

    def fraction(self, key: str) -> Decimal:
        """Return a threshold as a fraction.

        >>> Settings(Path("x"), {"YELLOW": "-5%"}).fraction("YELLOW")
        Decimal('-0.05')

        Raises:
            ValueError: it is no number.
        """
        text = self[key].strip()
        try:
            number = Decimal(text.removesuffix("%"))
        except InvalidOperation:
            raise ValueError(f"设置里的 {key} 是“{text}”，应为 -5% 这样的百分数。") from None
        return number / 100 if text.endswith("%") else number

    @property
    def digits(self) -> int:
        """How many decimals of a percentage are shown.

        Raises:
            ValueError: it is no whole number from 0 to 6.
        """
        text = self[DIGITS]
        if not (text.isdecimal() and int(text) <= _MOST_DIGITS):
            raise ValueError(f"设置里的 {DIGITS} 是“{text}”，应为 0 到 {_MOST_DIGITS} 的整数。")
        return int(text)

    def having(self, **values: str) -> Settings:
        """Return these settings with some others."""
        return replace(self, values={**self.values, **values})


def read(file: Path) -> Settings:
    """Return the settings in a file; those of a missing file are the defaults.

    Raises:
        ValueError: the file is not UTF-8.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")  # Notepad may have put a mark in front
    except FileNotFoundError:
        return Settings(file)
    except UnicodeDecodeError:
        raise ValueError(
            f"设置文件 {file} 不是 UTF-8 编码，读不出来。请执行 jixiao addin install 重新生成。"
        ) from None
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return Settings(file, {key.strip(): value.strip() for key, _, value in pairs})


def write(settings: Settings) -> None:
    """Write the settings, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    from generator.workbook.save import write_bytes

    settings.file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{key}={' '.join(value.split())}" for key, value in settings.values.items()]
    write_bytes(settings.file, "".join(f"{line}\r\n" for line in lines).encode())


def conf_beside(xlam: Path) -> Path:
    """Return the settings file of an installed add-in.

    It has a folder of its own: Excel opens every file of XLSTART as a workbook, but enters no
    folder.
    """
    return xlam.parent / "jixiao" / "jixiao.conf"


def startup_folder() -> Path | None:
    """Return the folder from which Excel opens its add-ins, and which it trusts; None elsewhere."""
    roaming = os.environ.get("APPDATA")
    return Path(roaming, "Microsoft", "Excel", "XLSTART") if roaming else None


def own_folder() -> Path:
    """Return the folder for the log and for pages that are only looked at."""
    local = os.environ.get("LOCALAPPDATA")
    return Path(local) / "jixiao" if local else Path.home() / ".local" / "share" / "jixiao"


def log_file() -> Path:
    """Return the log that macros and functions write."""
    return own_folder() / "jixiao.log"
