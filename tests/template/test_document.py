"""YAML as templates use it: plainer than its standard, with lines, and with parts put in."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.template.document import Document, read
from generator.template.mistakes import TemplateError


@pytest.fixture
def document(tmp_path: Path) -> Callable[..., Document]:
    def read_text(text: str, **parts: str) -> Document:
        for name, part in parts.items():
            (tmp_path / f"{name}.yaml").write_text(part, encoding="utf-8")
        file = tmp_path / "form.txt"
        file.write_text(text, encoding="utf-8")
        return read(file, tmp_path)

    return read_text


@pytest.fixture
def mistakes(document: Callable[..., Document]) -> Callable[..., list[str]]:
    def read_wrong(text: str, **parts: str) -> list[str]:
        with pytest.raises(TemplateError) as caught:
            document(text, **parts)
        return [
            f"{Path(each.file).stem}:{each.line} {each.path}：{each.message}"
            for each in caught.value.mistakes
        ]

    return read_wrong


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0301", "0301"),
        ("318002", 318002),
        ("0.10", Decimal("0.10")),
        ("-5", -5),
        ("yes", "yes"),
        ("true", True),
        ("2020-01-31", "2020-01-31"),
        ("12:30", "12:30"),
        ("1e3", "1e3"),
        ('"100"', "100"),
        ("'~'", "~"),
        ("~", None),
        ("", None),
        ("=6人", "=6人"),
    ],
)
def test_a_bare_word_is_a_text_unless_it_is_plainly_a_number(
    document: Callable[..., Document], written: str, meant: object
):
    assert document(f"a: {written}").data == {"a": meant}


def test_every_key_and_item_has_its_line_and_column(document: Callable[..., Document]):
    read = document("a:\n  b: [x, y]\n  c:\n    - d: 1\n")
    places = [
        (each.line, each.column) for each in map(read.mark, [("a", "b", 1), ("a", "c", 0, "d")])
    ]
    assert places == [(2, 10), (4, 7)]


def test_a_path_that_does_not_exist_stands_where_its_parent_does(
    document: Callable[..., Document],
):
    assert document("a:\n  b: 1\n").mark(("a", "b", "nothing", 3)).line == 2


def test_a_part_is_put_under_what_the_form_says_itself(document: Callable[..., Document]):
    part = "label: 编码\ntype: text\nhelp: 部件\n"
    read = document("code:\n  use: code\n  help: 自己\n", code=part)
    assert read.data == {"code": {"label": "编码", "type": "text", "help": "自己"}}
    marks = [read.mark(("code", key)) for key in ("type", "help")]
    assert [(Path(each.file).stem, each.line) for each in marks] == [("code", 2), ("form", 3)]


def test_parts_of_mappings_merge_key_by_key(document: Callable[..., Document]):
    read = document("use: both\na: {y: 3}\n", both="a: {x: 1, y: 2}\nb: 1\n")
    assert read.data == {"a": {"x": 1, "y": 3}, "b": 1}


def test_a_part_that_is_a_list_takes_the_place_of_its_item(document: Callable[..., Document]):
    assert document("[a, {use: more}, d]", more="[b, c]").data == ["a", "b", "c", "d"]


def test_a_part_may_use_a_part(document: Callable[..., Document]):
    assert document("use: one", one="use: two\na: 1\n", two="b: 2\n").data == {"b": 2, "a": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\n", "form:2 a：“a”写了两次，前一次在第 1 行"),
        ("a: &x 1\n", "form:1 a：不能用锚点（&）和别名（*），重复的内容请放进部件，用 use 引用"),
        (
            "a: &x [*x, *x]\n",
            "form:1 a：不能用锚点（&）和别名（*），重复的内容请放进部件，用 use 引用",
        ),
        (
            "a: !!python/name:os.system x",
            "form:1 a：不能用标签“tag:yaml.org,2002:python/name:os.system”",
        ),
        ("a:\n  b: {{ x }}年\n", 'form:2 a.b：以“{”开头的文字要加引号，例如 "{{ period.year }}年"'),
        ("a: 1\n---\nb: 2\n", "form:3 ：一个文件只写一份内容，不要用“---”分成几份"),
        ("a：1\nb: 2\n", "form:1 ：键后面的冒号要用半角的“:”，后面空一格"),
        (
            "a:\n\tb: 1\n",
            "form:2 ：这里的字符不能开头：缩进要用空格，以 @ % ` 等开头的文字要加引号",
        ),
        ("a: [1, 2\nb: 3\n", "form:2 ：括号里的内容没有写完：各项之间用半角逗号，最后要有右括号"),
        ('a: "1\n', "form:2 ：引号没有写完"),
        ("a: @x", "form:1 ：这里的字符不能开头：缩进要用空格，以 @ % ` 等开头的文字要加引号"),
        ("", "form:1 ：文件是空的"),
        ("[" * 50, "form:1 [1][1][1]：层次太深"),
        ("a: {use: ../secret}", "form:1 a.use：use 后面写 templates/parts/ 里的文件名"),
        ("a: {use: identty}", "form:1 a.use：没有部件“identty”，是不是“identity”？"),
        ("a: {use: circle}", "circle:1 a.b.use：部件循环引用：circle → circle"),
        ("a: {use: list, b: 1}", "form:1 a.use：部件“list”不是一组键，旁边不能再写其他键"),
        ("a: {use: wrong}", "wrong:2 c：“c”写了两次，前一次在第 1 行"),
    ],
)
def test_yaml_that_is_no_template_is_refused_with_its_line(
    mistakes: Callable[..., list[str]], text: str, expected: str
):
    parts = {
        "identity": "a: 1",
        "circle": "b: {use: circle}",
        "list": "[1]",
        "wrong": "c: 1\nc: 2\n",
    }
    assert any(each.startswith(expected) for each in mistakes(text, **parts)), mistakes(
        text, **parts
    )


def test_parts_cannot_be_multiplied_without_end(mistakes: Callable[..., list[str]]):
    ten = {f"p{i}": f"[{', '.join([f'{{use: p{i + 1}}}'] * 10)}]" for i in range(6)}
    (wrong,) = mistakes("use: p0", **ten, p6="[1]")
    assert "内容太多，多半是部件用得太多层" in wrong


def test_a_file_in_another_encoding_is_told_at_its_line(tmp_path: Path):
    file = tmp_path / "form.yaml"
    file.write_bytes("a: 1\nb: 中文\n".encode("gbk"))
    with pytest.raises(TemplateError, match=r":2: 文件不是 UTF-8 编码，请另存为 UTF-8"):
        read(file, tmp_path)


def test_a_missing_file_is_a_mistake_of_its_author(tmp_path: Path):
    with pytest.raises(TemplateError, match="文件打不开"):
        read(tmp_path / "none.yaml", tmp_path)


@given(text=st.text(alphabet=st.sampled_from("ab:-[]{}'\"|>&*!%#?,\n 1.使"), max_size=60))
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str):
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        assert isinstance(read(file, file.parent), Document)
    except TemplateError as error:
        refused = error.mistakes
    else:
        return
    assert refused
