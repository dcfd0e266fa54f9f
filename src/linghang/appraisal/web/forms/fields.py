"""What the forms of an appraisal share: fields, where a refusal stands, the form of an act."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from django import forms

from linghang.appraisal import queries
from linghang.appraisal.models import Appraisal, Participant
from linghang.people.models import Person


def number_field(label: Any, **kwargs: Any) -> forms.IntegerField:
    """Return a field for a count of people or papers."""
    return forms.IntegerField(label=label, min_value=0, max_value=5000, **kwargs)


def text_field(label: Any, *, required: bool = True, **kwargs: Any) -> forms.CharField:
    """Return a field for a few sentences."""
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=2000, widget=area, required=required, **kwargs)


def people_field(label: Any, people: Iterable[Person], **kwargs: Any) -> Any:
    """Return checkboxes of the people, by name."""
    known = Person.objects.filter(pk__in=[person.pk for person in people]).order_by("code")
    return forms.ModelMultipleChoiceField(
        label=label,
        queryset=known,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        **kwargs,
    )


class DeedForm(forms.Form):
    """What every act sends back: how the appraisal stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, appraisal: Appraisal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appraisal = appraisal
        self.fields["seen"].initial = appraisal.seen
        self.parts = queries.list_participants(appraisal)
        self.prepare()

    def prepare(self) -> None:
        """Add the fields that depend on the appraisal."""

    def advise(self) -> str:
        """Return what stands above the form."""
        return ""

    @abstractmethod  # each act has its form; the forms' own metaclass does not check it
    def act(self, actor: Any) -> None:
        """Do the act with what was entered."""

    def call(self, service: Any, actor: Any, **values: Any) -> None:
        """Call the service with the appraisal as it was seen."""
        service(
            appraisal=self.appraisal, actor=actor, seen=self.cleaned_data["seen"] or None, **values
        )

    def offer(self, field: str, parts: Iterable[Participant]) -> None:
        """Let a choice of one person offer the people of these parts."""
        choice: Any = self.fields[field]
        choice.queryset = Person.objects.filter(pk__in=[p.person_id for p in parts]).order_by(
            "code"
        )
