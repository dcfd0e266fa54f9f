"""What other rooms may use of notices."""

from __future__ import annotations

from linghang.platform.access import Scope
from linghang.platform.notices import queries
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.models import Notice
from linghang.platform.notices.registry import (
    DatedThing,
    NoticeDraft,
    in_product_language,
    register_dates,
    register_reminder,
)
from linghang.platform.notices.services import send_notices, settle_notices

__all__ = [
    "DatedThing",
    "NoticeDraft",
    "NoticeKind",
    "in_product_language",
    "list_new",
    "register_dates",
    "register_reminder",
    "send_notices",
    "settle_notices",
]


def list_new(scope: Scope, most: int) -> tuple[list[Notice], int]:
    """Return the reader's unread notices, newest first, at most so many, and how many there are."""
    if scope.user_id is None:
        return [], 0
    number = queries.count_unread(scope.user_id)
    if not number:
        return [], 0
    rows = queries.unread(queries.visible_notices(scope)).order_by("-created_at", "-pk")[:most]
    return list(rows), number
