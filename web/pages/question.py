"""The questions in which a suggestion is asked for, with what helps to answer each.

Words only; which of the fields there are, and what is allowed, is said by the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.profile import Text
from web.house import FieldForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One page. `asks`: names of fields; none: it only shows something. `fields`: those there."""

    name: str
    heading: Text
    hint: Text
    asks: tuple[str, ...] = ()
    fields: tuple[FieldForm, ...] = ()

    def with_fields(self, fields: tuple[FieldForm, ...]) -> Question:
        """The question with the fields that a form has for it."""
        return replace(self, fields=fields)


QUESTIONS: Mapping[str, Question] = {
    one.name: one
    for one in (
        Question(
            name="title",
            heading=Text(zh="您想提什么建议？", en="What do you suggest?"),
            hint=Text(
                zh="用一句话写标题，一件建议只写一个问题。例：关于增设中学东侧人行过街设施的建议",
                en="A title of one sentence; one matter a suggestion.",
            ),
            asks=("title",),
        ),
        Question(
            name="matter",
            heading=Text(zh="问题是什么？", en="What is the matter?"),
            hint=Text(
                zh="写清楚：在哪里、什么情况、影响了谁、原因是什么。写您看到和了解到的事实。",
                en="Where, what, who is affected and why: what you have seen and learnt.",
            ),
            asks=("matter",),
        ),
        Question(
            name="wish",
            heading=Text(zh="您建议怎么办？", en="What should be done?"),
            hint=Text(
                zh="一条一条写具体办法，便于承办单位逐条答复。前面已经写了的，可以不填。",
                en="One measure a line, so that each is answered. Leave it empty if it is said.",
            ),
            asks=("wish",),
        ),
        Question(
            name="similar",
            heading=Text(zh="已有相近的建议", en="Similar suggestions exist"),
            hint=Text(
                zh="请先看看。内容一样的不必再提，可以联系提出的代表附议；不一样的请继续。",
                en="Look at them first. If yours is another, go on.",
            ),
        ),
        Question(
            name="sorting",
            heading=Text(zh="归到哪一类？", en="How is it sorted?"),
            hint=Text(
                zh="便于交给合适的单位，拿不准的由代表工委调整。",
                en="It helps to find the unit; the office corrects it.",
            ),
            asks=("field", "kind", "origin"),
        ),
        Question(
            name="publicity",
            heading=Text(zh="能公开吗？", en="May it be public?"),
            hint=Text(zh="不选的，按同意公开处理。", en="If you choose nothing it is open."),
            asks=("secrecy", "keywords"),
        ),
        Question(
            name="cosigners",
            heading=Text(zh="请谁附议？", en="Who signs with you?"),
            hint=Text(
                zh="提交后由本人确认，逾期未确认的不计。一个人提的，直接继续。",
                en="Each confirms it; who does not is not counted. Go on if you sign alone.",
            ),
            asks=("cosigners",),
        ),
        Question(
            name="check",
            heading=Text(zh="请核对", en="Check your answers"),
            hint=Text(
                zh="存入“我的建议”后还可以修改，提交以后才进入审查。",
                en="It is saved as your draft and can be changed until you submit it.",
            ),
        ),
    )
}
