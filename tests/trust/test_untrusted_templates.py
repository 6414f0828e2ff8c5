"""A template from elsewhere can be refused, and nothing else: it reaches nothing, and it ends."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.layout import lay_out, shape_of
from generator.model.form import Form
from generator.model.period import Period
from generator.model.roster import Department
from generator.stamp import Stamper
from generator.template import TemplateError, catalogue, load
from generator.template.document import read
from generator.template.expression.syntax import parse_expression, parse_text
from generator.template.expression.text import leaf
from generator.template.mistakes import Wrong
from tests.template.small_form import BASE
from tests.trust import fuzzed

PERIOD = Period(2024, 12, "year")
_QUICK = 5.0  # seconds of CPU
VARIABLES = {"period": frozenset({"year", "name"}), "department": frozenset({"code", "name"})}


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[..., str]:
    """Return what is said of a form that must be refused, in time."""

    def refused(text: str, **parts: str) -> str:
        begun = time.process_time()
        with pytest.raises(TemplateError) as caught:
            written(tmp_path, text, **parts)
        assert time.process_time() - begun < _QUICK
        return str(caught.value)

    return refused


def written(folder: Path, text: str, **parts: str) -> Form:
    """Load a form from a text."""
    (folder / "demo").mkdir(exist_ok=True)
    (folder / "parts").mkdir(exist_ok=True)
    for name, part in parts.items():
        (folder / "parts" / f"{name}.yaml").write_text(part, encoding="utf-8")
    (folder / "demo" / "form.yaml").write_text(text, encoding="utf-8", newline="\n")
    return load(folder / "demo")


# -- nothing is reached --

REACHES = (
    *(
        "period.__class__",
        "period.__init__.__globals__",
        "''.__class__.__mro__[1]",
        "form.__dict__",
    ),
    *("department.__reduce__()", "period.year.__add__(1)", "[].append(1)", "lipsum.x"),
    *("cycler.__init__", "self._TemplateReference__context", "range(9)", "namespace()", "dict()"),
    *("joiner", "loop", "config", "request", "get_flashed_messages", "period['year']", "().x"),
    *("'{0.__class__}'.format(period)", "'%s' % period", "period | attr('x')", "caller()", "a:=1"),
    *("lambda: 1", "open('/etc/passwd')", "__import__('os')", "period.year is defined", "1 ** 9"),
    *("9 ** 9 ** 9", "'a' * 999999999", "1 << 99999999", "period.parse", "period.id.upper()"),
)


@pytest.mark.parametrize("source", REACHES)
@pytest.mark.parametrize(
    "place",
    [
        ('tab: "{{ project.code }}"', "tab: {}"),
        ("rule: budget == sum(items.amount)", "rule: {}"),
        ("computed: spent / budget", "computed: {}"),
        ("message: 预算 {{ budget }}", "message: {}"),
    ],
)
def test_no_attribute_of_python_is_reached(
    refusal: Callable[..., str], source: str, place: tuple[str, str]
):
    old, new = place
    bare = new.split(":")[0] in ("rule", "computed")
    quoted = (source if bare else f"{{{{ {source} }}}}").replace("'", "''")
    said = refusal(BASE.replace(old, new.format(f"'{quoted}'"), 1))
    assert "form.yaml" in said


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system",
        "!!python/module:os",
        "!!binary aGk=",
        "!include /etc/passwd",
    ],
)
def test_no_tag_of_yaml_makes_an_object(refusal: Callable[..., str], text: str):
    assert "不能用标签" in refusal(BASE.replace("示例表", text, 1))


@pytest.mark.parametrize("name", ["../demo/form", "/etc/passwd", "..", "a/b", "A", "", "x" * 99])
def test_a_part_is_a_file_of_the_parts_folder(refusal: Callable[..., str], name: str):
    said = refusal(BASE.replace("code: {label: 编码", f"code: {{use: '{name}', label: 编码"))
    assert "templates/parts" in said


# -- everything ends --


def test_anchors_cannot_explode(refusal: Callable[..., str]):
    lines = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    assert "锚点" in refusal("\n".join(["a0: &a0 [x]", *lines]))


def test_parts_cannot_explode(refusal: Callable[..., str]):
    parts = {f"p{i}": f"a: {{use: p{i + 1}}}\nb: {{use: p{i + 1}}}\n" for i in range(40)}
    assert "部件用得太多层" in refusal("use: p0\n", **parts, p40="c: 1\n")


def test_a_large_part_used_often_is_read_once(refusal: Callable[..., str]):
    large = "label: '" + "字" * 300_000 + "'\n"
    fields = "\n".join(f"      f{i}: {{use: large}}" for i in range(400))
    refusal(BASE.replace("      budget: {label: 预算, type: amount}", fields), large=large)


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 100_000,
        "a: " + "{a: " * 50_000,
        "\n".join(" " * i + "a:" for i in range(2000)),
        "a: " + "x" * 2_000_000,
        "- " * 200_000 + "a",
        '"' + "\\u0041" * 100_000,
        "a: |\n" + " \n" * 400_000,
    ],
    ids=range(7),
)
def test_a_deep_or_large_file_is_refused_in_time(refusal: Callable[..., str], text: str):
    assert refusal(text)


@pytest.mark.parametrize(
    "source",
    [
        "(" * 3000 + "1" + ")" * 3000,
        "-" * 3900 + "1",
        "not " * 900 + "true",
        "+".join(["1"] * 1900),
        " if budget else ".join(["1"] * 200),
        "1" * 3900,
        "1e999999999",
        "a." * 1900 + "a",
        "sum(" * 900 + "1" + ")" * 900,
    ],
    ids=range(9),
)
def test_an_expression_without_end_is_refused_in_time(refusal: Callable[..., str], source: str):
    rule = BASE.replace("rule: budget == sum(items.amount)", f"rule: '{source}'")
    assert "form.yaml" in refusal(rule)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("spare: 3", "spare: 1000000000"),
        ("spare: 3", "at_least: 1000000000"),
        ("widths: [10, 10, 10]", f"widths: [{', '.join(['10'] * 100_0)}]"),
        ("type: amount}\n      spent", "type: amount, digits: 999999999}\n      spent"),
    ],
)
def test_a_workbook_without_end_is_refused(refusal: Callable[..., str], old: str, new: str):
    assert refusal(BASE.replace(old, new, 1))


def test_many_tables_of_many_rows_are_refused(refusal: Callable[..., str]):
    table = "\n".join(
        f"      t{i}: {{label: x, spare: 500, columns: {{c{i}: {{label: a, type: text}}}}}}"
        for i in range(80)
    )
    blocks = "".join(f"      - table: t{i}\n" for i in range(80))
    text = BASE.replace("    tables:\n", f"    tables:\n{table}\n", 1)
    text = text.replace("    blocks:\n", f"    blocks:\n{blocks}", 1)
    assert "表格太大" in refusal(text)


def test_the_form_that_all_this_is_done_to_is_right(tmp_path: Path):
    form = written(tmp_path, BASE)
    people = Department("1", "甲", children={"projects": ({"code": "P", "name": "项"},)})
    assert Stamper(form, PERIOD).stamp(people)


# -- fuzz --

_FORMS = [path / "form.yaml" for path in catalogue()]
_TEXTS = [path.read_text(encoding="utf-8") for path in _FORMS]
_BITS = (
    "{{",
    "}}",
    ": ",
    "- ",
    "&a ",
    "*a",
    "!!x ",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    "\t",
    "\x00",
    "|",
)
_BITS += ("use: ", "type: amount", "for: x in y.z", "computed: ", "null", "9" * 40, "\ufeff", "表")


@given(st.integers(0, 2**32), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_a_mangled_form_is_loaded_or_refused(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int
):
    chance = Random(seed)
    text = chance.choice(_TEXTS)
    for _ in range(count):
        place = chance.randrange(len(text))
        end = place + chance.choice([0, 0, 1, 3, 30])
        text = text[:place] + chance.choice(_BITS) + text[end:]
    folder = tmp_path_factory.mktemp("form")
    try:
        form = written(folder, text)
    except TemplateError as error:
        assert error.mistakes  # noqa: PT017 (either of two ways is right)
        return
    shape = shape_of(form, Department("1", "甲"))
    assert lay_out(form, Period(2024, 12, form.period_kind), shape).sheets


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_document_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str):
    folder = tmp_path_factory.mktemp("yaml")
    file = folder / "form.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert read(file, folder).marks
    except TemplateError as error:
        assert error.mistakes  # noqa: PT017


_WORDS = st.sampled_from(
    [
        *("period", "department", "form", ".", "__class__", "year", "(", ")", "[", "]", "{{", "}}"),
        *("+", "-", "*", "/", "**", "~", "|", "==", "<", "<=", "and", "or", "not", "if", "else"),
        *(
            "1",
            "0.5",
            "'x'",
            "sum",
            "attr",
            ",",
            ":",
            "%",
            "is",
            "in",
            "{%",
            "%}",
            "{#",
            "\n",
            "年",
        ),
    ]
)


@given(st.lists(_WORDS, max_size=25).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_any_expression_is_read_or_refused(text: str):
    for parse in (parse_expression, parse_text, lambda each: leaf(each, VARIABLES)):
        try:
            assert parse(text) is not None
        except Wrong as wrong:
            assert all(wrong.messages)  # noqa: PT017


@given(st.lists(_WORDS, max_size=15).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_a_leaf_that_is_taken_yields_text_or_number(text: str):
    try:
        taken = leaf(f"{{{{ {text} }}}}", VARIABLES)
    except Wrong:
        return
    value = taken.render({"period": PERIOD, "department": Department("1", "甲")})
    assert value is None or len(str(value)) < 10_000


_OPERANDS = st.sampled_from(
    ["a", "b", "t", "1", "0.5", "'是'", "'\"=1|A1'", "period.month", "none"]
)
_SIMPLE = st.builds(
    "{} {} {}".format, _OPERANDS, st.sampled_from([*"+-*/~|%", "==", "<=", "and", "in"]), _OPERANDS
)
_NESTED = st.recursive(
    st.one_of(_OPERANDS, _SIMPLE),
    lambda inner: st.one_of(
        st.builds("({}) {} {}".format, inner, st.sampled_from([*"+-*/", ">", "or"]), inner),
        st.builds("{} if {} else {}".format, inner, inner, inner),
        st.builds("{}({}, 2)".format, st.sampled_from(["round", "sum", "min", "cmd"]), inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=6,
)
_KNOWN = {  # what a stamped workbook may call; none of it leaves the workbook
    *(
        "IF",
        "AND",
        "OR",
        "NOT",
        "N",
        "COUNT",
        "COUNTA",
        "COUNTIF",
        "SUM",
        "ROUND",
        "ABS",
        "MIN",
        "MAX",
    ),
    *("ISNUMBER", "EXACT", "MATCH", "ROW", "COLUMN", "ADDRESS", "HYPERLINK"),
}
_STRINGS = re.compile(r'"(?:[^"]|"")*"')
_CALLED = re.compile(r"([A-Z_a-z.]+)\(")


@given(_NESTED, st.sampled_from(["\0", "\1", "\2"]))
@settings(max_examples=120, deadline=None)
def test_any_expression_is_translated_or_refused_and_calls_nothing_unknown(text: str, place: str):
    try:
        sheets = fuzzed.translated((place + text).encode())
    except TemplateError as error:
        assert error.mistakes  # noqa: PT017
        return
    formulas = [_STRINGS.sub("", cell.formula) for sheet in sheets for cell in sheet.cells]
    assert any(formulas)
    assert [each for each in formulas if set(each) & set("|[]{}") or len(each) > 8192] == []
    assert {name for each in formulas for name in _CALLED.findall(each)} <= _KNOWN
