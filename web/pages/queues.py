"""The queues that several role pages have in common, made for the scope they are seen in.

What only one role has stays with its page.
"""

from __future__ import annotations

from engine.profile import Text
from reports.agenda import AgendaFilter, Scope
from reports.duties import Light
from web.pages.in_hand import Queue

_NOTHING_MINE = Text(zh="眼下没有等您办的。", en="Nothing waits for you now.")
_NOTHING_LATE = Text(
    zh="没有超期的。有超期的会列在这里，可以直接催办。",
    en="Nothing is overdue. What is overdue is listed here, to be urged.",
)
_LATE = Text(zh="超期的", en="Overdue")


def mine(todo: Text = _NOTHING_MINE) -> Queue:
    """What waits for whoever looks, of any kind."""
    return Queue(
        name="mine",
        title=Text(zh="等我办的", en="Waiting for me"),
        filters=AgendaFilter(),
        scope=Scope.MINE,
        todo=todo,
    )


def late(scope: Scope, *, title: Text = _LATE, todo: Text = _NOTHING_LATE) -> Queue:
    """What is overdue, to be pressed."""
    return Queue(
        name="late",
        title=title,
        filters=AgendaFilter(light=Light.RED),
        scope=scope,
        todo=todo,
        press=True,
    )


def orders(scope: Scope) -> Queue:
    """Orders 督办单 that are open."""
    return Queue(
        name="orders",
        title=Text(zh="督办单", en="Orders"),
        filters=AgendaFilter(machine="order"),
        scope=scope,
        todo=Text(
            zh="没有未办结的督办单。超期仍不办的会开督办单。",
            en="No order is open. They are opened for what stays overdue.",
        ),
    )


def promises(scope: Scope) -> Queue:
    """Promises 承诺 of delivered replies that are to be kept."""
    return Queue(
        name="promises",
        title=Text(zh="要兑现的承诺", en="Promises to keep"),
        filters=AgendaFilter(machine="commitment"),
        scope=scope,
        todo=Text(
            zh="没有未兑现的承诺。答复里写明的承诺会出现在这里。",
            en="No promise is open. Promises of replies appear here.",
        ),
    )


def everything(name: str, title: Text, scope: Scope, todo: Text, *, press: bool = False) -> Queue:
    """All that is open in the scope."""
    return Queue(
        name=name, title=title, filters=AgendaFilter(), scope=scope, todo=todo, press=press
    )
