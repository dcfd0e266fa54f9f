"""A criterion in plain sentences: what is read, how it becomes points, what missing means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from linghang.evaluation.enums import (
    ABSENT_WORDS,
    ATTRIBUTE_WORDS,
    MISSING_WORDS,
    NATURE_WORDS,
    WINDOW_WORDS,
)
from linghang.evaluation.queries.schemes import band_titles, group_titles, say, say_document
from linghang.ledger.enums import COMMON_STATUSES, FactKind
from linghang.platform.languages import choose
from linghang_core.scoring.scheme import (
    Aggregate,
    AttributeSide,
    Criterion,
    Raters,
    Score,
    Selector,
    Side,
    TopShare,
    name_rater,
)

__all__ = [
    "CriterionWords",
    "band_titles",
    "describe_criterion",
    "group_titles",
    "say",
    "say_document",
]


@dataclass(frozen=True)
class CriterionWords:
    """One criterion as a person reads it; `kinds` are the titles of the facts it reads."""

    code: str
    title: str
    nature: str
    points: str
    window: str
    measure: str
    rule: str
    missing: str
    basis: str
    note: str


def describe_criterion(
    rule: Criterion, kinds: Mapping[str, FactKind], bands: Mapping[str, str]
) -> CriterionWords:
    """Return the criterion in the reader's language; kinds nobody declares keep their code.

    `bands` are the titles of the scheme's bands, which a veto may name.
    """
    return CriterionWords(
        code=rule.code,
        title=say(rule.title),
        nature=str(NATURE_WORDS[rule.nature.value]),
        points=_number(rule.full),
        window=str(WINDOW_WORDS[rule.window.value]),
        measure=_measure(rule, kinds),
        rule=_rule(rule, bands),
        missing=str(MISSING_WORDS[rule.missing.value]) if rule.missing else "",
        basis=rule.basis,
        note=say(rule.note),
    )


def name_kind(code: str, kinds: Mapping[str, FactKind]) -> str:
    """Return the title of a kind of facts, or of all kinds below a prefix."""
    if code.endswith(".*"):
        titles = [str(kind.title) for name, kind in kinds.items() if name.startswith(code[:-1])]
        return _list_words(titles) if titles else code
    return str(kinds[code].title) if code in kinds else code


def _find_kind(code: str, kinds: Mapping[str, FactKind]) -> FactKind | None:
    """Return a kind of facts, or one of those below a prefix: they share the words of statuses."""
    if code.endswith(".*"):
        return next((kind for name, kind in kinds.items() if name.startswith(code[:-1])), None)
    return kinds.get(code)


def name_status(status: str, kind: FactKind | None) -> str:
    """Return a status of facts in the words of their kind; one nobody named keeps its code."""
    return str(kind.title_of(status) if kind else COMMON_STATUSES.get(status, status))


def _measure(rule: Criterion, kinds: Mapping[str, FactKind]) -> str:
    measure = rule.measure
    if measure.raters is not None:
        return _raters(measure.raters, kinds)
    if measure.average is not None:
        return _("mean of: %(what)s") % {"what": _selected(measure.average, kinds)}
    if measure.ratio is None:
        return _side(measure.sides[0], kinds)
    of, to = measure.ratio.of, measure.ratio.to
    below = (
        str(ATTRIBUTE_WORDS.get(to.attribute, to.attribute))
        if isinstance(to, AttributeSide)
        else _side(to, kinds)
    )
    return _("(%(of)s) ÷ (%(to)s)") % {"of": _side(of, kinds), "to": below}


def _raters(raters: Raters, kinds: Mapping[str, FactKind]) -> str:
    """Whose marks are read, and how each kind of raters weighs: 自评 20%、互评 30% …."""
    weights = _list_words(
        [f"{say(name_rater(one.status))} {_number(one.weight)}%" for one in raters.weights]
    )
    what = _list_words([name_kind(code, kinds) for code in raters.kinds])
    return _("mean marks of %(what)s: %(weights)s; %(absent)s") % {
        "what": what,
        "weights": weights,
        "absent": ABSENT_WORDS[raters.absent.value],
    }


def _side(side: Side, kinds: Mapping[str, FactKind]) -> str:
    what = _selected(side, kinds)
    return {
        Aggregate.COUNT: _("number of: %(what)s"),
        Aggregate.SUM: _("sum of: %(what)s"),
        Aggregate.MONTHS: _("months with: %(what)s"),
        Aggregate.DAYS: _("days with: %(what)s"),
    }[side.aggregate] % {"what": what}


def _selected(selector: Selector, kinds: Mapping[str, FactKind]) -> str:
    words = _list_words([name_kind(code, kinds) for code in selector.kinds])
    first = _find_kind(selector.kinds[0], kinds)
    limits = [name_status(status, first) for status in selector.statuses or ()]
    if selector.verified is not None:
        limits.append(_("confirmed") if selector.verified else _("not confirmed"))
    if selector.late is not None:
        limits.append(_("recorded late") if selector.late else _("recorded in time"))
    if not limits:
        return words
    return _("%(what)s [%(limits)s]") % {"what": words, "limits": _list_words(limits)}


def _rule(rule: Criterion, bands: Mapping[str, str]) -> str:
    if rule.veto is not None:
        band = rule.veto.band
        limit = bands.get(band, band) if band else _number(rule.veto.maximum or Decimal(0))
        return _("one such case holds the total at %(limit)s at most") % {"limit": limit}
    if rule.score is None:
        return ""
    words = _score(rule, rule.score)
    if rule.once is None:
        return words
    return _("%(rule)s; of “%(once)s” only the highest counts") % {"rule": words, "once": rule.once}


def _score(rule: Criterion, score: Score) -> str:
    values: dict[str, Any] = {"full": _number(rule.full)}
    if score.proportional is not None:
        start, target = score.proportional.start, score.proportional.target
        values |= {"start": _amount(rule, start), "target": _amount(rule, target)}
        if start == 0:
            return _("in proportion, all %(full)s points at %(target)s") % values
        return _("in proportion from 0 points at %(start)s to %(full)s at %(target)s") % values
    if score.steps is not None:
        return _list_words(
            [
                _("from %(from)s: %(points)s points")
                % {"from": _amount(rule, step.lower), "points": _number(step.points)}
                for step in score.steps
            ]
        )
    if score.per_unit is not None:
        cap = score.per_unit.cap or rule.full
        values |= {"each": _number(score.per_unit.points), "cap": _number(cap)}
        return _("%(each)s points for each one, at most %(cap)s") % values
    return _placed(rule, score) if score.by_place else _threshold(rule, score)


def _threshold(rule: Criterion, score: Score) -> str:
    """All or nothing at a border."""
    values = {"full": _number(rule.full)}
    threshold = score.threshold
    if threshold is not None and threshold.at_least is not None:
        values["border"] = _amount(rule, threshold.at_least)
        return _("all %(full)s points from %(border)s on, else none") % values
    values["border"] = _amount(rule, (threshold.at_most if threshold else None) or Decimal(0))
    return _("all %(full)s points up to %(border)s, else none") % values


def _placed(rule: Criterion, score: Score) -> str:
    """How places in the peer group become points."""
    order = _("lowest first") if rule.lower_is_better else _("highest first")
    if score.rank is not None:
        return _(
            "by the place in the peer group, %(order)s: %(best)s points for the first, evenly down to "
            "%(worst)s for the last"
        ) % {
            "order": order,
            "best": _number(score.rank.best),
            "worst": _number(score.rank.worst),
        }
    return _("by the share of the peer group, %(order)s: %(shares)s") % {
        "order": order,
        "shares": _list_words([_top(share) for share in score.percentile or ()]),
    }


def _top(share: TopShare) -> str:
    return _("first %(top)s%%: %(points)s points") % {
        "top": _number(share.top * 100),
        "points": _number(share.points),
    }


def _amount(rule: Criterion, number: Decimal) -> str:
    """A value as people say it: shares of what was due in per cent, others as they are."""
    ratio = rule.measure.ratio
    if ratio is not None and isinstance(ratio.to, Side):
        return f"{_number(number * 100)} %"
    return _number(number)


def _number(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _list_words(words: list[str]) -> str:
    return choose(", ", "、").join(dict.fromkeys(words))
