"""Pages of research: claiming in two clicks, a visit from the plan or a service record, findings on."""

from __future__ import annotations

from datetime import date

from linghang.research import services
from linghang.research.models import Finding, Topic, Visit
from linghang.service import api as service
from linghang.service.models import ServiceVisit


def test_a_leader_claims_from_the_board_in_one_click(client, field):
    topic = field.propose()
    client.force_login(field.leader.user)
    assert f"/research/topics/{topic.pk}/claim/" in client.get("/research/").content.decode()
    client.post(f"/research/topics/{topic.pk}/claim/", {"seen": topic.seen})
    topic.refresh_from_db()
    assert topic.leader == field.leader
    client.force_login(field.second.user)
    page = client.post(f"/research/topics/{topic.pk}/claim/", {"seen": "proposed:0"}, follow=True)
    assert "温海平已先认领该课题，您可以参加。" in page.content.decode()


def test_the_board_shows_the_topics_by_leader_with_their_numbers(client, field):
    topic = field.claim()
    field.visit(topic, "甲\n乙")
    field.problem(topic, measures=["丙"])
    field.propose("小微企业办电体验")
    client.force_login(field.bureau.officer.user)
    page = " ".join(client.get("/research/").content.decode().split())
    assert page.index("小微企业办电体验") < page.index("供电所班组减负增效")
    assert "调研发现 2" in page
    assert "措施 1" in page


def test_a_visit_to_a_planned_place_begins_with_what_is_planned(client, field):
    topic = field.claim()
    (plan,) = services.plan_visits(
        topic=topic, units=[field.bureau.station], form="site", due_on=date(2026, 11, 30),
        hear="客户经理", actor=field.leader.user,
    )  # fmt: skip
    client.force_login(field.leader.user)
    address = f"/research/topics/{topic.pk}/visit/?plan={plan.pk}"
    form = client.get(address).context["form"]
    assert form["unit"].value() == field.bureau.station.pk
    assert form["heard"].value() == "客户经理"
    sent = {
        "unit": field.bureau.station.pk,
        "occurred_on": "2026-11-20",
        "form": "site",
        "participants": "5",
        "heard": "客户经理",
        "findings": "问题：台区低电压\n建议：加装调压器",
        "companions": "齐思远",
    }
    answer = client.post(address, sent)
    visit = Visit.objects.get()
    assert answer.url == f"/research/visits/{visit.pk}/"
    assert (visit.plan, visit.led_by) == (plan, field.leader)
    assert list(visit.companions.all()) == [field.second]
    assert list(visit.findings.values_list("nature", "text")) == [
        ("problem", "台区低电压"),
        ("suggestion", "加装调压器"),
    ]


def test_a_name_nobody_bears_is_refused_and_nothing_is_lost(client, field):
    topic = field.claim()
    client.force_login(field.leader.user)
    sent = {
        "unit": field.bureau.branch.pk, "occurred_on": "2026-11-20", "form": "forum",
        "findings": "台区低电压", "companions": "齐思远，查无此人",
    }  # fmt: skip
    answer = client.post(f"/research/topics/{topic.pk}/visit/", sent)
    assert answer.status_code == 422
    assert "查无此人" in answer.content.decode()
    assert not Visit.objects.exists()


def test_a_visit_is_made_from_a_service_record_that_exists(client, field):
    topic = field.claim()
    service.save_visits(
        drafts=[
            service.VisitDraft(
                team="服务队", unit=field.bureau.branch, occurred_on=date(2026, 11, 5),
                content="独居老人用电检查", hours=200, people=(field.bureau.colleague,),
                place="石桥村", people_served=3,
            )
        ],
        actor=field.bureau.secretary.user,
    )  # fmt: skip
    record = ServiceVisit.objects.get()
    client.force_login(field.leader.user)
    address = f"/research/topics/{topic.pk}/visit/"
    assert f"?service={record.pk}" in client.get(address).content.decode()
    form = client.get(f"{address}?service={record.pk}").context["form"]
    assert (form["place"].value(), form["unit"].value()) == ("石桥村", field.bureau.branch.pk)
    client.post(
        f"{address}?service={record.pk}",
        {"unit": field.bureau.branch.pk, "occurred_on": "2026-11-05", "form": "site"},
    )
    assert Visit.objects.get().service_visit == record
    assert f"?service={record.pk}" not in client.get(address).content.decode()


def test_findings_become_one_problem_with_measures_and_the_counts_follow(client, field):
    topic = field.claim()
    field.visit(topic, "报表重复\n台账重复")
    ids = list(Finding.objects.values_list("pk", flat=True))
    client.force_login(field.leader.user)
    address = f"/research/topics/{topic.pk}/problem/?finding={ids[0]}&finding={ids[1]}"
    form = client.get(address).context["form"]
    assert form["text"].value() == "报表重复"
    sent = {
        "findings": ids, "text": "报表台账重复", "unit": field.bureau.branch.pk,
        "due_on": "2026-12-31", "measures": "梳理目录\n取消三张表", "severity": "general",
        "term": "limited",
    }  # fmt: skip
    page = client.post(address, sent, follow=True).content.decode()
    assert "报表台账重复" in page
    assert "取消三张表" in page
    assert "措施 2" in page


def test_notes_of_a_visit_are_not_shown_to_the_unit_visited(client, field):
    visit = field.visit(field.claim(), notes="班组长情绪较大")
    client.force_login(field.bureau.secretary.user)
    page = client.get(f"/research/visits/{visit.pk}/").content.decode()
    assert "报表重复报送" in page
    assert "班组长情绪较大" not in page
    client.force_login(field.leader.user)
    assert "班组长情绪较大" in client.get(f"/research/visits/{visit.pk}/").content.decode()


def test_the_officer_takes_over_the_topics_of_the_pack_in_one_click(client, field):
    client.force_login(field.bureau.officer.user)
    page = client.post("/research/topics/take-over/", follow=True).content.decode()
    assert "8个课题待领导认领。" in page
    assert Topic.objects.count() == 8


def test_recording_a_talk_takes_five_fields(client, field):
    client.force_login(field.bureau.secretary.user)
    form = client.get("/research/talks/add/").context["form"]
    assert list(form.fields) == ["partner", "on", "scene", "themes", "note"]
    answer = client.post(
        "/research/talks/add/",
        {"partner": field.bureau.member.pk, "on": "2026-11-20", "scene": "heart",
         "themes": ["growth"], "note": "很好"},
        follow=True,
    )  # fmt: skip
    assert "谈话已记录。" in answer.content.decode()
    client.force_login(field.bureau.member.user)
    page = client.get("/research/talks/").content.decode()
    assert "韩帆" in page
    assert "对方发起" in page
