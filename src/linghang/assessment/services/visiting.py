"""季督导: a visit of a branch, what was found, problems stated of it, and the secretary's sign-off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.assessment import access, queries
from linghang.assessment.enums import VISIT, Happened, RoundState
from linghang.assessment.models import Finding, Item, Subject
from linghang.assessment.services import telling
from linghang.assessment.services.acting import (
    insist,
    note,
    scope_of,
    take_round,
    take_subject,
)
from linghang.assessment.services.opening import LEAST_OF_TEAM, find_homes
from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.people.models import Person
from linghang.platform.acts import fault, known
from linghang.platform.calendar import clock
from linghang.platform.notices.api import in_product_language
from linghang.rectification import api as rectification
from linghang.rectification.enums import SourceKind
from linghang.rectification.models import Problem
from linghang_core.periods import load_calendar

DAYS_TO_RECTIFY = 20  # working days a finding is given unless the branch is given more


def _take(subject: Subject, actor: Any, seen: str | None) -> Subject:
    take_round(subject.round)
    taken = take_subject(subject, seen)
    if not taken.round.form.visit:
        raise ValidationError(_("Nobody visits by this form."), code="form")
    if (scope := scope_of(actor)) is not None:
        in_team = queries.is_in_team(scope, taken.round)
        insist(access.can_visit(scope, taken, in_team=in_team))
    elif taken.signed_on is not None:
        raise ValidationError(
            _("The secretary has signed off: what was found stands."), code="state"
        )
    return taken


@transaction.atomic
def record_visit(
    *,
    subject: Subject,
    visited_on: date,
    visitors: Sequence[Person],
    actor: Any,
    seen: str | None = "",
) -> Subject:
    """Record when a branch was visited and by whom, at least two of the team; return the subject."""
    subject = _take(subject, actor, seen)
    if visited_on > clock.today():
        raise fault("visited_on", _("This day has not come yet."), "future")
    if visited_on < subject.round.span.first_day:
        raise fault("visited_on", _("This day lies before the period."), "past")
    team = set(subject.round.team.values_list("person_id", flat=True))
    chosen = {person.pk for person in visitors}
    if len(chosen) < LEAST_OF_TEAM or chosen - team:
        raise fault(
            "visitors",
            _("At least %(count)d persons of the team visit a branch.") % {"count": LEAST_OF_TEAM},
            "visitors",
        )
    homes = find_homes(list(visitors))
    own = [p.name for p in visitors if access.belongs_to(homes[p.pk], subject.unit)]
    if own:
        raise fault(
            "visitors",
            _("They belong to %(unit)s themselves; choose others of the team: %(names)s.")
            % {"unit": subject.unit.name, "names": "、".join(own)},
            "own",
        )
    subject.visited_on = visited_on
    subject.version += 1
    subject.save()
    subject.visitors.set(chosen)
    note(
        subject.round,
        Happened.VISITED,
        actor=actor,
        subject=subject,
        new={"visited_on": str(visited_on)},
    )
    telling.tell_visited(subject, actor=actor)
    return subject


@transaction.atomic
def add_finding(*, subject: Subject, item: Item, text: str, actor: Any) -> Finding:
    """Write down what was found of an item; return the finding."""
    subject = _take(subject, actor, "")
    if subject.visited_on is None:
        raise ValidationError(_("Say first when the branch was visited and by whom."), code="early")
    if item.form_id != subject.round.form_id:
        raise fault("item", _("This is not an item of the form."), "item")
    if not text.strip():
        raise fault("text", _("Say what was found."), "text")
    finding: Finding = Finding.objects.create(
        subject=subject,
        item=item,
        text=text.strip()[:300],
        noted_on=clock.today(),
        noted_by=known(actor),
    )
    note(subject.round, Happened.FOUND, actor=actor, subject=subject, new={"text": finding.text})
    return finding


@transaction.atomic
def state_problem(*, finding: Finding, actor: Any) -> Problem:
    """State a finding as a problem of the branch in rectification; return the problem.

    Visitors and the officer may, also after the sign-off. Raises ValidationError the second time.
    """
    round_ = take_round(finding.subject.round)
    subject = take_subject(finding.subject)
    if (scope := scope_of(actor)) is not None and not queries.is_in_team(scope, round_):
        insist(access.can_lead(scope, round_.root))
    if round_.state == RoundState.CANCELLED:
        raise ValidationError(
            _("The round was called off. State the problem in rectification itself."), code="over"
        )
    taken = (
        Finding.objects.select_for_update(of=("self",)).select_related("item").get(pk=finding.pk)
    )
    if taken.problem_id is not None:
        raise ValidationError(_("It is stated as a problem already."), code="double")
    with in_product_language():  # a problem is read by others than whoever states it
        draft = rectification.ProblemDraft(
            source=round_.title[:60],
            source_kind=SourceKind.SUPERVISION,
            source_page=taken.item.code,
            text=taken.text,
            unit=subject.unit,
            due_on=load_calendar().add_working_days(clock.today(), DAYS_TO_RECTIFY).date,
            aspect=str(taken.item)[:60],
            lead_unit=subject.unit,
            origin=taken,
        )
    (problem,) = rectification.create_problems(drafts=[draft], actor=actor)
    taken.problem = problem
    taken.save(update_fields=["problem"])
    note(round_, Happened.PROBLEM, actor=actor, subject=subject, new={"text": taken.text})
    return problem


@transaction.atomic
def sign_visit(*, subject: Subject, remark: str, actor: Any, seen: str | None = "") -> Subject:
    """Sign off a visit as the visited branch, with its remark; its line in the ledger is written."""
    take_round(subject.round)
    subject = take_subject(subject, seen)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_sign(scope, subject))
        if scope.person_id is not None and subject.visitors.filter(pk=scope.person_id).exists():
            raise ValidationError(_("Nobody signs off a visit they made."), code="own")
    if subject.round.state != RoundState.OPEN:
        raise ValidationError(_("The round is over."), code="over")
    if subject.visited_on is None or subject.signed_on is not None:
        raise ValidationError(
            _("Only a visit that is recorded and not signed off yet is signed off."), code="state"
        )
    subject.remark, subject.signed_on = remark.strip(), clock.today()
    subject.signed_by = known(actor)
    subject.version += 1
    subject.save()
    findings = subject.findings.count()
    with in_product_language():
        title = subject.round.title
    write_entries(
        [
            EntryDraft(
                source=subject,
                kind=VISIT.code,
                unit_id=subject.unit_id,
                title=title,
                occurred_on=subject.visited_on,
                facts=[
                    FactDraft(
                        kind=VISIT.code,
                        quantity=100 * findings,
                        unit_id=subject.unit_id,
                        occurred_on=subject.visited_on,
                        verified=True,
                    )
                ],
                detail={"findings": findings},
            )
        ],
        actor=actor,
    )
    note(subject.round, Happened.SIGNED, actor=actor, subject=subject)
    telling.settle_visit(subject)
    return subject
