"""Pages of documents: who makes and reads them, and that the list asks no more for more rows."""

from __future__ import annotations

import hashlib
from urllib.parse import unquote

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linghang.platform.audit.models import Entry as AuditEntry
from linghang.reports import services
from linghang.reports.mapping import BulletinOptions
from linghang.reports.models import Document
from tests.conftest import TODAY
from tests.reports.reading import read_lines, read_sheets

EVERYBODY = ("officer", "leader", "supervisor", "secretary", "member", "stranger")


def send(client, person, method, name, *given, **values):
    client.force_login(person.user)
    return getattr(client, method)(reverse(f"reports:{name}", args=given), values)


def statuses(client, bureau, method, name, *given):
    return {
        one: send(client, getattr(bureau, one), method, name, *given).status_code
        for one in EVERYBODY
    }


def file_name(response):
    return unquote(response["Content-Disposition"].split("''")[1])


@pytest.fixture
def bulletin(bureau, publications):
    return services.make_bulletin(run=publications[0].run, actor=bureau.officer.user)


@pytest.fixture
def draft(bureau, runs):
    return services.make_bulletin(run=runs[0], actor=bureau.officer.user)


@pytest.fixture
def book(bureau, publications):
    return services.make_score_book(
        run=publications[0].run, actor=bureau.officer.user, with_members=True
    )


# -- one click ----------------------------------------------------------------------------------


def test_publication_page_offers_the_documents_to_whoever_may_export_the_bureau(
    client, bureau, publications
):
    page = reverse("evaluation:publication", args=[publications[0].pk])
    buttons = {}
    for one in ("officer", "leader", "supervisor", "secretary", "member"):
        client.force_login(getattr(bureau, one).user)
        content = client.get(page).content.decode()
        buttons[one] = [
            name
            for name in ("prepare", "make_score_book", "make_bulletin")
            if reverse(f"reports:{name}", args=[publications[0].run_id]) + '"' in content
        ]
    everything = ["prepare", "make_score_book", "make_bulletin"]
    assert buttons == {
        "officer": everything,
        "leader": everything,
        "supervisor": [],
        "secretary": [],
        "member": [],
    }


def test_one_click_gives_the_bulletin_as_a_word_file(client, bureau, publications):
    response = send(client, bureau.officer, "post", "make_bulletin", publications[0].run_id)
    document = Document.objects.get()
    assert (response.status_code, file_name(response)) == (
        200,
        "关于2026年10月红旗指数和红星指数考评情况的通报.docx",
    )
    assert hashlib.sha256(response.content).hexdigest() == document.digest
    assert read_lines(response.content)[0] == document.title


def test_one_click_gives_the_score_book_with_members_to_whoever_sees_their_scores(
    client, bureau, publications
):
    response = send(client, bureau.officer, "post", "make_score_book", publications[0].run_id)
    assert list(read_sheets(response.content)) == [
        "汇总",
        "红旗指数",
        "红旗指数明细",
        "红星指数党员得分",
    ]
    response = send(
        client, bureau.officer, "post", "make_score_book", publications[0].run_id, members="no"
    )
    assert list(read_sheets(response.content)) == ["汇总", "红旗指数", "红旗指数明细"]


@pytest.mark.parametrize("name", ["make_bulletin", "make_score_book"])
def test_making_is_for_export_over_the_bureau(client, bureau, publications, name):
    assert statuses(client, bureau, "post", name, publications[0].run_id) == {
        "officer": 200,
        "leader": 200,
        "supervisor": 403,
        "secretary": 403,
        "member": 403,
        "stranger": 404,
    }
    assert send(client, bureau.officer, "get", name, publications[0].run_id).status_code == 405


def test_refusal_tells_the_secretary_why(client, bureau, publications):
    response = send(client, bureau.secretary, "post", "make_bulletin", publications[0].run_id)
    assert "导出" in response.content.decode()
    assert Document.objects.count() == 0


# -- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["document", "download"])
def test_bulletin_about_public_results_is_for_everybody_in_the_bureau(
    client, bureau, bulletin, name
):
    assert statuses(client, bureau, "get", name, bulletin.pk) == {
        **dict.fromkeys(EVERYBODY, 200),
        "stranger": 404,
    }


@pytest.mark.parametrize("name", ["document", "download"])
def test_draft_is_for_whoever_may_export_the_bureau(client, bureau, draft, name):
    assert statuses(client, bureau, "get", name, draft.pk) == {
        "officer": 200,
        "leader": 200,
        "supervisor": 404,
        "secretary": 404,
        "member": 404,
        "stranger": 404,
    }


@pytest.mark.parametrize("name", ["document", "download"])
def test_book_that_names_members_is_for_export_and_member_scores(client, bureau, book, name):
    assert statuses(client, bureau, "get", name, book.pk) == {
        "officer": 200,
        "leader": 200,
        "supervisor": 404,
        "secretary": 404,
        "member": 404,
        "stranger": 404,
    }


def test_each_download_that_names_members_is_recorded_others_are_not(
    client, bureau, book, bulletin
):
    send(client, bureau.leader, "get", "download", book.pk)
    send(client, bureau.leader, "get", "download", bulletin.pk)
    found = AuditEntry.objects.filter(verb="download_document")
    assert [(entry.actor, entry.object_id) for entry in found] == [(bureau.leader.user, book.pk)]


def test_page_shows_the_words_digest_and_results_of_the_document(client, bureau, bulletin):
    content = send(client, bureau.member, "get", "document", bulletin.pk).content.decode()
    for line in (
        "红旗指数参评党支部2个，评定2个，不评定0个。其中四星2个。2026年9月没有公示结果，不作比较。",
        "表3　生产一线红旗指数",
        bulletin.digest,
        reverse("evaluation:run", args=[bulletin.runs.first().pk]),
        reverse("reports:download", args=[bulletin.pk]),
    ):
        assert line in content


def test_page_of_a_book_shows_its_sheets_and_not_its_members(client, bureau, book):
    content = send(client, bureau.leader, "get", "document", book.pk).content.decode()
    assert "红星指数党员得分" in content
    assert [name for name in ("林晓禾", "许怡书") if name in content] == []


def test_list_shows_each_reader_what_may_be_opened(client, bureau, bulletin, book):
    shown = {}
    for one in EVERYBODY:
        content = send(client, getattr(bureau, one), "get", "index").content.decode()
        shown[one] = [
            document.kind
            for document in (bulletin, book)
            if reverse("reports:document", args=[document.pk]) in content
        ]
    assert shown == {
        "officer": ["bulletin", "score_book"],
        "leader": ["bulletin", "score_book"],
        "supervisor": ["bulletin"],
        "secretary": ["bulletin"],
        "member": ["bulletin"],
        "stranger": [],
    }


def test_list_filters_by_kind_and_period(client, bureau, bulletin, book):
    def shown(**query):
        content = send(client, bureau.officer, "get", "index", **query).content.decode()
        return [
            one.kind
            for one in (bulletin, book)
            if reverse("reports:document", args=[one.pk]) in content
        ]

    assert shown(kind="score_book") == ["score_book"]
    assert shown(period="2026-10") == ["bulletin", "score_book"]
    assert shown(period="2026-09") == ["bulletin", "score_book"]  # nobody offered it


def test_empty_list_says_what_to_do(client, bureau):
    content = send(client, bureau.officer, "get", "index").content.decode()
    assert "还没有公文" in content
    assert reverse("evaluation:index") in content


def test_anonymous_readers_are_asked_to_sign_in(client, bulletin):
    for name, given in (("index", []), ("document", [bulletin.pk]), ("download", [bulletin.pk])):
        assert client.get(reverse(f"reports:{name}", args=given)).status_code == 302


# -- options ------------------------------------------------------------------------------------


def test_form_is_prefilled_and_makes_the_bulletin_as_decided(client, bureau, publications):
    run = publications[0].run_id
    form = send(client, bureau.officer, "get", "prepare", run).context["form"]
    assert form.initial == {
        "dated": TODAY,
        "addressee": "各党总支、党支部",
        "copies_to": "",
        "red_header": False,
    }
    response = send(
        client,
        bureau.officer,
        "post",
        "prepare",
        run,
        dated="2026-11-20",
        addressee="各党支部",
        copies_to="党委办公室，纪委办公室。",
        red_header="on",
        number="示党[2026]第05号",
    )
    document = Document.objects.get()
    assert response["Location"] == reverse("reports:document", args=[document.pk])
    assert document.options == {
        "dated": "2026-11-20",
        "addressee": "各党支部",
        "red_header": True,
        "number": ["示党", 2026, 5],
        "copies_to": ["党委办公室", "纪委办公室"],
    }


@pytest.mark.parametrize("number", ["5号", "示党2026-5", "示党〔26〕5号", "示党〔2026〕0号"])
def test_number_that_is_none_is_asked_again(client, bureau, publications, number):
    response = send(
        client,
        bureau.officer,
        "post",
        "prepare",
        publications[0].run_id,
        dated="2026-11-20",
        addressee="各党支部",
        number=number,
    )
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["number"])
    assert Document.objects.count() == 0


def test_form_of_a_draft_asks_neither_for_header_nor_number(client, bureau, runs):
    form = send(client, bureau.officer, "get", "prepare", runs[0].pk).context["form"]
    assert list(form.fields) == ["dated", "addressee", "copies_to"]
    assert statuses(client, bureau, "get", "prepare", runs[0].pk) == {
        "officer": 200,
        "leader": 200,
        "supervisor": 403,
        "secretary": 404,  # may export the own branch only, and finds no draft of the bureau
        "member": 403,
        "stranger": 404,
    }


# -- constraints and queries --------------------------------------------------------------------


def test_bulletin_that_names_members_cannot_be_stored(bulletin):
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=bulletin.pk).update(names_members=True)


def test_same_file_cannot_be_stored_twice(bulletin):
    bulletin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        bulletin.save(force_insert=True)


def count_queries(client, person, name, *given):
    client.force_login(person.user)
    client.get(reverse(f"reports:{name}", args=given))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(reverse(f"reports:{name}", args=given)).status_code == 200
    return len(queries)


def test_list_asks_the_same_number_of_queries_for_one_and_three(client, bureau, publications):
    def make(addressee):
        return services.make_bulletin(
            run=publications[0].run,
            actor=bureau.officer.user,
            options=BulletinOptions(TODAY, addressee),
        )

    make("各党支部")
    one = count_queries(client, bureau.officer, "index")
    make("各党总支")
    make("各基层党组织")
    assert Document.objects.count() == 3
    assert (one, count_queries(client, bureau.officer, "index")) == (6, 6)


def test_making_asks_the_same_number_of_queries_for_more_branches(bureau, publish):
    from linghang.org.enums import UnitKind
    from tests.cast import make_person, make_unit
    from tests.evaluation import cases

    cases.write_example(bureau)
    first = publish()[0].run
    # The first document of a year opens its series of numbers.
    services.make_score_book(run=first, actor=bureau.officer.user, with_members=False)

    def count(run):
        with CaptureQueriesContext(connection) as queries:
            services.make_bulletin(run=run, actor=bureau.officer.user)
        return len(queries)

    one = count(first)
    for number in range(3):
        unit = make_unit(f"示范{number}党支部", UnitKind.BRANCH, bureau.general_branch)
        make_person(f"示范党员{number}", unit)
    # No public month stands before August either, so that both ask the same.
    assert (one, count(publish("2026-08")[0].run)) == (26, 26)
