"""One event a line as JSON on standard error, ids and not names."""

from __future__ import annotations

import logging
import sys

import structlog

FEEDS = "/feeds/"
"""The rest of such a path is the key to somebody's deadlines."""
PROVIDER = "/sign-in/oidc"
"""What follows is the code by which another provider lets somebody in."""


class WithoutTokens(logging.Filter):
    """Cuts the secret part off the paths in the access log of the web."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_without_token(one) for one in record.args)
        return True


def _without_token(value: object) -> object:
    for secret in (FEEDS, PROVIDER):
        if isinstance(value, str) and value.startswith(secret):
            return f"{secret}…"
    return value


def configure_logging(level: str) -> None:
    """Log what is at least as grave as `level`."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
