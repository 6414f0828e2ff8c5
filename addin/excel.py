"""What Excel can do and xlwings does not wrap: copies, protection, the workbook as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import xlwings as xw

from addin.dialogs import Refusal

_ALLOWED = (
    *("FormattingCells", "FormattingColumns", "FormattingRows"),
    *("InsertingColumns", "InsertingRows", "InsertingHyperlinks"),
    *("DeletingColumns", "DeletingRows", "Sorting", "Filtering", "UsingPivotTables"),
)


class LockedError(Exception):
    """A worksheet is protected by a password that we do not know."""


def saved_path(book: xw.Book) -> Path:
    """Return where a workbook lies.

    Raises:
        Refusal: it has never been saved, or lies in the cloud.
    """
    if "://" in book.fullname:
        raise Refusal(f"“{book.name}”在网盘或服务器上，请先另存到本机再点这个按钮。")
    path = Path(book.fullname)
    if not path.is_absolute():
        raise Refusal(f"“{book.name}”还没有保存过，请先保存再点这个按钮。")
    return path


@contextmanager
def copy_of(book: xw.Book) -> Iterator[Path]:
    """Hand out a copy of a workbook as it stands on the screen; it is gone afterwards.

    Raises:
        Refusal: it has never been saved.
    """
    path = saved_path(book)
    with TemporaryDirectory(prefix="jixiao-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder, path.name)
        book.api.SaveCopyAs(str(copy))
        yield copy


def refuse_if_structure_locked(book: xw.Book) -> None:
    """Refuse where no worksheet can be added."""
    if book.api.ProtectStructure:
        raise Refusal(
            f"“{book.name}”的结构受保护，不能加工作表：请先在“审阅”里撤销“保护工作簿”再试。"
        )


def refuse_if_locked(sheet: xw.Sheet) -> None:
    """Refuse where no cell can be changed."""
    if sheet.api.ProtectContents:
        raise Refusal(
            f"工作表“{sheet.name}”受保护，不能改动：请先在“审阅”里撤销工作表保护，"
            "或把表复制到新工作簿里再试。"
        )


@contextmanager
def unlocked(sheet: xw.Sheet) -> Iterator[None]:
    """Lift a protection without password for a while, and put it back as it was.

    Raises:
        LockedError: there is a password.
    """
    native = sheet.api
    if not native.ProtectContents:
        yield
        return
    protection = native.Protection
    allowed = {f"Allow{each}": bool(getattr(protection, f"Allow{each}")) for each in _ALLOWED}
    drawings, scenarios = bool(native.ProtectDrawingObjects), bool(native.ProtectScenarios)
    with suppress(Exception):  # a wrong password raises, in Excel's own way
        native.Unprotect("")
    if native.ProtectContents:
        raise LockedError(sheet.name)
    try:
        yield
    finally:
        native.Protect(DrawingObjects=drawings, Contents=True, Scenarios=scenarios, **allowed)


def new_sheet(book: xw.Book, name: str) -> xw.Sheet:
    """Add a worksheet behind the others, under a name that is still free.

    Raises:
        Refusal: the structure of the workbook is protected.
    """
    refuse_if_structure_locked(book)
    taken = {each.name.casefold() for each in book.sheets}
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name}({number})"
    return book.sheets.add(free, after=book.sheets[-1])


def open_book(app: xw.App, path: Path) -> xw.Book:
    """Open a workbook, or return it where it is open already.

    Raises:
        Refusal: it is not there, or another one of that name is open.
    """
    if not path.is_file():
        raise Refusal(f"找不到 {path}：文件可能已经移走或改名。")
    for each in app.books:
        if each.name.casefold() == path.name.casefold():
            if not each.fullname or Path(each.fullname).resolve() != path.resolve():
                raise Refusal(f"已经打开了另一个“{path.name}”，请先关闭它再试。")
            each.activate()
            return each
    return app.books.open(str(path))


def refuse_if_open(app: xw.App, path: Path) -> None:
    """Refuse to write a file that this Excel has open."""
    if any(each.name.casefold() == path.name.casefold() for each in app.books):
        raise Refusal(f"“{path.name}”正打开着，请先关闭它再试。")
