"""Forms of special actions and commitments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.campaigns.enums import Mark, Measure
from linghang.campaigns.models import Campaign
from linghang.campaigns.services import GoalDraft
from linghang.ledger import api as ledger
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.rectification import api as rectification
from linghang.rectification.models import ProblemBook
from linghang.worklists import api as worklists
from linghang.worklists.models import Worklist

TWO_LINES = {"rows": 2}
HUNDRED = 100
MOST_GOALS = 6


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def editable_units(scope: Scope) -> Any:
    """Return the open units whose records the reader may enter, in the order of the tree."""
    found = Unit.objects.filter(
        scope.restrict(Permission.EDIT_RECORDS), closed_on=None, line="party"
    )
    return found.exclude(kind=UnitKind.GROUP).order_by("path")


def list_kinds() -> list[tuple[str, str]]:
    """Return the kinds of records a special action may gather."""
    kinds = ledger.list_kinds()
    wanted = ("activity.", "record.", "service")
    return [
        (code, str(kind.title))
        for code, kind in kinds.items()
        if code.startswith(wanted) and not kind.sensitive
    ]


class CampaignForm(forms.Form):
    """A new special action, or a change of what it gathers."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    aim = forms.CharField(
        label=gettext_lazy("Aim"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs=TWO_LINES),
    )
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=day_input())
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=day_input())
    lists = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Lists"), queryset=Worklist.objects.none(), required=False
    )
    books = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Lists of problems"), queryset=ProblemBook.objects.none(), required=False
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Records that belong"),
        required=False,
        help_text=gettext_lazy("They are counted from the ledger; nobody reports them again."),
    )
    words = forms.CharField(
        label=gettext_lazy("Only with one of these words"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Separated by spaces; left empty, every record of these kinds."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lists"].queryset = worklists.list_lists(scope)  # type: ignore[attr-defined]
        self.fields["books"].queryset = rectification.list_books(scope)  # type: ignore[attr-defined]
        self.fields["kinds"].choices = list_kinds()  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = clock.today()
        self._unseen: dict[str, list[Any]] = {}

    def note_version(self, campaign: Campaign) -> None:
        """Send along which version the reader sees, so that a change made meanwhile is told."""
        self.fields["seen"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=campaign.version, required=False
        )

    def keep_unseen(self, campaign: Campaign) -> None:
        """Keep lists and books the reader may not see: a change takes nothing away unseen."""
        for name in ("lists", "books"):
            offered = self.fields[name].queryset  # type: ignore[attr-defined]
            chosen = getattr(campaign, name).exclude(pk__in=offered.values("pk"))
            self._unseen[name] = list(chosen)

    def clean(self) -> dict[str, Any]:
        """Add what is kept unseen."""
        cleaned = super().clean() or {}
        for name, kept in self._unseen.items():
            cleaned[name] = [*cleaned.get(name, ()), *kept]
        return cleaned


class GoalForm(forms.Form):
    """One goal; a row without a title is none."""

    title = forms.CharField(label=gettext_lazy("Goal"), max_length=80, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Counted from"), required=False)
    measure = forms.ChoiceField(
        label=gettext_lazy("What is counted of them"),
        choices=Measure.choices,
        initial=Measure.TIMES,
        required=False,
    )
    target = forms.DecimalField(
        label=gettext_lazy("Target"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    at_most = forms.BooleanField(label=gettext_lazy("At most: not to be exceeded"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", ""), *list_kinds()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for kind and target where a goal is named, and for a name where they stand alone."""
        cleaned = super().clean() or {}
        if cleaned.get("title"):
            for name in ("kind", "target"):
                if cleaned.get(name) in {None, ""} and name not in self.errors:
                    self.add_error(name, _("A goal needs what it is counted in, and a target."))
        elif cleaned.get("kind") or cleaned.get("target"):
            self.add_error("title", _("Name the goal."))
        return cleaned


class BaseGoalFormSet(forms.BaseFormSet):
    """The goals of a special action, one row each; those it has may be dropped."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """Name the box that drops a goal."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Drop this goal")

    def list_drafts(self) -> list[GoalDraft]:
        """Return the goals that have a title."""
        return [
            GoalDraft(
                title=row["title"],
                kind=row["kind"],
                target=int(row["target"] * HUNDRED),
                at_most=row["at_most"],
                measure=row["measure"] or Measure.TIMES,
            )
            for row in self.cleaned_data
            if row.get("title") and not row.get("DELETE")
        ]


GoalFormSet = forms.formset_factory(
    GoalForm,
    formset=BaseGoalFormSet,
    extra=2,
    max_num=MOST_GOALS,
    validate_max=True,
    can_delete=True,
    can_delete_extra=False,
)


class CloseForm(forms.Form):
    """The end of a special action."""

    summary = forms.CharField(
        label=gettext_lazy("Summary of what came of it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CommitmentForm(forms.Form):
    """A promise to people."""

    title = forms.CharField(label=gettext_lazy("Commitment"), max_length=120)
    promise = forms.CharField(
        label=gettext_lazy("What is promised"),
        max_length=400,
        widget=forms.Textarea(attrs=TWO_LINES),
    )
    beneficiaries = forms.CharField(label=gettext_lazy("For whom"), max_length=120)
    expected = forms.IntegerField(
        label=gettext_lazy("How many people"), min_value=1, required=False
    )
    unit = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=Unit.objects.none())
    leader_name = forms.CharField(
        label=gettext_lazy("Responsible person"), max_length=60, required=False
    )
    due_on = forms.DateField(label=gettext_lazy("To be done by"), widget=day_input())
    is_public = forms.BooleanField(
        label=gettext_lazy("Shown to everybody, with an address to answer at"), required=False
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = editable_units(scope)
        own = {pk for pk, _name, _path in scope.home_units}
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].initial = next((u.pk for u in units if u.pk in own), None)

    def find_leader(self) -> Person | None:
        """Return the person the name means in the unit; None for a name nobody there bears."""
        name = self.cleaned_data["leader_name"]
        if not name:
            return None
        unit = self.cleaned_data["unit"]
        return people.find_by_name_in_unit(unit.pk, [name], clock.today())[name]


class WithdrawForm(forms.Form):
    """Why a commitment is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is withdrawn"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The public page says that it was withdrawn, and when; the reason stands here only."
        ),
    )


class CarryForm(forms.Form):
    """The same promise for a later year."""

    due_on = forms.DateField(label=gettext_lazy("To be done by"), widget=day_input())
    expected = forms.IntegerField(
        label=gettext_lazy("How many people"), min_value=1, required=False
    )


class StepForm(forms.Form):
    """Progress, reported once."""

    on = forms.DateField(label=gettext_lazy("On"), widget=day_input())
    text = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=300,
        widget=forms.Textarea(attrs=TWO_LINES),
    )
    people = forms.IntegerField(
        label=gettext_lazy("People reached"), min_value=0, initial=0, required=False
    )
    same_people = forms.BooleanField(
        label=gettext_lazy("The same people as before; do not count them again"), required=False
    )
    kept = forms.BooleanField(
        label=gettext_lazy("With this the commitment is kept"), required=False
    )


class AnswerForm(forms.Form):
    """What somebody who benefits says. `website` is a field people do not see: robots fill it."""

    mark = forms.TypedChoiceField(
        label=gettext_lazy("Are you satisfied?"),
        choices=Mark.choices,
        coerce=int,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("What could be better?"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs=TWO_LINES),
        help_text=gettext_lazy("Please do not write names or telephone numbers."),
    )
    website = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
