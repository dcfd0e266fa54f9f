"""The short form of a record; the same form corrects one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.activities import queries
from linghang.activities.enums import (
    ABSENCE_REASONS,
    AttendanceRule,
    AttendanceState,
    Shape,
    SubjectRule,
)
from linghang.activities.models import Activity, ActivityKind
from linghang.activities.services import (
    Absence,
    ActivityDraft,
    RecordRefused,
    draft_of,
    judge_absence,
)
from linghang.org.models import Unit
from linghang.people.enums import SECRETARY_POST
from linghang.people.models import Appointment
from linghang.platform.languages import spoken

HUNDRED = 100
# The fields of a draft as the form names them.
FORM_FIELDS = {"recorded_on": "occurred_on", "present_count": "present_count"}


def _day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


@dataclass
class Seat:
    """One name of the attendance list."""

    person_id: int
    name: str
    present: bool
    reason: str = ""


class ActivityForm(forms.Form):
    """What took place: day, topic, host, hours, who was there; of a record what, whom, how much.

    `unit` and `kind` are chosen before and stay as they are; everything known is filled in.
    """

    occurred_on = forms.DateField(label=_("Day"), widget=_day_input())
    topic = forms.CharField(label=_("Topic"), max_length=200)
    person = forms.TypedChoiceField(label=_("Person concerned"), coerce=int, empty_value=None)
    host_name = forms.CharField(label=_("Host"), max_length=60, required=False)
    hours = forms.DecimalField(label=_("Hours"), min_value=0, max_value=99, decimal_places=2)
    due_count = forms.IntegerField(label=_("Expected"), min_value=0, required=False)
    present_count = forms.IntegerField(label=_("Present"), min_value=0, required=False)
    status = forms.ChoiceField(label=_("Grade"), widget=forms.RadioSelect)
    quantity = forms.DecimalField(
        label=_("Quantity"), min_value=0, max_digits=9, decimal_places=2, required=False
    )
    verified = forms.BooleanField(label=_("Confirmed"), required=False)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    also = forms.MultipleChoiceField(
        label=_("Also counts as"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = forms.CharField(label=_("Reason of the correction"), max_length=400)

    def __init__(
        self,
        data: Any = None,
        *,
        kind: ActivityKind,
        unit: Unit,
        on: date,
        activity: Activity | None = None,
    ) -> None:
        self.kind, self.unit, self.activity = kind, unit, activity
        self.branch_id = queries.branch_id_of(unit)
        self.roster = queries.load_roster({self.branch_id, unit.pk})
        self.members = {
            held.person_id: held.name for held in self.roster.list_members(self.branch_id, on)
        }
        super().__init__(data, initial=self._read_initial(on))
        self._keep_fields()
        self.seats = self._list_seats(on)

    # -- what the form asks ----------------------------------------------------------------------

    @property
    def everybody_expected(self) -> bool:
        """Return whether names are unticked (all are expected) rather than ticked."""
        rule = AttendanceRule(self.kind.attendance)
        if rule is AttendanceRule.GROUP:
            return self.unit.pk != self.branch_id and bool(self.roster.others[self.unit.pk])
        return rule in {AttendanceRule.ALL_MEMBERS, AttendanceRule.COMMITTEE}

    @property
    def hosts(self) -> list[str]:
        """Return the names offered while typing the host."""
        return list(dict.fromkeys(self.members.values()))

    @property
    def reasons(self) -> tuple[tuple[str, Any], ...]:
        """Return the reasons offered beside an unticked name."""
        return ABSENCE_REASONS

    def _keep_fields(self) -> None:
        """Leave only what this kind asks; a short form is the point of it."""
        record = self.kind.shape == Shape.RECORD
        unwanted = (
            {"host_name", "hours", "due_count", "present_count", "place", "also"}
            if record
            else {"person", "status", "quantity", "verified", "note"}
        )
        if not record and self.everybody_expected:
            unwanted |= {"due_count", "present_count"}
        if record and self.kind.subject == SubjectRule.UNIT:
            unwanted.add("person")
        if not self.kind.statuses:
            unwanted.add("status")
        if not self.kind.verified_by:
            unwanted.add("verified")
        if self.activity is None:
            unwanted.add("reason")
        for name in unwanted:
            self.fields.pop(name, None)
        self._fill_choices()

    def _fill_choices(self) -> None:
        english = spoken() == "en"
        if "person" in self.fields:
            optional = self.kind.subject != SubjectRule.PERSON
            self.fields["person"].required = not optional
            self.fields["person"].choices = [("", "—"), *self._list_people()]
        if "status" in self.fields:
            self.fields["status"].choices = [
                (s["code"], s["en"] if english else s["zh"]) for s in self.kind.statuses
            ]
        if "quantity" in self.fields:
            self.fields["quantity"].help_text = self.kind.quantity_unit
        if "verified" in self.fields:
            self.fields["verified"].help_text = self.kind.verified_by
        if "also" in self.fields:
            self.fields["also"].choices = [
                (kind.code, str(kind))
                for kind in queries.list_offered_kinds(Shape.ACTIVITY)
                if kind.code != self.kind.code
            ]
        if "host_name" in self.fields:
            self.fields["host_name"].widget.attrs["list"] = "lh-hosts"
        if self.kind.shape == Shape.RECORD:
            self.fields["topic"].label = _("What")

    def _list_people(self) -> list[tuple[int, str]]:
        known = dict(self.members)
        if self.activity is not None and self.activity.person is not None:
            known.setdefault(self.activity.person.pk, self.activity.person.name)
        return sorted(known.items(), key=lambda item: item[1])

    def _read_initial(self, on: date) -> dict[str, Any]:
        if self.activity is not None:
            row = self.activity
            return {
                **{name: getattr(row, name) for name in ("occurred_on", "topic", "host_name")},
                **{name: getattr(row, name) for name in ("due_count", "present_count")},
                **{name: getattr(row, name) for name in ("status", "verified", "place", "note")},
                "person": row.person_id,
                "hours": Decimal(row.hours) / HUNDRED,
                "quantity": Decimal(row.quantity) / HUNDRED,
                "also": row.also,
            }
        return {
            "occurred_on": on,
            "host_name": self._find_secretary(on),
            "hours": Decimal(self.kind.default_hours) / HUNDRED,
            # Of graded records the grade says how much, unless somebody knows better.
            "quantity": None
            if self.kind.statuses
            else Decimal(self.kind.default_quantity) / HUNDRED,
            "status": self.kind.statuses[-1]["code"] if self.kind.statuses else None,
        }

    def _find_secretary(self, on: date) -> str:
        held = Appointment.objects.filter(
            unit_id=self.branch_id, post_id=SECRETARY_POST, valid_from__lte=on
        ).exclude(valid_to__lte=on)
        return held.values_list("person__name", flat=True).first() or ""

    # -- attendance ------------------------------------------------------------------------------

    def _list_seats(self, on: date) -> list[Seat]:
        """Return the attendance list: as sent, as it stands, or everybody expected on the day."""
        if self.kind.shape == Shape.RECORD:
            return []
        seats = self._expect(on)
        if self.activity is not None:
            seats |= self._read_attendance(seats)
        if self.is_bound:
            present = set(self.data.getlist("present"))
            shown = {int(pk) for pk in self.data.getlist("seat") if pk.isdecimal()}
            names = {
                **self._names_of(shown - set(seats)),
                **{pk: s.name for pk, s in seats.items()},
            }
            seats = {
                pk: Seat(pk, names[pk], str(pk) in present, self.data.get(f"reason-{pk}", ""))
                for pk in sorted(shown, key=lambda pk: names.get(pk, ""))
                if pk in names
            }
        return sorted(seats.values(), key=lambda seat: (seat.name, seat.person_id))

    def _expect(self, on: date) -> dict[int, Seat]:
        rule = AttendanceRule(self.kind.attendance)
        if rule is AttendanceRule.COMMITTEE:
            held = self.roster.list_committee(self.branch_id, on)
        elif rule is AttendanceRule.GROUP and self.everybody_expected:
            held = self.roster.list_group(self.unit.pk, on)
        elif rule is AttendanceRule.NONE:
            held = []
        else:
            held = self.roster.list_members(self.branch_id, on)
        ticked = self.everybody_expected and self.activity is None
        return {one.person_id: Seat(one.person_id, one.name, ticked) for one in held}

    def _read_attendance(self, seats: dict[int, Seat]) -> dict[int, Seat]:
        """Return the seats as recorded; who was not on the list then is not put on it now."""
        assert self.activity is not None
        if self.everybody_expected:
            seats.clear()
        return {
            row.person_id: Seat(
                row.person_id,
                row.person.name,
                row.state == AttendanceState.PRESENT,
                row.reason,
            )
            for row in self.activity.attendance.select_related("person")
            if row.person_id is not None and row.person is not None
        }

    def _names_of(self, ids: set[int]) -> dict[int, str]:
        """Return the names of persons sent that belong to the branch on some day, and no others."""
        belonging = Appointment.objects.filter(
            unit_id__in=[self.branch_id, self.unit.pk], person_id__in=ids
        )
        return dict(belonging.values_list("person_id", "person__name"))

    def _absences(self) -> list[Absence]:
        away = [seat for seat in self.seats if not seat.present] if self.everybody_expected else []
        found = [
            Absence(person_id=s.person_id, reason=s.reason, state=judge_absence(s.reason))
            for s in away
        ]
        if self.activity is not None:  # names nobody answers to stay as they are
            found += [a for a in draft_of(self.activity).absences if a.person_id is None]
        return found

    # -- the draft -------------------------------------------------------------------------------

    def draft(self) -> ActivityDraft:
        """Return the record the form describes; only when the form is valid."""
        values = self.cleaned_data
        host = values.get("host_name", "")
        draft = ActivityDraft(
            kind=self.kind,
            unit=self.unit,
            occurred_on=values["occurred_on"],
            topic=values["topic"],
            host_id=self._find_host(host),
            host_name=host,
            due_count=values.get("due_count"),
            present_count=values.get("present_count"),
            hours=_hundredths(values.get("hours")),
            place=values.get("place", ""),
            person_id=values.get("person"),
            quantity=_hundredths(values.get("quantity")),
            status=values.get("status", ""),
            verified=values.get("verified", False),
            note=values.get("note", ""),
            also=tuple(values.get("also", ())),
            absences=self._absences(),
            present_ids=[seat.person_id for seat in self.seats if seat.present],
        )
        return self._keep_counts(draft)

    def _keep_counts(self, draft: ActivityDraft) -> ActivityDraft:
        """Keep the head counts of the customer's file as long as nobody's attendance changes."""
        if self.activity is None or not self.everybody_expected:
            return draft
        before = draft_of(self.activity)
        same = set(before.present_ids or ()) == set(draft.present_ids or ()) and _away(
            before.absences
        ) == _away(draft.absences)
        if not same:
            return draft
        return replace(
            draft,
            due_count=before.due_count,
            present_count=before.present_count,
            absences=before.absences,
        )

    def _find_host(self, name: str) -> int | None:
        matching = [pk for pk, known in self.members.items() if known == name]
        return matching[0] if len(matching) == 1 else None

    def refuse(self, refusal: RecordRefused) -> None:
        """Show a refusal of the service at its field."""
        field = FORM_FIELDS.get(refusal.field, refusal.field)
        self.add_error(field if field in self.fields else None, str(refusal))


def _away(absences: Sequence[Absence]) -> set[tuple[int | None, str, str]]:
    return {(one.person_id, one.name, one.reason) for one in absences}


def _hundredths(value: Decimal | None) -> int | None:
    return None if value is None else int(value * HUNDRED)


class ReasonForm(forms.Form):
    """A reason, for withdrawing a record or waiving a duty."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
