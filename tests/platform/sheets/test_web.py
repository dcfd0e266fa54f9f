"""The import pages, walked as an officer does: upload, preview, apply, mend, history, templates."""

import io
from urllib.parse import unquote

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linghang.platform.audit.models import Entry
from linghang.platform.sheets import authority, services
from linghang.platform.sheets.models import BatchState, ImportBatch
from linghang.platform.sheets.plan import registry
from tests.platform.sheets.counters import CounterSheet, counters, values

GOOD_AND_BAD = counters(["甲", 1], ["乙", "二"], ["丙", 3])


@pytest.fixture(autouse=True)
def _plans():
    with registry.only([CounterSheet()]):
        yield


@pytest.fixture
def officer(bureau, client):
    client.force_login(bureau.officer.user)
    return client


def send(client, *files, capture):
    with capture(execute=True):
        return client.post(
            reverse("sheets:upload"), {"workbooks": [SimpleUploadedFile(n, d) for n, d in files]}
        )


@pytest.fixture
def checked(officer, django_capture_on_commit_callbacks):
    send(officer, ("表.xlsx", GOOD_AND_BAD), capture=django_capture_on_commit_callbacks)
    return ImportBatch.objects.get()


def page(client, name, *args, status=200, query=""):
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status
    text = response.content.decode()
    assert "<c-" not in text
    assert "{%" not in text
    return text


def test_the_upload_page_offers_the_control_and_the_templates(officer):
    text = page(officer, "sheets:upload")
    assert 'type="file"' in text
    assert "multiple" in text
    assert f"{reverse('sheets:template')}?plan=counters" in text


def test_sending_files_checks_them_and_leads_to_the_preview(
    officer, django_capture_on_commit_callbacks
):
    response = send(
        officer,
        ("表.xlsx", GOOD_AND_BAD),
        ("二.xlsx", counters(["丁", 4])),
        capture=django_capture_on_commit_callbacks,
    )
    batch = ImportBatch.objects.get()
    assert (response.status_code, response["Location"]) == (
        302,
        reverse("sheets:batch", args=[batch.code]),
    )
    assert (batch.state, batch.files.filter(kind="upload").count(), batch.total("new")) == (
        BatchState.CHECKED,
        2,
        3,
    )


def test_sending_nothing_says_so(officer):
    response = officer.post(reverse("sheets:upload"), {})
    assert response.status_code == 422
    assert ImportBatch.objects.count() == 0


def test_the_preview_shows_counts_faults_and_the_buttons(officer, checked):
    text = page(officer, "sheets:batch", checked.code)
    for wanted in (
        "数值",
        "二",
        reverse("sheets:apply", args=[checked.code]),
        reverse("sheets:faulty", args=[checked.code]),
    ):
        assert wanted in text


def test_a_sheet_of_the_preview_is_a_tab(officer, checked):
    assert "?sheet=0" in page(officer, "sheets:batch", checked.code)
    assert "数值" in page(officer, "sheets:batch", checked.code, query="?sheet=0")
    assert page(officer, "sheets:batch", checked.code, query="?sheet=9x")


def test_applying_writes_the_good_rows(officer, checked, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = officer.post(reverse("sheets:apply", args=[checked.code]))
    assert response["Location"] == reverse("sheets:batch", args=[checked.code])
    assert values() == {"甲": 1, "丙": 3}
    assert reverse("sheets:apply", args=[checked.code]) not in page(
        officer, "sheets:batch", checked.code
    )


def test_applying_a_second_time_is_refused_with_a_reason(
    officer, checked, django_capture_on_commit_callbacks
):
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            response = officer.post(reverse("sheets:apply", args=[checked.code]), follow=True)
    assert [m.level_tag for m in response.context["messages"]] == ["error"]


def test_the_rows_to_mend_are_sent_and_the_download_is_recorded(officer, checked):
    response = officer.get(reverse("sheets:faulty", args=[checked.code]))
    assert openpyxl.load_workbook(io.BytesIO(response.content))["计数"]["A4"].value == "乙"
    assert checked.code in unquote(response["Content-Disposition"])
    assert response["Cache-Control"] == "private, no-store"
    assert Entry.objects.filter(verb="sheets.download").count() == 1


def test_cancelling_writes_nothing(officer, checked):
    officer.post(reverse("sheets:cancel", args=[checked.code]))
    checked.refresh_from_db()
    assert (checked.state, values()) == (BatchState.CANCELLED, {})


def test_while_a_job_works_the_page_shows_progress_and_polls(officer, bureau, checked):
    services.start_apply(
        checked, actor=bureau.officer.user, scope=authority.restored_scope(checked.scope)
    )
    assert reverse("sheets:progress", args=[checked.code]) in page(
        officer, "sheets:batch", checked.code
    )
    bar = page(officer, "sheets:progress", checked.code)
    assert "<html" not in bar
    assert "<progress" in bar
    officer.post(reverse("sheets:cancel", args=[checked.code]))
    response = officer.get(reverse("sheets:progress", args=[checked.code]))
    assert response["HX-Refresh"] == "true"
    checked.refresh_from_db()
    assert checked.state == BatchState.CHECKED


def test_work_that_died_may_be_checked_again(officer, checked, django_capture_on_commit_callbacks):
    ImportBatch.objects.update(state=BatchState.APPLYING)
    assert reverse("sheets:check", args=[checked.code]) in page(
        officer, "sheets:batch", checked.code
    )
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(reverse("sheets:check", args=[checked.code]))
    checked.refresh_from_db()
    assert checked.state == BatchState.CHECKED


def test_an_unusable_file_is_told_on_the_page(officer, django_capture_on_commit_callbacks):
    send(officer, ("报告.pdf", b"%PDF"), capture=django_capture_on_commit_callbacks)
    assert "报告.pdf" in page(officer, "sheets:batch", ImportBatch.objects.get().code)


def test_the_template_is_sent_for_all_plans_or_one(officer):
    response = officer.get(reverse("sheets:template"), {"plan": "counters"})
    assert openpyxl.load_workbook(io.BytesIO(response.content)).sheetnames == ["计数"]
    assert officer.get(reverse("sheets:template"), {"plan": "nothing"}).status_code == 404


def test_a_stranger_finds_no_import_and_a_member_may_not_import(bureau, client, checked):
    client.force_login(bureau.stranger.user)
    for name in ("batch", "progress", "faulty"):
        assert client.get(reverse(f"sheets:{name}", args=[checked.code])).status_code == 404
    for name in ("apply", "check", "cancel"):
        assert client.post(reverse(f"sheets:{name}", args=[checked.code])).status_code == 404
    assert checked.code not in page(client, "sheets:history")
    client.force_login(bureau.member.user)
    assert client.get(reverse("sheets:upload")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_history_costs_the_same_queries_for_any_number_of_imports(
    officer, bureau, rows, django_assert_num_queries, django_capture_on_commit_callbacks
):
    for number in range(rows):
        send(
            officer,
            ("表.xlsx", counters([f"名{number}", 1])),
            capture=django_capture_on_commit_callbacks,
        )
    officer.get(reverse("sheets:history"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as queries:
        page(officer, "sheets:history")
    assert sum("sheets_importbatch" in q["sql"] for q in queries.captured_queries) == 2
