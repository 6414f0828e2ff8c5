"""Builds the Excel add-in: `python build_addin.py [--out dist/]`, on any system, without Excel."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from addin.builder import build


def main(arguments: list[str] | None = None) -> None:
    """Build, and say where the file is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("dist"), help="folder for jixiao.xlam")
    path = build(parser.parse_args(arguments).out)
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
