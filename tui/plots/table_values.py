"""What the Table is about: which two parameters, which of their values, which output."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import numpy as np

from engine.activations import FloatArray
from engine.parameters import Bias, Input, Parameter, Weight, parameter_value
from engine.sweeps import grid_sweep
from tui.plots.axes import round_up
from tui.plots.scene import Scene

_NUDGES_A_SPACING = 2
_SPACINGS_IN_A_VALUE = 20
_SMALLEST_SPACING = 1e-300
_CLOSE = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class TableValues:
    """The numbers of the table.

    down: the values of scene.parameter, (n_rows,). across: those of the second parameter,
    (n_columns,). outs: the output for each pair, (n_rows, n_columns).
    """

    down: FloatArray
    across: FloatArray
    outs: FloatArray


def table_values(scene: Scene, most_rows: int, most_columns: int) -> TableValues:
    """Return the outputs for as many values, an odd number, as there is room for."""
    second = column_parameter(scene)
    down, across = (
        values_around(
            parameter_value(scene.session, parameter, scene.sample),
            most - 1 + most % 2,
            scene.step,
        )
        for parameter, most in ((scene.parameter, most_rows), (second, most_columns))
    )
    pairs = grid_sweep(scene.session, (scene.parameter, down), (second, across), scene.sample)
    return TableValues(down, across, pairs[:, :, scene.output])


def column_parameter(scene: Scene) -> Parameter:
    """Return the second parameter: the one asked for, or the one that suits the first.

    That is the bias of the neuron spoken of; beside that bias itself the neuron's first weight;
    beside an input another input, where there is one.
    """
    if scene.column_parameter is not None and scene.column_parameter != scene.parameter:
        return scene.column_parameter
    bias = Bias(scene.layer_index, scene.neuron)
    if scene.parameter == bias:
        return Weight(scene.layer_index, scene.neuron, 0)
    if isinstance(scene.parameter, Input) and scene.session.network.n_features > 1:
        return Input(1 if scene.parameter.feature == 0 else 0)
    return bias


def values_around(value: float, count: int, step: float) -> FloatArray:
    """Return `count` (odd) rising values with `value` in the middle, the others round.

    They are multiples of a spacing of two steps, or of a twentieth of the value where that is
    more, rounded up.
    """
    spacing = round_up(
        max(_NUDGES_A_SPACING * abs(step), abs(value) / _SPACINGS_IN_A_VALUE, _SMALLEST_SPACING)
    )
    below = math.ceil(value / spacing - _CLOSE) - 1
    above = math.floor(value / spacing + _CLOSE) + 1
    half = count // 2
    values = [
        *((below - place) * spacing for place in reversed(range(half))),
        value,
        *((above + place) * spacing for place in range(half)),
    ]
    # Beyond that there is no number for the network to work with.
    return np.clip(values, -sys.float_info.max, sys.float_info.max)
