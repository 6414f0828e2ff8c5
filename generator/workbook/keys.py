"""The bureau's key, with which workbooks are sealed: made on first use, in the user's own folder.

It stands in no workbook. Whoever has it can seal; a copy of the file lets another PC of the bureau
verify. `JIXIAO_KEY_FILE` points to one that is kept elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ELSEWHERE = "JIXIAO_KEY_FILE"
_FORMAT = re.compile(r"jixiao-key-1 ([0-9a-f]{64})\s*")
_MOST_BYTES = 1000


class KeyFileError(ValueError):
    """The file of the key cannot be used; the message says what to do, in Chinese."""


@dataclass(frozen=True)
class Key:
    """A secret that seals."""

    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """What a seal says of the key that signed it; it betrays nothing."""
        return hashlib.sha256(b"jixiao key name\0" + self.secret).hexdigest()[:8]


def key_file(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Return where the key is kept: where the environment says, else in the user's own settings."""
    known = os.environ if environment is None else environment
    if known.get(ELSEWHERE):
        return Path(known[ELSEWHERE])
    if platform == "win32" and known.get("APPDATA"):
        return Path(known["APPDATA"], "jixiao", "seal.key")
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "jixiao" / "seal.key"
    return Path(known.get("XDG_CONFIG_HOME") or Path.home() / ".config", "jixiao", "seal.key")


def read_key(file: Path | None = None) -> Key | None:
    """Return the key, or None when there is none yet.

    Raises:
        KeyFileError: the file is there and is no key, or cannot be read.
    """
    file = file or key_file()
    try:
        with file.open("rb") as stream:
            text = stream.read(_MOST_BYTES).decode("ascii", "replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyFileError(
            f"密钥文件 {file} 打不开（{error.strerror}）。请检查权限，"
            f"或用环境变量 {ELSEWHERE} 指定另一个密钥文件。"
        ) from error
    match = _FORMAT.fullmatch(text)
    if match is None:
        raise KeyFileError(
            f"密钥文件 {file} 的内容不是密钥，可能已损坏。请用备份恢复；没有备份的，移走该文件后"
            "会另生成一个，但已下发的表将无法核对标识。"
        )
    return Key(bytes.fromhex(match[1]))


def own_key(file: Path | None = None) -> Key:
    """Return the key; it is made when there is none yet.

    Raises:
        KeyFileError: the file is there and is no key, or cannot be read or written.
    """
    file = file or key_file()
    key = read_key(file)
    if key is None:
        _make(file)
        key = read_key(file)
    assert key is not None
    return key


def _make(file: Path) -> None:
    """Write a new key, whole or not at all; one that somebody else made meanwhile stays."""
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(8)}.tmp")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(f"jixiao-key-1 {secrets.token_hex(32)}\n".encode())
            stream.flush()
            os.fsync(stream.fileno())
        _put(temporary, file)
    except OSError as error:
        raise KeyFileError(
            f"密钥文件 {file} 写不了（{error.strerror}）。请检查权限，"
            f"或用环境变量 {ELSEWHERE} 指定另一个密钥文件。"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _put(temporary: Path, file: Path) -> None:
    try:
        os.link(temporary, file)  # fails where there is one, which a rename does not
    except FileExistsError:
        return
    except OSError:  # a file system without links
        if not file.exists():
            temporary.replace(file)
