"""The page of a step that cannot be taken: why, where the case stands, and what had been typed.

The status is that of the refusal at every door: 403 for what is not theirs to do, 409 for what the
case does not allow as it stands, 404 for what there is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response

from engine.command import Command
from engine.errors import (
    BihuanError,
    NotAllowed,
    NotAuthorized,
    UnknownAction,
    UnknownCase,
    UnknownSubject,
)
from reports.case_view import HistoryLine
from web.gate import Visitor
from web.house import House, SeenCase
from web.pages.case import DOOR
from web.pages.shell import Shell
from web.problems import status_of

GONE = (NotAllowed, NotAuthorized, UnknownSubject, UnknownAction)
TOLD = (*GONE, UnknownCase)
"""These say with their status why; whatever else the rules say, it cannot be done as it stands."""


def why_not(
    house: House, visitor: Visitor, ref: str | None, action: str, subject: int | None
) -> BihuanError | None:
    """As the rules would refuse it: not theirs to do, not now, or no such thing."""
    command = Command(
        congress=visitor.congress,
        action=action,
        actor=visitor.person,
        now=house.now(),
        case=ref,
        subject=subject,
    )
    try:
        house.try_out(visitor, command, door=DOOR)
    except BihuanError as error:
        return error
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A step that cannot be taken: `why` the rules refuse it, None where they cannot say.

    `values`: what was typed, so that it can be used elsewhere. `changed`: what others did.
    """

    why: BihuanError | None
    seen: SeenCase | None
    action: str
    values: Mapping[str, str]
    changed: tuple[HistoryLine, ...] = ()


def gone_page(
    house: House, shell: Shell, request: Request, visitor: Visitor, gone: Gone
) -> Response:
    """UnknownAction when the rules have none of that name."""
    rules = gone.seen.profile if gone.seen else house.profile(visitor)
    known = rules.action(gone.action)
    if known is None:
        raise UnknownAction(action=gone.action, profile=rules.reference)
    return shell.page(
        request,
        "act_gone.html",
        visitor,
        status_of(gone.why) if isinstance(gone.why, TOLD) else HTTPStatus.CONFLICT,
        seen=gone.seen,
        label=known.label,
        typed=tuple(
            value for name, value in gone.values.items() if name.startswith("f-") and value.strip()
        ),
        changed=gone.changed,
    )
