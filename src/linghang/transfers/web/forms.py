"""Forms of transfers and absences: each act asks for what its rules judge; what is known is not asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.org.models import Unit
from linghang.people.enums import MemberKind
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.acts import explain
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import DateInput
from linghang.transfers import queries, services
from linghang.transfers.enums import AwayDeed, Cause, Deed, Purpose, Way
from linghang.transfers.models import Away, Transfer
from linghang.transfers.services import AwayDraft, LetterDraft, LostDraft, OutDraft
from linghang_core.regulations import load_rules


class MonthField(forms.DateField):
    """A month, kept as its first day."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m", attrs={"type": "month", "placeholder": "2026-01"})
        super().__init__(widget=widget, input_formats=["%Y-%m"], **kwargs)


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """Return a field for a day; today unless told."""
    kwargs.setdefault("initial", clock.today)
    return forms.DateField(label=label, widget=DateInput(), **kwargs)


def text_field(label: Any, **kwargs: Any) -> forms.CharField:
    """Return a field for some sentences."""
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=400, widget=widget, **kwargs)


def reason_field(help_text: Any) -> forms.CharField:
    """Return the field for the reason a general rule asks for."""
    return text_field(_("Reason"), required=False, help_text=help_text)


class MemberField(forms.ModelChoiceField):
    """A member of the branches the reader keeps, with the branch where there are several."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Member"), queryset=Person.objects.none(), **kwargs)
        self.homes: dict[int, Unit] = {}

    def fill(self, scope: Scope) -> None:
        """Offer the members of the reader's branches who are not being transferred."""
        units = list(queries.list_branches(scope, Permission.EDIT_RECORDS))
        self.homes = {person.pk: unit for unit, person in queries.list_free(units, clock.today())}
        self.several = len(units) > 1
        self.queryset = Person.objects.filter(pk__in=list(self.homes)).order_by("code")

    def label_from_instance(self, obj: Person) -> str:
        """Return the name, with the branch where the reader keeps several."""
        return f"{obj.name}（{self.homes[obj.pk].name}）" if self.several else obj.name


class MemberForm(forms.Form):
    """What begins with a member of the reader's branches."""

    person = MemberField()

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.fields["person"].fill(scope)  # type: ignore[attr-defined]

    @property
    def unit(self) -> Unit:
        """Return the branch of the chosen member."""
        homes = self.fields["person"].homes  # type: ignore[attr-defined]
        found: Unit = homes[self.cleaned_data["person"].pk]
        return found


class OutForm(MemberForm):
    """Who goes where and what for."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose)
    to_unit = forms.ModelChoiceField(
        label=_("Receiving branch of the company"), queryset=Unit.objects.none(), required=False
    )
    other = forms.CharField(
        label=_("Or the organisation outside, in full"),
        max_length=120,
        required=False,
        help_text=_("The Party organisation the letter is addressed to, as on its seal."),
    )
    paid_until = MonthField(
        label=_("Dues paid until"),
        required=False,
        help_text=_("Only where no dues of the member are kept here; else it is read."),
    )
    reason = reason_field(_("Only where dues are open."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_unit"].queryset = queries.list_goals(self.scope)  # type: ignore[attr-defined]

    def act(self, actor: Any) -> Transfer:
        """Open the transfer."""
        return services.open_transfer(
            unit=self.unit, draft=OutDraft(**self.cleaned_data), actor=actor
        )


class LetterForm(forms.Form):
    """What a letter from outside says; sex and birthday follow from the identity number."""

    unit = forms.ModelChoiceField(label=_("Receiving branch"), queryset=Unit.objects.none())
    name = forms.CharField(label=_("Full name"), max_length=60)
    identity_number = forms.CharField(
        label=_("Identity number"),
        max_length=30,
        help_text=_("Whoever was here before is found by it and used again."),
    )
    member_kind = forms.ChoiceField(
        label=_("Kind"), choices=[one for one in MemberKind.choices if one[0] != MemberKind.NONE]
    )
    joined_on = day_field(_("Joined on"), initial=None)
    full_on = day_field(_("Full member since"), initial=None, required=False)
    other = forms.CharField(label=_("Organisation that issued the letter"), max_length=120)
    number = forms.CharField(label=_("Number of the letter"), max_length=60)
    issued_on = day_field(_("Day of the letter"))
    days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=999)
    paid_until = MonthField(label=_("Dues paid until"))
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose)
    reason = reason_field(_("Only where the letter has run out."))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = queries.list_branches(scope, Permission.EDIT_PEOPLE)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["days"].initial = load_rules().find("transfer.letter").whole("days")

    def act(self, actor: Any) -> Transfer:
        """Register the letter."""
        return services.register_letter(draft=LetterDraft(**self.cleaned_data), actor=actor)


class AwayForm(MemberForm):
    """Who leaves for where, and how to reach them."""

    since = day_field(_("Left on"))
    until = day_field(_("Planned until"), initial=None, required=False)
    place = forms.CharField(label=_("Place"), max_length=120)
    contact = forms.CharField(label=_("How to reach the member"), max_length=120)
    host = forms.CharField(
        label=_("Takes part at"),
        max_length=120,
        required=False,
        help_text=_("Branch for floating members, or the organisation that receives the member."),
    )
    card_number = forms.CharField(
        label=_("Number of the activity card"), max_length=40, required=False
    )
    reason = reason_field(_("Only for less than six months."))

    def act(self, actor: Any) -> Away:
        """Register the member as floating."""
        return services.register_away(
            unit=self.unit, draft=AwayDraft(**self.cleaned_data), actor=actor
        )


class LostForm(MemberForm):
    """Who cannot be reached, since when and why."""

    last_contact_on = day_field(_("Last contact on"), initial=None)
    cause = forms.ChoiceField(label=_("Why contact was lost"), choices=Cause)
    reason = reason_field(_("Only for less than six months."))

    def act(self, actor: Any) -> Away:
        """Report the member as out of touch."""
        return services.report_lost(
            unit=self.unit, draft=LostDraft(**self.cleaned_data), actor=actor
        )


class ExportForm(forms.Form):
    """What the list is for; asked at every export."""

    purpose = forms.CharField(
        label=_("What is the list for?"),
        max_length=200,
        help_text=_("Names leave the system: the purpose stands in the audit trail."),
    )


# -- acts on a record ------------------------------------------------------------------------------


class DeedForm(forms.Form):
    """What every act sends back: how the record stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    service: Any = None
    subject = "transfer"

    def __init__(self, *args: Any, record: Transfer | Away, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record
        self.fields["seen"].initial = record.seen
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the record."""

    def act(self, actor: Any) -> None:
        """Do the act with what was entered, on the record as it was seen."""
        values = dict(self.cleaned_data)
        seen = values.pop("seen") or None
        type(self).service(**{self.subject: self.record}, actor=actor, seen=seen, **values)


class WhyForm(DeedForm):
    """An act that needs its reason and nothing else."""

    reason = text_field(_("Why?"))


class RefuseForm(WhyForm):
    """Refuse the transfer."""

    service = staticmethod(services.refuse_transfer)

    def prepare(self) -> None:
        """Say beside the reason what the rule says of refusing."""
        rule = load_rules().find("transfer.needed", clock.today())
        self.fields["reason"].help_text = explain(rule)


class WithdrawForm(WhyForm):
    """Withdraw the transfer."""

    service = staticmethod(services.withdraw_transfer)


class ReturnForm(WhyForm):
    """Record that it was sent back."""

    service = staticmethod(services.return_transfer)


class RecallForm(WhyForm):
    """Recall what is under way."""

    service = staticmethod(services.recall_transfer)


class DaysForm(DeedForm):
    """How long a letter is valid."""

    days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=999)
    reason = reason_field(_("Only for more days than usual."))

    def prepare(self) -> None:
        """Propose the usual days, with the most there may be."""
        rules, today = load_rules(), clock.today()
        self.fields["days"].initial = rules.find("transfer.letter", today).whole("days")
        self.fields["days"].help_text = gettext("At most %(days)s days.") % {
            "days": rules.find("transfer.letter_most", today).whole("days")
        }


class ApproveForm(DaysForm):
    """Approve: with a letter out of the installation, without paper inside."""

    service = staticmethod(services.approve_transfer)

    def prepare(self) -> None:
        """Ask for no letter between branches."""
        super().prepare()
        if isinstance(self.record, Transfer) and self.record.way == Way.WITHIN:
            del self.fields["days"]
            self.fields["reason"].help_text = ""


class RenewForm(DaysForm):
    """Issue the letter anew."""

    why = text_field(_("Why anew?"))
    field_order = ("why", "days", "reason")
    service = staticmethod(services.renew_letter)


class ReceiptForm(DeedForm):
    """The receipt that came back."""

    on = day_field(_("Received there on"))
    signed_by = forms.CharField(label=_("Signed by"), max_length=60)
    service = staticmethod(services.record_receipt)


class ConfirmForm(DeedForm):
    """The day the member arrived."""

    on = day_field(_("Arrived on"))
    service = staticmethod(services.confirm_arrival)


class CareForm(DeedForm):
    """What was done about who is away, and when."""

    on = day_field(_("Date"))
    note = text_field(_("What was done"))
    subject = "away"


class ContactForm(CareForm):
    """A contact with who is away."""

    service = staticmethod(services.record_contact)


class SearchForm(CareForm):
    """A search for who is out of touch."""

    service = staticmethod(services.record_search)


class FoundForm(CareForm):
    """Found before anything was decided."""

    service = staticmethod(services.record_found)


class BackForm(CareForm):
    """Back again."""

    service = staticmethod(services.record_back)

    def prepare(self) -> None:
        """Ask for nothing but the day."""
        self.fields["note"].required = False


class LoseForm(DeedForm):
    """Why who is away cannot be reached any more."""

    cause = forms.ChoiceField(label=_("Why contact was lost"), choices=Cause)
    reason = reason_field(_("Only for less than six months."))
    subject = "away"
    service = staticmethod(services.lose_member)


class DecisionForm(DeedForm):
    """A decision of the superior with its day and number."""

    on = day_field(_("Decided on"))
    document_number = forms.CharField(label=_("Document number"), max_length=80)
    subject = "away"


class SuspendForm(DecisionForm):
    """Suspend the membership."""

    service = staticmethod(services.suspend_member)


class RestoreForm(DecisionForm):
    """Restore the membership."""

    service = staticmethod(services.restore_member)


class RemoveForm(DecisionForm):
    """Remove who stays out of touch."""

    service = staticmethod(services.remove_member)


FORMS: dict[Deed, type[DeedForm]] = {
    Deed.APPROVE: ApproveForm,
    Deed.RECEIPT: ReceiptForm,
    Deed.CONFIRM: ConfirmForm,
    Deed.RENEW: RenewForm,
    Deed.RETURN: ReturnForm,
    Deed.RECALL: RecallForm,
    Deed.REFUSE: RefuseForm,
    Deed.WITHDRAW: WithdrawForm,
}
CARE_FORMS: dict[AwayDeed, type[DeedForm]] = {
    AwayDeed.CONTACT: ContactForm,
    AwayDeed.BACK: BackForm,
    AwayDeed.LOSE: LoseForm,
    AwayDeed.SEARCH: SearchForm,
    AwayDeed.FOUND: FoundForm,
    AwayDeed.SUSPEND: SuspendForm,
    AwayDeed.RESTORE: RestoreForm,
    AwayDeed.REMOVE: RemoveForm,
}
