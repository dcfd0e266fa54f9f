"""A scheme in plain words: what each criterion reads, how it becomes points, on which rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linghang.library.mapping.words import (
    ATTRIBUTES,
    CYCLES,
    KINDS,
    MISSING,
    NATURES,
    STATUSES,
    SUBJECTS,
    VALUES,
    WINDOWS,
    join,
    say,
)
from linghang.platform.languages import choose
from linghang_core import scoring
from linghang_core.scoring.scheme import (
    Aggregate,
    AttributeSide,
    Condition,
    Criterion,
    Dimension,
    Measure,
    Nature,
    Proportional,
    Raters,
    Scheme,
    Score,
    Selector,
    Side,
    Text,
    Ties,
    name_rater,
)

Titles = Mapping[str, str]


@dataclass(frozen=True)
class CriterionView:
    """One criterion in words."""

    code: str
    title: str
    nature: str
    is_basic: bool
    points: str
    reads: str
    formula: str
    window: str
    missing: str
    when: str
    basis: str
    note: str


@dataclass(frozen=True)
class DimensionView:
    """One dimension with the sum of its basic points."""

    code: str
    title: str
    points: str
    criteria: tuple[CriterionView, ...]


@dataclass(frozen=True)
class SchemeView:
    """A whole scheme in words; `facts` are label and sentence, `bands` title and range."""

    code: str
    version: str
    title: str
    note: str
    count: int
    process_share: int
    facts: tuple[tuple[str, str], ...]
    bands: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    dimensions: tuple[DimensionView, ...]


def describe_scheme(document: Mapping[str, Any], titles: Titles) -> SchemeView:
    """Return a scheme document in the reader's language; SchemeError when it is none."""
    scheme = scoring.load_scheme(document)
    return SchemeView(
        code=scheme.code,
        version=scheme.version,
        title=_pick(scheme.title),
        note=_pick(scheme.note),
        count=len(scheme.criteria),
        process_share=round(scoring.measure_process_share(scheme) * 100),
        facts=tuple(_list_facts(scheme)),
        bands=tuple(_list_bands(scheme)),
        groups=tuple(
            (
                _pick(group.title),
                _say_condition(group.when) if group.when else _("all others"),
            )
            for group in scheme.peer_groups
        ),
        dimensions=tuple(
            DimensionView(
                code=dimension.code,
                title=_title_dimension(dimension),
                points=_show(
                    sum(
                        (c.full for c in dimension.criteria if c.nature is Nature.BASIC), Decimal(0)
                    )
                ),
                criteria=tuple(
                    _describe_criterion(item, scheme, titles) for item in dimension.criteria
                ),
            )
            for dimension in scheme.dimensions
        ),
    )


def _title_dimension(part: Dimension) -> str:
    title = _pick(part.title)
    if part.cap is not None:
        title = _("%(title)s, at most %(points)s points together") % {
            "title": title,
            "points": _show(part.cap),
        }
    if part.floor is not None:
        title = _("%(title)s, deductions at most %(points)s points") % {
            "title": title,
            "points": _show(-part.floor),
        }
    return title


def _list_facts(scheme: Scheme) -> list[tuple[str, str]]:
    sample = scheme.minimum_sample
    facts = [
        (_("Who is rated"), _rated(scheme)),
        (_("How often"), say(CYCLES, scheme.period.value)),
        (_("Base"), _("%(points)s points") % {"points": _show(scheme.base)}),
    ]
    if scheme.bonus_cap is not None:
        cap = _("at most %(points)s points") % {"points": _show(scheme.bonus_cap)}
        facts.append((_("Bonus"), cap))
    if scheme.deduction_floor is not None:
        floor = _("at most %(points)s points") % {"points": _show(-scheme.deduction_floor)}
        facts.append((_("Deductions"), floor))
    if sample.members:
        facts.append(
            (_("Not rated"), _("fewer than %(number)s members") % {"number": sample.members})
        )
    if sample.months:
        facts.append(
            (_("Not rated"), _("younger than %(number)s months") % {"number": sample.months})
        )
    if any(band.at_most is not None for band in scheme.bands):
        ties = (
            _("all of them enter")
            if scheme.ties is Ties.ALL_IN
            else _("none of them enters when not all find room")
        )
        facts.append((_("Equal totals at the last place"), ties))
    facts += [
        (
            _("Reason given"),
            _("%(finding)s: %(reason)s") % {"finding": item.finding, "reason": item.reason},
        )
        for item in scheme.overrides
    ]
    return facts


def _rated(scheme: Scheme) -> str:
    if scheme.unit_kinds:
        return join(say(VALUES, kind) for kind in scheme.unit_kinds)
    return say(SUBJECTS, scheme.subject.value)


def _list_bands(scheme: Scheme) -> list[tuple[str, str]]:
    rows, above = [], None
    for band in scheme.bands:
        lower = _show(band.lower)
        words = (
            _("from %(lower)s") % {"lower": lower}
            if above is None
            else _("from %(lower)s to below %(upper)s") % {"lower": lower, "upper": above}
        )
        if band.at_most is not None:
            share = _show(band.at_most * 100)
            words = _("%(range)s, at most %(share)s%% of the rated of a peer group") % {
                "range": words,
                "share": share,
            }
        rows.append((_pick(band.title), words))
        above = lower
    return rows


def _describe_criterion(item: Criterion, scheme: Scheme, titles: Titles) -> CriterionView:
    sign = {Nature.BONUS: "+", Nature.DEDUCTION: "−"}.get(item.nature, "")
    return CriterionView(
        code=item.code,
        title=_pick(item.title),
        nature=say(NATURES, item.nature.value),
        is_basic=item.nature is Nature.BASIC,
        points="" if item.points is None else f"{sign}{_show(item.points)}",
        reads=_say_measure(item.measure, titles),
        formula=_say_formula(item, scheme),
        window=say(WINDOWS, item.window.value),
        missing="" if item.missing is None else say(MISSING, item.missing.value),
        when="" if item.when is None else _say_condition(item.when),
        basis=item.basis,
        note=_pick(item.note),
    )


def _say_measure(measure: Measure, titles: Titles) -> str:
    if measure.raters is not None:
        return _say_raters(measure.raters, titles)
    if measure.average is not None:
        return _("mean of %(what)s") % {"what": _say_what(measure.average, titles)}
    if measure.ratio is None:
        return _say_side(measure.sides[0], titles)
    to = measure.ratio.to
    below = (
        say(ATTRIBUTES, to.attribute) if isinstance(to, AttributeSide) else _say_side(to, titles)
    )
    return _("%(part)s ÷ %(whole)s") % {
        "part": _say_side(measure.ratio.of, titles),
        "whole": below,
    }


def _say_raters(raters: Raters, titles: Titles) -> str:
    what = join(titles.get(kind, say(KINDS, kind)) for kind in raters.kinds)
    weights = join(
        f"{_pick(name_rater(one.status))} {_show(one.weight)}%" for one in raters.weights
    )
    return _("mean marks of %(what)s, weighed: %(weights)s") % {"what": what, "weights": weights}


def _say_side(side: Side, titles: Titles) -> str:
    sentence = {
        Aggregate.COUNT: _("number of %(what)s"),
        Aggregate.SUM: _("sum of %(what)s"),
        Aggregate.MONTHS: _("months with %(what)s"),
        Aggregate.DAYS: _("days with %(what)s"),
    }[side.aggregate]
    return sentence % {"what": _say_what(side, titles)}


def _say_what(side: Selector, titles: Titles) -> str:
    what = join(dict.fromkeys(titles.get(kind, say(KINDS, kind)) for kind in side.kinds))
    marks = [say(STATUSES, status) for status in side.statuses or ()]
    if side.verified is not None:
        marks.append(_("verified") if side.verified else _("not verified"))
    if side.late is not None:
        marks.append(
            pgettext("status of a fact", "recorded late") if side.late else say(STATUSES, "timely")
        )
    if marks:
        what = _("%(what)s (%(marks)s)") % {"what": what, "marks": join(marks)}
    return what


def _say_formula(item: Criterion, scheme: Scheme) -> str:
    words = _say_veto(item, scheme) if item.score is None else _say_score(item, item.score)
    if item.once is None:
        return words
    others = [one.code for one in scheme.once_set(item.once) if one.code != item.code]
    return _("%(rule)s; the same event counts once, here or at %(others)s") % {
        "rule": words,
        "others": join(others),
    }


def _say_place(item: Criterion, score: Score) -> str:
    order = _("lowest first") if item.lower_is_better else _("highest first")
    if score.rank is not None:
        return _(
            "place in the peer group, %(order)s: %(best)s points for the first, evenly down to "
            "%(worst)s for the last"
        ) % {"order": order, "best": _show(score.rank.best), "worst": _show(score.rank.worst)}
    shares = join(
        _("first %(top)s%%: %(points)s points")
        % {"top": _show(share.top * 100), "points": _show(share.points)}
        for share in score.percentile or ()
    )
    return _("share of the peer group, %(order)s: %(shares)s") % {"order": order, "shares": shares}


def _say_score(item: Criterion, score: Score) -> str:
    full = _show(item.full)
    if score.by_place:
        return _say_place(item, score)
    if score.proportional is not None:
        return _say_proportional(score.proportional, full, share=item.measure.ratio is not None)
    if score.per_unit is not None:
        return _("%(each)s points for each 1, at most %(cap)s") % {
            "each": _show(score.per_unit.points),
            "cap": _show(score.per_unit.cap or item.full),
        }
    if score.threshold is not None:
        least = score.threshold.at_least
        if least is not None:
            return _("%(full)s points from %(border)s on, else 0") % {
                "full": full,
                "border": _show(least),
            }
        return _("%(full)s points up to %(border)s, else 0") % {
            "full": full,
            "border": _show(score.threshold.at_most or Decimal(0)),
        }
    return join(
        _("from %(lower)s: %(points)s points")
        % {"lower": _show(step.lower), "points": _show(step.points)}
        for step in score.steps or ()
    )


def _say_proportional(rule: Proportional, full: str, *, share: bool) -> str:
    target, start = _show(rule.target), _show(rule.start)
    if share and rule.start == 0 and rule.target == 1:
        return _("%(full)s × share, full points when all is done") % {"full": full}
    if rule.start == 0:
        return _("%(full)s × value ÷ %(target)s, full points from %(target)s on") % {
            "full": full,
            "target": target,
        }
    words = {"full": full, "start": start, "target": target}
    if rule.target > rule.start:
        return _("0 points up to %(start)s, rising evenly to %(full)s points at %(target)s") % words
    return _("%(full)s points at %(target)s, falling evenly to 0 at %(start)s") % words


def _say_veto(item: Criterion, scheme: Scheme) -> str:
    veto = item.veto
    if veto is None:
        return ""
    if veto.maximum is not None:
        return _("one case: the total is at most %(points)s") % {"points": _show(veto.maximum)}
    band = next(band for band in scheme.bands if band.code == veto.band)
    return _("one case: the band is at most %(band)s") % {"band": _pick(band.title)}


def _say_condition(condition: Condition) -> str:
    name = say(ATTRIBUTES, condition.attribute)
    if condition.equals is not None:
        values = join(say(VALUES, value) for value in condition.equals)
        return _("%(name)s: %(values)s") % {"name": name, "values": values}
    limits = []
    if condition.at_least is not None:
        limits.append(_("at least %(number)s") % {"number": _show(condition.at_least)})
    if condition.less_than is not None:
        limits.append(_("less than %(number)s") % {"number": _show(condition.less_than)})
    return _("%(name)s: %(values)s") % {"name": name, "values": join(limits)}


def _pick(text: Text | None) -> str:
    if text is None:
        return ""
    return choose(text.en, text.zh)


def _show(number: Decimal) -> str:
    return format(number.normalize(), "f")
