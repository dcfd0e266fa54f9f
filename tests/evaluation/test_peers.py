"""Places, shares and limits in stored results: kept, explained, and corrected among frozen peers."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from linghang.evaluation import mapping, services
from linghang.evaluation.models import Correction
from linghang.evaluation.queries.schemes import load
from linghang.ledger import api as ledger
from linghang_core import scoring
from tests.evaluation import cases

RATERS = {
    "kinds": ["probe.deed"],
    "weights": [{"status": "self", "weight": "20"}, {"status": "branch", "weight": "80"}],
}


def compared(**changes):
    """Duties 70; deeds by the place among all branches 30; one in two may have five stars."""
    document = cases.unit_scheme(
        peer_groups=[{"code": "all", "title": cases.text("全体支部", "all"), "otherwise": True}],
        bands=[
            {"code": "A", "title": cases.text("五星"), "from": "65", "at_most": "0.5"},
            {"code": "B", "title": cases.text("四星"), "from": "60"},
            {"code": "C", "title": cases.text("三星"), "from": "0"},
        ],
        ties="all_out",
    )
    [deeds] = document["dimensions"][1]["criteria"]
    deeds |= {"score": {"rank": {"best": "30"}}, "missing": "leave_out"}
    document["dimensions"][2]["floor"] = "-1"
    return document | changes


@pytest.fixture
def published(bureau):
    cases.write_example(bureau)
    run = services.run_evaluation(
        scheme=cases.install(compared()),
        period=cases.OCTOBER,
        root=bureau.committee,
        actor=bureau.officer.user,
    )
    return services.publish_run(run=run, actor=bureau.officer.user)


def test_places_shares_and_limits_are_stored_and_read_again(bureau, published):
    scheme = load(published.run.scheme)
    own = published.run.scores.get(unit=bureau.branch)
    other = published.run.scores.get(unit=bureau.other_branch)
    # 52.50 + 30 for the first place − 1.50, held at −1
    assert (own.total, own.band, other.total, other.band) == (
        Decimal("81.50"),
        "A",
        Decimal("70.00"),
        "B",
    )
    assert (own.result["places"], own.result["limits"]) == ({"D2-1": [1, 2]}, [["D3", "0.50"]])
    assert (other.result["places"], other.result["held"]) == ({"D2-1": [2, 2]}, ["A", 2, 1])
    for score in (own, other):
        restored = mapping.restore_result(scheme, score.result)
        assert (
            mapping.store_result(restored) == score.result == json.loads(json.dumps(score.result))
        )
        shown = scoring.explain(scheme, restored, cases.OCTOBER)
        assert scoring.re_add(shown) == score.total
    assert shown.band_note.zh == (
        "总分达到“五星”，但“五星”不超过可比组参评数的 50%（参评 2 个，名额 1 个），名额已满，列为“四星”"
    )
    assert shown.dimensions[1].criteria[0].formula.text.zh == (
        "得分 = 30 − 30 × (2 − 1) ÷ (2 − 1) = 0（0，在可比组 2 个中由高到低列第 2）"
    )


def test_page_says_why_the_band_is_not_that_of_the_total(bureau, published, client):
    client.force_login(bureau.officer.user)
    other = published.run.scores.get(unit=bureau.other_branch)
    page = client.get(f"/evaluation/scores/{other.pk}/why/").content.decode()
    assert "“五星”不超过可比组参评数的 50%" in page
    scheme = client.get(f"/evaluation/schemes/{published.run.scheme_id}/").content.decode()
    assert "五星 ≥" in scheme
    assert "≤ 50%" in scheme
    assert "按可比组内位置计分，由高到低：首位 30 分，均匀递减至末位 0 分" in scheme


def test_one_corrected_among_the_frozen_others_moves_nobody_else(bureau, published):
    own = published.run.scores.get(unit=bureau.branch)
    other = published.run.scores.get(unit=bureau.other_branch)
    cases.record(bureau.other_branch, "probe.deed", quantity=800, person=bureau.colleague)
    correction = services.issue_correction(
        score=other, reason="补记志愿服务", actor=bureau.officer.user
    )
    assert (correction.new_total, correction.new_band) == (Decimal("100.00"), "A")
    assert correction.result["places"] == {"D2-1": [1, 2]}
    own.refresh_from_db()
    assert (own.total, own.band, own.result["places"]["D2-1"]) == (
        Decimal("81.50"),
        "A",
        [1, 2],
    )
    own.result["criteria"][1][0] = own.result["criteria"][1][1] = "900"  # behind the back
    own.save()
    assert services.verify_publication(publication=published).is_same
    own.result["criteria"][1][0], own.result["criteria"][1][1] = [500], "500"
    own.save()
    assert services.issue_correction(score=own, reason="复核", actor=None) is None
    assert Correction.objects.count() == 1


def test_new_measures_are_told_in_plain_words(db):
    rules = cases.unit_scheme()["dimensions"][1]["criteria"][0]
    words = []
    for measure in ({"average": {"kinds": ["probe.deed"]}}, {"raters": RATERS}):
        rule = rules | {"measure": measure, "missing": "leave_out", "points": "30"}
        document = compared()
        document["dimensions"][1]["criteria"] = [rule]
        loaded = scoring.load_scheme(document)
        told = mapping.describe_criterion(loaded.criterion("D2-1"), ledger.list_kinds(), {})
        words.append(told.measure)
    assert words == [
        "deed的平均值",
        "deed的平均评分：自评 20%、支部评 80%；未评分的一方，权重按比例分给其他方",
    ]
