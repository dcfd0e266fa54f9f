"""Adopting a handbook and writing its next generation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.handbook import access, services
from linghang.handbook.enums import Check
from linghang.handbook.models import Standard, Version
from linghang.handbook.queries import versions as queries
from linghang.handbook.web.forms import (
    AdoptForm,
    DiscardForm,
    DropForm,
    PublishForm,
    StandardForm,
)
from linghang.handbook.web.views.shared import answer_form, get_scope, get_version, list_crumbs
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require


@require(Permission.ISSUE_LISTS)
def adopt(request: HttpRequest) -> HttpResponse:
    """Give a bureau the handbook of a pack."""
    units = queries.list_committees(get_scope(request))
    if not units.exists():
        raise PermissionDenied(_("Each of your bureaus has a handbook, or you keep none."))
    form = AdoptForm(request.POST or None, units=units)
    return answer_form(
        request,
        form,
        lambda: form.save(request.user),
        back=resolve_url("handbook:home"),
        done=_("The handbook is adopted."),
        title=_("Adopt a handbook"),
        crumbs=list_crumbs(),
        submit_label=_("Adopt"),
    )


@require(Permission.ISSUE_LISTS)
@require_POST
def begin_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next generation as a copy of the last."""
    scope = get_scope(request)
    version = get_version(scope, pk)
    insist(access.can_keep(scope, version.handbook.unit))
    try:
        made = services.begin_draft(handbook=version.handbook, actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
        return redirect("handbook:version", pk=pk)
    messages.success(
        request, _("The next generation is begun as a copy. Change what is to differ.")
    )
    return redirect("handbook:version", pk=made.pk)


@require(Permission.ISSUE_LISTS)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the draft hold from a day on."""
    version = _get_draft(request, pk)
    form = PublishForm(request.POST or None, version=version)
    return _answer(
        request,
        form,
        version,
        title=_("Publish the generation"),
        done=_("Published. Earlier periods keep the generation that held then."),
    )


@require(Permission.ISSUE_LISTS)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    version = _get_draft(request, pk)
    form = DiscardForm(request.POST or None, version=version)
    return _answer(
        request,
        form,
        version,
        title=_("Discard the draft"),
        done=_("The draft is discarded."),
        back=resolve_url("handbook:home"),
        cancel_url=resolve_url("handbook:version", version.pk),
    )


@require(Permission.ISSUE_LISTS)
def add_standard(request: HttpRequest, pk: int, check: str) -> HttpResponse:
    """Add a standard proved by the check."""
    if check not in Check.values:
        raise Http404
    version = _get_draft(request, pk)
    form = StandardForm(request.POST or None, version=version, check=Check(check))
    return _answer(
        request,
        form,
        version,
        title=_("Add a standard"),
        sub=str(Check(check).label),
        done=_("The standard is added."),
        template="handbook/standard.html",
        chapters=[chapter.title for chapter in queries.read_chapters(version)],
    )


@require(Permission.ISSUE_LISTS)
def change_standard(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a standard of the draft."""
    standard, version = _get_standard(request, pk)
    check = standard.proved_by
    form = StandardForm(request.POST or None, version=version, check=check, standard=standard)
    return _answer(
        request,
        form,
        version,
        title=_("Change the standard"),
        sub=str(check.label),
        done=_("The standard is changed."),
    )


@require(Permission.ISSUE_LISTS)
def drop_standard(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a standard out of the draft."""
    standard, version = _get_standard(request, pk)
    form = DropForm(request.POST or None, version=version, standard=standard)
    return _answer(
        request,
        form,
        version,
        title=_("Leave the standard out"),
        sub=standard.text,
        done=_("The standard is left out; earlier generations keep it."),
    )


def _answer(
    request: HttpRequest, form: Any, version: Version, *, title: str, done: str, **context: Any
) -> HttpResponse:
    """Do what the form asks of the draft, or show it."""
    given: forms.Form = form
    back = context.pop("back", resolve_url("handbook:version", version.pk))
    return answer_form(
        request,
        given,
        lambda: form.save(request.user),
        back=back,
        done=done,
        title=title,
        crumbs=list_crumbs(version),
        submit_label=title,
        **context,
    )


def _get_draft(request: HttpRequest, pk: int) -> Version:
    scope = get_scope(request)
    version = get_version(scope, pk)
    insist(access.can_write(scope, version))
    return version


def _get_standard(request: HttpRequest, pk: int) -> tuple[Standard, Version]:
    scope = get_scope(request)
    seen = Standard.objects.filter(chapter__version__in=queries.list_versions(scope))
    standard = get_object_or_404(seen.select_related("chapter__version"), pk=pk)
    return standard, _get_draft(request, standard.chapter.version_id)
