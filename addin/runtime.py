"""What every button needs: the workbook, one sentence when it fails, Excel left as it was found."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING

import xlwings as xw

from addin import settings
from addin.dialogs import Cancelled, Dialogs, Refusal
from addin.settings import Settings

if TYPE_CHECKING:
    from generator.crew import Crew

_ESCAPE = 0x1B
_PAUSE = 0.1  # seconds between two looks at the keyboard; more often would slow the work
_LARGEST_LOG = 2**20
_STATE = ("screen_updating", "calculation", "display_alerts")
_BUSY = "Excel 正忙，可能有单元格正在编辑：请按 Enter 或 Esc 结束编辑，再点一次按钮。"


@dataclass(frozen=True)
class Desk:
    """What a macro has before it: the workbook, someone to ask, the settings."""

    book: xw.Book

    @property
    def app(self) -> xw.App:
        """The Excel it is open in."""
        return self.book.app

    @cached_property
    def ask(self) -> Dialogs:
        """Whom to ask."""
        return Dialogs(self.app)

    @property
    def settings(self) -> Settings:
        """The settings beside the add-in."""
        return settings.read(conf_of(self.app))

    def remember(self, **values: object) -> None:
        """Keep what was answered for the next time, if it can be written."""
        kept = self.settings.having(**{key: str(value) for key, value in values.items()})
        with suppress(OSError):
            settings.write(kept)


def conf_of(app: xw.App) -> Path:
    """Return the settings file of the add-in that this Excel has loaded."""
    try:
        xlam = Path(app.books[settings.XLAM].fullname)
    except KeyError:  # called from Python, without the add-in
        xlam = (settings.startup_folder() or settings.own_folder()) / settings.XLAM
    return settings.conf_beside(xlam)


Macro = Callable[[Desk], None]
Button = Callable[..., None]


def button(macro: Macro) -> Button:
    """Make a macro what a button calls: it takes a workbook, or the one Excel calls from."""

    @wraps(macro)
    def run(book: xw.Book | None = None) -> None:
        desk = Desk(book or _caller())
        write_log()
        try:
            macro(desk)
        except Exception as error:
            desk.ask.say(sentence(error, macro.__name__))

    return run


def _caller() -> xw.Book:
    """Return the workbook that Excel calls from.

    Raises:
        Refusal: none is open; VBA, which has called, shows it.
    """
    try:
        return xw.Book.caller()
    except Exception:
        raise Refusal("请先打开或新建一个工作簿，再点这个按钮。") from None


def sentence(error: Exception, macro: str) -> str:
    """Return what to tell about an error; what is our own fault goes into the log in full."""
    if type(error).__name__ in ("com_error", "ExcelBusyError"):
        _log_failure(macro)
        return _BUSY
    if isinstance(error, OSError):
        from generator.workbook.refused import os_message

        return os_message(error)
    if isinstance(error, ValueError) and _told(error):
        return str(error)
    _log_failure(macro)
    return (
        f"程序出错（{type(error).__name__}：{error}），没有做完。"
        f"详细情况已记入 {settings.log_file()}，请发给软件维护人员。"
    )


def _told(error: ValueError) -> bool:
    """Whether an error speaks to people: ours do, in Chinese."""
    return isinstance(error, Refusal) or any("一" <= letter <= "鿿" for letter in str(error))


def serve(clsid: str) -> None:
    """Wait for what Excel asks; the DLL of xlwings starts Python with this call.

    xlwings was imported without pandas when this package was: that is why it is called here.
    """
    from xlwings import com_server

    com_server.serve(clsid)  # type: ignore[no-untyped-call]


# -- long work --


def readers(program: str | None = None) -> Crew:
    """Return who reads returns: processes of their own, so that no file can freeze or end Excel.

    Excel starts Python as a program (`python -c …`), which can start more of itself. Where Python
    lives inside another program, that would open the program again: then there are no others.
    """
    from generator.crew import ALONE, Crew

    name = Path(sys.executable if program is None else program).stem
    return Crew.configured() if name.lower().startswith(("python", "pypy")) else ALONE


class Progress:
    """Counts steps in the status bar, and stops at Esc."""

    def __init__(self, app: xw.App, what: str, stop: str) -> None:
        self._app, self._what, self._stop = app, what, stop
        self.done = 0
        self._looked = 0.0

    def __call__(self, name: str = "", total: int | None = None) -> None:
        """Tell that a step is done.

        Raises:
            Cancelled: Esc was pressed.
        """
        self.done += 1
        now = time.monotonic()
        if now - self._looked < _PAUSE:
            return
        self._looked = now
        of = f"/{total}" if total else ""
        self._app.status_bar = f"{self._what} {self.done}{of} {name}（按 Esc 取消）"
        if escape_pressed(self._app):
            raise Cancelled(self._stop.format(done=self.done))


@contextmanager
def working(app: xw.App, what: str, stop: str = "已按 Esc 取消，没有做完。") -> Iterator[Progress]:
    """Work in peace; screen, calculation, warnings and status bar come back whatever happens.

    `stop` is what is said after Esc; {done} in it is how many steps were done.
    """
    before = {name: getattr(app, name) for name in _STATE}
    try:
        app.screen_updating, app.display_alerts = False, False
        app.calculation = "manual"
        app.status_bar = f"{what}……（按 Esc 取消）"
        yield Progress(app, what, stop)
    finally:
        for name, value in before.items():
            with suppress(Exception):  # one that fails must not keep the others back
                setattr(app, name, value)
        with suppress(Exception):
            app.status_bar = False


def escape_pressed(app: xw.App) -> bool:
    """Whether Esc was pressed since the last look, with this Excel in front.

    Excel itself waits for the macro and hears no key.
    """
    if sys.platform != "win32":
        return False
    import ctypes

    user = ctypes.windll.user32
    pressed = bool(user.GetAsyncKeyState(_ESCAPE) & 0x8001)
    return pressed and bool(user.GetForegroundWindow() == app.hwnd)


# -- the log --


def write_log() -> None:
    """Let what goes wrong be written to the log; a log that cannot be written stops nothing."""
    import logging

    logger = logging.getLogger("jixiao")
    file = settings.log_file()
    if any(getattr(each, "baseFilename", "") == str(file) for each in logger.handlers):
        return
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_file() and file.stat().st_size > _LARGEST_LOG:
            file.replace(file.with_suffix(".old.log"))
        handler = logging.FileHandler(file, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)


def _log_failure(macro: str) -> None:
    import logging

    logging.getLogger("jixiao").exception("%s failed", macro)
