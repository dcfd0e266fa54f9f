"""The home page: what should I do now? A section for each kind of post, the most senior first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.models import Appointment
from linghang.platform.access import Scope
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.portal.enums import SECTION_OF_ROLE, Section
from linghang.portal.queries import posts
from linghang.portal.web.views.branch import show_branch
from linghang.portal.web.views.deciding import list_waiting
from linghang.portal.web.views.leader import show_leader
from linghang.portal.web.views.officer import show_officer
from linghang.portal.web.views.overseeing import show_supervisor, show_system
from linghang.portal.web.views.own import show_own
from linghang.portal.web.views.showing import Shown

NOON, EVENING, NIGHT = 12, 18, 5
SHOW: dict[Section, Callable[[HttpRequest, Sequence[Unit]], Shown]] = {
    Section.LEADER: show_leader,
    Section.SUPERVISOR: show_supervisor,
    Section.OFFICER: show_officer,
    Section.BRANCH: show_branch,
    Section.MEMBER: show_own,
    Section.SYSTEM: show_system,
}


@require()
def show_home(request: HttpRequest) -> HttpResponse:
    """Show the reader's sections, or why there is none."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    held = posts.list_posts(scope)
    context = {
        "title": greet(clock.now(), scope.person_name),
        "sub": name_today(),
        "waiting": list_waiting(scope),
        "sections": [SHOW[name](request, units) for name, units in list_sections(scope, held)],
        "may_record": _records_for_branch(held),
    }
    return render(request, "portal/home.html", context)


def list_sections(scope: Scope, held: Sequence[Appointment]) -> list[tuple[Section, list[Unit]]]:
    """Return the reader's sections with the units each is about, in the order of the posts."""
    found: dict[Section, dict[int, Unit]] = {}
    for post in held:
        section = SECTION_OF_ROLE.get(post.post.role_id, Section.MEMBER)
        found.setdefault(section, {})[post.unit_id] = post.unit
    if "system_administrator" in scope.roles:
        found.setdefault(Section.SYSTEM, {})
    return [(section, list(units.values())) for section, units in found.items()]


def greet(moment: datetime, name: str) -> str:
    """Return the greeting of the time of day, with the name."""
    hour = timezone.localtime(moment).hour
    if NIGHT <= hour < NOON:
        return _("Good morning, %(name)s") % {"name": name}
    if NOON <= hour < EVENING:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def name_today() -> str:
    """Return today as people write it: 2026年11月21日 星期六, or Saturday, 21 November 2026."""
    if spoken() == "en":
        return date_format(clock.today(), "l, j F Y")
    return date_format(clock.today(), "Y年n月j日 l")


def _records_for_branch(held: Sequence[Appointment]) -> bool:
    return any(SECTION_OF_ROLE.get(post.post.role_id) is Section.BRANCH for post in held)
