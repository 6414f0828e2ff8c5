"""What the registry of Windows knows of Office; elsewhere, nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

_OFFICE = r"Software\Microsoft\Office"
_POLICIES = r"Software\Policies\Microsoft\Office"
_VERSIONS = ("16.0", "15.0", "14.0")
_APP = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_ALL_MACROS_OFF = 4


@dataclass(frozen=True)
class Office:
    """An installed Office, as far as it is known."""

    bits: int | None = None  # 32 or 64
    program: str = ""  # the path of Excel
    loaded: tuple[str, ...] = ()  # what Excel opens when it starts, apart from XLSTART
    disabled: bool = False  # Excel has put our add-in on its list of disabled items
    macros_off: bool = False  # the administrator allows no macros at all
    locations_off: bool = False  # trusted locations do not count


def office() -> Office:
    """Return what the registry says."""
    if sys.platform != "win32":
        return Office()
    import winreg

    registry = _Registry(winreg)
    return Office(
        bits=registry.bits(),
        program=str(registry.value("machine", _APP, "") or ""),
        loaded=tuple(registry.loaded()),
        disabled=registry.disabled(),
        macros_off=registry.policy("", "VBAWarnings") == _ALL_MACROS_OFF,
        locations_off=registry.policy(r"\Trusted Locations", "AllLocationsDisabled") == 1,
    )


class _Registry:
    """Looks keys up; a key that is not there is None."""

    def __init__(self, winreg: ModuleType) -> None:
        self._winreg = winreg
        self._roots = {
            "machine": winreg.HKEY_LOCAL_MACHINE,
            "user": winreg.HKEY_CURRENT_USER,
        }

    def value(self, root: str, key: str, name: str) -> object:
        return self.values(root, key).get(name.lower())

    def values(self, root: str, key: str) -> dict[str, object]:
        """Return the values of a key by name, of the 64-bit registry before the 32-bit one."""
        for view in (self._winreg.KEY_WOW64_64KEY, self._winreg.KEY_WOW64_32KEY):
            access = self._winreg.KEY_READ | view
            try:
                with self._winreg.OpenKey(self._roots[root], key, 0, access) as opened:
                    count = self._winreg.QueryInfoKey(opened)[1]
                    listed = [self._winreg.EnumValue(opened, n) for n in range(count)]
            except OSError:
                continue
            return {name.lower(): value for name, value, _ in listed}
        return {}

    def bits(self) -> int | None:
        said = self.value("machine", rf"{_OFFICE}\ClickToRun\Configuration", "Platform")
        for version in _VERSIONS:
            said = said or self.value("machine", rf"{_OFFICE}\{version}\Outlook", "Bitness")
        return {"x64": 64, "x86": 32}.get(str(said).lower())

    def loaded(self) -> Iterator[str]:
        for version in _VERSIONS:
            options = self.values("user", rf"{_OFFICE}\{version}\Excel\Options")
            yield from (str(text) for name, text in options.items() if name.startswith("open"))

    def disabled(self) -> bool:
        items = (
            value
            for version in _VERSIONS
            for value in self.values(
                "user", rf"{_OFFICE}\{version}\Excel\Resiliency\DisabledItems"
            ).values()
        )
        return any(
            isinstance(each, bytes) and "jixiao".encode("utf-16-le") in each for each in items
        )

    def policy(self, below: str, name: str) -> object:
        for base in (_POLICIES, _OFFICE):
            for version in _VERSIONS:
                found = self.value("user", rf"{base}\{version}\Excel\Security{below}", name)
                if found is not None:
                    return found
        return None
