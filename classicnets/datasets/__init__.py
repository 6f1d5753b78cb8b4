"""The papers' data: small, bundled, each with a description beside it."""

from .boolean import Monks, monks, monks_input_names, monks_instances, monks_text, xor

__all__ = ["Monks", "monks", "monks_input_names", "monks_instances", "monks_text", "xor"]
