"""Marks: written by their rater only, handed in with evidence, confirmed by a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.assessment import access, queries
from linghang.assessment.enums import Happened, RaterKind, RoundState, SheetState
from linghang.assessment.models import Item, Mark, Sheet, Subject
from linghang.assessment.services import telling
from linghang.assessment.services.acting import (
    insist,
    note,
    scope_of,
    take_round,
    take_sheet,
    take_subject,
)
from linghang.ledger.models import Entry
from linghang.platform.acts import ask_reason, known
from linghang.platform.calendar import clock
from linghang.platform.files import api as files
from linghang.platform.notices.api import in_product_language


@dataclass(frozen=True)
class Said:
    """A mark to be saved: points in hundredths (None: not given yet), words, record, files."""

    item: Item
    points: int | None
    note: str = ""
    entry: Entry | None = None
    uploads: Sequence[Any] = ()


@transaction.atomic
def save_marks(
    *, sheet: Sheet, said: Sequence[Said], actor: Any, hand_in: bool = False, seen: str | None = ""
) -> Sheet:
    """Save the marks of a sheet, and hand it in when asked; return the sheet.

    A draft may lack anything. Raises ValidationError for points above full, before one's turn, and
    on handing in without a mark, without the evidence an item needs, or without the reason for a
    mark that differs from the step before; then nothing is saved.
    """
    sheet = take_sheet(sheet, seen)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_mark(scope, sheet))
    _insist_open(sheet)
    _check_points(sheet, said)
    known_marks = {mark.item_id: mark for mark in sheet.marks.all()}
    for each in said:
        mark = known_marks.get(each.item.pk) or Mark(sheet=sheet, item=each.item)
        mark.points, mark.note, mark.entry = each.points, each.note.strip(), each.entry
        mark.confirmed_by = mark.confirmed_at = None
        mark.save()
        known_marks[each.item.pk] = mark
        if each.uploads:
            files.store_files(owner=mark, uploads=each.uploads, actor=actor, note=str(each.item))
    if hand_in:
        _check_whole(sheet, known_marks)
        sheet.state, sheet.handed_in_on = SheetState.HANDED_IN, clock.today()
    sheet.version += 1
    sheet.save()
    if hand_in:
        note(
            sheet.subject.round,
            Happened.HANDED_IN,
            actor=actor,
            subject=sheet.subject,
            sheet=sheet,
        )
        telling.settle_sheet(sheet)
        telling.tell_next(sheet, actor=actor)
    return sheet


def _insist_open(sheet: Sheet) -> None:
    if sheet.subject.round.state != RoundState.OPEN or sheet.state == SheetState.HANDED_IN:
        raise ValidationError(
            _("It is handed in. The officer can return it to be changed."), code="state"
        )
    if (before := queries.find_turns([sheet])[sheet.pk]) is not None:
        raise ValidationError(
            _("First comes: %(kind)s. You are told when it is your turn.") % {"kind": before.label},
            code="turn",
        )


def _check_points(sheet: Sheet, said: Sequence[Said]) -> None:
    if any(each.item.form_id != sheet.subject.round.form_id for each in said):
        raise ValidationError(_("This is not an item of the form."), code="item")
    for each in said:
        if each.points is not None and not 0 <= each.points <= each.item.full:
            raise ValidationError(
                _("“%(item)s” has 0 to %(full)g points.")
                % {"item": each.item, "full": each.item.full / 100},
                code="points",
            )


def _check_whole(sheet: Sheet, marks: Mapping[int, Mark]) -> None:
    items = list(sheet.subject.round.form.items.all())
    if missing := [i for i in items if i.pk not in marks or marks[i.pk].points is None]:
        raise ValidationError(
            _("No mark yet: %(items)s.") % {"items": "、".join(map(str, missing))}, code="missing"
        )
    filed = files.count_files("assessment.mark", [mark.pk for mark in marks.values()])
    bare = [
        item
        for item in items
        if item.evidence and not _has_record(marks[item.pk]) and not filed.get(marks[item.pk].pk)
    ]
    if bare:
        raise ValidationError(
            _("Evidence is needed, a record or a file: %(items)s.")
            % {"items": "、".join(map(str, bare))},
            code="evidence",
        )
    before = find_former_marks(sheet)
    silent = [
        item
        for item in items
        if item.pk in before
        and marks[item.pk].points != before[item.pk].points
        and not marks[item.pk].note
    ]
    if silent:
        raise ValidationError(
            _("Say why your mark differs from the step before: %(items)s.")
            % {"items": "、".join(map(str, silent))},
            code="differs",
        )


def _has_record(mark: Mark) -> bool:
    return mark.entry is not None and mark.entry.withdrawn_at is None


def find_former_marks(sheet: Sheet) -> dict[int, Mark]:
    """Return the marks of the step just before, by item; empty for forms without steps."""
    before = queries.list_before(sheet)
    if not before:
        return {}
    return {m.item_id: m for m in before[-1].marks.all() if m.points is not None}


@transaction.atomic
def return_sheet(*, sheet: Sheet, reason: str, actor: Any, seen: str | None = "") -> Sheet:
    """Return a sheet to its rater with the reason, for example after a mark was talked over.

    Where raters mark in steps, the later steps of the subject are returned with it.
    """
    sheet = take_sheet(sheet, seen)
    round_ = sheet.subject.round
    if (scope := scope_of(actor)) is not None:
        insist(access.can_return(scope, sheet))
    if round_.state != RoundState.OPEN or sheet.state != SheetState.HANDED_IN or not sheet.rater_id:
        raise ValidationError(
            _("Only what is handed in, in an open round, can be returned."), code="state"
        )
    words = ask_reason(reason)
    _return(sheet, words, actor)
    with in_product_language():
        why = _("A step before yours was returned. Mark again when it is your turn.")
    for later in _list_later(sheet):
        _return(later, why, actor)
    return sheet


def _return(sheet: Sheet, words: str, actor: Any) -> None:
    sheet.state, sheet.handed_in_on = SheetState.RETURNED, None
    sheet.version += 1
    sheet.save()
    sheet.marks.update(confirmed_by=None, confirmed_at=None)
    note(
        sheet.subject.round,
        Happened.RETURNED,
        actor=actor,
        subject=sheet.subject,
        sheet=sheet,
        reason=words,
    )
    telling.tell_returned(sheet, words, actor=actor)


def _list_later(sheet: Sheet) -> list[Sheet]:
    """Return the sheets handed in of the steps after this one: they were marked on what changes now."""
    form = sheet.subject.round.form
    if not form.stepwise:
        return []
    after = [kind.value for kind in form.kinds[form.kinds.index(sheet.who) + 1 :]]
    rows = queries.list_sheets().filter(
        subject=sheet.subject_id, kind__in=after, state=SheetState.HANDED_IN, rater__isnull=False
    )
    return list(rows.order_by("pk"))


@transaction.atomic
def confirm_mark(*, mark: Mark, actor: Any) -> Mark:
    """Confirm as the second person that the evidence bears the mark; return the mark."""
    sheet = take_sheet(mark.sheet)
    if (scope := scope_of(actor)) is not None:
        in_team = queries.is_in_team(scope, sheet.subject.round)
        insist(access.can_confirm(scope, sheet, in_team=in_team))
    taken: Mark = (
        Mark.objects.select_for_update(of=("self",)).select_related("item").get(pk=mark.pk)
    )
    if sheet.subject.round.state != RoundState.OPEN or sheet.state != SheetState.HANDED_IN:
        raise ValidationError(_("Only what is handed in is confirmed."), code="state")
    if not taken.item.evidence:
        raise ValidationError(_("This item needs no evidence."), code="item")
    if taken.confirmed_at is not None:
        raise ValidationError(_("It is confirmed already."), code="double")
    taken.confirmed_by, taken.confirmed_at = known(actor), clock.now()
    taken.save(update_fields=["confirmed_by", "confirmed_at"])
    note(sheet.subject.round, Happened.CONFIRMED, actor=actor, subject=sheet.subject, sheet=sheet)
    return taken


# -- paper slips of the masses -------------------------------------------------------------------


@transaction.atomic
def enter_slip(*, subject: Subject, points: Mapping[Item, int], actor: Any) -> Sheet:
    """Enter one paper slip of the masses, which names nobody; it counts once it is confirmed."""
    take_round(subject.round)
    subject = take_subject(subject)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_enter_slips(scope, subject))
    if subject.round.state != RoundState.OPEN:
        raise ValidationError(_("The marks of this round stand."), code="state")
    sheet: Sheet = Sheet(subject=subject, kind=RaterKind.MASSES, state=SheetState.HANDED_IN)
    _check_points(sheet, [Said(item, given) for item, given in points.items()])
    if len(points) < subject.round.form.items.count():
        raise ValidationError(
            _("A slip with an item left open is not valid and is not entered."), code="missing"
        )
    sheet.handed_in_on, sheet.entered_by = clock.today(), known(actor)
    sheet.save()
    Mark.objects.bulk_create(
        [Mark(sheet=sheet, item=item, points=given) for item, given in points.items()]
    )
    note(subject.round, Happened.SLIP, actor=actor, subject=subject)
    return sheet


@transaction.atomic
def confirm_slips(*, subject: Subject, actor: Any) -> int:
    """Confirm the entered slips as they stand on paper; return how many.

    Raises ValidationError where none waits that somebody else entered.
    """
    take_round(subject.round)
    subject = take_subject(subject)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_enter_slips(scope, subject))
    waiting = list_open_slips(subject)
    others = waiting.exclude(entered_by=actor.pk) if known(actor) is not None else waiting
    count = others.count()
    if not count:
        raise ValidationError(
            _("A second person of the committee confirms the slips you entered.")
            if waiting.exists()
            else _("No slip waits to be confirmed."),
            code="own",
        )
    others.update(confirmed_by=known(actor))
    note(subject.round, Happened.SLIPS, actor=actor, subject=subject, new={"count": count})
    return count


@transaction.atomic
def withdraw_slip(*, sheet: Sheet, actor: Any) -> None:
    """Take away a slip that was entered wrongly, before a second person has confirmed it.

    What it said stays in the audit trail. Raises ValidationError once it is confirmed.
    """
    sheet = take_sheet(sheet)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_enter_slips(scope, sheet.subject))
    if (
        sheet.subject.round.state != RoundState.OPEN
        or sheet.rater_id is not None
        or sheet.confirmed_by_id is not None
    ):
        raise ValidationError(
            _("Only a paper slip not yet confirmed, in an open round, is taken back."), code="state"
        )
    points = list(sheet.marks.order_by("item__order").values_list("item__code", "points"))
    note(
        sheet.subject.round,
        Happened.SLIP_WITHDRAWN,
        actor=actor,
        subject=sheet.subject,
        new={"points": points},
    )
    sheet.delete()


def list_open_slips(subject: Subject) -> Any:
    """Return the slips entered and not confirmed."""
    return subject.sheets.filter(rater=None, confirmed_by=None)
