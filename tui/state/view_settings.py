"""Settings of the views, kept apart from the numbers they show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine import Parameter

DIGITS = (4, 2, 6, 17)
"""The choices of decimals, in the order the key cycles; 17 shows every digit of a float64."""

MapContent = Literal["answer", "neuron", "layer"]
GradientOf = Literal["loss", "output"]


@dataclass(frozen=True, slots=True)
class MapSettings:
    """What the Map shows.

    features: the inputs across and up, counted from 0. content: the answer of the network, the
    current neuron, or every neuron of its layer side by side. smooth: shades rather than two
    colours. test_shown: whether the test samples are shown too.
    """

    features: tuple[int, int] = (0, 1)
    content: MapContent = "answer"
    smooth: bool = True
    test_shown: bool = True


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """How things are shown.

    digits: decimals of computed numbers. step: the size of a nudge. views: the names of the left
    and right views. large: whether the pane with the focus has the whole screen. tip: the tip
    shown, counted from 0. column_parameter: the parameter across the Table, or None for the default
    one. gradients_shown: whether each number has its derivative below it. gradient_of: what the
    derivatives are of, if there is a loss. neurons_ranked: whether Which number matters ranks
    neurons. log_scale: whether the loss curves are on a log scale. speed: the maximum of epochs per
    second in training, None for no limit.
    """

    digits: int = DIGITS[0]
    step: float = 0.1
    views: tuple[str, str] = ("Curve", "What if")
    large: bool = False
    tips_shown: bool = True
    tip: int = 0
    column_parameter: Parameter | None = None
    map: MapSettings = MapSettings()
    gradients_shown: bool = False
    gradient_of: GradientOf = "loss"
    neurons_ranked: bool = False
    log_scale: bool = False
    speed: float | None = None
