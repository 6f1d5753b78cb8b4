"""Experiments that say why a row differs, a module for each study that needs some."""
