"""Writing an item of an agenda: what was said and decided, the vote, the task that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from linghang.activities.models import Activity
from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.meetings import queries
from linghang.meetings.enums import BY_ROSTER, Outcome
from linghang.meetings.models import AgendaItem, ItemRevision
from linghang.people.models import Person
from linghang.platform.acts import ask_reason
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists
from linghang.worklists.enums import ListKind, ListState, Owner
from linghang.worklists.models import Item as ListItem
from linghang.worklists.models import Worklist

ONE = 100  # hundredths
KEPT = (
    "topic",
    "discussed",
    "decided",
    "outcome",
    "entitled",
    "present",
    "in_favour",
    "against",
    "abstained",
    "left_out",
)


@dataclass(frozen=True)
class VoteDraft:
    """A vote as it is told: who did not agree, and who is left out of the count (id → reason).

    How many were due, came and agreed is not said: it follows from the roster and the attendance.
    """

    against: int = 0
    abstained: int = 0
    left_out: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TaskDraft:
    """What follows from a decision: what, by when, and who; nobody named means the unit itself."""

    text: str
    due_on: date
    person: Person | None = None


@dataclass(frozen=True)
class ItemDraft:
    """An item of an agenda as its meeting left it; `follows` is the earlier item it reports on."""

    topic: str
    discussed: str = ""
    decided: str = ""
    vote: VoteDraft | None = None
    task: TaskDraft | None = None
    follows: AgendaItem | None = None


@transaction.atomic
def add_item(*, activity: Activity, draft: ItemDraft, actor: Any) -> AgendaItem:
    """Write an item of the agenda with its vote, task and facts; return it.

    Raises ValidationError for a withdrawn meeting, an empty topic, a vote where nobody votes or whose
    counts do not fit, a task that follows from no decision, and a report on what was not resolved
    before.
    """
    meeting = _lock_meeting(activity)
    item = AgendaItem(activity=meeting, created_by=_user(actor))
    item.number = (meeting.agenda.aggregate(last=Max("number"))["last"] or 0) + 1
    item.follows = _check_follows(meeting, draft.follows)
    fill_item(item, draft)
    if draft.task is not None:
        item.task = _issue_task(item, draft.task, actor)
    item.save()
    _write_fact(item, actor)
    _audit(item, "meetings.item_added", actor, new=picture(item))
    return item


@transaction.atomic
def change_item(
    *, item: AgendaItem, draft: ItemDraft, reason: str, actor: Any, seen: str | None = None
) -> AgendaItem:
    """Change what an item says, keep what it said with the reason, and return it.

    A task that was given stays, unless the vote now fails: then it is withdrawn. One may be added
    where there was none. Raises ValidationError as `add_item`, without a reason, and when somebody
    changed the item in between.
    """
    _lock_meeting(item.activity)
    taken = _lock_item(item, seen)
    why = ask_reason(reason)
    old = picture(taken)
    taken.follows = _check_follows(taken.activity, draft.follows)
    fill_item(taken, draft)
    if draft.task is not None and taken.task is None:
        taken.task = _issue_task(taken, draft.task, actor)
    save_change(taken, old, why, actor)
    return taken


@transaction.atomic
def withdraw_item(
    *, item: AgendaItem, reason: str, actor: Any, seen: str | None = None
) -> AgendaItem:
    """Take an item off the agenda with a reason; its open task goes with it. Return it."""
    taken = _lock_item(item, seen)
    drop_item(taken, ask_reason(reason), actor)
    return taken


# -- what the record of the meeting shares ---------------------------------------------------------


def fill_item(item: AgendaItem, draft: ItemDraft) -> None:
    """Let the item say what the draft says; the counts and the outcome follow."""
    if not draft.topic.strip():
        raise ValidationError({"topic": _("Write in a few words what it was about.")}, code="topic")
    item.topic = draft.topic.strip()[:200]
    item.discussed, item.decided = draft.discussed.strip(), draft.decided.strip()
    if draft.vote is None:
        item.vote, item.left_out = "", {}
        item.entitled = item.present = item.in_favour = None
        item.against = item.abstained = 0
        item.outcome = Outcome.AGREED if item.decided else Outcome.NOTED
        return
    if not item.decided:
        raise ValidationError({"decided": _("Say what was voted on.")}, code="decided")
    count_vote(item, draft.vote)


def count_vote(item: AgendaItem, vote: VoteDraft) -> None:
    """Count a vote from the roster of the day, the attendance and who did not agree.

    Raises ValidationError where nobody votes, nobody was recorded as present, a person is left out
    without need, or more did not agree than came.
    """
    base = queries.read_base(item.activity, vote.left_out)
    if base is None:
        raise ValidationError(
            _("Votes are taken where the members or the committee meet, not here."), code="no_vote"
        )
    if not base.entitled or not base.present:
        raise ValidationError(
            _("Nobody with a vote is recorded as present; correct the attendance first."),
            code="nobody",
        )
    against_all = vote.against + vote.abstained
    if min(vote.against, vote.abstained) < 0 or against_all > len(base.present):
        raise ValidationError(
            {
                "against": _("%(n)s with a vote were there; more cannot have voted.")
                % {"n": len(base.present)}
            },
            code="count",
        )
    item.vote = base.kind
    item.left_out = {
        str(person.pk): reason.value for person, reason in base.left_out if reason not in BY_ROSTER
    }
    item.entitled, item.present = len(base.entitled), len(base.present)
    item.against, item.abstained = vote.against, vote.abstained
    item.in_favour = item.present - against_all
    result = queries.judge(base, item.in_favour, item.activity.occurred_on)
    item.outcome = Outcome.PASSED if result.passed else Outcome.FAILED


def save_change(item: AgendaItem, old: dict[str, Any], reason: str, actor: Any) -> None:
    """Save a changed item with its history, audit row and facts; a failed vote takes its task back."""
    new = picture(item)
    changed = {name: value for name, value in old.items() if new[name] != value}
    if item.outcome == Outcome.FAILED:
        take_task_back(item, reason, actor)
    item.version += 1
    item.save()
    ItemRevision.objects.create(item=item, old=changed, reason=reason[:400], actor=_user(actor))
    _write_fact(item, actor, reason)
    now = {name: new[name] for name in changed}
    _audit(item, "meetings.item_changed", actor, reason, changed, now)


def drop_item(item: AgendaItem, reason: str, actor: Any) -> None:
    """Withdraw an item with its open task and its facts."""
    take_task_back(item, reason, actor)
    item.withdrawn_on, item.withdrawn_reason = clock.today(), reason[:400]
    item.version += 1
    item.save()
    withdraw_entries([item], reason=reason)
    _audit(item, "meetings.item_withdrawn", actor, reason, picture(item))


def take_task_back(item: AgendaItem, reason: str, actor: Any) -> None:
    """Withdraw the task of an item, if it has one that stands; what is done stays done."""
    if item.task is not None and item.task.withdrawn_on is None:
        worklists.withdraw_item(item=item.task, reason=reason, actor=actor)


def picture(item: AgendaItem) -> dict[str, Any]:
    """Return what an item says, as JSON."""
    return {name: getattr(item, name) for name in KEPT}


# -- parts ---------------------------------------------------------------------------------------


def _lock_meeting(activity: Activity) -> Activity:
    found = Activity.objects.select_for_update(of=("self",)).select_related("unit", "kind")
    meeting = found.get(pk=activity.pk)
    if meeting.withdrawn_on is not None:
        raise ValidationError(
            _("The record was withdrawn and cannot be changed."), code="withdrawn"
        )
    return meeting


def _lock_item(item: AgendaItem, seen: str | None) -> AgendaItem:
    found = AgendaItem.objects.select_for_update(of=("self",))
    taken = found.select_related("activity__unit", "activity__kind").get(pk=item.pk)
    if taken.withdrawn_on is not None:
        raise ValidationError(_("The item was withdrawn and cannot be changed."), code="withdrawn")
    if seen and seen != taken.seen:
        raise ValidationError(
            _("Somebody changed this item in the meantime. Look at it again."), code="moved"
        )
    return taken


def _check_follows(meeting: Activity, earlier: AgendaItem | None) -> AgendaItem | None:
    if earlier is None:
        return None
    before = earlier.activity
    fits = (
        earlier.withdrawn_on is None
        and earlier.task_id is not None
        and before.unit_id == meeting.unit_id
        and before.pk != meeting.pk
        and before.occurred_on <= meeting.occurred_on
    )
    if not fits:
        raise ValidationError(
            {"follows": _("Only what an earlier meeting of the unit resolved is reported on.")},
            code="follows",
        )
    return earlier


def _issue_task(item: AgendaItem, draft: TaskDraft, actor: Any) -> ListItem:
    """Ask the decision of whom it names, in the unit's list of resolutions of the year."""
    if item.outcome not in {Outcome.AGREED, Outcome.PASSED}:
        raise ValidationError(
            {"task_text": _("A task follows only from what was agreed.")}, code="no_decision"
        )
    meeting = item.activity
    wanted = worklists.ItemDraft(
        text=draft.text.strip() or item.decided,
        section=meeting.kind.title_zh,
        standard=item.decided,
        owner=Owner.PERSONS if draft.person else Owner.UNITS,
        persons=(draft.person,) if draft.person else (),
        units=() if draft.person else (meeting.unit,),
        due_on=draft.due_on,
    )
    # Above the cap of the meter the meeting's decision is the reason.
    why = _("Resolved on %(day)s: %(topic)s") % {
        "day": meeting.occurred_on.isoformat(),
        "topic": item.topic,
    }
    title = f"{meeting.unit.name}{meeting.occurred_on.year}年议定事项"
    found = Worklist.objects.filter(issuer=meeting.unit, title=title, state=ListState.ISSUED)
    worklist = found.first()
    if worklist is None:
        worklist = worklists.issue_list(
            title=title,
            kind=ListKind.TASKS,
            issuer=meeting.unit,
            items=[wanted],
            actor=actor,
            basis=str(meeting.kind.title_zh),
            reason_over_cap=why,
        )
        return worklist.items.get()
    return worklists.add_items(
        worklist=worklist, items=[wanted], actor=actor, reason=why, reason_over_cap=why
    )[0]


def _write_fact(item: AgendaItem, actor: Any, reason: str = "") -> None:
    """Write the fact of an item that decided something, take that of any other back."""
    meeting = item.activity
    if queries.is_decision(item):
        fact = FactDraft(
            kind="resolution",
            quantity=ONE,
            unit_id=meeting.unit_id,
            occurred_on=meeting.occurred_on,
            status=item.outcome,
        )
        write_entries(
            [
                EntryDraft(
                    source=item,
                    kind="resolution",
                    unit_id=meeting.unit_id,
                    title=item.topic,
                    occurred_on=meeting.occurred_on,
                    facts=[fact],
                    recorded_on=meeting.recorded_on,
                )
            ],
            actor=actor,
            reason=reason,
        )
    else:
        withdraw_entries([item], reason=reason or _("nothing was decided"))


def _audit(
    item: AgendaItem,
    verb: str,
    actor: Any,
    reason: str = "",
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> None:
    # Who is left out of a count, and why, stays with the item itself.
    old, new = (
        {name: value for name, value in (side or {}).items() if name != "left_out"}
        for side in (old, new)
    )
    audit.record(
        actor=actor,
        verb=verb,
        target=item,
        unit_path=item.activity.unit.path,
        old=old,
        new=new,
        reason=reason,
    )


def _user(actor: Any) -> Any:
    return actor if getattr(actor, "pk", None) else None
