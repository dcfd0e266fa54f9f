"""Raising a theme of talks as a problem: without names, without a way back, without its day.

The theme is held, encrypted, until its month is over. On the first day of the next one the themes of a
bureau are stated together, by the system: neither the list of problems nor the audit trail says who
raised which, nor when. That is also why holding one writes no audit row of its own; stating does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.models import Appointment, Person
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.rectification import api as rectification
from linghang.rectification.enums import SourceKind
from linghang.rectification.models import Problem
from linghang.research import access, queries
from linghang.research.models import HeldTheme, Talk
from linghang.research.services.acting import insist, scope_of
from linghang_core.periods import load_calendar

SOURCE = "谈心谈话主题"
LEAST_MEMBERS = 3
DAYS = 44  # working days to solve it in: two months


@transaction.atomic
def hold_theme(
    *, talk: Talk, text: str, unit: Unit, actor: Any, scope: Scope | None = None
) -> HeldTheme:
    """Hold a theme that a talk brought up; nothing leads back from it to the talk.

    Raises ValidationError for anybody but the talker, a text that names somebody, and a unit so small
    that its name names its people.
    """
    if (who := scope_of(actor, scope)) is not None:
        insist(access.is_talker(who, talk))
    root = Unit.objects.get(path=talk.unit.root_path)
    if not unit.path.startswith(root.path) or not talk.unit.path.startswith(unit.path):
        raise ValidationError(_("Choose the unit of the talk or one above it."), code="unit")
    if _count_people(unit) < LEAST_MEMBERS:
        raise ValidationError(
            _("This unit has so few members that its name would name them; choose the one above."),
            code="small",
        )
    if not text.strip():
        raise ValidationError({"text": _("Say what the problem is.")}, code="text")
    insist_nameless(text, root=root, unit=talk.unit, persons=[talk.talker, talk.partner])
    return HeldTheme.objects.create(
        root=root, unit=unit, text=text.strip()[:300], month=f"{clock.today():%Y-%m}"
    )


def insist_nameless(text: str, *, root: Unit, unit: Unit, persons: Sequence[Person]) -> None:
    """Raise ValidationError with every name, form of address and number that stands in the text."""
    own, others = queries.find_names(text, root, unit)
    called = queries.find_forms_of_address(text, persons)
    numbers = queries.find_numbers(text)
    found = list(dict.fromkeys([*own, *others, *called, *numbers]))
    if found:
        raise ValidationError(
            _("The text names somebody: %(names)s. Say it without; who it is must not show.")
            % {"names": "、".join(found)},
            code="names",
        )


@transaction.atomic
def release_themes(*, on: date | None = None) -> list[Problem]:
    """State the themes of months that are over, as problems of the first day after; return them.

    Done daily in the background; done twice it does nothing the second time.
    """
    today = on or clock.today()
    held = HeldTheme.objects.select_for_update(of=("self",)).filter(month__lt=f"{today:%Y-%m}")
    by_month: dict[str, list[HeldTheme]] = defaultdict(list)
    for theme in held.select_related("unit"):
        by_month[theme.month].append(theme)
    stated: list[Problem] = []
    for month, themes in sorted(by_month.items()):
        year, number = map(int, month.split("-"))
        first = date(year + number // 12, number % 12 + 1, 1)
        due = load_calendar().add_working_days(first, DAYS).date
        # In the order of the texts, not of raising.
        drafts = [
            rectification.ProblemDraft(
                source=SOURCE,
                source_kind=SourceKind.TALK,
                text=theme.text,
                unit=theme.unit,
                due_on=due,
            )
            for theme in sorted(themes, key=lambda each: (each.unit.path, each.text))
        ]
        with clock.stand_on(first):
            stated += rectification.create_problems(drafts=drafts, actor=None)
    HeldTheme.objects.filter(pk__in=[t.pk for ts in by_month.values() for t in ts]).delete()
    return stated


def _count_people(unit: Unit) -> int:
    held = Appointment.objects.filter(unit__path__startswith=unit.path, valid_to=None)
    return held.values("person").distinct().count()
