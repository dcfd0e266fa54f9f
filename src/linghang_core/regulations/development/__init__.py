"""The way into the Party: 5 stages, 25 steps, and what each step needs of those before it.

What was done is a list of `Taken`: a step with its day and what the step is about (how many
introducers, the counts of a vote …). `check_step` judges one more of them, `check_way` a whole file,
`find_standing` says where a person stands and what may come next. Basis: 《中国共产党发展党员工作细则》.
"""

from linghang_core.regulations.development.checking import check_step, check_way, may_take
from linghang_core.regulations.development.standing import (
    Standing,
    Wait,
    find_standing,
    list_waits,
)
from linghang_core.regulations.development.steps import (
    Ballot,
    Outcome,
    Stage,
    Step,
    Taken,
    list_steps,
)

__all__ = [
    "Ballot",
    "Outcome",
    "Stage",
    "Standing",
    "Step",
    "Taken",
    "Wait",
    "check_step",
    "check_way",
    "find_standing",
    "list_steps",
    "list_waits",
    "may_take",
]
