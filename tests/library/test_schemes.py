"""The schemes to choose from: clean, worked in docs/schemes, and installed by name only."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from linghang.evaluation.models import Scheme
from linghang.library import api, queries
from linghang_core import scoring

PAGE = Path(__file__).parents[2] / "docs" / "schemes" / "README.md"
MEMBER = {"months_active": 60, "branch_line_of_work": "station"}
BRANCHES = [
    {"months_active": 60, "line_of_work": "station", "members": members} for members in (20, 12, 10)
]
SCHEMES = {  # the subjects of the table, the period, the standard in which seven others differ
    "scheme-fuyang": ([MEMBER] * 3, "2026Q4", "R1"),
    "scheme-hainan-branch": (BRANCHES, "2026", None),
    "scheme-qinghai-member": ([MEMBER] * 3, "2026-10", None),
    "scheme-star-shares": (BRANCHES, "2026", "C1"),
    "scheme-yongan": ([MEMBER] * 3, "2026", "W1"),
    "scheme-yueyang": ([MEMBER] * 3, "2026-10", None),
}


def load(code):
    [document] = queries.load_shipped(code)["contents"]["schemes"]
    return scoring.load_scheme(document)


def read_rows(code):
    """The rows of a scheme's table; limits have their words for a code."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {code}\n")[1].split("\n## ")[0]
    rows = [[c.strip() for c in row.split("|")[1:-1]] for row in re.findall(r"\|.*", section)[2:]]
    return {row[1] if row[0] == "限额" else row[0]: row[1:] for row in rows}


def read_atoms(scheme, rows, place, vary=None, less=0):
    """The numbers that a subject of the table brings; one of the others has `less` of `vary`."""
    plan = scoring.compile_scheme(scheme)
    atoms = [0] * len(plan.atoms)
    for rule, reading in zip(scheme.criteria, plan.readings, strict=True):
        cell = rows[rule.code][1 + 2 * place]
        numbers = [Decimal(one) for pair in cell.split(", ") for one in pair.split(" ÷ ")]
        numbers[0] -= less if rule.code == vary else 0
        for atom, number in zip(reading.places, numbers, strict=True):
            atoms[atom] = int(number * 100 if plan.atoms[atom].aggregate == "sum" else number)
    return tuple(atoms)


def assess(code):
    scheme, rows = load(code), read_rows(code)
    attributes, period, vary = SCHEMES[code]
    known = list(enumerate(attributes))
    counts = {number: read_atoms(scheme, rows, number) for number, _ in known}
    if vary:
        counts |= {3 + less: read_atoms(scheme, rows, 1, vary, less) for less in range(7)}
        known += [(3 + less, attributes[1]) for less in range(7)]
    subjects = [scoring.Subject(number, f"S{number}", own) for number, own in known]
    return scheme, rows, scoring.assess(scheme, period, subjects, counts, 1)


@pytest.mark.parametrize("code", SCHEMES)
def test_table_worked_by_hand_is_what_the_engine_computes(code):
    scheme, rows, results = assess(code)
    told = {scoring.State.LEFT_OUT: "–", scoring.State.ELSEWHERE: "另计"}
    for place, result in enumerate(results.subjects[:3]):
        for rule, item in zip(scheme.criteria, result.criteria, strict=True):
            assert rows[rule.code][0] == rule.title.zh
            shown = told.get(item.state, str(item.points))
            assert rows[rule.code][2 + 2 * place] == shown, (rule.code, place)
        explanation = scoring.explain(scheme, result, results.period)
        limits = {line.text.zh: str(line.points) for line in explanation.adjustments}
        printed = {
            name: cells[2 + 2 * place]
            for name, cells in rows.items()
            if cells[1] == "–" and cells[2 + 2 * place] != "0.00"
        }
        assert printed == limits
        band = scheme.band(result.band).title.zh
        assert rows["总分"][1 + 2 * place : 3 + 2 * place] == [band, str(result.total)]
        assert scoring.re_add(explanation) == result.total


def test_shares_of_ten_branches_are_one_four_and_three_stars():
    _, _, results = assess("scheme-star-shares")
    assert results.group("field").bands == {
        "five_star": 1,
        "four_star": 4,
        "three_star": 3,
        "no_star": 2,
    }
    places = [result.criterion("L2").place for result in results.subjects[:3]]
    assert [(one.number, one.of) for one in places] == [(1, 10), (2, 10), (10, 10)]


def test_yongan_reads_the_overlapping_band_as_85_to_89():
    bands = [(band.title.zh, str(band.lower), band.at_most) for band in load("scheme-yongan").bands]
    assert bands == [
        ("先锋", "100", Decimal("0.10")),
        ("优秀", "95", None),
        ("良好", "90", None),
        ("合格", "85", None),
        ("不合格", "0", None),
    ]


def test_schemes_are_installed_by_name_only_and_the_reason_is_shown(db):
    found = api.check_packs([queries.list_shipped()[code] for code in SCHEMES])
    assert [(one["file"], one["code"], one["severity"]) for one in found] == [
        ("scheme-yueyang.yaml", "deduction_without_floor", "warning")
    ]
    assert "岳阳县供电公司2024年办法扣分不设下限" in found[0]["message"]
    assert set(SCHEMES) & set(queries.list_standard()) == set()
    api.install_packs(list(SCHEMES))
    installed = Scheme.objects.values_list("code", "state")
    assert sorted(installed) == [
        (code, "adopted")
        for code in (
            "fuyang-points",
            "hainan-branch",
            "qinghai-member",
            "star-shares",
            "yongan-pioneer",
            "yueyang-member",
        )
    ]
    assert api.install_packs(list(SCHEMES)) == []
