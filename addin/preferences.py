"""设置: the interpreter, usual folders and thresholds, kept beside the add-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from addin import settings
from addin.dialogs import Refusal
from addin.install import plain
from addin.runtime import Desk
from addin.settings import Settings


@dataclass(frozen=True)
class _Item:
    """Something that can be set: its key, its name, and how it is asked for."""

    key: str
    name: str
    ask: Callable[[Desk, Settings, _Item], str]


def change(desk: Desk) -> None:
    """Show what is set, ask what to change, and to what."""
    kept = desk.settings
    shown = [f"{each.name}：{kept[each.key] or '（没有设置）'}" for each in _ITEMS]
    item = _ITEMS[desk.ask.choose("要改哪一项设置", shown)]
    changed = kept.having(**{item.key: item.ask(desk, kept, item)})
    _ = changed.fraction(settings.YELLOW), changed.fraction(settings.RED), changed.digits
    settings.write(changed)
    later = "重新打开 Excel 后生效。" if item.key == settings.INTERPRETER else ""
    desk.ask.say(f"{item.name}已改为 {changed[item.key]}。{later}")


def _interpreter(desk: Desk, kept: Settings, item: _Item) -> str:
    path = desk.ask.text(f"{item.name}（python.exe 的完整路径）", kept[item.key])
    if not Path(path).is_file():
        raise Refusal(f"找不到 {path}，没有改动。")
    if not plain(path):
        raise Refusal("路径含有中文或其他特殊字符，Excel 无法用它启动 Python，没有改动。")
    return path


def _file(desk: Desk, kept: Settings, item: _Item) -> str:
    return str(desk.ask.file(item.name, kept.path(item.key)))


def _folder(desk: Desk, kept: Settings, item: _Item) -> str:
    return str(desk.ask.folder(item.name, kept.path(item.key)))


def _text(desk: Desk, kept: Settings, item: _Item) -> str:
    return desk.ask.text(item.name, kept[item.key])


_ITEMS = (
    _Item(settings.ROSTER, "名册", _file),
    _Item(settings.SENT, "下发文件夹", _folder),
    _Item(settings.RETURNED, "回收文件夹", _folder),
    _Item(settings.YELLOW, "预警线（如 -5%）", _text),
    _Item(settings.RED, "严重线（如 -15%）", _text),
    _Item(settings.DIGITS, "百分数的小数位数", _text),
    _Item(settings.INTERPRETER, "Python 解释器", _interpreter),
)
