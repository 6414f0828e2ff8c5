"""Packages made by hand, part by part, for what no program at hand would write."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

Part = str | bytes

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
EXPAT = "<!-- not plain -->"  # in the rows: the regular expressions give up
STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="0.00&quot;%&quot;"/></numFmts><cellXfs>'
    '<xf numFmtId="0"/><xf numFmtId="10"><protection locked="0"/></xf><xf numFmtId="14"/>'
    '<xf numFmtId="164"/><xf numFmtId="31"><protection locked="false" hidden="1"/></xf></cellXfs>'
)


def package(rows: str = "", changes: Mapping[str, Part | None] | None = None, **said: str) -> bytes:
    """Return a workbook of one sheet.

    `changes` adds or replaces parts, or drops those of None; said may be `strings`, what stands
    `around` the rows, `sheets` after the first, `names`, and attributes of workbookPr as `epoch`.
    """
    parts: dict[str, Part | None] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"/>',
        "_rels/.rels": links(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr {said.get("epoch", "")}/>'
            f'<sheets><sheet name="表" sheetId="1" r:id="rId1"/>{said.get("sheets", "")}</sheets>'
            f"<definedNames>{said.get('names', '')}</definedNames></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": links(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "sharedStrings.xml"),
            ("rId3", "styles", "styles.xml"),
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{said.get("strings", "")}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>',
        "xl/worksheets/sheet1.xml": worksheet(rows, said.get("around", "")),
    }
    parts.update(changes or {})
    return zipped({name: part for name, part in parts.items() if part is not None})


def worksheet(rows: str, around: str = "") -> str:
    """Return the part of a sheet."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{around}</worksheet>'


def links(*entries: tuple[str, str, str]) -> str:
    """Return a part of relationships: id, last word of the type, target."""
    listed = "".join(
        f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for id_, kind, target in entries
    )
    return f'<Relationships xmlns="{LINKS}">{listed}</Relationships>'


def zipped(
    parts: Mapping[str, Part] | Sequence[tuple[str, Part]], compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return a zip of parts, in their order; a sequence of pairs may repeat a name."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, part in parts.items() if isinstance(parts, Mapping) else parts:
            archive.writestr(name, part)
    return target.getvalue()
