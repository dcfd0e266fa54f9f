"""A unit's side of a self-examination: each finding answered, what is there made a problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.platform.calendar import clock
from linghang.platform.notices.api import in_product_language
from linghang.rectification import api as rectification
from linghang.rectification.enums import SourceKind
from linghang.supervision import access
from linghang.supervision.enums import FindingSource, Presence, ReplyState, Verb
from linghang.supervision.models import CommonFinding, FindingAnswer, Reply
from linghang.supervision.services import telling
from linghang.supervision.services.acting import insist, scope_of, user_of
from linghang.supervision.services.examining import move_reply, take_reply

FIELDS = ["presence", "looked_at", "note", "becomes_problem", "measure", "solve_by", "at", "by"]


@dataclass(frozen=True)
class Said:
    """What a unit answers to a finding; `seen` is how the answer stood when the person looked."""

    finding: CommonFinding
    presence: Presence
    looked_at: str = ""
    note: str = ""
    becomes_problem: bool = False
    measure: str = ""
    solve_by: date | None = None
    seen: str = ""


def describe_answer(answer: FindingAnswer | None) -> str:
    """Return the state of an answer as a word to send back."""
    return f"{answer.pk}:{answer.presence}:{answer.at:%Y%m%d%H%M%S%f}" if answer else "-"


@transaction.atomic
def save_answers(*, reply: Reply, answers: Sequence[Said], actor: Any) -> list[FindingAnswer]:
    """Save what a unit answers, any number of findings; return the answers in order.

    A gap may still be there: handing in asks for it. Raises ValidationError for a finding that is
    not asked, a day that has passed, and when somebody answered the same finding meanwhile.
    """
    reply = take_reply(reply)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_answer(scope, reply))
    asked = set(reply.examination.findings.values_list("pk", flat=True))
    known = {answer.finding_id: answer for answer in reply.answers.select_related("by")}
    now, user, new, changed, saved = clock.now(), user_of(actor), [], [], []
    for said in answers:
        _check(said, asked)
        answer = known.get(said.finding.pk)
        if said.seen and said.seen != describe_answer(answer):
            raise ValidationError(_tell(answer), code="changed")
        if answer is not None and answer.problem_id and said.presence is not Presence.PRESENT:
            raise ValidationError(
                _("It became a problem already: have that closed, or withdrawn by who reviews it."),
                code="problem",
            )
        if answer is None:
            answer = FindingAnswer(reply=reply, finding=said.finding)
            new.append(answer)
        else:
            changed.append(answer)
        there = said.presence is Presence.PRESENT
        answer.presence, answer.at, answer.by = said.presence, now, user
        answer.looked_at, answer.note = said.looked_at.strip()[:200], said.note.strip()[:200]
        if answer.problem_id is None:  # what became a problem is changed there
            answer.becomes_problem = there and said.becomes_problem and said.solve_by is not None
            answer.measure = said.measure.strip()[:300] if there else ""
            answer.solve_by = said.solve_by if there else None
        saved.append(answer)
    FindingAnswer.objects.bulk_create(new)
    FindingAnswer.objects.bulk_update(changed, FIELDS)
    return saved


def _check(said: Said, asked: set[int]) -> None:
    if said.finding.pk not in asked:
        raise ValidationError(_("This finding is not asked here."), code="finding")
    if said.presence is Presence.PRESENT and said.becomes_problem:
        if said.solve_by is None:
            raise ValidationError(
                {"solve_by": _("Say by when it is to be solved.")}, code="solve_by"
            )
        if said.solve_by < clock.today():
            raise ValidationError({"solve_by": _("This day has passed.")}, code="past")


@transaction.atomic
def hand_in_reply(*, reply: Reply, actor: Any, seen: str = "") -> Reply:
    """Hand in the answers of a unit; what is there and ticked becomes a problem with its measure.

    Raises ValidationError with the numbers of the findings without an answer, without what was
    looked at, where it is or was there without a sentence, and where it becomes a problem without a
    measure.
    """
    reply = take_reply(reply, seen)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_answer(scope, reply))
    findings = list(reply.examination.findings.order_by("order", "code"))
    answers = {a.finding_id: a for a in reply.answers.select_related("finding")}
    gaps = {
        _("Not answered yet: %(numbers)s."): lambda a: a is None,
        _("Say what was looked at: %(numbers)s."): lambda a: a is not None and not a.looked_at,
        _("Say in a sentence what is or was there: %(numbers)s."): lambda a: (
            a is not None and a.said is not Presence.ABSENT and not a.note
        ),
        _("Say what you do about it: %(numbers)s."): lambda a: (
            a is not None and a.becomes_problem and not a.measure
        ),
    }
    for words, lacks in gaps.items():
        numbers = [str(n) for n, each in enumerate(findings, 1) if lacks(answers.get(each.pk))]
        if numbers:
            raise ValidationError(words % {"numbers": "、".join(numbers)}, code="gap")
    _state_problems(reply, list(answers.values()), actor)
    reply.handed_in_on, reply.handed_in_by = clock.today(), user_of(actor)
    move_reply(reply, ReplyState.HANDED_IN, Verb.HANDED_IN, actor=actor)
    telling.settle([reply.pk])
    return reply


def _state_problems(reply: Reply, answers: Sequence[FindingAnswer], actor: Any) -> None:
    """Make problems of what is there: in the unit's own words, without a word of the library."""
    chosen = [a for a in answers if a.becomes_problem and a.problem_id is None]
    with in_product_language():
        source = _("Self-examination")
    problems = rectification.create_problems(
        drafts=[
            rectification.ProblemDraft(
                source=source,
                source_kind=FindingSource(answer.finding.source_kind).problem_source
                if answer.finding.source_kind
                else SourceKind.SUPERVISION,
                text=answer.note,
                unit=reply.unit,
                due_on=answer.solve_by,
                measure=answer.measure,
                origin=answer,
            )
            for answer in chosen
        ],
        actor=actor,
    )
    for answer, problem in zip(chosen, problems, strict=True):
        answer.problem = problem
    FindingAnswer.objects.bulk_update(chosen, ["problem"])


def _tell(answer: FindingAnswer | None) -> str:
    if answer is None:
        return _("It was changed meanwhile. Nothing you sent was saved; look at it again.")
    return _(
        "Meanwhile (%(time)s) %(who)s answered “%(answer)s”. Nothing you sent was saved; look again."
    ) % {
        "time": f"{timezone.localtime(answer.at):%H:%M}",
        "who": answer.by or _("the system"),
        "answer": answer.said.label,
    }
