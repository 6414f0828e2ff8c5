"""The charts of a report as native charts of a worksheet."""

from __future__ import annotations

from openpyxl.chart import BarChart, LineChart, PieChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.worksheet.worksheet import Worksheet

from generator.report.pages import Chart, ChartKind, Look

WIDTH = 20.0  # centimetres
_PALETTE = (
    *("5B9BD5", "ED7D31", "70AD47", "FFC000"),
    *("4472C4", "A5A5A5", "9E480E", "255E91"),
)
_LINE = "C00000"


def height_of(chart: Chart) -> float:
    """Return how tall to draw a chart, in centimetres."""
    if chart.kind is ChartKind.PIE or chart.line is not None:
        return 10.0
    return max(8.0, 3.5 + 0.55 * len(chart.grid.rows))


def draw(worksheet: Worksheet, chart: Chart, top: int, anchor: str) -> None:
    """Draw a chart of the table whose heading stands in row `top`, at a cell."""
    made = (
        _pie(worksheet, chart, top) if chart.kind is ChartKind.PIE else _bars(worksheet, chart, top)
    )
    made.title = _title(chart.title)
    made.width, made.height = WIDTH, height_of(chart)  # type: ignore[assignment]
    worksheet.add_chart(made, anchor)


def _pie(worksheet: Worksheet, chart: Chart, top: int) -> PieChart:
    pie = PieChart()
    pie.add_data(_column(worksheet, chart, top, chart.series[0]), titles_from_data=True)
    pie.set_categories(_categories(worksheet, chart, top))
    series = pie.series[0]
    for place in range(len(chart.grid.rows)):
        point = DataPoint(idx=place)
        point.graphicalProperties = GraphicalProperties(solidFill=_PALETTE[place % len(_PALETTE)])
        series.dPt.append(point)
    series.dLbls = _values()
    pie.legend = Legend()
    pie.legend.position = "r"
    return pie


def _bars(worksheet: Worksheet, chart: Chart, top: int) -> BarChart:
    bars = BarChart()
    upright = chart.line is not None  # a line cannot go with bars that lie
    bars.type = "col" if upright else "bar"
    for column in chart.series:
        bars.add_data(_column(worksheet, chart, top, column), titles_from_data=True)
    bars.set_categories(_categories(worksheet, chart, top))
    bars.gapWidth = 60
    if chart.kind is ChartKind.STACK:
        bars.grouping, bars.overlap = "stacked", 100
    for place, series in enumerate(bars.series):
        series.graphicalProperties.solidFill = (chart.colors or _PALETTE)[place]
        series.dLbls = _values()
    _axes(bars, chart, upright=upright)
    if chart.line is not None:
        bars += _line(worksheet, chart, top, chart.line)
    bars.legend.position = "b"
    if len(chart.series) == 1 and chart.line is None:
        bars.legend = None
    return bars


def _axes(bars: BarChart, chart: Chart, *, upright: bool) -> None:
    percent = chart.grid.columns[chart.series[0]].look is Look.PERCENT
    bars.x_axis.delete = bars.y_axis.delete = False
    bars.x_axis.scaling.orientation = "minMax" if upright else "maxMin"
    bars.y_axis.scaling.min = 0
    bars.y_axis.title = _title(chart.axis, 900)
    bars.y_axis.number_format = "0%" if percent else "0"
    faint = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    bars.y_axis.majorGridlines = ChartLines(spPr=faint)
    bars.y_axis.crosses = "autoZero" if upright else "max"


def _line(worksheet: Worksheet, chart: Chart, top: int, column: int) -> LineChart:
    line = LineChart()
    line.add_data(_column(worksheet, chart, top, column), titles_from_data=True)
    series = line.series[0]
    series.graphicalProperties.line.solidFill = _LINE
    series.graphicalProperties.line.width = 28_000
    series.marker.symbol = "none"
    series.smooth = False
    return line


def _values() -> DataLabelList:
    labels = DataLabelList()
    labels.showVal = True
    for other in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(labels, other, False)
    return labels


def _column(worksheet: Worksheet, chart: Chart, top: int, column: int) -> Reference:
    bottom = top + len(chart.grid.rows)
    return Reference(worksheet, min_col=column + 1, min_row=top, max_row=bottom)


def _categories(worksheet: Worksheet, chart: Chart, top: int) -> Reference:
    return Reference(worksheet, min_col=1, min_row=top + 1, max_row=top + len(chart.grid.rows))


def _title(text: str, size: int = 1200) -> Title:
    look = CharacterProperties(sz=size, b=False)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[RegularTextRun(look, text)])
    title = Title(tx=Text(rich=RichText(p=[paragraph])))
    title.overlay = False
    return title
