"""Proposing, appointing, handing over, reviewing and withdrawing a post, zone or squad."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.pioneers.enums import (
    IN_FORCE,
    PIONEER,
    CarrierKind,
    CarrierState,
    Counts,
    Decision,
    Deed,
    Happened,
    Occasion,
)
from linghang.pioneers.models import Carrier, Pledge, Review, Tenure
from linghang.pioneers.queries import carriers as queries
from linghang.pioneers.services.steps import (
    check_decider,
    lock_carrier,
    move_on,
    note_act,
)
from linghang.platform.acts import ask_reason, fault, known
from linghang.platform.calendar import clock
from linghang_core.regulations import load_rules

ONE = 100  # a quantity of one, in hundredths


@dataclass(frozen=True)
class CarrierDraft:
    """What a branch proposes. `kinds` are the kinds of fact that count as its work."""

    unit: Unit
    kind: str
    title: str
    place: str
    holder: Person
    pledge: str = ""
    members: Sequence[Person] = ()
    kinds: Sequence[str] = ()
    counts: str = Counts.PERSONS
    occasion: str = Occasion.NONE
    occasion_title: str = ""


@transaction.atomic
def propose_carrier(*, draft: CarrierDraft, actor: Any) -> Carrier:
    """Propose a post, zone or squad; the officer appoints it or returns the proposal.

    Raises ValidationError for a title that stands already, somebody who is no member of the branch, members
    of a post, a squad for an action or emergency without its name, and no kind of record to go by.
    """
    _check_draft(draft)
    carrier = Carrier.objects.create(
        unit=draft.unit,
        kind=CarrierKind(draft.kind),
        title=draft.title.strip(),
        place=draft.place.strip(),
        holder=draft.holder,
        occasion=Occasion(draft.occasion),
        occasion_title=draft.occasion_title.strip(),
        kinds=list(draft.kinds),
        counts=Counts(draft.counts),
        proposed_by=known(actor),
    )
    carrier.members.set(draft.members)
    if draft.pledge.strip():
        _write_pledge(carrier, draft.pledge, actor)
    note_act(carrier, Happened.PROPOSED, actor=actor, note=draft.holder.name)
    return carrier


@transaction.atomic
def appoint_carrier(
    *,
    carrier: Carrier,
    begins_on: date,
    ends_on: date | None = None,
    actor: Any,
    seen: str | None = None,
) -> Carrier:
    """Appoint the proposed holder and members from a day; the review falls due by the rule.

    Raises ValidationError for a day to come, a last day before the first, and a post of one's own.
    """
    taken = lock_carrier(carrier, Deed.APPOINT, seen)
    check_decider(taken, actor)
    if begins_on > clock.today():
        raise fault("begins_on", _("The day lies in the future."), "future")
    if ends_on and ends_on < begins_on:
        raise fault("ends_on", _("The last day lies before the first."), "order")
    _refuse_strangers(taken.unit, [taken.holder, *taken.members.all()], begins_on)
    taken.state = CarrierState.ACTIVE
    taken.begins_on, taken.ends_on = begins_on, ends_on
    taken.review_on = queries.find_next_review(begins_on)
    move_on(taken, Happened.APPOINTED, actor=actor, note=taken.holder.name)
    _begin_tenures(taken, taken.holder, list(taken.members.all()), begins_on, actor)
    return taken


@transaction.atomic
def return_proposal(
    *, carrier: Carrier, reason: str, actor: Any, seen: str | None = None
) -> Carrier:
    """Return the proposal with the reason; the branch may propose anew."""
    taken = lock_carrier(carrier, Deed.RETURN, seen)
    taken.state = CarrierState.RETURNED
    return move_on(taken, Happened.RETURNED, actor=actor, note=ask_reason(reason))


@transaction.atomic
def write_pledge(*, carrier: Carrier, text: str, actor: Any, seen: str | None = None) -> Carrier:
    """Write the holder's pledge in their own words; former ones stay. Only the holder does."""
    taken = lock_carrier(carrier, Deed.PLEDGE, seen)
    if getattr(actor, "pk", None) is None or taken.holder.user_id != actor.pk:
        raise ValidationError(
            _("%(name)s writes their own pledge.") % {"name": taken.holder.name}, code="holder"
        )
    if not text.strip():
        raise fault("text", _("Write the pledge in your own words."), "text")
    _write_pledge(taken, text, actor)
    return move_on(taken, Happened.PLEDGED, actor=actor)


@transaction.atomic
def hand_over(
    *,
    carrier: Carrier,
    person: Person,
    on: date,
    reason: str,
    actor: Any,
    seen: str | None = None,
) -> Carrier:
    """Hand it over to the next holder from a day; the former one stays in the history.

    Raises ValidationError for oneself, the present holder, a day to come or not after the last beginning.
    """
    taken = lock_carrier(carrier, Deed.HAND_OVER, seen)
    check_decider(taken, actor)
    note = ask_reason(reason)
    if person.user_id is not None and person.user_id == getattr(actor, "pk", None):
        raise ValidationError(_("Nobody appoints themselves. Another officer does."), code="own")
    if person.pk == taken.holder_id:
        raise fault("person", _("%(name)s holds it already.") % {"name": person.name}, "same")
    if on > clock.today():
        raise fault("on", _("The day lies in the future."), "future")
    _refuse_strangers(taken.unit, [person], on)
    former = taken.tenures.get(is_holder=True, valid_to=None)
    _end_tenures([former, *taken.tenures.filter(person=person, valid_to=None)], on, note)
    taken.holder = person
    taken.members.remove(person)
    words = f"{former.person.name} → {person.name}：{note}"
    move_on(taken, Happened.HANDED_OVER, actor=actor, note=words)
    _begin_tenures(taken, person, [], on, actor)
    return taken


@transaction.atomic
def change_members(
    *,
    carrier: Carrier,
    members: Sequence[Person],
    on: date,
    reason: str,
    actor: Any,
    seen: str | None = None,
) -> Carrier:
    """Say who serves a zone or squad from a day beside its holder; who left stays in the history."""
    taken = lock_carrier(carrier, Deed.MEMBERS, seen)
    note = ask_reason(reason)
    if not CarrierKind(taken.kind).is_team:
        raise ValidationError(_("A demonstration post has a holder, no members."), code="members")
    if on > clock.today():
        raise fault("on", _("The day lies in the future."), "future")
    wanted = {person.pk: person for person in members if person.pk != taken.holder_id}
    _refuse_strangers(taken.unit, list(wanted.values()), on)
    serving = {row.person_id: row for row in taken.tenures.filter(is_holder=False, valid_to=None)}
    _end_tenures([row for pk, row in serving.items() if pk not in wanted], on, note)
    new = [person for pk, person in wanted.items() if pk not in serving]
    taken.members.set(list(wanted.values()))
    move_on(taken, Happened.MEMBERS, actor=actor, note=note)
    _begin_tenures(taken, None, new, on, actor)
    return taken


@transaction.atomic
def review_carrier(
    *,
    carrier: Carrier,
    decision: str,
    reason: str = "",
    actor: Any,
    seen: str | None = None,
) -> Review:
    """Hold the yearly review: what the ledger shows is written down beside the pledge, then decided.

    Raises ValidationError for a review before its time, and one that does not keep, without its reason.
    """
    taken = lock_carrier(carrier, Deed.REVIEW, seen)
    check_decider(taken, actor)
    today, due_on = clock.today(), taken.review_on or clock.today()
    rule = load_rules().find("pioneers.review", today)
    if taken.reviews.filter(held_on=today).exists():
        raise ValidationError(_("It was reviewed today already."), code="again")
    early = today < due_on - timedelta(days=rule.whole("remind_days"))
    if early and not reason.strip():
        raise fault(
            "reason",
            _("The review is due on %(day)s; say why it is held now. %(basis)s")
            % {"day": due_on, "basis": rule.basis},
            "early",
        )
    choice = Decision(decision)
    note = reason.strip() if choice is Decision.KEEP else ask_reason(reason)
    since = _find_since(taken)
    work = queries.read_work([taken], since, today + timedelta(days=1))[taken.pk]
    pledge = taken.pledges.filter(person=taken.holder).last()
    review = Review.objects.create(
        carrier=taken,
        holder=taken.holder,
        due_on=due_on,
        held_on=today,
        since=since,
        pledge=pledge.text if pledge else "",
        found=[[one.kind, one.records, one.quantity] for one in work],
        decision=choice,
        reason=note,
        by=known(actor),
    )
    taken.review_on = queries.find_next_review(max(due_on, today) if not early else today)
    taken.state = CarrierState.IMPROVING if choice is Decision.IMPROVE else CarrierState.ACTIVE
    move_on(taken, Happened.REVIEWED, actor=actor, note=f"{choice.label}：{note}".rstrip("："))
    _write_fact(taken, review, taken.holder, choice.value, today, actor)
    if choice is Decision.WITHDRAW:
        _withdraw(taken, note, actor)
    return review


@transaction.atomic
def withdraw_carrier(
    *, carrier: Carrier, reason: str, actor: Any, seen: str | None = None
) -> Carrier:
    """Withdraw it with the reason; everything recorded stays."""
    taken = lock_carrier(carrier, Deed.WITHDRAW, seen)
    check_decider(taken, actor)
    _withdraw(taken, ask_reason(reason), actor)
    return taken


def _withdraw(carrier: Carrier, reason: str, actor: Any) -> None:
    today = clock.today()
    _end_tenures(list(carrier.tenures.filter(valid_to=None)), today + timedelta(days=1), reason)
    carrier.state, carrier.review_on = CarrierState.WITHDRAWN, None
    carrier.ends_on = today
    move_on(carrier, Happened.WITHDRAWN, actor=actor, note=reason)


def _find_since(carrier: Carrier) -> date:
    """Return the first day the review looks at: after the last review, or when it began."""
    last = carrier.reviews.last()
    if last is not None:
        return last.held_on + timedelta(days=1)
    return carrier.begins_on or clock.today()


def _check_draft(draft: CarrierDraft) -> None:
    if not draft.title.strip() or not draft.place.strip():
        raise ValidationError(_("Name it, and say where it is."), code="title")
    stands = Carrier.objects.filter(
        unit=draft.unit,
        kind=draft.kind,
        title=draft.title.strip(),
        state__in=[CarrierState.PROPOSED, *IN_FORCE],
    )
    if stands.exists():
        raise fault("title", _("The branch has one of this name."), "again")
    if draft.members and not CarrierKind(draft.kind).is_team:
        raise fault("members", _("A demonstration post has a holder, no members."), "members")
    if draft.occasion != Occasion.NONE:
        if draft.kind != CarrierKind.SQUAD:
            raise fault(
                "occasion", _("Only a squad is called together for an occasion."), "occasion"
            )
        if not draft.occasion_title.strip():
            raise fault("occasion_title", _("Name the action, project or emergency."), "occasion")
    offered = {code for code, _title in queries.list_work_kinds()}
    if not draft.kinds or not set(draft.kinds) <= offered:
        raise fault("kinds", _("Choose which records of the ledger count as its work."), "kinds")
    if draft.holder in draft.members:
        raise fault("members", _("The holder is not named twice."), "twice")
    _refuse_strangers(draft.unit, [draft.holder, *draft.members], clock.today())


def _refuse_strangers(unit: Unit, named: Sequence[Person], on: date) -> None:
    members = {person.pk for person in people.list_members([unit.pk], on)[unit.pk]}
    strangers = [person.name for person in named if person.pk not in members]
    if strangers:
        raise ValidationError(
            _("%(names)s: no member of %(unit)s.")
            % {"names": "、".join(strangers), "unit": unit.name},
            code="stranger",
        )


def _write_pledge(carrier: Carrier, text: str, actor: Any) -> None:
    Pledge.objects.create(
        carrier=carrier,
        person=carrier.holder,
        text=text.strip(),
        written_by=known(actor),
        written_at=clock.now(),
    )


def _begin_tenures(
    carrier: Carrier, holder: Person | None, members: Sequence[Person], on: date, actor: Any
) -> None:
    """Open the tenures from the day, each with its fact."""
    named = ([(holder, True)] if holder else []) + [(person, False) for person in members]
    _refuse_overlap(carrier, [person for person, _holds in named], holder is not None, on)
    for person, holds in named:
        tenure = Tenure.objects.create(
            carrier=carrier, person=person, is_holder=holds, valid_from=on
        )
        _write_fact(carrier, tenure, person, "appointed", on, actor)


def _refuse_overlap(
    carrier: Carrier, persons: Sequence[Person], holding: bool, on: date
) -> None:  # one holder at a day, and nobody twice at once: also in the past
    rows = [row for row in carrier.tenures.all() if row.valid_to is None or row.valid_to > on]
    ids = {person.pk for person in persons}
    if any(row.person_id in ids or (holding and row.is_holder) for row in rows):
        raise fault("on", _("Somebody held it after that day. Choose a later day."), "overlap")


def _end_tenures(tenures: Sequence[Tenure], on: date, reason: str) -> None:
    for tenure in tenures:
        if on <= tenure.valid_from:
            raise fault(
                "on",
                _("%(name)s began on %(day)s; choose a later day.")
                % {"name": tenure.person.name, "day": tenure.valid_from},
                "empty",
            )
        tenure.valid_to, tenure.reason = on, reason
        tenure.save(update_fields=["valid_to", "reason"])


def _write_fact(
    carrier: Carrier, source: Any, person: Person, status: str, on: date, actor: Any
) -> None:
    fact = FactDraft(
        kind=PIONEER.code,
        quantity=ONE,
        unit_id=carrier.unit_id,
        occurred_on=on,
        person_id=person.pk,
        status=status,
    )
    write_entries(
        [
            EntryDraft(
                source=source,
                kind=PIONEER.code,
                unit_id=carrier.unit_id,
                title=f"{carrier.title}：{person.name}",
                occurred_on=on,
                facts=[fact],
            )
        ],
        actor=actor,
    )
