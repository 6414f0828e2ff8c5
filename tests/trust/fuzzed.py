"""What is fuzzed: one function of bytes for each, with the refusals that are right."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from generator.layout import lay_out, nominal_shape
from generator.layout.sheet import Sheet
from generator.merge.arrival import Brief, read_return
from generator.model.roster import Roster
from generator.stamp import Stamper
from generator.template import TemplateError, catalogue, load
from generator.template.expression.syntax import parse_expression
from generator.template.expression.text import leaf
from generator.template.mistakes import Wrong
from generator.workbook.book import Unreadable
from generator.workbook.keys import own_key
from generator.workbook.reader.formats import read_book
from tests.check.forms import PERIOD, form_of
from tests.trust import hostile
from tests.workbook.handmade import package
from udfs.amounts import Unreadable as NoAmount
from udfs.amounts import parse_quantity
from udfs.targets import parse_target

REFUSALS = (Unreadable, NoAmount, TemplateError, Wrong)
FORM = """
fields:
  a: {{label: 甲, type: number}}
  b: {{label: 乙, type: number}}
  t: {{label: 丁, type: choice, choices: [是, 否]}}
  c: {{label: 丙, type: number, computed: {0}}}
tables:
  items:
    label: 明细
    columns:
      x: {{label: 子, type: number}}
      y: {{label: 丑, type: number, computed: {1}}}
checks:
  - {{id: R, kind: 逻辑, name: 规则, message: 不符, remedy: 改, rule: {2}}}
"""
_USUAL = ("a", "x", "a == b")  # of a field, of a column, of a rule
_VARIABLES = {"period": frozenset({"year"}), "department": frozenset({"code"})}
_TEXTS = {
    "target": ("≥95%", "=6人", "≤48小时", "≤预算控制数", "有效提高"),
    "amount": ("1,234.5万元", "０.17亿元", "—", "80%"),
    "expression": ("period.year / 12 >= 0.5", "department.code", "'甲' ~ period.year"),
    "translator": (
        *("\0a - b * 3", "\1round(x / a, 2) if t == '是' else 7", "\2not (a > 1 and b < 2)"),
        *("\2sum(items.x) == a", "\0sum(items.y)"),
    ),
}
_PARTS = ("worksheets/sheet1", "workbook", "_rels/workbook.xml.rels", "sharedStrings", "styles")
_OF_RETURN = (hostile.SHEET, "xl/worksheets/sheet4.xml", "xl/workbook.xml", "xl/styles.xml")


def reader(data: bytes) -> None:
    """Read a file."""
    read_book(data)


def part(data: bytes) -> None:
    """Read a small workbook of which one part, named by the first byte, is replaced."""
    name = _name(_PARTS[data[0] % len(_PARTS)]) if data else "xl/none.xml"
    read_book(package("", {name: data[1:]}))


def returned(data: bytes) -> None:
    """Merge a return of which one part, named by the first byte, is replaced."""
    name = _OF_RETURN[data[0] % len(_OF_RETURN)] if data else "xl/none.xml"
    content = hostile.repacked(_good(), lambda n, xml: data[1:] if n == name else xml)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "1.xlsx")
        path.write_bytes(content)
        arrival = read_return(path, path.name, _brief())
    for each in arrival.findings:
        if "程序出错" in each.message:
            raise AssertionError(each.message)


def target(data: bytes) -> None:
    """Read the target of an indicator."""
    parse_target(data.decode("utf-8", "replace"))


def amount(data: bytes) -> None:
    """Read an amount."""
    parse_quantity(data.decode("utf-8", "replace"))


def template(data: bytes) -> None:
    """Load a template beside the parts that ours use."""
    folder = _parts_beside()
    (folder / "form.yaml").write_bytes(data)
    load(folder)


def expression(data: bytes) -> None:
    """Read an expression, and a text that holds it."""
    text = data.decode("utf-8", "replace")
    parse_expression(text)
    leaf(f"{{{{ {text} }}}}", _VARIABLES)


def translator(data: bytes) -> None:
    """Translate an expression into formulas, where the first byte says."""
    translated(data)


def translated(data: bytes) -> Sequence[Sheet]:
    """Return the worksheets of a small form with that expression in it."""
    texts = [*_USUAL]
    if data:
        texts[data[0] % len(texts)] = data[1:].decode("utf-8", "replace")
    form = form_of(FORM.format(*(json.dumps(each) for each in texts)))
    return lay_out(form, PERIOD, nominal_shape(form)).sheets


TARGETS: dict[str, Callable[[bytes], object]] = {
    each.__name__: each
    for each in (reader, part, returned, target, amount, template, expression, translator)
}


def seeds(name: str) -> Iterator[bytes]:
    """Yield something sound of a target to start from."""
    yield from (each.encode() for each in _TEXTS.get(name, ()))
    if name in ("reader", "part"):
        whole = package('<row><c r="B3"><v>7</v></c></row>')
        yield from [whole] if name == "reader" else _members(whole, map(_name, _PARTS))
    if name == "returned":
        yield from _members(_good(), _OF_RETURN)
    if name == "template":
        for path in catalogue():
            text = path.joinpath("form.yaml").read_bytes()
            yield text.replace(f"form: {path.name}".encode(), b"form: demo", 1)


def _name(short: str) -> str:
    return f"xl/{short}" if short.endswith(".rels") else f"xl/{short}.xml"


def _members(content: bytes, names: Iterable[str]) -> Iterator[bytes]:
    with ZipFile(BytesIO(content)) as whole:
        for number, name in enumerate(names):
            yield bytes([number]) + whole.read(name)


@cache
def _parts_beside() -> Path:
    """Return an empty folder of a form, with the parts that ours use beside it."""
    folder = Path(tempfile.mkdtemp(prefix="jixiao-templates-"))
    shutil.copytree(catalogue()[0].parent / "parts", folder / "parts")
    (folder / "demo").mkdir()
    return folder / "demo"


@cache
def _good() -> bytes:
    one = hostile.good()
    return Stamper(one.form, one.example.period).stamp(one.example.department, one.example.entries)


@cache
def _brief() -> Brief:
    one = hostile.good()
    return Brief(one.form, one.example.period, Roster((one.example.department,)), own_key())
