"""Who may do what on the way to a star; every refusal says why and who can."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.distinctions.enums import (
    SHOWN,
    STAGES_OF,
    Deed,
    Happened,
    ObjectionState,
    Standing,
)
from linghang.distinctions.models import Case, Holding, Objection
from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.platform.calendar import clock

Answer = Allowed | Denied
READING = (Permission.VIEW_PUBLISHED, Permission.VIEW_SCORES)
VERIFYING = (Permission.RUN_EVALUATION, Permission.REVIEW_AGAIN)


def restrict_cases(scope: Scope) -> Q:
    """Return which cases the reader sees: public ones of the bureau, all where scores are seen."""
    return (scope.restrict(Permission.VIEW_PUBLISHED, "unit__path") & Q(stage__in=SHOWN)) | (
        scope.restrict(Permission.VIEW_SCORES, "unit__path")
    )


def restrict_units(scope: Scope, field: str = "unit__path") -> Q:
    """Return whose levels the reader sees: what is awarded is public in the bureau."""
    return scope.restrict(Permission.VIEW_PUBLISHED, field)


def can_apply(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader may apply for the unit: who records its life."""
    if scope.can(Permission.EDIT_RECORDS, unit.path):
        return Allowed()
    return Denied(_("The secretary of %(unit)s applies.") % {"unit": unit.name})


def can_recommend(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader may recommend units: the Party-affairs officer."""
    if scope.can(Permission.RUN_EVALUATION, unit.path):
        return Allowed()
    return Denied(_("The Party-affairs officer of the bureau does this."))


def can_see_reasons(scope: Scope, unit: Unit) -> bool:
    """Return whether the reader sees which conditions fail: who sees the unit's scores."""
    return bool(scope.can(Permission.VIEW_SCORES, unit.path))


def can_do(scope: Scope, case: Case, deed: Deed) -> Answer:
    """Return whether the reader may do the deed now; nobody passes their own work on to the next step."""
    if case.stage not in STAGES_OF[deed]:
        return Denied(
            _("“%(deed)s” does not come now; it stands at “%(stage)s”.")
            % {"deed": deed.label, "stage": case.standing.label}
        )
    return {
        Deed.VERIFY: _can_verify,
        Deed.DECIDE: _can_decide,
        Deed.AWARD: _can_award,
        Deed.STOP: _can_award,
        Deed.OBJECT: _can_object,
        Deed.WITHDRAW: _can_withdraw,
    }[deed](scope, case)


def _can_verify(scope: Scope, case: Case) -> Answer:
    if not any(scope.can(one, case.unit.path) for one in VERIFYING):
        return Denied(_("The Party-affairs officer or the supervisor verifies on the spot."))
    if case.opened_by_id is not None and case.opened_by_id == scope.user_id:
        return Denied(
            _("Nobody verifies what they sent. Another officer or the supervisor does it.")
        )
    return Allowed()


def _can_decide(scope: Scope, case: Case) -> Answer:
    if not scope.can(Permission.PUBLISH_EVALUATION, case.unit.path):
        return Denied(_("The Party committee decides; its secretary or officer records it."))
    if case.verified_by_id is not None and case.verified_by_id == scope.user_id:
        return Denied(_("Who verified does not record the decision. A committee leader does."))
    return Allowed()


def _can_award(scope: Scope, case: Case) -> Answer:
    if not scope.can(Permission.PUBLISH_EVALUATION, case.unit.path):
        return Denied(_("The Party committee awards; its secretary or officer records it."))
    if case.objections_until is not None and clock.today() <= case.objections_until:
        return Denied(
            _("Objections are taken until %(day)s; it can be awarded after that day.")
            % {"day": case.objections_until}
        )
    return Allowed()


def _can_object(scope: Scope, case: Case) -> Answer:
    if not scope.can(Permission.VIEW_PUBLISHED, case.unit.path):
        return Denied(_("Who belongs to the bureau may object."))
    if case.objections_until is not None and clock.today() > case.objections_until:
        return Denied(
            _("The objection period ended on %(day)s. Ask the Party-affairs officer.")
            % {"day": case.objections_until}
        )
    return Allowed()


def _can_withdraw(scope: Scope, case: Case) -> Answer:
    if scope.can(Permission.EDIT_RECORDS, case.unit.path):
        return Allowed()
    return Denied(_("The secretary of %(unit)s withdraws it.") % {"unit": case.unit.name})


def can_settle(scope: Scope, objection: Objection) -> Answer:
    """Return whether the reader may decide an objection: who neither raised it nor worked on it."""
    unit = objection.case.unit if objection.case else _demotion_unit(objection)
    if objection.state != ObjectionState.OPEN:
        return Denied(_("This objection has been decided."))
    if not scope.can(Permission.DECIDE_OBJECTIONS, unit.path):
        return Denied(_("The supervisor or a committee leader decides objections."))
    if objection.raised_by_id == scope.user_id:
        return Denied(_("Whoever raised an objection does not decide it."))
    if scope.user_id is not None and scope.user_id in list_involved(objection):
        return Denied(
            _("Who verified or recorded what is objected to does not decide. Another one does.")
        )
    return Allowed()


def list_involved(objection: Objection) -> set[int]:
    """Return the users who did what is objected to."""
    if objection.case is not None:
        found = {objection.case.opened_by_id, objection.case.verified_by_id}
        acts = objection.case.acts.all()  # all, so that lists can fetch them before
        found |= {act.by_id for act in acts if act.kind == Happened.DECIDED}
    else:
        assert objection.demotion is not None
        found = {objection.demotion.by_id}
    return {pk for pk in found if pk is not None}


def _demotion_unit(objection: Objection) -> Unit:
    assert objection.demotion is not None
    return objection.demotion.holding.unit


def can_demote(scope: Scope, holding: Holding) -> Answer:
    """Return whether the reader may record a demotion now: warned, and the grace is over."""
    if not scope.can(Permission.PUBLISH_EVALUATION, holding.unit.path):
        return Denied(_("The Party committee decides; its secretary or officer records it."))
    if holding.standing != Standing.WARNED:
        return Denied(_("Only a level whose conditions failed at the review can be taken away."))
    if holding.rectify_until is not None and clock.today() <= holding.rectify_until:
        return Denied(
            _("The unit has until %(day)s to put it right; nothing is decided before.")
            % {"day": holding.rectify_until}
        )
    return Allowed()


def can_appeal(scope: Scope, holding: Holding) -> Answer:
    """Return whether the reader may appeal against the demotion: the unit, within its days."""
    demotion = getattr(holding, "demotion", None)
    if demotion is None:
        return Denied(_("Nothing was taken away."))
    if not scope.can(Permission.EDIT_RECORDS, holding.unit.path):
        return Denied(_("The secretary of %(unit)s appeals.") % {"unit": holding.unit.name})
    if clock.today() > demotion.appeal_until:
        return Denied(_("Appeals were taken until %(day)s.") % {"day": demotion.appeal_until})
    if demotion.appeals.exists():
        return Denied(_("There is an appeal already."))
    return Allowed()


def can_write_method(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader may write down how the unit does it."""
    if scope.can(Permission.EDIT_RECORDS, unit.path):
        return Allowed()
    return Denied(_("The secretary of %(unit)s writes it down.") % {"unit": unit.name})
