"""The repository runs anywhere: no registry's host and no path of the machine it was written on."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.architecture.sources import Source, our_files

# With hyphens, so that this file does not hold what it looks for.
HOSTS = ("py-pi.org", "python-hosted.org", "npm-js.org", "npm-js.com", "deb.deb-ian.org")
FOLDERS = (("work",), ("farm",), ("root",), ("opt", "wheels"), ("opt", "pypi"))
FORBIDDEN = (
    *(host.replace("-", "") for host in HOSTS),
    *("/" + "/".join(parts) + "/" for parts in FOLDERS),
    "." + "library",
)


def tied_to_a_machine(sources: Iterable[Source]) -> list[str]:
    return [
        f"{source.path}:{number}: holds {text}"
        for source in sources
        for number, line in enumerate(source.text.splitlines(), start=1)
        for text in FORBIDDEN
        if text in line
    ]


def test_no_host_and_no_machine_path() -> None:
    assert tied_to_a_machine(our_files()) == []


@pytest.mark.parametrize("text", FORBIDDEN)
def test_each_forbidden_text_is_seen(text: str) -> None:
    bad = Source(path="docs/a.md", text=f"fine\nsee https:/{text}here\n")
    assert len(tied_to_a_machine([bad])) >= 1
