"""Settings of the views, kept apart from the numbers they show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.nn.parameters import Axis

DIGITS = (4, 2, 6, 17)
"""The choices of decimals, in the order the key cycles; 17 shows every digit of a float64."""

Values = tuple[tuple[float, ...], ...]
"""For each alternative its numbers: one, or for a row of weights as many as it has."""

ViewNames = tuple[str, str, str]
"""The left view, the right one, and the third that a large terminal has room for."""

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
class TableSettings:
    """What the Table varies.

    rows: what runs down the side, None for the number under the cursor. columns: what runs across
    the top, None for a default. row_values, column_values: its values; without any, round ones
    around the present value.
    """

    rows: Axis | None = None
    columns: Axis | None = None
    row_values: Values = ()
    column_values: Values = ()


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """How things are shown.

    digits: decimals of computed numbers. digits_chosen: whether the user chose them. step: the size
    of a nudge. views: the names of those shown. large: whether the pane with the focus has the
    whole screen. tip: the tip shown, counted from 0. gradients_shown: whether each number has its
    derivative below it. gradient_of: what the derivatives are of, if there is a loss.
    samples_layer: the layer that Samples shows, from 0, or None for the whole network.
    neurons_ranked: whether Which number matters ranks neurons. log_scale: whether the loss curves
    are on a log scale. speed: the maximum of epochs per second in training, None for no limit.
    """

    digits: int = DIGITS[0]
    digits_chosen: bool = False
    step: float = 0.1
    views: ViewNames = ("Curve", "What if", "Diagram")
    large: bool = False
    tips_shown: bool = True
    tip: int = 0
    samples_layer: int | None = None
    table: TableSettings = TableSettings()
    map: MapSettings = MapSettings()
    gradients_shown: bool = False
    gradient_of: GradientOf = "loss"
    neurons_ranked: bool = False
    log_scale: bool = False
    speed: float | None = None
