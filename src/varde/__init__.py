"""Varde: the operations platform of a sector CSIRT."""

__version__ = "0.1.0"
