"""A ballot cast without a trace, votes on paper as sums of two counters, and the count."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.activities import api as activities
from linghang.activities.models import ActivityKind
from linghang.appraisal import queries
from linghang.appraisal.enums import GROUP_OF, Deed, Grade, Group, Happened, Stage
from linghang.appraisal.models import Appraisal, Count, Paper, Participant, Register, Urn
from linghang.appraisal.services.steps import (
    find_part,
    lock_appraisal,
    move_on,
    take_row,
)
from linghang.people.enums import MemberKind
from linghang.people.models import Person
from linghang.platform.acts import explain
from linghang.platform.calendar import clock
from linghang_core.regulations import digest_list, judge_vote, write_list

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks like something else
CODE_LENGTH = 10
MEETING, LIFE_MEETING = "democratic_appraisal", "organisation_life_meeting"


@dataclass(frozen=True)
class PaperDraft:
    """Papers as sums; `counts` by participant and grade."""

    present: int
    returned: int
    valid: int
    counts: Mapping[int, Mapping[str, int]] = field(default_factory=dict)


def draw_code() -> str:
    """Return a receipt code that follows from nothing: not from a person, a grade or a time."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


@transaction.atomic
def cast_ballot(
    *, appraisal: Appraisal, person_id: int | None, grades: Mapping[int, str]
) -> dict[int, str]:
    """Put the person's slips into the urn, mark the register, and return the receipt codes.

    `grades` by participant: one for every full member who takes part but the voter. Each becomes a
    slip of its own under a random code, so that no ballot can be known by whom it leaves out or by
    its pattern. Deliberately without an act in the history and without an audit row: the register's
    day is all that stays (docs/adr/0012). Raises ValidationError for who takes no part, has voted,
    votes on paper, or leaves a grade out.
    """
    taken = take_row(appraisal)
    if taken.stage != Stage.BALLOT:
        raise ValidationError(
            _("The ballot is not open; the appraisal stands at “%(stage)s”.")
            % {"stage": taken.standing.label},
            code="not_now",
        )
    voter = find_part(taken, person_id)
    register = Register.objects.get(participant=voter)
    if register.on_paper:
        raise ValidationError(_("You were named as voting on paper."), code="on_paper")
    if register.voted_on is not None:
        raise ValidationError(
            _("Your ballot was taken on %(day)s; nobody votes twice.") % {"day": register.voted_on},
            code="twice",
        )
    _check_grades(taken, voter, grades)
    urn = Urn.objects.select_for_update().get(appraisal=taken)
    slips = queries.open_slips(urn.slips)
    known = {code for _pk, code, _grade in slips}
    codes: dict[int, str] = {}
    for pk in grades:
        while (code := draw_code()) in known:
            pass
        known.add(code)
        codes[pk] = code
    urn.slips = queries.seal_slips([*slips, *((pk, codes[pk], grades[pk]) for pk in grades)])
    urn.save(update_fields=["slips"])
    register.voted_on = clock.today()
    register.save(update_fields=["voted_on"])
    return codes


@transaction.atomic
def name_paper_voters(
    *, appraisal: Appraisal, people: Collection[Person], actor: Any, seen: str | None = None
) -> Appraisal:
    """Record who votes on paper: exactly these; who has voted in the system cannot.

    Papers counted before are counted again.
    """
    taken = lock_appraisal(appraisal, Deed.ON_PAPER, seen)
    wanted = {person.pk for person in people}
    rows = list(
        Register.objects.filter(participant__appraisal=taken).select_related("participant__person")
    )
    if strangers := wanted - {row.participant.person_id for row in rows}:
        names = "、".join(person.name for person in people if person.pk in strangers)
        raise ValidationError(_("Not on the roll: %(names)s.") % {"names": names}, code="stranger")
    for row in rows:
        row.on_paper = row.participant.person_id in wanted
        if row.on_paper and row.voted_on is not None:
            raise ValidationError(
                _("%(name)s has voted in the system.") % {"name": row.participant.person.name},
                code="twice",
            )
    Register.objects.bulk_update(rows, ["on_paper"])
    taken.papers.filter(group=Group.PAPER).delete()
    note = _("%(n)d on paper") % {"n": len(wanted)}
    return move_on(taken, Happened.ON_PAPER, actor=actor, note=note)


@transaction.atomic
def count_papers(
    *, appraisal: Appraisal, group: str, draft: PaperDraft, actor: Any, seen: str | None = None
) -> Paper:
    """Enter the papers of a group as sums; another person who finds the same confirms them.

    Raises ValidationError for sums that do not add up, and when the second counter finds others.
    """
    deed = next(deed for deed, one in GROUP_OF.items() if one == group)
    taken = lock_appraisal(appraisal, deed, seen)
    parts = queries.list_participants(taken)
    _check_papers(taken, group, draft, parts)
    counts = {
        str(one.pk): {grade: draft.counts[one.pk].get(grade, 0) for grade in Grade.values}
        for one in queries.list_graded(parts)
    }
    values = {
        "present": draft.present,
        "returned": draft.returned,
        "valid": draft.valid,
        "counts": counts,
    }
    first = Paper.objects.select_for_update().filter(appraisal=taken, group=group).first()
    if first is None or (first.confirmed_by_id is None and first.entered_by_id == actor.pk):
        Paper.objects.filter(appraisal=taken, group=group).delete()
        paper = Paper.objects.create(appraisal=taken, group=group, entered_by=actor, **values)
        move_on(taken, Happened.PAPER_ENTERED, actor=actor, note=str(Group(group).label))
        return paper
    if first.confirmed_by_id is not None:
        raise ValidationError(_("Two counters have counted these papers."), code="counted")
    if any(getattr(first, name) != value for name, value in values.items()):
        raise ValidationError(
            _("%(who)s counted something else. Count the papers again together; then the first enters them anew.")
            % {"who": first.entered_by},
            code="differs",
        )  # fmt: skip
    first.confirmed_by = actor
    first.save(update_fields=["confirmed_by"])
    move_on(taken, Happened.PAPER_CONFIRMED, actor=actor, note=str(Group(group).label))
    return first


@transaction.atomic
def close_ballot(
    *,
    appraisal: Appraisal,
    held_on: date,
    actor: Any,
    absent: Collection[Person] = (),
    seen: str | None = None,
) -> Appraisal:
    """Count the slips, publish their list, empty the urn, record the meeting; return the appraisal.

    Raises ValidationError before the last day while somebody may still vote, for papers without a
    second counter, a day that cannot be, and a meeting without quorum.
    """
    taken = lock_appraisal(appraisal, Deed.CLOSE, seen)
    turnout = queries.read_turnout(taken)
    today = clock.today()
    if turnout.missing and today < taken.ballot_until:
        raise ValidationError(
            _("%(n)d may still vote until %(day)s.")
            % {"n": len(turnout.missing), "day": taken.ballot_until},
            code="still_open",
        )
    if not turnout.voted and not turnout.on_paper:
        raise ValidationError(_("Nobody has voted."), code="nobody")
    parts = queries.list_participants(taken)
    papers = _find_papers(taken, turnout)
    _check_meeting(taken, parts, held_on, absent)
    taken.held_on = held_on
    _count_slips(taken, parts, papers, turnout)
    _record_meeting(taken, parts, absent, actor)
    note = _("%(voted)d of %(voters)d voted in the system, %(paper)d on paper") % {
        "voted": turnout.voted,
        "voters": turnout.voters,
        "paper": turnout.on_paper,
    }
    return move_on(taken, Happened.CLOSED, actor=actor, stage=Stage.COUNTED, note=note)


def _check_grades(appraisal: Appraisal, voter: Participant, grades: Mapping[int, str]) -> None:
    graded = queries.list_graded(queries.list_participants(appraisal))
    wanted = {one.pk for one in graded if one.pk != voter.pk}
    if set(grades) != wanted:
        raise ValidationError(
            _("A ballot gives one grade to each full member taking part, and none to its voter."),
            code="whom",
        )
    if set(grades.values()) - set(Grade.values):
        raise ValidationError(_("The rules do not know this grade."), code="grade")


def _check_papers(
    appraisal: Appraisal, group: str, draft: PaperDraft, parts: list[Participant]
) -> None:
    """Refuse sums that do not add up; only who votes on paper may have one grade fewer."""
    turnout = queries.read_turnout(appraisal)
    most = turnout.on_paper if group == Group.PAPER else appraisal.mass_invited
    if not 0 <= draft.valid <= draft.returned <= draft.present:
        raise ValidationError(
            _("Not more papers are valid than came back, not more came back than were handed out."),
            code="papers",
        )
    if draft.present > most:
        raise ValidationError(
            {"present": _("%(n)d vote on paper; more cannot have come.") % {"n": most}},
            code="present",
        )
    on_paper = queries.list_paper_voters(appraisal)
    graded = queries.list_graded(parts)
    if {one.pk for one in graded} != set(draft.counts):
        raise ValidationError(_("Every full member taking part has sums."), code="whom")
    wrong = []
    for one in graded:
        numbers = [draft.counts[one.pk].get(grade, 0) for grade in Grade.values]
        own = group == Group.PAPER and one.pk in on_paper
        least = max(draft.valid - 1, 0) if own else draft.valid
        if min(numbers) < 0 or not least <= sum(numbers) <= draft.valid:
            wrong.append(one.person.name)
    if wrong:
        raise ValidationError(
            _("The grades do not add up to %(valid)d valid papers: %(names)s.")
            % {"valid": draft.valid, "names": "、".join(wrong)},
            code="sums",
        )


def _find_papers(appraisal: Appraisal, turnout: queries.Turnout) -> list[Paper]:
    found = {paper.group: paper for paper in appraisal.papers.all()}
    due = [Group.PAPER] * bool(turnout.on_paper) + [Group.MASS] * bool(appraisal.mass_invited)
    for group in due:
        if group not in found or found[group].confirmed_by_id is None:
            raise ValidationError(
                _("%(group)s: two counters enter the papers before the ballot is closed.")
                % {"group": group.label},
                code="counters",
            )
    return [found[group] for group in due]


def _check_meeting(
    appraisal: Appraisal, parts: list[Participant], held_on: date, absent: Collection[Person]
) -> None:
    if held_on > clock.today():
        raise ValidationError({"held_on": _("The day lies in the future.")}, code="future")
    if appraisal.begun_on and held_on < appraisal.begun_on:
        raise ValidationError(
            {"held_on": _("The ballot was opened on %(day)s.") % {"day": appraisal.begun_on}},
            code="before_ballot",
        )
    away = {person.pk for person in absent}
    entitled = [p for p in parts if not p.excused and p.member_kind == MemberKind.FULL]
    present = sum(one.person_id not in away for one in entitled)
    result = judge_vote(
        "members_meeting", entitled=len(entitled), present=present, in_favour=0, on=held_on
    )
    if not result.quorate:
        raise ValidationError(
            {"absent": _("%(present)d of %(entitled)d came, %(needed)d are needed. %(rule)s")
             % {"present": present, "entitled": len(entitled), "needed": result.present_needed,
                "rule": explain(result.rule)}},
            code="quorum",
        )  # fmt: skip


def _count_slips(
    appraisal: Appraisal, parts: list[Participant], papers: list[Paper], turnout: queries.Turnout
) -> None:
    """Write the counts and the list, and empty the urn: after this no slip of a small list exists."""
    graded = queries.list_graded(parts)
    urn = Urn.objects.select_for_update().get(appraisal=appraisal)
    slips = queries.open_slips(urn.slips)
    voters = {Group.MEMBERS.value: turnout.voted} | {one.group: one.valid for one in papers}
    urn.published = write_list(
        queries.make_list(graded, slips, papers, listed=queries.is_listed(voters))
    )
    urn.slips = ""
    urn.save(update_fields=["slips", "published"])
    appraisal.digest = digest_list(urn.published)
    Count.objects.bulk_create(
        Count(participant=one, grade=grade, number=number)
        for one in graded
        for grade, number in _sum_votes(one, slips, papers).items()
    )
    for paper in papers:  # from here on only the sum of all is kept
        paper.counts = {}
        paper.save(update_fields=["counts"])


def _sum_votes(
    one: Participant, slips: list[tuple[int, str, str]], papers: list[Paper]
) -> dict[str, int]:
    return {
        grade: sum(pk == one.pk and given == grade for pk, _code, given in slips)
        + sum(paper.counts.get(str(one.pk), {}).get(grade, 0) for paper in papers)
        for grade in Grade.values
    }


def _record_meeting(
    appraisal: Appraisal, parts: list[Participant], absent: Collection[Person], actor: Any
) -> None:
    """Record the meeting once, so that its duty, its attendance and its ledger line follow."""
    kinds = {
        kind.code: kind for kind in ActivityKind.objects.filter(code__in=[MEETING, LIFE_MEETING])
    }
    if MEETING not in kinds or appraisal.held_on is None:
        return
    excused = {one.person_id for one in parts if one.excused}
    away = {person.pk for person in absent} - excused
    draft = activities.ActivityDraft(
        kind=kinds[MEETING],
        unit=appraisal.unit,
        occurred_on=appraisal.held_on,
        topic=f"{appraisal.year}年度民主评议党员",
        also=(LIFE_MEETING,) if appraisal.with_life_meeting and LIFE_MEETING in kinds else (),
        absences=[
            activities.Absence(
                name=one.person.name,
                person_id=one.person_id,
                reason="请假",
                state="leave",
            )
            for one in parts
            if one.person_id in away | excused
        ],
        recorded_on=clock.today(),
    )
    try:
        appraisal.activity = activities.record_activity(draft=draft, actor=actor)
    except activities.RecordRefused as refusal:
        raise ValidationError(str(refusal), code="meeting") from refusal
