"""Who may do what in a round. Nobody marks their own unit for the team, nobody fixes what they marked."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.assessment.enums import RaterKind, RoundState, SheetState, SubjectKind, VisitState
from linghang.assessment.models import Mark, Round, Sheet, Subject
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.platform.calendar import clock

Answer = Allowed | Denied


def can_lead(scope: Scope, root: Unit) -> Answer:
    """Return whether the reader may open and lead rounds of the bureau."""
    if scope.can(Permission.ISSUE_LISTS, root.path):
        return Allowed()
    return Denied(
        _("Rounds are led by the Party-affairs officer of %(unit)s.") % {"unit": root.name}
    )


def can_see_all(scope: Scope, root: Unit) -> Answer:
    """Return whether the reader sees every mark with its giver: the officer and the committee."""
    if scope.can(Permission.PUBLISH_EVALUATION, root.path):
        return Allowed()
    return Denied(
        _("Who gave which mark is seen by the Party-affairs officer and the Party committee only.")
    )


def is_about(scope: Scope, subject: Subject) -> bool:
    """Return whether the subject is the reader: who marked oneself stays unknown whatever the post."""
    return subject.person_id is not None and subject.person_id == scope.person_id


def can_see_names(scope: Scope, subject: Subject) -> Answer:
    """Return whether the reader sees who gave the subject which mark: who sees all, not of oneself."""
    if is_about(scope, subject):
        return Denied(
            _("These marks are about you: another officer or member of the committee handles them.")
        )
    return can_see_all(scope, subject.round.root)


def can_close(scope: Scope, round_: Round) -> Answer:
    """Return whether the reader may fix the marks or open them again: officer or committee, no rater.

    Nor whom the round marks: they would fix their own marks.
    """
    if not (answer := can_see_all(scope, round_.root)):
        return Denied(_("Marks are fixed by the Party-affairs officer or the Party committee."))
    if scope.person_id is not None and _marked(round_, scope.person_id):
        return Denied(
            _("You marked in this round. Somebody of the committee who did not mark fixes it.")
        )
    if scope.person_id is not None and round_.subjects.filter(person=scope.person_id).exists():
        return Denied(
            _("You are marked in this round. It is fixed or opened again by: %(names)s.")
            % {"names": "、".join(_list_closers(round_)) or _("nobody yet; ask for a deputy")}
        )
    return answer


def _list_closers(round_: Round) -> list[str]:
    """Return the names of those of the bureau who may fix the marks and neither mark nor are marked."""
    root = round_.root_id
    users = people.users_with(Permission.PUBLISH_EVALUATION, [root], clock.today())[root]
    given = Sheet.objects.filter(
        subject__round=round_, state=SheetState.HANDED_IN, rater__isnull=False
    )
    free = Person.objects.filter(user__in=users).exclude(
        Q(pk__in=given.values("rater"))
        | Q(pk__in=round_.subjects.filter(person__isnull=False).values("person"))
    )
    return list(free.order_by("code").values_list("name", flat=True))


def _marked(round_: Round, person_id: int) -> bool:
    return Sheet.objects.filter(
        subject__round=round_, rater=person_id, state=SheetState.HANDED_IN
    ).exists()


def keeps_records_of(scope: Scope, unit: Unit) -> bool:
    """Return whether a post in this very unit lets the reader enter its records."""
    return unit.path in own_paths(scope)


def own_paths(scope: Scope) -> list[str]:
    """Return the paths of the very units whose records a post lets the reader enter."""
    return [g.prefix for g in scope.grants if g.permission is Permission.EDIT_RECORDS]


def belongs_to(homes: Iterable[str], unit: Unit) -> bool:
    """Return whether somebody of these homes (paths) belongs to the unit or answers for it.

    The bureau itself is no home in this sense: everybody is of the bureau.
    """
    return any(
        path.startswith(unit.path) or (unit.path.startswith(path) and path != unit.root_path)
        for path in homes
    )


def can_mark(scope: Scope, sheet: Sheet) -> Answer:
    """Return whether the reader may write on the sheet now; whose turn it is asks queries.find_turn."""
    if sheet.rater_id is None or sheet.rater_id != scope.person_id:
        return Denied(_("A sheet is filled in by the rater it was given to, by nobody else."))
    if sheet.subject.round.state != RoundState.OPEN:
        return Denied(_("The marks of this round stand. The officer can open it again."))
    if sheet.state == SheetState.HANDED_IN:
        return Denied(_("It is handed in. The officer can return it to be changed."))
    homes = [path for _pk, _name, path in scope.home_units]
    if sheet.kind == RaterKind.INSPECTOR and belongs_to(homes, sheet.subject.unit):
        return Denied(
            _("You belong to %(unit)s yourself; others of the team mark it.")
            % {"unit": sheet.subject.unit.name}
        )
    return Allowed()


def can_confirm(scope: Scope, sheet: Sheet, *, in_team: bool) -> Answer:
    """Return whether the reader may be the second person for the sheet's evidence.

    Of a self-assessment the branch's committee, of the team another of it, of all the officer; never
    who marked or is marked.
    """
    if scope.person_id is not None and scope.person_id in {sheet.rater_id, sheet.subject.person_id}:
        return Denied(_("A second person confirms the evidence: not who marked or is marked."))
    if can_lead(scope, sheet.subject.round.root):
        return Allowed()
    if sheet.kind == RaterKind.SELF and keeps_records_of(scope, sheet.subject.unit):
        return Allowed()
    homes = [path for _pk, _name, path in scope.home_units]
    if sheet.kind == RaterKind.INSPECTOR and in_team and not belongs_to(homes, sheet.subject.unit):
        return Allowed()
    return Denied(_("Confirmed by the officer, of a team by another of it, or by the committee."))


def can_see_subject(scope: Scope, subject: Subject, *, in_team: bool) -> Answer:
    """Return whether the reader sees what stands of a subject: officer, committee, the subject itself."""
    if can_see_names(scope, subject) or (in_team and subject.round.form.visit):
        return Allowed()
    if subject.person_id is not None:
        own = subject.person_id == scope.person_id
    else:
        own = keeps_records_of(scope, subject.unit)
    if own and (subject.round.state == RoundState.CLOSED or subject.round.form.visit):
        return Allowed()
    if own:
        return Denied(_("Your marks are shown to you when the round is closed."))
    return Denied(_("Marks are seen by whom they are about, the officer and the committee."))


def can_enter_slips(scope: Scope, subject: Subject) -> Answer:
    """Return whether the reader may enter paper slips of the masses: the branch's committee."""
    if RaterKind.MASSES not in subject.round.form.kinds:
        return Denied(_("The masses do not mark by this form."))
    if subject.round.state != RoundState.OPEN:
        return Denied(_("The marks of this round stand. The officer can open it again."))
    if scope.person_id is not None and scope.person_id == subject.person_id:
        return Denied(_("Slips about you are entered by another of the committee."))
    if scope.can(Permission.EDIT_RECORDS, subject.unit.path):
        return Allowed()
    return Denied(
        _("Slips are entered by the committee of %(unit)s.") % {"unit": subject.unit.name}
    )


def can_visit(scope: Scope, subject: Subject, *, in_team: bool) -> Answer:
    """Return whether the reader may record the visit and what was found."""
    if not in_team:
        return Denied(_("The visit is recorded by those who visit."))
    if subject.round.state != RoundState.OPEN:
        return Denied(_("The round is over."))
    if subject.visit is VisitState.SIGNED:
        return Denied(_("The secretary has signed off: what was found stands."))
    homes = [path for _pk, _name, path in scope.home_units]
    if belongs_to(homes, subject.unit):
        return Denied(
            _("You belong to %(unit)s yourself; others visit it.") % {"unit": subject.unit.name}
        )
    return Allowed()


def can_sign(scope: Scope, subject: Subject) -> Answer:
    """Return whether the reader may sign off the visit: a post in the visited branch itself."""
    if not keeps_records_of(scope, subject.unit):
        return Denied(
            _("The visit is signed off by the secretary of %(unit)s.") % {"unit": subject.unit.name}
        )
    if subject.visit is VisitState.PLANNED:
        return Denied(_("The visit is not recorded yet; the visitors record it."))
    if subject.visit is VisitState.SIGNED:
        return Denied(_("It is signed off already."))
    if subject.round.state != RoundState.OPEN:
        return Denied(_("The round is over."))
    return Allowed()


def can_return(scope: Scope, sheet: Sheet) -> Answer:
    """Return whether the reader may return a sheet to its rater: the officer, not of oneself."""
    answer = can_lead(scope, sheet.subject.round.root)
    return can_see_names(scope, sheet.subject) if answer else answer


def shows_mean(kind: str, raters: int, subject_kind: str, least: int) -> bool:
    """Return whether a mean may be shown and counted: of peers and masses from `least` raters up."""
    many = RaterKind(kind).is_many and subject_kind == SubjectKind.PERSON
    return not many or raters >= least


def can_see_mark(scope: Scope, mark: Mark, *, in_team: bool) -> bool:
    """Return whether the reader sees the evidence of a mark: the rater, second persons, who sees all."""
    sheet = mark.sheet
    if sheet.rater_id is not None and sheet.rater_id == scope.person_id:
        return True
    if can_see_names(scope, sheet.subject):
        return True
    handed_in = sheet.state == SheetState.HANDED_IN
    return handed_in and bool(can_confirm(scope, sheet, in_team=in_team))
