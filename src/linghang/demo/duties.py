"""P04: the duty lists of both levels through the year, proved by its records; one post changes hands."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from linghang.accounts.models import User
from linghang.demo import world
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Appointment, Person
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment, Worklist

BELOW = "基层供电所党总支"  # the branch committees under it have their duty lists
RESULTS = ("已按清单要求完成。", "已完成，问题当场整改。", "已完成，并在支委会上通报。")
HAND_OVER = (7, 1)  # the day on which a post changes hands


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Issue both lists at the year's start, open their periods and do most of what they ask."""
    begins = date(today.year, 1, 5) if full else _months_back(today, 3)
    committee, below = units[bureau.committee], units[BELOW]
    officer = User.objects.get(person=persons[_holder(bureau, "officer")])
    with clock.stand_on(begins):
        lists = [
            _issue("党委班子成员履责清单", "duty-committee", committee, officer, today.year),
            _issue("支部委员履责清单", "duty-branch", below, officer, today.year),
        ]
    changed = date(today.year, *HAND_OVER)
    month = _next_month(begins)
    while month <= today:
        with clock.stand_on(month):
            if full and month == changed:
                _hand_over(units, persons, bureau, month)
            worklists.hand_over_posts()
            worklists.open_periods()
        month = _next_month(month)
    for worklist in lists:
        worklists.prove_open_tasks(worklist=worklist)
    _finish_rest(lists, officer, today, Random(f"duties-{bureau.size.code}"))
    worklists.refresh_overdue()


def _issue(title: str, template: str, issuer: Unit, actor: Any, year: int) -> Worklist:
    return worklists.issue_list(
        title=f"{year}年{title}",
        kind="duty",
        issuer=issuer,
        items=[
            item
            for item in worklists.list_template_items(template, year)
            if item.due_on is None or item.due_on > clock.today()  # nobody is asked for the past
        ],
        basis="本单位做法：两级班子成员履责清单",
        template=template,
        valid_from=date(year, 1, 1),
        valid_to=date(year, 12, 31),
        actor=actor,
    )


def _hand_over(
    units: dict[str, Unit], persons: dict[str, Person], bureau: world.Bureau, on: date
) -> None:
    """Let the last station's secretary hand the post to a member of the branch who holds none."""
    branches = [b for b in bureau.general_branches[BELOW] if b.established_on < on]
    branch = branches[-1]
    leaving = next(m for m in branch.members if "secretary" in m.posts)
    follower = next(m for m in branch.members if not m.posts and m.full_on and m.full_on < on)
    held = Appointment.objects.get(
        person=persons[leaving.name], unit=units[branch.name], post="secretary", valid_to=None
    )
    people.end_appointment(appointment=held, on=on, actor=None)
    people.appoint_people(
        [
            people.AppointmentDraft(
                person=persons[follower.name],
                unit=units[branch.name],
                post="secretary",
                valid_from=on,
                basis="选举结果批复",
            )
        ],
        actor=None,
    )


def _finish_rest(lists: list[Worklist], officer: Any, today: date, random: Random) -> None:
    """Record what no record proves: most of what is due on its day, some late, a little never."""
    waiting = Assignment.objects.filter(
        worklist__in=lists, state="open", item__required=True, item__proof_use="offer"
    )
    results = []
    for task in waiting.filter(due_on__lt=today + timedelta(days=20)).order_by("due_on", "pk"):
        roll = random.random()
        slip = random.randrange(-12, 1) if roll < 0.85 else random.randrange(1, 15)
        day = task.due_on + timedelta(days=slip)
        if roll > 0.93 or day > today or day < task.asked_on:
            continue
        evidence = "见党委会纪要" if task.item.needs_evidence else ""
        results.append(worklists.TaskResult(task, day, random.choice(RESULTS), evidence))
    worklists.finish_tasks(results=results, actor=None)
    handed_in = list(Assignment.objects.filter(worklist__in=lists, state="handed_in"))
    for task in handed_in[:1]:
        worklists.return_task(task=task, reason="检查结论没有对应到具体记录，请补充", actor=officer)
    if len(handed_in) > 2:
        worklists.accept_tasks(tasks=handed_in[1:-1], actor=officer)


def _holder(bureau: world.Bureau, post: str) -> str:
    return next(m.name for m in bureau.leaders if post in m.posts)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _months_back(day: date, number: int) -> date:
    """Return the first day of the month so many months before."""
    months = day.year * 12 + day.month - 1 - number
    return date(months // 12, months % 12 + 1, 1)
