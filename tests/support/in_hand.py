"""Cases in hand: received and met, or made key suggestions."""

from __future__ import annotations

from tests.support.world import World

TOPIC = {
    "topic_number": 1,
    "topic_title": "校园周边交通",
    "lead_official": "official",
    "supervising_leader": "chairpersons",
    "decided_on": "2026-01-21",
    "decided_by": "主任会议",
}


def met(world: World) -> World:
    """Received and met, so that only the reply is still to come."""
    contact = {"on": "2026-01-21", "form": "phone", "rank": "staff", "summary": "沟通"}
    world.do("receive", "clerk-transport", subject=1)
    world.do("record_contact", "clerk-transport", subject=1, form=contact)
    return world
