"""How much of a file is read before it is refused, where somebody has set it otherwise."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from generator.model.limits import limit_of
from generator.workbook.book import Limits

_MEGABYTE = 2**20
_USUAL = Limits()
_OURS = replace(  # of the bureau's own lists, which hold what goes to all departments
    _USUAL,
    inflated_bytes=10 * _USUAL.inflated_bytes,
    cells=10 * _USUAL.cells,
    rectangle=10 * _USUAL.rectangle,
)
_VARIABLES = {  # what is set, and in which unit
    "file_bytes": ("JIXIAO_FILE_MEGABYTES", _MEGABYTE),
    "inflated_bytes": ("JIXIAO_INFLATED_MEGABYTES", _MEGABYTE),
    "ratio": ("JIXIAO_RATIO", 1),
    "parts": ("JIXIAO_PARTS", 1),
    "cells": ("JIXIAO_CELLS", 1),
    "merges": ("JIXIAO_MERGES", 1),
    "names": ("JIXIAO_NAMES", 1),
    "depth": ("JIXIAO_DEPTH", 1),
    "rectangle": ("JIXIAO_RECTANGLE", 1),
}


def configured(environment: Mapping[str, str] = os.environ, *, ours: bool = False) -> Limits:
    """Return the limits, each as the environment asks for or as usual, or as usual for `ours`.

    Raises:
        ValueError: one of them is no positive whole number.
    """
    asked = {
        field: limit_of(environment, variable, 1) * unit
        for field, (variable, unit) in _VARIABLES.items()
        if environment.get(variable, "").strip()
    }
    usual = _OURS if ours else _USUAL
    return replace(usual, **asked) if asked else usual
