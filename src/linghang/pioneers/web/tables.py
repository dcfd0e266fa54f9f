"""The declared lists of posts, zones and squads, contacts, inductions and projects."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.pioneers.enums import CarrierKind, CarrierState, Direction
from linghang.platform.ui.tables import Column, Empty, Table

CARRIERS = Table(
    caption=_("Posts, zones, squads"),
    columns=(
        Column(
            "title",
            _("Name"),
            link=lambda row: reverse("pioneers:carrier", args=[row.pk]),
            sort=("title",),
        ),
        Column("kind", _("Kind"), render=lambda row: CarrierKind(row.kind).label, sort=("kind",)),
        Column("holder", _("Holder"), attr="holder.name", sort=("holder__name",)),
        Column("unit", _("Branch"), attr="unit.name", sort=("unit__path",)),
        Column("place", _("Place"), sort=("place",)),
        Column("begins_on", _("Held since"), sort=("begins_on", "pk")),
        Column("review_on", _("Next review"), sort=("review_on", "pk")),
        Column("state", _("State"), states=CarrierState, sort=("state", "pk")),
    ),
    default_sort="unit",
    empty=Empty(
        _("No post, zone or squad"),
        _("A branch proposes one with its holder; the Party-affairs officer appoints it."),
        "flag",
    ),
)

CONTACTS = Table(
    caption=_("Contact persons"),
    columns=(
        Column(
            "unit",
            _("Branch"),
            render=lambda line: line.contact.unit.name,
            link=lambda line: reverse("pioneers:contact", args=[line.pk]),
        ),
        Column("person", _("Contact person"), render=lambda line: line.contact.person.name),
        Column("standing", _("Visits")),
        Column("last_on", _("Last visit"), sort=("last_on",)),
        Column("missed", _("Missed in the last year"), numeric=True, sort=("missed",)),
        Column("since", _("Held since"), render=lambda line: line.contact.valid_from),
    ),
    empty=Empty(
        _("No contact person yet"),
        _("The Party-affairs officer says who looks after which branch."),
        "users",
    ),
)

INDUCTIONS = Table(
    caption=_("Inductions"),
    columns=(
        Column(
            "person",
            _("Secretary"),
            render=lambda line: line.induction.appointment.person.name,
            link=lambda line: reverse("pioneers:induction", args=[line.pk]),
        ),
        Column("unit", _("Branch"), render=lambda line: line.induction.appointment.unit.name),
        Column(
            "since", _("Appointed on"), render=lambda line: line.induction.appointment.valid_from
        ),
        Column("done", _("Finished"), render=lambda line: line.progress.done, numeric=True),
        Column("total", _("Asked"), render=lambda line: line.progress.total, numeric=True),
        Column("overdue", _("Overdue"), render=lambda line: line.progress.overdue, numeric=True),
    ),
    empty=Empty(
        _("No new secretary"),
        _("Whoever is appointed secretary is given the list by itself within a day."),
        "users",
    ),
)

PROJECTS = Table(
    caption=_("Members’ projects"),
    columns=(
        Column(
            "title",
            _("Project"),
            render=lambda line: line.project.title,
            link=lambda line: reverse("pioneers:project", args=[line.pk]),
        ),
        Column("owner", _("Committee member"), render=lambda line: line.project.owner.name),
        Column("ends_on", _("Last day"), render=lambda line: line.project.ends_on),
        Column("done", _("Finished"), render=lambda line: line.progress.done, numeric=True),
        Column("total", _("Asked"), render=lambda line: line.progress.total, numeric=True),
        Column("overdue", _("Overdue"), render=lambda line: line.progress.overdue, numeric=True),
        Column("state", _("State"), render=lambda line: line.project.standing),
    ),
    empty=Empty(
        _("No project yet"),
        _("A member of the committee opens one with its goal and first measure."),
        "list-check",
    ),
)

PIPELINES = Table(
    caption=_("Two pipelines"),
    columns=(
        Column(
            "candidate",
            _("Who is developed"),
            render=lambda way: way.pipeline.candidate.name,
            link=lambda way: reverse("pioneers:pipeline", args=[way.pk]),
        ),
        Column(
            "direction",
            _("Way of developing"),
            render=lambda way: Direction(way.pipeline.direction).label,
        ),
        Column("unit", _("Branch"), render=lambda way: way.pipeline.unit.name),
        Column("mentor", _("Mentor"), render=lambda way: way.pipeline.mentor.name),
        Column("stage", _("Stage reached"), render=lambda way: way.stage_name),
        Column(
            "next",
            _("Next milestone"),
            render=lambda way: way.next_line and way.next_line.milestone.due_on,
        ),
        Column("late", _("Overdue"), render=lambda way: way.late, numeric=True),
        Column("state", _("State"), render=lambda way: way.pipeline.standing),
    ),
    empty=Empty(
        _("Nobody is on a way yet"),
        _("The branch names who is developed and a mentor; the mentor agrees or declines."),
        "user-plus",
    ),
)
