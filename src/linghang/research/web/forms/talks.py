"""Forms of talks: five fields on a phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.research import queries
from linghang.research.models import Talk, TalkScene, TalkTheme
from linghang.research.services import TalkDraft
from linghang.research.web.forms.topics import day_input, lines_input


def _choices(rows: Any) -> list[tuple[str, str]]:
    english = spoken() == "en"
    return [(row.code, row.title_en if english else row.title_zh) for row in rows]


class TalkForm(forms.Form):
    """With whom, when, on which occasion, on what; and a note for oneself."""

    partner = forms.ModelChoiceField(label=_("With whom?"), queryset=Person.objects.none())
    on = forms.DateField(label=_("When?"), widget=day_input())
    scene = forms.ChoiceField(label=_("Occasion"), widget=forms.RadioSelect)
    themes = forms.MultipleChoiceField(
        label=_("About what?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("Note for yourself"),
        required=False,
        max_length=8000,
        widget=lines_input(5),
        help_text=_("Encrypted; nobody but you can read it, and each look is recorded."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["partner"].queryset = queries.list_partners(scope, today)  # type: ignore[attr-defined]
        self.fields["on"].initial = today
        scenes = _choices(TalkScene.objects.filter(retired=False))
        self.fields["scene"].choices = scenes  # type: ignore[attr-defined]
        self.fields["scene"].initial = scenes[0][0] if scenes else None
        themes = _choices(TalkTheme.objects.filter(retired=False))
        self.fields["themes"].choices = themes  # type: ignore[attr-defined]

    def draft(self) -> TalkDraft:
        """Return what was entered, for the service."""
        return TalkDraft(**self.cleaned_data)


class AgreedForm(forms.Form):
    """What was agreed, which both read."""

    agreed = forms.CharField(
        label=_("What was agreed"),
        required=False,
        max_length=4000,
        widget=lines_input(5),
        help_text=_("Encrypted; you and the person you talked with read it, nobody else."),
    )


class ThemeForm(forms.Form):
    """A theme in words that name nobody, and the unit that is to solve it."""

    text = forms.CharField(
        label=_("What is the problem?"),
        max_length=300,
        widget=lines_input(4),
        help_text=_("Without names, posts or anything by which somebody could be known."),
    )
    unit = forms.ModelChoiceField(label=_("Who is to solve it?"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, talk: Talk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [int(part) for part in talk.unit.path.split("/") if part]
        units = Unit.objects.filter(pk__in=ids, closed_on=None).order_by("-level")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].initial = ids[0]  # the bureau: the farthest from the two
