"""Forms of lectures: planning a roster, taking and assigning a day, stars."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.org.enums import BRANCH_KINDS
from linghang.org.models import Unit
from linghang.people.models import Person, Post
from linghang.platform.calendar import clock
from linghang.study.enums import RosterKind
from linghang.study.models import Lecture
from linghang.study.services import RosterDraft
from linghang.study.services.rostering import LECTURES_AT_MOST
from linghang.study.web.forms.classes import DateInput, SeenForm, TimeInput

WEEKS = 12
OF_BRANCHES, OF_BUREAUS = ("member",), ("secretary", "deputy_secretary")


class RosterForm(SeenForm):
    """A roster: kind, first day, how many; the days follow, and holidays are moved."""

    unit = forms.ModelChoiceField(label=_("Who holds it"), queryset=Unit.objects.none())
    kind = forms.ChoiceField(
        label=_("Kind"), choices=RosterKind, initial=RosterKind.WEEKLY, widget=forms.RadioSelect
    )
    title = forms.CharField(label=_("Title of the roster"), max_length=80)
    first_on = forms.DateField(
        label=_("First day"),
        widget=DateInput(),
        help_text=_("One lecture a week on this weekday; a holiday moves to the next working day."),
    )
    lectures = forms.IntegerField(
        label=_("How many lectures"),
        min_value=1,
        max_value=LECTURES_AT_MOST,
        initial=WEEKS,
        help_text=_("Of a show all on the first day, one record for all."),
    )
    begins = forms.TimeField(label=_("Begins at"), widget=TimeInput(), initial=time(8, 30))
    minutes = forms.IntegerField(
        label=_("Minutes of one lecture"), min_value=5, max_value=240, initial=45
    )
    posts = forms.MultipleChoiceField(
        label=_("Who is invited"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Holders of these posts in the unit and below; lecturers always are."),
    )
    place = forms.CharField(label=_("Place"), max_length=120, required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        first = units.first()
        self.fields["unit"].initial = first
        self.fields["posts"].choices = [
            (post.code, str(post)) for post in Post.objects.order_by("order")
        ]
        of_branch = first is not None and first.kind in BRANCH_KINDS
        self.fields["posts"].initial = OF_BRANCHES if of_branch else OF_BUREAUS
        today = clock.today()
        self.fields["first_on"].initial = today + timedelta(days=7 - today.weekday())  # 周一

    def draft(self) -> RosterDraft:
        """Return the roster the form describes."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return RosterDraft(**values)


class DayForm(SeenForm):
    """One more day of a roster."""

    on = forms.DateField(label=_("Day"), widget=DateInput())


class ClaimLectureForm(SeenForm):
    """Take a day; the topic may follow."""

    topic = forms.CharField(
        label=_("Topic"),
        max_length=100,
        required=False,
        help_text=_("It may stay open and be written later."),
    )

    def __init__(self, *args: Any, lecture: Lecture, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = lecture.seen
        self.fields["topic"].initial = lecture.topic


class AssignForm(SeenForm):
    """Who gives a lecture, when and about what, as who plans the roster decides."""

    on = forms.DateField(label=_("Day"), widget=DateInput())
    name = forms.CharField(
        label=_("Lecturer"),
        required=False,
        help_text=_("Full name; where two have the same, the code of the roster."),
    )
    topic = forms.CharField(label=_("Topic"), max_length=100, required=False)

    def __init__(self, *args: Any, lecture: Lecture, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lecture = lecture
        self.person: Person | None = None
        self.fields["seen"].initial = lecture.seen
        self.fields["on"].initial = lecture.on
        self.fields["name"].initial = lecture.person.name if lecture.person else ""
        self.fields["topic"].initial = lecture.topic

    def clean_name(self) -> str:
        """Find the person in the bureau, if one is named."""
        name = str(self.cleaned_data["name"]).strip()
        known = self.lecture.person
        if not name or (known is not None and known.name == name):
            self.person = known if name else None
            return name
        here = Person.objects.filter(
            appointments__unit__path__startswith=self.lecture.roster.unit.root_path
        )
        same = list(here.filter(code=name).distinct() or here.filter(name=name).distinct()[:2])
        if len(same) != 1:
            raise ValidationError(
                gettext("“%(name)s” is nobody's, or more than one person's, name here.")
                % {"name": name}
            )
        self.person = same[0]
        return name


class SwapForm(SeenForm):
    """Whom to ask to change days with."""

    other = forms.ModelChoiceField(
        label=_("With which day"), queryset=Lecture.objects.none(), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, days: QuerySet[Lecture], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["other"]
        field.queryset = days
        field.empty_label = None
        field.label_from_instance = lambda row: " · ".join(
            filter(None, [f"{row.on:%Y-%m-%d}", str(row.person), row.topic])
        )
