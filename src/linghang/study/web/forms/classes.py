"""Forms of classes and hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.activities import api as activities
from linghang.activities.enums import ABSENCE_REASONS, Shape
from linghang.org.enums import BRANCH_KINDS, Line, UnitKind
from linghang.org.models import Unit
from linghang.people.models import Person, Post
from linghang.platform.files.api import FilesField
from linghang.platform.ui.forms import DateInput
from linghang.study.enums import TRAINING_KIND, Form
from linghang.study.models import Session, StudyClass
from linghang.study.services import ClaimDraft, ClassDraft, RollDraft, SessionDraft


class TimeInput(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class SeenForm(forms.Form):
    """What every act on a class sends back: how it stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def was_seen(self) -> str | None:
        """Return what the person saw, None where nothing was sent."""
        return self.cleaned_data["seen"] or None

    def refuse(self, refusal: ValidationError) -> None:
        """Put the refusal where it belongs: to its field if the form asks for it, else on top."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, errors in refusal.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class ClassForm(SeenForm):
    """Title, unit and stages of a class; one stage a line."""

    unit = forms.ModelChoiceField(label=_("Who holds it"), queryset=Unit.objects.none())
    title = forms.CharField(label=_("Title of the class"), max_length=80)
    stages = forms.CharField(
        label=_("Stages of the class"),
        help_text=_("One a line, in their order; one is enough."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    purpose = forms.CharField(
        label=_("Aim"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    also = forms.ChoiceField(
        label=_("Seminars count also as"),
        required=False,
        help_text=_("A held seminar then meets that duty too, without another entry."),
    )

    def __init__(
        self,
        *args: Any,
        units: QuerySet[Unit],
        study_class: StudyClass | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["also"].choices = [
            ("", "—"),
            *(
                (kind.code, str(kind))
                for kind in activities.list_offered_kinds(Shape.ACTIVITY).exclude(
                    code=TRAINING_KIND
                )
            ),
        ]
        self.fields["unit"].queryset = units
        self.fields["unit"].initial = units.first()
        if study_class is not None:
            del self.fields["unit"]
            self.fields["seen"].initial = study_class.seen
            for name in ("title", "purpose", "also"):
                self.fields[name].initial = getattr(study_class, name)
            self.fields["stages"].initial = "\n".join(s.title for s in study_class.stages.all())

    def draft(self, unit: Unit | None = None) -> ClassDraft:
        """Return the class the form describes."""
        values = self.cleaned_data
        return ClassDraft(
            unit=unit or values["unit"],
            title=values["title"],
            stages=values["stages"].splitlines(),
            purpose=values["purpose"],
            also=values["also"],
        )


class SessionForm(SeenForm):
    """One session: day, from when to when, what, how; the hours follow."""

    stage = forms.TypedChoiceField(label=_("Stage of the class"), coerce=int)
    on = forms.DateField(label=_("Day"), widget=DateInput())
    begins = forms.TimeField(label=_("Begins at"), widget=TimeInput())
    ends = forms.TimeField(label=_("Ends at"), widget=TimeInput())
    topic = forms.CharField(label=_("Topic"), max_length=100)
    form = forms.ChoiceField(label=_("Form"), choices=Form, initial=Form.LECTURE)
    lecturer = forms.CharField(label=_("Lecturer"), max_length=60, required=False)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)

    def __init__(
        self,
        *args: Any,
        study_class: StudyClass,
        session: Session | None = None,
        last: Session | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = study_class.seen
        self.fields["stage"].choices = [(s.number, s.title) for s in study_class.stages.all()]
        if session is not None:
            for name in ("on", "begins", "ends", "topic", "form", "lecturer", "place"):
                self.fields[name].initial = getattr(session, name)
        known = session or last
        if known is not None:
            self.fields["stage"].initial = known.stage.number
            self.fields["on"].initial = known.on
            self.fields["place"].initial = known.place

    def draft(self) -> SessionDraft:
        """Return the session the form describes."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return SessionDraft(**values)


class PeopleForm(SeenForm):
    """Who takes part: holders of posts in units, and persons by name."""

    units = forms.ModelMultipleChoiceField(
        label=_("Units"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    posts = forms.MultipleChoiceField(
        label=_("Posts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("“Member” takes everybody of the units."),
    )
    names = forms.CharField(
        label=_("Persons by name"),
        required=False,
        help_text=_("One a line; where two have the same name, write the code of the roster."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, study_class: StudyClass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.study_class = study_class
        self.fields["seen"].initial = study_class.seen
        self.fields["units"].queryset = Unit.objects.filter(
            path__startswith=study_class.unit.path,
            line=Line.PARTY,
            closed_on=None,
            kind__in=[UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH, *BRANCH_KINDS],
        ).order_by("path")
        self.fields["posts"].choices = [
            (post.code, str(post)) for post in Post.objects.order_by("order")
        ]
        self.persons: list[Person] = []

    def clean(self) -> dict[str, Any]:
        """Find the persons named, and insist on a choice that means somebody."""
        values: dict[str, Any] = super().clean() or {}
        names = [line.strip() for line in values.get("names", "").splitlines() if line.strip()]
        self.persons = self._find(names)
        if bool(values.get("units")) != bool(values.get("posts")):
            raise ValidationError(gettext("Units and posts go together: choose both."))
        if not self.persons and not values.get("units"):
            raise ValidationError(gettext("Choose units and posts, or name persons."))
        return values

    def _find(self, names: Iterable[str]) -> list[Person]:
        found = []
        for name in names:
            same = list(self._search(name)[:2])
            if len(same) != 1:
                self.add_error(
                    "names",
                    gettext("“%(name)s” is nobody's, or more than one person's, name here.")
                    % {"name": name},
                )
                continue
            found.append(same[0])
        return found

    def _search(self, name: str) -> QuerySet[Person]:
        here = Person.objects.filter(
            appointments__unit__path__startswith=self.study_class.unit.root_path
        )
        by_code = here.filter(code=name).distinct()
        return by_code if by_code.exists() else here.filter(name=name).distinct()


@dataclass
class Seat:
    """One name of the roll."""

    person_id: int
    name: str
    unit: str
    present: bool
    reason: str = ""


class RollForm(SeenForm):
    """The roll: everybody is there unless unticked; the reason stands beside the name.

    `people` are id, name and unit of who is expected.
    """

    minutes = forms.CharField(
        label=_("Minutes: what was said and agreed"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("As short as you like; no photo is asked for."),
    )

    def __init__(
        self, *args: Any, people: Iterable[tuple[int, str, str]], seen: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = seen
        sent = set(self.data.getlist("present")) if self.is_bound else set()
        self.seats = [
            Seat(
                pk,
                name,
                unit,
                str(pk) in sent if self.is_bound else True,
                self.data.get(f"reason-{pk}", "") if self.is_bound else "",
            )
            for pk, name, unit in people
        ]
        self.reasons = ABSENCE_REASONS

    def draft(self) -> RollDraft:
        """Return the roll the form describes; who joined after the page was opened was not seen."""
        shown = set(self.data.getlist("seat"))
        away = [
            (seat.person_id, seat.reason)
            for seat in self.seats
            if not seat.present and str(seat.person_id) in shown
        ]
        return RollDraft(away=away, minutes=self.cleaned_data["minutes"])


class ReasonForm(SeenForm):
    """An act that needs its reason and nothing else."""

    reason = forms.CharField(
        label=_("Why?"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, seen: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = seen


class ClaimForm(SeenForm):
    """A training elsewhere; the hours follow from its days."""

    title = forms.CharField(label=_("What was it"), max_length=120)
    organiser = forms.CharField(label=_("Held by"), max_length=80)
    first_on = forms.DateField(label=_("First day"), widget=DateInput())
    last_on = forms.DateField(
        label=_("Last day"),
        widget=DateInput(),
        help_text=_("Days without lessons do not count: tell the parts before and after apart."),
    )
    length = forms.ChoiceField(
        label=_("Each day"),
        choices=[("full", _("whole days")), ("half", _("half days"))],
        initial="full",
        widget=forms.RadioSelect,
    )
    proof = forms.CharField(
        label=_("Proof"),
        max_length=200,
        help_text=_("The notice or certificate with its number, or who can confirm it."),
    )
    uploads = FilesField()

    def draft(self) -> ClaimDraft:
        """Return the claim the form describes."""
        values = self.cleaned_data
        names = ("title", "organiser", "first_on", "last_on", "proof", "uploads")
        return ClaimDraft(
            **{name: values[name] for name in names}, half_days=values["length"] == "half"
        )


class DecideForm(SeenForm):
    """Confirm told hours, or say why not."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        choices=[("yes", _("confirmed")), ("no", _("not confirmed"))],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only where it is not confirmed."),
    )


class PurposeForm(forms.Form):
    """What names and hours are taken out for; it stands in the audit trail."""

    purpose = forms.CharField(label=_("What for?"), max_length=120)
    only_short = forms.BooleanField(label=_("Only who is behind the year"), required=False)
