"""The rules of escalation: which fire for a ticket, for how many points, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
import yaml

from linghang_core.regulations.rules import Rule, RuleBook, read_rules
from linghang_core.tickets.escalation.facts import Cases
from linghang_core.tickets.grams import read_letters
from linghang_core.tickets.hotspots import find_places, shorten
from linghang_core.tickets.text import normalise

# What stands before a word that is then denied: 没有触电.
DENIED = re.compile(r"(?:没有|没|不会|不想|不要|不是|未|无|以免|防止)$")
BEFORE = 3  # characters looked at before a word
OPEN_HOURS = 3600.0

Found = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Fired:
    """A rule that fired for a ticket."""

    code: str
    title: str
    points: int
    floor: str | None
    reason: str
    basis: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fired rule as plain data."""
        return dict(self.__dict__)


@cache
def load_rules() -> RuleBook:
    """Return the rules that come with the package."""
    source = files("linghang_core.tickets.escalation") / "data" / "escalation.yaml"
    return RuleBook(read_rules(yaml.safe_load(source.read_text(encoding="utf-8"))))


def fire_rules(cases: Cases, rules: RuleBook | None = None) -> list[list[Fired]]:
    """Return the rules that fire for each ticket, the weightiest first.

    Of the rules of one kind that count how often a customer came back only the highest fires. A rule
    that asks for what the file does not have fires for none.
    """
    fired: list[dict[str, Fired]] = [{} for _ in cases.tickets.rows]
    for rule in (rules or load_rules()).rows():
        finder = FINDERS.get(str(rule.value.get("kind", "")))
        for place, reason in finder(cases, rule) if finder else ():
            floor = rule.value.get("floor")
            found = Fired(rule.code, rule.title.zh, rule.whole("points"), floor, reason, rule.basis)
            once = "repeat" if rule.value["kind"] == "repeat" else rule.code
            known = fired[place].get(once)
            if known is None or known.points < found.points:
                fired[place][once] = found
    return [sorted(each.values(), key=lambda one: (-one.points, one.code)) for each in fired]


def _find_words(cases: Cases, rule: Rule) -> Found:
    words = [str(word).lower() for word in rule.value["words"]]
    for place, text in enumerate(_list_texts(cases)):
        found = [word for word in words if _is_said(word, text)]
        if found:
            yield place, f"says {', '.join(found)}"


def _is_said(word: str, text: str) -> bool:
    """Return whether a word stands in a text at least once without being denied."""
    start = text.find(word)
    while start >= 0:
        if not DENIED.search(text[max(0, start - BEFORE) : start]):
            return True
        start = text.find(word, start + 1)
    return False


def _find_repeats(cases: Cases, rule: Rule) -> Found:
    """Yield tickets whose customer had come so often in the same matter."""
    least = float(rule.share("alike"))
    pairs = [_cut_pairs(text) for text in cases.tickets.texts]

    def is_same(one: int, other: int) -> bool:
        names = cases.categories
        if names is not None and names[one] and names[one] == names[other]:
            return True
        both = len(pairs[one]) + len(pairs[other])
        return bool(both) and 2 * len(pairs[one] & pairs[other]) >= least * both

    for place, earlier in _look_back(cases, cases.tickets.customers, rule.whole("days")):
        times = 1 + sum(is_same(place, other) for other in earlier)
        if times >= rule.whole("times"):
            yield (
                place,
                f"time {times} of this customer in this matter within {rule.value['days']} days",
            )


def _find_earlier(cases: Cases, rule: Rule) -> Found:
    for place, earlier in _look_back(cases, cases.tickets.customers, rule.whole("days")):
        if len(earlier) + 1 >= rule.whole("times"):
            yield (
                place,
                f"demand {len(earlier) + 1} of this customer within {rule.value['days']} days",
            )


def _find_places(cases: Cases, rule: Rule) -> Found:
    """Yield tickets whose place has had so many of the kind."""
    word = str(rule.value["word"])
    given = cases.tickets.places or ("",) * len(cases.tickets)
    names = []
    for text, known in zip(_list_texts(cases), given, strict=True):
        named = [known] if known else find_places(text)[:1]
        names.append(shorten(named[0]) if named and word in text else "")
    for place, earlier in _look_back(cases, names, rule.whole("days")):
        if len(earlier) + 1 >= rule.whole("times"):
            times = len(earlier) + 1
            yield (
                place,
                f"demand {times} with {word} of {names[place]} within {rule.value['days']} days",
            )


def _find_contact(cases: Cases, rule: Rule) -> Found:
    if cases.contacted is None or cases.tickets.times is None or cases.on is None:
        return
    limit = rule.whole("hours")
    for place, (came, met) in enumerate(zip(cases.tickets.times, cases.contacted, strict=True)):
        hours = _hours(came, cases.on if pd.isna(met) else met)
        if hours > limit:
            said = "not contacted" if pd.isna(met) else "contacted"
            yield place, f"{said} after {hours:.0f} hours; the limit is {limit}"


def _find_overdue(cases: Cases, _rule: Rule) -> Found:
    for place, hours in _list_open(cases):
        if hours < 0:
            yield place, f"{-hours:.0f} hours past its limit and open"


def _find_due(cases: Cases, rule: Rule) -> Found:
    for place, hours in _list_open(cases):
        if 0 <= hours < rule.whole("hours"):
            yield place, f"{hours:.0f} hours left to its limit and open"


FINDERS: Mapping[str, Callable[[Cases, Rule], Found]] = {
    "words": _find_words,
    "repeat": _find_repeats,
    "earlier": _find_earlier,
    "place": _find_places,
    "contact": _find_contact,
    "overdue": _find_overdue,
    "due": _find_due,
}


def _list_open(cases: Cases) -> Iterator[tuple[int, float]]:
    """Yield open tickets with a limit, and the hours left."""
    if cases.deadlines is None or cases.on is None:
        return
    for place, limit in enumerate(cases.deadlines):
        closed = None if cases.closed is None else cases.closed.iloc[place]
        if pd.isna(limit) or (not pd.isna(closed) and closed <= cases.on):
            continue
        yield place, _hours(cases.on, limit)


def _look_back(
    cases: Cases, keys: Sequence[str] | None, days: int
) -> Iterator[tuple[int, list[int]]]:
    """Yield each ticket with a known key and the earlier tickets of that key within so many days."""
    if keys is None or cases.tickets.times is None:
        return
    times = cases.tickets.times
    grouped: dict[str, list[int]] = {}
    for place in sorted(range(len(keys)), key=lambda n: (times.iloc[n], cases.tickets.rows[n])):
        if keys[place]:
            earlier = grouped.setdefault(keys[place], [])
            since = times.iloc[place] - pd.Timedelta(days=days)
            yield place, [other for other in earlier if times.iloc[other] >= since]
            earlier.append(place)


def _list_texts(cases: Cases) -> Iterator[str]:
    pairs = zip(cases.tickets.titles, cases.tickets.texts, strict=True)
    return ("".join(normalise(f"{title} {text}").split()) for title, text in pairs)


def _cut_pairs(text: str) -> frozenset[str]:
    letters = read_letters(text)
    return frozenset(letters[n : n + 2] for n in range(len(letters) - 1))


def _hours(earlier: pd.Timestamp, later: pd.Timestamp) -> float:
    return float((later - earlier).total_seconds() / OPEN_HOURS)
