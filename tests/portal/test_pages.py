"""Search, jobs, the audit trail, what waits, and one's own account: who finds what."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linghang.platform.audit import services as audit
from linghang.platform.audit.models import Entry
from linghang.platform.sheets.models import BatchState, ImportBatch
from linghang.platform.tasks import progress
from linghang.platform.tasks.models import Job, JobState
from tests.cast import make_person
from tests.portal.conftest import ask

pytestmark = pytest.mark.django_db


def get(client, who, name, *given, **query):
    client.force_login(getattr(who, "user", who))
    return client.get(reverse(f"portal:{name}", args=given), query)


def statuses(client, bureau, name, *given):
    cast = ("officer", "leader", "supervisor", "secretary", "member", "stranger", "administrator")
    return {who: get(client, getattr(bureau, who), name, *given).status_code for who in cast}


def count_queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


# -- search --------------------------------------------------------------------------------------


def found(response):
    return {
        group["title"]: [row["title"] for row in group["rows"]]
        for group in response.context["groups"]
    }


def test_search_groups_what_the_reader_sees(client, month):
    assert found(get(client, month.officer, "search", q="变电")) == {
        "组织": ["变电运维党支部", "变电一班党小组"],
        "任务": ["换届准备", "报送总结", "讲党课", "隐患排查", "结对共建"],
    }
    assert found(get(client, month.officer, "search", q="林晓禾")) == {
        "人员": ["林晓禾"],
        "台账": ["工作票填写不规范", "入户检查线路"],
    }


def test_search_by_a_member_finds_no_other_person_and_no_other_branch(client, month):
    assert found(get(client, month.member, "search", q="许怡书")) == {"台账": ["入户检查线路"]}
    assert found(get(client, month.member, "search", q="输电")) == {}
    assert found(get(client, month.member, "search", q="林晓禾"))["人员"] == ["林晓禾"]


def test_search_in_another_bureau_finds_nothing(client, month):
    assert found(get(client, month.stranger, "search", q="变电")) == {}
    assert found(get(client, month.stranger, "search", q="委员会")) == {
        "组织": ["中共示范乙供电公司委员会"]
    }


def test_search_without_a_find_says_what_to_do(client, bureau):
    assert "请减少字词" in get(client, bureau.officer, "search", q="无此单位").content.decode()
    assert "想找什么？" in get(client, bureau.officer, "search").content.decode()


def test_ten_of_a_sort_are_shown_with_a_link_to_all(client, month):
    for number in range(11):
        ask(month.branch, f"查漏补缺{number}", date(2026, 12, 1))
    (group,) = get(client, month.officer, "search", q="查漏补缺").context["groups"]
    assert (len(group["rows"]), group["more"]) == (10, True)
    assert client.get(group["all_url"]).context["table"].page.paginator.count == 11


def test_words_searched_for_are_escaped(client, bureau):
    content = get(client, bureau.officer, "search", q="<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in content


@pytest.mark.parametrize("more", [1, 3])
def test_search_asks_as_often_for_one_find_as_for_three(client, month, more):
    for number in range(more):
        make_person(f"林新{number}", month.branch)
        ask(month.branch, f"林区巡线{number}", date(2026, 12, 1))
    client.force_login(month.officer.user)
    assert count_queries(client, "/search/?q=林") == 9


# -- jobs ----------------------------------------------------------------------------------------


@pytest.fixture
def job(bureau):
    return Job.objects.create(
        kind="evaluation.run",
        title="评价 2026年10月",
        actor=bureau.officer.user,
        unit_path=bureau.committee.path,
        state=JobState.RUNNING,
    )


def test_own_jobs_are_seen_by_oneself_and_all_by_the_system_administrator(client, bureau, job):
    assert statuses(client, bureau, "job", job.pk) == {
        "officer": 200,
        "leader": 404,
        "supervisor": 404,
        "secretary": 404,
        "member": 404,
        "stranger": 404,
        "administrator": 200,
    }
    counts = {
        who: get(client, getattr(bureau, who), "jobs").context["table"].page.paginator.count
        for who in ("officer", "leader", "administrator")
    }
    assert counts == {"officer": 1, "leader": 0, "administrator": 1}


def test_a_job_shows_its_progress_and_asks_again_until_it_has_ended(client, bureau, job):
    progress.write(job.pk, done=3, total=4, message="变电运维党支部")
    page = get(client, bureau.officer, "job", job.pk).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "75%" in page
    assert "变电运维党支部" in page
    part = client.get(reverse("portal:job", args=[job.pk]), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, result={"rows": 628})
    part = client.get(reverse("portal:job", args=[job.pk]), headers={"HX-Request": "true"})
    assert "hx-trigger" not in part.content.decode()
    assert "628" in part.content.decode()


def test_a_failed_job_says_that_nothing_was_written(client, bureau, job):
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error="RuntimeError: disk full")
    page = get(client, bureau.officer, "job", job.pk).content.decode()
    assert "RuntimeError: disk full" in page
    assert "没有写入任何数据" in page


def test_a_waiting_job_is_cancelled_by_its_owner(client, bureau, job):
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    client.force_login(bureau.officer.user)
    response = client.post(reverse("portal:cancel-job", args=[job.pk]))
    assert (response.status_code, response["Location"]) == (302, f"/jobs/{job.pk}/")
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_a_job_of_somebody_else_cannot_be_cancelled(client, bureau, job):
    for who in (bureau.leader, bureau.member, bureau.stranger):
        client.force_login(who.user)
        assert client.post(reverse("portal:cancel-job", args=[job.pk])).status_code == 404
    client.force_login(bureau.officer.user)
    assert client.get(reverse("portal:cancel-job", args=[job.pk])).status_code == 405
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_jobs_are_filtered_by_state_and_kind(client, bureau, job):
    Job.objects.create(kind="ledger.sync_lake", title="ledger.sync_lake", state=JobState.DONE)
    rows = get(client, bureau.administrator, "jobs", state="done").context["table"].page
    assert [row.kind for row in rows] == ["ledger.sync_lake"]
    assert "更新事实文件" in get(client, bureau.administrator, "jobs").content.decode()
    rows = get(client, bureau.administrator, "jobs", kind="evaluation.run").context["table"].page
    assert [row.pk for row in rows] == [job.pk]


@pytest.mark.parametrize("more", [1, 3])
def test_the_list_of_jobs_asks_no_more_for_more_rows(client, bureau, more):
    for _ in range(more):
        Job.objects.create(kind="evaluation.run", actor=bureau.officer.user)
    client.force_login(bureau.administrator)
    assert count_queries(client, "/jobs/") == 6


# -- audit ---------------------------------------------------------------------------------------


@pytest.fixture
def acts(bureau):
    with transaction.atomic():
        return [
            audit.record(
                actor=bureau.secretary.user,
                verb="finish_task",
                label="讲党课",
                unit_path=bureau.branch.path,
                old={"state": "open"},
                new={"state": "done"},
                reason="已开展",
            ),
            audit.record(
                actor=bureau.stranger.user,
                verb="rename_unit",
                label="别处党支部",
                unit_path=bureau.stranger_committee.path,
            ),
            audit.record(actor=bureau.administrator, verb="create_user", label="新账号"),
        ]


def test_the_trail_is_read_by_supervisor_and_system_administrator(client, bureau, acts):
    assert statuses(client, bureau, "audit") == {
        "officer": 403,
        "leader": 403,
        "supervisor": 200,
        "secretary": 403,
        "member": 403,
        "stranger": 403,
        "administrator": 200,
    }
    refusal = get(client, bureau.officer, "audit").content.decode()
    assert "审计" in refusal


def test_the_trail_ends_where_the_readers_units_end(client, bureau, acts):
    labels = [
        row.object_label for row in get(client, bureau.supervisor, "audit").context["table"].page
    ]
    assert labels == ["讲党课"]
    assert get(client, bureau.supervisor, "act", acts[0].pk).status_code == 200
    for hidden in acts[1:]:
        assert get(client, bureau.supervisor, "act", hidden.pk).status_code == 404
    labels = [
        row.object_label for row in get(client, bureau.administrator, "audit").context["table"].page
    ]
    assert labels == ["新账号", "别处党支部", "讲党课"]


def test_an_act_shows_who_did_what_from_what_to_what_and_why(client, bureau, acts):
    page = get(client, bureau.supervisor, "act", acts[0].pk)
    assert page.context["changes"] == [("状态", "open", "done")]
    content = page.content.decode()
    for words in ("完成任务", "韩帆", "讲党课", "已开展"):
        assert words in content


def test_the_trail_is_filtered_by_act_words_and_days(client, bureau, acts):
    def labels(**query):
        page = get(client, bureau.administrator, "audit", **query).context["table"].page
        return [row.object_label for row in page]

    assert labels(verb="create_user") == ["新账号"]
    assert labels(q="韩帆") == ["讲党课"]
    assert labels(q="已开展") == ["讲党课"]
    assert labels(start="2100-01-01") == []
    assert labels(until="2000-01-01") == []
    assert labels(verb="no_such_act", q="讲党课") == ["讲党课"]


@pytest.mark.parametrize("more", [1, 3])
def test_the_trail_asks_no_more_for_more_rows(client, bureau, acts, more):
    with transaction.atomic():
        for number in range(more):
            audit.record(
                actor=bureau.officer.user,
                verb="change_unit",
                label=str(number),
                unit_path=bureau.branch.path,
            )
    client.force_login(bureau.supervisor.user)
    assert count_queries(client, "/audit/") == 6
    assert Entry.objects.filter(verb="change_unit").count() == more


# -- notices and account -------------------------------------------------------------------------


def groups(response):
    return {group["title"]: len(group["rows"]) for group in response.context["groups"]}


def test_notices_are_what_waits_for_each_reader(client, month, starred):
    ImportBatch.objects.create(
        code="20261120-0001",
        actor=month.officer.user,
        scope_path=month.committee.path,
        state=BatchState.CHECKED,
        counts=[{"sheet": "党员", "rows": 20, "faulty": 3}],
    )
    Job.objects.create(
        kind="evaluation.run", actor=month.officer.user, state=JobState.FAILED, error="x"
    )
    assert groups(get(client, month.officer, "notices")) == {"导入记录": 1, "失败的后台任务": 1}
    assert groups(get(client, month.secretary, "notices")) == {"本支部待办": 6, "我的得分": 1}
    assert groups(get(client, month.member, "notices")) == {"我负责的整改": 1, "我的得分": 1}
    assert groups(get(client, month.leader, "notices")) == {}


def test_an_empty_page_of_notices_says_that_nothing_waits(client, bureau):
    content = get(client, bureau.leader, "notices").content.decode()
    assert "没有待处理事项" in content


def test_my_account_leads_to_ones_own_page(client, bureau):
    client.force_login(bureau.member.user)
    assert client.get("/account/profile/")["Location"] == "/people/me/"
    client.force_login(bureau.administrator)
    assert client.get("/account/profile/")["Location"] == "/account/password/"


def test_every_address_the_shell_links_to_is_there(client, bureau):
    client.force_login(bureau.officer.user)
    content = client.get("/").content.decode()
    for address in ("/search/", "/notices/", "/account/profile/", "/account/logout/"):
        assert f'"{address}"' in content


def test_navigation_shows_jobs_and_audit_to_whoever_may_see_them(client, bureau):
    def links(who):
        client.force_login(getattr(who, "user", who))
        shell = client.get("/").context["shell"]
        return [link.name for link in shell.links], [link.name for link in shell.phone_links]

    everywhere, phone = links(bureau.administrator)
    assert {"home", "jobs", "audit", "users"} <= set(everywhere)
    assert phone[0] == "home"
    everywhere, phone = links(bureau.supervisor)
    assert "audit" in everywhere
    assert "jobs" not in everywhere
    everywhere, phone = links(bureau.secretary)
    assert phone == ["home", "ledger", "record", "tasks", "evaluation"]
    assert not {"jobs", "audit"} & set(everywhere)
