"""The pages on which a list is written, issued, changed and closed."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linghang.library.api import install_packs
from linghang.worklists import mapping, services
from linghang.worklists.enums import ListState, Owner
from linghang.worklists.mapping import IssueWarning
from linghang.worklists.models import Assignment, Draft, Item, Worklist
from linghang.worklists.services import drafting
from tests.worklists.test_issuing import draft, issue
from tests.worklists.test_packs import workbook


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def officer(client, bureau):
    client.force_login(bureau.officer.user)
    return client


@pytest.fixture
def written(bureau) -> Draft:
    return drafting.start_draft(
        title="四季度重点任务",
        kind="tasks",
        issuer=bureau.committee,
        rows=[mapping.write_row(draft()), mapping.write_row(draft("学习", Owner.MEMBER))],
        actor=bureau.officer.user,
    )


def test_from_a_template_to_an_issued_list_in_three_posts(officer, bureau):
    install_packs(["party-task-list"], actor=None)
    page = text(officer.get(reverse("worklists:start")))
    assert "党建工作任务一览表" in page
    assert "36" in page
    answer = officer.post(
        reverse("worklists:start"),
        {"issuer": bureau.committee.pk, "year": 2027, "template": "party-task-list"},
    )
    made = Draft.objects.get()
    assert answer.url == reverse("worklists:preview", args=[made.pk])
    page = text(officer.get(answer.url))
    assert "下发100项任务" in page
    answer = officer.post(answer.url, {"seen": made.version}, follow=True)
    assert Worklist.objects.get().title == "2027年党建工作任务一览表"
    assert "已下发：100项任务" in text(answer)


def test_a_secretary_issues_inside_the_own_branch_without_being_asked_where(client, bureau):
    client.force_login(bureau.secretary.user)
    page = text(client.get(reverse("worklists:start")))
    assert 'name="issuer"' not in page
    assert "变电运维党支部" in page
    answer = client.post(reverse("worklists:start"), {"year": 2026, "from": "nothing"})
    assert Draft.objects.get().issuer == bureau.branch
    assert answer.url == reverse("worklists:draft", args=[Draft.objects.get().pk])


def test_a_workbook_with_faults_is_refused_with_row_and_column_and_changes_nothing(officer, bureau):
    data = workbook((1, "", "做事", "", "火星党支部", "每月", "", ""))
    answer = officer.post(
        reverse("worklists:start"),
        {
            "issuer": bureau.committee.pk,
            "year": 2026,
            "from": "workbook",
            "workbook": SimpleUploadedFile("清单.xlsx", data),
        },
    )
    assert answer.status_code == 422
    assert "火星党支部" in text(answer)
    assert "责任对象" in text(answer)
    assert not Draft.objects.exists()


def test_a_workbook_becomes_a_draft_called_like_the_file(officer, bureau):
    data = workbook((1, "", "做事", "", "党员", "每月", "", ""))
    officer.post(
        reverse("worklists:start"),
        {
            "issuer": bureau.committee.pk,
            "year": 2026,
            "from": "workbook",
            "workbook": SimpleUploadedFile("四季度清单.xlsx", data),
        },
    )
    made = Draft.objects.get()
    assert (made.title, len(made.rows)) == ("四季度清单", 1)


def test_an_item_is_written_changed_and_taken_out(officer, bureau, written):
    add = reverse("worklists:add-draft-item", args=[written.pk])
    values = {
        "text": "报送总结",
        "owner": "units",
        "units": [bureau.branch.pk],
        "due_in": 10,
        "acceptance": "issuer",
        "required": "on",
        "seen": written.version,
    }
    assert officer.post(add, values).status_code == 302
    written.refresh_from_db()
    assert written.rows[2] == {
        "text": "报送总结",
        "units": [bureau.branch.pk],
        "due_in": 10,
        "acceptance": "issuer",
    }
    change = reverse("worklists:draft-item", args=[written.pk, 3])
    assert "报送总结" in text(officer.get(change))
    officer.post(change, values | {"text": "报送季度总结", "seen": written.version})
    drop = reverse("worklists:drop-draft-items", args=[written.pk])
    officer.post(drop, {"id": [1, 2], "seen": written.version + 1})
    written.refresh_from_db()
    assert [row["text"] for row in written.rows] == ["报送季度总结"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "due_on"),
        ({"due_in": 5, "cadence": "month"}, "cadence"),
        ({"due_in": 5, "owner": "post"}, "post"),
        ({"due_in": 5, "owner": "units"}, "units"),
        ({"due_in": 5, "owner": "persons", "persons": "查无此人"}, "persons"),
    ],
)
def test_an_item_that_says_not_whom_or_not_when_is_refused_at_its_field(
    officer, written, values, field
):
    address = reverse("worklists:add-draft-item", args=[written.pk])
    sent = {"text": "做事", "owner": "member", "acceptance": "none"} | values
    answer = officer.post(address, sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_persons_are_named_as_people_write_them(officer, bureau, written):
    address = reverse("worklists:add-draft-item", args=[written.pk])
    sent = {
        "text": "写材料",
        "owner": "persons",
        "persons": "林晓禾，许怡书",
        "due_in": 5,
        "acceptance": "none",
    }
    officer.post(address, sent)
    written.refresh_from_db()
    assert written.rows[2]["persons"] == [bureau.member.pk, bureau.colleague.pk]


def test_the_preview_of_a_draft_changed_by_somebody_else_is_not_issued(officer, written):
    page = reverse("worklists:preview", args=[written.pk])
    answer = officer.post(page, {"seen": written.version + 1})
    assert answer.status_code == 422
    assert not Worklist.objects.exists()


def test_a_warning_asks_for_its_reason_in_the_preview(officer, written, monkeypatch):
    monkeypatch.setattr(mapping.issue_checks, "_checks", [])
    mapping.register_issue_check(lambda *_given: [IssueWarning("超过本月上限")])
    page = reverse("worklists:preview", args=[written.pk])
    assert "超过本月上限" in text(officer.get(page))
    assert officer.post(page, {"seen": written.version}).status_code == 422
    officer.post(page, {"seen": written.version, "reason_over_cap": "上级急办"})
    assert Worklist.objects.get().reason_over_cap == "上级急办"


def test_a_long_list_is_issued_by_a_background_job(
    officer, written, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(drafting, "AT_ONCE", 3)
    page = reverse("worklists:preview", args=[written.pk])
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer.post(page, {"seen": written.version})
    assert answer.url == reverse("worklists:working", args=[written.pk])
    worklist = Worklist.objects.get()
    assert Assignment.objects.filter(worklist=worklist).count() == 8
    assert officer.get(answer.url).url == reverse("worklists:list", args=[worklist.pk])


def test_the_page_of_a_job_that_has_not_begun_shows_its_progress(officer, written, monkeypatch):
    monkeypatch.setattr(drafting, "AT_ONCE", 3)
    answer = officer.post(
        reverse("worklists:preview", args=[written.pk]), {"seen": written.version}
    )
    page = text(officer.get(answer.url))
    assert 'hx-trigger="every 2s"' in page
    officer.post(reverse("worklists:stop-working", args=[written.pk]))
    assert "没有下发" in text(officer.get(answer.url))


def test_a_draft_is_nobodys_but_who_may_issue_for_its_unit(client, bureau, written):
    client.force_login(bureau.secretary.user)
    assert client.get(reverse("worklists:draft", args=[written.pk])).status_code == 404


# -- issued ------------------------------------------------------------------------------------------------


def test_the_list_shows_items_numbers_and_what_is_late(officer, bureau):
    worklist = issue(bureau, draft(due_on=date(2026, 11, 1)), draft("学习", Owner.MEMBER))
    page = text(officer.get(reverse("worklists:list", args=[worklist.pk])))
    assert "0/3" in page
    assert "3项超期" in page
    cards = text(officer.get(reverse("worklists:lists")))
    assert "年度党建一览表" in cards
    assert "已完成0项，共8项" in cards


def test_a_strangers_list_is_not_found(client, bureau):
    worklist = issue(bureau, draft())
    client.force_login(bureau.stranger.user)
    for name in ("list", "matrix", "history", "extensions", "export", "list-tasks"):
        assert client.get(reverse(f"worklists:{name}", args=[worklist.pk])).status_code == 404
    assert "年度党建一览表" not in text(client.get(reverse("worklists:lists")))


def test_items_are_added_changed_and_withdrawn_with_their_reasons_in_the_history(officer, bureau):
    worklist = issue(bureau, draft())
    add = reverse("worklists:add-item", args=[worklist.pk])
    officer.post(
        add,
        {
            "text": "补充任务",
            "owner": "organisation",
            "due_on": "2026-12-25",
            "acceptance": "none",
            "required": "on",
            "reason": "上级新要求",
        },
    )
    item = Item.objects.get(text="补充任务")
    officer.post(
        reverse("worklists:change-item", args=[item.pk]),
        {"text": "补充任务二", "standard": "", "due_on": "2026-12-28", "reason": "写错了"},
    )
    officer.post(reverse("worklists:withdraw-item", args=[item.pk]), {"reason": "不再需要"})
    history = text(officer.get(reverse("worklists:history", args=[worklist.pk])))
    for word in ("上级新要求", "写错了", "不再需要", "补充任务"):
        assert word in history
    assert "不再需要" in text(officer.get(reverse("worklists:item", args=[item.pk])))


def test_without_a_reason_nothing_is_withdrawn(officer, bureau):
    item = issue(bureau, draft()).items.get()
    answer = officer.post(reverse("worklists:withdraw-item", args=[item.pk]), {"reason": ""})
    assert answer.status_code == 422
    item.refresh_from_db()
    assert item.withdrawn_on is None


def test_a_secretary_may_not_change_the_bureaus_list_and_is_told_why(client, bureau):
    item = issue(bureau, draft()).items.get()
    client.force_login(bureau.secretary.user)
    answer = client.get(reverse("worklists:withdraw-item", args=[item.pk]))
    assert answer.status_code == 403
    assert "党建专责" in text(answer)


def test_a_list_is_closed_on_its_page(officer, bureau):
    worklist = issue(bureau, draft())
    officer.post(reverse("worklists:close-list", args=[worklist.pk]), {"reason": "年度结束"})
    worklist.refresh_from_db()
    assert worklist.state == ListState.CLOSED
    assert reverse("worklists:add-item", args=[worklist.pk]) not in text(
        officer.get(reverse("worklists:list", args=[worklist.pk]))
    )


def test_a_later_day_asked_for_stands_on_its_tab(officer, bureau):
    worklist = issue(bureau, draft())
    task = Assignment.objects.get(unit=bureau.branch)
    services.ask_extension(
        task=task, new_due_on=date(2027, 1, 8), reason="人员抢修未归", actor=bureau.secretary.user
    )
    page = text(officer.get(reverse("worklists:extensions", args=[worklist.pk])))
    assert "人员抢修未归" in page
    assert reverse("worklists:task", args=[task.pk]) in page


def test_the_export_holds_items_and_matrix(officer, bureau):
    worklist = issue(bureau, draft(), draft("学习", Owner.MEMBER))
    answer = officer.get(reverse("worklists:export", args=[worklist.pk]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    items, matrix = (list(sheet.iter_rows(min_row=3, values_only=True)) for sheet in book)
    assert items[1][:3] == (1, None, "讲党课")
    assert items[1][7:] == (3, 0, 0)
    assert [row[0] for row in matrix[1:]] == [
        "生产党总支",
        "变电运维党支部",
        "输电运检党支部",
        "全部",
    ]
    assert matrix[2][1:] == (5, 0, 0, "进行中", "进行中 0/4")
    assert matrix[-1][1:] == (8, 0, 0, "0/3", "0/5")


def test_the_sheet_to_fill_in_is_sent(officer):
    answer = officer.get(reverse("worklists:sheet"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    written = "".join(str(cell.value) for row in book.active.iter_rows() for cell in row)
    assert "完成时限/频次" in written
