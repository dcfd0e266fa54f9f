"""What leaves the product: one digest a working day, urgent things for who wishes so, counts for groups."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from linghang.platform.calendar import clock
from linghang.platform.notices import channels, services
from linghang.platform.notices.api import NoticeDraft, NoticeKind
from linghang.platform.notices.enums import DeliveryState, Form, Timing
from linghang.platform.notices.models import Address, Delivery, Notice
from linghang.platform.notices.services.wishing import Wish
from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job, JobState
from tests.platform.notices.moments import (
    MONDAY_MORNING,
    MONDAY_TEN,
    SATURDAY_NIGHT,
    TUESDAY_MORNING,
    at,
)

SAID = "Failed to send the world outside notification."
SECRET_TITLE = "林晓禾谈话反映的问题"


def send(user, *kinds, when=SATURDAY_NIGHT, unit="", about="task") -> None:
    drafts = [
        NoticeDraft(
            user.pk, f"{about}:{n}:x", kind, f"{SECRET_TITLE}{n}", unit_path=unit, url="/x/"
        )
        for n, kind in enumerate(kinds)
    ]
    with clock.stand_at(when):
        services.send_notices(drafts=drafts, actor=None)


def deliver(when) -> dict[str, int]:
    with clock.stand_at(when):
        return services.deliver_waiting()


DUE, LATE, RETURNED, URGED = (
    NoticeKind.DUE,
    NoticeKind.LATE,
    NoticeKind.RETURNED,
    NoticeKind.URGED,
)


# -- the digest -------------------------------------------------------------------------------------


def test_what_waits_goes_out_as_one_message_of_numbers_and_links(by_mail, reachable):
    send(reachable, DUE, LATE, DUE, RETURNED, DUE)
    assert deliver(MONDAY_MORNING) == {"waiting": 0, "sent": 1, "failed": 0}
    [(address, title, body)] = by_mail.taken
    assert (address, title) == ("shuji@example.com", "领航：有 5 件事等您处理")
    assert body.splitlines() == [
        "逾期 1 项",
        "https://lh.example.com/notices/received/?kind=late",
        "退回 1 项",
        "https://lh.example.com/notices/received/?kind=returned",
        "一周内到期 3 项",
        "https://lh.example.com/notices/received/?kind=due",
    ]


def test_without_an_address_of_the_product_a_message_has_no_links(by_mail, reachable, settings):
    settings.ADDRESS = ""
    send(reachable, DUE)
    deliver(MONDAY_MORNING)
    assert by_mail.taken[0][1:] == (
        "领航：有 1 件事等您处理",
        "一周内到期 1 项\n请登录领航查看。",
    )


def test_a_person_gets_one_digest_a_working_day(by_mail, reachable):
    send(reachable, DUE)
    deliver(MONDAY_MORNING)
    send(reachable, LATE, when=MONDAY_TEN, about="later")
    send(reachable, URGED, when=MONDAY_TEN, about="urged")  # nothing at once unless wished
    deliver(MONDAY_TEN)
    deliver(at("2026-11-23 17:00"))
    assert len(by_mail.taken) == 1
    deliver(TUESDAY_MORNING)
    assert by_mail.taken[1][1] == "领航：有 2 件事等您处理"
    deliver(at("2026-11-25 08:30"))
    assert len(by_mail.taken) == 2  # nothing new, nothing sent


def test_what_was_read_in_the_product_is_not_sent(by_mail, reachable):
    send(reachable, DUE, LATE)
    services.read_all_notices(actor=reachable)
    assert deliver(MONDAY_MORNING) == {"waiting": 0, "sent": 0, "failed": 0}
    assert by_mail.taken == []


def test_the_database_keeps_a_second_digest_of_a_day_out(by_mail, reachable):
    send(reachable, DUE)
    deliver(MONDAY_MORNING)
    delivery = Delivery.objects.get()
    delivery.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        delivery.save(force_insert=True)


def test_a_personal_message_without_a_recipient_cannot_be_kept(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            channel="mail",
            form=Form.DIGEST,
            day=MONDAY_TEN.date(),
            next_attempt_at=MONDAY_TEN,
            created_at=MONDAY_TEN,
        )


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-21 22:30",
        "2026-11-22 10:00",
        "2026-11-23 00:01",
        "2026-11-23 08:29",
        "2026-11-23 17:30",
    ],
)
def test_nothing_leaves_at_night_or_on_a_rest_day(by_mail, reachable, moment):
    send(reachable, DUE, URGED)
    assert deliver(at(moment)) == {"waiting": 0, "sent": 0, "failed": 0}
    with clock.stand_at(at(moment)):
        assert services.start_due_deliveries() is None
    assert (by_mail.tries, Delivery.objects.count()) == (0, 0)


def test_a_saturday_worked_for_a_holiday_is_a_day_like_others(by_mail, reachable):
    send(reachable, DUE, when=at("2026-10-09 20:00"))
    assert deliver(at("2026-10-10 08:30"))["sent"] == 1


# -- wishes -----------------------------------------------------------------------------------------


def wish(user, timing, *, is_used=True) -> None:
    services.save_wishes(
        timing=timing, addresses={"mail": Wish("shuji@example.com", is_used)}, actor=user
    )


def test_who_wishes_so_is_told_of_urgent_things_at_once(by_mail, reachable):
    wish(reachable, Timing.URGENT)
    send(reachable, URGED, DUE, when=MONDAY_TEN)
    assert deliver(MONDAY_TEN)["sent"] == 1
    notice = Notice.objects.get(kind=URGED)
    assert by_mail.taken == [
        (
            "shuji@example.com",
            "领航：催办 1 项",
            f"{SECRET_TITLE}0\nhttps://lh.example.com/notices/received/{notice.pk}/",
        )
    ]
    assert Delivery.objects.get().body == ""  # the log keeps no text
    deliver(TUESDAY_MORNING)
    assert (
        by_mail.taken[1][1] == "领航：有 1 件事等您处理"
    )  # what was sent at once is not counted again


def test_urgent_things_of_the_night_go_with_the_mornings_digest(by_mail, reachable):
    wish(reachable, Timing.URGENT)
    send(reachable, URGED, DUE)
    assert deliver(MONDAY_MORNING)["sent"] == 1
    assert by_mail.taken[0][1] == "领航：有 2 件事等您处理"


def test_in_app_only_and_a_channel_switched_off_send_nothing(by_mail, reachable):
    send(reachable, DUE, URGED)
    wish(reachable, Timing.IN_APP)
    deliver(MONDAY_MORNING)
    wish(reachable, Timing.DIGEST, is_used=False)
    deliver(MONDAY_MORNING)
    assert (by_mail.tries, Notice.objects.filter(read_at=None).count()) == (0, 2)


def test_who_has_no_address_or_no_log_in_any_more_is_told_nothing_outside(
    by_mail, bureau, reachable
):
    send(bureau.member.user, DUE)
    send(reachable, DUE)
    reachable.is_active = False
    reachable.save()
    deliver(MONDAY_MORNING)
    assert by_mail.tries == 0


def test_an_address_is_kept_encrypted(reachable):
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM notices_address")
        assert "shuji" not in cursor.fetchone()[0]
    assert Address.objects.get().address == "shuji@example.com"


def test_without_channels_nothing_is_composed(settings, reachable):
    settings.NOTICE_CHANNELS = ""
    send(reachable, DUE, URGED)
    assert deliver(MONDAY_MORNING) == {"waiting": 0, "sent": 0, "failed": 0}
    assert Delivery.objects.count() == 0
    with clock.stand_at(MONDAY_MORNING), CaptureQueriesContext(connection) as asked:
        assert services.start_due_deliveries() is None
    assert len(asked) == 0


def test_a_channel_set_up_late_does_not_pour_out_what_is_old(by_mail, reachable):
    send(reachable, DUE, when=at("2026-10-20 09:00"))
    deliver(MONDAY_MORNING)
    assert by_mail.taken == []


# -- failures ---------------------------------------------------------------------------------------


def test_a_message_that_is_not_taken_is_tried_three_times_more_and_then_given_up(
    by_mail, reachable
):
    by_mail.refusal = "503 from user:hunter2secret@box?to=shuji%40example.com (shuji@example.com)"
    send(reachable, DUE)
    at_once = {"waiting": 1, "sent": 0, "failed": 0}
    nothing = {"waiting": 0, "sent": 0, "failed": 0}
    assert deliver(MONDAY_MORNING) == at_once
    for early, due in (("08:34", "08:35"), ("08:49", "08:50")):
        assert deliver(at(f"2026-11-23 {early}")) == nothing
        assert deliver(at(f"2026-11-23 {due}")) == at_once
    assert deliver(at("2026-11-23 09:49")) == nothing
    assert deliver(at("2026-11-23 09:50")) == {"waiting": 0, "sent": 0, "failed": 1}
    assert deliver(at("2026-11-23 16:00")) == nothing
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, by_mail.tries) == (DeliveryState.FAILED, 4, 4)
    assert (delivery.body, delivery.finished_at) == ("", at("2026-11-23 09:50"))
    assert delivery.error == f"503 from ****:****@box?to=**** (****); {SAID}"
    assert Notice.objects.get().read_at is None  # it stays in the product


def test_a_message_goes_out_when_the_channel_is_back(by_mail, reachable):
    by_mail.refusal = "down"
    send(reachable, DUE)
    deliver(MONDAY_MORNING)
    assert Delivery.objects.get().error == f"down; {SAID}"
    by_mail.refusal = ""
    assert deliver(at("2026-11-23 08:35"))["sent"] == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error) == (DeliveryState.SENT, 2, "")
    assert len(by_mail.taken) == 1


def test_a_try_after_hours_waits_for_the_next_working_morning(by_mail, reachable):
    by_mail.refusal = "down"
    send(reachable, DUE, when=at("2026-11-20 08:00"))
    deliver(at("2026-11-20 17:28"))
    assert Delivery.objects.get().next_attempt_at == MONDAY_MORNING
    by_mail.refusal = ""
    assert deliver(at("2026-11-20 17:33"))["sent"] == 0
    assert deliver(MONDAY_MORNING)["sent"] == 1


def test_a_channel_that_is_gone_says_so(by_mail, reachable, settings):
    by_mail.refusal = "down"
    send(reachable, DUE)
    deliver(MONDAY_MORNING)
    settings.NOTICE_CHANNELS = ""
    deliver(at("2026-11-23 08:35"))
    assert Delivery.objects.get().error == "The channel is no longer configured."


def test_who_switches_off_between_two_tries_is_left_alone(by_mail, reachable):
    by_mail.refusal = "down"
    send(reachable, DUE)
    deliver(MONDAY_MORNING)
    wish(reachable, Timing.IN_APP)
    by_mail.refusal = ""
    deliver(at("2026-11-23 08:35"))
    assert by_mail.taken == []


def test_an_address_line_nobody_understands_is_an_error_without_its_keys(db, settings):
    channel = channels.Channel("odd", "nosuchservice://hunter2secret", "odd")
    with pytest.raises(channels.ChannelError) as caught:
        channels.send(channel, title="t", body="b")
    assert "hunter2secret" not in str(caught.value)


# -- groups -----------------------------------------------------------------------------------------


@pytest.fixture
def group(settings, outside):
    settings.NOTICE_CHANNELS = json.dumps({"group": "lhtest://group-robot-key-778899"})
    return outside


def test_a_group_gets_numbers_by_unit_and_neither_names_nor_texts(group, bureau):
    for user in (bureau.secretary.user, bureau.member.user):  # told twice, counted once
        send(user, DUE, LATE, unit=bureau.branch.path)
    send(bureau.member.user, DUE, unit=bureau.other_branch.path, about="other")
    send(bureau.member.user, DUE, about="no unit")
    deliver(MONDAY_MORNING)
    assert group.taken == [
        (
            "",
            "领航：各单位待办数量",
            "变电运维党支部：逾期 1 项，一周内到期 1 项\n输电运检党支部：一周内到期 1 项",
        )
    ]
    text = "".join(group.taken[0])
    assert [name for name in ("林晓禾", "韩帆", "谈话", "问题") if name in text] == []


def test_a_group_gets_one_message_a_day_of_what_is_new_since_the_last(group, bureau):
    send(bureau.member.user, DUE, unit=bureau.branch.path)
    deliver(MONDAY_MORNING)
    send(bureau.member.user, LATE, unit=bureau.branch.path, when=MONDAY_TEN, about="later")
    deliver(at("2026-11-23 11:00"))
    assert len(group.taken) == 1
    deliver(TUESDAY_MORNING)
    assert [body for _to, _title, body in group.taken] == [
        "变电运维党支部：一周内到期 1 项",
        "变电运维党支部：逾期 1 项",
    ]
    deliver(at("2026-11-25 08:30"))
    assert len(group.taken) == 2


def test_a_groups_counts_keep_to_its_unit(settings, outside, bureau):
    line = {"url": "lhtest://group-robot-key-778899", "unit": bureau.other_branch.pk}
    settings.NOTICE_CHANNELS = json.dumps({"group": line})
    send(bureau.member.user, DUE, unit=bureau.branch.path)
    send(bureau.member.user, LATE, unit=bureau.other_branch.path, about="other")
    deliver(MONDAY_MORNING)
    assert [body for _to, _title, body in outside.taken] == ["输电运检党支部：逾期 1 项"]


# -- the job ----------------------------------------------------------------------------------------


def test_the_worker_starts_a_job_when_something_is_due_and_it_sends(
    by_mail, reachable, django_capture_on_commit_callbacks
):
    send(reachable, DUE)
    with clock.stand_at(MONDAY_MORNING):
        with django_capture_on_commit_callbacks(execute=True):
            job = services.start_due_deliveries()
        job.refresh_from_db()
        assert (job.state, job.result) == (
            JobState.DONE,
            {"waiting": 0, "sent": 1, "failed": 0},
        )
        assert services.start_due_deliveries() is None
    assert len(by_mail.taken) == 1


def test_a_check_of_the_worker_that_fails_keeps_no_other_from_being_made(monkeypatch, db):
    made = []
    monkeypatch.setattr(jobs, "regular_checks", [])
    jobs.run_regularly(lambda: 1 / 0)
    jobs.run_regularly(lambda: made.append("second"))
    jobs.run_regular_checks()
    assert made == ["second"]


def test_the_digest_waits_for_the_days_reminders(by_mail, reachable):
    send(reachable, DUE)
    gathering = Job.objects.create(kind="notices.gather", params={"day": "2026-11-23"})
    with clock.stand_at(MONDAY_MORNING):
        assert services.start_due_deliveries() is None
        gathering.state = JobState.FAILED
        gathering.save()
        assert services.start_due_deliveries() is not None


def test_a_job_that_runs_when_the_hours_are_over_sends_nothing(by_mail, reachable):
    send(reachable, DUE)
    with clock.stand_at(MONDAY_MORNING):
        services.start_due_deliveries()
    deliver(MONDAY_MORNING + timedelta(hours=9))
    assert by_mail.tries == 0


def test_more_people_are_composed_for_with_the_same_number_of_questions(by_mail, bureau):
    people = [bureau.secretary, bureau.member, bureau.officer, bureau.leader]
    counts = []
    for number, part in enumerate((people[:1], people[1:])):
        for person in part:
            Address.objects.create(user=person.user, channel="mail", address="a@example.com")
            send(person.user, DUE, LATE, about=f"round{number}")
        with clock.stand_at(MONDAY_MORNING), CaptureQueriesContext(connection) as asked:
            plan = [
                delivery
                for deliveries, _notices in services.delivering._plan(clock.now())
                for delivery in deliveries
            ]
        counts.append((len(plan), len(asked)))
    assert counts == [(1, 3), (4, 3)]


# -- the setting ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "is no JSON object"),
        ('{"Mail": "mailto://x"}', "small letters"),
        ('{"mail": 7}', "wants an address line"),
        ('{"mail": "hunter2"}', "wants url"),
        ('{"mail": {"url": "a://b", "to": "c"}}', "wants url"),
        ('{"mail": {"url": "a://b", "unit": "12"}}', "unit is the number"),
    ],
)
def test_a_setting_that_cannot_be_read_is_refused_without_its_keys(settings, text, said):
    settings.NOTICE_CHANNELS = text
    [error] = channels.check_channels()
    assert (error.id, said in error.msg, "hunter2" in error.msg) == ("notices.E001", True, False)


def test_hours_that_do_not_rise_are_refused(settings):
    settings.NOTICE_FROM, settings.NOTICE_UNTIL = "17:30", "08:30"
    assert [error.id for error in channels.check_channels()] == ["notices.E002"]


def test_an_address_is_quoted_into_its_line(by_mail, reachable):
    Address.objects.update(address="a+b@example.com")
    send(reachable, DUE)
    deliver(MONDAY_MORNING)
    assert by_mail.taken[0][0] == "a+b@example.com"
