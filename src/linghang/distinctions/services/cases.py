"""From the application or recommendation to the award: verification, decision, publicity, objections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.distinctions import access
from linghang.distinctions.enums import Deed, Happened, ObjectionState, Stage
from linghang.distinctions.models import Case, Holding, Level, Objection, Programme
from linghang.distinctions.queries import conditions, standing
from linghang.distinctions.services.steps import (
    add_working_days,
    begin,
    lock_case,
    move_case,
    tell,
    write_awards,
)
from linghang.org.models import Unit
from linghang.platform.acts import ask_reason, check_sender, fault, known
from linghang.platform.calendar import clock


@transaction.atomic
def apply_for(*, programme: Programme, unit: Unit, actor: Any) -> Case:
    """Apply (申报) for the next level of a unit, and return the case; nothing is typed.

    The system reads the conditions; raises ValidationError with what is missing where one fails.
    """
    return _open([unit], programme, actor, recommended=False)[0]


@transaction.atomic
def recommend(*, programme: Programme, units: Sequence[Unit], actor: Any) -> list[Case]:
    """Recommend (推荐) units that qualify for their next level, and return their cases.

    Raises ValidationError where one of them does not qualify.
    """
    return _open(units, programme, actor, recommended=True)


def _open(
    units: Sequence[Unit], programme: Programme, actor: Any, *, recommended: bool
) -> list[Case]:
    if programme.retired:
        raise ValidationError(_("The programme is no longer in force."), code="retired")
    if not units:
        raise ValidationError(_("Choose at least one unit."), code="none")
    list(Unit.objects.select_for_update().filter(pk__in=[unit.pk for unit in units]))
    evidence = conditions.read_evidence(
        programme, standing.find_root(units[0]), clock.today(), [unit.pk for unit in units]
    )
    cases = []
    for unit in units:
        level, checks = _insist(evidence, unit)
        case = Case(
            programme=programme,
            unit=unit,
            level=level.code,
            recommended=recommended,
            checks=[check.as_plain() for check in checks],
            opened_on=clock.today(),
            opened_by=known(actor),
        )
        kind = Happened.RECOMMENDED if recommended else Happened.APPLIED
        cases.append(move_case(case, kind, actor=actor, note=level.title))
    return cases


def _insist(evidence: conditions.Evidence, unit: Unit) -> tuple[Level, list[conditions.Check]]:
    """Return the level a unit may go for with its checks; refuse with everything that is missing."""
    programme = evidence.programme
    if unit.pk not in evidence.units:
        raise ValidationError(
            _("“%(programme)s” is not for %(unit)s.") % {"programme": programme, "unit": unit.name},
            code="not_for",
        )
    if known_case := standing.find_open_case(programme, unit):
        raise ValidationError(
            _("A case of %(unit)s is under way: “%(stage)s”.")
            % {"unit": unit.name, "stage": known_case.standing.label},
            code="under_way",
        )
    level = conditions.find_next(evidence, unit.pk)
    if level is None:
        raise ValidationError(
            _("%(unit)s holds the highest level.") % {"unit": unit.name}, code="highest"
        )
    checks = conditions.check_level(evidence, unit.pk, level)
    failing = [check for check in checks if not check.holds]
    if failing:
        raise ValidationError(
            _("%(unit)s does not meet the conditions of “%(level)s” yet: %(missing)s.")
            % {
                "unit": unit.name,
                "level": level.title,
                "missing": "；".join(f"{one.rule}（{one.missing}）" for one in failing),
            },
            code="conditions",
        )
    return level, checks


@transaction.atomic
def verify(*, case: Case, confirm: bool, remark: str, actor: Any, seen: str | None = None) -> Case:
    """Record the verification on the spot (核验); refused with a reason, the case has ended.

    Raises ValidationError for who sent the case: somebody else looks.
    """
    taken = lock_case(case, Deed.VERIFY, seen)
    check_sender(taken.opened_by_id, actor)
    if not confirm:
        return move_case(
            taken, Happened.NOT_VERIFIED, actor=actor, stage=Stage.REFUSED, note=ask_reason(remark)
        )
    taken.verified_by = known(actor)
    return move_case(
        taken, Happened.VERIFIED, actor=actor, stage=Stage.VERIFIED, note=remark.strip()
    )


@transaction.atomic
def decide_case(
    *,
    case: Case,
    approve: bool,
    document_number: str = "",
    reason: str = "",
    actor: Any,
    seen: str | None = None,
) -> Case:
    """Record the committee's decision (审定); approved, it is public for objections from today.

    The conditions are read again: what held when it was sent may have failed since. Raises
    ValidationError for that, and for who verified.
    """
    taken = lock_case(case, Deed.DECIDE, seen)
    if taken.verified_by_id is not None and taken.verified_by_id == getattr(actor, "pk", None):
        raise ValidationError(
            _("Who verified does not record the decision. A committee leader does."), code="own"
        )
    if not approve:
        return move_case(
            taken, Happened.REFUSED, actor=actor, stage=Stage.REFUSED, note=ask_reason(reason)
        )
    if not document_number.strip():
        raise fault("document_number", _("Give the number of the decision."), "number")
    checks, faults = _read_again(taken)
    if faults:
        raise ValidationError(
            _("A condition no longer holds: %(missing)s. Refuse it with that reason.")
            % {"missing": faults},
            code="conditions",
        )
    today = clock.today()
    taken.checks = [check.as_plain() for check in checks]
    taken.document_number = document_number.strip()[:80]
    taken.publicised_on = today
    taken.objections_until = add_working_days(
        today, int(taken.programme.document["publicity_days"])
    )
    return move_case(
        taken, Happened.DECIDED, actor=actor, stage=Stage.PUBLIC, note=taken.document_number
    )


def _read_again(taken: Case) -> tuple[list[conditions.Check], str]:
    """Return the conditions of the case as they stand today, and what fails in words.

    The row of the programme is taken first: two decisions at the same moment would both count the
    last place as free. A unit that was demoted since goes for another level.
    """
    Programme.objects.select_for_update().get(pk=taken.programme_id)
    evidence = conditions.read_evidence(
        taken.programme, standing.find_root(taken.unit), clock.today(), [taken.unit_id]
    )
    level = conditions.find_next(evidence, taken.unit_id)
    if level is None or level.code != taken.level:
        return [], _("“%(level)s” is not the next level of %(unit)s now") % {
            "level": taken.level_title,
            "unit": taken.unit.name,
        }
    checks = conditions.check_level(evidence, taken.unit_id, level)
    failing = [check for check in checks if not check.holds]
    return checks, "；".join(f"{one.rule}（{one.missing}）" for one in failing)


@transaction.atomic
def object_to(*, case: Case, text: str, actor: Any, seen: str | None = None) -> Objection:
    """Raise an objection (异议) to a level that is public, within its days, and return it."""
    taken = lock_case(case, Deed.OBJECT, seen)
    words = text.strip()
    if not words:
        raise fault("text", _("Say in one sentence what is wrong."), "text")
    if taken.objections_until is not None and clock.today() > taken.objections_until:
        raise ValidationError(
            _("The objection period ended on %(day)s. Ask the Party-affairs officer.")
            % {"day": taken.objections_until},
            code="late",
        )
    objection = Objection.objects.create(
        case=taken, text=words[:500], raised_by=known(actor), raised_at=clock.now()
    )
    move_case(taken, Happened.OBJECTED, actor=actor, note=words)
    return objection


@transaction.atomic
def settle_objection(*, objection: Objection, uphold: bool, decision: str, actor: Any) -> Objection:
    """Decide an objection to a case; upheld, the level is not awarded.

    Raises ValidationError for who raised it, sent the case or verified it.
    """
    assert objection.case is not None
    case = Case.objects.select_for_update(of=("self",)).select_related("programme", "unit")
    taken = case.get(pk=objection.case.pk)
    locked = lock_open(objection, actor)
    words = close_objection(locked, uphold, decision, actor)
    note = f"{locked.standing.label}：{words}"
    stage = Stage.REFUSED if uphold and not taken.standing.is_final else None
    move_case(taken, Happened.SETTLED, actor=actor, stage=stage, note=note)
    return locked


def lock_open(objection: Objection, actor: Any) -> Objection:
    locked = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("case__unit", "demotion__holding__unit", "demotion__holding__programme")
        .get(pk=objection.pk)
    )
    if locked.state != ObjectionState.OPEN:
        raise ValidationError(_("This objection has been decided."), code="decided")
    user_id = getattr(actor, "pk", None)
    if user_id is not None and user_id in {*access.list_involved(locked), locked.raised_by_id}:
        raise ValidationError(
            _("Who verified or recorded what is objected to does not decide. Another one does."),
            code="own",
        )
    return locked


def close_objection(objection: Objection, uphold: bool, decision: str, actor: Any) -> str:
    """Write the decision into the objection and return its words; refused without a reason."""
    words = decision.strip()
    if not words:
        raise fault("decision", _("Give the reason of the decision."), "reason")
    objection.state = ObjectionState.UPHELD if uphold else ObjectionState.REJECTED
    objection.decision = words[:1000]
    objection.decided_by = known(actor)
    objection.decided_at = clock.now()
    objection.save()
    return words


@transaction.atomic
def award(*, case: Case, actor: Any, seen: str | None = None) -> Holding:
    """Award the level (命名) once the publicity is over and every objection decided; return it.

    The conditions are read once more: a unit that was demoted during the publicity gets nothing.
    """
    taken = lock_case(case, Deed.AWARD, seen)
    today = clock.today()
    _insist_over(taken)
    level = taken.programme.find_level(taken.level)
    if level is None:
        raise ValidationError(_("The programme no longer has this level."), code="level")
    _checks, faults = _read_again(taken)
    if faults:
        raise ValidationError(
            _("A condition no longer holds: %(missing)s. Award it when it holds, or end the case.")
            % {"missing": faults},
            code="conditions",
        )
    taken.awarded_on = today
    move_case(taken, Happened.AWARDED, actor=actor, stage=Stage.AWARDED, note=level.title)
    holding = begin(
        taken.programme,
        taken.unit,
        level,
        today,
        case=taken,
        document_number=taken.document_number,
        actor=actor,
    )
    tell(holding, Happened.AWARDED, actor=actor, note=taken.document_number)
    write_awards([holding], actor)
    return holding


def _insist_over(taken: Case) -> None:
    """Refuse while objections are taken or wait for a decision."""
    if taken.objections_until is not None and clock.today() <= taken.objections_until:
        raise ValidationError(
            _("Objections are taken until %(day)s; it can be awarded after that day.")
            % {"day": taken.objections_until},
            code="early",
        )
    if waiting := standing.count_open(taken):
        raise ValidationError(
            _("%(count)d objections still wait for a decision.") % {"count": waiting}, code="open"
        )


@transaction.atomic
def stop_case(*, case: Case, reason: str, actor: Any, seen: str | None = None) -> Case:
    """End a case that was public without an award, with the reason: a condition fails since.

    Raises ValidationError where every condition holds: what was decided and public is awarded.
    """
    taken = lock_case(case, Deed.STOP, seen)
    _insist_over(taken)
    if not _read_again(taken)[1]:
        raise ValidationError(_("Every condition holds: award the level."), code="holds")
    return move_case(
        taken, Happened.REFUSED, actor=actor, stage=Stage.REFUSED, note=ask_reason(reason)
    )


@transaction.atomic
def withdraw_case(*, case: Case, reason: str, actor: Any, seen: str | None = None) -> Case:
    """Withdraw an application before it is public, with the reason."""
    taken = lock_case(case, Deed.WITHDRAW, seen)
    return move_case(
        taken, Happened.WITHDRAWN, actor=actor, stage=Stage.WITHDRAWN, note=ask_reason(reason)
    )
