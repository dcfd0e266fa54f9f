"""Forms: an objection in one sentence, a decision with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ObjectionForm(forms.Form):
    """Which criterion, and what is wrong with it."""

    criterion = forms.ChoiceField(label=_("Criterion"), required=False)
    text = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("One sentence is enough, for example which record is missing."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *given: Any, criteria: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        """Offer the criteria of the scheme that scored."""
        super().__init__(*given, **more)
        self.fields["criterion"].choices = [("", _("the whole score")), *criteria]  # type: ignore[attr-defined]


class AppealForm(forms.Form):
    """Why the decision is not right; everything else is known."""

    text = forms.CharField(
        label=_("Why is the decision not right?"),
        help_text=_(
            "One sentence is enough. An appeal is possible once; its decision is the last word."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(forms.Form):
    """Uphold or reject, with the reason everybody concerned will read."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=[("uphold", _("uphold: recompute with today's facts")), ("reject", _("reject"))],
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
