"""The zip file around an .xlsx: its parts by name, with limits, and never more than asked for."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import IO

from generator.workbook.book import Limits, Unreadable
from generator.workbook.reader.latest import Latest

try:  # inflates in half the time; what comes out is the same
    from isal.isal_zlib import crc32, decompressobj
except ImportError:
    from zlib import crc32, decompressobj

CHUNK = 2**16
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>([^<]+)<")
ASK_AGAIN = "请用 Excel 或 WPS 打开原文件，另存为 .xlsx 后重新上报"

_LARGE = 2**22  # a small part may be packed as tightly as it likes
_USUAL = 0x80E  # flags: how well it is packed, sizes behind the data, name in UTF-8
_LOCAL = struct.Struct("<4s22x2H")  # what stands before a part's data: mark, lengths of its texts
_Packed = tuple[int, int, int, bytes]  # how a part is packed, its size, its checksum, its data
_LAST = Latest[tuple[_Packed, bytes]](2**21)  # the parts of files before, packed and inflated
ZIP_ERRORS = (  # what reading a zip raises, given anything
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


CORE = "docProps/core.xml"  # the part that says who saved a workbook, and when


def moment_in(core: bytes) -> datetime | None:
    """Return when the part for it says that a workbook was saved; None if it is not to be told."""
    match = _MODIFIED.search(core)
    try:
        moment = datetime.fromisoformat(match[1].decode().strip()) if match else None
    except (ValueError, OverflowError):
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def broken(what: str) -> Unreadable:
    """Return the error for a file whose content contradicts itself or is cut off."""
    return Unreadable(f"文件已损坏：{what}", ASK_AGAIN)


class Container:
    """The parts of a package, named as Excel does: forward slashes, capitals not told apart."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._limits, self._content = limits, content
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except ZIP_ERRORS as error:
            raise Unreadable(
                "文件不完整，可能是传输中断或U盘拔出过早", "请重新拷贝或请填报单位重新发送"
            ) from error
        members = [each for each in self._zip.infolist() if not each.filename.endswith("/")]
        self._parts = {_plain_name(each.filename): each for each in members}
        self._refuse_slipping_names(members)
        self._refuse_bombs(members)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._parts

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, in small letters."""
        return tuple(self._parts)

    def size(self, name: str) -> int:
        """Return the inflated size of a part; 0 when there is none."""
        part = self._parts.get(name.casefold())
        return part.file_size if part else 0

    def read(self, name: str) -> bytes:
        """Return a part's content."""
        part = self._parts.get(name.casefold())
        content = _small(self._content, part) if part else None
        if content is not None:
            return content
        with self.open(name) as stream:
            return stream.read()

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part's content piece by piece."""
        with self.open(name) as stream:
            while piece := stream.read(CHUNK):
                yield piece

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a part for reading; what is wrong with the zip below is one kind of error."""
        part = self._parts.get(name.casefold())
        if part is None:
            raise broken(f"缺少部件 {name}")
        try:
            with self._zip.open(part) as stream:
                yield stream
        except Unreadable:
            raise
        except ZIP_ERRORS as error:
            raise broken(f"部件 {name} 读不出来") from error

    def _refuse_slipping_names(self, members: list[zipfile.ZipInfo]) -> None:
        if len(self._parts) != len(members):
            raise broken("压缩包里有重名的部件，不是办公软件正常保存的文件")
        for name in self._parts:
            if not name or ".." in name.split("/") or ":" in name or "\0" in name:
                raise broken(f"压缩包里有不合法的部件名“{name}”，不是办公软件正常保存的文件")

    def _refuse_bombs(self, members: list[zipfile.ZipInfo]) -> None:
        limits = self._limits
        if len(members) > limits.parts:
            raise Unreadable(f"文件里的部件超过 {limits.parts:,} 个", ASK_AGAIN)
        if any(each.flag_bits & 1 for each in members):
            raise Unreadable("文件被压缩软件加了密码", "请去掉密码后重新上报")
        if any(
            each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for each in members
        ):
            raise broken("压缩方式不是办公软件使用的方式")
        if sum(each.file_size for each in members) > limits.inflated_bytes:
            size = limits.inflated_bytes // 2**20
            raise Unreadable(
                f"文件展开后超过 {size} MB，可能是恶意文件，也可能是格式铺满了整张工作表",
                "请删除表格以外的空行、空列和图片，另存后重新上报",
            )
        if any(_ratio(each) > limits.ratio for each in members):
            raise Unreadable(
                f"文件的压缩率超过 {limits.ratio} 倍，可能是恶意文件",
                "请向填报单位核实来源，" + ASK_AGAIN,
            )


def _small(content: bytes, part: zipfile.ZipInfo) -> bytes | None:
    """Return what a small part holds, inflated in one go, or None unless all is in order.

    What is wrong with any other is for `zipfile` to find, which takes three times as long. A part
    that is packed as in the file before, to the byte, is not inflated again.
    """
    place, size = part.header_offset, part.file_size
    name, begin = part.orig_filename.encode(), place + _LOCAL.size
    if not 0 < size < _LARGE or place < 0 or begin > len(content) or part.flag_bits & ~_USUAL:
        return None
    mark, named, extra = _LOCAL.unpack_from(content, place)
    if mark != b"PK\x03\x04" or content[begin : begin + named] != name:
        return None
    start = begin + named + extra
    packed = part.compress_type, size, part.CRC, content[start : start + part.compress_size]
    before, data = _LAST.get(part.filename, (None, b""))
    if packed == before:
        return data
    found = _inflated(*packed)
    if found is not None:
        _LAST.keep(part.filename, (packed, found), size)
    return found


def _inflated(how: int, size: int, checksum: int, data: bytes) -> bytes | None:
    if how == zipfile.ZIP_DEFLATED:
        try:
            data = decompressobj(-15).decompress(data, size)
        except Exception:  # isal has errors of its own; zipfile will find the words
            return None
    return data if len(data) == size and crc32(data) == checksum else None


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").removeprefix("/").casefold()


def _ratio(member: zipfile.ZipInfo) -> float:
    if member.file_size < _LARGE:
        return 0
    return member.file_size / max(member.compress_size, 1)
