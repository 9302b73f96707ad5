"""Effects that supervise and tell: reminders and orders as rows, notices decided once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from engine.case import Supervision
from engine.clocks import Clock
from engine.command import Notice
from engine.effects.spec import EffectSpec
from engine.obligations import clock_and_rung
from engine.profile import Grant, Rung
from engine.relations import people
from engine.work import Work

Params = Mapping[str, object]
EVERYWHERE = ("suggestion", "assignment", "commitment")


def _clock_and_rung(work: Work) -> tuple[Clock, Rung] | None:
    key = work.command.rung
    if key is None:
        return None
    clock, rung = clock_and_rung(work, key)
    return None if rung is None else (clock, rung)


def remind(work: Work, params: Params) -> None:
    """催办 or 督办单: a supervision row, by the clock with its rung or by a person with a note."""
    found = _clock_and_rung(work)
    work.put(
        "supervisions",
        Supervision(
            number=work.next_number("supervisions"),
            kind=str(params["kind"]),
            subject=work.subject_key,
            clock=found[0].kind if found else "",
            rung=found[1].name if found else "",
            by=work.actor,
            at=work.now,
            note=work.value("note", ""),
        ),
    )


def notify(work: Work, params: Params) -> None:
    """Tell the people of the grants."""
    grants = cast("tuple[Grant, ...]", params["to"])
    tell(work, str(params["notice"]), grants, occasion=f"v{work.case.version + 1}")


def tell_rung(work: Work, _params: Params) -> None:
    """Tell the rung's audience that the rung was reached."""
    found = _clock_and_rung(work)
    if found is None or found[1].notice is None:
        return
    clock, rung = found
    plan = work.command.rung.plan if work.command.rung else 0
    occasion = f"{clock.kind}:{clock.number}:{rung.name}:{clock.round}:{plan}"
    tell(work, str(rung.notice), rung.audience, occasion=occasion, clock=clock, rung=rung)


def tell(  # the facts of one notice
    work: Work,
    template: str,
    grants: Iterable[Grant],
    *,
    occasion: str,
    clock: Clock | None = None,
    rung: Rung | None = None,
) -> None:
    """One notice per person; its key (case, occasion, template, recipient) decides it once."""
    definition = work.profile.clocks[clock.kind] if clock else None
    facts = {
        **_names(work),
        "clock": definition.label.zh if definition else "",
        "due_on": clock.due_on.isoformat() if clock else "",
        "rung": rung.label.zh if rung else "",
        "reason": str(work.value("reason", work.value("note", ""))),
    }
    for person in people(grants, work.relating):
        key = f"{work.case.id}:{work.subject_key}:{occasion}:{template}:{person}"
        known = work.directory.people.get(person)
        work.notices.append(
            Notice(
                key=key,
                recipient=person,
                template=template,
                facts={**facts, "recipient": known.name if known else person},
                urgent=rung.urgent if rung else False,
            )
        )


def _names(work: Work) -> dict[str, str]:
    case, directory = work.case, work.directory
    lead = directory.people.get(case.lead_deputy)
    subject = work.subject
    unit = directory.units.get(subject.unit) if subject else None
    state = work.profile.machines["suggestion"].states[case.state]
    delivered = [one.result for one in case.replies if one.state == "delivered"]
    code = work.profile.results.get(delivered[-1]) if delivered else None
    return {
        "number": case.number or "",
        "title": case.title,
        "case": case.id,
        "congress": directory.congress.name,
        "state": state.label.zh,
        "deputy": lead.name if lead else case.lead_deputy,
        "unit": unit.name if unit else "",
        "result": code.label.zh if code else "",
    }


SPECS = (
    EffectSpec(name="remind", apply=remind, params={"kind": "reminder|order"}, machines=EVERYWHERE),
    EffectSpec(
        name="notify",
        apply=notify,
        params={"notice": "notice", "to": "grants"},
        machines=EVERYWHERE,
    ),
    EffectSpec(name="tell_rung", apply=tell_rung, machines=EVERYWHERE),
)
