"""What a key or a click inside a drawing asks for; the screen decides what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine import Bias, Input, SetInput, SetSample, Weight
from tui.views.scene import Scene


@dataclass(frozen=True, slots=True)
class ChooseNeuron:
    """Another neuron should become the current one; both indices count from 0."""

    layer_index: int
    neuron: int


@dataclass(frozen=True, slots=True)
class ChooseSample:
    """Another sample, counted from 0, should be selected."""

    sample: int


@dataclass(frozen=True, slots=True)
class ShowLayer:
    """Samples should show one layer, from 0, or with None the whole network."""

    layer_index: int | None


@dataclass(frozen=True, slots=True)
class RankNeurons:
    """Neurons should be ranked by what the network is without them, or numbers again."""

    shown: bool


Gesture = (
    ChooseNeuron
    | RankNeurons
    | ChooseSample
    | ShowLayer
    | Weight
    | Bias
    | Input
    | SetInput
    | SetSample
)
"""A neuron or sample to select, a parameter to put the cursor on, or inputs to change."""

Arrow = Literal["up", "down", "left", "right"]

Move = Callable[[Scene, Arrow], Gesture | None]
"""From a scene and an arrow key to what it asks for, if anything."""

Click = Callable[[Scene, int, int, int, int], Gesture | None]
"""From a scene, a width, a height, a column and a row to what a click there asks for."""
