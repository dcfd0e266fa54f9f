"""Marks from opening to facts: who is asked, evidence, steps, slips, calibration, fixing, visits."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from linghang.assessment import packs, queries, services
from linghang.assessment.enums import RaterKind, RoundState, SheetState
from linghang.assessment.models import Mark, Result, Sheet
from linghang.ledger.api import get_kind
from linghang.ledger.enums import Level
from linghang.ledger.models import Entry, Fact
from linghang.people.api import compute_scope
from linghang.platform.audit.models import Entry as Trail
from linghang.platform.files.models import Attachment
from linghang.platform.notices.models import Notice
from linghang.platform.packs.sections import Surroundings
from linghang.rectification.models import Problem
from tests.assessment.conftest import QUARTER

TODAY = date(2026, 11, 21)


@pytest.fixture
def line(stage) -> Entry:
    """A ledger line of the first branch to point to as evidence."""
    return Entry.objects.create(
        source_type="worklists.task",
        source_id=1,
        kind="task",
        unit=stage.branches[0],
        title="更换老旧线路",
        occurred_on=date(2026, 8, 3),
        recorded_on=date(2026, 8, 3),
    )


def facts_of(round_) -> list[tuple]:
    rows = Fact.objects.filter(kind=round_.form.fact_kind, withdrawn_seq=None).order_by(
        "unit__pk", "person__code", "seq"
    )
    return [
        (f.person.name if f.person else f.unit.name, f.status, f.quantity, f.verified, f.counts_on)
        for f in rows.select_related("person", "unit")
    ]


def refused(code: str):
    return pytest.raises(ValidationError, check=lambda fault: code in codes(fault))


def codes(fault: ValidationError) -> set[str]:
    if hasattr(fault, "error_dict"):
        return {each.code for own in fault.error_dict.values() for each in own}
    return {each.code for each in fault.error_list}


def mark_all(stage, round_, line) -> None:
    """Let the team mark: a kind one, a strict one, one between; each branch as it deserves."""
    deserved = dict(zip((u.pk for u in stage.branches), (40, 30, 36, 34), strict=True))
    leaning = dict(zip((p.pk for p in stage.team), (6, -6, 0), strict=True))
    for sheet in queries.list_sheets().filter(subject__round=round_):
        points = deserved[sheet.subject.unit_id] + leaning[sheet.rater_id]
        stage.mark(sheet, points, 20, entry=line)


def test_the_team_marks_is_calibrated_and_fixed_by_somebody_who_did_not_mark(stage, line):
    round_ = stage.open("inspected")
    # who belongs to a branch does not mark it; everybody else of the team does
    asked = [(s.subject.unit, s.rater) for s in queries.list_sheets().order_by("pk")]
    assert len(asked) == 11
    assert (stage.branches[0], stage.team[0]) not in asked
    assert Notice.objects.filter(key=f"assessment-round:{round_.pk}:asked").count() == 3

    mark_all(stage, round_, line)
    outcome = queries.compute_outcome(round_)
    found = outcome.calibration
    assert [found.leaning[p.pk] for p in stage.team] == [600, -600, 0]
    first = stage.subject(round_, stage.branches[0]).pk
    mean = outcome.means[first, RaterKind.INSPECTOR]
    # the first branch missed the kind one: 57 as given, 60 as all three would have given it
    assert (mean.raters, mean.raw, mean.counted) == (2, 5700, 6000)
    assert outcome.agreement is None  # three branches in common say nothing of agreement yet

    # evidence waits for a second person, who is not the rater
    obstacle = services.find_obstacle(round_, RoundState.CLOSED)
    assert (obstacle.reason, "11" in obstacle.says) == (False, True)
    with refused("obstacle"):
        services.move_round(round=round_, to=RoundState.CLOSED, actor=stage.officer, reason="x")
    mark = Mark.objects.filter(item__evidence=True, sheet__rater=stage.team[1]).first()
    with refused("denied"):
        services.confirm_mark(mark=mark, actor=stage.team[1].user)
    services.confirm_mark(mark=mark, actor=stage.team[2].user)
    with refused("double"):
        services.confirm_mark(mark=mark, actor=stage.officer)
    own = compute_scope(stage.team[0].user)
    assert {m.sheet.rater for m in queries.list_unconfirmed(own)} == set(stage.team[1:])
    for mark in queries.list_unconfirmed(compute_scope(stage.officer)):
        services.confirm_mark(mark=mark, actor=stage.officer)

    with refused("denied"):
        services.move_round(round=round_, to=RoundState.CLOSED, actor=stage.secretary)
    services.move_round(round=round_, to=RoundState.CLOSED, actor=stage.leader)
    last = date(2026, 9, 30)
    assert facts_of(round_) == [
        (unit.name, "inspector", quantity, True, last)
        for unit, quantity in zip(stage.branches, (6000, 5000, 5600, 5400), strict=True)
    ]
    assert Result.objects.get(subject=first).raw == 5700
    # fixed means fixed
    sheet = Sheet.objects.filter(subject__round=round_).first()
    with refused("denied"):
        stage.mark(sheet, 1, 1, entry=line)
    with refused("state"):
        services.return_sheet(sheet=sheet, reason="再看", actor=stage.officer)

    # opened again: visible, its facts gone; a corrected mark writes them anew
    with refused("reason"):
        services.move_round(round=round_, to=RoundState.OPEN, actor=stage.leader)
    services.move_round(round=round_, to=RoundState.OPEN, actor=stage.leader, reason="计分有误")
    assert facts_of(round_) == []
    assert round_.acts.first().reason == "计分有误"
    assert Entry.objects.filter(kind="mark.inspected", reason="计分有误").count() == 4
    sheet = stage.sheet(round_, "inspector", subject=stage.branches[3], rater=stage.team[2])
    services.return_sheet(sheet=sheet, reason="核对后更正", actor=stage.officer)
    assert Notice.objects.get(title__startswith="考评退回").body == "核对后更正"
    stage.mark(sheet, 37, 20, entry=line)
    [waiting] = queries.list_unconfirmed(compute_scope(stage.officer))
    services.confirm_mark(mark=waiting, actor=stage.officer)
    obstacle = services.find_obstacle(round_, RoundState.CLOSED)
    services.move_round(
        round=round_,
        to=RoundState.CLOSED,
        actor=stage.leader,
        reason="已沟通" if obstacle else "",
    )
    assert facts_of(round_)[3][2] > 5400
    assert Trail.objects.filter(verb="assessment.closed").count() == 2


def test_nobody_fixes_what_they_marked(stage, line):
    round_ = stage.open("inspected", team=[stage.bureau.officer, stage.team[1]])
    sheet = stage.sheet(round_, "inspector", subject=stage.branches[0], rater=stage.bureau.officer)
    stage.mark(sheet, 40, 20, entry=line)
    with refused("denied"):
        services.move_round(round=round_, to=RoundState.CLOSED, actor=stage.officer, reason="x")


def test_a_sheet_is_a_draft_until_everything_is_there(stage, line, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    round_ = stage.open("inspected", per_subject=2)
    assert Sheet.objects.filter(subject__round=round_).count() == 8
    sheet = queries.list_own_sheets(compute_scope(stage.team[1].user), round_).first()
    with refused("denied"):  # nobody marks for another
        services.save_marks(sheet=sheet, said=[], actor=stage.team[2].user)
    stage.mark(sheet, 40, None, hand_in=False)
    with refused("points"):
        stage.mark(sheet, 61, 20)
    with refused("missing"):
        stage.mark(sheet, 40, None)
    with refused("evidence"):
        stage.mark(sheet, 40, 20)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.marks.count()) == (SheetState.DRAFT, 2)
    assert stage.mark(sheet, 40, 20, entry=line).state == SheetState.HANDED_IN
    with refused("denied"):
        stage.mark(sheet, 41, 20, entry=line)
    assert Attachment.objects.count() == 0


def test_steps_come_one_after_the_other_and_differ_with_a_reason(stage):
    round_ = stage.open("steps", units=[stage.branches[0]])
    member = stage.bureau.member
    own = stage.sheet(round_, "self", subject=member)
    branch = stage.sheet(round_, "branch", subject=member)
    committee = stage.sheet(round_, "committee", subject=member)
    assert (branch.rater, committee.rater) == (stage.bureau.secretary, stage.bureau.leader)
    # the secretary does not judge the own self-assessment: nobody else sits in the committee
    secretarys = stage.subject(round_, stage.bureau.secretary)
    assert [s.kind for s in secretarys.sheets.order_by("pk")] == ["self", "committee"]

    with refused("turn"):
        stage.mark(branch, 90)
    assert [s.subject.person for s in queries.waiting_for(compute_scope(stage.secretary))] == [
        stage.bureau.secretary
    ]
    stage.mark(own, 95)
    assert services.find_former_points(branch) == {branch.subject.round.form.items.get().pk: 9500}
    with refused("differs"):
        stage.mark(branch, 88)
    stage.mark(branch, 88, note="两项任务逾期")
    assert Notice.objects.filter(
        recipient=stage.leader, key=f"assessment-round:{round_.pk}:turn"
    ).exists()
    assert [s.kind for s in queries.list_before(committee)] == ["self", "branch"]
    stage.mark(committee, 88)  # the same needs no words
    mean = queries.compute_outcome(round_).means
    assert [mean[own.subject_id, kind].counted for kind in round_.form.kinds] == [9500, 8800, 8800]
    weighed = queries.compute_outcome(round_).weigh(own.subject_id, round_.form.weights)
    assert weighed == 9010  # 0.3 × 95 + 0.4 × 88 + 0.3 × 88


def test_peers_and_masses_count_from_five_and_slips_need_a_second_person(stage):
    round_ = stage.open("sides", units=[stage.branches[0]])
    member, branch = stage.bureau.member, stage.branches[0]
    subject = stage.subject(round_, member)
    peers = list(
        queries.list_sheets().filter(subject=subject, kind="peers").order_by("rater__code")
    )
    assert [p.rater.name for p in peers] == ["韩帆", "许怡书", "孟宇行", "宽可人"]
    for number, sheet in enumerate(peers):
        stage.mark(sheet, 80 + number)
    mean = queries.compute_outcome(round_).means[subject.pk, RaterKind.PEERS]
    assert (mean.raters, mean.counted) == (4, None)

    item = round_.form.items.get()
    with refused("missing"):
        services.enter_slip(subject=subject, points={}, actor=stage.secretary)
    for given in (90, 92, 94, 96, 93):
        services.enter_slip(subject=subject, points={item: given * 100}, actor=stage.secretary)
    assert (subject.pk, RaterKind.MASSES) not in queries.compute_outcome(round_).means
    with refused("own"):
        services.confirm_slips(subject=subject, actor=stage.secretary)
    with refused("denied"):  # not by whom they are about
        services.confirm_slips(subject=subject, actor=stage.member)
    assert services.confirm_slips(subject=subject, actor=stage.officer) == 5
    mean = queries.compute_outcome(round_).means[subject.pk, RaterKind.MASSES]
    assert (mean.raters, mean.counted) == (5, 9300)

    services.move_round(round=round_, to=RoundState.CLOSED, actor=stage.leader, reason="到期")
    assert facts_of(round_) == [(member.name, "masses", 9300, True, date(2026, 9, 30))]
    kind = get_kind("mark.sides")
    assert (kind.level, kind.sensitive) == (Level.PERSON, True)
    assert branch == Fact.objects.get(kind="mark.sides").unit


def test_a_visit_finds_states_a_problem_and_is_signed_off_by_the_branch(stage):
    with refused("team"):
        stage.open("visit", team=stage.team[:1])
    round_ = stage.open("visit", units=stage.branches[:2])
    subject = stage.subject(round_, stage.branches[0])
    visitor, item = stage.team[1].user, round_.form.items.get()
    with refused("early"):
        services.add_finding(subject=subject, item=item, text="缺", actor=visitor)
    with refused("denied"):  # 宽可人 belongs to the branch
        services.record_visit(
            subject=subject, visited_on=TODAY, visitors=stage.team, actor=stage.team[0].user
        )
    with refused("visitors"):
        services.record_visit(
            subject=subject, visited_on=TODAY, visitors=stage.team[1:2], actor=visitor
        )
    services.record_visit(
        subject=subject, visited_on=date(2026, 11, 18), visitors=stage.team[1:], actor=visitor
    )
    finding = services.add_finding(
        subject=subject, item=item, text="重点任务无人跟进", actor=visitor
    )
    problem = services.state_problem(finding=finding, actor=visitor)
    assert (problem.unit, problem.source_kind, problem.text, problem.aspect) == (
        stage.branches[0],
        "supervision",
        "重点任务无人跟进",
        "重点任务",
    )
    assert (problem.origin_type, problem.origin_id) == ("assessment.finding", finding.pk)
    with refused("double"):
        services.state_problem(finding=finding, actor=visitor)
    assert Problem.objects.count() == 1
    with refused("denied"):
        services.sign_visit(subject=subject, remark="", actor=stage.officer)
    services.sign_visit(subject=subject, remark="一周内落实到人", actor=stage.secretary)
    fact = Fact.objects.get(kind="supervision.visit")
    assert (fact.unit, fact.quantity, fact.occurred_on) == (
        stage.branches[0],
        100,
        date(2026, 11, 18),
    )
    with refused("denied"):  # what was found stands
        services.add_finding(subject=subject, item=item, text="又一条", actor=visitor)
    # the other branch was not visited: said, and overcome with a reason; reopening leaves the visit
    services.move_round(round=round_, to=RoundState.CLOSED, actor=stage.officer, reason="改期")
    services.move_round(round=round_, to=RoundState.OPEN, actor=stage.officer, reason="补访")
    assert Fact.objects.filter(kind="supervision.visit", withdrawn_seq=None).count() == 1


def test_a_round_is_refused_with_the_reason(stage):
    stage.open("inspected", units=stage.branches[:1])
    with refused("double"):
        stage.open("inspected")
    with refused("period"):
        stage.open("inspected", period="2026-09", units=stage.branches[1:])
    with refused("units"):
        stage.open("inspected", units=[])
    with refused("foreign"):
        stage.open("inspected", units=[stage.bureau.stranger_committee])
    with refused("denied"):
        draft = services.RoundDraft(
            stage.forms["sides"], stage.bureau.committee, QUARTER, stage.branches
        )
        services.open_round(draft=draft, actor=stage.secretary)


def test_forms_nobody_could_fill_in_are_refused(db):
    item = {"code": "1", "title": {"en": "a", "zh": "一"}}
    rows = [
        {"raters": [{"kind": "self", "weight": 90}], "items": [item]},
        {"raters": [{"kind": "peers", "weight": 100}], "items": [{**item, "full": "5"}] * 2},
        {"items": [{**item, "facts": ["no.such"]}]},
        {"visit": True, "subject": "person", "items": [item]},
    ]
    title = {"en": "f", "zh": "表"}
    found = packs.check_forms(
        [packs.FormRow.model_validate({"code": "f", "title": title, **row}) for row in rows],
        Surroundings("f.yaml", "f", "1.0.0", frozenset()),
    )
    assert [(each.place, each.code.removeprefix("assessment.")) for each in found] == [
        ("[0].raters", "weights"),
        ("[0].items", "points"),
        ("[1].raters", "raters"),
        ("[1].items", "item_double"),
        ("[2].raters", "nobody"),
        ("[2].items", "fact_unknown"),
        ("[3].visit", "visit"),
    ]


def test_a_new_version_leaves_rounds_their_form(stage):
    round_ = stage.open("visit", units=stage.branches[:1])
    row = {
        "code": "visit",
        "title": {"en": "Visit", "zh": "季度督导"},
        "visit": True,
        "items": [{"code": n, "title": {"en": n, "zh": n}} for n in "12"],
    }
    pack = SimpleNamespace(code="tested", version="2.0.0")
    packs.install_forms([packs.FormRow.model_validate(row)], pack, None)
    assert [f.version for f in queries.list_forms()] == ["2.0.0"]
    round_.refresh_from_db()
    assert (round_.form.version, round_.form.items.count()) == ("1.0.0", 1)
