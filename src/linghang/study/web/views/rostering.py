"""Acts on rosters and lectures: plan, take, give back, assign, swap, record, rate, close."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.people.models import Person
from linghang.platform.access import Denied, Permission
from linghang.platform.access.web import insist, require
from linghang.study import access, queries, services
from linghang.study.models import Lecture, Roster
from linghang.study.web.forms.classes import ReasonForm, RollForm, SeenForm
from linghang.study.web.forms.lectures import (
    AssignForm,
    ClaimLectureForm,
    DayForm,
    RosterForm,
    SwapForm,
)
from linghang.study.web.views.acting import attempt, show_form
from linghang.study.web.views.classes import get_scope
from linghang.study.web.views.lectures import crumbs, get_lecture, get_roster


@require(Permission.EDIT_RECORDS)
def plan_roster(request: HttpRequest) -> HttpResponse:
    """Plan a roster; its free days follow."""
    units = queries.list_planners_units(get_scope(request))
    form = RosterForm(request.POST or None, units=units)
    done: list[Roster] = []
    if attempt(
        form, lambda: done.append(services.plan_roster(draft=form.draft(), actor=request.user))
    ):
        messages.success(
            request, _("Planned. Lecturers now take the free days, or you assign them.")
        )
        return redirect("study:roster", pk=done[0].pk)
    back = resolve_url("study:rosters")
    return show_form(request, form, _("Plan a roster"), back, crumbs=crumbs())


@require(Permission.EDIT_RECORDS)
def add_lecture(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one more day to a roster."""
    roster = get_roster(request, pk)
    insist(access.can_plan(get_scope(request), roster.unit))
    form = DayForm(request.POST or None)
    if attempt(
        form,
        lambda: services.add_lecture(roster=roster, on=form.cleaned_data["on"], actor=request.user),
    ):
        return redirect("study:roster", pk=pk)
    return _show_at(request, form, _("Add a day"), roster)


@require(Permission.EDIT_RECORDS)
@require_POST
def close_ratings(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the rating of a show: the ranking is shown, single ratings go."""
    roster = get_roster(request, pk)
    insist(access.can_plan(get_scope(request), roster.unit))
    try:
        services.close_ratings(roster=roster, actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, _("Closed. Only counts are kept, and the ranking is shown."))
    return redirect("study:roster", pk=pk)


@require()
def claim_lecture(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a free day, or write the topic of one's own."""
    lecture = get_lecture(request, pk)
    insist(access.can_claim(get_scope(request), lecture.roster))
    own = lecture.person_id in {None, get_scope(request).person_id}
    if request.method == "GET" and not own:
        messages.warning(request, services.explain_taken(lecture))
        return redirect("study:lecture", pk=pk)
    form = ClaimLectureForm(request.POST or None, lecture=lecture)
    if attempt(
        form,
        lambda: services.claim_lecture(
            lecture=lecture,
            person=_get_person(request),
            topic=form.cleaned_data["topic"],
            actor=request.user,
            seen=form.was_seen,
        ),
    ):
        messages.success(
            request, _("You give the lecture on %(day)s.") % {"day": lecture.on.isoformat()}
        )
        return redirect("study:lecture", pk=pk)
    title = _("Take this day") if lecture.person_id is None else _("Topic of my lecture")
    return _show_at(request, form, title, lecture.roster, sub=_name(lecture))


@require()
@require_POST
def release_lecture(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's own day back."""
    lecture = get_lecture(request, pk)
    _insist_own(request, lecture)
    try:
        services.release_lecture(lecture=lecture, person=_get_person(request), actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, _("Given back: the day is free again."))
    return redirect("study:lecture", pk=pk)


@require(Permission.EDIT_RECORDS)
def assign_lecture(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who gives a lecture, when and about what."""
    lecture = _get_planned(request, pk)
    form = AssignForm(request.POST or None, lecture=lecture)
    if attempt(
        form,
        lambda: services.assign_lecture(
            lecture=lecture,
            on=form.cleaned_data["on"],
            person=form.person,
            topic=form.cleaned_data["topic"],
            actor=request.user,
            seen=form.was_seen,
        ),
    ):
        return redirect("study:roster", pk=lecture.roster_id)
    return _show_at(
        request, form, _("Assign the lecture"), lecture.roster, lecture=lecture, sub=_name(lecture)
    )


@require(Permission.EDIT_RECORDS)
def remove_lecture(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a day out of the roster, with the reason."""
    lecture = _get_planned(request, pk)
    form = ReasonForm(request.POST or None, seen=lecture.seen)
    if attempt(
        form,
        lambda: services.remove_lecture(
            lecture=lecture,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            seen=form.was_seen,
        ),
    ):
        return redirect("study:roster", pk=lecture.roster_id)
    return _show_at(request, form, _("Take the day out"), lecture.roster, sub=_name(lecture))


@require()
def ask_swap(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the lecturer of another day to change; nothing moves before they agree."""
    lecture = get_lecture(request, pk)
    _insist_own(request, lecture)
    form = SwapForm(request.POST or None, days=queries.list_swappable(lecture))
    if attempt(
        form,
        lambda: services.ask_swap(
            lecture=lecture,
            other=form.cleaned_data["other"],
            person=_get_person(request),
            actor=request.user,
        ),
    ):
        messages.success(request, _("Asked. Nothing changes before the other agrees."))
        return redirect("study:lecture", pk=pk)
    return _show_at(
        request,
        form,
        _("Swap days"),
        lecture.roster,
        sub=_name(lecture),
        submit_label=_("Ask the other"),
    )


@require()
@require_POST
def answer_swap(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to change days, or refuse; only who was asked."""
    swap = get_object_or_404(queries.list_swaps(get_scope(request).person_id or 0), pk=pk)
    agree = request.POST.get("answer") == "yes"
    try:
        services.answer_swap(
            swap=swap, agree=agree, person=_get_person(request), actor=request.user
        )
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, _("Swapped.") if agree else _("Refused: nothing changed."))
    return redirect("study:roster", pk=swap.lecture.roster_id)


@require(Permission.EDIT_RECORDS)
def record_lecture(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a lecture was held: everything is known, who was away is unticked."""
    lecture = _get_planned(request, pk)
    if lecture.is_held:
        return redirect("study:lecture", pk=pk)
    people = queries.list_invited(lecture.roster, _list_event(lecture))
    form = RollForm(request.POST or None, people=people, seen=lecture.seen)
    if attempt(
        form,
        lambda: services.record_lecture(
            lecture=lecture, draft=form.draft(), actor=request.user, seen=form.was_seen
        ),
    ):
        messages.success(
            request,
            _("Recorded: %(topic)s. Who was there can now give stars.") % {"topic": lecture.topic},
        )
        return redirect("study:lecture", pk=pk)
    return _show_at(
        request,
        form,
        _("Record as held"),
        lecture.roster,
        template="study/held.html",
        lectures=_list_event(lecture),
    )


@require()
@require_POST
def rate_lecture(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's stars, or change them until rating closes."""
    lecture = get_lecture(request, pk)
    if get_scope(request).person_id is None:
        insist(Denied(_("Only who was there rates this lecture.")))
    text = request.POST.get("stars", "")
    try:
        services.rate_lecture(
            lecture=lecture, person=_get_person(request), stars=int(text) if text.isdecimal() else 0
        )
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, _("Kept. Nobody sees who gave what; only counts are shown."))
    return redirect("study:lecture", pk=pk)


def _list_event(lecture: Lecture) -> list[Lecture]:
    """Return the lectures recorded together: of a show all of the day that are ready."""
    if not lecture.roster.is_show:
        return [lecture]
    rows = lecture.roster.lectures.filter(on=lecture.on, person__isnull=False).exclude(topic="")
    return [row for row in rows.select_related("person", "activity") if not row.is_held]


def _get_planned(request: HttpRequest, pk: int) -> Lecture:
    lecture = get_lecture(request, pk)
    insist(access.can_plan(get_scope(request), lecture.roster.unit))
    return lecture


def _insist_own(request: HttpRequest, lecture: Lecture) -> None:
    person_id = get_scope(request).person_id
    if person_id is None or lecture.person_id != person_id:
        insist(Denied(_("Only the lecturer of that day does this.")))


def _get_person(request: HttpRequest) -> Person:
    return Person.objects.get(pk=get_scope(request).person_id or 0)


def _name(lecture: Lecture) -> str:
    return f"{lecture.roster.title} · {lecture.on:%Y-%m-%d}"


def _show_at(
    request: HttpRequest, form: SeenForm, title: str, roster: Roster, **context: Any
) -> HttpResponse:
    back = resolve_url("study:roster", roster.pk)
    shown = {"crumbs": crumbs(roster), "sub": roster.title, **context}
    return show_form(request, form, title, back, **shown)
