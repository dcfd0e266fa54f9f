"""The risk of each ticket: points of rules, or the chance of a model that proved better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from linghang_core.findings import Finding
from linghang_core.regulations.rules import Rule, RuleBook
from linghang_core.tickets.escalation.facts import Cases
from linghang_core.tickets.escalation.model import Sample, Trial, try_model
from linghang_core.tickets.escalation.rules import Fired, fire_rules, load_rules
from linghang_core.tickets.repeats import find_repeats

NONE = "none"
LEVELS = ("red", "yellow", "watch", NONE)


@dataclass(frozen=True)
class Risk:
    """Risk of one ticket: its level, its points with the rules that gave them, a model's chance."""

    id: str | int
    row: int
    level: str
    points: int
    chance: float | None
    fired: tuple[Fired, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the risk as plain data."""
        return {
            "id": self.id,
            "row": self.row,
            "level": self.level,
            "points": self.points,
            "chance": self.chance,
            "rules": [each.as_dict() for each in self.fired],
        }


@dataclass(frozen=True)
class Risks:
    """All tickets, the most at risk first; `method` says whether rules or a model spoke."""

    tickets: tuple[Risk, ...]
    method: str
    trial: Trial | None
    unused: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the risks as plain data."""
        levels = [risk.level for risk in self.tickets]
        return {
            "method": self.method,
            "tickets": [risk.as_dict() for risk in self.tickets],
            "levels": {level: levels.count(level) for level in LEVELS},
            "model": self.trial and self.trial.as_dict(),
            "rules_not_asked": list(self.unused),
            "quality": [finding.as_dict() for finding in self.findings],
        }


def judge_risks(cases: Cases, rules: RuleBook | None = None, seed: int = 1) -> Risks:
    """Return the risk of each ticket, with the rules that fired and their basis.

    Rules always speak. With labels a model is tried; only where it proves better do its chances
    give the levels, and even then none falls below the floor of a rule that fired (12398 is red).
    """
    rules = rules or load_rules()
    levels = rules.find("escalation.levels")
    fired = fire_rules(cases, rules)
    trial, chances = None, None
    if cases.labels is not None:
        trial, chances = try_model(_take_sample(cases, fired, rules), cases.labels, seed)
    tickets = []
    for place, found in enumerate(fired):
        points = sum(each.points for each in found)
        chance = None if chances is None else round(float(chances[place]), 4)
        level = _find_level(levels, points, chance)
        floors = [each.floor for each in found if each.floor]
        tickets.append(
            Risk(
                id=cases.tickets.ids[place],
                row=cases.tickets.rows[place],
                level=min([level, *floors], key=LEVELS.index),
                points=points,
                chance=chance,
                fired=tuple(found),
            )
        )
    tickets.sort(key=lambda r: (LEVELS.index(r.level), -(r.chance or 0), -r.points, r.row))
    return Risks(
        tickets=tuple(tickets),
        method="rules" if chances is None else "model",
        trial=trial,
        unused=_list_unused(cases, rules),
        findings=cases.findings,
    )


def _find_level(levels: Rule, points: int, chance: float | None) -> str:
    if chance is None:
        bounds: Mapping[str, Any] = levels.value["points"]
        return next((name for name, least in bounds.items() if points >= int(least)), NONE)
    bounds = levels.value["chance"]
    return next((name for name, least in bounds.items() if chance >= float(least)), NONE)


def _take_sample(cases: Cases, fired: Sequence[Sequence[Fired]], rules: RuleBook) -> Sample:
    codes = [rule.code for rule in rules.rows() if "kind" in rule.value]
    marks = [[float(code in {one.code for one in each}) for code in codes] for each in fired]
    groups = np.arange(len(fired))
    row_of = {row: place for place, row in enumerate(cases.tickets.rows)}
    for repeat in find_repeats(cases.tickets).groups:
        places = [row_of[row] for row in repeat.rows]
        groups[places] = places[0]
    texts = [f"{a} {b}" for a, b in zip(cases.tickets.titles, cases.tickets.texts, strict=True)]
    points = np.array([float(sum(one.points for one in each)) for each in fired])
    return Sample(texts, np.array(marks), points, groups)


def _list_unused(cases: Cases, rules: RuleBook) -> tuple[str, ...]:
    """Return the rules that ask for columns the file does not have."""
    times = cases.tickets.times is not None
    has = {
        "repeat": times and cases.tickets.customers is not None,
        "earlier": times and cases.tickets.customers is not None,
        "place": times,
        "contact": times and cases.contacted is not None,
        "overdue": cases.on is not None and cases.deadlines is not None,
        "due": cases.on is not None and cases.deadlines is not None,
    }
    return tuple(
        rule.code for rule in rules.rows() if not has.get(str(rule.value.get("kind")), True)
    )
