"""Forms of lists: how one begins, what its head and its items say, why something is changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.api import visible_people
from linghang.people.models import Person, Post
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.sheets.reading import Limits
from linghang.worklists.enums import Acceptance, Cadence, CellState, ListKind, Owner
from linghang.worklists.mapping import ItemDraft
from linghang.worklists.models import Draft, Item

TWO_LINES = {"rows": 2}
NEXT_YEAR_FROM = 11  # the month from which a list of the year is one of the next
BOX = forms.CheckboxInput


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def issuing_units(scope: Scope) -> Any:
    """Return the open units in whose name the reader may issue lists, the highest first."""
    found = Unit.objects.filter(
        scope.restrict(Permission.ISSUE_LISTS), closed_on=None, line="party"
    )
    return found.exclude(kind=UnitKind.GROUP).order_by("level", "path")


class StartForm(forms.Form):
    """In whose name a list begins, and for which year."""

    issuer = forms.ModelChoiceField(
        label=gettext_lazy("Issued by"),
        queryset=Unit.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("The list reaches this unit and everything under it."),
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2020, max_value=2099)
    workbook = forms.FileField(
        label=gettext_lazy("Workbook"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = issuing_units(scope)
        self.fields["issuer"].queryset = units  # type: ignore[attr-defined]
        today = clock.today()
        self.fields["year"].initial = today.year + (today.month >= NEXT_YEAR_FROM)
        self.only = units[0] if units and not units[1:2] else None
        if self.only is not None:
            del self.fields["issuer"]
        elif units:
            self.fields["issuer"].initial = units[0]

    @property
    def issuing_unit(self) -> Unit:
        """Return the unit chosen, or the only one there is."""
        unit: Unit = self.only or self.cleaned_data["issuer"]
        return unit

    def clean_workbook(self) -> Any:
        """Refuse a file over the limit before it is read."""
        file = self.cleaned_data.get("workbook")
        if file and file.size > Limits().bytes:
            raise forms.ValidationError(
                _("The file is too large. Leave out pictures, or split it.")
            )
        return file


class HeadForm(forms.ModelForm):
    """What the list as a whole says."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Draft
        fields = ("title", "kind", "basis", "valid_from", "valid_to")
        labels = {
            "title": gettext_lazy("Title"),
            "kind": gettext_lazy("What it is for"),
            "basis": gettext_lazy("Basis"),
            "valid_from": gettext_lazy("Valid from"),
            "valid_to": gettext_lazy("Valid until"),
        }
        help_texts = {
            "basis": gettext_lazy("The document it rests on."),
            "valid_to": gettext_lazy("After this day nothing falls due again."),
        }
        widgets = {"valid_from": day_input(), "valid_to": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            choice for choice in ListKind.choices if choice[0] != ListKind.MEASURES
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a list that ends before it begins."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_to")
        if begins and ends and ends < begins:
            self.add_error("valid_to", _("The list ends before it begins."))
        return cleaned


class ItemForm(forms.Form):
    """One item: what, to which standard, of whom, by when, proved and accepted how."""

    text = forms.CharField(label=gettext_lazy("Task"), max_length=200)
    section = forms.CharField(
        label=gettext_lazy("Section"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "lh-sections", "autocomplete": "off"}),
    )
    standard = forms.CharField(
        label=gettext_lazy("Standard"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs=TWO_LINES),
        help_text=gettext_lazy("When it counts as done."),
    )
    owner = forms.ChoiceField(
        label=gettext_lazy("Asked of"), choices=Owner.choices, initial=Owner.ORGANISATION
    )
    post = forms.ModelChoiceField(
        label=gettext_lazy("Post"),
        queryset=Post.objects.exclude(code="member"),
        required=False,
        help_text=gettext_lazy("Only where the holders of a post are asked."),
    )
    persons = forms.CharField(
        label=gettext_lazy("Persons"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Only where persons are named: their names, separated by 、"),
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=day_input(), required=False)
    due_in = forms.IntegerField(
        label=gettext_lazy("or working days after issuing"),
        required=False,
        min_value=1,
        max_value=250,
    )
    cadence = forms.ChoiceField(
        label=gettext_lazy("or again and again"),
        choices=[("", gettext_lazy("once")), *Cadence.choices],
        required=False,
    )
    acceptance = forms.ChoiceField(
        label=gettext_lazy("Accepted by"),
        choices=[c for c in Acceptance.choices if c[0] != Acceptance.UNIT],
        initial=Acceptance.NONE,
    )
    required = forms.BooleanField(
        label=gettext_lazy("It must be done"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Without the tick it is optional and never late."),
    )
    needs_evidence = forms.BooleanField(
        label=gettext_lazy("Evidence is needed"), required=False, initial=False
    )
    repeats = forms.CharField(
        label=gettext_lazy("Why it is asked although it is known"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only where the same is recorded elsewhere already."),
    )
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Units"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only where units are named."),
    )

    def __init__(self, *args: Any, issuer: Unit, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.fields["units"].queryset = (  # type: ignore[attr-defined]
            Unit.objects.filter(path__startswith=issuer.path, line="party", closed_on=None)
            .exclude(kind=UnitKind.GROUP)
            .order_by("path")
        )

    def clean(self) -> dict[str, Any]:
        """Ask for one way to be due, and for whom where the owner does not say it."""
        cleaned = super().clean() or {}
        ways = [name for name in ("due_on", "due_in", "cadence") if cleaned.get(name)]
        if not ways and not self.errors:
            self.add_error("due_on", _("Give a day, a number of working days, or a cadence."))
        if len(ways) > 1:
            self.add_error(ways[1], _("It says in several ways by when. Keep one."))
        self._clean_owner(cleaned)
        return cleaned

    def _clean_owner(self, cleaned: dict[str, Any]) -> None:
        owner = cleaned.get("owner")
        if owner == Owner.POST and not cleaned.get("post"):
            self.add_error("post", _("Choose the post."))
        if owner == Owner.UNITS and not cleaned.get("units"):
            self.add_error("units", _("Tick at least one unit."))
        if owner == Owner.PERSONS:
            cleaned["persons"] = self._find_persons(cleaned.get("persons", ""))
        else:
            cleaned["persons"] = ()

    def _find_persons(self, text: str) -> tuple[Person, ...]:
        names = [name for name in text.replace("，", "、").replace(",", "、").split("、") if name]
        names = [name.strip() for name in names]
        found: dict[str, list[Person]] = {}
        for person in visible_people(self.scope).filter(name__in=names):
            found.setdefault(person.name, []).append(person)
        missing = [name for name in names if len(found.get(name, [])) != 1]
        if not names:
            self.add_error("persons", _("Name at least one person."))
        elif missing:
            self.add_error(
                "persons",
                _("%(name)s: nobody, or more than one, of your people is called so.")
                % {"name": missing[0]},
            )
        return tuple(found[name][0] for name in names if name not in missing)

    @classmethod
    def describe(cls, draft: ItemDraft) -> dict[str, Any]:
        """Return the values with which the form begins for an item drafted already."""
        return {
            name: getattr(draft, name)
            for name in cls.base_fields
            if name not in {"persons", "units"}
        } | {
            "persons": "、".join(person.name for person in draft.persons),
            "units": list(draft.units),
        }

    def make_item(self, before: ItemDraft | None = None) -> ItemDraft:
        """Return the item as the form says it; what it does not ask stays as it was."""
        data = self.cleaned_data
        kept = before or ItemDraft("")
        owner = data["owner"]
        return ItemDraft(
            text=data["text"],
            section=data["section"],
            standard=data["standard"],
            owner=owner,
            post=data["post"].code if owner == Owner.POST else "",
            units=tuple(data["units"]) if owner == Owner.UNITS else (),
            persons=data["persons"],
            due_on=data["due_on"],
            due_in=data["due_in"],
            cadence=data["cadence"],
            required=data["required"],
            needs_evidence=data["needs_evidence"],
            acceptance=data["acceptance"],
            repeats=data["repeats"],
            proof_kind=kept.proof_kind,
            proof_least=kept.proof_least,
            proof_use=kept.proof_use,
        )


class AddItemForm(ItemForm):
    """One more item of a list that has been issued."""

    reason = forms.CharField(label=gettext_lazy("Why it is added"), max_length=400, required=False)
    reason_over_cap = forms.CharField(
        label=gettext_lazy("Reason to ask it all the same"),
        max_length=400,
        required=False,
        widget=forms.HiddenInput,
    )


class ReasonForm(forms.Form):
    """Why something is done that others will see."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=400,
        widget=forms.Textarea(attrs=TWO_LINES),
        help_text=gettext_lazy("Everybody concerned reads it."),
    )

    def __init__(self, *args: Any, is_needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_needed


class ChangeItemForm(ReasonForm):
    """What an issued item says, changed with a reason."""

    field_order = ("text", "standard", "due_on", "reason")
    text = forms.CharField(label=gettext_lazy("Task"), max_length=200)
    standard = forms.CharField(
        label=gettext_lazy("Standard"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs=TWO_LINES),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due on"),
        widget=day_input(),
        help_text=gettext_lazy("Moves for everybody who has not finished."),
    )

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        initial = {"text": item.text, "standard": item.standard, "due_on": item.due_on}
        super().__init__(*args, initial=initial, **kwargs)
        if item.cadence:
            del self.fields["due_on"]


class MatrixForm(forms.Form):
    """Which part of a matrix is shown."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit"), queryset=Unit.objects.none(), required=False
    )
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    item = forms.ModelChoiceField(
        label=gettext_lazy("Task"), queryset=Item.objects.none(), required=False
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("any state")),
            *((s.value, s.label) for s in CellState if s is not CellState.OPTIONAL),
        ],
    )

    def __init__(self, *args: Any, units: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["item"].queryset = items  # type: ignore[attr-defined]
        sections = list(dict.fromkeys(items.values_list("section", flat=True)))
        self.fields["section"].choices = [  # type: ignore[attr-defined]
            ("", _("every section")),
            *((name, name) for name in sections if name),
        ]
        if len(sections) < 2:
            del self.fields["section"]
