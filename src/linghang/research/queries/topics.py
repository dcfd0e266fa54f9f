"""Reading topics, plans, visits, findings, and what became of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from linghang.org import api as org
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.models import Appointment, Person
from linghang.platform.access import Permission, Scope
from linghang.rectification import api as rectification
from linghang.rectification.enums import ProblemState
from linghang.rectification.models import Problem, ProblemBook
from linghang.research.enums import BOOK, PlanState, TopicState
from linghang.research.models import Finding, PlannedVisit, Topic, TopicTemplate, Visit
from linghang.service import api as service
from linghang.service.models import ServiceVisit
from linghang.worklists.models import Item

OFFERED = 6
WAITING = 20  # topics somebody works on at once
SEPARATORS = re.compile(r"[\s,，、;；]+")


def list_topics(scope: Scope) -> QuerySet[Topic]:
    """Return the topics of bureaus in which the reader sees all records, and those they take part in."""
    mine = Q(pk__in=[])
    if scope.person_id is not None:
        joined = Topic.cooperating.through.objects.filter(
            topic=OuterRef("pk"), person=scope.person_id
        )
        mine = Q(leader=scope.person_id) | Exists(joined)  # type: ignore[assignment]
    found = Topic.objects.filter(scope.restrict(Permission.VIEW_RECORDS, "root__path") | mine)
    return found.select_related("root", "leader").prefetch_related("cooperating")


def waiting_for(scope: Scope) -> list[Topic]:
    """Return the topics under way that the reader leads or takes part in, the first report due first."""
    if scope.person_id is None or not scope.can(Permission.SIGN_OFF):
        return []
    joined = Topic.cooperating.through.objects.filter(topic=OuterRef("pk"), person=scope.person_id)
    found = Topic.objects.filter(
        Q(leader=scope.person_id) | Exists(joined),
        state__in=[TopicState.CLAIMED, TopicState.UNDER_WAY],
    )
    return list(found.order_by(F("due_on").asc(nulls_last=True), "pk")[:WAITING])


def list_visits(scope: Scope) -> QuerySet[Visit]:
    """Return the visits of the topics the reader sees, and those to units whose records they see."""
    topics = Topic.objects.filter(pk__in=list_topics(scope).order_by().values("pk"))
    found = Visit.objects.filter(
        Q(topic__in=topics) | scope.restrict(Permission.VIEW_RECORDS, "branch__path"),
        withdrawn_at=None,
    )
    return found.select_related("topic", "unit", "branch", "led_by")


def list_findings(scope: Scope) -> QuerySet[Finding]:
    """Return the findings of the visits the reader sees, with the problems they led to."""
    visits = list_visits(scope).order_by()
    known = Problem.objects.exclude(state=ProblemState.WITHDRAWN).select_related("unit")
    return (
        Finding.objects.filter(visit__in=visits.values("pk"))
        .select_related("visit__topic", "visit__unit")
        .prefetch_related(Prefetch("problems", known))
        .order_by("visit__occurred_on", "visit", "number")
    )


def filter_topic(findings: QuerySet[Finding], topic: Topic) -> QuerySet[Finding]:
    """Keep the findings of a topic."""
    return findings.filter(visit__topic=topic)


def list_problems(topic: Topic) -> QuerySet[Problem]:
    """Return the problems the findings of a topic led to, each once, with their measures counted."""
    led = Finding.objects.filter(problems=OuterRef("pk"), visit__topic=topic)
    found = Problem.objects.filter(Exists(led.filter(visit__withdrawn_at=None)))
    return found.exclude(state=ProblemState.WITHDRAWN).select_related("unit").order_by("pk")


def list_measures(topic: Topic) -> QuerySet[Item]:
    """Return the measures of a topic's problems, each once, with what they were asked of."""
    own = list_problems(topic).order_by().values("pk")
    found = Item.objects.filter(problem_links__problem__in=own, withdrawn_on=None).distinct()
    return found.prefetch_related("units", "assignments", "problems").order_by("number", "pk")


def unsolved_of(topic: Topic) -> QuerySet[Problem]:
    """Return the problems of a topic that are not solved yet."""
    return rectification.filter_unsolved(list_problems(topic))


def list_plan(topic: Topic, on: date) -> list[tuple[PlannedVisit, PlanState, Visit | None]]:
    """Return the planned visits with what became of each."""
    standing = Visit.objects.filter(withdrawn_at=None)
    rows = topic.plan.filter(dropped_on=None).select_related("unit")
    found = []
    for plan in rows.prefetch_related(Prefetch("visits", standing, to_attr="standing")):
        visit = plan.standing[0] if plan.standing else None
        found.append((plan, judge_plan(plan, visit, on), visit))
    return found  # type: ignore[return-value]


def judge_plan(plan: PlannedVisit, visit: Visit | None, on: date) -> PlanState:
    """Return what became of a planned visit on a day."""
    if visit is not None:
        return PlanState.DONE
    return PlanState.MISSED if plan.due_on < on else PlanState.OPEN


def find_bureau(scope: Scope) -> Unit | None:
    """Return the bureau whose topics the reader looks at first: the one of their own post."""
    for _pk, _name, path in scope.home_units:
        found = Unit.objects.filter(path="/" + path.split("/")[1] + "/").first()
        if found is not None:
            return found
    return None


def find_book(root: Unit | None, year: int) -> ProblemBook | None:
    """Return the list in which the problems of a bureau's year stand, None while there is none."""
    return ProblemBook.objects.filter(root=root, title=BOOK % year).first() if root else None


def find_years(topics: QuerySet[Topic]) -> list[int]:
    """Return the years there are topics of, the latest first."""
    years = topics.order_by("-year").values_list("year", flat=True)
    return list(years.distinct())


def list_templates(root: Unit, year: int) -> list[TopicTemplate]:
    """Return the topics of packs that the year's book does not have yet."""
    taken = Topic.objects.filter(root=root, year=year).exclude(state=TopicState.WITHDRAWN)
    used = taken.exclude(template="").values("template")
    return list(TopicTemplate.objects.filter(retired=False).exclude(code__in=used))


def list_units(root: Unit, on: date) -> QuerySet[Unit]:
    """Return the units of a bureau that may be visited: both trees, without groups and the company."""
    condition = Q(path__startswith=root.path)
    for prefix in org.business_prefixes([root.path], on):
        condition |= Q(path__startswith=prefix)
    found = Unit.objects.filter(condition, closed_on=None)
    return found.exclude(kind__in=[UnitKind.GROUP, UnitKind.COMPANY]).order_by("line", "path")


def list_offered(scope: Scope, topic: Topic) -> list[ServiceVisit]:
    """Return the latest service records a visit may be made from: they are not typed again."""
    used = Visit.objects.filter(withdrawn_at=None).exclude(service_visit=None)
    rows = service.list_visits(scope).filter(team__unit__path__startswith=topic.root.path)
    rows = rows.exclude(pk__in=used.values("service_visit")).select_related("team__unit")
    return list(rows.order_by("-occurred_on", "-pk")[:OFFERED])


def find_person(scope: Scope) -> Person | None:
    """Return the reader as a person, None for a log-in without one."""
    return Person.objects.filter(pk=scope.person_id).first() if scope.person_id else None


def resolve_names(root: Unit, text: str) -> tuple[list[Person], list[str]]:
    """Return the persons of the bureau whose names stand in a list, and the names nobody bears.

    Of two persons of one name the first by code is meant. One query.
    """
    names = [name for name in dict.fromkeys(SEPARATORS.split(text.strip())) if name]
    if not names:
        return [], []
    held = Appointment.objects.filter(unit__path__startswith=root.path, person=OuterRef("pk"))
    rows = Person.objects.filter(Exists(held), name__in=names).order_by("-code")
    known = {person.name: person for person in rows}
    found: Iterable[Person] = (known[name] for name in names if name in known)
    return list(found), [name for name in names if name not in known]
