"""Forms of topics and of the leader's own words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.research.models import Topic


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def lines_input(rows: int) -> forms.Textarea:
    """Return a field for lines."""
    return forms.Textarea(attrs={"rows": rows})


def read_lines(text: str) -> list[str]:
    """Return the lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class SeenForm(forms.Form):
    """What every act sends back: how the topic stood when the person looked at it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class ReasonForm(SeenForm):
    """An act that needs its reason."""

    reason = forms.CharField(label=_("Why?"), max_length=400, widget=lines_input(3))


class CloseForm(SeenForm):
    """The end of the follow-up; a reason only while problems are unsolved."""

    reason = forms.CharField(
        label=_("Who follows the unsolved problems further?"),
        max_length=400,
        required=False,
        widget=lines_input(3),
        help_text=_("Needed only while problems are unsolved."),
    )


class TopicForm(SeenForm):
    """A topic: what it is to answer, how, by when."""

    title = forms.CharField(label=_("Research topic"), max_length=120)
    questions = forms.CharField(
        label=_("What is it to answer?"), widget=lines_input(4), help_text=_("One question a line.")
    )
    background = forms.CharField(
        label=_("Background"), required=False, widget=lines_input(4), max_length=4000
    )
    method = forms.CharField(label=_("How?"), max_length=300, required=False)
    due_on = forms.DateField(label=_("Report due"), required=False, widget=day_input())

    def values(self) -> dict[str, Any]:
        """Return what was entered, for the service."""
        values = {name: self.cleaned_data[name] for name in self.fields if name != "seen"}
        return values | {"questions": read_lines(values["questions"])}


class WordsForm(SeenForm):
    """The two parts of a report that are the leader's own words."""

    background = forms.CharField(
        label=_("Background"),
        required=False,
        max_length=4000,
        widget=lines_input(8),
        help_text=_("Your own words; marked as such in the report."),
    )
    conclusions = forms.CharField(
        label=_("Conclusions and suggestions"),
        required=False,
        max_length=8000,
        widget=lines_input(12),
        help_text=_("Your own words; marked as such in the report."),
    )


def read_topic(topic: Topic) -> dict[str, Any]:
    """Return what a form of a topic begins with."""
    return {
        "seen": topic.seen,
        "title": topic.title,
        "questions": "\n".join(topic.questions),
        "background": topic.background,
        "method": topic.method,
        "due_on": topic.due_on,
    }
