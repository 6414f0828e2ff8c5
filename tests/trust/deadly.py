"""Departments whose returns hang, crash or starve the worker that reads them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import parent_process

from generator.model.roster import Department, Roster


class Panic(BaseException):
    """As what a reader in Rust may raise: no Exception."""


def hang() -> None:
    time.sleep(3600)


def leave() -> None:
    os._exit(7)


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)


def panic() -> None:
    raise Panic("index out of bounds")


def eat() -> None:
    assert bytearray(2**31)
    raise MemoryError  # where nothing limits it


DEADLY: dict[str, tuple[Callable[[], None], str]] = {
    "302": (hang, "处理超过 3 秒还没有完成，已经停止"),
    "303": (leave, "两次处理都使程序意外退出（代码 7），已经跳过"),
    "304": (be_killed, "两次处理都使程序意外退出"),
    "305": (panic, "处理时程序出错（Panic：index out of bounds），已经跳过"),
    "306": (eat, "内存超过了限度，已经停止"),
}


@dataclass(frozen=True)
class Deadly(Roster):
    """A roster that brings down any worker that asks for some departments."""

    def find(self, code: str) -> Department | None:
        if code in DEADLY and parent_process():
            DEADLY[code][0]()
        return super().find(code)


@dataclass(frozen=True)
class Slow(Roster):
    """A roster that lets a worker wait for each department."""

    def find(self, code: str) -> Department | None:
        if parent_process():
            time.sleep(0.2)
        return super().find(code)
