"""Texts kept in files, as `tests/conftest.py` compares them."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_a_text_is_kept_when_told_and_compared_afterwards(tests: Callable[..., str]):
    assert "+甲" in tests("甲", passes=False)
    tests("甲", "--update-snapshots", passes=True)
    tests("甲", passes=True)
    changed = tests("乙", passes=False)
    assert "-甲\n+乙" in changed
    assert "--update-snapshots" in changed


@pytest.fixture
def tests(tmp_path: Path):
    """Run a test that shows a text, in a folder of its own."""
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    shown = tmp_path / "test_shown.py"

    def run(text: str, *options: str, passes: bool) -> str:
        code = f"def test_shown(snapshot):\n    snapshot('form.sheet', {text!r})\n"
        shown.write_text(code, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-B", "-m", "pytest", "-q", str(tmp_path), *options],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode == 0) == passes, done.stdout
        return done.stdout

    return run
