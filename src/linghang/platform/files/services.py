"""Attaching files to records, taking them back, and removing what nothing holds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.files import queries, registry, storage
from linghang.platform.files.enums import Secrecy
from linghang.platform.files.examination import Examined, examine_file
from linghang.platform.files.models import Attachment, StoredFile

MOST_PER_RECORD = 20
GRACE_DAYS = 30
UNFINISHED_SECONDS = 24 * 3600


def store_file(
    *,
    owner: models.Model,
    upload: Any,
    actor: Any,
    note: str = "",
    secrecy: str = Secrecy.INTERNAL,
) -> Attachment:
    """Attach one file to a record and return it; see `store_files`."""
    return store_files(owner=owner, uploads=[upload], actor=actor, note=note, secrecy=secrecy)[0]


@transaction.atomic
def store_files(
    *,
    owner: models.Model,
    uploads: Sequence[Any],
    actor: Any,
    note: str = "",
    secrecy: str = Secrecy.INTERNAL,
) -> list[Attachment]:
    """Attach files to a record, all or none, and return them in order.

    `uploads` are files of a form or `Examined` ones. The caller has asked whether the actor may add
    here. Raises ValidationError for what cannot be taken in, for a content the record has already,
    and when the record would carry more than MOST_PER_RECORD.
    """
    if secrecy == Secrecy.SECRET:
        raise ValidationError(
            _("State secrets must not enter this system; ask your confidentiality officer."),
            code="secret",
        )
    examined = [u if isinstance(u, Examined) else examine_file(u) for u in uploads]
    kind = registry.type_of(owner)
    type(owner)._default_manager.select_for_update().get(pk=owner.pk)  # noqa: SLF001  one at a time
    standing = {
        found.file.sha256: found.name
        for found in queries.list_files(owner).filter(withdrawn_at=None)
    }
    _insist_on_room(standing, examined)
    made = [
        Attachment.objects.create(
            file=_keep(each),
            owner_type=kind,
            owner_id=owner.pk,
            name=each.name,
            note=note,
            secrecy=secrecy,
            added_by=_user_of(actor),
            added_at=clock.now(),
        )
        for each in examined
    ]
    audit.record(
        actor=actor,
        verb="files.add",
        target=owner,
        unit_path=_path_of(kind, owner.pk),
        new={"files": [each.name for each in examined]},
    )
    return made


@transaction.atomic
def withdraw_file(*, attachment: Attachment, reason: str, actor: Any) -> Attachment:
    """Take a file back; it stays listed without its content. Raises ValidationError when it is already."""
    found = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if found.withdrawn_at is not None:
        raise ValidationError(_("This file was taken back already."), code="done")
    if not reason.strip():
        raise ValidationError(_("Say why."), code="reason")
    found.withdrawn_at, found.withdrawn_by = clock.now(), _user_of(actor)
    found.withdrawn_reason = reason.strip()[:200]
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    audit.record(
        actor=actor,
        verb="files.withdraw",
        label=found.name,
        unit_path=_path_of(found.owner_type, found.owner_id),
        old={"record": f"{found.owner_type} {found.owner_id}", "file": found.name},
        reason=reason,
    )
    return found


def clean_files(*, actor: Any = None) -> int:
    """Remove the contents that nothing has held for GRACE_DAYS; return how many.

    What is attached to a record that no longer exists is taken back first, so that it goes after the
    same days. Bytes without any row (a write whose transaction was undone) go after a day.
    """
    with transaction.atomic():
        _withdraw_ownerless(actor)
        loose = list(queries.filter_loose(clock.now() - timedelta(days=GRACE_DAYS)))
        StoredFile.objects.filter(pk__in=[file.pk for file in loose]).update(removed_at=clock.now())
        if loose:
            audit.record(
                actor=actor, verb="files.clean", label=_("files"), new={"removed": len(loose)}
            )
    for file in loose:
        storage.remove(file.sha256)
    _remove_unknown()
    return len(loose)


def _insist_on_room(standing: dict[str, str], examined: Sequence[Examined]) -> None:
    known = dict(standing)
    for each in examined:
        if each.sha256 in known:
            raise ValidationError(
                _("%(name)s is attached here already, as %(known)s.")
                % {"name": each.name, "known": known[each.sha256]},
                code="double",
            )
        known[each.sha256] = each.name
    if len(known) > MOST_PER_RECORD:
        raise ValidationError(
            _("A record carries at most %(most)d files. One that shows the result is enough.")
            % {"most": MOST_PER_RECORD},
            code="many",
        )


def _keep(each: Examined) -> StoredFile:
    """Return the row of a content; its bytes are there, also when they had been removed before."""
    storage.write(each.sha256, each.data)
    if each.small:
        storage.write(each.sha256, each.small, storage.SMALL)
    stored, _made = StoredFile.objects.get_or_create(
        sha256=each.sha256,
        defaults={
            "type": each.type,
            "size": len(each.data),
            "has_small": bool(each.small),
            "created_at": clock.now(),
        },
    )
    if stored.removed_at is not None:
        stored.removed_at = None
        stored.save(update_fields=["removed_at"])
    return stored


def _withdraw_ownerless(actor: Any) -> None:
    standing = Attachment.objects.filter(withdrawn_at=None)
    for kind in standing.order_by().values_list("owner_type", flat=True).distinct():
        try:
            known = apps.get_model(kind)._default_manager.values("pk")  # noqa: SLF001
        except LookupError:
            continue  # its app is not installed now; it may come back
        standing.filter(owner_type=kind).exclude(owner_id__in=known).update(
            withdrawn_at=clock.now(),
            withdrawn_by=_user_of(actor),
            withdrawn_reason=_("the record no longer exists"),
        )


def _remove_unknown() -> None:
    known = set(StoredFile.objects.filter(removed_at=None).values_list("sha256", flat=True))
    for sha256, place in storage.list_kept():
        unfinished = place.suffix not in {"", storage.SMALL}
        if (unfinished or sha256 not in known) and (
            time.time() - place.stat().st_mtime > UNFINISHED_SECONDS
        ):
            place.unlink(missing_ok=True)


def _path_of(kind: str, pk: int) -> str:
    owner = registry.find_owner(kind)
    return owner.unit_path(pk) if owner is not None and owner.unit_path is not None else ""


def _user_of(actor: Any) -> Any:
    return actor if getattr(actor, "pk", None) else None
