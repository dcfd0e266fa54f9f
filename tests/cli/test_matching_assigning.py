"""`linghang match assign` and `linghang match people` as other programs call them."""

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from linghang.cli import cli


def run(*words: object):
    return CliRunner().invoke(cli, ["match", *(str(word) for word in words)])


@pytest.fixture
def write(tmp_path):
    def write_file(content: object) -> Path:
        path = tmp_path / "problem.json"
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def test_assignment_is_json_with_the_agreed_names(write):
    costs = [[90, 80, 75, 70], [35, 85, 55, 65], [125, 95, 90, 95], [45, 110, 95, 115]]
    answer = run("assign", write({"costs": costs}), "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert found == {
        "total": 265,
        "pairs": [[0, 3], [1, 2], [2, 1], [3, 0]],
        "unmatched": [],
    }


def test_more_rows_than_columns_is_no_fault_and_those_left_are_listed(write):
    answer = run("assign", write({"costs": [[3, 9], [1, 5], [2, 2]]}), "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["total"], found["pairs"]) == (0, 3, [[1, 0], [2, 1]])
    assert [(each["row"], each["reason"]) for each in found["unmatched"]] == [(0, "fewer_columns")]


def test_a_row_wholly_forbidden_is_listed_and_the_status_is_one(write):
    answer = run("assign", write({"costs": [[1, None], [None, None]]}), "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["total"], found["pairs"]) == (1, 1, [[0, 0]])
    assert [(each["row"], each["reason"]) for each in found["unmatched"]] == [(1, "forbidden")]


def test_prices_prove_the_total(write):
    found = json.loads(
        run("assign", write({"costs": [[4, 1], [2, 0]]}), "--prices", "--json").stdout
    )
    prices = found["prices"]
    assert math.fsum(prices["rows"] + prices["columns"]) == found["total"] == 3
    assert prices["gap"] == 0


def test_assignment_as_text_names_pairs_total_and_what_is_left(write):
    answer = run("assign", write({"costs": [[4, 1], [2, 0], [None, None]]}), "--prices")
    lines = answer.stdout.splitlines()
    assert [line.split() for line in lines[:2]] == [
        ["row", "0", "column", "1", "1"],
        ["row", "1", "column", "0", "2"],
    ]
    assert lines[2:] == [
        "total 3",
        "row 2: every cell is forbidden",
        "no assignment costs less: gap 0",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1, column 1"),
        ("{", "line 1, column 2"),
        ("[[1, 2]]", "an object is needed"),
        ({"cost": [[1]]}, '"costs" is missing'),
        ({"costs": []}, "at least one row"),
        ({"costs": [[]]}, "row 0 is empty"),
        ({"costs": 3}, "at least one row"),
        ({"costs": [[1, 2], [3]]}, "row 1 has 1 columns, row 0 has 2"),
        ({"costs": [[1, 2], [3, "4"]]}, "row 1, column 1: '4' is no number"),
        ({"costs": [[1, True]]}, "row 0, column 1: True is no number"),
        ('{"costs": [[1, NaN]]}', "NaN is no number"),
        ('{"costs": [[1, -Infinity]]}', "-Infinity is no number"),
        ('{"costs": [[1, 1e999]]}', "row 0, column 1: inf is no cost"),
    ],
)
def test_costs_that_cannot_be_used_are_one_message_and_status_two(write, content, said):
    answer = run("assign", write(content), "--json")
    assert (answer.exit_code, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    assert said in answer.stderr


PEOPLE = {
    "demands": [{"id": "D1", "x": 1, "y": 0}, {"id": "D2", "x": 5, "y": 0, "skills": ["电工"]}],
    "people": [{"id": "P1", "x": 0, "y": 0}, {"id": "P2", "x": 3, "y": 0, "skills": ["电工"]}],
}


def test_people_are_matched_and_each_match_told(write):
    answer = run("people", write(PEOPLE), "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert set(found) == {
        "matches",
        "unmatched",
        "total",
        "terms",
        "weights",
        "method",
        "fairness",
    }
    told = [(m["demand"], m["person"], m["runner_up"]["regret"]) for m in found["matches"]]
    assert told == [("D1", "P1", 999), ("D2", "P2", 998)]
    assert found["fairness"]["after"]["loads"] == {"P1": 1, "P2": 1}
    lines = run("people", write(PEOPLE), "--without-regret").stdout.splitlines()
    assert lines == [
        "D1: P1 costs 1 (distance 1); nobody else has room for it",
        "D2: P2 costs 2 (distance 2); nobody else has room for it",
        "total 3",
        "load before: most - least 0, Gini 0.000, Jain 1.000",
        "load after: most - least 0, Gini 0.000, Jain 1.000",
    ]


def test_a_demand_left_or_an_accepted_match_that_breaks_a_rule_is_status_one(write):
    left = PEOPLE | {"people": PEOPLE["people"][:1]}
    answer = run("people", write(left))
    assert answer.exit_code == 1
    assert "D2: nobody is allowed; nearest is P1: skill missing: 电工" in answer.stdout.splitlines()
    kept = PEOPLE | {"fixed": [{"demand": "D2", "person": "P1"}]}
    answer = run("people", write(kept), "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["matches"][1]["fixed"]) == (1, True)
    assert found["matches"][1]["breaks"] == {"skill": "skill missing: 电工"}


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PEOPLE), encoding="utf-8-sig")
    assert run("people", path).exit_code == 0
    path.write_text('{"costs": [[1]]}', encoding="utf-8-sig")
    assert run("assign", path).exit_code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "Invalid JSON"),
        ({"demands": []}, "demands"),
        ({"demands": [{"id": "D1", "x": "3", "y": 0}], "people": [{"id": "P1"}]}, "demands.0.x"),
        ({"demands": [{"id": "D1"}], "people": [{"id": "P1", "capacty": 2}]}, "people.0.capacty"),
    ],
)
def test_a_problem_that_cannot_be_used_is_one_message_and_status_two(write, content, said):
    answer = run("people", write(content), "--json")
    assert (answer.exit_code, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    assert said in answer.stderr
