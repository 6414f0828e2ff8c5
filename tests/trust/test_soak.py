"""Bad returns change nothing for the others."""

from __future__ import annotations

import os
from pathlib import Path

from generator.merge import Crew
from tests.trust.soak import BAD_IN, soak

COUNT = int(os.environ.get("JIXIAO_SOAK", "200"))


def test_the_result_is_that_of_the_good_returns_alone(tmp_path: Path):
    done = soak(COUNT, tmp_path, Crew(jobs=1))
    assert (done.bad, done.differences, done.untold) == (COUNT // BAD_IN, [], [])
    assert sum(each.returned for each in done.with_bad.standings) == COUNT - COUNT // BAD_IN
