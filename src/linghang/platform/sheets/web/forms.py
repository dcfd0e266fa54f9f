"""The upload."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

ACCEPTED = ".xlsx,.xlsm,.xls,.ods,.csv"


class SeveralFilesInput(forms.ClearableFileInput):
    """A file control that takes several files at once."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """A field whose value is the list of files sent."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; the message for none is the field's own."""
        sent = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not sent:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(SeveralFilesField, self).clean(one, initial) for one in sent]


class UploadForm(forms.Form):
    """The workbooks of one import."""

    workbooks = SeveralFilesField(
        label=_("Workbooks"),
        help_text=_(
            "One or several files: .xlsx, .xls, .ods or .csv, at most 50 MB each. No state or work secrets."
        ),
        error_messages={"required": _("Choose at least one file.")},
        widget=SeveralFilesInput(attrs={"multiple": True, "accept": ACCEPTED}),
    )
