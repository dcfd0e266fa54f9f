"""提出更正: a member says what is right about themselves, the branch decides, the answer stays."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.people.enums import FIELD_LABELS, SENSITIVE, RequestState
from linghang.people.models import CorrectionRequest, Person, PersonDetails
from linghang.people.services.detailing import DETAIL_FIELDS, read_value
from linghang.people.services.registering import MASKS, correct_people, find_paths
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock

YES, NO = ("是", "yes", "true"), ("否", "no", "false")


@transaction.atomic
def request_correction(
    *, person: Person, field: str, stated: str, reason: str, actor: Any
) -> CorrectionRequest:
    """Send in what is right about oneself, and return the request.

    Raises ValidationError without a reason, for a value that cannot be read or says nothing new, and
    while a request for the same field waits. The caller asks that the person is the reader.
    """
    if field not in FIELD_LABELS:
        raise ValidationError({"field": _("There is no such field.")}, code="field")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is wrong.")}, code="reason")
    if parse_value(field, stated) == read_value(person, field):
        raise ValidationError({"stated": _("This is what is recorded already.")}, code="same")
    if CorrectionRequest.objects.filter(
        person=person, field=field, state=RequestState.OPEN
    ).exists():
        raise ValidationError(
            {"field": _("A request for this field waits for the branch already.")}, code="waits"
        )
    request = CorrectionRequest.objects.create(
        person=person,
        field=field,
        stated=stated.strip(),
        reason=reason.strip(),
        sent_at=clock.now(),
    )
    _tell(request, "request_correction", actor, request.reason)
    return request


@transaction.atomic
def decide_request(
    *, request: CorrectionRequest, accepted: bool, answer: str, actor: Any
) -> CorrectionRequest:
    """Accept a request, which writes the stated value into the roster, or decline it; return it.

    Raises ValidationError for a decided one (saying by whom), without an answer when declining, and
    where the value contradicts the rules of the roster.
    """
    held = (
        CorrectionRequest.objects.select_for_update(of=("self",))
        .select_related("person", "decided_by")
        .get(pk=request.pk)
    )
    if held.state != RequestState.OPEN:
        raise ValidationError(
            _("%(name)s has decided this on %(day)s: %(state)s.")
            % {
                "name": held.decided_by or "—",
                "day": timezone.localtime(held.decided_at).date() if held.decided_at else "—",
                "state": held.standing.label,
            },
            code="decided",
        )
    if not accepted and not answer.strip():
        raise ValidationError(
            {"answer": _("Tell the member why nothing is changed.")}, code="answer"
        )
    if accepted:
        correct_people(
            corrections=[(held.person, {held.field: parse_value(held.field, held.stated)})],
            reason=held.reason,
            actor=actor,
        )
    held.state = RequestState.ACCEPTED if accepted else RequestState.DECLINED
    held.answer = answer.strip()
    held.decided_by = actor if getattr(actor, "pk", None) else None
    held.decided_at = clock.now()
    held.save()
    _tell(held, "accept_correction" if accepted else "decline_correction", actor, held.answer)
    return held


def parse_value(name: str, text: str) -> Any:
    """Return the value a person wrote as the roster keeps it; ValidationError where it cannot be read."""
    model = PersonDetails if name in DETAIL_FIELDS else Person
    field: Any = model._meta.get_field(name)  # noqa: SLF001  Django's own public-by-use name
    written = text.strip()
    if not written:
        raise ValidationError({"stated": _("Write what is right.")}, code="stated")
    try:
        return field.clean(_read(field, written), None)
    except ValidationError as error:
        raise ValidationError({"stated": error.messages}, code="stated") from error


def _read(field: Any, written: str) -> Any:
    if isinstance(field, models.BooleanField):
        folded = written.casefold()
        if folded in YES or folded in NO:
            return folded in YES
        raise ValidationError(_("Write yes or no."), code="yes_no")
    if isinstance(field, models.DateField):
        return written.replace("/", "-").replace(".", "-")
    if field.choices:
        words = {str(label): code for code, label in field.choices}
        if written not in words and written not in words.values():
            raise ValidationError(
                _("Write one of: %(words)s.") % {"words": "、".join(words)}, code="choice"
            )
        return words.get(written, written)
    return written


def _tell(request: CorrectionRequest, verb: str, actor: Any, reason: str) -> None:
    stated = request.stated
    shown = MASKS[request.field](stated) if request.field in SENSITIVE else stated
    audit.record(
        actor=actor,
        verb=verb,
        target=request.person,
        unit_path=find_paths([request.person]).get(request.person.pk, ""),
        new={request.field: shown},
        reason=reason,
    )
