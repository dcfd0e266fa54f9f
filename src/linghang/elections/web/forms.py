"""Forms of a re-election: each act asks for what its rules judge; what is known is not asked."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.elections import queries, services
from linghang.elections.enums import Deed, Office
from linghang.elections.models import Election
from linghang.elections.services import BallotDraft, RequestDraft
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import DateInput


def number_field(label: Any, help_text: Any = "") -> forms.IntegerField:
    """Return a field for a count of people or ballots."""
    return forms.IntegerField(label=label, min_value=0, max_value=5000, help_text=help_text)


def people_field(label: Any, people: Iterable[Person], **kwargs: Any) -> forms.ModelChoiceField:
    """Return checkboxes of the people, by name."""
    known = Person.objects.filter(pk__in=[person.pk for person in people]).order_by("code")
    return forms.ModelMultipleChoiceField(
        label=label, queryset=known, widget=forms.CheckboxSelectMultiple, **kwargs
    )


class DeedForm(forms.Form):
    """What every act sends back: how the election stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, election: Election, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.election = election
        self.fields["seen"].initial = election.seen
        self.prepare()

    def prepare(self) -> None:
        """Add the fields that depend on the election."""

    @abstractmethod  # each act has its form; the forms' own metaclass does not check it
    def act(self, actor: Any) -> None:
        """Do the act with what was entered."""

    def call(self, service: Any, actor: Any, **values: Any) -> None:
        """Call the service with the election as it was seen."""
        service(
            election=self.election, actor=actor, seen=self.cleaned_data["seen"] or None, **values
        )


class ReasonForm(DeedForm):
    """An act that needs its reason and nothing else."""

    reason = forms.CharField(
        label=_("Why?"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    service: Any = None

    def act(self, actor: Any) -> None:
        """Do the act with its reason."""
        self.call(type(self).service, actor, reason=self.cleaned_data["reason"])


class WithdrawForm(ReasonForm):
    """Withdraw the election."""

    service = staticmethod(services.withdraw_election)


class FewerForm(ReasonForm):
    """Leave seats open."""

    service = staticmethod(services.leave_seats_open)


class FailForm(ReasonForm):
    """Declare the election failed."""

    service = staticmethod(services.fail_election)


class RequestForm(DeedForm):
    """Day and seats; the reason where a general rule is not kept."""

    planned_on = forms.DateField(label=_("Planned day of the meeting"), widget=DateInput())
    committee_seats = number_field(_("Seats of the committee"))
    deputy_seats = number_field(_("Deputy secretaries"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only for a day outside the term or a committee of an unusual size."),
    )

    def prepare(self) -> None:
        """Propose what the roster and the rules give."""
        election = self.election
        size = queries.read_size(election.unit, clock.today())
        self.fields["planned_on"].initial = election.planned_on
        self.fields["committee_seats"].initial = election.committee_seats
        self.fields["deputy_seats"].initial = election.deputy_seats
        self.fields["reason"].initial = election.reason
        self.fields["committee_seats"].help_text = (
            gettext("By the roster of today: %(low)s to %(high)s, at most %(most)s.")
            % {"low": size.low, "high": size.high, "most": size.most}
            if size.low
            else gettext("Too few full members for a committee: 0, the meeting elects a secretary.")
        )

    def act(self, actor: Any) -> None:
        """Send the request."""
        names = ("planned_on", "committee_seats", "deputy_seats", "reason")
        draft = RequestDraft(**{name: self.cleaned_data[name] for name in names})
        self.call(services.send_request, actor, draft=draft)


class DecideForm(DeedForm):
    """Approve, or return with the reason."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        choices=[("yes", _("approved")), ("no", _("returned"))],
        initial="yes",
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where it is returned, or a general rule is not kept."),
    )
    service: Any = staticmethod(services.decide_request)

    def act(self, actor: Any) -> None:
        """Record the decision."""
        self.call(type(self).service, actor, **self.read())

    def read(self) -> dict[str, Any]:
        """Return what was decided, for the service."""
        values = self.cleaned_data
        return {"approve": values["answer"] == "yes", "reason": values["reason"]}


class DecideCandidatesForm(DecideForm):
    """Approve the candidates, or return them."""

    service = staticmethod(services.decide_candidates)


class DecideResultForm(DecideForm):
    """The reply with its day and number; not confirmed, the election has failed."""

    on = forms.DateField(label=_("Day of the reply"), widget=DateInput(), required=False)
    document_number = forms.CharField(label=_("Document number"), max_length=80, required=False)
    field_order = ("answer", "on", "document_number", "reason")
    service = staticmethod(services.decide_result)

    def prepare(self) -> None:
        """Name the answers as a reply does."""
        self.fields["on"].initial = clock.today()
        self.fields["answer"].choices = [  # type: ignore[attr-defined]
            ("yes", _("result confirmed")),
            ("no", _("result not confirmed")),
        ]

    def read(self) -> dict[str, Any]:
        """Return the decision with day and number."""
        values = self.cleaned_data
        return {
            **super().read(),
            "on": values["on"],
            "document_number": values["document_number"],
        }


class NominateForm(DeedForm):
    """Whom the members nominated, from the branch's full members."""

    def prepare(self) -> None:
        """Offer who may be elected today."""
        self.fields["people"] = people_field(
            _("Nominated"),
            queries.list_eligible(self.election.unit, clock.today()),
            initial=[person.pk for person in self.election.nominated.all()],
        )

    def act(self, actor: Any) -> None:
        """Record the nominations."""
        self.call(services.nominate, actor, people=list(self.cleaned_data["people"]))


class SubmitForm(DeedForm):
    """The candidates of each office, from those nominated."""

    def prepare(self) -> None:
        """Ask for each office, with how many candidates the rule wants."""
        election = self.election
        nominated = list(election.nominated.all())
        known = list(election.candidates.all())
        for office in election.offices:
            self.fields[office.value] = people_field(
                _("Candidates: %(office)s") % {"office": office.label},
                nominated,
                help_text=gettext("%(seats)s to elect, at least %(needed)s candidates.")
                % {
                    "seats": election.count_seats(office),
                    "needed": queries.count_needed(election, office),
                },
                initial=[one.person_id for one in known if one.office == office]
                or ([p.pk for p in nominated] if office == Office.COMMITTEE else None),
            )

    def act(self, actor: Any) -> None:
        """Send the candidates."""
        named = {office: list(self.cleaned_data[office]) for office in self.election.offices}
        self.call(services.submit_candidates, actor, candidates=named)


class LeaveOutForm(DeedForm):
    """Who is not counted among those due to attend, and the lawful reason; or counted again."""

    person = forms.ModelChoiceField(label=_("Member"), queryset=Person.objects.none())
    reason = forms.ChoiceField(label=_("Reason"))

    def prepare(self) -> None:
        """Offer the members of the branch and the reasons."""
        roll = queries.read_roll(self.election, clock.today())
        recorded = self.election.left_out.filter(ballot=None).values_list("person", flat=True)
        ids = [*(person.pk for person in roll.entitled), *recorded]
        found = Person.objects.filter(pk__in=ids).order_by("code")
        self.fields["person"].queryset = found  # type: ignore[attr-defined]
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            *queries.list_reasons(),
            ("", _("counted again")),
        ]
        self.fields["reason"].required = False

    def act(self, actor: Any) -> None:
        """Leave out, or count again."""
        reason = self.cleaned_data["reason"]
        self.call(
            services.leave_out,
            actor,
            person=self.cleaned_data["person"],
            reason=reason,
            out=bool(reason),
        )


class BallotForm(DeedForm):
    """One ballot: who came, the papers, how many voted for whom."""

    on = forms.DateField(label=_("Date"), widget=DateInput())
    present = number_field(_("Present"))
    sent_out = number_field(_("Ballots sent out"))
    returned = number_field(_("Ballots returned"))
    valid = number_field(_("Valid ballots"))

    def prepare(self) -> None:
        """Ask for the votes of who stands, and of one person written in."""
        tallies = queries.read_tallies(self.election)
        self.tally = queries.find_open(tallies)
        assert self.tally is not None
        self.fields["on"].initial = clock.today()
        self.standing = queries.list_standing(self.election, self.tally, tallies)
        for person in self.standing:
            field = number_field(
                gettext("Votes for %(name)s") % {"name": person.name},
            )
            field.initial, field.required = 0, False
            self.fields[f"votes_{person.pk}"] = field
        stand = {person.pk for person in self.standing}
        others = [
            person
            for person in queries.list_choosable(self.election, self.tally, tallies)
            if person.pk not in stand
        ]
        self.others = [] if self.tally.tied else others
        if self.others:
            self._ask_written_in()

    def _ask_written_in(self) -> None:
        known = Person.objects.filter(pk__in=[person.pk for person in self.others])
        for number in (1, 2):
            self.fields[f"other_{number}"] = forms.ModelChoiceField(
                label=_("Written in"), queryset=known.order_by("code"), required=False
            )
            votes = number_field(_("Votes for who was written in"))
            votes.required = False
            self.fields[f"other_votes_{number}"] = votes

    def act(self, actor: Any) -> None:
        """Record the ballot."""
        values = self.cleaned_data
        names = ("on", "present", "sent_out", "returned", "valid")
        written = {
            values[f"other_{number}"]: values.get(f"other_votes_{number}") or 0
            for number in (1, 2)
            if values.get(f"other_{number}")
        }
        draft = BallotDraft(
            **{name: values[name] for name in names},
            votes={p: values[f"votes_{p.pk}"] or 0 for p in self.standing},
            written_in=written,
        )
        self.call(services.record_ballot, actor, draft=draft)


class ReportForm(DeedForm):
    """The division of work: the post of each committee member; the rest follows from the ballots."""

    def prepare(self) -> None:
        """Ask for the post of whom no ballot gave one."""
        posts = [(post.code, str(post)) for post in services.list_posts()]
        known = {code for code, _label in posts}
        self.proposed = services.propose_posts(self.election)
        for person, post in self.proposed.items():
            if post in known:
                self.fields[f"post_{person.pk}"] = forms.ChoiceField(
                    label=person.name, choices=posts, initial=post
                )

    def act(self, actor: Any) -> None:
        """Report the result."""
        posts = {
            person: self.cleaned_data[f"post_{person.pk}"]
            for person in self.proposed
            if f"post_{person.pk}" in self.fields
        }
        self.call(services.report_result, actor, posts=posts)


FORMS: dict[Deed, type[DeedForm]] = {
    Deed.REQUEST: RequestForm,
    Deed.DECIDE_REQUEST: DecideForm,
    Deed.NOMINATE: NominateForm,
    Deed.SUBMIT: SubmitForm,
    Deed.DECIDE_CANDIDATES: DecideCandidatesForm,
    Deed.LEAVE_OUT: LeaveOutForm,
    Deed.BALLOT: BallotForm,
    Deed.FEWER: FewerForm,
    Deed.REPORT: ReportForm,
    Deed.DECIDE_RESULT: DecideResultForm,
    Deed.FAIL: FailForm,
    Deed.WITHDRAW: WithdrawForm,
}
