"""Agendas: the first topics of the committee with what follows, the votes and decisions of branches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from linghang.accounts.models import User
from linghang.activities.models import Activity
from linghang.demo import world
from linghang.meetings import api as meetings
from linghang.meetings.models import AgendaItem
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment

DAYS = 25  # from a resolution to its day
# (topic, what was said, what was decided, what came of it)
FIRST_TOPICS = (
    (
        "学习能源保供重要论述",
        "结合迎峰度夏负荷预测，逐条对照保供责任。",
        "梳理重载台区，明确党员包片，月底前报治理安排。",
        "已排出重载台区 41 个，每个台区明确一名党员包片。",
    ),
    (
        "学习安全生产重要论述",
        "对照近期违章通报查找身边隐患。",
        "开展党员身边无违章回头看，问题逐项挂单。",
        "回头看覆盖全部班组，发现的问题已逐项登记。",
    ),
    (
        "学习乡村振兴重要论述",
        "研究农网改造与驻村帮扶如何衔接。",
        "选两个行政村先行，党支部与村支部结对。",
        "两个行政村已结对，低电压台区改造方案已定。",
    ),
    (
        "学习优化营商环境重要论述",
        "听取客户诉求分析，讨论办电环节如何再压减。",
        "办电环节压减方案由营销专业牵头，下月会议报告。",
        "方案已试行，小微企业办电环节减少一个。",
    ),
    (
        "学习党的自我革命重要论述",
        "结合专项自查结果讨论廉洁风险点。",
        "把自查发现的风险点补入防控清单。",
        "风险点已补入清单，责任到岗。",
    ),
    (
        "学习科技创新重要论述",
        "听取青年骨干攻关课题进展。",
        "为三个攻关课题各配一名党员专家。",
        "三个课题均已配备党员专家。",
    ),
)
VOTE = ("推荐年度优秀共产党员", "全体正式党员酝酿后表决。", "同意推荐，报上级党组织审批。")
DECISION = (
    "研究迎峰度冬党员服务安排",
    "逐村核对留守老人用电隐患。",
    "入冬前完成留守老人户内线路检查。",
)
MADE_UP = "自学会议材料并与书记交流"


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],  # noqa: ARG001  as every practice is built
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Write the agendas of the last first topics, and of a branch's last meetings."""
    topics = FIRST_TOPICS if full else FIRST_TOPICS[-2:]
    held = _list_held(units[bureau.committee], "first_topic", today)
    _resolve(held[-len(topics) :], topics, today)
    branch = next(branch for branch in bureau.branches if branch.kind == "station")  # has log-ins
    unit = units[branch.name]
    secretary = people.secretary_on(unit.pk, today)
    actor = secretary.user if secretary else None
    for meeting in _list_held(unit, "members_meeting", today)[-1:]:
        _vote(meeting, actor)
    for meeting in _list_held(unit, "committee_meeting", today)[-1:] if full else ():
        _decide(meeting, secretary, today, actor)


def _list_held(unit: Unit, kind: str, today: date) -> list[Activity]:
    found = Activity.objects.filter(
        unit=unit, kind__code=kind, withdrawn_on=None, occurred_on__lte=today
    )
    return list(found.select_related("unit", "kind").order_by("occurred_on", "pk"))


def _resolve(
    held: Sequence[Activity], topics: Sequence[tuple[str, str, str, str]], today: date
) -> None:
    """Let each first topic end in a task, and the next meeting after it hear what came of it."""
    told: list[tuple[date, AgendaItem, str]] = []  # (done on, item, what came of it)
    pairs = zip(held, topics, strict=False)
    for number, (meeting, (topic, said, decided, came)) in enumerate(pairs):
        rows = meeting.attendance.filter(state="present").select_related("person")
        present = [row.person for row in rows if row.person]
        with clock.stand_on(meeting.occurred_on):
            item = meetings.add_item(
                activity=meeting,
                draft=meetings.ItemDraft(
                    topic=topic,
                    discussed=said,
                    decided=decided,
                    task=meetings.TaskDraft(
                        text=decided,
                        due_on=meeting.occurred_on + timedelta(days=DAYS),
                        person=present[number % len(present)] if present else None,
                    ),
                ),
                actor=None,
            )
            for day, earlier, result in list(told):
                if day > meeting.occurred_on:
                    continue
                meetings.add_item(
                    activity=meeting,
                    draft=meetings.ItemDraft(
                        topic=f"听取“{earlier.topic}”落实情况", discussed=result, follows=earlier
                    ),
                    actor=None,
                )
                told.remove((day, earlier, result))
        day = meeting.occurred_on + timedelta(days=DAYS - 5)
        _finish(item, day, came, today)
        told.append((day, item, came))


def _finish(item: AgendaItem, day: date, came: str, today: date) -> None:
    """Record what came of a resolution, if its day lies behind us."""
    if day > today:
        return
    tasks = Assignment.objects.filter(item=item.task)
    with clock.stand_on(day):
        worklists.finish_tasks(
            results=[worklists.TaskResult(task, day, came, "") for task in tasks], actor=None
        )


def _vote(meeting: Activity, actor: User | None) -> None:
    """Let the members vote, and let who was away make up for the meeting a few days later."""
    topic, said, decided = VOTE
    with clock.stand_on(meeting.occurred_on):
        meetings.add_item(
            activity=meeting,
            draft=meetings.ItemDraft(topic, said, decided, vote=meetings.VoteDraft(abstained=1)),
            actor=actor,
        )
    absent = meeting.attendance.exclude(state="present").exclude(person=None)
    missed = [row.person for row in absent.select_related("person") if row.person]
    day = meeting.occurred_on + timedelta(days=4)
    if missed:
        with clock.stand_on(day):
            meetings.make_up(activity=meeting, people=missed, on=day, way=MADE_UP, actor=actor)


def _decide(meeting: Activity, secretary: Person | None, today: date, actor: User | None) -> None:
    topic, said, decided = DECISION
    with clock.stand_on(meeting.occurred_on):
        meetings.add_item(
            activity=meeting,
            draft=meetings.ItemDraft(
                topic,
                said,
                decided,
                task=meetings.TaskDraft(decided, today + timedelta(days=14), secretary),
            ),
            actor=actor,
        )
