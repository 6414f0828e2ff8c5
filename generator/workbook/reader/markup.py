"""XML as office programs write it, read element by element with Python's own expat."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar
from xml.parsers import expat

from generator.workbook.reader.container import broken

Attributes = Mapping[str, str]
_Method = TypeVar("_Method")

_OURS = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",  # strict
    "http://schemas.openxmlformats.org/package/2006/relationships ",
    "",
)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Listener:
    """What is done with one part: methods by the names of the workbook's own elements.

    A subclass fills `starts` and `ends`; elements of other name spaces and names are passed over.
    """

    starts: Mapping[str, Callable[[Attributes], None]] = {}
    ends: Mapping[str, Callable[[], None]] = {}

    def text(self, text: str) -> None:
        """Meet text anywhere."""


def listen(part: str, chunks: Iterable[bytes], listener: Listener, depth: int = 64) -> None:
    """Read a part to its end.

    Raises:
        Unreadable: not well-formed, nested too deep, or with declarations of its own.
    """
    parser = _parser(part, listener, depth)
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)  # noqa: FBT003 (the end; expat knows no keywords)
    except expat.ExpatError as error:
        raise broken(f"部件 {part} 不是完整的 XML") from error
    except (LookupError, ValueError) as error:
        if type(error) not in (LookupError, ValueError):  # ours, not that of an odd encoding
            raise
        raise broken(f"部件 {part} 的文字编码不是办公软件使用的编码") from error


def _parser(part: str, listener: Listener, depth: int) -> expat.XMLParserType:
    starts, ends = _spelled_out(listener.starts), _spelled_out(listener.ends)
    level = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal level
        level += 1
        if level > depth:
            raise broken(f"部件 {part} 的层次超过 {depth} 层")
        if name in starts:
            starts[name](attributes)

    def end(name: str) -> None:
        nonlocal level
        level -= 1
        if name in ends:
            ends[name]()

    def refuse(*_: object) -> None:
        raise broken(f"部件 {part} 里有实体声明，可能是恶意文件")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = listener.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    return parser


def _spelled_out(methods: Mapping[str, _Method]) -> dict[str, _Method]:
    """Return methods by the names that expat hands over: name space, blank, local name."""
    return {f"{space}{name}": method for name, method in methods.items() for space in _OURS}


def attribute(attributes: Attributes, name: str) -> str:
    """Return an attribute whatever its name space: `r:id`, transitional or strict."""
    if name in attributes:
        return attributes[name]
    return next((v for k, v in attributes.items() if k.endswith(f" {name}")), "")


def is_true(text: str | None) -> bool:
    """Read a truth as schemas write it."""
    return text in ("1", "true", "on")


def unescaped(text: str) -> str:
    r"""Return text without the escapes that OOXML has for what XML cannot hold.

    >>> unescaped("_x0041__x000A_甲_x005F_x0042_")
    'A\n甲_x0042_'
    """
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
