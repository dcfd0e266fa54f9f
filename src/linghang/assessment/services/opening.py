"""Opening a round: who is marked follows from the tree, who marks from appointments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.assessment import access
from linghang.assessment.enums import Happened, RaterKind, RoundState, SubjectKind
from linghang.assessment.models import Form, Round, Sheet, Subject, TeamMember
from linghang.assessment.services import telling
from linghang.assessment.services.acting import insist, note, scope_of
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Appointment, Person
from linghang.platform.acts import fault, known
from linghang.platform.calendar import clock
from linghang_core.periods import Period, PeriodError, load_calendar

BATCH = 500
LEAST_OF_TEAM = 2  # marks of one alone cannot be compared, and name their giver


@dataclass(frozen=True)
class RoundDraft:
    """A round to be opened.

    `per_subject` is how many of the team mark each branch (0: all); `days` are working days.
    """

    form: Form
    root: Unit
    period: str
    units: Sequence[Unit]
    team: Sequence[Person] = ()
    per_subject: int = 0
    days: int = 10


@transaction.atomic
def open_round(*, draft: RoundDraft, actor: Any) -> Round:
    """Open a round with a sheet for each rater of each subject, and tell the raters.

    Raises ValidationError without units, without the team a form needs, and for a branch that is
    marked by the same form for the same period already.
    """
    if (scope := scope_of(actor)) is not None:
        insist(access.can_lead(scope, draft.root))
    Unit.objects.select_for_update().get(pk=draft.root.pk)  # one asks, then the next is told
    _check(draft)
    today = clock.today()
    due = load_calendar().add_working_days(today, draft.days)
    round_ = Round.objects.create(
        form=draft.form,
        root=draft.root,
        period=draft.period,
        opened_on=today,
        due_on=due.date,
        provisional=due.provisional,
        opened_by=known(actor),
    )
    TeamMember.objects.bulk_create(
        [TeamMember(round=round_, person=person) for person in draft.team]
    )
    subjects = Subject.objects.bulk_create(_list_subjects(round_, draft), batch_size=BATCH)
    sheets = Sheet.objects.bulk_create(
        [
            Sheet(subject=subject, kind=kind, rater=rater)
            for subject, kind, rater in _assign(draft, subjects)
        ],
        batch_size=BATCH,
    )
    note(
        round_,
        Happened.OPENED,
        actor=actor,
        new={"units": len(draft.units), "sheets": len(sheets)},
    )
    telling.tell_opened(round_, actor=actor)
    return round_


def _check(draft: RoundDraft) -> None:
    try:
        kind = Period.parse(draft.period).kind.value
    except PeriodError:
        kind = ""
    if kind != draft.form.period:
        raise fault("period", _("This form is not for such a period."), "period")
    if not draft.units:
        raise fault("units", _("Choose at least one unit."), "units")
    if foreign := [u.name for u in draft.units if not u.path.startswith(draft.root.path)]:
        raise fault(
            "units", _("Not of this bureau: %(names)s.") % {"names": "、".join(foreign)}, "foreign"
        )
    needs_team = draft.form.visit or RaterKind.INSPECTOR in draft.form.kinds
    if needs_team and len(draft.team) < LEAST_OF_TEAM:
        raise fault(
            "team",
            (
                _("At least %(count)d persons visit a branch.")
                if draft.form.visit
                else _("Choose at least %(count)d persons who assess.")
            )
            % {"count": LEAST_OF_TEAM},
            "team",
        )
    asked = Subject.objects.filter(
        round__form__code=draft.form.code,
        round__period=draft.period,
        unit__in=draft.units,
        round__state__in=(RoundState.OPEN, RoundState.CLOSED),
    )
    names = list(dict.fromkeys(asked.values_list("unit__name", flat=True)))
    if names:
        raise fault(
            "units",
            _("Asked for this period already: %(names)s.") % {"names": "、".join(names[:5])},
            "double",
        )


def _list_subjects(round_: Round, draft: RoundDraft) -> list[Subject]:
    units = sorted(draft.units, key=lambda unit: unit.path)
    if draft.form.subject == SubjectKind.UNIT:
        return [Subject(round=round_, unit=unit) for unit in units]
    members = people.list_members([unit.pk for unit in units], clock.today())
    seen: set[int] = set()
    found = []
    for unit in units:
        for person in members[unit.pk]:
            if person.pk not in seen:
                seen.add(person.pk)
                found.append(Subject(round=round_, unit=unit, person=person))
    if not found:
        raise fault("units", _("These branches have no members today."), "members")
    return found


Asked = tuple[Subject, RaterKind, Person]


def _assign(draft: RoundDraft, subjects: Sequence[Subject]) -> Iterable[Asked]:
    """Yield who marks whom; where nobody holds the post, nobody is asked and the page says so."""
    posts = _Posts(draft)
    for number, subject in enumerate(subjects):
        for kind in draft.form.kinds:
            for rater in posts.find(subject, kind, number):
                yield subject, kind, rater


class _Posts:
    """Who holds which post today, read once for all subjects."""

    def __init__(self, draft: RoundDraft) -> None:
        self.draft, today = draft, clock.today()
        units = {unit.pk: unit for unit in draft.units}
        parents = {u.parent_id for u in units.values() if u.parent_id} | {draft.root.pk}
        rows = people.appointments_as_of(today)
        self.committees: dict[int, list[Person]] = {}
        ranked = rows.filter(unit__in=[*units, *parents], post__is_committee=True).select_related(
            "person"
        )
        for row in ranked.order_by("post__order", "pk"):
            self.committees.setdefault(row.unit_id, []).append(row.person)
        self.members = people.list_members(list(units), today)
        grouped = RaterKind.GROUP in draft.form.kinds
        self.groups = self._read_groups(rows) if grouped else {}
        self.in_groups = self._read_in_groups(rows) if grouped else {}
        marking = [p for held in self.committees.values() for p in held]
        self.homes = find_homes([*draft.team, *marking])

    def _read_groups(self, rows: Any) -> dict[int, list[Appointment]]:
        leaders: dict[int, list[Appointment]] = {}
        for unit in self.draft.units:
            held = rows.filter(post="group_leader", unit__path__startswith=unit.path)
            leaders[unit.pk] = list(held.select_related("person", "unit"))
        return leaders

    def _read_in_groups(self, rows: Any) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        held = rows.filter(unit__parent__in=list(self.members), unit__kind=UnitKind.GROUP)
        for person, unit in held.values_list("person_id", "unit_id"):
            found.setdefault(person, set()).add(unit)
        return found

    def find(self, subject: Subject, kind: RaterKind, number: int) -> list[Person]:
        """Return who marks the subject as this kind of rater."""
        if kind is RaterKind.PEERS:
            return [p for p in self.members[subject.unit_id] if p.pk != subject.person_id]
        if kind is RaterKind.GROUP:
            return self._find_group_leader(subject)
        if kind is RaterKind.INSPECTOR:
            return self._find_inspectors(subject, number)
        if kind is RaterKind.SELF and subject.person is not None:
            return [subject.person]
        unit = {
            RaterKind.SELF: subject.unit_id,
            RaterKind.BRANCH: subject.unit_id,
            RaterKind.SUPERIOR: subject.unit.parent_id or self.draft.root.pk,
            RaterKind.COMMITTEE: self.draft.root.pk,
        }.get(kind)  # the masses mark on paper
        held = self.committees.get(unit, []) if unit is not None else []
        if kind is RaterKind.SUPERIOR and subject.person_id is None:
            held = [p for p in held if not self._is_of(p, subject.unit)]
        return self._one(held, subject.person_id)

    def _is_of(self, person: Person, unit: Unit) -> bool:
        """Return whether somebody above belongs to the branch; the post above it makes nobody of it."""
        homes = [
            path
            for path in self.homes[person.pk]
            if not unit.path.startswith(path) or path == unit.path
        ]
        return access.belongs_to(homes, unit)

    def _one(self, held: Sequence[Person], but: int | None) -> list[Person]:
        """Return the secretary of a unit, or whoever comes next in its committee."""
        return [p for p in held if p.pk != but][:1]

    def _find_group_leader(self, subject: Subject) -> list[Person]:
        """Return the leader of the member's own group; with one group in the branch its leader."""
        held = self.groups.get(subject.unit_id, [])
        own = [
            row
            for row in held
            if row.person_id != subject.person_id
            and row.unit_id in self.in_groups.get(subject.person_id or 0, ())
        ]
        if not own and len(held) == 1 and held[0].person_id != subject.person_id:
            own = held
        return [own[0].person] if own else []

    def _find_inspectors(self, subject: Subject, number: int) -> list[Person]:
        """Return those of the team who mark the branch, in turn; never one who belongs to it."""
        team = list(self.draft.team)
        turned = team[number % len(team) :] + team[: number % len(team)]
        free = [p for p in turned if not access.belongs_to(self.homes[p.pk], subject.unit)]
        return free[: self.draft.per_subject or len(free)]


def find_homes(persons: Sequence[Person]) -> dict[int, list[str]]:
    """Return the paths of the units in which each holds a post today, by person; one query."""
    homes: dict[int, list[str]] = {person.pk: [] for person in persons}
    held = people.appointments_as_of(clock.today()).filter(person__in=list(homes))
    for person, path in held.values_list("person_id", "unit__path"):
        homes[person].append(path)
    return homes


def find_without_login(round_: Round) -> list[str]:
    """Return the names of raters who cannot sign in, so that somebody gives them a log-in."""
    rows = Sheet.objects.filter(subject__round=round_, rater__user=None, rater__isnull=False)
    return list(rows.order_by("rater__code").values_list("rater__name", flat=True).distinct())


__all__ = ["RoundDraft", "find_homes", "find_without_login", "open_round"]
