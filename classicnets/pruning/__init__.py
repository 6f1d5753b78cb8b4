"""Pruning: one loop (path.py), and one module a paper, each with its method."""

from .hassibi1993 import OptimalBrainSurgeon
from .lecun1990 import OptimalBrainDamage
from .magnitude import Magnitude, RandomChoice
from .orphans import remove_orphans
from .path import Path, Step, prune

__all__ = [
    "prune", "Path", "Step", "remove_orphans",
    "Magnitude", "RandomChoice", "OptimalBrainDamage", "OptimalBrainSurgeon",
]  # fmt: skip
