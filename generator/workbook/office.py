"""LibreOffice, where it is installed: other file formats, and pictures of pages."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

FILTERS = {
    "pdf": "calc_pdf_Export",
    "xlsx": "Calc MS Excel 2007 XML",
    "ods": "calc8",
    "xls": "MS Excel 97",
}
INSTALL = (
    "请安装 LibreOffice（https://zh-cn.libreoffice.org/download/ ；"
    "Debian、Ubuntu：apt install libreoffice-calc fonts-noto-cjk）"
)
BATCH = 50  # soffice tires of hundreds, and a command on Windows holds 32,767 characters
PATIENCE = 90.0  # seconds for a start on a slow machine
PATIENCE_PER_FILE = 10.0

Draw = Callable[[Path, Path, int, int], None]  # pdf, png, page, dpi


class OfficeError(RuntimeError):
    """LibreOffice is missing or did not do its work; the message says what to do."""


def find() -> Path | None:
    """Return the program `soffice`, from PATH or from where it is usually installed."""
    for name in ("soffice", "libreoffice"):
        if program := shutil.which(name):
            return Path(program)
    return next((each for each in _usual_places() if each.is_file()), None)


def convert(files: Sequence[Path], to: str, folder: Path) -> list[Path]:
    """Return the files saved in another format, under the same names, in the folder.

    What has such a name there is replaced, be it the source itself.
    """
    program = find()
    if program is None:
        raise OfficeError(f"没有找到 LibreOffice。{INSTALL}。")
    targets = _targets(files, to, folder)
    folder.mkdir(parents=True, exist_ok=True)
    with _scratch() as profile, _scratch(folder) as made:
        command = [
            *(str(program), "--headless", "--norestore", "--nologo", "--nolockcheck"),
            *(f"-env:UserInstallation={profile.as_uri()}", "--convert-to"),
            *(f"{to}:{FILTERS[to]}", "--outdir", str(made)),
        ]
        pending = list(targets)
        while pending:
            done = _convert_some(command, pending[:BATCH], made, targets)
            pending = [each for each in pending if each not in done]
    return [targets[each] for each in files]


def picture(pdf: Path, png: Path, page: int = 1, dpi: int = 96) -> Path:
    """Draw one page of a PDF, counted from 1, into a PNG file."""
    draw = next(iter(drawers()), None)
    if draw is None:
        raise OfficeError(
            "没有找到画图程序。请执行 pip install pypdfium2 pillow ，"
            "或安装 pdftoppm（Debian、Ubuntu：apt install poppler-utils）。"
        )
    with _scratch(png.parent) as made:
        draw(pdf, made / "page.png", page, dpi)
        (made / "page.png").replace(png)
    return png


def drawers() -> list[Draw]:
    """Return the installed ways to draw a page, the best one first.

    Not soffice itself: it draws the first page only, and on Debian not without its Draw part.
    """
    here = importlib.util.find_spec
    found: list[Draw] = [_draw_by_pdfium] if here("pypdfium2") and here("PIL") else []
    return [*found, _draw_by_poppler] if shutil.which("pdftoppm") else found


def run(command: Sequence[str], patience: float) -> str:
    """Return what a program prints; it and all it started end with this call, whatever happens."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    ) as process:
        try:
            return process.communicate(timeout=patience)[0]
        except subprocess.TimeoutExpired:
            name = Path(command[0]).name
            message = f"{name} 在 {patience:.0f} 秒内没有完成，已将其结束，请重试。"
            raise OfficeError(message) from None
        finally:
            if process.poll() is None:
                end(process)


def end(process: subprocess.Popen[str]) -> None:
    """Kill a program that was started with `start_new_session`, and all that it started."""
    if sys.platform == "win32":
        taskkill = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(taskkill, capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _usual_places() -> Iterator[Path]:
    for variable in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)"):
        if folder := os.environ.get(variable):
            yield Path(folder, "LibreOffice", "program", "soffice.com")
    for home in (Path("/"), Path.home()):
        yield home / "Applications/LibreOffice.app/Contents/MacOS/soffice"
    for folder in ("/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/opt/libreoffice"):
        yield Path(folder, "program", "soffice")
    yield from sorted(Path("/opt").glob("libreoffice*/program/soffice"), reverse=True)
    yield Path("/snap/bin/libreoffice")


def _targets(files: Iterable[Path], to: str, folder: Path) -> dict[Path, Path]:
    targets: dict[Path, Path] = {}
    taken: dict[str, Path] = {}
    for each in files:
        if not each.is_file():
            raise OfficeError(f"没有这个文件：{each}")
        targets[each] = folder / f"{each.stem}.{to}"
        other = taken.setdefault(targets[each].name.casefold(), each)
        if other != each:
            raise OfficeError(f"{other} 与 {each} 转换后同名，请分别放入不同的文件夹。")
    return targets


def _convert_some(
    command: list[str], batch: list[Path], made: Path, targets: dict[Path, Path]
) -> set[Path]:
    """Return the files that were converted: soffice may stop early, with exit code 0."""
    said = run([*command, *map(str, batch)], PATIENCE + PATIENCE_PER_FILE * len(batch))
    done = {each for each in batch if (made / targets[each].name).is_file()}
    if not done:
        raise OfficeError(f"LibreOffice 无法转换 {batch[0]}：{said.strip() or '没有说明原因'}")
    for each in done:
        (made / targets[each].name).replace(targets[each])
    return done


def _draw_by_pdfium(pdf: Path, png: Path, page: int, dpi: int) -> None:
    pdfium = importlib.import_module("pypdfium2")
    with pdfium.PdfDocument(pdf) as document:
        if page > len(document):
            raise OfficeError(f"{pdf} 没有第 {page} 页。")
        document[page - 1].render(scale=dpi / 72).to_pil().save(png)


def _draw_by_poppler(pdf: Path, png: Path, page: int, dpi: int) -> None:
    options = ("-png", "-singlefile", "-r", dpi, "-f", page, "-l", page)
    said = run(["pdftoppm", *map(str, options), str(pdf), str(png.with_suffix(""))], PATIENCE)
    if not png.is_file():
        raise OfficeError(f"{pdf} 没有第 {page} 页，或无法读取：{said.strip()}")


@contextmanager
def _scratch(folder: Path | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        prefix=".jixiao-", dir=folder, ignore_cleanup_errors=True
    ) as name:
        yield Path(name).absolute()
