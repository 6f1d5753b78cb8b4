"""classicnets: the classic second-order pruning papers (1989-1997), runnable. The public names, in reading order."""

__version__ = "0.1.0"

from .mlp import MLP  # isort: skip
from .backprop import gradient, network_error, output_derivatives  # isort: skip
from .classes import accuracy, one_hot, predict  # isort: skip
from .hessian import hessian, hessian_by_units, hessian_vector_product  # isort: skip
from .diagonal import hessian_diagonal  # isort: skip
from .inverse import blocked_recursion, inverse_hessian, recursion  # isort: skip
from .shrinking import remove  # isort: skip
from .cost import Cost  # isort: skip
from .recurrent import RecurrentNetwork, impulse_response  # isort: skip
from .realtime import hessian_by_recursion  # isort: skip
from .wiring import dense, maps, wired  # isort: skip
from .shared import SharedNetwork  # isort: skip
from .digit_nets import digit_recogniser, zip_code_recogniser  # isort: skip
from . import sharing  # isort: skip  # noqa: F401  (the derivatives of SharedNetwork)
from .training import (  # isort: skip
    train_backpropagation, train_diagonal_newton, train_gauss_newton, train_quasi_newton,
)  # fmt: skip
from .together import train_together  # isort: skip
from .pruning import (  # isort: skip
    EBD, EBS, ESP, EigenspaceSurgeon, GammaOBD, GammaOBS, LayerwiseDamage, LayerwiseSurgeon, Magnitude,
    OptimalBrainCompression, OptimalBrainDamage, OptimalBrainSurgeon, OptimalBrainSurgeonWithDecay, RandomChoice,
    WoodFisher, effective_weights, estimated_test_error, final_prediction_error, least_squares, prune, prune_layers,
    remove_orphans, saliency_bounds, shrink,
)  # fmt: skip
from .layer_errors import layer_errors, output_bound  # isort: skip
from .interchange import from_sklearn, from_torch, sklearn_decay, to_sklearn, to_torch  # isort: skip
from .datasets import (  # isort: skip
    breast_cancer, diabetes, digits, divide, gaussian_mixtures, housing, lag_space, mackey_glass, monks, read_zip_codes,
    standardize, sunspots, xor,
)  # fmt: skip

__all__ = [
    "MLP",
    "network_error", "gradient", "output_derivatives", "one_hot", "predict", "accuracy",
    "hessian", "hessian_by_units", "hessian_diagonal", "hessian_vector_product", "Cost",
    "inverse_hessian", "recursion", "blocked_recursion", "remove",
    "RecurrentNetwork", "impulse_response", "hessian_by_recursion",
    "SharedNetwork", "dense", "maps", "wired", "digit_recogniser", "zip_code_recogniser",
    "train_backpropagation", "train_together", "train_diagonal_newton", "train_gauss_newton", "train_quasi_newton",
    "prune", "Magnitude", "RandomChoice", "OptimalBrainDamage", "OptimalBrainSurgeon", "EigenspaceSurgeon",
    "saliency_bounds", "remove_orphans", "shrink",
    "OptimalBrainSurgeonWithDecay", "GammaOBD", "GammaOBS", "ESP", "EBD", "EBS",
    "WoodFisher", "OptimalBrainCompression", "LayerwiseSurgeon", "LayerwiseDamage",
    "prune_layers", "least_squares", "layer_errors", "output_bound",
    "final_prediction_error", "effective_weights", "estimated_test_error",
    "from_sklearn", "sklearn_decay", "to_sklearn", "from_torch", "to_torch",
    "xor", "monks", "sunspots", "mackey_glass", "lag_space", "gaussian_mixtures",
    "breast_cancer", "diabetes", "housing", "divide", "standardize", "digits", "read_zip_codes",
]  # fmt: skip
