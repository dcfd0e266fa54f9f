"""The list of files on a record's page: `{% load files %}{% attached_files record %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.middleware.csrf import get_token

from linghang.platform.files import queries, registry
from linghang.platform.files.fields import AddFilesForm

register = template.Library()


@register.inclusion_tag("files/list.html", takes_context=True)
def attached_files(
    context: dict[str, Any], record: Any, title: str = "", *, empty: bool = True
) -> dict[str, Any]:
    """Show what is attached to a record and, to whoever may, the form to add; one query.

    With `empty=False` nothing is shown on a record without files to a reader who may not add any.
    """
    request = context["request"]
    kind = registry.type_of(record)
    owner = registry.find_owner(kind)
    scope = request.scope
    shown = owner is not None and owner.visible(scope, record.pk)
    files = list(queries.list_files(record)) if shown else []
    may_add = bool(shown and owner is not None and owner.may_add(scope, record.pk))
    held = bool(
        files
        and owner is not None
        and owner.may_withdraw is not None
        and not owner.may_withdraw(scope, record.pk)
    )
    return {
        "request": request,
        "csrf_token": get_token(request),
        "shown": shown and (files or may_add or empty),
        "title": title,
        "files": [
            (each, not held and may_withdraw(scope, each, may_add=may_add)) for each in files
        ],
        "may_add": may_add,
        "form": AddFilesForm(auto_id="files-%s"),
        "owner_type": kind,
        "owner_id": record.pk,
        "next": request.get_full_path(),
    }


def may_withdraw(scope: Any, attachment: Any, *, may_add: bool) -> bool:
    """Return whether the reader may take the file back: who added it, or whoever may add here."""
    own = attachment.added_by_id is not None and attachment.added_by_id == scope.user_id
    return attachment.withdrawn_at is None and (own or may_add)
