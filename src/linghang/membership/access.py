"""Who may take which step of somebody's application; every refusal says who can."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.membership.models import Application
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang_core.regulations import Step

Answer = Allowed | Denied


def can_open(scope: Scope) -> Answer:
    """Return whether the reader may take in an application: who records the life of a branch."""
    return scope.can(Permission.EDIT_RECORDS)


def can_take(scope: Scope, application: Application, step: Step) -> Answer:
    """Return whether the reader may record this step: the branch its own, the superior theirs."""
    if scope.person_id is not None and scope.person_id == application.person_id:
        return Denied(_("Nobody records the steps of their own way. The branch committee does."))
    if application.standing.is_final:
        return Denied(_("This way has ended: nothing more is recorded."))
    if step.by_superior:
        if scope.can(Permission.EDIT_PEOPLE, application.unit.path):
            return Allowed()
        return Denied(
            _("The superior committee takes this step; its Party-affairs officer records it.")
        )
    if scope.can(Permission.EDIT_RECORDS, application.unit.path):
        return Allowed()
    return Denied(
        _("The branch takes this step; the committee of %(unit)s records it.")
        % {"unit": application.unit.name}
    )


def can_move(scope: Scope, application: Application) -> Answer:
    """Return whether the reader may let an applicant go on in another branch: who keeps the people."""
    if application.standing.is_final:
        return Denied(_("This way has ended: nothing more is recorded."))
    if application.joined_on is not None:
        return Denied(_("A member on probation is transferred; the way follows the transfer."))
    if scope.can(Permission.EDIT_PEOPLE, application.unit.path):
        return Allowed()
    return Denied(_("The Party-affairs officer moves an applicant to another branch."))


def can_change(scope: Scope, application: Application) -> Answer:
    """Return whether the reader may end the application or take back its last step."""
    if scope.person_id is not None and scope.person_id == application.person_id:
        return Denied(_("Nobody records the steps of their own way. The branch committee does."))
    if application.standing.is_final:
        return Denied(_("This way has ended: nothing more is recorded."))
    if scope.can(Permission.EDIT_RECORDS, application.unit.path):
        return Allowed()
    return Denied(
        _("The committee of %(unit)s or the Party-affairs officer may do this.")
        % {"unit": application.unit.name}
    )
