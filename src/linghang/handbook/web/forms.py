"""Forms of the handbook: a standard asks only for what its check needs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.handbook import mapping, services
from linghang.handbook.enums import PARAMS, Check, Concern, Leader, Param, Rhythm
from linghang.handbook.models import Standard, Template, Version
from linghang.handbook.queries import versions
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import DateInput
from linghang_core.periods import Period, PeriodKind

MONTHS_BACK = 13
KINDS = (
    UnitKind.BRANCH,
    UnitKind.JOINT_BRANCH,
    UnitKind.TEMPORARY_BRANCH,
    UnitKind.GENERAL_BRANCH,
    UnitKind.COMMITTEE,
)


class PeriodForm(forms.Form):
    """Which month, quarter or year is looked at."""

    period = forms.ChoiceField(label=_("Period looked at"), required=False)

    def __init__(self, *args: Any, chosen: Period, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        periods = dict.fromkeys([*list_periods(clock.today()), chosen])
        self.fields["period"].choices = [(str(one), str(one)) for one in periods]
        self.fields["period"].initial = str(chosen)


def list_periods(today: date) -> list[Period]:
    """Return this year and the last, their quarters so far, and the months of a year, latest first."""
    year = Period.containing(today, PeriodKind.YEAR)
    years = [year, year.previous()]
    quarters = [
        quarter
        for one in years
        for quarter in reversed(one.parts(PeriodKind.QUARTER))
        if quarter.first_day <= today
    ]
    months = [Period.containing(today, PeriodKind.MONTH)]
    for _number in range(MONTHS_BACK - 1):
        months.append(months[-1].previous())
    return [*years, *quarters, *months]


class AdoptForm(forms.Form):
    """Which handbook for which bureau."""

    unit = forms.ModelChoiceField(label=_("Party committee"), queryset=Unit.objects.none())
    template = forms.ModelChoiceField(
        label=_("Handbook of a pack"), queryset=Template.objects.none()
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["template"].queryset = versions.list_templates()
        for name in ("unit", "template"):
            known = list(self.fields[name].queryset[:2])
            if len(known) == 1:
                self.fields[name].initial = known[0].pk

    def save(self, actor: Any) -> None:
        """Adopt it."""
        services.adopt_handbook(actor=actor, **self.cleaned_data)


class SeenForm(forms.Form):
    """What every act on a draft sends back: how it stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.fields["seen"].initial = version.seen

    @property
    def sent(self) -> str | None:
        """Return how the draft stood then."""
        return self.cleaned_data["seen"] or None


class StandardForm(SeenForm):
    """A standard, with the fields its check asks for."""

    chapter = forms.CharField(
        label=_("Chapter"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "chapters"}),
        help_text=_("A chapter of the handbook, or the name of a new one."),
    )
    text = forms.CharField(
        label=_("Standard"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    basis = forms.CharField(label=_("Basis"), max_length=200, required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Whom it concerns"),
        choices=[(kind.value, kind.label) for kind in KINDS],
        widget=forms.CheckboxSelectMultiple,
        initial=[UnitKind.BRANCH.value, UnitKind.JOINT_BRANCH.value],
    )
    concern = forms.ChoiceField(label=_("Of these"), choices=Concern, initial=Concern.ANY)
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm, initial=Rhythm.QUARTER)

    def __init__(
        self, *args: Any, check: Check, standard: Standard | None = None, **kwargs: Any
    ) -> None:
        if standard is not None:
            names = ("text", "basis", "kinds", "concern", "rhythm")
            kwargs["initial"] = {name: getattr(standard, name) for name in names}
            kwargs["initial"] |= standard.params
        super().__init__(*args, **kwargs)
        self.check, self.standard = check, standard
        if standard is not None:
            del self.fields["chapter"]
        for param in PARAMS[check]:
            self.fields[str(param)] = make_field(param)

    def save(self, actor: Any) -> None:
        """Add the standard, or change it."""
        values = self.cleaned_data
        draft = services.StandardDraft(
            check=self.check,
            params={str(one): values[str(one)] for one in PARAMS[self.check]},
            **{name: values[name] for name in ("text", "basis", "kinds", "concern", "rhythm")},
        )
        if self.standard is None:
            chapter = values["chapter"]
            services.add_standard(
                version=self.version, chapter=chapter, draft=draft, actor=actor, seen=self.sent
            )
            return
        services.change_standard(standard=self.standard, draft=draft, actor=actor, seen=self.sent)


def make_field(param: Param) -> forms.Field:
    """Return the field that asks for what a check needs."""
    label = param.label
    if param in mapping.LIMITS:
        low, high = mapping.LIMITS[param]
        return forms.IntegerField(label=label, min_value=low, max_value=high)
    if param is Param.WHO:
        return forms.ChoiceField(label=label, choices=Leader.choices)
    if param is Param.KIND:
        return forms.ChoiceField(label=label, choices=list(mapping.list_activity_kinds().items()))
    return forms.ChoiceField(label=label, choices=mapping.list_fact_kinds())


class PublishForm(SeenForm):
    """From which day the draft holds."""

    valid_from = forms.DateField(
        label=_("Holds from"),
        widget=DateInput(),
        help_text=_("Periods that began before keep the generation that held then."),
    )
    note = forms.CharField(
        label=_("What is new in it"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = Period.containing(clock.today(), PeriodKind.YEAR)
        self.fields["valid_from"].initial = year.end

    def save(self, actor: Any) -> None:
        """Publish it."""
        values = {name: self.cleaned_data[name] for name in ("valid_from", "note")}
        services.publish_version(version=self.version, actor=actor, seen=self.sent, **values)


class DiscardForm(SeenForm):
    """Nothing is asked of who throws the draft away."""

    def save(self, actor: Any) -> None:
        """Discard it."""
        services.discard_draft(version=self.version, actor=actor, seen=self.sent)


class DropForm(SeenForm):
    """Nothing is asked of who leaves a standard out."""

    def __init__(self, *args: Any, standard: Standard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standard = standard

    def save(self, actor: Any) -> None:
        """Leave it out."""
        services.drop_standard(standard=self.standard, actor=actor, seen=self.sent)
