"""Just enough of pywin32, without Windows, for xlwings' own code to take a worksheet call.

Nothing of COM works. What xlwings does between Excel's arguments and the Python
function, and back, is its real code.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import importlib
import sys
from types import ModuleType, SimpleNamespace

_MODULES = [
    *("pythoncom", "pywintypes", "win32api", "win32con", "win32gui", "win32process"),
    *("win32timezone", "win32event", "win32com", "win32com.client", "win32com.client.dynamic"),
    *("win32com.client.gencache", "win32com.server", "win32com.server.dispatcher"),
    *("win32com.server.policy", "win32com.server.util", "win32com.server.exception"),
]


class _Stub(ModuleType):
    """A module in which every name is a class that does nothing."""

    __path__: list[str] = []  # noqa: RUF012 (a module's attribute)
    __file__ = "stub"

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        idle = {"__init__": lambda *_, **__: None, "__call__": lambda *_, **__: None}
        setattr(self, name, type(name, (), idle))
        return getattr(self, name)


class _Idle(SimpleNamespace):
    """A library in which every name is callable and does nothing."""

    def __getattr__(self, name: str) -> object:
        setattr(self, name, _Idle())
        return getattr(self, name)

    def __call__(self, *_: object) -> None:
        return None


def _unwrap(_: object) -> None:
    raise TypeError("not one of ours")


def install() -> tuple[ModuleType, ModuleType]:
    """Install the stubs and return xlwings and its COM server, made as on Windows."""
    stubs = {name: _Stub(name) for name in _MODULES}
    sys.modules.update(stubs)
    for name in _MODULES:
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(stubs[parent], child, stubs[name])
    stubs["pythoncom"].com_error = stubs["pywintypes"].com_error = type(
        "ComError", (Exception,), {}
    )
    stubs["pythoncom"].TypeIIDs = {"IDispatch": type("PyIDispatch", (), {})}
    stubs["pythoncom"].IID_IDispatch = "IDispatch"
    stubs["pywintypes"].IID = str
    stubs["pywintypes"].TimeType = dt.datetime
    stubs["win32com.client"].Dispatch = lambda value, *_: value
    stubs["win32com.server.util"].wrap = lambda value, *_: value
    stubs["win32com.server.util"].unwrap = _unwrap
    stubs["win32process"].GetWindowThreadProcessId = lambda _: (1, 1)
    stubs["win32timezone"].TimeZoneInfo = SimpleNamespace(utc=lambda: dt.UTC)
    for name in ("oledll", "windll"):
        setattr(ctypes, name, _Idle())
    ctypes.PyDLL = lambda *_, **__: _Idle()  # type: ignore[assignment,misc]
    return _windows_xlwings()


def _windows_xlwings() -> tuple[ModuleType, ModuleType]:
    """Give xlwings the decorators and the engine it has on Windows."""
    xlwings = importlib.import_module("xlwings")
    xlwings._xlwindows = importlib.import_module("xlwings._xlwindows")
    decorators = importlib.import_module("xlwings.udfs")
    server = importlib.import_module("xlwings.com_server")
    xlwings.func, xlwings.arg, xlwings.ret = decorators.xlfunc, decorators.xlarg, decorators.xlret
    xlwings.engines.add(xlwings.Engine(impl=xlwings._xlwindows.engine))
    return xlwings, server
