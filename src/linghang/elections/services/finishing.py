"""The result reported, the superior's reply, and what follows from it: appointments and the new term."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.elections import queries
from linghang.elections.enums import Deed, Happened, Office, Stage
from linghang.elections.models import Elected, Election
from linghang.elections.services.steps import (
    check_decider,
    lock_election,
    move_on,
    refuse_strangers,
    send,
)
from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.org.api import change_unit
from linghang.people import api as people
from linghang.people.enums import SECRETARY_POST
from linghang.people.models import Appointment, Person, Post
from linghang.platform.acts import ask_reason
from linghang.platform.calendar import clock
from linghang_core.regulations import compute_term

BASIS = "选举结果批复"
ONE = 100  # a quantity of one, in hundredths
DIVISION = ("organisation_member", "publicity_member", "discipline_member")
ELSEWHERE = ("committee_secretary", "committee_leader", SECRETARY_POST, Office.DEPUTY.value)


def list_posts() -> list[Post]:
    """Return the posts a committee member may take beside secretary and deputy."""
    return list(Post.objects.filter(is_committee=True).exclude(code__in=ELSEWHERE))


def propose_posts(election: Election) -> dict[Person, str]:
    """Return each elected person's post: by the ballot, by what they held, else the usual division."""
    tallies = {tally.office: tally.elected for tally in queries.read_tallies(election)}
    posts = dict.fromkeys(tallies[Office.SECRETARY], SECRETARY_POST)
    posts |= dict.fromkeys(tallies.get(Office.DEPUTY, ()), Office.DEPUTY.value)
    rest = [person for person in tallies.get(Office.COMMITTEE, ()) if person not in posts]
    known = {post.code for post in list_posts()}
    held = Appointment.objects.filter(
        unit=election.unit, person__in=rest, post_id__in=known, valid_to=None
    )
    before = dict(held.values_list("person_id", "post_id"))
    posts |= {person: before[person.pk] for person in rest if person.pk in before}
    free = [post for post in DIVISION if post in known and post not in posts.values()]
    for person in rest:
        if person not in posts:
            posts[person] = free.pop(0) if free else "committee_member"
    return posts


@transaction.atomic
def report_result(
    *,
    election: Election,
    actor: Any,
    posts: Mapping[Person, str] | None = None,
    seen: str | None = None,
) -> Election:
    """Report the result (报告) with the division of work, and return the election.

    `posts` are those of committee members without another office; ValidationError for others.
    """
    taken = lock_election(election, Deed.REPORT, seen)
    division = propose_posts(taken)
    fixed = {person for person, post in division.items() if post in ELSEWHERE}
    chosen = dict(posts or {})
    refuse_strangers(
        list(chosen), [p for p in division if p not in fixed], _("Not elected: %(names)s.")
    )
    unknown = set(chosen.values()) - {post.code for post in list_posts()}
    if unknown:
        raise ValidationError(
            _("No post of a committee member: %(posts)s.") % {"posts": "、".join(sorted(unknown))},
            code="post",
        )
    taken.elected.all().delete()
    Elected.objects.bulk_create(
        Elected(election=taken, person=person, post_id=post)
        for person, post in (division | chosen).items()
    )
    send(taken, actor)
    return move_on(taken, Happened.REPORTED, actor=actor, stage=Stage.REPORTED)


@transaction.atomic
def decide_result(
    *,
    election: Election,
    approve: bool,
    actor: Any,
    on: date | None = None,
    document_number: str = "",
    reason: str = "",
    seen: str | None = None,
) -> Election:
    """Record the reply (批复): the new committee is appointed from its day, and the new term begins.

    Not confirmed, the election has failed, with the reason. Raises ValidationError without day or
    number, for a day before the meeting, and for somebody elected who has left the branch since.
    """
    taken = lock_election(election, Deed.DECIDE_RESULT, seen)
    check_decider(taken, actor)
    if not approve:
        note = ask_reason(reason)
        return move_on(taken, Happened.REFUSED, actor=actor, stage=Stage.FAILED, note=note)
    if on is None or not document_number.strip():
        raise ValidationError(_("A reply has its day and its document number."), code="no_number")
    if on > clock.today():
        raise ValidationError({"on": _("The day lies in the future.")}, code="future")
    last = taken.ballots.latest("pk").on
    if on < last:
        raise ValidationError(
            {"on": _("The last ballot was held on %(day)s.") % {"day": last}}, code="before_last"
        )
    taken.replied_on, taken.reply_number = on, document_number.strip()
    _appoint(taken, actor)
    change_unit(
        unit=taken.unit,
        actor=actor,
        on=on,
        document_number=taken.reply_number,
        term_from=on,
        term_to=compute_term(taken.unit.kind, on).expires_on,
    )
    moved = move_on(
        taken, Happened.CONFIRMED, actor=actor, stage=Stage.DONE, note=taken.reply_number
    )
    _write_fact(moved, actor)
    return moved


def _appoint(election: Election, actor: Any) -> None:
    on, number = election.replied_on, election.reply_number
    assert on is not None
    elected = list(election.elected.select_related("person", "post"))
    refuse_strangers(
        [one.person for one in elected],
        queries.list_eligible(election.unit, on),
        _("No full member of good standing in the branch: %(names)s."),
    )
    held = Appointment.objects.filter(
        unit=election.unit, post__is_committee=True, valid_from__lte=on
    ).exclude(valid_to__lte=on)
    kept = set(held.filter(valid_from=on).values_list("person_id", "post_id"))
    kept &= {(one.person_id, one.post_id) for one in elected}  # in office from that very day
    for appointment in held.select_related("person", "unit"):
        if (appointment.person_id, appointment.post_id) in kept:
            continue
        people.end_appointment(
            appointment=appointment, on=on, reason=f"{BASIS} {number}", actor=actor
        )
    people.appoint_people(
        [
            people.AppointmentDraft(
                person=one.person,
                unit=election.unit,
                post=one.post_id,
                valid_from=on,
                basis=BASIS,
                document_number=number,
            )
            for one in elected
            if (one.person_id, one.post_id) not in kept
        ],
        actor=actor,
    )


def _write_fact(election: Election, actor: Any) -> None:
    assert election.held_on is not None
    write_entries(
        [
            EntryDraft(
                source=election,
                kind="election",
                unit_id=election.unit_id,
                title="换届选举",
                occurred_on=election.held_on,
                facts=[
                    FactDraft(
                        kind="election",
                        quantity=ONE,
                        unit_id=election.unit_id,
                        occurred_on=election.held_on,
                        status=election.timing,
                        verified=True,
                    )
                ],
            )
        ],
        actor=actor,
    )
