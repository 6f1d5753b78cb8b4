"""The papers' data: small, bundled, each with a description beside it."""

from .boolean import Monks, monks, monks_input_names, monks_instances, monks_text, xor
from .digits import Digits, digits, read_zip_codes
from .mixtures import gaussian_mixtures
from .nettalk import Windows, Word, best_guess, guessed_right, pronunciations, read_pronunciations, windows
from .phonemes import FEATURES, LETTERS, PHONEMES, STRESSES
from .series import Sunspots, lag_space, mackey_glass, sunspots
from .tables import Table, breast_cancer, diabetes, divide, housing, standardize

__all__ = [
    "FEATURES", "LETTERS", "PHONEMES", "STRESSES",
    "Digits", "Monks", "Sunspots", "Table", "Windows", "Word",
    "best_guess", "guessed_right", "pronunciations", "read_pronunciations", "windows",
    "breast_cancer", "diabetes", "divide", "housing", "standardize", "digits", "read_zip_codes",
    "gaussian_mixtures", "lag_space", "mackey_glass", "monks", "monks_input_names", "monks_instances", "monks_text",
    "sunspots", "xor",
]  # fmt: skip
