"""An output is the old one or the new one, whatever happens; the next run leaves nothing lying."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from generator.merge import merge_folder
from generator.model.roster import Roster
from generator.stamp import stamp_all
from generator.workbook import save
from generator.workbook.reader.formats import open_book
from generator.workbook.roster import write_roster
from generator.workbook.save import clear_strays, write_bytes
from tests.report.city import City, answers, small_form
from tests.stories.seeds import published
from tests.trust import runs

_PATIENCE = 120.0  # seconds
KILLS = int(os.environ.get("JIXIAO_KILLS", "12"))  # of each kind
OLD, NEW = b"old" * 10, b"new" * 100_000


def digests(folder: Path) -> dict[str, str]:
    return {
        each.name: hashlib.sha256(each.read_bytes()).hexdigest()
        for each in folder.iterdir()
        if each.is_file()
    }


def are_whole(folder: Path, states: list[dict[str, str]]) -> bool:
    """Whether every file is as one of the runs that went well has left it."""
    found = {name: digest for name, digest in digests(folder).items() if name[0] != "."}
    known = {name: {state[name] for state in states} for name in states[0]}
    return found.keys() == known.keys() and all(found[name] in known[name] for name in known)


def strays(folder: Path) -> list[str]:
    return [each.name for each in folder.rglob(".*")]


# -- killed at any moment --


def test_stamping_that_is_killed_leaves_whole_workbooks(tmp_path: Path):
    both = []
    for turn in range(2):
        runs.stamp_round(tmp_path, turn)
        both.append(digests(tmp_path))
    whole = partial(are_whole, tmp_path, both)
    assert runs.kill_at_random(runs.stamp_round, tmp_path, KILLS, 0.25, whole) == KILLS
    save._clear_once.cache_clear()
    runs.stamp_round(tmp_path, 0)
    runs.stamp_round(tmp_path, 1)
    assert strays(tmp_path) == []
    assert digests(tmp_path) == both[1]


def test_merging_that_is_killed_leaves_a_whole_result(tmp_path: Path):
    for turn in range(2):
        city = City(tmp_path / "回收" / str(turn), small_form(), runs.PEOPLE)
        for each in runs.PEOPLE.departments[: 3 + turn]:
            city.send(each.code, answers(turn, 1))
    returned = {turn: digests(tmp_path / "回收" / str(turn)) for turn in range(2)}
    both = []
    for turn in range(2):
        runs.merge_round(tmp_path, turn)
        both.append(digests(tmp_path))
    whole = partial(are_whole, tmp_path, both)
    assert runs.kill_at_random(runs.merge_round, tmp_path, KILLS, 0.6, whole) == KILLS
    assert {turn: digests(tmp_path / "回收" / str(turn)) for turn in range(2)} == returned
    save._clear_once.cache_clear()
    runs.merge_round(tmp_path, 1)
    assert strays(tmp_path) == []
    assert digests(tmp_path) == both[1]


def test_writing_that_is_killed_leaves_the_old_file_or_the_new_one(tmp_path: Path):
    both = []
    for turn in range(2):
        runs.write_round(tmp_path, turn)
        both.append(digests(tmp_path))
    whole = partial(are_whole, tmp_path, both)
    assert runs.kill_at_random(runs.write_round, tmp_path, KILLS, 0.03, whole) == KILLS
    clear_strays(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["大.bin"]


def test_a_file_is_on_the_disk_before_it_takes_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """So that a power cut, which no test can make, leaves no empty file of the right name."""
    path, seen = tmp_path / "汇总.xlsx", list[str]()
    real, named = os.fsync, Path.replace

    def flushed(descriptor: int) -> None:
        seen.append(f"flushed {os.fstat(descriptor).st_size}")
        real(descriptor)

    def renamed(self: Path, target: Path) -> Path:
        seen.append(f"renamed to {target.name}")
        return named(self, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", renamed)
    write_bytes(path, NEW)
    assert seen == [f"flushed {len(NEW)}", "renamed to 汇总.xlsx"]


# -- what a dead run left --


def _stray(folder: Path, host: str, process: int) -> Path:
    path = folder / f".jixiao-{host}-{process}-1-0123456789ab.tmp"
    path.write_bytes(b"half")
    return path


def test_strays_of_dead_runs_are_cleared_and_nothing_else(tmp_path: Path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as alive:
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        other_host = "0" * 8
        old = _stray(tmp_path, other_host, 7)
        os.utime(old, (1, 1))
        kept = [_stray(tmp_path, other_host, 8), tmp_path / ".jixiao-mine.tmp"]
        kept += [_stray(tmp_path, save._HOST, alive.pid), tmp_path / "表.xlsx"]
        kept[1].write_bytes(b"")
        kept[3].write_bytes(b"")
        gone = [_stray(tmp_path, save._HOST, dead.pid), old]
        removed = clear_strays(tmp_path)
        alive.kill()
    assert sorted(removed) == sorted(gone)
    assert sorted(tmp_path.iterdir()) == sorted(kept)


def test_a_temporary_file_that_is_cleared_away_is_written_again(tmp_path: Path):
    path = tmp_path / "汇总.xlsx"
    real, left = Path.replace, [1]

    class Racing(type(path)):  # type: ignore[misc]  # the class of paths of this system
        def replace(self, target: Path) -> Path:
            if left:
                left.pop()
                self.unlink()
            return real(Path(self), target)

    save._put(Racing(tmp_path / "t.tmp"), path, lambda stream: stream.write(NEW))
    assert path.read_bytes() == NEW


# -- no room, no right, no folder --


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A disk of 256 kB where root allows one; else None."""
    folder = tmp_path / "小盘"
    folder.mkdir()
    mount = shutil.which("mount")
    made = (
        mount is not None
        and not subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=256k", "none", str(folder)], check=False
        ).returncode
    )
    yield folder if made else None
    if made:
        subprocess.run(["umount", str(folder)], check=True)


def test_on_a_full_disk_the_old_file_stays_and_the_reason_is_said(
    small_disk: Path | None, tmp_path: Path
):
    path = (small_disk or tmp_path) / "汇总.xlsx"
    write_bytes(path, OLD)
    told = (
        runs.what_is_told(path, NEW)
        if small_disk
        else runs.in_process(runs.write_on_small_files, path, NEW)
    )
    assert str(told).startswith(f"{path} 写不下：磁盘已满")
    assert path.read_bytes() == OLD
    assert strays(path.parent) == []


def test_stamping_onto_a_full_disk_stops_with_whole_workbooks(
    small_disk: Path | None, tmp_path: Path
):
    folder = small_disk or tmp_path / "out"
    folder.mkdir(exist_ok=True)
    (folder / "占位").write_bytes(bytes(100_000 if small_disk else 0))
    assert runs.in_process(_stamp_until_full, folder, small_disk is None) == "full"
    for path in folder.glob("*.xlsx"):
        assert open_book(path).sheets
    assert strays(folder) == []


def _stamp_until_full(folder: Path, limited: bool) -> str:  # noqa: FBT001
    if limited:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
    try:
        stamp_all(small_form(), runs.PEOPLE, runs.PERIODS[0], folder)
    except OSError as error:
        return "full" if "满" in runs.os_message(error) else str(error)
    return "stamped"


def test_without_the_right_to_write_the_old_file_stays_and_the_reason_is_said(tmp_path: Path):
    folder = _open_to_all(tmp_path) / "只读"
    folder.mkdir()
    path = folder / "汇总.xlsx"
    path.write_bytes(OLD)
    folder.chmod(0o555)
    told = runs.in_process(runs.write_as_nobody, path, NEW)
    folder.chmod(0o755)
    assert told == f"{path} 不能写入：可能正在 Excel 中打开，或者没有权限。请关闭文件后重试。"
    assert [each.name for each in folder.iterdir()] == ["汇总.xlsx"]
    assert path.read_bytes() == OLD


def test_a_result_that_may_not_be_replaced_stays_and_the_reason_is_said(tmp_path: Path):
    """As on Windows when Excel has it open: the folder can be written, the file not replaced."""
    folder = _open_to_all(tmp_path) / "粘滞"
    folder.mkdir()
    path = folder / "汇总.xlsx"
    path.write_bytes(OLD)
    folder.chmod(0o1777)  # others may add files, and replace none but their own
    told = runs.in_process(runs.write_as_nobody, path, NEW)
    mine = os.name == "posix" and os.geteuid() != 0  # then it is our own and may be replaced
    assert told == ("" if mine else runs.os_message(PermissionError(13, "", str(path))))
    assert path.read_bytes() == (NEW if mine else OLD)
    assert strays(folder) == []


def _open_to_all(folder: Path) -> Path:
    """Let everybody pass through the folders above, which pytest keeps to itself."""
    for each in (folder, *folder.parents):
        if each.stat().st_uid == os.geteuid() and each.name.startswith(("pytest-", "test_")):
            each.chmod(0o755)
    return folder


def test_a_folder_that_is_gone_is_said(tmp_path: Path):
    path = tmp_path / "网络盘" / "汇总.xlsx"
    assert runs.what_is_told(path, NEW) == f"找不到 {path}。请检查路径。"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        *(("ENOSPC", "磁盘已满"), ("EIO", "连不上了"), ("ESTALE", "连不上了")),
        *(("EISDIR", "汇总.xlsx 是文件夹"), ("ENOTDIR", "这里要的是文件夹"), ("EEXIST", "同名")),
    ],
)
def test_what_the_system_says_is_said_in_chinese(name: str, says: str):
    import errno

    assert says in runs.os_message(OSError(getattr(errno, name), "x", "汇总.xlsx"))


@pytest.mark.parametrize(
    ("number", "winerror", "says"),
    [
        *((2, 53, "连不上了"), (22, 64, "连不上了"), (22, 59, "连不上了"), (2, 67, "连不上了")),
        *(
            (22, 1117, "连不上了"),
            (28, 112, "磁盘已满"),
            (22, 39, "磁盘已满"),
            (2, 206, "名字太长"),
        ),
        *((13, 32, "可能正在 Excel 中打开"), (13, 5, "没有权限"), (2, 3, "找不到")),
    ],
)
def test_what_windows_says_is_said_in_chinese(number: int, winerror: int, says: str):
    error = OSError(number, "x", "汇总.xlsx")
    error.winerror = winerror  # as Windows adds to what Python makes of it
    assert runs.os_message(error).startswith("汇总.xlsx ") or says == "找不到"
    assert says in runs.os_message(error)


# -- several at once --


def test_two_merges_at_once_do_not_mix(tmp_path: Path):
    """Two commands, two folders, one result: in the end it is that of one of them."""
    roster, result = tmp_path / "名册.xlsx", tmp_path / "汇总.xlsx"
    one, folders = published("assessment-targets"), [tmp_path / "甲", tmp_path / "乙"]
    write_roster(one.form, Roster((one.example.department,)), roster)
    for folder in folders:
        folder.mkdir()
        one.filled(folder)
    alone = []
    for folder in folders:
        assert _merging(folder, roster, result).wait(_PATIENCE) == 0
        alone.append(result.read_bytes())
    assert alone[0] != alone[1]
    for _ in range(2):
        both = [_merging(folder, roster, result) for folder in folders]
        assert [each.wait(_PATIENCE) for each in both] == [0, 0]
        assert result.read_bytes() in alone
    assert strays(tmp_path) == []


def _merging(folder: Path, roster: Path, result: Path) -> subprocess.Popen[bytes]:
    jixiao = [sys.executable, "-c", "from generator.cli import main; main()"]
    command = ["merge", str(folder), "--roster", str(roster), "--out", str(result), "--jobs", "1"]
    return subprocess.Popen([*jixiao, *command], stdout=subprocess.DEVNULL)


def test_two_runs_at_once_do_not_mix(tmp_path: Path):
    path = tmp_path / "汇总.xlsx"
    with ThreadPoolExecutor(4) as pool:
        done = pool.map(partial(runs.in_process, runs.write_in_turns, path), range(4))
        assert list(done) == [40] * 4
    assert path.read_bytes() in [bytes([number]) * 200_000 for number in range(4)]
    assert [each.name for each in tmp_path.iterdir()] == ["汇总.xlsx"]


def test_two_threads_at_once_do_not_mix(tmp_path: Path):
    path = tmp_path / "汇总.xlsx"
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(partial(runs.write_in_turns, path), range(4))) == [40] * 4
    assert path.read_bytes() in [bytes([number]) * 200_000 for number in range(4)]
    assert [each.name for each in tmp_path.iterdir()] == ["汇总.xlsx"]


# -- returned files are only read --

_OPENED: list[tuple[str, int]] = []
_LISTENING: list[bool] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _LISTENING and event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        flags = arguments[2]
        _OPENED.append((os.fsdecode(arguments[0]), flags if isinstance(flags, int) else 0))


def test_returned_files_are_opened_for_reading_alone(tmp_path: Path):
    sys.addaudithook(_hear)
    folder = tmp_path / "回收"
    city = City(folder, small_form())
    city.send("101")
    city.put("205.xlsx", b"not a workbook")
    before = digests(folder)
    write_roster(city.form, city.roster, tmp_path / "名册.xlsx")
    _LISTENING.append(True)
    city.merge()
    _LISTENING.clear()
    opened = [(name, flags) for name, flags in _OPENED if name.startswith(str(folder))]
    assert {Path(name).name for name, _ in opened} == {"101.xlsx", "205.xlsx"}
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    assert [name for name, flags in opened if flags & writing] == []
    assert digests(folder) == before


def test_a_merge_writes_nothing_into_the_folder_of_returns(tmp_path: Path):
    one = published("assessment-targets")
    folder = tmp_path / "回收"
    folder.mkdir()
    one.filled(folder)
    write_roster(one.form, Roster((one.example.department,)), tmp_path / "名册.xlsx")
    before = digests(folder)
    merged = merge_folder(folder, tmp_path / "名册.xlsx", tmp_path / "汇总.xlsx")
    assert merged.standings[0].returned
    assert digests(folder) == before
    assert json.dumps(sorted(each.name for each in folder.iterdir()))
