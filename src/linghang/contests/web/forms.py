"""Forms of contests: a template brings nearly everything; the page asks for what differs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.contests import mapping
from linghang.contests.models import Contest, Template
from linghang.contests.queries.lists import TEAM_KINDS
from linghang.contests.services import ContestDraft
from linghang.org.api import business_prefixes, visible_units
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.ui import charts
from linghang.platform.ui.forms import DateInput


class ContestForm(forms.Form):
    """A contest to be prepared: days, teams, and the points and full value of each rule."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DateInput())
    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=1, max_value=400)
    daily_limit = forms.DecimalField(
        label=gettext_lazy("Most points of a day"),
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
        help_text=gettext_lazy("So that nobody crams: what a day earns beyond it is lost."),
    )
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Teams"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Branches, stations or crews; never persons."),
    )
    prizes = forms.CharField(
        label=gettext_lazy("Prizes"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        scope: Scope,
        root: Unit,
        template: Template | None,
        contest: Contest | None = None,
        **kwargs: Any,
    ) -> None:
        """Offer the units of the bureau, and one pair of fields for each rule."""
        super().__init__(*args, **kwargs)
        self.root, self.template = root, template
        values = template.values if template else {}
        self.document: dict[str, Any] = contest.document if contest else values["rules"]
        units = visible_units(scope, Permission.RUN_EVALUATION).filter(
            kind__in=TEAM_KINDS, closed_on=None
        )
        trees = {root.path, *business_prefixes([root.path], scope.on)}
        condition = [unit.pk for unit in units if any(unit.path.startswith(t) for t in trees)]
        self.fields["units"].queryset = Unit.objects.filter(pk__in=condition).order_by(  # type: ignore[attr-defined]
            "-line", "path"
        )
        if contest is None:
            self.initial.update(
                title=values["title"],
                first_day=clock.today(),
                days=values["days"],
                daily_limit=Decimal(values["daily_limit"]),
                prizes=values["prizes"],
            )
        else:
            self.initial.update(
                title=contest.title,
                first_day=contest.first_day,
                days=contest.days,
                daily_limit=contest.daily_limit,
                prizes=contest.prizes,
                units=[team.unit_id for team in contest.teams.all()],
                seen=contest.seen,
            )
        self.knobs = mapping.list_knobs(self.document)
        for knob in self.knobs:
            self.fields[f"points-{knob.code}"] = forms.DecimalField(
                label=_("most points taken") if knob.is_deduction else _("points"),
                min_value=0,
                max_value=100,
                decimal_places=2,
                initial=charts.format_number(knob.points),
            )
            self.fields[f"target-{knob.code}"] = forms.DecimalField(
                label=_("points for each case") if knob.is_deduction else _("full at"),
                min_value=Decimal("0.01"),
                decimal_places=2,
                initial=charts.format_number(knob.target),
            )

    @property
    def heads(self) -> list[Any]:
        """Return the fields above the rules."""
        return [self[name] for name in ("title", "first_day", "days", "daily_limit", "prizes")]

    @property
    def rules(self) -> list[tuple[mapping.Knob, Any, Any]]:
        """Return each rule with its two fields."""
        return [(k, self[f"points-{k.code}"], self[f"target-{k.code}"]) for k in self.knobs]

    def clean(self) -> dict[str, Any]:
        """Put the rules together, so that a sum other than 100 is said here."""
        values = super().clean() or {}
        if self.errors:
            return values
        knobs = {
            knob.code: (values[f"points-{knob.code}"], values[f"target-{knob.code}"])
            for knob in self.knobs
        }
        try:
            values["document"] = mapping.compose_rules(self.document, values["title"], knobs)
        except mapping.RulesRefused as refusal:
            for reason in refusal.reasons:
                self.add_error(None, reason)
        return values

    def draft(self) -> ContestDraft:
        """Return what the service takes."""
        names = ("title", "document", "first_day", "days", "daily_limit", "prizes")
        return ContestDraft(
            root=self.root,
            template=self.template,
            units=list(self.cleaned_data["units"]),
            **{name: self.cleaned_data[name] for name in names},
        )


class ActForm(forms.Form):
    """An act without questions: only how the contest stood when it was looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class ReasonForm(ActForm):
    """An act with its reason."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Every team reads it."),
    )


class ObjectionForm(forms.Form):
    """Which rule, and what is wrong."""

    criterion = forms.ChoiceField(label=gettext_lazy("Criterion"), required=False)
    text = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        help_text=gettext_lazy("One sentence is enough, for example which record is missing."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *given: Any, criteria: Sequence[tuple[str, str]], **more: Any) -> None:
        """Offer the rules of the contest."""
        super().__init__(*given, **more)
        self.fields["criterion"].choices = [("", _("all points")), *criteria]  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """Uphold or reject, with the reason everybody concerned reads."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            ("uphold", gettext_lazy("uphold: count the team again with today's records")),
            ("reject", gettext_lazy("reject")),
        ],
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
