"""Planning visits, recording them once, withdrawing them; ledger lines and facts go with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.org.api import in_force
from linghang.org.enums import Line
from linghang.org.models import Coverage, Unit
from linghang.people.models import Person
from linghang.platform.access import Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.research import access
from linghang.research.enums import MARKS, Nature, TopicState, TopicVerb, VisitForm
from linghang.research.models import Finding, PlannedVisit, Topic, Visit
from linghang.research.services.acting import insist, move, scope_of, take_topic, user_of
from linghang.service.models import ServiceVisit

ONE = 100  # a quantity of one, in hundredths
# The titles of ledger lines are Chinese whatever language whoever records reads in.
TITLE = "%s：%s%s"
FORMS_ZH = {VisitForm.FORUM: "座谈", VisitForm.INTERVIEW: "访谈", VisitForm.SITE: "察看"}


@dataclass(frozen=True)
class FindingDraft:
    """One thing found, with what it is."""

    text: str
    nature: str = Nature.SITUATION


@dataclass(frozen=True)
class VisitDraft:
    """A visit to be recorded. Without `led_by` the topic's leader led it."""

    unit: Unit
    occurred_on: date
    form: str
    participants: int | None = None
    heard: str = ""
    place: str = ""
    notes: str = ""
    led_by: Person | None = None
    companions: Sequence[Person] = ()
    findings: Sequence[FindingDraft] = ()
    plan: PlannedVisit | None = None
    service_visit: ServiceVisit | None = None


def read_lines(text: str) -> list[FindingDraft]:
    """Return the findings of a text, one a line; a line may begin with what it is: 问题：…

    Numbers and bullets before a line are dropped.
    """
    found = []
    for line in text.splitlines():
        plain = re.sub(r"^\s*(?:[-*•·]|\d+\s*[.、．)）])?\s*", "", line).strip()
        if not plain:
            continue
        nature = Nature.SITUATION
        for each, words in MARKS.items():
            marked = re.match(
                rf"[\[【（(]?(?:{'|'.join(words)})[\]】）)]?\s*[:：]?\s*", plain, re.IGNORECASE
            )
            if marked and re.search(r"[\]】）):：]", marked.group()) and plain[marked.end() :]:
                nature, plain = each, plain[marked.end() :]
                break
        found.append(FindingDraft(plain[:300], nature))
    return found


@transaction.atomic
def plan_visits(
    *,
    topic: Topic,
    units: Sequence[Unit],
    form: str,
    due_on: date,
    hear: str = "",
    actor: Any,
    scope: Scope | None = None,
) -> list[PlannedVisit]:
    """Plan to visit units by a day; return the plans."""
    topic = take_topic(topic)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_visit(who, topic))
    plans = [
        PlannedVisit(topic=topic, unit=unit, form=VisitForm(form), due_on=due_on, hear=hear[:120])
        for unit in units
    ]
    PlannedVisit.objects.bulk_create(plans)
    audit.record(
        actor=actor,
        verb="research.visits_planned",
        target=topic,
        unit_path=topic.root.path,
        new={"count": len(plans), "due_on": due_on.isoformat()},
    )
    return plans


@transaction.atomic
def drop_plan(
    *, plan: PlannedVisit, reason: str, actor: Any, scope: Scope | None = None
) -> PlannedVisit:
    """Take a planned visit out of the plan, with a reason; one that took place stays."""
    topic = take_topic(plan.topic)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_visit(who, topic))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    if plan.visits.filter(withdrawn_at=None).exists():
        raise ValidationError(_("The visit took place already."), code="done")
    plan.dropped_on, plan.dropped_reason = clock.today(), reason.strip()[:400]
    plan.save(update_fields=["dropped_on", "dropped_reason"])
    audit.record(
        actor=actor,
        verb="research.plan_dropped",
        target=topic,
        unit_path=topic.root.path,
        reason=reason,
    )
    return plan


@transaction.atomic
def record_visit(
    *, topic: Topic, draft: VisitDraft, actor: Any, scope: Scope | None = None
) -> Visit:
    """Record a visit with its findings, facts and ledger line; return it. The first begins the research.

    Raises ValidationError for a day that has not come, a plan that is done, a service record used already.
    """
    topic = take_topic(topic)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_visit(who, topic))
    _insist_sound(topic, draft)
    leader = draft.led_by or topic.leader
    assert leader is not None
    visit = Visit.objects.create(
        topic=topic,
        plan=draft.plan,
        unit=draft.unit,
        branch=find_branch(draft.unit, topic.root, draft.occurred_on),
        occurred_on=draft.occurred_on,
        form=VisitForm(draft.form),
        place=draft.place.strip()[:120],
        participants=draft.participants,
        heard=draft.heard.strip()[:120],
        led_by=leader,
        notes=draft.notes.strip(),
        service_visit=draft.service_visit,
        created_by=user_of(actor),
    )
    visit.companions.set([person for person in draft.companions if person.pk != leader.pk])
    Finding.objects.bulk_create(
        Finding(visit=visit, number=number, text=each.text[:300], nature=Nature(each.nature))
        for number, each in enumerate(draft.findings, 1)
    )
    write_visit_facts(visit, len(draft.findings), actor=actor)
    audit.record(
        actor=actor,
        verb="research.visit_recorded",
        target=visit,
        unit_path=visit.branch.path,
        new={"unit": visit.unit.name, "on": visit.occurred_on.isoformat()},
    )
    if topic.state == TopicState.CLAIMED:
        move(topic, TopicState.UNDER_WAY, TopicVerb.BEGUN, actor=actor)
    return visit


@transaction.atomic
def withdraw_visit(*, visit: Visit, reason: str, actor: Any, scope: Scope | None = None) -> Visit:
    """Take back a visit recorded wrongly, with a reason; record it anew as it was.

    Raises ValidationError while a finding of it stands behind a problem.
    """
    topic = take_topic(visit.topic)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_visit(who, topic))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    if visit.findings.filter(links__isnull=False).exists():
        raise ValidationError(
            _("Problems rest on findings of this visit; it stays."), code="problems"
        )
    visit.withdrawn_at, visit.withdrawn_reason = clock.now(), reason.strip()[:400]
    visit.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    withdraw_entries([visit], reason=reason)
    audit.record(
        actor=actor,
        verb="research.visit_withdrawn",
        target=visit,
        unit_path=visit.branch.path,
        reason=reason,
    )
    left = topic.visits.filter(withdrawn_at=None).exists()
    if not left and topic.state == TopicState.UNDER_WAY:
        move(topic, TopicState.CLAIMED, TopicVerb.EMPTIED, actor=actor)
    return visit


def write_visit_facts(visit: Visit, findings: int, *, actor: Any) -> None:
    """Write the ledger line of a visit: one fact for who led it, one for how much was found."""
    title = TITLE % (FORMS_ZH[VisitForm(visit.form)], visit.topic.title, "调研")
    about = {"unit_id": visit.branch_id, "occurred_on": visit.occurred_on}
    facts = [
        FactDraft(kind="research_visit", quantity=ONE, person_id=visit.led_by_id, **about)  # type: ignore[arg-type]
    ]
    if findings:
        facts.append(FactDraft(kind="research_finding", quantity=findings * ONE, **about))  # type: ignore[arg-type]
    write_entries(
        [
            EntryDraft(
                source=visit,
                kind="research_visit",
                unit_id=visit.branch_id,
                title=title,
                occurred_on=visit.occurred_on,
                detail={"unit": visit.unit.name, "host": visit.led_by.name},
                facts=facts,
            )
        ],
        actor=actor,
    )


def find_branch(unit: Unit, root: Unit, on: date) -> Unit:
    """Return the Party unit a visit counts for: the unit, what covers it, or the bureau's committee."""
    if unit.line == Line.PARTY:
        return unit
    links = Coverage.objects.filter(
        in_force(on), business_unit=unit, party_unit__path__startswith=root.path
    )
    link = links.select_related("party_unit").order_by("party_unit__path").first()
    return link.party_unit if link else root


def _insist_sound(topic: Topic, draft: VisitDraft) -> None:
    if draft.occurred_on > clock.today():
        raise ValidationError({"occurred_on": _("This day has not come yet.")}, code="future")
    standing = Visit.objects.filter(withdrawn_at=None)
    if draft.plan is not None and (
        draft.plan.topic_id != topic.pk or standing.filter(plan=draft.plan).exists()
    ):
        raise ValidationError(_("The visit planned was recorded already."), code="planned")
    used = draft.service_visit is not None and standing.filter(service_visit=draft.service_visit)
    if used and used.exists():
        raise ValidationError(_("A visit was made from this service record."), code="service")
