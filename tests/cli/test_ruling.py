"""What the regulations say, asked on the command line as other programs ask it."""

import json

import pytest
from click.testing import CliRunner

from linghang.cli import cli


def run(*words: str):
    return CliRunner().invoke(cli, ["rules", *words])


def ask(*words: str):
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_vote_is_judged_with_its_basis():
    counts = ("--entitled", "15", "--present", "8", "--in-favour", "8")
    assert ask("vote", "members_meeting", *counts) == {
        "valid": True,
        "passed": True,
        "present_needed": 8,
        "in_favour_needed": 8,
        "rule": "vote.members_meeting",
        "basis": "《中国共产党支部工作条例（试行）》",
        "strength": "hard",
    }


def test_an_old_election_goes_by_the_rule_of_its_day():
    counts = ("--entitled", "20", "--present", "16", "--in-favour", "9")
    assert ask("vote", "election", *counts, "--on", "2015-06-01")["valid"] is False  # above 4/5
    assert ask("vote", "election", *counts)["valid"] is True


def test_an_election_names_who_is_elected_and_who_ties():
    votes = [word for tally in ("甲=14", "乙=11", "丙=11") for word in ("--votes", tally)]
    found = ask("election", "--seats", "2", "--entitled", "20", "--present", "18", *votes)
    assert (found["elected"], found["tied"], found["open_seats"]) == (["甲"], ["丙", "乙"], 1)
    assert (found["votes_needed"], found["candidates_needed"]) == (11, 3)


@pytest.mark.parametrize(("base", "amount"), [("3000", "15.00"), ("3000.01", "30.00")])
def test_dues_at_the_edge_of_a_bracket(base, amount):
    assert ask("dues", base)["amount"] == amount


def test_a_term_tells_where_it_stands():
    found = ask("term", "branch", "2024-05-06", "--on", "2026-11-21")
    assert (found["expires_on"], found["remind_on"], found["state"]) == (
        "2027-05-06",
        "2026-11-06",
        "reminded",
    )


def test_head_counts_and_steps():
    assert ask("organisation", "--full", "7")["has_committee"] is True
    assert ask("excellent", "14") == {"at_most": 4}
    steps = ask("development")
    assert len(steps) == 25
    assert steps[0]["zh"] == "递交入党申请书"
    assert "25  conversion" in run("development").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["dues", "abc"], "no amount"),
        (["vote", "admission", "--entitled", "5", "--present", "6", "--in-favour", "1"], "only 5"),
        (
            ["election", "--seats", "1", "--entitled", "5", "--present", "5", "--votes", "甲"],
            "甲=12",
        ),
        (
            [
                "election",
                "--seats",
                "1",
                "--entitled",
                "5",
                "--present",
                "5",
                "--votes",
                "甲=1",
                "--votes",
                "甲=2",
            ],
            "named twice",
        ),
        (["dues", "1", "--on", "1900-01-01"], "in force on 1900-01-01"),
        (["organisation", "--full", "7", "--members", "3"], "all members"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(words, said):
    done = run(*words)
    assert done.exit_code == 2
    assert said in done.output
