"""A subject: what stands of it, paper slips of the masses, the visit with its findings."""

from __future__ import annotations

from typing import Any

from django.db.models import Avg, Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linghang.assessment import access, queries, services
from linghang.assessment.enums import SheetState, SubjectKind, VisitState
from linghang.assessment.models import Finding, Mark, Sheet, Subject
from linghang.assessment.web.forms import FindingForm, SignForm, SlipForm, VisitForm
from linghang.assessment.web.views.acts import (
    do_act,
    do_press,
    round_crumbs,
    scope_of,
    subject_crumbs,
)
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require


@require(Permission.VIEW_RECORDS)
@require_GET
def show_subject(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what stands of a subject to whom it is about, the officer and the committee."""
    scope, subject = scope_of(request), get_subject(request, pk)
    in_team = queries.is_in_team(scope, subject.round)
    sees_all = bool(access.can_see_names(scope, subject))
    visible = access.can_see_subject(scope, subject, in_team=in_team)
    slips = bool(access.can_enter_slips(scope, subject))
    if not slips:
        insist(visible)
    outcome = queries.compute_outcome(subject.round) if visible else None
    slips_open = services.list_open_slips(subject) if slips else Sheet.objects.none()
    context = {
        "subject": subject,
        "round": subject.round,
        "sees_all": sees_all,
        "visible": bool(visible),
        "rows": describe_means(subject, outcome) if outcome is not None else [],
        "whole": outcome.weigh(subject.pk, subject.round.form.weights) if outcome else None,
        "items": describe_items(subject, all_=sees_all) if visible else [],
        "sheets": describe_sheets(subject, outcome) if sees_all and outcome else [],
        "may_slip": slips,
        "n_slips": subject.sheets.filter(rater=None).count() if slips else 0,
        "open_slips": describe_slips(slips_open) if slips else [],
        "may_confirm_slips": slips_open.exclude(entered_by=scope.user_id).exists(),
        "may_visit": subject.round.form.visit
        and bool(access.can_visit(scope, subject, in_team=in_team)),
        "may_sign": subject.round.form.visit and bool(access.can_sign(scope, subject)),
        "may_state": in_team or bool(access.can_lead(scope, subject.round.root)),
        "findings": list(subject.findings.select_related("item", "problem")),
        "visitors": list(subject.visitors.all()),
        "planned": subject.visit is VisitState.PLANNED,
        "crumbs": round_crumbs(subject.round),
    }
    return render(request, "assessment/subject.html", context)


def describe_means(subject: Subject, outcome: queries.Outcome) -> list[dict[str, Any]]:
    """Return what each kind of rater gave; of a few peers nothing, so that nobody can be told."""
    weights = subject.round.form.weights
    return [
        {"kind": kind, "weight": weights[kind], "mean": outcome.means.get((subject.pk, kind))}
        for kind in subject.round.form.kinds
    ]


def describe_items(subject: Subject, *, all_: bool) -> list[dict[str, Any]]:
    """Return the mean of each item by kind of rater, for branches; of members only wholes are shown.

    Nothing to whoever does not see `all_` where one of several raters alone marked: these were theirs.
    """
    form = subject.round.form
    if form.subject == SubjectKind.PERSON or not form.raters:
        return []
    if not all_ and _has_lone_rater(subject):
        return []
    rows = (
        Mark.objects.filter(sheet__subject=subject, sheet__state=SheetState.HANDED_IN)
        .order_by()
        .values_list("item", "sheet__kind")
        .annotate(mean=Avg("points"))
    )
    means = {(item, kind): mean for item, kind, mean in rows}
    return [
        {"item": item, "means": [means.get((item.pk, kind.value)) for kind in form.kinds]}
        for item in form.items.all()
    ]


def describe_slips(slips: QuerySet[Sheet]) -> list[dict[str, Any]]:
    """Return the slips to be compared with the paper, in the order entered, with their points."""
    rows = slips.select_related("entered_by").prefetch_related("marks__item").order_by("pk")
    return [
        {"sheet": slip, "marks": sorted(slip.marks.all(), key=lambda mark: mark.item.order)}
        for slip in rows
    ]


def _has_lone_rater(subject: Subject) -> bool:
    kinds = [kind for kind in subject.round.form.kinds if kind.is_several]
    rows = subject.sheets.filter(kind__in=kinds, state=SheetState.HANDED_IN).order_by()
    return rows.values("kind").annotate(count=Count("pk")).filter(count=1).exists()


def describe_sheets(subject: Subject, outcome: queries.Outcome) -> list[dict[str, Any]]:
    """Return every named sheet with its total, for the officer and the committee."""
    sheets = subject.sheets.filter(rater__isnull=False).select_related("rater")
    return [{"sheet": sheet, "total": outcome.totals.get(sheet.pk)} for sheet in sheets]


@require(Permission.EDIT_RECORDS)
def enter_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter one paper slip of the masses; the page comes back for the next."""
    subject = get_subject(request, pk)
    insist(access.can_enter_slips(scope_of(request), subject))
    form = SlipForm(request.POST or None, items=list(subject.round.form.items.all()))

    def act(_values: dict[str, Any]) -> None:
        services.enter_slip(subject=subject, points=form.points(), actor=request.user)

    return do_act(
        request,
        form,
        act,
        title=_("Enter a paper slip"),
        said=_("Slip entered. It counts once a second person has compared it."),
        back=resolve_url("assessment:subject", subject.pk),
        crumbs=subject_crumbs(subject),
        sub=str(subject),
    )


@require(Permission.EDIT_RECORDS)
@require_POST
def confirm_slips(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the slips others entered."""
    subject = get_subject(request, pk)
    insist(access.can_enter_slips(scope_of(request), subject))
    return do_press(
        request,
        lambda: services.confirm_slips(subject=subject, actor=request.user),
        said=_("Slips confirmed: they count."),
        back=resolve_url("assessment:subject", subject.pk),
    )


@require(Permission.EDIT_RECORDS)
@require_POST
def withdraw_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a slip entered wrongly, before it is confirmed."""
    sheet = get_object_or_404(Sheet, pk=pk, rater=None)
    subject = get_subject(request, sheet.subject_id)
    insist(access.can_enter_slips(scope_of(request), subject))
    return do_press(
        request,
        lambda: services.withdraw_slip(sheet=sheet, actor=request.user),
        said=_("Taken back. Enter the slip again as it stands on paper."),
        back=resolve_url("assessment:subject", subject.pk),
    )


@require(Permission.VIEW_RECORDS)
def record_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Record when the branch was visited and by whom."""
    subject = _get_visited(request, pk)
    form = VisitForm(request.POST or None, subject=subject, initial={"seen": subject.seen})

    def act(values: dict[str, Any]) -> None:
        services.record_visit(
            subject=subject,
            visited_on=values["visited_on"],
            visitors=list(values["visitors"]),
            actor=request.user,
            seen=values["seen"],
        )

    return do_act(
        request,
        form,
        act,
        title=_("Record the visit"),
        said=_("Visit recorded; the branch was told."),
        back=resolve_url("assessment:subject", subject.pk),
        crumbs=subject_crumbs(subject),
        sub=str(subject),
    )


@require(Permission.VIEW_RECORDS)
def add_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a finding of the visit."""
    subject = _get_visited(request, pk)
    form = FindingForm(request.POST or None, subject=subject)

    def act(values: dict[str, Any]) -> None:
        services.add_finding(subject=subject, actor=request.user, **values)

    return do_act(
        request,
        form,
        act,
        title=_("Write down a finding"),
        said=_("Written down."),
        back=resolve_url("assessment:subject", subject.pk),
        crumbs=subject_crumbs(subject),
        sub=str(subject),
    )


def _get_visited(request: HttpRequest, pk: int) -> Subject:
    subject = get_subject(request, pk)
    if not subject.round.form.visit:
        raise Http404
    scope = scope_of(request)
    in_team = queries.is_in_team(scope, subject.round)
    insist(access.can_visit(scope, subject, in_team=in_team))
    return subject


@require(Permission.EDIT_RECORDS)
def sign_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign off the visit as the visited branch."""
    subject = get_subject(request, pk)
    if not subject.round.form.visit:
        raise Http404
    insist(access.can_sign(scope_of(request), subject))
    form = SignForm(request.POST or None, initial={"seen": subject.seen})

    def act(values: dict[str, Any]) -> None:
        services.sign_visit(subject=subject, actor=request.user, **values)

    return do_act(
        request,
        form,
        act,
        title=_("Sign off the visit"),
        said=_("Signed off."),
        back=resolve_url("assessment:subject", subject.pk),
        crumbs=subject_crumbs(subject),
        sub=str(subject),
    )


@require(Permission.VIEW_RECORDS)
@require_POST
def state_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """State a finding as a problem of the branch: one press."""
    finding = get_object_or_404(Finding.objects.select_related("subject"), pk=pk)
    subject, scope = get_subject(request, finding.subject_id), scope_of(request)
    if not queries.is_in_team(scope, subject.round):
        insist(access.can_lead(scope, subject.round.root))
    return do_press(
        request,
        lambda: services.state_problem(finding=finding, actor=request.user),
        said=_("Stated as a problem; the branch was told."),
        back=resolve_url("assessment:subject", subject.pk),
    )


def get_subject(request: HttpRequest, pk: int) -> Subject:
    """Return the subject if its round concerns the reader and they may open its page.

    Others of the round are told why not; to a stranger it is not found.
    """
    scope = scope_of(request)
    rows = Subject.objects.select_related("unit", "person", "round__form", "round__root")
    rounds = queries.list_rounds(scope).order_by().values("pk")
    found: Subject = get_object_or_404(rows.filter(round__in=rounds), pk=pk)
    return found
