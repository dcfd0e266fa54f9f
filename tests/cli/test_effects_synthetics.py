"""`linghang effects sc` and `sdid` as other programs call them."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from linghang.cli import cli

SMOKING = Path(__file__).parents[1] / "core" / "effects" / "data" / "smoking.csv"
COLUMNS = ("--unit", "state", "--time", "year", "--outcome", "packs")
CALIFORNIA = ("--treated-unit", "California", "--treated-from", 1989)
AGREED = [
    "estimate",
    "se",
    "se_recipe",
    "ci_low",
    "ci_high",
    "p_value",
    "p_kind",
    "weights",
    "time_weights",
    "effects",
    "diagnostics",
    "verdict",
    "notes",
]


def run(*words: object):
    return CliRunner().invoke(cli, ["effects", *(str(word) for word in words)])


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    fixed = ["state", "income", "price", "young", "beer"]
    return pd.read_csv(SMOKING).melt(id_vars=fixed, var_name="year", value_name="packs")


@pytest.fixture(scope="module")
def smoking(table, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("smoking") / "smoking.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture
def save(tmp_path):
    def write(table: pd.DataFrame) -> Path:
        path = tmp_path / "changed.csv"
        table.to_csv(path, index=False)
        return path

    return write


def ask(command: str, path: Path, *words: object):
    answer = run(command, path, *COLUMNS, *words, "--json")
    return answer.exit_code, json.loads(answer.stdout)


def test_sc_is_json_with_the_agreed_names(smoking):
    status, found = ask("sc", smoking, *CALIFORNIA)
    assert status == 0
    assert [name for name in AGREED if name not in found] == []
    assert found["estimate"] == pytest.approx(-19.514, abs=0.001)
    assert found["weights"]["Utah"] == pytest.approx(0.394, abs=0.001)
    assert sum(found["weights"].values()) == pytest.approx(1)
    assert len(found["effects"]) == 31
    assert found["effects"][0] == pytest.approx(
        {
            "time": "1970",
            "actual": 123.0,
            "synthetic": 117.424,
            "effect": 5.576,
            "treated": False,
        },
        abs=0.001,
    )
    after = [row["effect"] for row in found["effects"] if row["treated"]]
    assert found["estimate"] == pytest.approx(sum(after) / 12)
    wanted = "pre_rmspe post_pre_ratio v leave_one_out placebo_in_time placebos"
    assert [name for name in wanted.split() if name not in found["diagnostics"]] == []
    assert len(found["diagnostics"]["placebos"]) == 38


def test_sc_takes_predictors_and_finds_the_published_weights(smoking):
    status, found = ask(
        "sc",
        smoking,
        *CALIFORNIA,
        *("--covariates", "income,price", "--covariates", "young"),
        *("--covariate-mean", "beer=1984:1988", "--special-outcomes", "1975,1980,1988"),
        *("--inference", "none"),
    )
    assert status == 0
    assert found["weights"]["Utah"] == pytest.approx(0.334, abs=0.01)
    assert found["weights"]["Nevada"] == pytest.approx(0.234, abs=0.01)
    assert sum(found["diagnostics"]["v"].values()) == pytest.approx(1)
    assert (found["p_value"], found["se"], found["verdict"]) == (None, None, "not enough evidence")


def test_sc_may_be_tested_over_periods(smoking):
    status, found = ask("sc", smoking, *CALIFORNIA, "--inference", "conformal")
    assert (status, found["se"]) == (0, None)
    assert found["p_value"] * 31 == pytest.approx(round(found["p_value"] * 31))
    assert found["p_kind"].startswith("two-sided, conformal")
    assert found["ci_low"] < found["estimate"] < found["ci_high"]


def test_sdid_is_json_with_the_agreed_names(smoking):
    status, found = ask("sdid", smoking, *CALIFORNIA, "--placebos", 5)
    assert status == 0
    assert [name for name in AGREED if name not in found] == []
    assert found["estimate"] == pytest.approx(-15.60383, abs=2e-5)
    assert sum(found["time_weights"].values()) == pytest.approx(1)
    assert found["se_recipe"].startswith("placebo, 5 of 38 controls")


@pytest.mark.parametrize("way", ["status", "first"])
def test_the_three_ways_to_name_the_treated_agree(table, save, way):
    treated = table["state"] == "California"
    late = treated & (table["year"].astype(int) >= 1989)
    changed = table.assign(status=late.astype(int), first=treated * 1989)
    words = {"status": ("--treated", "status"), "first": ("--first-treated", "first")}[way]
    quick = ("--solver", "exact", "--inference", "none")
    status, found = ask("sdid", save(changed), *words, *quick)
    assert (status, found["estimate"]) == (0, pytest.approx(-15.6054, abs=1e-4))


@pytest.mark.parametrize("command", ["sc", "sdid"])
def test_rows_shuffled_give_the_same_result(table, smoking, save, command):
    quick = ("--solver", "exact") if command == "sdid" else ()
    plain = ask(command, smoking, *CALIFORNIA, *quick, "--placebos", 6)
    other = ask(
        command, save(table.sample(frac=1, random_state=2)), *CALIFORNIA, *quick, "--placebos", 6
    )
    assert other == plain


@pytest.mark.parametrize("command", ["sc", "sdid"])
def test_a_unit_with_a_gap_is_listed_the_rest_computed_and_the_status_is_one(table, save, command):
    changed = table.astype({"packs": object})
    row = changed.index[(changed["state"] == "Ohio") & (changed["year"] == "1977")][0]
    changed.loc[row, "packs"] = "unknown"
    quick = ("--solver", "exact") if command == "sdid" else ()
    status, found = ask(command, save(changed), *CALIFORNIA, *quick, "--inference", "none")
    assert status == 1
    assert "Ohio" not in found["weights"]
    listed = [(q["row"], q["code"]) for q in found["quality"]]
    assert listed == [(row + 2, "no_number"), (0, "incomplete_unit")]


def test_gaps_of_covariates_are_no_fault_of_sc(table, save):
    early = table["year"].astype(int) < 1984
    changed = table.assign(beer=table["beer"].mask(early))
    status, found = ask(
        "sc", save(changed), *CALIFORNIA, "--covariates", "beer,income", "--inference", "none"
    )
    assert (status, found["quality"]) == (0, [])


def test_several_treated_units_of_sdid_have_a_jackknife(smoking):
    several = ("--treated-unit", "California", "--treated-unit", "Utah", "--treated-from", 1989)
    status, found = ask("sdid", smoking, *several, "--solver", "exact", "--inference", "jackknife")
    assert status == 0
    assert found["se"] > 0
    assert found["diagnostics"]["treated"] == 2


@pytest.mark.parametrize(
    ("command", "words", "said"),
    [
        ("sc", ("--treated-unit", "Atlantis", "--treated-from", 1989), "Atlantis"),
        ("sc", (*CALIFORNIA, "--covariates", "wine"), "column wine is missing"),
        ("sdid", (*CALIFORNIA, "--covariates", "wine"), "column wine is missing"),
        ("sc", (*CALIFORNIA, "--special-outcomes", "1950"), "period 1950"),
        ("sc", (*CALIFORNIA, "--covariate-mean", "beer"), "write COL=FROM:TO"),
        ("sc", (*CALIFORNIA, "--covariate-mean", "beer=1950:1960"), "no period of the table"),
        ("sc", (*CALIFORNIA, "--placebo-time", "1995"), "1995 is not among those before"),
        ("sc", ("--treated-unit", "California", "--treated-from", 1970), "no period before"),
        ("sdid", ("--treated-unit", "California", "--treated-from", 1971), "use effects did"),
        ("sdid", (*CALIFORNIA, "--inference", "jackknife"), "use --inference placebo"),
        ("sc", (*CALIFORNIA, "--treated-unit", "Utah"), "use effects sdid"),
        ("sdid", (), "say who is treated"),
    ],
)
def test_what_cannot_be_done_has_one_clear_message_and_status_two(smoking, command, words, said):
    answer = run(command, smoking, *COLUMNS, *words)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("state,year\nA,1\n", "packs is missing"),
        ("state,year,packs\n", "no rows"),
        ("", "bad.csv"),
        ("state,year,packs\nCalifornia,1988,x\n", "holds no number"),
        ("state,year,packs\nCalifornia,1988,1\nCalifornia,1989,1\n", "only one unit"),
    ],
)
@pytest.mark.parametrize("command", ["sc", "sdid"])
def test_unusable_files_have_one_clear_message_and_status_two(tmp_path, command, content, said):
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    answer = run(command, path, *COLUMNS, *CALIFORNIA)
    assert answer.exit_code == 2
    assert said in answer.stderr


def test_without_json_the_result_is_printed_in_lines(smoking):
    answer = run("sc", smoking, *COLUMNS, *CALIFORNIA, "--inference", "none")
    assert answer.exit_code == 0
    assert answer.stdout.startswith("method             synthetic control (classic)\nestimate")


@pytest.mark.parametrize("command", ["sc", "sdid"])
def test_a_bad_row_of_the_treated_unit_leaves_out_its_period(table, save, command):
    gone = (table["state"] == "California") & (table["year"] == "1975")
    changed = table.astype({"packs": object})
    changed.loc[gone, "packs"] = "about 120"
    words = (*CALIFORNIA, "--inference", "none", "--json")
    answer = run(command, save(changed), *COLUMNS, *words)
    found = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert [each["code"] for each in found["quality"]] == ["no_number", "incomplete_period"]
    without = run(command, save(table[table["year"] != "1975"]), *COLUMNS, *words)
    assert found["estimate"] == pytest.approx(json.loads(without.stdout)["estimate"], rel=1e-9)
    assert "1975" not in {each["time"] for each in found["effects"]}


def test_a_bad_row_of_the_treated_unit_keeps_predictors_in_their_periods(table, save):
    gone = (table["state"] == "California") & (table["year"] == "1972")
    words = (*COLUMNS, *CALIFORNIA, "--covariates", "income", "beer", "--special-outcomes", "1980")
    words = (*words, "--inference", "none", "--json")
    found = json.loads(run("sc", save(table[~gone]), *words).stdout)
    without = json.loads(run("sc", save(table[table["year"] != "1972"]), *words).stdout)
    assert found["estimate"] == pytest.approx(without["estimate"], rel=1e-9)
