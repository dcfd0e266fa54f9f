"""The one place through which every act on a topic goes: row taken, what was seen compared, diagram asked."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.people.api import compute_scope
from linghang.platform.access import Allowed, Denied, Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.research.enums import NEXT, TopicState, TopicVerb
from linghang.research.models import Topic, TopicAct


def user_of(actor: Any) -> Any:
    """Return the actor as a user, None for the system."""
    return actor if getattr(actor, "pk", None) else None


def scope_of(actor: Any, scope: Scope | None = None) -> Scope | None:
    """Return the scope of the actor today; None for the system, which may do everything."""
    if scope is not None or user_of(actor) is None:
        return scope
    return compute_scope(actor)


def insist(answer: Allowed | Denied) -> None:
    """Raise ValidationError with the reason when the answer is no."""
    if isinstance(answer, Denied):
        raise ValidationError(answer.reason, code="denied")


def take_topic(topic: Topic, seen: str | None = None) -> Topic:
    """Return the row as it stands now, held until the transaction ends.

    Raises ValidationError with who did what when it is not as the person saw it.
    """
    rows = Topic.objects.select_for_update(of=("self",)).select_related("root", "leader")
    found = rows.get(pk=topic.pk)
    if seen and seen != found.seen:
        raise ValidationError(describe_change(found), code="changed")
    return found


def describe_change(topic: Topic) -> str:
    """Return a sentence on who changed the topic last, for whoever saw it as it was before."""
    act = topic.acts.select_related("actor").first()
    if act is None:
        return _("It was changed meanwhile. Nothing you sent was saved; look at it again.")
    return _(
        "Meanwhile (%(time)s) %(who)s: %(act)s. Nothing you sent was saved; look at it again."
    ) % {
        "time": f"{timezone.localtime(act.at):%H:%M}",
        "who": act.actor or _("the system"),
        "act": TopicVerb(act.verb).label,
    }


def insist_step(topic: Topic, became: TopicState) -> None:
    """Raise ValidationError unless the diagram leads from where the topic stands to `became`."""
    if became not in NEXT[topic.standing]:
        raise ValidationError(
            _("The topic is %(state)s; from there it cannot become %(became)s.")
            % {"state": topic.standing.label, "became": became.label},
            code="state",
        )


def move(
    topic: Topic, became: TopicState | None, verb: TopicVerb, *, actor: Any, reason: str = ""
) -> TopicAct:
    """Set the state (None: it stays), raise the version, save, write act and audit row."""
    was = topic.standing
    if became is not None:
        insist_step(topic, became)
        topic.state = became
    topic.version += 1
    topic.save()
    act = TopicAct.objects.create(
        topic=topic,
        verb=verb,
        was=was,
        became=topic.state,
        reason=reason.strip()[:400],
        at=clock.now(),
        actor=user_of(actor),
    )
    audit.record(
        actor=actor,
        verb=f"research.topic_{verb}",
        target=topic,
        unit_path=topic.root.path,
        old={"state": was},
        new={"state": topic.state},
        reason=reason,
    )
    return act
