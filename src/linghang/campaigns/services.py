"""Special actions and commitments: planned, run, reported once, closed; facts go with commitments."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.campaigns import queries
from linghang.campaigns.enums import NEXT, CampaignState, CommitmentState, Mark
from linghang.campaigns.models import Campaign, Commitment, Feedback, Goal, Step
from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.crypto import fields as crypto
from linghang.rectification import api as rectification
from linghang.rectification.enums import SourceKind, Term
from linghang.rectification.models import Problem
from linghang.worklists.enums import timeliness

ONE = 100  # a quantity of one, in hundredths
ANSWERS_A_DAY = 3  # from one sender to one commitment
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that reads like something else
CODE_LENGTH = 10


def _user(actor: Any) -> Any:
    return actor if getattr(actor, "pk", None) else None


@dataclass(frozen=True)
class GoalDraft:
    """A goal: facts of a kind to be reached; numbers in hundredths."""

    title: str
    kind: str
    target: int
    baseline: int | None = None


@transaction.atomic
def plan_campaign(
    *,
    title: str,
    root: Unit,
    starts_on: date,
    ends_on: date,
    actor: Any,
    aim: str = "",
    lists: Sequence[Any] = (),
    books: Sequence[Any] = (),
    kinds: Sequence[str] = (),
    words: str = "",
    goals: Sequence[GoalDraft] = (),
) -> Campaign:
    """Plan a special action and return it.

    Raises ValidationError for a title there is already, and for an end before the beginning.
    """
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("It ends before it begins.")}, code="days")
    if Campaign.objects.filter(root=root, title=title.strip()).exists():
        raise ValidationError(
            {"title": _("There is a special action of this title already.")}, code="double"
        )
    campaign = Campaign.objects.create(
        title=title.strip(),
        aim=aim.strip(),
        root=root,
        starts_on=starts_on,
        ends_on=ends_on,
        kinds=list(kinds),
        words=words.strip(),
        created_by=_user(actor),
        state=CampaignState.RUNNING if starts_on <= clock.today() else CampaignState.PLANNED,
    )
    campaign.lists.set(lists)
    campaign.books.set(books)
    Goal.objects.bulk_create(
        Goal(campaign=campaign, title=g.title, kind=g.kind, target=g.target, baseline=g.baseline)
        for g in goals
    )
    audit.record(
        actor=actor,
        verb="plan_campaign",
        target=campaign,
        unit_path=root.path,
        new={"title": title},
    )
    return campaign


@transaction.atomic
def change_campaign(*, campaign: Campaign, values: dict[str, Any], actor: Any) -> Campaign:
    """Change what a special action groups or says; raises ValidationError once it is closed."""
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if campaign.state == CampaignState.CLOSED:
        raise ValidationError(_("It is closed; its board stays as it is."), code="state")
    for name in ("aim", "words", "kinds", "ends_on"):
        if name in values:
            setattr(campaign, name, values[name])
    campaign.save()
    for name in ("lists", "books"):
        if name in values:
            getattr(campaign, name).set(values[name])
    audit.record(actor=actor, verb="change_campaign", target=campaign, unit_path=campaign.root.path)
    return campaign


@transaction.atomic
def move_campaign(
    *, campaign: Campaign, became: CampaignState, actor: Any, summary: str = ""
) -> Campaign:
    """Begin or close a special action; closing needs a summary in words.

    Raises ValidationError for a step the diagram does not have.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if became not in NEXT[CampaignState(campaign.state)]:
        raise ValidationError(
            _("It is %(state)s already.") % {"state": CampaignState(campaign.state).label},
            code="state",
        )
    if became == CampaignState.CLOSED and not summary.strip():
        raise ValidationError({"summary": _("Say in a sentence what came of it.")}, code="summary")
    campaign.state, campaign.summary = became, summary.strip() or campaign.summary
    campaign.save()
    audit.record(
        actor=actor,
        verb="move_campaign",
        target=campaign,
        unit_path=campaign.root.path,
        new={"state": became},
    )
    return campaign


# -- commitments -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class CommitmentDraft:
    """A promise to people."""

    title: str
    promise: str
    beneficiaries: str
    unit: Unit
    due_on: date
    expected: int | None = None
    leader: Person | None = None
    campaign: Campaign | None = None
    is_public: bool = False


@transaction.atomic
def promise(*, drafts: Sequence[CommitmentDraft], actor: Any) -> list[Commitment]:
    """Make commitments and return them; each gets a code for its public page."""
    found = [
        Commitment(
            code="".join(secrets.choice(ALPHABET) for _n in range(CODE_LENGTH)),
            title=draft.title,
            promise=draft.promise,
            beneficiaries=draft.beneficiaries,
            expected=draft.expected,
            unit=draft.unit,
            leader=draft.leader,
            campaign=draft.campaign,
            due_on=draft.due_on,
            is_public=draft.is_public,
            created_by=_user(actor),
        )
        for draft in drafts
    ]
    Commitment.objects.bulk_create(found)
    write_commitment_facts(found, actor=actor)
    audit.record(actor=actor, verb="promise", label=_("commitments"), new={"count": len(found)})
    return found


def _take(commitment: Commitment) -> Commitment:
    rows = Commitment.objects.select_for_update(of=("self",)).select_related("unit")
    return rows.get(pk=commitment.pk)


def _insist_open(commitment: Commitment) -> None:
    if commitment.state != CommitmentState.OPEN:
        raise ValidationError(
            _("The commitment is %(state)s already.")
            % {"state": CommitmentState(commitment.state).label},
            code="state",
        )


@transaction.atomic
def report_step(
    *,
    commitment: Commitment,
    on: date,
    text: str,
    actor: Any,
    people: int = 0,
    same_people: bool = False,
    kept: bool = False,
) -> Step:
    """Report progress once: what was done and whom it reached, maybe that it is kept with it.

    Raises ValidationError without words, for a day that has not come, once it is kept, and for the
    same step sent a second time.
    """
    commitment = _take(commitment)
    _insist_open(commitment)
    if not text.strip():
        raise ValidationError({"text": _("Say in a sentence what was done.")}, code="text")
    if on > clock.today():
        raise ValidationError({"on": _("This day has not come yet.")}, code="future")
    if commitment.steps.filter(on=on, text=text.strip()[:300], people=people).exists():
        raise ValidationError(_("This step is recorded already."), code="double")
    step = Step.objects.create(
        commitment=commitment,
        on=on,
        text=text.strip()[:300],
        people=people,
        same_people=same_people,
        created_by=_user(actor),
    )
    audit.record(
        actor=actor,
        verb="report_step",
        target=commitment,
        unit_path=commitment.unit.path,
        new={"on": on.isoformat(), "people": people},
    )
    if kept:
        keep_commitment(commitment=commitment, kept_on=on, actor=actor)
    return step


@transaction.atomic
def keep_commitment(*, commitment: Commitment, kept_on: date, actor: Any) -> Commitment:
    """Say that a commitment is kept; it needs at least one reported step.

    Raises ValidationError without a step, for a day that has not come, and a second time.
    """
    commitment = _take(commitment)
    _insist_open(commitment)
    if not commitment.steps.exists():
        raise ValidationError(_("Report first what was done."), code="steps")
    if kept_on > clock.today():
        raise ValidationError({"kept_on": _("This day has not come yet.")}, code="future")
    commitment.state, commitment.kept_on = CommitmentState.KEPT, kept_on
    commitment.version += 1
    commitment.save()
    write_commitment_facts([commitment], actor=actor)
    audit.record(
        actor=actor,
        verb="keep_commitment",
        target=commitment,
        unit_path=commitment.unit.path,
        new={"kept_on": kept_on.isoformat()},
    )
    return commitment


@transaction.atomic
def answer(*, commitment: Commitment, mark: int, text: str, address: str) -> Feedback:
    """Take what a beneficiary says; no account, no personal data.

    Raises ValidationError for more than three answers of one sender a day to one commitment.
    """
    sender = crypto.index(f"{address}|{clock.today().isoformat()}")
    sent = Feedback.objects.filter(commitment=commitment, sender=sender).count()
    if sent >= ANSWERS_A_DAY:
        raise ValidationError(_("Thank you, you have answered already today."), code="often")
    return Feedback.objects.create(
        commitment=commitment,
        mark=Mark(mark),
        text=text.strip()[:200],
        sender=sender,
        at=clock.now(),
    )


@transaction.atomic
def raise_low_mark(*, feedback: Feedback, due_on: date, actor: Any) -> Problem:
    """Make a low mark a problem of the commitment's unit, once; the sender stays unknown.

    Raises ValidationError for a mark that is not low, and a second time.
    """
    feedback = Feedback.objects.select_for_update(of=("self",)).get(pk=feedback.pk)
    if feedback.mark != Mark.NOT:
        raise ValidationError(_("Only a low mark becomes a problem."), code="mark")
    if feedback.problem_id is not None:
        raise ValidationError(_("It is a problem already."), code="double")
    commitment = feedback.commitment
    words = feedback.text or _("not satisfied, without words")
    problem = rectification.create_problems(
        drafts=[
            rectification.ProblemDraft(
                source=commitment.title[:60],
                text=f"{commitment.title}：{words}"[:300],
                unit=commitment.unit,
                due_on=due_on,
                source_kind=SourceKind.DEMAND,
                term=Term.TIME_LIMITED,
                responsible=commitment.leader,
                origin=feedback,
            )
        ],
        actor=actor,
    )[0]
    feedback.problem_id = problem.pk
    feedback.save(update_fields=["problem_id"])
    return problem


def write_commitment_facts(commitments: Sequence[Commitment], *, actor: Any) -> None:
    """Write the ledger lines of commitments as they stand today."""
    today = clock.today()
    write_entries(
        [
            EntryDraft(
                source=each,
                kind="commitment",
                unit_id=each.unit_id,
                title=each.title,
                occurred_on=each.kept_on or each.due_on,
                recorded_on=each.kept_on or today,
                judge_lateness=False,
                detail={"beneficiaries": each.beneficiaries},
                facts=[
                    FactDraft(
                        kind="commitment",
                        quantity=ONE,
                        unit_id=each.unit_id,
                        person_id=each.leader_id,
                        occurred_on=each.kept_on or each.due_on,
                        due_on=each.due_on,
                        status=timeliness(each.due_on, each.kept_on, today),
                    )
                ],
            )
            for each in commitments
        ],
        actor=actor,
    )


@transaction.atomic
def refresh_overdue(*, actor: Any = None) -> int:
    """Rewrite the facts of commitments that fell overdue; return how many were looked at."""
    late = list(queries.filter_overdue(Commitment.objects.select_related("unit"), clock.today()))
    write_commitment_facts(late, actor=actor)
    return len(late)
