"""Filters of the lists of jobs and of the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.platform.audit.models import Entry
from linghang.platform.tasks.models import Job, JobState
from linghang.portal.enums import JOB_WORDS, name_verb
from linghang.portal.queries import trail


class JobForm(forms.Form):
    """By state and by kind."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("State: all")), *JobState.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("Kind: all")), *JOB_WORDS.items()]
    )


class JobFilter:
    """The jobs asked for; a value nobody offered filters nothing."""

    def __init__(self, params: Any, jobs: QuerySet[Job]) -> None:
        self.form = JobForm(params)
        self._jobs = jobs

    @property
    def qs(self) -> QuerySet[Job]:
        """Return the filtered jobs."""
        self.form.is_valid()
        wanted = {name: value for name, value in self.form.cleaned_data.items() if value}
        return self._jobs.filter(**wanted)


class AuditForm(forms.Form):
    """By act, words in who or what, and days."""

    q = forms.CharField(label=_("Who, what or why"), required=False)
    verb = forms.ChoiceField(label=_("Act"), required=False)
    start = forms.DateField(
        label=_("from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("to"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: Any, verbs: Sequence[str]) -> None:
        super().__init__(data)
        self.fields["verb"].choices = [  # type: ignore[attr-defined]
            ("", _("Act: all")),
            *sorted(((verb, name_verb(verb)) for verb in verbs), key=lambda pair: pair[1]),
        ]


class AuditFilter:
    """The acts asked for; a value nobody offered filters nothing."""

    def __init__(self, params: Any, entries: QuerySet[Entry], verbs: Sequence[str]) -> None:
        self.form = AuditForm(params, verbs)
        self._entries = entries

    @property
    def qs(self) -> QuerySet[Entry]:
        """Return the filtered acts."""
        self.form.is_valid()
        given = self.form.cleaned_data
        return trail.filter_acts(
            self._entries,
            verb=given.get("verb", ""),
            words=given.get("q", "").strip(),
            start=given.get("start"),
            until=given.get("until"),
        )
