"""Faults of a scheme as a Chinese reader is told them: none stays as the core says it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from linghang.evaluation.mapping import documents
from linghang.evaluation.mapping.faults import put_in_words, split_faults
from linghang_core.scoring import scheme
from tests.evaluation import cases

SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")


def spell(node: ast.expr) -> str:
    """A fault as it would read, with 7 for every number or code in it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr), ast.dump(node)
    return "".join(spell(one) if isinstance(one, ast.Constant) else "7" for one in node.values)


def list_fault_texts() -> list[str]:
    """Every text the core's scheme yields as a fault or raises as a message."""
    found = []
    for path in sorted(Path(scheme.__file__).parent.glob("*.py")):
        if path.name == "loading.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) != "message":
                continue
            if isinstance(node, ast.Assign | ast.Yield) and node.value is not None:
                found.append(spell(node.value))
    return found


def test_every_fault_the_core_can_tell_is_told_in_chinese():
    texts = list_fault_texts()
    assert len(texts) > 45
    with translation.override("zh-hans"):
        told = {one: put_in_words(one) for text in texts for one in split_faults(text)}
    assert [one for one, words in told.items() if words == one or SENTENCE.search(words)] == []
    assert len(told) == len(set(texts))  # none is torn at a semicolon of its own


def test_what_begins_from_nothing_is_named_in_both_languages():
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert documents.new_document("own-1")["title"] == cases.text("新方案", "New scheme")
            assert documents.new_criterion("D1-1")["title"] == cases.text("新指标", "New criterion")


@pytest.mark.parametrize(
    ("score", "points", "stretched"),
    [
        ({"proportional": {"target": "8"}}, "5", {"proportional": {"target": "8"}}),
        ({"threshold": {"at_least": "8"}}, "5", {"threshold": {"at_least": "8"}}),
        (
            {"steps": [{"from": "1", "points": "3"}, {"from": "2", "points": "10"}]},
            "5",
            {"steps": [{"from": "1", "points": "1.5"}, {"from": "2", "points": "5"}]},
        ),
        (
            {"per_unit": {"points": "0.5", "cap": "8"}},
            "5",
            {"per_unit": {"points": "0.5", "cap": "4"}},
        ),
        ({"per_unit": {"points": "0.5"}}, "5", {"per_unit": {"points": "0.5"}}),
        ({"rank": {"best": "10", "worst": "2"}}, "5", {"rank": {"best": "5", "worst": "1"}}),
        (
            {"rank": {"best": "10", "worst": "9.99"}},
            "0.01",
            {"rank": {"best": "0.01", "worst": "0"}},
        ),
        (
            {"percentile": [{"top": "0.3", "points": "10"}, {"top": "1", "points": "3"}]},
            "5",
            {"percentile": [{"top": "0.3", "points": "5"}, {"top": "1", "points": "1.5"}]},
        ),
    ],
)
def test_other_points_stretch_what_the_score_function_gives(score, points, stretched):
    places = {"missing": "zero"} if {"rank", "percentile"} & score.keys() else {}
    nature = "bonus" if "per_unit" in score else "basic"
    row = cases.deeds("D1-1", "10", nature=nature, score=score) | places
    document = cases.unit_scheme()
    document["dimensions"][0]["criteria"] = [row]
    assert documents.check_criterion(row)[1] == []
    found = documents.find_criterion(
        documents.set_points(document, {"D1-1": documents.Decimal(points)}), "D1-1"
    )
    assert (found["points"], found["score"]) == (points, stretched)
    assert documents.check_criterion(found)[1] == []
