"""Forms of dues: a whole branch on one page, and only what the system cannot compute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.dues import queries
from linghang.dues.enums import ExtraKind, Payer, ReliefKind
from linghang.dues.models import Payment
from linghang.dues.queries import Cell, Line, Terms
from linghang.dues.services import BaseDraft, ExtraDraft, PaidDraft, ReliefDraft
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.platform.files.api import FilesField
from linghang.platform.ui.forms import DateInput


class MonthField(forms.DateField):
    """A month, kept as its first day."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m", attrs={"type": "month", "placeholder": "2026-01"})
        super().__init__(widget=widget, input_formats=["%Y-%m"], **kwargs)


class YuanField(forms.DecimalField):
    """An amount in yuan, exact to the cent."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", Decimal(0))
        super().__init__(max_digits=10, decimal_places=2, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "step": "0.01"})


def to_cents(yuan: Decimal) -> int:
    """Return an amount in cents."""
    return int(yuan * 100)


@dataclass(frozen=True)
class Row:
    """A member's line of a page for the whole branch: who, what stands, and the fields."""

    person: Person
    cell: Cell | None
    fields: dict[str, BoundField]

    @property
    def errors(self) -> list[str]:
        """Return what is wrong in the line."""
        return [str(error) for one in self.fields.values() for error in one.errors]


class BasesForm(forms.Form):
    """What each member of the branch pays on, from which month."""

    month = MonthField(
        label=_("Valid from"),
        help_text=_("Only lines that differ from what is in force are written."),
    )
    reason = forms.CharField(
        label=_("Why is it corrected?"),
        required=False,
        max_length=300,
        help_text=_("Asked only where a base entered for this very month is replaced."),
    )

    def __init__(self, *args: Any, people: Sequence[Person], terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.terms = people, terms
        today = queries.first_of(clock.today())
        self.fields["month"].initial = today
        for person in people:
            base = terms.find_base(person.pk, today)
            payer = forms.ChoiceField(choices=Payer, initial=base.payer if base else Payer.EMPLOYED)
            payer.widget.attrs["aria-label"] = gettext("%(name)s: table") % {"name": person.name}
            amount = YuanField(required=False, initial=base.yuan if base else None)
            amount.widget.attrs["aria-label"] = gettext("%(name)s: monthly base in yuan") % {
                "name": person.name
            }
            self.fields[f"payer_{person.pk}"] = payer
            self.fields[f"base_{person.pk}"] = amount

    def rows(self) -> Iterator[Row]:
        """Yield a line for each member."""
        for person in self.people:
            names = {"payer": f"payer_{person.pk}", "base": f"base_{person.pk}"}
            yield Row(person, None, {key: self[name] for key, name in names.items()})

    def shared(self) -> list[BoundField]:
        """Return the fields that stand once."""
        return [self["month"], self["reason"]]

    def drafts(self) -> list[BaseDraft]:
        """Return the lines that say something: an empty base is none yet."""
        values = self.cleaned_data
        found = []
        for person in self.people:
            payer, amount = values[f"payer_{person.pk}"], values[f"base_{person.pk}"]
            if amount is not None or payer == Payer.WITHOUT_INCOME:
                found.append(BaseDraft(person, payer, amount))
        return found


class MonthForm(forms.Form):
    """Everybody paid on one day, with exceptions by line."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    paid_on = forms.DateField(
        label=_("Paid on"),
        widget=DateInput(),
        help_text=_("For everybody ticked below; another day or amount is entered in the line."),
    )
    proof = FilesField(label=_("Proof"))

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = clock.today()
        self.lines = lines
        for line in lines:
            pk, name = line.person.pk, {"name": line.person.name}
            fields = {
                "paid": forms.BooleanField(required=False, initial=True),
                "day": forms.DateField(required=False, widget=DateInput()),
                "amount": YuanField(required=False),
                "note": forms.CharField(required=False, max_length=200),
            }
            labels = {
                "paid": gettext("%(name)s has paid") % name,
                "day": gettext("%(name)s: another day") % name,
                "amount": gettext("%(name)s: another amount") % name,
                "note": gettext("%(name)s: why another amount") % name,
            }
            for key, field in fields.items():
                field.label = labels[key]
                field.widget.attrs["aria-label"] = labels[key]
                self.fields[f"{key}_{pk}"] = field

    def rows(self) -> Iterator[Row]:
        """Yield a line for each member who has not paid yet."""
        for line in self.lines:
            pk = line.person.pk
            fields = {key: self[f"{key}_{pk}"] for key in ("paid", "day", "amount", "note")}
            yield Row(line.person, line.cells[0], fields)

    def shared(self) -> list[BoundField]:
        """Return the fields that stand once."""
        return [self["paid_on"], self["proof"]]

    def drafts(self) -> list[PaidDraft]:
        """Return who paid."""
        values = self.cleaned_data
        return [
            PaidDraft(
                person=line.person,
                paid_on=values[f"day_{line.person.pk}"] or values["paid_on"],
                cents=None if amount is None else to_cents(amount),
                note=values[f"note_{line.person.pk}"],
            )
            for line in self.lines
            if values[f"paid_{line.person.pk}"]
            for amount in [values[f"amount_{line.person.pk}"]]
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a page on which nobody paid."""
        values = super().clean() or {}
        if not any(values.get(f"paid_{line.person.pk}") for line in self.lines):
            raise ValidationError(_("Tick who has paid."))
        return values


class WhyForm(forms.Form):
    """An act that needs its reason."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class CorrectForm(WhyForm):
    """What was really paid, or nothing."""

    amount = YuanField(
        label=_("Amount in yuan"),
        required=False,
        help_text=_("Empty: nothing was paid, the payment is taken back."),
    )
    paid_on = forms.DateField(label=_("Paid on"), widget=DateInput())
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    field_order = ("seen", "amount", "paid_on", "note", "reason")

    def __init__(self, *args: Any, payment: Payment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = Decimal(payment.cents) / 100
        self.fields["paid_on"].initial = payment.paid_on
        self.fields["note"].initial = payment.note


class PersonForm(forms.Form):
    """A form about one member of the branch."""

    person = forms.ModelChoiceField(label=_("Member"), queryset=Person.objects.none())

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        members = queries.list_payers(unit, queries.first_of(today), today)
        known = Person.objects.filter(pk__in=[person.pk for person in members])
        self.fields["person"].queryset = known.order_by("code")  # type: ignore[attr-defined]


class ExtraForm(PersonForm):
    """Special or large dues."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ExtraKind, widget=forms.RadioSelect)
    amount = YuanField(label=_("Amount in yuan"), min_value=Decimal("0.01"))
    paid_on = forms.DateField(label=_("Paid on"), widget=DateInput())
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def draft(self) -> ExtraDraft:
        """Return what was entered, for the service."""
        values = self.cleaned_data
        return ExtraDraft(
            person=values["person"],
            kind=values["kind"],
            cents=to_cents(values["amount"]),
            paid_on=values["paid_on"],
            note=values["note"],
        )


class ReliefForm(PersonForm):
    """Who pays less, from when to when, as who decided."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ReliefKind, widget=forms.RadioSelect)
    amount = YuanField(
        label=_("Paid a month instead, in yuan"),
        required=False,
        help_text=_("Only where less is paid."),
    )
    first = MonthField(label=_("First month"))
    last = MonthField(label=_("Last month"))
    decided_by = forms.CharField(
        label=_("Decided by"),
        max_length=100,
        help_text=_("The branch discusses it, the superior committee decides."),
    )
    decided_on = forms.DateField(label=_("Decided on"), widget=DateInput())
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept encrypted; only who keeps the dues reads it."),
    )

    def draft(self) -> ReliefDraft:
        """Return what was entered, for the service."""
        values = self.cleaned_data
        return ReliefDraft(
            person=values["person"],
            kind=values["kind"],
            first=values["first"],
            last=values["last"],
            decided_by=values["decided_by"],
            decided_on=values["decided_on"],
            reason=values["reason"],
            cents=to_cents(values["amount"] or Decimal(0)),
        )
