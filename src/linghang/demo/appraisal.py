"""Democratic appraisals: last year's told to everybody, this year's in its ballot, and voters."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from linghang.accounts.models import User
from linghang.appraisal import api as appraisals
from linghang.appraisal.models import Appraisal, Participant
from linghang.demo import logins, world
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.calendar import clock

VOTERS = 3  # members of the branch with log-ins who can try the ballot beside the two known ones
PROMISED = ("带头值守迎峰度夏", "带头到联系村走访", "带头学新规程", "带头啃线损硬骨头")
DONE = ("按承诺完成，全年在岗保电", "完成走访并解决诉求", "带出一名徒弟", "台区线损降到目标内")
SHORT = ("学习抓得不紧，明年按月学", "走访还不够勤，按季走到", "对新人帮得少，结对补上")


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,  # noqa: ARG001  as every practice is built
) -> None:
    """Finish one appraisal of last year, and let another of this year wait for its last ballots."""
    random = Random(f"appraisal-{bureau.size.code}")
    officer = User.objects.filter(
        person__appointments__unit=units[bureau.committee], person__appointments__post="officer"
    ).order_by("pk")[0]
    known = next(branch for branch in bureau.branches if branch.kind == "station")  # has log-ins
    # the officer confirms, and nobody confirms an appraisal they are part of
    others = [
        branch
        for branch in bureau.branches
        if branch is not known and officer.person not in [persons[m.name] for m in branch.members]
    ]
    finished, running = (units[branch.name] for branch in others[:2])
    _finish(finished, date(today.year - 1, 11, 20), officer, random)
    with clock.stand_on(today - timedelta(days=10)):
        appraisal = _begin(running, today.year, today + timedelta(days=7), random)
    with clock.stand_on(today - timedelta(days=3)):
        _vote(appraisal, random, share=0.6)
    names = [m.name for m in known.members if m.full_on and not m.posts]
    voters = [persons[name] for name in names if persons[name].user is None][:VOTERS]
    people.create_logins(
        logins=[(person, f"voter-{number}") for number, person in enumerate(voters, 1)],
        password=logins.PASSWORD,
        actor=None,
        must_change_password=False,
    )


def _begin(unit: Unit, year: int, until: date, random: Random) -> Appraisal:
    appraisal = appraisals.open_appraisal(
        unit=unit, draft=appraisals.PlanDraft(year, clock.today(), until), actor=None
    )
    for one in appraisals.list_participants(appraisal):
        appraisals.write_self(
            appraisal=appraisal,
            person_id=one.person_id,
            promised=random.choice(PROMISED),
            done=random.choice(DONE),
            short=random.choice(SHORT),
        )
    return appraisals.begin_ballot(appraisal=appraisal, actor=None)


def _vote(appraisal: Appraisal, random: Random, share: float = 1) -> None:
    parts = appraisals.list_participants(appraisal)
    graded = appraisals.list_graded(parts)
    for voter in parts[: max(int(len(parts) * share), 1)]:
        appraisals.cast_ballot(
            appraisal=appraisal,
            person_id=voter.person_id,
            grades={one.pk: _judge(one, random) for one in graded if one.pk != voter.pk},
        )


def _judge(one: Participant, random: Random) -> str:
    return "excellent" if random.random() < 0.2 + 0.5 * (one.pk % 3 == 0) else "qualified"


def _finish(unit: Unit, on: date, officer: User, random: Random) -> None:
    with clock.stand_on(on):
        appraisal = _begin(unit, on.year, on + timedelta(days=10), random)
    with clock.stand_on(on + timedelta(days=10)):
        _vote(appraisal, random)
        appraisals.close_ballot(appraisal=appraisal, held_on=clock.today(), actor=None)
        parts = appraisals.list_participants(appraisal)
        graded = appraisals.list_graded(parts)
        cap = len(parts) // 4  # fewer than the share lets
        appraisals.decide_grades(
            appraisal=appraisal,
            decisions={
                one.pk: appraisals.Decision("excellent" if place < cap else "qualified")
                for place, one in enumerate(graded)
            },
            actor=None,
        )
        appraisals.report_grades(appraisal=appraisal, actor=None)
    with clock.stand_on(on + timedelta(days=17)):
        appraisals.confirm_grades(appraisal=appraisal, approve=True, actor=officer)
        appraisals.tell_members(appraisal=appraisal, actor=None)
