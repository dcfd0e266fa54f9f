"""Topics in every state with what hangs on them, and talks whose words must show to nobody else."""

from __future__ import annotations

from datetime import date
from typing import Any

from linghang.library.api import install_packs
from linghang.people.models import Person
from linghang.research import services
from linghang.research.models import Report, Talk, Topic, Visit

DAY = date(2026, 11, 10)
# Planted where only the two of a talk, or only its writer, may meet them.
NOTE = "甲乙丙丁密语其一"
AGREED = "戊己庚辛密语其二"


def objects(world: Any) -> dict[str, object]:
    """Return topics from proposed to followed up, a visit, a finding, a plan, a report, and a talk."""
    install_packs(("research",), actor=None)
    bureau = world.bureau
    proposed, claimed, running, reported, closed = (
        _propose(world, title)
        for title in ("待认领课题", "已认领课题", "调研中课题", "已成稿课题", "已办结课题")
    )
    for topic in (claimed, running, reported, closed):
        _claim(world, topic)
    visit = _visit(world, running, "问题：报表重复报送\n建议：合并报表")
    (plan,) = services.plan_visits(
        topic=running,
        units=[bureau.other_branch],
        form="interview",
        due_on=DAY,
        actor=bureau.leader.user,
    )
    finding = visit.findings.first()
    _state(world, finding)
    reports = []
    for topic in (reported, closed):
        _visit(world, topic, "经验：晨会三问")
        services.write_words(
            topic=topic, background="", conclusions="持续推进。", actor=bureau.leader.user
        )
        reports.append(services.submit_report(topic=topic, actor=bureau.leader.user))
    services.close_topic(topic=closed, actor=bureau.leader.user)
    report: Report = reports[0]
    return {
        "proposed_topic": proposed,
        "claimed_topic": claimed,
        "topic": running,
        "reported_topic": reported,
        "closed_topic": closed,
        "research_visit": visit,
        "research_finding": finding,
        "planned_visit": plan,
        "research_report": report,
        "talk": _talk(bureau.secretary, bureau.member),
    }


def add_rows(world: Any, more: int) -> None:
    """Add topics with everything under them, talks with everybody in the branch, and offered records."""
    bureau = world.bureau
    for number in range(more):
        topic = _propose(world, f"新增课题{number}")
        _propose(world, f"又一课题{number}")
        _claim(world, topic)
        visit = _visit(world, topic, f"问题：新增发现{number}甲\n新增发现{number}乙")
        _state(world, visit.findings.first())
        running = world.objects["topic"]
        again = _visit(world, running, f"问题：再次发现{number}")
        _state(world, again.findings.first())
        services.plan_visits(
            topic=running,
            units=[bureau.branch],
            form="site",
            due_on=date(2026, 11, 25),
            actor=bureau.leader.user,
        )
    for person in Person.objects.filter(appointments__unit=bureau.branch).distinct():
        if person.pk != bureau.secretary.pk:
            _talk(bureau.secretary, person)


def _propose(world: Any, title: str) -> Topic:
    (topic,) = services.propose_topics(
        root=world.bureau.committee,
        year=2026,
        drafts=[services.TopicDraft(title, questions=["为什么"])],
        actor=world.bureau.officer.user,
    )
    return topic


def _claim(world: Any, topic: Topic) -> None:
    leader = world.bureau.leader
    services.claim_topic(topic=topic, person=leader, actor=leader.user)


def _visit(world: Any, topic: Topic, lines: str) -> Visit:
    draft = services.VisitDraft(
        unit=world.bureau.branch,
        occurred_on=DAY,
        form="forum",
        participants=6,
        heard="班员",
        findings=services.read_lines(lines),
    )
    return services.record_visit(topic=topic, draft=draft, actor=world.bureau.leader.user)


def _state(world: Any, finding: Any) -> None:
    services.state_problem(
        findings=[finding],
        text=f"{finding.text}的问题",
        unit=world.bureau.branch,
        due_on=date(2026, 12, 31),
        measures=["梳理目录"],
        actor=world.bureau.leader.user,
    )


def _talk(talker: Person, partner: Person) -> Talk:
    draft = services.TalkDraft(partner, date(2026, 10, 9), "hardship", ["family"], NOTE, AGREED)
    return services.record_talks(talker=talker, drafts=[draft], actor=talker.user)[0]
