"""Marks from opening to facts: who is asked, evidence, steps, slips, calibration, fixing, visits."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linghang import library
from linghang.assessment import access, packs, queries, services
from linghang.assessment.enums import RaterKind, RoundState, SheetState
from linghang.assessment.models import Mark, Result, Sheet
from linghang.assessment.web.forms import SheetForm, VisitForm
from linghang.assessment.web.views.subjects import describe_items
from linghang.ledger.api import EntryDraft, FactDraft, get_kind, write_entries
from linghang.ledger.enums import Level
from linghang.ledger.models import Entry, Fact
from linghang.people.api import compute_scope
from linghang.platform.audit.models import Entry as Trail
from linghang.platform.calendar import clock
from linghang.platform.files.models import Attachment
from linghang.platform.notices.models import Notice
from linghang.platform.packs.sections import Surroundings
from linghang.rectification.models import Problem
from tests.assessment.conftest import QUARTER, appoint
from tests.cast import make_person

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


@pytest.fixture
def hours(stage) -> Entry:
    """A visit of a service team: the member gave hours."""
    unit, day = stage.branches[0], date(2026, 8, 3)
    fact = FactDraft(
        kind="service.hours",
        quantity=300,
        unit_id=unit.pk,
        person_id=stage.bureau.member.pk,
        occurred_on=day,
    )
    draft = EntryDraft(
        source=unit,
        kind="service.visit",
        unit_id=unit.pk,
        title="进村检修",
        occurred_on=day,
        facts=[fact],
    )
    write_entries([draft], actor=None)
    return Entry.objects.get(kind="service.visit")


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

    # a record withdrawn since bears no mark
    Entry.objects.filter(pk=line.pk).update(withdrawn_at=clock.now())
    obstacle = services.find_obstacle(round_, RoundState.CLOSED)
    assert (obstacle.reason, obstacle.says[:2], "已撤回" in obstacle.says) == (False, "11", True)
    Entry.objects.filter(pk=line.pk).update(withdrawn_at=None)
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
    # what is shown is what was fixed, however it would be computed today
    Result.objects.filter(subject=first).update(raw=5711, quantity=6011)
    round_.refresh_from_db()
    mean = queries.compute_outcome(round_).means[first, RaterKind.INSPECTOR]
    assert (mean.raters, mean.raw, mean.counted) == (2, 5711, 6011)
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
    told = Notice.objects.filter(about=f"assessment-sheet:{sheet.pk}", read_at=None)
    assert told.count() == 1
    stage.mark(sheet, 37, 20, entry=line)
    assert told.count() == 0
    [waiting] = queries.list_unconfirmed(compute_scope(stage.officer))
    services.confirm_mark(mark=waiting, actor=stage.officer)
    obstacle = services.find_obstacle(round_, RoundState.CLOSED)
    services.move_round(
        round=round_,
        to=RoundState.CLOSED,
        actor=stage.leader,
        reason="已沟通" if obstacle else "",
    )
    assert facts_of(round_)[3][2] == 5500  # (60 + 48 + 57) / 3: all three marked this branch
    assert Trail.objects.filter(verb="assessment.closed").count() == 2


def test_nobody_fixes_what_they_marked(stage, line):
    round_ = stage.open("inspected", team=[stage.bureau.officer, stage.team[1]])
    sheet = stage.sheet(round_, "inspector", subject=stage.branches[0], rater=stage.bureau.officer)
    stage.mark(sheet, 40, 20, entry=line)
    with refused("denied"):
        services.move_round(round=round_, to=RoundState.CLOSED, actor=stage.officer, reason="x")
    # the marks of one inspector alone are no means: items are kept from the branch
    assert len(describe_items(sheet.subject, all_=True)) == 2
    assert describe_items(sheet.subject, all_=False) == []


def test_who_is_marked_sees_no_names_and_neither_returns_nor_fixes(stage, client):
    officer, branch = stage.bureau.officer, stage.branches[0]
    appoint(officer, branch, "member")
    round_ = stage.open("sides", units=[branch])
    about = stage.subject(round_, officer)
    peers = about.sheets.get(kind="peers", rater=stage.bureau.member)
    stage.mark(peers, 80)
    stage.mark(about.sheets.get(kind="branch"), 90)
    client.force_login(stage.officer)
    assert client.get(reverse("assessment:sheet", args=[peers.pk])).status_code == 404
    assert client.get(reverse("assessment:return", args=[peers.pk])).status_code == 404
    with refused("denied"):
        services.return_sheet(sheet=peers, reason="再看", actor=stage.officer)
    assert client.get(reverse("assessment:subject", args=[about.pk])).status_code == 403
    rows = client.get(reverse("assessment:round", args=[round_.pk])).context["rows"]
    own = next(row for row in rows if row["subject"] == about)
    assert [(cell["mean"], cell["sheets"]) for cell in own["cells"]] == [(None, [])] * 4
    answer = access.can_close(compute_scope(stage.officer), round_)
    assert answer.reason == "您是本轮被评人。由以下人员定分或重新打开：温海平。"

    services.move_round(round=round_, to=RoundState.CLOSED, actor=stage.leader, reason="到期")
    shown = client.get(reverse("assessment:subject", args=[about.pk])).context
    assert (shown["sheets"], [row["mean"] and row["mean"].counted for row in shown["rows"]]) == (
        [],
        [None, None, None, 9000],
    )


def test_a_superior_marks_other_branches_than_their_own(stage):
    above = make_person("钟书记", stage.bureau.general_branch, ("secretary",))
    appoint(above, stage.branches[0], "member")
    round_ = stage.open("above", units=stage.branches[:2])
    asked = Sheet.objects.filter(subject__round=round_)
    assert [(s.subject.unit, s.rater) for s in asked] == [(stage.branches[1], above)]


def test_a_sheet_is_a_draft_until_everything_is_there(stage, line, settings, tmp_path, client):
    settings.FILES_DIR = tmp_path
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
    actor, items = stage.team[1].user, list(round_.form.items.all())

    def save(*points, **given):
        proof = SimpleUploadedFile("整改.txt", b"done")
        said = [
            services.Said(items[0], points[0]),
            services.Said(items[1], points[1], "", None, [proof]),
        ]
        services.save_marks(sheet=sheet, said=said, actor=actor, **given)

    with refused("missing"):  # then nothing is saved, no file either
        save(None, 2000, hand_in=True)
    assert Attachment.objects.count() == 0
    save(4000, 2000)
    assert stage.mark(sheet, 40, 20).state == SheetState.HANDED_IN
    with refused("denied"):
        stage.mark(sheet, 41, 20)
    # handed in, it rests on the file: not even who added it takes it back
    client.force_login(actor)
    address = reverse("files:withdraw", args=[Attachment.objects.get().pk])
    assert client.post(address, {"reason": "传错了"}).status_code == 403
    sheet.refresh_from_db()
    services.return_sheet(sheet=sheet, reason="再看", actor=stage.officer)
    assert client.post(address, {"reason": "传错了"}).status_code == 302
    assert Attachment.objects.get().withdrawn_at is not None


def test_steps_come_one_after_the_other_and_differ_with_a_reason(stage, hours):
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
    (item,) = items = list(own.subject.round.form.items.all())
    # hours of service stand in the line of a visit, for those who served; the chosen line stays
    assert queries.find_lines(own.subject, items, {}) == {item.pk: [hours]}
    assert queries.find_lines(secretarys, items, {}) == {item.pk: []}
    assert queries.find_lines(secretarys, items, {item.pk: hours}) == {item.pk: [hours]}
    gone = Entry(pk=0, withdrawn_at=clock.now())
    assert queries.find_lines(secretarys, items, {item.pk: gone}) == {item.pk: []}
    services.save_marks(
        sheet=own,
        said=[services.Said(item, 9500, "", hours)],
        actor=stage.member,
        hand_in=True,
    )
    former = services.find_former_marks(branch)
    form = SheetForm(items=items, lines={item.pk: [hours]}, marks={}, former=former)
    begun = [form.fields[f"{letter}{item.pk}"].initial for letter in "pe"]
    assert begun == ["95", str(hours.pk)]
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
    # a step returned takes the later ones with it, each with its reason
    branch.refresh_from_db()
    services.return_sheet(sheet=branch, reason="依据不足", actor=stage.officer)
    states = [s.state for s in own.subject.sheets.order_by("pk")]
    assert states == ["handed_in", "returned", "returned"]
    assert [(s.acts.first().kind, s.acts.first().reason) for s in (branch, committee)] == [
        ("returned", "依据不足"),
        ("returned", "您之前的一步已退回。轮到您时请重新打分。"),
    ]


def test_peers_and_masses_count_from_five_and_slips_need_a_second_person(stage, client):
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
    # the second person reads the points beside the paper; a wrong slip goes before it counts
    wrong = services.enter_slip(subject=subject, points={item: 900}, actor=stage.secretary)
    client.force_login(stage.officer)
    shown = client.get(reverse("assessment:subject", args=[subject.pk])).context["open_slips"]
    assert [[m.points for m in row["marks"]] for row in shown] == [
        [given] for given in (9000, 9200, 9400, 9600, 9300, 900)
    ]
    with refused("denied"):  # not by whom it is about
        services.withdraw_slip(sheet=wrong, actor=stage.member)
    services.withdraw_slip(sheet=wrong, actor=stage.officer)
    assert subject.acts.first().kind == "slip_withdrawn"
    assert Trail.objects.get(verb="assessment.slip_withdrawn").new == {"points": [["1", 900]]}
    assert services.confirm_slips(subject=subject, actor=stage.officer) == 5
    with refused("state"):
        services.withdraw_slip(sheet=subject.sheets.filter(rater=None)[0], actor=stage.officer)
    mean = queries.compute_outcome(round_).means[subject.pk, RaterKind.MASSES]
    assert (mean.raters, mean.counted) == (5, 9300)

    services.move_round(round=round_, to=RoundState.CLOSED, actor=stage.leader, reason="到期")
    assert facts_of(round_) == [(member.name, "masses", 9300, True, date(2026, 9, 30))]
    kind = get_kind("mark.sides")
    assert (kind.level, kind.sensitive) == (Level.PERSON, True)
    assert branch == Fact.objects.get(kind="mark.sides").unit


def test_a_visit_finds_states_a_problem_and_is_signed_off_by_the_branch(stage):
    for code in ("visit", "inspected"):
        with refused("team"):
            stage.open(code, team=stage.team[:1])
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
    with refused("own"):
        services.record_visit(subject=subject, visited_on=TODAY, visitors=stage.team, actor=visitor)
    offered = VisitForm(subject=subject).fields["visitors"]
    assert (list(offered.queryset), offered.initial) == (
        stage.team[1:],
        [p.pk for p in stage.team[1:]],
    )
    services.record_visit(
        subject=subject, visited_on=date(2026, 11, 18), visitors=stage.team[1:], actor=visitor
    )
    told = Notice.objects.filter(about=f"assessment-subject:{subject.pk}", read_at=None)
    assert told.count() == 1
    # what is called off is neither signed nor stated; the branch signs once it is not
    round_.state = RoundState.CANCELLED
    round_.save()
    with refused("denied"):
        services.sign_visit(subject=subject, remark="", actor=stage.secretary)
    with refused("over"):
        services.sign_visit(subject=subject, remark="", actor=None)
    round_.state = RoundState.OPEN
    round_.save()
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
    assert told.count() == 0
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
    second = services.add_finding(
        subject=_visit(stage, round_, stage.branches[1]), item=item, text="缺", actor=None
    )
    services.move_round(
        round=round_, to=RoundState.CANCELLED, actor=stage.officer, reason="不再进行"
    )
    with refused("over"):
        services.state_problem(finding=second, actor=stage.officer)
    assert Fact.objects.filter(kind="supervision.visit", withdrawn_seq=None).count() == 1


def _visit(stage, round_, unit):
    return services.record_visit(
        subject=stage.subject(round_, unit), visited_on=TODAY, visitors=stage.team, actor=None
    )


def test_members_are_shown_records_that_name_them():
    pack = Path(library.__file__).parent / "packs" / "member-branch-rating.yaml"
    forms = yaml.safe_load(pack.read_text(encoding="utf-8"))["contents"]["assessment_forms"]
    named = [code for form in forms for item in form["items"] for code in item.get("facts", ())]
    assert named == ["member_task", "duty", "service.hours"]
    assert {get_kind(code).level for code in named} == {Level.PERSON}


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
