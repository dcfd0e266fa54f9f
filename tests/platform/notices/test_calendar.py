"""The personal calendar: valid, live, without alarms, gone with its token or with the last post."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from linghang.people.models import Appointment
from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from linghang.platform.notices import registry, services
from linghang.platform.notices.models import Feed
from linghang.platform.notices.registry import DatedThing
from tests.platform.notices.moments import at

TODAY = date(2026, 11, 21)
DONE = DatedThing("task-1", date(2026, 11, 20), "十月主题党日", "/worklists/tasks/1/", done=True)
OPEN = DatedThing(
    "task-2", date(2026, 12, 1), "上报, 盖章; 存档" * 8, note="变电运维党支部\n一览表"
)


@pytest.fixture
def feed(bureau) -> str:
    """The address of the secretary's calendar."""
    return f"/calendar/{services.make_feed(actor=bureau.secretary.user)}.ics"


def register(*things: DatedThing) -> None:
    registry.register_dates("tasks", lambda scope, start, end: things)


def read(client, address) -> Calendar:
    response = client.get(address)
    assert response.status_code == 200
    return Calendar.from_ical(response.content)


def titles(calendar: Calendar) -> list[str]:
    return [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]


def test_a_calendar_program_reads_what_is_due(client, feed):
    register(DONE, OPEN)
    response = client.get(feed)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    assert {name: str(calendar[name]) for name in ("VERSION", "X-WR-CALNAME", "METHOD")} == {
        "VERSION": "2.0",
        "X-WR-CALNAME": "领航 · 我的日程",
        "METHOD": "PUBLISH",
    }
    done, waiting = calendar.walk("VEVENT")
    assert {
        "uid": str(done["UID"]),
        "stamp": done["DTSTAMP"].dt,
        "from": done["DTSTART"].dt,
        "until": done["DTEND"].dt,
        "title": str(done["SUMMARY"]),
        "status": str(done["STATUS"]),
        "url": str(done["URL"]),
    } == {
        "uid": "task-1@linghang",
        "stamp": datetime(2026, 11, 20, 16, tzinfo=UTC),
        "from": date(2026, 11, 20),
        "until": date(2026, 11, 21),
        "title": "已完成：十月主题党日",
        "status": "CONFIRMED",
        "url": "http://testserver/worklists/tasks/1/",
    }
    assert (str(waiting["SUMMARY"]), str(waiting["DESCRIPTION"])) == (OPEN.title, OPEN.note)


def test_the_file_keeps_to_rfc_5545(client, feed):
    """Section 3.1 and 3.6: line ends, folding at 75 octets, what each part must have; no alarm."""
    register(DONE, OPEN)
    content = client.get(feed).content
    lines = content.split(b"\r\n")
    assert (lines[0], lines[-2:]) == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""])
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    calendar = Calendar.from_ical(content)
    assert calendar["PRODID"]
    for event in calendar.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "STATUS"} <= set(event)
    assert calendar.walk("VALARM") == []


def test_a_token_is_random_kept_as_a_hash_and_never_in_the_audit_trail(bureau):
    token = services.make_feed(actor=bureau.secretary.user)
    assert len(token) == 43  # 32 bytes
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notices_feed")
        assert token not in str(cursor.fetchall())
    assert token not in str(list(Entry.objects.values()))
    assert services.make_feed(actor=bureau.secretary.user) != token


def test_a_replaced_a_revoked_and_an_unknown_address_are_not_found(client, bureau, feed):
    user = bureau.secretary.user
    assert client.get(feed).status_code == 200
    newer = f"/calendar/{services.make_feed(actor=user)}.ics"
    assert (client.get(feed).status_code, client.get(newer).status_code) == (404, 200)
    assert services.revoke_feed(actor=user) is True
    assert services.revoke_feed(actor=user) is False
    assert client.get(newer).status_code == 404
    assert client.get("/calendar/x.ics").status_code == 404
    assert [
        entry.verb for entry in Entry.objects.filter(verb__startswith="notices").order_by("pk")
    ] == [
        "notices.make_feed",
        "notices.replace_feed",
        "notices.revoke_feed",
    ]


def test_who_holds_no_post_any_more_has_an_empty_calendar(client, bureau, feed):
    register(OPEN)
    assert titles(read(client, feed)) == [OPEN.title]
    Appointment.objects.filter(person=bureau.secretary).update(valid_to=TODAY)
    assert titles(read(client, feed)) == []


def test_whose_log_in_is_closed_has_an_empty_calendar(client, bureau, feed):
    register(OPEN)
    bureau.secretary.user.is_active = False
    bureau.secretary.user.save()
    assert titles(read(client, feed)) == []


def test_the_scope_is_that_of_the_owner_today(client, bureau, feed):
    seen = []
    registry.register_dates(
        "tasks", lambda scope, start, end: seen.append((scope, start, end)) or []
    )
    client.force_login(bureau.officer.user)  # who asks does not matter
    client.get(feed)
    [(scope, start, end)] = seen
    assert (scope.user_id, scope.on) == (bureau.secretary.user.pk, TODAY)
    assert (start, end) == (TODAY - timedelta(days=90), TODAY + timedelta(days=367))


def test_days_out_of_the_window_and_units_out_of_reach_are_left_out(client, bureau, feed):
    own, other = bureau.branch.path, bureau.other_branch.path
    register(
        DatedThing("a", TODAY - timedelta(days=91), "too old"),
        DatedThing("b", TODAY - timedelta(days=90), "oldest", unit_path=own),
        DatedThing("c", TODAY + timedelta(days=366), "last", unit_path=own),
        DatedThing("d", TODAY + timedelta(days=367), "too far"),
        DatedThing("e", TODAY, "of another branch", unit_path=other),
    )
    assert titles(read(client, feed)) == ["oldest", "last"]


def test_an_app_that_fails_leaves_the_others_days_in(client, feed):
    def fail(scope, start, end):
        raise ZeroDivisionError

    registry.register_dates("a-broken", fail)
    register(OPEN)
    assert titles(read(client, feed)) == [OPEN.title]


def test_what_did_not_change_is_not_sent_again(client, feed):
    register(DONE)
    cache.clear()
    with clock.stand_at(at("2026-11-23 10:00")):
        first = client.get(feed)
    etag, modified = first["ETag"], first["Last-Modified"]
    assert modified == "Mon, 23 Nov 2026 02:00:00 GMT"
    with clock.stand_at(at("2026-11-23 12:00")):
        assert client.get(feed, headers={"if-none-match": etag}).status_code == 304
        assert client.get(feed, headers={"if-modified-since": modified}).status_code == 304
        assert client.get(feed)["Last-Modified"] == modified
        registry.register_dates("problems", lambda scope, start, end: [OPEN])
        again = client.get(feed, headers={"if-none-match": etag})
    assert (again.status_code, again["Last-Modified"]) == (200, "Mon, 23 Nov 2026 04:00:00 GMT")


def test_a_calendar_asks_as_little_for_many_days_as_for_one(client, bureau, feed):
    counts = []
    for number in (1, 50):
        registry.dates.clear()
        register(
            *(DatedThing(f"t-{n}", TODAY, "x", unit_path=bureau.branch.path) for n in range(number))
        )
        with CaptureQueriesContext(connection) as asked:
            read(client, feed)
        counts.append(len(asked))
    assert counts == [2, 2]
    assert Feed.objects.count() == 1
