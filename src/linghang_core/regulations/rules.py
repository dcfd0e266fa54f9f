"""The rule table: what a regulation says, since when, on what basis, as rows of data.

A number from a regulation is never a constant in code. A rule has several rows when it changed:
each is in force in [in_force_from, in_force_to), and what happened earlier is judged by the row of
its day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Self

import yaml

RULE_FILES = (
    "organisations",
    "votes",
    "terms",
    "dues",
    "members",
    "development",
    "cadences",
    "burden",
    "transfers",
    "training",
    "pioneers",
    "objections",
)


class Strength(StrEnum):
    """Whether breaking the rule stops the work or asks for a reason (一般: generally)."""

    HARD = "hard"
    GENERAL = "general"


class Severity(StrEnum):
    """What a notice does to the act it is about."""

    BLOCK = "block"
    WARN = "warn"


class UnknownRuleError(LookupError):
    """No row of that code, or none in force on the day."""


@dataclass(frozen=True)
class Text:
    """A sentence in both languages of the interface."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """Return the sentence in `en`, in Chinese for every other language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Rule:
    """One row: the value with its basis and the days it is in force."""

    code: str
    title: Text
    value: Mapping[str, Any]
    strength: Strength
    basis: str
    in_force_from: date
    in_force_to: date | None
    note: Text

    def whole(self, name: str) -> int:
        """Return the whole number `name` of the value."""
        return int(self.value[name])

    def share(self, name: str) -> Fraction:
        """Return the share `name` of the value, exact."""
        return Fraction(self.value[name])

    def in_force(self, on: date) -> bool:
        """Return whether the row is in force on the day."""
        return self.in_force_from <= on and (self.in_force_to is None or on < self.in_force_to)


@dataclass(frozen=True)
class Notice:
    """What a check found: a code for programs and a sentence for people.

    `severity` is block for hard arithmetic, warn where a reason may be given instead.
    """

    code: str
    severity: Severity
    parameters: Mapping[str, str]
    basis: str = ""

    def text(self, language: str = "zh") -> str:
        """Return the sentence with its numbers filled in."""
        return _load_sentences()[self.code].of(language).format_map(self.parameters)


class RuleBook:
    """All rows, found by code and day."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Sort the rows and refuse two of one code that are in force on the same day."""
        self._rows: dict[str, list[Rule]] = {}
        for rule in sorted(rules, key=lambda rule: (rule.code, rule.in_force_from)):
            before = self._rows.setdefault(rule.code, [])
            if before and (before[-1].in_force_to or date.max) > rule.in_force_from:
                raise ValueError(f"two rows of {rule.code} in force on {rule.in_force_from}")
            before.append(rule)

    def find(self, code: str, on: date | None = None) -> Rule:
        """Return the row of `code` in force on a day, without a day the latest.

        Raises UnknownRuleError naming the code and the day.
        """
        rows = self._rows.get(code, [])
        fitting = rows if on is None else [rule for rule in rows if rule.in_force(on)]
        if not fitting:
            raise UnknownRuleError(f"no rule {code!r}" + (f" in force on {on}" if on else ""))
        return fitting[-1]

    def rows(self, prefix: str = "") -> tuple[Rule, ...]:
        """Return every row whose code begins with `prefix`, by code and day."""
        return tuple(
            rule for code, rows in self._rows.items() if code.startswith(prefix) for rule in rows
        )

    def replaced(self, rules: Iterable[Rule]) -> Self:
        """Return a book in which the rows of the given codes replace those of this one.

        For a company whose own rule differs from the default.
        """
        rules = list(rules)
        codes = {rule.code for rule in rules}
        return type(self)([*(rule for rule in self.rows() if rule.code not in codes), *rules])


def read_rules(document: Iterable[Mapping[str, Any]]) -> list[Rule]:
    """Return the rows of a YAML document; KeyError, TypeError or ValueError for an unfit one."""
    return [
        Rule(
            code=row["code"],
            title=Text(**row["title"]),
            value=row["value"],
            strength=Strength(row["strength"]),
            basis=row["basis"],
            in_force_from=row["in_force_from"],
            in_force_to=row.get("in_force_to"),
            note=Text(**row["note"]),
        )
        for row in document
    ]


@cache
def load_rules() -> RuleBook:
    """Return the rule book that comes with the package."""
    return RuleBook(rule for name in RULE_FILES for rule in read_rules(_read_data(name)))


@cache
def _load_sentences() -> Mapping[str, Text]:
    return {code: Text(**sentence) for code, sentence in _read_data("notices").items()}


def _read_data(name: str) -> Any:
    source = files("linghang_core.regulations") / "data" / f"{name}.yaml"
    return yaml.safe_load(source.read_text(encoding="utf-8"))
