"""Posts, zones and squads: the whole way, every refusal, what the ledger shows, nothing lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from linghang.activities import api as activities
from linghang.activities.models import ActivityKind
from linghang.ledger.models import Entry, Fact
from linghang.people.api import compute_scope
from linghang.pioneers import services
from linghang.pioneers.enums import CarrierState
from linghang.pioneers.models import Carrier, Tenure
from linghang.pioneers.queries import carriers as queries
from linghang.platform.audit.models import Entry as Trail
from linghang.platform.calendar import clock
from tests.cast import make_person
from tests.conftest import TODAY
from tests.pioneers.conftest import BEGAN


def list_errors(refusal: ValidationError) -> list[ValidationError]:
    """Return every error of a refusal, whether it stands beside a field or not."""
    if hasattr(refusal, "error_dict"):
        return [error for errors in refusal.error_dict.values() for error in errors]
    return refusal.error_list


def refuse(code: str, service, **values) -> None:
    """Expect the refusal, and that it writes nothing."""
    before = (Carrier.objects.count(), Tenure.objects.count(), Trail.objects.count())
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        service(**values)
    found = {error.code for error in list_errors(refusal.value)}
    assert found == {code}
    assert (Carrier.objects.count(), Tenure.objects.count(), Trail.objects.count()) == before


def visit(house, person, on, quantity=300) -> None:
    kind = ActivityKind.objects.get(code="customer_visit")
    draft = activities.ActivityDraft(
        kind=kind,
        unit=house.bureau.branch,
        occurred_on=on,
        topic=f"走访 {on}",
        person_id=person.pk,
        quantity=quantity,
    )
    activities.record_activity(draft=draft, actor=None)


def test_a_post_goes_from_proposal_to_review_and_withdrawal_with_its_history(house):
    bureau = house.bureau
    carrier = house.propose(pledge="群众报修随叫随到")
    assert carrier.standing == CarrierState.PROPOSED
    carrier = services.appoint_carrier(
        carrier=carrier, begins_on=BEGAN, actor=bureau.officer.user, seen=carrier.seen
    )
    assert (carrier.standing, carrier.review_on) == (
        CarrierState.ACTIVE,
        queries.find_next_review(BEGAN),
    )
    services.write_pledge(carrier=carrier, text="  我的片区零投诉 ", actor=bureau.member.user)
    assert [one.text for one in carrier.pledges.all()] == ["群众报修随叫随到", "我的片区零投诉"]
    visit(house, bureau.member, TODAY - timedelta(days=30))
    review = services.review_carrier(
        carrier=carrier, decision="improve", reason="走访偏少", actor=bureau.officer.user
    )
    assert review.pledge == "我的片区零投诉"
    assert review.found == [["record.customer_visit", 1, 300], ["record.hazard_fixed", 0, 0]]
    carrier.refresh_from_db()
    assert carrier.standing == CarrierState.IMPROVING
    assert carrier.review_on == queries.find_next_review(TODAY)
    services.withdraw_carrier(carrier=carrier, reason="站点撤并", actor=bureau.officer.user)
    carrier.refresh_from_db()
    assert (carrier.standing, carrier.ends_on, carrier.review_on) == ("withdrawn", TODAY, None)
    assert [act.kind for act in carrier.acts.all()] == [
        "proposed",
        "appointed",
        "pledged",
        "reviewed",
        "withdrawn",
    ]
    facts = Fact.objects.filter(kind="pioneer").order_by("seq")
    assert [(one.person, one.status) for one in facts] == [
        (bureau.member, "appointed"),
        (bureau.member, "improve"),
    ]
    assert Entry.objects.filter(kind="pioneer").count() == 2


def test_results_are_read_from_the_ledger_and_follow_the_holder(house):
    bureau = house.bureau
    carrier = house.appoint()
    visit(house, bureau.member, TODAY - timedelta(days=100))
    visit(house, bureau.member, TODAY - timedelta(days=10))  # no longer the holder
    visit(house, bureau.colleague, TODAY - timedelta(days=5), 200)
    services.hand_over(
        carrier=carrier,
        person=bureau.colleague,
        on=TODAY - timedelta(days=50),
        reason="岗位调整",
        actor=bureau.officer.user,
    )
    work = queries.read_work([carrier])[carrier.pk]
    assert [(one.kind, one.records, one.quantity) for one in work] == [
        ("record.customer_visit", 2, 500),
        ("record.hazard_fixed", 0, 0),
    ]
    assert [
        (row.person, row.valid_from, row.valid_to, row.reason) for row in carrier.tenures.all()
    ] == [
        (bureau.member, BEGAN, TODAY - timedelta(days=50), "岗位调整"),
        (bureau.colleague, TODAY - timedelta(days=50), None, ""),
    ]


def test_work_of_the_unit_counts_where_the_zone_says_so(house):
    carrier = house.appoint(
        kind="zone", title="东岭责任区", counts="unit", kinds=["record.safety_check"]
    )
    kind = ActivityKind.objects.get(code="safety_check")
    for day in (3, 500):
        draft = activities.ActivityDraft(
            kind=kind,
            unit=house.bureau.branch,
            occurred_on=TODAY - timedelta(days=day),
            topic=f"检查{day}",
        )
        activities.record_activity(draft=draft, actor=None)
    assert [one.records for one in queries.read_work([carrier])[carrier.pk]] == [1]


def test_a_squad_has_a_leader_members_and_its_emergency(house):
    bureau = house.bureau
    squad = house.appoint(
        kind="squad",
        title="防汛突击队",
        members=[bureau.colleague, bureau.secretary],
        occasion="emergency",
        occasion_title="7号洪水抢修",
    )
    assert squad.tenures.filter(is_holder=True).get().person == bureau.member
    services.change_members(
        carrier=squad,
        members=[bureau.colleague],
        on=TODAY,
        reason="书记另有任务",
        actor=bureau.secretary.user,
    )
    assert [row.person for row in squad.tenures.filter(is_holder=False, valid_to=None)] == [
        bureau.colleague
    ]
    assert squad.tenures.filter(person=bureau.secretary).get().reason == "书记另有任务"


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("title", {"title": " "}),
        ("members", {"members": "colleague"}),
        ("occasion", {"occasion": "action", "occasion_title": "迎峰度夏"}),
        ("occasion", {"kind": "squad", "occasion": "emergency"}),
        ("kinds", {"kinds": ()}),
        ("kinds", {"kinds": ("attendance",)}),
        ("kinds", {"kinds": ("record.discipline",)}),
        ("stranger", {"holder": "officer"}),
        ("twice", {"kind": "zone", "members": "member"}),
    ],
)
def test_a_proposal_is_refused(house, code, values):
    people = {name: getattr(house.bureau, name) for name in ("colleague", "officer", "member")}
    if "members" in values:
        values = {**values, "members": [people[values["members"]]]}
    if "holder" in values:
        values = {**values, "holder": people[values["holder"]]}
    refuse(
        code,
        services.propose_carrier,
        draft=house.draft(**values),
        actor=house.bureau.secretary.user,
    )


def test_a_title_stands_once_in_a_branch_until_it_is_withdrawn(house):
    carrier = house.appoint()
    refuse("again", services.propose_carrier, draft=house.draft(), actor=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Carrier.objects.create(
            unit=carrier.unit, kind="post", title=carrier.title, place="x", holder=carrier.holder
        )
    services.withdraw_carrier(carrier=carrier, reason="撤", actor=house.bureau.officer.user)
    assert house.propose().standing == CarrierState.PROPOSED


def test_nobody_decides_on_a_post_of_their_own(house):
    bureau = house.bureau
    own = house.propose()
    refuse("own", services.appoint_carrier, carrier=own, begins_on=TODAY, actor=bureau.member.user)
    zone = house.propose(kind="zone", title="责任区", members=[bureau.secretary])
    refuse(
        "own", services.appoint_carrier, carrier=zone, begins_on=TODAY, actor=bureau.secretary.user
    )
    post = house.appoint(title="另一个岗")
    acting = bureau.secretary.user
    values = {"carrier": post, "person": bureau.secretary, "on": TODAY, "reason": "换人"}
    refuse("own", services.hand_over, actor=acting, **values)
    refuse("own", services.review_carrier, carrier=post, decision="keep", actor=bureau.member.user)
    refuse("own", services.withdraw_carrier, carrier=post, reason="撤", actor=bureau.member.user)


def test_each_act_is_refused_with_its_reason(house):
    bureau, tomorrow = house.bureau, TODAY + timedelta(days=1)
    officer = bureau.officer.user
    proposed = house.propose()
    refuse("future", services.appoint_carrier, carrier=proposed, begins_on=tomorrow, actor=officer)
    refuse(
        "order",
        services.appoint_carrier,
        carrier=proposed,
        begins_on=TODAY,
        ends_on=BEGAN,
        actor=officer,
    )
    refuse("reason", services.return_proposal, carrier=proposed, reason=" ", actor=officer)
    refuse("not_now", services.review_carrier, carrier=proposed, decision="keep", actor=officer)
    refuse("holder", services.write_pledge, carrier=proposed, text="我", actor=officer)
    refuse("text", services.write_pledge, carrier=proposed, text=" ", actor=bureau.member.user)
    seen = proposed.seen
    services.return_proposal(carrier=proposed, reason="位置不清", actor=officer)
    refuse(
        "moved",
        services.appoint_carrier,
        carrier=proposed,
        begins_on=TODAY,
        actor=officer,
        seen=seen,
    )
    post = house.appoint(title="岗")
    outsider = make_person("外人", bureau.other_branch)
    hand = {"carrier": post, "on": TODAY, "reason": "调整", "actor": officer}
    refuse("stranger", services.hand_over, person=outsider, **hand)
    refuse("same", services.hand_over, person=bureau.member, **hand)
    refuse("reason", services.hand_over, person=bureau.colleague, **{**hand, "reason": ""})
    refuse("future", services.hand_over, person=bureau.colleague, **{**hand, "on": tomorrow})
    refuse("empty", services.hand_over, person=bureau.colleague, **{**hand, "on": BEGAN})
    refuse("reason", services.review_carrier, carrier=post, decision="improve", actor=officer)
    refuse("reason", services.withdraw_carrier, carrier=post, reason="", actor=officer)
    members = {"carrier": post, "members": [], "on": TODAY, "reason": "x", "actor": officer}
    refuse("members", services.change_members, **members)


def test_a_review_before_its_time_needs_a_reason_with_the_rule(house):
    post = house.appoint(on=TODAY - timedelta(days=40))
    officer = house.bureau.officer.user
    refuse("early", services.review_carrier, carrier=post, decision="keep", actor=officer)
    services.review_carrier(carrier=post, decision="keep", reason="年底集中评议", actor=officer)
    post.refresh_from_db()
    assert post.review_on == queries.find_next_review(TODAY)


def test_a_review_that_withdraws_ends_it(house):
    post = house.appoint()
    services.review_carrier(
        carrier=post, decision="withdraw", reason="承诺未兑现", actor=house.bureau.officer.user
    )
    post.refresh_from_db()
    assert post.standing == CarrierState.WITHDRAWN
    assert post.tenures.get().valid_to == TODAY + timedelta(days=1)


def test_officers_are_reminded_of_reviews_and_a_stranger_sees_nothing(house):
    post = house.appoint()
    officer = house.bureau.officer.user
    drafts = list(queries.list_reminders(TODAY))
    assert [(one.recipient_id, one.kind) for one in drafts] == [(officer.pk, "late")]
    with clock.stand_on(TODAY):
        assert not queries.list_carriers(compute_scope(house.bureau.stranger.user)).exists()
        mine = queries.list_own(compute_scope(house.bureau.member.user))
        assert list(mine) == [post]


def test_a_second_review_on_one_day_is_refused(house):
    post, officer = house.appoint(), house.bureau.officer.user
    services.review_carrier(carrier=post, decision="keep", actor=officer)
    refuse("again", services.review_carrier, carrier=post, decision="keep", actor=officer)
