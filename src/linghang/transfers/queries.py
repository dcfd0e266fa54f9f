"""Reads of transfers and absences: what stands where, what is due, and who is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.org.enums import BRANCH_KINDS
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import DatedThing, NoticeDraft
from linghang.transfers.access import restrict
from linghang.transfers.enums import AWAY_ENDED, ENDED, AwayStage, Stage, Way
from linghang.transfers.models import Away, Letter, Transfer
from linghang_core.regulations import load_rules


def list_transfers(scope: Scope) -> QuerySet[Transfer]:
    """Return the transfers the reader sees, with person and units."""
    return Transfer.objects.filter(restrict(scope)).select_related("person", "unit", "to_unit")


def list_away(scope: Scope) -> QuerySet[Away]:
    """Return who is or was away or out of touch, of the reader's people."""
    return Away.objects.filter(scope.restrict(Permission.VIEW_PEOPLE, "unit__path")).select_related(
        "person", "unit"
    )


def order_open_first(found: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """Return the transfers annotated with `ended`, 0 for those under way."""
    return found.annotate(ended=Case(When(stage__in=ENDED, then=Value(1)), default=Value(0)))


def search(found: QuerySet, words: str) -> QuerySet:
    """Return those whose member or branch each word names."""
    for word in words.split():
        found = found.filter(Q(person__name__icontains=word) | Q(unit__name__icontains=word))
    return found


def list_branches(scope: Scope, permission: Permission) -> QuerySet[Unit]:
    """Return the open branches the permission covers."""
    return Unit.objects.filter(
        scope.restrict(permission), kind__in=BRANCH_KINDS, closed_on=None
    ).order_by("path")


def list_goals(scope: Scope) -> QuerySet[Unit]:
    """Return the open branches a member may be sent to without paper: those of the own bureaus."""
    roots = {
        f"/{path.split('/')[1]}/" for path in scope.prefixes(Permission.EDIT_RECORDS) if path != "/"
    }
    condition = Q(pk__in=[])
    for root in roots:
        condition |= Q(path__startswith=root)
    return Unit.objects.filter(condition, kind__in=BRANCH_KINDS, closed_on=None).order_by("path")


def list_free(units: Iterable[Unit], on: date) -> list[tuple[Unit, Person]]:
    """Return the members of the branches who are not being transferred, with their branch."""
    known = {unit.pk: unit for unit in units}
    busy = set(Transfer.objects.exclude(stage__in=ENDED).values_list("person_id", flat=True))
    found = people.list_members(known, on)
    return [
        (known[pk], person) for pk, persons in found.items() for person in persons
        if person.pk not in busy
    ]  # fmt: skip


def find_letter(transfer: Transfer) -> Letter | None:
    """Return the letter that is valid, or was when the transfer ended."""
    return transfer.letters.filter(void=False).last()


def find_branch(name: str) -> Unit | None:
    """Return the open branch of the installation that bears exactly this name, if one does."""
    found = list(Unit.objects.filter(name=name.strip(), kind__in=BRANCH_KINDS, closed_on=None)[:2])
    return found[0] if len(found) == 1 else None


# -- reminders -----------------------------------------------------------------------------------


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield a reminder for each transfer and absence with a day to keep, to who has to act."""
    rules = load_rules()
    soon = today + timedelta(days=rules.find("transfer.letter", today).whole("remind_days"))
    found = Transfer.objects.exclude(stage__in=ENDED).filter(due_on__lte=soon)
    transfers = list(found.select_related("unit", "to_unit"))
    soon = today + timedelta(days=rules.find("floating.contact", today).whole("remind_days"))
    absent = Away.objects.exclude(stage__in=AWAY_ENDED).filter(
        Q(stage=AwayStage.FLOATING, due_on__lte=soon) | Q(due_on__lte=today)
    )
    absences = list(absent.select_related("unit"))
    acting: list[tuple[Transfer | Away, Unit | None]] = [
        *((one, _actor_of(one)) for one in transfers),
        *((one, _carer_of(one)) for one in absences),
    ]
    roots = dict(Unit.objects.filter(parent=None).values_list("path", "pk"))
    branch = people.users_with(
        Permission.EDIT_RECORDS, {unit.pk for _one, unit in acting if unit}, today
    )
    officers = people.users_with(Permission.EDIT_PEOPLE, roots.values(), today)
    for one, unit in acting:
        root = roots.get(one.unit.root_path, 0)
        for user_id in branch.get(unit.pk, ()) if unit else officers.get(root, ()):
            yield _draft_reminder(one, user_id, today)


def _actor_of(transfer: Transfer) -> Unit | None:
    """Return the branch that acts next, None where the officer does."""
    if transfer.way == Way.IN:
        return transfer.unit
    return transfer.to_unit


def _carer_of(away: Away) -> Unit | None:
    return away.unit if away.stage == AwayStage.FLOATING else None


def _draft_reminder(one: Transfer | Away, user_id: int, today: date) -> NoticeDraft:
    assert one.due_on is not None
    late = one.due_on < today
    return NoticeDraft(
        recipient_id=user_id,
        key=f"{type(one).__name__.lower()}:{one.pk}:{one.stage}:{one.due_on}:{'late' if late else 'due'}",
        kind=NoticeKind.LATE if late else NoticeKind.DUE,
        title=f"{name_due(one)}：{one.unit.name} {one.due_on}",
        url=get_address(one),
        unit_path=one.unit.path,
    )


def name_due(one: Transfer | Away) -> str:
    """Return what has to be done by the day to keep; no names."""
    if isinstance(one, Away):
        return {
            AwayStage.FLOATING: _("Contact a floating member"),
            AwayStage.SEARCHED: _("Decide about who is out of touch"),
            AwayStage.SUSPENDED: _("Decide about who stays out of touch"),
        }[AwayStage(one.stage)]
    if one.way == Way.OUT:
        return _("Receipt of a transfer out")
    return _("Confirm the arrival of a member")


def get_address(one: Transfer | Away) -> str:
    """Return the page of a transfer or an absence."""
    name = "transfers:absence" if isinstance(one, Away) else "transfers:transfer"
    return reverse(name, args=[one.pk])


def list_dates(scope: Scope, start: date, end: date) -> Iterable[DatedThing]:
    """Yield the days to keep of transfers and absences in [start, end); names stay at home."""
    between = {"due_on__gte": start, "due_on__lt": end}
    found: list[Transfer | Away] = [
        *list_transfers(scope).exclude(stage__in=ENDED).filter(**between),
        *list_away(scope).exclude(stage__in=AWAY_ENDED).filter(**between),
    ]
    for one in found:
        assert one.due_on is not None
        yield DatedThing(
            uid=f"{type(one).__name__.lower()}-{one.pk}-{one.due_on}",
            day=one.due_on,
            title=f"{name_due(one)}：{one.unit.name}",
            url=get_address(one),
            unit_path=one.unit.path,
        )


def list_waiting(scope: Scope, today: date) -> list[Transfer]:
    """Return the transfers the reader has to act on; one query."""
    officer = scope.restrict(Permission.EDIT_PEOPLE, "unit__path")
    mine = Q(stage=Stage.OPENED) & officer & ~Q(sent_by_id=scope.user_id)
    mine |= Q(stage=Stage.UNDER_WAY, way=Way.OUT, due_on__lt=today) & officer
    homes = [path for _pk, _name, path in scope.home_units]
    if scope.can(Permission.EDIT_RECORDS):
        own = Q(pk__in=[])
        for path in homes:
            own |= Q(way=Way.WITHIN, stage=Stage.UNDER_WAY, to_unit__path=path)
            own |= Q(way=Way.IN, stage=Stage.RECEIVED, unit__path=path)
        mine |= own
    if not scope.can(Permission.EDIT_RECORDS) and not scope.can(Permission.EDIT_PEOPLE):
        return []
    return list(
        Transfer.objects.filter(mine)
        .select_related("person", "unit", "to_unit")
        .order_by("due_on", "pk")
    )
