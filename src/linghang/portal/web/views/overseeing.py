"""The sections of supervision and of the system administrator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.evaluation import api as evaluation
from linghang.evaluation.enums import PublicationState
from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.portal.enums import Section
from linghang.portal.queries import due, health, posts, trail
from linghang.portal.web.views.leader import show_objections
from linghang.portal.web.views.showing import Shown, Tile, join, link, link_list, name_period
from linghang.rectification import api as rectification
from linghang.rectification.enums import SOLVED

SHOWN = 5
DAYS = 30


def show_supervisor(request: HttpRequest, units: Sequence[Unit]) -> Shown:
    """Return the section of supervision: closures, objections, publications, the audit trail."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    paths = sorted({unit.root_path for unit in units})
    since = clock.today() - timedelta(days=DAYS)
    problems = rectification.list_problems(scope).filter(posts.within(paths, "unit__path"))
    closures = problems.filter(state__in=SOLVED)
    lately = Count("pk", filter=Q(closed_on__gte=since))
    closed = closures.order_by().aggregate(all=Count("pk"), lately=lately)
    late = due.count_problems(scope, paths)
    objections = list(evaluation.list_open_objections(scope)[:SHOWN])
    publications = evaluation.list_publications(scope)[:SHOWN]
    week = clock.today() - timedelta(days=7)
    acts = trail.filter_acts(trail.visible_trail(scope), start=week).count()
    context: dict[str, Any] = {
        "tiles": [
            _closure_tile(closed),
            Tile(
                label=_("Problems overdue"),
                value=str(late.late),
                href=link_list("rectification:problems", "overdue"),
                note=ngettext("%(n)d open in all", "%(n)d open in all", late.open)
                % {"n": late.open},
                icon="alert-triangle",
                tone="danger" if late.late else "",
            ),
            _objection_tile(evaluation.count_open_objections(scope)),
            Tile(
                label=_("Acts in the audit trail, 7 days"),
                value=str(acts),
                href=link("portal:audit", start=week.isoformat()),
                note=_("who changed what, and why"),
                icon="shield-check",
            ),
        ],
        "closures": [
            {
                "title": problem.text,
                "href": reverse("rectification:problem", args=[problem.pk]),
                "meta": join(problem.unit.name, problem.measure),
                "closed_on": problem.closed_on,
                "is_late": (problem.closed_on or since) > problem.due_on,
            }
            for problem in closures.order_by("-closed_on", "-pk")[:SHOWN]
        ],
        "closures_url": link_list("rectification:problems", "done"),
        "objections": show_objections(objections),
        "publications": [
            {
                "title": str(publication.run.scheme),
                "href": reverse("evaluation:publication", args=[publication.pk]),
                "meta": join(name_period(publication.run.period), publication.number),
                "state": PublicationState(publication.state),
            }
            for publication in publications
        ],
    }
    return Shown(
        Section.SUPERVISOR, Section.SUPERVISOR.label, "portal/home/supervisor.html", context
    )


def _closure_tile(closed: dict[str, int]) -> Tile:
    return Tile(
        label=_("Problems closed"),
        value=str(closed["all"]),
        href=link_list("rectification:problems", "done"),
        note=ngettext("%(n)d in the last 30 days", "%(n)d in the last 30 days", closed["lately"])
        % {"n": closed["lately"]},
        icon="checks",
    )


def _objection_tile(number: int) -> Tile:
    return Tile(
        label=_("Objections to decide"),
        value=str(number),
        href=link("evaluation:objections", state="open"),
        note=_("nothing waits") if not number else _("the oldest first"),
        icon="message-report",
        tone="danger" if number else "",
    )


def show_system(_request: HttpRequest, _units: Sequence[Unit]) -> Shown:
    """Return the section of the system administrator: how the installation is."""
    jobs, packs = health.count_jobs(), health.count_packs()
    lake, store, locked = health.read_lake(), health.read_store(), health.count_locked()
    lines = [_job_line(jobs), _pack_line(packs), _store_line(store), _lake_line(lake)]
    lines.append(_lock_line(locked, store.users))
    context = {"lines": lines, "is_well": all(line["tone"] in {"ok", "info"} for line in lines)}
    return Shown(Section.SYSTEM, Section.SYSTEM.label, "portal/home/system.html", context)


def _job_line(jobs: health.Jobs) -> dict[str, Any]:
    under_way = _("%(running)d running, %(waiting)d waiting") % {
        "running": jobs.running,
        "waiting": jobs.waiting,
    }
    failed = ngettext(
        "%(n)d failed in the last seven days", "%(n)d failed in the last seven days", jobs.failed
    ) % {"n": jobs.failed}
    return {
        "title": _("Background jobs"),
        "href": link("portal:jobs", state="failed" if jobs.failed else ""),
        "meta": join(under_way, failed if jobs.failed else _("none failed in the last seven days")),
        "tone": "danger" if jobs.failed else "ok",
        "word": _("look") if jobs.failed else _("well"),
    }


def _pack_line(packs: health.Packs) -> dict[str, Any]:
    missing = ngettext("%(n)d not installed", "%(n)d not installed", packs.missing)
    outdated = ngettext("%(n)d to bring up to date", "%(n)d to bring up to date", packs.outdated)
    return {
        "title": _("Practice packs"),
        "href": reverse("library:list"),
        "meta": join(
            ngettext("%(n)d installed", "%(n)d installed", packs.installed)
            % {"n": packs.installed},
            missing % {"n": packs.missing} if packs.missing else "",
            outdated % {"n": packs.outdated} if packs.outdated else "",
        ),
        "tone": "warn" if packs.missing or packs.outdated else "ok",
        "word": _("look") if packs.missing or packs.outdated else _("well"),
    }


def _store_line(store: health.Store) -> dict[str, Any]:
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    return {
        "title": _("Database"),
        "href": "",
        "meta": join(
            names.get(store.vendor, store.vendor),
            ngettext("%(n)s fact", "%(n)s facts", store.facts) % {"n": f"{store.facts:,}"},
        ),
        "tone": "ok",
        "word": _("reachable"),
    }


def _lake_line(lake: health.Lake) -> dict[str, Any]:
    rows = ngettext("%(n)s fact in", "%(n)s facts in", lake.rows) % {"n": f"{lake.rows:,}"}
    months = ngettext("%(n)d month", "%(n)d months", lake.months) % {"n": lake.months}
    behind = ngettext("%(n)s change behind", "%(n)s changes behind", lake.behind) % {
        "n": f"{lake.behind:,}"
    }
    return {
        "title": _("Fact files for evaluation"),
        "href": link("portal:jobs", kind="ledger.sync_lake"),
        "meta": join(f"{rows} {months}", behind if lake.behind else ""),
        # An evaluation brings the files up to date itself before it begins.
        "tone": "info" if lake.behind else "ok",
        "word": _("catches up by itself") if lake.behind else _("up to date"),
    }


def _lock_line(locked: int, users: int) -> dict[str, Any]:
    return {
        "title": _("Log-ins"),
        "href": reverse("accounts:users"),
        "meta": join(
            ngettext("%(n)d may sign in", "%(n)d may sign in", users) % {"n": users},
            ngettext("%(n)d locked now", "%(n)d locked now", locked) % {"n": locked}
            if locked
            else _("none locked"),
        ),
        "tone": "warn" if locked else "ok",
        "word": _("look") if locked else _("well"),
    }
