"""Reflections: one's own and those published; near copies are shown to the author alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linghang.people.models import Person
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.study import queries, services
from linghang.study.enums import ReflectionState
from linghang.study.models import Reflection
from linghang.study.web.forms.reflections import PublishForm, ReflectionForm
from linghang.study.web.views.acting import attempt, show_form
from linghang.study.web.views.classes import get_scope

A_PAGE = 20
OWN_AT_MOST = 10


@require()
@require_GET
def list_reflections(request: HttpRequest) -> HttpResponse:
    """Show what is published to the reader, the latest first, and the reader's own above."""
    scope = get_scope(request)
    page = Paginator(queries.list_published(scope), A_PAGE).get_page(request.GET.get("page"))
    own = queries.list_own_reflections(scope.person_id)
    every = request.GET.get("own") == "all"
    shown = list(own if every else own[: OWN_AT_MOST + 1])
    context = {
        "title": _("Reflections"),
        "own": shown if every else shown[:OWN_AT_MOST],
        "more": not every and len(shown) > OWN_AT_MOST,
        "page": page,
        "lines": [(row, queries.cut_excerpt(row)) for row in page],
        "may_write": bool(scope.person_id and scope.home_units),
        "crumbs": crumbs()[:1],
    }
    return render(request, "study/reflections.html", context)


@require()
def write_reflection(request: HttpRequest) -> HttpResponse:
    """Write a draft nobody else reads."""
    scope = get_scope(request)
    homes = queries.list_units_of(scope.person_id, clock.today()) if scope.person_id else []
    if not homes:
        messages.warning(request, _("Only members of a branch write reflections here."))
        return redirect("study:reflections")
    form = ReflectionForm(request.POST or None)
    made: list[Reflection] = []
    person = Person.objects.get(pk=scope.person_id or 0)
    if attempt(
        form,
        lambda: made.append(services.write_reflection(draft=form.draft(person, homes[0]))),
    ):
        return _go_on(request, made[0])
    return _show_writing(request, form, _("Write a reflection"), resolve_url("study:reflections"))


@require()
def change_reflection(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own draft."""
    reflection = _get_own(request, pk)
    form = ReflectionForm(request.POST or None, reflection=reflection)
    if attempt(
        form,
        lambda: services.change_reflection(
            reflection=reflection,
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            person=reflection.author,
            seen=form.was_seen,
        ),
    ):
        return _go_on(request, reflection)
    back = resolve_url("study:reflection", pk)
    return _show_writing(request, form, _("Change the reflection"), back)


@require()
@require_GET
def show_reflection(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a reflection the reader may read, and to its author what can be done with it."""
    reflection = get_object_or_404(queries.list_readable(get_scope(request)), pk=pk)
    context = {
        "reflection": reflection,
        "own": reflection.author_id == get_scope(request).person_id,
        "is_draft": reflection.state == ReflectionState.DRAFT,
        "crumbs": crumbs(),
    }
    return render(request, "study/reflection.html", context)


@require()
def publish_reflection(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the author what is alike, then publish if the author wants to."""
    reflection = _get_own(request, pk)
    if reflection.state != ReflectionState.DRAFT:
        return redirect("study:reflection", pk=pk)
    form = PublishForm(request.POST or None, reflection=reflection)
    if attempt(
        form,
        lambda: services.publish_reflection(
            reflection=reflection,
            audience=form.cleaned_data["audience"],
            person=reflection.author,
            actor=request.user,
            seen=form.was_seen,
        ),
    ):
        messages.success(request, _("Published. You can take it back at any time."))
        return redirect("study:reflection", pk=pk)
    return show_form(
        request,
        form,
        _("Publish it"),
        resolve_url("study:reflection", pk),
        template="study/publish.html",
        submit_label=_("Publish it"),
        sub=reflection.title,
        reflection=reflection,
        near=queries.find_near_copies(reflection, get_scope(request)),
        crumbs=[*crumbs(), (reflection.title, resolve_url("study:reflection", pk))],
    )


@require()
@require_POST
def take_back_reflection(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own published reflection back."""
    reflection = _get_own(request, pk)
    try:
        services.take_back_reflection(
            reflection=reflection, person=reflection.author, actor=request.user
        )
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, _("Taken back: only you read it now."))
    return redirect("study:reflection", pk=pk)


@require()
@require_POST
def drop_reflection(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own draft."""
    reflection = _get_own(request, pk)
    try:
        services.drop_reflection(reflection=reflection, person=reflection.author)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("study:reflection", pk=pk)
    messages.success(request, _("Deleted."))
    return redirect("study:reflections")


def _get_own(request: HttpRequest, pk: int) -> Reflection:
    """Return the reader's own reflection; anybody else's is not found, whoever asks."""
    found: Reflection = get_object_or_404(
        queries.list_own_reflections(get_scope(request).person_id), pk=pk
    )
    return found


def _go_on(request: HttpRequest, reflection: Reflection) -> HttpResponse:
    """Go to publishing where that was wanted, else to the draft."""
    if "publish" in request.POST:
        return redirect("study:publish", pk=reflection.pk)
    messages.success(request, _("Kept. Only you read it."))
    return redirect("study:reflection", pk=reflection.pk)


def _show_writing(
    request: HttpRequest, form: ReflectionForm, title: str, back: str, **context: Any
) -> HttpResponse:
    return show_form(
        request,
        form,
        title,
        back,
        template="study/write.html",
        submit_label=_("Keep for me"),
        crumbs=crumbs(),
        **context,
    )


def crumbs() -> list[tuple[str, str]]:
    """Return the way back to the reflections."""
    return [
        (_("Study"), resolve_url("study:home")),
        (_("Reflections"), resolve_url("study:reflections")),
    ]
