"""Reading persons and appointments: who was where on a day, and who may be seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from linghang.org.api import in_force
from linghang.people.enums import MEMBER_POST, SECRETARY_POST, RequestState
from linghang.people.models import Appointment, CorrectionRequest, Person, Role
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from linghang.platform.crypto.fields import index

IDENTITY_LENGTH = 18


# -- appointments --------------------------------------------------------------------------------


def appointments_as_of(on: date) -> QuerySet[Appointment]:
    """Return the appointments in force on the day, with person, unit and post, in order of
    posts.
    """
    return (
        Appointment.objects.filter(in_force(on))
        .select_related("person", "unit", "post")
        .order_by("post__order", "person__name", "pk")
    )


def members_of(paths: Sequence[str], on: date) -> QuerySet[Appointment]:
    """Return the memberships on the day in the units at or under the paths, with person and
    unit.
    """
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(unit__path__startswith=path)
    return (
        Appointment.objects.filter(condition, in_force(on), post_id=MEMBER_POST)
        .select_related("person", "unit")
        .order_by("unit__path", "person__code")
    )


def committee_of(unit_ids: Iterable[int], on: date) -> QuerySet[Appointment]:
    """Return the committee posts held on the day in the units themselves, secretary first."""
    return appointments_as_of(on).filter(unit_id__in=list(unit_ids), post__is_committee=True)


def users_with(permission: Permission, unit_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    """Return the users whose post in each unit itself gives the permission, by unit; two queries.

    For telling who has to act: every unit is there, and each user once, in the order of posts.
    """
    wanted = permission.value
    roles = [
        role.code
        for role in Role.objects.all()
        if any(given["permission"] == wanted for given in role.permissions)
    ]
    found: dict[int, list[int]] = {pk: [] for pk in unit_ids}
    rows = Appointment.objects.filter(
        in_force(on), post__role_id__in=roles, person__user__isnull=False, unit_id__in=list(found)
    )
    ordered = rows.order_by("post__order", "pk").values_list("unit_id", "person__user_id")
    for unit_id, user_id in ordered:
        if user_id is not None and user_id not in found[unit_id]:
            found[unit_id].append(user_id)
    return found


# -- persons -------------------------------------------------------------------------------------


def visible_people(
    scope: Scope, permission: Permission = Permission.VIEW_PEOPLE
) -> QuerySet[Person]:
    """Return the persons the permission covers, and the reader's own.

    A person belongs to the units of the posts held today; one who holds none any more to those held
    before, so that nobody drops out of sight of everyone.
    """
    on = scope.on or clock.today()
    mine = Appointment.objects.filter(person=OuterRef("pk"))
    covered = scope.restrict(permission, "unit__path")
    now = in_force(on)
    return Person.objects.filter(
        Q(pk=scope.person_id)
        | Exists(mine.filter(now, covered))
        | (~Exists(mine.filter(now)) & Exists(mine.filter(covered)))
    )


def can_view_person(
    scope: Scope, person: Person, permission: Permission = Permission.VIEW_PEOPLE
) -> Allowed | Denied:
    """Return whether the reader may see the person's page: one's own, or the permission over the
    branch.
    """
    if scope.person_id is not None and scope.person_id == person.pk:
        return Allowed()
    if visible_people(scope, permission).filter(pk=person.pk).exists():
        return Allowed()
    return Denied(
        _("You may not do this for %(name)s. Ask the Party-affairs officer of the bureau.")
        % {"name": person.name}
    )


def search_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Return those of the persons whose name contains the text, or whose code or identity number
    it is.
    """
    wanted = "".join(text.split())
    if not wanted:
        return people.none()
    condition = Q(name__icontains=wanted) | Q(code__iexact=wanted)
    if len(wanted) == IDENTITY_LENGTH:
        condition |= Q(identity_index=index(wanted.upper()))
    return people.filter(condition)


def list_requests(scope: Scope) -> QuerySet[CorrectionRequest]:
    """Return the requests to correct data the reader sees: own ones, and those the reader decides."""
    seen = Q(person_id=scope.person_id or 0)
    if scope.can(Permission.VIEW_IDENTITY):
        seen |= Q(person__in=visible_people(scope, Permission.VIEW_IDENTITY).values("pk"))
    return CorrectionRequest.objects.filter(seen).select_related("person", "decided_by")


def order_open_first(requests: QuerySet[CorrectionRequest]) -> QuerySet[CorrectionRequest]:
    """Add `closed`, so that what waits comes first."""
    return requests.annotate(
        closed=Case(When(state=RequestState.OPEN, then=Value(0)), default=Value(1))
    )


def list_waiting_requests(scope: Scope) -> list[CorrectionRequest]:
    """Return the open requests that wait for the reader's decision; none, or one query."""
    if not scope.can(Permission.VIEW_IDENTITY):
        return []
    waiting = list_requests(scope).filter(state=RequestState.OPEN)
    return list(waiting.exclude(person_id=scope.person_id or 0).order_by("sent_at", "pk"))


def list_looks(person: Person) -> QuerySet[Entry]:
    """Return who looked at the person's sensitive data in full, latest first."""
    return Entry.objects.filter(
        verb="view_identity", object_type="people.person", object_id=person.pk
    ).order_by("-at", "-pk")


def with_present_posts(people: QuerySet[Person], on: date) -> QuerySet[Person]:
    """Return the persons with `present`, the list of their appointments on the day; one query
    more.
    """
    rows = appointments_as_of(on)
    return people.prefetch_related(Prefetch("appointments", rows, to_attr="present"))


def membership_of(person: Person, on: date) -> Appointment | None:
    """Return the person's membership on the day, with its unit."""
    return (
        person.appointments.filter(in_force(on), post_id=MEMBER_POST).select_related("unit").first()
    )


# -- in memory: for imports that ask thousands of times -------------------------------------------


@dataclass(frozen=True)
class Span:
    """An appointment as plain values; [valid_from, valid_to)."""

    person_id: int
    name: str
    unit_id: int
    post: str
    is_committee: bool
    valid_from: date
    valid_to: date | None
    member_kind: str

    def holds(self, on: date) -> bool:
        """Return whether the appointment is in force on the day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass
class Roster:
    """All appointments of some units, read once; answers need no further query."""

    by_unit: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))

    def members(self, unit_id: int, on: date) -> list[Span]:
        """Return the members of the unit on the day."""
        return [s for s in self._of(unit_id) if s.post == MEMBER_POST and s.holds(on)]

    def committee(self, unit_id: int, on: date) -> list[Span]:
        """Return the committee of the unit on the day, each person once."""
        found = {s.person_id: s for s in self._of(unit_id) if s.is_committee and s.holds(on)}
        return list(found.values())

    def secretary(self, unit_id: int, on: date) -> Span | None:
        """Return the secretary of the unit on the day."""
        posts = (SECRETARY_POST, "committee_secretary")
        return next((s for s in self._of(unit_id) if s.post in posts and s.holds(on)), None)

    def find(self, unit_id: int, name: str, on: date | None = None) -> Span | None:
        """Return a person of the unit by name: a member on the day, else one who ever held a post
        there.
        """
        wanted = "".join(name.split())
        same = [s for s in self._of(unit_id) if s.name == wanted]
        if on is not None:
            same.sort(key=lambda s: (not s.holds(on), s.post != MEMBER_POST))
        return same[0] if same else None

    def _of(self, unit_id: int) -> list[Span]:
        return self.by_unit.get(unit_id, [])


def load_roster(unit_ids: Iterable[int] | None = None, paths: Sequence[str] = ()) -> Roster:
    """Return the roster of the units (of the subtrees at `paths`, of everything if neither); one
    query.
    """
    rows = Appointment.objects.order_by("post__order", "person__code")
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=list(unit_ids))
    if paths and "/" not in paths:
        condition = Q(pk__in=[])
        for path in paths:
            condition |= Q(unit__path__startswith=path)
        rows = rows.filter(condition)
    roster = Roster()
    for values in rows.values_list(
        "person_id",
        "person__name",
        "unit_id",
        "post_id",
        "post__is_committee",
        "valid_from",
        "valid_to",
        "person__member_kind",
    ):
        span = Span(*values)
        roster.by_unit[span.unit_id].append(span)
    return roster


def describe_people(person_ids: Iterable[int], on: date) -> dict[int, dict[str, Any]]:
    """Return the attributes of persons on a day, by id; one query.

    `name`, `code`, `member_kind`, `standing`, `unit_id` and `unit_path` of the membership,
    `months_active`: whole months of that membership, `posts`: codes of the posts held.
    """
    found: dict[int, dict[str, Any]] = {}
    rows = Appointment.objects.filter(in_force(on), person_id__in=list(person_ids))
    for row in rows.select_related("person", "unit"):
        facts = found.setdefault(
            row.person_id,
            {
                "name": row.person.name,
                "code": row.person.code,
                "member_kind": row.person.member_kind,
                "standing": row.person.standing,
                "unit_id": None,
                "unit_path": "",
                "months_active": 0,
                "posts": [],
            },
        )
        facts["posts"].append(row.post_id)
        if row.post_id == MEMBER_POST:
            start = row.valid_from
            months = (on.year - start.year) * 12 + on.month - start.month - (on.day < start.day)
            facts |= {"unit_id": row.unit_id, "unit_path": row.unit.path, "months_active": months}
    return found
