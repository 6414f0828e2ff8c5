"""The .xlam file: a workbook package around the VBA project and the ribbon.

Nothing in it depends on the clock, the machine or a compressor: equal content is equal bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = f"{DOCUMENT}/relationships"
OFFICE = "application/vnd.openxmlformats-officedocument"
SPREADSHEET = f"{OFFICE}.spreadsheetml"
RIBBON = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
VBA = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip file knows no earlier time

TYPES_BY_SUFFIX = {
    "bin": "application/vnd.ms-office.vbaProject",
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "xml": "application/xml",
}
STYLES = (
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
)


@dataclass(frozen=True)
class Sheet:
    """A sheet of texts; `code` is the name of its VBA module."""

    name: str
    code: str
    rows: Sequence[Sequence[str]]
    hidden: bool = True


@dataclass(frozen=True)
class Addin:
    """What goes into the file."""

    title: str
    version: str
    sheets: Sequence[Sheet]
    vba: bytes
    ribbon: str


def package(addin: Addin) -> bytes:
    """Return the bytes of the .xlam."""
    texts = {
        "[Content_Types].xml": _types(addin),
        "_rels/.rels": _relationships(
            (f"{RELATED}/officeDocument", "xl/workbook.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{RELATED}/extended-properties", "docProps/app.xml"),
            (RIBBON, "customUI/customUI14.xml"),
        ),
        "docProps/core.xml": _core(addin),
        "docProps/app.xml": _app(),
        "xl/workbook.xml": _workbook(addin.sheets),
        "xl/_rels/workbook.xml.rels": _relationships(
            *((f"{RELATED}/worksheet", f"worksheets/{part}") for part, _ in _parts(addin.sheets)),
            (f"{RELATED}/styles", "styles.xml"),
            (VBA, "vbaProject.bin"),
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{SHEETS}">{STYLES}</styleSheet>',
        **{f"xl/worksheets/{part}": _sheet(sheet) for part, sheet in _parts(addin.sheets)},
    }
    files = {name: (XML + text).encode() for name, text in texts.items()}
    files["xl/vbaProject.bin"] = addin.vba
    files["customUI/customUI14.xml"] = addin.ribbon.encode()
    return _zipped(files)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as they are: a compressed one would depend on the compressor's version."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system = 0  # wherever it was made
            archive.writestr(entry, content)
    return buffer.getvalue()


def _parts(sheets: Sequence[Sheet]) -> list[tuple[str, Sheet]]:
    return [(f"sheet{number}.xml", sheet) for number, sheet in enumerate(sheets, 1)]


def _types(addin: Addin) -> str:
    parts = {
        "/xl/workbook.xml": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
        "/xl/styles.xml": f"{SPREADSHEET}.styles+xml",
        **{
            f"/xl/worksheets/{part}": f"{SPREADSHEET}.worksheet+xml"
            for part, _ in _parts(addin.sheets)
        },
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": f"{OFFICE}.extended-properties+xml",
    }
    defaults = "".join(
        f'<Default Extension="{suffix}" ContentType="{kind}"/>'
        for suffix, kind in TYPES_BY_SUFFIX.items()
    )
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in parts.items()
    )
    return f'<Types xmlns="{PACKAGE}/content-types">{defaults}{overrides}</Types>'


def _relationships(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def _core(addin: Addin) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(addin.title)}</dc:title>"
        f"<cp:version>{escape(addin.version)}</cp:version></cp:coreProperties>"
    )


def _app() -> str:
    return (
        f'<Properties xmlns="{DOCUMENT}/extended-properties">'
        "<Application>Microsoft Excel</Application><AppVersion>16.0300</AppVersion></Properties>"
    )


def _workbook(sheets: Sequence[Sheet]) -> str:
    lines = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}"'
        f' state="{"hidden" if sheet.hidden else "visible"}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    return (
        f'<workbook xmlns="{SHEETS}" xmlns:r="{RELATED}"><workbookPr codeName="ThisWorkbook"/>'
        f"<bookViews><workbookView/></bookViews><sheets>{lines}</sheets>"
        '<calcPr calcId="191029"/></workbook>'
    )


def _sheet(sheet: Sheet) -> str:
    rows = "".join(_row(number, row) for number, row in enumerate(sheet.rows, 1))
    return (
        f'<worksheet xmlns="{SHEETS}"><sheetPr codeName="{sheet.code}"/>'
        '<sheetViews><sheetView workbookViewId="0"/></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><sheetData>{rows}</sheetData></worksheet>'
    )


def _row(number: int, texts: Iterable[str]) -> str:
    cells = "".join(
        f'<c r="{letter}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t>'
        "</is></c>"
        for letter, text in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", texts, strict=False)
    )
    return f'<row r="{number}">{cells}</row>'
