"""P23: a self-examination over a bureau, its register of integrity risks, and hints half decided."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from linghang.accounts.models import User
from linghang.demo import world
from linghang.demo.supervision_texts import ANSWERS, DISMISSED, REMINDED, REVIEWED, WHY_LATER
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.supervision import api as supervision
from linghang.supervision.enums import HintState, Presence, RiskLevel
from linghang.supervision.models import CommonFinding, Examination, Reply, RiskPoint, RiskTemplate
from linghang_core.periods import load_calendar

OPENED = 18  # days before today: ten working days to answer are over
TO_SOLVE = 30  # working days
PRESENT, RECTIFIED = 0.10, 0.14  # of the answers
ENTERED = 200  # days before today the register was begun
REVIEWS = {  # days before today; a high risk is looked at every three months, by the rule table
    RiskLevel.HIGH: (105, 15),
    RiskLevel.MIDDLE: (25,),
    RiskLevel.LOW: (),
}
LATE = 3  # risk points whose last review has not been held
FOUND = 12  # days before today the hints that are decided were found
# Where a process belongs: the first word decides the kind of branch that keeps its controls.
KEPT_BY = {
    "office": ("招标", "后勤", "选人", "发展", "党费", "信息"),
    "centre": ("物资", "零星", "废旧", "工程", "配网"),
    "station": ("业扩", "抄核", "用电"),
}


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],  # noqa: ARG001  as every practice is built
    bureau: world.Bureau,
    today: date,
    full: bool,  # noqa: ARG001
) -> None:
    """Keep a register, ask every branch what inspections often find, and decide two hints."""
    root = units[bureau.committee]
    supervisor = User.objects.filter(
        person__appointments__unit=root, person__appointments__post="supervisor"
    ).order_by("pk")[0]
    random = Random(f"supervision-{bureau.size.code}")
    _keep_register(root, units, bureau, supervisor, today, random)
    _examine(root, units, bureau, supervisor, today, random)
    _decide_hints(root, supervisor, today)


def _keep_register(
    root: Unit,
    units: dict[str, Unit],
    bureau: world.Bureau,
    supervisor: User,
    today: date,
    random: Random,
) -> None:
    """Take the risk points of the pack into the register and hold their reviews, but the last few."""
    templates = list(RiskTemplate.objects.filter(retired=False).order_by("order"))
    risks: list[RiskPoint] = []
    with clock.stand_on(today - timedelta(days=ENTERED)):
        for kind, words in KEPT_BY.items():
            branch = next(b for b in bureau.branches if b.kind == kind)
            own = [each for each in templates if each.process.startswith(words)]
            risks += supervision.adopt_templates(
                root=root, unit=units[branch.name], templates=own, actor=supervisor
            )
    late = [risk for risk in risks if risk.level == RiskLevel.HIGH][:LATE]
    for risk in risks:
        days = REVIEWS[risk.standing]
        for before in days[:-1] if risk in late else days:
            with clock.stand_on(today - timedelta(days=before)):
                supervision.review_risk(risk=risk, found=random.choice(REVIEWED), actor=supervisor)


def _examine(
    root: Unit,
    units: dict[str, Unit],
    bureau: world.Bureau,
    supervisor: User,
    today: date,
    random: Random,
) -> None:
    """Ask twelve findings of every branch: one denies all, one is given more days, one is late."""
    opened = today - timedelta(days=OPENED)
    branches = [branch for branch in bureau.branches if branch.established_on <= opened]
    findings = list(CommonFinding.objects.filter(code__in=ANSWERS, retired=False))
    with clock.stand_on(opened):
        examination = supervision.open_examination(
            draft=supervision.ExaminationDraft(
                title=f"{today.year}年共性问题专项自查",
                root=root,
                findings=findings,
                units=[units[branch.name] for branch in branches],
            ),
            actor=supervisor,
        )
    # the station whose secretary signs in finds something to answer
    busy = next(b.name for b in branches if b.kind == "station")
    denying, late = branches[0].name, branches[-1].name
    replies = {reply.unit.name: reply for reply in examination.replies.select_related("unit")}
    _let_answer(
        [reply for name, reply in replies.items() if name not in {busy, denying, late}],
        findings,
        examination,
        random,
    )
    with clock.stand_on(opened + timedelta(days=2)):
        _hand_in(replies[denying], [_say(each, Presence.ABSENT, None) for each in findings])
    with clock.stand_on(examination.due_on):
        supervision.change_due(
            reply=replies[busy],
            due_on=load_calendar().add_working_days(today, 5).date,
            reason=WHY_LATER,
            actor=supervisor,
        )
    with clock.stand_on(today - timedelta(days=1)):
        supervision.urge_replies(replies=[replies[late]], actor=supervisor)


def _let_answer(
    replies: list[Reply], findings: list[CommonFinding], examination: Examination, random: Random
) -> None:
    """Let units answer over the days given; everybody finds something that is there or was."""
    calendar = load_calendar()
    for number, reply in enumerate(replies):
        own = random.choice(findings)
        day = calendar.add_working_days(examination.opened_on, 2 + number * 8 // len(replies)).date
        solve_by = calendar.add_working_days(day, TO_SOLVE).date
        said = []
        for finding in findings:
            chance = random.random()
            if chance < PRESENT:
                presence = Presence.PRESENT
            elif chance < PRESENT + RECTIFIED or finding == own:
                presence = Presence.RECTIFIED
            else:
                presence = Presence.ABSENT
            said.append(_say(finding, presence, solve_by))
        with clock.stand_on(day):
            _hand_in(reply, said)


def _say(finding: CommonFinding, presence: Presence, solve_by: date | None) -> supervision.Said:
    looked_at, there, measure, rectified = ANSWERS[finding.code]
    is_there = presence is Presence.PRESENT
    note = {Presence.PRESENT: there, Presence.RECTIFIED: rectified}.get(presence, "")
    return supervision.Said(
        finding,
        presence,
        looked_at,
        note,
        becomes_problem=is_there,
        measure=measure if is_there else "",
        solve_by=solve_by if is_there else None,
    )


def _hand_in(reply: Reply, said: list[supervision.Said]) -> None:
    supervision.save_answers(reply=reply, answers=said, actor=None)
    supervision.hand_in_reply(reply=reply, actor=None)


def _decide_hints(root: Unit, supervisor: User, today: date) -> None:
    """Let the rules count some days ago, look at the first hints and decide one of each kind."""
    with clock.stand_on(today - timedelta(days=FOUND)):
        supervision.compute_hints(root=root, actor=None)
    scope = people.compute_scope(supervisor)
    hints = list(supervision.filter_open_hints(supervision.list_hints(scope)).order_by("pk"))
    stories = (
        ("reopened", HintState.DISMISSED, DISMISSED),
        ("overdue-measures", HintState.REMINDED, REMINDED),
    )
    for code, to, reason in stories:
        for hint in [each for each in hints if each.rule.code == code][:1]:
            with clock.stand_on(today - timedelta(days=FOUND - 3)):
                seen = supervision.look_at_hint(hint=hint, actor=supervisor)
                supervision.decide_hint(hint=seen, to=to, reason=reason, actor=supervisor)
