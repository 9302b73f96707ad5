"""Chinese wordings of the rules have the signs of Chinese print, in labels and in notices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import workflows

PROFILES = Path(workflows.__file__).parent / "profiles"
FILES = sorted(PROFILES.rglob("*.yaml"))
CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’"
FILLED_IN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
NARROW = re.compile(f"(?<=[{CHINESE}])[,:;?!()]|[,:;?!()](?=[{CHINESE}])")


def _chinese(node: yaml.Node, key: str = "") -> Iterator[str]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _chinese(value, name.value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _chinese(value, key)
    elif key == "zh":
        yield str(node.value)


def _narrow(text: str) -> list[str]:
    """Narrow signs beside Chinese; what is filled in counts as Chinese, its own words do not."""
    return NARROW.findall(FILLED_IN.sub("某", text))


@pytest.mark.parametrize("file", FILES, ids=lambda one: str(one.relative_to(PROFILES)))
def test_chinese_wordings_have_chinese_signs(file: Path) -> None:
    document = yaml.compose(file.read_text(encoding="utf-8"))
    assert document is not None
    wrong = [text for text in _chinese(document) if _narrow(text)]
    assert not wrong


def test_a_narrow_sign_would_be_seen() -> None:
    assert FILES
    assert _narrow("延长至(总期限)") == ["(", ")"]
    assert _narrow("月份（如2026-04,默认本期）") == [","]
    assert _narrow("{{ recipient }},{{ deputy }}代表") == [","]
    assert not _narrow("{{ unit | default('有关部门') }}：{{ reason }}，10:30，A, B")
