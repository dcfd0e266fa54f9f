"""What the pages of acts share: the reader's scope, and a form that does its act or says why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.assessment.models import Round, Subject
from linghang.platform.access import Scope
from linghang.platform.ui.forms import add_errors

Crumbs = list[tuple[str, str]]


def scope_of(request: HttpRequest) -> Scope:
    """Return the reader's scope."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def home_crumbs() -> Crumbs:
    """Return the way to a round."""
    return [(_("Assessment"), resolve_url("assessment:rounds"))]


def round_crumbs(round_: Round) -> Crumbs:
    """Return the way to what stands in a round."""
    return [*home_crumbs(), (round_.title, resolve_url("assessment:round", round_.pk))]


def subject_crumbs(subject: Subject) -> Crumbs:
    """Return the way to what stands under a subject."""
    return [
        *round_crumbs(subject.round),
        (str(subject), resolve_url("assessment:subject", subject.pk)),
    ]


def do_act(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    said: str,
    back: str,
    crumbs: Crumbs,
    **extra: Any,
) -> HttpResponse:
    """Do the act a valid form asks for and go back; show the form otherwise."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except ValidationError as refusal:
            if getattr(refusal, "code", "") == "moved":
                messages.warning(request, refusal.messages[0])
                return redirect(back)
            add_errors(form, refusal)
        else:
            messages.success(request, said)
            return redirect(back)
    context = {
        "form": form,
        "title": title,
        "crumbs": crumbs,
        "cancel_url": back,
        "submit_label": title,
        **extra,
    }
    status = 422 if form.is_bound else 200
    return render(request, "assessment/form.html", context, status=status)


def do_press(request: HttpRequest, act: Callable[[], Any], *, said: str, back: str) -> HttpResponse:
    """Do what one press of a button asks for and go back with its word, or with why not."""
    try:
        act()
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, said)
    return redirect(back)
