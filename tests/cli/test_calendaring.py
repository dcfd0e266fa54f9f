"""The almanac and the working days, asked on the command line as other programs ask them."""

import json

import pytest
from click.testing import CliRunner

from linghang.cli import cli


def run(*words: str):
    return CliRunner().invoke(cli, list(words))


def test_solar_terms_are_a_list_of_name_date_and_instant():
    found = json.loads(run("solar-terms", "2026", "--json").stdout)
    assert len(found) == 24
    assert found[3] == {
        "name": "雨水",
        "date": "2026-02-18",
        "instant": "2026-02-18T23:51:55+08:00",
    }
    assert "雨水  2026-02-18  23:51:55" in run("solar-terms", "2026").stdout


def test_a_day_is_told_with_its_kind_and_its_names():
    assert json.loads(run("calendar", "2026-02-17", "--json").stdout) == {
        "date": "2026-02-17",
        "kind": "holiday",
        "working": False,
        "announced": True,
        "notice": "announced",
        "holiday": "春节",
        "lunar": "丙午年正月初一",
        "lunar_year": 2026,
        "lunar_month": 1,
        "lunar_day": 1,
        "leap_month": False,
        "term": None,
        "term_instant": None,
        "current_term": "立春",
    }
    assert json.loads(run("calendar", "2027-10-01", "--json").stdout)["announced"] is False
    assert json.loads(run("calendar", "2026-02-14", "--json").stdout)["kind"] == "makeup"


def test_the_first_and_the_last_known_day_are_told_and_a_year_without_notice_says_so():
    first = json.loads(run("calendar", "1901-01-01", "--json").stdout)
    assert (first["lunar"], first["current_term"]) == ("庚子年冬月十一", "冬至")
    last = json.loads(run("calendar", "2100-12-31", "--json").stdout)
    assert (last["lunar_month"], last["current_term"]) == (12, "冬至")
    assert (last["announced"], last["notice"], last["holiday"]) == (False, "not announced", None)
    term = json.loads(run("calendar", "1979-01-21", "--json").stdout)
    assert (term["term"], term["term_instant"]) == ("大寒", "1979-01-20T23:59:54+08:00")


@pytest.mark.parametrize(
    ("words", "first", "last", "days", "working"),
    [
        (("2026",), "2026-01-01", "2026-12-31", 365, 248),
        (("2026Q1",), "2026-01-01", "2026-03-31", 90, 59),
        (("2024-02",), "2024-02-01", "2024-02-29", 29, 18),
        (("2026-W53",), "2026-12-28", "2027-01-03", 7, 5),
        (("2026-03", "--closing-day", "25"), "2026-02-26", "2026-03-25", 28, 21),
    ],
)
def test_a_period_is_told_by_its_text(words, first, last, days, working):
    found = json.loads(run("period", *words, "--json").stdout)
    assert [found[name] for name in ("first_day", "last_day", "days")] == [first, last, days]
    assert (found["working_days"], found["provisional"]) == (working, last > "2027")


def test_working_days_are_added_and_counted():
    assert json.loads(run("workdays", "add", "2026-09-30", "5", "--json").stdout) == {
        "date": "2026-10-13",
        "provisional": False,
    }
    assert json.loads(run("workdays", "count", "2026-01-01", "2027-01-01", "--json").stdout) == {
        "working_days": 248,
        "provisional": False,
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("solar-terms", "1900"), "1901 to 2100"),
        (("solar-terms", "2101"), "1901 to 2100"),
        (("solar-terms", "this"), "not a valid integer"),
        (("calendar", "2101-01-01"), "1901 to 2100"),
        (("calendar", "1900-12-31"), "1901 to 2100"),
        (("period", "2026-3"), "write 2026, 2026Q1"),
        (("period", "2026Q1", "--closing-day", "25"), "no company month"),
        (("calendar", "2026-02-30"), "is no day"),
        (("calendar", "1880-01-01"), "known"),
        (("workdays", "count", "2026-02-02", "2026-02-01"), "earlier day first"),
    ],
)
def test_what_cannot_be_told_is_one_clear_message_and_status_two(words, said):
    answer = run(*words)
    assert (answer.exit_code, said in answer.stderr) == (2, True)
