"""The one kind of layer that is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import activations


class Dense:
    def __init__(self, units: int, activation: str | Callable[[Any], Any]) -> None:
        self.units = units
        self.activation = (
            activations.by_name(activation) if isinstance(activation, str) else activation
        )
