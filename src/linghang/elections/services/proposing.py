"""Nominations, the candidates sent for approval, and the superior's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.elections import queries
from linghang.elections.enums import Deed, Happened, Office, Stage
from linghang.elections.models import Candidate, Election
from linghang.elections.services.steps import (
    check_decider,
    lock_election,
    move_on,
    refuse_strangers,
    send,
)
from linghang.people.models import Person
from linghang.platform.acts import ask_reason, explain
from linghang.platform.calendar import clock
from linghang_core.regulations import load_rules


@transaction.atomic
def nominate(
    *, election: Election, people: Sequence[Person], actor: Any, seen: str | None = None
) -> Election:
    """Record whom the members nominated; ValidationError for who may not be elected."""
    taken = lock_election(election, Deed.NOMINATE, seen)
    _refuse_not_eligible(taken, people)
    taken.nominated.set(people)
    note = _("%(n)s persons") % {"n": len(set(people))}
    return move_on(taken, Happened.NOMINATED, actor=actor, note=note)


@transaction.atomic
def submit_candidates(
    *,
    election: Election,
    candidates: Mapping[str, Sequence[Person]],
    actor: Any,
    seen: str | None = None,
) -> Election:
    """Send the candidates of each office to the superior, and return the election.

    Raises ValidationError for who was not nominated, too few for an office (差额), and a secretary who
    stands for no seat of the committee.
    """
    taken = lock_election(election, Deed.SUBMIT, seen)
    nominated = list(taken.nominated.all())
    for office in taken.offices:
        named = list(dict.fromkeys(candidates.get(office, ())))
        refuse_strangers(named, nominated, _("Not nominated: %(names)s."))
        _refuse_not_eligible(taken, named)
        _check_number(taken, office, len(named))
    if taken.has_committee:
        for office in (Office.SECRETARY, Office.DEPUTY):
            refuse_strangers(
                candidates.get(office, ()),
                candidates.get(Office.COMMITTEE, ()),
                _("No candidate for the committee: %(names)s."),
            )
    both = set(candidates.get(Office.SECRETARY, ())) & set(candidates.get(Office.DEPUTY, ()))
    if both:
        names = "、".join(sorted(person.name for person in both))
        raise ValidationError(
            _("Secretary and deputy at once: %(names)s.") % {"names": names}, code="both"
        )
    taken.candidates.all().delete()
    Candidate.objects.bulk_create(
        Candidate(election=taken, person=person, office=office)
        for office in taken.offices
        for person in dict.fromkeys(candidates[office])
    )
    send(taken, actor)
    return move_on(taken, Happened.SUBMITTED, actor=actor, stage=Stage.SUBMITTED)


@transaction.atomic
def decide_candidates(
    *, election: Election, approve: bool, actor: Any, reason: str = "", seen: str | None = None
) -> Election:
    """Approve the candidates or return them with the reason; never by who sent them or stands."""
    taken = lock_election(election, Deed.DECIDE_CANDIDATES, seen)
    check_decider(taken, actor)
    if approve:
        return move_on(
            taken,
            Happened.CANDIDATES_APPROVED,
            actor=actor,
            stage=Stage.VOTING,
            note=reason.strip(),
        )
    note = ask_reason(reason)
    return move_on(
        taken, Happened.CANDIDATES_RETURNED, actor=actor, stage=Stage.NOMINATING, note=note
    )


def _check_number(election: Election, office: Office, number: int) -> None:
    needed = queries.count_needed(election, office)
    if number >= needed:
        return
    rule = load_rules().find("vote.candidates", election.planned_on)
    raise ValidationError(
        _("%(office)s: %(needed)s candidates are needed, %(number)s are named. %(rule)s")
        % {
            "office": office.label,
            "needed": needed,
            "number": number,
            "rule": explain(rule) if office == Office.COMMITTEE else "",
        },
        code="too_few",
    )


def _refuse_not_eligible(election: Election, people: Sequence[Person]) -> None:
    refuse_strangers(
        people,
        queries.list_eligible(election.unit, clock.today()),
        _("No full member of good standing in the branch: %(names)s."),
    )
