"""Every complaint about bad input: the name of the argument, what was expected and what came."""

from .arrays import (
    booleans,
    finite_matrix,
    finite_vector,
    indices,
    labels,
    patterns,
    square,
    targets,
    weight_decay,
    with_gaps,
)
from .numbers import count, count_or_share, counts, generator, not_negative, number, positive, rates, share, size
from .words import Diverged, Indefinite, choose, file, flag, function, instance, names, shown, text

__all__ = [
    "Diverged", "Indefinite", "choose", "instance", "function", "flag", "file", "text", "names", "shown",
    "number", "positive", "not_negative", "count", "count_or_share", "share", "size", "counts", "rates", "generator",
    "finite_matrix", "finite_vector", "weight_decay", "square", "with_gaps", "booleans", "indices", "labels",
    "patterns", "targets",
]  # fmt: skip
