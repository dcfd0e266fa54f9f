"""Answers of both sides, saved line by line, and the hand-overs between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.diagnosis import access
from linghang.diagnosis.enums import RoundState, SheetState, Side, Verb, Verdict
from linghang.diagnosis.models import Answer, Expert, Sheet, Standard
from linghang.diagnosis.queries.sheets import describe_answer
from linghang.diagnosis.services import telling
from linghang.diagnosis.services.acting import (
    insist,
    move_sheet,
    note,
    scope_of,
    take_sheet,
    user_of,
)
from linghang.diagnosis.services.facts import write_sheet_facts
from linghang.platform.calendar import clock

BATCH = 500


@dataclass(frozen=True)
class Said:
    """One answer to be saved; `seen` is how the answer stood when the person looked at it."""

    standard: Standard
    verdict: Verdict
    note: str = ""
    seen: str = ""


@transaction.atomic
def save_self_answers(
    *, sheet: Sheet, answers: Sequence[Said], actor: Any, reason: str = ""
) -> list[Answer]:
    """Save what a unit says of itself; return the answers in order.

    Once handed in, a change needs its reason; once an expert has begun, nothing is changed. A
    sentence may still be missing here: handing in asks for it.
    """
    sheet = take_sheet(sheet)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_answer(scope, sheet))
    if sheet.state in {SheetState.CHECKING, SheetState.CHECKED}:
        raise ValidationError(
            _("The expert has begun: the self-check stands as it is."), code="late"
        )
    corrected = sheet.state == SheetState.HANDED_IN
    if corrected and not reason.strip():
        raise ValidationError(
            {"reason": _("The self-check is handed in: say why it is changed.")}, code="reason"
        )
    known = {a.standard_id: a for a in sheet.answers.filter(side=Side.SELF).select_related("by")}
    saved = _save(sheet, answers, known, side=Side.SELF, expert=None, actor=actor)
    if corrected:
        if any(each.verdict.needs_note and not each.note.strip() for each in answers):
            raise ValidationError({"note": _("Say in a sentence what is missing.")}, code="note")
        numbers = "、".join(each.standard.number for each in answers)
        note(sheet.round, Verb.CORRECTED, actor=actor, sheet=sheet, reason=f"{numbers}: {reason}")
    return saved


@transaction.atomic
def hand_in_sheet(*, sheet: Sheet, actor: Any, seen: str = "") -> Sheet:
    """Hand in the self-check; what was carried over from last time is confirmed by it.

    Raises ValidationError with the numbers of the standards without an answer, or without the
    sentence an answer needs.
    """
    sheet = take_sheet(sheet, seen)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_answer(scope, sheet))
    answers = {a.standard_id: a for a in sheet.answers.filter(side=Side.SELF)}
    missing, bare = [], []
    for standard in sheet.round.standard_set.standards.order_by("order"):
        answer = answers.get(standard.pk)
        if answer is None:
            missing.append(standard.number)
        elif answer.said.needs_note and not answer.note:
            bare.append(standard.number)
    if missing:
        raise ValidationError(
            _("Not answered yet: %(numbers)s.") % {"numbers": "、".join(missing)}, code="missing"
        )
    if bare:
        raise ValidationError(
            _("Say in a sentence what is missing: %(numbers)s.") % {"numbers": "、".join(bare)},
            code="note",
        )
    sheet.answers.filter(side=Side.SELF, carried=True).update(
        carried=False, at=clock.now(), by=user_of(actor)
    )
    sheet.handed_in_on, sheet.handed_in_by = clock.today(), user_of(actor)
    move_sheet(sheet, SheetState.HANDED_IN, Verb.HANDED_IN, actor=actor)
    telling.settle_sheet(sheet)
    return sheet


@transaction.atomic
def save_expert_answers(
    *, sheet: Sheet, expert: Expert, answers: Sequence[Said], actor: Any, reason: str = ""
) -> list[Answer]:
    """Save what an expert found; the first answer ends the time of the self-check.

    Raises ValidationError for one's own unit, another field, a failed standard without a sentence,
    and a change after the check was finished without a reason.
    """
    sheet = take_sheet(sheet)
    _insist_expert(sheet, expert, actor)
    for said in answers:
        if said.verdict.needs_note and not said.note.strip():
            raise ValidationError({"note": _("Say in a sentence what is missing.")}, code="note")
        if not access.checks_standard(expert, said.standard):
            raise ValidationError(
                _("%(number)s is of a field that other experts check.")
                % {"number": said.standard.number},
                code="field",
            )
    finished = sheet.state == SheetState.CHECKED
    if finished and not reason.strip():
        raise ValidationError(
            {"reason": _("The check of this unit is finished: say why the answer changes.")},
            code="reason",
        )
    if sheet.state in {SheetState.FILLING, SheetState.HANDED_IN}:
        sheet.answers.filter(side=Side.SELF, carried=True).delete()  # never confirmed: not said
        move_sheet(sheet, SheetState.CHECKING, Verb.CHECKING, actor=actor)
    mine = sheet.answers.filter(side=Side.EXPERT, expert=expert).select_related("by")
    known = {answer.standard_id: answer for answer in mine}
    saved = _save(sheet, answers, known, side=Side.EXPERT, expert=expert, actor=actor)
    if finished:
        numbers = "、".join(each.standard.number for each in answers)
        note(
            sheet.round, Verb.JUDGED_AGAIN, actor=actor, sheet=sheet, reason=f"{numbers}: {reason}"
        )
        write_sheet_facts([sheet], actor=actor, reason=reason)
    return saved


@transaction.atomic
def finish_check(*, sheet: Sheet, expert: Expert, actor: Any, seen: str = "") -> Sheet:
    """Finish the expert check of a unit: its facts are written, the unit sees the answers.

    Raises ValidationError with the numbers no expert has answered.
    """
    sheet = take_sheet(sheet, seen)
    _insist_expert(sheet, expert, actor)
    given = set(sheet.answers.filter(side=Side.EXPERT).values_list("standard_id", flat=True))
    missing = [
        standard.number
        for standard in sheet.round.standard_set.standards.order_by("order")
        if standard.pk not in given
    ]
    if missing:
        raise ValidationError(
            _("No expert has answered yet: %(numbers)s.") % {"numbers": "、".join(missing)},
            code="missing",
        )
    sheet.checked_on = clock.today()
    move_sheet(sheet, SheetState.CHECKED, Verb.CHECKED, actor=actor)
    write_sheet_facts([sheet], actor=actor)
    telling.tell_checked(sheet, actor=actor)
    return sheet


def _insist_expert(sheet: Sheet, expert: Expert, actor: Any) -> None:
    if expert.round_id != sheet.round_id:
        raise ValidationError(_("The experts of this round check."), code="denied")
    if (scope := scope_of(actor)) is not None:
        own = expert if expert.person_id == scope.person_id else None
        insist(access.can_check(scope, sheet, own))
    elif sheet.round.state != RoundState.EXPERT_CHECK:
        raise ValidationError(_("The expert check has not begun."), code="state")


def _save(
    sheet: Sheet,
    answers: Sequence[Said],
    known: dict[int, Answer],
    *,
    side: Side,
    expert: Expert | None,
    actor: Any,
) -> list[Answer]:
    """Write the answers in two statements, however many; what was seen is compared line by line."""
    _insist_own(sheet, answers)
    now, user = clock.now(), user_of(actor)
    new, changed, saved = [], [], []
    for said in answers:
        answer = known.get(said.standard.pk)
        if said.seen and said.seen != describe_answer(answer):
            raise ValidationError(_tell(answer), code="changed")
        if answer is None:
            answer = Answer(sheet=sheet, standard=said.standard, side=side, expert=expert)
            new.append(answer)
        else:
            changed.append(answer)
        answer.verdict, answer.note = said.verdict, said.note.strip()[:200]
        answer.carried, answer.at, answer.by = False, now, user
        saved.append(answer)
    Answer.objects.bulk_create(new, batch_size=BATCH)
    Answer.objects.bulk_update(
        changed, ["verdict", "note", "carried", "at", "by"], batch_size=BATCH
    )
    return saved


def _insist_own(sheet: Sheet, answers: Iterable[Said]) -> None:
    if any(said.standard.standard_set_id != sheet.round.standard_set_id for said in answers):
        raise ValidationError(_("This standard is not of this round."), code="standard")


def _tell(answer: Answer | None) -> str:
    if answer is None:
        return _("It was changed meanwhile. Nothing you sent was saved; look at it again.")
    return _(
        "Meanwhile (%(time)s) %(who)s answered “%(answer)s”. Nothing you sent was saved; look again."
    ) % {
        "time": f"{timezone.localtime(answer.at):%H:%M}",
        "who": answer.by or _("the system"),
        "answer": answer.said.label,
    }
