"""P38: last quarter's round of inspectors, fixed and calibrated, and one running; P34: visits of the quarter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from linghang.accounts.models import User
from linghang.assessment import api as assessment
from linghang.assessment.enums import RoundState
from linghang.assessment.models import Form, Mark, Round, Sheet
from linghang.demo import diagnosis, world
from linghang.ledger.models import Entry
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang_core.periods import Period, PeriodKind

INSPECTORS = 3
BRANCHES = 20  # at most: what three persons can visit in a quarter
OPENED, MARKED, FIXED = 7, 16, 25  # days after the quarter's end
RUNNING = 0.4  # of the branches are marked in the round that runs
# Of full points: how a diligent branch is seen, and by how much each of the team is kinder or stricter.
LEAST, SPAN = 0.62, 0.34
LEANING = (0.03, -0.05, 0.01)
FINDINGS = (
    ("1", "重点任务“老旧台区改造”进度滞后两周，原因未上报"),
    ("2", "7月党员大会议定事项两条未见办理结果"),
    ("6", "月报与专业系统重复填报，建议取消"),
)


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,  # noqa: ARG001  every practice is called alike
) -> None:
    """Let three inspectors mark last quarter, fix it; begin this quarter and visit some branches."""
    root, random = units[bureau.committee], Random(f"assessment-{bureau.size.code}")
    quarter = Period.containing(today, PeriodKind.QUARTER)
    begun = min(quarter.first_day + timedelta(days=OPENED), today)
    old = [b for b in bureau.branches if b.established_on <= quarter.previous().first_day]
    diligence = {units[branch.name].pk: branch.diligence for branch in old}
    branches = [units[branch.name] for branch in old]
    team = [persons[m.name] for m in diagnosis.choose_experts(bureau)[:INSPECTORS]]
    users = {
        post: User.objects.filter(
            person__appointments__unit=root, person__appointments__post=post
        ).order_by("pk")[0]
        for post in ("officer", "committee_secretary")
    }
    officer = users["officer"]

    def open_round(code: str, period: Period, chosen: Sequence[Unit], who: Sequence[Person]) -> Any:
        draft = assessment.RoundDraft(
            form=Form.objects.get(code=code, retired=False),
            root=root,
            period=str(period),
            units=chosen,
            team=who,
        )
        return assessment.open_round(draft=draft, actor=officer)

    with clock.stand_on(begun):
        round_ = open_round("professional", quarter.previous(), branches[-BRANCHES:], team)
    with clock.stand_on(min(quarter.first_day + timedelta(days=MARKED), today)):
        _mark(round_, list(_list_sheets(round_)), team, diligence, random)
        for mark in Mark.objects.filter(
            sheet__subject__round=round_, item__evidence=True, sheet__state="handed_in"
        ).select_related("sheet"):
            assessment.confirm_mark(mark=mark, actor=None)
    with clock.stand_on(min(quarter.first_day + timedelta(days=FIXED), today)):
        assessment.move_round(
            round=round_,
            to=RoundState.CLOSED,
            actor=users["committee_secretary"],
            reason="差异较大的分已在考评组会上逐项沟通",
        )
    with clock.stand_on(today - timedelta(days=4)):
        running = open_round(
            "professional", quarter, branches[: max(3, round(RUNNING * len(branches)))], team
        )
    second = [s for s in _list_sheets(running) if s.rater_id != team[0].pk]
    with clock.stand_on(today - timedelta(days=1)):
        _mark(running, second[: len(second) // 2], team, diligence, random)
    _visit(open_round, quarter, branches, team, today)


def _list_sheets(round_: Round) -> Any:
    rows = Sheet.objects.filter(subject__round=round_)
    return rows.select_related("subject__unit", "subject__round__form", "subject__round__root")


def _mark(
    round_: Round,
    sheets: Sequence[Sheet],
    team: Sequence[Person],
    diligence: dict[int, float],
    random: Random,
) -> None:
    """Let each mark what a branch deserves in their own way; without a record there is no sheet."""
    items = list(round_.form.items.all())
    leaning = {person.pk: LEANING[n % len(LEANING)] for n, person in enumerate(team)}
    lines = _find_lines(round_)
    for number, sheet in enumerate(sheets):
        line = lines.get(sheet.subject.unit_id)
        deserved = LEAST + SPAN * diligence.get(sheet.subject.unit_id, 0.8)
        said = []
        for item in items:
            share = deserved + leaning[sheet.rater_id or 0] + random.uniform(-0.05, 0.05)
            if number == 4 and item.order <= 2:  # one sheet to be talked over
                share -= 0.4
            points = 50 * round(item.full * min(max(share, 0), 1) / 50)
            said.append(assessment.Said(item, points, entry=line if item.evidence else None))
        assessment.save_marks(sheet=sheet, said=said, actor=None, hand_in=line is not None)


def _find_lines(round_: Round) -> dict[int, Entry]:
    span = round_.span
    rows = Entry.objects.filter(
        unit__in=round_.subjects.values("unit"),
        kind__startswith="activity.",
        withdrawn_at=None,
        occurred_on__gte=span.first_day,
        occurred_on__lt=span.end,
    )
    return {row.unit_id: row for row in rows.order_by("-occurred_on", "-pk")}


def _visit(
    open_round: Any, quarter: Period, branches: Sequence[Unit], team: Sequence[Person], today: date
) -> None:
    """Visit the last branches of the list: findings, one of them a problem, one visit signed off."""
    with clock.stand_on(today - timedelta(days=9)):
        round_ = open_round("quarterly-visit", quarter, branches[-4:], team)
    subjects = list(round_.subjects.select_related("unit").order_by("-unit__path"))
    items = {item.code: item for item in round_.form.items.all()}
    with clock.stand_on(today - timedelta(days=6)):
        for subject in subjects[:2]:
            assessment.record_visit(
                subject=subject,
                visited_on=clock.today(),
                visitors=team[1:],
                actor=None,
            )
        found = [
            assessment.add_finding(subject=subjects[0], item=items[code], text=text, actor=None)
            for code, text in FINDINGS
        ]
        assessment.state_problem(finding=found[0], actor=None)
    with clock.stand_on(today - timedelta(days=5)):
        assessment.sign_visit(
            subject=subjects[0],
            remark="台区改造因物资到货推迟，已重排计划；其余按期整改。",
            actor=None,
        )
