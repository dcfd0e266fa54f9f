"""From what a pack or a form says about a check to what is stored, and back to words."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from django.utils.translation import gettext as _

from linghang.activities.models import ActivityKind
from linghang.handbook.enums import PARAMS, Check, Leader, Param
from linghang.ledger import api as ledger

LIMITS = {Param.LEAST: (1, 99), Param.DAYS: (0, 90), Param.SHARE: (1, 100)}


class BadParamsError(ValueError):
    """What a check asks for is missing, too much or of the wrong kind; `field` says which."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def clean_params(
    check: Check, given: Mapping[str, Any], facts: Container[str] | None = None
) -> dict[str, Any]:
    """Return what the check asks for, whole numbers as such; `facts` are the known kinds of record.

    Raises BadParamsError naming the field.
    """
    asked = PARAMS[check]
    unknown = set(given) - {str(one) for one in asked}
    if unknown:
        name = min(unknown)
        raise BadParamsError(name, _("This check does not ask for %(name)s.") % {"name": name})
    return {str(one): _clean(one, given.get(str(one), ""), facts) for one in asked}


def _clean(param: Param, value: Any, facts: Container[str] | None) -> Any:
    text = str(value).strip()
    if not text:
        raise BadParamsError(param, _("This check asks for it."))
    if param in LIMITS:
        low, high = LIMITS[param]
        if not text.isdecimal() or not low <= int(text) <= high:
            words = _("A whole number from %(low)s to %(high)s.")
            raise BadParamsError(param, words % {"low": low, "high": high})
        return int(text)
    if param is Param.WHO and text not in Leader.values:
        raise BadParamsError(param, _("The secretary or a member of the committee."))
    if param is Param.FACT and facts is not None and text not in facts:
        raise BadParamsError(param, _("No app or pack declares this kind of record."))
    return text


def list_fact_kinds() -> list[tuple[str, str]]:
    """Return the kinds of record a standard may count, with their titles; sensitive ones are none."""
    return [
        (code, str(kind.title))
        for code, kind in sorted(ledger.list_kinds().items())
        if not kind.sensitive and not code.startswith("cadence.")
    ]


def list_activity_kinds() -> dict[str, str]:
    """Return code → title of the kinds of activity; one query."""
    return {kind.code: str(kind) for kind in ActivityKind.objects.filter(sensitive=False)}


def describe_check(check: Check, params: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    """Return the check with what it asks for, in the reader's language; `kinds` as list_activity_kinds."""
    values = dict(params)
    if "kind" in values:
        values["kind"] = kinds.get(values["kind"], values["kind"])
    if "fact" in values:
        known = ledger.list_kinds().get(values["fact"])
        values["fact"] = str(known.title) if known else values["fact"]
    if "who" in values:
        values["who"] = Leader(values["who"]).label
    words = WORDS.get(check)
    return words() % values if words else str(check.label)


WORDS: dict[Check, Callable[[], str]] = {
    Check.MEETINGS: lambda: _("“%(kind)s” at least %(least)s times"),
    Check.LECTURE: lambda: _("“%(kind)s” given by %(who)s at least %(least)s times"),
    Check.ATTENDANCE: lambda: _("at “%(kind)s” at least %(share)s%% of those due were there"),
    Check.MINUTES: lambda: _("each “%(kind)s” recorded within %(days)s days"),
    Check.AGENDA: lambda: _("what each “%(kind)s” decided written down within %(days)s days"),
    Check.SEATS: lambda: _("a secretary and at least %(least)s in the committee"),
    Check.DUES: lambda: _("dues of the month paid by all within %(days)s days of its end"),
    Check.HOURS: lambda: _("at least %(share)s%% of the members reached the year's hours"),
    Check.TASKS: lambda: _("at least %(share)s%% of the tasks that fell due done in time"),
    Check.FACTS: lambda: _("“%(fact)s” at least %(least)s records"),
}
