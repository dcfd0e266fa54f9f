"""Forms of the acts on the way to a star: what is known is not asked."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.distinctions import services
from linghang.distinctions.enums import Deed
from linghang.distinctions.models import Case, Holding, Method, Objection
from linghang.distinctions.services import MethodDraft


def text_field(
    label: Any, *, rows: int = 2, required: bool = True, **kwargs: Any
) -> forms.CharField:
    """Return a field for a sentence or two."""
    return forms.CharField(
        label=label, required=required, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


def number_field(*, required: bool) -> forms.CharField:
    """Return the field for the number of the committee's decision."""
    note = "" if required else _("Needed where it is approved.")
    return forms.CharField(
        label=_("Document number"), max_length=80, required=required, help_text=note
    )


class DeedForm(forms.Form):
    """What every act sends back: how the case stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["seen"].initial = case.seen

    @abstractmethod  # each act has its form; the forms' own metaclass does not check it
    def act(self, actor: Any) -> None:
        """Do the act with what was entered."""

    def call(self, service: Any, actor: Any, **values: Any) -> None:
        """Call the service with the case as it was seen."""
        service(case=self.case, actor=actor, seen=self.cleaned_data["seen"] or None, **values)


class VerifyForm(DeedForm):
    """What was found on the spot; refused, the remark is the reason."""

    answer = forms.ChoiceField(
        label=_("Found on the spot"),
        widget=forms.RadioSelect,
        choices=[("yes", _("as recorded")), ("no", _("not as recorded"))],
        initial="yes",
    )
    reason = text_field(
        _("Remark"),
        required=False,
        max_length=400,
        help_text=_("What was looked at; needed where it is not as recorded."),
    )

    def act(self, actor: Any) -> None:
        """Record the verification."""
        values = self.cleaned_data
        self.call(
            services.verify, actor, confirm=values["answer"] == "yes", remark=values["reason"]
        )


class DecideForm(DeedForm):
    """The committee's decision; approved, it becomes public today."""

    answer = forms.ChoiceField(
        label=_("Decision of the committee"),
        widget=forms.RadioSelect,
        choices=[("yes", _("approved, to be made public")), ("no", _("not approved"))],
        initial="yes",
    )
    document_number = number_field(required=False)
    reason = text_field(
        _("Reason"), required=False, max_length=400, help_text=_("Needed where it is not approved.")
    )

    def act(self, actor: Any) -> None:
        """Record the decision."""
        values = self.cleaned_data
        self.call(
            services.decide_case,
            actor,
            approve=values["answer"] == "yes",
            document_number=values["document_number"],
            reason=values["reason"],
        )


class ObjectForm(DeedForm):
    """One sentence on what is wrong."""

    text = text_field(_("What is wrong?"), max_length=500)

    def act(self, actor: Any) -> None:
        """Raise the objection."""
        self.call(services.object_to, actor, text=self.cleaned_data["text"])


class AwardForm(DeedForm):
    """Nothing is asked."""

    def act(self, actor: Any) -> None:
        """Award the level."""
        self.call(services.award, actor)


class StopForm(DeedForm):
    """Why what was public is not awarded."""

    reason = text_field(_("Reason"), max_length=400)

    def act(self, actor: Any) -> None:
        """End the case."""
        self.call(services.stop_case, actor, reason=self.cleaned_data["reason"])


class WithdrawForm(DeedForm):
    """Why the application is withdrawn."""

    reason = text_field(_("Why?"), max_length=400)

    def act(self, actor: Any) -> None:
        """Withdraw it."""
        self.call(services.withdraw_case, actor, reason=self.cleaned_data["reason"])


class SettleForm(forms.Form):
    """The decision on an objection or an appeal, with its reason."""

    answer = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[("no", _("rejected")), ("yes", _("upheld"))],
        initial="no",
    )
    decision = text_field(_("Reason of the decision"), rows=3, max_length=1000)

    def act(self, objection: Objection, actor: Any) -> None:
        """Decide it."""
        service = (
            services.settle_objection if objection.case_id is not None else services.settle_appeal
        )
        values = self.cleaned_data
        service(
            objection=objection,
            uphold=values["answer"] == "yes",
            decision=values["decision"],
            actor=actor,
        )


class DemoteForm(forms.Form):
    """One level down, or withdrawn; the reason and the number of the decision."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = forms.ChoiceField(
        label=_("Decision of the committee"),
        widget=forms.RadioSelect,
        choices=[("lower", _("one level lower")), ("withdraw", _("withdrawn altogether"))],
        initial="lower",
    )
    document_number = number_field(required=True)
    reason = text_field(_("Reason"), max_length=400)

    def __init__(self, *args: Any, holding: Holding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holding = holding
        self.fields["seen"].initial = holding.seen
        if holding.rank == 1:  # there is nothing lower
            del self.fields["answer"]

    def act(self, actor: Any) -> None:
        """Record the demotion."""
        values = self.cleaned_data
        services.demote(
            holding=self.holding,
            reason=values["reason"],
            document_number=values["document_number"],
            withdraw=values.get("answer", "withdraw") == "withdraw",
            actor=actor,
            seen=values["seen"] or None,
        )


class AppealForm(forms.Form):
    """One sentence on why the demotion is wrong."""

    text = text_field(_("What is wrong?"), max_length=500)

    def act(self, holding: Holding, actor: Any) -> None:
        """Appeal."""
        services.appeal(holding=holding, text=self.cleaned_data["text"], actor=actor)


class MethodForm(forms.Form):
    """How the unit does it, in five short fields."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Name of the method"), max_length=60)
    problem = text_field(_("Which problem does it solve?"), max_length=200)
    steps = text_field(
        _("Steps to take"),
        rows=5,
        max_length=1000,
        help_text=_("One step on each line; others get them as a list to take over."),
    )
    conditions = text_field(_("What does it need?"), max_length=200)
    result = text_field(_("What came of it?"), max_length=200)

    def __init__(self, *args: Any, known: Method | None, **kwargs: Any) -> None:
        names = ("title", "problem", "steps", "conditions", "result")
        initial = {name: getattr(known, name) for name in names} if known else {}
        super().__init__(*args, **kwargs)
        self.initial = {**initial, "seen": known.seen if known else "0"}

    def act(self, holding: Holding, actor: Any) -> None:
        """Write it down."""
        values = dict(self.cleaned_data)
        seen = values.pop("seen")
        services.write_method(
            programme=holding.programme,
            unit=holding.unit,
            draft=MethodDraft(**values),
            actor=actor,
            seen=seen or None,
        )


FORMS: dict[Deed, type[DeedForm]] = {
    Deed.VERIFY: VerifyForm,
    Deed.DECIDE: DecideForm,
    Deed.OBJECT: ObjectForm,
    Deed.AWARD: AwardForm,
    Deed.STOP: StopForm,
    Deed.WITHDRAW: WithdrawForm,
}
