"""Duties: what my posts ask this year and what is proved; the sums of all holders."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.ledger import api as ledger
from linghang.ledger.models import Entry
from linghang.org.models import Unit
from linghang.people.models import Person, Post
from linghang.platform.access import Permission
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.platform.ui.tables import render_list
from linghang.worklists.models import Assignment
from linghang.worklists.queries import duties
from linghang.worklists.queries.duties import DutyRow
from linghang.worklists.queries.proving import Proof
from linghang.worklists.web.filters import DutyFilter
from linghang.worklists.web.tables.duties import HOLDERS
from linghang.worklists.web.tables.tasks import judge_task
from linghang_core.periods import Period

PROOFS_SHOWN = 3


def _asked_year(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    today = clock.today().year
    return int(asked) if asked.isdigit() and abs(int(asked) - today) <= 20 else today


@require(Permission.VIEW_RECORDS)
def show_duties(request: HttpRequest) -> HttpResponse:
    """Show the reader's own duties, or those of a person the reader looks after."""
    scope = request.scope  # type: ignore[attr-defined]
    year = _asked_year(request)
    tasks = duties.list_duties(scope, year)
    person = _asked_person(request, tasks)
    found = duties.load_duties(tasks, person.pk) if person else {}
    is_own = person is None or person.pk == scope.person_id
    context = {
        "title": _("My duties") if is_own else _("Duties of %(person)s") % {"person": person},
        "year": year,
        "posts": [
            (post, sum(row.done for row in rows), sum(len(row.tasks) for row in rows), _show(rows))
            for post, rows in found.items()
        ],
        "is_own": is_own,
        "sees_holders": duties.sees_holders(scope),
        "crumbs": [(_("Tasks"), reverse("worklists:tasks"))],
    }
    return render(request, "worklists/duties.html", context)


def _asked_person(request: HttpRequest, tasks: Any) -> Person | None:
    """Return the person asked for, if the reader sees duties of theirs; without asking the reader."""
    scope = request.scope  # type: ignore[attr-defined]
    asked = request.GET.get("person", "")
    if not asked:
        return Person.objects.filter(pk=scope.person_id).first()
    if not asked.isdigit() or not tasks.filter(person=asked).exists():
        raise Http404
    return Person.objects.get(pk=asked)


def _show(rows: list[DutyRow]) -> list[dict[str, Any]]:
    shown = []
    for row in rows:
        standing = row.standing
        proofs = standing.proofs[-PROOFS_SHOWN:] if standing else ()
        shown.append(
            {
                "item": row.item,
                "unit": row.unit,
                "tasks": [(task, judge_task(task), _name_period(task)) for task in row.tasks],
                "running": row.running,
                "proofs": [(proof, _find_page(proof)) for proof in reversed(proofs)],
                "proved": standing.sum // 100 if standing else 0,
                "least": standing.least // 100 if standing else 0,
            }
        )
    return shown


def _find_page(proof: Proof) -> str:
    line = Entry(pk=proof.entry_id, source_type=proof.source_type, source_id=proof.source_id)
    return ledger.find_page(line)


def _name_period(task: Assignment) -> str:
    if not task.period:
        return date_format(task.due_on, "m-d")
    return Period.parse(task.period).label(spoken())


@require(Permission.VIEW_PEOPLE)
def list_holders(request: HttpRequest) -> HttpResponse:
    """Show the duties of all posts by item, and by holder with the days each held the post."""
    scope = request.scope  # type: ignore[attr-defined]
    year = _asked_year(request)
    tasks = duties.list_duties(scope, year)
    posts = Post.objects.filter(pk__in=tasks.order_by().values("item__post"))
    units = Unit.objects.filter(scope.restrict(Permission.VIEW_PEOPLE), line="party")
    found = DutyFilter(request.GET, posts=posts, units=units)
    kept = found.narrow(tasks)
    rows = duties.sum_holders(kept, year, clock.today())
    return render_list(
        request,
        HOLDERS.bind(rows, request.GET),
        title=_("Duties of all posts"),
        sub=_("%(year)s: what each post was asked, done by whom, in the order of the units.")
        % {"year": year},
        filterset=found,
        template="worklists/duty_holders.html",
        items=duties.sum_items(kept),
        crumbs=[(_("My duties"), reverse("worklists:duties"))],
    )
