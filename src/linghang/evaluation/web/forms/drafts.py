"""Forms of a scheme's draft: its head, a dimension, the whole as text, a reason."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.evaluation.enums import PERIOD_WORDS
from linghang.evaluation.mapping import documents
from linghang.evaluation.mapping.criteria import AS_WRITTEN
from linghang.org.enums import UnitKind

UNIT_KINDS = (UnitKind.BRANCH, UnitKind.JOINT_BRANCH, UnitKind.GENERAL_BRANCH, UnitKind.GROUP)
GROUPINGS = ("one", "line", "size", AS_WRITTEN)


class PointsField(forms.DecimalField):
    """Points: a number with at most two decimals, given back as a scheme writes it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=8, decimal_places=2, **more)

    def clean(self, value: Any) -> Any:
        """Return the text of the number; empty for none."""
        found = super().clean(value)
        return "" if found is None else documents.format_points(found)


class NumberField(forms.DecimalField):
    """A number of a score function, given back as a scheme writes it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=15, decimal_places=6, **more)

    def clean(self, value: Any) -> Any:
        """Return the text of the number; empty for none."""
        found = super().clean(value)
        return "" if found is None else documents.format_points(found)


class HeadForm(forms.Form):
    """What a scheme says of itself: whom it rates, over which period, from which base."""

    title_zh = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(
        label=_("Title in English"),
        help_text=_("The Chinese title unless given."),
        max_length=120,
        required=False,
    )
    note_zh = forms.CharField(
        label=_("In short, for those rated"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    subject = forms.ChoiceField(
        label=_("Who is rated"),
        choices=[("unit", _("Party units")), ("person", _("Party members"))],
        widget=forms.RadioSelect,
    )
    unit_kinds = forms.MultipleChoiceField(
        label=_("Which units"),
        help_text=_("Of one level only: a unit would count in its parent too."),
        choices=[(kind.value, kind.label) for kind in UNIT_KINDS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    period = forms.ChoiceField(
        label=_("Period"),
        choices=[(code, PERIOD_WORDS[code]) for code in ("month", "quarter", "year")],
        widget=forms.RadioSelect,
    )
    base = PointsField(label=_("Base"), min_value=1)
    bonus_cap = PointsField(label=_("Bonus at most"), min_value=0, required=False)
    deduction_floor = PointsField(
        label=_("Deductions at most"),
        help_text=_("As a negative number, for example -15."),
        max_value=0,
        required=False,
    )
    minimum = PointsField(label=_("Least total"))
    maximum = PointsField(label=_("Greatest total"))
    members = forms.IntegerField(
        label=_("Members at least"), help_text=_("Smaller units are not rated."), min_value=0
    )
    months = forms.IntegerField(
        label=_("Months of existence at least"),
        help_text=_("Younger ones are not rated."),
        min_value=0,
    )
    grouping = forms.ChoiceField(label=_("Peer groups"), widget=forms.RadioSelect)
    bands = forms.CharField(
        label=_("Bands"),
        help_text=_("One line for each, the best first: its name and from which total it begins."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    fieldsets = (
        (_("Name and nature"), ("title_zh", "title_en", "note_zh")),
        (_("Whom it rates"), ("subject", "unit_kinds", "members", "months", "grouping")),
        (
            _("How the total comes about"),
            ("period", "base", "bonus_cap", "deduction_floor", "minimum", "maximum", "bands"),
        ),
    )

    def __init__(self, *given: Any, grouping: str = "one", **more: Any) -> None:
        """Offer to keep peer groups a form cannot express."""
        super().__init__(*given, **more)
        words = {
            "one": _("all in one group"),
            "line": _("stations and crews apart from departments"),
            "size": _("small branches apart from large ones"),
            AS_WRITTEN: _("as the text of the scheme has them"),
        }
        self.fields["grouping"].choices = [  # type: ignore[attr-defined]
            (code, words[code])
            for code in GROUPINGS
            if code != AS_WRITTEN or grouping == AS_WRITTEN
        ]

    def clean_bands(self) -> list[tuple[str, str]]:
        """Return the lines as (name, from)."""
        found = []
        for line in self.cleaned_data["bands"].splitlines():
            parts = line.replace("：", " ").replace(":", " ").split()
            if not parts:
                continue
            number = parts[-1]
            if len(parts) < 2 or not re.fullmatch(r"-?\d{1,4}(\.\d{1,2})?", number):
                raise forms.ValidationError(
                    gettext("“%(line)s”: write a name and a number, for example 优秀 90.")
                    % {"line": line}
                )
            found.append((" ".join(parts[:-1]), number))
        return found


class DimensionForm(forms.Form):
    """A group of criteria."""

    title_zh = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(
        label=_("Title in English"),
        help_text=_("The Chinese title unless given."),
        max_length=120,
        required=False,
    )


class YamlForm(forms.Form):
    """The whole scheme as text."""

    text = forms.CharField(
        label=_("Scheme"),
        widget=forms.Textarea(attrs={"rows": 32, "spellcheck": "false", "class": "lh-code"}),
        strip=False,
    )


class ReasonForm(forms.Form):
    """The reason of a decision."""

    reason = forms.CharField(
        label=_("Reason for the decision"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
