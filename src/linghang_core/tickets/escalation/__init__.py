"""Risk that a demand becomes a complaint: by transparent rules, by a calibrated model where it is better."""

from linghang_core.tickets.escalation.facts import Cases, read_cases
from linghang_core.tickets.escalation.model import Trial, try_model
from linghang_core.tickets.escalation.risk import Risk, Risks, judge_risks
from linghang_core.tickets.escalation.rules import Fired, fire_rules, load_rules

__all__ = [
    "Cases",
    "Fired",
    "Risk",
    "Risks",
    "Trial",
    "fire_rules",
    "judge_risks",
    "load_rules",
    "read_cases",
    "try_model",
]
