"""Who plans a class, calls the roll and confirms hours; every refusal says who can."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.study.models import Claim, Lecture, Roster, StudyClass

Answer = Allowed | Denied


def can_plan(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader plans classes of the unit, calls their roll and prints their book."""
    if scope.can(Permission.EDIT_RECORDS, unit.path):
        return Allowed()
    return Denied(
        _("Who records the life of %(unit)s plans its study: its secretary or committee.")
        % {"unit": unit.name}
    )


def can_change(scope: Scope, study_class: StudyClass) -> Answer:
    """Return whether the reader changes the class: whoever plans it, until it is called off."""
    if study_class.called_off_on is not None:
        return Denied(_("This class was called off: nothing is changed any more."))
    return can_plan(scope, study_class.unit)


def can_see_hours(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader sees the hours of every member of the unit."""
    return scope.can(Permission.VIEW_PEOPLE, unit.path)


def can_decide(scope: Scope, claim: Claim) -> Answer:
    """Return whether the reader confirms the claim: who records for the unit, never their own."""
    if scope.person_id is not None and scope.person_id == claim.person_id:
        return Denied(_("Nobody confirms their own hours. Another who records for the unit does."))
    if scope.can(Permission.EDIT_RECORDS, claim.unit.path):
        return Allowed()
    return Denied(_("The secretary of %(unit)s confirms this.") % {"unit": claim.unit.name})


def can_claim(scope: Scope, roster: Roster) -> Answer:
    """Return whether the reader takes lectures of the roster: who belongs to its unit or below."""
    belongs = any(path.startswith(roster.unit.path) for _pk, _name, path in scope.home_units)
    if scope.person_id is not None and belongs:
        return Allowed()
    return Denied(
        _("Who belongs to %(unit)s takes lectures of this roster.") % {"unit": roster.unit.name}
    )


def can_attach(scope: Scope, lecture: Lecture) -> bool:
    """Return whether the reader adds slides or a recording: the lecturer, or who plans the roster."""
    own = scope.person_id is not None and scope.person_id == lecture.person_id
    return own or bool(can_plan(scope, lecture.roster.unit))
