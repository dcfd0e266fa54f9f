"""The time line, a line's page and the export: who sees what, filtered how, in how many queries."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from linghang.ledger.models import Entry
from linghang.platform.audit.models import Entry as AuditEntry
from tests.ledger.lake_cases import record_thing

OCTOBER = date(2026, 10, 12)
NOVEMBER = date(2026, 11, 3)
TIMELINE = "/ledger/"


def titles(response):
    return [line["entry"].title for month in response.context["months"] for line in month["lines"]]


@pytest.fixture
def things(bureau):
    record_thing(bureau.branch, OCTOBER, (100,))
    record_thing(bureau.branch, NOVEMBER, (200,), people=(bureau.member,))
    record_thing(bureau.other_branch, NOVEMBER, (300,))
    return bureau


def test_time_line_is_newest_first_by_month(client, things):
    client.force_login(things.officer.user)
    response = client.get(TIMELINE)
    assert titles(response) == ["thing (300,)", "thing (200,)", "thing (100,)"]
    assert [(m["first"], len(m["lines"])) for m in response.context["months"]] == [
        (date(2026, 11, 1), 2),
        (date(2026, 10, 1), 1),
    ]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("officer", 3),
        ("leader", 3),
        ("supervisor", 3),
        ("secretary", 2),
        ("member", 2),
        ("stranger", 0),
    ],
)
def test_readers_see_the_lines_of_their_units(client, things, who, seen):
    client.force_login(getattr(things, who).user)
    assert len(titles(client.get(TIMELINE))) == seen


def test_administrator_sees_no_party_records(client, things):
    client.force_login(things.administrator)
    assert client.get(TIMELINE).status_code == 403


def test_visitor_is_sent_to_the_log_in(client, things):
    assert client.get(TIMELINE).url == f"{reverse('accounts:login')}?next=/ledger/"


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("from=2026-11-01", [300, 200]),
        ("to=2026-10-12", [100]),
        ("to=2026-10-11", []),
        ("q=300", [300]),
        ("q=林晓禾", [200]),
        ("kind=test.thing", [300, 200, 100]),
        ("kind=task", []),
        ("late=on", []),
    ],
)
def test_filters_narrow_the_lines(client, things, query, seen):
    client.force_login(things.officer.user)
    assert titles(client.get(f"{TIMELINE}?{query}")) == [f"thing ({n},)" for n in seen]


def test_unit_and_person_filters(client, things):
    client.force_login(things.officer.user)
    assert len(titles(client.get(f"{TIMELINE}?unit={things.general_branch.pk}"))) == 3
    assert titles(client.get(f"{TIMELINE}?unit={things.other_branch.pk}")) == ["thing (300,)"]
    assert titles(client.get(f"{TIMELINE}?person={things.member.pk}")) == ["thing (200,)"]


def test_unit_and_person_out_of_sight_are_not_found(client, things):
    client.force_login(things.secretary.user)
    assert client.get(f"{TIMELINE}?unit={things.other_branch.pk}").status_code == 404
    assert client.get(f"{TIMELINE}?person={things.stranger.pk}").status_code == 404


def test_late_lines_are_kept_by_the_late_filter(client, things):
    Entry.objects.filter(title="thing (100,)").update(late=True)
    client.force_login(things.officer.user)
    assert titles(client.get(f"{TIMELINE}?late=on")) == ["thing (100,)"]


def test_htmx_gets_only_the_lines(client, things):
    client.force_login(things.officer.user)
    response = client.get(TIMELINE, headers={"HX-Request": "true", "HX-Target": "lh-results"})
    assert response.content.decode().lstrip().startswith('<div id="lh-results"')


def test_query_count_of_the_time_line_does_not_grow(client, bureau, django_assert_num_queries):
    client.force_login(bureau.officer.user)
    record_thing(bureau.branch, OCTOBER)
    client.get(TIMELINE)  # the kinds are read once per process
    with django_assert_num_queries(6):
        client.get(TIMELINE)
    record_thing(bureau.branch, OCTOBER)
    record_thing(bureau.other_branch, NOVEMBER)
    with django_assert_num_queries(6):
        client.get(TIMELINE)


def test_line_shows_its_facts_and_what_stood_before_it_was_corrected(client, things):
    source = record_thing(things.branch, NOVEMBER, (150,), people=(things.member,))
    old = Entry.objects.latest("pk")
    record_thing(
        things.branch, NOVEMBER, (250,), source=source, people=(things.member,), reason="写错"
    )
    new = Entry.objects.latest("pk")
    client.force_login(things.secretary.user)
    response = client.get(reverse("ledger:entry", args=[new.pk]))
    assert [
        (row["fact"].quantity, row["fact"].person.name) for row in response.context["facts"]
    ] == [(250, "林晓禾")]
    assert [entry.pk for entry in response.context["versions"]] == [new.pk, old.pk]
    assert "写错" in response.content.decode()
    assert "已撤回" in client.get(reverse("ledger:entry", args=[old.pk])).content.decode()


def test_line_of_another_unit_is_not_found(client, things):
    entry = Entry.objects.get(title="thing (300,)")
    client.force_login(things.member.user)
    assert client.get(reverse("ledger:entry", args=[entry.pk])).status_code == 404


def test_export_is_for_those_who_may_export_and_is_audited(client, things):
    client.force_login(things.member.user)
    assert client.get(reverse("ledger:export")).status_code == 403
    client.force_login(things.secretary.user)
    response = client.get(reverse("ledger:export") + f"?unit={things.branch.pk}")
    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    assert "组织生活" in book.sheet_names
    audit = AuditEntry.objects.get(verb="ledger.export")
    assert (audit.actor, audit.unit_path) == (things.secretary.user, things.branch.path)
