"""Names for codes of people and units; a code that is not in the directory stands for itself."""

from __future__ import annotations

from collections.abc import Iterable

from engine.congress import Directory


class Names:
    """Names from one directory."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def unit(self, code: str | None) -> str:
        """The unit's name; empty for none."""
        if code is None:
            return ""
        known = self._directory.units.get(code)
        return known.name if known else code

    def units(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Names in the order given, each once."""
        return tuple(self.unit(code) for code in dict.fromkeys(codes))

    def person(self, code: str | None) -> str:
        """The person's name; empty for none."""
        if code is None:
            return ""
        known = self._directory.people.get(code)
        return known.name if known else code

    def people(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Names in the order given, each once."""
        return tuple(self.person(code) for code in dict.fromkeys(codes))

    def post(self, code: str, role: str) -> str:
        """The post in which the person holds the role; empty when the directory says none."""
        known = self._directory.people.get(code)
        if known is None:
            return ""
        return next((one.post for one in known.appointments if one.role == role and one.post), "")
