"""Classes of customer demands: train, evaluate without copies on both sides, classify, explain.

Public: `evaluate`, `train`, `classify`, `judge`, `save`, `load` and the shapes they return.
docs/algorithms/tickets.md defines all of it.
"""

from linghang_core.tickets.classification.embedding import Embedder
from linghang_core.tickets.classification.evaluation import Evaluation, evaluate
from linghang_core.tickets.classification.prediction import Decision, classify, judge
from linghang_core.tickets.classification.storing import ModelError, load, save
from linghang_core.tickets.classification.training import Model, Training, train

__all__ = [
    "Decision",
    "Embedder",
    "Evaluation",
    "Model",
    "ModelError",
    "Training",
    "classify",
    "evaluate",
    "judge",
    "load",
    "save",
    "train",
]
