"""Taking a step on the way, and taking the last one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.membership import queries
from linghang.membership.enums import ROSTER_STEPS, VOTED, Outcome, Stage
from linghang.membership.models import Application, StepTaken
from linghang.membership.services import joining
from linghang.membership.services.judging import judge_step
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.files.api import store_files

ONE = 100  # a quantity of one, in hundredths
NAMING = {"contacts", "introducers"}


@dataclass(frozen=True)
class StepDraft:
    """A step to be taken; the fields beyond `on` are those its kind asks for (`models.StepTaken`)."""

    step: str
    on: date
    outcome: str = Outcome.PASSED
    people: Sequence[Person] = ()
    days: int = 0
    hours: int = 0
    months: int = 0
    entitled: int | None = None
    present: int | None = None
    in_favour: int | None = None
    written_in_favour: int = 0
    against: int | None = None
    special: bool = False
    note: str = ""
    reason: str = ""
    files: Sequence[Any] = ()


@transaction.atomic
def take_step(
    *, application: Application, draft: StepDraft, actor: Any, seen: str | None = None
) -> StepTaken:
    """Record a step, move the application on, let the roster follow, and return the step.

    Raises ValidationError for what the rules forbid, with their basis, for people who may not be named
    and votes that do not add up; ReasonMissingError where a general rule is not kept and no reason is given.
    """
    taken = lock_application(application, seen)
    file = queries.read_file(taken)
    row = StepTaken(
        application=taken,
        step=draft.step,
        on=draft.on,
        outcome=draft.outcome,
        days=draft.days,
        hours=draft.hours,
        months=draft.months,
        special=draft.special,
        note=draft.note.strip(),
        reason=draft.reason.strip(),
        recorded_by=actor if getattr(actor, "pk", None) else None,
        recorded_at=clock.now(),
    )
    if draft.step in VOTED:
        row.entitled, row.present, row.in_favour = draft.entitled, draft.present, draft.in_favour
        row.written_in_favour, row.against = draft.written_in_favour, draft.against
        _check_votes(row)
    if draft.step in NAMING:
        _check_named(taken, draft)
    judge_step(
        row.to_core(len(draft.people)),
        file.taken,
        born_on=taken.person.born_on,
        on=clock.today(),
        reason=draft.reason,
    )
    row.save()
    row.people.set(draft.people if draft.step in NAMING else [])
    settle_application(taken)
    joining.follow_step(taken, row, actor=actor)
    if draft.files:
        name = queries.name_step(queries.find_step(row.step))
        store_files(owner=taken, uploads=draft.files, actor=actor, note=name)
    if row.outcome != Outcome.REFUSED:
        _write_fact(taken, row, actor)
    _record(taken, row, "application.step", actor, row.reason)
    return row


@transaction.atomic
def withdraw_last_step(
    *, application: Application, reason: str, actor: Any, seen: str | None = None
) -> Application:
    """Take back the step recorded last, with a reason; its row stays in the history.

    Raises ValidationError without a reason, for the application itself, and for steps after which the
    roster was changed: those are corrected where they stand, so that membership never flickers.
    """
    taken = lock_application(application, seen)
    if not reason.strip():
        raise ValidationError(_("Say why."), code="reason")
    row = taken.taken.filter(withdrawn_at=None).order_by("-pk").first()
    if row is None or row.step == "application":
        raise ValidationError(
            _("The application itself is not taken back: end the way with a reason."), code="first"
        )
    if (
        row.step in ROSTER_STEPS and row.outcome == Outcome.PASSED
    ) or row.outcome == Outcome.CANCELLED:
        raise ValidationError(
            _(
                "The roster follows this step. The Party-affairs officer corrects the person, "
                "with a reason."
            ),
            code="roster",
        )
    row.withdrawn_at, row.withdraw_reason = clock.now(), reason.strip()
    row.save(update_fields=["withdrawn_at", "withdraw_reason"])
    withdraw_entries([row], reason=row.withdraw_reason)
    settle_application(taken)
    _record(taken, row, "application.step_withdrawn", actor, row.withdraw_reason)
    return taken


def lock_application(application: Application, seen: str | None) -> Application:
    """Return the application with its row taken, if it still stands as it was seen and goes on.

    Raises ValidationError that says who recorded what in between, or that the way has ended.
    """
    found = Application.objects.select_for_update(of=("self",)).select_related("person", "unit")
    taken = found.get(pk=application.pk)
    if seen and seen != taken.seen:
        last = taken.taken.select_related("recorded_by").order_by("-pk").first()
        raise ValidationError(
            _("%(who)s recorded “%(step)s” in the meantime. Look at it again.")
            % {
                "who": (last and last.recorded_by) or _("The system"),
                "step": queries.name_step(queries.find_step(last.step)) if last else "",
            },
            code="moved",
        )
    if taken.ended_on is not None:
        raise ValidationError(_("This way has ended: nothing more is recorded."), code="ended")
    return taken


def _check_votes(row: StepTaken) -> None:
    """Refuse counts that do not add up: more votes than people, more people than entitled."""
    if row.entitled is None or row.present is None or row.in_favour is None:
        raise ValidationError(
            _("A vote needs how many are entitled, how many came and how many agreed."),
            code="votes",
        )
    members = len(queries.list_full_members(row.application.unit, row.on))
    if row.entitled > members:
        raise ValidationError(
            {
                "entitled": _("The roster of %(day)s has %(members)s full members: only they vote.")
                % {"day": row.on, "members": members}
            },
            code="entitled",
        )
    if row.present > row.entitled:
        raise ValidationError(
            {"present": _("More came than are entitled to vote.")}, code="present"
        )
    if row.in_favour + (row.against or 0) > row.present:
        raise ValidationError({"in_favour": _("More voted than were present.")}, code="more_votes")
    if row.written_in_favour > row.entitled - row.present:
        raise ValidationError(
            {"written_in_favour": _("More wrote than were absent.")}, code="more_written"
        )


def _check_named(application: Application, draft: StepDraft) -> None:
    """Contact persons and introducers are full members of the branch, and not the applicant."""
    members = {person.pk for person in queries.list_full_members(application.unit, draft.on)}
    strangers = [person.name for person in draft.people if person.pk not in members]
    if strangers:
        raise ValidationError(
            {
                "people": _("No full member of %(unit)s on %(day)s: %(names)s.")
                % {
                    "unit": application.unit.name,
                    "day": draft.on,
                    "names": "、".join(strangers),
                }
            },
            code="not_full",
        )


def settle_application(application: Application) -> None:
    """Let stage, days and end follow the steps that stand, and save."""
    file = queries.read_file(application)
    standing = file.standing
    application.stage = standing.stage.value
    application.joined_on = standing.joined_on
    application.probation_ends_on = standing.probation_ends_on
    application.full_on = standing.full_on
    wait = file.first_wait
    application.next_due_on = wait.due_on if wait else None
    if standing.ended:
        application.stage = Stage.DONE if standing.full_on else Stage.ENDED
        application.ended_on, application.next_due_on = file.rows[-1].on, None
        application.end_reason = file.rows[-1].note if application.stage == Stage.ENDED else ""
    application.version += 1
    application.save()


def _write_fact(application: Application, row: StepTaken, actor: Any) -> None:
    step = queries.find_step(row.step)
    write_entries(
        [
            EntryDraft(
                source=row,
                kind="development",
                unit_id=application.unit_id,
                title=step.zh,
                occurred_on=row.on,
                facts=[
                    FactDraft(
                        kind="development",
                        quantity=ONE,
                        unit_id=application.unit_id,
                        occurred_on=row.on,
                        status=step.stage.value,
                        verified=step.by_superior,
                    )
                ],
            )
        ],
        actor=actor,
    )


def _record(application: Application, row: StepTaken, verb: str, actor: Any, reason: str) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=application,
        label=application.person.name,
        unit_path=application.unit.path,
        new={"step": row.step, "on": row.on.isoformat(), "outcome": row.outcome},
        reason=reason,
    )
