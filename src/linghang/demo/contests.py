"""百日百分: one contest running on its 62nd day, one that waits to be made final; crews of the centres."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from linghang.accounts.models import User
from linghang.activities import api as activities
from linghang.activities.models import ActivityKind
from linghang.contests import api as contests
from linghang.contests.models import Contest, Template
from linghang.demo import world
from linghang.org import api as org
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock

DAYS, DAY_NOW, TEAMS, FEW = 100, 62, 8, 6
CREW_DEEDS = ("hazard_fixed", "customer_visit", "mentoring")


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Found the crews with their records; start one contest that runs, and end one in spring."""
    _found_crews(units, persons, bureau, today)
    branches = [one for one in bureau.branches if one.established_on < today - timedelta(days=400)]
    chosen = sorted(branches, key=lambda one: one.kind != "station")
    teams = [units[one.name] for one in chosen[: TEAMS if full else FEW]]
    first = today - timedelta(days=DAY_NOW - 1)
    running = _run(units[bureau.committee], "迎峰度冬百日百分竞赛", first, teams)
    with clock.stand_on(today - timedelta(days=9)):
        contests.state_days(contest=running, today=clock.today())
    _enter_late(chosen[1], units, persons, today)
    finish(units, bureau, "春季检修百日百分竞赛", today - timedelta(days=112), teams, closed=False)


def finish(
    units: dict[str, Unit],
    bureau: world.Bureau,
    title: str,
    first: date,
    teams: Sequence[Unit],
    *,
    closed: bool,
) -> Contest:
    """Run a contest to its end; `closed` makes its result final."""
    root = units[bureau.committee]
    officer = _officer(root)
    contest = _run(root, title, first, teams)
    with clock.stand_on(contest.last_day + timedelta(days=1)):
        contest = contests.end_contest(contest=contest, actor=officer)
    if closed:
        with clock.stand_on((contest.objections_until or clock.today()) + timedelta(days=1)):
            contest = contests.close_contest(contest=contest, actor=officer)
    return contest


def _run(root: Unit, title: str, first: date, teams: Sequence[Unit]) -> Contest:
    template = Template.objects.get(code="hundred-days")
    officer = _officer(root)
    with clock.stand_on(first - timedelta(days=2)):
        contest = contests.prepare_contest(
            draft=contests.ContestDraft(
                root=root,
                title=title,
                document=template.values["rules"]
                | {"title": {"zh": title, "en": "Hundred days, hundred points"}},
                first_day=first,
                days=DAYS,
                daily_limit=Decimal(template.values["daily_limit"]),
                units=teams,
                prizes=template.values["prizes"],
                template=template,
            ),
            actor=officer,
        )
        return contests.start_contest(contest=contest, actor=officer)


def _enter_late(
    branch: world.Branch, units: dict[str, Unit], persons: dict[str, Person], today: date
) -> None:
    """Enter a hazard that was put right three weeks ago: the table marks what it changes."""
    kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
    with clock.stand_on(today - timedelta(days=2)):
        activities.record_activities(
            drafts=[
                activities.ActivityDraft(
                    kinds["hazard_fixed"],
                    units[branch.name],
                    today - timedelta(days=21),
                    "配电室电缆沟积水隐患治理",
                    person_id=persons[branch.members[0].name].pk,
                    quantity=200,
                    verified=True,
                )
            ],
            actor=None,
        )


def _found_crews(
    units: dict[str, Unit], persons: dict[str, Person], bureau: world.Bureau, today: date
) -> None:
    """Found a crew for each group of a centre, covered by it alone, and record what it did."""
    random = Random(f"crews-{bureau.size.code}")
    kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
    places = [
        (branch, group)
        for branch in bureau.branches
        if branch.kind == "centre"
        for group in branch.groups
    ]
    drafts = [
        org.UnitDraft(
            group.removesuffix("党小组"),
            UnitKind.CREW,
            parent=units[branch.business_unit],
            established_on=date(2012, 1, 1),
        )
        for branch, group in places
    ]
    if not drafts:
        return
    crews = org.create_units(drafts, actor=None)
    org.open_coverage(
        links=[(units[group], crew) for (_, group), crew in zip(places, crews, strict=True)],
        actor=None,
    )
    records = []
    for crew, (branch, _group) in zip(crews, places, strict=True):
        diligence = min(0.97, max(0.35, branch.diligence + random.uniform(-0.25, 0.1)))
        for month in range(12):
            for number, code in enumerate(CREW_DEEDS):
                if random.random() > diligence * (0.8, 0.95, 0.35)[number]:
                    continue
                on = today - timedelta(days=3 + 30 * month + random.randrange(26))
                who = branch.members[random.randrange(len(branch.members))]
                records.append(
                    activities.ActivityDraft(
                        kinds[code],
                        crew,
                        on,
                        f"{kinds[code].title_zh}（{crew.name}）",
                        person_id=persons[who.name].pk,
                        verified=True,
                        recorded_on=on,
                    )
                )
        if random.random() > diligence:
            on = today - timedelta(days=10 + random.randrange(60))
            records.append(
                activities.ActivityDraft(
                    kinds["violation"],
                    crew,
                    on,
                    "工作票填写不规范",
                    person_id=persons[branch.members[0].name].pk,
                    status="general",
                    quantity=random.choice((100, 200, 400)),
                    recorded_on=on,
                )
            )
    activities.record_activities(drafts=records, actor=None)


def _officer(root: Unit) -> User:
    return User.objects.filter(
        person__appointments__unit=root, person__appointments__post="officer"
    ).order_by("pk")[0]
