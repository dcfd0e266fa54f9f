"""Posts, zones and squads, contacts, inductions and own projects (`carriers`), and the two pipelines."""

from linghang.pioneers.models.carriers import (
    Act,
    Carrier,
    Contact,
    Induction,
    Pledge,
    Project,
    Review,
    Tenure,
    Visit,
)
from linghang.pioneers.models.pipelines import Milestone, Pipeline, PipelineAct

__all__ = [
    "Act",
    "Carrier",
    "Contact",
    "Induction",
    "Milestone",
    "Pipeline",
    "PipelineAct",
    "Pledge",
    "Project",
    "Review",
    "Tenure",
    "Visit",
]
