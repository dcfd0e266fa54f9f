"""What happened: thirteen months of meetings, service, tasks and problems, with seasons and bad habits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from linghang.demo import names
from linghang.demo.world import Branch, Bureau, Member
from linghang_core.periods import Period

QUARTER_ENDS = (3, 6, 9, 12)
SUMMER, WINTER = (7, 8), (1, 2)


@dataclass(frozen=True)
class Held:
    """A meeting, lesson or study that was held."""

    branch: Branch
    kind: str
    on: date
    topic: str
    host: Member
    hours: int  # hundredths
    absent: tuple[tuple[Member, str], ...]
    recorded_on: date
    unit: str = ""  # a group or the committee; the branch itself unless given
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Noted:
    """A single record: a violation, an improvement, a visited customer."""

    branch: Branch
    kind: str
    on: date
    title: str
    quantity: int  # hundredths
    person: Member | None = None
    status: str = ""
    verified: bool = False


@dataclass(frozen=True)
class Served:
    """A service activity."""

    branch: Branch
    on: date
    content: str
    place: str
    partner: str
    hours: int
    people: tuple[Member, ...]
    served: int


@dataclass(frozen=True)
class Asked:
    """A task of a list with its due date and, if it was done, its day."""

    branch: Branch
    item: str
    due_on: date
    done_on: date | None


@dataclass(frozen=True)
class Found:
    """A problem with its due date and, if it was closed, its day."""

    branch: Branch
    source: str
    text: str
    measure: str
    responsible: Member
    due_on: date
    closed_on: date | None


Event = Held | Noted | Served | Asked | Found


def list_months(today: date, count: int) -> list[Period]:
    """Return `count` whole months before the running one, oldest first."""
    month = Period.parse(f"{today:%Y-%m}")
    months = []
    for _n in range(count):
        month = month.previous()
        months.append(month)
    return months[::-1]


def invent_year(bureau: Bureau, months: list[Period], today: date) -> Iterator[Event]:
    """Yield what happened in the bureau in the months and in the running one up to today."""
    random = Random(f"linghang-year-{bureau.size.code}")
    running = months[-1].next()
    for month in [*months, running]:
        yield from _invent_committee(bureau, month.first_day, month.last_day, today, random)
    for number, branch in enumerate(bureau.branches):
        for month in [*months, running]:
            for event in _invent_month(branch, month.first_day, month.last_day, random):
                if branch.established_on <= _day_of(event) <= today:
                    yield event
        yield from _invent_weeks(branch, months[0].first_day, today, random)
        yield from _invent_tasks(branch, months, number, today, random)
        yield from _invent_problems(branch, months, today, random)


def _day_of(event: Event) -> date:
    return event.on if isinstance(event, Held | Noted | Served) else event.due_on


def _invent_committee(
    bureau: Bureau, first: date, last: date, today: date, random: Random
) -> Iterator[Held]:
    """Yield the first topic of each month and the seminar of each quarter."""
    kinds = [("first_topic", "传达学习重要讲话精神", 50)]
    if first.month in QUARTER_ENDS:
        kinds.append(("quarterly_seminar", "党建引领供电服务提升研讨", 200))
    for kind, topic, hours in kinds:
        on = _some_day(first, last, random)
        if on <= today and random.random() < bureau.size.diligence + 0.05:
            host = bureau.leaders[0]
            yield Held(bureau.branches[0], kind, on, topic, host, hours, (), on, bureau.committee)


def _invent_weeks(branch: Branch, first: date, today: date, random: Random) -> Iterator[Held]:
    """Yield the weekly study of a branch."""
    monday = max(first, branch.established_on)
    monday += timedelta(days=-monday.weekday() % 7)
    while monday + timedelta(days=4) <= today:
        if random.random() < branch.diligence + 0.02:
            on = monday + timedelta(days=random.randrange(0, 5))
            topic = names.THEMES[on.isocalendar().week % len(names.THEMES)]
            yield Held(branch, "weekly_study", on, topic, branch.members[0], 50, (), on)
        monday += timedelta(days=7)


def _invent_month(branch: Branch, first: date, last: date, random: Random) -> Iterator[Event]:
    keen = branch.diligence * (0.93 if first.month in SUMMER + WINTER else 1.0)
    theme = names.SEASON_THEMES.get(first.month) or random.choice(names.THEMES)
    if random.random() < keen + 0.05:
        also = ("monthly_topic",) if random.random() < 0.85 else ()
        yield replace(_hold(branch, "theme_day", theme, first, last, random, 150), also=also)
    if len([m for m in branch.members if m.full_on]) >= 7 and random.random() < keen:
        yield _hold(
            branch, "committee_meeting", random.choice(names.THEMES), first, last, random, 100
        )
    for group in branch.groups:
        if random.random() < keen - 0.08:
            yield _hold(branch, "group_meeting", theme, first, last, random, 100, group)
    if first.month in QUARTER_ENDS:
        if random.random() < keen + 0.08:
            yield _hold(
                branch, "members_meeting", random.choice(names.THEMES), first, last, random, 200
            )
        if random.random() < keen + 0.03:
            yield _hold(branch, "party_lecture", theme, first, last, random, 150)
    if first.month == 12 and random.random() < keen + 0.1:
        yield _hold(branch, "organisation_life_meeting", "年度组织生活会", first, last, random, 250)
        yield _hold(branch, "democratic_appraisal", "民主评议党员", first, last, random, 100)
    yield from _invent_service(branch, first, last, random)
    yield from _invent_records(branch, first, last, random)


def _hold(
    branch: Branch,
    kind: str,
    topic: str,
    first: date,
    last: date,
    random: Random,
    hours: int,
    group: str = "",
) -> Held:
    on = _some_day(first, last, random)
    due = _due_people(branch, kind)
    away = tuple(
        (member, random.choice(names.LEAVE) if random.random() < 0.9 else "")
        for member in due
        if random.random() > member.diligence - (0.06 if on.month in SUMMER else 0)
    )[: max(0, len(due) // 2)]
    delay = (
        random.randrange(0, 3) if random.random() < branch.diligence else random.randrange(8, 25)
    )
    return Held(
        branch, kind, on, topic, branch.members[0], hours, away, on + timedelta(days=delay), group
    )


def _due_people(branch: Branch, kind: str) -> list[Member]:
    if kind == "committee_meeting":
        return [
            m for m in branch.members if any(p.endswith(("secretary", "_member")) for p in m.posts)
        ]
    if kind == "group_meeting":
        return []
    return branch.members


def _invent_service(branch: Branch, first: date, last: date, random: Random) -> Iterator[Served]:
    wished = {"office": 0.35, "centre": 0.55, "station": 1.0}[branch.kind] * branch.diligence
    for _n in range((random.random() < wished) + (random.random() < wished * 0.4)):
        content = names.SEASON_SERVICES.get(first.month) if random.random() < 0.5 else None
        people = tuple(
            random.sample(branch.members, min(len(branch.members), random.randrange(2, 6)))
        )
        yield Served(
            branch,
            _some_day(first, last, random),
            content or random.choice(names.SERVICES),
            random.choice(names.PLACES),
            random.choice(names.PARTNERS),
            random.choice((100, 150, 200, 250, 300, 400)),
            people,
            random.randrange(6, 120),
        )


def _invent_records(branch: Branch, first: date, last: date, random: Random) -> Iterator[Noted]:
    field = branch.kind != "office"
    poor = 1 - branch.diligence

    def some(
        kind: str,
        title: str,
        chance: float,
        quantity: int,
        *,
        person: bool = True,
        status: str = "",
        verified: bool = False,
    ) -> Iterator[Noted]:
        if random.random() < chance:
            who = random.choice(branch.members) if person else None
            yield Noted(
                branch, kind, _some_day(first, last, random), title, quantity, who, status, verified
            )

    yield from some(
        "safety_check", "党员身边无违章检查", branch.diligence - 0.05, 100, person=False
    )
    yield from some(
        "hazard_fixed", "治理一处设备隐患", (0.5 if field else 0.15) * branch.diligence, 100
    )
    yield from some(
        "violation", "作业现场一般违章", poor * (0.35 if field else 0.08), 100, status="general"
    )
    yield from some(
        "violation", "作业现场严重违章", poor * (0.06 if field else 0.0), 300, status="severe"
    )
    yield from some(
        "improvement", "青年创新成果", 0.09 * branch.diligence, 100, verified=random.random() < 0.6
    )
    yield from some(
        "customer_visit",
        "走访重点客户",
        0.6 if branch.kind == "station" else 0.2,
        random.randrange(1, 6) * 100,
    )
    yield from some(
        "customer_praise", "客户来电表扬", 0.16 if branch.kind == "station" else 0.04, 100
    )
    yield from some(
        "complaint_upheld",
        "抄表服务属实投诉",
        poor * (0.25 if branch.kind == "station" else 0.03),
        100,
    )
    yield from some("mentoring", "师带徒结对", 0.08, 100)
    if first.month in SUMMER + WINTER and field:
        for member in random.sample(branch.members, min(3, len(branch.members))):
            yield Noted(
                branch,
                "emergency_support",
                _some_day(first, last, random),
                "恶劣天气抢修保电",
                random.choice((400, 600, 800)),
                member,
            )


def _invent_tasks(
    branch: Branch, months: list[Period], number: int, today: date, random: Random
) -> Iterator[Asked]:
    for place, item in enumerate(names.TASK_ITEMS):
        month = months[(place * 5 + number) % len(months)] if place < 6 else months[-1 - place % 3]
        due = month.first_day + timedelta(days=random.randrange(9, 27))
        yield _ask(branch, item, due, today, random)
    yield _ask(
        branch, "上报年度党建工作总结", today + timedelta(days=5 + number % 12), today, random
    )
    yield _ask(
        branch, "完成季度重点任务自查", today - timedelta(days=3 + number % 9), today, random
    )


def _ask(branch: Branch, item: str, due: date, today: date, random: Random) -> Asked:
    roll = random.random()
    if due >= today or roll > branch.diligence + 0.08:
        return Asked(branch, item, due, None)
    slip = random.randrange(-8, 1) if roll < branch.diligence - 0.05 else random.randrange(1, 18)
    done = due + timedelta(days=slip)
    return Asked(branch, item, due, done if done <= today else None)


def _invent_problems(
    branch: Branch, months: list[Period], today: date, random: Random
) -> Iterator[Found]:
    for month in months:
        if random.random() > 0.10 + 0.35 * (1 - branch.diligence):
            continue
        source, text, measure = random.choice(names.PROBLEMS)
        due = month.first_day + timedelta(days=random.randrange(10, 50))
        closed: date | None = due + timedelta(days=random.randrange(-15, 1))
        if random.random() > branch.diligence:
            closed = (
                due + timedelta(days=random.randrange(2, 30)) if random.random() < 0.6 else None
            )
        if closed is not None and closed > today:
            closed = None
        yield Found(branch, source, text, measure, random.choice(branch.members), due, closed)


def _some_day(first: date, last: date, random: Random) -> date:
    while True:
        day = first + timedelta(days=random.randrange((last - first).days + 1))
        if day.weekday() < 5 or random.random() < 0.1:
            return day
