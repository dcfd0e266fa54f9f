"""Forms of an appraisal: each act asks for what only people know; the rest follows from records."""

from linghang.appraisal.web.forms.deeds import FORMS
from linghang.appraisal.web.forms.own import ObjectionForm, OpenForm, SelfForm, VoteForm
from linghang.platform.ui.forms import add_errors

__all__ = ["FORMS", "ObjectionForm", "OpenForm", "SelfForm", "VoteForm", "add_errors"]
