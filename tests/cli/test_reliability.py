"""`linghang reliability` as other programs call it."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from linghang.cli import cli

HEAD = "event_id,step,unit,start,end,customers,category\n"
GOOD = "1,1,甲,2026-01-05 08:00,2026-01-05 09:00,100,故障停电\n"
PERIOD = ("--from", "2026-01-01", "--to", "2026-03-31", "--standard", "dlt836")


def run(*words: object):
    return CliRunner().invoke(cli, ["reliability", *(str(word) for word in words)])


@pytest.fixture
def events(tmp_path) -> Path:
    path = tmp_path / "events.csv"
    path.write_text(HEAD + GOOD, encoding="utf-8")
    return path


def test_indices_are_json_with_the_agreed_names(events):
    answer = run("indices", events, "--customers", 1000, *PERIOD, "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    agreed = "saidi_minutes saifi caidi_minutes asai maifi events customer_interruptions customer_minutes"
    assert [found[name] for name in agreed.split()] == [
        6,
        0.1,
        60,
        1 - 6 / 129_600,
        0,
        1,
        100,
        6000,
    ]
    assert found["quality"] == []


def test_customers_of_a_file_and_groups_by_unit(events, tmp_path):
    base = tmp_path / "customers.csv"
    base.write_text(
        "unit,date,customers\n甲,2026-01-01,200\n乙,2026-01-01,300\n", encoding="gb18030"
    )
    answer = run("indices", events, "--customers", base, *PERIOD, "--by", "unit", "--json")
    found = json.loads(answer.stdout)
    assert [(g["key"], g["saidi_minutes"]) for g in found["groups"]] == [("乙", 0), ("甲", 30)]


def test_a_workbook_is_read_like_a_csv_file(events, tmp_path):
    book = tmp_path / "events.xlsx"
    pd.read_csv(events).assign(start=pd.Timestamp("2026-01-05 08:00")).to_excel(book, index=False)
    found = json.loads(run("indices", book, "--customers", 1000, *PERIOD, "--json").stdout)
    assert found["saidi_minutes"] == 6


def test_partly_bad_rows_are_listed_the_rest_is_computed_and_the_status_is_one(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(
        HEAD + GOOD + "2,1,甲,2026-01-06 09:00,2026-01-06 08:00,5,故障停电\n", encoding="utf-8"
    )
    answer = run("indices", path, "--customers", 1000, *PERIOD, "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["saidi_minutes"]) == (1, 6)
    assert [(q["row"], q["code"]) for q in found["quality"]] == [(3, "restored_before_start")]


@pytest.mark.parametrize(
    ("content", "customers", "said"),
    [
        ("event_id,unit\n1,甲\n", 10, "is missing"),
        (HEAD, 10, "no rows"),
        ("", 10, "events.csv"),
        (HEAD + GOOD, 0, "not a positive number"),
        (HEAD + GOOD, "nothing.csv", "neither a number nor a file"),
        (HEAD + "1,1,甲,x,y,z,故障停电\n", 10, "no row can be counted"),
    ],
)
def test_what_cannot_be_used_is_one_message_and_status_two(tmp_path, content, customers, said):
    path = tmp_path / "events.csv"
    path.write_text(content, encoding="utf-8")
    answer = run("indices", path, "--customers", customers, *PERIOD, "--json")
    assert (answer.exit_code, answer.stdout, said in answer.stderr) == (2, "", True)


def test_major_event_days_and_comparison(tmp_path):
    path = tmp_path / "daily.csv"
    days = pd.date_range("2025-01-01", "2026-12-31").strftime("%Y-%m-%d")
    saidi = [1 + n % 7 / 10 for n in range(len(days))]
    saidi[400] = 90
    pd.DataFrame({"date": days, "saidi": saidi}).to_csv(path, index=False)
    base = (
        "--base-from",
        "2025-01-01",
        "--base-to",
        "2025-12-31",
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
    )
    found = json.loads(run("med", path, *base, "--json").stdout)
    assert set(found) >= {
        "alpha",
        "beta",
        "t_med",
        "major_event_days",
        "saidi_all",
        "saidi_without_med",
    }
    assert found["major_event_days"] == [days[400]]
    assert found["saidi_all"] - found["saidi_without_med"] == pytest.approx(90)
    span = (
        "--before-from",
        "2025-01-01",
        "--before-to",
        "2025-12-31",
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
    )
    compared = json.loads(run("compare", path, *span, "--json").stdout)
    assert compared["low"] < compared["change"] < compared["high"]
    refused = run("med", path, *base[:4], "--from", "2030-01-01", "--to", "2030-12-31", "--json")
    assert (refused.exit_code, "no day from" in refused.stderr) == (2, True)
