"""Special actions: planned, changed while they run, brought from stage to stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.campaigns.enums import NEXT, CampaignState, Measure
from linghang.campaigns.models import Campaign, Goal, Stage
from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock

# What may still be changed while it runs; what has begun keeps the day it began on.
CHANGEABLE = ("title", "aim", "words", "kinds", "starts_on", "ends_on")


def _user(actor: Any) -> Any:
    return actor if getattr(actor, "pk", None) else None


@dataclass(frozen=True)
class GoalDraft:
    """A goal: facts of a kind, or their quantity, to be reached or not to be exceeded.

    The target is in hundredths, of records too.
    """

    title: str
    kind: str
    target: int
    at_most: bool = False
    measure: str = Measure.TIMES


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
    """Plan a special action and return it; one that has begun already is under way.

    Raises ValidationError for a title there is already, and for an end before the beginning.
    """
    _insist_days(starts_on, ends_on)
    _insist_title(root, title)
    begun = starts_on <= clock.today()
    campaign = Campaign.objects.create(
        title=title.strip(),
        aim=aim.strip(),
        root=root,
        starts_on=starts_on,
        ends_on=ends_on,
        kinds=list(kinds),
        words=words.strip(),
        created_by=_user(actor),
        state=CampaignState.RUNNING if begun else CampaignState.PLANNED,
    )
    campaign.lists.set(lists)
    campaign.books.set(books)
    _write_goals(campaign, goals)
    _enter(campaign, CampaignState.PLANNED, min(starts_on, clock.today()), actor)
    if begun:
        _enter(campaign, CampaignState.RUNNING, starts_on, actor)
    audit.record(
        actor=actor,
        verb="plan_campaign",
        target=campaign,
        unit_path=root.path,
        new={"title": title},
    )
    return campaign


@transaction.atomic
def change_campaign(
    *, campaign: Campaign, values: dict[str, Any], actor: Any, seen: int | None = None
) -> Campaign:
    """Change days, goals and what belongs; `values` holds fields, `lists`, `books`, `goals` (drafts).

    `seen` is the version the person saw. Raises ValidationError when it is another one by now, once it is closing or closed, for a day of beginning moved after it began,
    an end before the beginning, and a title there is already.
    """
    campaign = _take(campaign)
    if seen is not None and seen != campaign.version:
        raise ValidationError(
            _("%(who)s changed it meanwhile. Nothing you sent was saved; look at it again.")
            % {"who": campaign.changed_by or _("The night's work")},
            code="meanwhile",
        )
    if campaign.state in {CampaignState.CLOSING, CampaignState.CLOSED}:
        raise ValidationError(
            _("It is %(state)s already; what it gathers and its goals stay as they are.")
            % {"state": CampaignState(campaign.state).label},
            code="state",
        )
    before = {name: getattr(campaign, name) for name in CHANGEABLE}
    for name in CHANGEABLE:
        if name in values:
            setattr(campaign, name, values[name])
    if campaign.state == CampaignState.RUNNING and campaign.starts_on != before["starts_on"]:
        raise ValidationError(
            {"starts_on": _("It has begun; the day it began on stays.")}, code="begun"
        )
    _insist_days(campaign.starts_on, campaign.ends_on)
    campaign.title = campaign.title.strip()
    if campaign.title != before["title"]:
        _insist_title(campaign.root, campaign.title)
    _save(campaign, actor)
    for name in ("lists", "books"):
        if name in values:
            getattr(campaign, name).set(values[name])
    if "goals" in values:
        campaign.goals.all().delete()
        _write_goals(campaign, values["goals"])
    changed = [name for name in CHANGEABLE if getattr(campaign, name) != before[name]]
    audit.record(
        actor=actor,
        verb="change_campaign",
        target=campaign,
        unit_path=campaign.root.path,
        old={name: _plain(before[name]) for name in changed},
        new={name: _plain(getattr(campaign, name)) for name in changed},
    )
    return campaign


@transaction.atomic
def move_campaign(
    *, campaign: Campaign, became: CampaignState, actor: Any, summary: str = ""
) -> Campaign:
    """Begin a special action, bring it to its closing stage, or close it with a summary in words.

    One begun before its day begins today. Raises ValidationError for a step the diagram does not have.
    """
    campaign = _take(campaign)
    if became not in NEXT[CampaignState(campaign.state)]:
        raise ValidationError(
            _("It is %(state)s already.") % {"state": CampaignState(campaign.state).label},
            code="state",
        )
    if became == CampaignState.CLOSED and not summary.strip():
        raise ValidationError({"summary": _("Say in a sentence what came of it.")}, code="summary")
    today = clock.today()
    if became == CampaignState.RUNNING:
        campaign.starts_on = min(campaign.starts_on, today)
    campaign.state, campaign.summary = became, summary.strip() or campaign.summary
    _save(campaign, actor)
    _enter(campaign, became, today, actor)
    audit.record(
        actor=actor,
        verb="move_campaign",
        target=campaign,
        unit_path=campaign.root.path,
        new={"state": became},
    )
    return campaign


def _take(campaign: Campaign) -> Campaign:
    rows = Campaign.objects.select_for_update(of=("self",)).select_related("root", "changed_by")
    return rows.get(pk=campaign.pk)


def _save(campaign: Campaign, actor: Any) -> None:
    campaign.version += 1
    campaign.changed_by = _user(actor)
    campaign.save()


def _insist_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("It ends before it begins.")}, code="days")


def _insist_title(root: Unit, title: str) -> None:
    if Campaign.objects.filter(root=root, title=title.strip()).exists():
        raise ValidationError(
            {"title": _("There is a special action of this title already.")}, code="double"
        )


def _write_goals(campaign: Campaign, goals: Sequence[GoalDraft]) -> None:
    Goal.objects.bulk_create(
        Goal(
            campaign=campaign,
            title=g.title,
            kind=g.kind,
            measure=g.measure,
            target=g.target,
            at_most=g.at_most,
        )
        for g in goals
    )


def _enter(campaign: Campaign, state: CampaignState, on: date, actor: Any) -> None:
    Stage.objects.create(campaign=campaign, state=state, on=on, created_by=_user(actor))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def begin_due(*, actor: Any = None) -> int:
    """Begin the planned special actions whose day has come; return how many."""
    due = Campaign.objects.filter(state=CampaignState.PLANNED, starts_on__lte=clock.today())
    for campaign in due:
        move_campaign(campaign=campaign, became=CampaignState.RUNNING, actor=actor)
    return len(due)
