"""The list of problems, one problem with everything on one page, and stating one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.org import api as org
from linghang.people import api as people
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import BulkAction, Tab, render_list
from linghang.rectification import access, mapping, queries, services
from linghang.rectification.enums import (
    SOLVED,
    TO_DO,
    UNSOLVED,
    ExtensionState,
    ProblemState,
    Step,
    Verb,
)
from linghang.rectification.mapping import SOON_DAYS, is_review_late, is_soon, show_state
from linghang.rectification.models import Problem, Result
from linghang.rectification.web.filters import ProblemFilter
from linghang.rectification.web.forms import HandInForm, ProblemForm, ReviewForm
from linghang.rectification.web.tables import PROBLEMS, list_corrections
from linghang.worklists.enums import TaskState
from linghang_core.periods import load_calendar

ON_A_PANEL = 10
ONE_DAY = timedelta(days=1)
FIELDS = {
    "text": gettext_lazy("Problem"),
    "aspect": gettext_lazy("Aspect"),
    "cause": gettext_lazy("Cause"),
    "measure": gettext_lazy("Rectification measure"),
}


def form_page(
    request: HttpRequest, form: Any, title: str, back: str, label: str, **extra: Any
) -> HttpResponse:
    """Return a page with one form; 422 when what was sent has faults."""
    context = {"form": form, "title": title, "cancel_url": back, "submit_label": label, **extra}
    return render(request, "rectification/form.html", context, status=422 if form.is_bound else 200)


def get_problem(request: HttpRequest, pk: int) -> Problem:
    """Return the problem if the reader may see it; raises Http404."""
    return get_object_or_404(queries.list_problems(request.scope), pk=pk)  # type: ignore[attr-defined]


@require(Permission.VIEW_RECORDS)
def show_unit_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a unit has to mend, as a part of its page."""
    unit = org.get_visible_unit(request.scope, pk, Permission.VIEW_RECORDS)
    problems = queries.list_problems(request.scope).filter(unit__path__startswith=unit.path)
    unsolved = list(queries.filter_unsolved(problems)[: ON_A_PANEL + 1])
    context = {
        "unit": unit,
        "problems": [(problem, show_state(problem)) for problem in unsolved[:ON_A_PANEL]],
    }
    return render(request, "rectification/unit_panel.html", context)


@require(Permission.VIEW_RECORDS)
def list_problems(request: HttpRequest) -> HttpResponse:
    """Show the problems of the reader's units: what is to be done first, returned ones before all."""
    found = ProblemFilter(
        request.GET, queryset=queries.list_problems(request.scope), request=request
    )
    rows, tabs = _tabs(request, found.qs)
    return render_list(
        request,
        PROBLEMS.bind(rows, request.GET),
        title=_("Problems"),
        sub=_("From finding to closure, by due date."),
        filterset=found,
        tabs=tabs,
        template="rectification/problems.html",
        may_add=request.scope.can(Permission.EDIT_RECORDS),
        bulk=_list_bulk(tabs),
    )


def _list_bulk(tabs: list[Tab]) -> list[BulkAction]:
    """Return what can be done with many at once: where the reader's reviews stand, passing them."""
    if not any(tab.current and "state=review" in tab.url for tab in tabs):
        return []
    return [BulkAction(_("Pass"), reverse("rectification:review-many"), "checks")]


def _tabs(request: HttpRequest, rows: QuerySet[Problem]) -> tuple[QuerySet[Problem], list[Tab]]:
    """Return the rows of the asked tab, and the tabs with their counts."""
    scope, today = request.scope, clock.today()  # type: ignore[attr-defined]
    conditions = {
        "waiting": Q(state__in=UNSOLVED),
        "overdue": Q(state__in=UNSOLVED, due_on__lt=today),
        "done": Q(state__in=SOLVED),
        "all": ~Q(state=ProblemState.WITHDRAWN),
        "withdrawn": Q(state=ProblemState.WITHDRAWN),
    }
    words = {
        "waiting": _("Still open"),
        "mine": _("For me to do"),
        "review": _("For me to review"),
        "later-day": _("Later days for me to decide on"),
        "look-back": _("For me to look back at"),
        "overdue": _("Overdue"),
        "done": _("Closed problems"),
        "all": _("All"),
        "withdrawn": _("Withdrawn"),
    }
    kept = {
        "mine": queries.filter_mine(rows, scope),
        "review": queries.filter_reviewable(rows, scope),
        "later-day": queries.filter_later_days(rows, scope),
        "look-back": queries.filter_to_look_back(rows, scope, today + LOOK_AHEAD),
    }
    among = {name: queries.is_among(found) for name, found in kept.items()}
    counts = queries.count_tabs(rows, conditions | among)
    asked = request.GET.get("state", "waiting")
    current = asked if asked in words else "waiting"
    keep = request.GET.copy()
    keep.pop("page", None)
    tabs = []
    for name, label in words.items():
        if name in SHOWN_IF_ANY and not counts[name] and current != name:
            continue
        keep["state"] = name
        tabs.append(Tab(label, f"?{keep.urlencode()}", counts[name], current=name == current))
    return (kept[current] if current in kept else rows.filter(conditions[current])), tabs


SHOWN_IF_ANY = {"mine", "review", "later-day", "look-back", "withdrawn"}
LOOK_AHEAD = timedelta(days=SOON_DAYS)


@require()
def show_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one problem with everything on one page and the next step first."""
    return problem_page(request, get_problem(request, pk))


@require(Permission.VIEW_RECORDS)
def show_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from a result's ledger line to the problem it came of."""
    visible = queries.list_problems(request.scope).filter(results=pk)
    result = get_object_or_404(Result.objects.filter(problems__in=visible).distinct(), pk=pk)
    return redirect("rectification:problem", pk=visible.filter(results=result)[0].pk)


def problem_page(
    request: HttpRequest,
    problem: Problem,
    hand_in: HandInForm | None = None,
    review: ReviewForm | None = None,
) -> HttpResponse:
    """Return the page of a problem; a form that came back with faults makes it 422."""
    scope = request.scope  # type: ignore[attr-defined]
    seen = services.describe_seen(problem)
    may_edit, may_decide = access.can_edit(scope, problem), access.can_decide(scope, problem)
    may_review = access.can_review(scope, problem)
    waits = problem.state in TO_DO
    obstacles = services.list_obstacles(problem) if may_edit and waits else []
    if hand_in is None and may_edit and waits and not obstacles:
        hand_in = HandInForm(
            initial={"done_on": clock.today(), "text": problem.done_text or problem.measure,
                     "seen": seen, "evidence": problem.evidence}
        )  # fmt: skip
    if review is None and may_review:
        review = ReviewForm(initial={"seen": seen})
    way = mapping.find_way(problem)
    context = {
        "problem": problem,
        "state": show_state(problem),
        "soon": is_soon(problem),
        "look_back_on": _name_day(problem.look_back_on),
        "seen": seen,
        "hand_in": hand_in if waits else None,
        "review": review if problem.step else None,
        "obstacles": obstacles,
        "may_edit": may_edit and waits,
        "may_correct": access.can_correct(scope, problem),
        "may_decide": may_decide,
        "may_result": (may_edit or may_decide) and problem.state != ProblemState.WITHDRAWN,
        "is_solved": problem.state in SOLVED,
        "may_look_back": (
            problem.state == ProblemState.LONG_TERM and access.can_look_back(scope, problem)
        ),
        "may_withdraw": may_decide and problem.state in UNSOLVED,
        "may_assign": may_decide and waits,
        "steps": _show_steps(problem, way),
        "next_word": _say_next(problem, may_review),
        "next_tone": "warn" if is_review_late(problem) else "info",
        "reviews": _list_reviews(problem),
        "measures": _list_measures(problem),
        "results": list(problem.results.all()),
        "cooperating": [unit.name for unit in problem.cooperating.all()],
        "extensions": list(problem.extensions.select_related("asked_by", "decided_by")),
        "asked": problem.extensions.filter(state=ExtensionState.ASKED).first(),
        "history": [(act, Verb(act.verb)) for act in problem.acts.select_related("actor")[:50]],
        "corrections": list_corrections(problem, FIELDS),
        "again": list(problem.repeated_by.select_related("unit")),
        "alike": _find_alike(problem) if access.can_state(scope, problem.unit) else [],
        "crumbs": [(_("Problems"), resolve_url("rectification:problems"))],
    }
    bound = any(form is not None and form.is_bound for form in (hand_in, review))
    return render(request, "rectification/problem.html", context, status=422 if bound else 200)


def _show_steps(problem: Problem, way: mapping.Way) -> list[dict[str, str]]:
    """Return the way of the problem as steps: stated, rectified, each review, closed."""
    current = problem.state == ProblemState.HANDED_IN
    closed = problem.state in SOLVED
    steps = [{"label": _("rectify"), "state": "done" if current or closed else "current"}]
    names = [step for step, _days in way.steps]
    place = names.index(Step(problem.step)) if problem.step in names else -1
    for number, (step, days) in enumerate(way.steps):
        state = "todo"
        if closed or (current and number < place):
            state = "done"
        elif current and number == place:
            state = "current"
        note = _("%(days)d working days") % {"days": days}
        steps.append({"label": str(step.label), "state": state, "note": note})
    steps.append({"label": _("closed"), "state": "done" if closed else "todo"})
    return steps


def _say_next(problem: Problem, may_review: Any) -> str:
    """Return who is to do what next, in a sentence."""
    if problem.step:
        reviewer = access.find_reviewer(problem, Step(problem.step))
        words = _("%(step)s by %(unit)s until %(day)s.") % {
            "step": Step(problem.step).label,
            "unit": reviewer.name,
            "day": _name_day(problem.step_due_on),
        }
        return words if may_review else f"{words} {may_review.reason}"
    return ""


def _name_day(day: date | None) -> str:
    """Return a day as it stands in a sentence, marked while the year's days off are not announced."""
    if day is None or load_calendar().is_announced(day):
        return str(day or "")
    return _("%(day)s (provisional)") % {"day": day}


def _list_reviews(problem: Problem) -> list[dict[str, Any]]:
    """Return the looks at the problem, newest first, with the working days each took; one query."""
    days = load_calendar()
    return [
        {
            "review": each,
            "tone": "ok" if each.passed else "warn",
            "took": days.count_working_days(each.since + ONE_DAY, each.on + ONE_DAY),
        }
        for each in problem.reviews.select_related("by")
    ]


def _list_measures(problem: Problem) -> list[dict[str, Any]]:
    """Return the measures with who takes them and how far each is; two queries."""
    items = list(problem.items.order_by("number"))
    tasks: dict[int, list[Any]] = {item.pk: [] for item in items}
    for task in queries.list_measure_tasks(problem):
        due = None if task.finished_on else task.due_on
        tasks[task.item_id].append((task, TaskState(task.state), due))
    return [{"item": item, "tasks": tasks[item.pk]} for item in items]


def _find_alike(problem: Problem) -> list[Problem]:
    if problem.repeats_id is not None or problem.state not in TO_DO:
        return []
    found = queries.find_alike(problem.text, problem.unit, clock.today(), besides=problem.pk)
    return [each for each in found if each.pk < problem.pk][:3]


@require(Permission.EDIT_RECORDS, Permission.REVIEW_AGAIN)
def add_problem(request: HttpRequest) -> HttpResponse:
    """State a problem of a unit."""
    form = ProblemForm(request.POST or None, scope=request.scope)
    if form.is_valid():
        values = dict(form.cleaned_data)
        name = values["responsible_name"]
        found = people.find_by_name_in_unit(values["unit"].pk, [name], clock.today())
        draft = services.ProblemDraft(**values, responsible=found[name])
        try:
            problem = services.create_problems(drafts=[draft], actor=request.user)[0]
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The problem is on the list."))
            return redirect("rectification:problem", pk=problem.pk)
    back = resolve_url("rectification:problems")
    return form_page(request, form, _("New problem"), back, _("Save"))


@require(Permission.EDIT_RECORDS, Permission.REVIEW_AGAIN)
def link_repeat(request: HttpRequest, pk: int, earlier: int) -> HttpResponse:
    """Say that a problem is an earlier one found again."""
    problem, other = get_problem(request, pk), get_problem(request, earlier)
    insist(access.can_state(request.scope, problem.unit))
    if request.method == "POST":
        try:
            services.link_repeat(problem=problem, earlier=other, actor=request.user)
        except ValidationError as refusal:
            messages.warning(request, refusal.messages[0])
        else:
            messages.success(request, _("Marked as found again."))
    return redirect("rectification:problem", pk=problem.pk)
