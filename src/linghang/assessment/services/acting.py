"""What every act in a round has in common: the row taken, what was seen compared, the act written down."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from linghang.assessment.enums import Happened
from linghang.assessment.models import Act, Round, Sheet, Subject
from linghang.people.api import compute_scope
from linghang.platform.access import Allowed, Denied, Scope
from linghang.platform.acts import check_seen, known
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


def scope_of(actor: Any) -> Scope | None:
    """Return the scope of the actor today; None for the system, which may do everything."""
    return compute_scope(actor) if known(actor) is not None else None


def insist(answer: Allowed | Denied) -> None:
    """Raise ValidationError with the reason when the answer is no."""
    if isinstance(answer, Denied):
        raise ValidationError(answer.reason, code="denied")


def take_round(round_: Round, seen: str | None = "") -> Round:
    """Return the round with its row taken; raises ValidationError when it is not as it was seen."""
    rows = Round.objects.select_for_update(of=("self",)).select_related("root", "form")
    taken: Round = rows.get(pk=round_.pk)
    check_seen(taken, seen)
    return taken


def take_subject(subject: Subject, seen: str | None = "") -> Subject:
    """Return the subject with its row taken; raises ValidationError when it is not as it was seen."""
    rows = Subject.objects.select_for_update(of=("self",))
    taken: Subject = rows.select_related("unit", "person", "round__form", "round__root").get(
        pk=subject.pk
    )
    check_seen(taken, seen)
    return taken


def take_sheet(sheet: Sheet, seen: str | None = "") -> Sheet:
    """Return the sheet with its row taken; raises ValidationError when it is not as it was seen.

    The round's row is taken first: nobody hands in while somebody fixes the marks.
    """
    Round.objects.select_for_update().get(subjects__sheets=sheet.pk)
    rows = Sheet.objects.select_for_update(of=("self",))
    taken: Sheet = rows.select_related(
        "subject__unit", "subject__person", "subject__round__form", "subject__round__root", "rater"
    ).get(pk=sheet.pk)
    check_seen(taken, seen)
    return taken


def note(
    round_: Round,
    kind: Happened,
    *,
    actor: Any,
    subject: Subject | None = None,
    sheet: Sheet | None = None,
    reason: str = "",
    new: dict[str, Any] | None = None,
) -> Act:
    """Write the act and its audit row; the trail never says who marked whom how."""
    audit.record(
        actor=actor,
        verb=f"assessment.{kind.value}",
        target=round_,
        unit_path=(subject.unit if subject is not None else round_.root).path,
        new=new or {},
        reason=reason if sheet is None else "",
    )
    act: Act = Act.objects.create(
        round=round_,
        subject=subject,
        sheet=sheet,
        kind=kind,
        reason=reason.strip(),
        at=clock.now(),
        by=known(actor),
    )
    return act
