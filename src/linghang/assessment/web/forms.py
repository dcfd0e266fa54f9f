"""Forms of assessment. Nobody types a total: points of items are asked, the server adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.assessment import access, models, queries, services
from linghang.assessment.enums import RaterKind
from linghang.assessment.models import Item, Mark, Subject
from linghang.assessment.services import RoundDraft, Said
from linghang.ledger.models import Entry
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.platform.files.api import FilesField
from linghang.platform.languages import spoken
from linghang.platform.ui.forms import DateInput
from linghang_core.periods import Period, PeriodKind

CHECKBOXES = forms.CheckboxSelectMultiple
HUNDRED = 100


class RoundForm(forms.Form):
    """For which period, which branches, who assesses, until when; every branch is ticked."""

    period = forms.ChoiceField(label=gettext_lazy("Period"))
    days = forms.IntegerField(
        label=gettext_lazy("Working days to mark"), initial=10, min_value=1, max_value=120
    )
    per_subject = forms.TypedChoiceField(
        label=gettext_lazy("How many of the team mark each branch"),
        coerce=int,
        required=False,
        help_text=gettext_lazy(
            "They take turns, so that each meets each other and strict and kind ones can be compared."
        ),
    )
    team = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Assessment team"),
        queryset=Person.objects.none(),
        widget=CHECKBOXES,
        help_text=gettext_lazy(
            "Experts and supervisors of the bureau. Nobody marks or visits a branch they belong to."
        ),
    )
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Branches in the round"), queryset=Unit.objects.none(), widget=CHECKBOXES
    )

    def __init__(self, *args: Any, root: Unit, form: models.Form, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.root, self.form = root, form
        language = spoken()
        now = Period.containing(clock.today(), PeriodKind(form.period))
        periods = [now.previous(), now]
        self.fields["period"].choices = [(str(p), p.label(language)) for p in periods]  # type: ignore[attr-defined]
        units = queries.list_branches(root)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["units"].initial = [unit.pk for unit in units]
        inspects = RaterKind.INSPECTOR in form.kinds
        if inspects or form.visit:
            team = queries.list_team_to_choose(root)
            self.fields["team"].queryset = team  # type: ignore[attr-defined]
            self.fields["team"].initial = [person.pk for person in team]
        else:
            del self.fields["team"]
        if inspects:
            numbers = [(0, _("all of the team")), (2, "2"), (3, "3")]
            self.fields["per_subject"].choices = numbers  # type: ignore[attr-defined]
        else:
            del self.fields["per_subject"]

    def draft(self) -> RoundDraft:
        """Return what was entered, for the service."""
        values = self.cleaned_data
        return RoundDraft(
            form=self.form,
            root=self.root,
            period=values["period"],
            units=list(values["units"]),
            team=list(values.get("team", ())),
            per_subject=values.get("per_subject") or 0,
            days=values["days"],
        )


class SeenForm(forms.Form):
    """What every act sends back: how the thing stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class ReasonForm(SeenForm):
    """An act with its reason."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MoveForm(ReasonForm):
    """Where a round goes."""

    to = forms.CharField(widget=forms.HiddenInput)


class SheetForm(SeenForm):
    """The marks of one sheet: for each item points, words, a record and files."""

    def __init__(
        self,
        *args: Any,
        items: Sequence[Item],
        lines: Mapping[int, Sequence[Entry]],
        marks: Mapping[int, Mark],
        former: Mapping[int, Mark],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        self.lines = {str(line.pk): line for own in lines.values() for line in own}
        for item in items:
            mark = marks.get(item.pk)
            begun = mark or former.get(item.pk)  # the step before is what one begins with
            self.fields[f"p{item.pk}"] = make_points_field(item, begun.points if begun else None)
            self.fields[f"n{item.pk}"] = forms.CharField(
                label=_("In one sentence"),
                max_length=300,
                required=False,
                initial=mark.note if mark is not None else "",
            )
            if item.facts:
                self.fields[f"e{item.pk}"] = make_line_field(lines.get(item.pk, ()), begun)
            if item.evidence:
                self.fields[f"f{item.pk}"] = FilesField(label=_("Files as evidence"), help_text="")

    def said(self) -> list[Said]:
        """Return the marks as they were entered."""
        values = self.cleaned_data
        return [
            Said(
                item,
                to_hundredths(values[f"p{item.pk}"]),
                values[f"n{item.pk}"],
                self.lines.get(values.get(f"e{item.pk}", "")),
                values.get(f"f{item.pk}") or (),
            )
            for item in self.items
        ]


def make_line_field(lines: Sequence[Entry], begun: Mark | None) -> forms.ChoiceField:
    """Return the field for the record that shows what an item asks."""
    choices = [(str(each.pk), f"{each.occurred_on} {each.title}") for each in lines]
    return forms.ChoiceField(
        label=_("Record as evidence"),
        choices=[("", _("no record chosen")), *choices],
        required=False,
        initial=str(begun.entry_id or "") if begun is not None else "",
    )


def make_points_field(item: Item, points: int | None) -> forms.DecimalField:
    """Return the field for the points of an item, from 0 to full, halves allowed."""
    full = Decimal(item.full) / HUNDRED
    return forms.DecimalField(
        label=_("Points given"),
        min_value=0,
        max_value=full,
        decimal_places=2,
        required=False,
        initial=None if points is None else f"{points / HUNDRED:g}",
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
    )


def to_hundredths(points: Decimal | None) -> int | None:
    """Return points as they are stored; None stays None."""
    return None if points is None else int(points * HUNDRED)


class SlipForm(forms.Form):
    """One paper slip: the points of every item."""

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            field = make_points_field(item, None)
            field.label, field.required = str(item), True
            field.help_text = _("0 to %(full)g points") % {"full": item.full / HUNDRED}
            self.fields[f"p{item.pk}"] = field

    def points(self) -> dict[Item, int]:
        """Return the points by item."""
        return {item: int(self.cleaned_data[f"p{item.pk}"] * HUNDRED) for item in self.items}


class VisitForm(SeenForm):
    """When a branch was visited and by whom."""

    visited_on = forms.DateField(label=gettext_lazy("Supervised on"), widget=DateInput())
    visitors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Visitors"),
        queryset=Person.objects.none(),
        widget=CHECKBOXES,
        help_text=gettext_lazy("At least two of the team."),
    )

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = Person.objects.filter(pk__in=subject.round.team.values("person")).order_by("code")
        homes = services.find_homes(list(team))
        own = [pk for pk, paths in homes.items() if access.belongs_to(paths, subject.unit)]
        team = team.exclude(pk__in=own)  # others visit their branch
        self.fields["visitors"].queryset = team  # type: ignore[attr-defined]
        came = [person.pk for person in subject.visitors.all()]
        self.fields["visitors"].initial = came or [person.pk for person in team]
        self.fields["visited_on"].initial = subject.visited_on or clock.today()


class FindingForm(forms.Form):
    """What was found, and of which item."""

    item = forms.ModelChoiceField(
        label=gettext_lazy("What was looked at"), queryset=Item.objects.none(), empty_label=None
    )
    text = forms.CharField(
        label=gettext_lazy("What was found"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = subject.round.form.items.all()  # type: ignore[attr-defined]


class SignForm(SeenForm):
    """The remark with which the visited branch signs off."""

    remark = forms.CharField(
        label=gettext_lazy("Remark of the branch"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What you see otherwise stands beside the findings."),
    )
