"""The year's book of topics: proposed, claimed, given back, followed up to the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.access import Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.numbering import services as numbering
from linghang.research import access, queries
from linghang.research.enums import TopicState, TopicVerb
from linghang.research.models import Topic, TopicAct
from linghang.research.services.acting import (
    insist,
    insist_step,
    move,
    scope_of,
    take_topic,
    user_of,
)


@dataclass(frozen=True)
class TopicDraft:
    """A topic to be proposed."""

    title: str
    background: str = ""
    questions: Sequence[str] = ()
    method: str = ""
    due_on: date | None = None
    template: str = ""


@transaction.atomic
def propose_topics(
    *,
    root: Unit,
    year: int,
    drafts: Sequence[TopicDraft],
    actor: Any,
    scope: Scope | None = None,
) -> list[Topic]:
    """Put topics into the year's book and return them, numbered; leaders may claim them now.

    Raises ValidationError without a title, and when a topic of a pack is in the book already.
    """
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_propose(who, root))
    if any(not draft.title.strip() for draft in drafts):
        raise ValidationError({"title": _("Name the topic.")}, code="title")
    numbers = numbering.take(f"research.topic.{root.pk}.{year}", len(drafts))
    topics = [
        Topic(
            root=root,
            year=year,
            number=number,
            template=draft.template,
            title=draft.title.strip()[:120],
            background=draft.background.strip(),
            questions=[question.strip() for question in draft.questions if question.strip()],
            method=draft.method.strip()[:300],
            due_on=draft.due_on,
            created_by=user_of(actor),
        )
        for number, draft in zip(numbers, drafts, strict=True)
    ]
    try:
        with transaction.atomic():
            Topic.objects.bulk_create(topics)
    except IntegrityError:
        raise ValidationError(
            _("One of these topics is in the year's book already."), code="double"
        ) from None
    now = clock.now()
    TopicAct.objects.bulk_create(
        TopicAct(
            topic=topic,
            verb=TopicVerb.PROPOSED,
            became=topic.state,
            at=now,
            actor=user_of(actor),
        )
        for topic in topics
    )
    audit.record(
        actor=actor,
        verb="research.topic_proposed",
        label=_("research topics"),
        unit_path=root.path,
        new={"count": len(topics), "year": year},
    )
    return topics


def take_over_templates(
    *, root: Unit, year: int, actor: Any, scope: Scope | None = None
) -> list[Topic]:
    """Propose every topic of the packs that the year's book does not have yet; return them."""
    drafts = [
        TopicDraft(
            title=row.title_zh,
            background=row.background,
            questions=row.questions,
            method=row.method,
            due_on=date(year, 10, 31),
            template=row.code,
        )
        for row in queries.list_templates(root, year)
    ]
    if not drafts:
        raise ValidationError(_("The year's book has every topic of the packs."), code="none")
    return propose_topics(root=root, year=year, drafts=drafts, actor=actor, scope=scope)


@transaction.atomic
def change_topic(
    *, topic: Topic, values: dict[str, Any], actor: Any, seen: str = "", scope: Scope | None = None
) -> Topic:
    """Change title, questions, method or due day of a topic nobody has reported on."""
    topic = take_topic(topic, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_propose(who, topic.root))
    if topic.state not in {TopicState.PROPOSED, TopicState.CLAIMED, TopicState.UNDER_WAY}:
        raise ValidationError(_("The topic is reported; resume it first."), code="state")
    for name in ("title", "background", "questions", "method", "due_on"):
        if name in values:
            setattr(topic, name, values[name])
    move(topic, None, TopicVerb.CHANGED, actor=actor)
    return topic


# -- who does it ---------------------------------------------------------------------------------


@transaction.atomic
def claim_topic(
    *, topic: Topic, person: Person, actor: Any, seen: str = "", scope: Scope | None = None
) -> Topic:
    """Let a committee leader lead the topic.

    Raises ValidationError with who was first when somebody claimed it in the meantime.
    """
    topic = take_topic(topic)
    if topic.leader_id is not None and topic.leader_id != person.pk:
        raise ValidationError(
            _("%(who)s claimed this topic first. You may join it.") % {"who": topic.leader},
            code="taken",
        )
    topic = take_topic(topic, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_claim(who, topic))
    topic.leader = person
    move(topic, TopicState.CLAIMED, TopicVerb.CLAIMED, actor=actor)
    return topic


@transaction.atomic
def join_topic(*, topic: Topic, person: Person, actor: Any, scope: Scope | None = None) -> Topic:
    """Let another leader take part in the research."""
    topic = take_topic(topic)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_join(who, topic))
    if topic.leader_id == person.pk or topic.cooperating.filter(pk=person.pk).exists():
        raise ValidationError(_("You take part already."), code="double")
    topic.cooperating.add(person)
    move(topic, None, TopicVerb.JOINED, actor=actor, reason=person.name)
    return topic


@transaction.atomic
def leave_topic(*, topic: Topic, person: Person, actor: Any) -> Topic:
    """Let somebody who took part no longer do so; what they recorded stays."""
    topic = take_topic(topic)
    if not topic.cooperating.filter(pk=person.pk).exists():
        raise ValidationError(_("You do not take part in this topic."), code="state")
    topic.cooperating.remove(person)
    move(topic, None, TopicVerb.LEFT, actor=actor, reason=person.name)
    return topic


@transaction.atomic
def give_back_topic(
    *, topic: Topic, reason: str, actor: Any, seen: str = "", scope: Scope | None = None
) -> Topic:
    """Let the topic wait for another leader, with a reason; only while nothing was visited."""
    topic = take_topic(topic, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.may_go(who, topic, TopicState.PROPOSED))
    _insist_reason(reason)
    insist_step(topic, TopicState.PROPOSED)
    topic.leader = None
    topic.cooperating.clear()
    move(topic, TopicState.PROPOSED, TopicVerb.GIVEN_BACK, actor=actor, reason=reason)
    return topic


@transaction.atomic
def withdraw_topic(
    *, topic: Topic, reason: str, actor: Any, seen: str = "", scope: Scope | None = None
) -> Topic:
    """Take a topic out of the year's book, with a reason; only while nothing was visited."""
    topic = take_topic(topic, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.may_go(who, topic, TopicState.WITHDRAWN))
    _insist_reason(reason)
    insist_step(topic, TopicState.WITHDRAWN)
    topic.leader = None
    move(topic, TopicState.WITHDRAWN, TopicVerb.WITHDRAWN, actor=actor, reason=reason)
    return topic


# -- the leader's own words, and the end ---------------------------------------------------------


@transaction.atomic
def write_words(
    *,
    topic: Topic,
    background: str,
    conclusions: str,
    actor: Any,
    seen: str = "",
    scope: Scope | None = None,
) -> Topic:
    """Keep what the leader writes in the report: background and conclusions, nothing else."""
    topic = take_topic(topic, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_lead(who, topic))
    if not topic.standing.takes_visits:
        raise ValidationError(_("The report is handed in; resume the topic first."), code="state")
    topic.background, topic.conclusions = background.strip(), conclusions.strip()
    move(topic, None, TopicVerb.WRITTEN, actor=actor)
    return topic


@transaction.atomic
def resume_topic(
    *, topic: Topic, reason: str, actor: Any, seen: str = "", scope: Scope | None = None
) -> Topic:
    """Take the research up again after its report, with a reason; the report handed in stays."""
    topic = take_topic(topic, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.may_go(who, topic, TopicState.UNDER_WAY))
    _insist_reason(reason)
    topic.reported_on = None
    move(topic, TopicState.UNDER_WAY, TopicVerb.RESUMED, actor=actor, reason=reason)
    return topic


@transaction.atomic
def close_topic(
    *, topic: Topic, reason: str = "", actor: Any, seen: str = "", scope: Scope | None = None
) -> Topic:
    """End the follow-up of a topic whose problems are solved.

    Raises ValidationError with how many are not, unless a reason says who follows them further.
    """
    topic = take_topic(topic, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.may_go(who, topic, TopicState.CLOSED))
    insist_step(topic, TopicState.CLOSED)
    left = queries.unsolved_of(topic).count()
    if left and not reason.strip():
        raise ValidationError(
            ngettext(
                "%(count)d problem is not solved yet. Say who follows it further, or wait.",
                "%(count)d problems are not solved yet. Say who follows them further, or wait.",
                left,
            )
            % {"count": left},
            code="unsolved",
        )
    topic.closed_on, topic.close_reason = clock.today(), reason.strip()[:400]
    move(topic, TopicState.CLOSED, TopicVerb.CLOSED, actor=actor, reason=reason)
    return topic


@transaction.atomic
def reopen_topic(
    *, topic: Topic, reason: str, actor: Any, seen: str = "", scope: Scope | None = None
) -> Topic:
    """Follow a topic up again, with a reason."""
    topic = take_topic(topic, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.may_go(who, topic, TopicState.REPORTED))
    _insist_reason(reason)
    topic.closed_on, topic.close_reason = None, ""
    move(topic, TopicState.REPORTED, TopicVerb.REOPENED, actor=actor, reason=reason)
    return topic


def _insist_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
