"""What if: a draft tried on past periods, and the reasons why it should not be adopted.

The numbers are read from results already computed; `comparison` tells who moves and why. Each
reason is a row, with what is seen, the border it passed and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from linghang_core.scoring.comparison import Comparison, compare
from linghang_core.scoring.linting import (
    Finding,
    Override,
    Severity,
    lint_scheme,
    measure_process_share,
)
from linghang_core.scoring.results import Results
from linghang_core.scoring.scheme import Nature, Scheme, Text
from linghang_core.scoring.stability import SPREADS, Stability, measure_stability

ENOUGH_TO_JUDGE = 5
"""Below so many rated subjects nothing is said about how a scheme tells them apart."""
DECIDING_SHARE = Fraction(1, 2)
FLAT_SHARE = Fraction(1, 2)
ONE_BAND_SHARE = Fraction(9, 10)
UNSTABLE_SHARE = 0.25
UNRATED_SHARE = Fraction(1, 3)
PROCESS_SHARE = Fraction(3, 5)


@dataclass(frozen=True)
class Reason:
    """Why a scheme should not be adopted; the committee may still do so, with its own reason.

    Where it `blocks`, no reason of the committee helps: the scheme is mended first.
    """

    code: str
    message: Text
    remedy: Text
    basis: str = ""
    blocks: bool = False


@dataclass(frozen=True)
class Distribution:
    """One peer group of one period: how many in each band before and after.

    `before` is None where there is nothing to compare with, or where that scheme has no such group.
    """

    period: str
    group: str
    before: Mapping[str, int] | None
    after: Mapping[str, int]
    not_rated_before: int
    not_rated_after: int


@dataclass(frozen=True)
class WhatIf:
    """A draft tried: distribution, who moves, what tells nobody apart, what decides, how stable.

    `shares` are, by criterion, the parts of the variance of the totals (they add up to 1 unless caps
    cut the totals), greatest first. `comparisons` are by period.
    """

    periods: tuple[str, ...]
    rated: int
    not_rated: int
    distributions: tuple[Distribution, ...]
    comparisons: Mapping[str, Comparison]
    flat: tuple[str, ...]
    shares: tuple[tuple[str, float], ...]
    process: Fraction
    stability: tuple[Stability, ...]
    findings: tuple[Finding, ...]
    reasons: tuple[Reason, ...]


def try_scheme(
    after: Sequence[Results],
    before: Mapping[str, Results],
    declared_kinds: Sequence[str],
    *,
    seed: int = 1,
) -> WhatIf:
    """Return what a draft does: its results by period against those of the scheme in force.

    `before` holds the results by period and may be empty. Raises ValueError without any period.
    """
    if not after:
        message = "a draft is tried on at least one period"
        raise ValueError(message)
    scheme = after[0].scheme
    rated = sum(item.is_rated for one in after for item in one.subjects)
    total = sum(len(one.subjects) for one in after)
    flat = find_flat(after)
    shares = share_variance(after)
    stability = tuple(measure_stability(after, spread, seed=seed) for spread in SPREADS)
    findings = tuple(lint_scheme(scheme, declared_kinds))
    found = WhatIf(
        periods=tuple(one.period for one in after),
        rated=rated,
        not_rated=total - rated,
        distributions=tuple(
            row for one in after for row in _distribute(one, before.get(one.period))
        ),
        comparisons={
            one.period: compare(before[one.period], one) for one in after if one.period in before
        },
        flat=flat,
        shares=shares,
        process=measure_process_share(scheme),
        stability=stability,
        findings=findings,
        reasons=(),
    )
    return _with_reasons(found, scheme)


def find_flat(results: Sequence[Results]) -> tuple[str, ...]:
    """Return the basic criteria that gave every rated subject the same share of its points.

    Empty below five rated subjects, for fewer prove nothing. A criterion that was left out for some
    of them is judged by the others.
    """
    rated = [item for one in results for item in one.subjects if item.is_rated]
    if len(rated) < ENOUGH_TO_JUDGE:
        return ()
    found = []
    for place, rule in enumerate(results[0].scheme.criteria):
        if rule.nature is not Nature.BASIC:
            continue
        given = [item.criteria[place] for item in rated]
        kept = {one.points / one.full for one in given if one.full}
        if len(kept) <= 1:
            found.append(rule.code)
    return tuple(found)


def share_variance(results: Sequence[Results]) -> tuple[tuple[str, float], ...]:
    """Return which part of the variance of the totals each criterion brings, greatest first.

    The part is the covariance of its points with the sum of all points, over the variance of this
    sum: the parts add up to 1, and one may be negative. Empty where all sums are equal.
    """
    rated = [item for one in results for item in one.subjects if item.is_rated]
    if len(rated) < ENOUGH_TO_JUDGE:
        return ()
    rows = [[one.points for one in item.criteria] for item in rated]
    sums = [sum(row, Decimal(0)) for row in rows]
    mean = Fraction(sum(sums, Decimal(0))) / len(sums)
    apart = [Fraction(one) - mean for one in sums]
    whole = sum(one * one for one in apart)
    if not whole:
        return ()
    found = [
        (
            rule.code,
            float(
                sum(Fraction(row[place]) * d for row, d in zip(rows, apart, strict=True)) / whole
            ),
        )
        for place, rule in enumerate(results[0].scheme.criteria)
    ]
    return tuple(sorted(found, key=lambda item: -item[1]))


def _distribute(after: Results, before: Results | None) -> Iterator[Distribution]:
    earlier = {group.code: group for group in before.groups} if before else {}
    for group in after.groups:
        old = earlier.get(group.code)
        yield Distribution(
            period=after.period,
            group=group.code,
            before=dict(old.bands) if old else None,
            after=dict(group.bands),
            not_rated_before=old.not_rated if old else 0,
            not_rated_after=group.not_rated,
        )


def hold_against(finding: Finding) -> Reason:
    """Return an error of the linter as a reason; it blocks unless the committee may override it."""
    message = Text(
        en=f"{finding.place}: {finding.message.en}",
        zh=f"{_place_zh(finding.place)}：{finding.message.zh}",
    )
    blocks = finding.may_override is not Override.COMMITTEE
    return Reason(finding.code, message, finding.remedy, finding.basis, blocks)


def _with_reasons(found: WhatIf, scheme: Scheme) -> WhatIf:
    return WhatIf(**(vars(found) | {"reasons": tuple(_find_reasons(found, scheme))}))


def _find_reasons(found: WhatIf, scheme: Scheme) -> Iterator[Reason]:
    for finding in found.findings:
        if finding.severity is Severity.ERROR:
            yield hold_against(finding)
    if found.process > PROCESS_SHARE:
        yield _reason("mostly_process", share=_percent(found.process))
    if found.rated == 0:
        yield _reason("nobody_rated")
        return
    if Fraction(found.not_rated, found.rated + found.not_rated) > UNRATED_SHARE:
        share = Fraction(found.not_rated, found.rated + found.not_rated)
        yield _reason("many_not_rated", share=_percent(share))
    if found.rated < ENOUGH_TO_JUDGE:
        return
    yield from _weigh(found, scheme)


def _weigh(found: WhatIf, scheme: Scheme) -> Iterator[Reason]:
    """What shows only with enough subjects: whether the scheme tells them apart, and by what."""
    titles = {item.code: item.title for item in scheme.criteria}
    points = {item.code: item.full for item in scheme.criteria}
    flat = Fraction(sum((points[code] for code in found.flat), Decimal(0))) / Fraction(scheme.base)
    if flat >= FLAT_SHARE:
        yield _reason("tells_nobody_apart", share=_percent(flat), count=str(len(found.flat)))
    if found.shares and found.shares[0][1] > DECIDING_SHARE and len(found.shares) > 1:
        code, share = found.shares[0]
        yield _reason(
            "one_decides",
            share=_percent(Fraction(share)),
            code=code,
            zh=titles[code].zh,
            en=titles[code].en,
        )
    bands: dict[str, int] = {}
    for row in found.distributions:
        for band, number in row.after.items():
            bands[band] = bands.get(band, 0) + number
    top = max(bands, key=lambda code: bands[code])
    if len(scheme.bands) > 1 and Fraction(bands[top], found.rated) >= ONE_BAND_SHARE:
        title = next(band.title for band in scheme.bands if band.code == top)
        held = _percent(Fraction(bands[top], found.rated))
        yield _reason("one_band", share=held, zh=title.zh, en=title.en)
    if found.stability[0].changed > UNSTABLE_SHARE:
        yield _reason("unstable", share=_percent(Fraction(found.stability[0].changed)))


def _reason(name: str, /, **parameters: str) -> Reason:
    message, remedy = REASONS[name]
    return Reason(
        name,
        Text(en=message.en.format(**parameters), zh=message.zh.format(**parameters)),
        remedy,
    )


def _percent(share: Fraction) -> str:
    return str(round(share * 100))


def _place_zh(place: str) -> str:
    for en, zh in (("criterion ", "指标 "), ("dimension ", "维度 ")):
        if place.startswith(en):
            return zh + place.removeprefix(en)
    return {"scheme": "方案", "ranks": "名次", "unit_kinds": "组织类型"}.get(place, place)


REASONS: dict[str, tuple[Text, Text]] = {
    "mostly_process": (
        Text(
            en="{share} % of the base rests on meetings and activities alone",
            zh="基本分的{share}%只看会议和活动",
        ),
        Text(
            en="give results (problems solved, service, safety) more points",
            zh="提高结果类指标（问题解决、服务、安全等）的分值",
        ),
    ),
    "nobody_rated": (
        Text(en="nobody would be rated in these periods", zh="所选各期没有一个对象能被评定"),
        Text(
            en="see that the facts it reads are recorded, and that the minimum sample can be met",
            zh="确认所读事实有人登记、最小样本能够达到",
        ),
    ),
    "many_not_rated": (
        Text(en="{share} % could not be rated", zh="{share}%的对象无法评定"),
        Text(
            en="lower the minimum sample, or use `missing: leave_out` where nothing may be due",
            zh="降低最小样本，或对可能没有应完成事项的指标选“不计入”",
        ),
    ),
    "tells_nobody_apart": (
        Text(
            en="{count} criteria with {share} % of the base gave everybody the same",
            zh="{count}条指标（占基本分{share}%）所有对象得分都一样",
        ),
        Text(
            en="drop these criteria, or measure what differs",
            zh="删去这些指标，或改评确有差别的事项",
        ),
    ),
    "one_decides": (
        Text(
            en="{code} {en} brings {share} % of all differences: one criterion decides",
            zh="{code}{zh} 决定了{share}%的差距，一条指标定结果",
        ),
        Text(
            en="give it fewer points, or let it score in proportion instead of all or nothing",
            zh="降低它的分值，或由“达到才得分”改为按比例得分",
        ),
    ),
    "one_band": (
        Text(
            en="{share} % of those rated are in the band “{en}”",
            zh="{share}%的对象同在“{zh}”一档",
        ),
        Text(
            en="move the borders of the bands, or measure what differs",
            zh="调整档次界线，或改评确有差别的事项",
        ),
    ),
    "unstable": (
        Text(
            en="with points 10 % higher or lower, {share} % would be in another band",
            zh="分值上下浮动10%，就有{share}%的对象换档",
        ),
        Text(
            en="use fewer and wider bands",
            zh="减少档次，或把档次划宽",
        ),
    ),
}
"""Why a scheme should not be adopted, as rows; messages take parameters."""
