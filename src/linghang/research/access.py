"""Who may do what with topics and visits; every refusal says who can. Talks have one rule: the two in it."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Grant, Permission, Scope
from linghang.research.enums import NEXT, TopicState
from linghang.research.models import Talk, Topic

Answer = Allowed | Denied


def can_propose(scope: Scope, root: Unit) -> Answer:
    """Return whether the reader keeps the year's book of the bureau."""
    if scope.can(Permission.ISSUE_LISTS, root.path):
        return Allowed()
    return Denied(_("The year's topics are kept by the Party-affairs officer of the bureau."))


def can_claim(scope: Scope, topic: Topic) -> Answer:
    """Return whether the reader may claim the topic: a committee leader, while nobody has."""
    leads = can_lead_any(scope, topic.root)
    if not leads:
        return leads
    if topic.leader_id is not None:
        return Denied(_("%(who)s leads this topic; you may join it.") % {"who": topic.leader})
    return _step(topic, TopicState.CLAIMED)


def can_join(scope: Scope, topic: Topic) -> Answer:
    """Return whether the reader may cooperate: a committee leader, while the research runs."""
    if topic.leader_id is not None and topic.leader_id == scope.person_id:
        return Denied(_("You lead this topic."))
    if not topic.standing.takes_visits:
        return Denied(
            _("Nobody joins a topic that is %(state)s.") % {"state": topic.standing.label}
        )
    return can_lead_any(scope, topic.root)


def can_lead_any(scope: Scope, root: Unit) -> Answer:
    """Return whether the reader is a committee leader of the bureau."""
    if scope.person_id is not None and scope.can(Permission.SIGN_OFF, root.path):
        return Allowed()
    return Denied(_("Topics are claimed by the leaders of the Party committee."))


def can_lead(scope: Scope, topic: Topic) -> Answer:
    """Return whether the reader leads this topic: only its leader writes and hands in the report."""
    if topic.leader_id is not None and topic.leader_id == scope.person_id:
        return Allowed()
    return Denied(_("This is for %(who)s, who leads the topic.") % {"who": topic.leader or "–"})


def can_work(scope: Scope, topic: Topic) -> Answer:
    """Return whether the reader records for the topic: who leads it, who cooperates, the officer."""
    if scope.person_id is not None and (
        topic.leader_id == scope.person_id
        or any(person.pk == scope.person_id for person in topic.cooperating.all())
    ):
        return Allowed()
    if can_propose(scope, topic.root):
        return Allowed()
    return Denied(
        _("This is for %(who)s, those who take part, or the Party-affairs officer.")
        % {"who": topic.leader or "–"}
    )


def can_visit(scope: Scope, topic: Topic) -> Answer:
    """Return whether the reader may plan, record or correct visits now."""
    if not topic.standing.takes_visits:
        return Denied(
            _("No visits are recorded while the topic is %(state)s.")
            % {"state": topic.standing.label}
        )
    return can_work(scope, topic)


def can_state(scope: Scope, topic: Topic) -> Answer:
    """Return whether the reader may turn findings into problems and decide measures now."""
    if not topic.standing.takes_problems:
        return Denied(
            _("No problems are stated while the topic is %(state)s.")
            % {"state": topic.standing.label}
        )
    return can_work(scope, topic)


def may_go(scope: Scope, topic: Topic, became: TopicState) -> Answer:
    """Return whether the reader may bring the topic to a state, by the diagram and by who they are."""
    if became is TopicState.CLAIMED and topic.state == TopicState.PROPOSED:
        return can_claim(scope, topic)
    step = _step(topic, became)
    if not step:
        return step
    if became is TopicState.REPORTED and topic.state == TopicState.UNDER_WAY:
        return can_lead(scope, topic)
    if became is TopicState.WITHDRAWN:
        return can_propose(scope, topic.root)
    return can_lead(scope, topic) or can_propose(scope, topic.root)


def lend_measures(scope: Scope, topic: Topic) -> Scope:
    """Return the reader's scope with the right to decide measures of the topic's problems.

    Whoever researches a topic says what is to be done; reviewing and closing stay with others.
    """
    lent = Grant(Permission.REVIEW_AGAIN, topic.root.path)
    return replace(scope, grants=(*scope.grants, lent))


def is_talker(scope: Scope, talk: Talk) -> Answer:
    """Return whether the talk's note is the reader's own."""
    if scope.person_id is not None and talk.talker_id == scope.person_id:
        return Allowed()
    return Denied(_("The note belongs to whoever sought the talk."))


def led_branches(scope: Scope) -> tuple[int, ...]:
    """Return the units the reader is secretary of: those a post in themselves lets issue lists."""
    homes = {path: pk for pk, _name, path in scope.home_units}
    held = {
        grant.prefix
        for grant in scope.grants
        if grant.permission is Permission.ISSUE_LISTS and grant.prefix in homes
    }
    return tuple(sorted(homes[path] for path in held))


def _step(topic: Topic, became: TopicState) -> Answer:
    if became in NEXT[topic.standing]:
        return Allowed()
    return Denied(
        _("The topic is %(state)s; from there it cannot become %(became)s.")
        % {"state": topic.standing.label, "became": became.label}
    )
