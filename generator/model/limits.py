"""Limits that people may set by environment variables: whole numbers above nothing."""

from __future__ import annotations

from collections.abc import Mapping


def limit_of(environment: Mapping[str, str], variable: str, usual: int) -> int:
    """Return what an environment says of a limit, or what is usual.

    >>> limit_of({"JIXIAO_CELLS": "5000"}, "JIXIAO_CELLS", 7), limit_of({}, "JIXIAO_CELLS", 7)
    (5000, 7)

    Raises:
        ValueError: it is no positive whole number.
    """
    written = environment.get(variable, "").strip()
    if not written:
        return usual
    if not (written.isascii() and written.isdecimal() and 0 < int(written[:19]) < 10**18):
        raise ValueError(f"环境变量 {variable} 应为正整数，现为“{written}”。")
    return int(written)
