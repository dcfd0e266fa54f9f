"""The sheet of a rater: filled in by them, read by the second person, the officer and the committee."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.assessment import access, queries, services
from linghang.assessment.enums import RoundState, SheetState
from linghang.assessment.models import Item, Mark, Sheet
from linghang.assessment.web.forms import ReasonForm, SheetForm
from linghang.assessment.web.views.acts import do_act, do_press, round_crumbs, scope_of
from linghang.platform.access import Denied, Permission
from linghang.platform.access.web import insist, require
from linghang.platform.ui.forms import add_errors


@require(Permission.VIEW_RECORDS)
def show_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a sheet; its rater saves it as a draft or hands it in."""
    scope, sheet = scope_of(request), get_sheet(request, pk)
    items = list(sheet.subject.round.form.items.all())
    marks = {m.item_id: m for m in sheet.marks.select_related("item", "entry", "confirmed_by")}
    before = queries.list_before(sheet)
    turn = queries.find_turns([sheet])[sheet.pk]
    answer = access.can_mark(scope, sheet)
    writes = bool(answer) and turn is None
    form = None
    if writes or request.method == "POST":
        insist(answer)
        former = services.find_former_marks(sheet)
        chosen = {pk: mark.entry for pk, mark in (former | marks).items() if mark.entry is not None}
        lines = queries.find_lines(sheet.subject, items, chosen)
        form = SheetForm(
            request.POST or None,
            request.FILES or None,
            items=items,
            lines=lines,
            marks=marks,
            former=former,
            initial={"seen": sheet.seen},
        )
        if request.method == "POST" and (done := _save(request, sheet, form)) is not None:
            return done
    context = {
        "sheet": sheet,
        "subject": sheet.subject,
        "round": sheet.subject.round,
        "form": form if writes or (form is not None and form.is_bound) else None,
        "turn": turn if bool(answer) else None,
        "why_not": answer.reason if isinstance(answer, Denied) and _is_own(scope, sheet) else "",
        "rows": describe_items(request, sheet, items, marks, form, before),
        "before": before,
        "total": sum(m.points or 0 for m in marks.values()),
        "may_return": bool(access.can_return(scope, sheet))
        and sheet.state == SheetState.HANDED_IN
        and sheet.rater_id is not None
        and sheet.subject.round.state == RoundState.OPEN,
        "acts": sheet.acts.select_related("by")[:20],
        "crumbs": round_crumbs(sheet.subject.round),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "assessment/sheet.html", context, status=status)


def _is_own(scope: Any, sheet: Sheet) -> bool:
    return sheet.rater_id is not None and sheet.rater_id == scope.person_id


def _save(request: HttpRequest, sheet: Sheet, form: SheetForm) -> HttpResponse | None:
    """Save what was sent; return where it leads, None when the form is shown again."""
    if not form.is_valid():
        return None
    hand_in = request.POST.get("act") == "hand_in"
    try:
        services.save_marks(
            sheet=sheet,
            said=form.said(),
            actor=request.user,
            hand_in=hand_in,
            seen=form.cleaned_data["seen"],
        )
    except ValidationError as refusal:
        if getattr(refusal, "code", "") == "moved":
            messages.warning(request, refusal.messages[0])
            return redirect("assessment:sheet", pk=sheet.pk)
        add_errors(form, refusal)
        return None
    messages.success(request, _("Marks handed in.") if hand_in else _("Saved as a draft."))
    if not hand_in:
        return redirect("assessment:sheet", pk=sheet.pk)
    scope = scope_of(request)
    waiting = [
        each
        for each in queries.waiting_for(scope)
        if each.subject.round_id == sheet.subject.round_id
    ]
    if waiting:
        return redirect("assessment:sheet", pk=waiting[0].pk)
    return redirect("assessment:round", pk=sheet.subject.round_id)


def describe_items(
    request: HttpRequest,
    sheet: Sheet,
    items: list[Item],
    marks: dict[int, Mark],
    form: SheetForm | None,
    before: list[Sheet],
) -> list[dict[str, Any]]:
    """Return the lines of a sheet: what is marked, the records beside it, the steps before, the mark."""
    scope = scope_of(request)
    records = queries.count_records(sheet.subject, items)
    in_team = queries.is_in_team(scope, sheet.subject.round)
    may_confirm = (
        sheet.state == SheetState.HANDED_IN
        and sheet.subject.round.state == RoundState.OPEN
        and sheet.rater_id is not None
        and bool(access.can_confirm(scope, sheet, in_team=in_team))
    )
    steps = [(each.who, {m.item_id: m for m in each.marks.all()}) for each in before]

    def field(letter: str, item: Item) -> Any:
        name = f"{letter}{item.pk}"
        return form[name] if form is not None and name in form.fields else None

    return [
        {
            "item": item,
            "mark": marks.get(item.pk),
            "points": field("p", item),
            "note": field("n", item),
            "entry": field("e", item),
            "files": field("f", item),
            "records": [records[code] for code in item.facts if code in records],
            "steps": [(kind, given[item.pk]) for kind, given in steps if item.pk in given],
            "may_confirm": may_confirm
            and item.evidence
            and item.pk in marks
            and marks[item.pk].confirmed_at is None,
        }
        for item in items
    ]


@require(Permission.ISSUE_LISTS)
def return_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a sheet to its rater with the reason."""
    sheet = get_sheet(request, pk)
    insist(access.can_return(scope_of(request), sheet))
    form = ReasonForm(request.POST or None, initial={"seen": sheet.seen})

    def act(values: dict[str, Any]) -> None:
        services.return_sheet(
            sheet=sheet, reason=values["reason"], actor=request.user, seen=values["seen"]
        )

    return do_act(
        request,
        form,
        act,
        title=_("Return the marks"),
        said=_("Returned; the rater was told why."),
        back=resolve_url("assessment:sheet", sheet.pk),
        crumbs=round_crumbs(sheet.subject.round),
        sub=str(sheet.subject),
    )


@require(Permission.VIEW_RECORDS)
@require_POST
def confirm_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the evidence of a mark as the second person."""
    mark = get_object_or_404(Mark.objects.select_related("sheet"), pk=pk)
    sheet = get_sheet(request, mark.sheet_id)
    scope = scope_of(request)
    in_team = queries.is_in_team(scope, sheet.subject.round)
    insist(access.can_confirm(scope, sheet, in_team=in_team))
    return do_press(
        request,
        lambda: services.confirm_mark(mark=mark, actor=request.user),
        said=_("Evidence confirmed."),
        back=f"{resolve_url('assessment:sheet', sheet.pk)}#i{mark.item_id}",
    )


def get_sheet(request: HttpRequest, pk: int) -> Sheet:
    """Return the sheet to its rater, to who sees its names, and once handed in to second persons."""
    scope = scope_of(request)
    sheet: Sheet = get_object_or_404(queries.list_sheets(), pk=pk)
    if _is_own(scope, sheet) or access.can_see_names(scope, sheet.subject):
        return sheet
    in_team = queries.is_in_team(scope, sheet.subject.round)
    reads = sheet.state == SheetState.HANDED_IN and sheet.subject.round.form.items.filter(
        evidence=True
    )
    if reads and access.can_confirm(scope, sheet, in_team=in_team):
        return sheet
    raise Http404
