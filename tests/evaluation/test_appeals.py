"""Objections: anyone concerned raises them, somebody else decides, one appeal, statistics that teach."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from linghang.evaluation import services
from linghang.evaluation.enums import ObjectionState
from linghang.evaluation.models import Objection
from linghang.evaluation.queries import statistics
from linghang.people.access import scope_of
from linghang.people.models import Person
from linghang.platform.calendar import clock
from tests.cast import make_person
from tests.conftest import TODAY
from tests.evaluation import cases

FRIDAY = date(2026, 11, 27)  # the fifth working day after Saturday 21 November


def scope(person):
    return scope_of(person.user, TODAY)


@pytest.fixture
def published(bureau, flag):
    cases.write_example(bureau)
    run = services.run_evaluation(
        scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )
    return services.publish_run(run=run, actor=bureau.officer.user)


def object_to(bureau, published, person=None, criterion="D1-1", unit=None):
    person = person or bureau.secretary
    return services.object_to(
        score=published.run.scores.get(unit=unit or bureau.branch),
        criterion=criterion,
        text="十月的主题党日已经补开。",
        actor=person.user,
        scope=scope(person),
    )


def decide(objection, person, *, uphold):
    return services.decide_objection(
        objection=objection,
        uphold=uphold,
        decision="经核实裁定。",
        actor=person.user,
        scope=scope(person),
    )


def appeal(objection, person):
    return services.appeal_decision(
        objection=objection, text="补开记录在十月三十日。", actor=person.user, scope=scope(person)
    )


def test_whoever_belongs_to_the_branch_objects_to_its_score(bureau, published):
    for person in (bureau.member, bureau.secretary):
        assert object_to(bureau, published, person).decide_by == FRIDAY
    for person in (bureau.officer, bureau.leader, Person.objects.get(name="方艳一")):
        with pytest.raises(services.PublicationRefused, match="所在支部"):
            object_to(bureau, published, person)


def test_rejected_objection_is_appealed_once_and_decided_by_somebody_else(bureau, published):
    objection = decide(object_to(bureau, published), bureau.supervisor, uphold=False)
    assert (objection.state, objection.appeal_until) == (ObjectionState.REJECTED, FRIDAY)
    second = appeal(objection, bureau.secretary)
    assert (second.appeal_of, second.criterion, second.decide_by) == (objection, "D1-1", FRIDAY)
    with pytest.raises(services.PublicationRefused, match="已经申诉过"):
        appeal(objection, bureau.secretary)
    with pytest.raises(services.PublicationRefused, match="不再裁定申诉"):
        decide(second, bureau.supervisor, uphold=True)
    cases.record(bureau.branch, "probe.duty", status="met")
    decided = decide(second, bureau.leader, uphold=True)
    assert (decided.state, decided.changed) == (ObjectionState.UPHELD, True)
    assert services.find_standing(objection.score).total == Decimal("69.50")
    objection.score.refresh_from_db()
    assert objection.score.total == Decimal("66.00")  # the published number stays


def test_each_objects_once_to_the_same_point_and_then_appeals(bureau, published):
    objection = object_to(bureau, published)
    with pytest.raises(services.PublicationRefused, match="您已提出过这项异议（待裁定）"):
        object_to(bureau, published)
    decide(objection, bureau.supervisor, uphold=False)
    with pytest.raises(services.PublicationRefused, match=r"（不成立）.*可申诉一次"):
        object_to(bureau, published)
    for criterion in ("D2-1", ""):
        object_to(bureau, published, criterion=criterion)
    assert Objection.objects.count() == 3


def test_appeal_is_the_last_word_and_only_of_whoever_objected(bureau, published):
    objection = decide(object_to(bureau, published), bureau.supervisor, uphold=False)
    with pytest.raises(services.PublicationRefused, match="只有提出异议的人"):
        appeal(objection, bureau.member)
    second = decide(appeal(objection, bureau.secretary), bureau.leader, uphold=False)
    assert second.appeal_until is None
    with pytest.raises(services.PublicationRefused, match="最终决定"):
        appeal(second, bureau.secretary)
    upheld = decide(object_to(bureau, published, bureau.member), bureau.leader, uphold=True)
    with pytest.raises(services.PublicationRefused, match="只有提出异议的人"):
        appeal(upheld, bureau.member)


def test_result_is_not_final_while_an_appeal_may_come(bureau, published):
    with clock.stand_on(FRIDAY):
        objection = decide(object_to(bureau, published), bureau.supervisor, uphold=False)
    assert objection.appeal_until == date(2026, 12, 4)
    with (
        clock.stand_on(date(2026, 12, 4)),
        pytest.raises(services.PublicationRefused, match="2026-12-04前可以申诉"),
    ):
        services.close_publication(publication=published, actor=bureau.officer.user)
    with clock.stand_on(date(2026, 12, 5)):
        with pytest.raises(services.PublicationRefused, match="2026-12-04届满"):
            appeal(objection, bureau.secretary)
        closed = services.close_publication(publication=published, actor=bureau.officer.user)
    assert closed.closed_at is not None


@pytest.fixture
def tallied(bureau, published):
    """D1-1: four cases, one changed at once, one by the appeal, one rejected, one open; D2-1: one."""
    cases.record(bureau.branch, "probe.duty", status="met")
    newcomer = make_person("陆新来", bureau.branch, username="newcomer")
    other = Person.objects.get(name="方艳一")
    decide(object_to(bureau, published), bureau.supervisor, uphold=True)
    cases.record(bureau.branch, "probe.duty", status="met")
    first = decide(object_to(bureau, published, bureau.member), bureau.supervisor, uphold=False)
    decide(appeal(first, bureau.member), bureau.leader, uphold=True)
    third = object_to(bureau, published, other, unit=bureau.other_branch)
    decide(third, bureau.supervisor, uphold=False)
    object_to(bureau, published, newcomer)
    decide(object_to(bureau, published, criterion="D2-1"), bureau.supervisor, uphold=True)
    return published


def test_statistics_count_a_case_once_and_name_nobody(client, bureau, tallied, flag):
    (entry,) = statistics.list_statistics(scope(bureau.officer))
    first, second = entry.criteria
    assert (
        first.code,
        first.raised,
        first.decided,
        first.upheld,
        first.changed,
        first.appealed,
    ) == (
        "D1-1",
        4,
        3,
        2,
        2,
        1,
    )
    assert (f"{first.share:.3f}", first.is_doubtful) == ("0.667", True)
    # upheld without any change of the facts: the rule is not overturned by it
    assert (second.upheld, second.changed, second.is_doubtful) == (1, 0, False)
    assert statistics.list_statistics(scope(bureau.stranger)) == []
    client.force_login(bureau.officer.user)
    page = client.get(reverse("evaluation:statistics")).content.decode()
    assert re.search(r"66\.7%\s*<span[^>]*>n =\s+3<", page)
    assert "审视规则" in page
    assert bureau.secretary.name not in page
    hint = "D1-1 按时完成：3件异议裁定后改分2件"
    address = reverse("evaluation:scheme", args=[flag.pk])
    assert hint in client.get(address).content.decode()
    client.force_login(bureau.member.user)  # a hint to whoever keeps the rules
    assert hint not in client.get(address).content.decode()


def test_pages_lead_from_the_rejection_to_the_appeal(client, bureau, published):
    objection = decide(object_to(bureau, published), bureau.supervisor, uphold=False)
    client.force_login(bureau.secretary.user)
    page = client.get(reverse("evaluation:objection", args=[objection.pk])).content.decode()
    assert "可在2026-11-27前向上一级党委申诉一次" in page
    address = reverse("evaluation:appeal", args=[objection.pk])
    assert client.post(address, {"text": ""}).status_code == 422
    answer = client.post(address, {"text": "补开记录在十月三十日。"})
    second = Objection.objects.get(appeal_of=objection)
    assert answer.url == reverse("evaluation:objection", args=[second.pk])
    client.force_login(bureau.supervisor.user)
    page = client.get(answer.url).content.decode()
    assert "原异议由您裁定，申诉由他人裁定" in page
    client.force_login(bureau.leader.user)
    client.post(answer.url, {"verdict": "reject", "decision": "记录日期为十一月。"})
    second.refresh_from_db()
    assert (second.state, second.decided_by) == (ObjectionState.REJECTED, bureau.leader.user)
    assert second.decided_at.date() - TODAY < timedelta(days=2)


def test_public_page_shows_rules_to_anybody_and_no_result(client, bureau, published, flag):
    page = " ".join(client.get(reverse("evaluation:rules")).content.decode().split())
    for words in ("红旗指数", "D1-1 按时完成", "五星 ≥ 90.00", "5个工作日", "由另一人裁定"):
        assert words in page
    for secret in ("66.00", "70.00", bureau.branch.name, bureau.committee.name):
        assert secret not in page


def test_spread_and_peers_show_where_a_branch_stands(client, bureau, published):
    client.force_login(bureau.officer.user)
    page = client.get(reverse("evaluation:spread", args=[published.run.pk]))
    shown = [(card["title"], *card["bars"].classes) for card in page.context["cards"]]
    assert shown == [("生产一线", "65–70"), ("机关职能", "70–75")]
    assert [list(card["bars"].counts) for card in page.context["cards"]] == [[1], [1]]
    score = published.run.scores.get(unit=bureau.branch)
    page = client.get(reverse("evaluation:peers", args=[score.pk]))
    assert page.context["enough"] is False  # two branches would tell each other's points
    assert "满4个才作比较" in page.content.decode()
