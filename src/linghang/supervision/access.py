"""Who may do what in supervision: supervisors, and of a unit only those who answer for it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.supervision.enums import TO_ANSWER, ExaminationState
from linghang.supervision.models import Hint, Reply

Answer = Allowed | Denied


def can_edit(scope: Scope, root: Unit) -> Answer:
    """Return whether the reader may keep findings, risk points and hints of the bureau."""
    if scope.can(Permission.EDIT_SUPERVISION, root.path):
        return Allowed()
    return Denied(_("This is done by the supervisor of the bureau."))


def own_paths(scope: Scope) -> list[str]:
    """Return the paths of the very units whose records a post lets the reader enter."""
    return [g.prefix for g in scope.grants if g.permission is Permission.EDIT_RECORDS]


def can_answer(scope: Scope, reply: Reply) -> Answer:
    """Return whether the reader may answer for the unit: a post in the unit itself, while asked."""
    if reply.unit.path not in own_paths(scope):
        return Denied(
            _("%(unit)s answers itself: its secretary or a committee member.")
            % {"unit": reply.unit.name}
        )
    if reply.examination.state != ExaminationState.OPEN:
        return Denied(_("The self-examination has ended."))
    if reply.state not in TO_ANSWER:
        return Denied(_("The answers are handed in. The supervisor can return them to be changed."))
    return Allowed()


def can_decide(scope: Scope, hint: Hint) -> Answer:
    """Return whether the reader may decide what becomes of a hint: never of one about themselves."""
    if hint.person_id is not None and hint.person_id == scope.person_id:
        return Denied(_("This hint is about your own acts; another supervisor decides on it."))
    return can_edit(scope, hint.root)
