"""The texts that leave the product: counts and links, never what a thing says about somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import reduce

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.models import Notice

UNITS_NAMED = 20


def write_digest(notices: Sequence[Notice]) -> tuple[str, str]:
    """Return (title, body) of one person's digest: a number and a link for each kind, the worst first."""
    counts = Counter(NoticeKind(notice.kind) for notice in notices)
    title = ngettext(
        "Linghang: %(n)d thing waits for you", "Linghang: %(n)d things wait for you", len(notices)
    ) % {"n": len(notices)}
    lines = [
        _link(kind.say(counts[kind]), f"{reverse('notices:list')}?kind={kind.value}")
        for kind in NoticeKind
        if counts[kind]
    ]
    return title, "\n".join([*lines, *_ending()])


def write_urgent(notices: Sequence[Notice]) -> tuple[str, str]:
    """Return (title, body) of a message sent at once: what each thing is, with its link."""
    counts = Counter(NoticeKind(notice.kind) for notice in notices)
    title = _("Linghang: %(what)s") % {"what": _join_counts(counts)}
    lines = [_link(notice.title, reverse("notices:open", args=[notice.pk])) for notice in notices]
    return title, "\n".join([*lines, *_ending()])


def write_counts(
    counts: Mapping[str, Counter[NoticeKind]], names: Mapping[str, str]
) -> tuple[str, str]:
    """Return (title, body) for a group: numbers by unit, the most late first, at most 20 units.

    `counts` by unit path; a path without a name is left out: nothing but names of units goes to a group.
    """
    named = [(names[path], found) for path, found in counts.items() if path in names]
    named.sort(key=lambda pair: (-pair[1][NoticeKind.LATE], -pair[1].total(), pair[0]))
    lines = [
        _("%(unit)s: %(counts)s") % {"unit": unit, "counts": _join_counts(found)}
        for unit, found in named[:UNITS_NAMED]
    ]
    left = len(named) - len(lines)
    if left:
        lines.append(ngettext("and %(n)d more unit", "and %(n)d more units", left) % {"n": left})
    return _("Linghang: what waits, by unit"), "\n".join(lines)


def write_test() -> tuple[str, str]:
    """Return (title, body) of a test."""
    return _("Linghang: a test"), _("This channel works. No answer is needed.")


def _join_counts(counts: Mapping[NoticeKind, int]) -> str:
    """Return "1 late, 3 due this week"."""
    said = [kind.say(counts[kind]) for kind in NoticeKind if counts.get(kind)]
    return reduce(
        lambda first, rest: _("%(first)s, %(rest)s") % {"first": first, "rest": rest}, said
    )


def _link(text: str, path: str) -> str:
    return f"{text}\n{settings.ADDRESS}{path}" if settings.ADDRESS else text


def _ending() -> list[str]:
    return [] if settings.ADDRESS else [_("Open Linghang to see them.")]
