"""Where a ledger lies: a SQLite file on this PC, or a PostgreSQL database for several."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_MOUNTS = Path("/proc/mounts")
_SHARED = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|ncpfs|afs|davfs\d?|ceph|lustre|glusterfs|fuse\.\w+")
_LOCAL_FUSE = {"fuse.fuseblk", "fuse.overlayfs", "fuse.lxcfs"}
_OCTAL = re.compile(r"\\([0-7]{3})")  # how /proc/mounts writes a blank
_LONG = "\\\\?\\"  # before a path of any length
_REMOTE_DRIVE = 4  # DRIVE_REMOTE of the Windows API
_SERVERS = {"postgresql", "postgres"}


class LedgerError(ValueError):
    """A ledger cannot be used; the message, in Chinese, says why and what to do."""


def locate(where: str | Path) -> URL:
    """Return the address of a ledger written as a path or as `postgresql://…`.

    Raises:
        LedgerError: it is neither, or a file where several PCs would write at once.
    """
    text = str(where).strip()
    scheme, found, _ = text.partition("://")
    if isinstance(where, Path) or not found:
        return _file(Path(text))
    kind = scheme.partition("+")[0].lower()
    if kind == "sqlite":
        return _file(Path(text.partition(":///")[2]))
    if kind not in _SERVERS:
        raise LedgerError(
            f"不认识台账地址“{scheme}://…”，请写 SQLite 文件的路径，"
            "或 postgresql://用户:密码@服务器/数据库"
        )
    try:
        return make_url(text).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as error:
        raise LedgerError(
            "看不懂 PostgreSQL 的地址，应写成 postgresql://用户:密码@服务器/数据库；"
            "密码里有 @、/、: 等符号的，要写成 %40、%2F、%3A"
        ) from error


def called(url: URL) -> str:
    """Return how a ledger is called on screen: a password is never shown."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def _file(path: Path) -> URL:
    if not path.name:
        raise LedgerError("没有写台账的位置，请写一个文件，例如 台账.db")
    share = share_of(path)
    if share:
        raise LedgerError(
            f"台账“{path}”在网络共享上（{share}）。几台电脑同时写共享盘上的 SQLite 文件会损坏数据，"
            "程序不在那里建台账。请把台账放在本机硬盘上；几台电脑要共用的，请用 PostgreSQL，"
            "地址写成 postgresql://用户:密码@服务器/数据库"
        )
    if path.is_dir():
        raise LedgerError(f"“{path}”是文件夹，请写台账文件，例如 {path / '台账.db'}")
    return URL.create("sqlite", database=str(path))


def share_of(path: Path) -> str:
    """Return the kind of network share that a path lies on, or an empty text."""
    if is_unc(str(path)):
        return "UNC 路径"
    if sys.platform == "win32":
        return _windows_share(path)
    if _MOUNTS.is_file():
        return mount_share(_real(path), _MOUNTS.read_text(encoding="utf-8", errors="replace"))
    return ""


def mount_share(path: str, mounts: str) -> str:
    r"""Return the network file system under a path, by a table of mounts as Linux writes it.

    >>> mount_share("/mnt/财政/台账.db", "/dev/sda1 / ext4 rw 0 0\nsrv:/x /mnt/财政 nfs4 rw 0 0")
    'nfs4'
    """
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _OCTAL.sub(lambda code: chr(int(code[1], 8)), fields[1])
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):  # a later mount hides an earlier one
            best, kind = point, fields[2]
    return kind if kind not in _LOCAL_FUSE and _SHARED.fullmatch(kind) else ""


def is_unc(path: str) -> bool:
    r"""Whether a path of Windows leads to another computer.

    >>> is_unc(r"\\server\x"), is_unc(r"\\?\UNC\server\x"), is_unc(r"\\?\C:\x"), is_unc(r"C:\x")
    (True, True, False, False)
    """
    if path.startswith(_LONG):
        return path.removeprefix(_LONG).upper().startswith("UNC\\")
    return path.startswith(("\\\\", "//"))


def _real(path: Path) -> str:
    return os.path.realpath(path)


def _windows_share(path: Path) -> str:
    """Tell a mapped network drive, and a folder that leads to a share."""
    if sys.platform != "win32":
        return ""
    import ctypes

    real = _real(path)
    if is_unc(real):
        return "UNC 路径"
    drive = os.path.splitdrive(real.removeprefix(_LONG))[0]
    kind = ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\")
    return f"映射的网络驱动器 {drive}" if kind == _REMOTE_DRIVE else ""
