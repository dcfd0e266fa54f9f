"""Who may do what with lists and tasks. Nobody accepts their own work."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.worklists.enums import Acceptance
from linghang.worklists.models import Assignment, Worklist


def can_change_list(scope: Scope, worklist: Worklist) -> Allowed | Denied:
    """Return whether the reader may add, change and withdraw items: ISSUE_LISTS over its issuer."""
    return scope.can(Permission.ISSUE_LISTS, (worklist.issuer or worklist.root).path)


def can_accept_in_list(scope: Scope, worklist: Worklist) -> Allowed | Denied:
    """Return whether the reader may urge and accept in the list: ACCEPT_TASKS over its issuer."""
    return scope.can(Permission.ACCEPT_TASKS, (worklist.issuer or worklist.root).path)


def find_accepter(task: Assignment) -> Unit:
    """Return the unit that accepts the task, decides on later days, and may open it again.

    Of a task nobody has to accept, the unit that issued the list. No unit accepts its own work while
    there is one above it.
    """
    issuer: Unit = task.worklist.issuer or task.worklist.root
    found: Unit | None = issuer
    match Acceptance(task.item.acceptance):
        case Acceptance.SUPERIOR:
            found = task.unit if task.person_id else task.unit.parent
        case Acceptance.UNIT:
            found = task.item.accepter
    if found is None:
        found = issuer
    if task.person_id is None and found.pk == task.unit_id:
        return found.parent or found
    return found


def can_edit(scope: Scope, record: Assignment) -> Allowed | Denied:
    """Return whether the reader may record the result of the task, or ask for a later day.

    Of a unit's task whoever keeps its records; a personal task is the person's own, and whoever keeps
    the records of the unit may record it for them.
    """
    if record.person_id is not None and record.person_id == scope.person_id:
        return Allowed()
    answer = scope.can(Permission.EDIT_RECORDS, record.unit.path)
    if answer or record.person_id is None:
        return answer
    return Denied(
        _("%(person)s records this, or the secretary of %(unit)s.")
        % {"person": record.person, "unit": record.unit.name}
    )


def can_accept(scope: Scope, task: Assignment) -> Allowed | Denied:
    """Return whether the reader may accept or return the task; never their own work."""
    accepter = find_accepter(task)
    if not scope.can(Permission.ACCEPT_TASKS, accepter.path):
        return Denied(
            _("It is accepted by %(unit)s: by its secretary, its leaders or its officer.")
            % {"unit": accepter.name}
        )
    if task.finished_by_id is not None and task.finished_by_id == scope.user_id:
        return Denied(
            _("You handed it in yourself; somebody else of %(unit)s accepts it.")
            % {"unit": accepter.name}
        )
    return _deny_own(scope, task, accepter)


def can_decide(scope: Scope, task: Assignment) -> Allowed | Denied:
    """Return whether the reader may grant or refuse a later day; never for their own work."""
    accepter = find_accepter(task)
    if not scope.can(Permission.ACCEPT_TASKS, accepter.path):
        return Denied(
            _("%(unit)s decides on later days: its secretary, its leaders or its officer.")
            % {"unit": accepter.name}
        )
    return _deny_own(scope, task, accepter)


def can_correct(scope: Scope, task: Assignment) -> Allowed | Denied:
    """Return whether the reader may correct the task: once it is accepted, only who may accept it."""
    if task.accepted_on is None:
        return can_edit(scope, task)
    answer = can_decide(scope, task)
    if answer:
        return answer
    return Denied(
        _("It was accepted; %(unit)s corrects it, or returns it to you.")
        % {"unit": find_accepter(task).name}
    )


def can_urge(scope: Scope, task: Assignment) -> Allowed | Denied:
    """Return whether the reader may urge: ACCEPT_TASKS over the unit, or over who accepts; not oneself."""
    accepter = find_accepter(task)
    answer = scope.can(Permission.ACCEPT_TASKS, accepter.path)
    if not answer:
        answer = scope.can(Permission.ACCEPT_TASKS, task.unit.path)
    return _deny_own(scope, task, accepter) if answer else answer


def can_hand_over(scope: Scope, task: Assignment) -> Allowed | Denied:
    """Return whether the reader may give a personal task to somebody else: who keeps the records."""
    answer = scope.can(Permission.EDIT_RECORDS, task.unit.path)
    return answer or scope.can(Permission.ACCEPT_TASKS, task.unit.path)


def _deny_own(scope: Scope, task: Assignment, accepter: Unit) -> Allowed | Denied:
    """Refuse to those whose own work it is: the person asked, or who keeps the records of the unit."""
    if task.person_id is not None:
        if task.person_id != scope.person_id:
            return Allowed()
        return Denied(
            _("It is your own task; somebody else of %(unit)s decides.") % {"unit": accepter.name}
        )
    if accepter.pk != task.unit_id and task.unit.path in list_kept_paths(scope):
        return Denied(
            _("You keep the records of %(unit)s; %(accepter)s decides on its work.")
            % {"unit": task.unit.name, "accepter": accepter.name}
        )
    return Allowed()


def list_kept_paths(scope: Scope) -> list[str]:
    """Return the paths of the units in which a post of the reader's lets enter records."""
    return sorted(
        {
            grant.prefix
            for grant in scope.grants
            if grant.permission is Permission.EDIT_RECORDS
            and (grant.until is None or scope.on is None or scope.on < grant.until)
        }
    )
