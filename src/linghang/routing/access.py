"""Who may do what with a raised problem; every refusal says who can."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.platform.calendar import clock
from linghang.routing.enums import AT_UNIT, NEXT, EscalateTo, Outcome
from linghang.routing.models import Case

Answer = Allowed | Denied


def may(scope: Scope, case: Case, outcome: Outcome) -> Answer:
    """Return whether the reader may end the present leg in this way, now."""
    if outcome not in NEXT[case.standing]:
        return Denied(
            _("This is not possible while the problem is “%(stage)s”.")
            % {"stage": case.standing.label}
        )
    if outcome in {Outcome.ACCEPTED, Outcome.ASSIGNED, Outcome.DECLINED, Outcome.MERGED}:
        return can_route(scope, case)
    if outcome in {Outcome.HANDED_OVER, Outcome.SENT_BACK}:
        return can_work(scope, case) or can_route(scope, case)
    if outcome in {Outcome.CONFIRMED, Outcome.NOT_SOLVED}:
        return can_confirm(scope, case)
    if outcome is Outcome.REOPENED:
        return can_reopen(scope, case)
    return can_work(scope, case)


def can_route(scope: Scope, case: Case) -> Answer:
    """Return whether the reader is the middle office here, or the back office it was escalated to."""
    if scope.can(Permission.ROUTE_PROBLEMS, case.front.path):
        return Allowed()
    if is_escalated(case, EscalateTo.BACK) and scope.can(Permission.SIGN_OFF, case.front.path):
        return Allowed()
    return Denied(_("Raised problems are routed by the middle office: your Party-affairs officer."))


def can_work(scope: Scope, case: Case) -> Answer:
    """Return whether the reader works in the unit that has the problem now, or has it in hand."""
    if case.unit is None or case.stage not in AT_UNIT:
        return Denied(_("No unit has this problem in hand now."))
    if case.person_id is not None and case.person_id == scope.person_id:
        return Allowed()
    if scope.can(Permission.EDIT_RECORDS, case.unit.path):
        return Allowed()
    return Denied(
        _("This is for %(unit)s: its secretary, or the person who has it in hand.")
        % {"unit": case.unit.name}
    )


def can_confirm(scope: Scope, case: Case) -> Answer:
    """Return whether the reader may say that it is solved: who raised it, never who answered."""
    if case.answered_by_id is not None and case.answered_by_id == scope.user_id:
        return Denied(
            _("Nobody confirms their own answer. %(who)s or the Party-affairs officer confirms it.")
            % {"who": case.raiser}
        )
    own = case.raised_by_id is not None and case.raised_by_id == scope.user_id
    if own or scope.can(Permission.EDIT_RECORDS, case.front.path):
        return Allowed()
    if scope.can(Permission.ROUTE_PROBLEMS, case.front.path):
        return Allowed()
    return Denied(
        _("%(who)s, who raised it, says whether it is solved; or the secretary of %(unit)s.")
        % {"who": case.raiser, "unit": case.front.name}
    )


def can_reopen(scope: Scope, case: Case) -> Answer:
    """Return whether the reader may bring a solved problem back: its front or the middle office."""
    own = case.raised_by_id is not None and case.raised_by_id == scope.user_id
    if own or scope.can(Permission.EDIT_RECORDS, case.front.path):
        return Allowed()
    return can_route(scope, case)


def can_add_files(scope: Scope, case: Case) -> Answer:
    """Return whether the reader may add files: everybody on the way while it runs."""
    if case.standing.is_final:
        return Denied(_("The problem is closed; reopen it to add something."))
    own = case.raised_by_id is not None and case.raised_by_id == scope.user_id
    if own or scope.can(Permission.EDIT_RECORDS, case.front.path):
        return Allowed()
    return can_route(scope, case) or can_work(scope, case)


def is_escalated(case: Case, to: EscalateTo | None = None) -> bool:
    """Return whether the clock of the present stage has run out: from that moment on, by itself."""
    late = case.stage_due_at is not None and case.stage_due_at < clock.now()
    return late and (to is None or case.escalate_to == to)
