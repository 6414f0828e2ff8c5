"""Wrong templates: each is refused with line, key path, what is wrong, and the right word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model.form import Form
from generator.template import TemplateError, load
from tests.template.small_form import BASE

Mistakes = Callable[..., list[str]]

RATE = "computed: spent / budget"
TITLE = 'title: "{{ period.year }}年示例表"'
RULE = "rule: budget == sum(items.amount)"
DRAW = "[budget, spent, rate]"
AMOUNT = "amount: {label: 金额, type: amount}"

F = "sheets.main.fields"
T = "sheets.main.tables"
C = "sheets.main.checks[1]"
B = "sheets.main.blocks"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: 示例表", "nmae: 示例表", "3 nmae：不认识的键“nmae”，是不是“name”？"),
        ("name: 示例表\n", "", "1 name：缺少“name”"),
        ("- id: SUM\n        kind", "- kind", f"48 {C}.id：缺少“id”"),
        (
            "period: year",
            "period: weekly",
            "4 period：不能写“weekly”，可以写：half、month、quarter、year",
        ),
        ("type: amount}", "type: amont}", f"19 {F}.budget.type：不能写“amont”，是不是“amount”？"),
        ("kind: 基本平衡", "kind: 平衡", f"49 {C}.kind：不能写“平衡”，是不是“基本平衡”？"),
        ("spare: 3", "spare: 三", f"25 {T}.items.spare：这里应写整数，现在是“三”"),
        ("spare: 3", "spare: -3", f"25 {T}.items.spare：“-3”太小，不能小于 0"),
        (
            "widths: [10, 10, 10]",
            "widths: 10",
            "17 sheets.main.widths：这里应写一个列表（每项前面写“- ”，或者写在方括号里），"
            "现在是“10”",
        ),
        ("[10, 10, 10]", "[10, 宽, 10]", "17 sheets.main.widths[2]：这里应写数，现在是“宽”"),
        ("label: 明细", "label: [明细]", f"24 {T}.items.label：这里应写文字，现在是一个列表"),
        ("form: demo", "form: other", "1 form：编号“other”应与文件夹“demo”同名"),
        (
            "sheets:\n  main:",
            "sheets:\n  Main:",
            "15 sheets.Main：“Main”不能作名字：用小写英文字母开头，后面是小写字母、数字或下划线",
        ),
        ("spent: {", "period: {", f"20 {F}.period：“period”已有别的意思，请换一个名字"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_its_line(
    mistakes_of: Mistakes, old: str, new: str, expected: str
):
    assert expected in mistakes_of(old, new)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("spent / budgt", "没有“budgt”，是不是“budget”？"),
        ("spent / amount", "没有字段“amount”，是不是表格 items 的列“items.amount”？"),
        ("spent / items", "“items”是一张表格，后面要写明哪一列，例如 items.name"),
        ("spent / items.amuont", "表格 items 没有列“amuont”，是不是“amount”？"),
        ("sum(itms.amount)", "没有表格“itms”，是不是“items”？"),
        ("spent / budget.year", "“budget”是一个字段，后面不能再写“.year”"),
        ("spent / funds.owm.money", "表格 funds 没有行“owm”，是不是“own”？"),
        ("spent / items.own.amount", "表格 items 没有固定行，不能写“items.own.amount”"),
        (
            "sum(funds.money)",
            "表格 funds 有合计行，整列“funds.money”会重复计算，"
            "请写明哪一行，例如 funds.total.money",
        ),
        ("code / 2", "“code”在重复的工作表 project 上，只有那张表自己的算式能用它"),
        ("period.mnth / 2", "period 没有“mnth”，是不是“month”？"),
        ("department.code / 2", "算式里不能用“department”，只能用填报的字段、列和 period"),
        ("summ(spent)", "没有函数“summ”，是不是“sum”？"),
        ("round(spent)", "round(…) 要 2 项，现在有 1 项"),
        ("sum()", "sum(…) 要至少 1 项，现在有 0 项"),
        ("round(spent, digits=2)", "round(…) 的各项直接写，不能写成“名=值”或带星号"),
        ("len(spent)", "len(…) 的第 1 项应为文字，现在是数"),
        ("count(spent)", "count(…) 的第 1 项应为数列或文字列，现在是数"),
        ("abs(items.amount)", "abs(…) 的第 1 项应为数，现在是数列"),
        ("sumif(items.amount, items.level, 3)", "sumif(…) 的第 3 项应为文字，现在是数"),
        ("items.amount / 2", "“items.amount”是一整列，不能直接用“/”，求和请写 sum(items.amount)"),
        ("spent + period.label", "“+”两边应为数，现在是文字"),
        ("spent == budget", "算式应为数，现在是判断（如 a == b）"),
        ("spent and budget", "“and”的内容应为判断（如 a == b），现在是数"),
        ("spent if budget > 1 else '无'", "if 和 else 两边应是同一种内容（都是数，或都是文字）"),
        ("spent if budget > 1", "“… if …”后面要写 else"),
        ("spent / 0", "除数不能是 0"),
        ("spent / rate", "循环计算：rate → rate"),
        ("items(period.label)", "单元格不能这样计算：items(…) 在 Excel 里没有对应的公式"),
        ("spent = budget", "看不懂“spent = budget”：“相等”要写 =="),
        ("(spent / budget", "看不懂“(spent / budget”：没有写完"),
        ("spent budget", "看不懂“spent budget”：从“budget”起是多余的"),
        (
            "spent ÷ budget",
            "看不懂“spent ÷ budget”：有不认识的字符“÷”，算式里的符号要用半角，"
            "不等号写 <= >= !=，乘除写 * /",
        ),
        ("spent ** 2", "不能用运算符“**”"),
        ("spent | abs", "不能用过滤器“| abs”"),
        ("spent is defined", "不能用“is defined”"),
        ("spent.__class__", "不能写“spent.__class__”"),
        ("items['amount']", "不能用方括号取值"),
        ("spent.conjugate()", "只能调用函数，例如 sum(…)，不能调用别的东西"),
        ("none", "不能写 none，判断空白请用 blank(…)"),
    ],
)
def test_a_wrong_expression_is_explained(mistakes_of: Mistakes, expression: str, message: str):
    wrong = mistakes_of(RATE, f'computed: "{expression}"')
    assert wrong == [f"21 {F}.rate.computed：{message}"]


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        ("{{ period.yaer }}年", "period 没有“yaer”，是不是“year”？"),
        ("{{ perod.year }}年", "没有“perod”，是不是“period”？"),
        ("{{ department.leadr }}", "department 没有“leadr”，是不是“leader”？"),
        ("{{ project.code }}", "没有“project”，可以写：department、form、period"),
        ("{{ period.__class__ }}", "period 没有“__class__”，可以写："),
        ("{{ period.name.upper }}", "不能用“.upper”：一个名字后面只能有一个点"),
        ("{{ department.name | upper }}", "不能用过滤器“| upper”"),
        ("{{ range(9) }}", "这里不能调用函数“range”"),
        ("{{ 'a' * 1000000 }}", "文字不能相乘"),
        ("{{ 2 ** 99999 }}", "不能用运算符“**”"),
        ("{{ [period.year] }}", "不能写列表、元组或字典"),
        ("{{ form }}", "“form”后面要写明哪一项，可以写：form.id"),
        ("{% for x in y %}", "文字里只能用 {{ … }}，不能用 {% … %} 和 {# … #}"),
        ("{{ period.year", "看不懂“{{ period.year”：没有写完"),
    ],
)
def test_a_text_may_only_print_what_it_knows(mistakes_of: Mistakes, leaf: str, message: str):
    (wrong,) = mistakes_of(TITLE, f'title: "{leaf}"')
    assert wrong.startswith(f"41 {B}[1].title：{message}")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (DRAW, "[budget, spent]", f"44 {B}[2].draw[2]：这一行有 2 格，应有 3 格"),
        (DRAW, "[budget, spent, rat]", f"44 {B}[2].draw[2][3]：没有“rat”，是不是“rate”？"),
        (DRAW, "[budget, spent, spent]", f"21 {F}.rate：字段“rate”没有画出来"),
        (
            DRAW,
            f"{DRAW}\n          - [注, 注, budget]",
            f"19 {F}.budget：字段“budget”画了 2 处，只能画一处",
        ),
        (
            DRAW,
            f"{DRAW}\n          - [注, 注, 说明]\n          - [注, 说明, 说明]",
            f"45 {B}[2].draw[3][1]：“注”占的格子不是一个长方形",
        ),
        ("- table: items", "- table: item", f"45 {B}[3].table：没有表格“item”，是不是“items”？"),
        ("      - table: items\n", "", f"23 {T}.items：blocks 里没有放表格“items”"),
        (
            TITLE,
            f"{TITLE}\n        remark: 注",
            f"41 {B}[1]：一块里 title、caption、draw、table、remark 只写一个，"
            "现在写了title、remark",
        ),
        ("spare: 3", "spare: 3\n        record: [[name, level, level]]", f"26 {T}.items.record："),
        ("spare: 3", "spare: 3\n        side: 明细", f"23 {T}.items.record：有 3 列，纸面有 2 格"),
        (
            "spare: 3",
            "spare: 3\n        header: [[名称, amount, 级别]]",
            f"26 {T}.items.header：表头里要写印出来的文字，“amount”是列的名字，可以写“金额”",
        ),
    ],
)
def test_a_drawing_that_does_not_fit_is_pointed_at(
    mistakes_of: Mistakes, old: str, new: str, expected: str
):
    assert any(each.startswith(expected) for each in mistakes_of(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("choices: [高, 低], ", "", "level.choices：type: choice 要写 choices，列出可选的内容"),
        ("choices: [高, 低]", "choices: [高, 高]", "level.choices：选项重复：高"),
        ("较高: 高", "较高: 搞", "level.variants.较高：“较高”对应的“搞”不在选项里，可以写：低、高"),
        (
            "type: text}",
            "type: text, choices: [甲]}",
            "name.choices：只有 type: choice 才写 choices",
        ),
        ("type: text}", "type: text, unit: 元}", "name.unit：只有 type: amount 才写 unit"),
        ("type: text}", "type: text, min: 1}", "name.min：只有数才写 min，这里是 text"),
        ("type: text}", "type: text, combine: sum}", "name.combine：text 不是数，不能用 sum 汇总"),
        ("type: text}", "type: text, locked: true}", "name.locked：locked 是不许改事先填好的内容"),
        (AMOUNT, AMOUNT[:-1] + ", min: 9, max: 1}", "amount.min：最小值 9 大于最大值 1"),
        (AMOUNT, AMOUNT[:-1] + ", max_length: 9}", "amount.max_length：只有文字"),
        (
            AMOUNT,
            AMOUNT[:-1] + ", combine: weighted}",
            "amount.combine：combine: weighted 要写 weight，说明用哪一列作权数",
        ),
        (
            AMOUNT,
            AMOUNT[:-1] + ", weight: name}",
            "amount.weight：写了 weight，combine 要写 weighted",
        ),
        (
            AMOUNT,
            AMOUNT[:-1] + ", combine: weighted, weight: name}",
            "amount.weight：没有可作权数的数“name”",
        ),
        (AMOUNT, AMOUNT[:-1] + ", prints: amount / 2}", "amount.prints：只有比率"),
        (
            AMOUNT,
            "amount: {label: 金额, type: percent, prints: budget + 1}",
            "amount.prints：prints 要写成一个比：部分 / 全部",
        ),
        (
            AMOUNT,
            AMOUNT[:-1] + ", computed: budget, required: true}",
            "amount.required：computed 的",
        ),
    ],
)
def test_what_contradicts_itself_in_a_column_is_refused(
    mistakes_of: Mistakes, old: str, new: str, expected: str
):
    wrong = mistakes_of(old, new)
    assert any(f"{T}.items.columns.{expected}" in each for each in wrong), wrong


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("        spare: 3\n", "", f"23 {T}.items：这张表格没有行"),
        ("spare: 3", "spare: 3\n        at_least: 4", f"26 {T}.items.at_least：至少填 4 行"),
        (
            "spare: 3",
            "spare: 3\n        key: [nam]",
            f"26 {T}.items.key[1]：没有列“nam”，是不是“name”？",
        ),
        ("label: 资金", "label: 资金\n        spare: 1", f"32 {T}.funds.spare：有固定行 rows 的"),
        (
            "{item: 自有}",
            "{itm: 自有}",
            f"37 {T}.funds.rows.own.itm：“itm”不是这一行能写的键，是不是“item”？",
        ),
        ("{item: 自有}", "{money: 自有}", f"37 {T}.funds.rows.own.money：“money”不是标签列"),
        ("{item: 自有}", "{}", f"37 {T}.funds.rows.own：缺少标签列“item”的文字"),
        (
            "[own, other]",
            "[own, othr]",
            f"39 {T}.funds.rows.total.total_of[2]：没有行“othr”，是不是“other”？",
        ),
        (
            "[own, other]",
            "[own, total]",
            f"39 {T}.funds.rows.total.total_of[2]：一行不能是自己的合计",
        ),
        ("[own, other]", "[own, own]", f"39 {T}.funds.rows.total.total_of[2]：“own”写了两次"),
        (
            "{item: 自有}",
            "{item: 自有, computed: {monye: 1}}",
            f"37 {T}.funds.rows.own.computed.monye：没有列“monye”，是不是“money”？",
        ),
        (
            "{item: 自有}",
            "{item: 自有, computed: {money: funds.total.money - funds.other.money}}",
            f"37 {T}.funds.rows.own.computed.money：循环计算："
            "funds.own.money → funds.total.money → funds.own.money",
        ),
        (
            "in department.projects",
            "in department.project",
            "55 sheets.project.for：名册（roster）里没有",
        ),
        ("project in department.projects", "projects", "55 sheets.project.for：看不懂“projects”"),
        ("key: code\n", "key: cod\n", "56 sheets.project.key：没有字段“cod”，是不是“code”？"),
        ("    key: code\n", "", "54 sheets.project：重复的工作表要写 key"),
        (
            'tab: "{{ project.code }}"',
            "tab: 项目",
            "57 sheets.project.tab：重复的工作表各有各的标签",
        ),
        ("tab: 主表", "tab: 校验", "16 sheets.main.tab：工作表标签“校验”已由本程序使用"),
        ("tab: 主表", "tab: 主/表", "16 sheets.main.tab：工作表标签“主/表”不能是空的，不能有"),
        ("leader: {", "name: {", "8 roster.department.name：“name”本来就有，不用再写"),
    ],
)
def test_what_cannot_be_in_a_table_sheet_or_roster_is_refused(
    mistakes_of: Mistakes, old: str, new: str, expected: str
):
    wrong = mistakes_of(old, new)
    assert any(each.startswith(expected) for each in wrong), wrong


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (RULE, "rule: budget + 1", f"51 {C}.rule：算式应为判断（如 a == b），现在是数"),
        (RULE, "rule: budget == '甲'", f"51 {C}.rule：“==”两边应同为数或同为文字，现在是数与文字"),
        (RULE, "rule: period.name < '甲'", f"51 {C}.rule：文字不能用“<”比较大小"),
        (
            RULE,
            "rule: period.name == ''",
            f"51 {C}.rule：和空白比较没有结果，判断空白请用 blank(…) 或 filled(…)",
        ),
        (RULE, "rule: budget in spent", f"51 {C}.rule：不能用“in”，请写成 a == … or a == …"),
        (
            RULE,
            f"{RULE}\n        when: budget",
            f"52 {C}.when：算式应为判断（如 a == b），现在是数",
        ),
        (
            RULE,
            f"{RULE}\n        each: item",
            f"52 {C}.each：这张工作表上没有表格“item”，是不是“items”？",
        ),
        (RULE, f"{RULE}\n        at: budgt", f"52 {C}.at：没有“budgt”，是不是“budget”？"),
        (
            RULE,
            "rule: period.year > 2000",
            f"48 {C}：规则没有说到表上的任何一格，请用 at 写明出错时指向哪一格",
        ),
        (
            RULE,
            f"{RULE}\n        at: period.year",
            f"48 {C}：规则没有说到表上的任何一格，请用 at 写明出错时指向哪一格",
        ),
        (
            RULE,
            "each: items\n        rule: items(name) == 3",
            f"52 {C}.rule：items(…) 在 Excel 里没有对应的公式，"
            "不能在下发的表里实时显示，请写 live: false",
        ),
        ("{{ budget }}", "{{ bugdet }}", f"52 {C}.message：没有“bugdet”，是不是“budget”？"),
        ("{{ budget }}", "{{ items.name }}", f"52 {C}.message：说明里只能写数或文字，这里是文字列"),
        ("id: SUM", "id: sum", f"48 {C}.id：编号“sum”只能用大写字母、数字和连字符，例如 PLAN-END"),
    ],
)
def test_a_check_that_cannot_be_asked_is_refused(
    mistakes_of: Mistakes, old: str, new: str, expected: str
):
    assert expected in mistakes_of(old, new)


def test_two_checks_of_one_id_are_refused(mistakes_of: Mistakes):
    check = "- {id: SUM, kind: 提示, name: 又一条, rule: budget > 0, message: 无, remedy: 无}"
    wrong = mistakes_of("    checks:\n", f"    checks:\n      {check}\n")
    assert wrong == [
        "49 sheets.main.checks[2].id：编号“SUM”重复，前一条是“又一条”",
    ]


def test_a_circle_over_several_fields_is_named_once(mistakes_of: Mistakes):
    circle = "spent: {label: 支出, type: amount, computed: rate * 2}"
    wrong = mistakes_of("spent: {label: 支出, type: amount}", circle)
    assert wrong == [f"20 {F}.spent.computed：循环计算：spent → rate → spent"]


def test_all_mistakes_come_at_once_in_the_order_of_the_file(form_of: Callable[..., Form]):
    old = "      budget: {label: 预算, type: amount}\n      spent: {label: 支出, type: amount}\n"
    new = (
        "      budget: {lable: 预算, type: amont}\n"
        "      spent: {label: 支出, type: amount, mim: 1}\n"
    )
    with pytest.raises(TemplateError) as caught:
        form_of(
            old, new + "      more: {label: '{{ peiod.year }}', type: number, computed: x + y}\n"
        )
    assert [(each.line, each.path) for each in caught.value.mistakes] == [
        (19, f"{F}.budget.lable"),
        (19, f"{F}.budget.type"),
        (20, f"{F}.spent.mim"),
        (21, f"{F}.more"),
        (21, f"{F}.more.computed"),
        (21, f"{F}.more.computed"),
        (21, f"{F}.more.label"),
    ]


def test_what_follows_from_a_mistake_is_not_accused_too(mistakes_of: Mistakes):
    assert len(mistakes_of("fields:\n      budget", "feilds:\n      budget")) == 1


def test_a_mistake_says_file_line_path_and_message(form_of: Callable[..., Form]):
    with pytest.raises(TemplateError) as caught:
        form_of("unit: 万元", "unit: 万圆")
    (mistake,) = caught.value.mistakes
    assert str(mistake) == f"{mistake.file}:5: unit：不能写“万圆”，是不是“万元”？"


JUNK = st.sampled_from(
    ["", "[]", "{}", "5", "-1", "true", "x", "[[]]", "{a: 1}", "'{{ x'", "'{{ period }}'", "sum("]
)


@settings(max_examples=80)
@given(line=st.integers(0, len(BASE.splitlines()) - 1), junk=JUNK)
def test_no_form_does_worse_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory, line: int, junk: str
):
    folder = tmp_path_factory.getbasetemp() / "demo"
    folder.mkdir(exist_ok=True)
    lines = BASE.splitlines()
    lines[line] = f"{lines[line].partition(':')[0]}: {junk}"
    (folder / "form.yaml").write_text("\n".join(lines), encoding="utf-8")
    try:
        load(folder)
    except TemplateError as error:
        refused = error.mistakes
    else:
        return
    assert refused
