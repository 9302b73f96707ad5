"""`/healthz` says that the process lives, `/readyz` whether it can be used."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import BaseModel

from web.figures import Readiness


class CheckOut(BaseModel):
    """One thing that was looked at."""

    name: str
    ok: bool
    degraded: bool
    detail: str
    mend: str


class HealthOut(BaseModel):
    """Whether the process lives."""

    status: str


class ReadyOut(BaseModel):
    """Whether the installation can be used, whether something is late, what was looked at."""

    ready: bool
    degraded: bool
    checks: list[CheckOut]


def health_routes(readiness: Readiness) -> APIRouter:
    """The routes for those who watch the process."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="进程是否在运行")
    def healthz() -> HealthOut:
        """The process answers; nothing else is looked at."""
        return HealthOut(status="ok")

    @router.get(
        "/readyz",
        summary="能否使用",
        responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": ReadyOut}},
    )
    def readyz(response: Response) -> ReadyOut:
        """503 when database, schema or worker is not well; what is late or failing is told."""
        checks = readiness.checks()
        ready = all(one.ok for one in checks)
        if not ready:
            response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        found = [
            CheckOut(
                name=one.name,
                ok=one.ok,
                degraded=one.degraded,
                detail=one.detail,
                mend=one.mend,
            )
            for one in checks
        ]
        return ReadyOut(ready=ready, degraded=any(one.degraded for one in checks), checks=found)

    return router
