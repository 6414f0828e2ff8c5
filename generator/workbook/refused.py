"""What to tell a person when the system refuses to read or write a file."""

from __future__ import annotations

import errno

_FULL = "写不下：磁盘已满或超过配额。原来的文件没有动，请清理磁盘后重试。"
_GONE = "读写中断：磁盘、U 盘或网络文件夹连不上了。原来的文件没有动，请检查连接后重试。"
_OS_REASONS = {
    **dict.fromkeys(("ENOSPC", "EDQUOT", "EFBIG"), _FULL),
    **dict.fromkeys(
        ("EIO", "ESTALE", "ENETDOWN", "ENETUNREACH", "EHOSTDOWN", "EHOSTUNREACH", "ENOTCONN"), _GONE
    ),
    **dict.fromkeys(("ENODEV", "ENXIO", "ETIMEDOUT", "ECONNRESET", "ECONNABORTED"), _GONE),
    "EISDIR": "是文件夹，这里要的是文件。请检查路径。",
    "ENOTDIR": "不能用：这里要的是文件夹，路径里却有文件。请检查路径。",
    "EEXIST": "不能建：已有同名的文件。请换一个名字。",
    "EROFS": "不能写入：磁盘或文件夹是只读的。请换一个位置。",
    "ENAMETOOLONG": "的名字太长，系统不接受。请缩短文件夹或文件的名字。",
    "EBUSY": "正被其他程序使用。请关闭后重试。",
}
_WINDOWS_REASONS = {  # which Python calls "not found" or "invalid argument"
    **dict.fromkeys((39, 112, 1295), _FULL),
    **dict.fromkeys((53, 54, 55, 59, 64, 67, 121, 433, 1117, 1167, 1231, 1232, 1236), _GONE),
    206: _OS_REASONS["ENAMETOOLONG"],
}


def os_message(error: OSError) -> str:
    """Return what to tell a person about a file that cannot be read or written."""
    name = error.filename or ""
    if windows := _WINDOWS_REASONS.get(getattr(error, "winerror", None) or 0):
        return f"{name} {windows}"
    if error.errno is None and not name:
        return str(error)  # one of our own, in our own words
    match error:
        case FileNotFoundError():
            return f"找不到 {name}。请检查路径。" if name else str(error)
        case PermissionError():
            return f"{name} 不能写入：可能正在 Excel 中打开，或者没有权限。请关闭文件后重试。"
    what = _OS_REASONS.get(errno.errorcode.get(error.errno or 0, ""), "")
    return f"{name} {what}" if what else f"读写文件出错：{error}"
