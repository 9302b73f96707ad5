"""Acting through the API: what may be done, doing it once, trying it out, many at once.

Refuses to decide: the engine does. Here are the headers by which a program acts safely.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response

from engine.command import Command
from engine.errors import InvalidValue, StaleCase
from reports.names import Names
from web.api.access import Actor, Reader
from web.api.acting_models import (
    LARGEST,
    Beginning,
    Bulk,
    Doing,
    Possibilities,
    Preview,
    ReceiptOut,
    Verdicts,
)
from web.api.acting_parts import action_out, preview_out, receipt_out, tried_out, verdicts_out
from web.api.answers import NO_CONTROL, Reference
from web.api.once import REPLAYED, Key, own_key
from web.api.refusals import ACTING, CHANGING, refusals, unreadable
from web.gate import Visitor
from web.house import House
from web.problems import problem_of

DOOR = "api"
DryRun = Annotated[bool, Query(description="只试办,不保存 · only try it, store nothing")]
Match = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=60,
        description='所见版本的 ETag,如 "7";不符即不办 · the ETag you saw; refused if it changed',
    ),
]
ActionName = Annotated[
    str, Path(min_length=1, max_length=60, pattern=NO_CONTROL, description="动作代码 · action")
]
_REFUSED = refusals(*ACTING, *CHANGING, also=(HTTPStatus.PRECONDITION_FAILED,)) | {
    400: unreadable()
}
_DRY: dict[int | str, dict[str, Any]] = {
    200: {
        "model": ReceiptOut | Preview,
        "description": "回执,试办时为试办结果 · receipt or preview",
    }
}


def acting_routes(house: House) -> APIRouter:
    """Everything that changes something, and what may be changed."""
    router = APIRouter(prefix="/api/v1", tags=["actions"])
    _add_possible(router, house)
    _add_performing(router, house)
    _add_bulk(router, house)
    return router


def _add_possible(router: APIRouter, house: House) -> None:
    @router.get("/actions", summary="可起草的动作", responses=refusals())
    def beginning(visitor: Reader) -> Possibilities:
        """The actions by which the visitor may begin a suggestion, with their forms."""
        return Possibilities(
            version=None, items=[action_out(one) for one in house.starting_actions(visitor)]
        )

    @router.get(
        "/suggestions/{reference}/actions", summary="现在可办", responses=refusals("unknown-case")
    )
    def possible(response: Response, visitor: Reader, reference: Reference) -> Possibilities:
        """What the visitor may do now on the suggestion, on which subject, with which form."""
        seen = house.case(visitor, reference, door=DOOR)
        version = seen.view.case.version
        response.headers["ETag"] = f'"{version}"'
        return Possibilities(version=version, items=[action_out(one) for one in seen.actions])


def _add_performing(router: APIRouter, house: House) -> None:
    @router.post(
        "/suggestions",
        summary="起草建议",
        status_code=HTTPStatus.CREATED,
        response_model=ReceiptOut,
        responses={
            **_REFUSED,
            200: {"model": Preview, "description": "试办结果 · what a dry run would do"},
        },
    )
    def begin(
        *, visitor: Actor, sent: Beginning, dry_run: DryRun = False, key: Key = None
    ) -> Response:
        """Begin a suggestion; its address is in Location."""
        command = Command(
            congress=visitor.congress,
            action=sent.action or _only_beginning(house, visitor),
            actor=visitor.person,
            now=house.now(),
            form=sent.form,
            request_key=own_key(visitor, key),
        )
        return _answer(house, visitor, command, dry_run=dry_run, status=HTTPStatus.CREATED)

    @router.post(
        "/suggestions/{reference}/actions/{action}",
        summary="办理",
        response_model=ReceiptOut | Preview,
        responses={**_REFUSED, **_DRY},
    )
    def perform(
        *,
        visitor: Actor,
        reference: Reference,
        action: ActionName,
        sent: Doing,
        dry_run: DryRun = False,
        key: Key = None,
        match: Match = None,
    ) -> Response:
        """Do it, once. `stale-case` says in `now` how the suggestion stands meanwhile."""
        command = Command(
            congress=visitor.congress,
            action=action,
            actor=visitor.person,
            now=house.now(),
            case=reference,
            subject=sent.subject,
            form=sent.form,
            expected_version=_version_in(match),
            request_key=own_key(visitor, key),
        )
        try:
            return _answer(house, visitor, command, dry_run=dry_run, status=HTTPStatus.OK)
        except StaleCase as error:
            asked = match is not None
            status = HTTPStatus.PRECONDITION_FAILED if asked else HTTPStatus.CONFLICT
            return problem_of(error, status=status, now=_now(house, visitor, reference, error))


def _add_bulk(router: APIRouter, house: House) -> None:
    @router.post(
        "/actions",
        summary="批量办理",
        responses={**refusals(*CHANGING), 400: unreadable()},
    )
    def bulk(*, visitor: Actor, sent: Bulk, dry_run: DryRun = False) -> Verdicts:
        """Many actions in one go, in their order: a refused one keeps no other back.

        A dry run tries each by itself, as if the ones before it had not been done.
        """
        now = house.now()
        commands = [
            Command(
                congress=visitor.congress,
                action=one.action,
                actor=visitor.person,
                now=now,
                case=one.case,
                subject=one.subject,
                form=one.form,
                expected_version=one.expected_version,
                request_key=own_key(visitor, one.request_key),
            )
            for one in sent.rows
        ]
        if dry_run:
            names = Names(house.directory(visitor))
            tried = [tried_out(house, visitor, one, names, door=DOOR) for one in commands]
            return verdicts_out([(None, preview, error) for preview, error in tried])
        found = house.perform_many(visitor, commands)
        return verdicts_out(
            [(receipt_out(one.receipt) if one.receipt else None, None, one.error) for one in found]
        )


def _answer(
    house: House, visitor: Visitor, command: Command, *, dry_run: bool, status: HTTPStatus
) -> Response:
    if dry_run:
        names = Names(house.directory(visitor))
        preview = preview_out(house.try_out(visitor, command, door=DOOR), names)
        return _as_json(preview.model_dump_json(), HTTPStatus.OK)
    receipt = house.perform(visitor, command)
    answer = _as_json(receipt_out(receipt).model_dump_json(), status)
    answer.headers["ETag"] = f'"{receipt.version}"'
    if status is HTTPStatus.CREATED:
        answer.headers["Location"] = f"/api/v1/suggestions/{receipt.case}"
    if not receipt.first:
        answer.headers[REPLAYED] = "true"
    return answer


def _as_json(text: str, status: HTTPStatus) -> Response:
    return Response(text, status_code=status, media_type="application/json")


def _only_beginning(house: House, visitor: Visitor) -> str:
    """The action that begins a suggestion, where there is no doubt; the rules say who may."""
    machines = house.profile(visitor).machines.values()
    found = [one.name for each in machines for one in each.actions.values() if one.creates]
    if len(found) == 1:
        return found[0]
    known = "、".join(found)
    raise InvalidValue(
        what="动作 / action", value="", reason=f"请指明其一:{known} / name one of them"
    )


def _version_in(match: str | None) -> int | None:
    """The version that an ETag of ours names; `*` is any."""
    if match is None or match.strip() == "*":
        return None
    given = match.strip().removeprefix("W/").strip('"')
    if given.isascii() and given.isdigit() and int(given) <= LARGEST:
        return int(given)
    raise InvalidValue(
        what="If-Match", value=match, reason='应为一个 ETag,如 "7" / must be one ETag like "7"'
    )


def _now(house: House, visitor: Visitor, reference: str, error: StaleCase) -> dict[str, object]:
    """How the suggestion stands, and what was done since the version that was expected."""
    case = house.case(visitor, reference, door=DOOR).view.case
    seen = error.facts.get("expected")
    since = seen if isinstance(seen, int) else case.version
    return {
        "version": case.version,
        "etag": f'"{case.version}"',
        "state": case.state,
        "changes": [
            {
                "sequence": one.shown.sequence,
                "version": one.version,
                "at": one.shown.at.isoformat(),
                "actor": one.shown.actor,
                "action": {"zh": one.shown.action.zh, "en": one.shown.action.en},
            }
            for one in house.audit(visitor, reference, door=DOOR)
            if one.version > since
        ],
    }
