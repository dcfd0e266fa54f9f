"""Classes of a branch and of the bureau, one session held with somebody away, hours told."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from linghang.library.api import install_packs
from linghang.study import services
from linghang.study.models import Session, StudyClass
from linghang.study.services import ClaimDraft, ClassDraft, RollDraft, SessionDraft
from tests.cast import make_person

DAY = date(2026, 11, 9)


def objects(world: Any) -> dict[str, object]:
    """Return a class, a held and a waiting session, two claims."""
    install_packs(("study-cadence", "study-classes"), actor=None)
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
    }


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


def _plan(_world: Any, unit: Any, title: str, actor: Any) -> StudyClass:
    draft = ClassDraft(unit=unit, title=title, stages=["学", "研"])
    return services.plan_class(draft=draft, actor=actor)


def _add(study_class: StudyClass, topic: str, begins: time, actor: Any, on: date = DAY) -> Session:
    draft = SessionDraft(stage=1, on=on, begins=begins, ends=begins.replace(minute=50), topic=topic)
    return services.plan_sessions(study_class=study_class, drafts=[draft], actor=actor)[0]


def _claim(person: Any, unit: Any) -> Any:
    draft = ClaimDraft("骨干培训", "省公司党校", date(2026, 10, 12), date(2026, 10, 13), "通知7号")
    return services.claim_hours(person=person, unit=unit, draft=draft, actor=person.user)
