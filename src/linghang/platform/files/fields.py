"""Form fields for files; nowhere is one required."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linghang.platform.files.enums import Secrecy
from linghang.platform.files.examination import Examined, examine_file
from linghang.platform.files.services import MOST_PER_RECORD

# Naming the kinds makes a phone offer its camera beside its files, and turn HEIC into JPEG.
ACCEPTED = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx,.pptx,.ofd,.txt"
PICTURES = "image/jpeg,image/png,image/webp"
NO_SECRETS = _("No state secrets. Where a photo was taken is not kept.")


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, examined: its value is a list of `Examined`, empty when none was sent."""

    def __init__(self, *, pictures_only: bool = False, **kwargs: Any) -> None:
        accept = PICTURES if pictures_only else ACCEPTED
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", _("Files"))
        kwargs.setdefault("help_text", NO_SECRETS)
        kwargs.setdefault("widget", ManyFiles(attrs={"accept": accept}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Examined]:  # type: ignore[override]  # noqa: ARG002  Django's own signature
        """Return the files as they will be kept; every faulty one is named."""
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not sent:
            raise ValidationError(self.error_messages["required"], code="required")
        faults: list[ValidationError] = []
        examined = []
        for upload in sent[: MOST_PER_RECORD + 1]:
            try:
                examined.append(examine_file(upload))
            except ValidationError as fault:
                faults.append(fault)
        if faults:
            raise ValidationError(faults)
        return examined


class AddFilesForm(forms.Form):
    """Files for a record, with how confidential they are."""

    uploads = FilesField(required=True)
    note = forms.CharField(label=_("What it shows"), max_length=120, required=False)
    secrecy = forms.ChoiceField(
        label=_("Secrecy"), choices=Secrecy, initial=Secrecy.INTERNAL, required=False
    )

    def clean_secrecy(self) -> str:
        """Refuse what must not enter."""
        if self.cleaned_data["secrecy"] == Secrecy.SECRET:
            raise ValidationError(
                _("State secrets must not enter this system; ask your confidentiality officer.")
            )
        return str(self.cleaned_data["secrecy"] or Secrecy.INTERNAL)


class WithdrawForm(forms.Form):
    """Why a file is taken back."""

    reason = forms.CharField(label=_("Why it is taken back"), max_length=200)
