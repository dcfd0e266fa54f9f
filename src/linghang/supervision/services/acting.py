"""What every act of supervision has in common. Audit rows name a number, never what it says.

The audit trail is read by administrators who may not read supervision: what was written stays in
`models.Act`, encrypted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.api import compute_scope
from linghang.platform.access import Allowed, Denied, Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.notices.api import in_product_language
from linghang.supervision.enums import Subject, Verb
from linghang.supervision.models import Act


def user_of(actor: Any) -> Any:
    """Return the actor as a user, None for the system."""
    return actor if getattr(actor, "pk", None) else None


def scope_of(actor: Any) -> Scope | None:
    """Return the scope of the actor today; None for the system, which may do everything."""
    return compute_scope(actor) if user_of(actor) is not None else None


def insist(answer: Allowed | Denied) -> None:
    """Raise ValidationError with the reason when the answer is no."""
    if isinstance(answer, Denied):
        raise ValidationError(answer.reason, code="denied")


def require_reason(reason: str) -> str:
    """Return the reason without blanks around; raises ValidationError for none."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    return reason.strip()


def insist_seen(subject: Subject, record: Any, seen: str) -> None:
    """Raise ValidationError with who acted when the record is not as the person saw it."""
    if not seen or seen == record.seen:
        return
    act = Act.objects.filter(subject=subject, subject_id=record.pk).select_related("actor").first()
    if act is None:
        raise ValidationError(
            _("It was changed meanwhile. Nothing you sent was saved; look at it again."),
            code="changed",
        )
    raise ValidationError(
        _("Meanwhile (%(time)s) %(who)s: %(act)s. Nothing you sent was saved; look at it again.")
        % {
            "time": f"{timezone.localtime(act.at):%H:%M}",
            "who": act.actor or _("the system"),
            "act": Verb(act.verb).label,
        },
        code="changed",
    )


def note(
    subject: Subject,
    records: Sequence[models.Model],
    verb: Verb,
    *,
    root: Unit,
    actor: Any,
    reason: str = "",
) -> None:
    """Write the act on each record, and one audit row that names numbers only."""
    if not records:
        return
    now, user = clock.now(), user_of(actor)
    Act.objects.bulk_create(
        [
            Act(
                subject=subject,
                subject_id=record.pk,
                verb=verb,
                reason=reason[:400],
                at=now,
                actor=user,
            )
            for record in records
        ],
        batch_size=500,
    )
    audit.record(
        actor=actor,
        verb=f"supervision.{verb.value}",
        target=records[0] if len(records) == 1 else None,
        label=_label(subject, records),
        unit_path=root.path,
        new={} if len(records) == 1 else {"count": len(records)},
    )


@transaction.atomic
def record_look(subject: Subject, record: models.Model, *, root: Unit, actor: Any) -> None:
    """Write into the audit trail that somebody looked (law 9: each look at what is sensitive)."""
    audit.record(
        actor=actor,
        verb="supervision.look",
        target=record,
        label=_label(subject, [record]),
        unit_path=root.path,
    )


@transaction.atomic
def record_list_look(subject: Subject, *, root_path: str, actor: Any) -> None:
    """Write into the audit trail that somebody looked at a list: who is named there is sensitive too."""
    audit.record(
        actor=actor, verb="supervision.look", label=_label(subject, []), unit_path=root_path
    )


def _label(subject: Subject, records: Sequence[models.Model]) -> str:
    with in_product_language():
        word = str(subject.label)
    return f"{word} {records[0].pk}" if len(records) == 1 else word
