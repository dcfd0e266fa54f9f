"""`linghang effects its`, `power`, `register` and `check` as other programs call them."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from linghang.cli import cli

DATA = Path(__file__).parents[1] / "core" / "effects" / "data"
AGREED = {
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
}
CIGARETTES = (DATA / "cigarettes.csv", "--unit", "state", "--time", "year", "--outcome", "cigsale")
CALIFORNIA = ("--treated-unit", "California", "--treated-from", "1989")
SICILY = (DATA / "sicily.csv", "--time", "month", "--outcome", "aces", "--treated", "smokban")
MONTHS = [f"{2024 + n // 12}-{n % 12 + 1:02d}" for n in range(24)]
VALUES = [30 + n % 3 for n in range(16)] + [24 + n % 3 for n in range(8)]


def run(*words: object):
    return CliRunner().invoke(cli, ["effects", *(str(word) for word in words)])


def write(path: Path, table: pd.DataFrame) -> Path:
    table.to_csv(path, index=False)
    return path


@pytest.fixture
def one(tmp_path) -> Path:
    return write(tmp_path / "one.csv", pd.DataFrame({"month": MONTHS, "saidi": VALUES}))


def its(file: Path, *words: object):
    start = (
        ()
        if any(str(word).startswith("--treated") for word in words)
        else (
            "--treated-from",
            "2025-05",
        )
    )
    return run("its", file, "--time", "month", "--outcome", "saidi", *start, *words, "--json")


def test_its_is_json_with_the_agreed_names():
    answer = run("its", *CIGARETTES, *CALIFORNIA, "--lags", 1, "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert set(found) >= AGREED
    assert (found["estimate"], found["se"]) == pytest.approx((-20.0581, 4.724395), abs=5e-5)
    assert found["verdict"] == "evidence for"
    assert [effect["time"] for effect in found["effects"]] == [str(n) for n in range(1989, 2001)]


def test_the_options_of_the_issue_for_counts():
    words = ("--family", "poisson", "--offset", "stdpop", "--season", 12, "--seed", 3)
    answer = run("its", *SICILY, *words, "--inference", "quasi-poisson", "--json")
    found = json.loads(answer.stdout)
    assert found["diagnostics"]["level_change"]["rate_ratio"] == pytest.approx(0.885, abs=5e-4)


def test_a_comparison_is_named_or_all():
    one = json.loads(run("its", *CIGARETTES, *CALIFORNIA, "--comparison", "all", "--json").stdout)
    three = [word for name in ("Colorado", "Idaho", "Montana") for word in ("--comparison", name)]
    other = json.loads(run("its", *CIGARETTES, *CALIFORNIA, *three, "--json").stdout)
    assert one["estimate"] == other["estimate"] == pytest.approx(-6.4694, abs=5e-5)
    assert set(one["weights"]) == {"Colorado", "Idaho", "Montana"}


def test_one_unit_needs_no_column_of_units(one):
    found = json.loads(its(one, "--direction", "decrease").stdout)
    assert found["estimate"] == pytest.approx(-6, abs=1)
    assert found["verdict"] == "evidence for"


def test_a_column_of_status_or_of_first_periods_says_the_same(one, tmp_path):
    table = pd.read_csv(one).assign(unit="甲", first="2025-05")
    table["on"] = (table["month"] >= "2025-05").astype(int)
    file = write(tmp_path / "ways.csv", table)
    ways = [
        ("--treated", "on"),
        ("--first-treated", "first", "--unit", "unit"),
        ("--treated-unit", "甲", "--treated-from", "2025-05", "--unit", "unit"),
    ]
    estimates = {json.loads(its(file, *way).stdout)["estimate"] for way in ways}
    assert estimates == {json.loads(its(one).stdout)["estimate"]}


@pytest.mark.parametrize(
    "words",
    [
        ("--inference", "ols"),
        ("--inference", "prais-winsten"),
        ("--inference", "cochrane-orcutt"),
        ("--inference", "arma", "--arma", "1,0"),
        ("--no-small-sample", "--lags", 2),
        ("--season", 3, "--season-form", "dummies"),
        ("--season", 12, "--pairs", 1, "--transition", 2),
        ("--impact", "slope"),
        ("--placebo",),
        ("--impact", "level", "--estimand", "cumulative"),
        ("--slope-from", "before", "--estimand", "average", "--margin", 2),
        ("--family", "poisson", "--inference", "newey-west"),
    ],
)
def test_every_option_is_taken(one, words):
    answer = its(one, *words)
    assert answer.exit_code == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert found["estimate"] is not None
    assert found["ci_low"] < found["estimate"] < found["ci_high"]


def test_partly_bad_rows_are_listed_and_the_status_is_one(tmp_path):
    table = pd.DataFrame({"month": MONTHS, "saidi": [str(v) for v in VALUES]})
    table.loc[4, "saidi"] = "无"
    answer = its(write(tmp_path / "bad.csv", table))
    found = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert [(q["row"], q["code"]) for q in found["quality"]] == [(6, "no_number")]
    assert found["diagnostics"]["periods_before"] == 15


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        ("month,saifi\n2024-01,1\n", (), "column saidi is missing"),
        ("month,saidi\n", (), "no rows"),
        ("", (), "bad.csv"),
        ("month,saidi\n2024-01,a\n2024-02,b\n", (), "no number"),
        ("month,saidi\n2025-05,1\n2025-06,2\n", (), "no period before"),
        ("month,saidi\n2025-03,1\n2025-05,2\n2025-06,2\n", (), "at least 3 are needed"),
        (
            "month,saidi\n2024-01,1\n2024-02,2\n",
            ("--treated-from", "2026-01"),
            "no unit is treated",
        ),
        (None, ("--treated", "on", "--treated-unit", "甲"), "one of --treated"),
        (None, ("--treated-unit", "甲"), "the column of units"),
        (None, ("--arma", "x"), "two whole numbers"),
        (None, ("--inference", "poisson"), "not for --family gaussian"),
        (None, ("--offset", "month", "--family", "poisson"), "no number"),
        (None, ("--comparison", "乙"), "乙 is not in the file"),
        (None, ("--comparison", "all"), "nothing to compare with"),
    ],
)
def test_what_cannot_be_used_is_one_message_and_status_two(tmp_path, one, content, words, said):
    path = one
    if content is not None:
        path = tmp_path / "bad.csv"
        path.write_text(content, encoding="utf-8")
    answer = its(path, *words)
    assert (answer.exit_code, answer.stdout, said in answer.stderr) == (2, "", True), answer.stderr


def test_a_time_without_start_is_refused(one):
    answer = run("its", one, "--time", "month", "--outcome", "saidi")
    assert (answer.exit_code, "from when" in answer.stderr) == (2, True)


def test_power_of_a_comparison_and_of_a_series():
    past = ("--start", "1989", "--after", 4, "--json")
    answer = run("power", *CIGARETTES, "--method", "did", "--treated-units", 1, *past)
    did = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert set(did) >= {"method", "mde", "mde_relative", "power_curve", "needed", "notes"}
    assert did["inputs"]["units"] == 4
    words = ("--method", "its", "--treated-unit", "California", "--effect", 25, "--impact", "level")
    its = json.loads(run("power", *CIGARETTES, *words, *past).stdout)
    assert its["inputs"]["before"] == 19
    powers = [point["power"] for point in its["power_curve"]]
    assert powers == sorted(powers)
    assert its["needed"]["effect"] == 25


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--method", "did"), "--treated-units"),
        (("--method", "did", "--treated-units", 3), "at least 1 must be"),
        (("--method", "its"), "several units"),
        (("--method", "its", "--treated-unit", "Utah"), "Utah is not in the file"),
        (("--method", "its", "--treated-unit", "Idaho", "--start", "1960"), "nothing lies before"),
        (("--method", "did", "--treated-units", 1, "--power", 2), "write a share"),
    ],
)
def test_power_that_cannot_be_had_is_refused(words, said):
    answer = run("power", *CIGARETTES, "--after", 4, *words)
    assert (answer.exit_code, answer.stdout, said in answer.stderr) == (2, "", True)


REGISTRATION = {
    "indicator": "cigsale",
    "treated_units": ["California"],
    "before": {"from": "1970", "to": "1988"},
    "after": {"from": "1989", "to": "2000"},
    "method": "its",
    "options": {"inference": "newey-west", "lags": 1},
    "direction": "decrease",
    "registered_on": "1988-11-08",
}


@pytest.fixture
def registered(tmp_path) -> Path:
    path = tmp_path / "registration.json"
    path.write_text(json.dumps(REGISTRATION), encoding="utf-8")
    return path


def analyse(path: Path, *words: object) -> Path:
    fixed = (*CIGARETTES, *CALIFORNIA, "--inference", "newey-west", "--lags", 1)
    answer = run("its", *fixed, "--direction", "decrease", *words, "--json")
    assert answer.exit_code == 0, answer.stderr
    path.write_text(answer.stdout, encoding="utf-8")
    return path


def test_a_registration_has_a_digest(registered):
    answer = run("register", registered, "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert len(found["digest"]) == 64
    assert found["digest"] in run("register", registered).stdout
    assert found["registration"]["margin"] is None


def test_an_analysis_that_follows_and_one_that_departs(registered, tmp_path):
    kept = run("check", registered, analyse(tmp_path / "kept.json", "--seed", 9), "--json")
    assert (kept.exit_code, json.loads(kept.stdout)["departures"]) == (0, [])
    other = analyse(tmp_path / "other.json", "--comparison", "all", "--transition", 1)
    answer = run("check", registered, other, "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["follows"]) == (1, False)
    assert [(each["field"], each["severity"]) for each in found["departures"]] == [
        ("comparison_units", "serious"),
        ("options.transition", "minor"),
    ]
    assert "serious: comparison_units" in run("check", registered, other).stdout


@pytest.mark.parametrize("method", ["did", "staggered", "sc", "sdid", "its"])
def test_every_method_says_what_can_be_held_against_a_registration(tmp_path, method):
    treated = ["California", *(["Colorado"] if method == "staggered" else [])]
    named = [word for unit in treated for word in ("--treated-unit", unit)]
    answer = run(
        method, *CIGARETTES, *named, "--treated-from", 1989, "--direction", "decrease", "--json"
    )
    assert answer.exit_code == 0, answer.stderr
    result, registration = tmp_path / "result.json", tmp_path / "other.json"
    result.write_text(answer.stdout, encoding="utf-8")
    others = [unit for unit in ("Colorado", "Idaho", "Montana") if unit not in treated]
    content = {
        "method": method,
        "options": {},
        "treated_units": treated,
        "comparison_units": [] if method == "its" else others,
    }
    registration.write_text(json.dumps(REGISTRATION | content), encoding="utf-8")
    found = json.loads(run("check", registration, result, "--json").stdout)
    assert found["departures"] == []


def test_what_is_no_registration_or_no_result_is_refused(registered, tmp_path):
    path = tmp_path / "x.json"
    for content, said in (("{", "no JSON"), ("[]", "JSON object"), ("{}", "indicator is missing")):
        path.write_text(content, encoding="utf-8")
        answer = run("register", path)
        assert (answer.exit_code, said in answer.stderr) == (2, True)
    answer = run("check", registered, path)
    assert (answer.exit_code, "no analysis" in answer.stderr) == (2, True)
