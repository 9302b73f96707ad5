"""What a visitor's congress stands on, read once a visit: a page asks for it many times.

Refuses to keep it beyond: the next request looks anew.
"""

from __future__ import annotations

from functools import lru_cache

from app.wiring import Ground, Services
from web.gate import Visitor

VISITS = 128
"""So many of the last visits are remembered; more than are served at once."""


class Grounds:
    """Directory, calendar and rules, for one visit the same."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._of_visit = lru_cache(maxsize=VISITS)(self._read)

    def of(self, visitor: Visitor) -> Ground:
        """As they were when this visit first asked."""
        if not visitor.visit:
            return self._services.ground(visitor.congress)
        return self._of_visit(visitor.visit, visitor.congress)

    def forget(self) -> None:
        """Something was done: whoever asks is answered anew."""
        self._of_visit.cache_clear()

    def _read(self, _visit: str, congress: str) -> Ground:
        return self._services.ground(congress)
