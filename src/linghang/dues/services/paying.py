"""A month paid by everybody in one act, payments corrected or taken back, dues beyond the monthly ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.dues import queries
from linghang.dues.enums import ExtraKind, MonthState
from linghang.dues.models import Book, Extra, Payment
from linghang.dues.services.keeping import sign, withdraw_row
from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.files.api import store_files

ONE = 100  # a quantity of one, in hundredths
MOST = 100_000_000  # cents: more is a slip of the hand
TITLE = "党费收缴"


@dataclass(frozen=True)
class PaidDraft:
    """What a member paid; without an amount, exactly what was due."""

    person: Person
    paid_on: date
    cents: int | None = None
    note: str = ""


@dataclass(frozen=True)
class ExtraDraft:
    """Special or large dues of a member, in cents."""

    person: Person
    kind: str
    cents: int
    paid_on: date
    note: str = ""


@transaction.atomic
def record_month(
    *,
    unit: Unit,
    month: date,
    paid: Sequence[PaidDraft],
    actor: Any,
    seen: str | None = None,
    files: Sequence[Any] = (),
) -> list[Payment]:
    """Record who paid the dues of a month, all or none, and return the payments.

    Raises ValidationError for a month that has not begun, a payment of tomorrow, a member who owes nothing
    or whose base nobody entered, and another amount than what is due without a word why.
    """
    month = queries.first_of(month)
    if month > clock.today():
        raise ValidationError(_("That month has not begun."), code="future")
    book = _take_book(unit, month, seen)
    cells = {
        line.person.pk: line.cells[0]
        for line in queries.read_lines([unit.pk], month, month, clock.today())
    }
    rows = [_make_payment(book, draft, cells.get(draft.person.pk), actor) for draft in paid]
    made = Payment.objects.bulk_create(rows)
    if files:
        store_files(owner=book, uploads=files, actor=actor, note=f"{TITLE} {month:%Y-%m}")
    _close(book, "dues.recorded", actor, new={"members": len(made)})
    return made


@transaction.atomic
def correct_payment(
    *,
    payment: Payment,
    cents: int,
    paid_on: date,
    note: str = "",
    reason: str,
    actor: Any,
    seen: str | None = None,
) -> Payment:
    """Replace a payment by what was really paid; the former row stays with the reason."""
    book = _take_book(payment.book.unit, payment.month, seen)
    former = _withdraw(payment, reason, actor)
    _check_paid(former.person, cents, paid_on)
    row = Payment.objects.create(
        book=book,
        person=former.person,
        month=former.month,
        cents=cents,
        due_cents=former.due_cents,
        base=former.base,
        rule=former.rule,
        paid_on=paid_on,
        note=note.strip(),
        **sign(actor),
    )
    _close(book, "dues.corrected", actor, label=former.person.name, reason=reason)
    return row


@transaction.atomic
def withdraw_payment(
    *, payment: Payment, reason: str, actor: Any, seen: str | None = None
) -> Payment:
    """Take a payment back that was none; the row stays with the reason."""
    book = _take_book(payment.book.unit, payment.month, seen)
    former = _withdraw(payment, reason, actor)
    _close(book, "dues.withdrawn", actor, label=former.person.name, reason=reason)
    return former


@transaction.atomic
def record_extra(*, unit: Unit, draft: ExtraDraft, actor: Any) -> Extra:
    """Record special or large dues; they are never due and count for no month."""
    if draft.kind not in ExtraKind.values:
        raise ValidationError(_("Choose what kind of dues it is."), code="kind")
    if not people.member_on(unit.pk, draft.person.pk, draft.paid_on):
        raise ValidationError(
            _("%(name)s is no member of %(unit)s.")
            % {"name": draft.person.name, "unit": unit.name},
            code="stranger",
        )
    _check_paid(draft.person, draft.cents, draft.paid_on)
    extra = Extra.objects.create(
        unit=unit,
        person=draft.person,
        kind=draft.kind,
        cents=draft.cents,
        paid_on=draft.paid_on,
        note=draft.note.strip(),
        **sign(actor),
    )
    _record_extra(extra, "dues.extra_recorded", actor, "")
    return extra


@transaction.atomic
def withdraw_extra(*, extra: Extra, reason: str, actor: Any) -> Extra:
    """Take special or large dues back, with the reason."""
    found = Extra.objects.select_for_update(of=("self",)).select_related("unit", "person")
    taken = found.get(pk=extra.pk)
    withdraw_row(taken, reason, actor)
    _record_extra(taken, "dues.extra_withdrawn", actor, reason)
    return taken


def _take_book(unit: Unit, month: date, seen: str | None) -> Book:
    """Return the month's book with its row taken, if it still stands as it was seen."""
    Book.objects.get_or_create(unit=unit, month=month)
    found = Book.objects.select_for_update(of=("self",)).select_related("unit")
    book = found.get(unit=unit, month=month)
    if seen and seen != book.seen:
        rows = Payment.objects.filter(book=book).select_related("recorded_by", "withdrawn_by")
        last = rows.order_by("-pk").first()
        who = (last.withdrawn_by or last.recorded_by) if last else None
        raise ValidationError(
            _("%(who)s changed this month in the meantime. Look at it again.")
            % {"who": who or _("The system")},
            code="moved",
        )
    return book


def _make_payment(book: Book, draft: PaidDraft, cell: queries.Cell | None, actor: Any) -> Payment:
    name = {"name": draft.person.name}
    if cell is None or cell.state is MonthState.NONE:
        raise ValidationError(
            _("%(name)s is no member of %(unit)s.") % {**name, "unit": book.unit.name},
            code="stranger",
        )
    if cell.state is MonthState.UNKNOWN:
        raise ValidationError(
            _("Nobody entered what %(name)s pays on. Enter the base first.") % name, code="base"
        )
    if cell.state not in {MonthState.OWED, MonthState.OPEN} or cell.due is None:
        raise ValidationError(_("%(name)s owes nothing for this month.") % name, code="nothing")
    due = cell.due
    cents = due.cents if draft.cents is None else draft.cents
    _check_paid(draft.person, cents, draft.paid_on)
    if cents != due.cents and not draft.note.strip():
        raise ValidationError(
            _("%(name)s paid another amount than what is due: say why.") % name, code="note"
        )
    return Payment(
        book=book,
        person=draft.person,
        month=book.month,
        cents=cents,
        due_cents=due.cents,
        base=due.base,
        rule=due.rule_key,
        paid_on=draft.paid_on,
        note=draft.note.strip(),
        **sign(actor),
    )


def _check_paid(person: Person, cents: int, paid_on: date) -> None:
    if not 0 < cents <= MOST:
        raise ValidationError(
            _("The amount of %(name)s cannot be right.") % {"name": person.name}, code="amount"
        )
    if paid_on > clock.today():
        raise ValidationError(_("The day lies in the future."), code="future")


def _withdraw(payment: Payment, reason: str, actor: Any) -> Payment:
    found = Payment.objects.select_for_update(of=("self",)).select_related(
        "person", "base", "withdrawn_by"
    )
    former = found.get(pk=payment.pk)
    withdraw_row(former, reason, actor)
    return former


def _close(
    book: Book, verb: str, actor: Any, *, label: str = "", reason: str = "", new: Any = None
) -> None:
    """Let the version rise, count the month on the ledger again, and leave a line in the trail."""
    book.version += 1
    book.save(update_fields=["version"])
    _write_fact(book, actor, reason.strip())
    audit.record(
        actor=actor,
        verb=verb,
        target=book,
        label=label or book.unit.name,
        unit_path=book.unit.path,
        new={"month": f"{book.month:%Y-%m}", **(new or {})},  # never amounts
        reason=reason.strip(),
    )


def _write_fact(book: Book, actor: Any, reason: str) -> None:
    """Count who paid in time; the fact belongs to the month for which dues were paid."""
    end = queries.last_day(book.month)
    days = [
        row.paid_on
        for row in book.payments.filter(withdrawn_at=None)
        if row.paid_on <= end and row.cents >= row.due_cents
    ]
    if not days:
        withdraw_entries([book], reason=reason)
        return
    occurred_on = max(book.month, *days)
    fact = FactDraft(
        kind="dues",
        quantity=ONE * len(days),
        unit_id=book.unit_id,
        occurred_on=occurred_on,
        due_on=end,
    )
    draft = EntryDraft(
        source=book,
        kind="dues",
        unit_id=book.unit_id,
        title=f"{TITLE} {book.month:%Y-%m}",
        occurred_on=occurred_on,
        facts=[fact],
        judge_lateness=False,
    )
    write_entries([draft], actor=actor, reason=reason)


def _record_extra(extra: Extra, verb: str, actor: Any, reason: str) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=extra,
        label=extra.person.name,
        unit_path=extra.unit.path,
        new={"kind": extra.kind},
        reason=reason.strip(),
    )
