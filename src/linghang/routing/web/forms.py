"""Forms of routing: four questions at the front, one or two at each further step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.org.enums import Line, UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.files.api import FilesField
from linghang.routing import queries
from linghang.routing.enums import RUNNING, Urgency
from linghang.routing.models import Case, Category
from linghang.routing.services import CaseDraft


def list_fronts(scope: Scope) -> QuerySet[Unit]:
    """Return the Party units the reader may raise problems for; groups speak through their branch."""
    found = Unit.objects.filter(
        scope.restrict(Permission.RAISE_PROBLEMS), line=Line.PARTY, closed_on=None
    )
    return found.exclude(kind=UnitKind.GROUP).order_by("path")


def find_front(scope: Scope) -> Unit | None:
    """Return the unit a problem arises in when nobody says otherwise: the reader's own branch."""
    homes = [pk for pk, _name, _path in scope.home_units]
    fronts = list_fronts(scope)
    return fronts.filter(pk__in=homes).order_by("-level", "path").first() or fronts.first()


class RaiseForm(forms.Form):
    """What, where, how urgent, what about; who and from where is known."""

    text = forms.CharField(
        label=_("What is the problem?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In your own words: what does not work, for whom, since when."),
    )
    category = forms.ModelChoiceField(
        label=_("What is it about?"),
        queryset=Category.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    urgency = forms.ChoiceField(
        label=_("How urgent is it?"),
        choices=Urgency,
        initial=Urgency.ORDINARY,
        widget=forms.RadioSelect,
    )
    place = forms.ModelChoiceField(
        label=_("Where?"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("nowhere in particular"),
    )
    photos = FilesField(pictures_only=True, label=_("Photo"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.fields["category"].queryset = Category.objects.filter(retired=False)  # type: ignore[attr-defined]
        places = queries.list_places(scope)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]
        own = places.filter(covered_by__party_unit_id__in=[pk for pk, _n, _p in scope.home_units])
        self.fields["place"].initial = own.filter(covered_by__valid_to=None).first()

    def draft(self, front: Unit, person: Person | None) -> CaseDraft:
        """Return what was entered, for the service."""
        values = self.cleaned_data
        return CaseDraft(
            text=values["text"],
            category=values["category"],
            urgency=values["urgency"],
            place=values["place"],
            front=front,
            person=person,
            files=values["photos"],
        )


class SeenForm(forms.Form):
    """What every act sends back: how the case stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class ReasonForm(SeenForm):
    """An act that needs its reason."""

    reason = forms.CharField(
        label=_("Why?"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(SeenForm):
    """What was done."""

    answer = forms.CharField(
        label=_("What was done?"), max_length=400, widget=forms.Textarea(attrs={"rows": 4})
    )


class UnitForm(SeenForm):
    """The unit that is to solve it."""

    unit = forms.ModelChoiceField(label=_("Solving unit"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = queries.list_targets(case)  # type: ignore[attr-defined]


class HandOverForm(UnitForm):
    """Another unit, and why."""

    reason = forms.CharField(
        label=_("Why does it belong there?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        found = self.fields["unit"].queryset.exclude(pk=case.unit_id)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = found  # type: ignore[attr-defined]


class TakeUpForm(SeenForm):
    """Who has it in hand."""

    person = forms.ModelChoiceField(
        label=_("Who has it in hand?"), queryset=Person.objects.none(), required=False
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = people.list_members([case.unit_id or 0], clock.today())[case.unit_id or 0]
        known = Person.objects.filter(pk__in=[person.pk for person in members])
        self.fields["person"].queryset = known.order_by("code")  # type: ignore[attr-defined]
        self.fields["person"].empty_label = _("the unit as a whole")  # type: ignore[attr-defined]


class MergeForm(SeenForm):
    """The like problem that goes on for both."""

    into = forms.ModelChoiceField(
        label=_("Goes on as"), queryset=Case.objects.none(), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, case: Case, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        like = [other.pk for other, _share in queries.find_like(case, most=8)]
        running = queries.list_cases(scope).filter(
            stage__in=RUNNING, front__path__startswith=case.front.root_path, pk__in=like
        )
        field = self.fields["into"]
        field.queryset = running  # type: ignore[attr-defined]
        field.empty_label = None  # type: ignore[attr-defined]
        field.label_from_instance = _describe  # type: ignore[attr-defined]


def _describe(case: Case) -> str:
    where = case.unit.name if case.unit else case.front.name
    return f"{case.number} {case.text} · {case.standing.label} · {where}"
