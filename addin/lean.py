"""xlwings without what it would bring along: a button must not wait for pandas.

Imported before xlwings by whatever starts Python for Excel (`import addin` is enough).
"""

from __future__ import annotations

import os
import sys

_HEAVY = ("numpy", "pandas", "polars", "matplotlib", "plotly", "PIL")
_LICENCE = "XLWINGS_LICENSE_KEY"


def load_xlwings() -> None:
    """Import xlwings as if nothing heavy were installed, and without its configuration file.

    A file of another code page in the home folder would end every import of xlwings; and settings
    come from the add-in alone.
    """
    if "xlwings" in sys.modules:
        return
    absent = [each for each in _HEAVY if each not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: not installed
    licence = os.environ.get(_LICENCE)
    os.environ[_LICENCE] = licence or "none"  # or else the file is read for one
    try:
        import xlwings
    finally:
        for each in absent:
            del sys.modules[each]
        if licence is None:
            del os.environ[_LICENCE]
    xlwings.USER_CONFIG_FILE = os.devnull
