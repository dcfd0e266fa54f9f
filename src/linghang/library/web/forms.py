"""The form that brings in an own pack."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from linghang.platform.packs.reading import LARGEST


class PackFile(forms.Form):
    """A pack file: chosen, or the text of the one checked a moment ago."""

    file = forms.FileField(
        label=gettext_lazy("Pack file"),
        help_text=gettext_lazy("A YAML file; docs/packs/README.md describes every key."),
        error_messages={"required": gettext_lazy("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The text of a file checked a moment ago stands in for the file.
        self.fields["file"].required = not self.data.get("text")

    def read(self) -> tuple[bytes, str]:
        """Return the content, at most one byte more than a pack may have, and the file's name."""
        upload: Any = self.cleaned_data["file"]
        if upload is not None:
            return upload.read(LARGEST + 1), str(upload.name)
        return self.cleaned_data["text"].encode(), self.cleaned_data["name"] or "pack.yaml"
