"""P08: members on the way to backbone and backbones on the way into the Party, each with a mentor."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from linghang.activities import api as activities
from linghang.activities.models import ActivityKind
from linghang.demo import world
from linghang.membership.models import Application
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.pioneers import api as pioneers
from linghang.pioneers.models import Pipeline
from linghang.platform.calendar import clock

BEGAN = 200  # days ago
WAYS = 24  # members on the way to backbone in the full demo, one a branch
AIMS = (
    "能独立担任配电抢修工作负责人",
    "能独立主持一次技改方案",
    "能带一名新员工",
    "能负责一座变电站的运维",
)
DEEDS = ("完成线路巡视和缺陷处理", "参加保供电值守", "处理台区低电压问题")


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],  # noqa: ARG001  as every practice is built
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Open a way in each of the first branches, and one for each applicant; mentors agree or decline."""
    random = Random(f"pipelines-{bureau.size.code}")
    branches = [units[branch.name] for branch in bureau.branches][: WAYS if full else 4]
    began = today - timedelta(days=BEGAN)
    ids = [unit.pk for unit in branches]
    before, now = people.list_members(ids, began), people.list_members(ids, today)
    kind = ActivityKind.objects.get(code="pioneer_deed")
    for place, unit in enumerate(branches):
        settled = [one for one in now[unit.pk] if one in before[unit.pk] and not one.user_id]
        if len(settled) < 3:
            continue
        mentor, candidate = settled[0], settled[-1]
        _to_backbone(unit, candidate, mentor, place, began, today, kind, random)
    going = Application.objects.filter(unit__in=branches, ended_on=None, full_on=None)
    for place, application in enumerate(going.select_related("unit", "person").order_by("pk")):
        _to_member(application, now[application.unit_id], place, today)


def _to_backbone(
    unit: Unit,
    candidate: Person,
    mentor: Person,
    place: int,
    began: date,
    today: date,
    kind: ActivityKind,
    random: Random,
) -> None:
    with clock.stand_on(began):
        draft = pioneers.PipelineDraft(
            unit=unit, mentor=mentor, aim=AIMS[place % len(AIMS)], candidate=candidate
        )
        way = pioneers.open_pipeline(draft=draft, actor=None)
        if place % 9 == 8:
            pioneers.answer_mentor(
                pipeline=way, accepts=False, reason="近期长期驻站，顾不上带人", actor=None
            )
            return
        pioneers.answer_mentor(pipeline=way, accepts=True, actor=None)
    done = 1 + place % 2
    for number in range(done):
        on = began + timedelta(days=30 + 70 * number + random.randint(0, 10))
        with clock.stand_on(on):
            activities.record_activity(
                draft=activities.ActivityDraft(
                    unit=unit,
                    kind=kind,
                    occurred_on=on,
                    topic=DEEDS[number],
                    person_id=candidate.pk,
                ),
                actor=None,
            )
            _prove_first(way)
    with clock.stand_on(min(today, began + timedelta(days=100))):
        pioneers.review_pipeline(
            pipeline=way,
            decision="move_on" if done > 1 else "help",
            reason="能完成分工" if done > 1 else "现场机会少，带教人再安排",
            actor=None,
        )


def _prove_first(way: Pipeline) -> None:
    entry = pioneers.list_proofs(way).first()
    open_one = way.milestones.filter(entry=None, step="").first()
    if entry and open_one:
        pioneers.prove_milestone(milestone=open_one, entry=entry, actor=None)


def _to_member(application: Application, members: list[Person], place: int, today: date) -> None:
    mentors = [one for one in members if one.member_kind == "full" and not one.user_id]
    if len(mentors) < 2:
        return
    opened = min(today, max(application.applied_on, today - timedelta(days=90)))
    with clock.stand_on(opened):
        draft = pioneers.PipelineDraft(
            unit=application.unit,
            mentor=mentors[1],
            aim="在生产一线发挥作用，早日达到党员标准",
            application=application,
        )
        way = pioneers.open_pipeline(draft=draft, actor=None)
        if place % 4 != 3:  # the others wait for the mentor's answer
            pioneers.answer_mentor(pipeline=way, accepts=True, actor=None)
