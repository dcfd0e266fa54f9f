"""The grades the branch decides, the superior's reply, telling each member, one objection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.appraisal import queries
from linghang.appraisal.enums import Deed, Grade, Happened, Measure, Stage
from linghang.appraisal.models import Appraisal, FollowUp, Objection, Participant
from linghang.appraisal.services.steps import (
    check_decider,
    find_part,
    lock_appraisal,
    move_on,
    take_row,
)
from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.platform.acts import ask_reason, explain, fault, known
from linghang.platform.calendar import clock
from linghang_core.regulations import load_rules

ONE = 100  # a quantity of one, in hundredths


@dataclass(frozen=True)
class Decision:
    """What the organisation decides of a member; a low grade has its reason and a measure."""

    grade: str
    why: str = ""
    measure: str = ""
    measure_until: date | None = None


@transaction.atomic
def decide_grades(
    *,
    appraisal: Appraisal,
    decisions: Mapping[int, Decision],
    actor: Any,
    seen: str | None = None,
) -> Appraisal:
    """Record the grade of each full member who takes part; `decisions` by participant.

    Votes and scores are beside it and decide nothing. Raises ValidationError for a grade left out,
    one for a probationary or excused member, more excellent than the share lets, a low grade without
    reason or measure.
    """
    taken = lock_appraisal(appraisal, Deed.DECIDE, seen)
    parts = queries.list_participants(taken)
    graded = queries.list_graded(parts)
    wanted = {one.pk: one for one in graded}
    if strangers := set(decisions) - set(wanted):
        names = "、".join(one.person.name for one in parts if one.pk in strangers)
        raise ValidationError(
            _("Members on probation and who is excused get no grade: %(names)s.")
            % {"names": names or "–"},
            code="no_grade",
        )
    if missing := [one.person.name for one in graded if one.pk not in decisions]:
        raise ValidationError(
            _("No grade yet: %(names)s.") % {"names": "、".join(missing)}, code="missing"
        )
    _check_cap(taken, parts, {pk: one.grade for pk, one in decisions.items()})
    for pk, decision in decisions.items():
        _write_grade(wanted[pk], decision)
    return move_on(taken, Happened.DECIDED, actor=actor)


@transaction.atomic
def report_grades(*, appraisal: Appraisal, actor: Any, seen: str | None = None) -> Appraisal:
    """Send the grades to the superior; ValidationError as long as one is missing."""
    taken = lock_appraisal(appraisal, Deed.REPORT, seen)
    graded = queries.list_graded(queries.list_participants(taken))
    if missing := [one.person.name for one in graded if not one.grade]:
        raise ValidationError(
            _("No grade yet: %(names)s.") % {"names": "、".join(missing)}, code="missing"
        )
    taken.sent_by = known(actor)
    return move_on(taken, Happened.REPORTED, actor=actor, stage=Stage.REPORTED)


@transaction.atomic
def confirm_grades(
    *, appraisal: Appraisal, approve: bool, actor: Any, reason: str = "", seen: str | None = None
) -> Appraisal:
    """Confirm the grades, or return them with the reason; ValidationError for who sent them."""
    taken = lock_appraisal(appraisal, Deed.CONFIRM, seen)
    check_decider(taken, actor)
    if not approve:
        note = ask_reason(reason)
        return move_on(taken, Happened.RETURNED, actor=actor, stage=Stage.COUNTED, note=note)
    return move_on(
        taken, Happened.CONFIRMED, actor=actor, stage=Stage.CONFIRMED, note=reason.strip()
    )


@transaction.atomic
def tell_members(*, appraisal: Appraisal, actor: Any, seen: str | None = None) -> Appraisal:
    """Let each member read the own result, and write the fact that the appraisal is finished."""
    taken = lock_appraisal(appraisal, Deed.TELL, seen)
    taken.told_on = clock.today()
    moved = move_on(taken, Happened.TOLD, actor=actor, stage=Stage.TOLD)
    _write_fact(moved, actor)
    return moved


@transaction.atomic
def object_to_grade(*, appraisal: Appraisal, person_id: int | None, text: str) -> Objection:
    """Record the member's one objection to the own grade; only its author calls this.

    Raises ValidationError before the grade was told, for who has none, without a reason and twice.
    """
    taken = take_row(appraisal)
    if taken.stage != Stage.TOLD:
        raise ValidationError(_("Nothing was told yet that could be objected to."), code="not_now")
    part = find_part(taken, person_id)
    if not part.grade:
        raise ValidationError(_("You have no grade in this appraisal."), code="no_grade")
    if Objection.objects.filter(participant=part).exists():
        raise ValidationError(
            _("You have objected once; the superior's decision stands."), code="twice"
        )
    if not text.strip():
        raise ValidationError({"text": _("Say why.")}, code="reason")
    objection = Objection.objects.create(
        participant=part, text=text.strip(), made_on=clock.today(), former_grade=part.grade
    )
    move_on(taken, Happened.OBJECTED, actor=part.person.user, unnamed=True)
    return objection


@transaction.atomic
def answer_objection(
    *,
    appraisal: Appraisal,
    participant_id: int,
    upheld: bool,
    answer: str,
    actor: Any,
    decision: Decision | None = None,
    seen: str | None = None,
) -> Objection:
    """Decide an objection with its answer; upheld, the grade becomes that of `decision`.

    The former grade stays on record. Raises ValidationError for who sent the grades or takes part,
    without an answer, an objection decided already, the same grade again, and beyond the share.
    """
    taken = lock_appraisal(appraisal, Deed.ANSWER, seen)
    check_decider(taken, actor)
    objection = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("participant__person")
        .filter(participant_id=participant_id, participant__appraisal=taken)
        .first()
    )
    if objection is None or objection.decided_on is not None:
        raise ValidationError(_("No objection of this member is open."), code="not_open")
    if not answer.strip():
        raise ValidationError({"answer": _("Say why.")}, code="reason")
    part = objection.participant
    if upheld:
        if decision is None or decision.grade == part.grade:
            raise ValidationError(
                {"grade": _("An objection that is upheld changes the grade.")}, code="same"
            )
        parts = queries.list_participants(taken)
        _check_cap(taken, parts, {one.pk: one.grade for one in parts} | {part.pk: decision.grade})
        _write_grade(part, decision)
    objection.upheld, objection.answer = upheld, answer.strip()
    objection.decided_on = clock.today()
    objection.save()
    move_on(taken, Happened.ANSWERED, actor=actor)
    return objection


@transaction.atomic
def follow_measure(
    *,
    appraisal: Appraisal,
    participant_id: int,
    done: bool,
    on: date,
    note: str,
    actor: Any,
    measure: str = "",
    until: date | None = None,
    seen: str | None = None,
) -> FollowUp:
    """Record what came of a measure; not done, the next one (`measure`, `until`) stands instead.

    Raises ValidationError for a member without an open measure or the actor's own, for a day before the
    result was told or ahead, without a note, and for a failed measure that nothing follows.
    """
    taken = lock_appraisal(appraisal, Deed.FOLLOW, seen)
    parts = queries.list_open_measures(queries.list_participants(taken))
    part = next((one for one in parts if one.pk == participant_id), None)
    if part is None:
        raise ValidationError(_("No measure of this member is open."), code="not_open")
    if part.person.user_id and part.person.user_id == getattr(actor, "pk", None):
        raise ValidationError(_("Nobody records what came of their own measure."), code="own")
    assert taken.told_on is not None
    if not taken.told_on <= on <= clock.today():
        raise fault("on", _("Choose a day between the telling and today."), "day")
    if not note.strip():
        raise fault("note", _("Say what was done."), "note")
    if not done and measure not in Measure.values:
        raise fault("measure", _("Say what follows now that it failed."), "measure")
    row = FollowUp.objects.create(
        participant=part,
        measure=part.measure,
        until=part.measure_until,
        done=done,
        on=on,
        note=note.strip(),
        recorded_by=known(actor),
    )
    if not done:
        part.measure, part.measure_until = measure, until
        part.save(update_fields=["measure", "measure_until"])
    move_on(taken, Happened.FOLLOWED, actor=actor)
    return row


def describe_cap(appraisal: Appraisal) -> str:
    """Return how many may be excellent, with the rule and its basis."""
    on = appraisal.held_on or clock.today()
    most = queries.count_cap(queries.list_participants(appraisal), on)
    return _("At most %(n)d excellent. %(rule)s") % {
        "n": most,
        "rule": explain(load_rules().find("appraisal.excellent_share", on)),
    }


def _check_cap(appraisal: Appraisal, parts: list[Participant], grades: Mapping[int, str]) -> None:
    on = appraisal.held_on or clock.today()
    most = queries.count_cap(parts, on)
    given = sum(grade == Grade.EXCELLENT for grade in grades.values())
    if given > most:
        raise ValidationError(
            _("%(given)d excellent. %(cap)s") % {"given": given, "cap": describe_cap(appraisal)},
            code="cap",
        )


def _write_grade(part: Participant, decision: Decision) -> None:
    if decision.grade not in Grade.values:
        raise ValidationError(_("The rules do not know this grade."), code="grade")
    low = Grade(decision.grade).is_low
    if low and not (decision.why.strip() and decision.measure in Measure.values):
        raise ValidationError(
            _("%(name)s: “%(grade)s” needs its reason and a measure.")
            % {"name": part.person.name, "grade": Grade(decision.grade).label},
            code="measure",
        )
    part.grade, part.why = decision.grade, decision.why.strip()
    part.measure = decision.measure if low else ""
    part.measure_until = decision.measure_until if low else None
    part.save(update_fields=["grade", "why", "measure", "measure_until"])


def _write_fact(appraisal: Appraisal, actor: Any) -> None:
    assert appraisal.told_on is not None
    write_entries(
        [
            EntryDraft(
                source=appraisal,
                kind="appraisal",
                unit_id=appraisal.unit_id,
                title=f"{appraisal.year}年度民主评议党员",
                occurred_on=appraisal.told_on,
                facts=[
                    FactDraft(
                        kind="appraisal",
                        quantity=ONE,
                        unit_id=appraisal.unit_id,
                        occurred_on=appraisal.told_on,
                        status=queries.judge_timing(appraisal, appraisal.told_on),
                        verified=True,
                    )
                ],
            )
        ],
        actor=actor,
    )
