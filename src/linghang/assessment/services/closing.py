"""Fixing the marks of a round, opening it again, calling it off: facts are written and withdrawn here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.assessment import access, queries
from linghang.assessment.enums import NEXT_ROUND, Happened, RoundState, SheetState
from linghang.assessment.models import Mark, Result, Round, Sheet
from linghang.assessment.queries import Outcome
from linghang.assessment.services import telling
from linghang.assessment.services.acting import insist, note, scope_of, take_round
from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.platform.acts import ask_reason, known
from linghang.platform.calendar import clock
from linghang.platform.notices.api import in_product_language

HAPPENED = {
    RoundState.CLOSED: Happened.CLOSED,
    RoundState.OPEN: Happened.REOPENED,
    RoundState.CANCELLED: Happened.CANCELLED,
}


@dataclass(frozen=True)
class Obstacle:
    """What stands against an act; `reason` where saying why overcomes it."""

    says: str
    reason: bool


@transaction.atomic
def move_round(
    *,
    round: Round,  # noqa: A002
    to: RoundState,
    actor: Any,
    reason: str = "",
    seen: str | None = "",
) -> Round:
    """Fix the marks of a round, open it again or call it off; return it.

    Fixing writes a result and a fact for each subject and kind of rater; opening again withdraws
    them with the reason. Raises ValidationError for whoever marked, and for what stands against it.
    """
    round_ = take_round(round, seen)
    if (scope := scope_of(actor)) is not None:
        answer = (
            access.can_lead(scope, round_.root)
            if to is RoundState.CANCELLED
            else access.can_close(scope, round_)
        )
        insist(answer)
    if to not in NEXT_ROUND[round_.standing]:
        raise ValidationError(
            _("This is not possible while the round is “%(state)s”.")
            % {"state": round_.standing.label},
            code="state",
        )
    outcome = queries.compute_outcome(round_) if to is RoundState.CLOSED else None
    obstacle = find_obstacle(round_, to, outcome)
    if obstacle is not None and not obstacle.reason:
        raise ValidationError(obstacle.says, code="obstacle")
    words = ask_reason(reason) if obstacle is not None else reason.strip()
    was = round_.standing
    round_.state = to
    round_.version += 1
    round_.closed_on = clock.today() if to is RoundState.CLOSED else None
    round_.closed_by = known(actor) if to is RoundState.CLOSED else None
    round_.save()
    if outcome is not None:
        _write_results(round_, outcome, actor=actor)
    elif was is RoundState.CLOSED and round_.form.raters:  # visits stand as they were signed
        withdraw_entries(list(round_.subjects.all()), reason=words)
        Result.objects.filter(subject__round=round_).delete()
    note(round_, HAPPENED[to], actor=actor, reason=words)
    if to is not RoundState.OPEN:
        telling.settle_round(round_)
    return round_


def find_obstacle(round_: Round, to: RoundState, outcome: Outcome | None = None) -> Obstacle | None:
    """Return what stands against the move, None if nothing does."""
    if to is RoundState.CANCELLED:
        return Obstacle(_("Say why the round is called off."), reason=True)
    if to is RoundState.OPEN:
        return Obstacle(
            _("The facts it wrote are withdrawn, and everybody sees that it was opened again."),
            reason=True,
        )
    marks = Mark.objects.filter(sheet__subject__round=round_)
    gone = marks.filter(sheet__state=SheetState.HANDED_IN, entry__withdrawn_at__isnull=False)
    if count := gone.count():
        return Obstacle(
            _(
                "%(count)d marks rest on a record that was withdrawn since: return these sheets, so that their raters choose another."
            )
            % {"count": count},
            reason=False,
        )
    unconfirmed = queries.filter_unconfirmed(marks).count()
    slips = Sheet.objects.filter(subject__round=round_, rater=None, confirmed_by=None).count()
    if unconfirmed or slips:
        return Obstacle(
            _("%(count)d pieces of evidence and slips wait for a second person.")
            % {"count": unconfirmed + slips},
            reason=False,
        )
    return _find_doubts(round_, outcome or queries.compute_outcome(round_))


def _find_doubts(round_: Round, outcome: Outcome) -> Obstacle | None:
    sheets = Sheet.objects.filter(subject__round=round_)
    says = []
    if missing := sheets.exclude(state=SheetState.HANDED_IN).count():
        says.append(
            _("%(count)d sheets are not handed in and will not count.") % {"count": missing}
        )
    if outlying := len(outcome.calibration.outlying):
        says.append(
            _(
                "%(count)d marks lie far from what the others of the team gave: talk them over first."
            )
            % {"count": outlying}
        )
    unsigned = round_.subjects.filter(signed_on=None).count() if round_.form.visit else 0
    if unsigned:
        says.append(_("%(count)d visits are not signed off.") % {"count": unsigned})
    return Obstacle(" ".join(says), reason=True) if says else None


def _write_results(round_: Round, outcome: Outcome, *, actor: Any) -> None:
    """Write what stands: one result and one fact for each subject and kind of rater that counts."""
    subjects = list(queries.list_subjects(round_))
    results: dict[int, list[Result]] = {subject.pk: [] for subject in subjects}
    for (subject, kind), mean in outcome.means.items():
        if mean.counted is not None:
            results[subject].append(
                Result(
                    subject_id=subject,
                    kind=kind,
                    raters=mean.raters,
                    raw=mean.raw,
                    quantity=mean.counted,
                )
            )
    Result.objects.bulk_create(
        [result for own in results.values() for result in own], batch_size=500
    )
    with in_product_language():
        title = round_.title
    write_entries(
        [
            EntryDraft(
                source=subject,
                kind=round_.form.fact_kind,
                unit_id=subject.unit_id,
                title=title,
                occurred_on=round_.span.last_day,
                judge_lateness=False,
                detail={result.kind: result.raters for result in own},
                facts=[
                    FactDraft(
                        kind=round_.form.fact_kind,
                        quantity=result.quantity,
                        unit_id=subject.unit_id,
                        person_id=subject.person_id,
                        occurred_on=round_.span.last_day,
                        status=result.kind,
                        verified=True,
                    )
                    for result in own
                ],
            )
            for subject in subjects
            if (own := results[subject.pk])
        ],
        actor=actor,
    )
