"""Who may do what in an appraisal; every refusal says who can."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.appraisal.enums import GROUP_OF, STAGES_OF, Deed, Stage
from linghang.appraisal.models import Appraisal, Participant
from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope

Answer = Allowed | Denied


def can_open(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader may open an appraisal of the branch: who records its life."""
    if scope.can(Permission.EDIT_RECORDS, unit.path):
        return Allowed()
    return Denied(_("The committee of %(unit)s opens its appraisal.") % {"unit": unit.name})


def can_do(
    scope: Scope, appraisal: Appraisal, deed: Deed, user_id: int | None, own: Participant | None
) -> Answer:
    """Return whether the reader may do the deed now; `own` is the reader's part in the appraisal.

    The branch does its own, the superior theirs; papers are counted by anybody who takes part.
    """
    if appraisal.stage == Stage.WITHDRAWN:
        return Denied(_("This appraisal was withdrawn: nothing more is recorded."))
    if appraisal.stage not in STAGES_OF[deed]:
        return Denied(
            _("“%(deed)s” does not come now; the appraisal stands at “%(stage)s”.")
            % {"deed": deed.label, "stage": appraisal.standing.label}
        )
    if deed.is_superiors:
        return _can_decide(scope, appraisal, user_id, own)
    if deed in GROUP_OF and own is not None and not own.excused:
        return Allowed()
    if scope.can(Permission.EDIT_RECORDS, appraisal.unit.path):
        return Allowed()
    return Denied(_("The committee of %(unit)s records this.") % {"unit": appraisal.unit.name})


def _can_decide(
    scope: Scope, appraisal: Appraisal, user_id: int | None, own: Participant | None
) -> Answer:
    if not scope.can(Permission.EDIT_PEOPLE, appraisal.unit.path):
        return Denied(_("The superior decides this; its Party-affairs officer records it."))
    if user_id is not None and user_id == appraisal.sent_by_id:
        return Denied(_("Nobody decides on what they sent. Another Party-affairs officer does."))
    if own is not None:
        return Denied(_("Nobody decides on an appraisal they are part of. Another officer does."))
    return Allowed()


def can_see_grades(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader sees grades, counts and self-appraisals: who decides or confirms."""
    if scope.can(Permission.EDIT_RECORDS, unit.path) or scope.can(
        Permission.EDIT_PEOPLE, unit.path
    ):
        return Allowed()
    return Denied(
        _("Grades are seen by the branch's committee and its superior; each member sees their own.")
    )


def can_see_list(scope: Scope, appraisal: Appraisal, own: Participant | None) -> Answer:
    """Return whether the reader sees the list of slips: who took part, decides or confirms."""
    if own is not None or can_see_grades(scope, appraisal.unit):
        return Allowed()
    return Denied(_("The list of slips is published to those who take part."))
