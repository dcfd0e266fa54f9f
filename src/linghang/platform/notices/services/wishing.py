"""How a person wishes to be told, and the personal calendar address."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.notices import queries
from linghang.platform.notices.enums import Timing
from linghang.platform.notices.models import Address, Feed, Preference

TOKEN_BYTES = 32


@dataclass(frozen=True)
class Wish:
    """One channel of one person: the own address (empty to forget it) and whether it is used."""

    address: str
    is_used: bool


@transaction.atomic
def save_wishes(*, timing: Timing, addresses: Mapping[str, Wish], actor: Any) -> None:
    """Keep when and by which channels the person wishes to be told.

    The audit entry names channels, never addresses.
    """
    before = {row.channel: row for row in Address.objects.filter(user=actor)}
    old = {"timing": queries.timing_of(actor).value, "channels": _used(before.values())}
    Preference.objects.update_or_create(user=actor, defaults={"timing": timing})
    given = {name: wish for name, wish in addresses.items() if wish.address}
    Address.objects.filter(user=actor, channel__in=set(addresses) - set(given)).delete()
    rows = [
        Address(user=actor, channel=name, address=wish.address, is_used=wish.is_used)
        for name, wish in given.items()
    ]
    Address.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "channel"],
        update_fields=["address", "is_used"],
    )
    new = {"timing": Timing(timing).value, "channels": _used(rows)}
    audit.record(actor=actor, verb="notices.wish", label=str(actor), old=old, new=new)


@transaction.atomic
def make_feed(*, actor: Any) -> str:
    """Give the person a new calendar address, void the former, and return its token: it is shown once."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _feed, is_first = Feed.objects.update_or_create(
        user=actor, defaults={"token_hash": queries.hash_token(token), "created_at": clock.now()}
    )
    verb = "notices.make_feed" if is_first else "notices.replace_feed"
    audit.record(actor=actor, verb=verb, label=str(actor))
    return token


@transaction.atomic
def revoke_feed(*, actor: Any) -> bool:
    """Void the person's calendar address and return whether there was one."""
    gone, _by_model = Feed.objects.filter(user=actor).delete()
    if gone:
        audit.record(actor=actor, verb="notices.revoke_feed", label=str(actor))
    return bool(gone)


def _used(rows: Any) -> list[str]:
    return sorted(row.channel for row in rows if row.is_used)
