"""The few things the office decides about a bulletin, all prefilled; what a paper is printed for."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.reports.mapping import BulletinOptions
from linghang_core.documents import DocumentError, DocumentNumber

NUMBER = re.compile(r"(\S+?)\s*[〔\[(（【]\s*(\d{4})\s*[〕\])）】]\s*第?\s*0*(\d+)\s*号?")
BETWEEN_NAMES = re.compile(r"[、，,;；\n]+")


class BulletinForm(forms.Form):
    """Date, addressee, copies; of a bulletin about public results also red header and number."""

    dated = forms.DateField(
        label=gettext_lazy("Date of the document"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    addressee = forms.CharField(label=gettext_lazy("Addressee"), max_length=80)
    copies_to = forms.CharField(
        label=gettext_lazy("Copies to"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Several names with a comma between them."),
    )
    red_header = forms.BooleanField(
        label=gettext_lazy("Print the red header"),
        required=False,
        help_text=gettext_lazy("Leave it out for paper that has the header printed on it."),
    )
    number = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("As the office gives it, for example 示党〔2026〕5号."),
    )

    def __init__(
        self, *args: Any, proposed: BulletinOptions, is_draft: bool, **kwargs: Any
    ) -> None:
        initial = {
            "dated": proposed.dated,
            "addressee": proposed.addressee,
            "copies_to": "、".join(proposed.copies_to),
            "red_header": proposed.red_header,
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        if is_draft:
            del self.fields["red_header"], self.fields["number"]

    def clean_number(self) -> DocumentNumber | None:
        """Return the number, however its brackets were typed."""
        text = self.cleaned_data["number"].strip()
        if not text:
            return None
        found = NUMBER.fullmatch(text)
        if found:
            with suppress(DocumentError):
                return DocumentNumber(found[1], int(found[2]), int(found[3]))
        raise forms.ValidationError(_("Write it like 示党〔2026〕5号: agency, year, number."))

    @property
    def options(self) -> BulletinOptions:
        """Return what was chosen."""
        values = self.cleaned_data
        names = (name.strip("。. 　") for name in BETWEEN_NAMES.split(values["copies_to"]))
        return BulletinOptions(
            dated=values["dated"],
            addressee=values["addressee"],
            red_header=values.get("red_header", False),
            number=values.get("number"),
            copies_to=tuple(name for name in names if name),
        )


class PaperForm(forms.Form):
    """What a paper that names persons is for."""

    purpose = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=200,
        help_text=gettext_lazy("Names leave the system: the purpose stands in the audit trail."),
    )


class MemberFileForm(PaperForm):
    """The purpose, and whether sensitive values stand in full."""

    in_full = forms.BooleanField(
        label=gettext_lazy("Identity number, telephone and address in full"),
        required=False,
    )


class YearBookForm(PaperForm):
    """The purpose and the year."""

    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    field_order = ("year", "purpose")

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
