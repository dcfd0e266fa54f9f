"""Reading notices and messages."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Q, QuerySet

from linghang.platform.access import Permission, Scope
from linghang.platform.notices.enums import DeliveryState, NoticeKind, Timing
from linghang.platform.notices.models import Address, Delivery, Feed, Notice

UNREAD_LASTS_SECONDS = 60


def visible_notices(scope: Scope) -> QuerySet[Notice]:
    """Return the reader's own notices; nobody sees another's."""
    return Notice.objects.filter(recipient_id=scope.user_id)


def unread(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Keep what was not read yet."""
    return notices.filter(read_at__isnull=True)


def order_unread_first(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Sort: unread first, in each part the newest first."""
    return notices.alias(is_read=Q(read_at__isnull=False)).order_by("is_read", "-created_at", "-pk")


def visible_deliveries(scope: Scope) -> QuerySet[Delivery]:
    """Return every message sent outside, for who looks after the channels; nothing for others."""
    if not scope.can(Permission.SEND_NOTICES):
        return Delivery.objects.none()
    return Delivery.objects.select_related("recipient")


def count_unread(user_id: int) -> int:
    """Return how many notices of the person are unread: one indexed query, kept for a minute."""
    found = cache.get(_place(user_id))
    if found is None:
        found = Notice.objects.filter(recipient_id=user_id, read_at__isnull=True).count()
        cache.set(_place(user_id), found, UNREAD_LASTS_SECONDS)
    return int(found)


def forget_unread(user_ids: Iterable[int]) -> None:
    """Have the numbers of these persons counted anew, now and once what was written can be seen."""
    places = [_place(user_id) for user_id in set(user_ids)]
    if places:
        cache.delete_many(places)
        transaction.on_commit(lambda: cache.delete_many(places))


def _place(user_id: Any) -> str:
    return f"notices-unread-{user_id}"


# -- what is sent outside ---------------------------------------------------------------------------


def list_waiting(now: datetime) -> QuerySet[Delivery]:
    """Return the messages whose next try is due, the oldest first."""
    return Delivery.objects.filter(state=DeliveryState.WAITING, next_attempt_at__lte=now).order_by(
        "next_attempt_at", "pk"
    )


def list_addresses(channels: Collection[str]) -> QuerySet[Address]:
    """Return the addresses in use of these channels, of active persons who wish to be told outside."""
    return (
        Address.objects.filter(channel__in=channels, is_used=True, user__is_active=True)
        .exclude(user__notice_preference__timing=Timing.IN_APP)
        .select_related("user__notice_preference")
        .order_by("user_id", "channel")
    )


def timing_of(user: Any) -> Timing:
    """Return when the person wishes to be told; a daily digest unless said otherwise."""
    try:
        return Timing(user.notice_preference.timing)
    except ObjectDoesNotExist:
        return Timing.DIGEST


def list_fresh(user_ids: Collection[int], since: datetime, now: datetime) -> QuerySet[Notice]:
    """Return what these persons have neither read nor been told outside and may be told now."""
    urgent = [kind for kind in NoticeKind if kind.is_urgent]
    return Notice.objects.filter(
        Q(deliver_after__lte=now) | Q(kind__in=urgent),
        recipient_id__in=user_ids,
        read_at__isnull=True,
        composed_at__isnull=True,
        created_at__gt=since,
    ).order_by("recipient_id", "created_at", "pk")


def count_by_unit(
    since: datetime, now: datetime, unit: int | None
) -> dict[str, Counter[NoticeKind]]:
    """Return how many things waited from (since, now], by unit path and kind; of one unit's tree if given.

    A thing that several persons were told of counts once: its key is the same.
    """
    found = Notice.objects.filter(deliver_after__gt=since, deliver_after__lte=now)
    found = found.exclude(unit_path="")
    if unit is not None:
        found = found.filter(unit_path__contains=f"/{unit}/")
    counts: dict[str, Counter[NoticeKind]] = defaultdict(Counter)
    for path, kind, _key in found.values_list("unit_path", "kind", "key").distinct():
        counts[path][NoticeKind(kind)] += 1
    return dict(counts)


# -- wishes ----------------------------------------------------------------------------------------


def find_feed(token: str) -> Feed | None:
    """Return the calendar this token opens, None for an unknown or revoked one."""
    return Feed.objects.select_related("user").filter(token_hash=hash_token(token)).first()


def hash_token(token: str) -> str:
    """Return what is kept of a token. It is 32 random bytes: a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
