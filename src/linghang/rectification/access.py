"""Who may do what with problems. Nobody reviews what they handed in, nor two steps of one round."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.rectification.enums import TO_DO, ProblemState, Step
from linghang.rectification.models import Problem

NEEDED = {
    Step.FIRST_REVIEW: Permission.REVIEW_PROBLEMS,
    Step.SECOND_REVIEW: Permission.REVIEW_AGAIN,
    Step.SIGN_OFF: Permission.SIGN_OFF,
}


def find_reviewer(problem: Problem, step: Step) -> Unit:
    """Return the unit that looks at the problem in a step: the lead unit first, then the bureau.

    No unit looks at its own problem first while there is one above it.
    """
    root = problem.unit if problem.unit.parent_id is None else None
    if step is Step.FIRST_REVIEW:
        lead: Unit = problem.lead_unit or problem.unit
        return lead.parent or lead if lead.pk == problem.unit_id else lead
    if problem.book is not None:
        return problem.book.root
    return root or Unit.objects.get(path=problem.unit.root_path)


def can_edit(scope: Scope, record: Problem) -> Allowed | Denied:
    """Return whether the reader may rectify, hand in or correct the problem.

    Whoever keeps the records of its unit, and the person who answers for it.
    """
    if record.responsible_id is not None and record.responsible_id == scope.person_id:
        return Allowed()
    return scope.can(Permission.EDIT_RECORDS, record.unit.path)


def can_state(scope: Scope, unit: Unit) -> Allowed | Denied:
    """Return whether the reader may state a problem of the unit."""
    answer = scope.can(Permission.EDIT_RECORDS, unit.path)
    return answer or scope.can(Permission.REVIEW_AGAIN, unit.path)


def can_review(scope: Scope, problem: Problem) -> Allowed | Denied:
    """Return whether the reader may take the step the problem waits for."""
    if not problem.step:
        return Denied(_("It is not handed in for closure."))
    step = Step(problem.step)
    reviewer = find_reviewer(problem, step)
    if not scope.can(NEEDED[step], reviewer.path):
        return Denied(
            _("The %(step)s is made by %(unit)s.") % {"step": step.label, "unit": reviewer.name}
        )
    if problem.handed_in_by_id is not None and problem.handed_in_by_id == scope.user_id:
        return Denied(_("You handed it in yourself; somebody else reviews it."))
    if problem.responsible_id is not None and problem.responsible_id == scope.person_id:
        return Denied(_("You answer for this problem; somebody else reviews it."))
    if reviewer.pk != problem.unit_id and _keeps_records_of(scope, problem.unit):
        return Denied(
            _("You keep the records of %(unit)s; somebody else reviews its problem.")
            % {"unit": problem.unit.name}
        )
    return _deny_second(scope, problem)


def can_decide(scope: Scope, problem: Problem) -> Allowed | Denied:
    """Return whether the reader may grant a later day, open again or withdraw: not the unit itself."""
    reviewer = find_reviewer(problem, Step.FIRST_REVIEW)
    held = (Permission.REVIEW_PROBLEMS, reviewer.path), (Permission.REVIEW_AGAIN, problem.unit.path)
    if not any(scope.can(permission, path) for permission, path in held):
        return Denied(
            _("%(unit)s decides this, or who reviews a second time.") % {"unit": reviewer.name}
        )
    if problem.responsible_id is not None and problem.responsible_id == scope.person_id:
        return Denied(_("You answer for this problem; somebody else decides on it."))
    if reviewer.pk != problem.unit_id and _keeps_records_of(scope, problem.unit):
        return Denied(
            _("You keep the records of %(unit)s; somebody else decides on its problem.")
            % {"unit": problem.unit.name}
        )
    return Allowed()


def can_look_back(scope: Scope, problem: Problem) -> Allowed | Denied:
    """Return whether the reader may look back at what is kept up: not who handed it in."""
    if problem.handed_in_by_id is not None and problem.handed_in_by_id == scope.user_id:
        return Denied(_("You handed it in yourself; somebody else looks back at it."))
    return can_decide(scope, problem)


def can_correct(scope: Scope, problem: Problem) -> Allowed | Denied:
    """Return whether the reader may correct what the problem says.

    The unit does until it is handed in; what others look at or have closed, they correct.
    """
    if problem.state == ProblemState.WITHDRAWN:
        return Denied(_("The problem was withdrawn; its history stays as it is."))
    if problem.state in TO_DO:
        return can_edit(scope, problem)
    return can_decide(scope, problem)


def _deny_second(scope: Scope, problem: Problem) -> Allowed | Denied:
    """Refuse a second step of one round to whoever made an earlier one."""
    mine = problem.reviews.filter(round=problem.round, by_id=scope.user_id)
    if scope.user_id is not None and mine.exists():
        return Denied(_("You made an earlier review of it; this one is somebody else's."))
    return Allowed()


def _keeps_records_of(scope: Scope, unit: Unit) -> bool:
    """Return whether a post in this very unit lets the reader enter its records."""
    return any(
        grant.permission is Permission.EDIT_RECORDS and grant.prefix == unit.path
        for grant in scope.grants
    )
