"""Pages of posts, contacts, inductions and projects: what is offered, refused and shown to whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from linghang.library.api import install_packs
from linghang.people.models import Person
from linghang.pioneers import services
from linghang.pioneers.models import Carrier, Contact, Pipeline, Project
from tests.conftest import TODAY


@pytest.fixture
def go(client, house):
    """Return a function that asks a page as somebody and returns the response with its text."""

    def ask(person, name, *parts, data=None, **query):
        client.force_login(person.user)
        address = reverse(f"pioneers:{name}", args=parts)
        answer = client.post(address, data) if data is not None else client.get(address, query)
        text = b"".join(answer).decode(errors="replace")
        answer.text = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))
        return answer

    return ask


def test_a_branch_proposes_and_what_is_wrong_stands_beside_its_field(house, go):
    bureau = house.bureau
    data = {
        "kind": "post",
        "title": "抢修岗",
        "place": "东岭",
        "holder": bureau.member.pk,
        "counts": "persons",
        "occasion": "action",
        "occasion_title": "迎峰度夏",
        "kinds": ["record.customer_visit"],
    }
    answer = go(bureau.secretary, "propose", bureau.branch.pk, data=data)
    assert answer.status_code == 422
    assert "只有突击队为专项行动或应急任务组建" in answer.text
    answer = go(bureau.secretary, "propose", bureau.branch.pk, data=data | {"occasion": "none"})
    assert answer.status_code == 302
    assert Carrier.objects.get().holder == bureau.member
    assert go(bureau.secretary, "choose").url == reverse(
        "pioneers:propose", args=[bureau.branch.pk]
    )


def test_the_list_filters_by_state_and_says_what_to_do_when_empty(house, go):
    officer = house.bureau.officer
    assert "还没有示范岗、责任区、突击队" in go(officer, "carriers").text
    house.appoint()
    house.propose(title="另一个岗")
    due = go(officer, "carriers", state="due").text
    assert "配电抢修示范岗" in due
    assert "另一个岗" not in due
    assert "另一个岗" not in go(officer, "carriers", state="standing", kind="post").text
    assert "配电抢修示范岗" not in go(officer, "carriers", q="另一个").text


def test_who_was_slower_is_told(house, go):
    post = house.appoint()
    services.write_pledge(carrier=post, text="承诺", actor=house.bureau.member.user)
    data = {"seen": post.seen, "reason": "撤"}
    answer = go(house.bureau.officer, "act", post.pk, "withdraw", data=data)
    assert answer.status_code == 302
    assert Carrier.objects.get().state == "active"


def test_the_sign_card_has_pledge_and_place_and_no_telephone(house, go):
    bureau = house.bureau
    bureau.member.phone = "13912345678"
    bureau.member.save()
    post = house.appoint(pledge="随叫随到")
    text = go(bureau.secretary, "card", post.pk).text
    assert "随叫随到" in text
    assert "13912345678" not in text


def test_the_own_page_shows_posts_contacts_and_projects(house, go):
    bureau = house.bureau
    assert "暂无内容" in go(bureau.leader, "mine").text
    services.assign_contact(
        person=bureau.leader, units=[bureau.branch], valid_from=TODAY, actor=None
    )
    text = go(bureau.leader, "mine").text
    assert "变电运维党支部" in text
    assert "本期待走访" in text
    house.appoint()
    assert "写承诺" in go(bureau.member, "mine").text
    contact = Contact.objects.get()
    answer = go(bureau.leader, "visit", contact.pk, data={"on": "2026-11-21", "topic": ""})
    assert answer.status_code == 422


def test_a_contact_is_assigned_and_ended_by_the_officer(house, go):
    bureau = house.bureau
    data = {"person": bureau.leader.pk, "units": [bureau.branch.pk], "valid_from": "2026-11-01"}
    assert go(bureau.officer, "assign", data=data).status_code == 302
    contact = Contact.objects.get()
    end = {"on": "2026-11-21", "reason": "分工调整"}
    assert go(bureau.officer, "end-contact", contact.pk, data=end).status_code == 302
    assert "还没有包保人" in go(bureau.officer, "contacts").text


def test_a_leader_opens_and_closes_their_project(house, go):
    bureau = house.bureau
    data = {
        "owner": bureau.leader.pk,
        "title": "攻坚",
        "goal": "停运率下降",
        "begins_on": "2026-11-21",
        "ends_on": "2027-06-30",
        "text": "排查",
        "units": [bureau.branch.pk],
        "due_on": "2027-03-01",
    }
    committee = bureau.committee.pk
    late = data | {"due_on": "2027-07-01"}
    assert go(bureau.leader, "open-project", committee, data=late).status_code == 422
    assert go(bureau.leader, "open-project", committee, data=data).status_code == 302
    project = Project.objects.get()
    assert "攻坚" in go(bureau.secretary, "unit_panel", bureau.branch.pk).text
    answer = go(bureau.leader, "close-project", project.pk, data={"outcome": "下降"})
    assert "还有1项措施未完成" in answer.text
    due = {"text": "回头看", "units": [bureau.other_branch.pk], "due_on": TODAY + timedelta(days=9)}
    assert go(bureau.leader, "measure", project.pk, data=due).status_code == 302
    assert "回头看" in go(bureau.secretary, "project", project.pk).text


def test_a_mentor_answers_on_their_own_page_and_a_stranger_to_the_way_sees_nothing(house, go):
    install_packs(("two-pipelines",), actor=None)
    bureau = house.bureau
    data = {
        "candidate": bureau.colleague.pk,
        "mentor": bureau.member.pk,
        "aim": "能独立担任工作负责人",
    }
    own = go(bureau.secretary, "open-pipeline", "to_backbone", data=data | {"aim": ""})
    assert own.status_code == 422
    assert go(bureau.secretary, "open-pipeline", "to_backbone", data=data).status_code == 302
    way = Pipeline.objects.get()
    assert "支部请你担任带教人" in go(bureau.member, "mentored").text
    assert "目前没有带教任务" in go(bureau.secretary, "mentored").text
    assert go(bureau.member, "step", way.pk, "accept", data={"seen": way.seen}).status_code == 302
    assert "跟带教人完成一次现场作业" in go(bureau.member, "mentored").text
    page = go(bureau.member, "pipeline", way.pk)
    offered = {deed.value for deed in page.context["deeds"]}
    assert ("accept" in offered, "增加节点" in page.text) == (False, True)
    late = go(bureau.secretary, "step", way.pk, "review", data={"seen": "asked-0"})
    assert late.status_code == 302
    answer = go(bureau.secretary, "step", way.pk, "reach", data={"outcome": "好"})
    assert "还有3个节点未证明" in answer.text
    assert "许怡书" in go(bureau.officer, "pipelines").text
    bureau.other_branch.refresh_from_db()
    other = Person.objects.get(name="方艳一")
    assert "许怡书" not in go(other, "pipelines").text
