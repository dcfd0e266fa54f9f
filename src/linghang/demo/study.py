"""P12: a class of the bureau in three stages and seven days, and hours told from elsewhere."""

from __future__ import annotations

from datetime import date, time, timedelta
from random import Random

from linghang.accounts.models import User
from linghang.demo import world
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.study import api as study
from linghang.study.enums import Form

STAGES = ("原文研读", "专题辅导与现场教学", "交流研讨")
DAYS = ((1, -20), (1, -19), (2, -13), (2, -12), (2, -11), (3, -5), (3, 4))  # stage, day from today
MORNINGS = {
    1: (Form.READING, "领学原文"),
    2: (Form.LECTURE, "专题辅导"),
    3: (Form.SEMINAR, "分组研讨"),
}
AFTERNOONS = {1: (Form.SELF, "自学"), 2: (Form.VISIT, "现场教学"), 3: (Form.SEMINAR, "大会交流")}
NUMERALS = "一二三四五六七"
REASONS = ("值班", "抢修", "出差", "病假")


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],  # noqa: ARG001  as every practice is built
    bureau: world.Bureau,
    today: date,
    full: bool,  # noqa: ARG001  both sizes have the class of seven days
) -> None:
    """Plan the class, hold what has passed, tell two trainings elsewhere."""
    random = Random(f"study-{bureau.size.code}")
    committee = units[bureau.committee]
    officer = User.objects.filter(
        person__appointments__unit=committee, person__appointments__post="officer"
    ).order_by("pk")[0]
    known = next(branch for branch in bureau.branches if branch.kind == "station")  # has log-ins
    branch = units[known.name]
    with clock.stand_on(today - timedelta(days=30)):
        course = study.plan_class(
            draft=study.ClassDraft(
                unit=committee,
                title=f"{today.year}年基层党组织书记读书班",
                stages=STAGES,
                purpose="学以致用：每名书记带回一项改进供电服务的措施。",
                also="quarterly_seminar",
            ),
            actor=officer,
        )
        study.choose_people(
            study_class=course,
            units=[committee],
            posts=["secretary", "deputy_secretary"],
            actor=officer,
        )
        sessions = study.plan_sessions(study_class=course, drafts=_draft_week(today), actor=officer)
    _hold(course, sessions, today, officer, random)
    _tell(branch, today, officer)


def _draft_week(today: date) -> list[study.SessionDraft]:
    drafts = []
    for number, (stage, offset) in enumerate(DAYS):
        for (form, topic), begins, ends in (
            (MORNINGS[stage], time(8, 30), time(11, 30)),
            (AFTERNOONS[stage], time(14), time(17)),
        ):
            lecturer = "市委党校教员" if form == Form.LECTURE else ""
            drafts.append(
                study.SessionDraft(
                    stage=stage,
                    on=today + timedelta(days=offset),
                    begins=begins,
                    ends=ends,
                    topic=f"第{NUMERALS[number]}天{topic}",
                    form=form,
                    lecturer=lecturer,
                    place="培训中心报告厅",
                )
            )
    return drafts


def _hold(
    course: study.StudyClass,
    sessions: list[study.Session],
    today: date,
    officer: User,
    random: Random,
) -> None:
    ids = list(course.participants.values_list("person_id", flat=True))
    for session in sessions:
        if session.on >= today:
            continue
        away = [(pk, random.choice(REASONS)) for pk in ids if random.random() < 0.05]
        with clock.stand_on(session.on):
            study.record_session(
                session=session,
                draft=study.RollDraft(away=away, minutes="结合本岗位交流，措施会后列入支部计划。"),
                actor=officer,
            )


def _tell(branch: Unit, today: date, officer: User) -> None:
    """Let two members tell a training; one is confirmed, the other waits for the secretary."""
    members = people.list_members([branch.pk], today)[branch.pk]
    plain = [person for person in members if person != people.secretary_on(branch.pk, today)]
    for number, person in enumerate(plain[-2:]):
        first = today - timedelta(days=60 - 20 * number)
        draft = study.ClaimDraft(
            title="党务骨干业务培训" if number else "青年党员示范培训",
            organiser="示范省电力公司党校",
            first_on=first,
            last_on=first + timedelta(days=2),
            proof=f"培训通知〔{first.year}〕{11 + number}号",
        )
        with clock.stand_on(first + timedelta(days=5)):
            claim = study.claim_hours(person=person, unit=branch, draft=draft, actor=None)
            if number == 0:
                study.decide_claim(claim=claim, confirm=True, actor=officer)
