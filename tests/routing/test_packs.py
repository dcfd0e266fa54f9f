"""The sections of routing: what a pack must say, and what installing and upgrading change."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml

import linghang.library
from linghang.platform.packs.findings import PackRefused
from linghang.platform.packs.services import check_pack, install_pack
from linghang.routing.models import Case, Category, StageLimit

SHIPPED = Path(linghang.library.__file__).parent / "packs" / "problem-routing.yaml"


@pytest.fixture
def document():
    return yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_shipped_pack_gives_seven_categories_and_a_limit_for_every_stage(document):
    install_pack(document)
    assert Category.objects.filter(retired=False).count() == 7
    assert StageLimit.objects.count() == 18
    urgent = StageLimit.objects.get(urgency="urgent", stage="solving")
    assert (urgent.minutes, urgent.escalate_to) == (840, "back")


@pytest.mark.django_db
def test_missing_and_double_limits_are_named(document):
    limits = document["contents"]["case_limits"]
    limits[1] = copy.deepcopy(limits[0])
    with pytest.raises(PackRefused):
        install_pack(document)
    found = {(each.code, each.place) for each in check_pack(document)}
    assert ("routing.limit_missing", "contents.case_limits") in found
    assert ("routing.limit_double", "contents.case_limits[1]") in found


@pytest.mark.django_db
@pytest.mark.parametrize("solver", [{"by": "name"}, {"by": "coverage", "words": ["配电"]}])
def test_rule_by_name_has_words_and_one_by_coverage_none(document, solver):
    row = document["contents"]["case_categories"][0]
    row["solvers"] = [{**solver, "why": {"en": "x", "zh": "x"}}]
    assert any(
        each.place.startswith("contents.case_categories[0]") for each in check_pack(document)
    )


def test_upgrade_retires_a_category_and_leaves_running_clocks(way, document):
    case = way.raise_()
    due = case.stage_due_at
    document["version"] = "1.1.0"
    document["contents"]["case_categories"] = document["contents"]["case_categories"][1:]
    for row in document["contents"]["case_limits"]:
        row["hours"] = "1"
    install_pack(document)
    case = Case.objects.select_related("category").get(pk=case.pk)
    assert case.category.retired
    assert case.stage_due_at == due
