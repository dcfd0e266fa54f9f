"""`linghang effects did|staggered` as other programs call them."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from linghang.cli import cli

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
COLUMNS = ("--unit", "county", "--time", "year", "--outcome", "minutes")


def run(*words: object):
    return CliRunner().invoke(cli, ["effects", *(str(word) for word in words)])


def invent(units=12, treated=4, start=2024, starts=None) -> pd.DataFrame:
    random = np.random.default_rng(1)
    rows = []
    for place in range(units):
        first = (starts or {}).get(place, start if place < treated else 0)
        level = random.normal() * 5
        for year in range(2020, 2027):
            on = int(first > 0 and year >= first)
            minutes = 90 + level - year + 2020 - 6 * on + random.normal()
            rows.append((f"县{place:02}", year, minutes, on, first, random.normal()))
    columns = ["county", "year", "minutes", "treated", "first", "rain"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def write(tmp_path):
    def save(table: pd.DataFrame, name="panel.csv"):
        path = tmp_path / name
        if path.suffix == ".xlsx":
            table.to_excel(path, index=False)
        else:
            table.to_csv(path, index=False)
        return path

    return save


def test_did_is_json_with_the_agreed_names_however_treatment_is_named(write):
    path = write(invent())
    ways = [
        ("--treated", "treated"),
        ("--first-treated", "first"),
        (*(w for p in range(4) for w in ("--treated-unit", f"县{p:02}")), "--treated-from", 2024),
    ]
    found = []
    for way in ways:
        answer = run("did", path, *COLUMNS, *way, "--json")
        assert (answer.exit_code, answer.stderr) == (0, "")
        found.append(json.loads(answer.stdout))
        found[-1].pop("analysis")  # how it was asked, which differs
    assert set(AGREED) <= set(found[0])
    assert found[0] == found[1] == found[2]
    assert found[0]["estimate"] == pytest.approx(-6, abs=1)
    assert found[0]["verdict"] == "evidence for"
    assert sum(found[0]["weights"].values()) == pytest.approx(1)
    against = run("did", path, *COLUMNS, *ways[0], "--direction", "increase", "--json")
    assert json.loads(against.stdout)["verdict"] == "evidence against"


def test_a_workbook_and_shuffled_rows_give_the_same(write):
    table = invent()
    words = (*COLUMNS, "--treated", "treated", "--inference", "permutation", "--json")
    straight = json.loads(run("did", write(table), *words).stdout)
    shuffled = table.sample(frac=1, random_state=1)
    assert json.loads(run("did", write(shuffled), *words).stdout) == straight
    book = json.loads(run("did", write(table, "panel.xlsx"), *words).stdout)
    assert book["estimate"] == pytest.approx(straight["estimate"])


@pytest.mark.parametrize(
    ("recipe", "named"),
    [
        ("cluster", "CR1"),
        ("clustered", "CR1"),
        ("cr1", "CR1"),
        ("cluster-areg", "unit effects counted"),
        ("cr0", "CR0"),
        ("cr2", "CR2"),
        ("cr3", "CV3"),
        ("jackknife", "CV3"),
        ("wild", "CR1"),
        ("wild-webb", "CR1"),
        ("wild-boottest", "CR1"),
        ("permutation", "permutations"),
        ("hc1", "HC1"),
        ("hc2", "HC2"),
        ("hc3", "HC3"),
    ],
)
def test_every_recipe_is_named_in_the_answer(write, recipe, named):
    words = (*COLUMNS, "--treated", "treated", "--covariates", "rain", "--inference", recipe)
    found = json.loads(run("did", write(invent()), *words, "--bootstrap", 199, "--json").stdout)
    assert named in found["se_recipe"]
    assert found["ci_low"] < found["estimate"] < found["ci_high"]
    assert found["p_value"] < 0.05


@pytest.mark.parametrize("estimator", ["callaway-santanna", "sun-abraham", "imputation"])
@pytest.mark.parametrize("aggregate", ["simple", "group", "calendar", "dynamic"])
def test_staggered_by_every_estimator_and_average(write, estimator, aggregate):
    starts = {place: [2023, 2024, 2025][place % 3] for place in range(12)}
    path = write(invent(24, starts=starts, treated=0))
    words = (*COLUMNS, "--first-treated", "first", "--estimator", estimator)
    answer = run("staggered", path, *words, "--aggregate", aggregate, "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert set(AGREED) <= set(found)
    assert found["estimate"] == pytest.approx(-6, abs=1)
    assert all({"estimate", "se", "ci_low", "ci_high"} <= set(row) for row in found["effects"])
    again = run("staggered", path, *words, "--aggregate", aggregate, "--seed", 2, "--json")
    assert json.loads(again.stdout)["estimate"] == found["estimate"]


def test_options_of_staggered_reach_the_core(write):
    starts = {place: [2023, 2024, 2025][place % 3] for place in range(12)}
    path = write(invent(24, starts=starts, treated=0))
    words = (*COLUMNS, "--treated", "treated", "--covariates", "rain", "--json")
    plain = json.loads(run("staggered", path, *words).stdout)
    assert plain["diagnostics"]["control"] == "never"
    for option in [
        ("--control", "notyet"),
        ("--adjust", "ipw"),
        ("--adjust", "reg"),
        ("--anticipation", 1),
        ("--aggregate", "group"),
    ]:
        found = json.loads(run("staggered", path, *words, *option).stdout)
        assert found["estimate"] != plain["estimate"], option
    drawn = json.loads(
        run("staggered", path, *words, "--inference", "bootstrap", "--bootstrap", 299).stdout
    )
    assert "299 draws" in drawn["se_recipe"]
    universal = json.loads(run("staggered", path, *words, "--base", "universal").stdout)
    assert len(universal["effects"]) > len(plain["effects"])


def test_partly_bad_rows_are_listed_the_rest_is_computed_and_the_status_is_one(write):
    table = invent().astype({"minutes": object})
    table.loc[3, "minutes"] = "many"
    for command in ("did", "staggered"):
        answer = run(command, write(table), *COLUMNS, "--treated", "treated", "--json")
        found = json.loads(answer.stdout)
        assert answer.exit_code == 1
        assert [(q["row"], q["code"]) for q in found["quality"]] == [(5, "no_number")]
        assert found["estimate"] == pytest.approx(-6, abs=1)


def test_one_treated_unit_is_told_what_to_use(write):
    path = write(invent(treated=1))
    words = (*COLUMNS, "--treated-unit", "县00", "--treated-from", 2024, "--json")
    refused = run("did", path, *words, "--inference", "cluster")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--inference permutation" in refused.stderr
    found = json.loads(run("did", path, *words).stdout)
    assert found["p_kind"] == "permutation of treated units, all 12 assignments"
    assert found["p_value"] == pytest.approx(1 / 12)
    answer = run("staggered", path, *words)
    assert answer.exit_code == 2
    assert "effects sc, sdid" in answer.stderr


@pytest.mark.parametrize("command", ["did", "staggered"])
@pytest.mark.parametrize(
    ("change", "way", "said"),
    [
        (lambda t: t.drop(columns="minutes"), ("--treated", "treated"), "minutes is missing"),
        (lambda t: t.head(0), ("--treated", "treated"), "no rows"),
        (lambda t: t.assign(minutes="x"), ("--treated", "treated"), "holds no number"),
        (lambda t: t[t.county == "县00"], ("--treated", "treated"), "only one unit"),
        (lambda t: t[t.year >= 2024], ("--treated", "treated"), "no period before treatment"),
        (lambda t: t.assign(treated=0), ("--treated", "treated"), "no unit is treated"),
        (lambda t: t[t.first > 0], ("--treated", "treated"), "nothing to compare with"),
        (lambda t: t, (), "--treated, --treated-unit, --first-treated"),
        (lambda t: t, ("--treated-unit", "县00"), "--treated-from"),
    ],
)
def test_what_cannot_be_used_is_one_message_and_status_two(write, command, change, way, said):
    answer = run(command, write(change(invent())), *COLUMNS, *way, "--json")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_without_json_the_answer_is_readable_lines(write):
    answer = run("did", write(invent()), *COLUMNS, "--treated", "treated")
    assert answer.exit_code == 0
    assert "se_recipe" in answer.stdout
    assert "evidence for" in answer.stdout


def test_covariates_follow_one_another_or_stand_in_a_list(write):
    table = invent()
    table["wind"] = np.random.default_rng(2).normal(size=len(table))
    path = write(table)
    ways = [
        [path, *COLUMNS, "--treated", "treated", "--covariates", "rain,wind"],
        [path, *COLUMNS, "--treated", "treated", "--covariates", "rain", "--covariates", "wind"],
        [path, *COLUMNS, "--treated", "treated", "--covariates", "rain", "wind"],
        [*COLUMNS, "--treated", "treated", "--covariates", "rain", "wind", path],
    ]
    found = [run("did", *way, "--json") for way in ways]
    assert [answer.exit_code for answer in found] == [0] * 4
    assert len({json.loads(answer.stdout)["estimate"] for answer in found}) == 1


def test_an_empty_day_of_a_workbook_is_never_treated(write):
    table = invent()
    table["day"] = pd.to_datetime(table["year"].astype(str) + "-01-01")
    table["begun"] = pd.to_datetime(
        table["first"].replace(0, None).astype("Int64").astype("string")
    )
    words = (
        "--unit",
        "county",
        "--time",
        "day",
        "--outcome",
        "minutes",
        "--first-treated",
        "begun",
    )
    found = json.loads(run("did", write(table, "panel.xlsx"), *words, "--json").stdout)
    plain = json.loads(run("did", write(table), *COLUMNS, "--treated", "treated", "--json").stdout)
    assert found["estimate"] == pytest.approx(plain["estimate"])
