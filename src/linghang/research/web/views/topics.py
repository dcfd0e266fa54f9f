"""A topic's page, and the acts on it: proposing, claiming, and every step of its way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.research import access, queries, services
from linghang.research.enums import NEXT, ON_ITS_WAY, Nature, PlanState, TopicState, TopicVerb
from linghang.research.models import Topic, TopicTemplate
from linghang.research.web.forms.topics import CloseForm, ReasonForm, TopicForm, read_topic
from linghang.research.web.views.reading import crumbs_of, get_topic, scope_of, show_form

# Each act with a reason: where it leads, its form, what it is called, what is said afterwards.
ACTS: dict[str, tuple[TopicState, Any, Any, Any]] = {
    "give_back": (
        TopicState.PROPOSED,
        ReasonForm,
        gettext_lazy("Give the topic back"),
        gettext_lazy("The topic waits for another leader."),
    ),
    "withdraw": (
        TopicState.WITHDRAWN,
        ReasonForm,
        gettext_lazy("Withdraw the topic"),
        gettext_lazy("The topic is withdrawn."),
    ),
    "resume": (
        TopicState.UNDER_WAY,
        ReasonForm,
        gettext_lazy("Resume the research"),
        gettext_lazy("Visits can be recorded again; the report handed in is kept."),
    ),
    "close": (
        TopicState.CLOSED,
        CloseForm,
        gettext_lazy("End the follow-up"),
        gettext_lazy("The topic is followed up to the end."),
    ),
    "reopen": (
        TopicState.REPORTED,
        ReasonForm,
        gettext_lazy("Follow it up again"),
        gettext_lazy("The topic is followed up again."),
    ),
}
SERVICES = {
    "give_back": services.give_back_topic,
    "withdraw": services.withdraw_topic,
    "resume": services.resume_topic,
    "close": services.close_topic,
    "reopen": services.reopen_topic,
}


@require(Permission.RAISE_PROBLEMS)
@require_GET
def show_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a topic with everything under it: plan, visits, findings, problems, measures, reports."""
    scope, today = scope_of(request), clock.today()
    topic = get_topic(request, pk)
    _rolls, roll = queries.roll_up([topic], today)
    visits = topic.visits.filter(withdrawn_at=None).select_related("unit", "led_by")
    findings = list(queries.filter_topic(queries.list_findings(scope), topic))
    context = {
        "topic": topic,
        "roll": roll,
        "steps": list_steps(topic),
        "plan": queries.list_plan(topic, today),
        "visits": list(visits),
        "findings": [(each, Nature(each.nature)) for each in findings],
        "problems": list_problem_rows(topic),
        "reports": list(topic.reports.defer("file")),
        "history": [(act, TopicVerb(act.verb)) for act in topic.acts.select_related("actor")[:40]],
        "may": list_abilities(request, topic),
        "PlanState": PlanState,
        "crumbs": crumbs_of(topic)[:1],
    }
    return render(request, "research/topic.html", context)


def list_abilities(request: HttpRequest, topic: Topic) -> dict[str, bool]:
    """Return what the reader may do with the topic now."""
    scope = scope_of(request)
    part = any(person.pk == scope.person_id for person in topic.cooperating.all())
    return {
        "claim": bool(access.can_claim(scope, topic)),
        "join": bool(access.can_join(scope, topic)) and not part,
        "leave": part and topic.standing.takes_visits,
        "visit": bool(access.can_visit(scope, topic)),
        "state": bool(access.can_state(scope, topic)),
        "lead": bool(access.can_lead(scope, topic)),
        "change": topic.standing in {TopicState.PROPOSED, TopicState.CLAIMED}
        and bool(access.can_propose(scope, topic.root)),
        "give_back": topic.standing is TopicState.CLAIMED
        and bool(access.may_go(scope, topic, TopicState.PROPOSED)),
        "withdraw": bool(access.may_go(scope, topic, TopicState.WITHDRAWN)),
        "resume": topic.standing is TopicState.REPORTED
        and bool(access.may_go(scope, topic, TopicState.UNDER_WAY)),
        "close": bool(access.may_go(scope, topic, TopicState.CLOSED)),
        "reopen": topic.standing is TopicState.CLOSED
        and bool(access.may_go(scope, topic, TopicState.REPORTED)),
    }


def list_steps(topic: Topic) -> list[dict[str, Any]]:
    """Return the stages of a topic with where it stands."""
    way = [TopicState.PROPOSED, *ON_ITS_WAY]
    at = way.index(topic.standing) if topic.standing in way else -1
    done = topic.standing is TopicState.CLOSED
    return [
        {
            "label": state.label,
            "state": "done" if number < at or done else "current" if number == at else "todo",
        }
        for number, state in enumerate(way)
    ]


def list_problem_rows(topic: Topic) -> list[tuple[Any, list[tuple[Any, int, int]]]]:
    """Return the problems with their measures and how many of each are done; three queries."""
    measures: dict[int, list[tuple[Any, int, int]]] = {}
    for item in queries.list_measures(topic):
        tasks = [task for task in item.assignments.all() if task.state != "withdrawn"]
        row = (item, sum(task.state == "done" for task in tasks), len(tasks))
        for problem in item.problems.all():
            measures.setdefault(problem.pk, []).append(row)
    return [(each, measures.get(each.pk, [])) for each in queries.list_problems(topic)]


@require(Permission.ISSUE_LISTS)
def add_topic(request: HttpRequest) -> HttpResponse:
    """Propose a topic for the year, from a pack's or from nothing."""
    scope, year = scope_of(request), clock.today().year
    root = queries.find_bureau(scope)
    assert root is not None
    insist(access.can_propose(scope, root))
    templates = queries.list_templates(root, year)
    row = next((t for t in templates if t.code == request.GET.get("template")), None)
    form = TopicForm(request.POST or None, initial=_read_template(row))
    if form.is_valid():
        draft = services.TopicDraft(**form.values(), template=row.code if row else "")
        try:
            (topic,) = services.propose_topics(
                root=root, year=year, drafts=[draft], actor=request.user, scope=scope
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The topic waits for a leader to claim it."))
            return redirect("research:topic", pk=topic.pk)
    return show_form(
        request,
        form,
        _("New topic"),
        resolve_url("research:board"),
        _("Propose"),
        template="research/topic_form.html",
        templates=templates,
        chosen=row,
    )


def _read_template(row: TopicTemplate | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "title": row.title_zh,
        "background": row.background,
        "questions": "\n".join(row.questions),
        "method": row.method,
    }


@require(Permission.ISSUE_LISTS)
@require_POST
def take_over(request: HttpRequest) -> HttpResponse:
    """Put every topic of the packs into this year's book."""
    scope = scope_of(request)
    root = queries.find_bureau(scope)
    assert root is not None
    insist(access.can_propose(scope, root))
    try:
        topics = services.take_over_templates(
            root=root, year=clock.today().year, actor=request.user, scope=scope
        )
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("%(n)s topics wait for leaders.") % {"n": len(topics)})
    return redirect("research:board")


@require(Permission.ISSUE_LISTS)
def change_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a topic asks."""
    topic = get_topic(request, pk)
    insist(access.can_propose(scope_of(request), topic.root))
    form = TopicForm(request.POST or None, initial=read_topic(topic))
    if form.is_valid():
        try:
            services.change_topic(
                topic=topic,
                values=form.values(),
                actor=request.user,
                seen=form.cleaned_data["seen"],
                scope=scope_of(request),
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The topic is changed."))
            return redirect("research:topic", pk=pk)
    back = resolve_url("research:topic", pk)
    return show_form(request, form, _("Change the topic"), back, _("Save"), crumbs=crumbs_of(topic))


@require(Permission.SIGN_OFF)
@require_POST
def claim_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim a topic: one click from the board; of two, the second is told who was first."""
    topic, person = get_topic(request, pk), queries.find_person(scope_of(request))
    insist(access.can_lead_any(scope_of(request), topic.root))
    assert person is not None
    try:
        services.claim_topic(
            topic=topic, person=person, actor=request.user, seen=request.POST.get("seen", "")
        )
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("You lead this topic. Plan whom to hear, and begin."))
    return redirect("research:topic", pk=pk)


@require(Permission.SIGN_OFF)
@require_POST
def join_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Take part in a topic somebody else leads."""
    topic, person = get_topic(request, pk), queries.find_person(scope_of(request))
    insist(access.can_lead_any(scope_of(request), topic.root))
    assert person is not None
    try:
        services.join_topic(topic=topic, person=person, actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("You take part in this topic."))
    return redirect("research:topic", pk=pk)


@require(Permission.SIGN_OFF)
@require_POST
def leave_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer take part in a topic."""
    topic, person = get_topic(request, pk), queries.find_person(scope_of(request))
    insist(access.can_lead_any(scope_of(request), topic.root))
    assert person is not None
    try:
        services.leave_topic(topic=topic, person=person, actor=request.user)
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("You no longer take part in this topic."))
    return redirect("research:topic", pk=pk)


@require(Permission.RAISE_PROBLEMS)
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Give back, withdraw, resume, close or reopen a topic, with what was seen and a reason."""
    scope, topic = scope_of(request), get_topic(request, pk)
    became, form_class, title, said = ACTS[act]
    form = form_class(request.POST or None, initial={"seen": topic.seen})
    # What stands still to be sent in an old form is answered by the service: it knows who was first.
    if not form.is_bound or became in NEXT[topic.standing]:
        insist(access.may_go(scope, topic, became))
    else:
        insist(access.can_lead(scope, topic) or access.can_propose(scope, topic.root))
    if form.is_valid():
        try:
            SERVICES[act](topic=topic, actor=request.user, scope=scope, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, said)
            return redirect("research:topic", pk=pk)
    left = list(queries.unsolved_of(topic)) if act == "close" else []
    back = resolve_url("research:topic", pk)
    return show_form(
        request, form, str(title), back, str(title), crumbs=crumbs_of(topic), unsolved=left
    )
