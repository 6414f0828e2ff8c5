"""Pictures of a workbook to look at, one PNG per page.

python -m tests.support.render FILE.xlsx OUTDIR
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from generator.workbook import office


def render(workbook: Path, folder: Path, dpi: int = 80) -> list[Path]:
    """Draw every page that the workbook would print on."""
    (pdf,) = office.convert([workbook], "pdf", folder)
    for old in folder.glob(f"{workbook.stem}-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-png", "-r", str(dpi), pdf, pdf.with_suffix("")], check=True)
    return sorted(folder.glob(f"{workbook.stem}-*.png"))


if __name__ == "__main__":
    for page in render(Path(sys.argv[1]), Path(sys.argv[2])):
        sys.stdout.write(f"{page}\n")
