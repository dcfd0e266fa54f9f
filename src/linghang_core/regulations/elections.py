"""The result of an election: who is elected, who must be voted on again, which seats stay open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from linghang_core.regulations.rules import Rule, RuleBook, load_rules
from linghang_core.regulations.votes import count_candidates_needed, judge_vote


@dataclass(frozen=True)
class ElectionResult:
    """Whether the election is valid, who is elected, and what is left to do.

    `elected` by votes, most first; `tied` are those with enough but equal votes for the last seats,
    who are voted on again; `open_seats` the seats not filled, `candidates_needed` how many
    candidates the ballot had to name.
    """

    valid: bool
    elected: tuple[str, ...]
    tied: tuple[str, ...]
    open_seats: int
    present_needed: int
    votes_needed: int
    candidates_needed: int
    rule: Rule


def judge_election(
    *,
    seats: int,
    entitled: int,
    present: int,
    votes: Mapping[str, int],
    kind: str = "election",
    on: date | None = None,
    rules: RuleBook | None = None,
) -> ElectionResult:
    """Return the result of electing `seats` from candidates with their votes in favour.

    `kind` is the vote's rule: election (by the members), secretary (by the new committee).
    Elected is who has more than the rule's share of the votes, the most votes first; who ties with
    another for the last seat is not elected yet. Without a quorum nobody is. Raises ValueError for
    counts that contradict each other: more votes for one than ballots, more ballots than entitled,
    more votes altogether than ballots times seats.
    """
    if sum(votes.values()) > present * seats:
        raise ValueError(
            f"{sum(votes.values())} votes on {present} ballots for {seats} seats are too many"
        )
    results = {
        name: judge_vote(
            kind, entitled=entitled, present=present, in_favour=count, on=on, rules=rules
        )
        for name, count in votes.items()
    }
    nobody = judge_vote(kind, entitled=entitled, present=present, in_favour=0, on=on, rules=rules)
    enough = sorted((n for n, r in results.items() if r.passed), key=lambda n: (-votes[n], n))
    tied: tuple[str, ...] = ()
    if len(enough) > seats:
        last = votes[enough[seats - 1]]
        if votes[enough[seats]] == last:
            tied = tuple(name for name in enough if votes[name] == last)
        enough = [name for name in enough[:seats] if name not in tied]
    return ElectionResult(
        valid=nobody.quorate,
        elected=tuple(enough),
        tied=tied,
        open_seats=seats - len(enough),
        present_needed=nobody.present_needed,
        votes_needed=nobody.in_favour_needed,
        candidates_needed=count_candidates_needed(seats, rules=rules or load_rules()),
        rule=nobody.rule,
    )
