"""Rounds and sheets a reader may see, whose turn it is, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from linghang.assessment import access
from linghang.assessment.enums import RaterKind, RoundState, SheetState
from linghang.assessment.models import Form, Mark, Round, Sheet, Subject, TeamMember
from linghang.org.api import in_force
from linghang.org.enums import Line, UnitKind
from linghang.org.models import Unit
from linghang.people.models import Appointment, Person, Role
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock

BRANCHES = (UnitKind.BRANCH, UnitKind.JOINT_BRANCH)
TEAM_ROLES = (Permission.CHECK_AS_EXPERT, Permission.EDIT_SUPERVISION)
WAITING_AT_MOST = 100


def list_forms() -> QuerySet[Form]:
    """Return the forms a round may be opened with: of each the version in force."""
    return Form.objects.filter(retired=False).order_by("code")


def list_branches(root: Unit) -> QuerySet[Unit]:
    """Return the branches of a bureau that may be marked."""
    units = Unit.objects.filter(path__startswith=root.path, line=Line.PARTY, closed_on=None)
    return units.filter(kind__in=BRANCHES).order_by("path")


def list_team_to_choose(root: Unit) -> QuerySet[Person]:
    """Return the persons whose post in the bureau lets them assess: experts and supervisors."""
    wanted = {permission.value for permission in TEAM_ROLES}
    roles = [
        role.code
        for role in Role.objects.all()
        if any(given["permission"] in wanted for given in role.permissions)
    ]
    held = Appointment.objects.filter(
        in_force(clock.today()), post__role_id__in=roles, unit__path__startswith=root.path
    )
    return Person.objects.filter(pk__in=held.values("person_id")).order_by("code")


def list_rounds(scope: Scope) -> QuerySet[Round]:
    """Return the rounds the reader leads, marks in, visits in or is marked in, the newest first."""
    own = Q(subject__round=OuterRef("pk"), rater=scope.person_id or 0)
    team = TeamMember.objects.filter(round=OuterRef("pk"), person=scope.person_id or 0)
    about = Subject.objects.filter(round=OuterRef("pk")).filter(
        Q(person=scope.person_id or 0) | Q(unit__path__in=access.own_paths(scope))
    )
    return Round.objects.filter(
        scope.restrict(Permission.PUBLISH_EVALUATION, "root__path")
        | Exists(Sheet.objects.filter(own))
        | Exists(team)
        | Exists(about)
    ).select_related("form", "root")


def annotate_advance(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Add how many subjects a round has, how many sheets, how many are handed in, how many visits signed."""
    sheets = Q(subjects__sheets__isnull=False)
    return rounds.annotate(
        n_subjects=Count("subjects", distinct=True),
        n_sheets=Count("subjects__sheets", filter=sheets, distinct=True),
        n_handed_in=Count(
            "subjects__sheets",
            filter=Q(subjects__sheets__state=SheetState.HANDED_IN),
            distinct=True,
        ),
        n_signed=Count("subjects", filter=Q(subjects__signed_on__isnull=False), distinct=True),
    )


def is_in_team(scope: Scope, round_: Round) -> bool:
    """Return whether the reader is of the round's team."""
    return scope.person_id is not None and round_.team.filter(person=scope.person_id).exists()


def list_subjects(round_: Round) -> QuerySet[Subject]:
    """Return who is marked in a round."""
    return round_.subjects.select_related("unit", "person", "round__form", "round__root")


def list_sheets() -> QuerySet[Sheet]:
    """Return sheets with everything their pages name."""
    return Sheet.objects.select_related(
        "subject__unit", "subject__person", "subject__round__form", "subject__round__root", "rater"
    )


def list_own_sheets(scope: Scope, round_: Round) -> QuerySet[Sheet]:
    """Return what the reader is asked to mark in a round."""
    return list_sheets().filter(subject__round=round_, rater=scope.person_id or 0)


def waiting_for(scope: Scope) -> list[Sheet]:
    """Return the sheets that wait for the reader now, the first due first; two queries."""
    if scope.person_id is None:
        return []
    rows = list_sheets().filter(rater=scope.person_id, subject__round__state=RoundState.OPEN)
    rows = rows.exclude(state=SheetState.HANDED_IN)
    found = list(
        rows.order_by("subject__round__due_on", "subject__unit__path", "pk")[:WAITING_AT_MOST]
    )
    turns = find_turns(found)
    return [sheet for sheet in found if turns[sheet.pk] is None]


def find_turns(sheets: Sequence[Sheet]) -> dict[int, RaterKind | None]:
    """Return by sheet whose marks have to come first, None where it is this rater's turn; one query."""
    stepwise = {s.subject_id for s in sheets if s.subject.round.form.stepwise}
    open_ = Sheet.objects.filter(subject__in=stepwise).exclude(state=SheetState.HANDED_IN)
    kinds: dict[int, set[str]] = {}
    for subject, kind in open_.values_list("subject_id", "kind") if stepwise else ():
        kinds.setdefault(subject, set()).add(kind)
    return {sheet.pk: _first_before(sheet, kinds.get(sheet.subject_id, set())) for sheet in sheets}


def _first_before(sheet: Sheet, open_kinds: Iterable[str]) -> RaterKind | None:
    order = sheet.subject.round.form.kinds
    before = order[: order.index(sheet.who)]
    return next((kind for kind in before if kind.value in set(open_kinds)), None)


def list_before(sheet: Sheet) -> list[Sheet]:
    """Return the handed-in sheets of the steps before this one, with their marks; empty without steps."""
    form = sheet.subject.round.form
    if not form.stepwise:
        return []
    before = [k.value for k in form.kinds[: form.kinds.index(sheet.who)] if not k.is_many]
    rows = Sheet.objects.filter(
        subject=sheet.subject_id, kind__in=before, state=SheetState.HANDED_IN
    )
    found = list(rows.select_related("rater").prefetch_related("marks__entry"))
    return sorted(found, key=lambda each: before.index(each.kind))


def list_unconfirmed(scope: Scope) -> list[Mark]:
    """Return the marks whose evidence waits for a second person the reader may be; two queries."""
    visible = scope.restrict(Permission.ISSUE_LISTS, "sheet__subject__round__root__path") | Q(
        sheet__kind=RaterKind.SELF, sheet__subject__unit__path__in=access.own_paths(scope)
    )
    teams = set()
    if scope.person_id is not None:
        teams = set(
            TeamMember.objects.filter(
                person=scope.person_id, round__state=RoundState.OPEN
            ).values_list("round_id", flat=True)
        )
    if teams:
        visible |= Q(sheet__kind=RaterKind.INSPECTOR, sheet__subject__round__in=teams)
    rows = filter_unconfirmed(Mark.objects.filter(visible)).filter(
        sheet__subject__round__state=RoundState.OPEN
    )
    rows = rows.select_related(
        "item",
        "sheet__rater",
        "sheet__subject__person",
        "sheet__subject__unit",
        "sheet__subject__round__form",
        "sheet__subject__round__root",
    )
    return [
        mark
        for mark in rows.order_by("sheet__subject__round__due_on", "pk")[:WAITING_AT_MOST]
        if access.can_confirm(scope, mark.sheet, in_team=mark.sheet.subject.round_id in teams)
    ]


def filter_unconfirmed(marks: QuerySet[Mark]) -> QuerySet[Mark]:
    """Keep the marks handed in whose evidence no second person has confirmed."""
    return marks.filter(
        sheet__state=SheetState.HANDED_IN,
        sheet__rater__isnull=False,
        item__evidence=True,
        confirmed_by=None,
        confirmed_at=None,
    )
