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
LEAST_VISITORS = 2


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
    least = LEAST_VISITORS if draft.form.visit else 1
    if needs_team and len(draft.team) < least:
        raise fault(
            "team",
            _("At least %(count)d persons visit a branch.") % {"count": least}
            if draft.form.visit
            else _("Choose who assesses."),
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
        self.homes = self._read_homes(rows)

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

    def _read_homes(self, rows: Any) -> dict[int, list[str]]:
        homes: dict[int, list[str]] = {person.pk: [] for person in self.draft.team}
        held = rows.filter(person__in=list(homes)).values_list("person_id", "unit__path")
        for person, path in held:
            homes[person].append(path)
        return homes

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
        return self._one(unit, subject.person_id) if unit is not None else []

    def _one(self, unit: int, but: int | None) -> list[Person]:
        """Return the secretary of a unit, or whoever comes next in its committee."""
        return [p for p in self.committees.get(unit, []) if p.pk != but][:1]

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


def find_without_login(round_: Round) -> list[str]:
    """Return the names of raters who cannot sign in, so that somebody gives them a log-in."""
    rows = Sheet.objects.filter(subject__round=round_, rater__user=None, rater__isnull=False)
    return list(rows.order_by("rater__code").values_list("rater__name", flat=True).distinct())


__all__ = ["RoundDraft", "find_without_login", "open_round"]
