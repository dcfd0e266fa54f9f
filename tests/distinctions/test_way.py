"""The way to a level and back: who may do what, what is refused, what stays on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from linghang.distinctions import services
from linghang.distinctions.models import Act, Demotion, Holding
from linghang.distinctions.queries import standing
from linghang.ledger.models import Fact
from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from linghang_core.periods import Period
from tests.conftest import TODAY


def facts(kind: str) -> list[tuple[int, date]]:
    rows = Fact.objects.filter(kind=kind).order_by("pk")
    return list(rows.values_list("quantity", "occurred_on"))


def test_a_level_is_applied_for_verified_decided_public_and_awarded(stars):
    bureau = stars.bureau
    case = stars.apply()
    assert (case.level, case.stage, [one["holds"] for one in case.checks]) == (
        "one",
        "applied",
        [True, True, True],
    )
    with pytest.raises(ValidationError):  # one case at a time
        stars.apply()
    with pytest.raises(ValidationError) as own:
        services.verify(case=case, confirm=True, remark="", actor=bureau.secretary.user)
    assert own.value.code == "own"
    case = services.verify(
        case=case, confirm=True, remark="看了记录", actor=bureau.officer.user, seen=case.seen
    )
    with pytest.raises(ValidationError) as own:
        services.decide_case(
            case=case, approve=True, document_number="1号", actor=bureau.officer.user
        )
    assert own.value.code == "own"
    case = services.decide_case(
        case=case, approve=True, document_number="示党〔2026〕8号", actor=bureau.leader.user
    )
    assert (case.stage, case.objections_until) == ("public", date(2026, 11, 27))
    with pytest.raises(ValidationError) as early:
        services.award(case=case, actor=bureau.leader.user)
    assert early.value.code == "early"
    with clock.stand_on(date(2026, 11, 28)):
        held = services.award(case=case, actor=bureau.leader.user)
    assert (held.level, held.rank, held.valid_from) == ("one", 1, date(2026, 11, 28))
    assert held.next_review_on == date(2027, 1, 16)
    assert facts("distinction.awarded") == [(100, date(2026, 11, 28))]
    assert list(case.acts.values_list("kind", "by__name")) == [
        ("applied", "韩帆"),
        ("verified", "高知远"),
        ("decided", "温海平"),
        ("awarded", "温海平"),
    ]


def test_who_verified_does_not_settle_an_objection_and_upheld_it_ends_the_case(stars):
    bureau = stars.bureau
    case = stars.publish()
    objection = services.object_to(case=case, text="记录与现场不符", actor=bureau.member.user)
    with clock.stand_on(TODAY + timedelta(days=10)), pytest.raises(ValidationError) as waiting:
        services.award(case=case, actor=bureau.leader.user)
    assert waiting.value.code == "open"
    # verified it; recorded the decision; raised it
    for actor in (bureau.officer.user, bureau.leader.user, bureau.member.user):
        with pytest.raises(ValidationError) as own:
            services.settle_objection(objection=objection, uphold=True, decision="是", actor=actor)
        assert own.value.code == "own"
    services.settle_objection(
        objection=objection, uphold=True, decision="属实", actor=bureau.supervisor.user
    )
    case.refresh_from_db()
    assert case.stage == "refused"
    assert Holding.objects.count() == 0
    assert stars.apply().stage == "applied"  # regained by a new application


def test_an_award_reads_the_conditions_once_more_and_a_case_that_fails_is_ended(stars, client):
    bureau = stars.bureau
    case = stars.publish()
    rules = stars.stars.document["levels"][2]["conditions"]
    act = {"case": case, "actor": bureau.leader.user}
    with clock.stand_on(date(2026, 11, 28)):
        with pytest.raises(ValidationError) as holds:
            services.stop_case(**act, reason="x")
        assert holds.value.code == "holds"
        stars.stars.document["levels"][2]["conditions"] = [{"members": 999}]
        stars.stars.save()
        with pytest.raises(ValidationError) as failed:
            services.award(**act)
        assert (failed.value.code, "党员不少于999名" in failed.value.messages[0]) == (
            "conditions",
            True,
        )
        stars.stars.document["levels"][2]["conditions"] = rules
        stars.stars.save()
        held = stars.hold("two")  # goes for another level now
        with pytest.raises(ValidationError) as other:
            services.award(**act)
        assert other.value.messages == [
            "条件已不再达到：“一星”已不是变电运维党支部的下一个等级。达到后再命名，或终止。"
        ]
        case = services.stop_case(**act, reason="等级已变化")
    assert (case.stage, list(Holding.objects.all())) == ("refused", [held])

    client.force_login(bureau.supervisor.user)
    address = f"/distinctions/cases/{case.pk}/award/"
    answer = client.post(address, {"seen": "public:3"}, follow=True)
    assert [str(one) for one in answer.context["messages"]] == [
        "温海平已先行登记“党委未予通过”，请重新查看。"
    ]


def test_conditions_that_failed_since_are_not_decided(stars):
    bureau = stars.bureau
    case = services.verify(
        case=stars.apply(), confirm=True, remark="", actor=bureau.supervisor.user
    )
    with clock.stand_on(date(2026, 9, 1)), pytest.raises(ValidationError) as failed:
        services.decide_case(
            case=case, approve=True, document_number="1号", actor=bureau.leader.user
        )
    assert failed.value.code == "conditions"  # nothing was public that day
    with pytest.raises(ValidationError) as moved:
        services.withdraw_case(case=case, reason="x", actor=bureau.secretary.user, seen="applied:1")
    assert moved.value.code == "moved"


def warn(holding: Holding) -> Holding:
    """Let the conditions of the level fail at the review: nothing published in band A."""
    rules = holding.programme.document
    rules["levels"][1]["conditions"] = [{"members": 999}]
    holding.programme.save()
    with clock.stand_on(date(2026, 11, 21)):
        holding.next_review_on = date(2026, 11, 20)
        holding.save()
        assert services.review_holdings(date(2026, 11, 21)) == {"warned": 1}
        assert services.review_holdings(date(2026, 11, 21)) == {}
    holding.refresh_from_db()
    return holding


def test_a_failing_condition_warns_then_the_committee_demotes_and_an_appeal_restores(stars):
    bureau = stars.bureau
    held = warn(stars.hold("two"))
    assert (held.standing, held.rectify_until) == ("warned", date(2026, 12, 21))
    assert [one["kind"] for one in held.faults] == ["members"]
    assert list(held.acts.filter(kind="warned").values_list("note", flat=True)) == [""]
    decision = {"holding": held, "reason": "整改期满", "document_number": "9号"}
    with pytest.raises(ValidationError) as grace:
        services.demote(**decision, actor=bureau.leader.user)
    assert grace.value.code == "grace"
    with clock.stand_on(date(2026, 12, 22)):
        demotion = services.demote(**decision, actor=bureau.leader.user)
        assert (demotion.to_level, demotion.to_rank) == ("one", 1)
        appeal = services.appeal(holding=held, text="已整改", actor=bureau.secretary.user)
        with pytest.raises(ValidationError) as own:
            services.settle_appeal(
                objection=appeal, uphold=True, decision="是", actor=bureau.leader.user
            )
        assert own.value.code == "own"
        assert stars.read(date(2026, 12, 22)).since[bureau.branch.pk] == {1: date(2026, 1, 5)}
        services.settle_appeal(
            objection=appeal, uphold=True, decision="属实", actor=bureau.supervisor.user
        )
    since = {1: date(2026, 1, 5), 2: date(2026, 1, 5)}  # as if it had never ended
    assert stars.read(date(2026, 12, 22)).since[bureau.branch.pk] == since
    assert facts("distinction.demoted") == [(100, date(2026, 12, 22))]
    assert facts("distinction.awarded") == [(200, date(2026, 1, 5)), (200, date(2026, 12, 22))]
    levels = Holding.objects.order_by("pk").values_list("level", "valid_to")
    assert list(levels) == [
        ("two", date(2026, 12, 22)),
        ("one", date(2026, 12, 22)),
        ("two", None),
    ]
    assert Demotion.objects.count() == 1  # what was decided stays on record


def test_each_failing_condition_has_its_own_grace_and_what_is_put_right_is_not_taken(stars):
    held = warn(stars.hold("two"))
    decision = {"reason": "整改期满", "document_number": "9号", "actor": stars.bureau.leader.user}

    def ask(*rules: dict) -> None:
        held.programme.document["levels"][1]["conditions"] = list(rules)
        held.programme.save()

    ask({"members": 999}, {"months": 999})
    assert services.review_holdings(date(2026, 12, 10)) == {"warned": 1}
    assert services.review_holdings(date(2026, 12, 10)) == {}
    held.refresh_from_db()
    assert [one["until"] for one in held.faults] == ["2026-12-21", "2027-01-09"]
    assert (held.warned_on, held.rectify_until) == (date(2026, 11, 21), date(2026, 12, 21))
    ask({"members": 1}, {"months": 999})  # the second one has until January
    with clock.stand_on(date(2026, 12, 22)), pytest.raises(ValidationError) as grace:
        services.demote(holding=held, **decision)
    assert grace.value.messages == ["提醒的条件已整改到位。现在未达到的条件另有整改期。"]
    assert services.review_holdings(date(2026, 12, 22)) == {}
    held.refresh_from_db()
    assert (held.warned_on, held.rectify_until) == (date(2026, 12, 10), date(2027, 1, 9))
    ask({"members": 1})
    with clock.stand_on(date(2027, 1, 10)), pytest.raises(ValidationError) as mended:
        services.demote(holding=held, **decision)
    assert mended.value.code == "mended"
    assert services.review_holdings(date(2027, 1, 10)) == {"cleared": 1}
    held.refresh_from_db()
    assert (held.standing, held.faults, held.rectify_until) == ("held", [], None)


@pytest.mark.parametrize("sees", [True, False])
def test_why_a_level_was_warned_is_told_to_who_sees_the_scores(sees):
    acts = [
        Act(kind="warned", note="分数不足", at=clock.now()),
        Act(kind="demoted", note="降星", at=clock.now()),
    ]
    page = render_to_string("distinctions/history.html", {"acts": acts, "sees": sees})
    assert ("分数不足" in page, "降星" in page) == (sees, True)


def test_levels_from_before_are_entered_once_and_by_their_document(stars):
    stars.hold("two")
    with pytest.raises(ValidationError) as again:
        stars.hold("three")
    assert again.value.code == "history"
    with pytest.raises(ValidationError):
        services.enter_held(
            programme=stars.stars,
            drafts=[services.HeldBefore(stars.bureau.other_branch, "two", TODAY, " ")],
            actor=None,
        )


def test_a_rolling_list_says_who_enters_stays_and_leaves_and_is_made_once(stars):
    bureau = stars.bureau
    make = {"programme": stars.models, "root": bureau.committee, "actor": bureau.officer.user}
    with clock.stand_on(date(2026, 10, 8)), pytest.raises(ValidationError) as unpublished:
        services.make_list(period=Period.parse("2026Q3"), **make)
    assert unpublished.value.code == "unpublished"  # September is public from the 9th
    with clock.stand_on(date(2026, 11, 15)):  # October is public, and is of another quarter
        third = services.make_list(period=Period.parse("2026Q3"), **make)
    row = next(row for row in third.rows if row["name"] == "变电运维党支部")
    assert (row["move"], row["checks"][0]["found"]) == ("enters", {"met": 2, "known": 2, "open": 0})
    with pytest.raises(ValidationError) as early:
        services.make_list(period=Period.parse("2026Q4"), **make)
    assert early.value.code == "early"
    with pytest.raises(ValidationError) as made:
        services.make_list(period=Period.parse("2026Q3"), **make)
    assert made.value.code == "made"
    stars.models.document["levels"][0]["conditions"] = [{"members": 999}]
    stars.models.save()
    stars.reveal("2026-12", date(2027, 1, 9))
    with clock.stand_on(date(2027, 1, 15)):
        fourth = services.make_list(period=Period.parse("2026Q4"), **make)
    assert {row["move"] for row in fourth.rows} == {"leaves"}
    assert not fourth.rows[0]["checks"][0]["holds"]


def test_a_method_becomes_a_pack_that_installs(stars, django_user_model):
    from linghang.platform.packs.services import install_pack
    from linghang.worklists.models import Template

    bureau = stars.bureau
    draft = services.MethodDraft("晨会工作法", "转办慢", "晨会公布\n\n当日到现场", "有队伍", "销号")
    with pytest.raises(ValidationError) as none:
        services.write_method(programme=stars.marks, unit=bureau.branch, draft=draft, actor=None)
    assert none.value.code == "none"
    services.enter_held(
        programme=stars.marks,
        drafts=[services.HeldBefore(bureau.branch, "company", TODAY, "1号")],
        actor=None,
    )
    write = {"programme": stars.marks, "unit": bureau.branch, "actor": bureau.secretary.user}
    services.write_method(draft=replace(draft, result="办结"), seen="0", **write)
    with pytest.raises(ValidationError) as moved:
        services.write_method(draft=draft, seen="0", **write)
    assert moved.value.messages == ["韩帆在此期间已写下做法，请重新查看。"]
    method = services.write_method(draft=draft, seen="1", **write)
    kept = Entry.objects.filter(verb="distinction.described").latest("pk")
    assert (kept.old["result"], kept.new["result"], kept.old["version"]) == ("办结", "销号", 1)
    assert (method.pack_version, method.step_lines) == ("1.0.1", ["晨会公布", "当日到现场"])
    installed = install_pack(services.build_pack(method), actor=bureau.officer.user)
    assert installed.code == f"method-{bureau.branch.code.lower()}"
    template = Template.objects.get(code=installed.code)
    assert [(row["text"], row["due_in"]) for row in template.items] == [
        ("晨会公布", 20),
        ("当日到现场", 40),
    ]
    assert standing.find_held(stars.marks, bureau.branch) is not None
