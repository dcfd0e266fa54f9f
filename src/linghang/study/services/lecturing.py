"""A held lecture becomes its record; the audience rates it, and only counts stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.activities import api as activities
from linghang.activities.models import Activity, ActivityKind
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.platform.crypto import fields as crypto
from linghang.study import queries
from linghang.study.enums import LECTURE_KINDS, Happened, RosterKind
from linghang.study.models import Lecture, Rating, Roster
from linghang.study.services.calling import RollDraft
from linghang.study.services.rostering import lock_lecture, lock_roster
from linghang.study.services.steps import tell
from linghang_core.ratings import STARS, count_stars
from linghang_core.regulations import count_session_hours

RATED_WITHIN = 7  # days after a weekly lecture or a salon; a show is closed by who plans it


@transaction.atomic
def record_lecture(
    *, lecture: Lecture, draft: RollDraft, actor: Any, seen: str | None = None
) -> Activity:
    """Record that a lecture was held, of a show all of its day together, and return the record.

    Who, what, when, where and how long are known; who was away is all that is said. Raises
    ValidationError for a day to come, no lecturer or topic, and a lecture held already.
    """
    taken = lock_lecture(lecture, seen)
    roster = lock_roster(taken.roster)
    own = _find_event(taken, roster)
    away = dict(draft.away)
    invited = queries.list_invited(roster, own)
    present = sorted({pk for pk, _name, _unit in invited} - away.keys())
    if not present:
        raise ValidationError(_("Nobody was there: then it was not held."), code="nobody")
    record = activities.ActivityDraft(
        kind=_find_kind(roster),
        unit=roster.unit,
        occurred_on=taken.on,
        topic=roster.title if roster.is_show else f"{roster.title}：{taken.topic}",
        host_id=None if roster.is_show else taken.person_id,
        host_name="" if roster.is_show else str(taken.person),
        hours=count_session_hours(roster.minutes * len(own), lecture=True, on=taken.on),
        place=roster.place,
        note=_list_topics(roster, own, draft.minutes),
        present_ids=present,
        absences=[
            activities.Absence(person_id=pk, reason=reason, state=activities.judge_absence(reason))
            for pk, reason in sorted(away.items())
        ],
    )
    try:
        activity = activities.record_activity(draft=record, actor=actor)
    except activities.RecordRefused as refusal:
        raise ValidationError(str(refusal), code=refusal.field) from refusal
    Rating.objects.filter(lecture__in=own).delete()  # of a record that was withdrawn
    for row in own:
        row.activity, row.version, row.counts = activity, row.version + 1, []
        row.save()
    new = {"on": str(taken.on), "number": len(own), "present_count": len(present)}
    tell(roster, roster.title, roster.unit, Happened.LECTURE_HELD, actor, new)
    return activity


def _find_event(lecture: Lecture, roster: Roster) -> list[Lecture]:
    """Return the lectures held together: of a show those of the day that are ready, else the one."""
    if lecture.person_id is None or not lecture.topic:
        raise ValidationError(
            _("Say first who gave the lecture and what it was about."), code="unknown"
        )
    if not roster.is_show:
        return [lecture]
    ready = (
        roster.lectures.select_for_update(of=("self",))
        .filter(on=lecture.on, person__isnull=False)
        .exclude(topic="")
        .filter(Q(activity=None) | Q(activity__withdrawn_on__isnull=False))
    )
    return list(ready.select_related("person", "activity"))


def _list_topics(roster: Roster, own: Sequence[Lecture], minutes: str) -> str:
    """Return the note of the record: of a show who spoke about what, then what was written."""
    lines = [f"{n}. {row.person}：{row.topic}" for n, row in enumerate(own, 1)]
    return "\n".join([*(lines if roster.is_show else []), minutes.strip()]).strip()


def _find_kind(roster: Roster) -> ActivityKind:
    code = LECTURE_KINDS[RosterKind(roster.kind)]
    kind = ActivityKind.objects.filter(code=code, retired=False).first()
    if kind is None:
        raise ValidationError(
            _("Install the practice pack “study-lectures” first: it brings the kind of record."),
            code="no_pack",
        )
    return kind


# -- ratings -------------------------------------------------------------------------------------


def index_rater(lecture: Lecture, person_id: int) -> str:
    """Return the keyed index a rating is found by; nobody reads the person back from it."""
    return crypto.index(f"study.rating:{lecture.pk}:{person_id}")


def rate_lecture(*, lecture: Lecture, person: Person, stars: int) -> None:
    """Give one's stars for a lecture one was at, or change them while rating is open.

    Deliberately without an audit row: it would say who rated when (models.Rating says what is
    kept). Raises ValidationError for who was not there, for one's own lecture, and after the close.
    """
    give_stars(lecture=lecture, stars={person.pk: stars})


@transaction.atomic
def give_stars(*, lecture: Lecture, stars: Mapping[int, int]) -> None:
    """Put the stars of persons, by id, for one lecture; one statement for any number."""
    taken = (
        Lecture.objects.select_for_update(of=("self",))
        .select_related("roster", "activity")
        .get(pk=lecture.pk)
    )
    if taken.activity is None or not taken.is_held:
        raise ValidationError(_("Only a lecture that was held is rated."), code="not_held")
    if taken.is_rated or taken.roster.closed_on is not None:
        raise ValidationError(_("Rating is closed: only the counts are left."), code="closed")
    if taken.person_id in stars:
        raise ValidationError(_("Nobody rates their own lecture."), code="own")
    if any(not 1 <= given <= STARS for given in stars.values()):
        raise ValidationError(_("One to five stars."), code="stars")
    there = queries.list_audience(taken.activity)
    if stars.keys() - there:
        raise ValidationError(_("Only who was there rates this lecture."), code="stranger")
    Rating.objects.bulk_create(
        [
            Rating(lecture=taken, rater=index_rater(taken, pk), stars=given)
            for pk, given in stars.items()
        ],
        update_conflicts=True,
        unique_fields=["lecture", "rater"],
        update_fields=["stars"],
    )


@transaction.atomic
def close_ratings(*, roster: Roster, actor: Any) -> Roster:
    """Close the rating of a show: the counts stay, the single ratings go, the ranking is shown."""
    taken = lock_roster(roster)
    if not taken.is_show:
        raise ValidationError(
            _("The rating of a weekly lecture closes by itself after %(days)s days.")
            % {"days": RATED_WITHIN},
            code="by_itself",
        )
    rows = taken.lectures.select_for_update(of=("self",)).select_related("activity")
    held = [row for row in rows if row.is_held]
    if not held:
        raise ValidationError(_("Nothing was held yet."), code="not_held")
    count_ratings(held)
    taken.closed_on = clock.today()
    taken.save()
    new = {"number": len(held)}
    tell(taken, taken.title, taken.unit, Happened.RATINGS_CLOSED, actor, new)
    return taken


@transaction.atomic
def close_old_ratings() -> int:
    """Close the rating of weekly lectures and salons held a week ago; return how many."""
    last = clock.today() - timedelta(days=RATED_WITHIN)
    rows = (
        Lecture.objects.select_for_update(of=("self",))
        .filter(activity__withdrawn_on=None, activity__occurred_on__lt=last, counts=[])
        .exclude(roster__kind=RosterKind.SHOW)
    )
    return count_ratings(list(rows))


def count_ratings(lectures: Sequence[Lecture]) -> int:
    """Turn the ratings of lectures into five counts each and delete them; return how many lectures."""
    given: dict[int, list[int]] = {row.pk: [] for row in lectures}
    ratings = Rating.objects.filter(lecture__in=given)
    for lecture_id, stars in ratings.values_list("lecture_id", "stars"):
        given[lecture_id].append(stars)
    for row in lectures:
        row.counts = count_stars(given[row.pk])
    Lecture.objects.bulk_update(lectures, ["counts"])
    ratings.delete()
    return len(lectures)
