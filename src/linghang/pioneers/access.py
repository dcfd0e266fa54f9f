"""Who may propose, appoint, review and visit; every refusal says who can."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people import api as people
from linghang.pioneers.enums import (
    PIPELINE_STATES_OF,
    STATES_OF,
    Deed,
    PipelineDeed,
    ProjectState,
)
from linghang.pioneers.models import Carrier, Contact, Pipeline, Project
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.platform.calendar import clock

Answer = Allowed | Denied


def can_propose(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader proposes posts, zones and squads of the unit."""
    if scope.can(Permission.EDIT_RECORDS, unit.path):
        return Allowed()
    return Denied(_("The committee of %(unit)s proposes this.") % {"unit": unit.name})


def can_do(scope: Scope, carrier: Carrier, deed: Deed) -> Answer:
    """Return whether the reader may do the deed now; nobody decides on a post of their own."""
    if carrier.state not in STATES_OF[deed]:
        return Denied(
            _("“%(deed)s” does not come now; it stands at “%(state)s”.")
            % {"deed": deed.label, "state": carrier.standing.label}
        )
    if deed is Deed.PLEDGE:
        return _can_pledge(scope, carrier)
    return _can_decide(scope, carrier) if deed.is_officers else can_propose(scope, carrier.unit)


def _can_pledge(scope: Scope, carrier: Carrier) -> Answer:
    if scope.person_id == carrier.holder_id:
        return Allowed()
    return Denied(_("%(name)s writes their own pledge.") % {"name": carrier.holder.name})


def _can_decide(scope: Scope, carrier: Carrier) -> Answer:
    if not scope.can(Permission.EDIT_PEOPLE, carrier.unit.path):
        return Denied(_("The Party-affairs officer decides this."))
    if scope.person_id == carrier.holder_id:
        return Denied(_("Nobody decides on a post of their own. Another officer does."))
    return Allowed()


def can_assign(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader says who looks after the branch."""
    return scope.can(Permission.EDIT_PEOPLE, unit.path)


def can_visit(scope: Scope, contact: Contact) -> Answer:
    """Return whether the reader records a visit of the contact: the contact person does."""
    if contact.valid_to is not None and contact.valid_to <= clock.today():
        return Denied(_("%(name)s no longer looks after this branch.") % {"name": contact.person})
    if scope.person_id == contact.person_id:
        return Allowed()
    return Denied(_("%(name)s records their own visits.") % {"name": contact.person.name})


def can_follow(scope: Scope) -> Answer:
    """Return whether the reader follows the visits and inductions of others."""
    return scope.can(Permission.VIEW_PEOPLE)


def can_open_project(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader opens a committee member's project: the member, or the officer."""
    if scope.can(Permission.ISSUE_LISTS, unit.path):
        return Allowed()
    sitting = {person.pk for person in people.committee_on(unit.pk, clock.today())}
    if scope.person_id in sitting:
        return Allowed()
    return Denied(_("A member of the committee opens their own project, or the officer for them."))


def can_change_project(scope: Scope, project: Project) -> Answer:
    """Return whether the reader adds measures to the project or closes it."""
    if project.state == ProjectState.CLOSED:
        return Denied(_("This project is closed: nothing more is recorded."))
    if scope.person_id == project.owner_id:
        return Allowed()
    if scope.can(Permission.ISSUE_LISTS, project.unit.path):
        return Allowed()
    return Denied(_("%(name)s or the Party-affairs officer does this.") % {"name": project.owner})


def can_open_pipeline(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader opens a way in the branch: its committee, or the officer."""
    if scope.can(Permission.EDIT_RECORDS, unit.path):
        return Allowed()
    return Denied(_("The committee of %(unit)s opens this.") % {"unit": unit.name})


def can_step(scope: Scope, pipeline: Pipeline, deed: PipelineDeed) -> Answer:
    """Return whether the reader may do the deed now: the mentor answers, the branch does the rest."""
    if pipeline.state not in PIPELINE_STATES_OF[deed]:
        return Denied(
            _("“%(deed)s” does not come now; it stands at “%(state)s”.")
            % {"deed": deed.label, "state": pipeline.standing.label}
        )
    if deed in {PipelineDeed.ACCEPT, PipelineDeed.DECLINE}:
        if scope.person_id == pipeline.mentor_id:
            return Allowed()
        return Denied(_("%(name)s answers this.") % {"name": pipeline.mentor.name})
    if scope.person_id == pipeline.candidate_id:
        return Denied(_("Nobody decides on their own way. The branch committee does."))
    if deed is PipelineDeed.ADD and scope.person_id == pipeline.mentor_id:
        return Allowed()
    return can_open_pipeline(scope, pipeline.unit)


def can_prove(scope: Scope, pipeline: Pipeline) -> Answer:
    """Return whether the reader ties records to milestones: the mentor, or the branch committee."""
    if scope.person_id == pipeline.candidate_id:
        return Denied(_("Nobody decides on their own way. The branch committee does."))
    if pipeline.state in PIPELINE_STATES_OF[PipelineDeed.ADD]:
        if scope.person_id == pipeline.mentor_id:
            return Allowed()
        return can_open_pipeline(scope, pipeline.unit)
    return Denied(
        _("“%(deed)s” does not come now; it stands at “%(state)s”.")
        % {"deed": _("Prove a milestone"), "state": pipeline.standing.label}
    )
