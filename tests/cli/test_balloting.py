"""`linghang ballots recount`: an observer's recount without the installation."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from linghang.cli.balloting import ballots
from linghang_core.regulations import BallotLine, digest_list, write_list

TEXT = write_list(
    [
        BallotLine(1, "甲", "党员票", "优秀", 1, "AAAA222222"),
        BallotLine(1, "甲", "党员票", "合格", 1, "BBBB222222"),
    ]
)


@pytest.fixture
def run(tmp_path):
    def ask(text: str, *options: str):
        path = tmp_path / "slips.csv"
        path.write_text(text, encoding="utf-8-sig")
        return CliRunner().invoke(ballots, ["recount", str(path), *options])

    return ask


def test_the_sums_and_the_digest_are_printed(run):
    answer = run(TEXT)
    assert answer.exit_code == 0
    assert answer.output == f"1 甲: 优秀 1 合格 1\nslips 2  digest {digest_list(TEXT)}\n"


def test_the_sums_as_json(run):
    found = json.loads(run(TEXT, "--json").output)
    assert found["totals"] == [{"number": 1, "name": "甲", "grades": {"优秀": 1, "合格": 1}}]
    assert (found["slips"], found["faults"]) == (2, [])


def test_a_changed_list_exits_with_one_and_a_foreign_file_with_two(run):
    twice = run(TEXT.replace("BBBB222222", "AAAA222222"))
    assert (twice.exit_code, "AAAA222222" in twice.output) == (1, True)
    assert run("姓名\n").exit_code == 2
