"""P02, P05, P10: posts, zones and squads, contact persons with visits, an induction, own projects."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle
from random import Random

from linghang.accounts.models import User
from linghang.demo import world
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Appointment, Person
from linghang.pioneers import api as pioneers
from linghang.pioneers.models import Carrier, Contact
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment

BACK = 400  # days the demo looks back at most
SETTLED = 3  # fewer settled members: the branch proposes nothing
FIGURES = (("post", 187), ("zone", 61), ("squad", 4))  # 西宁
POSTS = ("营业服务", "故障抢修", "设备运维", "安全监护", "计量装接", "调度值班")
PLEDGES = (
    "我的岗位零违章，身边的人我提醒。",
    "群众报修随叫随到，一次把事办好。",
    "设备隐患早发现、早报告、早处理。",
    "走访用户说清楚、讲明白、不推诿。",
)
KINDS = ("record.customer_visit", "record.hazard_fixed", "record.emergency_support")
ZONE_KINDS = ("record.safety_check", "record.hazard_fixed")
SQUADS = (
    ("防汛抢险党员突击队", "emergency", "主汛期防汛抢险"),
    ("迎峰度夏党员突击队", "action", "迎峰度夏保供电专项行动"),
    ("重点工程党员突击队", "action", "220千伏输变电工程"),
    ("电网抢修党员突击队", "none", ""),
)
PROJECTS = (
    ("配网故障压降", "配网故障停运次数同比下降两成"),
    ("营业厅服务提升", "属实投诉同比下降三成"),
    ("青年骨干双培养", "每个供电所培养一名党员骨干"),
)


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Appoint the whole figures, look after every branch, issue an induction, open three projects."""
    committee = units[bureau.committee]
    officer = User.objects.get(
        person__appointments__unit=committee, person__appointments__post="officer"
    )
    random = Random(f"pioneers-{bureau.size.code}")
    branches = [units[branch.name] for branch in bureau.branches]
    rosters = _find_settled(branches, today)
    branches = [unit for unit in branches if len(rosters[unit.pk]) >= SETTLED]
    carriers = _appoint(branches, rosters, today, officer, full, random)
    _review(carriers, today, officer, random)
    _look_after(branches, bureau, persons, today, officer, random)
    _change_secretary(branches, rosters, today)
    _open_projects(committee, branches, today, random)


def _find_settled(branches: list[Unit], today: date) -> dict[int, list[Person]]:
    """Return who has been a member of each branch all the time the demo looks back to."""
    ids = [unit.pk for unit in branches]
    before = people.list_members(ids, today - timedelta(days=BACK))
    now = people.list_members(ids, today)
    return {pk: [person for person in now[pk] if person in before[pk]] for pk in ids}


def _appoint(
    branches: list[Unit],
    rosters: dict[int, list[Person]],
    today: date,
    officer: User,
    full: bool,
    random: Random,
) -> list[Carrier]:
    made = []
    taken = {unit.pk: iter(rosters[unit.pk]) for unit in branches}
    for kind, number in FIGURES:
        wanted = number if full else min(number, len(branches) * 2)
        for place, unit in zip(range(wanted), cycle(branches), strict=False):
            holder = next(taken[unit.pk], None) or random.choice(rosters[unit.pk])
            draft = _draft(kind, place, unit, holder, rosters[unit.pk], random)
            began = today - timedelta(days=random.randint(20, 380))
            with clock.stand_on(began):
                carrier = pioneers.propose_carrier(draft=draft, actor=None)
                if kind == "post" and place >= wanted - 2:
                    continue  # two proposals wait for the officer
                actor = None if holder.user_id == officer.pk else officer
                made.append(pioneers.appoint_carrier(carrier=carrier, begins_on=began, actor=actor))
    return made


def _draft(
    kind: str,
    place: int,
    unit: Unit,
    holder: Person,
    roster: list[Person],
    random: Random,
) -> pioneers.CarrierDraft:
    others = [person for person in roster if person.pk != holder.pk]
    pledge = random.choice(PLEDGES)
    short = unit.name.removesuffix("党支部")
    if kind == "squad":
        title, occasion, words = SQUADS[place % len(SQUADS)]
        return pioneers.CarrierDraft(
            unit=unit,
            kind=kind,
            title=title,
            place=short,
            holder=holder,
            pledge=pledge,
            members=others[:4],
            kinds=KINDS,
            occasion=occasion,
            occasion_title=words,
        )
    is_post = kind == "post"
    name = f"{POSTS[place % len(POSTS)]}示范岗" if is_post else "安全生产责任区"
    return pioneers.CarrierDraft(
        unit=unit,
        kind=kind,
        title=f"{short}{name}{place + 1}",
        place=f"{short}{place % 9 + 1}号区域",
        holder=holder,
        pledge=pledge,
        members=() if is_post else others[:2],
        kinds=KINDS if is_post else ZONE_KINDS,
        counts="persons" if is_post else "unit",
    )


def _review(carriers: list[Carrier], today: date, officer: User, random: Random) -> None:
    """Hold most of the reviews that are due; a few wait, so that the officer sees them."""
    for place, carrier in enumerate(one for one in carriers if one.is_review_due(today)):
        if place % 4 == 0:
            continue
        keep = random.random() < 0.8
        pioneers.review_carrier(
            carrier=carrier,
            decision="keep" if keep else "improve",
            reason="" if keep else "台账记录偏少，三个月后再看",
            actor=None if carrier.holder.user_id == officer.pk else officer,
        )


def _look_after(
    branches: list[Unit],
    bureau: world.Bureau,
    persons: dict[str, Person],
    today: date,
    officer: User,
    random: Random,
) -> None:
    leaders = [persons[member.name] for member in bureau.leaders]
    began = today - timedelta(days=300)
    contacts: list[Contact] = []
    for number, leader in enumerate(leaders):
        own = branches[number :: len(leaders)]
        if own:
            with clock.stand_on(began):
                contacts += pioneers.assign_contact(
                    person=leader, units=own, valid_from=began, actor=officer
                )
    for contact in contacts:
        for back in (200, 110, 20):
            if random.random() < 0.15:
                continue
            on = today - timedelta(days=back + random.randint(0, 15))
            problem = "支部重点任务进度偏慢" if random.random() < 0.1 else ""
            with clock.stand_on(on):
                draft = pioneers.VisitDraft(
                    on=on,
                    topic="指导支部组织生活和重点任务",
                    note="查看记录，与书记交换意见。",
                    problem=problem,
                    due_on=on + timedelta(days=60) if problem else None,
                )
                pioneers.record_visit(contact=contact, draft=draft, actor=None)


def _change_secretary(branches: list[Unit], rosters: dict[int, list[Person]], today: date) -> None:
    """Change one secretary a fortnight ago: the list goes out by itself, and half of it is done."""
    on = today - timedelta(days=14)
    pairs = (_find_change(unit, rosters[unit.pk]) for unit in reversed(branches))
    found = next((pair for pair in pairs if pair is not None), None)
    if found is None:
        return
    former, successor = found
    unit = former.unit
    with clock.stand_on(on):
        people.end_appointment(appointment=former, on=on, reason="工作调整", actor=None)
        people.appoint_people(
            [people.AppointmentDraft(successor, unit, "secretary", on, basis="任职批复")],
            actor=None,
        )
    with clock.stand_on(on + timedelta(days=1)):
        issued = pioneers.issue_inductions()
    for induction in issued:
        tasks = Assignment.objects.filter(worklist=induction.worklist).order_by("item__number")
        for task in tasks[:4]:
            worklists.finish_task(
                task=task, finished_on=today - timedelta(days=3), result="已完成", actor=None
            )


def _find_change(unit: Unit, roster: list[Person]) -> tuple[Appointment, Person] | None:
    """Return the secretary of a branch and who may follow; None where somebody has a log-in."""
    posts = Appointment.objects.filter(unit__path__startswith=unit.path, valid_to=None)
    former = posts.filter(unit=unit, post="secretary").select_related("person", "unit").first()
    if former is None or former.person.user_id:
        return None
    busy = set(posts.exclude(post="member").values_list("person_id", flat=True))
    before = Appointment.objects.filter(unit=unit, post="secretary")
    busy |= set(before.values_list("person_id", flat=True))  # who was it once is not new
    free = (
        one
        for one in roster
        if one.pk not in busy and not one.user_id and one.member_kind == "full"
    )
    successor = next(free, None)
    return (former, successor) if successor else None


def _open_projects(
    committee: Unit,
    branches: list[Unit],
    today: date,
    random: Random,
) -> None:
    began = today - timedelta(days=150)
    sitting = people.committee_on(committee.pk, today)
    for (title, goal), owner in zip(PROJECTS, sitting, strict=False):
        asked = random.sample(branches, min(6, len(branches)))
        with clock.stand_on(began):
            project = pioneers.open_project(
                draft=pioneers.ProjectDraft(
                    unit=committee,
                    owner=owner,
                    title=title,
                    goal=goal,
                    begins_on=began,
                    ends_on=began + timedelta(days=364),
                ),
                measures=[
                    pioneers.MeasureDraft("摸清现状，列出问题", asked, began + timedelta(days=45)),
                    pioneers.MeasureDraft("党员带头落实措施", asked, began + timedelta(days=170)),
                ],
                actor=None,
                reason="党委委员领办项目",
            )
        tasks = Assignment.objects.filter(worklist=project.worklist).order_by("due_on", "pk")
        for task in tasks[: len(asked) + 2]:
            on = min(task.due_on - timedelta(days=3), today)
            worklists.finish_task(task=task, finished_on=on, result="已落实到台区", actor=None)
