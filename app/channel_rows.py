"""Reads the values of one row of the channel file; what is wrong goes to the report.

`${NAME}` in a text is taken from the environment and remembered as a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from workflows.problems import Path as Place
from workflows.problems import Report

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
PREFIX = "BIHUAN_"
SHORTEST_BLOTTED = 4
"""Blotting out every “1” would leave nothing to read."""
LONGEST = 1000


class Row:
    """One mapping of the file. Keys that nobody asked for are complained about at `close`."""

    def __init__(
        self,
        value: object,
        file: str,
        report: Report,
        environment: Mapping[str, str],
        *,
        place: Place = (),
        secrets: dict[str, None] | None = None,
    ) -> None:
        self._file = file
        self._report = report
        self._environment = environment
        self._place = place
        self._secrets = {} if secrets is None else secrets
        self._asked: set[str] = set()
        self._values: Mapping[str, object] = {}
        if isinstance(value, Mapping):
            self._values = value
        else:
            self.fault_here("应为“键: 值”", "must be a mapping")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values of the environment that the file asked for so far."""
        return tuple(one for one in self._secrets if len(one) >= SHORTEST_BLOTTED)

    def fault(self, key: str, zh: str, en: str) -> None:
        self._report.add(self._file, (*self._place, key), f"{key}:{zh}", f"{key}: {en}")

    def fault_here(self, zh: str, en: str) -> None:
        self._report.add(self._file, self._place, zh, en)

    def fault_of(self, key: str, flaw: str) -> None:
        """A flaw in both languages, or none."""
        if flaw:
            zh, _, en = flaw.partition(" / ")
            self.fault(key, zh, en)

    def close(self) -> None:
        """Complain about keys that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                known = "、".join(sorted(self._asked))
                self.fault(key, f"不认识的键,可用:{known}", "unknown key")

    def text(
        self, key: str, default: str | None = None, *, matching: re.Pattern[str] | None = None
    ) -> str:
        """A text as it stands; without a default it must be there."""
        found = self._value(key)
        if found is None or found == "":
            if default is None:
                self.fault(key, "缺少", "missing")
            return default or ""
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found)
        if not isinstance(found, str) or len(found) > LONGEST or not found.isprintable():
            self.fault(key, "应为一行文字", "must be a text on one line")
            return ""
        if matching is not None and not matching.fullmatch(found):
            self.fault(key, f"应符合 {matching.pattern}", f"must look like {matching.pattern}")
        return found

    def secret(
        self,
        key: str,
        default: str | None = None,
        *,
        in_url: bool = False,
        from_environment: bool = False,
    ) -> str:
        """A text in which variables stand for what the environment says.

        `in_url`: a value that is part of a URL is quoted for it. `from_environment`: it may not
        be written into the file itself.
        """
        found = self.text(key, default)
        if from_environment and found and not VARIABLE.fullmatch(found):
            self.fault(key, "不得写在文件里,请写 ${变量名}", "must come from ${VARIABLE}")
        return self._filled(key, found, in_url=in_url)

    def flag(self, key: str) -> bool:
        found = self._value(key)
        if found is not None and not isinstance(found, bool):
            self.fault(key, "应为 true 或 false", "must be true or false")
        return found is True

    def number(self, key: str, default: int, *, lowest: int, highest: int) -> int:
        found = self._value(key)
        return default if found is None else self._number(key, found, lowest, highest)

    def numbers(
        self, key: str, default: tuple[int, ...], *, lowest: int, highest: int
    ) -> tuple[int, ...]:
        """One number or a list of them."""
        found = self._value(key)
        if found is None:
            return default
        listed = found if isinstance(found, list) else [found]
        return tuple(self._number(key, one, lowest, highest) for one in listed)

    def choice(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        found = self.text(key, default)
        if found and found not in known:
            self.fault(key, f"可用:{'、'.join(known)}", f"use one of {', '.join(known)}")
        return found

    def rows(self, key: str, *, most: int) -> list[Row]:
        """The rows of a list."""
        found = self._value(key)
        if not isinstance(found, list) or len(found) > most:
            self.fault(key, f"应为列表,至多{most}项", f"must be a list of {most} at most")
            return []
        return [self._within(one, key, index) for index, one in enumerate(found)]

    def inner(self, key: str) -> Row | None:
        """A mapping within; None when it is not there."""
        found = self._value(key)
        return None if found is None else self._within(found, key)

    def texts(self) -> dict[str, str]:
        """Every value of this row as a text, with variables filled in."""
        return {key: self.secret(key, "") for key in self._values}

    def document(self, key: str) -> object:
        """Any document, with variables filled in; None when it is not there."""
        return self._document(key, self._value(key))

    def _value(self, key: str) -> object:
        self._asked.add(key)
        return self._values.get(key)

    def _within(self, value: object, *steps: str | int) -> Row:
        return Row(
            value,
            self._file,
            self._report,
            self._environment,
            place=(*self._place, *steps),
            secrets=self._secrets,
        )

    def _number(self, key: str, found: object, lowest: int, highest: int) -> int:
        if isinstance(found, int) and not isinstance(found, bool) and lowest <= found <= highest:
            return found
        told = f"应为{lowest}至{highest}的整数", f"must be a number from {lowest} to {highest}"
        self.fault(key, *told)
        return lowest

    def _document(self, key: str, value: object) -> object:
        if isinstance(value, str):
            return self._filled(key, value, in_url=False)
        if isinstance(value, Mapping):
            return {name: self._document(key, one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._document(key, one) for one in value]
        return value

    def _filled(self, key: str, text: str, *, in_url: bool) -> str:
        whole = VARIABLE.fullmatch(text) is not None

        def value_of(found: re.Match[str]) -> str:
            variable = found.group(1)
            value = self._environment.get(variable, "")
            if variable.startswith(PREFIX):
                told = f"变量名不能以 {PREFIX} 开头", f"a variable may not begin with {PREFIX}"
                self.fault(key, *told)
                return ""
            if not value:
                self.fault(key, f"没有环境变量 {variable}", f"{variable} is not set")
                return ""
            self._secrets[value] = None
            return quote(value, safe="") if in_url and not whole else value

        return VARIABLE.sub(value_of, text)
