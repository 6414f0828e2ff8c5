"""Workers: a task that hangs, crashes or raises costs itself and nothing else."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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


def late_once(folder: Path, number: int) -> int:
    """Take long on the first try of one task, as where the PC has been asleep."""
    before = folder / "before"
    if number == 3 and not before.exists():
        before.touch()
        time.sleep(3600)
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


def test_a_task_that_something_else_held_up_is_done_again(tmp_path: Path):
    found = done(TWO, partial(late_once, tmp_path), range(8))
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


@dataclass(frozen=True)
class Heavy:
    """Doubles, and takes longer to come along than a task may last."""

    weight: float

    def __reduce__(self) -> tuple[Callable[[float], Heavy], tuple[float]]:
        return _carried, (self.weight,)

    def __call__(self, number: int) -> int:
        return 2 * number


def _carried(weight: float) -> Heavy:
    time.sleep(weight)
    return Heavy(weight)


def test_what_a_function_brings_along_is_not_the_time_of_a_task():
    found = done(Crew(jobs=2, seconds=0.5), Heavy(1.0), range(4))
    assert found == {each: 2 * each for each in range(4)}


def leave_elsewhere(home: int, number: int) -> int:
    """End any process but one on each try of one task."""
    if number == 3 and os.getpid() != home:
        os._exit(7)
    return number


def test_whoever_joins_in_is_one_of_the_crew():
    with Crew(jobs=2).at_work() as team:
        processes = {found for _, found in team.run(where, range(60), joining=True)}
        assert len(processes) == 2
        assert os.getpid() in processes
        assert len({found for _, found in team.run(where, range(8))}) == 2
        again = {found for _, found in team.run(where, range(60), joining=True)}
        assert len(again) == 2  # one of the two workers that there are now is left alone
        assert os.getpid() in again
    with ALONE.at_work() as team:
        assert {found for _, found in team.run(where, [1], joining=True)} == {os.getpid()}


def slow_at(home: int, _: int) -> int:
    """Take long in one process, and no time elsewhere; say where it was done."""
    time.sleep(0.04 if os.getpid() == home else 0)
    return os.getpid()


def test_whoever_joins_in_hands_out_more_where_workers_have_waited():
    with Crew(jobs=2).at_work() as team:
        task = partial(slow_at, os.getpid())
        list(team.run(task, range(4)))  # workers are there
        done_by = [found for _, found in team.run(task, range(120), joining=True)]
    assert done_by.count(os.getpid()) < 30  # two ahead, we would do forty


@pytest.mark.parametrize("jobs", [2, 3])
def test_whoever_joins_in_hears_of_every_task(jobs: int):
    with Crew(jobs=jobs).at_work() as team:
        found = dict(team.run(partial(leave_elsewhere, os.getpid()), range(40), joining=True))
    assert found.pop(3) in (3, Failure(Cause.CRASH, "7"))
    assert found == {each: each for each in range(40) if each != 3}


def test_tasks_are_taken_as_they_are_needed():
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(1_000):
            taken.append(number)
            yield number

    with Crew(jobs=2).at_work() as team:
        found = team.run(double, tasks())
        next(found)
        assert len(taken) < 20
        assert len(dict(found)) == 999
    assert taken == list(range(1_000))


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


def again(text: str) -> str:
    return text


@pytest.mark.parametrize("where_to", ["", "nowhere"])
def test_long_tasks_with_long_results_do_not_wait_for_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where_to: str
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / where_to))
    tasks = [f"{number}" * 2**20 for number in range(10)]
    with Crew(jobs=2).at_work() as team:
        assert dict(team.run(again, tasks)) == {each: each for each in tasks}
    assert [*tmp_path.iterdir()] == []


def test_what_nobody_has_opened_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Crew(jobs=2).at_work() as team:
        next(team.run(again, [f"{number}" * 2**20 for number in range(10)]))
        assert [*tmp_path.iterdir()] != []
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("crew", [ALONE, TWO])
def test_whoever_is_at_work_goes_on(crew: Crew):
    with crew.at_work() as team:
        first = {found for _, found in team.run(where, range(8))}
        with team.at_work() as same:
            assert {found for _, found in same.run(where, range(8))} == first
        assert {found for _, found in team.run(where, range(8))} == first


@pytest.mark.parametrize("crew", [ALONE, TWO])
def test_the_collector_looks_less_often_while_there_is_work(crew: Crew):
    before = gc.get_threshold()
    with crew.at_work():
        assert gc.get_threshold() > before
    assert gc.get_threshold() == before


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
