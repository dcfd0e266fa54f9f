"""Forms of reflections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.study.enums import Audience
from linghang.study.models import Reflection
from linghang.study.services.reflecting import TEXT_AT_MOST, TITLE_AT_MOST, ReflectionDraft
from linghang.study.web.forms.classes import SeenForm


class ReflectionForm(SeenForm):
    """Title and text; nothing else is asked and nothing is counted."""

    title = forms.CharField(label=_("Title of the reflection"), max_length=TITLE_AT_MOST)
    text = forms.CharField(
        label=_("What I think"),
        max_length=TEXT_AT_MOST,
        help_text=_("Only you read it until you publish it yourself. No length is asked for."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def __init__(self, *args: Any, reflection: Reflection | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reflection is not None:
            self.fields["seen"].initial = reflection.seen
            self.fields["title"].initial = reflection.title
            self.fields["text"].initial = reflection.text

    def draft(self, author: Any, unit: Any) -> ReflectionDraft:
        """Return the reflection the form describes."""
        values = self.cleaned_data
        return ReflectionDraft(author=author, unit=unit, title=values["title"], text=values["text"])


class PublishForm(SeenForm):
    """Whom the author publishes to."""

    audience = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Audience,
        initial=Audience.BRANCH,
        widget=forms.RadioSelect,
        help_text=_("Those above see what is published in the branch, too."),
    )

    def __init__(self, *args: Any, reflection: Reflection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = reflection.seen
