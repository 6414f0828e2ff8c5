"""Workbooks inside an OLE file: old .xls and .et, and what Excel stores with a password."""

from __future__ import annotations

from io import BytesIO

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

from generator.workbook.book import Unreadable
from generator.workbook.reader.container import broken
from generator.workbook.reader.foreign import protected

_MOST_ROUNDS = 1_000_000  # of hashing a password: Excel does 100,000, ten million take a minute


def inner_file(content: bytes, password: str) -> tuple[str, bytes | None]:
    """Return what kind of file it is, and its content opened with a password if it has one.

    The kinds are those of msoffcrypto: ooxml (always with a password here), xls97, doc97, ppt97.

    Raises:
        Unreadable: broken, or protected by another password.
    """
    try:
        office = msoffcrypto.OfficeFile(BytesIO(content))
        if not office.is_encrypted():
            return office.format, None
        _refuse_long_hashing(office)
        opened = BytesIO()
        office.load_key(password=password, verify_password=True)
        office.decrypt(opened)
    except FileFormatError:
        return "xls97", None  # Excel 5 keeps its workbook elsewhere; calamine finds it
    except (Unreadable, MemoryError):
        raise
    except (InvalidKeyError, DecryptionError) as error:
        raise protected() from error
    except Exception as error:  # a parser of a binary format, given hostile bytes, raises anything
        raise broken("内容不完整，无法按表格读取") from error
    return office.format, opened.getvalue()


def _refuse_long_hashing(office: msoffcrypto.format.base.BaseOfficeFile) -> None:
    if getattr(office, "info", {}).get("spinValue", 0) > _MOST_ROUNDS:
        raise protected()
