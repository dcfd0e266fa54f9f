"""Sets of standards come from packs: a version never changes, a round goes on with its own."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml

import linghang.library
from linghang.diagnosis.models import Standard, StandardSet
from linghang.library.api import install_packs
from linghang.platform.packs.services import check_pack, install_pack
from tests.scenes.diagnosis import PACKS

SHIPPED = Path(linghang.library.__file__).parent / "packs" / "professional-diagnosis.yaml"


@pytest.fixture
def document(db):
    install_packs(PACKS, actor=None)
    return yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def test_shipped_pack_has_36_standards_in_six_fields_three_led_by_the_committee(document):
    standards = Standard.objects.filter(standard_set__code="professional")
    assert standards.count() == 36
    assert standards.values("field_zh").distinct().count() == 6
    assert list(standards.filter(lead="committee").values_list("number", flat=True)) == [
        "A-6",
        "B-2",
        "E-6",
    ]


def test_upgrade_is_a_new_version_beside_the_old_one(document):
    changed = copy.deepcopy(document)
    changed["version"] = "1.1.0"
    changed["contents"]["standard_sets"][0]["fields"][0]["standards"][0]["text"] = "改过的标准"
    install_pack(changed)
    assert list(StandardSet.objects.order_by("pk").values_list("version", "retired")) == [
        ("1.0.0", True),
        ("1.1.0", False),
    ]
    first = Standard.objects.filter(number="A-1").order_by("pk").values_list("text", flat=True)
    assert list(first) == ["安全责任清单落实到每个岗位，现行有效并经本人确认", "改过的标准"]


def test_double_numbers_and_unknown_or_sensitive_kinds_are_named(document):
    standards = document["contents"]["standard_sets"][0]["fields"][0]["standards"]
    standards[1]["number"] = "A-1"
    standards[2]["facts"] = ["record.nothing", "record.discipline"]
    document["version"] = "1.1.0"
    codes = [finding.code for finding in check_pack(document)]
    assert codes.count("diagnosis.number_double") == 1
    assert codes.count("diagnosis.fact_unknown") == 2
