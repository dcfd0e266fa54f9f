"""My talks, and how many there were: nothing here opens a talk to anybody but the two in it.

No page is kept by a browser or a proxy, no message and no address names anybody, and what is sent is
hidden from error reports.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Tab
from linghang.research import access, queries, services
from linghang.research.models import Talk, TalkScene
from linghang.research.web.forms.talks import AgreedForm, TalkForm, ThemeForm
from linghang.research.web.views.reading import list_tabs, scope_of, show_form

SHOWN = 50
INSTEAD = "某同志"  # what a name of the unit's own people is replaced with

unkept = cache_control(private=True, no_store=True)


def get_talk(request: HttpRequest, pk: int) -> Talk:
    """Return one of the reader's own talks; any other is not found, whoever asks."""
    talk = queries.get_talk(scope_of(request), pk)
    if talk is None:
        raise Http404
    return talk


def get_own_talk(request: HttpRequest, pk: int) -> Talk:
    """Return a talk the reader sought; who was talked with is refused with the reason."""
    talk = get_talk(request, pk)
    insist(access.is_talker(scope_of(request), talk))
    return talk


@require(Permission.RAISE_PROBLEMS)
@require_GET
@unkept
def list_talks(request: HttpRequest) -> HttpResponse:
    """Show the reader's own talks, and to a secretary who of the branch had none this year."""
    scope, today = scope_of(request), clock.today()
    talks = list(queries.list_talks(scope)[: SHOWN + 1])
    scenes = queries.name_scenes()
    waiting = queries.list_waiting(access.led_branches(scope), today)
    context = {
        "title": _("My talks"),
        "talks": [_describe(talk, scope.person_id, scenes) for talk in talks[:SHOWN]],
        "more": len(talks) > SHOWN,
        "waiting": [(unit, people, total) for unit, (people, total) in waiting.items()],
        "year": today.year,
        "ready": TalkScene.objects.filter(retired=False).exists(),
        "tabs": list_tabs(request, "talks"),
    }
    return render(request, "research/talks.html", context)


def _describe(talk: Talk, person_id: int | None, scenes: dict[str, str]) -> dict[str, Any]:
    is_mine = talk.talker_id == person_id
    return {
        "talk": talk,
        "is_mine": is_mine,
        "other": talk.partner if is_mine else talk.talker,
        "scene": scenes.get(talk.scene, talk.scene),
    }


@require(Permission.RAISE_PROBLEMS)
@sensitive_post_parameters()
@sensitive_variables()
@unkept
def add_talk(request: HttpRequest) -> HttpResponse:
    """Record a talk: five fields."""
    scope = scope_of(request)
    person = queries.find_person(scope)
    if person is None:
        raise Http404
    asked = request.GET.get("with", "")
    form = TalkForm(request.POST or None, scope=scope, initial={"partner": asked})
    if form.is_valid():
        try:
            services.record_talks(talker=person, drafts=[form.draft()], actor=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The talk is recorded."))
            return redirect("research:talks")
    return show_form(
        request,
        form,
        _("Record a talk"),
        resolve_url("research:talks"),
        _("Save"),
        sub=_("Others see only that a talk took place."),
        crumbs=[(_("My talks"), resolve_url("research:talks"))],
    )


@require(Permission.RAISE_PROBLEMS)
@require_GET
@unkept
def show_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a talk to one of the two in it; the note stays shut until it is asked for."""
    return _talk_page(request, get_talk(request, pk))


def _talk_page(request: HttpRequest, talk: Talk, note: str | None = None) -> HttpResponse:
    themes = queries.name_themes()
    context = {
        "talk": talk,
        "is_mine": talk.talker_id == scope_of(request).person_id,
        "scene": queries.name_scenes().get(talk.scene, talk.scene),
        "themes": [themes.get(code, code) for code in talk.themes.split(",") if code],
        "note": note,
        "has_note": bool(talk.note),
        "crumbs": [(_("My talks"), resolve_url("research:talks"))],
    }
    return render(request, "research/talk.html", context)


@require(Permission.RAISE_PROBLEMS)
@require_POST
@sensitive_variables()
@unkept
def reveal_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the talker's own note; the look is recorded."""
    talk = get_own_talk(request, pk)
    note = services.reveal_note(talk=talk, actor=request.user)
    return _talk_page(request, talk, note)


@require(Permission.RAISE_PROBLEMS)
@sensitive_post_parameters()
@sensitive_variables()
@unkept
def write_agreed(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was agreed, for both to read."""
    talk = get_own_talk(request, pk)
    form = AgreedForm(request.POST or None, initial={"agreed": talk.agreed})
    if form.is_valid():
        services.save_agreed(talk=talk, agreed=form.cleaned_data["agreed"], actor=request.user)
        messages.success(request, _("Both of you can read it."))
        return redirect("research:talk", pk=pk)
    back = resolve_url("research:talk", pk)
    return show_form(request, form, _("What was agreed"), back, _("Save"))


@require(Permission.RAISE_PROBLEMS)
@require_POST
@unkept
def withdraw_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a talk recorded by mistake."""
    services.withdraw_talk(talk=get_own_talk(request, pk), actor=request.user)
    messages.success(request, _("The talk no longer counts, and its texts are gone."))
    return redirect("research:talks")


@require(Permission.RAISE_PROBLEMS)
@sensitive_post_parameters()
@sensitive_variables()
@unkept
def raise_theme(request: HttpRequest, pk: int) -> HttpResponse:
    """Raise what a talk was about as a problem, without names and without a way back."""
    talk = get_own_talk(request, pk)
    form = ThemeForm(request.POST or None, talk=talk)
    if form.is_valid():
        try:
            services.hold_theme(talk=talk, actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form = _strip(form, talk)
            form.add_error(None, refusal.messages)
        else:
            messages.success(
                request,
                _(
                    "It is put on the list of problems on the first day of next month, together with"
                    " the others, so that nobody can tell who raised it."
                ),
            )
            return redirect("research:talk", pk=pk)
    back = resolve_url("research:talk", pk)
    return show_form(
        request,
        form,
        _("Raise a theme without names"),
        back,
        _("Raise it"),
        template="research/theme_form.html",
    )


def _strip(form: ThemeForm, talk: Talk) -> ThemeForm:
    """Return the form with the names of the unit's people taken out, to be read over and sent again."""
    root = Unit.objects.get(path=talk.unit.root_path)
    data = form.data.copy()
    own, _others = queries.find_names(data.get("text", ""), root, talk.unit)
    data["text"] = queries.strip_names(data.get("text", ""), own, INSTEAD)
    stripped = ThemeForm(data, talk=talk)
    stripped.is_valid()
    return stripped


@require(Permission.VIEW_RECORDS)
@require_GET
def count_talks(request: HttpRequest) -> HttpResponse:
    """Show how many talks there were by unit and months, joined until nobody can be guessed."""
    scope, today = scope_of(request), clock.today()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and 2000 < int(asked) <= today.year else today.year
    root = queries.find_bureau(scope)
    lines: list[queries.Line] = []
    total: int | None = None
    if root is not None:
        lines, total = queries.count_talks(root, year, today)
    prefixes = scope.prefixes(Permission.VIEW_RECORDS)
    sees_all = root is not None and bool(scope.can(Permission.VIEW_RECORDS, root.path))
    shown = [
        line
        for line in lines
        if sees_all or (line.unit is not None and line.unit.path.startswith(prefixes))
    ]
    context = {
        "title": _("How many talks"),
        "lines": shown,
        "total": total if sees_all else None,
        "least": queries.LEAST,
        "year": year,
        "years": [
            Tab(str(each), f"?year={each}", current=each == year)
            for each in (today.year, today.year - 1)
        ],
        "tabs": list_tabs(request, "counts"),
    }
    return render(request, "research/counts.html", context)
