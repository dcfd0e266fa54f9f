"""What an item says in words: whom it asks, and by when."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.people.models import Post
from linghang.worklists.enums import Cadence, Owner
from linghang.worklists.mapping.drafts import ItemDraft
from linghang.worklists.models import Item


def say_owner(item: Item | ItemDraft, posts: Mapping[str, Post] | None = None) -> str:
    """Return in words whom an item is asked of; `posts` by code name those of drafts."""
    if item.owner == Owner.POST:
        return str((posts or {}).get(str(item.post), item.post))
    if isinstance(item, ItemDraft):
        named = [record.name for record in (*item.units, *item.persons)]  # type: ignore[attr-defined]
        if named:
            first = "、".join(named[:2])
            return (
                first
                if len(named) <= 2
                else ngettext(
                    "%(first)s and %(count)d other",
                    "%(first)s and %(count)d others",
                    len(named) - 2,
                )
                % {"first": first, "count": len(named) - 2}
            )
    return str(Owner(item.owner).label)


def say_due(item: Item | ItemDraft) -> str:
    """Return in words by when an item is due."""
    if item.cadence:
        return str(Cadence(item.cadence).label)
    if item.due_on is not None:
        return date_format(item.due_on, "Y-m-d")
    if item.due_in is not None:
        return ngettext("%(count)d working day", "%(count)d working days", item.due_in) % {
            "count": item.due_in
        }
    return _("not said")
