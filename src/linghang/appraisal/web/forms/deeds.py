"""Forms of the acts of branch and superior: each asks for what only people know."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.appraisal import queries, services
from linghang.appraisal.enums import Deed, Grade, Group, Measure
from linghang.appraisal.models import Participant
from linghang.appraisal.services import Decision, PaperDraft
from linghang.appraisal.web.forms.fields import (
    DeedForm,
    number_field,
    people_field,
    text_field,
)
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import DateInput


class ExcuseForm(DeedForm):
    """Who takes no part, and why."""

    person = forms.ModelChoiceField(label=_("Member"), queryset=Person.objects.none())
    reason = text_field(
        _("Reason"),
        required=False,
        help_text=_("Without a reason the member takes part again. Only the committee reads it."),
    )

    def prepare(self) -> None:
        """Offer the members."""
        self.offer("person", self.parts)

    def act(self, actor: Any) -> None:
        """Excuse, or let take part again."""
        values = {name: self.cleaned_data[name] for name in ("person", "reason")}
        self.call(services.excuse_member, actor, **values)


class BeginForm(DeedForm):
    """Open the ballot; the reason where own words are missing."""

    reason = text_field(_("Reason"), required=False)

    def advise(self) -> str:
        """Say who has not handed in."""
        names = [p.person.name for p in self.parts if not p.excused and p.self_on is None]
        if not names:
            return gettext("Everybody has handed in.")
        return gettext("No self-appraisal yet: %(names)s.") % {"names": "、".join(names)}

    def act(self, actor: Any) -> None:
        """Open the ballot."""
        self.call(services.begin_ballot, actor, reason=self.cleaned_data["reason"])


class OnPaperForm(DeedForm):
    """Who votes on paper."""

    def prepare(self) -> None:
        """Offer who takes part and has not voted in the system."""
        turnout = queries.read_turnout(self.appraisal)
        missing = {one.pk for one in turnout.missing}
        rows = [p for p in self.parts if not p.excused]
        on_paper = [p for p in rows if p.pk in queries.list_paper_voters(self.appraisal)]
        may = [p.person for p in rows if p.pk in missing or p in on_paper]
        self.fields["people"] = people_field(
            _("Vote on paper"), may, initial=[p.person_id for p in on_paper]
        )

    def advise(self) -> str:
        """Say what few papers cost."""
        return gettext(
            "With one to four papers the list of slips is not published, only sums: "
            "the few could be read off as the difference."
        )

    def act(self, actor: Any) -> None:
        """Record exactly these."""
        self.call(services.name_paper_voters, actor, people=list(self.cleaned_data["people"]))


class PaperForm(DeedForm):
    """Sums of papers: handed out, returned, valid, and the grades of each member."""

    present = number_field(_("Papers handed out"))
    returned = number_field(_("Papers returned"))
    valid = number_field(_("Valid papers"))
    group = Group.PAPER

    def prepare(self) -> None:
        """Ask for the sums of each full member."""
        self.graded = queries.list_graded(self.parts)
        for one in self.graded:
            for grade in Grade:
                field = number_field(f"{one.person.name} · {grade.label}", initial=0)
                self.fields[f"n_{one.pk}_{grade.value}"] = field

    def advise(self) -> str:
        """Say that two counters are needed."""
        return gettext(
            "Two counters enter the papers, each alone; the second must find the same sums."
        )

    def act(self, actor: Any) -> None:
        """Enter or confirm the sums."""
        values = self.cleaned_data
        counts = {
            one.pk: {grade: values[f"n_{one.pk}_{grade}"] for grade in Grade.values}
            for one in self.graded
        }
        draft = PaperDraft(values["present"], values["returned"], values["valid"], counts)
        self.call(services.count_papers, actor, group=self.group, draft=draft)


class MassForm(PaperForm):
    """The papers of mass representatives."""

    group = Group.MASS


class CloseForm(DeedForm):
    """The day of the meeting and who was not there; everything else is counted."""

    held_on = forms.DateField(label=_("Day of the meeting"), widget=DateInput())

    def prepare(self) -> None:
        """Offer who takes part as absent."""
        self.fields["held_on"].initial = clock.today()
        self.fields["absent"] = people_field(
            _("Not at the meeting"), [p.person for p in self.parts if not p.excused]
        )

    def advise(self) -> str:
        """Say how many have voted."""
        turnout = queries.read_turnout(self.appraisal)
        return gettext("%(voted)d of %(voters)d voted in the system, %(paper)d on paper") % {
            "voted": turnout.voted,
            "voters": turnout.voters,
            "paper": turnout.on_paper,
        }

    def act(self, actor: Any) -> None:
        """Close and count."""
        values = self.cleaned_data
        self.call(
            services.close_ballot, actor, held_on=values["held_on"], absent=list(values["absent"])
        )


class DecideForm(DeedForm):
    """A grade for each full member with the votes beside it; reason and measure of a low one."""

    def prepare(self) -> None:
        """Ask for each member, what was decided before filled in."""
        counts = queries.read_counts(self.appraisal)
        self.graded = queries.list_graded(self.parts)
        self.fieldsets = []
        for one in self.graded:
            votes = counts.get(one.pk, {})
            told = " · ".join(f"{Grade(g).label} {n}" for g, n in votes.items())
            add_decision(self.fields, one, suffix=f"_{one.pk}", help_text=told)
            names = [f"{name}_{one.pk}" for name in ("grade", "why", "measure", "until")]
            self.fieldsets.append((one.person.name, names))

    def advise(self) -> str:
        """Say how many may be excellent."""
        return services.describe_cap(self.appraisal)

    def act(self, actor: Any) -> None:
        """Record the grades."""
        decisions = {
            one.pk: read_decision(self.cleaned_data, suffix=f"_{one.pk}") for one in self.graded
        }
        self.call(services.decide_grades, actor, decisions=decisions)


def add_decision(
    fields: dict[str, Any], one: Participant | None, *, suffix: str = "", help_text: str = ""
) -> None:
    """Add the four fields of a decision to a form."""
    fields[f"grade{suffix}"] = forms.ChoiceField(
        label=_("Grade in the appraisal"),
        choices=Grade.choices,
        initial=(one and one.grade) or Grade.QUALIFIED,
        help_text=help_text,
    )
    fields[f"why{suffix}"] = forms.CharField(
        label=_("Reason"), max_length=400, required=False, initial=one.why if one else ""
    )
    fields[f"measure{suffix}"] = forms.ChoiceField(
        label=_("Measure"),
        choices=[("", "–"), *Measure.choices],
        required=False,
        initial=one.measure if one else "",
    )
    fields[f"until{suffix}"] = forms.DateField(
        label=_("Measure until"),
        widget=DateInput(),
        required=False,
        initial=one.measure_until if one else None,
    )


def read_decision(values: dict[str, Any], *, suffix: str = "") -> Decision:
    """Return the decision of the four fields."""
    return Decision(
        values[f"grade{suffix}"],
        values[f"why{suffix}"],
        values[f"measure{suffix}"],
        values[f"until{suffix}"],
    )


class ReportForm(DeedForm):
    """Nothing is asked: the grades are known."""

    def act(self, actor: Any) -> None:
        """Report the grades."""
        self.call(services.report_grades, actor)


class ConfirmForm(DeedForm):
    """Confirm, or return with the reason."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        choices=[("yes", _("grades confirmed")), ("no", _("grades returned"))],
        initial="yes",
    )
    reason = text_field(
        _("Reason"), required=False, help_text=_("Needed where the grades are returned.")
    )

    def act(self, actor: Any) -> None:
        """Record the reply."""
        values = self.cleaned_data
        self.call(
            services.confirm_grades,
            actor,
            approve=values["answer"] == "yes",
            reason=values["reason"],
        )


class TellForm(DeedForm):
    """Nothing is asked: each member reads the own grade from now on."""

    def advise(self) -> str:
        """Say what happens."""
        return gettext("Each member is told the own grade alone, and may object to it once.")

    def act(self, actor: Any) -> None:
        """Tell the members."""
        self.call(services.tell_members, actor)


class AnswerForm(DeedForm):
    """The superior's decision on an objection; upheld, the new grade."""

    objection = forms.ChoiceField(label=_("Objection"))
    upheld = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[("no", _("rejected: the grade stands")), ("yes", _("upheld: the grade changes"))],
    )
    answer = text_field(_("Answer to the member"))

    def prepare(self) -> None:
        """Offer the open objections, and ask for the grade if one is upheld."""
        rows = [o for o in queries.list_objections(self.appraisal) if o.decided_on is None]
        choice: Any = self.fields["objection"]
        choice.choices = [(o.pk, f"{o.participant.person.name}: {o.text[:80]}") for o in rows]
        add_decision(self.fields, None)

    def act(self, actor: Any) -> None:
        """Decide the objection."""
        values = self.cleaned_data
        upheld = values["upheld"] == "yes"
        self.call(
            services.answer_objection,
            actor,
            participant_id=int(values["objection"]),
            upheld=upheld,
            answer=values["answer"],
            decision=read_decision(values) if upheld else None,
        )


class FollowForm(DeedForm):
    """What came of a measure; one that failed is followed by another."""

    participant = forms.ChoiceField(label=_("Member"))
    done = forms.ChoiceField(
        label=_("What came of it"),
        widget=forms.RadioSelect,
        choices=[("yes", _("measure done")), ("no", _("not done by its day"))],
    )
    on = forms.DateField(label=_("Date"), widget=DateInput(), initial=clock.today)
    note = text_field(_("What was done"))
    measure = forms.ChoiceField(
        label=_("Next measure"),
        choices=[("", "–"), *Measure.choices],
        required=False,
        help_text=_("Needed where it was not done."),
    )
    until = forms.DateField(label=_("Measure until"), widget=DateInput(), required=False)

    def prepare(self) -> None:
        """Offer the members whose measure is open."""
        choice: Any = self.fields["participant"]
        choice.choices = [
            (one.pk, f"{one.person.name}: {one.get_measure_display()}")
            for one in queries.list_open_measures(self.parts)
        ]

    def act(self, actor: Any) -> None:
        """Record it."""
        values = self.cleaned_data
        self.call(
            services.follow_measure,
            actor,
            participant_id=int(values["participant"]),
            done=values["done"] == "yes",
            on=values["on"],
            note=values["note"],
            measure=values["measure"],
            until=values["until"],
        )


class WithdrawForm(DeedForm):
    """Why the appraisal is withdrawn."""

    reason = text_field(_("Why?"))

    def act(self, actor: Any) -> None:
        """Withdraw it."""
        self.call(services.withdraw_appraisal, actor, reason=self.cleaned_data["reason"])


FORMS: dict[Deed, type[DeedForm]] = {
    Deed.EXCUSE: ExcuseForm,
    Deed.BEGIN: BeginForm,
    Deed.ON_PAPER: OnPaperForm,
    Deed.COUNT_PAPER: PaperForm,
    Deed.COUNT_MASS: MassForm,
    Deed.CLOSE: CloseForm,
    Deed.DECIDE: DecideForm,
    Deed.REPORT: ReportForm,
    Deed.CONFIRM: ConfirmForm,
    Deed.TELL: TellForm,
    Deed.ANSWER: AnswerForm,
    Deed.FOLLOW: FollowForm,
    Deed.WITHDRAW: WithdrawForm,
}
