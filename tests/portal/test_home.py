"""The home page of each post: what it says, and that each number leads to as many things."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from linghang.activities.enums import ObligationState
from linghang.evaluation import api as evaluation
from linghang.evaluation.enums import ObjectionState
from linghang.evaluation.models import Objection
from linghang.org.enums import UnitKind
from linghang.people.models import Appointment
from linghang.platform.calendar import clock
from linghang.platform.sheets.models import BatchState, ImportBatch
from linghang.platform.tasks.models import Job, JobState
from linghang.portal.enums import Section
from linghang.portal.queries import course
from linghang.portal.web.views.home import greet
from linghang.worklists import api as worklists
from tests.cast import make_person, make_unit
from tests.portal.conftest import ask, find_fault, owe

pytestmark = pytest.mark.django_db


def home(client, who, **query):
    client.force_login(getattr(who, "user", who))
    return client.get("/", query)


def section(response, name):
    return next(s for s in response.context["sections"] if s.name == name)


def names(response):
    return [str(shown.name) for shown in response.context["sections"]]


def tiles(response, name):
    return {tile.label: tile for tile in section(response, name).context["tiles"]}


def values(response, name):
    return {label: tile.value for label, tile in tiles(response, name).items()}


def count_behind(client, tile):
    return client.get(tile.href).context["table"].page.paginator.count


# -- head and sections ---------------------------------------------------------------------------


def test_a_stranger_is_asked_to_sign_in(client, db):
    assert client.get("/")["Location"] == "/account/login/?next=/"


@pytest.mark.parametrize(
    ("hour_in_shanghai", "words"),
    [(4, "晚上好"), (5, "早上好"), (11, "早上好"), (12, "下午好"), (17, "下午好"), (18, "晚上好")],
)
def test_the_greeting_follows_the_hour_in_shanghai(hour_in_shanghai, words):
    moment = datetime(2026, 11, 21, (hour_in_shanghai - 8) % 24, 30, tzinfo=UTC)
    assert greet(moment, "韩帆") == f"{words}，韩帆"


def test_the_day_is_written_in_full_in_either_language(client, bureau):
    assert home(client, bureau.member).context["sub"] == "2026年11月21日 星期六"
    client.cookies["django_language"] = "en"
    assert home(client, bureau.member).context["sub"] == "Saturday, 21 November 2026"


def test_each_post_has_its_section(client, month):
    assert names(home(client, month.officer)) == ["officer"]
    assert names(home(client, month.leader)) == ["leader"]
    assert names(home(client, month.supervisor)) == ["supervisor"]
    assert names(home(client, month.secretary)) == ["branch", "member"]
    assert names(home(client, month.member)) == ["member"]
    assert names(home(client, month.administrator)) == ["system"]


def test_sections_of_several_posts_add_up_the_most_senior_first(client, month):
    for post in ("officer", "committee_leader"):
        Appointment.objects.create(
            person=month.secretary, unit=month.committee, post_id=post, valid_from=date(2024, 1, 1)
        )
    response = home(client, month.secretary)
    assert names(response) == ["leader", "officer", "branch", "member"]
    assert response.content.decode().count("lh-section-title") == 4


def test_a_log_in_without_a_post_is_told_whom_to_ask(client, bureau):
    person = make_person("岑无岗", username="nobody")
    response = home(client, person)
    assert names(response) == []
    assert "您还没有任职" in response.content.decode()


def test_no_page_shows_a_raw_component(client, month, published):
    for who in ("officer", "leader", "supervisor", "secretary", "member", "administrator"):
        content = home(client, getattr(month, who)).content.decode()
        assert "<c-" not in content
        assert "style=" not in content


# -- secretary -----------------------------------------------------------------------------------


def test_secretary_sees_what_waits_with_what_is_late_and_due_this_week(client, month):
    response = home(client, month.secretary)
    assert values(response, "branch") == {
        "待办任务": "3",
        "待销号问题": "1",
        "组织生活进度": "1/3",
        "支部指数": "–",
    }
    notes = {label: tile.note for label, tile in tiles(response, "branch").items()}
    assert notes["待办任务"] == "其中 1 项逾期 · 1 项本周到期"
    assert notes["待销号问题"] == "其中 1 项逾期"


def test_secretarys_list_is_in_the_order_of_due_dates(client, month):
    rows = section(home(client, month.secretary), "branch").context["due"]
    assert [(row["title"], row["due"], str(row["state"])) for row in rows] == [
        ("工作票填写不规范", date(2026, 11, 1), "overdue"),
        ("讲党课", date(2026, 11, 10), "overdue"),
        ("报送总结", date(2026, 11, 22), "open"),
        ("主题党日", date(2026, 11, 30), "open"),
        ("党小组会", date(2026, 11, 30), "open"),
        ("换届准备", date(2026, 12, 10), "open"),
    ]


def test_a_due_duty_leads_to_its_form_filled_in(client, month):
    rows = section(home(client, month.secretary), "branch").context["due"]
    href = next(row["href"] for row in rows if row["title"] == "主题党日")
    assert href == f"/activities/record/?unit={month.branch.pk}&kind=theme_day&on=2026-11-21"


def test_secretarys_numbers_lead_to_as_many_things(client, month):
    shown = tiles(home(client, month.secretary), "branch")
    assert count_behind(client, shown["待办任务"]) == 3
    assert count_behind(client, shown["待销号问题"]) == 1
    page = client.get(shown["组织生活进度"].href)
    assert page.status_code == 200
    assert page.content.decode().count("待开展") >= 2


def test_secretary_sees_the_index_and_the_one_thing_that_would_lift_it_most(
    client, month, published
):
    response = home(client, month.secretary)
    tile = tiles(response, "branch")["红旗指数"]
    assert (tile.value, tile.note) == ("66.00", "2026年10月 · 四星")
    score = published.run.scores.get(unit=month.branch)
    assert tile.href == reverse("evaluation:score", args=[score.pk])
    most = section(response, "branch").context["most"]
    # 70 points for duties, 3 of 4 done: 17.50 more; 30 for deeds, 5 of 10 hours: 15.00 more.
    assert (most["title"], most["gain"], most["points"], most["full"]) == (
        "按时完成",
        Decimal("17.50"),
        Decimal("52.50"),
        Decimal("70.00"),
    )
    assert most["url"] == f"{reverse('evaluation:why', args=[score.pk])}#D1-1"


def test_secretary_with_nothing_to_do_is_told_so(client, bureau):
    content = home(client, bureau.secretary).content.decode()
    assert "没有逾期，也没有待办。" in content
    assert "本月没有应开展的事项。" in content


def test_secretary_of_a_general_branch_sees_its_branches_side_by_side(client, month):
    head = make_person("周总支", month.general_branch, ("secretary",), username="head")
    response = home(client, head)
    shown = section(response, "branch").context
    assert [row[0] for row in shown["matrix"]["rows"]] == ["变电运维党支部", "输电运检党支部"]
    assert values(response, "branch") == {
        "待办任务": "4",
        "待销号问题": "1",
        "组织生活进度": "1/3",
    }
    assert shown["ticks"] == []


# -- officer -------------------------------------------------------------------------------------


def test_officer_sees_what_is_overdue_in_the_whole_bureau(client, month):
    response = home(client, month.officer)
    assert values(response, "officer") == {
        "逾期任务": "2",
        "逾期问题": "1",
        "导入待更正行": "0",
        "未决异议": "0",
    }
    shown = tiles(response, "officer")
    assert count_behind(client, shown["逾期任务"]) == 2
    assert count_behind(client, shown["逾期问题"]) == 1
    assert count_behind(client, shown["未决异议"]) == 0


def test_the_matrix_has_the_worst_first_and_each_cell_leads_to_as_many_rows(
    client, month, published
):
    matrix = section(home(client, month.officer), "officer").context["matrix"]
    rows = {name: [cell and cell["text"] for cell in cells] for name, _url, cells in matrix["rows"]}
    # 1/3 duties; of 3 tasks due since late August 1 in time; 1 problem; 66.00.
    assert rows == {
        "变电运维党支部": ["1/3", "33", "1", "66.00 四星"],
        "输电运检党支部": [None, "0", "0", "70.00 四星"],
    }
    assert list(rows) == ["变电运维党支部", "输电运检党支部"]
    assert matrix["late"] == 2
    _name, _url, (_duties, tasks, problems, index) = matrix["rows"][0]
    assert tasks["mark"] == problems["mark"] == "有逾期"
    assert client.get(tasks["url"]).context["table"].page.paginator.count == 3
    assert client.get(problems["url"]).context["table"].page.paginator.count == 1
    assert client.get(index["url"]).status_code == 200


def test_a_missed_duty_is_marked_in_the_matrix(client, month, kinds):
    owe(month.other_branch, kinds["theme_day"], "2026-11", date(2026, 11, 20))
    matrix = section(home(client, month.officer), "officer").context["matrix"]
    cells = {name: cells for name, _url, cells in matrix["rows"]}
    assert cells["输电运检党支部"][0]["text"] == "0/1"
    assert cells["输电运检党支部"][0]["mark"] == "有未完成"
    assert cells["变电运维党支部"][0]["mark"] == ""


def test_ten_worst_branches_are_shown_and_all_on_request(client, month):
    for number in range(11):
        make_unit(f"新设第{number + 1}党支部", UnitKind.BRANCH, month.general_branch)
    matrix = section(home(client, month.officer), "officer").context["matrix"]
    assert (len(matrix["rows"]), matrix["total"], matrix["is_cut"]) == (10, 13, True)
    matrix = section(home(client, month.officer, units="all"), "officer").context["matrix"]
    assert (len(matrix["rows"]), matrix["is_cut"]) == (13, False)


def test_officer_finds_the_next_step_of_the_evaluation_as_a_button(client, month):
    from tests.evaluation import cases

    flag = cases.install(cases.unit_scheme())
    cycle = section(home(client, month.officer), "officer").context["cycle"]
    assert (cycle["title"], cycle["button"]) == ("2026年10月评价", "开始评价")
    assert [step["state"] for step in cycle["steps"]] == ["done", "current", *["todo"] * 4]
    run = evaluation.run_evaluation(
        scheme=flag, period="2026-10", root=month.committee, actor=month.officer.user
    )
    cycle = section(home(client, month.officer), "officer").context["cycle"]
    assert cycle["button"] == "核对并公示"
    assert cycle["url"] == f"/evaluation/?root={month.committee.pk}&period=2026-10"
    evaluation.publish_run(run=run, actor=month.officer.user)
    cycle = section(home(client, month.officer), "officer").context["cycle"]
    assert [step["state"] for step in cycle["steps"]] == [*["done"] * 4, "current", "todo"]


def test_import_faults_wait_for_the_officer_who_may_see_the_import(client, month):
    ImportBatch.objects.create(
        code="20261120-0001",
        actor=month.officer.user,
        scope_path=month.committee.path,
        state=BatchState.CHECKED,
        counts=[{"sheet": "党员", "rows": 20, "faulty": 3}, {"sheet": "任职", "faulty": 1}],
    )
    response = home(client, month.officer)
    tile = tiles(response, "officer")["导入待更正行"]
    assert (tile.value, tile.href) == ("4", "/import/20261120-0001/")
    assert [row["meta"] for row in section(response, "officer").context["waiting"]] == [
        "4 行待更正"
    ]


def test_a_publication_whose_facts_changed_waits_for_the_officer(client, month, published):
    from tests.evaluation import cases

    assert section(home(client, month.officer), "officer").context["waiting"] == []
    cases.record(month.branch, "probe.duty", status="met")
    rows = section(home(client, month.officer), "officer").context["waiting"]
    assert [(row["title"], row["href"]) for row in rows] == [
        ("公示后事实有变动：红旗指数", reverse("evaluation:publication", args=[published.pk]))
    ]


def test_officer_of_an_empty_bureau_is_led_to_the_import(client, bureau):
    response = home(client, bureau.stranger)
    assert section(response, "officer").template == "portal/home/empty_bureau.html"
    content = response.content.decode()
    assert "中共示范乙供电公司委员会还没有党支部" in content
    assert 'href="/import/"' in content
    assert 'href="/import/template/"' in content


# -- leader --------------------------------------------------------------------------------------


def test_leader_sees_five_numbers_of_the_last_whole_month(client, month, published):
    response = home(client, month.leader)
    # Duties of October: 2 of 3; tasks 1 of 2; problems 1 of 2; 2 people × 2 hours; (66 + 70) / 2.
    assert values(response, "leader") == {
        "组织生活完成率": "66.7",
        "任务按时完成率": "50",
        "问题按期销号率": "50",
        "志愿服务时长": "4",
        "支部指数均值": "68.00",
    }
    shown = tiles(response, "leader")
    assert shown["组织生活完成率"].note == "目标 100% · 1 项未完成"
    assert shown["任务按时完成率"].note == "目标 100% · 2 项中 1 项"
    assert shown["志愿服务时长"].note == "目标 2.5 · 5名党员"
    assert count_behind(client, shown["任务按时完成率"]) == 2
    assert count_behind(client, shown["问题按期销号率"]) == 2
    assert count_behind(client, shown["志愿服务时长"]) == 1
    assert count_behind(client, shown["支部指数均值"]) == 2
    missed = client.get(shown["组织生活完成率"].href).content.decode()
    assert "输电运检党支部" in missed
    assert not re.search(r'<th scope="row".*变电运维党支部', missed)


def test_leader_sees_the_longest_overdue_three(client, month):
    ask(month.other_branch, "谈心谈话", date(2026, 9, 1))
    find_fault(month.other_branch, "学习记录不全", date(2026, 9, 5))
    rows = section(home(client, month.leader), "leader").context["late"]
    assert [(row["title"], row["meta"]) for row in rows] == [
        ("谈心谈话", "输电运检党支部"),
        ("学习记录不全", "输电运检党支部"),
        ("工作票填写不规范", "变电运维党支部"),
    ]


def test_leader_sees_the_units_that_rose_most_and_the_change_of_the_mean(client, bureau):
    from tests.evaluation import cases

    flag = cases.install(cases.unit_scheme())
    cases.write_example(bureau)
    cases.record(bureau.branch, "probe.duty", n=4, status="missed", on=date(2026, 9, 8))
    for period in ("2026-09", "2026-10"):
        run = evaluation.run_evaluation(
            scheme=flag, period=period, root=bureau.committee, actor=bureau.officer.user
        )
        evaluation.publish_run(run=run, actor=bureau.officer.user)
    response = home(client, bureau.leader)
    # September of the branch: no duty of 4 done, 5 hours of 10: 15.00; October: 66.00.
    rises = section(response, "leader").context["rises"]
    assert [(row["title"], row["change"], row["total"]) for row in rises] == [
        ("变电运维党支部", Decimal("51.00"), Decimal("66.00"))
    ]
    tile = tiles(response, "leader")["支部指数均值"]
    assert tile.value == "68.00"
    assert "+25.5" in tile.delta


def test_an_open_objection_waits_for_the_leader(client, month, published):
    Objection.objects.create(
        score=published.run.scores.get(unit=month.branch),
        text="10月党课已补开，请核对",
        raised_by=month.secretary.user,
        raised_at=clock.now(),
        state=ObjectionState.OPEN,
    )
    response = home(client, month.leader)
    rows = section(response, "leader").context["objections"]
    assert [row["title"] for row in rows] == ["10月党课已补开，请核对"]
    officer = tiles(home(client, month.officer), "officer")["未决异议"]
    assert (officer.value, count_behind(client, officer)) == ("1", 1)


def test_without_any_record_the_leaders_numbers_are_dashes_not_zeros(client, bureau):
    assert values(home(client, bureau.leader), "leader") == {
        "组织生活完成率": "–",
        "任务按时完成率": "–",
        "问题按期销号率": "–",
        "志愿服务时长": "0",
        "支部指数均值": "–",
    }


# -- member --------------------------------------------------------------------------------------


def test_member_sees_the_next_meeting_what_is_asked_and_own_hours(client, month):
    shown = section(home(client, month.member), "member").context
    assert [(row["title"], row["until"]) for row in shown["meetings"]] == [
        ("主题党日", "11-30前"),
        ("党小组会", "11-30前"),
    ]
    assert [row["title"] for row in shown["asked"]] == ["工作票填写不规范"]
    assert shown["hours"] == "2"
    page = client.get(shown["service_url"])
    assert [line["entry"].title for group in page.context["months"] for line in group["lines"]] == [
        "入户检查线路"
    ]


def test_member_sees_the_own_score_only_with_why_and_objection(client, month, starred):
    response = home(client, month.member)
    scores = section(response, "member").context["scores"]
    own = starred.run.scores.get(person=month.member)
    assert [(row["total"], row["why_url"], row["object_url"]) for row in scores] == [
        (
            own.total,
            reverse("evaluation:why", args=[own.pk]),
            reverse("evaluation:object", args=[own.pk]),
        )
    ]
    content = response.content.decode()
    for other in starred.run.scores.exclude(pk=own.pk):
        assert f"/evaluation/scores/{other.pk}/" not in content


def test_the_objection_link_goes_when_the_period_is_over(client, month, starred):
    starred.objections_until = date(2026, 11, 20)
    starred.published_on = date(2026, 11, 13)
    starred.save()
    scores = section(home(client, month.member), "member").context["scores"]
    assert [row["object_url"] for row in scores] == [""]


def test_a_new_member_is_told_when_numbers_will_come(client, bureau):
    content = home(client, bureau.member).content.decode()
    assert "目前没有待参加的会议" in content
    assert "本单位公示后显示在这里" in content
    assert "所在支部记录了您参加的服务活动后" in content


# -- supervisor, system --------------------------------------------------------------------------


def test_supervisor_sees_closures_publications_and_the_trail(client, month, published):
    response = home(client, month.supervisor)
    shown = tiles(response, "supervisor")
    assert {label: tile.value for label, tile in shown.items()} == {
        "已销号问题": "2",
        "逾期问题": "1",
        "待裁定异议": "0",
        "近7天审计记录": shown["近7天审计记录"].value,
    }
    assert shown["已销号问题"].note == "近30天 1 项"
    assert count_behind(client, shown["已销号问题"]) == 2
    assert count_behind(client, shown["近7天审计记录"]) == int(shown["近7天审计记录"].value) > 0
    context = section(response, "supervisor").context
    assert [(row["title"], row["is_late"]) for row in context["closures"]] == [
        ("台账缺页", True),
        ("记录补签", False),
    ]
    assert [row["title"] for row in context["publications"]] == ["红旗指数"]


def test_system_administrator_sees_health_and_no_party_data(client, month):
    response = home(client, month.administrator)
    lines = {row["title"]: row for row in section(response, "system").context["lines"]}
    assert lines["后台任务"]["meta"] == "运行中 0 个，排队 0 个 · 近7天无失败"
    assert lines["实践包"]["tone"] == "warn"
    assert lines["登录账号"]["meta"] == "8 个可登录 · 无锁定"
    assert month.branch.name not in response.content.decode()


def test_a_failed_job_is_seen_by_the_system_administrator(client, bureau):
    Job.objects.create(kind="evaluation.run", state=JobState.FAILED, error="RuntimeError: disk")
    response = home(client, bureau.administrator)
    line = section(response, "system").context["lines"][0]
    assert (line["tone"], line["href"]) == ("danger", "/jobs/?state=failed")
    assert client.get(line["href"]).context["table"].page.paginator.count == 1


# -- what was handed in, returned, asked in person ---------------------------------------------------


@pytest.fixture
def issue(month):
    def make(text, **item):
        draft = worklists.ItemDraft(text, **{"due_on": date(2026, 12, 18), **item})
        issued = worklists.issue_list(
            title=f"{text}清单",
            kind="tasks",
            issuer=month.committee,
            items=[draft],
            actor=month.officer.user,
        )
        return issued.assignments

    return make


def finish(task, actor):
    return worklists.finish_task(
        task=task, finished_on=date(2026, 11, 20), result="已完成。", actor=actor.user
    )


def test_what_was_returned_stands_first_in_the_branch(client, month, issue):
    ask(month.branch, "早到期", date(2026, 11, 20))
    task = issue("报送总结", owner="organisation", acceptance="issuer").get(unit=month.branch)
    worklists.return_task(
        task=finish(task, month.secretary), reason="缺签到表", actor=month.officer.user
    )
    first = section(home(client, month.secretary), "branch").context["due"][0]
    assert (first["title"], str(first["state"])) == ("报送总结", "returned")


def test_a_member_finds_the_own_open_task_at_home_and_the_branch_does_not_count_it(
    client, month, issue
):
    task = issue("重温入党誓词", owner="member").get(person=month.member)
    own = section(home(client, month.member), "member").context["tasks"]
    assert [row["title"] for row in own] == ["重温入党誓词"]
    assert own[0]["href"] == reverse("worklists:task", args=[task.pk])
    tasks = values(home(client, month.secretary), "branch")["待办任务"]
    finish(task, month.member)
    assert section(home(client, month.member), "member").context["tasks"] == []
    assert values(home(client, month.secretary), "branch")["待办任务"] == tasks


def test_the_officer_is_told_what_waits_for_acceptance(client, month, issue):
    tasks = issue("报送总结", owner="organisation", acceptance="issuer")
    finish(tasks.get(unit=month.branch), month.secretary)
    waiting = home(client, month.officer).context["waiting"]
    [line] = [line for line in waiting if "验收" in line["title"]]
    assert line["title"] == "1项任务待您验收"
    assert client.get(line["href"]).context["table"].page.paginator.count == 1


def test_the_secretary_is_told_what_members_handed_in(client, month):
    item = worklists.ItemDraft(
        "撰写心得", owner="member", acceptance="issuer", due_on=date(2026, 12, 18)
    )
    issued = worklists.issue_list(
        title="支部清单",
        kind="tasks",
        issuer=month.branch,
        items=[item],
        actor=month.secretary.user,
    )
    finish(issued.assignments.get(person=month.member), month.member)
    [line] = home(client, month.secretary).context["waiting"]
    assert line["title"] == "1项任务待您验收"


# -- cost ----------------------------------------------------------------------------------------

QUERIES = {"officer": 41, "leader": 25, "secretary": 43, "member": 16, "supervisor": 17}


@pytest.mark.parametrize("who", list(QUERIES))
@pytest.mark.parametrize("more", [1, 3])
def test_the_number_of_queries_does_not_grow(
    client, month, published, starred, connection, who, more
):
    for number in range(more):
        unit = make_unit(f"新设第{number + 1}党支部", UnitKind.BRANCH, month.general_branch)
        make_person(f"新人{number}", unit, ("member", "secretary"))
        for owner in (unit, month.branch):
            ask(owner, f"新任务{number}", date(2026, 11, 3 + number))
            find_fault(owner, f"新问题{number}", date(2026, 11, 3 + number))
    person = getattr(month, who)
    home(client, person)
    with CaptureQueriesContext(connection) as captured:
        client.get("/")
    assert len(captured) == QUERIES[who]


@pytest.fixture
def connection():
    from django.db import connection

    return connection


def test_shares_of_a_month_are_counted_by_the_due_day(month):
    from linghang.people.api import compute_scope

    scope = compute_scope(month.leader.user)
    months = course.last_months(2)
    paths = [month.committee.path]
    assert course.count_tasks(scope, paths, months) == [course.Share(), course.Share(2, 1)]
    assert course.count_cadence(scope, paths, months) == [course.Share(), course.Share(3, 2)]
    assert course.sum_service(scope, paths, months) == [Decimal(0), Decimal(4)]


def test_a_waived_duty_is_owed_by_nobody(month, kinds):
    from linghang.people.api import compute_scope

    duty = owe(
        month.other_branch,
        kinds["committee_meeting"],
        "2026-10",
        date(2026, 10, 31),
    )
    duty.state, duty.waiver_reason = ObligationState.WAIVED, "全员抢修"
    duty.save()
    shares = course.count_cadence(
        compute_scope(month.leader.user), [month.committee.path], course.last_months(1)
    )
    assert shares == [course.Share(3, 2)]


def test_headings_are_there_in_both_languages():
    with translation.override("en"):
        english = [section.label for section in Section]
    assert english[0] == "The bureau at a glance"
    assert Section.LEADER.label == "全局概览"
