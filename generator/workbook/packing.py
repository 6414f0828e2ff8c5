"""Plain lists as JSON on one line, packed: so what was read travels between processes, and waits.

JSON and no pickle, since some of it is kept where others might write; and it is half as long.
"""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

try:  # five times as fast; what is in it stays the same
    from isal.isal_zlib import compress, decompress

    _LEVEL = 0  # what others call 1; their 0 leaves as it is
except ImportError:
    from zlib import compress, decompress

    _LEVEL = 1
try:  # four times as fast
    from orjson import dumps, loads
except ImportError:
    dumps = loads = None

Plain = list[Any]  # lists, objects, texts, whole numbers, truths, null; of Decimals the digits
_BY_JSON = b" "  # before what orjson did not write, and may not be able to read


def pack(content: bytes) -> bytes:
    """Return bytes packed, quickly rather than tightly."""
    packed: bytes = compress(content, _LEVEL)
    return packed


def unpack(content: bytes) -> bytes:
    """Return bytes that were packed."""
    unpacked: bytes = decompress(content)
    return unpacked


def to_json(plain: Plain) -> bytes:
    """Return plain lists as JSON; half characters stay what they are."""
    if dumps:
        with suppress(TypeError):  # half characters, say
            written: bytes = dumps(plain, default=_as_list)
            return written
    return _BY_JSON + _JSON.encode(plain).encode("utf-8", "surrogatepass")


def from_json(content: bytes) -> Any:  # noqa: ANN401 (whatever JSON holds)
    """Return what was written as JSON."""
    if loads and not content.startswith(_BY_JSON):
        return loads(content)
    return json.loads(content.decode("utf-8", "surrogatepass"))


def _as_list(value: object) -> list[Any]:
    """Return a number so that no text is taken for it, and a tuple as the list it is."""
    if isinstance(value, Decimal):
        return [str(value)]
    if isinstance(value, tuple):
        return [*value]
    raise TypeError(f"{type(value).__name__} is not written")


_JSON = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), default=_as_list
)
