"""Objections (异议): raised by anyone concerned, decided by somebody else, appealed once."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.evaluation.enums import ObjectionState, PublicationState
from linghang.evaluation.models import Objection, Publication, Score
from linghang.evaluation.queries import visible
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.services import correcting
from linghang.evaluation.services.publishing import PublicationRefused
from linghang.platform.access import Permission, Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang_core.periods import Deadline, load_calendar
from linghang_core.regulations import load_rules


def object_to(*, score: Score, criterion: str, text: str, actor: Any, scope: Scope) -> Objection:
    """Raise an objection to a published score, or to one criterion of it, and return it.

    A member objects to the own score, whoever belongs to a branch to that of the branch, each once
    to the same point. Raises PublicationRefused with the reason, as after the last day.
    """
    words = text.strip()
    with transaction.atomic():
        publication = _lock_publication(score)
        _insist_objectionable(publication, score, criterion, words, actor, scope)
        objection = Objection.objects.create(
            score=score,
            criterion=criterion,
            text=words[:500],
            raised_by=actor,
            raised_at=clock.now(),
            decide_by=_deadline("evaluation.decision").date,
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


def appeal_decision(*, objection: Objection, text: str, actor: Any, scope: Scope) -> Objection:
    """Take a rejected objection to the higher committee, once, and return the appeal.

    Whoever raised the objection appeals within the period that the decision named. Raises
    PublicationRefused with the reason.
    """
    words = text.strip()
    with transaction.atomic():
        locked = (
            Objection.objects.select_for_update(of=("self",))
            .select_related("score__run__scheme", "score__unit")
            .get(pk=objection.pk)
        )
        if locked.appeal_of_id is not None:
            raise PublicationRefused(_("This was the appeal; its decision is the last word."))
        if Objection.objects.filter(appeal_of=locked).exists():
            raise PublicationRefused(_("This objection has been appealed already."))
        if not visible.may_appeal(scope, locked):
            raise PublicationRefused(
                _("Only whoever raised the objection appeals, and only when it was rejected.")
            )
        if locked.appeal_until is None or clock.today() > locked.appeal_until:
            raise PublicationRefused(
                _("The period for an appeal ended on %(day)s. Ask the Party-affairs officer.")
                % {"day": locked.appeal_until or "–"}
            )
        if not words:
            raise PublicationRefused(_("Say in one sentence what is wrong."))
        appeal = Objection.objects.create(
            score=locked.score,
            criterion=locked.criterion,
            text=words[:500],
            raised_by=actor,
            raised_at=clock.now(),
            decide_by=_deadline("evaluation.appeal").date,
            appeal_of=locked,
        )
        audit.record(
            actor=actor,
            verb="appeal",
            target=appeal,
            label=f"{locked.score.run.period} {locked.criterion}",
            unit_path=locked.score.bureau_path,
            new={"criterion": locked.criterion, "text": appeal.text},
        )
    return appeal


def decide_objection(
    *, objection: Objection, uphold: bool, decision: str, actor: Any, scope: Scope
) -> Objection:
    """Decide an objection; if upheld, recompute with today's facts and issue a correction.

    Whoever ran the evaluation, raised the objection, could have raised it or decided it in the
    first instance does not decide it; an appeal is decided over the whole committee. Raises PublicationRefused with the
    reason.
    """
    words = decision.strip()
    with transaction.atomic():
        locked = (
            Objection.objects.select_for_update(of=("self",))
            .select_related("score__run__root", "score__run__scheme", "score__unit", "appeal_of")
            .get(pk=objection.pk)
        )
        _insist_decidable(locked, words, actor, scope)
        locked.state = ObjectionState.UPHELD if uphold else ObjectionState.REJECTED
        locked.decision = words[:1000]
        locked.decided_by = actor
        locked.decided_at = clock.now()
        if not uphold and locked.appeal_of_id is None:
            locked.appeal_until = _deadline("evaluation.appeal").date
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


def _insist_objectionable(
    publication: Publication, score: Score, criterion: str, words: str, actor: Any, scope: Scope
) -> None:
    if not visible.may_object(scope, score):
        raise PublicationRefused(
            _("You may object to your own score and to that of the branch you belong to.")
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
    before = Objection.objects.filter(
        score=score, criterion=criterion, raised_by=actor, appeal_of=None
    ).first()
    if before is not None:
        raise PublicationRefused(
            _(
                "You have objected to this already (%(state)s). See it under Objections; "
                "one that is rejected can be appealed once."
            )
            % {"state": ObjectionState(before.state).label}
        )


def _insist_decidable(objection: Objection, words: str, actor: Any, scope: Scope) -> None:
    if ObjectionState(objection.state).is_decided:
        raise PublicationRefused(_("This objection has been decided."))
    first = objection.appeal_of
    allowed = (
        visible.can_over(scope, Permission.DECIDE_OBJECTIONS, objection.score)
        if first is None
        else scope.can(Permission.DECIDE_OBJECTIONS, objection.score.run.root.path)
    )
    if not allowed:
        raise PublicationRefused(getattr(allowed, "reason", ""))
    if objection.score.run.actor_id is not None and objection.score.run.actor_id == actor.pk:
        raise PublicationRefused(
            _("Whoever ran the evaluation does not decide objections to it. Ask the supervisor.")
        )
    if first is not None and first.decided_by_id == actor.pk:
        raise PublicationRefused(
            _("Whoever decided the objection does not decide the appeal. Ask the committee leader.")
        )
    if objection.raised_by_id == actor.pk:
        raise PublicationRefused(_("Whoever raised an objection does not decide it."))
    if visible.may_object(scope, objection.score):
        raise PublicationRefused(
            _(
                "Whoever the score concerns does not decide the objection. "
                "A supervisor or committee leader of another branch decides."
            )
        )
    if not words:
        raise PublicationRefused(_("Give the reason of the decision."))


def _lock_publication(score: Score) -> Publication:
    """Who objects twice at the same moment, or while it is closed, comes one after the other."""
    found = (
        Publication.objects.select_for_update().defer("snapshot").filter(run=score.run_id).first()
    )
    if found is None:
        raise PublicationRefused(_("Only a published score can be objected to."))
    return found


def _deadline(code: str) -> Deadline:
    """The last day by the rule in force today."""
    today = clock.today()
    days = load_rules().find(code, today).whole("working_days")
    return load_calendar().add_working_days(today, days)
