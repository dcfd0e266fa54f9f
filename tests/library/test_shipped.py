"""The packs shipped with the product: clean, complete, and worked by hand in the docs."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from linghang.evaluation.models import Scheme as InstalledScheme
from linghang.library import api, queries
from linghang.platform.packs.findings import PackRefused
from linghang.platform.packs.services import list_packs
from linghang_core import scoring

PAGES = Path(__file__).parents[2] / "docs" / "practices"
INDICES = ("red-flag-index", "red-star-index")


def load(code):
    [document] = queries.load_shipped(code)["contents"]["schemes"]
    return scoring.load_scheme(document)


def read_rows(code):
    """The worked table of a scheme in P33.md: by first cell, its other cells."""
    page = (PAGES / "P33.md").read_text(encoding="utf-8")
    tables = re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)
    letter = load(code).criteria[0].code[0]
    [table] = [t for t in tables if f"\n| {letter}1-1 |" in t]
    rows = [[c.strip() for c in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


def read_atoms(scheme, rows, place):
    """The numbers that subject no. `place` of the table brings, by atom."""
    plan = scoring.compile_scheme(scheme)
    atoms = [0] * len(plan.atoms)
    for item, reading in zip(scheme.criteria, plan.readings, strict=True):
        parts = [Decimal(part) for part in rows[item.code][1 + 2 * place].split("÷")]
        for atom, number in zip((reading.of, reading.to), parts, strict=False):
            if atom is not None:
                hundredths = plan.atoms[atom].aggregate == "sum"
                atoms[atom] = int(number * 100 if hundredths else number)
    return atoms


SUBJECTS = {
    "red-flag-index": [
        {"members": 18, "months_active": 60, "line_of_work": "station"},
        {"members": 9, "months_active": 60, "line_of_work": "station"},
        {"members": 12, "months_active": 60, "line_of_work": "department"},
    ],
    "red-star-index": [
        {"months_active": 60, "branch_line_of_work": "station"},
        {"months_active": 60, "branch_line_of_work": "department"},
        {"months_active": 60, "branch_line_of_work": "station"},
    ],
}


@pytest.mark.parametrize("code", INDICES)
def test_table_worked_by_hand_is_what_the_engine_computes(code):
    scheme, rows = load(code), read_rows(code)
    subjects = [
        scoring.Subject(number, f"S{number}", attributes)
        for number, attributes in enumerate(SUBJECTS[code])
    ]
    counts = {s.id: read_atoms(scheme, rows, s.id) for s in subjects}
    results = scoring.assess(scheme, "2026-10", subjects, counts, 1)
    titles = {band.code: band.title.zh for band in scheme.bands}
    for subject, result in zip(subjects, results.subjects, strict=True):
        cell = 2 + 2 * subject.id
        for item, scored in zip(scheme.criteria, result.criteria, strict=True):
            assert rows[item.code][0] == item.title.zh
            expected = "–" if scored.state == "left_out" else str(scored.points)
            assert rows[item.code][cell] == expected, (item.code, subject.id)
        settlement = result.settlement
        assert rows["基本分"][cell] == str(settlement.basic)
        assert rows["加分"][cell] == str(settlement.bonus_counted)
        assert rows["扣分"][cell] == str(settlement.deduction_counted)
        assert rows["总分"][cell - 1 : cell + 1] == [titles[result.band], str(result.total)]


def test_year_worked_by_hand_is_what_the_engine_computes():
    scheme = load("party-performance")
    rows = {
        cells[0]: cells[1:]
        for line in (PAGES / "P34.md").read_text(encoding="utf-8").splitlines()
        if re.match(r"\| (Y\d-\d|总分) \|", line)
        for cells in [[cell.strip() for cell in line.split("|")[1:-1]]]
    }
    branch = scoring.Subject(0, "B", SUBJECTS["red-flag-index"][0])
    [found] = scoring.assess(scheme, "2026", [branch], {0: read_atoms(scheme, rows, 0)}, 1).subjects
    titles = {band.code: band.title.zh for band in scheme.bands}
    for item, scored in zip(scheme.criteria, found.criteria, strict=True):
        assert [rows[item.code][0], rows[item.code][2]] == [item.title.zh, str(scored.points)]
    assert rows["总分"][1:] == [titles[found.band], str(found.total)] == ["合格", "75.31"]


def test_indices_have_thirty_six_standards():
    assert [len(load(code).criteria) for code in INDICES] == [20, 16]


def test_bands_in_the_docs_are_those_of_the_schemes():
    page = (PAGES / "P33.md").read_text(encoding="utf-8")
    for code in INDICES:
        bands = load(code).bands
        for band, above in zip(bands[1:-1], bands, strict=False):
            assert f"| {band.title.zh} | {band.lower}以上、不足{above.lower} |" in page
        assert f"| {bands[0].title.zh} | {bands[0].lower}以上 |" in page
        assert f"| {bands[-1].title.zh} | 不足{bands[-2].lower} |" in page


@pytest.mark.parametrize(("code", "percent"), [("red-flag-index", 42), ("red-star-index", 25)])
def test_process_weighs_less_than_results(code, percent):
    assert scoring.measure_process_share(load(code)) * 100 == percent


@pytest.mark.parametrize("code", INDICES)
def test_every_standard_has_a_note_in_both_languages(code):
    assert [item.code for item in load(code).criteria if item.note is None] == []


def test_shipped_packs_pass_every_check_before_anything_is_installed(db):
    paths = queries.list_shipped()
    assert api.check_packs([paths[code] for code in queries.list_standard()]) == []


def test_all_packs_install_in_the_order_they_need_and_only_once(db):
    done = api.install_packs()
    assert sorted(done) == [f"{code} 1.0.0" for code in queries.list_standard()]
    assert done.index("organisation-life 1.0.0") < done.index("red-flag-index 1.0.0")
    assert api.install_packs() == []
    installed = set(InstalledScheme.objects.values_list("code", flat=True))
    assert installed >= {*INDICES, "party-performance", "red-flag-quarter"}


def test_list_for_the_command_line_says_what_is_shipped_and_installed(db):
    api.install_packs(["organisation-life"])
    [row] = [row for row in api.list_packs() if row["code"] == "organisation-life"]
    assert row == {
        "code": "organisation-life",
        "title": "组织生活",
        "practices": "P11",
        "shipped": "1.0.0",
        "installed": "1.0.0",
        "state": "installed",
    }


def test_unknown_code_installs_nothing(db):
    with pytest.raises(KeyError):
        api.install_packs(["organisation-life", "no-such-pack"])
    assert list_packs() == []


def test_changed_copy_of_a_shipped_pack_under_its_version_is_refused(db, tmp_path):
    api.install_packs(["organisation-life"])
    copy = tmp_path / "organisation-life.yaml"
    text = queries.list_shipped()["organisation-life"].read_text(encoding="utf-8")
    copy.write_text(text.replace("period: quarter", "period: year"), encoding="utf-8")
    with pytest.raises(PackRefused) as refusal:
        api.install_packs([str(copy)])
    assert [finding.code for finding in refusal.value.findings] == ["pack.same_version"]
