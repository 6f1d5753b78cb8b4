"""Pruning: what a method is (method.py), one loop (loop.py), one record (path.py), and a module a paper."""

from .dong2017 import LayerwiseDamage, LayerwiseSurgeon
from .frantar2022 import OptimalBrainCompression
from .generalization import effective_weights, estimated_test_error, final_prediction_error
from .hassibi1993 import OptimalBrainSurgeon
from .hassibi1994 import EigenspaceSurgeon, saliency_bounds
from .layers import least_squares, prune_layers
from .lecun1990 import OptimalBrainDamage
from .loop import prune, pruning
from .magnitude import Magnitude, RandomChoice
from .method import Method
from .orphans import remove_orphans, shrink
from .path import Path, Step
from .pedersen1995 import OptimalBrainSurgeonWithDecay
from .pedersen1996 import GammaOBD, GammaOBS
from .saliencies import saliencies
from .singh2020 import WoodFisher
from .tresp1997 import EBD, EBS, ESP

__all__ = [
    "prune", "pruning", "Method", "Path", "Step", "saliencies", "remove_orphans", "shrink",
    "Magnitude", "RandomChoice", "OptimalBrainDamage", "OptimalBrainSurgeon", "EigenspaceSurgeon", "saliency_bounds",
    "OptimalBrainSurgeonWithDecay", "GammaOBD", "GammaOBS", "ESP", "EBD", "EBS",
    "WoodFisher", "OptimalBrainCompression",
    "LayerwiseSurgeon", "LayerwiseDamage", "prune_layers", "least_squares",
    "final_prediction_error", "effective_weights", "estimated_test_error",
]  # fmt: skip
