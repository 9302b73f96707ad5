"""What happened in the town before the first round; done anew, it changes nothing."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import uvicorn

from engine.errors import UnknownCongress
from tests.crash.house import House
from tests.crash.town import CONGRESSES, Doer, found_town, moment, opened_before, performing
from tests.crash.web import application_over


def begin(house: House) -> Doer:
    """Found the town, open the first cases, and let the worker have its first look."""
    if not _is_founded(house):
        found_town(house.database)
    doer = Doer(perform=performing(house.desk))
    for step in opened_before():
        doer.do(step, moment(-1, 9))
    house.deliver(moment(-1, 14))
    house.fire(moment(0, 9))
    return doer


def warm_web(house: House) -> None:
    """Import and build what a server imports and builds only when somebody asks it."""
    application = application_over(house)
    uvicorn.Config(application).load()
    anyio.run(anyio.lowlevel.checkpoint)
    asked = {"type": "http", "method": "GET", "path": "/nowhere", "root_path": "", "headers": []}
    for route in application.routes:
        route.matches(dict(asked))


def _is_founded(house: House) -> bool:
    try:
        with house.store.read(CONGRESSES[-1]):
            return True
    except UnknownCongress:
        return False
