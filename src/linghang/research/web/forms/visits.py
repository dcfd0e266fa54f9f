"""Forms of plans, visits, problems and measures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from linghang.org.enums import Line
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.rectification.enums import Severity, Term
from linghang.rectification.models import Problem
from linghang.research import queries
from linghang.research.enums import VisitForm as Form
from linghang.research.models import Finding, PlannedVisit, Topic
from linghang.research.services import VisitDraft
from linghang.research.services import read_lines as read_findings
from linghang.research.web.forms.topics import day_input, lines_input, read_lines
from linghang.service.models import ServiceVisit
from linghang_core.periods import load_calendar

DAYS = 44  # working days a problem is first given: two months


def propose_day(today: date) -> date:
    """Return the due day a form begins with."""
    return load_calendar().add_working_days(today, DAYS).date


class PlanForm(forms.Form):
    """Whom to hear where, how and by when."""

    units = forms.ModelMultipleChoiceField(
        label=_("Which units?"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    form = forms.ChoiceField(label=_("How?"), choices=Form.choices, widget=forms.RadioSelect)
    due_on = forms.DateField(label=_("By when?"), widget=day_input())
    hear = forms.CharField(
        label=_("Who is to be heard?"),
        max_length=120,
        required=False,
        help_text=_("Roles are enough; no names."),
    )

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = queries.list_units(topic.root, clock.today())
        self.fields["units"].queryset = units  # type: ignore[attr-defined]


class RecordForm(forms.Form):
    """A visit, as it took place; what was planned or recorded elsewhere is filled in."""

    unit = forms.ModelChoiceField(label=_("Unit visited"), queryset=Unit.objects.none())
    occurred_on = forms.DateField(label=_("Day"), widget=day_input())
    form = forms.ChoiceField(
        label=_("How?"), choices=Form.choices, widget=forms.RadioSelect, initial=Form.FORUM
    )
    participants = forms.IntegerField(
        label=_("How many were heard?"),
        min_value=1,
        max_value=9999,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    heard = forms.CharField(
        label=_("Who was heard?"),
        max_length=120,
        required=False,
        help_text=_("Roles are enough; no names."),
    )
    findings = forms.CharField(
        label=_("What was found?"),
        required=False,
        widget=lines_input(6),
        help_text=_("One finding a line. A line may begin with 问题、建议 or 经验 and a colon."),
    )
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    companions = forms.CharField(
        label=_("Colleagues who came along"),
        max_length=200,
        required=False,
        help_text=_("Names, with commas between them."),
    )
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=8000,
        widget=lines_input(4),
        help_text=_("Read by those who work on the topic, not by the unit."),
    )

    def __init__(
        self,
        *args: Any,
        topic: Topic,
        plan: PlannedVisit | None = None,
        service_visit: ServiceVisit | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.topic, self.plan, self.service_visit = topic, plan, service_visit
        units = queries.list_units(topic.root, clock.today())
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        known: dict[str, Any] = {"occurred_on": clock.today()}
        if plan is not None:
            known |= {"unit": plan.unit_id, "form": plan.form, "heard": plan.hear}
        if service_visit is not None:
            known |= {
                "unit": service_visit.team.unit_id,
                "occurred_on": service_visit.occurred_on,
                "place": service_visit.place,
                "form": Form.SITE,
            }
        self.initial = known | self.initial  # type: ignore[operator]

    def clean_companions(self) -> list[Person]:
        """Return the colleagues; refuses a name nobody of the bureau bears."""
        found, unknown = queries.resolve_names(self.topic.root, self.cleaned_data["companions"])
        if unknown:
            raise forms.ValidationError(
                _now("Nobody of the bureau is called %(names)s.") % {"names": "、".join(unknown)}
            )
        return found

    def draft(self, led_by: Person | None) -> VisitDraft:
        """Return what was entered, for the service."""
        values = self.cleaned_data
        names = ("unit", "occurred_on", "form", "participants", "heard", "place", "notes")
        return VisitDraft(
            **{name: values[name] for name in names},
            companions=values["companions"],
            findings=read_findings(values["findings"]),
            led_by=led_by,
            plan=self.plan,
            service_visit=self.service_visit,
        )


class ProblemForm(forms.Form):
    """The problem that findings lead to, and what is to be done about it."""

    findings = forms.ModelMultipleChoiceField(
        label=_("Findings"), queryset=Finding.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(label=_("Problem"), max_length=300, widget=lines_input(3))
    unit = forms.ModelChoiceField(label=_("Responsible unit"), queryset=Unit.objects.none())
    due_on = forms.DateField(label=_("Due"), widget=day_input())
    measures = forms.CharField(
        label=_("Measures"),
        required=False,
        widget=lines_input(4),
        help_text=_("One measure a line."),
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    term = forms.ChoiceField(label=_("How soon?"), choices=Term.choices, initial=Term.TIME_LIMITED)

    def __init__(
        self, *args: Any, topic: Topic, findings: QuerySet[Finding], chosen: Sequence[Finding],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["findings"].queryset = findings  # type: ignore[attr-defined]
        units = queries.list_units(topic.root, clock.today()).filter(line=Line.PARTY)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.initial = {  # type: ignore[operator]
            "findings": [finding.pk for finding in chosen],
            "text": chosen[0].text if chosen else "",
            "unit": chosen[0].visit.branch_id if chosen else None,
            "due_on": propose_day(clock.today()),
        } | self.initial

    def values(self) -> dict[str, Any]:
        """Return what was entered, for the service."""
        values = dict(self.cleaned_data)
        values["findings"] = list(values["findings"])
        values["measures"] = read_lines(values["measures"])
        return values


class MeasureForm(forms.Form):
    """Measures that serve one or several problems of a topic."""

    problems = forms.ModelMultipleChoiceField(
        label=_("For which problems?"),
        queryset=Problem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    texts = forms.CharField(
        label=_("What is to be done?"), widget=lines_input(4), help_text=_("One measure a line.")
    )
    units = forms.ModelMultipleChoiceField(
        label=_("By which units?"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = forms.DateField(label=_("Due"), widget=day_input())

    def __init__(
        self, *args: Any, topic: Topic, problems: QuerySet[Problem], chosen: Sequence[Problem],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["problems"].queryset = problems  # type: ignore[attr-defined]
        units = queries.list_units(topic.root, clock.today()).filter(line=Line.PARTY)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.initial = {  # type: ignore[operator]
            "problems": [problem.pk for problem in chosen],
            "units": sorted({problem.unit_id for problem in chosen}),
            "due_on": min((problem.due_on for problem in chosen), default=None),
        } | self.initial

    def values(self) -> dict[str, Any]:
        """Return what was entered, for the service."""
        values = dict(self.cleaned_data)
        return values | {
            "problems": list(values["problems"]),
            "units": list(values["units"]),
            "texts": read_lines(values["texts"]),
        }
