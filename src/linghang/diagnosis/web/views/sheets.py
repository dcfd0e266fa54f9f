"""The sheet of one unit: answered line by line by the unit, then by experts who do not see it before."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linghang.diagnosis import access, queries, services
from linghang.diagnosis.enums import SheetState, Side, Verdict
from linghang.diagnosis.models import Expert, Sheet, Standard
from linghang.diagnosis.queries import Line
from linghang.diagnosis.services import Said
from linghang.diagnosis.web.exports import write_sheet
from linghang.diagnosis.web.forms import LineForm
from linghang.diagnosis.web.views.rounds import scope_of
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Tab

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require(Permission.VIEW_RECORDS)
@require_GET
def show_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the standards with the records beside them and what this reader may see and answer."""
    scope, sheet = scope_of(request), get_sheet(request, pk)
    expert = queries.find_expert(scope, sheet.round)
    lines = queries.list_lines(sheet, scope, expert)
    answerable, checkable = (
        access.can_answer(scope, sheet),
        access.can_check(scope, sheet, expert),
    )
    side = find_side(bool(answerable), bool(checkable))
    left = [line for line in lines if is_open(line, side)]
    only_left = request.GET.get("show") == "open" and side is not None
    context = {
        "sheet": sheet,
        "rows": describe_lines(sheet, left if only_left else lines, side),
        "side": side,
        "expert": expert,
        "tabs": list_tabs(sheet, len(lines), len(left), only_left=only_left) if side else [],
        "total": len(lines),
        "done": len(lines) - len(left),
        "why_not": find_refusal(sheet, expert, answerable, checkable),
        "blind": access.is_blind(sheet, expert),
        "period": queries.find_period(sheet),
        "agreement": queries.count_agreement_of(lines),
        "may_export": scope.can(Permission.EXPORT, sheet.unit.path),
        "crumbs": [
            (_("Diagnosis"), resolve_url("diagnosis:rounds")),
            (sheet.round.title, resolve_url("diagnosis:round", sheet.round_id)),
        ],
    }
    return render(request, "diagnosis/sheet.html", context)


@require(Permission.EDIT_RECORDS)
@require_POST
def answer_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one line of the self-check."""
    sheet = get_sheet(request, pk)
    insist(access.can_answer(scope_of(request), sheet))

    def save(said: Said, reason: str) -> None:
        services.save_self_answers(sheet=sheet, answers=[said], actor=request.user, reason=reason)

    return _save_line(request, sheet, Side.SELF, None, save)


@require(Permission.CHECK_AS_EXPERT)
@require_POST
def judge_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one line of the expert check; the self-check to it opens with the answer."""
    scope, sheet = scope_of(request), get_sheet(request, pk)
    expert = queries.find_expert(scope, sheet.round)
    insist(access.can_check(scope, sheet, expert))
    assert expert is not None

    def save(said: Said, reason: str) -> None:
        services.save_expert_answers(
            sheet=sheet, expert=expert, answers=[said], actor=request.user, reason=reason
        )

    return _save_line(request, sheet, Side.EXPERT, expert, save)


@require(Permission.EDIT_RECORDS)
@require_POST
def hand_in_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in the self-check."""
    sheet = get_sheet(request, pk)
    insist(access.can_answer(scope_of(request), sheet))
    try:
        services.hand_in_sheet(sheet=sheet, actor=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("Handed in. It can be corrected until the expert begins."))
    return redirect("diagnosis:sheet", pk=sheet.pk)


@require(Permission.CHECK_AS_EXPERT)
@require_POST
def finish_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Finish the expert check of a unit."""
    scope, sheet = scope_of(request), get_sheet(request, pk)
    expert = queries.find_expert(scope, sheet.round)
    insist(access.can_check(scope, sheet, expert))
    assert expert is not None
    try:
        services.finish_check(sheet=sheet, expert=expert, actor=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("Finished. The unit sees your answers now."))
    return redirect("diagnosis:sheet", pk=sheet.pk)


@require(Permission.EXPORT)
@require_GET
def export_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the sheet as a workbook, with what this reader may see of it."""
    scope, sheet = scope_of(request), get_sheet(request, pk)
    insist(scope.can(Permission.EXPORT, sheet.unit.path))
    expert = queries.find_expert(scope, sheet.round)
    content = write_sheet(sheet, queries.list_lines(sheet, scope, expert))
    return send_workbook(content, f"{sheet.round.title}-{sheet.unit.name}")


def send_workbook(content: bytes, title: str) -> HttpResponse:
    """Return a workbook as a download with the day in its name."""
    response = HttpResponse(content, content_type=XLSX)
    name = f"{title}-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _save_line(
    request: HttpRequest, sheet: Sheet, side: Side, expert: Expert | None, save: Any
) -> HttpResponse:
    """Save the line a form brings; answer with the line alone when htmx asks, else with the page."""
    form = LineForm(request.POST)
    standard = _find_standard(sheet, request.POST.get("standard", ""))
    alone, error, wants_note = bool(request.headers.get("HX-Request")), "", False
    if form.is_valid() and standard is not None:
        values = form.cleaned_data
        said = Said(standard, Verdict(values["verdict"]), values["note"], values["seen"])
        # Whoever has only chosen "not met" is still writing: that is no mistake.
        wants_note = alone and side is Side.EXPERT and said.verdict.needs_note and not said.note
        try:
            if not wants_note:
                save(said, values["reason"])
        except ValidationError as refusal:
            error = refusal.messages[0]
    else:
        error = _("Choose an answer.")
    if alone and standard is not None:
        context = _describe_saved(request, sheet, standard, side, expert)
        row = context["row"]
        row |= {"error": error, "wants_note": wants_note, "saved": not error and not wants_note}
        if error or wants_note:
            row |= {"said": request.POST.get("verdict", ""), "note": request.POST.get("note", "")}
        return render(request, "diagnosis/line.html", context, status=422 if error else 200)
    if error:
        messages.error(request, error)
        return redirect("diagnosis:sheet", pk=sheet.pk)
    assert standard is not None
    return redirect(f"{resolve_url('diagnosis:sheet', sheet.pk)}#s{standard.pk}")


def _describe_saved(
    request: HttpRequest, sheet: Sheet, standard: Standard, side: Side, expert: Expert | None
) -> dict[str, Any]:
    """Return the line of the standard as it stands now, and how many lines are answered."""
    sheet.refresh_from_db()
    lines = queries.list_lines(sheet, scope_of(request), expert)
    line = next(each for each in lines if each.standard.pk == standard.pk)
    return {
        "row": describe_line(sheet, line, side),
        "sheet": sheet,
        "side": side,
        "alone": True,
        "done": sum(not is_open(each, side) for each in lines),
        "total": len(lines),
    }


def _find_standard(sheet: Sheet, given: str) -> Standard | None:
    if not given.isdigit():
        return None
    found: Standard | None = sheet.round.standard_set.standards.filter(pk=int(given)).first()
    return found


def get_sheet(request: HttpRequest, pk: int) -> Sheet:
    """Return the sheet if the reader sees its unit; a stranger's is not found."""
    found: Sheet = get_object_or_404(queries.list_sheets(scope_of(request)), pk=pk)
    return found


def find_side(answerable: bool, checkable: bool) -> Side | None:
    """Return on which side the reader answers here, None if on neither."""
    if checkable:
        return Side.EXPERT
    return Side.SELF if answerable else None


def is_open(line: Line, side: Side | None) -> bool:
    """Return whether the line still asks something of that side."""
    if side is Side.EXPERT:
        return line.asks_me and line.mine is None
    return line.own is None or line.own.carried or line.lacks_note


def describe_lines(sheet: Sheet, lines: list[Line], side: Side | None) -> list[dict[str, Any]]:
    """Return the lines as the page shows them, with the heading where a field begins."""
    rows, field = [], ""
    for line in lines:
        row = describe_line(sheet, line, side)
        row["heading"] = line.standard.field_title if line.standard.field_zh != field else ""
        field = line.standard.field_zh
        rows.append(row)
    return rows


def describe_line(sheet: Sheet, line: Line, side: Side | None) -> dict[str, Any]:
    """Return one line as the page shows it, with the form of the side that answers."""
    answer = line.mine if side is Side.EXPERT else line.own
    finished = sheet.state == (SheetState.CHECKED if side is Side.EXPERT else SheetState.HANDED_IN)
    return {
        "line": line,
        "standard": line.standard,
        "answer": answer,
        "said": answer.verdict if answer else "",
        "note": answer.note if answer else "",
        "seen": line.seen_mine if side is Side.EXPERT else line.seen,
        "url": resolve_url(f"diagnosis:{'judge' if side is Side.EXPERT else 'answer'}", sheet.pk),
        "may": side is not None and (side is Side.SELF or line.asks_me),
        "needs_reason": finished,
        "verdicts": list(Verdict),
    }


def list_tabs(sheet: Sheet, total: int, left: int, *, only_left: bool) -> list[Tab]:
    """Return all lines, and those still to be answered."""
    address = resolve_url("diagnosis:sheet", sheet.pk)
    return [
        Tab(_("All standards"), address, total, current=not only_left),
        Tab(_("Still open"), f"{address}?show=open", left, current=only_left),
    ]


def find_refusal(sheet: Sheet, expert: Expert | None, answerable: Any, checkable: Any) -> str:
    """Return why the reader only reads here, "" if they may answer."""
    if answerable or checkable or sheet.state == SheetState.CHECKED:
        return ""
    return str((checkable if expert is not None else answerable).reason)
