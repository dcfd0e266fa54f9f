"""What other apps may ask of elections."""

from __future__ import annotations

from linghang.elections import access
from linghang.elections.enums import Deed
from linghang.elections.models import Election
from linghang.elections.queries import (
    Line,
    find_open,
    is_due,
    list_elections,
    list_eligible,
    list_lines,
    list_standing,
    list_units,
    read_roll,
    read_tallies,
    waits_for_superior,
)
from linghang.elections.services import (
    BallotDraft,
    RequestDraft,
    decide_candidates,
    decide_request,
    decide_result,
    nominate,
    open_election,
    record_ballot,
    report_result,
    send_request,
    submit_candidates,
)
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock

__all__ = [
    "BallotDraft",
    "Deed",
    "Election",
    "Line",
    "RequestDraft",
    "access",
    "decide_candidates",
    "decide_request",
    "decide_result",
    "find_open",
    "list_elections",
    "list_eligible",
    "list_lines",
    "list_standing",
    "list_units",
    "nominate",
    "open_election",
    "read_roll",
    "read_tallies",
    "record_ballot",
    "report_result",
    "send_request",
    "submit_candidates",
    "waiting_for",
]


def waiting_for(scope: Scope) -> list[Line]:
    """Return the branches whose re-election the reader has to begin, go on with or decide; for home pages."""
    own = scope.prefixes(Permission.EDIT_RECORDS)
    decides = scope.prefixes(Permission.EDIT_PEOPLE)
    if not own and not decides:
        return []
    found = []
    for line in list_lines(list_units(scope), clock.today()):
        superior = line.election is not None and waits_for_superior(line.election)
        if superior:
            waits = bool(scope.can(Permission.EDIT_PEOPLE, line.unit.path))
        else:  # the officer, who may record too, is not told what the branch itself has to do
            waits = bool(scope.can(Permission.EDIT_RECORDS, line.unit.path)) and not decides
            waits = waits and (line.election is not None or is_due(line))
        if waits:
            found.append(line)
    return found
