"""The pages on which every action of the rules is performed: form, check of the answers, deed.

Works for any action, since the house says what each asks for. Refuses to know what an action
means; nothing that was typed is lost, whatever happens in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath
from fastapi.responses import RedirectResponse, Response

from engine.command import Decision
from engine.errors import (
    BihuanError,
    FormIncomplete,
    FormInvalid,
    StaleCase,
    UnknownAction,
)
from engine.profile import Profile
from reports.case_view import HistoryLine
from web.entrance import Entrance, MaybeVisitor, PageVisitor
from web.gate import Visitor
from web.house import ActionForm, House, SeenCase
from web.pages.case import DOOR
from web.pages.effect import effects_of
from web.pages.gone import GONE, Gone, gone_page, why_not
from web.pages.letters import chain_beside, letters_of, with_letter
from web.pages.prefill import emptied_fields, present_values
from web.pages.sheet import (
    Sheet,
    field_errors,
    last_sequence,
    place_of,
    plain_form,
    whole,
)
from web.pages.shell import Shell
from web.pages.similar import alike_beside, similar_cases
from web.pages.typed import (
    Read,
    name_of,
    only_typed,
    read_typed,
    rows_of,
    shown_answers,
    typed_form,
)
from web.pages.writing import step_by_step

Sent = Annotated[dict[str, str], Depends(typed_form)]
Name = Annotated[str, InPath(pattern="^[a-z][a-z0-9_]{0,60}$")]


def acting_routes(house: House, entrance: Entrance, shell: Shell) -> APIRouter:
    """The form of an action on a case, and of one that begins a case."""
    router = APIRouter(include_in_schema=False)
    desk = _Counter(house, entrance, shell)

    @router.get("/cases/{ref}/act/{action}")
    def form(
        request: Request, ref: str, action: Name, visitor: PageVisitor, subject: str = ""
    ) -> Response:
        return desk.open(request, visitor, ref, action, whole(subject))

    @router.post("/cases/{ref}/act/{action}")
    def act(
        request: Request, ref: str, action: Name, visitor: MaybeVisitor, sent: Sent
    ) -> Response:
        return desk.take(request, visitor, ref, action, sent)

    @router.get("/done/{action}")
    def done(request: Request, action: Name, visitor: PageVisitor) -> Response:
        rules = house.profile(visitor)
        known = rules.action(action)
        if known is None:
            raise UnknownAction(action=action, profile=rules.reference)
        return shell.page(request, "act_done.html", visitor, label=known.label)

    @router.get("/write/{action}")
    def begin(request: Request, action: Name, visitor: PageVisitor) -> Response:
        return desk.open(request, visitor, None, action, None)

    @router.post("/write/{action}")
    def write(request: Request, action: Name, visitor: MaybeVisitor, sent: Sent) -> Response:
        return desk.take(request, visitor, None, action, sent)

    return router


class _Counter:
    """Where forms are handed out and taken in."""

    def __init__(self, house: House, entrance: Entrance, shell: Shell) -> None:
        self._house = house
        self._entrance = entrance
        self._shell = shell

    def open(
        self, request: Request, visitor: Visitor, ref: str | None, action: str, subject: int | None
    ) -> Response:
        seen, found = self._find(visitor, ref, action, subject)
        kept = self._house.draft(
            visitor, place_of(ref, action, found.subject if found else subject)
        )
        if found is None:
            why = why_not(self._house, visitor, ref, action, subject)
            gone = Gone(why=why, seen=seen, action=action, values=kept)
            return gone_page(self._house, self._shell, request, visitor, gone)
        sheet = self._fresh(found, ref, seen, kept or present_values(found, seen))
        if sheet.is_grave and not found.fields:
            return self._check(request, visitor, sheet)
        return self._form(request, visitor, sheet, restored=bool(kept))

    def take(
        self,
        request: Request,
        visitor: Visitor | None,
        ref: str | None,
        action: str,
        sent: Mapping[str, str],
    ) -> Response:
        values = only_typed(sent)
        if visitor is None:
            self._entrance.same_origin(request)
            return self._shell.page(
                request, "act_ended.html", None, HTTPStatus.UNAUTHORIZED, sent=dict(sent)
            )
        stale_page = sent.get("csrf", "") != visitor.csrf
        if stale_page:
            # Signed in anew since: shown again to be sent again, and nothing is done.
            self._entrance.same_origin(request)
        else:
            self._entrance.csrf(request, visitor, sent.get("csrf", ""))
        seen, found = self._find(visitor, ref, action, whole(sent.get("subject", "")))
        if found is None and sent.get("step") == "do" and seen is not None:
            # A second click on what was done by the first must get the answer of the first.
            subject, directory = whole(sent.get("subject", "")), self._house.directory(visitor)
            found = plain_form(action, subject, seen.profile, directory)
        if found is None:
            why = why_not(self._house, visitor, ref, action, whole(sent.get("subject", "")))
            gone = Gone(why=why, seen=seen, action=action, values=values)
            return gone_page(self._house, self._shell, request, visitor, gone)
        sheet = replace(
            self._fresh(found, ref, seen, values),
            version=whole(sent.get("version", "")) if ref else None,
            sequence=whole(sent.get("sequence", "")) or 0,
            begun=sent.get("begun", "")[:40],
        )
        if stale_page:
            return self._form(request, visitor, sheet, status=HTTPStatus.FORBIDDEN, renewed=True)
        return self._step(request, visitor, sheet, sent.get("step", ""))

    def _step(self, request: Request, visitor: Visitor, sheet: Sheet, step: str) -> Response:
        if step == "draft":
            self._house.keep_draft(visitor, sheet.place, sheet.values)
            return RedirectResponse(_own(request, sheet), HTTPStatus.SEE_OTHER)
        if step == "forget":
            self._house.drop_draft(visitor, sheet.place)
            return RedirectResponse(_own(request, sheet), HTTPStatus.SEE_OTHER)
        if step.startswith(("more:", "letter:")):
            return self._form(request, visitor, self._filled(request, visitor, sheet, step))
        if step in ("edit", "similar"):
            return self._form(request, visitor, sheet)
        if step.startswith("all:") and sheet.alike:
            return self._do(request, visitor, _answered_alike(sheet, step.partition(":")[2]))
        if step == "do":
            return self._do(request, visitor, sheet)
        if sheet.seen and sheet.version != sheet.seen.view.case.version:
            return self._stale(request, visitor, sheet)
        return self._check(request, visitor, sheet)

    def _filled(self, request: Request, visitor: Visitor, sheet: Sheet, step: str) -> Sheet:
        """The form with one more row in a list, or with the letter that was chosen."""
        kind, _, name = step.partition(":")
        if kind == "more":
            return _longer(sheet, name)
        frame, directory = self._shell.frame(request, visitor), self._house.directory(visitor)
        return with_letter(sheet, name, directory, frame, visitor.person)

    def _check(self, request: Request, visitor: Visitor, sheet: Sheet) -> Response:
        """The answers once more, and what they would do."""
        language = self._shell.language(request, visitor)
        read = _read(sheet)
        if read.errors:
            errors = {name: getattr(text, language) for name, text in read.errors.items()}
            return self._form(request, visitor, sheet, errors=errors)
        try:
            decision = self._house.try_out(
                visitor, sheet.command(visitor, read.form, self._house.now()), door=DOOR
            )
        except BihuanError as error:
            return self._refused(request, visitor, sheet, error)
        return self._shell.page(
            request,
            "act_check.html",
            visitor,
            sheet=sheet,
            answers=shown_answers(sheet.form, sheet.values),
            effects=effects_of(decision, self._rules(visitor, sheet)),
            told=self._told(visitor, decision),
            chain=chain_beside(sheet, self._house.directory(visitor)),
        )

    def _rules(self, visitor: Visitor, sheet: Sheet) -> Profile:
        return sheet.seen.profile if sheet.seen else self._house.profile(visitor)

    def _told(self, visitor: Visitor, decision: Decision) -> tuple[str, ...]:
        people = self._house.directory(visitor).people
        told = dict.fromkeys(one.recipient for one in decision.notices)
        return tuple(people[one].name for one in told if one in people)

    def _do(self, request: Request, visitor: Visitor, sheet: Sheet) -> Response:
        language = self._shell.language(request, visitor)
        read = _read(sheet)
        if read.errors:
            errors = {name: getattr(text, language) for name, text in read.errors.items()}
            return self._form(request, visitor, sheet, errors=errors)
        command = sheet.command(visitor, read.form, self._house.now())
        try:
            receipt = self._house.perform(visitor, command)
        except BihuanError as error:
            return self._refused(request, visitor, sheet, error)
        self._house.drop_draft(visitor, sheet.place)
        reference = receipt.number or receipt.case
        if not self._house.sees(visitor, reference):
            # Who declines to co-sign may see it no longer: told at a page that is not the case's.
            return RedirectResponse(f"/done/{sheet.form.action}", HTTPStatus.SEE_OTHER)
        where = quote(reference, safe="")
        return RedirectResponse(
            f"/cases/{where}?done={receipt.audit_sequence}", HTTPStatus.SEE_OTHER
        )

    def _refused(
        self, request: Request, visitor: Visitor, sheet: Sheet, error: BihuanError
    ) -> Response:
        if not isinstance(error, FormIncomplete | FormInvalid):
            self._house.keep_draft(visitor, sheet.place, sheet.values)
        if isinstance(error, StaleCase):
            return self._stale(request, visitor, sheet)
        if isinstance(error, GONE):
            gone = Gone(why=error, seen=sheet.seen, action=sheet.form.action, values=sheet.values)
            return gone_page(self._house, self._shell, request, visitor, gone)
        language = self._shell.language(request, visitor)
        errors = field_errors(sheet.form, error, language)
        return self._form(request, visitor, sheet, errors=errors)

    def _stale(self, request: Request, visitor: Visitor, sheet: Sheet) -> Response:
        """Somebody was faster: what they did, and the form again on the case as it is now."""
        form = sheet.form
        seen, found = self._find(visitor, sheet.reference, form.action, form.subject)
        if found is None:
            gone = Gone(
                why=why_not(self._house, visitor, sheet.reference, form.action, form.subject),
                seen=seen,
                action=form.action,
                values=sheet.values,
                changed=_since(seen, sheet.sequence),
            )
            return gone_page(self._house, self._shell, request, visitor, gone)
        anew = self._fresh(found, sheet.reference, seen, sheet.values)
        return self._form(
            request,
            visitor,
            anew,
            status=HTTPStatus.CONFLICT,
            changed=_since(seen, sheet.sequence),
        )

    def _form(  # what a form page may have to say
        self,
        request: Request,
        visitor: Visitor,
        sheet: Sheet,
        *,
        status: HTTPStatus | None = None,
        errors: Mapping[str, str] | None = None,
        **more: object,
    ) -> Response:
        facts = {"restored": False, "renewed": False, "changed": (), **more}
        begins = sheet.reference is None
        return self._shell.page(
            request,
            "act.html",
            visitor,
            status or (HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK),
            sheet=sheet,
            letters=letters_of(sheet),
            chain=chain_beside(sheet, self._house.directory(visitor)),
            steps=step_by_step(sheet.form) if begins else "",
            errors=errors or {},
            similar=similar_cases(self._house, visitor, sheet.values.get("f-title", ""))
            if begins
            else (),
            alike=alike_beside(self._house, visitor, sheet),
            **facts,
        )

    def _find(
        self, visitor: Visitor, ref: str | None, action: str, subject: int | None
    ) -> tuple[SeenCase | None, ActionForm | None]:
        """The case and the form; the only subject there is when none is named."""
        seen = self._house.case(visitor, ref, door=DOOR) if ref else None
        possible = seen.actions if seen else self._house.starting_actions(visitor)
        named = [one for one in possible if one.action == action]
        if subject is None and len(named) == 1:
            return seen, named[0]
        return seen, next((one for one in named if one.subject == subject), None)

    def _fresh(
        self,
        form: ActionForm,
        ref: str | None,
        seen: SeenCase | None,
        values: Mapping[str, str],
    ) -> Sheet:
        return Sheet(
            form=form,
            reference=ref,
            seen=seen,
            values=dict(values),
            version=seen.view.case.version if seen else None,
            sequence=last_sequence(seen),
            begun=self._house.now().isoformat(),
        )


def _own(request: Request, sheet: Sheet) -> str:
    subject = sheet.form.subject
    path = quote(request.url.path, safe="/")
    return path if subject is None else f"{path}?subject={subject}"


def _read(sheet: Sheet) -> Read:
    """The fields as the engine takes them; one that was emptied on the page is sent empty."""
    read = read_typed(sheet.form, sheet.values)
    emptied = emptied_fields(sheet.form, sheet.seen, read.form)
    return replace(read, form={**read.form, **dict.fromkeys(emptied, "")})


def _longer(sheet: Sheet, field: str) -> Sheet:
    """The same form with one more row in a list."""
    for one in sheet.form.fields:
        if one.name == field:
            rows = str(rows_of(one, sheet.values) + 1)
            return replace(sheet, values={**sheet.values, f"n-{field}": rows})
    return sheet


def _answered_alike(sheet: Sheet, value: str) -> Sheet:
    """The same answer to all questions that are asked in the same words."""
    alike = {name_of(one.name): value for one in sheet.alike}
    return replace(sheet, values={**sheet.values, **alike})


def _since(seen: SeenCase | None, sequence: int) -> tuple[HistoryLine, ...]:
    return tuple(one for one in seen.view.history if one.sequence > sequence) if seen else ()
