"""A soak: many returns, some of them bad; the result must be that of the good ones alone.

Run it with `python -m tests.trust.soak 20000`; the tests do the same with a few hundred.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from generator.merge import Crew, merge
from generator.model.finding import Finding
from generator.model.merged import Merged, State
from generator.model.period import Period
from generator.model.roster import Department, Roster
from generator.stamp import Stamper
from generator.workbook.keys import ELSEWHERE, own_key
from tests.report.city import answers, small_form, without_seal
from tests.trust import hostile

PERIOD = Period(2024, 12, "year")
BAD_IN = 20  # one in so many is bad
_SLOW = {"styled blank rows", "too many merges", "zip bomb", "tight bomb", "lying bomb", "password"}
_FORM_BOUND = {"other form", "own making", "own making in .ods"}  # read, and no return of ours
_KINDS: dict[str, Callable[[bytes], bytes]] = {
    name: kind.build
    for name, kind in hostile.KINDS.items()
    if (kind.state is State.UNREADABLE and name not in _SLOW) or name in _FORM_BOUND
}


@dataclass(frozen=True)
class Soak:
    """What came of it."""

    returns: int
    bad: int
    with_bad: Merged
    without_bad: Merged
    seconds: tuple[float, float, float]  # making the files, the two merges
    megabytes: int  # the most that this process has needed; 0 where the system does not tell

    @property
    def differences(self) -> list[str]:
        """What the bad files have changed for anybody else."""
        one, two = self.with_bad, self.without_bad
        found = [] if one.totals == two.totals else ["totals"]
        good = {each.department.code for each in two.standings if each.returned}
        if good != {each.department.code for each in one.standings if each.returned}:
            found.append("who has returned")
        if _of(one, good) != _of(two, good):
            found.append("findings of good returns")
        both = zip(one.standings, two.standings, strict=True)
        if any(mine.filing != its.filing for mine, its in both):
            found.append("answers")
        return found

    @property
    def untold(self) -> list[str]:
        """The bad files of which nothing is said."""
        told = {each.place.file for each in self.with_bad.findings}
        files = [file for each in self.with_bad.standings for file in each.files]
        every = [*files, *self.with_bad.strangers]
        return [each.name for each in every if "坏" in each.name and each.name not in told]


def _of(merged: Merged, codes: set[str]) -> list[Finding]:
    return [each for each in merged.findings if each.department in codes]


def soak(count: int, folder: Path, crew: Crew) -> Soak:
    """Make returns in a folder, merge them with the bad ones and without, and compare."""
    begun = time.monotonic()
    chance = random.Random(count)
    people = tuple(Department(f"D{i:05}", f"示例单位{i:05}") for i in range(count))
    form, roster = small_form(), Roster(people)
    good, bad = folder / "好", folder / "坏"
    good.mkdir()
    bad.mkdir()
    stamper = Stamper(form, PERIOD)
    kinds = list(_KINDS.items())
    spoilt = set(chance.sample(range(count), count // BAD_IN))
    for number, person in enumerate(people):
        content = stamper.stamp(person, {"main": (answers(number, 1, budget=number + 1),)})
        if number in spoilt:
            name, build = kinds[number % len(kinds)]
            # what others send carries nobody's seal: only the file's name tells whose it is
            built = build(without_seal(content) if name in _FORM_BOUND else content)
            (bad / f"{person.code}-坏.xlsx").write_bytes(built)
        else:
            (good / f"{person.code}.xlsx").write_bytes(content)
    made = time.monotonic()
    without = merge(good, roster, form=form, crew=crew, key=own_key())
    first = time.monotonic()
    for path in bad.iterdir():
        path.rename(good / path.name)
    with_ = merge(good, roster, form=form, crew=crew, key=own_key())
    seconds = (made - begun, first - made, time.monotonic() - first)
    return Soak(count, len(spoilt), with_, without, seconds, _peak())


def _peak() -> int:
    with suppress(ImportError):
        import resource

        kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return kilobytes // (2**20 if sys.platform == "darwin" else 2**10)
    return 0


def main() -> None:
    """Soak with as many returns as the command line says, and say what came of it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    os.environ.setdefault(ELSEWHERE, str(Path(__file__).parents[1] / "seal.key"))
    with tempfile.TemporaryDirectory() as folder:
        done = soak(count, Path(folder), Crew.configured())
    made, first, second = done.seconds
    print(  # noqa: T201
        f"{done.returns} returns, {done.bad} of them bad (made in {made:.0f} s); merged in "
        f"{second:.0f} s, without the bad ones in {first:.0f} s; "
        f"most memory {done.megabytes} MB; "
        f"differences: {done.differences or 'none'}; bad files untold: {len(done.untold)}"
    )
    sys.exit(bool(done.differences or done.untold))


if __name__ == "__main__":
    main()
