"""Forms of acts on units. Each asks the services what is allowed and says what would happen."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linghang.org import mapping, queries, services
from linghang.org.enums import SUPERIORS, HostSituation, Line, UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import DateInput


def date_field(label: Any, **kwargs: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, widget=DateInput(), **kwargs)


class UnitChoice(forms.ModelChoiceField):
    """Choose a unit by its full name, with its superior where that tells it apart."""

    def label_from_instance(self, unit: Unit) -> str:
        """Return "name (superior)"."""
        return f"{unit.name}（{unit.parent.name}）" if unit.parent else unit.name


class TreeForm(forms.Form):
    """The tree of which day."""

    on = date_field(gettext_lazy("As of"), required=False)


class ActForm(forms.Form):
    """What every act on a unit asks: the day and the number of the document it rests on.

    A subclass says what is refused (`check`), what would happen (`sentence`) and does it (`apply`).
    """

    title: Any = ""
    submit: Any = ""
    on = date_field(
        gettext_lazy("Takes effect on"), help_text=gettext_lazy("The day the document names.")
    )
    document_number = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=80,
        help_text=gettext_lazy("For example 示范党〔2026〕3号."),
    )

    def __init__(self, data: Any = None, *, unit: Unit, scope: Scope) -> None:
        super().__init__(data, initial={"on": clock.today()})
        self.unit = unit
        self.scope = scope
        self.order_fields([name for name in self.fields if name not in {"on", "document_number"}])

    def clean(self) -> dict[str, Any]:
        """Ask the rules, once the fields themselves are in order."""
        cleaned = super().clean() or {}
        if not self.errors:
            self.check(cleaned)
        return cleaned

    def check(self, cleaned: dict[str, Any]) -> None:
        """Raise ValidationError with the reason when the act is refused."""
        raise NotImplementedError

    def sentence(self) -> str:
        """Return what will happen, with its numbers."""
        raise NotImplementedError

    def apply(self, actor: Any) -> Unit:
        """Do it and return the unit to show next."""
        raise NotImplementedError

    @property
    def day(self) -> date:
        """Return the day chosen."""
        return self.cleaned_data["on"]

    def common(self, actor: Any) -> dict[str, Any]:
        """Return the arguments every service takes."""
        return {
            "on": self.day,
            "document_number": self.cleaned_data["document_number"],
            "actor": actor,
        }

    def editable(self) -> QuerySet[Unit]:
        """Return the other open units of the same tree the reader may change."""
        units = queries.visible_units(self.scope, Permission.EDIT_UNITS)
        return (
            units.filter(closed_on=None, line=self.unit.line)
            .exclude(path__startswith=self.unit.path)
            .select_related("parent")
        )

    def members(self) -> str:
        """Return "12 members" of the unit with those under it."""
        heads = queries.count_members(self.day, [self.unit.path]).get(self.unit.pk)
        count = heads.total if heads else 0
        return ngettext("%(n)d member", "%(n)d members", count) % {"n": count}

    def below(self) -> str:
        """Return "3 subordinate units"."""
        count = Unit.objects.filter(path__startswith=self.unit.path, closed_on=None).count() - 1
        return ngettext("%(n)d subordinate unit", "%(n)d subordinate units", count) % {"n": count}


class RenameForm(ActForm):
    """Another name."""

    title = gettext_lazy("Rename")
    submit = gettext_lazy("Rename the unit")
    name = forms.CharField(label=gettext_lazy("New name"), max_length=120)

    def __init__(self, data: Any = None, *, unit: Unit, scope: Scope) -> None:
        super().__init__(data, unit=unit, scope=scope)
        self.initial["name"] = unit.name
        self.order_fields(["name", "on", "document_number"])

    def check(self, cleaned: dict[str, Any]) -> None:
        services.check_day([self.unit], cleaned["on"])
        services.check_name(
            cleaned["name"],
            kind=self.unit.kind,
            parent_path=self.unit.parent.path if self.unit.parent else "/",
            root_path=self.unit.root_path,
            but=[self.unit.pk],
        )

    def sentence(self) -> str:
        return _(
            "From %(day)s “%(old)s” is called “%(new)s”. The former name stays in the history and can"
            " be searched for."
        ) % {"day": self.day, "old": self.unit.name, "new": self.cleaned_data["name"]}

    def apply(self, actor: Any) -> Unit:
        return services.rename_unit(
            unit=self.unit, name=self.cleaned_data["name"], **self.common(actor)
        )


class MoveForm(ActForm):
    """Another superior."""

    title = gettext_lazy("Move")
    submit = gettext_lazy("Move the unit")
    parent = UnitChoice(label=gettext_lazy("New superior"), queryset=Unit.objects.none())

    def __init__(self, data: Any = None, *, unit: Unit, scope: Scope) -> None:
        super().__init__(data, unit=unit, scope=scope)
        kinds = [kind for kind in SUPERIORS[UnitKind(unit.kind)] if kind]
        self.fields["parent"].queryset = (  # type: ignore[attr-defined]
            self.editable().filter(kind__in=kinds).exclude(pk=unit.parent_id or 0)
        )
        self.order_fields(["parent", "on", "document_number"])

    def check(self, cleaned: dict[str, Any]) -> None:
        services.check_move(self.unit, cleaned["parent"], cleaned["on"])

    def sentence(self) -> str:
        return _(
            "From %(day)s “%(unit)s” stands under “%(parent)s”, with %(below)s and %(members)s. The"
            " tree of every earlier day stays as it was."
        ) % {
            "day": self.day,
            "unit": self.unit.name,
            "parent": self.cleaned_data["parent"].name,
            "below": self.below(),
            "members": self.members(),
        }

    def apply(self, actor: Any) -> Unit:
        return services.move_unit(
            unit=self.unit, parent=self.cleaned_data["parent"], **self.common(actor)
        )


class MergeForm(ActForm):
    """Into another unit."""

    title = gettext_lazy("Merge")
    submit = gettext_lazy("Merge the unit")
    target = UnitChoice(label=gettext_lazy("Merge into"), queryset=Unit.objects.none())

    def __init__(self, data: Any = None, *, unit: Unit, scope: Scope) -> None:
        super().__init__(data, unit=unit, scope=scope)
        found = self.editable()
        if UnitKind(unit.kind).is_branch:
            found = found.filter(kind__in=[k for k in UnitKind if k.is_branch])
        else:
            found = found.filter(kind=unit.kind)
        self.fields["target"].queryset = found  # type: ignore[attr-defined]
        self.order_fields(["target", "on", "document_number"])

    def check(self, cleaned: dict[str, Any]) -> None:
        services.check_merge([self.unit], cleaned["target"], cleaned["on"])

    def sentence(self) -> str:
        return _(
            "On %(day)s “%(unit)s” is closed. Its %(below)s, %(members)s, posts and coverage go to"
            " “%(target)s”; if that has a secretary, the secretary of “%(unit)s” steps back. Records"
            " of earlier days stay with “%(unit)s”."
        ) % {
            "day": self.day,
            "unit": self.unit.name,
            "target": self.cleaned_data["target"].name,
            "below": self.below(),
            "members": self.members(),
        }

    def apply(self, actor: Any) -> Unit:
        return services.merge_units(
            sources=[self.unit], target=self.cleaned_data["target"], **self.common(actor)
        )


class SplitForm(ActForm):
    """Found a new unit out of this one."""

    title = gettext_lazy("Split")
    submit = gettext_lazy("Split the unit")
    name = forms.CharField(label=gettext_lazy("Name of the new unit"), max_length=120)
    children = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Units that go with it"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    movable = forms.MultipleChoiceField(
        label=gettext_lazy("Members who go with it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, unit: Unit, scope: Scope) -> None:
        super().__init__(data, unit=unit, scope=scope)
        below = Unit.objects.filter(parent=unit, closed_on=None)
        self.fields["children"].queryset = below  # type: ignore[attr-defined]
        self.fields["movable"].choices = [  # type: ignore[attr-defined]
            (str(pk), label)
            for follower in mapping.list_followers()
            for pk, label in follower.list_movable(unit, clock.today())
        ]
        for name in ("children", "movable"):
            if not getattr(self.fields[name], "choices", None):
                del self.fields[name]
        self.order_fields(["name", "on", "document_number", "children", "movable"])

    def check(self, cleaned: dict[str, Any]) -> None:
        services.check_split(self.unit, [cleaned["name"]], cleaned["on"])

    def sentence(self) -> str:
        chosen = len(self.cleaned_data.get("movable", ()))
        return _(
            "On %(day)s “%(new)s” is founded beside “%(unit)s”; %(below)s and %(members)s go with it,"
            " the rest stays."
        ) % {
            "day": self.day,
            "unit": self.unit.name,
            "new": self.cleaned_data["name"],
            "below": ngettext(
                "%(n)d subordinate unit",
                "%(n)d subordinate units",
                len(self.cleaned_data.get("children", ())),
            )
            % {"n": len(self.cleaned_data.get("children", ()))},
            "members": ngettext("%(n)d member", "%(n)d members", chosen) % {"n": chosen},
        }

    def apply(self, actor: Any) -> Unit:
        part = services.SplitPart(
            self.cleaned_data["name"],
            list(self.cleaned_data.get("children", ())),
            [int(pk) for pk in self.cleaned_data.get("movable", ())],
        )
        return services.split_unit(unit=self.unit, parts=[part], **self.common(actor))[0]


class DissolveForm(ActForm):
    """Close the unit."""

    title = gettext_lazy("Dissolve")
    submit = gettext_lazy("Dissolve the unit")
    target = UnitChoice(
        label=gettext_lazy("Members and subordinate units go to"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=gettext_lazy("Leave empty only when the unit has none left."),
    )

    def __init__(self, data: Any = None, *, unit: Unit, scope: Scope) -> None:
        super().__init__(data, unit=unit, scope=scope)
        self.fields["target"].queryset = self.editable()  # type: ignore[attr-defined]
        self.order_fields(["target", "on", "document_number"])

    def check(self, cleaned: dict[str, Any]) -> None:
        services.check_close(self.unit, cleaned.get("target"), cleaned["on"])

    def sentence(self) -> str:
        target = self.cleaned_data.get("target")
        if target is None:
            return _("On %(day)s “%(unit)s” is closed. Its history stays.") % {
                "day": self.day,
                "unit": self.unit.name,
            }
        return _(
            "On %(day)s “%(unit)s” is closed; its %(below)s and %(members)s go to “%(target)s”."
        ) % {
            "day": self.day,
            "unit": self.unit.name,
            "target": target.name,
            "below": self.below(),
            "members": self.members(),
        }

    def apply(self, actor: Any) -> Unit:
        return services.dissolve_unit(
            unit=self.unit, target=self.cleaned_data.get("target"), **self.common(actor)
        )


ACTS: dict[str, type[ActForm]] = {
    "rename": RenameForm,
    "move": MoveForm,
    "merge": MergeForm,
    "split": SplitForm,
    "dissolve": DissolveForm,
}


class DetailsForm(forms.Form):
    """What is known of a unit besides name and place."""

    fieldsets = (
        (gettext_lazy("Unit"), ("kind", "established_on", "host_situation", "host_names")),
        (gettext_lazy("Term"), ("term_from", "term_to", "document_number")),
        (gettext_lazy("Contact"), ("contact_name", "contact_phone")),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    established_on = date_field(gettext_lazy("Established on"), required=False)
    host_situation = forms.ChoiceField(
        label=gettext_lazy("Situation of the host unit"),
        choices=[("", "—"), *HostSituation.choices],
        required=False,
    )
    host_names = forms.CharField(label=gettext_lazy("Host units"), max_length=300, required=False)
    term_from = date_field(gettext_lazy("Term began on"), required=False)
    term_to = date_field(gettext_lazy("Term ends on"), required=False)
    document_number = forms.CharField(
        label=gettext_lazy("Document number"), max_length=80, required=False
    )
    contact_name = forms.CharField(label=gettext_lazy("Contact"), max_length=60, required=False)
    contact_phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)

    def __init__(self, data: Any = None, *, unit: Unit) -> None:
        super().__init__(
            data, initial={name: getattr(unit, name) for name in (*services.DETAILS, "kind")}
        )
        above = unit.parent.kind if unit.parent else None
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, kind.label)
            for kind in UnitKind
            if kind.line == unit.line and (above in SUPERIORS[kind] or kind == unit.kind)
        ]
        if unit.line == Line.BUSINESS:
            for name in ("host_situation", "host_names", "term_from", "term_to"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Refuse a term that ends before it begins."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("term_from"), cleaned.get("term_to")
        if begins and ends and ends <= begins:
            self.add_error("term_to", _("The term ends before it begins."))
        return cleaned


class AddForm(forms.Form):
    """A new unit under another."""

    parent = UnitChoice(label=gettext_lazy("Superior"), queryset=Unit.objects.none())
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("The full name as on the seal."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=UnitKind.choices)
    established_on = date_field(gettext_lazy("Established on"))
    document_number = forms.CharField(label=gettext_lazy("Document number"), max_length=80)

    def __init__(self, data: Any = None, *, scope: Scope, parent: str = "") -> None:
        super().__init__(data, initial={"parent": parent or None, "established_on": clock.today()})
        self.fields["parent"].queryset = (  # type: ignore[attr-defined]
            queries.visible_units(scope, Permission.EDIT_UNITS)
            .filter(closed_on=None)
            .exclude(kind__in=[UnitKind.GROUP, UnitKind.CREW])
            .select_related("parent")
        )


class CoverageForm(forms.Form):
    """Which business units a branch covers, as a whole."""

    business_units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Business units"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    on = date_field(gettext_lazy("Takes effect on"))
    document_number = forms.CharField(
        label=gettext_lazy("Document number"), max_length=80, required=False
    )

    def __init__(self, data: Any = None, *, unit: Unit, scope: Scope) -> None:
        covered = unit.covers.filter(valid_to=None).values_list("business_unit_id", flat=True)
        super().__init__(data, initial={"business_units": list(covered), "on": clock.today()})
        self.fields["business_units"].queryset = queries.visible_units(  # type: ignore[attr-defined]
            scope, Permission.EDIT_UNITS
        ).filter(line=Line.BUSINESS, closed_on=None)
