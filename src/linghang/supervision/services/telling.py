"""Notices of supervision: that something is asked and by when, never what. Others hear nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.api import users_with
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.notices.api import (
    DatedThing,
    NoticeDraft,
    NoticeKind,
    in_product_language,
    send_notices,
    settle_notices,
)
from linghang.supervision import queries
from linghang.supervision.enums import TO_ANSWER, ExaminationState
from linghang.supervision.models import Reply, RiskPoint

DAYS_BEFORE = 3


def tell_asked(replies: Sequence[Reply], *, actor: Any) -> None:
    """Tell units that they are asked, and until when."""
    with in_product_language():
        title = _("Please answer a self-examination until %(day)s")
    _send(replies, NoticeKind.ASSIGNED, "asked", title, actor)


def tell_urged(replies: Sequence[Reply], *, actor: Any) -> None:
    """Urge units that have not answered."""
    with in_product_language():
        title = _("Urged: the self-examination due %(day)s is not answered")
    _send(replies, NoticeKind.URGED, f"urged-{clock.today()}", title, actor)


def tell_due(reply: Reply, *, actor: Any) -> None:
    """Tell a unit its new last day."""
    with in_product_language():
        title = _("The self-examination is now due %(day)s")
    _send([reply], NoticeKind.DECIDED, f"due-{reply.version}", title, actor)


def tell_returned(reply: Reply, *, actor: Any) -> None:
    """Tell a unit that its answers came back; the reason stands on the page."""
    with in_product_language():
        title = _("The self-examination came back to you, due %(day)s")
    _send([reply], NoticeKind.RETURNED, f"returned-{reply.version}", title, actor)


def settle(reply_ids: Iterable[int]) -> None:
    """Take away what was told of replies that are answered or asked no more."""
    settle_notices(about=[f"supervision-reply:{pk}" for pk in reply_ids])


def tell_found(root: Unit, count: int, *, actor: Any) -> None:
    """Tell supervisors that there is something to look at, by number."""
    if not count:
        return
    today = clock.today()
    with in_product_language():
        title = _("%(count)d new hints to look at") % {"count": count}
    send_notices(
        drafts=[
            NoticeDraft(
                recipient_id=user,
                key=f"supervision-hints:{root.pk}:{today}-{count}",
                kind=NoticeKind.REVIEW,
                title=title,
                url=reverse("supervision:hints"),
                unit_path=root.path,
            )
            for user in _supervisors(root)
            if user != getattr(actor, "pk", None)
        ],
        actor=actor,
    )


def _supervisors(root: Unit) -> list[int]:
    return users_with(Permission.EDIT_SUPERVISION, [root.pk], clock.today())[root.pk]


def remind(today: date) -> Iterator[NoticeDraft]:
    """Yield what units owe within three days or late, and reviews that are late; few queries."""
    replies = list(
        Reply.objects.filter(
            state__in=TO_ANSWER,
            examination__state=ExaminationState.OPEN,
            due_on__lte=today + timedelta(days=DAYS_BEFORE),
        ).select_related("unit", "examination")
    )
    users = users_with(Permission.EDIT_RECORDS, [reply.unit_id for reply in replies], today)
    for reply in replies:
        late = reply.due_on < today
        title = _("Self-examination due %(day)s") % {"day": reply.due_on}
        occasion = f"{'late' if late else 'soon'}-{reply.due_on}"
        kind = NoticeKind.LATE if late else NoticeKind.DUE
        for user in users[reply.unit_id]:
            yield _draft(reply, user, kind, occasion, title)
    late_reviews: dict[Unit, int] = {}
    for risk in RiskPoint.objects.filter(retired=False, review_on__lt=today).select_related("root"):
        late_reviews[risk.root] = late_reviews.get(risk.root, 0) + 1
    for root, count in late_reviews.items():
        for user in _supervisors(root):
            yield NoticeDraft(
                recipient_id=user,
                key=f"supervision-reviews:{root.pk}:{today:%Y-%m}",
                kind=NoticeKind.LATE,
                title=_("%(count)d reviews of supervision are late") % {"count": count},
                url=f"{reverse('supervision:risks')}?standing=late",
                unit_path=root.path,
            )


def list_dates(scope: Scope, start: date, end: date) -> Iterable[DatedThing]:
    """Return the last days of what the reader's own unit is asked, in [start, end)."""
    return [
        DatedThing(
            uid=f"supervision-reply-{reply.pk}",
            day=reply.due_on,
            title=_("Self-examination: last day"),
            url=reverse("supervision:reply", args=[reply.pk]),
            unit_path=reply.unit.path,
        )
        for reply in queries.waiting_for(scope)
        if start <= reply.due_on < end
    ]


def _send(
    replies: Sequence[Reply], kind: NoticeKind, occasion: str, title: str, actor: Any
) -> None:
    users = users_with(Permission.EDIT_RECORDS, [reply.unit_id for reply in replies], clock.today())
    send_notices(
        drafts=[
            _draft(reply, user, kind, occasion, title % {"day": reply.due_on})
            for reply in replies
            for user in users[reply.unit_id]
        ],
        actor=actor,
    )


def _draft(reply: Reply, user: int, kind: NoticeKind, occasion: str, title: str) -> NoticeDraft:
    return NoticeDraft(
        recipient_id=user,
        key=f"supervision-reply:{reply.pk}:{occasion}",
        kind=kind,
        title=title,
        url=reverse("supervision:reply", args=[reply.pk]),
        unit_path=reply.unit.path,
    )
