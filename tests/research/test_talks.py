"""Talks: what was said stays with the two, whoever looks, wherever. Counts let nobody be guessed."""

from __future__ import annotations

import logging
import sqlite3
from collections import defaultdict
from datetime import date
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from linghang.ledger.models import Entry
from linghang.org.enums import UnitKind
from linghang.org.mapping import list_unit_panels
from linghang.org.models import Unit
from linghang.people.api import compute_scope
from linghang.people.mapping import list_person_panels
from linghang.platform.audit.models import Entry as Act
from linghang.platform.notices.models import Notice
from linghang.rectification.models import Act as ProblemAct
from linghang.rectification.models import Problem
from linghang.research import queries, services, tasks  # noqa: F401  registers the daily job
from linghang.research.models import HeldTheme, Talk
from linghang.research.queries.counting import LEAST, join_lines, join_months
from tests.cast import make_person, make_unit
from tests.scenes.research import AGREED, NOTE
from tests.walking import ask, list_live, read_text
from tests.world import build_world

OCTOBER = date(2026, 10, 9)


def talk_of(field, talker=None, partner=None, **values) -> Talk:
    bureau = field.bureau
    talker = talker or bureau.secretary
    given_values = {
        "partner": partner or bureau.member,
        "on": OCTOBER,
        "scene": "heart",
        "themes": ["growth", "family"],
        "note": NOTE,
        "agreed": AGREED,
    }
    draft = services.TalkDraft(**{**given_values, **values})
    return services.record_talks(talker=talker, drafts=[draft], actor=talker.user)[0]


# -- what others learn -----------------------------------------------------------------------------


def test_the_ledger_counts_a_talk_for_the_talker_and_says_nothing_else(field):
    talk = talk_of(field)
    entry = Entry.objects.get(kind="talk")
    assert (entry.title, entry.detail, entry.unit) == ("谈心谈话", {}, field.bureau.branch)
    fact = entry.facts.get()
    assert (fact.person, fact.quantity, fact.occurred_on) == (field.bureau.secretary, 100, talk.on)


def test_the_audit_trail_names_neither_partner_nor_talk_nor_theme(field):
    talk = talk_of(field)
    services.reveal_note(talk=talk, actor=field.bureau.secretary.user)
    services.save_agreed(talk=talk, agreed="再谈一次", actor=field.bureau.secretary.user)
    services.withdraw_talk(talk=talk, actor=field.bureau.secretary.user)
    rows = Act.objects.filter(verb__startswith="research.talk").order_by("pk")
    assert [row.verb for row in rows] == [
        "research.talk_recorded",
        "research.talk_note_read",
        "research.talk_followed_up",
        "research.talk_withdrawn",
    ]
    told = {(r.object_type, r.object_id, r.object_label, str(r.old), str(r.new), r.reason)
            for r in rows}  # fmt: skip
    assert told == {("", None, "谈心谈话", "{}", "{}", "")}


def test_only_the_two_find_a_talk_and_only_the_talker_the_note(field):
    talk = talk_of(field)
    bureau = field.bureau
    found = {
        person.name: queries.get_talk(compute_scope(person.user), talk.pk) is not None
        for person in (
            bureau.secretary,
            bureau.member,
            bureau.officer,
            bureau.leader,
            bureau.supervisor,
            bureau.stranger,
        )
    }
    assert [name for name, sees in found.items() if sees] == ["韩帆", "林晓禾"]
    assert queries.get_talk(compute_scope(bureau.administrator), talk.pk) is None
    with pytest.raises(ValidationError, match="belongs to whoever sought"):
        services.reveal_note(talk=talk, actor=bureau.member.user)


def test_nobody_records_a_talk_for_somebody_else_with_themselves_or_ahead_of_time(field):
    bureau = field.bureau
    for values, actor in (
        ({"partner": bureau.secretary}, bureau.secretary),
        ({"on": date(2026, 11, 22)}, bureau.secretary),
        ({"scene": "unknown"}, bureau.secretary),
    ):
        with pytest.raises(ValidationError):
            talk_of(field, actor, **values)
    draft = services.TalkDraft(bureau.member, OCTOBER, "heart")
    with pytest.raises(ValidationError, match="their own"):
        services.record_talks(talker=bureau.secretary, drafts=[draft], actor=bureau.officer.user)


def test_a_withdrawn_talk_counts_no_longer_and_its_texts_are_gone(field):
    talk = services.withdraw_talk(talk=talk_of(field), actor=field.bureau.secretary.user)
    talk.refresh_from_db()
    assert (talk.note, talk.agreed, talk.themes) == ("", "", "")
    assert Entry.objects.get(kind="talk").withdrawn_at is not None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_file_of_the_database_holds_none_of_the_words(bureau, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("reads the bytes of an SQLite file; here PostgreSQL is tested")
    from linghang.library.api import (
        install_packs,
    )  # the fixture `field` stands in a rolled-back test

    install_packs(["research"], actor=None)
    draft = services.TalkDraft(bureau.member, OCTOBER, "hardship", ["integrity"], NOTE, AGREED)
    (talk,) = services.record_talks(
        talker=bureau.secretary, drafts=[draft], actor=bureau.secretary.user
    )
    root = bureau.committee
    services.hold_theme(talk=talk, text="倒班太密影响休息", unit=root, actor=bureau.secretary.user)
    file = tmp_path / "copy.sqlite3"
    with sqlite3.connect(file) as copy:
        connection.connection.backup(copy)
    data = file.read_bytes()
    assert "谈心谈话".encode() in data  # what may be read is read here: the file is the right one
    for words in (NOTE, AGREED, "倒班太密影响休息"):
        for coding in ("utf-8", "utf-16-le", "unicode_escape"):
            assert words.encode(coding) not in data
    row = sqlite3.connect(file).execute("select scene, themes from research_talk").fetchone()
    assert all(cell.startswith("gAAAA") for cell in row)


# What may say the occasion of a talk: it is a word of the pack, chosen from a list.
LISTS_OCCASIONS = ("/research/talks/add/", "/library/")
WORDS = {
    "code": "organisation-life",
    "criterion": "D1-1",
    "kind": "theme_day",
    "side": "counted",
    "period": "2026-10",
    "number": 1,
    "task": 1,
    "token": "none",
}
OTHERS = ("colleague", "other", "leader", "supervisor", "officer", "admin", "stranger")


def addresses_around(world, client):
    """Yield every address with the keys of whatever a talk touches, and the lists asked for its two."""
    talk = world.objects["talk"]
    line = Entry.objects.get(source_type="research.talk", source_id=talk.pk)
    acts = Act.objects.filter(verb__startswith="research.talk").values_list("pk", flat=True)
    keys = {talk.pk, talk.talker_id, talk.partner_id, talk.unit_id, line.pk, *acts}
    around = {
        "people_person": [talk.talker_id, talk.partner_id],
        "org_unit": [talk.unit_id],
        "ledger_entry": [line.pk],
        "audit_entry": list(acts),
    }
    words = {part: [value] for part, value in WORDS.items()}
    yield from list_live(client, words, keys, lambda table: around.get(table, [talk.pk]))
    for person in (talk.talker, talk.partner):
        yield from (f"{reverse(n)}?q={quote(person.name)}" for n in ("portal:search",))
        yield f"{reverse('ledger:timeline')}?person={person.pk}"
        yield from (
            f"{reverse('people:person', args=[person.pk])}?tab={panel.name}"
            for panel in list_person_panels()
        )
    for panel in list_unit_panels():
        yield f"{reverse('org:unit', args=[talk.unit_id])}?tab={panel.name}"
    for name in ("ledger:timeline", "ledger:export"):
        yield f"{reverse(name)}?unit={talk.unit_id}"
    yield f"{reverse('portal:search')}?q={quote(NOTE)}"


@pytest.mark.slow  # thousands of pages: asked on one database
def test_no_page_export_or_list_shows_anybody_what_a_talk_said(db, client, settings, tmp_path):
    logging.disable(logging.ERROR)
    settings.LAKE_DIR = tmp_path / "lake"
    world = build_world()
    own = f"/research/talks/{world.objects['talk'].pk}/"
    shown = {}
    for reader in OTHERS:
        client.force_login(world.users()[reader])
        for address in addresses_around(world, client):
            response = ask(client, "GET", address)
            if response.status_code == 200:
                text = read_text(response).replace(quote(NOTE), "")
                listed = address.startswith(LISTS_OCCASIONS)
                secret = [AGREED, own] + ([] if listed else ["困难慰问谈话"])
                secret += [] if f"q={quote(NOTE)}" in address else [NOTE]
                if found := [words for words in secret if words in text]:
                    shown[reader, address] = found
        assert client.get(own).status_code in {403, 404}
    logging.disable(logging.NOTSET)
    assert shown == {}
    assert NOTE not in "".join(f"{row.old}{row.new}" for row in Act.objects.all())
    assert not Notice.objects.filter(title__contains=NOTE).exists()


def test_who_was_talked_with_reads_what_was_agreed_and_never_the_note(client, field):
    talk = talk_of(field)
    client.force_login(field.bureau.member.user)
    page = client.get(f"/research/talks/{talk.pk}/")
    assert AGREED in page.content.decode()
    assert NOTE not in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert client.post(f"/research/talks/{talk.pk}/note/").status_code == 403


def test_the_search_for_the_words_finds_them_with_their_writer(client, field):
    talk = talk_of(field)
    client.force_login(field.bureau.secretary.user)
    page = client.get(f"/research/talks/{talk.pk}/").content.decode()
    assert (NOTE in page, AGREED in page) == (False, True)
    before = Act.objects.filter(verb="research.talk_note_read").count()
    page = client.post(f"/research/talks/{talk.pk}/note/")
    assert NOTE in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert Act.objects.filter(verb="research.talk_note_read").count() == before + 1


def test_a_failing_record_logs_none_of_the_words(client, field, caplog, monkeypatch):
    client.force_login(field.bureau.secretary.user)
    client.raise_request_exception = False

    def fail(**_given):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("linghang.research.services.record_talks", fail)
    sent = {"partner": field.bureau.member.pk, "on": "2026-10-09", "scene": "heart", "note": NOTE}
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/research/talks/add/", sent)
    assert answer.status_code == 500
    assert NOTE not in caplog.text
    assert NOTE not in answer.content.decode()


# -- whom nobody has talked with -------------------------------------------------------------------


def test_the_secretary_sees_who_had_no_talk_and_nobody_else_does(client, field):
    bureau = field.bureau
    client.force_login(bureau.secretary.user)
    before = client.get("/research/talks/").content.decode()
    assert "4名党员中还有4名" in before
    talk_of(field)
    after = client.get("/research/talks/").content.decode()
    assert "4名党员中还有2名" in after
    assert f"?with={bureau.member.pk}" not in after
    for person in (bureau.officer, bureau.leader, bureau.member, bureau.supervisor):
        client.force_login(person.user)
        assert "还没有谈过" not in client.get("/research/talks/").content.decode()


# -- themes ----------------------------------------------------------------------------------------


def test_a_theme_becomes_a_problem_without_author_day_or_way_back(field):
    talk = talk_of(field)
    bureau = field.bureau
    for text in ("倒班太密影响休息", "安全帽发放不及时"):
        services.hold_theme(talk=talk, text=text, unit=bureau.branch, actor=bureau.secretary.user)
    audits = Act.objects.count()
    assert services.release_themes(on=date(2026, 11, 30)) == []
    stated = services.release_themes(on=date(2026, 12, 3))
    assert [p.text for p in stated] == ["倒班太密影响休息", "安全帽发放不及时"]
    problem = Problem.objects.get(text="倒班太密影响休息")
    assert (problem.source, problem.source_kind) == ("谈心谈话主题", "talk")
    assert (problem.origin_type, problem.origin_id, problem.created_by) == ("", None, None)
    assert problem.stated_on == date(2026, 12, 1)
    act = ProblemAct.objects.get(problem=problem)
    assert (act.actor, timezone.localdate(act.at)) == (None, date(2026, 12, 1))
    assert Entry.objects.get(source_id=problem.pk, kind="problem").recorded_by == ""
    assert not HeldTheme.objects.exists()
    assert services.release_themes(on=date(2026, 12, 4)) == []
    last = Act.objects.order_by("pk")[audits:]
    assert [row.actor for row in last] == [None] * len(last)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("林晓禾反映倒班太密", "林晓禾"),
        ("林 晓 禾反映倒班太密", "林晓禾"),
        ("方艳一那边也这样", "方艳一"),
        ("小林太累", "小林"),
        ("林师傅太累", "林师傅"),
        ("韩书记也知道", "韩书记"),
        ("电话19912345678", "19912345678"),
    ],
)
def test_a_theme_that_names_somebody_is_refused(field, text, found):
    with pytest.raises(ValidationError) as refused:
        services.hold_theme(
            talk=talk_of(field),
            text=text,
            unit=field.bureau.branch,
            actor=field.bureau.secretary.user,
        )
    assert found in refused.value.messages[0]
    assert not HeldTheme.objects.exists()


def test_the_form_takes_out_the_units_names_and_asks_to_read_it_over(client, field):
    talk = talk_of(field)
    client.force_login(field.bureau.secretary.user)
    sent = {"text": "许怡书和方艳一都说倒班太密", "unit": field.bureau.branch.pk}
    answer = client.post(f"/research/talks/{talk.pk}/theme/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "某同志和方艳一都说倒班太密" in page  # of another branch: to be taken out by hand
    assert "许怡书、方艳一" in page


def test_a_unit_so_small_that_it_names_its_people_is_refused(field):
    tiny = make_unit("小水电党支部", UnitKind.BRANCH, field.bureau.general_branch)
    lone = make_person("孔一人", tiny)
    talk = talk_of(field, partner=lone)
    with pytest.raises(ValidationError, match="so few members"):
        services.hold_theme(
            talk=talk, text="倒班太密", unit=tiny, actor=field.bureau.secretary.user
        )


# -- counts ----------------------------------------------------------------------------------------


def test_months_are_joined_until_three_persons_stand_behind_a_number():
    talks = [(1, 1, 1), (2, 2, 2), (2, 3, 3), (5, 1, 4), (6, 1, 5), (6, 2, 6), (6, 4, 7), (9, 9, 8)]
    spans = [(s.first, s.last, s.talks) for s in join_months(talks)]
    assert spans == [(1, 2, 3), (5, 9, 5)]


def test_the_month_that_runs_is_not_counted_yet(field):
    bureau = field.bureau
    for person in (bureau.member, bureau.colleague, make_person("又一人", bureau.branch)):
        talk_of(field, partner=person)
        talk_of(field, partner=person, on=date(2026, 11, 3))
    lines, total = queries.count_talks(bureau.committee, 2026, date(2026, 11, 21))
    assert total == 3
    assert [(line.unit, line.talks) for line in lines] == [(bureau.branch, 3)]


def test_two_talks_are_too_few_to_be_shown(client, field):
    talk_of(field)
    talk_of(field, partner=field.bureau.colleague)
    assert queries.count_talks(field.bureau.committee, 2026, date(2026, 11, 21)) == ([], None)
    client.force_login(field.bureau.officer.user)
    assert "人数太少，不显示" in client.get("/research/talks/counts/").content.decode()


@given(
    st.dictionaries(
        st.integers(1, 9),
        st.lists(st.tuples(st.integers(1, 12), st.integers(1, 8)), min_size=1, max_size=12),
        max_size=6,
    )
)
def test_every_shown_number_and_every_difference_of_two_stands_for_three_persons(given_talks):
    by_unit = defaultdict(list)
    everybody = []
    for unit, talks in given_talks.items():
        for month, partner in talks:
            row = (month, unit * 100 + partner, len(everybody))
            by_unit[Unit(pk=unit, path=f"/1/{unit}/")].append(row)
            everybody.append(row)
    lines, total = join_lines(by_unit)
    people = len({partner for _m, partner, _t in everybody})
    assert (total is None) == (people < LEAST)
    if total is None:
        return
    assert total == len(everybody)  # no talk is lost, so no difference tells of a hidden line
    assert sum(line.talks for line in lines) == total
    alone = {line.unit.pk for line in lines if line.unit is not None}
    for line in lines:
        rows = (
            by_unit[line.unit]
            if line.unit is not None
            else [row for unit, rows in by_unit.items() if unit.pk not in alone for row in rows]
        )
        assert len(rows) == line.talks == sum(span.talks for span in line.spans)
        for span in line.spans:
            inside = {p for m, p, _t in rows if span.first <= m <= span.last}
            assert len(inside) >= LEAST
