"""Reads of the handbook's generations: which holds when, what differs between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from linghang.handbook.enums import Change, Concern, Rhythm, VersionState
from linghang.handbook.models import Chapter, Handbook, Standard, Template, Version
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope


@dataclass(frozen=True)
class Span:
    """A version with the days it holds: [valid_from, ends_on); `ends_on` is None for the last."""

    version: Version
    ends_on: date | None


@dataclass(frozen=True)
class Difference:
    """A standard that differs between two versions; `fields` are (name, before, after)."""

    change: Change
    before: Standard | None
    after: Standard | None
    fields: tuple[tuple[str, str, str], ...] = ()

    @property
    def standard(self) -> Standard:
        """Return the standard as it is now, or as it was last."""
        found = self.after or self.before
        assert found is not None
        return found


def list_handbooks(scope: Scope) -> QuerySet[Handbook]:
    """Return the handbooks of the bureaus in which the reader sees records."""
    found = Handbook.objects.select_related("unit")
    prefixes = scope.prefixes(Permission.VIEW_RECORDS)
    if "/" in prefixes:
        return found
    roots = {f"/{path.split('/')[1]}/" for path in prefixes}
    return found.filter(unit__path__in=roots)


def list_committees(scope: Scope) -> QuerySet[Unit]:
    """Return the committees at the top of a bureau that have no handbook and may adopt one."""
    found = Unit.objects.filter(scope.restrict(Permission.ISSUE_LISTS, "path"))
    return found.filter(parent=None, kind=UnitKind.COMMITTEE, handbook=None, closed_on=None)


def list_templates() -> QuerySet[Template]:
    """Return the handbooks the installed packs bring."""
    return Template.objects.filter(retired=False)


def list_versions(scope: Scope) -> QuerySet[Version]:
    """Return the versions the reader sees: drafts only who keeps the handbook."""
    seen = Version.objects.filter(handbook__in=list_handbooks(scope))
    kept = scope.restrict(Permission.ISSUE_LISTS, "handbook__unit__path")
    drafts = Version.objects.filter(kept, state=VersionState.DRAFT).values("pk")
    found = seen.filter(state=VersionState.PUBLISHED) | seen.filter(pk__in=drafts)
    return found.select_related("handbook__unit")


def list_spans(handbook: Handbook) -> list[Span]:
    """Return the published versions with the days each holds, the first one first; one query."""
    rows = list(
        handbook.versions.filter(state=VersionState.PUBLISHED)
        .select_related("handbook")
        .order_by("valid_from")
    )
    ends: list[date | None] = [row.valid_from for row in rows[1:]]
    return [Span(row, end) for row, end in zip(rows, [*ends, None][: len(rows)], strict=True)]


def find_version(spans: Sequence[Span], on: date) -> Version | None:
    """Return the version that holds on the day, None before the first."""
    held = [
        span.version for span in spans if span.version.valid_from and span.version.valid_from <= on
    ]
    return held[-1] if held else None


def read_chapters(version: Version) -> list[Chapter]:
    """Return the chapters with their standards; two queries."""
    standards = Prefetch("standards", queryset=Standard.objects.order_by("number"))
    return list(version.chapters.prefetch_related(standards).order_by("number"))


def compare_versions(before: Version, after: Version) -> list[Difference]:
    """Return what is new, changed and gone, in the order of the later version."""
    old = {one.code: one for one in _list_standards(before)}
    new = {one.code: one for one in _list_standards(after)}
    found = []
    for code, one in new.items():
        if code not in old:
            found.append(Difference(Change.NEW, None, one))
        elif fields := _list_fields(old[code], one):
            found.append(Difference(Change.CHANGED, old[code], one, fields))
    gone = [one for code, one in old.items() if code not in new]
    return [*found, *(Difference(Change.GONE, one, None) for one in gone)]


def _list_standards(version: Version) -> QuerySet[Standard]:
    found = Standard.objects.filter(chapter__version=version).select_related("chapter")
    return found.order_by("chapter__number", "number")


def _list_fields(before: Standard, after: Standard) -> tuple[tuple[str, str, str], ...]:
    pairs = [
        ("text", before.text, after.text),
        ("basis", before.basis, after.basis),
        ("rhythm", str(Rhythm(before.rhythm).label), str(Rhythm(after.rhythm).label)),
        ("chapter", before.chapter.title, after.chapter.title),
        ("concern", str(Concern(before.concern).label), str(Concern(after.concern).label)),
        ("kinds", _name_kinds(before), _name_kinds(after)),
        ("check", _key(before), _key(after)),
    ]
    return tuple(pair for pair in pairs if pair[1] != pair[2])


def _key(one: Standard) -> str:
    values = "，".join(f"{name}={value}" for name, value in sorted(one.params.items()))
    return f"{one.check_code}:{values}"


def _name_kinds(one: Standard) -> str:
    return "、".join(str(UnitKind(kind).label) for kind in sorted(one.kinds))
