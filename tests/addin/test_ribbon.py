"""The tab 绩效: every button leads through VBA to a macro, and explains itself."""

from __future__ import annotations

import inspect
import re
from xml.etree import ElementTree

import pytest

from addin import macros
from addin.builder import sources

NAMESPACE = "{http://schemas.microsoft.com/office/2009/07/customui}"
TAB = ElementTree.fromstring(sources().ribbon).find(f".//{NAMESPACE}tab")
BUTTONS = list(TAB.iter(f"{NAMESPACE}button"))
VBA = next(module.body for module in sources().modules if module.name == "JxButtons")
GROUPS = {
    "下发": ["生成部门工作簿", "生成空白名册"],
    "回收": ["合并回收表", "催报名单", "打开出处"],
    "审核": ["检查当前工作簿", "清除标记", "复核占比"],
    "分析": ["插入累计列", "插入占比列", "插入进度差列", "进度图", "占比图"],
    "帮助": ["函数手册", "设置", "诊断", "关于"],
}
each_button = pytest.mark.parametrize("button", BUTTONS, ids=lambda one: one.get("id"))


def test_the_tab_has_the_groups_and_buttons_of_the_jobs():
    found = {
        group.get("label"): [button.get("label") for button in group]
        for group in TAB.iter(f"{NAMESPACE}group")
    }
    assert (TAB.get("label"), found) == ("绩效", GROUPS)


def test_what_people_do_daily_is_large():
    large = {button.get("label") for button in BUTTONS if button.get("size") == "large"}
    assert {"生成部门工作簿", "合并回收表", "检查当前工作簿"} <= large


def test_no_id_is_given_twice():
    ids = [element.get("id") for element in TAB.iter()]
    assert None not in ids
    assert len(set(ids)) == len(ids)


def test_no_key_tip_is_the_start_of_another():
    tips = [button.get("keytip") for button in BUTTONS]
    assert all(re.fullmatch("[A-Z][A-Z0-9]{0,2}", tip) for tip in tips)
    clashes = [
        (a, b) for i, a in enumerate(tips) for b in tips[i + 1 :] if a[: len(b)] == b[: len(a)]
    ]
    assert clashes == []


@each_button
def test_a_button_explains_itself(button: ElementTree.Element):
    assert button.get("screentip") == button.get("label")
    assert 10 <= len(button.get("supertip")) <= 200
    assert button.get("supertip").endswith("。")
    assert button.get("imageMso")


@each_button
def test_a_button_leads_to_a_macro_of_its_name(button: ElementTree.Element):
    name = button.get("onAction").removeprefix("jx_")
    assert f'Public Sub jx_{name}(control As Object): RunJx "{name}": End Sub\r\n' in VBA
    assert inspect.isfunction(getattr(macros, name))


def test_vba_has_no_button_that_the_ribbon_lacks():
    wanted = {button.get("onAction") for button in BUTTONS}
    assert set(re.findall(r"Public Sub (\w+)", VBA)) == wanted


def test_a_button_is_one_line_of_vba():
    lines = [line for line in VBA.splitlines() if line and not line.startswith("'")]
    assert len(lines) == 1 + len(BUTTONS)
