"""Words of attendance, and rules in the reader's language: `{% load study %}`."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from linghang.activities.enums import AttendanceState
from linghang.platform.languages import spoken
from linghang.study.enums import ClaimState
from linghang_core.regulations import Rule

register = template.Library()

WORDS = {
    **{state.value: state.label for state in AttendanceState},
    **{state.value: state.label for state in ClaimState},
    "made_up": _("made up for"),
    "": "",
}


@register.filter
def attended(code: str) -> str:
    """Return what a cell of the attendance book says."""
    return str(WORDS[code])


@register.filter
def rule_note(rule: Rule) -> str:
    """Return what a rule says, in the reader's language."""
    return rule.note.of(spoken())
