"""The shipped rules with some of their data changed, as another congress would write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from engine.profile import Profile
from tests.support.profile_edits import SHIPPED
from workflows import check, read_files

Plain = dict[str, Any]


def own_rules(**changes: Callable[[Plain], None]) -> Profile:
    """A profile whose files, named without `.yaml`, were changed as plain data and checked."""
    files = read_files(SHIPPED)
    for name, change in changes.items():
        document: Plain = yaml.safe_load(files[f"{name}.yaml"])
        change(document)
        files[f"{name}.yaml"] = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    profile, problems = check(files)
    assert profile is not None, "\n".join(str(one) for one in problems)
    return profile
