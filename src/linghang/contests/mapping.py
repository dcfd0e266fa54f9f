"""From a template and what a page asks to the rules of one contest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from linghang.evaluation.api import say
from linghang.ledger import api as ledger
from linghang_core import scoring
from linghang_core.scoring import Nature

HUNDRED = Decimal(100)


class RulesRefused(ValueError):  # noqa: N818  a refusal, named as it is spoken of
    """The rules cannot be used; `reasons` say why, each with what to do."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("\n".join(self.reasons))


@dataclass(frozen=True)
class Knob:
    """What the page asks of one criterion: its points, and at what value they are full.

    For a deduction `target` is what each case takes, and `points` the most that is taken.
    """

    code: str
    title: str
    note: str
    nature: str
    points: Decimal
    target: Decimal

    @property
    def is_deduction(self) -> bool:
        """Return whether it takes points."""
        return self.nature == Nature.DEDUCTION


def list_knobs(document: Mapping[str, Any]) -> list[Knob]:
    """Return what can be set of each criterion of a template, in the order of the rules."""
    rules = scoring.load_scheme(document)
    found = []
    for item in rules.criteria:
        score = item.score
        if score is None:
            continue
        if score.per_unit is not None:
            target = score.per_unit.points
        elif score.proportional is not None:
            target = score.proportional.target
        else:
            continue
        found.append(
            Knob(item.code, say(item.title), say(item.note), item.nature.value, item.full, target)
        )
    return found


def compose_rules(
    document: Mapping[str, Any], title: str, knobs: Mapping[str, tuple[Decimal, Decimal]]
) -> dict[str, Any]:
    """Return the rules document with the title and the points and targets given by criterion.

    A criterion with no points is left out, a dimension without criteria too. Raises RulesRefused
    where the points do not add up to 100 or the rules are not allowed (law on easing the burden).
    """
    made = deepcopy(dict(document))
    made["title"] = {"en": title, "zh": title}
    dimensions = []
    for part in made["dimensions"]:
        criteria = [_set(item, knobs.get(item["code"])) for item in part["criteria"]]
        kept = [item for item in criteria if item is not None]
        if kept:
            dimensions.append({**part, "criteria": kept})
    made["dimensions"] = dimensions
    given = sum(
        (
            Decimal(item["points"])
            for part in dimensions
            for item in part["criteria"]
            if item.get("nature", "basic") == "basic"
        ),
        Decimal(0),
    )
    if given != HUNDRED:
        raise RulesRefused(
            [_("The basic points add up to %(sum)s; a contest has 100.") % {"sum": _plain(given)}]
        )
    try:
        rules = scoring.load_scheme(made)
    except scoring.SchemeError as error:
        raise RulesRefused([str(problem) for problem in error.problems]) from error
    check_rules(rules)
    return made


def check_rules(rules: scoring.Scheme) -> None:
    """Refuse rules that cannot be counted day by day, or that the rule linter forbids."""
    reasons = [str(problem) for problem in scoring.check_contest(rules)]
    try:
        scoring.check_scheme(rules, ledger.list_kinds())
    except scoring.SchemeRefused as refusal:
        reasons += [
            f"{found.place}：{say(found.message)} {say(found.remedy)}（{found.basis}）"
            for found in refusal.findings
        ]
    if reasons:
        raise RulesRefused(reasons)


def _set(item: Mapping[str, Any], knob: tuple[Decimal, Decimal] | None) -> dict[str, Any] | None:
    made = deepcopy(dict(item))
    if knob is None:
        return made
    points, target = knob
    if not points:
        return None
    made["points"] = _plain(points)
    score = made["score"]
    if score.get("per_unit"):
        score["per_unit"] = {"points": _plain(target), "cap": _plain(points)}
    elif score.get("proportional"):
        score["proportional"] = {**score["proportional"], "target": _plain(target)}
    return made


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
