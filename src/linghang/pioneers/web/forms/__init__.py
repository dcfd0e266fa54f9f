"""Forms of posts, zones and squads, contacts and projects (`rooms`), and of the two pipelines."""

from linghang.pioneers.web.forms.pipelines import STEP_FORMS, PipelineForm, ProofForm
from linghang.pioneers.web.forms.rooms import (
    FORMS,
    AssignForm,
    CloseForm,
    EndForm,
    MeasureForm,
    ProjectForm,
    ProposeForm,
    UnitForm,
    VisitForm,
)

__all__ = [
    "FORMS",
    "STEP_FORMS",
    "AssignForm",
    "CloseForm",
    "EndForm",
    "MeasureForm",
    "PipelineForm",
    "ProjectForm",
    "ProofForm",
    "ProposeForm",
    "UnitForm",
    "VisitForm",
]
