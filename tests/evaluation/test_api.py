"""What the home page, the bulletin and the command line get."""

from __future__ import annotations

from decimal import Decimal

import pytest

from linghang.evaluation import api
from linghang.people.access import scope_of
from tests.conftest import TODAY
from tests.evaluation import cases


@pytest.fixture
def publication(bureau, flag):
    cases.write_example(bureau)
    (run,) = api.evaluate("flag", cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user)
    return api.publish_run(run=run, actor=bureau.officer.user)


def scope(person):
    return scope_of(person.user, TODAY)


def test_latest_score_names_what_would_change_it_most(
    bureau, publication, django_assert_num_queries
):
    asked = [bureau.branch.pk, bureau.other_branch.pk, bureau.group.pk]
    api.latest_scores(scope(bureau.officer), asked)  # the scheme is parsed once per process
    reader = scope(bureau.secretary)
    with django_assert_num_queries(2):
        found = api.latest_scores(reader, asked)
    own = found[bureau.branch.pk]
    assert (own.total, own.band, own.period, own.is_published) == (
        Decimal("66.00"),
        "四星",
        "2026-10",
        True,
    )
    assert (own.most.code, own.most.gain) == ("D1-1", Decimal("17.50"))
    assert set(found) == {bureau.branch.pk, bureau.other_branch.pk}


def test_mean_of_published_totals_is_rounded_half_up(bureau, publication):
    for unit, total in ((bureau.branch, "80.00"), (bureau.other_branch, "80.01")):
        publication.run.scores.filter(unit=unit).update(total=Decimal(total))
    found = api.mean_totals(scope(bureau.officer), [cases.OCTOBER, "2026-09"])
    assert found == [Decimal("80.01"), None]


def test_stranger_gets_no_scores(bureau, publication):
    assert api.latest_scores(scope(bureau.stranger), [bureau.branch.pk]) == {}


def test_own_latest_is_empty_until_published(bureau, star):
    cases.write_example(bureau)
    (run,) = api.evaluate("star", cases.OCTOBER, root=bureau.committee)
    assert api.my_latest(scope(bureau.member)) == []
    api.publish_run(run=run, actor=None)
    assert [one.total for one in api.my_latest(scope(bureau.member))] == [Decimal("50.00")]


def test_next_step_follows_the_month(bureau, flag):
    assert api.next_step(bureau.committee).step == "run"
    cases.write_example(bureau)
    (run,) = api.evaluate("flag", cases.OCTOBER, root=bureau.committee)
    assert api.next_step(bureau.committee).step == "publish"
    api.publish_run(run=run, actor=None)
    step = api.next_step(bureau.committee)
    assert (step.step, step.period, step.waiting) == ("object", "2026-10", 0)


def test_every_bureau_is_evaluated_when_none_is_named(bureau, flag):
    runs = api.evaluate("flag", cases.OCTOBER)
    assert [run.root.name for run in runs] == [
        "中共示范甲供电公司委员会",
        "中共示范乙供电公司委员会",
    ]


def test_explanation_of_a_subject_re_adds_and_is_plain_json(bureau, publication):
    import json

    found = api.explain_subject("flag", cases.OCTOBER, bureau.branch.code)
    assert (found["name"], found["total"], found["re_added"]) == (
        "变电运维党支部",
        "66.00",
        "66.00",
    )
    assert found["published"] == "2026-001"
    assert json.loads(json.dumps(found)) == found


def test_explanation_of_an_unknown_subject_is_refused(bureau, publication):
    with pytest.raises(api.EvaluationRefused, match="P99999"):
        api.explain_subject("flag", cases.OCTOBER, "P99999")


def test_scheme_that_is_not_in_force_is_refused(db):
    with pytest.raises(api.EvaluationRefused, match="nothing-such"):
        api.evaluate("nothing-such", cases.OCTOBER)


def test_published_results_are_the_frozen_ones_with_corrections_beside(bureau, publication):
    from linghang.evaluation import services

    cases.record(bureau.branch, "probe.duty", status="met")
    services.issue_correction(
        score=publication.run.scores.get(unit=bureau.branch), reason="补录", actor=None
    )
    found = api.published_results(publication)
    assert [(row.name, row.total, row.corrected_total) for row in found.rows] == [
        ("变电运维党支部", Decimal("66.00"), Decimal("69.50")),
        ("输电运检党支部", Decimal("70.00"), None),
    ]
    assert found.rows[0].points == (
        Decimal("52.50"),
        Decimal("15.00"),
        Decimal("-1.50"),
        Decimal("0.00"),
    )
    assert [(group.title, group.median) for group in found.groups] == [
        ("生产一线", Decimal("66.00")),
        ("机关职能", Decimal("70.00")),
    ]


def test_open_objections_are_counted_for_who_decides(bureau, publication):
    api.object_to(
        score=publication.run.scores.get(unit=bureau.branch),
        criterion="",
        text="请复核。",
        actor=bureau.secretary.user,
        scope=scope(bureau.secretary),
    )
    assert api.count_open_objections(scope(bureau.supervisor)) == 1
    assert api.count_open_objections(scope(bureau.stranger)) == 0
