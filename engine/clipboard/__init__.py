"""Pasting and copying: numbers, matrices and whole networks as text."""

from __future__ import annotations

from engine.clipboard.fitting import Choice, Fit, fit
from engine.clipboard.listing import Listing, parse_listing
from engine.clipboard.numbers import Pasted, parse_numbers
from engine.clipboard.writing import (
    array_code,
    layer_code,
    network_code,
    network_toml,
    number_code,
    row_code,
)

__all__ = [
    "Choice",
    "Fit",
    "Listing",
    "Pasted",
    "array_code",
    "fit",
    "layer_code",
    "network_code",
    "network_toml",
    "number_code",
    "parse_listing",
    "parse_numbers",
    "row_code",
]
