"""From facts to a run: exact totals, the same facts the same digest, nothing half."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction
from django.urls import reverse

from linghang.cli import cli
from linghang.evaluation import mapping, services
from linghang.evaluation.enums import RunState, SchemeState
from linghang.evaluation.models import Run, Scheme, Score
from linghang.evaluation.queries import facts as fact_queries
from linghang.evaluation.services import running
from linghang.ledger.models import Fact
from linghang.org.enums import UnitKind
from linghang.org.models import UnitVersion
from linghang.platform.audit.models import Entry as AuditEntry
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.progress import JobCancelled
from linghang_core import scoring
from tests.cast import make_person, make_unit
from tests.evaluation import cases


def run(scheme, bureau, period=cases.OCTOBER, **more):
    return services.run_evaluation(
        scheme=scheme, period=period, root=bureau.committee, actor=bureau.officer.user, **more
    )


def totals(run):
    return {str(s): (s.total, s.band, s.reason, s.group) for s in run.scores.all()}


def test_units_get_the_worked_totals(bureau, flag):
    cases.write_example(bureau)
    done = run(flag, bureau)
    assert totals(done) == {
        "变电运维党支部": (Decimal("66.00"), "B", "", "field"),
        "输电运检党支部": (Decimal("70.00"), "B", "", "office"),
    }
    assert (done.state, done.subjects, done.rated) == (RunState.DONE, 2, 2)
    score = done.scores.get(unit=bureau.branch)
    restored = mapping.restore_result(services.load(flag), score.result)
    assert [(c.code, str(c.points)) for c in restored.criteria] == [
        ("D1-1", "52.50"),
        ("D2-1", "15.00"),
        ("D3-1", "-1.50"),
        ("D3-2", "0.00"),
    ]
    assert restored.subject.units == (bureau.branch.pk, bureau.group.pk)
    assert restored.subject.attributes == {
        "members": 4,
        "months_active": 202,
        "line_of_work": "station",
        "size": "small",
        "unit_kind": "branch",
    }


def test_persons_get_their_own_facts_and_never_a_position(bureau, star):
    cases.write_example(bureau)
    done = run(star, bureau)
    assert {str(s): (s.total, s.band, s.position, s.unit.name) for s in done.scores.all()} == {
        "韩帆": (Decimal("0.00"), "C", None, "变电运维党支部"),
        "林晓禾": (Decimal("50.00"), "C", None, "变电运维党支部"),
        "许怡书": (Decimal("0.00"), "C", None, "变电运维党支部"),
        "孟宇行": (Decimal("0.00"), "C", None, "变电运维党支部"),
        "方艳一": (Decimal("0.00"), "C", None, "输电运检党支部"),
    }


def test_database_refuses_a_position_for_a_person(bureau, star):
    done = run(star, bureau)
    with pytest.raises(IntegrityError, match="persons_are_never_ranked"), transaction.atomic():
        done.scores.filter(person=bureau.member.pk).update(position=1)


def test_units_in_one_peer_group_get_positions(bureau, flag):
    third = make_unit("信息通信党支部", UnitKind.BRANCH, bureau.committee)
    make_person("石一川", third)
    cases.record(third, "probe.deed", quantity=1000)
    done = run(flag, bureau)
    assert list(
        done.scores.filter(group="office")
        .order_by("position")
        .values_list("unit__name", "position")
    ) == [("信息通信党支部", 1), ("输电运检党支部", 2)]


def test_summary_counts_bands_and_medians_by_group(bureau, flag):
    cases.write_example(bureau)
    assert run(flag, bureau).summary["groups"] == [
        {
            "code": "field",
            "rated": 1,
            "not_rated": 0,
            "bands": {"A": 0, "B": 1, "C": 0},
            "lower_quartile": "66.00",
            "median": "66.00",
            "upper_quartile": "66.00",
            "dimensions": {"D1": "75.00", "D2": "50.00", "D3": None},
        },
        {
            "code": "office",
            "rated": 1,
            "not_rated": 0,
            "bands": {"A": 0, "B": 1, "C": 0},
            "lower_quartile": "70.00",
            "median": "70.00",
            "upper_quartile": "70.00",
            "dimensions": {"D1": "100.00", "D2": "0.00", "D3": None},
        },
    ]


def test_young_unit_is_not_rated(bureau, flag):
    UnitVersion.objects.filter(unit=bureau.other_branch).update(valid_from=date(2026, 9, 1))
    bureau.other_branch.established_on = date(2026, 9, 1)
    bureau.other_branch.save()
    done = run(flag, bureau)
    assert totals(done)["输电运检党支部"] == (None, "", "too_young", "office")
    assert (done.subjects, done.rated) == (2, 1)


def test_unit_closed_before_the_end_of_the_period_is_no_subject(bureau, flag):
    UnitVersion.objects.filter(unit=bureau.other_branch).update(valid_to=date(2026, 10, 31))
    assert list(totals(run(flag, bureau))) == ["变电运维党支部"]


def test_branch_under_a_rated_branch_counts_its_facts_once(bureau, flag):
    child = make_unit("变电二次党支部", UnitKind.BRANCH, bureau.branch)
    make_person("石一川", child)
    cases.record(child, "probe.duty", status="missed")
    cases.record(bureau.branch, "probe.duty", status="met")
    done = run(flag, bureau)
    duties = {
        str(s): s.result["criteria"][0][0]
        for s in done.scores.filter(unit__in=[bureau.branch, child])
    }
    assert duties == {"变电运维党支部": [1, 1], "变电二次党支部": [0, 1]}


def test_same_facts_give_the_same_run_and_digest(bureau, flag):
    cases.write_example(bureau)
    first = run(flag, bureau)
    again = run(flag, bureau)
    assert (again.pk, again.digest) == (first.pk, first.digest)
    assert (Run.objects.count(), Score.objects.count()) == (1, 2)


def test_facts_of_another_bureau_or_month_leave_the_digest(bureau, flag):
    cases.write_example(bureau)
    first = run(flag, bureau)
    cases.record(bureau.stranger_committee, "probe.duty", status="met")
    cases.record(bureau.branch, "probe.duty", status="met", on=date(2026, 11, 2))
    assert run(flag, bureau).pk == first.pk


def test_changed_facts_give_a_new_run_that_replaces_the_unpublished_one(bureau, flag):
    cases.write_example(bureau)
    first = run(flag, bureau)
    cases.record(bureau.branch, "probe.duty", status="missed")
    second = run(flag, bureau)
    first.refresh_from_db()
    assert (first.state, second.state) == (RunState.SUPERSEDED, RunState.DONE)
    assert totals(first)["变电运维党支部"][0] == Decimal("66.00")
    assert totals(second)["变电运维党支部"][0] == Decimal("55.50")  # 70 × 3/5 + 15 − 1.5


def test_late_fact_of_the_past_is_read_as_of_the_run(bureau, flag):
    cases.write_example(bureau)
    before = run(flag, bureau)
    cases.record(bureau.branch, "probe.duty", status="met")
    subject = mapping.restore_subject(before.scores.get(unit=bureau.branch).result)
    loaded = services.load(flag)
    plan = scoring.compile_scheme(loaded)

    def counted(seq):
        facts = list(fact_queries.list_facts_of(loaded, cases.OCTOBER, subject, seq))
        return fact_queries.count_atoms_of(plan, cases.OCTOBER, facts)

    assert counted(before.as_of_seq) == (3, 4, 500, 300, 0)
    assert counted(before.as_of_seq + 1) == (4, 5, 500, 300, 0)


def test_many_months_and_bureaus_at_once_equal_one_by_one(bureau, flag, star):
    cases.write_example(bureau)
    away = make_unit("营销党支部", UnitKind.BRANCH, bureau.stranger_committee)
    make_person("路远山", away)
    cases.record(away, "probe.duty", status="met")
    roots = [bureau.committee, bureau.stranger_committee]
    together = services.evaluate_months(
        schemes=[flag, star], periods=["2026-09", cases.OCTOBER], roots=roots, actor=None
    )
    found = {(r.scheme.code, r.period, r.root_id): r.digest for r in together}
    Run.objects.all().delete()
    one_by_one = {
        (scheme.code, period, root.pk): services.run_evaluation(
            scheme=scheme, period=period, root=root, actor=None
        ).digest
        for scheme in (flag, star)
        for period in ("2026-09", cases.OCTOBER)
        for root in roots
    }
    assert found == one_by_one
    assert len(found) == 8


def test_run_left_by_a_killed_process_is_taken_over(bureau, flag):
    cases.write_example(bureau)
    left = services.start_run(
        scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )
    done = run(flag, bureau)
    assert (done.pk, done.state, Run.objects.count()) == (left.pk, RunState.DONE, 1)
    assert totals(done)["变电运维党支部"][0] == Decimal("66.00")


def test_second_run_is_refused_while_the_job_of_the_first_is_at_work(bureau, flag):
    cases.write_example(bureau)
    first, second = (Job.objects.create(kind="evaluation.run", state="running") for _n in "12")
    begun = services.start_run(
        scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=None, job=first
    )
    with pytest.raises(services.EvaluationRefused, match="正在评价"):
        run(flag, bureau, job=second)
    (failed,) = services.evaluate_months(
        schemes=[flag], periods=[cases.OCTOBER], roots=[bureau.committee], actor=None
    )
    assert (failed.state, "正在评价" in failed.error) == (RunState.FAILED, True)
    begun.refresh_from_db()
    assert (begun.state, begun.job) == (RunState.RUNNING, first)
    assert run(flag, bureau, job=first).pk == begun.pk  # the worker takes its own up again


def test_cancelled_job_leaves_the_run_that_another_has_taken_over(bureau, flag):
    first, second = (Job.objects.create(kind="evaluation.run", state="running") for _n in "12")

    def overtake(done, total, message=""):
        Job.objects.filter(pk=first.pk).update(state="failed")  # given up while it still works
        services.start_run(
            scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=None, job=second
        )
        raise JobCancelled

    with pytest.raises(JobCancelled):
        run(flag, bureau, job=first, progress=overtake)
    assert list(Run.objects.values_list("state", "job")) == [(RunState.RUNNING, second.pk)]


def test_cancelled_run_leaves_nothing(bureau, flag):
    def stop(done, total, message=""):
        if done == 3:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        run(flag, bureau, progress=stop)
    assert (Run.objects.count(), Score.objects.count()) == (0, 0)


def test_failure_while_writing_leaves_the_running_row_only(bureau, flag, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(Score.objects, "bulk_create", fail)
        with pytest.raises(OSError, match="disk full"), transaction.atomic():
            run(flag, bureau)
    assert Score.objects.count() == 0
    assert run(flag, bureau).state == RunState.DONE


@pytest.mark.parametrize(
    ("period", "message"),
    [("2026Q3", "2026Q3"), ("2026-13", "2026"), ("2026-12", "12")],
)
def test_period_of_another_kind_or_in_the_future_is_refused(bureau, flag, period, message):
    with pytest.raises(services.EvaluationRefused, match=message):
        run(flag, bureau, period=period)
    assert Run.objects.count() == 0


def test_new_version_retires_the_old_and_runs_keep_theirs(bureau, flag):
    cases.write_example(bureau)
    old = run(flag, bureau)
    newer = cases.install(cases.unit_scheme(version="1.1.0", deduction_floor="-1"))
    flag.refresh_from_db()
    assert (flag.state, newer.state) == (SchemeState.RETIRED, SchemeState.ADOPTED)
    assert services.find_scheme("flag") == newer
    done = run(newer, bureau)
    old.refresh_from_db()
    assert totals(done)["变电运维党支部"][0] == Decimal("66.50")
    assert (old.state, old.scheme_id) == (RunState.SUPERSEDED, flag.pk)


def test_known_version_with_other_content_is_refused(flag):
    with pytest.raises(ValueError, match="give the changed scheme a new version"):
        cases.install(cases.unit_scheme(deduction_floor="-1"))


def test_same_version_twice_changes_nothing(flag):
    assert cases.install(cases.unit_scheme()) == flag
    assert (Scheme.objects.count(), AuditEntry.objects.filter(verb="adopt_scheme").count()) == (
        1,
        1,
    )


def test_run_overtaken_by_new_facts_says_by_how_many(bureau, flag, star, client):
    cases.write_example(bureau)
    away = make_unit("营销党支部", UnitKind.BRANCH, bureau.stranger_committee)
    make_person("路远山", away)
    roots = [bureau.committee, bureau.stranger_committee]
    runs = services.evaluate_months(
        schemes=[flag, star], periods=[cases.OCTOBER], roots=roots, actor=None
    )
    assert fact_queries.count_overtaking(runs) == {}
    cases.record(bureau.branch, "probe.duty", n=2, status="met")
    source = cases.record(bureau.branch, "probe.deed", quantity=500, person=bureau.member)
    cases.withdraw(source)
    cases.record(bureau.branch, "probe.duty", status="met", on=date(2026, 11, 2))  # another month
    cases.record(away, "probe.duty", status="met")
    found = fact_queries.count_overtaking(runs)
    told = {(r.scheme.code, r.root_id): found.get(r.pk, 0) for r in runs}
    assert told == {
        ("flag", bureau.committee.pk): 3,
        ("flag", bureau.stranger_committee.pk): 1,
        ("star", bureau.committee.pk): 1,
        ("star", bureau.stranger_committee.pk): 0,
    }
    own = next(r for r in runs if r.root_id == bureau.committee.pk and r.scheme_id == flag.pk)
    client.force_login(bureau.officer.user)
    page = client.get(reverse("evaluation:run", args=[own.pk])).text
    assert "本批次已过时：此后有 3 条事实录入或撤回" in page
    cycle = client.get(
        reverse("evaluation:index"), {"root": bureau.committee.pk, "period": cases.OCTOBER}
    ).text
    assert "已过时：此后 3 条事实有变动" in cycle
    assert "已过时：此后 1 条事实有变动" in cycle


def test_facts_recorded_while_a_run_counts_overtake_it(bureau, flag, monkeypatch):
    """They are neither counted nor within what the run says it is as of."""
    cases.write_example(bureau)
    last = Fact.objects.order_by("-seq").first().seq
    list_subjects = running.list_subjects

    def meanwhile(*args):
        cases.record(bureau.branch, "probe.duty", status="met")
        return list_subjects(*args)

    with monkeypatch.context() as patched:
        patched.setattr(running, "list_subjects", meanwhile)
        done = services.run_evaluation(
            scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=None
        )
    assert (done.as_of_seq, totals(done)["变电运维党支部"][0]) == (last, Decimal("66.00"))
    assert fact_queries.count_overtaking([done]) == {done.pk: 1}


def test_command_warns_of_an_overtaken_run_and_tells_a_failed_bureau_apart(
    bureau, flag, monkeypatch
):
    cases.write_example(bureau)
    assess = scoring.assess

    def break_one(scheme, period, subjects, *more):
        if not subjects:
            raise scoring.EvaluationError("示范原因")
        cases.record(bureau.branch, "probe.duty", status="met")
        return assess(scheme, period, subjects, *more)

    monkeypatch.setattr(scoring, "assess", break_one)
    result = CliRunner().invoke(cli, ["evaluate", "flag", "--period", "2026-10"])
    own, warning, other = result.output.splitlines()
    run = Run.objects.get(root=bureau.committee)
    assert own == (
        f"{bureau.committee.code} 中共示范甲供电公司委员会: 2 rated, 0 not rated, digest {run.digest}"
    )
    assert warning.startswith(
        f"Warning: {bureau.committee.code} 中共示范甲供电公司委员会 is overtaken: 1 "
    )
    assert other == f"{bureau.stranger_committee.code} 中共示范乙供电公司委员会: failed: 示范原因"
    assert result.exit_code == 1
    states = dict(Run.objects.values_list("root__name", "state"))
    assert states == {
        "中共示范甲供电公司委员会": RunState.DONE,
        "中共示范乙供电公司委员会": RunState.FAILED,
    }


def test_engine_is_on_record_and_never_in_the_digest(bureau, flag, settings):
    cases.write_example(bureau)
    first = run(flag, bureau)
    entry = AuditEntry.objects.get(verb="run_evaluation")
    assert (first.summary["engine"], entry.new["engine"]) == ("duckdb", "duckdb")
    Run.objects.all().delete()
    other = services.Counting(scoring.Engine.DUCKDB, "spark://elsewhere:7077")
    assert run(flag, bureau, counting=other).digest == first.digest
    settings.ENGINE = "abacus"
    with pytest.raises(services.EvaluationRefused, match=r"abacus.*duckdb, kernel, spark"):
        run(flag, bureau)
