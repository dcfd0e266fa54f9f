"""P22: one diagnosis round of a bureau: self-check, blind expert check, 3 + 152 problems and how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from linghang.accounts.models import User
from linghang.demo import world
from linghang.demo.diagnosis_texts import ADMITTED, DONE, FOUND, STRICT
from linghang.diagnosis import api as diagnosis
from linghang.diagnosis.enums import Lead, RoundState, Verdict
from linghang.diagnosis.models import Expert, Round, Sheet, Standard, StandardSet
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.rectification import api as rectification
from linghang.rectification.models import Problem
from linghang_core.periods import load_calendar

LED_BY_BRANCHES, LED_BY_BRANCHES_SMALL = 152, 28  # the figure of the practice, and its small shape
OPENED = 84  # days before today
EXPERTS = 4
TO_RECTIFY = 45  # working days
SOLVED = 0.35  # of the problems led by branches
NOT_MET = 0.35  # of the failures; the others are met in part
TOO_KIND, TOO_STRICT = 0.45, 0.04  # of the failures; of what the experts find in order
COMMITTEE_FAILS = 0.25  # of the units, at a standard the committee leads
SECOND_KINDER = 0.08  # of the failures, by the second expert
NOT_OURS = {  # fields a kind of unit has nothing to do with
    "office": {"运维检修", "电网建设"},
    "centre": {"营销服务"},
    "station": {"电网建设"},
}
MET, PARTLY, NOT_MET_AT_ALL = Verdict.MET, Verdict.PARTLY, Verdict.NOT_MET


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Open a round, let units and experts answer, state what failed, and solve a good part of it."""
    opened = today - timedelta(days=OPENED)
    branches = [branch for branch in bureau.branches if branch.established_on <= opened]
    root = units[bureau.committee]
    experts = [persons[member.name] for member in choose_experts(bureau)]
    officer = User.objects.filter(
        person__appointments__unit=root, person__appointments__post="officer"
    ).order_by("pk")[0]
    standard_set = StandardSet.objects.get(code="professional", retired=False)
    fields = list(dict.fromkeys(standard_set.standards.values_list("field_zh", flat=True)))
    with clock.stand_on(opened):
        people.appoint_people(
            [
                people.AppointmentDraft(person, root, "expert", opened, basis="专家聘任通知")
                for person in experts
            ],
            actor=None,
        )
        round_ = diagnosis.open_round(
            draft=diagnosis.RoundDraft(
                title=f"{opened.year}年专业诊断",
                standard_set=standard_set,
                root=root,
                units=[units[branch.name] for branch in branches],
                experts=[
                    # two for each field: nobody is left without where an expert's own unit is checked
                    diagnosis.ExpertDraft(person, fields[: len(fields) // 2])
                    if n % 2 == 0
                    else diagnosis.ExpertDraft(person, fields[len(fields) // 2 :])
                    for n, person in enumerate(experts)
                ],
            ),
            actor=officer,
        )
    count = LED_BY_BRANCHES if full else LED_BY_BRANCHES_SMALL
    story = invent_story(round_, branches, count, Random(f"diagnosis-{bureau.size.code}"))
    _check_themselves(round_, story)
    _let_experts_check(round_, story, officer, bureau)
    _rectify(round_, story, officer, today)


def choose_experts(bureau: world.Bureau) -> list[world.Member]:
    """Return who checks as an expert: full members of offices and centres who hold no post."""
    skilled = [branch for branch in bureau.branches if branch.kind != "station"]
    rows = [
        [m for m in branch.members if m.full_on and not m.posts and not m.is_floating]
        for branch in skilled
    ]
    depth = max(len(row) for row in rows)
    spread = [row[n] for n in range(depth) for row in rows if n < len(row)]  # a unit after another
    return spread[:EXPERTS]


@dataclass
class _Story:
    """What both sides say of each unit and standard."""

    random: Random
    own: dict[int, list[diagnosis.Said]] = field(default_factory=dict)  # by sheet
    found: dict[int, dict[int, tuple[Verdict, str]]] = field(default_factory=dict)  # and standard


def invent_story(
    round_: Round, branches: Sequence[world.Branch], count: int, random: Random
) -> _Story:
    """Return the answers of a round in which exactly `count` standards led by branches are failed."""
    standards = list(round_.standard_set.standards.order_by("order"))
    sheets = {sheet.unit.name: sheet for sheet in round_.sheets.select_related("unit")}
    asked = {
        branch.name: [s for s in standards if s.field_zh not in NOT_OURS[branch.kind]]
        for branch in branches
    }
    failed = _choose_failures(branches, asked, count, random)
    for standard in (each for each in standards if each.lead == Lead.COMMITTEE):
        names = [branch.name for branch in branches if standard in asked[branch.name]]
        for name in random.sample(names, max(2, round(COMMITTEE_FAILS * len(names)))):
            failed[name].add(standard.pk)
    story = _Story(random)
    for branch in branches:
        sheet = sheets[branch.name]
        story.own[sheet.pk], story.found[sheet.pk] = [], {}
        for standard in standards:
            own, found = _answer(
                standard, standard in asked[branch.name], standard.pk in failed[branch.name], random
            )
            story.own[sheet.pk].append(diagnosis.Said(standard, *own))
            story.found[sheet.pk][standard.pk] = found
    return story


def _choose_failures(
    branches: Sequence[world.Branch],
    asked: dict[str, list[Standard]],
    count: int,
    random: Random,
) -> dict[str, set[int]]:
    """Return which standards led by branches each fails: the less diligent more, `count` in all."""
    weights = [1.05 - branch.diligence + random.uniform(0, 0.1) for branch in branches]
    exact = [count * weight / sum(weights) for weight in weights]
    numbers = [int(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda n: numbers[n] - exact[n])
    for place in by_rest[: count - sum(numbers)]:
        numbers[place] += 1
    return {
        branch.name: {
            standard.pk
            for standard in random.sample(
                [each for each in asked[branch.name] if each.lead == Lead.BRANCH], number
            )
        }
        for branch, number in zip(branches, numbers, strict=True)
    }


Answer = tuple[Verdict, str]


def _answer(
    standard: Standard, is_asked: bool, is_failed: bool, random: Random
) -> tuple[Answer, Answer]:
    """Return what the unit says of itself and what the experts find."""
    if not is_asked:
        return (Verdict.NOT_APPLICABLE, ""), (Verdict.NOT_APPLICABLE, "")
    if not is_failed:
        strict = random.random() < TOO_STRICT
        own = (PARTLY, random.choice(STRICT)) if strict else (MET, "")
        return own, (MET, "")
    found = NOT_MET_AT_ALL if random.random() < NOT_MET else PARTLY
    text = random.choice(FOUND[standard.number])
    if random.random() < TOO_KIND:
        kinder = PARTLY if found is NOT_MET_AT_ALL and random.random() < 0.4 else MET
        return (kinder, random.choice(ADMITTED) if kinder is PARTLY else ""), (found, text)
    return (found, random.choice(ADMITTED)), (found, text)


def _check_themselves(round_: Round, story: _Story) -> None:
    days = _list_working_days(round_.opened_on, round_.self_until)
    for number, sheet in enumerate(round_.sheets.order_by("pk")):
        with clock.stand_on(days[number % len(days)]):
            diagnosis.save_self_answers(sheet=sheet, answers=story.own[sheet.pk], actor=None)
            diagnosis.hand_in_sheet(sheet=sheet, actor=None)


def _let_experts_check(round_: Round, story: _Story, officer: User, bureau: world.Bureau) -> None:
    homes = {m.name: branch.name for branch in bureau.branches for m in branch.members}
    standards = list(round_.standard_set.standards.order_by("order"))
    experts = list(round_.experts.select_related("person").order_by("pk"))
    days = _list_working_days(round_.self_until + timedelta(days=1), round_.expert_until)
    with clock.stand_on(days[0]):
        diagnosis.move_round(round=round_, to=RoundState.EXPERT_CHECK, actor=officer)
    for number, sheet in enumerate(round_.sheets.select_related("unit").order_by("pk")):
        able = [expert for expert in experts if homes[expert.person.name] != sheet.unit.name]
        with clock.stand_on(days[number * len(days) // round_.sheets.count()]):
            for expert, said in _list_findings(sheet, able, standards, story):
                diagnosis.save_expert_answers(sheet=sheet, expert=expert, answers=said, actor=None)
            diagnosis.finish_check(sheet=sheet, expert=able[0], actor=None)
    with clock.stand_on(days[-1]):
        diagnosis.move_round(round=round_, to=RoundState.RECTIFYING, actor=officer)


def _list_findings(
    sheet: Sheet, experts: Sequence[Expert], standards: Sequence[Standard], story: _Story
) -> list[tuple[Expert, list[diagnosis.Said]]]:
    """Return the answers of each expert: the first of a field as found, the second at times kinder.

    Of two the stricter answer is the joint one, so that the figures stay.
    """
    given: set[int] = set()
    rows = []
    for expert in experts:
        said = []
        for standard in (each for each in standards if each.field_zh in expert.fields):
            verdict, text = story.found[sheet.pk][standard.pk]
            if standard.pk in given and verdict is PARTLY and story.random.random() < SECOND_KINDER:
                verdict, text = MET, ""
            given.add(standard.pk)
            said.append(diagnosis.Said(standard, verdict, text))
        rows.append((expert, said))
    return rows


def _rectify(round_: Round, story: _Story, officer: User, today: date) -> None:
    """State every failure as proposed, and let branches solve theirs in the weeks after."""
    stated_on = _list_working_days(round_.expert_until + timedelta(days=1), today)[0]
    lead_of = {s.pk: Lead(s.lead) for s in round_.standard_set.standards.all()}
    failed = [
        diagnosis.Choice(f"{sheet}-{standard}", lead_of[standard])
        for sheet, found in story.found.items()
        for standard, (verdict, _text) in found.items()
        if verdict in {PARTLY, NOT_MET_AT_ALL}
    ]
    due_on = load_calendar().add_working_days(stated_on, TO_RECTIFY).date
    with clock.stand_on(stated_on):
        problems = diagnosis.state_problems(
            round=round_, choices=failed, due_on=due_on, actor=officer
        )
    own = [problem for problem in problems if problem.unit_id != round_.root_id]
    solved = story.random.sample(own, round(SOLVED * len(own)))
    _solve(solved, stated_on, today, officer, story.random)


def _solve(
    problems: Sequence[Problem], since: date, today: date, officer: Any, random: Random
) -> None:
    days = _list_working_days(since + timedelta(days=7), today - timedelta(days=2))
    scope = people.compute_scope(officer)
    for number, problem in enumerate(problems):
        done_on = days[number * len(days) // len(problems)]
        with clock.stand_on(done_on):
            rectification.hand_in(
                problem=problem, done_on=done_on, text=random.choice(DONE), actor=None
            )
        with clock.stand_on(done_on + timedelta(days=1)):
            rectification.review_problem(problem=problem, passed=True, actor=officer, scope=scope)


def _list_working_days(first: date, last: date) -> list[date]:
    """Return the working days from the first to the last day, at least the first."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if load_calendar().is_working_day(day)] or [first]
