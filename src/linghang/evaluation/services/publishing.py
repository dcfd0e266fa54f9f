"""Publishing (公示、晾晒): a frozen snapshot with its digest, objections, closing."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.evaluation import mapping
from linghang.evaluation.enums import ObjectionState, PublicationState, RunState
from linghang.evaluation.models import Objection, Publication, Run, Score
from linghang.evaluation.queries import visible
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.services import correcting
from linghang.evaluation.services.running import check_period
from linghang.platform.access import Permission, Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.numbering import services as numbering
from linghang_core.periods import load_calendar

# 公示 takes five working days as a rule (general practice, standards §13.2); installations may
# give another number with each publication.
OBJECTION_WORKING_DAYS = 5


class PublicationRefused(Exception):  # noqa: N818 - it says what happened
    """The act on a publication or an objection cannot be done; the message says why."""


def publish_run(*, run: Run, actor: Any, working_days: int = OBJECTION_WORKING_DAYS) -> Publication:
    """Freeze the results of a run, open the objection period and return the publication.

    Raises PublicationRefused when the period is not over, the run has been replaced, or the same
    evaluation is public already.
    """
    today = clock.today()
    with transaction.atomic():
        locked = Run.objects.select_for_update().select_related("scheme", "root").get(pk=run.pk)
        _insist_publishable(locked)
        deadline = load_calendar().add_working_days(today, working_days)
        content = freeze(locked)
        number = numbering.take(f"evaluation.publication.{locked.root_id}.{today.year}")[0]
        publication = Publication.objects.create(
            run=locked,
            number=f"{today.year}-{number:03d}",
            published_at=clock.now(),
            published_on=today,
            published_by=actor,
            objections_until=deadline.date,
            deadline_provisional=deadline.provisional,
            snapshot=mapping.pack_snapshot(content),
            digest=hashlib.sha256(mapping.canonical(content)).hexdigest(),
        )
        locked.state = RunState.PUBLISHED
        locked.save(update_fields=["state"])
        audit.record(
            actor=actor,
            verb="publish_run",
            target=publication,
            unit_path=locked.root.path,
            new={
                "number": publication.number,
                "digest": publication.digest,
                "objections_until": deadline.date.isoformat(),
            },
        )
    run.state = RunState.PUBLISHED
    return publication


def freeze(run: Run) -> dict[str, Any]:
    """Return the content of a snapshot: enough to read and recompute the results for ever."""
    scores = run.scores.order_by("unit_id", "person_id", "pk").values_list(
        "pk", "result", "person__name", "unit__name"
    )
    return {
        "scheme": run.scheme.document,
        "scheme_digest": run.scheme.digest,
        "period": run.period,
        "root": {"id": run.root_id, "code": run.root.code, "name": run.root.name},
        "as_of_seq": run.as_of_seq,
        "digest": run.digest,
        "groups": run.summary["groups"],
        "scores": {
            str(pk): result | {"name": person or unit, "unit": unit}
            for pk, result, person, unit in scores
        },
    }


def object_to(*, score: Score, criterion: str, text: str, actor: Any, scope: Scope) -> Objection:
    """Raise an objection to a published score, or to one criterion of it, and return it.

    A member objects to the own score, a secretary to that of the own branch. Raises
    PublicationRefused after the last day of the period.
    """
    words = text.strip()
    publication = _publication_of(score)
    if not visible.may_object(scope, score):
        raise PublicationRefused(
            _("You may object to your own score, or as secretary to that of your branch.")
        )
    if (
        not PublicationState(publication.state).takes_objections
        or clock.today() > publication.objections_until
    ):
        raise PublicationRefused(
            _("The objection period ended on %(day)s. Ask the Party-affairs officer.")
            % {"day": publication.objections_until}
        )
    if not words:
        raise PublicationRefused(_("Say in one sentence what is wrong."))
    codes = {row.code for row in load(score.run.scheme).criteria}
    if criterion and criterion not in codes:
        raise PublicationRefused(_("The scheme has no criterion %(code)s.") % {"code": criterion})
    with transaction.atomic():
        objection = Objection.objects.create(
            score=score,
            criterion=criterion,
            text=words[:500],
            raised_by=actor,
            raised_at=clock.now(),
        )
        audit.record(
            actor=actor,
            verb="object",
            target=objection,
            label=f"{publication.number} {criterion}",
            unit_path=score.bureau_path,
            new={"criterion": criterion, "text": objection.text},
        )
    return objection


def decide_objection(
    *, objection: Objection, uphold: bool, decision: str, actor: Any, scope: Scope
) -> Objection:
    """Decide an objection; if upheld, recompute with today's facts and issue a correction.

    Whoever ran the evaluation, or raised the objection, does not decide it. Raises
    PublicationRefused with the reason.
    """
    words = decision.strip()
    with transaction.atomic():
        locked = (
            Objection.objects.select_for_update(of=("self",))
            .select_related("score__run__root", "score__run__scheme", "score__unit")
            .get(pk=objection.pk)
        )
        _insist_decidable(locked, words, actor, scope)
        locked.state = ObjectionState.UPHELD if uphold else ObjectionState.REJECTED
        locked.decision = words[:1000]
        locked.decided_by = actor
        locked.decided_at = clock.now()
        locked.save()
        if uphold:
            correction = correcting.issue_correction(
                score=locked.score, reason=words, actor=actor, objection=locked
            )
            locked.changed = correction is not None
            locked.save(update_fields=["changed"])
        audit.record(
            actor=actor,
            verb="decide_objection",
            target=locked,
            label=f"{locked.score.run.period} {locked.criterion}",
            unit_path=locked.score.bureau_path,
            new={"state": locked.state, "changed": locked.changed},
            reason=words,
        )
    return locked


def close_publication(*, publication: Publication, actor: Any) -> Publication:
    """Make a publication final once its objection period is over and all is decided."""
    with transaction.atomic():
        locked = Publication.objects.select_for_update().get(pk=publication.pk)
        if PublicationState(locked.state).is_closed:
            return locked
        if clock.today() <= locked.objections_until:
            raise PublicationRefused(
                _("Objections are taken until %(day)s; it can be closed after that day.")
                % {"day": locked.objections_until}
            )
        waiting = Objection.objects.filter(
            score__run=locked.run_id, state=ObjectionState.OPEN
        ).count()
        if waiting:
            raise PublicationRefused(
                _("%(count)d objections still wait for a decision.") % {"count": waiting}
            )
        corrected = locked.corrections.exists()
        locked.state = PublicationState.CORRECTED if corrected else PublicationState.FINAL
        locked.closed_at = clock.now()
        locked.save(update_fields=["state", "closed_at"])
        audit.record(
            actor=actor,
            verb="close_publication",
            target=locked,
            unit_path=publication.run.root.path,
            new={"state": locked.state},
        )
    return locked


def _insist_publishable(run: Run) -> None:
    period = check_period(run.scheme, run.period)
    if run.state == RunState.PUBLISHED:
        raise PublicationRefused(_("This result is public already."))
    if not RunState(run.state).may_be_published:
        raise PublicationRefused(
            _("This run is %(state)s; publish the latest one.")
            % {"state": RunState(run.state).label}
        )
    if clock.today() < period.end:
        raise PublicationRefused(
            _("%(period)s is not over; its result can be published from %(day)s.")
            % {"period": period.label(), "day": period.end}
        )
    before = Run.objects.filter(
        scheme__code=run.scheme.code,
        period=run.period,
        root=run.root_id,
        state=RunState.PUBLISHED,
    )
    if before.exists():
        raise PublicationRefused(
            _(
                "A result for %(period)s is public. Correct it; a published number is never replaced."
            )
            % {"period": period.label()}
        )


def _insist_decidable(objection: Objection, words: str, actor: Any, scope: Scope) -> None:
    if ObjectionState(objection.state).is_decided:
        raise PublicationRefused(_("This objection has been decided."))
    allowed = visible.can_over(scope, Permission.DECIDE_OBJECTIONS, objection.score)
    if not allowed:
        raise PublicationRefused(getattr(allowed, "reason", ""))
    if objection.score.run.actor_id is not None and objection.score.run.actor_id == actor.pk:
        raise PublicationRefused(
            _("Whoever ran the evaluation does not decide objections to it. Ask the supervisor.")
        )
    if objection.raised_by_id == actor.pk:
        raise PublicationRefused(_("Whoever raised an objection does not decide it."))
    if not words:
        raise PublicationRefused(_("Give the reason of the decision."))


def _publication_of(score: Score) -> Publication:
    found = Publication.objects.filter(run=score.run_id).first()
    if found is None:
        raise PublicationRefused(_("Only a published score can be objected to."))
    return found
