"""What waits for the reader in every room of the house: to accept, to review, to decide, to answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.appraisal import api as appraisal
from linghang.campaigns import api as campaigns
from linghang.diagnosis import api as diagnosis
from linghang.dues import api as dues
from linghang.elections import api as elections
from linghang.membership import api as membership
from linghang.people import api as people
from linghang.pioneers import api as pioneers
from linghang.platform.access import Permission, Scope
from linghang.portal.web.views.showing import link, name_day
from linghang.rectification import api as rectification
from linghang.research import api as research
from linghang.routing import api as routing
from linghang.study import api as study
from linghang.supervision import api as supervision
from linghang.transfers import api as transfers
from linghang.worklists import api as worklists

Line = dict[str, Any]


def list_waiting(scope: Scope) -> list[Line]:
    """Return what waits for the reader, a line for each sort that does; a query or two a room.

    Each number leads to the list it counts; a single thing leads to itself.
    """
    return [line for room in ROOMS for line in room(scope)]


def _of_tasks(scope: Scope) -> Iterator[Line]:
    if not scope.can(Permission.ACCEPT_TASKS):
        return
    to_accept, to_decide = worklists.count_to_decide(scope)
    accept = ngettext(
        "%(n)d task waits for your acceptance",
        "%(n)d tasks wait for your acceptance",
        to_accept,
    )
    later = ngettext(
        "%(n)d later day waits for your decision",
        "%(n)d later days wait for your decision",
        to_decide,
    )
    yield from _line(to_accept, accept, link("worklists:tasks", state="accept"), "hourglass")
    yield from _line(to_decide, later, link("worklists:tasks", state="decide"), "calendar-event")


REVIEWS = (Permission.REVIEW_PROBLEMS, Permission.REVIEW_AGAIN, Permission.SIGN_OFF)


def _of_problems(scope: Scope) -> Iterator[Line]:
    if not any(scope.can(permission) for permission in REVIEWS):
        return
    turn = rectification.waiting_for(scope)
    for number, words, state, icon in (
        (
            turn.to_review,
            ngettext(
                "%(n)d problem waits for your review",
                "%(n)d problems wait for your review",
                turn.to_review,
            ),
            "review",
            "eye",
        ),
        (
            turn.to_decide,
            ngettext(
                "%(n)d later day for a problem to decide on",
                "%(n)d later days for problems to decide on",
                turn.to_decide,
            ),
            "later-day",
            "calendar-event",
        ),
        (
            turn.to_look_back,
            ngettext(
                "%(n)d problem kept up to look back at",
                "%(n)d problems kept up to look back at",
                turn.to_look_back,
            ),
            "look-back",
            "refresh",
        ),
    ):
        yield from _line(number, words, link("rectification:problems", state=state), icon)


def _of_cases(scope: Scope) -> Iterator[Line]:
    if not scope.can(Permission.RAISE_PROBLEMS):
        return
    cases = routing.waiting_for(scope)
    words = ngettext(
        "%(n)d problem raised at the front waits for you",
        "%(n)d problems raised at the front wait for you",
        len(cases),
    )
    board = link("routing:board", show="mine")
    yield from _line(len(cases), words, _only(cases, "routing:case", board), "speakerphone")


def _of_rounds(scope: Scope) -> Iterator[Line]:
    if not (scope.can(Permission.EDIT_RECORDS) or scope.can(Permission.CHECK_AS_EXPERT)):
        return
    sheets = diagnosis.waiting_for(scope)
    words = ngettext("%(n)d check sheet to answer", "%(n)d check sheets to answer", len(sheets))
    address = _only(sheets, "diagnosis:sheet", reverse("diagnosis:rounds"))
    yield from _line(len(sheets), words, address, "checklist")


def _of_topics(scope: Scope) -> Iterator[Line]:
    topics = research.waiting_for(scope)
    words = ngettext(
        "%(n)d research topic of yours is under way",
        "%(n)d research topics of yours are under way",
        len(topics),
    )
    due = next((topic.due_on for topic in topics if topic.due_on), None)
    meta = _("report due %(day)s") % {"day": name_day(due)} if due else ""
    address = _only(topics, "research:topic", reverse("research:board"))
    yield from _line(len(topics), words, address, "search", meta)


def _of_self_examinations(scope: Scope) -> Iterator[Line]:
    if not scope.can(Permission.EDIT_RECORDS):
        return
    replies = supervision.waiting_for(scope)
    words = ngettext(
        "%(n)d self-examination to answer", "%(n)d self-examinations to answer", len(replies)
    )
    meta = _("due %(day)s") % {"day": name_day(replies[0].due_on)} if replies else ""
    address = _only(replies, "supervision:reply", reverse("supervision:asked"))
    yield from _line(len(replies), words, address, "zoom-question", meta)


def _of_commitments(scope: Scope) -> Iterator[Line]:
    if scope.person_id is None:
        return
    found = campaigns.waiting_for(scope)
    low = [one for one in found if one.n_low]
    due = [one for one in found if not one.n_low]
    several = reverse("campaigns:commitments")
    words = ngettext(
        "%(n)d commitment is due soon or late", "%(n)d commitments are due soon or late", len(due)
    )
    meta = _("due %(day)s") % {"day": name_day(due[0].due_on)} if due else ""
    address = _only(due, "campaigns:commitment", several)
    yield from _line(len(due), words, address, "heart-handshake", meta)
    words = ngettext(
        "%(n)d commitment with low marks to look into",
        "%(n)d commitments with low marks to look into",
        len(low),
    )
    address = _only(low, "campaigns:commitment", several)
    yield from _line(len(low), words, address, "message-report")


def _of_applications(scope: Scope) -> Iterator[Line]:
    if not scope.can(Permission.EDIT_RECORDS):
        return
    found = membership.waiting_for(scope)
    words = ngettext(
        "%(n)d step into the Party is due", "%(n)d steps into the Party are due", len(found)
    )
    due = next((one.next_due_on for one in found if one.next_due_on), None)
    meta = _("due %(day)s") % {"day": name_day(due)} if due else ""
    address = _only(found, "membership:application", link("membership:applications", due="due"))
    yield from _line(len(found), words, address, "user-plus", meta)


def _of_dues(scope: Scope) -> Iterator[Line]:
    if not scope.can(Permission.EDIT_RECORDS):
        return
    found = dues.waiting_for(scope)
    people = sum(one.members for one in found)
    words = ngettext(
        "last month's dues of %(n)d member are open",
        "last month's dues of %(n)d members are open",
        people,
    )
    address = reverse("dues:branches")
    if len(found) == 1:
        one = found[0]
        address = reverse("dues:month", args=[one.unit.pk, one.month.year, one.month.month])
    yield from _line(people, words, address, "calculator")


def _of_elections(scope: Scope) -> Iterator[Line]:
    found = elections.waiting_for(scope)
    words = ngettext(
        "%(n)d re-election waits for you", "%(n)d re-elections wait for you", len(found)
    )
    yield from _line(len(found), words, reverse("elections:units"), "users")


def _of_transfers(scope: Scope) -> Iterator[Line]:
    found = transfers.waiting_for(scope)
    words = ngettext("%(n)d transfer waits for you", "%(n)d transfers wait for you", len(found))
    address = _only(found, "transfers:transfer", reverse("transfers:transfers"))
    yield from _line(len(found), words, address, "arrow-right")


def _of_appraisals(scope: Scope) -> Iterator[Line]:
    if scope.person_id is None:
        return
    found = appraisal.waiting_for(scope)
    words = ngettext(
        "%(n)d democratic appraisal waits for you",
        "%(n)d democratic appraisals wait for you",
        len(found),
    )
    address = _only(found, "appraisal:appraisal", reverse("appraisal:units"))
    yield from _line(len(found), words, address, "message-report")


def _of_pioneers(scope: Scope) -> Iterator[Line]:
    if scope.person_id is None:
        return
    found = pioneers.waiting_for(scope)
    for ids, words, name, several, icon in (
        (
            found.reviews,
            ngettext(
                "%(n)d yearly review of a post is due",
                "%(n)d yearly reviews of posts are due",
                len(found.reviews),
            ),
            "pioneers:carrier",
            link("pioneers:carriers", state="due"),
            "flag-3",
        ),
        (
            found.visits,
            ngettext(
                "%(n)d branch you look after waits for your visit",
                "%(n)d branches you look after wait for your visit",
                len(found.visits),
            ),
            "pioneers:contact",
            reverse("pioneers:mine"),
            "users",
        ),
        (
            found.milestones,
            ngettext(
                "%(n)d person you mentor has a milestone overdue",
                "%(n)d persons you mentor have a milestone overdue",
                len(found.milestones),
            ),
            "pioneers:pipeline",
            reverse("pioneers:mentored"),
            "user-plus",
        ),
        (
            found.asked,
            ngettext(
                "%(n)d branch asks you to be mentor",
                "%(n)d branches ask you to be mentor",
                len(found.asked),
            ),
            "pioneers:pipeline",
            reverse("pioneers:mentored"),
            "user-plus",
        ),
    ):
        address = reverse(name, args=ids) if len(ids) == 1 else several
        yield from _line(len(ids), words, address, icon)


def _of_corrections(scope: Scope) -> Iterator[Line]:
    found = people.list_waiting_requests(scope)
    words = ngettext(
        "%(n)d member asks for a correction",
        "%(n)d members ask for a correction",
        len(found),
    )
    address = _only(found, "people:request", reverse("people:requests"))
    yield from _line(len(found), words, address, "message-report")


def _of_swaps(scope: Scope) -> Iterator[Line]:
    if scope.person_id is None:
        return
    found = list(study.list_swaps(scope.person_id))
    words = ngettext(
        "%(n)d lecturer asks you to swap days", "%(n)d lecturers ask you to swap days", len(found)
    )
    address = reverse("study:home")
    if len(found) == 1:
        address = reverse("study:lecture", args=[found[0].other_id])
    yield from _line(len(found), words, address, "school")


ROOMS = (
    _of_tasks,
    _of_problems,
    _of_cases,
    _of_rounds,
    _of_topics,
    _of_self_examinations,
    _of_commitments,
    _of_applications,
    _of_dues,
    _of_elections,
    _of_transfers,
    _of_appraisals,
    _of_pioneers,
    _of_corrections,
    _of_swaps,
)


def _only(rows: Sequence[Any], name: str, several: str) -> str:
    """Return where a single thing is done, else where all of them stand."""
    return reverse(name, args=[rows[0].pk]) if len(rows) == 1 else several


def _line(number: int, words: str, href: str, icon: str, meta: str = "") -> Iterator[Line]:
    if number:
        yield {"title": words % {"n": number}, "href": href, "meta": meta, "icon": icon}
