"""Reads of dues: what is due and why, how each month of a year stands, who has not paid for long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.dues.access import restrict_branches
from linghang.dues.enums import MonthState, ReliefKind
from linghang.dues.models import Base, Book, Extra, Payment, Relief, to_yuan
from linghang.org.enums import BRANCH_KINDS
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.enums import MEMBER_POST, MemberKind, Standing
from linghang.people.models import Appointment, Person
from linghang.platform.access import Permission, Scope
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import NoticeDraft
from linghang_core.regulations import Notice, check_unpaid, compute_dues, load_rules
from linghang_core.regulations.rules import Rule

Spans = list[tuple[date, date | None]]
LOOK_BACK = 12  # months looked through for months in a row without dues
PAYERS = {MemberKind.FULL, MemberKind.PROBATIONARY}


@dataclass(frozen=True)
class Due:
    """What a member has to pay for a month, in cents, with all that shows how it came about."""

    cents: int
    base: Base | None
    rate: Decimal | None
    rule: Rule
    relief: Relief | None = None

    @property
    def yuan(self) -> Decimal:
        """Return what is due, in yuan."""
        return to_yuan(self.cents)

    @property
    def rule_key(self) -> str:
        """Return the row of the rule book with the day it came into force."""
        return f"{self.rule.code} {self.rule.in_force_from}"


@dataclass(frozen=True)
class Cell:
    """One month of one member."""

    month: date
    state: MonthState
    due: Due | None = None
    payment: Payment | None = None

    @property
    def hidden(self) -> bool:
        """Return whether only who keeps the dues is told why nothing was paid: it may be hardship."""
        return self.state in {MonthState.EXEMPT, MonthState.UNKNOWN}

    @property
    def due_cents(self) -> int:
        """Return what was due: of a paid month as it was computed then."""
        if self.payment is not None:
            return self.payment.due_cents
        return self.due.cents if self.due else 0

    @property
    def paid_cents(self) -> int:
        """Return what was paid in this branch."""
        if self.payment is None or self.state is MonthState.ELSEWHERE:
            return 0
        return self.payment.cents

    @property
    def due_yuan(self) -> Decimal:
        """Return what was due, in yuan."""
        return to_yuan(self.due_cents)

    @property
    def paid_yuan(self) -> Decimal:
        """Return what was paid, in yuan."""
        return to_yuan(self.paid_cents)


@dataclass
class Line:
    """One member in one branch over some months."""

    unit_id: int
    person: Person
    cells: list[Cell] = field(default_factory=list)

    @property
    def paid_cents(self) -> int:
        """Return what was paid over the months."""
        return sum(cell.paid_cents for cell in self.cells)

    @property
    def due_cents(self) -> int:
        """Return what was due over the months in this branch."""
        return sum(
            cell.due_cents
            for cell in self.cells
            if cell.state not in {MonthState.NONE, MonthState.ELSEWHERE}
        )

    @property
    def due_yuan(self) -> Decimal:
        """Return what was due, in yuan."""
        return to_yuan(self.due_cents)

    @property
    def paid_yuan(self) -> Decimal:
        """Return what was paid, in yuan."""
        return to_yuan(self.paid_cents)

    @property
    def unpaid_months(self) -> int:
        """Return how many months in a row up to the last one nothing was paid though it was due."""
        count = 0
        for cell in reversed(self.cells):
            if cell.state is not MonthState.OWED:
                break
            count += 1
        return count


class Terms:
    """The bases and reliefs of some members, read once; two queries."""

    def __init__(self, person_ids: Iterable[int]) -> None:
        ids = list(person_ids)
        self.bases: dict[int, list[Base]] = defaultdict(list)
        self.reliefs: dict[int, list[Relief]] = defaultdict(list)
        standing = {"person_id__in": ids, "withdrawn_at": None}
        for base in Base.objects.filter(**standing).order_by("valid_from"):
            self.bases[base.person_id].append(base)
        for relief in Relief.objects.filter(**standing).order_by("valid_from"):
            self.reliefs[relief.person_id].append(relief)
        self._rules = load_rules()

    def find_base(self, person_id: int, month: date) -> Base | None:
        """Return what the member pays on in the month, None where nobody has entered it."""
        found = [base for base in self.bases[person_id] if base.valid_from <= month]
        return found[-1] if found else None

    def find_due(self, person_id: int, month: date, base: Base | None = None) -> Due | None:
        """Return what is due for the month by the rule in force in it; None without a base.

        With `base` given, what was due on it: a paid month keeps what it was computed on.
        """
        base = base or self.find_base(person_id, month)
        if base is None:
            return None
        dues = compute_dues(base.yuan, payer=base.payer, on=month, rules=self._rules)
        cents = int(dues.amount * 100)
        relief = next(
            (one for one in self.reliefs[person_id] if one.valid_from <= month < one.valid_to),
            None,
        )
        if relief is not None:
            granted = 0 if relief.kind == ReliefKind.EXEMPT else relief.cents
            cents = min(cents, granted)
        return Due(cents, base, dues.rate, dues.rule, relief)


def list_branches(scope: Scope) -> QuerySet[Unit]:
    """Return the open branches whose statement the reader reads."""
    return Unit.objects.filter(restrict_branches(scope), closed_on=None).order_by("path")


def list_kept(scope: Scope) -> QuerySet[Unit]:
    """Return the open branches whose dues the reader keeps."""
    kept = scope.restrict(Permission.EDIT_RECORDS)
    return Unit.objects.filter(kept, kind__in=BRANCH_KINDS, closed_on=None).order_by("path")


def list_books(scope: Scope) -> QuerySet[Book]:
    """Return the books of the branches whose statement the reader reads."""
    return Book.objects.filter(
        unit__in=Unit.objects.filter(restrict_branches(scope))
    ).select_related("unit")


def list_extras(unit: Unit, year: int) -> QuerySet[Extra]:
    """Return the special and large dues of a branch's year that stand."""
    return Extra.objects.filter(unit=unit, paid_on__year=year, withdrawn_at=None).select_related(
        "person"
    )


def list_reliefs(unit: Unit) -> QuerySet[Relief]:
    """Return the reliefs of a branch that stand, the latest first."""
    return (
        Relief.objects.filter(unit=unit, withdrawn_at=None)
        .select_related("person")
        .order_by("-valid_from", "-pk")
    )


def first_of(day: date) -> date:
    """Return the first day of the day's month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return first_of(month + timedelta(days=31))


def shift_month(month: date, months: int) -> date:
    """Return the first day of the month so many months later, or earlier where negative."""
    count = month.year * 12 + month.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def last_day(month: date) -> date:
    """Return the last day of the month."""
    return next_month(month) - timedelta(days=1)


def list_months(first: date, last: date) -> list[date]:
    """Return the months from one to another, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months


def list_payers(unit: Unit, month: date, today: date) -> list[Person]:
    """Return who has to pay in the branch for the month, in the order of the roster."""
    lines = read_lines([unit.pk], month, month, today)
    return [line.person for line in lines if line.cells[0].state is not MonthState.NONE]


def read_lines(unit_ids: Sequence[int], first: date, last: date, today: date) -> list[Line]:
    """Return the members of the branches with how each month stands; four queries for any number.

    A month is owed in the branch a member stands in on its last day (of the present month: today),
    by full and probationary members alike; the latter from the meeting that admitted them.
    """
    months = list_months(first, last)
    spans, persons = _read_spans(unit_ids, first, last_day(last))
    paid = _read_payments(unit_ids, {pk for _unit, pk in spans}, first, last)
    for (pk, _month), payment in paid.items():
        persons.setdefault(pk, payment.person)
        if payment.book.unit_id in unit_ids:
            spans.setdefault((payment.book.unit_id, pk), [])
    terms = Terms(persons)
    lines = []
    for (unit_id, pk), held in spans.items():
        line = Line(unit_id, persons[pk])
        line.cells = [
            _judge(line, month, held, paid.get((pk, month)), terms, today) for month in months
        ]
        if any(cell.state is not MonthState.NONE for cell in line.cells):
            lines.append(line)
    return sorted(lines, key=lambda line: line.person.code)


def read_own(person_id: int, first: date, last: date, today: date) -> list[Cell]:
    """Return the months of one member, in whichever branch each was due or paid."""
    homes = Appointment.objects.filter(person_id=person_id, post_id=MEMBER_POST)
    unit_ids = set(homes.values_list("unit_id", flat=True))
    lines = read_lines(sorted(unit_ids), first, last, today)
    best: dict[date, Cell] = {}
    for line in lines:
        if line.person.pk != person_id:
            continue
        for cell in line.cells:
            known = best.get(cell.month)
            weak = {MonthState.NONE, MonthState.ELSEWHERE}
            if known is None or (known.state in weak and cell.state not in weak):
                best[cell.month] = cell
    return [best[month] for month in sorted(best)]


def find_long_unpaid(unit_ids: Sequence[int], today: date) -> list[tuple[Line, Notice]]:
    """Return who has paid nothing for so many months in a row that the rules speak of it."""
    last = shift_month(first_of(today), -1)
    lines = read_lines(unit_ids, shift_month(last, 1 - LOOK_BACK), last, today)
    return [(line, notice) for line in lines for notice in check_unpaid(line.unpaid_months)]


def _read_spans(
    unit_ids: Sequence[int], first: date, last: date
) -> tuple[dict[tuple[int, int], Spans], dict[int, Person]]:
    held = Appointment.objects.filter(
        Q(valid_from__lte=last) | Q(dues_arrival__paid_until__lt=last),
        unit_id__in=unit_ids,
        post_id=MEMBER_POST,
    ).exclude(valid_to__lte=first)
    spans: dict[tuple[int, int], Spans] = defaultdict(list)
    persons: dict[int, Person] = {}
    for row in held.select_related("person", "dues_arrival"):
        begin, arrival = row.valid_from, getattr(row, "dues_arrival", None)
        if arrival is not None:  # what was paid elsewhere is not owed, what was not is owed here
            begin = next_month(arrival.paid_until)
        spans[row.unit_id, row.person_id].append((begin, row.valid_to))
        persons[row.person_id] = row.person
    return spans, persons


def _read_payments(
    unit_ids: Sequence[int], person_ids: set[int], first: date, last: date
) -> dict[tuple[int, date], Payment]:
    rows = Payment.objects.filter(
        Q(book__unit_id__in=unit_ids) | Q(person_id__in=person_ids),
        month__gte=first,
        month__lte=last,
        withdrawn_at=None,
    ).select_related("book", "person", "base")
    return {(row.person_id, row.month): row for row in rows}


def _judge(
    line: Line, month: date, held: Spans, payment: Payment | None, terms: Terms, today: date
) -> Cell:
    due = terms.find_due(line.person.pk, month, payment.base if payment else None)
    if payment is not None:
        if payment.book.unit_id != line.unit_id:
            owes = _owes(line.person, held, min(last_day(month), today))
            state = MonthState.ELSEWHERE if owes else MonthState.NONE
            return Cell(month, state, None, payment if owes else None)
        return Cell(month, _judge_payment(payment), due, payment)
    if month > today or not _owes(line.person, held, min(last_day(month), today)):
        return Cell(month, MonthState.NONE)
    if due is None:
        return Cell(month, MonthState.UNKNOWN)
    if due.cents == 0:
        return Cell(month, MonthState.EXEMPT, due)
    return Cell(month, MonthState.OWED if last_day(month) < today else MonthState.OPEN, due)


def _judge_payment(payment: Payment) -> MonthState:
    if payment.cents < payment.due_cents:
        return MonthState.SHORT
    return MonthState.LATE if payment.paid_on > last_day(payment.month) else MonthState.PAID


def _owes(person: Person, held: Spans, day: date) -> bool:
    if person.member_kind not in PAYERS or person.standing == Standing.LEFT:
        return False
    if person.joined_on is not None and person.joined_on > day:
        return False
    return any(begin <= day and (end is None or day < end) for begin, end in held)


@dataclass(frozen=True)
class BranchYear:
    """What a branch had to pay and paid in a year, with whom the rules speak of."""

    unit: Unit
    members: int
    due_cents: int
    paid_cents: int
    owed: int  # months of members that are over and not paid
    unknown: int  # members without a base
    warned: tuple[tuple[Line, Notice], ...] = ()

    @property
    def due_yuan(self) -> Decimal:
        """Return what was due, in yuan."""
        return to_yuan(self.due_cents)

    @property
    def paid_yuan(self) -> Decimal:
        """Return what was paid, in yuan."""
        return to_yuan(self.paid_cents)

    @property
    def share(self) -> Decimal | None:
        """Return what part of what was due is paid, None where nothing was due."""
        if not self.due_cents:
            return None
        return Decimal(self.paid_cents) / Decimal(self.due_cents)


def read_branches(units: Sequence[Unit], year: int, today: date) -> list[BranchYear]:
    """Return the year of each branch up to now; eight queries for any number of branches."""
    unit_ids = [unit.pk for unit in units]
    last = min(date(year, 12, 1), first_of(today))
    lines: dict[int, list[Line]] = defaultdict(list)
    for line in read_lines(unit_ids, date(year, 1, 1), last, today):
        lines[line.unit_id].append(line)
    warned: dict[int, list[tuple[Line, Notice]]] = defaultdict(list)
    if year == today.year:
        for line, notice in find_long_unpaid(unit_ids, today):
            warned[line.unit_id].append((line, notice))
    return [_sum_up(unit, lines[unit.pk], warned[unit.pk]) for unit in units]


def _sum_up(unit: Unit, lines: list[Line], warned: list[tuple[Line, Notice]]) -> BranchYear:
    states = [cell.state for line in lines for cell in line.cells]
    return BranchYear(
        unit=unit,
        members=sum(1 for line in lines if line.cells[-1].state is not MonthState.NONE),
        due_cents=sum(line.due_cents for line in lines),
        paid_cents=sum(line.paid_cents for line in lines),
        owed=states.count(MonthState.OWED),
        unknown=sum(1 for line in lines if line.cells[-1].state is MonthState.UNKNOWN),
        warned=tuple(warned),
    )


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield a reminder to each branch that keeps dues and has last month's open; names stay inside."""
    month = shift_month(first_of(today), -1)
    unit_ids = list(
        Base.objects.filter(withdrawn_at=None).values_list("unit_id", flat=True).distinct()
    )
    units = Unit.objects.filter(pk__in=unit_ids, closed_on=None).in_bulk()
    owing: dict[int, int] = defaultdict(int)
    for line in read_lines(sorted(units), month, month, today):
        owing[line.unit_id] += line.cells[0].state is MonthState.OWED
    readers = people.users_with(Permission.EDIT_RECORDS, units, today)
    for unit_id, count in sorted(owing.items()):
        for user_id in readers.get(unit_id, ()) if count else ():
            yield NoticeDraft(
                recipient_id=user_id,
                key=f"dues:{unit_id}:{month:%Y-%m}",
                kind=NoticeKind.LATE,
                title=_("Dues of %(month)s: %(count)d members have not paid")
                % {"month": f"{month:%Y-%m}", "count": count},
                url=reverse("dues:month", args=[unit_id, month.year, month.month]),
                unit_path=units[unit_id].path,
            )
