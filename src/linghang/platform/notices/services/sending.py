"""Putting notices in front of people, and taking them away again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.notices import hours, queries
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.models import Notice
from linghang.platform.notices.registry import NoticeDraft

AT_ONCE = 500  # keys asked for in one query


@transaction.atomic
def send_notices(
    *, drafts: Iterable[NoticeDraft], actor: Any, since: datetime | None = None
) -> int:
    """Put the notices in front of their recipients at once and return how many are new.

    A key the person was sent before is left out. Nothing leaves the product here: messages are composed
    and sent by a job, in working hours. What is made today is in the digest of the next working morning
    (`deliver_after`). Raises ValueError for an unknown kind and for an
    address that is not a path of the product. `since` is the moment they hold from, where that is earlier:
    the reminders of a day hold from its midnight, whenever they are gathered.
    """
    wanted = {(draft.recipient_id, draft.key): draft for draft in drafts}
    for draft in wanted.values():
        _insist_on_sense(draft)
    known = _list_known(list(wanted))
    fresh = [draft for identity, draft in wanted.items() if identity not in known]
    if not fresh:
        return 0
    moment = clock.now()
    morning = hours.next_morning(since or moment)
    Notice.objects.bulk_create(
        [
            Notice(
                recipient_id=draft.recipient_id,
                key=draft.key,
                about=draft.key.rpartition(":")[0] or draft.key,
                kind=draft.kind,
                title=draft.title[:200],
                body=draft.body[:600],
                url=draft.url,
                unit_path=draft.unit_path,
                created_at=moment,
                deliver_after=morning,
            )
            for draft in fresh
        ],
        ignore_conflicts=True,  # another process may have sent the same key a moment ago
        batch_size=AT_ONCE,
    )
    kinds = Counter(str(draft.kind) for draft in fresh)
    audit.record(
        actor=actor,
        verb="notices.send",
        label=_("notices"),
        new={"count": len(fresh), "kinds": dict(sorted(kinds.items()))},
    )
    queries.forget_unread(draft.recipient_id for draft in fresh)
    return len(fresh)


@transaction.atomic
def settle_notices(*, about: Sequence[str]) -> int:
    """Mark as read every unread notice about these things and return how many there were.

    Called when a thing is done: its reminders leave by themselves. `about` is the key without its last
    part ("task-due:123"). It needs no audit entry: the act that settled them has one.
    """
    waiting = Notice.objects.filter(about__in=about, read_at__isnull=True)
    recipients = set(waiting.values_list("recipient_id", flat=True))
    settled = waiting.update(read_at=clock.now()) if recipients else 0
    queries.forget_unread(recipients)
    return settled


@transaction.atomic
def read_notice(*, notice: Notice, actor: Any) -> None:
    """Mark one's own notice as read; only its recipient is known by the query that found it."""
    if Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=clock.now()):
        queries.forget_unread([actor.pk])


@transaction.atomic
def read_all_notices(*, actor: Any) -> int:
    """Mark all of one's own notices as read and return how many were unread."""
    changed = Notice.objects.filter(recipient=actor, read_at__isnull=True).update(
        read_at=clock.now()
    )
    queries.forget_unread([actor.pk])
    return changed


def _insist_on_sense(draft: NoticeDraft) -> None:
    NoticeKind(draft.kind)
    if draft.url and (not draft.url.startswith("/") or draft.url.startswith(("//", "/\\"))):
        raise ValueError(f"a notice leads to a path of the product, not to {draft.url!r}")
    if not draft.key or len(draft.key) > 120:
        raise ValueError(f"a key of 1 to 120 signs, not {draft.key!r}")


def _list_known(wanted: list[tuple[int, str]]) -> set[tuple[int, str]]:
    """Return which of (recipient, key) were sent before, one query for every 500."""
    known: set[tuple[int, str]] = set()
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        known |= set(
            Notice.objects.filter(
                recipient_id__in={recipient for recipient, _ in part}, key__in={k for _, k in part}
            ).values_list("recipient_id", "key")
        )
    return known
