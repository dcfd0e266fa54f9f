"""`linghang tickets risk`, `drill` and `anomalies` as other programs call them."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from linghang.cli import cli


def run(*words: object):
    return CliRunner().invoke(cli, ["tickets", *(str(word) for word in words)])


@pytest.fixture
def tickets(tmp_path):
    path = tmp_path / "tickets.csv"
    path.write_text(
        "no,text,time,city,limit\n"
        "1,线路漏电请速来,2026-01-05 08:00,云州,2026-01-06\n"
        "2,咨询电价,2026-02-06 08:00,海州,2026-02-20\n",
        encoding="utf-8",
    )
    return path


def test_risk_says_rules_with_reason_and_basis(tickets):
    answer = run(
        "risk",
        tickets,
        "--text",
        "text",
        "--id",
        "no",
        "--time",
        "time",
        "--deadline",
        "limit",
        "--json",
    )
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["method"], found["model"]) == (0, "rules", None)
    first = found["tickets"][0]
    assert (first["id"], first["level"], first["points"]) == ("1", "red", 80)
    assert [rule["code"] for rule in first["rules"]] == ["escalation.overdue", "escalation.safety"]
    assert all(rule["reason"] and rule["basis"] for rule in first["rules"])
    assert found["levels"] == {"red": 1, "yellow": 0, "watch": 0, "none": 1}
    assert "线路" not in run("risk", tickets, "--text", "text").stdout


def test_drill_counts_by_place_and_period(tickets):
    found = json.loads(run("drill", tickets, "--place", "city", "--time", "time", "--json").stdout)
    assert [(c["place"], c["period"], c["count"]) for c in found["cells"]][:4] == [
        ([], "2026-01", 1),
        ([], "2026-02", 1),
        (["云州"], "2026-01", 1),
        (["云州"], "2026-02", 0),
    ]
    assert "no clear change" in run("drill", tickets, "--place", "city", "--time", "time").stdout


def test_anomalies_of_rows_and_of_daily_counts(tmp_path):
    days = pd.date_range("2026-01-01", periods=120)
    counts = [6 + n % 3 for n in range(120)]
    counts[115] = 60
    daily, rows = tmp_path / "daily.csv", tmp_path / "rows.csv"
    pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "n": counts}).to_csv(daily, index=False)
    pd.DataFrame({"at": days.repeat(counts)}).to_csv(rows, index=False)
    one = json.loads(run("anomalies", daily, "--time", "day", "--count", "n", "--json").stdout)
    other = json.loads(run("anomalies", rows, "--time", "at", "--json").stdout)
    assert one == other
    assert one["flagged"] == [days[115].strftime("%Y-%m-%d")]
    assert len(one["days"]) == 28
    assert "above" in run("anomalies", rows, "--time", "at").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("risk", "--text", "body"), "column body is missing"),
        (("risk", "--text", "text", "--on", "soon"), "no time"),
        (("risk", "--text", "text", "--labels", "city"), "holds no label"),
        (("risk", "--text", "text", "--deadline", "city"), "holds no time"),
        (("drill", "--place", "town", "--time", "time"), "column town is missing"),
        (("drill", "--place", "city", "--time", "text"), "holds no time"),
        (("drill", "--place", "city", "--time", "time", "--within", "云州,甲"), "names 2 places"),
        (("drill", "--place", "city", "--time", "time", "--within", "山州"), "no demand within"),
        (("anomalies", "--time", "time"), "at least 56 are needed"),
        (("anomalies", "--time", "time", "--count", "text"), "holds no number"),
        (
            ("anomalies", "--time", "time", "--from", "2026-02-01", "--to", "2026-01-01"),
            "lies before",
        ),
    ],
)
def test_what_cannot_be_used_is_one_message_and_status_two(tickets, words, said):
    answer = run(words[0], tickets, *words[1:], "--json")
    assert (answer.exit_code, answer.stdout, said in answer.stderr) == (2, "", True)


def test_partly_bad_rows_are_listed_and_the_status_is_one(tmp_path):
    path = tmp_path / "tickets.csv"
    path.write_text("text,time,city\n停电,2026-01-05,云州\n停电,早上,云州\n", encoding="utf-8")
    for words in (
        ("risk", "--text", "text", "--time", "time"),
        ("drill", "--place", "city", "--time", "time"),
    ):
        answer = run(words[0], path, *words[1:], "--json")
        assert answer.exit_code == 1
        assert [(q["row"], q["code"]) for q in json.loads(answer.stdout)["quality"]] == [
            (3, "no_time")
        ]
