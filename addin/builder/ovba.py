"""A VBA project (MS-OVBA) as Excel keeps it in `xl/vbaProject.bin`, made from source text alone.

Excel compiles the source when it opens the file, for the project claims no compiled code: its
stream `_VBA_PROJECT` names a version that no Excel has.
"""

from __future__ import annotations

import hashlib
import re
import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from addin.builder.cfb import compound_file
from addin.builder.compression import compress

CODE_PAGE = 1252  # any would do: the source is ASCII
ENGLISH = 0x409
UNCOMPILED = bytes.fromhex("CC61FFFF000000")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
# Excel does not open a project with a module of such a name.
RESERVED = re.compile(
    "circle|pset|scale|print|seek|input|get|put|open|tab|spc|debug|me|array|lbound|date|stop"
)
OLE_LIBRARY = r"C:\Windows\System32\stdole2.tlb#OLE Automation"
OLE = rf"*\G{{00020430-0000-0000-C000-000000000046}}#2.0#0#{OLE_LIBRARY}"
VERSION_IN_PROJECT = "393222000"
EDITOR = "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000"


class Kind(Enum):
    """What a module belongs to: the class it is based on, and how PROJECT declares it."""

    STANDARD = ("", "Module={}")
    CLASS = ("0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}", "Class={}")
    WORKBOOK = ("0{00020819-0000-0000-C000-000000000046}", "Document={}/&H00000000")
    SHEET = ("0{00020820-0000-0000-C000-000000000046}", "Document={}/&H00000000")

    @property
    def base(self) -> str:
        """The identity of the class that Excel gives the module."""
        return self.value[0]

    def declaration(self, name: str) -> str:
        """Return the line of PROJECT for a module of this kind."""
        return self.value[1].format(name)

    @property
    def is_document(self) -> bool:
        """Whether the module is that of the workbook or of a sheet."""
        return self in {Kind.WORKBOOK, Kind.SHEET}


@dataclass(frozen=True)
class Module:
    """A module: its name, its kind, and its source with lines that end in CR LF."""

    name: str
    kind: Kind
    body: str = ""

    @property
    def text(self) -> str:
        """The source as stored, with the attributes that the editor hides."""
        lines = [f"Attribute {key} = {value}\r\n" for key, value in self._attributes()]
        return "".join(lines) + self.body

    def _attributes(self) -> list[tuple[str, str]]:
        name = ("VB_Name", f'"{self.name}"')
        if self.kind is Kind.STANDARD:
            return [name]
        document = str(self.kind.is_document)
        return [
            name,
            ("VB_Base", f'"{self.kind.base}"'),
            ("VB_GlobalNameSpace", "False"),
            ("VB_Creatable", "False"),
            ("VB_PredeclaredId", document),
            ("VB_Exposed", document),
            ("VB_TemplateDerived", "False"),
            ("VB_Customizable", document),
        ]


def vba_project(name: str, modules: Sequence[Module]) -> bytes:
    """Return the compound file of a project; the same modules give the same bytes.

    Raises:
        ValueError: when Excel would refuse the modules, or drop them without a word.
    """
    _check(modules)
    identity = f"{{{uuid.uuid5(uuid.NAMESPACE_OID, name + _source(modules))}}}".upper()
    streams = {module.name: compress(_ascii(module.text)) for module in modules}
    return compound_file(
        {
            "VBA": {
                "_VBA_PROJECT": UNCOMPILED,
                "dir": compress(_directory(name, modules)),
                **streams,
            },
            "PROJECT": _project(name, identity, modules),
            "PROJECTwm": _names(modules),  # compressed, it would make Excel delete all macros
        }
    )


def _check(modules: Sequence[Module]) -> None:
    names = [module.name.lower() for module in modules]
    wrong = [name for name in names if not NAME.fullmatch(name) or RESERVED.fullmatch(name)]
    if wrong:
        raise ValueError(f"no module can be called {', '.join(wrong)}")
    if len(set(names)) != len(names):
        raise ValueError("two modules have one name")
    if not {Kind.WORKBOOK, Kind.SHEET} <= {module.kind for module in modules}:
        raise ValueError("a workbook and a sheet need their modules")


def _source(modules: Sequence[Module]) -> str:
    return "".join(module.text for module in modules)


def _ascii(text: str) -> bytes:
    """Return text as bytes; a Chinese character would read differently on every Windows."""
    return text.encode("ascii")


def _record(number: int, data: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(data)) + data


def _both(number: int, wide: int, text: str = "") -> bytes:
    """Return the two records of a text, in the code page and in UTF-16."""
    return _record(number, _ascii(text)) + _record(wide, text.encode("utf-16-le"))


def _directory(name: str, modules: Sequence[Module]) -> bytes:
    """Return the stream `dir`: what the project is, needs and holds (MS-OVBA 2.3.4.2)."""
    return b"".join(
        [
            _record(0x01, _long(1)),  # made on Windows
            _record(0x02, _long(ENGLISH)),
            _record(0x14, _long(ENGLISH)),
            _record(0x03, _short(CODE_PAGE)),
            _record(0x04, _ascii(name)),
            _both(0x05, 0x40),  # no description
            _record(0x06) + _record(0x3D),  # no help file
            _record(0x07, _long(0)),
            _record(0x08, _long(0)),
            _version(modules),
            _both(0x0C, 0x3C),  # no constants
            _both(0x16, 0x3E, "stdole"),
            _record(0x0D, _long(len(OLE)) + _ascii(OLE) + _long(0) + _short(0)),
            _record(0x0F, _short(len(modules))),
            _record(0x13, _short(0xFFFF)),
            *map(_module, modules),
            _record(0x10),
        ]
    )


def _version(modules: Sequence[Module]) -> bytes:
    """Return the record that breaks the rule: it says 4 and is 6 bytes long."""
    digest = hashlib.sha256(_source(modules).encode()).digest()
    major = int.from_bytes(digest[:4], "little") & 0x7FFFFFFF
    return struct.pack("<HIIH", 0x09, 4, major, 1)


def _module(module: Module) -> bytes:
    return b"".join(
        [
            _both(0x19, 0x47, module.name),
            _both(0x1A, 0x32, module.name),  # of the stream
            _both(0x1C, 0x48),  # no description
            _record(0x31, _long(0)),  # the source starts at once: no compiled code before it
            _record(0x1E, _long(0)),
            _record(0x2C, _short(0xFFFF)),
            _record(0x21 if module.kind is Kind.STANDARD else 0x22),
            _record(0x2B),
        ]
    )


def _project(name: str, identity: str, modules: Sequence[Module]) -> bytes:
    """Return the stream PROJECT: the project as lines of text."""
    seeds = hashlib.sha256(identity.encode()).digest()
    lines = [
        f'ID="{identity}"',
        *(module.kind.declaration(module.name) for module in modules),
        f'Name="{name}"',
        'HelpContextID="0"',
        f'VersionCompatible32="{VERSION_IN_PROJECT}"',
        f'CMG="{_veiled(bytes(4), identity, seeds[0])}"',  # not protected
        f'DPB="{_veiled(bytes(1), identity, seeds[1])}"',  # no password
        f'GC="{_veiled(bytes([0xFF]), identity, seeds[2])}"',  # visible
        "",
        "[Host Extender Info]",
        EDITOR,
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
        "",
    ]
    return _ascii("\r\n".join(lines))


def _names(modules: Sequence[Module]) -> bytes:
    """Return the stream PROJECTwm: each name in the code page and in UTF-16."""
    pairs = (
        _ascii(module.name) + b"\0" + module.name.encode("utf-16-le") + b"\0\0"
        for module in modules
    )
    return b"".join(pairs) + b"\0\0"


def _veiled(data: bytes, identity: str, seed: int) -> str:
    """Return data as PROJECT hides it (MS-OVBA 2.4.3.2); the project's identity is the key."""
    key = sum(identity.encode()) & 0xFF
    veiled = [seed, seed ^ 2, seed ^ key]
    clear = key
    filler = bytes([7] * ((seed & 6) // 2))
    for byte in filler + _long(len(data)) + data:
        veiled.append(byte ^ (veiled[-2] + clear & 0xFF))
        clear = byte
    return bytes(veiled).hex().upper()


def _long(number: int) -> bytes:
    return struct.pack("<I", number)


def _short(number: int) -> bytes:
    return struct.pack("<H", number)
