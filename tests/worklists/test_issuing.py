"""Issuing lists: who gets what, exactly; one transaction; no facts before they are due."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linghang.ledger.models import Entry
from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.worklists import mapping, services
from linghang.worklists.api import IssueWarning, ItemDraft
from linghang.worklists.enums import ListState, Owner, TaskState
from linghang.worklists.models import Act, Assignment, Worklist
from tests.cast import make_person
from tests.conftest import TODAY

DUE = date(2026, 12, 18)


def draft(text="讲党课", owner=Owner.ORGANISATION, **given) -> ItemDraft:
    if not {"due_on", "due_in", "cadence"} & set(given):
        given["due_on"] = DUE
    return ItemDraft(text, owner=owner, **given)


def issue(bureau, *items, title="年度党建一览表", **given) -> Worklist:
    given = {"kind": "tasks", "issuer": bureau.committee, "actor": bureau.officer.user} | given
    return services.issue_list(title=title, items=items, **given)


def asked(worklist) -> set[tuple[str, str]]:
    rows = Assignment.objects.filter(worklist=worklist).select_related("unit", "person")
    return {(row.unit.name, row.person.name if row.person else "") for row in rows}


BRANCH, OTHER = "变电运维党支部", "输电运检党支部"
MEMBERS = {
    (BRANCH, "韩帆"),
    (BRANCH, "林晓禾"),
    (BRANCH, "许怡书"),
    (BRANCH, "孟宇行"),
    (OTHER, "方艳一"),
}


@pytest.mark.parametrize(
    ("owner", "given", "expected"),
    [
        (Owner.COMMITTEE, {}, {("中共示范甲供电公司委员会", "")}),
        (Owner.ORGANISATION, {}, {("生产党总支", ""), (BRANCH, ""), (OTHER, "")}),
        (Owner.MEMBER, {}, MEMBERS),
        (Owner.POST, {"post": "secretary"}, {(BRANCH, "韩帆"), (OTHER, "方艳一")}),
    ],
)
def test_each_class_of_owners_reaches_exactly_those(bureau, owner, given, expected):
    assert asked(issue(bureau, draft(owner=owner, **given))) == expected


def test_units_and_persons_named_are_asked_once_each(bureau):
    worklist = issue(
        bureau,
        draft("报送总结", Owner.UNITS, units=(bureau.branch, bureau.other_branch, bureau.branch)),
        draft("撰写材料", Owner.PERSONS, persons=(bureau.member, bureau.officer)),
    )
    assert asked(worklist) == {
        (BRANCH, ""),
        (OTHER, ""),
        (BRANCH, "林晓禾"),  # a member stands for the branch, an officer for the unit of the post
        ("中共示范甲供电公司委员会", "高知远"),
    }


def test_an_issuer_below_reaches_only_what_stands_under_it(bureau):
    worklist = issue(bureau, draft(owner=Owner.MEMBER), issuer=bureau.branch)
    assert {unit for unit, _person in asked(worklist)} == {BRANCH}


def test_a_unit_founded_later_is_not_asked_for_what_was_before_it(bureau):
    with clock.stand_on(date(2009, 12, 31)):  # everybody was founded on the next day
        found = services.preview_list(
            issuer=bureau.committee, items=[draft()], on=clock.today()
        ).reach
    assert found.assignments == 0


def test_preview_says_who_gets_what_before_anything_is_written(bureau):
    items = [
        draft(owner=Owner.COMMITTEE),
        draft("讲党课"),
        draft("重温入党誓词", Owner.MEMBER),
        draft("报送", Owner.UNITS, units=(bureau.branch, bureau.stranger_committee)),
    ]
    found = services.preview_list(issuer=bureau.committee, items=items, on=TODAY).reach
    assert (found.units, found.persons, found.assignments) == (4, 5, 1 + 3 + 5 + 1)
    assert [(str(c.owner), c.items, c.units, c.persons) for c in found.by_class] == [
        ("committee", 1, 1, 0),
        ("organisation", 1, 3, 0),
        ("member", 1, 2, 5),
        ("units", 1, 1, 0),
    ]
    assert [missed.who for missed in found.lines[3].missed] == ["中共示范乙供电公司委员会"]
    assert not Worklist.objects.exists()


def test_a_vacant_post_and_an_empty_branch_are_named_in_the_preview(bureau):
    bureau.colleague.appointments.all().delete()
    appointment = bureau.secretary.appointments.get(post_id="secretary")
    appointment.valid_to = TODAY
    appointment.save()
    member = Unit.objects.get(pk=bureau.other_branch.pk).appointments.get(post_id="member")
    member.delete()
    items = [draft(owner=Owner.POST, post="secretary"), draft(owner=Owner.MEMBER)]
    found = services.preview_list(issuer=bureau.committee, items=items, on=TODAY).reach
    assert [[missed.who for missed in line.missed] for line in found.lines] == [[BRANCH], [OTHER]]


def test_faults_keep_the_list_from_being_issued_and_change_nothing(bureau):
    items = [
        draft(),
        ItemDraft("没有时限", owner=Owner.MEMBER),
        draft("两个时限", cadence="month", due_on=DUE),
        draft(" "),
        draft("无人", Owner.POST, post="group_leader"),
    ]
    with pytest.raises(ValidationError) as refusal:
        issue(bureau, *items)
    assert [message[:3] for message in refusal.value.messages] == [
        "第2项",
        "第3项",
        "第4项",
        "第5项",
    ]
    assert not Worklist.objects.exists()


def test_a_title_the_bureau_has_already_is_refused(bureau):
    issue(bureau, draft())
    with pytest.raises(ValidationError) as refusal:
        issue(bureau, draft())
    assert "title" in refusal.value.message_dict


@pytest.mark.parametrize(
    ("given", "due", "provisional", "period"),
    [
        ({"due_on": DUE}, DUE, False, ""),
        ({"due_in": 5}, date(2026, 11, 27), False, ""),  # from Saturday: Monday to Friday
        ({"due_in": 30}, date(2027, 1, 1), True, ""),  # crosses a year without a notice
        ({"cadence": "week"}, date(2026, 11, 22), False, "2026-W47"),
        ({"cadence": "month"}, date(2026, 11, 30), False, "2026-11"),
        ({"cadence": "quarter"}, date(2026, 12, 31), False, "2026Q4"),
        ({"cadence": "year"}, date(2026, 12, 31), False, "2026"),
    ],
)
def test_the_due_day_follows_from_day_working_days_or_cadence(
    bureau, given, due, provisional, period
):
    worklist = issue(bureau, draft(owner=Owner.COMMITTEE, **given))
    task = Assignment.objects.get(worklist=worklist)
    assert (task.due_on, task.first_due_on, task.provisional, task.period) == (
        due,
        due,
        provisional,
        period,
    )


def test_a_list_that_begins_later_opens_its_first_period_and_ends_with_its_last_day(bureau):
    worklist = issue(
        bureau,
        draft(owner=Owner.COMMITTEE, cadence="quarter"),
        valid_from=date(2027, 1, 1),
        valid_to=date(2027, 3, 15),
    )
    task = Assignment.objects.get(worklist=worklist)
    assert (task.period, task.due_on) == ("2027Q1", date(2027, 3, 15))


def test_issuing_writes_one_act_one_audit_row_and_no_facts(bureau):
    worklist = issue(bureau, draft(owner=Owner.MEMBER), draft("讲党课"))
    assert list(Act.objects.values_list("verb", "worklist_id", "item")) == [
        ("issued", worklist.pk, None)
    ]
    assert not Entry.objects.filter(source_type="worklists.assignment").exists()


def test_a_check_that_warns_asks_for_a_reason(bureau, monkeypatch):
    monkeypatch.setattr(mapping.issue_checks, "_checks", [])
    mapping.register_issue_check(
        lambda issuer, drafts, reach: [IssueWarning(f"{issuer.name}{len(drafts)}{reach.units}")]
    )
    with pytest.raises(ValidationError) as refusal:
        issue(bureau, draft())
    assert refusal.value.messages[0] == "中共示范甲供电公司委员会13"
    worklist = issue(bureau, draft(), reason_over_cap="上级要求")
    assert worklist.reason_over_cap == "上级要求"


# -- what changes later ------------------------------------------------------------------------------


def test_items_added_later_are_numbered_on_and_reach_everybody(bureau):
    worklist = issue(bureau, draft(), draft("二"))
    new = services.add_items(
        worklist=worklist,
        items=[draft("三", Owner.MEMBER), draft("四")],
        actor=bureau.officer.user,
        reason="上级新要求",
    )
    assert [(item.number, item.text) for item in new] == [(3, "三"), (4, "四")]
    assert Assignment.objects.filter(item__in=new).count() == 5 + 3
    assert [act.reason for act in Act.objects.filter(verb="added")] == ["上级新要求"] * 2


def test_a_withdrawn_item_takes_back_what_is_open_and_leaves_what_is_done(bureau):
    worklist = issue(bureau, draft())
    done = Assignment.objects.get(unit=bureau.branch)
    services.finish_task(
        task=done, finished_on=TODAY, result="已讲", evidence="", actor=bureau.secretary.user
    )
    item = worklist.items.get()
    services.withdraw_item(item=item, reason="与上级清单重复", actor=bureau.officer.user)
    states = dict(Assignment.objects.values_list("unit__name", "state"))
    assert states == {"生产党总支": "withdrawn", BRANCH: "done", OTHER: "withdrawn"}
    acts = Act.objects.filter(verb="withdrawn", assignment__isnull=False)
    assert [(act.was, act.became, act.reason) for act in acts] == [
        ("open", "withdrawn", "与上级清单重复")
    ] * 2
    with pytest.raises(ValidationError):
        services.withdraw_item(item=item, reason="再次", actor=bureau.officer.user)


def test_withdrawing_needs_a_reason(bureau):
    worklist = issue(bureau, draft())
    with pytest.raises(ValidationError) as refusal:
        services.withdraw_item(item=worklist.items.get(), reason=" ", actor=bureau.officer.user)
    assert refusal.value.message_dict == {"reason": ["请写明原因。"]}


def test_a_new_due_day_moves_everybody_but_who_was_granted_a_later_one(bureau):
    worklist = issue(bureau, draft())
    extended = Assignment.objects.get(unit=bureau.branch)
    extended.due_on = date(2027, 1, 29)
    extended.save()
    services.change_item(
        item=worklist.items.get(),
        due_on=date(2026, 12, 25),
        standard="有教案",
        reason="顺延一周",
        actor=bureau.officer.user,
    )
    days = dict(Assignment.objects.values_list("unit__name", "due_on"))
    assert days == {
        "生产党总支": date(2026, 12, 25),
        BRANCH: date(2027, 1, 29),
        OTHER: date(2026, 12, 25),
    }
    assert set(Assignment.objects.values_list("first_due_on", flat=True)) == {DUE}
    assert Act.objects.get(verb="changed").old == {"standard": "", "due_on": "2026-12-18"}


def test_closing_withdraws_what_is_open_and_keeps_what_was_overdue_in_the_ledger(bureau):
    worklist = issue(bureau, draft(), draft("按月", cadence="month"))
    with clock.stand_on(date(2026, 12, 3)):
        services.refresh_overdue()
        with pytest.raises(ValidationError):  # something is open: why?
            services.close_list(worklist=worklist, actor=bureau.officer.user)
        services.close_list(worklist=worklist, actor=bureau.officer.user, reason="年度结束")
    worklist.refresh_from_db()
    assert worklist.state == ListState.CLOSED
    assert set(Assignment.objects.values_list("state", flat=True)) == {TaskState.WITHDRAWN}
    assert Entry.objects.filter(source_type="worklists.assignment", withdrawn_at=None).count() == 3


def test_nothing_is_added_to_a_closed_list(bureau):
    worklist = issue(bureau, draft())
    services.close_list(worklist=worklist, actor=bureau.officer.user, reason="作废")
    with pytest.raises(ValidationError):
        services.add_items(worklist=worklist, items=[draft("二")], actor=bureau.officer.user)


# -- overdue -------------------------------------------------------------------------------------------


def test_what_falls_overdue_is_written_once_and_optional_items_never(bureau):
    issue(bureau, draft(), draft("选读", required=False))
    with clock.stand_on(DUE):
        assert services.refresh_overdue() == 0
    with clock.stand_on(date(2026, 12, 19)):
        assert services.refresh_overdue() == 3
        assert services.refresh_overdue() == 0


def test_tasks_of_persons_never_count_among_those_of_their_unit(bureau):
    issue(bureau, draft(owner=Owner.MEMBER))
    with clock.stand_on(date(2026, 12, 19)):
        services.refresh_overdue()
    facts = Entry.objects.filter(kind="member_task").values_list("facts__person__name", flat=True)
    assert set(facts) == {person for _unit, person in MEMBERS}
    assert not Entry.objects.filter(kind="task").exists()


# -- cadence ---------------------------------------------------------------------------------------------


def test_the_next_period_is_opened_once_when_it_begins(bureau):
    worklist = issue(bureau, draft(cadence="month"), draft("一次"))
    assert services.open_periods() == 0
    with clock.stand_on(date(2026, 12, 1)):
        assert services.open_periods() == 3
        assert services.open_periods() == 0
    periods = Assignment.objects.exclude(period="").values_list("period", flat=True)
    assert sorted(periods) == ["2026-11"] * 3 + ["2026-12"] * 3
    assert worklist.items.get(number=1).opened == "2026-12"


def test_a_new_member_is_asked_from_the_next_period_on(bureau):
    issue(bureau, draft(owner=Owner.MEMBER, cadence="month"))
    make_person("新来", bureau.branch)
    assert services.open_periods() == 0
    with clock.stand_on(date(2026, 12, 1)):
        assert services.open_periods() == 6


@pytest.mark.parametrize("state", ["closed", "ended"])
def test_a_list_that_is_over_opens_nothing(bureau, state):
    worklist = issue(bureau, draft(cadence="month"), valid_to=date(2026, 11, 30))
    if state == "closed":
        services.close_list(worklist=worklist, actor=bureau.officer.user, reason="作废")
    with clock.stand_on(date(2026, 12, 1)):
        assert services.open_periods() == 0


def test_when_a_post_changes_hands_the_open_task_goes_along_with_its_clock(bureau):
    issue(bureau, draft(owner=Owner.POST, post="secretary", cadence="month"), draft("一次"))
    old = bureau.secretary
    appointment = old.appointments.get(post_id="secretary")
    appointment.valid_to = TODAY
    appointment.save()
    assert services.hand_over_posts() == 0  # vacant: it goes on owing
    new = make_person("接任", bureau.branch, ("secretary",))
    assert services.hand_over_posts() == 1
    assert services.hand_over_posts() == 0
    task = Assignment.objects.get(unit=bureau.branch, person__isnull=False)
    assert (task.person, task.due_on, task.version) == (new, date(2026, 11, 30), 1)
    act = Act.objects.get(verb="handed_over")
    assert act.old == {"person": str(old.pk), "name": "韩帆"}


def test_what_is_done_stays_with_who_did_it(bureau):
    issue(bureau, draft(owner=Owner.POST, post="secretary", cadence="month"))
    task = Assignment.objects.get(person=bureau.secretary)
    services.finish_task(
        task=task, finished_on=TODAY, result="已讲", evidence="", actor=bureau.secretary.user
    )
    bureau.secretary.appointments.filter(post_id="secretary").update(valid_to=TODAY)
    new = make_person("接任", bureau.branch, ("secretary",))
    assert services.hand_over_posts() == 0
    with clock.stand_on(date(2026, 12, 1)):
        services.open_periods()
    found = Assignment.objects.filter(unit=bureau.branch).values_list("period", "person_id")
    assert dict(found) == {"2026-11": bureau.secretary.pk, "2026-12": new.pk}
