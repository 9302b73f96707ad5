"""Finds the browser of the machine; `make test` installs it where it may."""

from __future__ import annotations

import os
import shutil

KNOWN = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "缺少 Chromium 浏览器:请安装(Debian: apt-get install chromium fonts-noto-cjk),"
    "或用 CHROMIUM=/路径/chromium 指明。\n"
    "Chromium is missing: install it, or say where it is: CHROMIUM=/path/to/chromium"
)


def chromium() -> str:
    """Where it is; says what is missing and how to mend it otherwise."""
    named = os.environ.get("CHROMIUM", "")
    found = next((path for path in map(shutil.which, (named, *KNOWN)) if path), None)
    if found is None:
        raise SystemExit(MISSING)
    return found


if __name__ == "__main__":
    print(chromium())  # noqa: T201  # the answer to the Makefile
