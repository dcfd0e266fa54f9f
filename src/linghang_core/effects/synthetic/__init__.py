"""Synthetic control and synthetic difference in differences."""

from linghang_core.effects.synthetic.control import Options, compute_control
from linghang_core.effects.synthetic.control_tests import ControlInference
from linghang_core.effects.synthetic.did import DRAWS, compute_did
from linghang_core.effects.synthetic.did_errors import Inference
from linghang_core.effects.synthetic.did_weights import Estimator, Solver
from linghang_core.effects.synthetic.fits import Variant
from linghang_core.effects.synthetic.predictors import Grids, Plan, Window, read_grids

__all__ = [
    "DRAWS",
    "ControlInference",
    "Estimator",
    "Grids",
    "Inference",
    "Options",
    "Plan",
    "Solver",
    "Variant",
    "Window",
    "compute_control",
    "compute_did",
    "read_grids",
]
