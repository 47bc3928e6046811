"""Figures that this project promises, each measured beside its limit or its peer in the same run."""
