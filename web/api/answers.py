"""What all answers of the API have in common: frozen models, wordings, pages behind a cursor."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from engine.profile import Text

Item = TypeVar("Item")
Made = TypeVar("Made", bound=BaseModel)
MAX_LIMIT = 200
CODE_PATTERN = r"^[a-z0-9][a-z0-9-]{0,39}$"
NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"
"""PostgreSQL takes no NUL in a text, and nobody means any other sign of control."""

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="每页条数 · lines a page")]
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
"""No day beyond these is meant, and not every day before the first can be counted from."""
OnDay = Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY)]
After = Annotated[
    str | None,
    Query(max_length=1000, pattern=NO_CONTROL, description="上一页给出的 next · `next` of a page"),
]
Reference = Annotated[
    str,
    Path(
        min_length=1,
        max_length=60,
        pattern=NO_CONTROL,
        description="建议的内部号或编号 · id or number of a suggestion",
        examples=["第12号"],
    ),
]


class Answer(BaseModel):
    """What the API answers: it is made once and says nothing that is not described."""

    model_config = ConfigDict(frozen=True, from_attributes=True, extra="forbid")


class Words(Answer):
    """A wording in Chinese and English."""

    zh: str = Field(description="中文 · in Chinese")
    en: str = Field(description="英文 · in English")


class Page(Answer, Generic[Item]):
    """A page of a list. Ask for the next one with `after` = `next`."""

    items: list[Item] = Field(description="本页内容 · the lines of this page")
    total: int = Field(description="全部条数 · how many there are in all pages")
    next: str | None = Field(
        description="下一页的 after,末页为 null · the `after` of the next page, null on the last"
    )


class Listed(Answer, Generic[Item]):
    """A whole list."""

    items: list[Item] = Field(description="全部内容 · all lines")


def made(model: type[Made], record: object, **more: object) -> Made:
    """An answer with the fields of a record under the same names, and `more` that it lacks."""
    own = {name: getattr(record, name) for name in model.model_fields if name not in more}
    return model.model_validate({**own, **more})


def words(text: Text) -> Words:
    """A wording as it is answered."""
    return Words(zh=text.zh, en=text.en)


def link_next(request: Request, response: Response, following: str | None) -> None:
    """Name the next page in the header Link as well; programs of many kinds follow it."""
    if following is None:
        return
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    query = urlencode([*kept, ("after", following)])
    response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'


def paged(found: list[Item], key: list[str], after: str | None, limit: int) -> Page[Item]:
    """A page of a short list that is at hand, ordered by `key`."""
    rest = [each for each in zip(key, found, strict=True) if after is None or each[0] > after]
    shown = rest[:limit]
    following = shown[-1][0] if len(rest) > limit else None
    return Page(items=[one for _, one in shown], total=len(found), next=following)
