"""Processes that work on one task at a time, so that a task that hangs or crashes costs itself.

Every worker has a pipe of its own, so it is always known which task it is at: the eldest of those
that were handed to it and not answered. (A pool with one queue for all loses whole batches when a
worker is killed, and cannot tell which task it was.)
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any, Generic, Self, TypeVar

from generator.model.limits import limit_of

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")
_SPAWN = get_context("spawn")  # as on Windows, everywhere
_AHEAD = 2  # tasks handed to a worker: while it answers one, the next is there
_MOST_AHEAD = 4  # where it answered all of them while we were at a task of our own
_SHORT = 2**14  # bytes that a pipe takes at once
_MOST_JOBS = 60  # Windows waits for 63 pipes at most
_STARTS_IN, _DIES_IN = 120.0, 5.0  # seconds
_YOUNG = 50_000  # objects that a file may make before they are looked through for cycles
_START, _READY, _DONE, _FAILED, _FULL = "start", "ready", "done", "failed", "full"


class Cause(StrEnum):
    """Why a task has no result."""

    TIME = "time"  # it took too long, twice: the first time the PC may have been asleep, or busy
    CRASH = "crash"  # its process died, twice
    ERROR = "error"  # it raised
    MEMORY = "memory"  # it wanted more than a worker may have


@dataclass(frozen=True)
class Failure:
    """What became of a task without a result."""

    cause: Cause
    detail: str = ""


class CrewError(OSError):
    """No worker process can be started on this machine."""


@dataclass(frozen=True)
class Crew:
    """How many workers there are, and what one task may take.

    One job means no process but our own: then nothing limits time and memory.
    """

    jobs: int | None = None  # None: a worker for every core
    seconds: float = 10.0
    megabytes: int = 512  # on top of what a worker needs for itself; only Linux can hold it to that

    @classmethod
    def configured(cls, jobs: int | None = None) -> Crew:
        """Return a crew with the limits that the environment asks for.

        Raises:
            ValueError: one of them is no positive whole number.
        """
        seconds = limit_of(os.environ, "JIXIAO_SECONDS", int(cls.seconds))
        megabytes = limit_of(os.environ, "JIXIAO_MEGABYTES", cls.megabytes)
        return cls(jobs or limit_of(os.environ, "JIXIAO_JOBS", 0) or None, seconds, megabytes)

    @contextmanager
    def at_work(self) -> Iterator[Team | Alone]:
        """Start the workers (each when it is first needed) and send them home at the end."""
        usual = gc.get_threshold()
        gc.set_threshold(_YOUNG)
        team = Alone() if self.jobs == 1 else Team(self)
        try:
            yield team
        finally:
            team.dismiss()
            gc.set_threshold(*usual)


ALONE = Crew(jobs=1)


class _AtWork:
    """Whoever is at work already: asked once more, they go on and are not sent home."""

    @contextmanager
    def at_work(self) -> Iterator[Self]:
        """Go on."""
        yield self


class Alone(_AtWork):
    """Works in our own process, one task after the other."""

    def run(
        self,
        function: Callable[[_Task], _Result],
        tasks: Iterable[_Task],
        *,
        joining: bool = False,  # noqa: ARG002 (whoever is alone does)
    ) -> Iterator[tuple[_Task, _Result | Failure]]:
        """Yield each task with its result."""
        for task in tasks:
            yield task, function(task)

    def dismiss(self) -> None:
        """End no worker: there is none."""


@dataclass
class _Errand(Generic[_Task]):
    """A task on its way."""

    task: _Task
    crashed: bool = False  # it took a process with it, or something else did
    late: bool = False  # it took too long, or something else held it up


@dataclass
class _Worker:
    """A process, and what it was handed."""

    process: SpawnProcess
    pipe: Connection
    since: float  # when it began what it is at
    ready: bool = False
    knows: object = None  # the function that it has
    errands: deque[_Errand[Any]] = field(default_factory=deque)

    def send(self, function: object, errand: _Errand[Any], task: bytes) -> None:
        """Hand over a task, as it travels; if the worker is gone, whoever waits for it notices."""
        if not self.errands:
            self.since = time.monotonic()
        self.errands.append(errand)
        with suppress(OSError):
            if self.knows is not function:
                self.pipe.send((function, None))
                self.knows, self.ready = function, False  # what it needs has to be imported
            self.pipe.send_bytes(task)

    def overdue(self, seconds: float) -> bool:
        """Say whether it takes too long, over a task or over its own start."""
        if self.ready and not self.errands:
            return False
        return time.monotonic() - self.since > (seconds if self.ready else _STARTS_IN)

    def end(self) -> None:
        """Stop it, whatever it does."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


@dataclass(frozen=True)
class _Parcel:
    """A task that travels through a file."""

    path: Path

    def opened(self) -> object:
        """Return the task; its file is gone after that."""
        _, task = pickle.loads(self.path.read_bytes())
        with suppress(OSError):  # somebody may look at it just now; it goes with its folder
            self.path.unlink()
        return task


class _Post:
    """Packs tasks; long ones travel through files.

    A pipe takes little at a time: whoever writes more waits until the worker at its other end
    reads, while the others have nothing to do; and for ever, if that one is writing itself.
    """

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None

    def packed(self, task: object) -> bytes:
        """Return what is written into the pipe: all of the task where no file can be written."""
        message = pickle.dumps((None, task), pickle.HIGHEST_PROTOCOL)
        if len(message) > _SHORT:
            with suppress(OSError):
                return pickle.dumps((None, self._parcel(message)), pickle.HIGHEST_PROTOCOL)
        return message

    def _parcel(self, content: bytes) -> _Parcel:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="jixiao-", ignore_cleanup_errors=True)
        with NamedTemporaryFile(dir=self._folder.name, delete=False) as stream:
            stream.write(content)
        return _Parcel(Path(stream.name))

    def close(self) -> None:
        """Throw away what nobody has opened."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


class Team(_AtWork):
    """The workers of a crew while they work."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._post = _Post()
        self._workers: list[_Worker] = []
        self._false_starts = 0

    def run(
        self,
        function: Callable[[_Task], _Result],
        tasks: Iterable[_Task],
        *,
        joining: bool = False,
    ) -> Iterator[tuple[_Task, _Result | Failure]]:
        """Yield each task with its result or with why there is none, as they come.

        `function` is at the top level of a module, or a partial of one that is; what it needs and
        returns can be pickled. `joining` does some of the tasks in our own process, which is then
        one of the crew: only for what cannot hang or crash, since nothing limits it there.

        Raises:
            CrewError: workers cannot be started.
        """
        coming = iter(tasks)
        waiting = deque[_Errand[_Task]]()
        ours, ahead = int(joining), _AHEAD
        most = self._jobs - ours
        try:
            while True:
                handed_over = sum(len(each.errands) for each in self._workers)
                wanted = ahead * most + ours - handed_over - len(waiting)
                waiting.extend(_Errand(each) for each in islice(coming, max(0, wanted)))
                if not waiting and not handed_over:
                    return
                self._hire(len(waiting), most)
                self._hand_out(function, waiting, self._workers[:most], ahead)
                if ours and waiting:
                    errand = waiting.popleft()
                    yield errand.task, function(errand.task)
                    yield from self._catch_up(waiting)
                    if not all(each.errands for each in self._workers[:most]):
                        ahead = min(ahead + 1, _MOST_AHEAD)
                else:
                    yield from self._collect(waiting, self._patience())
        finally:
            for worker in [each for each in self._workers if each.errands]:
                self._leave(worker)

    @property
    def _jobs(self) -> int:
        return min(self._crew.jobs or os.cpu_count() or 1, _MOST_JOBS)

    def dismiss(self) -> None:
        """End all workers."""
        for worker in [*self._workers]:
            self._leave(worker)
        self._post.close()

    def _hire(self, waiting: int, most: int) -> None:
        idle = sum(1 for each in self._workers if not each.errands)
        for _ in range(min(most - len(self._workers), waiting - idle)):
            ours, theirs = _SPAWN.Pipe()
            process = _SPAWN.Process(
                target=_serve, args=(theirs, self._crew.megabytes), daemon=True
            )
            process.start()
            theirs.close()  # so that its end is seen when the process dies
            self._workers.append(_Worker(process, ours, time.monotonic()))

    def _hand_out(
        self,
        function: Callable[[_Task], _Result],
        waiting: deque[_Errand[_Task]],
        workers: Sequence[_Worker],
        ahead: int,
    ) -> None:
        """Hand tasks to workers, to each so many that it has the next ones at hand."""
        for depth in range(1, ahead + 1):
            for worker in workers:
                if waiting and len(worker.errands) < depth:
                    task = self._post.packed(waiting[0].task)
                    if worker.errands and len(task) > _SHORT:
                        return  # it may be writing just now, and would not read
                    worker.send(function, waiting.popleft(), task)

    def _catch_up(
        self, waiting: deque[_Errand[_Task]]
    ) -> Iterator[tuple[_Task, _Result | Failure]]:
        """Yield what tasks have come to while we were at one of our own."""
        while any(each.pipe.poll() for each in self._workers):
            yield from self._collect(waiting, 0.0)

    def _collect(
        self, waiting: deque[_Errand[_Task]], patience: float
    ) -> Iterator[tuple[_Task, _Result | Failure]]:
        """Wait for something to happen, and yield what tasks have come to."""
        ready = set(wait([each.pipe for each in self._workers], patience))
        for worker in [each for each in self._workers if each.pipe in ready]:
            yield from self._hear(worker, waiting)
        for worker in [*self._workers]:
            if worker.overdue(self._crew.seconds) and not worker.pipe.poll():
                if not worker.ready:
                    self._count_false_start()
                errand = worker.errands.popleft() if worker.ready else None
                waiting.extendleft(reversed(worker.errands))
                self._leave(worker)
                if errand and errand.late:
                    yield errand.task, Failure(Cause.TIME, f"{self._crew.seconds:g}")
                elif errand:
                    errand.late = True
                    waiting.append(errand)

    def _patience(self) -> float:
        busy = [each for each in self._workers if each.errands]
        limits = [self._crew.seconds if each.ready else _STARTS_IN for each in busy]
        left = [
            each.since + limit - time.monotonic() for each, limit in zip(busy, limits, strict=True)
        ]
        return max(0.0, min(left, default=0.0)) + 0.01

    def _hear(
        self, worker: _Worker, waiting: deque[_Errand[_Task]]
    ) -> Iterator[tuple[_Task, _Result | Failure]]:
        try:
            what, value = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._bury(worker, waiting)
            return
        worker.since = time.monotonic()
        if what in (_START, _READY):
            if what == _READY:
                worker.ready, self._false_starts = True, 0
            return
        errand = worker.errands.popleft()
        cause = {_FAILED: Cause.ERROR, _FULL: Cause.MEMORY}.get(what)
        yield errand.task, Failure(cause, value) if cause else value

    def _bury(
        self, worker: _Worker, waiting: deque[_Errand[_Task]]
    ) -> Iterator[tuple[_Task, Failure]]:
        """Do again what a dead worker left; only what it was at is suspected of its death."""
        if not worker.ready:
            self._count_false_start()
        elif worker.errands:
            suspect = worker.errands[0]
            if suspect.crashed:
                worker.process.join(_DIES_IN)
                worker.errands.popleft()
                yield suspect.task, Failure(Cause.CRASH, str(worker.process.exitcode))
            suspect.crashed = True
        waiting.extendleft(reversed(worker.errands))
        self._leave(worker)

    def _count_false_start(self) -> None:
        self._false_starts += 1
        if self._false_starts > 3:
            remedy = "请加上 --jobs 1，或设环境变量 JIXIAO_JOBS=1，再试一次。"
            raise CrewError(f"无法启动工作进程。{remedy}")

    def _leave(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.end()


Workers = Crew | Team | Alone  # with all of them, `at_work` begins the work


# -- in the worker --


def _serve(pipe: Connection, megabytes: int) -> None:
    """Do one task after the other, until there is nobody who asks for more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asks decides when to stop
    gc.set_threshold(_YOUNG)
    function: Callable[[object], object] | None = None
    with suppress(EOFError, OSError):
        pipe.send((_START, None))
        while True:
            told, task = pipe.recv()
            if told is not None:
                function = told
                gc.freeze()  # what the function brings along stays
                _limit_memory(megabytes)
                pipe.send((_READY, None))
                continue
            assert function is not None
            pipe.send(_answer(function, task))


def _answer(function: Callable[[object], object], task: object) -> tuple[str, object]:
    try:
        return _DONE, function(task.opened() if isinstance(task, _Parcel) else task)
    except MemoryError:
        return _FULL, ""
    except BaseException as error:  # a panic in Rust is no Exception, and costs no more than one
        return _FAILED, f"{type(error).__name__}：{error}"


def _limit_memory(megabytes: int) -> None:
    """Let this process grow by so much and no more, where the system can see to that."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + megabytes * 2**20
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
