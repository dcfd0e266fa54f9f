"""Tags and filters every template has without loading: icons, numbers, dates, states, charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.models import ModelChoiceIterator
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.platform.calendar import clock
from linghang.platform.ui import charts

register = template.Library()

TONE_ICONS = {
    "ok": "circle-check",
    "warn": "alert-triangle",
    "danger": "alert-circle",
    "info": "clock",
    "neutral": "circle-dashed",
}
MESSAGE_TONES = {"success": "ok", "warning": "warn", "error": "danger"}
TWO_PLACES = Decimal("0.01")
NOTHING = "–"


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """Return an icon of the sprite: size "", "sm" or "lg"; with a label it is read out.

    The names are those of `tools/vendor.py`.
    """
    css = f"lh-icon lh-icon-{size}" if size else "lh-icon"
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"></use></svg>',
        css,
        SafeString(spoken),
        static("lh/vendor/icons.svg"),
        name,
    )


@register.filter
def tone_icon(tone: str) -> str:
    """Return the icon that stands for a tone, so that no state is shown by colour alone."""
    return TONE_ICONS.get(tone, TONE_ICONS["neutral"])


@register.filter
def message_tone(level_tag: str) -> str:
    """Return the tone of a Django message level."""
    return MESSAGE_TONES.get(level_tag, "info")


@register.simple_tag
def state(value: Any) -> SafeString:
    """Return the chip of a state: an enum member with `label`, and maybe `tone` and `icon`."""
    if value is None or value == "":
        return format_html('<span class="lh-muted">{}</span>', NOTHING)
    tone = getattr(value, "tone", "neutral")
    return format_html(
        '<span class="lh-chip lh-tone-{}">{}{}</span>',
        tone,
        icon(getattr(value, "icon", "") or tone_icon(tone), "sm"),
        getattr(value, "label", value),
    )


@register.filter
def points(value: Any) -> str:
    """Return points with always two decimals, rounded half up; a dash for None."""
    number = _to_decimal(value)
    if number is None:
        return NOTHING
    return f"{number.quantize(TWO_PLACES, ROUND_HALF_UP):,.2f}".replace("-", "−")


@register.filter
def hundredths(value: int | None) -> str:
    """Return a quantity kept in hundredths as people write it: 2500 → "25", 150 → "1.5"."""
    return NOTHING if value is None else charts.format_number(Decimal(value) / 100)


@register.filter
def number(value: Any) -> str:
    """Return a number with thousands separators and at most two decimals; a dash for None."""
    return charts.format_number(_to_decimal(value))


@register.filter
def percent(value: Any) -> str:
    """Return a share (1 = all) as "87.5%", at most one decimal; a dash for None."""
    share = _to_decimal(value)
    if share is None:
        return NOTHING
    rounded = (share * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{charts.format_number(rounded)}%"


@register.filter
def dash(value: Any) -> Any:
    """Return the value, or a dash where there is none (None or empty text; 0 stays 0)."""
    return NOTHING if value is None or value == "" else value


@register.filter
def date_short(value: dt.date | None) -> str:
    """Return "11-20" for a date of this year and "2025-11-20" for another; a dash for None."""
    if value is None or value == "":
        return NOTHING
    day = _to_day(value)
    return f"{day:%m-%d}" if day.year == clock.today().year else f"{day:%Y-%m-%d}"


@register.filter
def date_day(value: dt.date | None) -> SafeString | str:
    """Return a `<time>` with the short date, machine-readable and with the long one as title."""
    if value is None or value == "":
        return NOTHING
    day = _to_day(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        f"{day:%Y-%m-%d}",
        date_format(day, "DATE_FORMAT"),
        date_short(value),
    )


@register.filter
def moment(value: dt.datetime | None) -> SafeString | str:
    """Return a `<time>` with date and time to the minute, in local time; a dash for None."""
    if value is None or value == "":
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    text = f"{date_short(local)} {local:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)


@register.filter
def days_left(due: dt.date | None) -> str:
    """Return "3 days late", "today" or "5 days left"; empty for None."""
    if due is None or due == "":
        return ""
    days = (_to_day(due) - clock.today()).days
    if days < 0:
        return ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}
    if days == 0:
        return _("today")
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}


@register.filter
def is_past(due: dt.date | None) -> bool:
    """Return whether a due date lies before today."""
    return due is not None and due != "" and _to_day(due) < clock.today()


@register.simple_tag
def delta(value: Any, unit: str = "", good: str = "up") -> SafeString:
    """Return a change with its sign, green or red by whether `good` is "up" or "down"."""
    change = _to_decimal(value)
    if change is None:
        return SafeString("")
    tone = ""
    if change and good in {"up", "down"}:
        tone = "lh-delta-good" if (change > 0) == (good == "up") else "lh-delta-bad"
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return format_html(
        '<span class="lh-delta {}">{}{}{}</span>',
        tone,
        sign,
        charts.format_number(abs(change)),
        unit,
    )


@register.filter
def masked(value: Any, keep: int = 4) -> SafeString:
    """Return sensitive text with all but the last `keep` signs hidden, and saying so aloud."""
    text = "" if value is None else str(value)
    shown = text[-keep:] if 0 < keep < len(text) else ""
    return format_html(
        '<span class="lh-mask"><span aria-hidden="true">****{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        shown,
        _("hidden, ends with %(end)s") % {"end": shown} if shown else _("hidden"),
    )


@register.simple_tag
def heat_level(value: Any, low: Any = 0, high: Any = 100) -> str:
    """Return the class of a heat cell, `lh-heat-0` … `lh-heat-4`; empty where there is no value."""
    known = _to_decimal(value)
    if known is None:
        return ""
    bottom, top = Decimal(str(low)), Decimal(str(high))
    share = (known - bottom) / (top - bottom) if top > bottom else Decimal(0)
    return f"lh-heat-{min(4, max(0, int(share * 5)))}"


@register.simple_tag
def heat_text(cell: Mapping[str, Any]) -> SafeString:
    """Return the content of a heat cell: its `text` or `value`, and its `mark`, read out."""
    shown = cell.get("text") or charts.format_number(_to_decimal(cell.get("value")))
    if not cell.get("mark"):
        return format_html("{}", shown)
    return format_html(
        '{}<span aria-hidden="true"> ▲</span><span class="visually-hidden"> {}</span>',
        shown,
        cell["mark"],
    )


@register.inclusion_tag("ui/charts/trend.html")
def trend_svg(trend: charts.Trend) -> dict[str, Any]:
    """Draw a `charts.Trend`: lines over periods, end labels, and the numbers in a table."""
    return {"chart": charts.draw_trend(trend)}


@register.inclusion_tag("ui/charts/radar.html")
def radar_svg(radar: charts.Radar) -> dict[str, Any]:
    """Draw a `charts.Radar`, and the numbers in a table."""
    return {"chart": charts.draw_radar(radar)}


@register.inclusion_tag("ui/charts/bars.html")
def bars_svg(bars: charts.Bars) -> dict[str, Any]:
    """Draw `charts.Bars`: how many fall into each class, and the numbers in a table."""
    return {"chart": charts.draw_bars(bars)}


@register.inclusion_tag("ui/charts/sparkline.html")
def sparkline(values: Sequence[charts.Number | None], label: str = "") -> dict[str, Any]:
    """Draw a small line without axis; nothing below two values."""
    drawn = charts.draw_sparkline(values)
    return {"points": drawn, "last": drawn.rsplit(" ", 1)[-1].split(","), "label": label}


@register.simple_tag
def filter_control(field: BoundField) -> SafeString:
    """Return a field of a filter bar: its label inside the control where that is possible.

    A choice names itself in its empty option ("Unit: all"), a text field in its placeholder; others
    keep a visible label.
    """
    widget = field.field.widget
    if widget.is_hidden:
        return SafeString(field.as_widget())
    if isinstance(widget, forms.Select) and not isinstance(widget, forms.SelectMultiple):
        if hasattr(field.field, "empty_label"):
            field.field.empty_label = _("%(label)s: all") % {"label": field.label}
            _name_empty_choice(widget, field.field.empty_label)
        return format_html("{}{}", _hidden_label(field), field.as_widget())
    if getattr(widget, "input_type", "") in {"text", "search"}:
        shown = field.as_widget(attrs={"placeholder": str(field.label), "autocomplete": "off"})
        return format_html(
            '<div class="lh-filter-text">{}{}{}</div>', icon("search"), _hidden_label(field), shown
        )
    return format_html(
        '<span class="lh-filter-inline"><label for="{}">{}</label>{}</span>',
        field.id_for_label,
        field.label,
        field.as_widget(),
    )


def _name_empty_choice(widget: forms.Select, label: str) -> None:
    """Fixed choices were listed when the form was made, so their empty option is named here."""
    if isinstance(widget.choices, ModelChoiceIterator):
        return  # asks the field when it is rendered
    widget.choices = [(key, label if key == "" else text) for key, text in widget.choices]


@register.filter
def is_single_checkbox(field: BoundField) -> bool:
    """Return whether the field is one checkbox, whose label stands behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def fieldsets(form: forms.BaseForm) -> list[tuple[str, list[BoundField]]]:
    """Return the visible fields in groups (heading, fields).

    A form may declare `fieldsets = ((heading, ("field", …)), …)`; fields it does not name come
    last, under no heading.
    """
    groups = []
    named: set[str] = set()
    for heading, names in getattr(form, "fieldsets", ()):
        named.update(names)
        groups.append((heading, [form[name] for name in names if name in form.fields]))
    rest = [field for field in form.visible_fields() if field.name not in named]
    return [*groups, ("", rest)] if rest else groups


def _hidden_label(field: BoundField) -> SafeString:
    return format_html(
        '<label class="visually-hidden" for="{}">{}</label>', field.id_for_label, field.label
    )


def _to_decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None


def _to_day(value: dt.date) -> dt.date:
    if isinstance(value, dt.datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value
