"""Findings, risk tables and rules come from packs; changed words are a new version."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml

import linghang.library
from linghang.platform.packs.services import check_pack, install_pack
from linghang.supervision.models import CommonFinding, HintRule, RiskPoint, RiskRule, RiskTemplate
from linghang.supervision.packs import NEEDED
from tests.supervision.conftest import ABSENT

SHIPPED = Path(linghang.library.__file__).parent / "packs" / "common-findings.yaml"


@pytest.fixture
def document(asked):
    found = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    found["version"] = "1.1.0"
    return found


def test_shipped_pack_has_44_findings_in_eight_categories_and_every_detector(document):
    findings = CommonFinding.objects.filter(retired=False)
    assert (findings.count(), findings.values("category_zh").distinct().count()) == (44, 8)
    assert set(findings.values_list("source_kind", flat=True)) == {"inspection", "audit"}
    assert all(each.form and each.check_how and each.basis for each in findings)
    assert (RiskRule.objects.count(), RiskTemplate.objects.count()) == (9, 20)
    assert set(HintRule.objects.values_list("detector", flat=True)) == set(NEEDED)


def test_changed_words_are_a_new_version_and_old_answers_keep_theirs(document, asked):
    asked.says(ABSENT)
    first = document["contents"]["common_findings"][0]["findings"][0]
    was, first["text"] = first["text"], "改过的表述"
    install_pack(document)
    rows = CommonFinding.objects.filter(code=first["code"]).order_by("pk")
    assert list(rows.values_list("version", "text", "retired")) == [
        ("1.0.0", was, True),
        ("1.1.0", "改过的表述", False),
    ]
    assert asked.own.answers.get().finding.text == was
    assert CommonFinding.objects.count() == 45


def test_rule_that_is_gone_retires_and_a_finding_that_comes_back_is_in_force_again(document):
    shorter = copy.deepcopy(document)
    shorter["contents"]["hint_rules"].pop()
    gone = shorter["contents"]["common_findings"][0]["findings"].pop(0)
    install_pack(shorter)
    assert HintRule.objects.filter(retired=False).count() == 5
    assert not CommonFinding.objects.filter(code=gone["code"], retired=False)
    document["version"] = "1.2.0"
    install_pack(document)
    assert HintRule.objects.filter(retired=False).count() == 6
    assert CommonFinding.objects.get(code=gone["code"], retired=False).version == "1.2.0"


def test_new_risk_table_leaves_levels_that_were_given(document, asked):
    from tests.supervision.test_risks import enter

    risk = enter(asked, 2, 2)
    for row in document["contents"]["risk_rules"]:
        row["level"] = "high"
    install_pack(document)
    assert RiskPoint.objects.get(pk=risk.pk).level == "middle"
    assert RiskRule.objects.get(likelihood=2, consequence=2).level == "high"


def test_double_codes_gaps_in_the_table_and_missing_numbers_are_named(document):
    contents = document["contents"]
    contents["common_findings"][1]["findings"][0]["code"] = "decision-relay"
    contents["risk_rules"].pop()
    contents["hint_rules"][0].pop("months")
    contents["hint_rules"][1]["per_cent"] = 90
    codes = [finding.code for finding in check_pack(document)]
    assert sorted(code for code in codes if code.startswith("supervision.")) == [
        "supervision.finding_double",
        "supervision.hint_numbers",
        "supervision.hint_numbers",
        "supervision.risk_table",
    ]
