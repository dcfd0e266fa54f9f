"""Pages of evaluation: what each reader finds, and that no list asks more for more rows."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from linghang.evaluation import services
from linghang.evaluation.enums import RunState
from linghang.evaluation.models import Objection, Publication, Run
from linghang.evaluation.queries.schemes import load
from linghang.org.enums import UnitKind
from linghang.platform.tasks.models import Job, JobState
from tests.cast import make_person, make_unit
from tests.evaluation import cases


@pytest.fixture
def example(bureau):
    cases.write_example(bureau)


@pytest.fixture
def run(bureau, flag, example):
    return services.run_evaluation(
        scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )


@pytest.fixture
def star_run(bureau, star, example):
    return services.run_evaluation(
        scheme=star, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )


@pytest.fixture
def publication(bureau, run):
    return services.publish_run(run=run, actor=bureau.officer.user)


@pytest.fixture
def star_publication(bureau, star_run):
    return services.publish_run(run=star_run, actor=bureau.officer.user)


def get(client, person, name, *given, **query):
    user = person if person.__class__.__name__ == "User" else person.user
    client.force_login(user)
    return client.get(reverse(f"evaluation:{name}", args=given), query)


def post(client, person, name, *given, **values):
    client.force_login(person.user)
    return client.post(reverse(f"evaluation:{name}", args=given), values)


def statuses(
    client,
    bureau,
    name,
    *given,
    who=("officer", "leader", "supervisor", "secretary", "member", "stranger"),
):
    return {one: get(client, getattr(bureau, one), name, *given).status_code for one in who}


def body(response):
    return " ".join(response.content.decode().split())  # as a browser shows it


# -- who sees what ------------------------------------------------------------------------------


def test_unpublished_unit_score_is_for_those_who_work_and_its_own_secretary(client, bureau, run):
    score = run.scores.get(unit=bureau.branch)
    for name in ("score", "why"):
        assert statuses(client, bureau, name, score.pk) == {
            "officer": 200,
            "leader": 200,
            "supervisor": 200,
            "secretary": 200,
            "member": 404,
            "stranger": 404,
        }
    other = run.scores.get(unit=bureau.other_branch)
    assert get(client, bureau.secretary, "score", other.pk).status_code == 404


def test_published_unit_score_is_for_everybody_in_the_bureau(client, bureau, publication):
    score = publication.run.scores.get(unit=bureau.other_branch)
    assert statuses(client, bureau, "why", score.pk) == {
        "officer": 200,
        "leader": 200,
        "supervisor": 200,
        "secretary": 200,
        "member": 200,
        "stranger": 404,
    }


def test_member_sees_own_score_once_published_and_nobody_elses(client, bureau, star_run):
    own = star_run.scores.get(person=bureau.member)
    colleague = star_run.scores.get(person=bureau.colleague)
    assert statuses(client, bureau, "score", own.pk) == {
        "officer": 200,
        "leader": 404,
        "supervisor": 404,
        "secretary": 404,
        "member": 404,
        "stranger": 404,
    }
    services.publish_run(run=star_run, actor=bureau.officer.user)
    for name in ("score", "why"):
        assert statuses(client, bureau, name, own.pk) == {
            "officer": 200,
            "leader": 200,
            "supervisor": 200,
            "secretary": 200,
            "member": 200,
            "stranger": 404,
        }
    assert get(client, bureau.member, "score", colleague.pk).status_code == 404
    assert get(client, bureau.member, "why", colleague.pk).status_code == 404
    assert (
        get(client, bureau.member, "evidence", colleague.pk, "D1-1", "counted").status_code == 404
    )
    assert get(client, bureau.member, "object", colleague.pk).status_code == 404


def test_member_finds_no_other_member_in_the_published_results(client, bureau, star_publication):
    page = body(get(client, bureau.member, "run", star_publication.run_id))
    assert "林晓禾" in page
    assert "许怡书" not in page
    page = body(get(client, bureau.member, "publication", star_publication.pk))
    assert "许怡书" not in page


def test_secretary_finds_the_members_of_the_own_branch_only(client, bureau, star_publication):
    page = body(get(client, bureau.secretary, "run", star_publication.run_id))
    assert "许怡书" in page
    assert "方艳一" not in page


def test_persons_cannot_be_put_in_the_order_of_their_points(client, bureau, star_publication):
    plain = body(get(client, bureau.officer, "run", star_publication.run_id))
    sorted_page = get(client, bureau.officer, "run", star_publication.run_id, sort="-total")
    table = sorted_page.context["table"]
    assert table.sort == "unit"
    assert "sort=total" not in plain


def test_there_is_no_matrix_of_persons(client, bureau, star_publication):
    assert get(client, bureau.officer, "matrix", star_publication.run_id).status_code == 404


def test_run_pages_of_an_unpublished_run_are_for_those_who_work(client, bureau, run):
    for name in ("run", "matrix"):
        assert statuses(client, bureau, name, run.pk) == {
            "officer": 200,
            "leader": 200,
            "supervisor": 200,
            "secretary": 404,
            "member": 404,
            "stranger": 404,
        }


def test_publication_is_for_the_bureau(client, bureau, publication):
    assert statuses(client, bureau, "publication", publication.pk) == {
        "officer": 200,
        "leader": 200,
        "supervisor": 200,
        "secretary": 200,
        "member": 200,
        "stranger": 404,
    }


def test_administrator_reads_schemes_and_no_scores(client, bureau, publication):
    score = publication.run.scores.first()
    assert get(client, bureau.administrator, "score", score.pk).status_code == 404
    assert get(client, bureau.administrator, "publication", publication.pk).status_code == 403
    assert get(client, bureau.administrator, "scheme", publication.run.scheme_id).status_code == 200


@pytest.mark.parametrize("name", ["index", "publications", "objections", "mine", "schemes"])
def test_pages_ask_to_sign_in(client, db, name):
    response = client.get(reverse(f"evaluation:{name}"))
    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:login"))


# -- the month ----------------------------------------------------------------------------------


def test_officer_goes_from_open_to_published_in_four_clicks(
    client, bureau, flag, star, django_capture_on_commit_callbacks
):
    cases.write_example(bureau)
    page = body(get(client, bureau.officer, "index"))
    assert reverse("evaluation:start") in page  # click 1: the page; click 2: run
    with django_capture_on_commit_callbacks(execute=True):
        started = post(
            client, bureau.officer, "start", root=bureau.committee.pk, period=cases.OCTOBER
        )
    job = Job.objects.get()
    assert started.url == reverse("evaluation:progress", args=[job.pk])
    followed = client.get(started.url)
    assert (
        followed.url == f"{reverse('evaluation:index')}?root={bureau.committee.pk}&period=2026-10"
    )
    page = client.get(followed.url)
    assert page.context["cycle"].step == "publish"  # click 3: publish, click 4: confirm
    ids = page.context["publishable"]
    client.post(reverse("evaluation:publish"), {"run": ids})
    assert Publication.objects.count() == 2
    assert client.get(followed.url).context["cycle"].step == "object"


def test_default_month_is_the_last_one_that_is_over(client, bureau, flag):
    assert get(client, bureau.officer, "index").context["period"] == "2026-10"


def test_changed_facts_make_the_next_step_another_run(client, bureau, run):
    cases.record(bureau.branch, "probe.duty", status="met")
    page = get(client, bureau.officer, "index")
    assert page.context["cycle"].step == "run"
    assert reverse("evaluation:start") in body(page)
    assert reverse("evaluation:publish") not in body(page)
    answer = post(client, bureau.officer, "publish", run=run.pk)  # from a page opened before
    assert "所依据的记录有变动（1条）。请重新计算2026年10月的评价" in body(client.get(answer.url))
    assert Publication.objects.count() == 0


def test_running_month_is_a_preview(client, bureau, flag):
    services.run_evaluation(
        scheme=flag, period="2026-11", root=bureau.committee, actor=bureau.officer.user
    )
    page = get(client, bureau.officer, "index", period="2026-11")
    assert page.context["cycle"].step == "record"
    assert reverse("evaluation:publish") not in body(page)


def test_after_the_period_the_next_step_is_final(client, bureau, publication, monkeypatch):
    monkeypatch.setenv("LINGHANG_TODAY", "2026-11-28")
    assert get(client, bureau.officer, "index", period="2026-10").context["cycle"].step == "finish"
    post(client, bureau.officer, "close", publication=publication.pk)
    assert get(client, bureau.officer, "index", period="2026-10").context["cycle"].step is None


def test_reader_without_work_goes_to_the_publications(client, bureau, flag):
    assert get(client, bureau.member, "index").url == reverse("evaluation:publications")


@pytest.mark.parametrize(
    ("who", "status"), [("leader", 403), ("secretary", 403), ("member", 403), ("stranger", 404)]
)
def test_only_the_officer_of_the_bureau_runs(client, bureau, flag, who, status):
    answer = post(client, getattr(bureau, who), "start", root=bureau.committee.pk, period="2026-10")
    assert (answer.status_code, Run.objects.count()) == (status, 0)


@pytest.mark.parametrize(
    ("who", "status"), [("supervisor", 403), ("secretary", 403), ("member", 403), ("stranger", 404)]
)
def test_others_do_not_publish(client, bureau, run, who, status):
    answer = post(client, getattr(bureau, who), "publish", run=run.pk)
    assert (answer.status_code, Publication.objects.count()) == (status, 0)


def test_evaluation_that_cannot_be_run_says_why(client, bureau, flag):
    answer = post(client, bureau.officer, "start", root=bureau.committee.pk, period="2026-12")
    assert answer.url.endswith("period=2026-12")
    assert Job.objects.count() == 0


def test_progress_of_a_stranger_is_not_found_and_cancelling_leaves_nothing(client, bureau, flag):
    job = Job.objects.create(
        kind="evaluation.run",
        params={"root": bureau.committee.pk, "period": "2026-10", "schemes": ["flag"]},
        actor=bureau.officer.user,
        unit_path=bureau.committee.path,
    )
    assert get(client, bureau.stranger, "progress", job.pk).status_code == 404
    assert get(client, bureau.officer, "progress", job.pk).status_code == 200
    post(client, bureau.officer, "cancel", job.pk)
    job.refresh_from_db()
    assert (job.state, Run.objects.count()) == (JobState.CANCELLED, 0)


def test_run_whose_job_fell_over_is_told_and_can_be_run_again(client, bureau, flag):
    job = Job.objects.create(kind="evaluation.run", state=JobState.FAILED, error="disk full")
    services.start_run(
        scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user, job=job
    )
    page = get(client, bureau.officer, "index")
    assert (page.context["cycle"].strands[0].running, page.context["cycle"].step) == (None, "run")
    assert "disk full" in body(page)


# -- why ----------------------------------------------------------------------------------------


def test_why_page_adds_up_to_the_published_total_and_lists_the_facts(client, bureau, publication):
    score = publication.run.scores.get(unit=bureau.branch)
    page = get(client, bureau.secretary, "why", score.pk)
    assert str(page.context["re_added"]) == "66.00"
    text = body(page)
    assert "70 × min(1, 3 ÷ 4) = 52.5" in text
    assert "probe.duty 2" in text
    duty = page.context["dimensions"][0][1][0]
    assert [(e.side, e.total) for e in duty.evidence] == [("counted", 3), ("unmet", 1)]


def test_member_of_another_branch_sees_points_but_no_records(client, bureau, publication):
    score = publication.run.scores.get(unit=bureau.other_branch)
    cases.record(bureau.other_branch, "probe.duty", status="met")
    page = get(client, bureau.member, "why", score.pk)
    assert page.context["may_see_facts"] is False
    assert "probe.duty 1" not in body(page)
    assert get(client, bureau.member, "evidence", score.pk, "D1-1", "counted").status_code == 404


def test_why_page_reads_the_frozen_snapshot_and_marks_changed_facts(client, bureau, publication):
    score = publication.run.scores.get(unit=bureau.branch)
    cases.record(bureau.branch, "probe.duty", status="met")
    page = get(client, bureau.officer, "why", score.pk)
    assert str(page.context["re_added"]) == "66.00"
    assert (page.context["changes"].count, str(page.context["changes"].would_be.total)) == (
        1,
        "69.50",
    )
    duty = page.context["dimensions"][0][1][0]
    assert duty.evidence[0].total == 3
    shown = get(client, bureau.officer, "publication", publication.pk)
    assert shown.context["changes"].count == 1


def test_confidential_facts_are_counted_and_not_shown(client, bureau, flag):
    cases.record(bureau.branch, "probe.case", person=bureau.colleague)
    run = services.run_evaluation(
        scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )
    score = run.scores.get(unit=bureau.branch)
    page = get(client, bureau.secretary, "why", score.pk)
    veto = page.context["dimensions"][2][1][1]
    assert [(e.total, e.confidential, list(e.facts)) for e in veto.evidence] == [(1, 1, [])]
    assert "probe.case 1" not in body(page)
    listed = get(client, bureau.secretary, "evidence", score.pk, "D3-2", "counted")
    assert "probe.case 1" not in body(listed)


def test_evidence_lists_the_facts_of_one_number(client, bureau, run):
    score = run.scores.get(unit=bureau.branch)
    page = get(client, bureau.officer, "evidence", score.pk, "D1-1", "counted")
    assert page.context["table"].page.paginator.count == 3
    page = get(client, bureau.officer, "evidence", score.pk, "D1-1", "unmet")
    assert page.context["table"].page.paginator.count == 1
    assert get(client, bureau.officer, "evidence", score.pk, "D1-1", "other").status_code == 404


# -- objections ---------------------------------------------------------------------------------


def test_member_objects_in_one_sentence_and_the_supervisor_decides(
    client, bureau, star_publication
):
    score = star_publication.run.scores.get(person=bureau.member)
    sent = post(
        client, bureau.member, "object", score.pk, criterion="D1-1", text="还有一次服务没有录入。"
    )
    objection = Objection.objects.get()
    assert sent.url == reverse("evaluation:objection", args=[objection.pk])
    assert statuses(client, bureau, "objection", objection.pk) == {
        "officer": 200,
        "leader": 200,
        "supervisor": 200,
        "secretary": 404,
        "member": 200,
        "stranger": 404,
    }
    cases.record(bureau.branch, "probe.deed", quantity=200, person=bureau.member)
    page = get(client, bureau.supervisor, "objection", objection.pk)
    assert str(page.context["changes"].would_be.total) == "70.00"
    post(
        client, bureau.supervisor, "objection", objection.pk, verdict="uphold", decision="已补录。"
    )
    objection.refresh_from_db()
    assert (objection.state, objection.changed) == ("upheld", True)
    shown = body(get(client, bureau.member, "score", score.pk))
    assert "50.00 → 70.00" in shown
    public = body(get(client, bureau.member, "publication", star_publication.pk))
    assert "50.00" in public
    others = body(get(client, bureau.leader, "publication", star_publication.pk))
    assert "林晓禾" in others


def test_officer_who_ran_the_evaluation_cannot_decide(client, bureau, star_publication):
    score = star_publication.run.scores.get(person=bureau.member)
    post(client, bureau.member, "object", score.pk, criterion="", text="请复核。")
    objection = Objection.objects.get()
    answer = post(
        client, bureau.officer, "objection", objection.pk, verdict="reject", decision="不"
    )
    assert answer.status_code == 403
    objection.refresh_from_db()
    assert objection.state == "open"


def test_objection_without_words_comes_back(client, bureau, star_publication):
    score = star_publication.run.scores.get(person=bureau.member)
    answer = post(client, bureau.member, "object", score.pk, criterion="", text="")
    assert (answer.status_code, Objection.objects.count()) == (422, 0)


def test_reader_of_a_branch_score_who_may_not_object_is_told_why(client, bureau, publication):
    score = publication.run.scores.get(unit=bureau.branch)
    refused = get(client, bureau.leader, "object", score.pk)
    assert refused.status_code == 403
    assert "可以对本人得分和所在支部的得分提出异议。" in body(refused)
    criteria = load(score.run.scheme).criteria
    for concerned in (bureau.member, bureau.secretary):
        page = body(get(client, concerned, "object", score.pk))
        assert all(f"{rule.code} {rule.title.zh}" in page for rule in criteria)


# -- other pages --------------------------------------------------------------------------------


def test_export_holds_every_criterion_and_adds_up(client, bureau, run):
    answer = get(client, bureau.officer, "export", run.pk)
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows[0][:4] == ["党支部", "可比组", "档", "总分"]
    found = {row[0]: row[3:8] for row in rows[1:]}
    assert found["变电运维党支部"] == [66, 52.5, 15, -1.5, 0]


@pytest.mark.parametrize(
    ("who", "status"), [("member", 403), ("stranger", 404), ("secretary", 404)]
)
def test_export_needs_its_permission(client, bureau, run, who, status):
    assert get(client, getattr(bureau, who), "export", run.pk).status_code == status


def test_own_page_shows_own_scores_and_the_branch(client, bureau, publication, star_publication):
    page = body(get(client, bureau.member, "mine"))
    assert "50.00" in page
    assert "变电运维党支部" in page
    assert "许怡书" not in page


def test_scheme_page_says_the_rules_in_plain_words(client, bureau, flag):
    page = body(get(client, bureau.member, "scheme", flag.pk))
    assert "《中国共产党支部工作条例（试行）》" in page
    assert "D1-1" in page


def test_panels_follow_the_same_rules(client, bureau, publication, star_publication):
    assert "66.00" in body(get(client, bureau.member, "unit_panel", bureau.branch.pk))
    assert get(client, bureau.stranger, "unit_panel", bureau.branch.pk).status_code == 404
    assert "50.00" in body(get(client, bureau.member, "person_panel", bureau.member.pk))
    assert get(client, bureau.member, "person_panel", bureau.colleague.pk).status_code == 404
    assert get(client, bureau.stranger, "person_panel", bureau.member.pk).status_code == 404


def test_superseded_run_says_so(client, bureau, run):
    cases.record(bureau.branch, "probe.duty", status="met")
    services.run_evaluation(
        scheme=run.scheme, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )
    run.refresh_from_db()
    assert run.state == RunState.SUPERSEDED
    assert get(client, bureau.officer, "run", run.pk).status_code == 200


def test_no_page_shows_raw_components(client, bureau, publication, star_publication):
    score = publication.run.scores.get(unit=bureau.branch)
    pages = [
        ("index",),
        ("publications",),
        ("objections",),
        ("mine",),
        ("schemes",),
        ("scheme", publication.run.scheme_id),
        ("run", publication.run_id),
        ("matrix", publication.run_id),
        ("publication", publication.pk),
        ("score", score.pk),
        ("why", score.pk),
        ("unit_panel", bureau.branch.pk),
    ]
    for name, *given in pages:
        assert "<c-" not in body(get(client, bureau.officer, name, *given)), name


QUERIES = {
    "index": 9,
    "run": 7,
    "matrix": 6,
    "why": 10,
    "score": 10,
    "publication": 10,
    "publications": 5,
}


@pytest.mark.parametrize("branches", [1, 3])
def test_number_of_queries_does_not_grow_with_rows(client, bureau, flag, branches):
    for number in range(branches):
        unit = make_unit(f"第{number}党支部", UnitKind.BRANCH, bureau.committee)
        make_person(f"党员{number}", unit)
        cases.record(unit, "probe.duty", n=3, status="met")
        cases.record(unit, "probe.deed", on=date(2026, 9, 1))
    cases.write_example(bureau)
    run = services.run_evaluation(
        scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )
    publication = services.publish_run(run=run, actor=bureau.officer.user)
    score = run.scores.get(unit=bureau.branch)
    given = {
        "run": [run.pk],
        "matrix": [run.pk],
        "why": [score.pk],
        "score": [score.pk],
        "publication": [publication.pk],
    }
    client.force_login(bureau.officer.user)
    client.get(reverse("evaluation:why", args=[score.pk]))  # fills what a process keeps
    found = {}
    for name in QUERIES:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(f"evaluation:{name}", args=given.get(name, [])))
        found[name] = len(queries)
    assert found == QUERIES
