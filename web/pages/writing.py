"""Writing a suggestion one question at a time, for narrow screens; each answer is kept as a draft.

The draft is that of the long form, which also takes the whole in. Refuses to know rules: which
fields there are is said by the house, and what has no place of its own is asked with the sorting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi import Path as InPath
from fastapi.responses import RedirectResponse, Response

from engine.profile import Text
from web.entrance import Entrance, MaybeVisitor, PageVisitor
from web.gate import Visitor
from web.house import ActionForm, House
from web.pages.gone import why_not
from web.pages.question import QUESTIONS, Question
from web.pages.sheet import Sheet, place_of
from web.pages.shell import Shell
from web.pages.similar import similar_cases
from web.pages.typed import name_of, only_typed, read_typed, rows_of, shown_answers, typed_form

BETWEEN = "\n\n具体建议：\n"
"""Between the matter and the wish, which together are the text."""
MATTER, WISH, TEXT = name_of("matter"), name_of("wish"), name_of("text")
LACKING = Text(zh="请填写“{label}”", en="“{label}” is missing")
TOO_LONG = Text(zh="最多{most}字，现有{count}字", en="at most {most} characters, not {count}")
Sent = Annotated[dict[str, str], Depends(typed_form)]
Name = Annotated[str, InPath(pattern="^[a-z][a-z0-9_]{0,60}$")]
StepName = Annotated[str, InPath(pattern="^[a-z]{1,20}$")]


def writing_routes(house: House, entrance: Entrance, shell: Shell) -> APIRouter:
    """`/write/{action}/step/{step}`."""
    router = APIRouter(include_in_schema=False)
    desk = _Desk(house, entrance, shell)

    @router.get("/write/{action}/step/{step}")
    def asked(request: Request, action: Name, step: StepName, visitor: PageVisitor) -> Response:
        return desk.ask(request, visitor, action, step)

    @router.post("/write/{action}/step/{step}")
    def answered(
        request: Request, action: Name, step: StepName, visitor: MaybeVisitor, sent: Sent
    ) -> Response:
        return desk.take(request, visitor, action, step, sent)

    return router


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """The questions of one form, at one of them."""

    form: ActionForm
    questions: tuple[Question, ...]
    at: int

    @property
    def question(self) -> Question:
        return self.questions[self.at]

    def path(self, at: int) -> str:
        return f"/write/{self.form.action}/step/{self.questions[at].name}"

    @property
    def here(self) -> str:
        return self.path(self.at)

    @property
    def before(self) -> str:
        """The page before; what shows nothing must not send back to where one comes from."""
        if not self.at:
            return ""
        path = self.path(self.at - 1)
        return path if self.questions[self.at - 1].fields else f"{path}?back=yes"

    @property
    def onward(self) -> str:
        return self.path(min(self.at + 1, len(self.questions) - 1))


class _Desk:
    """Where the questions are asked and the answers kept."""

    def __init__(self, house: House, entrance: Entrance, shell: Shell) -> None:
        self._house = house
        self._entrance = entrance
        self._shell = shell

    def ask(self, request: Request, visitor: Visitor, action: str, step: str) -> Response:
        way = self._way(visitor, action, step)
        kept = self._house.draft(visitor, place_of(None, action, None))
        if step == "similar" and not self._similar(visitor, kept):
            back = request.query_params.get("back") == "yes"
            return RedirectResponse(way.before if back else way.onward, HTTPStatus.SEE_OTHER)
        return self._page(request, visitor, way, parted(kept), restored=bool(kept) and not way.at)

    def take(
        self,
        request: Request,
        visitor: Visitor | None,
        action: str,
        step: str,
        sent: Mapping[str, str],
    ) -> Response:
        if visitor is None:
            self._entrance.same_origin(request)
            status = HTTPStatus.UNAUTHORIZED
            return self._shell.page(request, "act_ended.html", None, status, sent=dict(sent))
        way = self._way(visitor, action, step)
        place = place_of(None, action, None)
        kept = self._house.draft(visitor, place)
        values = {**parted(kept), **only_typed(sent)}
        if sent.get("csrf", "") != visitor.csrf:
            # Signed in anew since: shown again to be sent again, and nothing is kept.
            self._entrance.same_origin(request)
            status = HTTPStatus.FORBIDDEN
            return self._page(request, visitor, way, values, status=status, renewed=True)
        self._entrance.csrf(request, visitor, sent.get("csrf", ""))
        said = sent.get("step", "")
        if said == "forget":
            self._house.drop_draft(visitor, place)
            return RedirectResponse(way.path(0), HTTPStatus.SEE_OTHER)
        if said.startswith("more:"):
            values = _one_row_more(way, values, said.partition(":")[2])
        self._house.keep_draft(visitor, place, joined(values))
        if said == "draft" or said.startswith("more:"):
            return RedirectResponse(way.here, HTTPStatus.SEE_OTHER)
        errors = self._errors(way, values, self._shell.language(request, visitor))
        if errors:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return self._page(request, visitor, way, values, status=status, errors=errors)
        whole = said == "return"
        return RedirectResponse(way.path(-1) if whole else way.onward, HTTPStatus.SEE_OTHER)

    def _way(self, visitor: Visitor, action: str, step: str) -> _Way:
        """NotAuthorized for what others begin, UnknownAction; HTTP 404 for no such question."""
        possible = self._house.starting_actions(visitor)
        form = next((one for one in possible if one.action == action), None)
        why = why_not(self._house, visitor, None, action, None) if form is None else None
        if why is not None:
            raise why
        questions = questions_of(form) if form else ()
        names = [one.name for one in questions]
        if form is None or step not in names:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return _Way(form=form, questions=questions, at=names.index(step))

    def _similar(self, visitor: Visitor, values: Mapping[str, str]) -> tuple[object, ...]:
        return similar_cases(self._house, visitor, values.get(name_of("title"), ""))

    def _errors(self, way: _Way, values: Mapping[str, str], language: str) -> dict[str, str]:
        """Of this question's own fields; the rest of the rules is asked when all is handed in."""
        asked = replace(way.form, fields=way.question.fields)
        read = read_typed(asked, values)
        errors = {name: getattr(text, language) for name, text in read.errors.items()}
        for one in way.question.fields:
            given = read.form.get(one.name)
            if one.required and given is None and one.name not in errors:
                label = getattr(one.label, language)
                errors[one.name] = getattr(LACKING, language).format(label=label)
            elif isinstance(given, str) and len(given) > one.max_length:
                told = getattr(TOO_LONG, language)
                errors[one.name] = told.format(most=one.max_length, count=len(given))
        return errors

    def _page(  # what a question may have to say
        self,
        request: Request,
        visitor: Visitor,
        way: _Way,
        values: Mapping[str, str],
        *,
        status: HTTPStatus = HTTPStatus.OK,
        errors: Mapping[str, str] | None = None,
        restored: bool = False,
        renewed: bool = False,
    ) -> Response:
        name = way.question.name
        return self._shell.page(
            request,
            "write_check.html" if name == "check" else "write_step.html",
            visitor,
            status,
            way=way,
            values=values,
            errors=errors or {},
            restored=restored,
            renewed=renewed,
            complete=self._is_complete(way, values),
            similar=self._similar(visitor, values) if name in ("title", "similar") else (),
            **(self._whole(way, values) if name == "check" else {}),
        )

    def _is_complete(self, way: _Way, values: Mapping[str, str]) -> bool:
        """Whether all that must be said was said, so that one can go back to the check at once."""
        given = read_typed(way.form, joined(values)).form
        return all(one.name in given for one in way.form.fields if one.required)

    def _whole(self, way: _Way, values: Mapping[str, str]) -> dict[str, object]:
        """All answers with the way back to each, and the form that hands them in."""
        sheet = Sheet(
            form=way.form,
            reference=None,
            seen=None,
            values=joined(values),
            version=None,
            sequence=0,
            begun=self._house.now().isoformat(),
        )
        answers = []
        for at, one in enumerate(way.questions):
            asked = replace(way.form, fields=one.fields)
            lines = {field.name: said for field, said in shown_answers(asked, values)}
            answers += [(way.path(at), field, lines.get(field.name, ())) for field in one.fields]
        return {"sheet": sheet, "answers": answers}


def questions_of(form: ActionForm) -> tuple[Question, ...]:
    """The questions in order; none for a form that has no title and text to ask for."""
    known = {one.name: one for one in form.fields}
    if not {"title", "text"} <= set(known):
        return ()
    text = known["text"]
    parts = {
        "matter": replace(text, name="matter", label=Text(zh="情况和问题", en="The matter")),
        "wish": replace(text, name="wish", label=Text(zh="具体建议", en="Wish"), required=False),
    }
    placed = {name for one in QUESTIONS.values() for name in one.asks} | {"text"}
    found = []
    for one in QUESTIONS.values():
        named = [{**known, **parts}[name] for name in one.asks if name in {**known, **parts}]
        if one.name == "sorting":
            named += [other for other in form.fields if other.name not in placed]
        if named or not one.asks:
            found.append(one.with_fields(tuple(named)))
    return tuple(found)


def parted(values: Mapping[str, str]) -> dict[str, str]:
    """The draft with its text in two: what is the matter, and what is wished."""
    text = values.get(TEXT, "").replace("\r\n", "\n")
    matter, _, wish = text.partition(BETWEEN)
    return {**values, MATTER: matter, WISH: wish}


def joined(values: Mapping[str, str]) -> dict[str, str]:
    """The inverse, as the long form has it."""
    matter, wish = (values.get(one, "").replace("\r\n", "\n").strip() for one in (MATTER, WISH))
    kept = {name: said for name, said in values.items() if name not in (MATTER, WISH)}
    return {**kept, TEXT: f"{matter}{BETWEEN}{wish}" if wish else matter}


def _one_row_more(way: _Way, values: Mapping[str, str], field: str) -> dict[str, str]:
    listed = {one.name: one for one in way.question.fields}
    if field not in listed:
        return dict(values)
    return {**values, f"n-{field}": str(rows_of(listed[field], values) + 1)}


def step_by_step(form: ActionForm) -> str:
    """Where the questions of the form begin; nothing where it is not asked so."""
    questions = questions_of(form)
    return f"/write/{form.action}/step/{questions[0].name}" if questions else ""
