"""Forms of evaluation: `objections` and their decisions, `drafts` of schemes, one of its `criteria`."""

from linghang.evaluation.web.forms.criteria import CriterionForm
from linghang.evaluation.web.forms.drafts import DimensionForm, HeadForm, ReasonForm, YamlForm
from linghang.evaluation.web.forms.objections import AppealForm, DecisionForm, ObjectionForm

__all__ = [
    "AppealForm",
    "CriterionForm",
    "DecisionForm",
    "DimensionForm",
    "HeadForm",
    "ObjectionForm",
    "ReasonForm",
    "YamlForm",
]
