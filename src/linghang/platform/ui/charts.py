"""Charts drawn on the server: geometry only, the markup is in `templates/ui/charts`.

Vocabulary: a *trend* is one or more series over periods, a *radar* one or more series over axes.
Values may be None (not rated, not recorded): such a point is left out and never drawn as zero.
Charts need no script, print, and carry their numbers in a table.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

Number = Decimal | float | int

PLOT_TOP = 14
PLOT_BOTTOM = 200
LABEL_GAP = 15
PHONE_LABELS = 4
WIDE_LABELS = 8
SERIES_LIMIT = 5
WIDEST_BAR = 12.0  # per cent of the plot: two classes are no two walls

RADAR_CENTRE = (210.0, 150.0)
RADAR_RADIUS = 104.0

# Every series has its own mark besides its own dash, so that colour is never needed.
MARKS = (
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
    "M-3.5 -3.5h7v7h-7z",
    "M0 -4.5l4.4 7.8h-8.8z",
    "M0 -4.8l4.8 4.8l-4.8 4.8l-4.8 -4.8z",
    "M-1.3 -4h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7v-2.6h2.7z",
)


@dataclass(frozen=True)
class Series:
    """One line of a chart: its label and one value (or None) per period or axis."""

    label: str
    values: Sequence[Number | None]


@dataclass(frozen=True)
class Trend:
    """Series over periods. `low`, `high` force the scale; `target` draws a dotted line."""

    title: str
    periods: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    low: Number | None = None
    high: Number | None = None
    target: Number | None = None
    description: str = ""


@dataclass(frozen=True)
class Radar:
    """Series over axes that share one scale from `low` to `high`."""

    title: str
    axes: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    low: Number = 0
    high: Number = 100
    description: str = ""


@dataclass(frozen=True)
class Bars:
    """How many fall into each class; `marked` is the class that is pointed out, if any."""

    title: str
    classes: Sequence[str]
    counts: Sequence[int]
    unit: str = ""
    head: str = ""
    marked: int | None = None


@dataclass(frozen=True)
class Bar:
    """A drawn bar: place and size, its number, its hover title."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    text: str
    title: str
    is_marked: bool


@dataclass(frozen=True)
class Point:
    """A drawn value: place, its text and the text of its hover title."""

    x: str
    y: str
    text: str
    title: str


@dataclass(frozen=True)
class Line:
    """A drawn series: points, joins between neighbours, place of the end label."""

    number: int
    label: str
    mark: str
    points: Sequence[Point]
    joins: Sequence[tuple[Point, Point]]
    end_y: str = ""
    outline: str = ""

    @property
    def last(self) -> str:
        """Return the text of the last known value."""
        return self.points[-1].text if self.points else ""


@dataclass(frozen=True)
class Label:
    """A text on an axis; `thin` ones are left out where the page is narrow."""

    text: str
    x: str = ""
    y: str = ""
    anchor: str = "middle"
    thin: bool = False
    lines: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Drawing:
    """A chart ready for its template."""

    title: str
    description: str
    unit: str
    lines: Sequence[Line]
    ticks: Sequence[Label] = ()
    labels: Sequence[Label] = ()
    rings: Sequence[str] = ()
    spokes: Sequence[tuple[str, str]] = ()
    target: Label | None = None
    head: Sequence[str] = ()
    rows: Sequence[tuple[str, Sequence[str]]] = field(default_factory=list)
    bars: Sequence[Bar] = ()


def draw_trend(trend: Trend) -> Drawing:
    """Return the geometry of a trend: x in per cent of the plot, y in pixels from the top."""
    lengths = {len(series.values) for series in trend.series}
    if lengths - {len(trend.periods)}:
        raise ValueError("every series needs one value per period")
    ticks = _choose_ticks(trend)
    low, high = ticks[0], ticks[-1]
    lines = [
        _draw_line(i, series, trend, low, high)
        for i, series in enumerate(trend.series[:SERIES_LIMIT], start=1)
    ]
    return Drawing(
        title=trend.title,
        description=trend.description or _describe(trend.series, trend.unit),
        unit=trend.unit,
        lines=_spread_end_labels(lines),
        ticks=[Label(text=format_number(t), y=_y(t, low, high)) for t in ticks],
        labels=_label_periods(trend.periods),
        target=(
            Label(text=format_number(trend.target), y=_y(trend.target, low, high))
            if trend.target is not None
            else None
        ),
        head=[series.label for series in trend.series],
        rows=_tabulate(trend.periods, trend.series),
    )


def draw_bars(bars: Bars) -> Drawing:
    """Return the geometry of a histogram: x in per cent of the plot, y in pixels from the top."""
    if len(bars.classes) != len(bars.counts):
        raise ValueError("every class needs one count")
    count = max(len(bars.classes), 1)
    most = max([*bars.counts, 1])
    step = 100 / count
    width = min(step * 0.82, WIDEST_BAR)
    drawn = []
    for i, (name, number) in enumerate(zip(bars.classes, bars.counts, strict=True)):
        height = number / most * (PLOT_BOTTOM - PLOT_TOP)
        drawn.append(
            Bar(
                x=f"{(i + 0.5) * step - width / 2:.2f}%",
                y=f"{PLOT_BOTTOM - height:.1f}",
                width=f"{width:.2f}%",
                height=f"{height:.1f}",
                middle=f"{(i + 0.5) * step:.2f}%",
                text=str(number) if number else "",
                title=f"{name}: {number}{bars.unit}",
                is_marked=i == bars.marked,
            )
        )
    wide = math.ceil(count / WIDE_LABELS)
    return Drawing(
        title=bars.title,
        description="; ".join(bar.title for bar in drawn if bar.text),
        unit=bars.unit,
        lines=(),
        labels=[
            Label(text=name, x=drawn[i].middle, thin=i % (2 * wide) != 0 and count > PHONE_LABELS)
            for i, name in enumerate(bars.classes)
            if i % wide == 0
        ],
        head=[bars.head],
        rows=[(name, [str(n)]) for name, n in zip(bars.classes, bars.counts, strict=True)],
        bars=drawn,
    )


def draw_radar(radar: Radar) -> Drawing:
    """Return the geometry of a radar inside a box of 420 × 300; needs at least three axes."""
    if len(radar.axes) < 3:
        raise ValueError("a radar needs at least three axes")
    count = len(radar.axes)
    return Drawing(
        title=radar.title,
        description=radar.description or _describe(radar.series, radar.unit),
        unit=radar.unit,
        lines=[
            _draw_outline(i, series, radar)
            for i, series in enumerate(radar.series[:SERIES_LIMIT], start=1)
        ],
        labels=[_label_axis(i, count, text) for i, text in enumerate(radar.axes)],
        rings=[
            " ".join(",".join(_polar(i, count, share)) for i in range(count))
            for share in (1 / 3, 2 / 3, 1)
        ],
        spokes=[_polar(i, count, 1) for i in range(count)],
        head=[series.label for series in radar.series],
        rows=_tabulate(radar.axes, radar.series),
    )


def draw_sparkline(values: Sequence[Number | None], width: int = 84, height: int = 26) -> str:
    """Return the points of a small line without axis, "x,y x,y …"; empty below two values."""
    known = [(i, float(v)) for i, v in enumerate(values) if v is not None]
    if len(known) < 2:
        return ""
    low = min(v for _, v in known)
    span = max(v for _, v in known) - low
    step = (width - 6) / (len(values) - 1)
    return " ".join(
        f"{3 + i * step:.1f},{height - 4 - ((v - low) / span if span else 0.5) * (height - 8):.1f}"
        for i, v in known
    )


def format_number(value: Number | None) -> str:
    """Return a number with at most two decimals and no trailing zeros; an en dash for None."""
    if value is None:
        return "–"
    text = f"{float(value):,.2f}"
    return text.rstrip("0").rstrip(".")


def _choose_ticks(trend: Trend) -> list[float]:
    """Return four to seven round values that cover all points, the target and forced bounds."""
    known = [float(v) for series in trend.series for v in series.values if v is not None]
    known += [float(v) for v in (trend.target, trend.low, trend.high) if v is not None]
    low = float(trend.low) if trend.low is not None else min(known, default=0.0)
    high = float(trend.high) if trend.high is not None else max(known, default=1.0)
    if low == high:
        low, high = low - 1, high + 1
    rough = (high - low) / 4
    unit = 10 ** math.floor(math.log10(rough))
    step = next(m * unit for m in (1, 2, 2.5, 5, 10) if m * unit >= rough * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(i * step, 6) for i in range(first, last + 1)]


def _y(value: Number, low: float, high: float) -> str:
    share = (float(value) - low) / (high - low)
    return f"{PLOT_BOTTOM - min(max(share, 0), 1) * (PLOT_BOTTOM - PLOT_TOP):.1f}"


def _x(index: int, count: int) -> str:
    return "50%" if count == 1 else f"{100 * index / (count - 1):.2f}%"


def _draw_line(number: int, series: Series, trend: Trend, low: float, high: float) -> Line:
    count = len(trend.periods)
    drawn: list[Point | None] = [
        None
        if value is None
        else Point(
            x=_x(i, count),
            y=_y(value, low, high),
            text=format_number(value),
            title=f"{series.label} · {trend.periods[i]}: {format_number(value)}{trend.unit}",
        )
        for i, value in enumerate(series.values)
    ]
    points = [point for point in drawn if point]
    return Line(
        number=number,
        label=series.label,
        mark=MARKS[number - 1],
        points=points,
        # A gap stays a gap: only neighbours in time are joined.
        joins=[(a, b) for a, b in itertools.pairwise(drawn) if a and b],
        end_y=points[-1].y if points else "",
    )


def _spread_end_labels(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with end labels moved apart, keeping their vertical order."""
    with_end = sorted((line for line in lines if line.end_y), key=lambda line: float(line.end_y))
    places: dict[int, float] = {}
    previous = -math.inf
    for line in with_end:
        previous = max(float(line.end_y), previous + LABEL_GAP)
        places[line.number] = previous
    excess = max(0.0, previous - PLOT_BOTTOM) if with_end else 0.0
    return [
        replace(line, end_y=f"{places[line.number] - excess + 4:.1f}")
        if line.number in places
        else line
        for line in lines
    ]


def _label_periods(periods: Sequence[str]) -> list[Label]:
    """Return the labels under the plot, at most eight, at most four of which stay on a phone."""
    count = len(periods)
    wide = math.ceil(count / WIDE_LABELS)
    shown = [i for i in range(count) if (count - 1 - i) % wide == 0]
    phone = math.ceil(len(shown) / PHONE_LABELS)
    return [
        Label(text=periods[i], x=_x(i, count), thin=(len(shown) - 1 - position) % phone != 0)
        for position, i in enumerate(shown)
    ]


def _polar(index: int, count: int, share: float, stretch: float = 0) -> tuple[str, str]:
    angle = 2 * math.pi * index / count - math.pi / 2
    radius = RADAR_RADIUS * share + stretch
    return (
        f"{RADAR_CENTRE[0] + radius * math.cos(angle):.1f}",
        f"{RADAR_CENTRE[1] + radius * math.sin(angle):.1f}",
    )


def _draw_outline(number: int, series: Series, radar: Radar) -> Line:
    count = len(radar.axes)
    span = float(radar.high) - float(radar.low)
    points = []
    for i, value in enumerate(series.values):
        if value is None:
            continue
        share = min(max((float(value) - float(radar.low)) / span, 0), 1)
        x, y = _polar(i, count, share)
        title = f"{series.label} · {radar.axes[i]}: {format_number(value)}{radar.unit}"
        points.append(Point(x=x, y=y, text=format_number(value), title=title))
    return Line(
        number=number,
        label=series.label,
        mark=MARKS[number - 1],
        points=points,
        joins=(),
        outline=" ".join(f"{point.x},{point.y}" for point in points),
    )


def _label_axis(index: int, count: int, text: str) -> Label:
    x, y = _polar(index, count, 1, stretch=14)
    offset = float(x) - RADAR_CENTRE[0]
    anchor = "middle" if abs(offset) < 4 else "start" if offset > 0 else "end"
    words = _wrap(text)
    rise = 4.0 - 7.0 * (len(words) - 1)
    # The lowest label grows downwards, the highest upwards, so that neither covers the figure.
    if anchor == "middle" and float(y) > RADAR_CENTRE[1]:
        rise = 8.0
    if anchor == "middle" and float(y) < RADAR_CENTRE[1]:
        rise = -2.0 - 14.0 * (len(words) - 1)
    lines = [(word, f"{float(y) + rise + 14 * i:.1f}") for i, word in enumerate(words)]
    return Label(text=text, x=x, y=y, anchor=anchor, lines=lines)


def _wrap(text: str) -> list[str]:
    """Return the text in one or two lines, cut at the blank nearest to the middle."""
    if len(text) <= 14 or " " not in text:
        return [text]
    blanks = [i for i, sign in enumerate(text) if sign == " "]
    cut = min(blanks, key=lambda i: abs(i - len(text) / 2))
    return [text[:cut], text[cut + 1 :]]


def _describe(series: Sequence[Series], unit: str) -> str:
    """Return "label: first → last" for each series, what a listener needs first."""
    parts = []
    for line in series:
        known = [value for value in line.values if value is not None]
        if known:
            parts.append(
                f"{line.label}: {format_number(known[0])} → {format_number(known[-1])}{unit}"
            )
    return "; ".join(parts)


def _tabulate(names: Sequence[str], series: Sequence[Series]) -> list[tuple[str, Sequence[str]]]:
    return [
        (name, [format_number(line.values[i]) for line in series]) for i, name in enumerate(names)
    ]
