"""Forms of posts, zones and squads, contacts and projects; what is known is not asked."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.pioneers import services
from linghang.pioneers.enums import CarrierKind, Counts, Decision, Deed, Occasion
from linghang.pioneers.models import Carrier, Contact, Project
from linghang.pioneers.queries import carriers, projects
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import DateInput
from linghang_core.periods import add_months

WIDE = 3


def text_area() -> forms.Textarea:
    """Return a box for some sentences."""
    return forms.Textarea(attrs={"rows": WIDE})


def choose(people: Iterable[Person]) -> Any:
    """Return the persons as a queryset, in the order of the roster."""
    return Person.objects.filter(pk__in=[one.pk for one in people]).order_by("code")


class ReasonField(forms.CharField):
    """Why something is done."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"label": _("Why?"), "max_length": 400, "widget": text_area(), **kwargs}
        super().__init__(**given)


class UnitForm(forms.Form):
    """For which branch."""

    unit = forms.ModelChoiceField(label=_("Branch"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units


class ProposeForm(forms.Form):
    """What the branch proposes, for whom, and which records count as its work."""

    kind = forms.ChoiceField(label=_("Kind"), choices=CarrierKind, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Name"), max_length=80)
    place = forms.CharField(label=_("Place"), max_length=120)
    holder = forms.ModelChoiceField(
        label=_("Holder, or leader of the squad"), queryset=Person.objects.none()
    )
    pledge = forms.CharField(
        label=_("Pledge"),
        max_length=300,
        required=False,
        widget=text_area(),
        help_text=_("In the holder's own words; the holder can write it on their own page."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Records that count as its work"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Results are read from the ledger: nobody types them."),
    )
    counts = forms.ChoiceField(label=_("Whose records"), choices=Counts, initial=Counts.PERSONS)
    members = forms.ModelMultipleChoiceField(
        label=_("Members of the zone or squad"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    occasion = forms.ChoiceField(
        label=_("What a squad is called together for"), choices=Occasion, initial=Occasion.NONE
    )
    occasion_title = forms.CharField(
        label=_("Action, project or emergency"), max_length=120, required=False
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        known = choose(carriers.list_people(unit, clock.today()))
        self.fields["holder"].queryset = known
        self.fields["members"].queryset = known
        self.fields["kinds"].choices = carriers.list_work_kinds()

    def save(self, actor: Any) -> Carrier:
        """Propose it."""
        values = self.cleaned_data
        draft = services.CarrierDraft(
            unit=self.unit, **{**values, "members": list(values["members"])}
        )
        return services.propose_carrier(draft=draft, actor=actor)


class DeedForm(forms.Form):
    """What every act sends back: how it stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, carrier: Carrier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carrier = carrier
        self.fields["seen"].initial = carrier.seen
        self.prepare()

    def prepare(self) -> None:
        """Add what depends on the post, zone or squad."""

    @abstractmethod  # each act has its form; the forms' own metaclass does not check it
    def act(self, actor: Any) -> None:
        """Do the act with what was entered."""

    def call(self, service: Any, actor: Any, **values: Any) -> None:
        """Call the service with the post, zone or squad as it was seen."""
        service(carrier=self.carrier, actor=actor, seen=self.cleaned_data["seen"] or None, **values)

    def read(self, *names: str) -> dict[str, Any]:
        """Return what was entered in these fields."""
        return {name: self.cleaned_data[name] for name in names}


class AppointForm(DeedForm):
    """From when to when."""

    begins_on = forms.DateField(label=_("First day"), widget=DateInput())
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DateInput(),
        help_text=_("Empty: until it is withdrawn. It is reviewed every year by the rule."),
    )

    def prepare(self) -> None:
        """Propose today."""
        self.fields["begins_on"].initial = clock.today()

    def act(self, actor: Any) -> None:
        """Appoint."""
        self.call(services.appoint_carrier, actor, **self.read("begins_on", "ends_on"))


class ReturnForm(DeedForm):
    """Return the proposal."""

    reason = ReasonField()

    def act(self, actor: Any) -> None:
        """Return it with the reason."""
        self.call(services.return_proposal, actor, **self.read("reason"))


class WithdrawForm(DeedForm):
    """Withdraw it."""

    reason = ReasonField()

    def act(self, actor: Any) -> None:
        """Withdraw it with the reason."""
        self.call(services.withdraw_carrier, actor, **self.read("reason"))


class PledgeForm(DeedForm):
    """The holder's own words."""

    text = forms.CharField(label=_("My pledge"), max_length=300, widget=text_area())

    def prepare(self) -> None:
        """Begin with the present words."""
        last = self.carrier.pledges.filter(person_id=self.carrier.holder_id).last()
        self.fields["text"].initial = last.text if last else ""

    def act(self, actor: Any) -> None:
        """Write the pledge."""
        self.call(services.write_pledge, actor, **self.read("text"))


class ReviewForm(DeedForm):
    """What the review decides."""

    decision = forms.ChoiceField(
        label=_("What is decided"), choices=Decision, widget=forms.RadioSelect
    )
    reason = ReasonField(
        label=_("Reason"), required=False, help_text=_("Asked for unless it is kept when due.")
    )

    def act(self, actor: Any) -> None:
        """Hold the review."""
        self.call(services.review_carrier, actor, **self.read("decision", "reason"))


class HandOverForm(DeedForm):
    """To whom, from when."""

    person = forms.ModelChoiceField(label=_("Next holder"), queryset=Person.objects.none())
    on = forms.DateField(label=_("From day"), widget=DateInput())
    reason = ReasonField()

    def prepare(self) -> None:
        """Offer the other members of the branch."""
        known = carriers.list_people(self.carrier.unit, clock.today())
        others = [one for one in known if one.pk != self.carrier.holder_id]
        self.fields["person"].queryset = choose(others)
        self.fields["on"].initial = clock.today()

    def act(self, actor: Any) -> None:
        """Hand it over."""
        self.call(services.hand_over, actor, **self.read("person", "on", "reason"))


class MembersForm(DeedForm):
    """Who serves beside the holder."""

    members = forms.ModelMultipleChoiceField(
        label=_("Members of the zone or squad"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    on = forms.DateField(label=_("From day"), widget=DateInput())
    reason = ReasonField()

    def prepare(self) -> None:
        """Offer the members of the branch, the present ones chosen."""
        known = carriers.list_people(self.carrier.unit, clock.today())
        others = [one for one in known if one.pk != self.carrier.holder_id]
        self.fields["members"].queryset = choose(others)
        self.fields["members"].initial = list(self.carrier.members.all())
        self.fields["on"].initial = clock.today()

    def act(self, actor: Any) -> None:
        """Change them."""
        values = self.read("on", "reason")
        members = list(self.cleaned_data["members"])
        self.call(services.change_members, actor, members=members, **values)


FORMS: dict[Deed, type[DeedForm]] = {
    Deed.APPOINT: AppointForm,
    Deed.RETURN: ReturnForm,
    Deed.PLEDGE: PledgeForm,
    Deed.REVIEW: ReviewForm,
    Deed.HAND_OVER: HandOverForm,
    Deed.MEMBERS: MembersForm,
    Deed.WITHDRAW: WithdrawForm,
}


class AssignForm(forms.Form):
    """Who looks after which branches, from when."""

    person = forms.ModelChoiceField(
        label=_("Contact person"),
        queryset=Person.objects.none(),
        help_text=_("Who holds a post of the bureau itself."),
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Branches"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    valid_from = forms.DateField(label=_("From day"), widget=DateInput())
    reason = ReasonField(
        label=_("Reason"),
        required=False,
        help_text=_("Only where another contact person is relieved."),
    )

    def __init__(self, *args: Any, people: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.fields["units"].queryset = units
        self.fields["valid_from"].initial = clock.today()

    def save(self, actor: Any) -> None:
        """Assign the contact person."""
        values = {**self.cleaned_data, "units": list(self.cleaned_data["units"])}
        services.assign_contact(actor=actor, **values)


class EndForm(forms.Form):
    """When the contact ends, and why."""

    on = forms.DateField(label=_("From this day no longer"), widget=DateInput())
    reason = ReasonField()

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        self.fields["on"].initial = clock.today()

    def save(self, actor: Any) -> None:
        """End the contact."""
        services.end_contact(contact=self.contact, actor=actor, **self.cleaned_data)


class VisitForm(forms.Form):
    """A visit, and the problem it found, if any."""

    on = forms.DateField(label=_("Day of the visit"), widget=DateInput())
    topic = forms.CharField(label=_("What it was about"), max_length=200)
    note = forms.CharField(label=_("What was seen"), required=False, widget=text_area())
    problem = forms.CharField(
        label=_("Problem found"),
        max_length=400,
        required=False,
        widget=text_area(),
        help_text=_("It is followed up with the branch's problems until it is closed."),
    )
    due_on = forms.DateField(label=_("Problem to be solved by"), required=False, widget=DateInput())

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        self.fields["on"].initial = clock.today()

    def save(self, actor: Any) -> None:
        """Record the visit."""
        draft = services.VisitDraft(**self.cleaned_data)
        services.record_visit(contact=self.contact, draft=draft, actor=actor)


class MeasureForm(forms.Form):
    """A measure of a project."""

    text = forms.CharField(label=_("Measure"), max_length=200)
    units = forms.ModelMultipleChoiceField(
        label=_("Done by"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    due_on = forms.DateField(label=_("Due on"), widget=DateInput())
    over_cap = ReasonField(label=_("Reason where a unit is asked for much already"), required=False)

    def __init__(self, *args: Any, unit: Unit, project: Project | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.unit, self.project = unit, project
        self.fields["units"].queryset = projects.list_doing(unit)

    def draft_measure(self) -> services.MeasureDraft:
        """Return the measure as entered."""
        values = self.cleaned_data
        return services.MeasureDraft(
            text=values["text"], units=list(values["units"]), due_on=values["due_on"]
        )

    def save(self, actor: Any) -> Project:
        """Add the measure to the project."""
        assert self.project is not None
        return services.add_measures(
            project=self.project,
            measures=[self.draft_measure()],
            reason=self.cleaned_data["over_cap"],
            actor=actor,
        )


class ProjectForm(MeasureForm):
    """A project with its first measure."""

    owner = forms.ModelChoiceField(label=_("Committee member"), queryset=Person.objects.none())
    title = forms.CharField(label=_("Name of the project"), max_length=80)
    goal = forms.CharField(label=_("Goal"), max_length=400, widget=text_area())
    begins_on = forms.DateField(label=_("First day"), widget=DateInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput())

    field_order = ("owner", "title", "goal", "begins_on", "ends_on", "text", "units", "due_on")

    def __init__(self, *args: Any, unit: Unit, person_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        today = clock.today()
        sitting = projects.list_sitting(unit, today)
        self.fields["owner"].queryset = choose(sitting)
        if any(one.pk == person_id for one in sitting):
            self.fields["owner"].initial = person_id
        self.fields["begins_on"].initial = today
        self.fields["ends_on"].initial = add_months(today, 12) - timedelta(days=1)
        self.fields["text"].label = gettext("First measure")

    def save(self, actor: Any) -> Project:
        """Open the project."""
        names = ("owner", "title", "goal", "begins_on", "ends_on")
        draft = services.ProjectDraft(
            unit=self.unit, **{name: self.cleaned_data[name] for name in names}
        )
        return services.open_project(
            draft=draft,
            measures=[self.draft_measure()],
            reason=self.cleaned_data["over_cap"],
            actor=actor,
        )


class CloseForm(forms.Form):
    """What the project reached."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    outcome = forms.CharField(label=_("What was reached"), max_length=400, widget=text_area())

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.fields["seen"].initial = project.seen

    def save(self, actor: Any) -> None:
        """Close the project."""
        values = self.cleaned_data
        services.close_project(
            project=self.project,
            outcome=values["outcome"],
            actor=actor,
            seen=values["seen"] or None,
        )
