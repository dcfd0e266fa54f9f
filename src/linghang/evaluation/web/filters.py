"""The filter bar over results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.evaluation.models import Score
from linghang.evaluation.queries import scores as score_queries


class ResultForm(forms.Form):
    """Peer group, band, part of a name."""

    text = forms.CharField(label=_("Name"), required=False)
    group = forms.ChoiceField(label=_("Peer group"), required=False)
    band = forms.ChoiceField(label=_("Band"), required=False)


class ResultFilter:
    """The results a reader asked for; choices come from the scheme."""

    def __init__(
        self,
        params: Mapping[str, str],
        scores: QuerySet[Score],
        groups: Sequence[tuple[str, str]],
        bands: Sequence[tuple[str, str]],
    ) -> None:
        self.form = ResultForm(params)
        self.form.fields["group"].choices = [("", _("Peer group: all")), *groups]  # type: ignore[attr-defined]
        self.form.fields["band"].choices = [  # type: ignore[attr-defined]
            ("", _("Band: all")),
            *bands,
            ("none", _("not rated")),
        ]
        self._scores = scores

    @property
    def qs(self) -> QuerySet[Score]:
        """Return the filtered scores; a value nobody offered filters nothing."""
        if not self.form.is_valid():
            return self._scores
        return score_queries.filter_results(self._scores, **self.form.cleaned_data)
