"""What the seal of a return tells: whether we made it, and which worksheets are as sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import Enum

from generator.check.rules import SEAL
from generator.layout.seal import Seal, filled_digest
from generator.model.finding import Finding, Kind, Place
from generator.workbook.book import CellValue
from generator.workbook.keys import ELSEWHERE, Key, key_file
from generator.workbook.returned.drawn import Drawn
from generator.workbook.returned.locate import Located


def is_broken(seal: Seal, key: Key | None) -> bool:
    """Whether a seal is none of ours: not signed, or its lines are not those that were signed."""
    if key is None or (seal.signature and seal.key not in ("", key.name)):
        return False
    return not seal.is_signed_with(key.secret)


def verified(seal: Seal, key: Key | None, file: str) -> Finding | None:
    """Return what is wrong with a seal; nothing can be told without the key."""
    if is_broken(seal, key):
        how = "与签发时不符，被改动过" if seal.signature else "没有签名"
        message = f"文件里的表样标识{how}，标识写的单位、报告期和版本不能采信。"
        return SEAL.found(Place(file), message)
    return signed_elsewhere(seal, key, file)


def signed_elsewhere(seal: Seal, key: Key | None, file: str) -> Finding | None:
    """Return that a seal cannot be verified, since another key than ours signed it."""
    if key is not None and seal.key != key.name:
        message = f"表样标识由另一把密钥（{seal.key}）签发，本机的密钥是 {key.name}，没有核对。"
        remedy = (
            "表是在另一台电脑上生成的，请把那台电脑的密钥文件复制到本机，"
            f"或用环境变量 {ELSEWHERE} 指定；不是的，请核实文件来源。"
        )
        return SEAL.found(Place(file), message, remedy, Kind.VERIFY)
    return None


def not_verified() -> Finding:
    """Return the note that there is no key to verify seals with."""
    message = "本机没有签发标识的密钥，没有核对各文件的标识是否被改动过；其他审核照常进行。"
    remedy = (
        f"请把生成表格的那台电脑上的密钥文件（{key_file().name}）复制到 {key_file()}，"
        f"或用环境变量 {ELSEWHERE} 指定它，再重新汇总。"
    )
    return SEAL.found(Place(), message, remedy, Kind.NOTE)


class Sealed(Enum):
    """What the seal tells of what was put in on one worksheet."""

    AS_SENT = "as sent"
    ALTERED = "altered"
    COPIED = "copied"  # as sent, but there are more of it than were sent
    UNKNOWN = "unknown"


def compared(seal: Seal, located: Sequence[Located], drawn: Sequence[Drawn]) -> list[Sealed]:
    """Return, for each worksheet, how what was put in compares with what the seal says."""
    sheets = [copy.sheet for copy in seal.shape]
    if len(sheets) != len(seal.filled):
        return [Sealed.UNKNOWN] * len(located)
    sent = Counter(zip(sheets, seal.filled, strict=True))
    known = set(sent)
    result = []
    for each, as_drawn in zip(located, drawn, strict=True):
        if not as_drawn.cells:
            result.append(Sealed.UNKNOWN)
            continue
        found = each.plan.sheet.name, filled_digest(_filled(each, as_drawn))
        if sent[found]:
            sent[found] -= 1
            result.append(Sealed.AS_SENT)
        else:
            result.append(Sealed.COPIED if found in known else Sealed.ALTERED)
    return result


def _filled(located: Located, as_drawn: Drawn) -> list[CellValue]:
    found = [located.worksheet.cells.get(each) for each in as_drawn.filled]
    return [each.value for each in found if each is not None]
