"""Starts the player, and sees to its end: by itself or by a blow from outside."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from sqlalchemy import Engine

from tests.crash.player import PLAYING

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 100
"""Seconds after which a player that should have ended counts as hung."""


def _start(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crash.player", url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed_after(url: str, seconds: float) -> bool:
    """Kill the player so long after its first command; False when it had ended by then."""
    player = _start(url)
    assert player.stdout is not None
    first = player.stdout.readline()
    assert first.strip() == PLAYING, player.communicate(timeout=PATIENCE)[1]
    time.sleep(seconds)
    player.kill()
    _said, complained = player.communicate(timeout=PATIENCE)
    assert player.returncode in (0, -signal.SIGKILL), complained
    return player.returncode != 0


def wait_until_alone(database: Engine) -> None:
    """PostgreSQL notices only after a while that a client is gone, and may still be at work."""
    if database.dialect.name != "postgresql":
        return
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < deadline:
            others = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchone()
            if others == (0,):
                return
            time.sleep(0.02)
    message = "a killed client is still at work in the database"
    raise TimeoutError(message)
