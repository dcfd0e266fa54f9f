"""What units and members have handed in or asked for, for whoever accepts and decides."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext

from linghang.platform.access import Permission, Scope
from linghang.portal.web.views.showing import link
from linghang.worklists import api as worklists


def list_to_decide(scope: Scope) -> list[dict[str, Any]]:
    """Return what the reader has to accept and to decide, as lines of what waits; two queries."""
    if not scope.can(Permission.ACCEPT_TASKS):
        return []
    to_accept, to_decide = worklists.count_to_decide(scope)
    accept = ngettext(
        "%(n)d task waits for your acceptance",
        "%(n)d tasks wait for your acceptance",
        to_accept,
    )
    later = ngettext(
        "%(n)d later day waits for your decision",
        "%(n)d later days wait for your decision",
        to_decide,
    )
    lines = [
        (to_accept, accept, "accept", "hourglass"),
        (to_decide, later, "decide", "calendar-event"),
    ]
    return [
        {
            "title": title % {"n": number},
            "href": link("worklists:tasks", state=state),
            "meta": "",
            "icon": icon,
        }
        for number, title, state, icon in lines
        if number
    ]
