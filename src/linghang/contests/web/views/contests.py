"""Contests: the list, preparing one, the live table, and the acts on it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.contests import access, services
from linghang.contests.enums import State
from linghang.contests.models import Contest, Objection
from linghang.contests.queries import lists, standing
from linghang.contests.web.forms import ActForm, ContestForm, ReasonForm
from linghang.contests.web.tables import CONTESTS
from linghang.evaluation.api import band_titles, describe_criterion, say
from linghang.ledger.api import list_kinds
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui import charts
from linghang.platform.ui.forms import add_errors
from linghang.platform.ui.tables import render_list

REFUSED = 422
LINES = 5  # a drawing tells no more lines apart
POINTS_DRAWN = 14
BRANCH = "党支部"  # every label of a drawing would end in it


class Deed(NamedTuple):
    """An act on a contest: its words, what it does, its form and service."""

    label: str | Promise
    note: str | Promise
    states: tuple[State, ...]
    form: type[ActForm]
    service: Any


DEEDS = {
    "start": Deed(
        gettext_lazy("Start the contest"),
        gettext_lazy(
            "From now on rules and teams stand fixed, and everybody in the bureau sees the table."
        ),
        (State.DRAFT,),
        ActForm,
        services.start_contest,
    ),
    "end": Deed(
        gettext_lazy("End and freeze the points"),
        gettext_lazy("The points are frozen, and the teams have five working days to object."),
        (State.RUNNING,),
        ActForm,
        services.end_contest,
    ),
    "close": Deed(
        gettext_lazy("Make the result final"),
        gettext_lazy("The result is kept with its digest, and each team gets it into its ledger."),
        (State.ENDED,),
        ActForm,
        services.close_contest,
    ),
    "cancel": Deed(
        gettext_lazy("Call off"),
        gettext_lazy("Nothing of it counts; the reason stays readable."),
        (State.DRAFT, State.RUNNING),
        ReasonForm,
        services.cancel_contest,
    ),
}


@require(Permission.VIEW_PUBLISHED)
def list_contests(request: HttpRequest) -> HttpResponse:
    """List the contests of the bureau."""
    scope = get_scope(request)
    return render_list(
        request,
        CONTESTS.bind(lists.list_contests(scope), request.GET),
        title=_("Contests"),
        sub=_("Some days, some teams, at most 100 points: counted from the records, day by day."),
        template="contests/contests.html",
        may_add=bool(access.can_prepare(scope)),
    )


@require(Permission.RUN_EVALUATION)
def add_contest(request: HttpRequest) -> HttpResponse:
    """Prepare a contest from a template."""
    scope = get_scope(request)
    templates = list(lists.list_templates())
    root = lists.list_bureaus(scope).first()
    insist(access.can_prepare(scope, root.path if root else None))
    if root is None:
        raise Http404
    wanted = request.GET.get("template", "")
    template = next((one for one in templates if one.code == wanted), None) or next(
        iter(templates), None
    )
    if template is None:
        context: dict[str, Any] = {"title": _("Prepare a contest")}
        return render(request, "contests/no_template.html", context)
    form = ContestForm(request.POST or None, scope=scope, root=root, template=template)
    return _save(request, form, None, templates)


@require(Permission.RUN_EVALUATION)
def edit_contest(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a contest that has not been started."""
    contest = get_contest(request, pk)
    scope = get_scope(request)
    insist(access.can_prepare(scope, contest.root.path))
    if contest.state != State.DRAFT:
        messages.error(request, _("Rules and teams stand fixed once a contest has started."))
        return redirect("contests:contest", pk)
    form = ContestForm(
        request.POST or None,
        scope=scope,
        root=contest.root,
        template=contest.template,
        contest=contest,
    )
    return _save(request, form, contest, [])


@require(Permission.VIEW_PUBLISHED)
def show_contest(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the live table: points by dimension and of today, places, course, what came late."""
    contest = get_contest(request, pk)
    scope, today = get_scope(request), clock.today()
    rules = standing.load_rules(contest)
    rows = standing.read_standing(contest, today)
    objections = list(
        Objection.objects.filter(team__contest=contest).select_related("team", "raised_by")
    )
    acts = list(contest.acts.select_related("by"))
    last = rows[0].course.days[-1].on if rows else today
    if contest.state == State.CANCELLED:
        last = timezone.localtime(acts[-1].at).date()  # the day it was called off
    context = {
        "contest": contest,
        "state": contest.stands,
        "today": today,
        "number": contest.day_number(last),
        "last": last,
        "left": max(0, (contest.last_day - today).days),
        "dimensions": [(say(part.title), _full(part)) for part in rules.dimensions],
        "rows": [
            {
                "one": one,
                "parts": standing.dimension_points(rules, one.course.result),
                "band": say(rules.band_of(one.points).title),
                "line": _line(one),
            }
            for one in rows
        ],
        "teams": [] if rows else list(contest.teams.all()),
        "trend": _trend(rows),
        "more": max(0, len(rows) - LINES),
        "rules": _describe(rules),
        "deeds": _list_deeds(scope, contest, today),
        "refusal": _refusal(contest),
        "late": any(one.late for one in rows),
        "cut": any(one.course.cut for one in rows),
        "objections": objections,
        "opened": _list_opened(scope, objections),
        "acts": acts,
        "crumbs": [(_("Contests"), resolve_url("contests:index"))],
        "may_edit": contest.state == State.DRAFT
        and bool(access.can_prepare(scope, contest.root.path)),
    }
    return render(request, "contests/contest.html", context)


@require(Permission.RUN_EVALUATION, Permission.PUBLISH_EVALUATION)
def act_on_contest(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Start, end, close or call off a contest."""
    contest = get_contest(request, pk)
    if code not in DEEDS:
        raise Http404
    scope, deed = get_scope(request), DEEDS[code]
    insist(
        access.can_close(scope, contest)
        if code == "close"
        else access.can_prepare(scope, contest.root.path)
    )
    early = code == "end" and clock.today() <= contest.last_day
    form_class = ReasonForm if early else deed.form
    form = form_class(request.POST or None, initial={"seen": contest.seen})
    if form.is_valid():
        try:
            deed.service(contest=contest, actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Recorded: %(deed)s.") % {"deed": deed.label})
            return redirect("contests:contest", pk=pk)
    context = {
        "form": form,
        "title": deed.label,
        "sub": contest.title,
        "note": deed.note,
        "early": early,
        "submit_label": deed.label,
        "cancel_url": resolve_url("contests:contest", pk),
        "crumbs": _crumbs(contest),
    }
    return render(request, "contests/act.html", context, status=REFUSED if form.errors else 200)


def get_scope(request: HttpRequest) -> Scope:
    """Return who reads and how far."""
    return request.scope  # type: ignore[attr-defined,no-any-return]


def get_contest(request: HttpRequest, pk: int) -> Contest:
    """Return a contest the reader sees; a stranger's is not found."""
    found: Contest = get_object_or_404(lists.list_contests(get_scope(request)), pk=pk)
    return found


def _crumbs(contest: Contest) -> list[tuple[str, str]]:
    return [
        (_("Contests"), resolve_url("contests:index")),
        (contest.title, resolve_url("contests:contest", contest.pk)),
    ]


def _save(
    request: HttpRequest, form: ContestForm, contest: Contest | None, templates: list[Any]
) -> HttpResponse:
    if form.is_valid():
        try:
            if contest is None:
                contest = services.prepare_contest(draft=form.draft(), actor=request.user)
            else:
                services.change_contest(
                    contest=contest,
                    draft=form.draft(),
                    actor=request.user,
                    seen=form.cleaned_data["seen"],
                )
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The contest is prepared. Look at it, then start it."))
            return redirect("contests:contest", pk=contest.pk)
    back = resolve_url("contests:contest", contest.pk) if contest else resolve_url("contests:index")
    context = {
        "form": form,
        "title": _("Change the contest") if contest else _("Prepare a contest"),
        "sub": form.root.name,
        "templates": [
            (one.title, f"{resolve_url('contests:add')}?template={one.code}")
            for one in templates
            if form.template is None or one.pk != form.template.pk
        ],
        "crumbs": [(_("Contests"), resolve_url("contests:index"))],
        "cancel_url": back,
    }
    return render(request, "contests/form.html", context, status=REFUSED if form.errors else 200)


def _full(part: Any) -> Decimal:
    return sum((i.full for i in part.criteria if i.nature.value == "basic"), Decimal(0))


def _line(one: standing.Standing) -> list[Decimal]:
    """The points added up day by day, as a small line."""
    total, found = Decimal(0), []
    for day in one.course.days:
        total += day.points
        found.append(total)
    return found


def _trend(rows: list[standing.Standing]) -> charts.Trend | None:
    if not rows or len(rows[0].course.days) < 2:
        return None
    days = rows[0].course.days
    step = -(-len(days) // POINTS_DRAWN)
    picked = [place for place in range(len(days)) if (len(days) - 1 - place) % step == 0]
    return charts.Trend(
        title=_("Points day by day"),
        periods=[f"{days[place].on:%m-%d}" for place in picked],
        series=[
            charts.Series(
                one.team.name.removesuffix(BRANCH), [_line(one)[place] for place in picked]
            )
            for one in rows[:LINES]
        ],
        low=0,
    )


def _describe(rules: Any) -> list[dict[str, Any]]:
    kinds, bands = list_kinds(), band_titles(rules)
    return [
        {
            "title": say(part.title),
            "criteria": [describe_criterion(item, kinds, bands) for item in part.criteria],
        }
        for part in rules.dimensions
    ]


def _list_opened(scope: Scope, objections: list[Objection]) -> set[int]:
    """Which of the objections the reader may open: everybody reads what was said and decided."""
    keys = [one.pk for one in objections]
    found = lists.list_objections(scope).filter(pk__in=keys) if keys else Objection.objects.none()
    return set(found.values_list("pk", flat=True))


def _list_deeds(scope: Scope, contest: Contest, today: Any) -> list[tuple[str, Any, bool]]:
    """The acts that come now: code, label, whether it is the next one."""
    found = []
    for code, deed in DEEDS.items():
        answer = (
            access.can_close(scope, contest)
            if code == "close"
            else access.can_prepare(scope, contest.root.path)
        )
        if not answer or contest.stands not in deed.states:
            continue
        if code == "end" and today < contest.first_day:
            continue
        next_one = code in {"start", "close"} or (code == "end" and today > contest.last_day)
        found.append((code, deed.label, next_one))
    return sorted(found, key=lambda deed: deed[2])


def _refusal(contest: Contest) -> str:
    """What stands in the way of closing, said before somebody tries."""
    until = contest.objections_until
    if contest.state == State.ENDED and until and clock.today() <= until:
        return _("Objections are taken until %(day)s; it can be closed after that day.") % {
            "day": until
        }
    return ""
