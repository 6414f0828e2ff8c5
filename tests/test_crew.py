"""Workers: a task that hangs, crashes or raises costs itself and nothing else."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from generator.crew import ALONE, Cause, Crew, Failure

TWO = Crew(jobs=2, seconds=1.0)


class Panic(BaseException):
    """As what calamine raises: no Exception."""


def double(number: int) -> int:
    return 2 * number


def hang(number: int) -> int:
    time.sleep(3600 if number == 3 else 0)
    return number


def leave(number: int) -> int:
    if number == 3:
        os._exit(7)
    return number


def panic(number: int) -> int:
    if number == 3:
        raise Panic("index out of bounds")
    return number


def leave_once(folder: Path, number: int) -> int:
    """End the process on the first try of one task."""
    before = folder / "before"
    if number == 3 and not before.exists():
        before.touch()
        os._exit(7)
    return number


def eat(number: int) -> int:
    return len(bytearray(2**30 if number == 3 else 1))


def where(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def done(
    crew: Crew, function: Callable[[int], int], tasks: Sequence[int]
) -> dict[int, int | Failure]:
    with crew.at_work() as team:
        found = list(team.run(function, tasks))
    assert len(found) == len(tasks)
    return dict(found)


@pytest.mark.parametrize("crew", [ALONE, Crew(jobs=2), Crew(jobs=5)])
def test_every_task_has_its_result_however_many_workers_there_are(crew: Crew):
    assert done(crew, double, range(20)) == {each: 2 * each for each in range(20)}


def test_a_task_that_hangs_costs_itself():
    assert done(TWO, hang, range(8)) == {
        each: Failure(Cause.TIME, "1") if each == 3 else each for each in range(8)
    }


def test_a_task_that_ends_its_process_costs_itself():
    assert done(TWO, leave, range(8)) == {
        each: Failure(Cause.CRASH, "7") if each == 3 else each for each in range(8)
    }


def test_a_task_whose_process_is_killed_from_outside_is_done_again(tmp_path: Path):
    found = done(TWO, partial(leave_once, tmp_path), range(8))
    assert found == {each: each for each in range(8)}
    assert (tmp_path / "before").exists()


def test_what_is_no_exception_costs_one_task():
    found = done(TWO, panic, range(8))
    assert found.pop(3) == Failure(Cause.ERROR, "Panic：index out of bounds")
    assert found == {each: each for each in range(8) if each != 3}


def test_a_task_that_needs_too_much_memory_costs_itself():
    found = done(Crew(jobs=2, megabytes=200), eat, range(5))
    limited = Path("/proc/self/statm").exists()  # elsewhere time is the only limit
    assert found.pop(3) == (Failure(Cause.MEMORY, "") if limited else 2**30)
    assert found == {0: 1, 1: 1, 2: 1, 4: 1}


def test_workers_stay_for_the_next_round_and_go_home_at_the_end():
    with TWO.at_work() as team:
        first = {found for _, found in team.run(where, range(8))}
        second = {found for _, found in team.run(where, range(8, 16))}
    assert len(first) == 2
    assert second == first
    assert not any(isinstance(each, int) and _lives(each) for each in first)


def test_whoever_stops_listening_leaves_no_workers_behind():
    with TWO.at_work() as team:
        rounds: Iterator[tuple[int, int | Failure]] = team.run(where, range(50))
        _, one = next(rounds)
        del rounds
    assert isinstance(one, int)
    assert not _lives(one)


def test_limits_are_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JIXIAO_SECONDS", "30")
    assert Crew.configured(4) == Crew(4, 30, 512)


def test_a_limit_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JIXIAO_MEGABYTES", "很多")
    with pytest.raises(ValueError, match="JIXIAO_MEGABYTES 应为正整数"):
        Crew.configured()


def _lives(process: int) -> bool:
    try:
        os.kill(process, signal.SIG_DFL)
    except ProcessLookupError:
        return False
    return True
