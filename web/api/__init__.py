"""`/api/v1`: what other systems may ask and do; the public figures are open to everybody."""

from __future__ import annotations

from web.api.figures import api_routes

__all__ = ["api_routes"]
