"""Compression of VBA source (MS-OVBA 2.4.1).

In each chunk of 4,096 bytes, a run of bytes that came before gives way to its distance and length.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

CHUNK = 4096
SHORTEST = 3  # a shorter run is not worth a token


def compress(data: bytes) -> bytes:
    """Return data compressed; Excel reads only chunks that are made of tokens, never plain ones.

    >>> compress(b"aaaaaaaaaa").hex()
    '0103b002610600'

    Raises:
        ValueError: for data that does not get shorter, which source code always does.
    """
    chunks = (_compressed(data[at : at + CHUNK]) for at in range(0, len(data), CHUNK))
    return b"\x01" + b"".join(chunks)


def _compressed(chunk: bytes) -> bytes:
    tokens = list(_tokens(chunk))
    body = b"".join(_group(tokens[at : at + 8]) for at in range(0, len(tokens), 8))
    if len(body) > CHUNK:
        raise ValueError("this is no source code: it does not get shorter")
    return struct.pack("<H", 0xB000 | len(body) - 1) + body


def _group(tokens: list[bytes]) -> bytes:
    """Return up to eight tokens behind a byte that says which of them are copies."""
    flags = sum(1 << bit for bit, token in enumerate(tokens) if len(token) == 2)
    return bytes([flags]) + b"".join(tokens)


def _tokens(chunk: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(chunk):
        bits = 16 - max((at - 1).bit_length(), 4) if at else 12  # what the distance leaves
        length, distance = _earlier_run(chunk, at, (1 << bits) + SHORTEST - 1)
        if length:
            yield struct.pack("<H", distance - 1 << bits | length - SHORTEST)
        else:
            yield chunk[at : at + 1]
        at += length or 1


def _earlier_run(chunk: bytes, at: int, longest: int) -> tuple[int, int]:
    """Return length and distance of the longest earlier run that reads like what comes now."""
    longest = min(longest, len(chunk) - at)
    length, distance = SHORTEST - 1, 0
    while length < longest:
        found = chunk.rfind(chunk[at : at + length + 1], 0, at + length)
        if found < 0:
            break
        length, distance = length + 1, at - found
        while length < longest and chunk[found + length] == chunk[at + length]:
            length += 1
    return (length, distance) if distance else (0, 0)
