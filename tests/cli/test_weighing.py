"""`linghang weights` and `linghang schemes` as other programs call them."""

from __future__ import annotations

import json

import pytest
import yaml
from click.testing import CliRunner
from tests.evaluation import cases

from linghang.cli import cli


def run(*given: object):
    return CliRunner().invoke(cli, [str(word) for word in given])


@pytest.fixture
def write(tmp_path):
    def make(content, name: str = "given.json"):
        path = tmp_path / name
        path.write_text(
            content if isinstance(content, str) else json.dumps(content, ensure_ascii=False),
            encoding="utf-8",
        )
        return path

    return make


def test_each_method_prints_the_agreed_names(write):
    pairs = write({"matrix": [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]})
    found = json.loads(run("weights", "ahp", pairs, "--json").stdout)
    assert [round(one, 3) for one in found["weights"]] == [0.637, 0.258, 0.105]
    assert (round(found["lambda_max"], 3), round(found["consistency_ratio"], 3)) == (3.039, 0.033)
    rows = write({"columns": ["A", "B"], "rows": [[1, 1], [1, 1], [2, 0]]}, "rows.json")
    found = json.loads(run("weights", "entropy", rows, "--json").stdout)
    assert [round(one, 4) for one in found["weights"]] == [0.1268, 0.8732]
    given = {"rows": [[0, 9], [1, 6], [2, 4]], "directions": ["benefit", "cost"]}
    found = json.loads(run("weights", "critic", write(given), "--json").stdout)
    assert round(sum(found["weights"]), 9) == 1
    found = json.loads(
        run("weights", "topsis", write(given | {"weights": [3, 1]}), "--json").stdout
    )
    assert (found["normalisation"], found["ranks"], found["weights"]) == (
        "vector",
        [3, 2, 1],
        [0.75, 0.25],
    )
    assert "closeness: " in run("weights", "topsis", write(given | {"weights": [3, 1]})).stdout


@pytest.mark.parametrize(
    ("method", "content", "words"),
    [
        ("ahp", {"matrix": [[1, 9, 1], [1 / 9, 1, 9], [1, 1 / 9, 1]]}, "above 0.1: 1, 2 and 3"),
        ("ahp", {"matrix": [[1, 2], [2, 1]]}, "no reciprocals"),
        ("ahp", {"rows": []}, "the key matrix is missing"),
        ("entropy", "{", "is no JSON"),
        (
            "critic",
            {"columns": ["A", "B"], "rows": [[1, 2], [2, 2], [3, 2]]},
            "column B is the same",
        ),
        ("topsis", {"rows": [[1], [2]], "weights": [1], "normalisation": "x"}, "no normalisation"),
        ("topsis", {"rows": [[1], [2]], "weights": [-1]}, "the weight -1 is no number from 0 on"),
    ],
)
def test_bad_input_is_one_line_on_stderr_and_exit_2(write, method, content, words):
    answer = run("weights", method, write(content), "--json")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert words in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.django_db
def test_lint_tells_errors_warnings_and_what_is_no_scheme_apart(write):
    good = cases.unit_scheme()
    answer = run("schemes", "lint", write(good), "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["errors"], found["process_share"]) == (0, 0, 0.0)
    assert {one["code"] for one in found["findings"]} == {"one_criterion_decides"}
    bad = good | {"title": cases.text("打卡签到指数", "Clock-ins")}
    pack = yaml.safe_dump({"pack": "own", "contents": {"schemes": [bad]}}, allow_unicode=True)
    answer = run("schemes", "lint", write(pack, "own.yaml"), "--json")
    first = json.loads(answer.stdout)["findings"][0]
    assert (answer.exit_code, first["code"], first["severity"]) == (1, "forbidden_trace", "error")
    assert first["basis"].startswith("国办函〔2026〕12号")
    answer = run("schemes", "lint", write(good | {"base": "90"}))
    assert (answer.exit_code, "add up to 100" in answer.stderr) == (2, True)
    assert run("schemes", "lint", write("a: [", "broken.yaml")).exit_code == 2


def test_whatif_compares_with_the_scheme_in_force_and_keeps_nothing(
    write, bureau, settings, tmp_path
):
    settings.LAKE_DIR = tmp_path / "lake"
    flag = cases.install(cases.unit_scheme())
    cases.write_example(bureau)
    draft = cases.unit_scheme(version="2.0.0")
    draft["dimensions"][0]["criteria"][0]["points"] = "30"
    draft["dimensions"][1]["criteria"][0]["points"] = "70"
    asked = ("--against", "flag", "--periods", "2026-09..2026-10", "--root", bureau.committee.code)
    answer = run("schemes", "whatif", write(draft), *asked, "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["reasons"]) == (0, [])
    assert found["periods"] == ["2026-09", "2026-10"]
    assert [row["changed"] for row in found["moved"]][-1] == 2
    assert (found["against"], found["rated"]) == ({"code": "flag", "version": "1.0.0"}, 4)
    assert flag.runs.count() == 0
    refused = run("schemes", "whatif", write(draft), "--against", "flag", "--periods", "2026-10")
    assert (refused.exit_code, "--root" in refused.stderr) == (2, True)
    long = ("--against", "flag", "--periods", "2023-10..2026-10", "--root", bureau.committee.code)
    refused = run("schemes", "whatif", write(draft), *long)
    assert (refused.exit_code, "more than 36 periods" in refused.stderr) == (2, True)
