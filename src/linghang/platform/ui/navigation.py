"""The registry of navigation entries, filled by the apps, filtered per reader.

An app registers its entries in `AppConfig.ready()`:

    navigation.register(
        Entry("worklists", _("Worklists"), "list-check", "worklists:list", "worklists.view", 30)
    )
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.core import checks
from django.urls import NoReverseMatch, ResolverMatch, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Section:
    """A heading of the sidebar; what stands under it folds away when the reader wants it to."""

    code: str
    label: Any = ""  # a lazy translation


# The headings in their order; entries without one stand first and never fold.
TOP = Section("")
LIFE = Section("life", _("Organisation life"))
RANKS = Section("ranks", _("Members and committees"))
SERVICE = Section("service", _("Service and actions"))
PROBLEMS = Section("problems", _("Problems and checks"))
RESULTS = Section("results", _("Results and reports"))
BASICS = Section("basics", _("Basics"))
SYSTEM = Section("system", _("System"))
SECTIONS = (TOP, LIFE, RANKS, SERVICE, PROBLEMS, RESULTS, BASICS, SYSTEM)

PHONE_LIMIT = 5
UNIT_URL_NAME = "org:unit"


@dataclass(frozen=True)
class Entry:
    """One line of the sidebar.

    `permission` is a permission (enum member or its string) or None for everybody who is logged in;
    `phone` puts the entry among the bottom tabs, of which there are at most five; `section` groups
    entries under one of the headings above.
    """

    name: str
    label: Any  # a lazy translation
    icon: str
    url_name: str
    permission: Any = None
    order: int = 100
    phone: bool = False
    section: Section = TOP


@dataclass(frozen=True)
class Link:
    """An entry as the templates show it: resolved, translated, with the current place marked."""

    name: str
    label: str
    icon: str
    url: str
    phone: bool
    section: Section
    current: bool


@dataclass(frozen=True)
class Group:
    """A section with its links, as the sidebar shows it."""

    section: Section
    links: tuple[Link, ...]
    is_open: bool


_entries: dict[str, Entry] = {}


def register(*entries: Entry) -> None:
    """Add entries to the navigation; one registered again under its name replaces the old one."""
    for entry in entries:
        _entries[entry.name] = entry


def list_entries() -> list[Entry]:
    """Return all registered entries in their order."""
    return sorted(_entries.values(), key=lambda entry: (entry.order, entry.name))


def list_links(scope: Any, match: ResolverMatch | None) -> list[Link]:
    """Return the links the reader may follow, in order, at most one of them current.

    Without a scope nobody is logged in and only entries without a permission are shown. An entry
    whose address is not installed is left out; the system check names it.
    """
    visible = [(entry, url) for entry in list_entries() if (url := _resolve(entry))]
    visible = [(entry, url) for entry, url in visible if _may_follow(scope, entry)]
    visible.sort(key=lambda pair: SECTIONS.index(pair[0].section))
    current = _find_current((entry for entry, _ in visible), match)
    return [
        Link(
            name=entry.name,
            label=str(entry.label),
            icon=entry.icon,
            url=url,
            phone=entry.phone,
            section=entry.section,
            current=entry is current,
        )
        for entry, url in visible
    ]


def group_links(links: Iterable[Link], folded: Collection[str]) -> list[Group]:
    """Return the links under their headings, each told whether it stands open.

    `folded` are the codes of the sections the reader folded. The section of the current page is always
    open, so that a reader sees where they are.
    """
    groups = []
    for section, found in itertools.groupby(links, key=lambda link: link.section):
        inside = tuple(found)
        is_here = any(link.current for link in inside)
        groups.append(Group(section, inside, is_here or section.code not in folded))
    return groups


def resolve_unit(pk: int) -> str:
    """Return the address of a unit's page, empty when there is none."""
    try:
        return reverse(UNIT_URL_NAME, args=[pk])
    except NoReverseMatch:
        return ""


def check_entries(**_given: Any) -> list[checks.CheckMessage]:
    """Return a warning for every entry whose address does not exist."""
    return [
        checks.Warning(
            f"Navigation entry {entry.name!r} leads nowhere: no URL is named {entry.url_name!r}.",
            id="ui.W001",
        )
        for entry in list_entries()
        if not _resolve(entry)
    ]


def _resolve(entry: Entry) -> str:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""


def _may_follow(scope: Any, entry: Entry) -> bool:
    if entry.permission is None:
        return True
    return scope is not None and bool(scope.can(entry.permission))


def _find_current(entries: Iterable[Entry], match: ResolverMatch | None) -> Entry | None:
    """Return the entry of this very page, else the one of its URL namespace nearest above it."""
    if match is None:
        return None
    candidates = list(entries)
    exact = [entry for entry in candidates if entry.url_name == match.view_name]
    near = [
        entry
        for entry in candidates
        if match.namespace and entry.url_name.split(":")[0] == match.namespace.split(":")[0]
    ]
    near.sort(key=lambda entry: _shared_address(entry, match), reverse=True)  # stable: first wins
    return next(iter(exact + near), None)


def _shared_address(entry: Entry, match: ResolverMatch) -> int:
    """Return how long the entry's address is if the page lies under it, else 0."""
    address = reverse(entry.url_name)
    return len(address) if f"/{match.route}".startswith(address) else 0
