"""The tables of docs/algorithms/regulations.md hold, read from the page itself."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from linghang_core.regulations import compute_dues, compute_term, judge_election, judge_vote

PAGE = Path(__file__).parents[3] / "docs/algorithms/regulations.md"


def read_table(heading: str) -> list[list[str]]:
    """Return the rows of the first table under a heading, without its head."""
    part = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("row", read_table("Votes"), ids="-".join)
def test_votes(row: list[str]) -> None:
    kind, entitled, present, in_favour, valid, passed = row
    result = judge_vote(
        kind, entitled=int(entitled), present=int(present), in_favour=int(in_favour)
    )
    assert (result.quorate, result.passed) == (valid == "yes", passed == "yes")


@pytest.mark.parametrize("row", read_table("Elections"), ids="-".join)
def test_elections(row: list[str]) -> None:
    seats, entitled, present, votes, elected, tied, left = row
    result = judge_election(
        seats=int(seats),
        entitled=int(entitled),
        present=int(present),
        votes={name: int(count) for name, count in (v.split("=") for v in votes.split())},
    )
    assert [*result.elected] == elected.replace("–", "").split()
    assert [*result.tied] == tied.replace("–", "").split()
    assert result.open_seats == int(left)


@pytest.mark.parametrize("row", read_table("Dues"), ids="-".join)
def test_dues(row: list[str]) -> None:
    payer, base, amount = row
    assert compute_dues(Decimal(base), payer=payer).amount == Decimal(amount)


@pytest.mark.parametrize("row", read_table("Terms"), ids="-".join)
def test_terms(row: list[str]) -> None:
    kind, *days = row
    began, reminded, expires = map(date.fromisoformat, days)
    term = compute_term(kind, began)
    assert (term.remind_on, term.expires_on) == (reminded, expires)


def test_votes_that_cannot_be_are_refused() -> None:
    for votes, present in (({"甲": 9}, 8), ({"甲": 8, "乙": 9}, 8)):
        with pytest.raises(ValueError, match=r"too many|only 8 present"):
            judge_election(seats=1, entitled=10, present=present, votes=votes)
