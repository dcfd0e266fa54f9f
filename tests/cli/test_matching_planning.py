"""`linghang match plan` as other programs call it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.core.matching.checker import find_faults

from linghang.cli import cli

PROBLEM = {
    "depot": {"x": 0, "y": 0},
    "demands": [
        {
            "id": "D1",
            "x": 3,
            "y": 4,
            "load": 1,
            "service": 10,
            "from": 5,
            "to": 20,
            "skills": ["电工"],
        },
        {"id": "D2", "x": 6, "y": 8, "load": 1, "service": 10, "from": 0, "to": 60, "skills": []},
        {"id": "D3", "x": 0, "y": -6, "load": 9, "service": 0, "from": 0, "to": 60, "skills": []},
    ],
    "teams": [
        {
            "id": "一队",
            "capacity": 4,
            "skills": ["电工"],
            "start": 0,
            "end": 100,
            "max_duration": 90,
        }
    ],
    "metric": "euclid",
}


def run(*words: object):
    return CliRunner().invoke(cli, ["match", "plan", *(str(word) for word in words)])


@pytest.fixture
def write(tmp_path):
    def write_problem(content: object, name: str = "problem.json") -> Path:
        path = tmp_path / name
        path.write_text(
            content if isinstance(content, str) else json.dumps(content, ensure_ascii=False),
            encoding="utf-8",
        )
        return path

    return write_problem


def test_a_plan_is_json_with_the_agreed_names(write):
    answer = run(write(PROBLEM), "--seconds", 5, "--seed", 1, "--json")
    plan = json.loads(answer.stdout)
    assert answer.exit_code == 0
    [route] = plan["routes"]
    assert plan["distance"] == 20
    assert (route["team"], route["demands"], route["arrivals"]) == ("一队", ["D1", "D2"], [5, 20])
    assert [each["id"] for each in plan["unserved"]] == ["D3"]
    assert "would carry 9, its capacity is 4" in plan["unserved"][0]["reason"]
    assert find_faults(PROBLEM, plan) == []


def test_the_same_seed_prints_the_same_bytes(write):
    path = write(PROBLEM)
    first, second = (run(path, "--seconds", 5, "--seed", 3, "--json").stdout for _ in range(2))
    assert first == second


def test_for_a_person_the_plan_is_text(write):
    answer = run(write(PROBLEM))
    assert answer.exit_code == 0
    assert "一队: leaves 0, back 40" in answer.stdout
    assert "not served: D3: out of reach of all teams" in answer.stdout


def test_a_file_of_gb18030_is_read(tmp_path):
    path = tmp_path / "problem.json"
    path.write_bytes(json.dumps(PROBLEM, ensure_ascii=False).encode("gb18030"))
    assert json.loads(run(path, "--json").stdout)["routes"][0]["team"] == "一队"


def test_an_earlier_plan_is_kept_with_its_times(write):
    earlier = write(run(write(PROBLEM), "--json").stdout, "plan.json")
    new = {"id": "D4", "x": 3, "y": 4, "service": 1}
    more = write(PROBLEM | {"demands": [*PROBLEM["demands"], new]}, "more.json")
    plan = json.loads(run(more, "--accepted", earlier, "--tolerance", 0, "--json").stdout)
    [route] = plan["routes"]
    assert plan["kept"] == ["D1", "D2"]
    assert plan["broken"] == []
    assert route["demands"] == ["D1", "D2", "D4"]
    assert route["arrivals"] == [5, 20, 35]


def test_a_faulty_demand_is_listed_and_the_status_is_one(write):
    faulty = {"id": "D4", "x": 1, "y": 1, "from": "abc"}
    answer = run(write(PROBLEM | {"demands": [*PROBLEM["demands"], faulty]}), "--json")
    plan = json.loads(answer.stdout)
    assert (answer.exit_code, plan["distance"]) == (1, 20)
    assert plan["quality"][0]["message"] == 'demands[3].from: "abc" is no number'


def test_no_demands_are_an_empty_plan(write):
    answer = run(write(PROBLEM | {"demands": []}), "--json")
    plan = json.loads(answer.stdout)
    assert (answer.exit_code, plan["distance"], plan["routes"]) == (0, 0, [])
    assert isinstance(plan["distance"], float)


def test_null_stands_for_what_is_left_out_everywhere(write):
    def empty(one):
        return {name: one[name] if name in ("id", "x", "y") else None for name in one}

    bare = {name: [empty(one) for one in PROBLEM[name]] for name in ("demands", "teams")}
    nulls = dict.fromkeys(("metric", "weights", "speed", "accepted", "tolerance"))
    answer = run(write(PROBLEM | bare | nulls), "--json")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert json.loads(answer.stdout)["routes"][0]["team"] == "一队"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "problem.json, line 1: no JSON"),
        ("{", "problem.json, line 1: no JSON"),
        ("[]", "the problem is no object"),
        ({}, "depot: is missing"),
        (PROBLEM | {"teams": []}, "no team to plan with"),
        (PROBLEM | {"metric": "taxi"}, 'metric: "taxi" is unknown'),
        (PROBLEM | {"depot": {"x": "a", "y": 0}}, 'depot.x: "a" is no number'),
        (PROBLEM | {"demands": [{"id": 1}]}, "no demand can be planned: demands[0].x: is missing"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_its_place(write, content, said):
    answer = run(write(content), "--json")
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_an_earlier_plan_without_routes_is_refused(write):
    answer = run(write(PROBLEM), "--accepted", write({}, "other.json"))
    assert answer.exit_code == 2
    assert "--accepted other.json: has no routes" in answer.stderr
