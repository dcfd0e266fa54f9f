"""The forms of an agenda's item and of make-up study."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.activities.models import Activity
from linghang.meetings import queries
from linghang.meetings.enums import BY_ROSTER, LeftOut
from linghang.meetings.models import AgendaItem
from linghang.meetings.services import ItemDraft, TaskDraft, VoteDraft
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.calendar import clock

TASK_LASTS = timedelta(days=30)  # what the form proposes; the meeting decides


def _day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ItemForm(forms.Form):
    """What was talked about and decided; of a vote only who did not agree; what follows from it.

    Who may vote, who came and how many agreed stand beside the form: nobody types them.
    """

    topic = forms.CharField(label=_("Item"), max_length=200)
    follows = forms.TypedChoiceField(
        label=_("Reports on"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("What an earlier meeting resolved; its loop closes with this report."),
    )
    discussed = forms.CharField(
        label=_("What was said"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    decided = forms.CharField(
        label=_("What was decided"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    voted = forms.BooleanField(label=_("A vote was taken"), required=False)
    against = forms.IntegerField(label=_("Against"), min_value=0, initial=0, required=False)
    abstained = forms.IntegerField(label=_("Abstained"), min_value=0, initial=0, required=False)
    task_text = forms.CharField(
        label=_("Task that follows"),
        max_length=400,
        required=False,
        help_text=_("It stands in the work lists at once and is reported back to a later meeting."),
    )
    task_person = forms.TypedChoiceField(
        label=_("Who does it"), coerce=int, empty_value=None, required=False
    )
    task_due_on = forms.DateField(label=_("Due on"), required=False, widget=_day_input())
    reason = forms.CharField(label=_("Reason of the change"), max_length=400)

    def __init__(
        self,
        data: Any = None,
        *,
        activity: Activity,
        item: AgendaItem | None = None,
        follows: int | None = None,
    ) -> None:
        self.activity, self.item = activity, item
        self.kind = queries.find_vote_kind(activity)
        self.base = queries.read_base(activity, self._read_left_out(data))
        self.earlier = {one.pk: one for one in queries.list_unreported(activity, clock.today())}
        if item is not None and item.follows is not None:
            self.earlier.setdefault(item.follows.pk, item.follows)
        super().__init__(data, initial=self._read_initial(follows))
        self._keep_fields()

    # -- what the form asks ----------------------------------------------------------------------

    def _keep_fields(self) -> None:
        self.fields["follows"].choices = [
            ("", "—"),
            *(
                (one.pk, f"{one.activity.occurred_on:%Y-%m-%d} {one.topic}")
                for one in self.earlier.values()
            ),
        ]
        unit = self.activity.unit
        members = people.list_members([unit.pk], self.activity.occurred_on)[unit.pk]
        self.members = {person.pk: person for person in members}
        self.fields["task_person"].choices = [
            ("", unit.name),
            *((person.pk, person.name) for person in members),
        ]
        unwanted = set() if self.earlier else {"follows"}
        if self.base is None or not self.base.present:
            unwanted |= {"voted", "against", "abstained"}
        if self.item is None:
            unwanted.add("reason")
        elif self.item.task_id is not None:
            unwanted |= {"task_text", "task_person", "task_due_on"}
        for name in unwanted:
            self.fields.pop(name, None)
        groups = (
            ("", ("topic", "follows", "discussed", "decided")),
            (_("Vote"), ("voted", "against", "abstained")),
            (_("What follows"), ("task_text", "task_person", "task_due_on")),
        )
        self.fieldsets = [group for group in groups if set(group[1]) & set(self.fields)]

    def _read_initial(self, follows: int | None) -> dict[str, Any]:
        due_on = clock.today() + TASK_LASTS
        if self.item is None:
            earlier = self.earlier.get(follows or 0)
            return {
                "follows": follows if earlier else None,
                "topic": earlier.topic if earlier else "",
                "task_due_on": due_on,
            }
        values = {
            name: getattr(self.item, name)
            for name in ("topic", "discussed", "decided", "against", "abstained")
        }
        return {
            **values,
            "voted": bool(self.item.vote),
            "follows": self.item.follows_id,
            "task_due_on": due_on,
        }

    def _read_left_out(self, data: Any) -> dict[int, str]:
        """Return who is left out of the count by the rules: as sent, else as recorded."""
        if data is None:
            known = self.item.left_out if self.item is not None else {}
            return {int(pk): reason for pk, reason in known.items()}
        sent = {}
        for name, reason in data.items():
            pk = name.removeprefix("out-")
            if name.startswith("out-") and pk.isdecimal() and reason in LeftOut.values:
                sent[int(pk)] = reason
        return sent

    @property
    def seats(self) -> list[tuple[Person, bool, str]]:
        """Return who might be left out of the count: (person, was there, reason), absent first."""
        if self.base is None:
            return []
        came = {person.pk for person in self.base.present}
        named = {person.pk: (person, "") for person in self.base.entitled}
        named |= {
            person.pk: (person, reason.value)
            for person, reason in self.base.left_out
            if reason not in BY_ROSTER
        }
        rows = [(person, pk in came, reason) for pk, (person, reason) in named.items()]
        return sorted(rows, key=lambda row: (row[1], row[0].name))

    @property
    def reasons(self) -> list[tuple[str, Any]]:
        """Return why the rules let somebody be left out of the count."""
        return [("", _("counts")), *((r.value, r.label) for r in LeftOut if r not in BY_ROSTER)]

    # -- the draft -------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Ask for a day where a task follows."""
        values = super().clean() or {}
        if values.get("task_text") and not values.get("task_due_on"):
            self.add_error("task_due_on", _("Say by when."))
        return values

    def draft(self) -> ItemDraft:
        """Return the item the form describes; only when the form is valid."""
        values = self.cleaned_data
        vote = None
        if values.get("voted"):
            vote = VoteDraft(
                against=values.get("against") or 0,
                abstained=values.get("abstained") or 0,
                left_out=self._read_left_out(self.data),
            )
        task = None
        if values.get("task_text"):
            task = TaskDraft(
                text=values["task_text"],
                due_on=values["task_due_on"],
                person=self.members.get(values.get("task_person") or 0),
            )
        return ItemDraft(
            topic=values["topic"],
            discussed=values["discussed"],
            decided=values["decided"],
            vote=vote,
            task=task,
            follows=self.earlier.get(values.get("follows") or 0),
        )


class MakeUpForm(forms.Form):
    """Who made up for a meeting, when and how; everybody who has not is ticked."""

    people = forms.TypedMultipleChoiceField(
        label=_("Made up"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    on = forms.DateField(label=_("Day"), widget=_day_input())
    way = forms.CharField(label=_("How"), max_length=200, initial=_("read the materials"))

    def __init__(self, data: Any = None, *, activity: Activity) -> None:
        done = queries.read_make_ups([activity]).get(activity.pk, {})
        self.absent = {
            seat.person_id: seat.person
            for seat in queries.list_absent(activity)
            if seat.person_id not in done
        }
        super().__init__(data, initial={"people": list(self.absent), "on": clock.today()})
        self.fields["people"].choices = [(pk, one.name) for pk, one in self.absent.items() if one]

    def list_people(self) -> list[Person]:
        """Return the persons ticked; only when the form is valid."""
        return [person for pk in self.cleaned_data["people"] if (person := self.absent[pk])]


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=400)
