"""P16 and P15: the list of 36 tasks and the reading list, issued at the year's start and done since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random

from linghang.accounts.models import User
from linghang.demo import world
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists
from linghang.worklists.enums import TaskState
from linghang.worklists.models import Assignment, Worklist
from linghang_core.periods import Period, PeriodKind

MAIN = "hw"  # the bureau whose lists are as long as the practice's
MONTHS_OF_SMALL = 3  # as many as the small demo has records of
RESULTS = ("已按要求完成。", "已完成，结果已在支部通报。", "已完成，发现的问题当场整改。")
EVIDENCE = "见支部会议记录本"
WAITS_DAYS = 10  # what was handed in later than this still waits for acceptance
RETURNED = ("附上整改销号情况后再报。", "只写了开展情况，请补充解决了什么问题。")
LATER = ("抢修任务集中，骨干外出支援。", "与迎峰度冬准备合并开展，更有实效。")


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Issue both lists in the main bureau on 5 January and let its branches do most of what they ask."""
    if bureau.size.code != MAIN:
        return
    random = Random(f"lists-{bureau.size.code}")
    committee = units[bureau.committee]
    officer = User.objects.get(
        person=next(persons[m.name] for m in bureau.leaders if "officer" in m.posts)
    )
    begins = min(today, date(today.year, 1, 5))
    with clock.stand_on(begins):
        tasks = _issue("party-task-list", "党建工作任务一览表", committee, officer)
        reading = _issue("reading-list", "必学选学书目", committee, officer)
    _open_months(begins if full else _months_back(today), today)
    worklists.prove_open_tasks(worklist=tasks)
    diligence = {units[branch.name].pk: branch.diligence for branch in bureau.branches}
    _do(tasks, diligence, today, random)
    _do(reading, diligence, today, random)
    _accept(tasks, officer, today)
    _ask_for_time(tasks, today)
    worklists.refresh_overdue()
    _urge(tasks, officer)


def _issue(template: str, title: str, issuer: Unit, actor: User) -> Worklist:
    year = clock.today().year
    return worklists.issue_list(
        title=f"{year}年{title}",
        kind="reading" if template == "reading-list" else "tasks",
        issuer=issuer,
        items=worklists.list_template_items(template, year),
        basis="本单位做法",
        template=template,
        valid_from=date(year, 1, 1),
        valid_to=date(year, 12, 31),
        actor=actor,
    )


def _months_back(today: date) -> date:
    month = Period.containing(today, PeriodKind.MONTH)
    for _n in range(MONTHS_OF_SMALL):
        month = month.previous()
    return month.first_day


def _open_months(begins: date, today: date) -> None:
    """Open what falls due by cadence, month by month, as the daily job does."""
    month = Period.containing(begins, PeriodKind.MONTH)
    while month.first_day <= today:
        with clock.stand_on(max(month.first_day, begins)):
            worklists.open_periods()
        month = month.next()


def _do(worklist: Worklist, diligence: dict[int, float], today: date, random: Random) -> None:
    """Let each unit and member do what is due by now: mostly in time, sometimes late, a little never."""
    read = worklist.kind == "reading"
    by_day: dict[tuple[date, bool], list[int]] = defaultdict(list)
    rows = Assignment.objects.filter(
        worklist=worklist, state=TaskState.OPEN, due_on__lte=today + timedelta(days=12)
    ).values_list("pk", "unit_id", "due_on", "asked_on", "item__needs_evidence", "item__required")
    for pk, unit, due_on, asked_on, needs_evidence, required in rows.order_by("pk"):
        eager = diligence.get(unit, 0.9) * (0.6 if read else 1)
        day = _choose_day(due_on, asked_on, eager if required else 0.1, random)
        if day is not None and day <= today:
            by_day[day, needs_evidence].append(pk)
    for (day, needs_evidence), keys in sorted(by_day.items()):
        with clock.stand_on(day):
            worklists.finish_tasks(
                results=[
                    worklists.TaskResult(
                        task,
                        day,
                        "已读" if read else random.choice(RESULTS),
                        EVIDENCE if needs_evidence else "",
                    )
                    for task in Assignment.objects.filter(pk__in=keys).order_by("pk")
                ],
                actor=None,
            )


def _choose_day(due_on: date, asked_on: date, eager: float, random: Random) -> date | None:
    fate = random.random()
    early, late = random.choice((2, 8, 15)), random.choice((5, 12))
    if fate < eager:
        return max(asked_on, due_on - timedelta(days=early))
    if fate < eager + (1 - eager) * 0.5:
        return due_on + timedelta(days=late)
    return None


def _handed_in(worklist: Worklist) -> Iterable[Assignment]:
    return Assignment.objects.filter(worklist=worklist, state=TaskState.HANDED_IN).order_by("pk")


def _accept(worklist: Worklist, officer: User, today: date) -> None:
    """Accept what was handed in some time ago; return two; let the rest wait."""
    waiting = list(_handed_in(worklist))
    old = [t for t in waiting if t.finished_on and (today - t.finished_on).days > WAITS_DAYS]
    kept, accepted = old[-len(RETURNED) :], old[: -len(RETURNED)]
    with clock.stand_on(today - timedelta(days=2)):
        if accepted:
            worklists.accept_tasks(tasks=accepted, actor=officer)
        for task, reason in zip(kept, RETURNED, strict=False):
            worklists.return_task(task=task, reason=reason, actor=officer)


def _ask_for_time(worklist: Worklist, today: date) -> None:
    """Let two branches ask for a later day for what is due soon."""
    soon = Assignment.objects.filter(
        worklist=worklist, state=TaskState.OPEN, person=None, due_on__gte=today, item__cadence=""
    ).order_by("due_on", "pk")
    with clock.stand_on(today - timedelta(days=1)):
        for task, reason in zip(_of_different_units(soon), LATER, strict=False):
            worklists.ask_extension(
                task=task,
                new_due_on=task.due_on + timedelta(days=14),
                reason=reason,
                actor=None,
            )


def _of_different_units(tasks: Iterable[Assignment]) -> Sequence[Assignment]:
    first: dict[int, Assignment] = {}
    for task in tasks:
        first.setdefault(task.unit_id, task)
    return list(first.values())


def _urge(worklist: Worklist, officer: User) -> None:
    """Urge the units whose tasks are overdue."""
    late = Assignment.objects.filter(
        worklist=worklist, state=TaskState.OPEN, person=None, due_on__lt=clock.today()
    )
    worklists.urge_tasks(tasks=late[:5], actor=officer, word="请本周内完成并说明情况。")
