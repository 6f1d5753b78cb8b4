"""classicnets: the classic second-order pruning papers (1989-1997), runnable. The public names, in reading order."""

from .network import MLP  # isort: skip
from .backprop import accuracy, gradient, network_error, output_derivatives  # isort: skip
from .hessian import hessian, hessian_diagonal, hessian_vector_product  # isort: skip
from .inverse import blocked_recursion, inverse_hessian, recursion, remove  # isort: skip
from .training import train_backpropagation, train_gauss_newton, train_quasi_newton  # isort: skip
from .pruning import Magnitude, OptimalBrainDamage, OptimalBrainSurgeon, RandomChoice, prune, remove_orphans  # isort: skip
from .datasets import monks, xor  # isort: skip

__all__ = [
    "MLP",
    "network_error", "gradient", "output_derivatives", "accuracy",
    "hessian", "hessian_diagonal", "hessian_vector_product",
    "inverse_hessian", "recursion", "blocked_recursion", "remove",
    "train_backpropagation", "train_gauss_newton", "train_quasi_newton",
    "prune", "Magnitude", "RandomChoice", "OptimalBrainDamage", "OptimalBrainSurgeon", "remove_orphans",
    "xor", "monks",
]  # fmt: skip
