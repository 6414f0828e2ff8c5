"""Runs in processes of their own: to be killed, to lack permission, to meet a full disk."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import random
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from generator.merge import merge
from generator.model.merged import Merged
from generator.model.period import Period
from generator.model.roster import Department, Roster
from generator.report.json import merged_json
from generator.stamp import stamp_all
from generator.workbook.keys import own_key
from generator.workbook.refused import os_message
from generator.workbook.result.write import write_result
from generator.workbook.save import write_bytes, write_text
from tests.report.city import small_form

PEOPLE = Roster(tuple(Department(f"{i:02}", f"单位{i}") for i in range(12)))
PERIODS = (Period(2024, 12, "year"), Period(2023, 12, "year"))
_METHOD = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
_CONTEXT = multiprocessing.get_context(_METHOD)
_PATIENCE = 60.0  # seconds


def stamp_round(folder: Path, turn: int) -> None:
    """Write the workbooks of one period over those of the other, under the same names."""
    form = small_form()
    for each in stamp_all(form, PEOPLE, PERIODS[turn % 2], folder / f"{turn % 2}"):
        write_bytes(folder / f"{each.department.code}.xlsx", each.path.read_bytes())


def merge_round(folder: Path, turn: int) -> None:
    """Merge one of two folders and write the result over that of the other."""
    write_outputs(merged_of(folder / "回收" / str(turn % 2)), folder)


def write_round(folder: Path, turn: int) -> None:
    """Write nothing but a large file, as often as possible."""
    write_bytes(folder / "大.bin", bytes([turn % 2]) * 3_000_000)


def merged_of(folder: Path) -> Merged:
    return merge(folder, PEOPLE, form=small_form(), key=own_key())


def write_outputs(merged: Merged, folder: Path) -> None:
    write_result(merged, folder / "汇总.xlsx")
    write_text(folder / "汇总.json", json.dumps(merged_json(merged), ensure_ascii=False))


Round = Callable[[Path, int], None]


def kill_at_random(
    work: Round, folder: Path, times: int, longest: float, whole: Callable[[], bool]
) -> int:
    """Kill runs of rounds at random moments; return after how many everything was whole."""
    chance, good = random.Random(20_260), 0
    for _ in range(times):
        here, there = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_for_ever, args=(work, folder, there))
        process.start()
        there.close()
        assert here.poll(_PATIENCE)
        here.recv()
        time.sleep(chance.uniform(0, longest))
        assert process.is_alive()
        process.kill()
        process.join(_PATIENCE)
        assert process.exitcode != 0
        here.close()
        process.close()
        good += whole()
    return good


def _for_ever(work: Round, folder: Path, ready: Connection) -> None:
    ready.send("ready")
    for turn in itertools.count():
        work(folder, turn)


def in_process(task: Callable[..., object], *arguments: object) -> object:
    """Return what a task returns in a process of its own."""
    here, there = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_once, args=(task, arguments, there))
    process.start()
    there.close()
    assert here.poll(_PATIENCE)
    result = here.recv()
    process.join(_PATIENCE)
    here.close()
    return result


def _once(task: Callable[..., object], arguments: tuple[object, ...], there: Connection) -> None:
    there.send(task(*arguments))


def write_as_nobody(path: Path, content: bytes) -> str:
    """Write a file as a user without rights; return what a person is told."""
    if os.name == "posix" and os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    return what_is_told(path, content)


def write_on_small_files(path: Path, content: bytes) -> str:
    """Write where no file may grow beyond 100 kB; return what a person is told."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    return what_is_told(path, content)


def what_is_told(path: Path, content: bytes) -> str:
    """Write a file; return what a person is told if that fails."""
    try:
        write_bytes(path, content)
    except OSError as error:
        return os_message(error)
    return ""


def write_in_turns(path: Path, number: int) -> int:
    """Write a file again and again beside others who do; return how often."""
    for _ in range(40):
        write_bytes(path, bytes([number]) * 200_000)
    return 40
