"""Planning a class and calling its roll."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.study import access, queries, services
from linghang.study.models import Session, StudyClass
from linghang.study.web.forms.classes import (
    ClassForm,
    PeopleForm,
    ReasonForm,
    RollForm,
    SeenForm,
    SessionForm,
)
from linghang.study.web.views.acting import attempt, show_form
from linghang.study.web.views.classes import crumbs, get_class, get_scope


@require(Permission.EDIT_RECORDS)
def plan_class(request: HttpRequest) -> HttpResponse:
    """Plan a class: title and stages; the timetable follows."""
    units = queries.list_planners_units(get_scope(request))
    form = ClassForm(request.POST or None, units=units)
    done: list[StudyClass] = []
    if attempt(
        form, lambda: done.append(services.plan_class(draft=form.draft(), actor=request.user))
    ):
        messages.success(request, _("Planned. Now the timetable and who takes part."))
        return redirect("study:class", pk=done[0].pk)
    return show_form(request, form, _("Plan a class"), resolve_url("study:classes"))


@require(Permission.EDIT_RECORDS)
def change_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title, aim and stages of a class."""
    study_class = _get_own(request, pk)
    units = queries.list_planners_units(get_scope(request))
    form = ClassForm(request.POST or None, units=units, study_class=study_class)
    if attempt(
        form,
        lambda: services.change_class(
            study_class=study_class,
            draft=form.draft(study_class.unit),
            actor=request.user,
            seen=form.was_seen,
        ),
    ):
        return redirect("study:class", pk=pk)
    return _show_in(request, form, _("Change the class"), study_class)


@require(Permission.EDIT_RECORDS)
def choose_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who takes part, by unit and post or by name."""
    study_class = _get_own(request, pk)
    form = PeopleForm(request.POST or None, study_class=study_class)
    added: list[int] = []
    if attempt(
        form,
        lambda: added.append(
            services.choose_people(
                study_class=study_class,
                units=form.cleaned_data["units"],
                posts=form.cleaned_data["posts"],
                persons=form.persons,
                actor=request.user,
                seen=form.was_seen,
            )
        ),
    ):
        messages.success(request, _("%(n)s participants added.") % {"n": added[0]})
        return redirect("study:class", pk=pk)
    return _show_in(request, form, _("Who takes part"), study_class)


@require(Permission.EDIT_RECORDS)
@require_POST
def drop_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody out of a class who was at none of its sessions."""
    study_class = _get_own(request, pk)
    chosen = [int(text) for text in request.POST.getlist("person") if text.isdecimal()]
    try:
        services.drop_people(study_class=study_class, persons=chosen, actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect(resolve_url("study:class", pk) + "#people")


@require(Permission.EDIT_RECORDS)
def plan_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a session; day, stage and place of the one before are proposed."""
    study_class = _get_own(request, pk)
    last = study_class.sessions.select_related("stage").last()
    form = SessionForm(request.POST or None, study_class=study_class, last=last)
    if attempt(
        form,
        lambda: services.plan_sessions(
            study_class=study_class, drafts=[form.draft()], actor=request.user, seen=form.was_seen
        ),
    ):
        messages.success(request, _("In the timetable: %(topic)s.") % form.cleaned_data)
        if "another" in request.POST:
            return redirect("study:new-session", pk=pk)
        return redirect("study:class", pk=pk)
    return _show_in(request, form, _("Add a session"), study_class, another=True)


@require(Permission.EDIT_RECORDS)
def change_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a session that was not held yet."""
    session = _get_session(request, pk)
    form = SessionForm(request.POST or None, study_class=session.study_class, session=session)
    if attempt(
        form,
        lambda: services.change_session(
            session=session, draft=form.draft(), actor=request.user, seen=form.was_seen
        ),
    ):
        return redirect("study:class", pk=session.study_class_id)
    return _show_in(request, form, _("Change the session"), session.study_class, session=session)


@require(Permission.EDIT_RECORDS)
def remove_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a session out of the timetable, with the reason."""
    session = _get_session(request, pk)
    form = ReasonForm(request.POST or None, seen=session.study_class.seen)
    class_pk = session.study_class_id
    if attempt(
        form,
        lambda: services.remove_session(
            session=session,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            seen=form.was_seen,
        ),
    ):
        return redirect("study:class", pk=class_pk)
    return _show_in(request, form, _("Remove the session"), session.study_class)


@require(Permission.EDIT_RECORDS)
def call_roll(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the roll: everybody was there unless unticked; one entry, and everything follows."""
    session = _get_session(request, pk)
    if session.is_held:
        return redirect("activities:activity", pk=session.activity_id)
    people = [
        (one.person_id, one.person.name, one.unit.name if one.unit else "")
        for one in queries.list_participants(session.study_class)
    ]
    form = RollForm(request.POST or None, people=people, seen=session.study_class.seen)
    if attempt(
        form,
        lambda: services.record_session(
            session=session, draft=form.draft(), actor=request.user, seen=form.was_seen
        ),
    ):
        messages.success(
            request,
            _("Recorded: %(topic)s. Hours and ledger follow by themselves.")
            % {"topic": session.topic},
        )
        return redirect("study:class", pk=session.study_class_id)
    return _show_in(
        request,
        form,
        _("Roll call"),
        session.study_class,
        template="study/roll.html",
        session=session,
    )


@require(Permission.EDIT_RECORDS)
def call_off_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a class off; what was held stays."""
    study_class = _get_own(request, pk)
    form = ReasonForm(request.POST or None, seen=study_class.seen)
    if attempt(
        form,
        lambda: services.call_off_class(
            study_class=study_class,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            seen=form.was_seen,
        ),
    ):
        return redirect("study:class", pk=pk)
    return _show_in(request, form, _("Call the class off"), study_class)


def _get_own(request: HttpRequest, pk: int) -> StudyClass:
    study_class = get_class(request, pk)
    insist(access.can_change(get_scope(request), study_class))
    return study_class


def _get_session(request: HttpRequest, pk: int) -> Session:
    session: Session = get_object_or_404(queries.list_sessions(get_scope(request)), pk=pk)
    insist(access.can_change(get_scope(request), session.study_class))
    return session


def _show_in(
    request: HttpRequest, form: SeenForm, title: str, study_class: StudyClass, **context: Any
) -> HttpResponse:
    back = resolve_url("study:class", study_class.pk)
    return show_form(
        request,
        form,
        title,
        back,
        sub=study_class.title,
        crumbs=[*crumbs(), (study_class.title, back)],
        **context,
    )
