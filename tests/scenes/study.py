"""Classes, hours told, a roster of lectures with a swap that waits, study lists, reflections."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from linghang.library.api import install_packs
from linghang.study import services
from linghang.study.models import Reflection, Roster, Session, StudyClass
from linghang.study.services import (
    ClaimDraft,
    ClassDraft,
    ReflectionDraft,
    RollDraft,
    RosterDraft,
    SessionDraft,
)
from linghang.worklists import api as worklists
from tests.cast import make_person

DAY = date(2026, 11, 9)


def objects(world: Any) -> dict[str, object]:
    """Return a class, a held and a waiting session, two claims."""
    packs = ("study-cadence", "study-classes", "study-lectures", "study-lists")
    install_packs(packs, actor=None)
    bureau = world.bureau
    own = _plan(world, bureau.branch, "读书班", bureau.secretary.user)
    wide = _plan(world, bureau.committee, "骨干培训班", bureau.officer.user)
    services.choose_people(
        study_class=own, persons=[bureau.member, bureau.colleague], actor=bureau.secretary.user
    )
    services.choose_people(study_class=wide, persons=[bureau.member], actor=bureau.officer.user)
    held = _add(own, "原文自学", time(9), bureau.secretary.user)
    services.record_session(
        session=held,
        draft=RollDraft(away=[(bureau.colleague.pk, "出差")]),
        actor=bureau.secretary.user,
    )
    return {
        "study_class": own,
        "bureau_class": wide,
        "waiting_session": _add(own, "研讨", time(14), bureau.secretary.user),
        "held_session": held,
        "member_claim": _claim(bureau.member, bureau.branch),
        "secretary_claim": _claim(bureau.secretary, bureau.branch),
        **_lectures(bureau),
        **_thoughts(bureau),
    }


def _lectures(bureau: Any) -> dict[str, object]:
    roster = _plan_roster(bureau, "周一讲党课", 5)
    actor = bureau.secretary.user
    held, waiting, taken, other, free = roster.lectures.all()
    rows = ((held, bureau.colleague), (waiting, bureau.colleague), (taken, bureau.member))
    for lecture, person in (*rows, (other, bureau.secretary)):
        services.assign_lecture(
            lecture=lecture, on=lecture.on, person=person, topic=f"题{lecture.pk}", actor=actor
        )
    services.record_lecture(lecture=held, draft=RollDraft(), actor=actor)
    services.rate_lecture(lecture=held, person=bureau.member, stars=4)
    taken.refresh_from_db()
    return {
        "roster": roster,
        "held_lecture": held,
        "waiting_lecture": waiting,
        "member_lecture": taken,
        "free_lecture": free,
        "swap": services.ask_swap(lecture=taken, other=other, person=bureau.member, actor=None),
    }


def _plan_roster(bureau: Any, title: str, lectures: int) -> Roster:
    draft = RosterDraft(
        unit=bureau.branch,
        title=title,
        first_on=DAY,
        lectures=lectures,
        begins=time(8, 30),
        minutes=45,
        posts=["member"],
    )
    return services.plan_roster(draft=draft, actor=bureau.secretary.user)


def _thoughts(bureau: Any) -> dict[str, object]:
    worklists.issue_list(
        title="2026年学思清单",
        kind="learning",
        issuer=bureau.committee,
        items=[
            item
            for item in worklists.list_template_items("personal-study-list", 2026)
            if item.post in {"secretary", "committee_secretary"}
        ],
        actor=bureau.officer.user,
        template="personal-study-list",
    )
    draft, published = (_write(bureau, n) for n in range(2))
    services.publish_reflection(
        reflection=published, audience="branch", person=bureau.member, actor=bureau.member.user
    )
    return {"member_draft": draft, "published_reflection": published}


def _write(bureau: Any, number: int, person: Any = None) -> Reflection:
    text = f"第{number}次学习以后，我把接地线一根一根数过去，再数回来。"
    draft = ReflectionDraft(person or bureau.member, bureau.branch, f"感悟{number}", text)
    return services.write_reflection(draft=draft)


def add_rows(world: Any, more: int) -> None:
    """Add classes, sessions, participants and claims."""
    bureau = world.bureau
    actor = bureau.secretary.user
    own = StudyClass.objects.get(title="读书班")
    people = [make_person(f"学员{number}", bureau.branch) for number in range(more)]
    services.choose_people(study_class=own, persons=people, actor=actor)
    for number in range(more):
        other = _plan(world, bureau.branch, f"读书班{number}", actor)
        services.choose_people(study_class=other, persons=[bureau.member], actor=actor)
        held = _add(other, "导读", time(9), actor, on=date(2026, 11, 10 + number))
        services.record_session(session=held, draft=RollDraft(), actor=actor)
        _add(other, "来日", time(9), actor, on=date(2026, 12, 1 + number))
        again = _add(own, f"续{number}", time(9), actor, on=date(2026, 10, 20 + number))
        services.record_session(
            session=again, draft=RollDraft(away=[(people[0].pk, "值班")]), actor=actor
        )
        _claim(people[number], bureau.branch)
        _add_lecture(world, people[number], number)
        for author in (bureau.member, people[number]):
            row = _write(bureau, number + 10, author)
            services.publish_reflection(
                reflection=row, audience="bureau", person=author, actor=None
            )
        _write(bureau, number + 100)


def _add_lecture(world: Any, person: Any, number: int) -> None:
    """Add a roster, and to the one there is a held and rated lecture."""
    _plan_roster(world.bureau, f"轮值{number}", 2)
    actor = world.bureau.secretary.user
    roster = Roster.objects.get(title="周一讲党课")
    on = date(2026, 10, 12 + number)
    lecture = services.add_lecture(roster=roster, on=on, actor=actor)
    lecture = services.assign_lecture(
        lecture=lecture, on=on, person=person, topic=f"补{number}", actor=actor
    )
    services.record_lecture(lecture=lecture, draft=RollDraft(), actor=actor)
    services.close_old_ratings()


def _plan(_world: Any, unit: Any, title: str, actor: Any) -> StudyClass:
    draft = ClassDraft(unit=unit, title=title, stages=["学", "研"])
    return services.plan_class(draft=draft, actor=actor)


def _add(study_class: StudyClass, topic: str, begins: time, actor: Any, on: date = DAY) -> Session:
    draft = SessionDraft(stage=1, on=on, begins=begins, ends=begins.replace(minute=50), topic=topic)
    return services.plan_sessions(study_class=study_class, drafts=[draft], actor=actor)[0]


def _claim(person: Any, unit: Any) -> Any:
    draft = ClaimDraft("骨干培训", "省公司党校", date(2026, 10, 12), date(2026, 10, 13), "通知7号")
    return services.claim_hours(person=person, unit=unit, draft=draft, actor=person.user)
