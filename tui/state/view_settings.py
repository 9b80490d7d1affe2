"""How things are shown: what the view keys change, kept apart from the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine import Parameter

DIGITS = (4, 2, 6, 17)
"""How many decimals are shown, one after the other; 17 is every digit there is."""

MapContent = Literal["answer", "neuron", "layer"]
GradientOf = Literal["loss", "output"]


@dataclass(frozen=True, slots=True)
class MapSettings:
    """What the Map shows.

    features: the inputs across and up, from 0. content: the answer of the network, the current
    neuron, or every neuron of its layer side by side. smooth: shades, not two colours.
    test_shown: whether the test samples are on it too.
    """

    features: tuple[int, int] = (0, 1)
    content: MapContent = "answer"
    smooth: bool = True
    test_shown: bool = True


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """How things are shown.

    digits: decimals of computed numbers. step: how far a nudge goes. views: the names of the
    views, left and right. tip: which tip is shown, from 0. column_parameter: the second one of the
    Table, or None for the one that suits. gradients_shown: whether each number has its derivative
    below it. gradient_of: what the derivatives are of, where there is a loss. log_scale: that of
    the loss curves. speed: how many epochs a second training makes at most; None: as many as it
    can.
    """

    digits: int = DIGITS[0]
    step: float = 0.1
    views: tuple[str, str] = ("Curve", "What if")
    tips_shown: bool = True
    tip: int = 0
    column_parameter: Parameter | None = None
    map: MapSettings = MapSettings()
    gradients_shown: bool = False
    gradient_of: GradientOf = "loss"
    log_scale: bool = False
    speed: float | None = None
