"""The versions an add-in is stamped with: our own, and that of the DLLs it calls."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

PRODUCT = "jixiao"
_DLL = re.compile(r"xlwings(?:32|64)-([0-9][\w.]*)\.dll")


class VersionError(Exception):
    """An xlwings of which the parts do not belong together, as after a broken update."""


def our_own() -> str:
    """Return our version: that of the checkout, else that of the installation."""
    project = Path(__file__).parents[2] / "pyproject.toml"
    if project.is_file():
        described = tomllib.loads(project.read_text("utf-8")).get("project", {})
        if described.get("name") == PRODUCT:
            return str(described["version"])
    return metadata.version(PRODUCT)


def of_xlwings() -> str:
    """Return the installed version of xlwings, which its DLLs bear in their names.

    Raises:
        VersionError: when its parts name different versions.
    """
    version = metadata.version("xlwings")
    named = _versions_named()
    if named != {version}:
        found = "、".join(sorted(named)) or "未知版本"
        raise VersionError(
            f"xlwings {version} 安装不完整：其中的文件属于 {found}。"
            f"请运行 pip install --force-reinstall xlwings=={version}"
        )
    return version


def _versions_named() -> set[str]:
    """Return the versions of the DLLs that came along, and that xlwings' own VBA asks for."""
    names = [file.name for file in metadata.files("xlwings") or ()]
    spec = find_spec("xlwings")
    if spec and spec.origin:
        names.append(Path(spec.origin).with_name("xlwings_custom_addin.bas").read_text("utf-8"))
    return {found for name in names for found in _DLL.findall(name)}
