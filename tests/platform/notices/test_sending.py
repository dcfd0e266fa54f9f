"""Notices in the product: once for each key, at once, away when their thing is done."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from linghang.platform.notices import queries, registry, services
from linghang.platform.notices.api import NoticeDraft, NoticeKind
from linghang.platform.notices.models import Notice
from tests.platform.notices.moments import MONDAY_MORNING, MONDAY_TEN, SATURDAY_NIGHT, at

TODAY = date(2026, 11, 21)


def draft(user, key="task-due:1:T-7", kind=NoticeKind.DUE, **fields) -> NoticeDraft:
    return NoticeDraft(user.pk, key, kind, fields.pop("title", "十月主题党日"), **fields)


def test_a_notice_stands_in_the_product_at_once_and_waits_to_leave_it(bureau):
    user = bureau.secretary.user
    with clock.stand_at(SATURDAY_NIGHT):
        assert services.send_notices(drafts=[draft(user)], actor=bureau.officer.user) == 1
    notice = Notice.objects.get()
    assert (notice.recipient, notice.about, notice.read_at) == (user, "task-due:1", None)
    assert (notice.created_at, notice.deliver_after) == (SATURDAY_NIGHT, MONDAY_MORNING)
    assert queries.count_unread(user.pk) == 1


def test_what_is_made_in_working_hours_is_in_the_next_mornings_digest(bureau):
    with clock.stand_at(MONDAY_TEN):
        services.send_notices(drafts=[draft(bureau.secretary.user)], actor=None)
    assert Notice.objects.get().deliver_after == at("2026-11-24 08:30")


def test_a_key_is_sent_to_a_person_once_and_to_another_too(bureau):
    first, second = bureau.secretary.user, bureau.member.user
    assert services.send_notices(drafts=[draft(first), draft(first)], actor=None) == 1
    assert services.send_notices(drafts=[draft(first), draft(second)], actor=None) == 1
    services.read_all_notices(actor=first)
    assert services.send_notices(drafts=[draft(first)], actor=None) == 0
    assert Notice.objects.count() == 2


def test_the_database_keeps_a_key_from_being_there_twice(bureau):
    services.send_notices(drafts=[draft(bureau.secretary.user)], actor=None)
    notice = Notice.objects.get()
    notice.pk = None
    with pytest.raises(IntegrityError, match=r"UNIQUE|notice_once"):
        notice.save(force_insert=True)


def test_sending_leaves_one_entry_of_numbers_in_the_audit_trail(bureau):
    drafts = [
        draft(bureau.secretary.user, "a:1"),
        draft(bureau.secretary.user, "b:1", NoticeKind.LATE),
        draft(bureau.member.user, "a:1"),
    ]
    services.send_notices(drafts=drafts, actor=bureau.officer.user)
    services.send_notices(drafts=drafts, actor=bureau.officer.user)
    entry = Entry.objects.get(verb="notices.send")
    assert (entry.actor, entry.new) == (
        bureau.officer.user,
        {"count": 3, "kinds": {"due": 2, "late": 1}},
    )


@pytest.mark.parametrize("url", ["https://example.com/", "//example.com/", "/\\example.com"])
def test_a_notice_never_leads_out_of_the_product(bureau, url):
    with pytest.raises(ValueError, match="a path of the product"):
        services.send_notices(drafts=[draft(bureau.secretary.user, url=url)], actor=None)
    assert Notice.objects.count() == 0


def test_an_unknown_kind_fails_at_once(bureau):
    with pytest.raises(ValueError, match="'nag' is not a valid NoticeKind"):
        services.send_notices(drafts=[draft(bureau.secretary.user, kind="nag")], actor=None)


def test_what_is_done_takes_its_notices_away(bureau):
    user = bureau.secretary.user
    drafts = [draft(user, f"task-due:{n}:T-{days}") for n in (1, 10) for days in (7, 0)]
    services.send_notices(drafts=drafts, actor=None)
    assert services.settle_notices(about=["task-due:1"]) == 2
    unread = queries.unread(Notice.objects.filter(recipient=user)).order_by("key")
    assert [each.key for each in unread] == ["task-due:10:T-0", "task-due:10:T-7"]
    assert queries.count_unread(user.pk) == 2
    assert services.settle_notices(about=["task-due:1"]) == 0


def test_many_notices_cost_as_many_questions_as_one(bureau):
    user = bureau.secretary.user
    with CaptureQueriesContext(connection) as one:
        services.send_notices(drafts=[draft(user, "one:1")], actor=None)
    with CaptureQueriesContext(connection) as many:
        services.send_notices(drafts=[draft(user, f"many:{n}") for n in range(60)], actor=None)
    assert len(one) == len(many)


def test_the_bell_asks_once_a_minute(bureau):
    user = bureau.secretary.user
    services.send_notices(drafts=[draft(user)], actor=None)
    with CaptureQueriesContext(connection) as asked:
        assert [queries.count_unread(user.pk) for _ in range(3)] == [1, 1, 1]
    assert len(asked) == 1
    services.read_notice(notice=Notice.objects.get(), actor=user)
    assert queries.count_unread(user.pk) == 0


# -- reminders --------------------------------------------------------------------------------------


def test_reminders_of_every_app_go_out_once_though_asked_every_day(bureau):
    user = bureau.secretary.user
    registry.register_reminder("tasks", lambda today: [draft(user, "task-due:1:T-7")])
    registry.register_reminder(
        "problems", lambda today: [draft(user, f"problem-late:1:{today.isoformat()}")]
    )
    assert services.gather_reminders(today=TODAY) == {"problems": 1, "tasks": 1}
    assert services.gather_reminders(today=TODAY) == {"problems": 0, "tasks": 0}
    assert services.gather_reminders(today=date(2026, 11, 22)) == {"problems": 1, "tasks": 0}


def test_reminders_gathered_late_in_the_morning_are_still_in_todays_digest(bureau):
    registry.register_reminder("tasks", lambda today: [draft(bureau.secretary.user)])
    with clock.stand_at(MONDAY_TEN):
        services.gather_reminders(today=MONDAY_TEN.date())
    assert Notice.objects.get().deliver_after == MONDAY_MORNING


def test_an_app_that_fails_takes_nobody_elses_reminders_with_it(bureau):
    def fail(today):
        raise ZeroDivisionError

    registry.register_reminder("a-broken", fail)
    registry.register_reminder("tasks", lambda today: [draft(bureau.secretary.user)])
    with pytest.raises(ZeroDivisionError):
        services.gather_reminders(today=TODAY)
    assert Notice.objects.count() == 1


def test_a_name_is_registered_once():
    registry.register_reminder("tasks", len)
    registry.register_reminder("tasks", len)
    with pytest.raises(ValueError, match="registered twice: tasks"):
        registry.register_reminder("tasks", abs)
