"""The chart in README: bars on a logarithmic scale, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log10
from pathlib import Path

from tests.benchmarks.measure import Line

_BAR, _GAP, _LEFT, _WIDTH, _RIGHT = 22, 10, 190, 430, 90
_TOP = 44


def draw(lines: Sequence[Line], ours: str, title: str, path: Path) -> None:
    """Draw how many pieces of work each line does in a second."""
    most = max(1 / line.median for line in lines)
    height = _TOP + len(lines) * (_BAR + _GAP) + 8
    width = _LEFT + _WIDTH + _RIGHT
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="12" y="24" font-size="15" font-weight="bold">{escape(title)}</text>',
    ]
    for number, line in enumerate(lines):
        rate, y = 1 / line.median, _TOP + number * (_BAR + _GAP)
        length = _WIDTH * max(log10(rate), 0.05) / log10(most)
        color = "#C0504D" if line.name == ours else "#8CA6C4"
        middle = y + _BAR * 0.72
        pieces += [
            f'<text x="{_LEFT - 8}" y="{middle:.0f}" text-anchor="end">{escape(line.name)}</text>',
            f'<rect x="{_LEFT}" y="{y}" width="{length:.0f}" height="{_BAR}" fill="{color}"/>',
            f'<text x="{_LEFT + length + 6:.0f}" y="{middle:.0f}">{rate:,.0f}</text>',
        ]
    path.write_text("\n".join([*pieces, "</svg>", ""]), encoding="utf-8", newline="\n")
