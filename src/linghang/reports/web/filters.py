"""The filter bar over documents."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.platform.languages import spoken
from linghang.reports import queries
from linghang.reports.enums import DocumentKind
from linghang.reports.models import Document
from linghang_core.periods import Period


class DocumentForm(forms.Form):
    """Kind and period."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)


class DocumentFilter:
    """The documents a reader asked for; the periods offered are those there are."""

    def __init__(self, params: Mapping[str, str], documents: QuerySet[Document]) -> None:
        self.form = DocumentForm(params)
        language = spoken()
        self.form.fields["kind"].choices = [("", _("Kind: all")), *DocumentKind.choices]  # type: ignore[attr-defined]
        self.form.fields["period"].choices = [  # type: ignore[attr-defined]
            ("", _("Period: all")),
            *(
                (code, Period.parse(code).label(language))
                for code in queries.list_periods(documents)
            ),
        ]
        self._documents = documents

    @property
    def qs(self) -> QuerySet[Document]:
        """Return the filtered documents; a value nobody offered filters nothing."""
        if not self.form.is_valid():
            return self._documents
        return queries.filter_documents(self._documents, **self.form.cleaned_data)
