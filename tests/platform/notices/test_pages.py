"""Pages: the bell, what is new, wishes, the channels."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages

from linghang.platform.calendar import clock
from linghang.platform.notices import services
from linghang.platform.notices.api import NoticeDraft, NoticeKind
from linghang.platform.notices.enums import DeliveryState, Timing
from linghang.platform.notices.models import Address, Delivery, Feed, Notice, Preference
from tests.platform.notices.moments import MONDAY_TEN, SATURDAY_NIGHT


@pytest.fixture
def secretary(client, bureau):
    client.force_login(bureau.secretary.user)
    return bureau.secretary.user


def send(user, number=1, url="/worklists/tasks/") -> None:
    services.send_notices(
        drafts=[
            NoticeDraft(user.pk, f"k:{n}:x", NoticeKind.DUE, f"事项{n}", "下周二前", url)
            for n in range(number)
        ],
        actor=None,
    )


def bell(page) -> tuple[str, str]:
    """Return what the bell says and shows."""
    text = page.content.decode()
    said = re.search(r'aria-label="([^"]*未读[^"]*)"', text)
    shown = re.search(r'data-lh-count="([^"]*)"', text)
    return said.group(1) if said else "", shown.group(1) if shown else ""


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_bell_shows_how_many_are_unread(client, secretary):
    assert bell(client.get("/"))[1] == ""
    send(secretary, 3)
    assert bell(client.get("/"))[1] == "3"
    client.post("/notices/received/read/")
    assert bell(client.get("/"))[1] == ""


def test_what_is_new_stands_above_what_waits_and_leads_to_its_thing(client, secretary):
    send(secretary)
    page = client.get("/notices/").content.decode()
    notice = Notice.objects.get()
    assert page.index("新提醒") < page.index("事项0")
    assert f'href="/notices/received/{notice.pk}/"' in page
    answer = client.get(f"/notices/received/{notice.pk}/")
    assert (answer.status_code, answer.url) == (302, "/worklists/tasks/")
    assert "新提醒" not in client.get("/notices/").content.decode()
    assert "事项0" in client.get("/notices/received/").content.decode()


def test_received_shows_unread_first_and_filters(client, secretary):
    send(secretary, 2)
    first = Notice.objects.get(title="事项1")
    services.read_notice(notice=first, actor=secretary)
    page = client.get("/notices/received/").content.decode()
    assert page.index("事项0") < page.index("事项1")
    assert "事项0" not in client.get("/notices/received/?state=read").content.decode()
    assert "事项0" not in client.get("/notices/received/?kind=late").content.decode()


def test_a_strangers_notice_is_not_found(client, bureau, secretary):
    send(bureau.member.user)
    assert client.get(f"/notices/received/{Notice.objects.get().pk}/").status_code == 404
    assert Notice.objects.get().read_at is None


def test_marking_all_read_touches_nobody_elses(client, bureau, secretary):
    send(secretary, 2)
    send(bureau.member.user)
    answer = client.post("/notices/received/read/")
    assert (answer.url, said(answer)) == ("/notices/", ["已将 2 条提醒标为已读。"])
    assert Notice.objects.filter(read_at=None).get().recipient == bureau.member.user


def test_a_person_says_how_to_be_told(client, secretary, outside):
    page = client.get("/notices/wishes/").content.decode()
    assert ("我的邮件地址" in page, "group" in page) == (True, False)
    answer = client.post(
        "/notices/wishes/",
        {"timing": "urgent", "address-mail": " me@example.com ", "used-mail": "on"},
    )
    assert (answer.status_code, said(answer)) == (302, ["提醒方式已保存。"])
    assert Preference.objects.get().timing == Timing.URGENT
    address = Address.objects.get()
    assert (address.user, address.address, address.is_used) == (secretary, "me@example.com", True)
    client.post("/notices/wishes/", {"timing": "in_app", "address-mail": ""})
    assert (Preference.objects.get().timing, Address.objects.count()) == (Timing.IN_APP, 0)


@pytest.mark.parametrize(
    "address",
    ["a@b.cn,c@d.cn", "a@b.cn&to=c", "a b", "a/b", "a?x=1", "x", "a@b.cn\nbcc"],
)
def test_an_address_that_could_lead_elsewhere_is_refused(client, secretary, outside, address):
    answer = client.post("/notices/wishes/", {"timing": "digest", "address-mail": address})
    assert answer.status_code == 422
    assert Address.objects.count() == 0


def test_without_channels_the_page_says_that_nothing_is_sent(client, secretary):
    page = client.get("/notices/wishes/").content.decode()
    assert "系统管理员未设置发给个人的渠道" in page


def test_the_calendar_address_is_shown_once(client, secretary):
    page = client.post("/notices/wishes/calendar/").content.decode()
    [address] = set(re.findall(r'value="http://testserver(/calendar/[\w-]{43}\.ics)"', page))
    assert client.get(address).status_code == 200
    again = client.get("/notices/wishes/").content.decode()
    assert (address in again, "更换地址" in again) == (False, True)
    answer = client.post("/notices/wishes/calendar/revoke/")
    assert said(answer) == ["日历订阅地址已作废。"]
    assert (client.get(address).status_code, Feed.objects.count()) == (404, 0)


# -- the administrator ------------------------------------------------------------------------------


@pytest.fixture
def admin(client, bureau):
    client.force_login(bureau.administrator)
    return bureau.administrator


def test_an_administrator_tests_a_channel_and_sees_how_it_went(
    client, admin, outside, django_capture_on_commit_callbacks
):
    with clock.stand_at(MONDAY_TEN), django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/notices/sent/test/", {"channel": "mail", "address": "a@example.com"})
        assert said(answer) == ["测试消息正在发送，结果见下表。"]
    assert outside.taken == [("a@example.com", "领航：测试消息", "渠道可用，无需回复。")]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.address, delivery.body) == (DeliveryState.SENT, "", "")
    page = client.get("/notices/sent/").content.decode()
    assert ("已发送" in page, "hunter2" in page, "778899" in page) == (True, False, False)


def test_a_test_at_night_waits_for_the_morning(
    client, admin, outside, django_capture_on_commit_callbacks
):
    with clock.stand_at(SATURDAY_NIGHT), django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/notices/sent/test/", {"channel": "group", "address": ""})
    assert said(answer) == ["现在不是工作时间，测试消息将在工作时间开始时发送。"]
    assert outside.tries == 0
    with clock.stand_at(MONDAY_TEN):
        services.deliver_waiting()
    assert outside.taken == [("", "领航：测试消息", "渠道可用，无需回复。")]


def test_a_personal_channel_is_not_tested_without_an_address(client, admin, outside):
    answer = client.post("/notices/sent/test/", {"channel": "mail", "address": ""})
    assert answer.status_code == 422
    assert "该渠道发给个人，请填写地址。" in answer.content.decode()
    assert Delivery.objects.count() == 0


def test_without_channels_the_list_says_how_to_set_one_up(client, admin):
    page = client.get("/notices/sent/").content.decode()
    assert "未设置渠道，任何内容都不会发往外部。" in page
    assert "发送测试" not in page
